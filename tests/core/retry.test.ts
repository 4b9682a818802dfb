import { describe, expect, it } from "vitest";
import { adapterError, type ErrorCategory, type ErrorDetails } from "../../src/core/errors.ts";
import { createRetry, dueAfter, type RetryCall } from "../../src/core/retry.ts";

function error(category: ErrorCategory, details: Partial<ErrorDetails> = {}) {
  return adapterError(category, { platform: "example", operation: "orders.list", ...details });
}

/** Runs a call whose attempts fail with the given errors in turn and then succeed. */
async function run(failures: Error[], call: Partial<RetryCall> = {}, random = 0) {
  const slept: number[] = [];
  const retry = createRetry({
    timer: { now: () => 0, sleep: async (ms) => void slept.push(ms) },
    random: () => random,
  });
  const left = [...failures];
  let attempts = 0;
  const outcome = await retry
    .run({ effect: "read", signal: new AbortController().signal, ...call }, async () => {
      attempts++;
      const failure = left.shift();
      if (failure) throw failure;
      return "done";
    })
    .catch((reason: unknown) => reason);
  return { outcome, attempts, slept };
}

describe("within a call", () => {
  it("transient failures are repeated twice, later each time, with jitter", async () => {
    const failures = [error("transient"), error("transient"), error("transient")];
    expect(await run(failures.slice(0, 2))).toEqual({ outcome: "done", attempts: 3, slept: [250, 750] });
    expect((await run(failures.slice(0, 2), {}, 1)).slept).toEqual([500, 1500]);
    expect(await run(failures)).toEqual({ outcome: failures[2], attempts: 3, slept: [250, 750] });
  });

  it("a throttled call is repeated when the wait is short in all", async () => {
    expect(await run([error("throttled", { retryAfterMs: 3000 })])).toMatchObject({ outcome: "done", slept: [3000] });
    expect(await run([error("throttled")])).toMatchObject({ outcome: "done", slept: [1000] });
    const long = error("throttled", { retryAfterMs: 6000 });
    expect(await run([long])).toEqual({ outcome: long, attempts: 1, slept: [] });
    const twice = [error("throttled", { retryAfterMs: 3000 }), error("throttled", { retryAfterMs: 3000 })];
    expect(await run(twice)).toEqual({ outcome: twice[1], attempts: 2, slept: [3000] });
  });

  it.each(["invalid_request", "not_found", "conflict", "permanent"] as const)(
    "%s is never repeated",
    async (category) => {
      const failure = error(category);
      expect(await run([failure])).toEqual({ outcome: failure, attempts: 1, slept: [] });
    },
  );

  it("a write without a key is not repeated, a write with one is", async () => {
    expect((await run([error("transient")], { effect: "write" })).attempts).toBe(1);
    expect((await run([error("transient")], { effect: "keyed-write" })).outcome).toBe("done");
  });

  it("a refused token is renewed once, beside the repeats", async () => {
    let refreshed = 0;
    const refresh = async () => void refreshed++;
    const failures = [error("transient"), error("auth_expired"), error("transient")];
    expect(await run(failures, { refresh })).toMatchObject({ outcome: "done", attempts: 4 });
    expect(await run([error("auth_expired"), error("auth_expired")], { refresh })).toMatchObject({ attempts: 2 });
    expect(refreshed).toBe(2);
    expect((await run([error("auth_expired")], { effect: "write", refresh })).outcome).toBe("done");
    expect((await run([error("auth_expired")])).attempts).toBe(1);
  });

  it("a failed renewal ends the call with its own failure", async () => {
    const lost = new Error("no refresh");
    expect((await run([error("auth_expired")], { refresh: () => Promise.reject(lost) })).outcome).toBe(lost);
  });

  it("a bug is thrown at once", async () => {
    const bug = new TypeError("x is not a function");
    expect(await run([bug])).toEqual({ outcome: bug, attempts: 1, slept: [] });
  });

  it("nothing is begun or repeated after an abort", async () => {
    const controller = new AbortController();
    const failure = error("transient");
    const attempt = async () => {
      controller.abort(new Error("stopped"));
      throw failure;
    };
    const retry = createRetry({ timer: { now: () => 0, sleep: async () => {} } });
    await expect(retry.run({ effect: "read", signal: controller.signal }, attempt)).rejects.toBe(failure);
    await expect(retry.run({ effect: "read", signal: controller.signal }, attempt)).rejects.toThrow("stopped");
  });
});

describe("across calls", () => {
  const now = new Date("2026-01-01T00:00:00Z");
  const wait = (category: ErrorCategory, attempts: number, retryAfterMs: number | null = null, random = 1) => {
    const due = dueAfter(category, attempts, retryAfterMs, now, random);
    return due === null ? null : due.getTime() - now.getTime();
  };

  it("transient failures back off from ten seconds to a quarter of an hour, for ever", () => {
    expect([1, 2, 3, 4].map((attempts) => wait("transient", attempts))).toEqual([10_000, 20_000, 40_000, 80_000]);
    expect(wait("transient", 1, null, 0)).toBe(7_500);
    expect(wait("transient", 1000)).toBe(900_000);
  });

  it("the platform's own wait is kept, with some spread and nothing earlier", () => {
    expect(wait("throttled", 5, 2_000, 0)).toBe(2_000);
    expect(wait("throttled", 1, 2_000, 1)).toBe(2_200);
    expect(wait("throttled", 1)).toBe(5_000);
    expect(wait("transient", 1, 60_000, 0)).toBe(60_000);
    expect(wait("throttled", 1, 3_600_000, 1)).toBe(3_601_000);
  });

  it("a conflict is decided once more, and what time does not cure is never due", () => {
    expect(wait("conflict", 1)).toBe(5_000);
    expect(wait("conflict", 2)).toBeNull();
    for (const category of ["auth_expired", "invalid_request", "not_found", "permanent"] as const) {
      expect(wait(category, 1, 1000)).toBeNull();
    }
  });
});
