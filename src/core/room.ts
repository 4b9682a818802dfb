/** How many calls are in flight, in this process. */
import type { QuotaDraw } from "./quota-draws.ts";

/** Calls in flight by budget, in this process. */
export interface Room {
  hasPlace(draws: readonly QuotaDraw[]): boolean;
  /** Resolves when a call has ended, or when aborted. */
  change(signal: AbortSignal): Promise<void>;
  enter(draws: readonly QuotaDraw[]): void;
  leave(draws: readonly QuotaDraw[]): void;
}

/** Room for the concurrency of every group; a group without one never fills. */
export function createRoom(): Room {
  const inFlight = new Map<string, number>();
  const waiting = new Set<() => void>();
  const isFull = (draw: QuotaDraw) => draw.concurrency !== null && (inFlight.get(draw.key) ?? 0) >= draw.concurrency;
  const hasPlace = (draws: readonly QuotaDraw[]) => !draws.some(isFull);
  return {
    hasPlace,
    change: (signal) =>
      new Promise((resolve) => {
        const wake = () => {
          waiting.delete(wake);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        waiting.add(wake);
        signal.addEventListener("abort", wake, { once: true });
      }),
    enter: (draws) => {
      for (const { key } of draws) inFlight.set(key, (inFlight.get(key) ?? 0) + 1);
    },
    leave: (draws) => {
      for (const { key } of draws) {
        const left = (inFlight.get(key) ?? 1) - 1;
        if (left > 0) inFlight.set(key, left);
        else inFlight.delete(key);
      }
      for (const wake of [...waiting]) wake();
    },
  };
}
