/** Quota groups, page and batch sizes. The platform has no limit of its own: this is what one process of it bears beside its shoppers. */
import type { QuotaGroup, QuotaUse, WindowRules } from "../../core/adapter.ts";

export const QUOTAS: readonly QuotaGroup[] = [
  { name: "admin", scope: "host", capacity: 4, windowMs: 1000, concurrency: 2 },
];
export const QUOTA: readonly QuotaUse[] = [{ group: "admin" }];

/** Rows per page. Totals of orders are computed for each row; ids are cheap. */
export const PAGE = { orders: 50, light: 100, listings: 50, disputes: 50 } as const;
/** Ids stand in the address: fifty are some two kilobytes. */
export const GET_BATCH = 50;
export const PUSH_BATCH = 50;
export const TIMEOUT_MS = 60_000;

/** The platform bounds no window and pages as far as one likes. */
export const WINDOW: WindowRules = {
  maxMinutes: 60 * 24 * 365,
  safetyLagSeconds: 5,
  overlapSeconds: 60,
  maxAgeDays: null,
  minSeconds: 2,
};
