/** The platform's quotas: of the app in a day of GMT+8, of all calls, of one method. */

import { type Clock, createSlidingWindow, type Quota, type SlidingWindow } from "../fake.ts";
import type { QuotaDecision } from "../quota.ts";
import type { TaobaoFakeOptions } from "./options.ts";
import { DAY, startOfDay } from "./time.ts";

const DAY_QUOTA = 1_000_000;

export interface Quotas extends SlidingWindow {
  /** Why the last call was refused, as a `sub_code`. */
  lastReason(): string;
}

/** Counts calls by method in all three; a refused call takes no place. */
export function createQuotas(options: TaobaoFakeOptions, clock: Clock): Quotas {
  const all = options.quota === undefined ? null : createSlidingWindow(options.quota, clock);
  const methods = new Map<string, SlidingWindow>(
    Object.entries(options.methodQuotas ?? {}).map(([name, quota]: [string, Quota]) => [
      name,
      createSlidingWindow(quota, clock),
    ]),
  );
  const mostInDay = options.dayQuota ?? DAY_QUOTA;
  const today = { start: 0, count: 0 };
  let refusedCount = 0;
  let reason = "";

  const refuse = (why: string, retryAfterMs: number): QuotaDecision => {
    refusedCount += 1;
    reason = `accesscontrol.limited-by-${why}-access-count`;
    return { allowed: false, retryAfterMs };
  };

  return {
    take(key = "") {
      // Consent pages and the bank have quotas of their own, which nobody knows.
      if (key === "") return { allowed: true };
      const now = clock.now().getTime();
      const start = startOfDay(Math.floor(now / 1000));
      if (start !== today.start) Object.assign(today, { start, count: 0 });
      if (today.count >= mostInDay) return refuse("app", (start + DAY) * 1000 - now);
      const own = methods.get(key)?.take();
      if (own?.allowed === false) return refuse("app-api", own.retryAfterMs);
      const shared = all?.take();
      if (shared?.allowed === false) return refuse("api", shared.retryAfterMs);
      today.count += 1;
      return { allowed: true };
    },
    used: (key = "") => methods.get(key)?.used() ?? all?.used() ?? today.count,
    refused: () => refusedCount,
    lastReason: () => reason,
  };
}
