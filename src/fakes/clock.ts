/** The time of a fake, injected so that tests can move it. */

export interface Clock {
  now(): Date;
}

export interface ManualClock extends Clock {
  advance(ms: number): void;
  set(instant: Date | string): void;
}

/** The real time. */
export function createSystemClock(): Clock {
  return { now: () => new Date() };
}

/** A clock that stands still until it is moved. */
export function createManualClock(start: Date | string): ManualClock {
  let current = new Date(start).getTime();
  return {
    now: () => new Date(current),
    advance(ms) {
      current += ms;
    },
    set(instant) {
      current = new Date(instant).getTime();
    },
  };
}
