/**
 * WooCommerce itself has no limit (woocommerce.github.io/woocommerce-rest-api-docs); hosts and firewalls do, and say so
 * only by refusing. One call in flight and two a second keep a small PHP host from queueing its shoppers behind us.
 */
import type { QuotaGroup, QuotaUse, Store } from "../../core/adapter.ts";
import { settingsOf } from "./config.ts";

export const QUOTAS: readonly QuotaGroup[] = [
  { name: "rest", scope: "host", capacity: 2, windowMs: 1000, concurrency: 1 },
  // For hosts of which the seller knows that they bear it (setting `pace`).
  { name: "rest_fast", scope: "host", capacity: 5, windowMs: 1000, concurrency: 2 },
  { name: "rest_open", scope: "host", capacity: 20, windowMs: 1000, concurrency: 4 },
];

export const REST: readonly QuotaUse[] = [{ group: "rest" }];

const BY_PACE = { normal: "rest", fast: "rest_fast", open: "rest_open" } as const;

/** What a call of this store draws on. */
export function quotaOf(store: Store): readonly QuotaUse[] {
  return [{ group: BY_PACE[settingsOf(store.settings).pace] }];
}

/** Rows per page: orders are heavy for PHP, id lists are not. The platform refuses more than 100. */
export const PAGE = { orders: 50, products: 50, light: 100 } as const;

/** Items of one batch call. The platform takes 100; 50 keep a slow host below its 30 s. */
export const BATCH = 50;

/** Records of one getMany: one call for orders; for listings one call more per product with variations. */
export const GET_BATCH = { orders: 50, listings: 10, parents: 10 } as const;

/** PHP hosts end a request after 30 to 60 s. */
export const TIMEOUT_MS = { read: 60_000, write: 60_000 } as const;
