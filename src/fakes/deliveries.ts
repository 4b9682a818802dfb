/** A queue of what a fake sends by itself: held, turned round, delayed, lost and doubled as a test asks. */

import type { Clock } from "./clock.ts";
import type { FaultStep } from "./faults.ts";

export interface Deliveries<T> {
  /** How many wait. */
  readonly waiting: number;
  /** Due at once, and as the script says, unless told otherwise; `dueAt` is in milliseconds. */
  add(message: T, how?: { dueAt?: number; isScripted?: boolean }): void;
  /** Nothing is sent until `release`. */
  hold(): void;
  release(): void;
  /** Turns the order of what waits around. */
  reverse(): void;
  /** Sends what is due; returns when nothing due is left. */
  run(): Promise<void>;
}

export interface DeliveryOptions<T> {
  clock: Clock;
  nextFault(): FaultStep;
  send(message: T): Promise<void>;
  /** Told of what was never sent. */
  drop(message: T): void;
}

interface Waiting<T> {
  message: T;
  dueAt: number;
  /** The script is asked once for each message. */
  isAsked: boolean;
  times: number;
}

/** Creates an empty queue. */
export function createDeliveries<T>({ clock, nextFault, send, drop }: DeliveryOptions<T>): Deliveries<T> {
  let waiting: Waiting<T>[] = [];
  let isHeld = false;
  let running: Promise<void> | null = null;

  const isLetThrough = (entry: Waiting<T>): boolean => {
    if (entry.isAsked) return true;
    entry.isAsked = true;
    const step = nextFault();
    if (step === "last") waiting.push(entry);
    else if (step === "drop") drop(entry.message);
    else if (typeof step === "object" && "delayMs" in step)
      waiting.push({ ...entry, dueAt: clock.now().getTime() + step.delayMs });
    else {
      if (typeof step === "object" && "times" in step) entry.times = step.times;
      return true;
    }
    return false;
  };

  const nextDue = (): Waiting<T> | undefined => {
    const now = clock.now().getTime();
    return isHeld ? undefined : waiting.find(({ dueAt }) => dueAt <= now);
  };

  const drain = async (): Promise<void> => {
    for (let entry = nextDue(); entry !== undefined; entry = nextDue()) {
      const current = entry;
      waiting = waiting.filter((other) => other !== current);
      if (!isLetThrough(current)) continue;
      await Promise.all(Array.from({ length: current.times }, () => send(current.message)));
    }
  };

  return {
    get waiting() {
      return waiting.length;
    },
    add(message, { dueAt = 0, isScripted = true } = {}) {
      waiting.push({ message, dueAt, isAsked: !isScripted, times: 1 });
    },
    hold() {
      isHeld = true;
    },
    release() {
      isHeld = false;
    },
    reverse() {
      waiting.reverse();
    },
    async run() {
      while (running !== null) await running;
      if (nextDue() === undefined) return;
      running = drain().finally(() => {
        running = null;
      });
      await running;
    },
  };
}
