/**
 * Quota groups, page and batch sizes. Each shop has a bucket of cost points for each app, refilled at a rate by its plan:
 * the rate is learned from every answer. https://shopify.dev/docs/api/usage/limits
 */
import type { HttpAnswer, QuotaGroup, QuotaObservation, QuotaUse, WindowRules } from "../../core/adapter.ts";
import { isFields } from "../../core/tree.ts";
import { parseWire } from "../../core/wire.ts";

export const QUOTAS: readonly QuotaGroup[] = [
  // Ours: large stores have throttles beside the points, of which no numbers are told.
  { name: "calls", scope: "store", capacity: 10, windowMs: 1000, concurrency: 2 },
  { name: "points", scope: "store", capacity: 100, windowMs: 1000, learned: true, backgroundShare: 0.7 },
];

/** What a call is charged with beforehand; what it really costs is answered, and waited for. */
const POINTS = { light: 5, write: 10, page: 100 } as const;
export type Weight = keyof typeof POINTS;

const usesOf = (points: number): readonly QuotaUse[] => [{ group: "calls" }, { group: "points", cost: points }];
export const QUOTA: Readonly<Record<Weight, readonly QuotaUse[]>> = {
  light: usesOf(POINTS.light),
  write: usesOf(POINTS.write),
  page: usesOf(POINTS.page),
};
/** Files of bulk runs come from a host of their own and cost no points. */
export const FILE_QUOTA: readonly QuotaUse[] = [{ group: "calls" }];

/** Rows per page; a page that costs more than a query may is asked for again in half. */
export const PAGE = { orders: 25, listings: 10, levels: 50, money: 100, disputes: 25 } as const;
/** Connections end there, whatever the cursor. */
export const LONGEST_LIST = 25_000;
export const GET_BATCH = 25;
/** Array inputs hold 250 items at most. */
export const PUSH_BATCH = 250;
export const TIMEOUT_MS = 60_000;

/** The oldest orders that an app may see without the scope `read_all_orders` are sixty days old; more are silently absent. */
export const WINDOW: WindowRules = {
  maxMinutes: 31 * 1440,
  safetyLagSeconds: 60,
  overlapSeconds: 300,
  maxAgeDays: null,
  minSeconds: 2,
};

/** Goods are read from the beginning: by years, so that few windows are empty, and few too long. */
export const SHELF_WINDOW: WindowRules = { ...WINDOW, maxMinutes: 366 * 1440 };

export interface Cost {
  asked: number;
  left: number;
  rate: number;
  waitMs: number;
}

/** What an answer says of the bucket. `waitMs`: until the same call would fit. Null where it says nothing. */
export function costIn(extensions: unknown): Cost | null {
  const cost = isFields(extensions) ? extensions.cost : null;
  const status = isFields(cost) ? cost.throttleStatus : null;
  if (!isFields(cost) || !isFields(status)) return null;
  const [asked, left, rate] = [cost.requestedQueryCost, status.currentlyAvailable, status.restoreRate].map(Number);
  if (!(asked !== undefined && left !== undefined && rate !== undefined && rate > 0) || Number.isNaN(asked + left))
    return null;
  return { asked, left, rate, waitMs: Math.max(0, Math.ceil(((asked - left) / rate) * 1000)) };
}

const STATUS = '"throttleStatus"';
const LAST = '"extensions":';

/** The rate at which points come back, and a pause where the next call of this cost would be refused. */
export function observe(answer: HttpAnswer): QuotaObservation[] {
  if (!answer.text().includes(STATUS)) return [];
  const cost = costIn(lastExtensions(answer.text()));
  if (!cost) return [];
  return [{ group: "points", capacity: cost.rate, ...(cost.waitMs > 0 ? { pauseMs: cost.waitMs } : {}) }];
}

/** They stand last: what comes before them, often a page of orders, is not read for their sake. */
function lastExtensions(text: string): unknown {
  try {
    const { value } = parseWire(`{${text.slice(text.lastIndexOf(LAST))}`);
    if (isFields(value) && costIn(value.extensions)) return value.extensions;
  } catch {}
  const { value } = parseWire(text);
  return isFields(value) ? value.extensions : null;
}
