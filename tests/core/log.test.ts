import { describe, expect, it } from "vitest";
import { z } from "zod";
import { ConflictError } from "../../src/core/errors.ts";
import { createLog, type LogOptions } from "../../src/core/log.ts";
import { createTestClock } from "../support/clock.ts";
import { createLogCapture } from "../support/log-capture.ts";

function givenLog(options: Partial<LogOptions> = {}) {
  const capture = createLogCapture();
  const log = createLog({
    level: "debug",
    write: capture.destination.write,
    clock: createTestClock("2026-01-02T03:04:05.678Z"),
    runtime: "node",
    version: "1.2.3",
    ...options,
  });
  return { log, capture };
}

describe("a log line", () => {
  it("carries time, level, message, service, runtime and version", () => {
    const { log, capture } = givenLog();
    log.info("store connected", { storeId: "s1", durationMs: 12 });
    expect(capture.lines()).toEqual([
      {
        level: "info",
        ts: "2026-01-02T03:04:05.678Z",
        service: "tallyport",
        runtime: "node",
        version: "1.2.3",
        storeId: "s1",
        durationMs: 12,
        msg: "store connected",
      },
    ]);
  });

  it("carries the scope of its child logs", () => {
    const { log, capture } = givenLog();
    log.child({ platform: "example" }).child({ storeId: "s1", token: "Secretia" }).warn("drift", { count: 2 });
    log.warn("drift");
    expect(capture.lines()[0]).toMatchObject({ platform: "example", storeId: "s1", token: "[redacted]", count: 2 });
    expect(capture.lines()[1]).not.toHaveProperty("platform");
  });

  it("is not written below the level, and not at all when silent", () => {
    const { log, capture } = givenLog({ level: "warn" });
    log.info("no");
    log.error("yes");
    expect(capture.lines().map((line) => line.msg)).toEqual(["yes"]);
    const silent = givenLog({ level: "silent" });
    silent.log.error("no");
    expect(silent.capture.lines()).toEqual([]);
  });

  it("holds values that JSON has no form for", () => {
    const { log, capture } = givenLog();
    log.info("odd", {
      big: 9007199254740993n,
      at: new Date(0),
      bytes: new Uint8Array(3),
      none: undefined,
      nan: Number.NaN,
      fn: () => 1,
    });
    expect(capture.lines()[0]).toMatchObject({
      big: "9007199254740993",
      at: "1970-01-01T00:00:00.000Z",
      bytes: "[3 bytes]",
      nan: "NaN",
      fn: "[function]",
    });
  });

  it("survives a value that contains itself", () => {
    const { log, capture } = givenLog();
    const loop: Record<string, unknown> = { id: 1 };
    loop.loop = loop;
    log.info("loop", { loop });
    expect(JSON.stringify(capture.lines())).toContain("[deep]");
  });
});

describe("redaction", () => {
  it.each([
    "token",
    "accessToken",
    "refresh_token",
    "X-Api-Key",
    "appSecret",
    "password",
    "authorization",
    "signature",
    "sign",
    "cookie",
    "name",
    "buyerName",
    "receiver_name",
    "address",
    "shippingAddresses",
    "shipTo",
    "ship_to",
    "phone",
    "receiverMobile",
    "email",
    "e-mail",
    "body",
    "requestBody",
    "payload",
    "query",
    "credentials",
    "platformMessage",
  ])("hides the field %s at any depth, whatever it holds", (name) => {
    const { log, capture } = givenLog();
    log.info("x", {
      [name]: "Secretia",
      a: [{ b: { [name]: { deep: "Secretia" } } }],
      c: new Map([[name, ["Secretia"]]]),
    });
    capture.assertNone(["Secretia"]);
    expect(capture.lines()[0]?.[name]).toBe("[redacted]");
  });

  it("keeps what explains a failure", () => {
    const { log, capture } = givenLog();
    const fields = {
      code: "E1",
      table: "order status",
      sku: "A-1",
      idempotencyKey: "k",
      topic: "orders",
      design: "d",
      storeName: "Shop",
    };
    log.info("x", { ...fields, token: null, hasPhone: true });
    expect(capture.lines()[0]).toMatchObject({ ...fields, token: null, hasPhone: true });
  });

  it("cuts query strings and user parts from addresses in any text", () => {
    const { log, capture } = givenLog();
    log.info("x", {
      url: "https://api.example.com/v1/orders?sign=Secretia&page=2",
      detail: "GET https://Secretia:Secretia@api.example.com/a#Secretia failed for Secretia@example.com",
      link: new URL("https://api.example.com/b?Secretia"),
    });
    capture.assertNone(["Secretia"]);
    expect(capture.lines()[0]?.url).toBe("https://api.example.com/v1/orders?…");
  });

  it("writes errors without what the platform said, and their causes", () => {
    const { log, capture } = givenLog();
    const error = new ConflictError({
      platform: "example",
      operation: "orders.get",
      platformCode: "BUSY",
      platformMessage: "order of Secretia is locked",
      httpStatus: 409,
      issues: [{ path: "lines.0", message: "Secretia" }],
      cause: new Error("for Secretia@example.com"),
    });
    log.error("call failed", { err: error });
    capture.assertNone(["Secretia"]);
    expect(capture.lines()[0]?.err).toMatchObject({
      name: "ConflictError",
      category: "conflict",
      platformCode: "BUSY",
      httpStatus: 409,
      issuePaths: ["lines.0"],
      stack: expect.stringContaining("log.test.ts"),
      cause: { name: "Error", message: "for [e-mail]" },
    });
  });

  it("does not repeat values that a parser or a schema quotes", () => {
    const { log, capture } = givenLog();
    const parse = z.object({ a: z.literal("x") }).safeParse({ a: "Secretia" });
    let syntax: unknown;
    try {
      JSON.parse("Secretia");
    } catch (error) {
      syntax = error;
    }
    log.error("x", { err: parse.error, other: syntax });
    capture.assertNone(["Secretia"]);
    expect(capture.lines()[0]).toMatchObject({
      err: { message: "a: invalid_value" },
      other: { message: "invalid syntax" },
    });
  });
});
