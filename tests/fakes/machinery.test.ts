import { describe, expect, it } from "vitest";
import { addDecimals, createBookkeeper, foldEvents } from "../../src/fakes/books.ts";
import {
  createGate,
  createManualClock,
  createRandom,
  createSlidingWindow,
  isConnectionLost,
  parseFaultScript,
} from "../../src/fakes/fake.ts";
import { createFaults } from "../../src/fakes/faults.ts";

const START = "2026-11-21T12:00:00Z";

function request(path = "/things", init: RequestInit = {}): Request {
  return new Request(`https://fake.example.test${path}`, init);
}

describe("failure script", () => {
  it("is taken step by step, the operation's own first, then its prefix, then all", () => {
    const faults = createFaults();
    faults.add("*", ["reset"]);
    faults.add("orders.*", ["cut"]);
    faults.add("orders.list", [{ status: 503 }, "ok", "timeout"]);
    const steps = Array.from({ length: 6 }, () => faults.next("orders.list"));
    expect(steps).toEqual([{ status: 503 }, "ok", "timeout", "cut", "reset", "ok"]);
  });

  it("repeats when told to", () => {
    const faults = createFaults();
    faults.add("stock.set", ["ok", "ok", "cut"], { repeat: true });
    const steps = Array.from({ length: 7 }, () => faults.next("stock.set"));
    expect(steps).toEqual(["ok", "ok", "cut", "ok", "ok", "cut", "ok"]);
  });

  it("is read from JSON, and a wrong step is named", () => {
    const script = {
      "a.b": ["timeout", { status: 429, headers: { "retry-after": 1 } }],
      c: { repeat: true, steps: [] },
    };
    expect(parseFaultScript(script)).toEqual({
      "a.b": { steps: ["timeout", { status: 429, headers: { "retry-after": "1" } }], repeat: false },
      c: { steps: [], repeat: true },
    });
    expect(() => parseFaultScript({ x: ["ok", "explode"] })).toThrow("x[1]");
    expect(() => parseFaultScript({ x: [{}] })).toThrow("x[0]");
    expect(() => parseFaultScript([])).toThrow(TypeError);
  });
});

describe("gate", () => {
  const clock = createManualClock(START);
  const make = () => createGate({ clock, secretParameters: [/^secret/] });

  it("does the work of a cut call and loses the answer", async () => {
    const gate = make();
    let done = 0;
    gate.faults.add("x", ["cut", "reset"]);
    const work = () => {
      done += 1;
      return new Response("ok");
    };
    const lost = await gate.run({ request: request(), operation: "x" }, work).catch((error: unknown) => error);
    expect(isConnectionLost(lost)).toBe(true);
    expect(done).toBe(1);
    await expect(gate.run({ request: request(), operation: "x" }, work)).rejects.toThrow("connection lost");
    expect(done).toBe(1);
    expect(gate.requests.map(({ status, fault }) => [status, fault])).toEqual([
      [0, "cut"],
      [0, "reset"],
    ]);
  });

  it("leaves a timed-out call without an answer until the caller gives up", async () => {
    const gate = make();
    gate.faults.add("x", ["timeout"]);
    const abort = new AbortController();
    const call = gate.run(
      { request: request("/", { signal: abort.signal }), operation: "x" },
      () => new Response("no"),
    );
    abort.abort(new Error("gave up"));
    await expect(call).rejects.toThrow("gave up");
  });

  it("answers what the script says, with the work done before when told", async () => {
    const gate = make();
    let done = 0;
    gate.faults.add("x", [
      { status: 502, applied: true },
      { html: "<p>challenge</p>" },
      { status: 429, headers: { "retry-after": "1" } },
      { status: 500, body: { a: 1 } },
    ]);
    const run = () =>
      gate.run({ request: request(), operation: "x" }, () => {
        done += 1;
        return new Response("ok");
      });
    expect([(await run()).status, done]).toEqual([502, 1]);
    const page = await run();
    expect([page.status, await page.text(), page.headers.get("content-type")]).toEqual([
      200,
      "<p>challenge</p>",
      "text/html; charset=UTF-8",
    ]);
    expect((await run()).headers.get("retry-after")).toBe("1");
    expect(await (await run()).json()).toEqual({ a: 1 });
    expect(done).toBe(1);
  });

  it("records calls without their secrets", async () => {
    const gate = make();
    await gate.run({ request: request("/a?secret_key=zz&page=2"), operation: "a.list" }, () => new Response("ok"));
    expect(gate.requests).toEqual([
      {
        at: "2026-11-21T12:00:00.000Z",
        operation: "a.list",
        method: "GET",
        path: "/a",
        query: "page=2",
        status: 200,
      },
    ]);
  });
});

describe("quota", () => {
  it("never lets more than the limit into any window, wherever the window begins", () => {
    const clock = createManualClock(START);
    const window = createSlidingWindow({ limit: 5, windowMs: 1000 }, clock);
    const random = createRandom(7);
    const allowed: number[] = [];
    for (let call = 0; call < 2000; call += 1) {
      clock.advance(random.int(0, 150));
      if (window.take().allowed) allowed.push(clock.now().getTime());
    }
    for (const end of allowed)
      expect(allowed.filter((at) => at > end - 1000 && at <= end).length).toBeLessThanOrEqual(5);
    expect(window.refused()).toBeGreaterThan(0);
  });

  it("says when the next call will be let in, and is right to the millisecond", () => {
    const clock = createManualClock(START);
    const window = createSlidingWindow({ limit: 1, windowMs: 1000 }, clock);
    window.take();
    clock.advance(400);
    const refusal = window.take();
    expect(refusal).toEqual({ allowed: false, retryAfterMs: 600 });
    clock.advance(599);
    expect(window.take().allowed).toBe(false);
    clock.advance(1);
    expect(window.take().allowed).toBe(true);
  });

  it("counts keys apart", () => {
    const window = createSlidingWindow({ limit: 1, windowMs: 1000 }, createManualClock(START));
    expect([window.take("a"), window.take("b"), window.take("a")].map((decision) => decision.allowed)).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe("books", () => {
  it("adds decimals exactly", () => {
    expect(addDecimals("0.1", "0.2")).toBe("0.3");
    expect(addDecimals("12.34", "-12.340")).toBe("0.000");
    expect(addDecimals("-0.50", "0.25")).toBe("-0.25");
    expect(addDecimals("9007199254740993", "1")).toBe("9007199254740994");
  });

  it("are a snapshot, and follow from the log alone", () => {
    const keeper = createBookkeeper();
    const at = new Date(START);
    keeper.append(at, { kind: "variant_added", listingId: "1", variantId: "1", sku: "A", quantity: 5, price: "1" });
    const before = keeper.books();
    const sale = { kind: "units_sold", orderId: "9", variantId: "1", sku: "A", quantity: 2, shown: 5 } as const;
    keeper.append(at, { ...sale });
    expect(before.variants.get("1")?.quantity).toBe(5);
    expect(keeper.books().variants.get("1")?.quantity).toBe(3);
    expect(foldEvents(keeper.events)).toEqual(keeper.books());
  });
});
