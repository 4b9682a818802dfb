/** Quota groups, page sizes and time limits. https://docs.platform.example/limits (read 2026-01-15) */
import type { HttpAnswer, QuotaGroup, QuotaObservation, QuotaUse } from "../../core/adapter.ts";

export const QUOTAS: readonly QuotaGroup[] = [
  // The platform answers every call with what is left; larger sellers are given more.
  { name: "calls", scope: "store", capacity: 20, windowMs: 1_000, concurrency: 6, learned: true },
  // Our registration as a whole; a day begins at midnight of the platform's own zone.
  { name: "app", scope: "app", capacity: 200, windowMs: 1_000, daily: { limit: 500_000, timeZone: "Asia/Shanghai" } },
  { name: "reports", scope: "endpoint", capacity: 10, windowMs: 60_000, backgroundShare: 1 },
];

/** Every call draws on these. */
export const CALL: readonly QuotaUse[] = [{ group: "calls" }, { group: "app" }];
export const REPORT: readonly QuotaUse[] = [...CALL, { group: "reports", key: "create" }];

export const PAGE_SIZE = 50;
export const GET_BATCH = 20;
export const STOCK_BATCH = 20;
export const PRICE_BATCH = 100;
export const TIMEOUT_MS = 20_000;

/** What an answer says of the quota: how much of it is left in this second, and how large it is for this seller. */
export function observe(answer: HttpAnswer): QuotaObservation[] {
  const [remaining, capacity] = ["x-quota-remaining", "x-quota-limit"].map((name) => Number(answer.headers[name]));
  if (!Number.isInteger(remaining) || !Number.isInteger(capacity)) return [];
  return [{ group: "calls", remaining: remaining as number, capacity: capacity as number }];
}
