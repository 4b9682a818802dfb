/**
 * Quota groups, page and batch sizes. The platform publishes no numbers: a daily quota per app and method is in its
 * console alone, and the pace is what integrations keep. Code 2 says that a method's calls of the day are used up.
 */
import type { QuotaGroup, QuotaUse } from "../../core/adapter.ts";
import { localDay, localToInstant } from "../../core/local-time.ts";
import { ZONE } from "./config.ts";

export const QUOTAS: readonly QuotaGroup[] = [
  { name: "app", scope: "app", capacity: 10, windowMs: 1000 },
  { name: "shop", scope: "store", capacity: 10, windowMs: 1000, concurrency: 2 },
  { name: "method", scope: "endpoint", capacity: 5, windowMs: 1000 },
];

/** What a call of a method draws on. */
export const quotaOf = (method: string): readonly QuotaUse[] => [
  { group: "app" },
  { group: "shop" },
  { group: "method", key: method },
];

const DAY_MS = 86_400_000;

/** How long a method rests whose calls of the day are used up: an hour at most, so that one call an hour finds out. */
export function restOfQuota(now: Date): number {
  const tomorrow = localToInstant(localDay(new Date(now.getTime() + DAY_MS), ZONE), ZONE);
  return Math.min(3_600_000, (tomorrow?.getTime() ?? Number.POSITIVE_INFINITY) - now.getTime());
}

/** Rows per page, and how many pages a list gives: 50 and 50 are the smaller of what sources name; wares end at 10,000. */
export const PAGE = { rows: 50, pages: 50, warePages: 200 } as const;
export const GET_BATCH = 10;
export const TIMEOUT_MS = 30_000;
/** By change only three months are visible, by creation about two years. */
export const REACH_DAYS = { changed: 89, created: 729 } as const;
