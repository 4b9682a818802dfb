import type { Clock } from "../../src/core/clock.ts";

export interface TestClock extends Clock {
  /** Lets the given time pass; nothing waits for it. */
  advance(ms: number): void;
  set(instant: Date | string): void;
}

/** A clock that stands still until it is told otherwise. */
export function createTestClock(start: Date | string = "2026-03-01T08:00:00.000Z"): TestClock {
  let now = new Date(start).getTime();
  return {
    now: () => new Date(now),
    advance: (ms) => {
      now += ms;
    },
    set: (instant) => {
      now = new Date(instant).getTime();
    },
  };
}
