import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Priority, QuotaGroup, QuotaUse, Store } from "../../src/core/adapter.ts";
import { createLimiter, type Limiter, QuotaWaitError } from "../../src/core/limiter.ts";
import { systemTimer, type Timer } from "../../src/core/timer.ts";
import { givenStore } from "./given-store.ts";
import { createMemoryBudget } from "./memory-budget.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(async () => {
  // bottleneck defers by a millisecond what it was given last.
  await vi.advanceTimersByTimeAsync(10);
  // Whoever still waits here has left a timer behind.
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

const never = () => new AbortController().signal;

function givenGroup(overrides: Partial<QuotaGroup> = {}): QuotaGroup {
  return { name: "calls", scope: "store", capacity: 10, windowMs: 1000, ...overrides };
}

interface Given {
  groups?: QuotaGroup[];
  share?: number;
  askMs?: () => number;
  answerMs?: () => number;
}

function givenLimiter({ groups = [givenGroup()], share = 1, askMs, answerMs }: Given = {}) {
  let busyMs = 0;
  const timer: Timer = { now: () => performance.now() + busyMs, sleep: systemTimer.sleep };
  const budget = createMemoryBudget(timer, askMs, answerMs);
  const limiter = createLimiter({ budget, share, timer });
  /** Time passes and no timer fires. */
  const keepBusy = (ms: number) => {
    busyMs += ms;
  };
  const starts: { name: string; at: number }[] = [];
  const begin = timer.now();
  const under = { now: 0, most: 0 };
  /** One call of the given length. */
  const call = async (
    name: string,
    options: {
      store?: Store;
      uses?: QuotaUse[];
      priority?: Priority;
      lengthMs?: number;
      signal?: AbortSignal;
      by?: Limiter;
    } = {},
  ) => {
    const { store = givenStore(), uses = [{ group: "calls" }], priority = "normal", lengthMs = 5 } = options;
    const ticket = await (options.by ?? limiter).acquire(store, groups, uses, priority, options.signal ?? never());
    starts.push({ name, at: timer.now() - begin });
    under.now += 1;
    under.most = Math.max(under.most, under.now);
    await systemTimer.sleep(lengthMs);
    under.now -= 1;
    ticket.release();
    return ticket;
  };
  return { limiter, budget, groups, starts, under, call, keepBusy };
}

/** Lets time pass until the promise has settled, and answers how it did. */
async function settled<T>(promise: Promise<T>, withinMs = 120_000): Promise<PromiseSettledResult<T>> {
  let result: PromiseSettledResult<T> | null = null;
  promise.then(
    (value) => {
      result = { status: "fulfilled", value };
    },
    (reason) => {
      result = { status: "rejected", reason };
    },
  );
  for (let passed = 0; result === null && passed < withinMs; passed += 1) await vi.advanceTimersByTimeAsync(1);
  if (result === null) throw new Error(`not settled within ${withinMs} ms`);
  return result;
}

function mostInAWindow(starts: { at: number }[], windowMs: number): number {
  return Math.max(
    ...starts.map(({ at }) => starts.filter((other) => other.at >= at && other.at < at + windowMs).length),
  );
}

