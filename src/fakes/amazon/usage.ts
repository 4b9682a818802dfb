/** Usage plans: a token bucket for each operation, filled at its rate. */

import type { Clock } from "../fake.ts";
import type { Plan } from "./options.ts";

const plan = (rate: number, burst: number): Plan => ({ rate, burst });

/** As documented for the account-application pair. */
export const PLANS: Readonly<Record<string, Plan>> = {
  searchOrders: plan(0.0056, 20),
  getOrder: plan(0.5, 30),
  getOrderV0: plan(0.5, 30),
  getOrderItems: plan(0.5, 30),
  getOrderAddress: plan(0.5, 30),
  getOrderBuyerInfo: plan(0.5, 30),
  getOrderRegulatedInfo: plan(0.5, 30),
  updateVerificationStatus: plan(0.5, 30),
  confirmShipment: plan(2, 10),
  updateShipmentStatus: plan(5, 15),
  getListingsItem: plan(5, 10),
  putListingsItem: plan(5, 10),
  patchListingsItem: plan(5, 5),
  deleteListingsItem: plan(5, 5),
  searchListingsItems: plan(5, 5),
  createFeed: plan(0.0083, 15),
  createFeedDocument: plan(0.5, 15),
  getFeed: plan(2, 15),
  cancelFeed: plan(2, 15),
  getFeeds: plan(0.0222, 10),
  getFeedDocument: plan(0.0222, 10),
  createReport: plan(0.0167, 15),
  getReportDocument: plan(0.0167, 15),
  getReport: plan(2, 15),
  getReports: plan(0.0222, 10),
  cancelReport: plan(0.0222, 10),
  createReportSchedule: plan(0.0222, 10),
  getReportSchedule: plan(0.0222, 10),
  getReportSchedules: plan(0.0222, 10),
  cancelReportSchedule: plan(0.0222, 10),
  listTransactions: plan(0.5, 10),
  listBalances: plan(0.5, 10),
  listSummary: plan(0.5, 10),
  listPayouts: plan(0.5, 10),
  listExpectedPayouts: plan(0.5, 10),
  initiatePayout: plan(0.017, 2),
  createRestrictedDataToken: plan(1, 10),
  getInventorySummaries: plan(2, 2),
  getMarketplaceParticipations: plan(0.016, 15),
  getAccount: plan(0.016, 15),
};

/** Of all operations about destinations and subscriptions. */
const NOTIFICATIONS = plan(1, 5);

export interface Usage {
  /** Takes a token; false where the bucket is empty. */
  take(operation: string): boolean;
  planOf(operation: string): Plan | null;
  /** Tokens that are left, whole and parts. */
  left(operation: string): number;
}

/** Creates full buckets; one over all operations too, where the store has its own limit. */
export function createUsage(clock: Clock, plans: typeof PLANS | false = PLANS, store?: Plan): Usage {
  const buckets = new Map<string, { tokens: number; at: number }>();
  const planOf = (operation: string): Plan | null =>
    plans === false ? null : (plans[operation] ?? (plans === PLANS ? NOTIFICATIONS : null));
  const left = (name: string, { rate, burst }: Plan): number => {
    const now = clock.now().getTime();
    const bucket = buckets.get(name);
    const tokens = bucket === undefined ? burst : Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * rate);
    buckets.set(name, { tokens, at: now });
    return tokens;
  };
  return {
    planOf,
    left(operation) {
      const own = planOf(operation);
      return own === null ? Number.POSITIVE_INFINITY : left(operation, own);
    },
    take(operation) {
      const wanted: [string, Plan][] = [];
      const own = planOf(operation);
      if (own !== null) wanted.push([operation, own]);
      if (store !== undefined) wanted.push(["*", store]);
      // A sum of parts of a second may fall short of a whole token by less than anybody can measure.
      if (wanted.some(([name, one]) => left(name, one) < 1 - 1e-9)) return false;
      for (const [name] of wanted) {
        const bucket = buckets.get(name);
        if (bucket !== undefined) bucket.tokens -= 1;
      }
      return true;
    },
  };
}
