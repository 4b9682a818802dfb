/** How many calls of one kind are worth having under way at once. */
import type { QuotaGroup, QuotaUse, Store } from "./adapter.ts";
import { toDraws } from "./quota-draws.ts";

/** Where no group says how many: enough to use a quick quota over a slow line. */
const UNSTATED = 8;
/** A call that waits for its start holds no place: some more keep the line full while answers are written down. */
const WAITING = 4;

/** Calls of a store that may be prepared or under way together, as far as its groups' concurrency allows. */
export function callsAtOnce(store: Store, groups: readonly QuotaGroup[], uses: readonly QuotaUse[]): number {
  const stated = toDraws(store, groups, uses, "normal", 1).flatMap(({ concurrency }) =>
    concurrency === null ? [] : [concurrency],
  );
  return stated.length > 0 ? Math.min(...stated) + WAITING : UNSTATED;
}

/** Milliseconds from one start to the next that the slowest group of a call allows. */
export function pace(store: Store, groups: readonly QuotaGroup[], uses: readonly QuotaUse[], share: number): number {
  const steps = toDraws(store, groups, uses, "normal", share).map((draw) =>
    Math.max((draw.cost * (draw.windowMs + draw.jitterMs)) / (draw.capacity * draw.share), draw.spacingMs),
  );
  return Math.max(0, ...steps);
}