describe("a limiter", () => {
  it("never starts more calls in any window than the quota, and uses nearly all of it", async () => {
    const { starts, call } = givenLimiter();
    await settled(Promise.all(Array.from({ length: 60 }, (_, i) => call(`call ${i}`))));
    expect(mostInAWindow(starts, 1000)).toBeLessThanOrEqual(10);
    // 60 calls at 10 a second, 2 % slower for the spread.
    expect(starts.at(-1)?.at).toBeLessThan(59 * 102 + 60);
  });

  it("uses up a bucket at once after a rest, and never draws on an empty one", async () => {
    const bucket = { size: 10, perMs: 10 / 1000, left: 10, at: 0 };
    const { starts, call } = givenLimiter({ groups: [givenGroup({ burst: bucket.size })] });
    const calls = (count: number) => settled(Promise.all(Array.from({ length: count }, (_, i) => call(`call ${i}`))));
    await calls(30);
    expect(starts.filter(({ at }) => at < 100).length).toBeGreaterThanOrEqual(10);
    expect(starts.at(-1)?.at).toBeLessThan(21 * 102 + 60);
    await vi.advanceTimersByTimeAsync(60_000);
    await calls(15);
    for (const { at } of starts) {
      bucket.left = Math.min(bucket.size, bucket.left + (at - bucket.at) * bucket.perMs) - 1;
      bucket.at = at;
      expect(bucket.left).toBeGreaterThan(-0.2);
    }
  });

  it("uses the share of the documented rate that is configured", async () => {
    const { starts, call } = givenLimiter({ share: 0.5 });
    await settled(Promise.all(Array.from({ length: 11 }, (_, i) => call(`call ${i}`))));
    expect(mostInAWindow(starts, 1000)).toBeLessThanOrEqual(5);
    expect(starts.at(-1)?.at).toBeGreaterThan(2000);
  });

  it("keeps to the quota with several processes on one budget", async () => {
    const { starts, call, budget } = givenLimiter();
    const others = [createLimiter({ budget, share: 1 }), createLimiter({ budget, share: 1 })];
    const calls = Array.from({ length: 45 }, (_, i) =>
      call(`call ${i}`, others[i % 3] ? { by: others[i % 3] as Limiter } : {}),
    );
    await settled(Promise.all(calls));
    expect(mostInAWindow(starts, 1000)).toBeLessThanOrEqual(10);
    expect(Math.max(...starts.map((start) => start.at))).toBeLessThan(44 * 102 + 400);
  });

  it("leases several starts at once where the rate is high", async () => {
    const { budget, call, starts } = givenLimiter({ groups: [givenGroup({ capacity: 200 })] });
    await settled(Promise.all(Array.from({ length: 100 }, (_, i) => call(`call ${i}`))));
    expect(budget.leases.length).toBeLessThanOrEqual(15);
    expect(mostInAWindow(starts, 1000)).toBeLessThanOrEqual(200);
  });

  it("lets interactive calls and zeroes pass those that wait", async () => {
    const { starts, call } = givenLimiter();
    const background = Array.from({ length: 5 }, (_, i) => call(`normal ${i}`));
    await vi.advanceTimersByTimeAsync(60);
    const late = [call("zero", { priority: "zero" }), call("interactive", { priority: "interactive" })];
    await settled(Promise.all([...background, ...late]));
    expect(starts.map((start) => start.name).slice(0, 3)).toEqual(["normal 0", "interactive", "zero"]);
  });

  it("leaves a share of the quota that background work cannot use", async () => {
    const groups = [givenGroup({ backgroundShare: 0.5 })];
    const { starts, call } = givenLimiter({ groups });
    const background = Array.from({ length: 20 }, (_, i) => call(`background ${i}`, { priority: "background" }));
    await vi.advanceTimersByTimeAsync(1000);
    const since = performance.now();
    await settled(call("interactive", { priority: "interactive" }));
    expect(performance.now() - since).toBeLessThan(320);
    await settled(Promise.all(background));
    expect(
      mostInAWindow(
        starts.filter(({ name }) => name !== "interactive"),
        1000,
      ),
    ).toBeLessThanOrEqual(5);
  });

  it("holds no more calls in flight than the group allows", async () => {
    const { call, starts } = givenLimiter({ groups: [givenGroup({ capacity: 1000, concurrency: 2 })] });
    await settled(Promise.all(Array.from({ length: 6 }, (_, i) => call(`call ${i}`, { lengthMs: 100 }))));
    expect(mostInAWindow(starts, 100)).toBe(2);
    expect(starts.at(-1)?.at).toBeLessThan(260);
  });

  it("holds no more of them either where each start was reserved before its call", async () => {
    const groups = [givenGroup({ capacity: 1000, concurrency: 4 })];
    const { limiter, under, call, starts } = givenLimiter({ groups });
    const uses = [{ group: "calls" }];
    // Two drains of one store with four lanes each: quantities and prices.
    const lane = async (name: string) => {
      for (let i = 0; i < 3; i++) {
        const prepaid = await limiter.reserve(givenStore(), groups, uses, "normal", never());
        // What is sent is chosen meanwhile.
        await systemTimer.sleep(10);
        await call(name, { store: givenStore({ prepaid }), lengthMs: 100 });
      }
    };
    await settled(Promise.all(Array.from({ length: 8 }, (_, i) => lane(`lane ${i}`))));
    expect(under.most).toBe(4);
    expect(starts).toHaveLength(24);
    // Six rounds of 100 ms, and little beside them.
    expect(starts.at(-1)?.at).toBeLessThan(900);
  });

  it("lets nobody wait for a place whose call is given up", async () => {
    const groups = [givenGroup({ capacity: 1000, concurrency: 1 })];
    const { limiter, call } = givenLimiter({ groups });
    const reserve = () => limiter.reserve(givenStore(), groups, [{ group: "calls" }], "normal", never());
    const reserved = await settled(reserve());
    const prepaid = (reserved as PromiseFulfilledResult<NonNullable<Store["prepaid"]>>).value;
    const long = call("long", { lengthMs: 500 });
    await vi.advanceTimersByTimeAsync(5);
    const stop = new AbortController();
    const result = settled(call("given up", { store: givenStore({ prepaid }), signal: stop.signal }));
    stop.abort(new Error("stopped"));
    expect(await result).toMatchObject({ status: "rejected", reason: { message: "stopped" } });
    await settled(long);
  });

  it("sends away who waits in vain for calls in flight to end", async () => {
    const { call } = givenLimiter({ groups: [givenGroup({ capacity: 1000, concurrency: 1 })] });
    const long = call("long", { lengthMs: 20_000 });
    await vi.advanceTimersByTimeAsync(50);
    const result = await settled(call("interactive", { priority: "interactive" }));
    expect(result).toMatchObject({ status: "rejected", reason: { name: "QuotaWaitError", reason: "busy" } });
    await settled(long);
  });

  it("keeps calls apart where the group asks for it", async () => {
    const { starts, call } = givenLimiter({ groups: [givenGroup({ capacity: 1000, spacingMs: 300 })] });
    await settled(Promise.all([call("a"), call("b"), call("c")]));
    const gaps = starts.slice(1).map((start, i) => start.at - (starts[i]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(300);
  });

  it("draws on several groups at once, and one store's wait does not slow another", async () => {
    const groups = [givenGroup({ name: "app", scope: "app", capacity: 100 }), givenGroup({ capacity: 2 })];
    const uses = [{ group: "app" }, { group: "calls" }];
    const { starts, call } = givenLimiter({ groups });
    const app = { id: "app-1", platform: "example", key: "k", secret: "s", settings: {} };
    const stores = ["a", "b", "c"].map((id) => givenStore({ id, app }));
    await settled(
      Promise.all(stores.flatMap((store) => Array.from({ length: 4 }, () => call(store.id, { store, uses })))),
    );
    for (const { id } of stores) {
      const own = starts.filter(({ name }) => name === id);
      expect(mostInAWindow(own, 1000)).toBeLessThanOrEqual(2);
      expect(own.at(-1)?.at).toBeLessThan(3 * 510 + 150);
    }
  });

  it("refuses a wait that is too long for the priority, at once, and says when to come back", async () => {
    const { limiter, call, groups } = givenLimiter();
    await limiter.observe(givenStore(), groups, [{ group: "calls", pauseMs: 60_000 }]);
    const since = performance.now();
    const result = await settled(call("interactive", { priority: "interactive" }));
    expect(result).toMatchObject({ status: "rejected", reason: expect.any(QuotaWaitError) });
    const { reason } = result as { reason: QuotaWaitError };
    expect(reason.reason).toBe("paused");
    expect(reason.waitMs).toBeGreaterThan(57_000);
    expect(performance.now() - since).toBeLessThan(50);
  });

  it("waits out a short pause, and pauses at once for calls that wait already", async () => {
    const { limiter, call, groups, starts } = givenLimiter();
    const calls = Promise.all(Array.from({ length: 3 }, (_, i) => call(`call ${i}`)));
    await vi.advanceTimersByTimeAsync(50);
    await limiter.throttled(givenStore(), groups, [{ group: "calls" }], 2000);
    await settled(calls);
    expect(starts[0]?.at).toBeLessThan(50);
    expect(starts[1]?.at).toBeGreaterThan(2040);
  });

  it("pauses only the narrowest group where the platform does not say which quota was spent", async () => {
    const groups = [givenGroup({ name: "app", scope: "app" }), givenGroup()];
    const { limiter, budget } = givenLimiter({ groups });
    await limiter.throttled(givenStore(), groups, [{ group: "app" }, { group: "calls" }], null);
    expect(budget.observations).toEqual([{ key: "example:store:store-1:calls", pauseMs: 1000 }]);
  });

  it("tells the budget a learned capacity once", async () => {
    const groups = [givenGroup({ learned: true }), givenGroup({ name: "fixed" })];
    const { limiter, budget } = givenLimiter({ groups });
    for (const capacity of [40, 40, 80]) {
      await limiter.observe(givenStore(), groups, [
        { group: "calls", capacity, remaining: 3 },
        { group: "fixed", capacity },
      ]);
    }
    expect(budget.observations.map(({ key, capacity }) => [key, capacity])).toEqual([
      ["example:store:store-1:calls", 40],
      ["example:store:store-1:calls", 80],
    ]);
  });

  it("throws away starts that it could not keep, and goes on", async () => {
    let slow = 0;
    // Every third answer comes 400 ms after its starts have passed.
    const { starts, call, budget } = givenLimiter({ answerMs: () => (++slow % 3 === 0 ? 400 : 1) });
    await settled(Promise.all(Array.from({ length: 12 }, (_, i) => call(`call ${i}`))));
    expect(starts).toHaveLength(12);
    expect(mostInAWindow(starts, 1000)).toBeLessThanOrEqual(10);
    expect(budget.leases.length).toBeGreaterThan(12);
  });

  it("takes no notice of how long a lease is under way to the budget", async () => {
    let slow = 0;
    const { starts, call } = givenLimiter({ askMs: () => (++slow % 3) * 20 });
    await settled(Promise.all(Array.from({ length: 30 }, (_, i) => call(`call ${i}`))));
    expect(mostInAWindow(starts, 1000)).toBeLessThanOrEqual(10);
    expect(starts.at(-1)?.at).toBeLessThan(29 * 102 + 100);
  });

  it("ends the wait within a tick when the signal is aborted, and gives the start to the next", async () => {
    const { call, starts } = givenLimiter();
    const controller = new AbortController();
    const calls = [call("first"), call("second", { signal: controller.signal }), call("third")];
    await vi.advanceTimersByTimeAsync(20);
    controller.abort(new Error("stopped"));
    await expect(calls[1]).rejects.toThrow("stopped");
    await settled(Promise.all([calls[0], calls[2]]));
    expect(starts.map(({ name }) => name)).toEqual(["first", "third"]);
    expect(starts[1]?.at).toBeLessThan(130);
    await expect(call("x", { signal: controller.signal })).rejects.toThrow("stopped");
  });

  it("passes a failure of the budget on to everyone who waits", async () => {
    const budget = { lease: () => Promise.reject(new Error("database is away")), observe: async () => {} };
    const limiter = createLimiter({ budget });
    const acquire = () => limiter.acquire(givenStore(), [givenGroup()], [{ group: "calls" }], "normal", never());
    const results = await settled(Promise.allSettled([acquire(), acquire()]));
    expect(results).toMatchObject({ value: [{ reason: { message: "database is away" } }, { status: "rejected" }] });
  });

  it("lets calls pass that draw on nothing, and refuses a group that is not defined", async () => {
    const { limiter } = givenLimiter();
    expect((await limiter.acquire(givenStore(), [], [], "normal", never())).waitedMs).toBe(0);
    await expect(limiter.acquire(givenStore(), [], [{ group: "typo" }], "normal", never())).rejects.toThrow(
      /"typo" is not defined/,
    );
  });
});

describe("a prepaid slot", () => {
  it("is spent by the first call that draws on the same groups, once", async () => {
    const { limiter, groups, budget, call } = givenLimiter();
    const reserved = await settled(limiter.reserve(givenStore(), groups, [{ group: "calls" }], "normal", never()));
    const prepaid = (reserved as PromiseFulfilledResult<Store["prepaid"]>).value;
    await vi.advanceTimersByTimeAsync(8);
    const store = givenStore({ prepaid });
    await settled(call("first", { store }));
    expect(budget.leases).toHaveLength(1);
    await settled(call("second", { store }));
    expect(budget.leases).toHaveLength(2);
  });

  it("is worth nothing when its time has passed", async () => {
    const { limiter, groups, budget, call } = givenLimiter();
    const reserved = await settled(limiter.reserve(givenStore(), groups, [{ group: "calls" }], "normal", never()));
    const prepaid = (reserved as PromiseFulfilledResult<Store["prepaid"]>).value;
    await vi.advanceTimersByTimeAsync(200);
    await settled(call("late", { store: givenStore({ prepaid }) }));
    expect(budget.leases).toHaveLength(2);
  });

  it("may be spent as late as the unused share of the rate allows: no window holds more for it", async () => {
    const { limiter, groups, budget, call } = givenLimiter({ share: 0.95 });
    for (const [afterMs, leases] of [
      [30, 1],
      [120, 3],
    ] as const) {
      const reserved = await settled(limiter.reserve(givenStore(), groups, [{ group: "calls" }], "normal", never()));
      const prepaid = (reserved as PromiseFulfilledResult<Store["prepaid"]>).value;
      await vi.advanceTimersByTimeAsync(afterMs);
      await settled(call(`after ${afterMs}`, { store: givenStore({ prepaid }) }));
      expect(budget.leases).toHaveLength(leases);
      await vi.advanceTimersByTimeAsync(2_000);
    }
  });

  it("that came too late puts its call before those that have yet to choose what they send", async () => {
    const { limiter, groups, starts, call } = givenLimiter();
    const reserved = await settled(limiter.reserve(givenStore(), groups, [{ group: "calls" }], "normal", never()));
    const prepaid = (reserved as PromiseFulfilledResult<Store["prepaid"]>).value;
    await vi.advanceTimersByTimeAsync(200);
    const others = Array.from({ length: 8 }, (_, i) => call(`other ${i}`, { priority: "zero" }));
    const late = call("late", { store: givenStore({ prepaid }) });
    await settled(Promise.all([...others, late]));
    expect(starts.findIndex((start) => start.name === "late")).toBeLessThan(3);
  });

  it("leaves a call alone that draws on something else", async () => {
    const groups = [givenGroup(), givenGroup({ name: "other" })];
    const { limiter, call } = givenLimiter({ groups });
    const reserved = await settled(limiter.reserve(givenStore(), groups, [{ group: "calls" }], "normal", never()));
    const prepaid = (reserved as PromiseFulfilledResult<NonNullable<Store["prepaid"]>>).value;
    await settled(call("other", { store: givenStore({ prepaid }), uses: [{ group: "other" }] }));
    expect(prepaid.spend()).toBe(true);
    expect(prepaid.spend()).toBe(false);
  });
});

describe("whatever happens", () => {
  it("every call starts, is refused or is aborted, the quota holds, and nothing is left behind", async () => {
    const event = fc.record({
      afterMs: fc.integer({ min: 0, max: 120 }),
      priority: fc.constantFrom<Priority>("interactive", "zero", "normal", "background"),
      lengthMs: fc.integer({ min: 0, max: 300 }),
      abortAfterMs: fc.option(fc.integer({ min: 0, max: 400 }), { freq: 4 }),
      kind: fc.constantFrom("call", "call", "call", "call", "prepaid", "pause", "busy loop"),
    });
    const setting = fc.record({
      capacity: fc.constantFrom(5, 20, 100, 400),
      share: fc.constantFrom(1, 0.95, 0.5),
      concurrency: fc.constantFrom(undefined, 1, 3),
      latencies: fc.array(fc.constantFrom(0, 1, 5, 30, 200), { minLength: 1, maxLength: 8 }),
      events: fc.array(event, { minLength: 1, maxLength: 60 }),
    });
    await fc.assert(
      fc.asyncProperty(setting, async ({ capacity, share, concurrency, latencies, events }) => {
        let leases = 0;
        const latency = () => latencies[leases++ % latencies.length] ?? 0;
        const groups = [givenGroup({ capacity, ...(concurrency === undefined ? {} : { concurrency }) })];
        const given = givenLimiter({ groups, share, askMs: latency, answerMs: latency });
        const { limiter, starts, under, call, keepBusy } = given;
        const uses = [{ group: "calls" }];
        const calls: Promise<PromiseSettledResult<unknown>[]>[] = [];
        const keep = (promise: Promise<unknown>) => calls.push(Promise.allSettled([promise]));
        for (const [index, { afterMs, priority, lengthMs, abortAfterMs, kind }] of events.entries()) {
          await vi.advanceTimersByTimeAsync(afterMs);
          const controller = new AbortController();
          if (abortAfterMs !== null) setTimeout(() => controller.abort(new Error("stopped")), abortAfterMs);
          const { signal } = controller;
          if (kind === "pause") keep(limiter.throttled(givenStore(), groups, uses, lengthMs));
          else if (kind === "busy loop") keepBusy(lengthMs);
          else if (kind === "call") keep(call(`call ${index}`, { priority, lengthMs, signal }));
          else {
            const prepaid = limiter.reserve(givenStore(), groups, uses, priority, signal);
            keep(
              prepaid.then(async (slot) => {
                await systemTimer.sleep(lengthMs % 20);
                return call(`paid ${index}`, { store: givenStore({ prepaid: slot }), lengthMs, signal });
              }),
            );
          }
        }
        const all = await settled(Promise.all(calls));
        for (const outcome of (all as PromiseFulfilledResult<PromiseSettledResult<unknown>[][]>).value.flat()) {
          if (outcome.status === "rejected") expect(outcome.reason.message).toMatch(/^(stopped|no start within)/);
        }
        if (starts.length > 0) expect(mostInAWindow(starts, 1000)).toBeLessThanOrEqual(capacity);
        expect(under.most).toBeLessThanOrEqual(concurrency ?? under.most);
        await vi.advanceTimersByTimeAsync(3000);
        expect(vi.getTimerCount()).toBe(0);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
});
