/** Quota groups, page and batch sizes. The platform publishes no pace: this is what the document recommends until it is measured. */
import type { QuotaGroup, QuotaUse } from "../../core/adapter.ts";

export const QUOTAS: readonly QuotaGroup[] = [
  { name: "app", scope: "app", capacity: 5, windowMs: 1000 },
  { name: "shop", scope: "store", capacity: 1, windowMs: 1000, concurrency: 1 },
  { name: "decrypt", scope: "store", capacity: 1, windowMs: 1000 },
];

export const QUOTA: readonly QuotaUse[] = [{ group: "app" }, { group: "shop" }];
export const DECRYPT_QUOTA: readonly QuotaUse[] = [...QUOTA, { group: "decrypt" }];

/** Rows per page: 20 is what all integrations ask for, 100 the documented maximum of refunds. No list says where it ends. */
export const PAGE = { rows: 20, refundRows: 100, pages: 10_000 } as const;
/** Rows per file of quantities or prices, as integrations send them. */
export const FILE_ROWS = 40;
export const GET_BATCH = 10;
/** As the vendor's own client. */
export const TIMEOUT_MS = 30_000;
export const MINUTES_A_DAY = 1440;
