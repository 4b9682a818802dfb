import { describe, expect, it } from "vitest";
import type { ErrorRow } from "../../src/core/adapter.ts";
import {
  classifyTransport,
  DEFAULT_ROWS,
  type FailureFacts,
  parseRetryAfter,
  toAdapterError,
} from "../../src/core/error-table.ts";

function mapped(facts: Partial<FailureFacts>, rows: ErrorRow[] = []) {
  return toAdapterError(rows, DEFAULT_ROWS, {
    platform: "example",
    operation: "orders.list",
    effect: "read",
    ...facts,
  });
}

describe("the default rows", () => {
  it.each([
    [400, "invalid_request"],
    [401, "auth_expired"],
    [403, "permanent"],
    [404, "not_found"],
    [408, "transient"],
    [410, "not_found"],
    [412, "conflict"],
    [413, "invalid_request"],
    [425, "transient"],
    [429, "throttled"],
    [500, "transient"],
    [501, "permanent"],
    [503, "transient"],
    [520, "transient"],
    [451, "permanent"],
  ])("map status %i to %s", (status, category) => {
    expect(mapped({ status }).category).toBe(category);
  });
});

describe("the adapter's rows", () => {
  const failure = { code: "E7", subCode: "s.limit-count", message: "Too many Calls" };

  it.each<[ErrorRow, boolean]>([
    [{ status: 200, category: "conflict" }, true],
    [{ status: [201, 202], category: "conflict" }, false],
    [{ code: "E7", category: "conflict" }, true],
    [{ code: "E", category: "conflict" }, false],
    [{ code: /^E\d$/g, category: "conflict" }, true],
    [{ subCode: /limit/, operation: "orders.list", category: "conflict" }, true],
    [{ subCode: /limit/, operation: /^stock\./, category: "conflict" }, false],
    [{ message: /too many/i, category: "conflict" }, true],
    [{ contentType: /json/, category: "conflict" }, true],
    [{ contentType: /html/, category: "conflict" }, false],
  ])("match when all that they name matches: %j", (row, matches) => {
    for (let again = 0; again < 2; again++) {
      const { category } = mapped({ status: 200, contentType: "application/json", failure }, [row]);
      expect(category).toBe(matches ? "conflict" : "permanent");
    }
  });

  it("come before the default rows, the first one first", () => {
    const rows: ErrorRow[] = [
      { status: 429, category: "permanent", hint: "the app is blocked" },
      { status: 429, category: "conflict" },
    ];
    const error = mapped({ status: 429 }, rows);
    expect(error.category).toBe("permanent");
    expect(error.message).toBe("[example] orders.list: permanent (HTTP 429): the app is blocked");
  });

  it("give the documented wait where the answer names none", () => {
    const row: ErrorRow = { status: 429, category: "throttled", retryAfterMs: 1000 };
    expect(mapped({ status: 429 }, [row]).retryAfterMs).toBe(1000);
    expect(mapped({ status: 429, failure: { code: null, retryAfterMs: 1e20 } }, [row]).retryAfterMs).toBe(86_400_000);
    expect(mapped({ status: 429, retryAfterMs: 30 }, [row]).retryAfterMs).toBe(30);
    expect(
      mapped({ status: 429, retryAfterMs: 30, failure: { code: null, retryAfterMs: 20 } }, [row]).retryAfterMs,
    ).toBe(20);
  });
});

describe("a write", () => {
  it.each<[Partial<FailureFacts>, boolean]>([
    [{ transport: "timeout" }, true],
    [{ transport: "network" }, true],
    [{ transport: "cancelled" }, true],
    [{ transport: "too_large" }, true],
    [{ transport: "unreachable" }, false],
    [{ transport: "unsendable" }, false],
    [{ status: 503 }, true],
    [{ status: 200, garbled: true }, true],
    [{ status: 429 }, false],
    [{ status: 401 }, false],
    [{ status: 422 }, false],
  ])("may have been applied after %j: %s", (facts, maybe) => {
    expect(mapped({ ...facts, effect: "write" }).maybeApplied).toBe(maybe);
    expect(mapped({ ...facts, effect: "keyed-write" }).maybeApplied).toBe(maybe);
    expect(mapped({ ...facts, effect: "read" }).maybeApplied).toBe(false);
  });
});

describe("an answer that cannot be read", () => {
  it("is transient where it should have been a success, and what its status says elsewhere", () => {
    expect(mapped({ status: 200, garbled: true }).category).toBe("transient");
    expect(mapped({ status: 401, garbled: true }).category).toBe("auth_expired");
    expect(mapped({ status: 400, garbled: true, contentType: "text/html" }).category).toBe("transient");
    expect(mapped({ status: 200, failure: { code: "unknown" } }).category).toBe("permanent");
  });
});

describe("classifyTransport", () => {
  const chain = (...codes: string[]) =>
    codes.reduceRight<Error | undefined>(
      (cause, code) => Object.assign(new Error("x", { cause }), { code }),
      undefined,
    );

  it.each([
    [chain("ECONNABORTED"), "timeout"],
    [chain("ETIMEDOUT"), "timeout"],
    [chain("ERR_NETWORK", "ECONNREFUSED"), "unreachable"],
    [chain("ERR_NETWORK", "ENOTFOUND"), "unreachable"],
    [chain("ERR_NETWORK", "ECONNRESET"), "network"],
    [chain("ERR_NETWORK"), "network"],
    [chain("ERR_CANCELED"), "cancelled"],
    [chain("ERR_INVALID_URL"), "unsendable"],
    [new Error("maxContentLength size of 10 exceeded"), "too_large"],
    [new DOMException("late", "TimeoutError"), "timeout"],
    ["no error at all", "network"],
  ])("names %s %s", (error, kind) => {
    expect(classifyTransport(error)).toBe(kind);
  });
});

describe("parseRetryAfter", () => {
  const now = new Date("2026-01-01T00:00:00Z");
  it.each([
    ["3", 3000],
    ["0.5", 500],
    ["Thu, 01 Jan 2026 00:01:00 GMT", 60_000],
    ["Wed, 31 Dec 2025 00:00:00 GMT", 0],
    ["soon", null],
    ["-1", null],
    ["", null],
    [undefined, null],
  ])("reads %j as %s ms", (header, ms) => {
    expect(parseRetryAfter(header, now)).toBe(ms);
  });
});
