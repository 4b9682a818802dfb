/** Quotas counted in true sliding windows: never more than `limit` calls in any `windowMs`. */

import type { Clock } from "./clock.ts";

export interface Quota {
  limit: number;
  windowMs: number;
}

export type QuotaDecision = { allowed: true } | { allowed: false; retryAfterMs: number };

export interface SlidingWindow {
  /** Counts a call, or refuses it; a refused call takes no place. */
  take(key?: string): QuotaDecision;
  /** Calls counted in the window that ends now. */
  used(key?: string): number;
  /** Calls refused since the start. */
  refused(): number;
}

/** Creates a window; calls under different keys are counted apart. */
export function createSlidingWindow(quota: Quota, clock: Clock): SlidingWindow {
  const calls = new Map<string, number[]>();
  let refusedCount = 0;

  const current = (key: string, now: number): number[] => {
    const all = calls.get(key) ?? [];
    let first = 0;
    while (first < all.length && (all[first] ?? 0) <= now - quota.windowMs) first += 1;
    const kept = first > 0 ? all.slice(first) : all;
    calls.set(key, kept);
    return kept;
  };

  return {
    take(key = "") {
      const now = clock.now().getTime();
      const kept = current(key, now);
      if (kept.length < quota.limit) {
        kept.push(now);
        return { allowed: true };
      }
      refusedCount += 1;
      const oldest = kept[0] ?? now;
      return { allowed: false, retryAfterMs: Math.max(1, oldest + quota.windowMs - now) };
    },
    used: (key = "") => current(key, clock.now().getTime()).length,
    refused: () => refusedCount,
  };
}
