/** The platform's quotas: of the app and of each method in a day of Beijing, and of all calls in a short time. */

import { DAY, startOfDay } from "../beijing-time.ts";
import { type Clock, createSlidingWindow, type SlidingWindow } from "../fake.ts";
import type { JdFakeOptions } from "./options.ts";

const DAY_QUOTA = 1_000_000;

export interface Quotas extends SlidingWindow {
  /** True: the last refusal was for the rest of the day. */
  isForDay(): boolean;
}

/** Counts calls by method; a refused call takes no place. */
export function createQuotas(options: JdFakeOptions, clock: Clock): Quotas {
  const all = options.quota === undefined ? null : createSlidingWindow(options.quota, clock);
  let today = 0;
  let count = 0;
  let refusedCount = 0;
  let forDay = false;
  const byMethod = new Map<string, number>();
  return {
    take(key = "") {
      // Consent pages have quotas of their own, which nobody knows.
      if (key === "") return { allowed: true };
      const now = clock.now().getTime();
      const day = startOfDay(Math.floor(now / 1000));
      if (day !== today) {
        today = day;
        count = 0;
        byMethod.clear();
      }
      const own = byMethod.get(key) ?? 0;
      forDay = count >= (options.dayQuota ?? DAY_QUOTA) || own >= (options.methodDayQuotas?.[key] ?? DAY_QUOTA);
      const decision = forDay
        ? { allowed: false as const, retryAfterMs: (day + DAY) * 1000 - now }
        : (all?.take() ?? { allowed: true as const });
      if (decision.allowed) {
        count += 1;
        byMethod.set(key, own + 1);
      } else refusedCount += 1;
      return decision;
    },
    used: (key = "") => (key === "" ? count : (byMethod.get(key) ?? 0)),
    refused: () => refusedCount,
    isForDay: () => forDay,
  };
}
