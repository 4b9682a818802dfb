/**
 * Quota groups, page and batch sizes. The platform publishes the app's calls of a day and nothing else; the pace is what
 * advised where nothing is known. https://open.taobao.com/doc.htm?docId=101617
 */
import type { HttpAnswer, QuotaGroup, QuotaObservation, QuotaUse, Store } from "../../core/adapter.ts";
import { failureOf } from "./client/envelope.ts";
import { appSettingsOf, ZONE } from "./config.ts";

export const QUOTAS: readonly QuotaGroup[] = [
  { name: "app", scope: "app", capacity: 10, windowMs: 1000, daily: { limit: 1_000_000, timeZone: ZONE } },
  { name: "app_test", scope: "app", capacity: 10, windowMs: 1000, daily: { limit: 5_000, timeZone: ZONE } },
  { name: "method", scope: "endpoint", capacity: 2, windowMs: 1000 },
  // Receivers in the clear. How many a shop may ask for is the platform's secret and depends on its orders: a cautious number.
  {
    name: "decrypt",
    scope: "store",
    capacity: 2,
    windowMs: 1000,
    daily: { limit: 500, timeZone: ZONE },
    backgroundShare: 1,
  },
  // The bank's gateway is another system with counts of its own.
  { name: "alipay", scope: "store", capacity: 2, windowMs: 1000 },
];

export const DECRYPT_METHOD = "taobao.top.oaid.decrypt";

/** What a call of a method draws on. */
export function quotaOf(store: Store, method: string): readonly QuotaUse[] {
  const app = appSettingsOf(store).level === "test" ? "app_test" : "app";
  const uses = [{ group: app }, { group: "method", key: method }];
  return method === DECRYPT_METHOD ? [...uses, { group: "decrypt" }] : uses;
}

/** What a push says that it draws on, before its method is known. */
export const PUSH_QUOTA: readonly QuotaUse[] = [{ group: "app" }];
export const ALIPAY_QUOTA: readonly QuotaUse[] = [{ group: "alipay" }];

const APP_SPENT = "accesscontrol.limited-by-app-access-count";

/** The app's calls of the day are used up: all its shops wait, not only the method that was told so. */
export function observe(answer: HttpAnswer, call: { quota: readonly QuotaUse[] }): QuotaObservation[] {
  if (!answer.text().includes(APP_SPENT)) return [];
  const failure = failureOf(answer);
  const app = call.quota.find((use) => use.group.startsWith("app"));
  if (!app || failure?.subCode !== APP_SPENT || !failure.retryAfterMs) return [];
  return [{ group: app.group, pauseMs: failure.retryAfterMs }];
}

/** Rows per page. Trades: 100 at most, 40 to 50 advised. Listings: 200. Refunds: 100. Bills: 40 to 100. */
export const PAGE = { trades: 50, items: 100, refunds: 50, bills: 100 } as const;
/** `isv.*` bills: no more rows than this in one window. */
export const BILL_ROWS = 5000;
/** Records of one getMany. Listings have a batch method; the others are read one by one. */
export const GET_BATCH = { orders: 10, listings: 20, shipments: 10, disputes: 10 } as const;
/** Variants of one listing in one write. */
export const PUSH_BATCH = 20;
/** Lines of one parcel: own carrier, and platform pick-up. */
export const MAX_PARCEL_LINES = { own: 50, online: 20 } as const;
export const TIMEOUT_MS = 30_000;
/** The platform's lists go back three months. */
export const REACH_DAYS = 89;
