/** Quota groups, page and batch sizes. No numbers are published: the pace is what integrations keep. */
import type { QuotaGroup, QuotaUse } from "../../core/adapter.ts";

export const QUOTAS: readonly QuotaGroup[] = [
  { name: "app", scope: "app", capacity: 5, windowMs: 1000 },
  { name: "service", scope: "endpoint", capacity: 5, windowMs: 1000, concurrency: 1 },
  // Receivers in the clear are asked for by a person, one at a time: no number is published.
  { name: "reveal", scope: "store", capacity: 30, windowMs: 60_000 },
];
/** What a call that shows a receiver draws on. */
export const REVEAL_QUOTA: readonly QuotaUse[] = [{ group: "app" }, { group: "reveal" }];

/** What a call draws on: a service answers one call at a time. */
export const quotaOf = (service: string): readonly QuotaUse[] => [{ group: "app" }, { group: "service", key: service }];

/** Records of a page: of most lists; of marketplace orders, reservations and JITX orders. `inner`: more pages than any record has. */
export const PAGE = { most: 100, orders: 200, inner: 1000 } as const;
export const GET_BATCH = 20;
export const TIMEOUT_MS = 30_000;
/** Orders are answered for three months, requests for a warehouse for seven days; a reservation is picked long before a week is over. */
export const REACH_DAYS = { orders: 89, requests: 6, reservations: 7, ms: 89 * 86_400_000 } as const;
