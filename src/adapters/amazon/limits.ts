/**
 * Usage plans: each operation has a bucket of its own for each seller, `burst` tokens large and filled at `rate` a second. As
 * many start at once after a rest as the bucket holds, the others at its pace. The rate is learned from answers.
 * https://developer-docs.amazon.com/sp-api/docs/usage-plans-and-rate-limits
 */
import type { HttpAnswer, QuotaGroup, QuotaObservation, QuotaUse, WindowRules } from "../../core/adapter.ts";

/** Documented plans: tokens a second, and the bucket. */
export const PLANS = {
  marketplaces: { rate: 0.016, burst: 15 },
  search_orders: { rate: 0.0056, burst: 20 },
  get_order: { rate: 0.5, burst: 30 },
  confirm_shipment: { rate: 2, burst: 10 },
  pickup: { rate: 5, burst: 15 },
  regulated_info: { rate: 0.5, burst: 30 },
  get_listing: { rate: 5, burst: 10 },
  search_listings: { rate: 5, burst: 5 },
  patch_listing: { rate: 5, burst: 5 },
  create_feed: { rate: 0.0083, burst: 15 },
  create_feed_document: { rate: 0.5, burst: 15 },
  get_feed: { rate: 2, burst: 15 },
  get_feed_document: { rate: 0.0222, burst: 10 },
  create_report: { rate: 0.0167, burst: 15 },
  get_report: { rate: 2, burst: 15 },
  get_reports: { rate: 0.0222, burst: 10 },
  get_report_document: { rate: 0.0167, burst: 15 },
  transactions: { rate: 0.5, burst: 10 },
  payouts: { rate: 0.5, burst: 10 },
  inventory: { rate: 2, burst: 2 },
  /** Not documented: as the slowest of the operations that are called for single records. */
  external_returns: { rate: 0.5, burst: 1 },
} as const;
export type Plan = keyof typeof PLANS;

/** Polling keeps its share of the slowest operation while years are read. */
const BACKGROUND_SHARE: Partial<Record<Plan, number>> = { search_orders: 0.5 };

export const QUOTAS: readonly QuotaGroup[] = [
  ...Object.entries(PLANS).map(
    ([name, { rate, burst }]): QuotaGroup => ({
      name,
      scope: "store",
      capacity: burst,
      windowMs: Math.ceil((burst / rate) * 1000),
      burst,
      learned: true,
      concurrency: 4,
      ...(name in BACKGROUND_SHARE ? { backgroundShare: BACKGROUND_SHARE[name as Plan] ?? 1 } : {}),
    }),
  ),
  // Ours: tokens and files lie on hosts of their own, which state no limit.
  { name: "tokens", scope: "store", capacity: 5, windowMs: 1000 },
  { name: "files", scope: "store", capacity: 5, windowMs: 1000, concurrency: 2 },
];

export const quotaOf = (group: Plan | "tokens" | "files"): readonly QuotaUse[] => [{ group }];

/** What is added to the time of one token after a refusal. */
const AFTER_REFUSAL_MS = 1500;

/**
 * The seller's own rate of the operation where an answer tells it; after a refusal that tells no time the time in which a token
 * comes back.
 */
export function observe(
  { status, headers }: HttpAnswer,
  { quota }: { quota: readonly QuotaUse[] },
): QuotaObservation[] {
  return quota.flatMap(({ group }): QuotaObservation[] => {
    const plan = (PLANS as Readonly<Record<string, { rate: number; burst: number }>>)[group];
    if (!plan) return [];
    const told = Number(headers["x-amzn-ratelimit-limit"]);
    const rate = told > 0 ? told : plan.rate;
    const learned = told > 0 ? { capacity: Math.max(1, Math.round((told * plan.burst) / plan.rate)) } : {};
    const isUntimed = status === 429 && headers["retry-after"] === undefined;
    const pause = isUntimed ? { pauseMs: Math.ceil(1000 / rate) + AFTER_REFUSAL_MS } : {};
    return told > 0 || isUntimed ? [{ group, ...learned, ...pause }] : [];
  });
}

export const PAGE = { orders: 100, listings: 20, reports: 100, externalReturns: 100 } as const;
/** SKUs of one question. */
export const GET_BATCH = { orders: 10, listings: 20, inventory: 50 } as const;
/** Listings can be paged so far. */
export const LONGEST_LIST = 1000;
/** A feed takes 25,000 messages; its end is looked at for a thousand values at a time, and its report costs 45 seconds each. */
export const FEED_BATCH = 2000;
/** A page token lives a day, in which polling leaves room for so many pages. */
export const PAGES_OF_A_TOKEN = 150;
export const TIMEOUT_MS = 60_000;
/** The longest file that is taken in whole: a packed one, or from a host that knows no ranges. */
export const MOST_BYTES = 128 * 1_048_576;

/** A window may not end in the last two minutes. */
export const YOUNGEST_MS = 120_000;

export const CHANGES: WindowRules = {
  // A busier seller's fortnight would outlast its token, and be read twice for it.
  maxMinutes: 7 * 1440,
  safetyLagSeconds: 150,
  overlapSeconds: 600,
  // Orders older than two years are not returned.
  maxAgeDays: 730,
  minSeconds: 60,
};
