/**
 * What goes next to the lanes that wait: parts in which a bad item is looked for, then the most dangerous offers. One
 * statement asks whether the store may be sent to, takes them and marks them (core/db/take-offers.ts), without waiting for
 * anybody.
 */
import type { PushRoute } from "../core/adapter.ts";
import { type DirtyOffer, type PushPick, peekDirtyOffers, type TakeFilter } from "../core/db/offers.ts";
import { takeOffers } from "../core/db/take-offers.ts";
import { cutIntoCalls } from "./push-batch.ts";
import { type Drain, pushBlock } from "./push-drain.ts";
import { readFreshness, salesBound } from "./push-freshness.ts";
import type { Part } from "./push-isolate.ts";

export interface ChooseOptions {
  route: PushRoute;
  pick: PushPick;
}

/** Offers of one call, and what they are a part of where a bad item is looked for. */
export interface Sent {
  offers: readonly DirtyOffer[];
  part: Part | null;
}

/** Who has which offers. */
export interface Hands {
  underWay: Set<Sent>;
  /** Answered, and not yet written down: nobody's until then. */
  unwritten: Set<string>;
  parts: Part[];
  /** Refused with a call that another item has sunk: sent again, they are no repeat of what may have arrived. */
  notApplied: Set<string>;
}

export interface Choice {
  /** Why the store may not be sent to. */
  block: string | null;
  /** What there is beyond the chosen. */
  left: "more" | "none" | "unknown";
}

/** Offers that one statement looks at. */
export const MOST_LOOKED_AT = 1_000;

export function createChooser(drain: Drain, options: ChooseOptions, hands: Hands) {
  const { engine, store, aspect, capability, lease, result } = drain;
  const { route } = options;
  const { underWay, unwritten, parts, notApplied } = hands;
  let block: string | null = null;

  const inParts = (): string[] => parts.flatMap(({ ids, otherwise }) => [...ids, ...(otherwise ?? [])]);

  /** What is due, but for offers that no call may take. */
  function due(given: readonly Sent[] = []): TakeFilter {
    const busy = [...underWay, ...given].flatMap(({ offers, part }) => [
      ...offers.map(({ id }) => id),
      ...(part?.otherwise ?? []),
    ]);
    const at = engine.clock.now();
    return {
      ...{ storeId: store.row.id, aspect, at, pick: options.pick },
      inFlight: [...busy, ...unwritten],
      only: null,
    };
  }

  function noteFreshness(isFresh: boolean): void {
    if (!isFresh) result.heldBack ??= "its orders were not read recently: only zeroes go out";
  }

  /** What is due by what is known of the store's orders now. */
  async function filterNow(given: readonly Sent[] = []) {
    const { isFresh, readUntil } = await readFreshness(engine, engine.db, store.row, aspect);
    noteFreshness(isFresh);
    const filter = due(given);
    const inFlight = [...filter.inFlight, ...inParts()];
    return { ...filter, inFlight, onlyZero: !isFresh, observedBefore: capability.compareAndSet ? readUntil : null };
  }

  /** Takes offers, which then are on their way; null where the store may not be sent to. */
  async function take(filter: TakeFilter, limit: number): Promise<DirtyOffer[] | null> {
    const bound = salesBound(engine, store.row, aspect, capability.compareAndSet ?? false);
    const taken = await takeOffers(engine.db, lease, bound, filter, limit);
    block = taken.store ? pushBlock(taken.store) : "the store is gone";
    if (block) return null;
    noteFreshness(taken.isFresh);
    for (const offer of taken.offers) if (notApplied.has(offer.id)) offer.wasUnknown = false;
    return taken.offers;
  }

  /** What goes next: parts in which a bad item is looked for, then the most dangerous offers. */
  async function choose(lanes: number, given: Sent[]): Promise<Choice> {
    while (given.length < lanes && parts.length > 0) {
      const part = parts.shift() as Part;
      const offers = await take({ ...due(given), only: part.ids }, part.ids.length);
      if (!offers) return { block, left: "unknown" };
      const inOrder = part.ids.flatMap((id) => offers.filter((offer) => offer.id === id));
      if (inOrder.length > 0) given.push({ offers: inOrder, part: { ...part, ids: inOrder.map(({ id }) => id) } });
      else if (part.otherwise) parts.push({ ids: part.otherwise, otherwise: null });
    }
    const left = lanes - given.length;
    if (left === 0) return { block: null, left: "unknown" };
    const wide = route.batch.groupBy === "none" ? 1 : 4;
    const limit = Math.min(left * route.batch.max * wide, MOST_LOOKED_AT);
    const listings = new Set(
      [...underWay, ...given].flatMap(({ offers }) => offers.map((offer) => offer.listingExternalId)),
    );
    const fitting = wide === 1 ? null : await findFitting(given, limit, left, listings);
    const filter = due(given);
    const inFlight = [...filter.inFlight, ...inParts()];
    const offers = await take({ ...filter, inFlight, only: fitting?.ids ?? null }, limit);
    if (!offers) return { block, left: "unknown" };
    for (const call of cutIntoCalls(route.batch, offers, left, listings)) given.push({ offers: call, part: null });
    const found = fitting?.found ?? offers.length;
    // As many as were asked for: there are more, and nobody need look.
    const isFull = found === limit && given.length === lanes;
    return { block: null, left: isFull ? "more" : found < limit ? "none" : "unknown" };
  }

  /** Where calls hold what belongs together, the offers that the next calls have room for, of so many `found`. */
  async function findFitting(given: readonly Sent[], limit: number, left: number, listings: ReadonlySet<string>) {
    const offers = await peekDirtyOffers(engine.db, await filterNow(given), limit);
    const ids = cutIntoCalls(route.batch, offers, left, listings).flatMap((call) => call.map(({ id }) => id));
    return { found: offers.length, ids };
  }

  return {
    filterNow,
    /** Adds a call's offers to `given` for each lane that there are offers for; what was added is on its way, whatever comes after. */
    choose,
  };
}
