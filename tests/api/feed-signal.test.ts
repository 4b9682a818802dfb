import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createFeedSignal } from "../../src/api/feed-signal.ts";

const log = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {}, child: () => log };
const never = new AbortController().signal;

/** A database whose notifications are given by hand; null: it cannot notify. */
function givenDatabase(listens = true) {
  const listeners = new Set<(payload: string) => void>();
  let subscriptions = 0;
  const listen = async (_channel: string, onNotify: (payload: string) => void) => {
    if (!listens) throw new Error("not here");
    subscriptions++;
    listeners.add(onNotify);
    return async () => {
      listeners.delete(onNotify);
    };
  };
  const notify = () => {
    for (const listener of listeners) listener("");
  };
  return {
    engine: { db: { listen } as never, log: log as never },
    notify,
    listeners,
    subscriptions: () => subscriptions,
  };
}

const settled = () => vi.advanceTimersByTimeAsync(0);

describe("the signal of changes", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("wakes all who wait, over one subscription, without the passing of time", async () => {
    const database = givenDatabase();
    const signal = createFeedSignal(database.engine, "changes");
    let woken = 0;
    for (let i = 0; i < 3; i++)
      void signal
        .next()
        .wait(30_000, never)
        .then(() => woken++);
    await settled();
    expect(woken).toBe(0);
    database.notify();
    await settled();
    expect(woken).toBe(3);
    expect(database.subscriptions()).toBe(1);
  });

  it("gives its subscription back when nobody waits", async () => {
    const database = givenDatabase();
    const signal = createFeedSignal(database.engine, "changes");
    const waiting = signal.next().wait(30_000, never);
    await settled();
    expect(database.listeners.size).toBe(1);
    database.notify();
    await waiting;
    await settled();
    expect(database.listeners.size).toBe(0);
  });

  it("does not miss what is committed between the reading and the waiting", async () => {
    const database = givenDatabase();
    const signal = createFeedSignal(database.engine, "changes");
    const first = signal.next().wait(30_000, never);
    const second = signal.next();
    await settled();
    database.notify();
    await first;
    let woken = false;
    void second.wait(30_000, never).then(() => {
      woken = true;
    });
    await settled();
    expect(woken).toBe(true);
  });

  it("looks now and then where the database cannot notify, and stops when told to", async () => {
    const signal = createFeedSignal(givenDatabase(false).engine, "changes");
    let woken = 0;
    void signal
      .next()
      .wait(30_000, never)
      .then(() => woken++);
    await vi.advanceTimersByTimeAsync(499);
    expect(woken).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(woken).toBe(1);
    const abort = new AbortController();
    void signal
      .next()
      .wait(30_000, abort.signal)
      .then(() => woken++);
    abort.abort();
    await settled();
    expect(woken).toBe(2);
  });
});
