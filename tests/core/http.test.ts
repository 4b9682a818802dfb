import { delay, type HttpHandler, HttpResponse, http } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { ClientDefinition, HttpCall, HttpClient, QuotaObservation, Store } from "../../src/core/adapter.ts";
import { AuthExpiredError, isAdapterError, TransientError } from "../../src/core/errors.ts";
import { type CallFacts, createHttpFactory, type HttpFactoryOptions } from "../../src/core/http.ts";
import { type Limiter, QuotaWaitError } from "../../src/core/limiter.ts";
import { createLog } from "../../src/core/log.ts";
import { createRetry } from "../../src/core/retry.ts";
import { id, parseWire } from "../../src/core/wire.ts";
import { createTestClock } from "../support/clock.ts";
import { createLogCapture, type LogCapture } from "../support/log-capture.ts";
import { givenCredentials, givenStore } from "./given-store.ts";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterAll(() => server.close());
let capture: LogCapture;
beforeEach(() => {
  capture = createLogCapture();
});
afterEach(() => {
  server.resetHandlers();
  capture.assertNone(["Secretoken", "Secretia"]);
});

const URL_OF = "https://api.example.com/v1/orders";
const never = () => new AbortController().signal;

type LimiterCall = ["observe", readonly QuotaObservation[]] | ["throttled", number | null] | ["acquire"] | ["release"];

function givenClient(definition: Partial<ClientDefinition> = {}, options: Partial<HttpFactoryOptions> = {}) {
  const limited: LimiterCall[] = [];
  const limiter: Limiter = {
    acquire: async () => {
      limited.push(["acquire"]);
      return { waitedMs: 7, release: () => limited.push(["release"]) };
    },
    reserve: () => Promise.reject(new Error("not asked for")),
    observe: async (_store, _groups, seen) => void limited.push(["observe", seen]),
    throttled: async (_store, _groups, _uses, retryAfterMs) => void limited.push(["throttled", retryAfterMs]),
  };
  const slept: number[] = [];
  const timer = { now: () => 0, sleep: async (ms: number) => void slept.push(ms) };
  const calls: CallFacts[] = [];
  const log = createLog({ level: "debug", write: capture.destination.write });
  const factory = createHttpFactory({
    limiter,
    retry: createRetry({ timer, random: () => 0 }),
    clock: createTestClock("2026-01-01T00:00:00Z"),
    log,
    metrics: { onCall: (facts) => calls.push(facts) },
    timer,
    allowPrivateUrls: false,
    ...options,
  });
  const client = factory({
    platform: "example",
    errors: [],
    quotas: [{ name: "calls", scope: "store", capacity: 10, windowMs: 1000 }],
    failure: () => null,
    ...definition,
  });
  return { client, limited, slept, calls, log };
}

interface Request<T> extends Partial<HttpCall<T>> {
  store?: Store;
  url?: string;
}

function send<T = unknown>(client: HttpClient, request: Request<T> = {}, signal = never()): Promise<T> {
  const { url = URL_OF, ...rest } = request;
  return client.send<T>(
    {
      store: givenStore(),
      operation: "orders.list",
      effect: "read",
      quota: [{ group: "calls" }],
      request: (credentials) => ({
        method: "GET",
        url: `${url}?sign=Secretia`,
        headers: { authorization: `Bearer ${credentials.values.token}` },
      }),
      parse: (answer) => parseWire(answer.text()).value as T,
      ...rest,
    },
    signal,
  );
}

/** Answers each request with the next of the given answers, and keeps what was asked. */
function given(...answers: (() => Response | Promise<Response>)[]): globalThis.Request[] {
  const asked: globalThis.Request[] = [];
  const handler: HttpHandler = http.all("https://api.example.com/*", async ({ request }) => {
    asked.push(request.clone());
    const answer = answers[Math.min(asked.length, answers.length) - 1];
    if (!answer) throw new Error("no answer given");
    return answer();
  });
  server.use(handler);
  return asked;
}

const ok =
  (body = '{"id":9007199254740993}') =>
  () =>
    new HttpResponse(body, { headers: { "content-type": "application/json" } });
const status =
  (code: number, body = "", headers: Record<string, string> = {}) =>
  () =>
    new HttpResponse(body, { status: code, headers });

async function failure(promise: Promise<unknown>) {
  const error = await promise.then(
    () => new Error("it succeeded"),
    (reason: unknown) => reason,
  );
  if (!isAdapterError(error)) throw error;
  return error;
}

describe("a call", () => {
  it("sends what the adapter built and parses the raw bytes", async () => {
    const asked = given(ok());
    const { client, calls, limited } = givenClient();
    const body = Buffer.from('xx{"a":1}').subarray(2);
    const value = await send(client, {
      request: () => ({
        method: "POST",
        url: `${URL_OF}?b=2&a=1`,
        headers: { "content-type": "application/json", "x-sign": "AbC" },
        body,
      }),
    });
    expect(value).toEqual({ id: "9007199254740993" });
    expect(asked[0]?.url).toBe(`${URL_OF}?b=2&a=1`);
    expect(asked[0]?.headers.get("x-sign")).toBe("AbC");
    expect(await asked[0]?.text()).toBe('{"a":1}');
    expect(limited).toEqual([["acquire"], ["release"]]);
    expect(calls).toEqual([
      {
        platform: "example",
        storeId: "store-1",
        operation: "orders.list",
        outcome: "ok",
        httpStatus: 200,
        durationMs: 0,
        waitedMs: 7,
      },
    ]);
  });

  it("adds no content type of its own", async () => {
    const asked = given(ok());
    const { client } = givenClient();
    await send(client, { request: () => ({ method: "POST", url: URL_OF }) });
    expect(asked[0]?.headers.get("content-type")).toBeNull();
    expect(asked[0]?.headers.get("user-agent")).toBe("tallyport");
  });

  it("gives headers in lower case and text that is decoded once", async () => {
    given(() => new HttpResponse("测试", { headers: { "X-Thing": "a" } }));
    const { client } = givenClient();
    const [header, text] = await send<string[]>(client, {
      parse: (answer) => [answer.headers["x-thing"] ?? "", answer.text()],
    });
    expect([header, text]).toEqual(["a", "测试"]);
  });

  it("writes one debug line without query, token or body", async () => {
    given(ok('{"name":"Secretia"}'));
    const { client } = givenClient();
    await send(client);
    expect(capture.lines()).toMatchObject([
      {
        level: "debug",
        msg: "platform call",
        operation: "orders.list",
        httpStatus: 200,
        waitedMs: 7,
        attempt: 1,
        bytes: 19,
        quotaGroup: "calls",
      },
    ]);
    capture.assertNone(["Secretia", "Secretoken", "sign="]);
  });
});

describe("a failure", () => {
  it("in the envelope of a 200 is found and mapped by the adapter's rows", async () => {
    given(ok('{"error_response":{"code":"27","sub_code":"isv.busy","msg":"for Secretia"}}'));
    const { client } = givenClient({
      errors: [{ code: "27", subCode: /^isv\.busy/, category: "conflict", hint: "try later" }],
      failure: (answer) => {
        const { error_response: e } = parseWire(answer.text()).value as {
          error_response?: { code: string; sub_code: string; msg: string };
        };
        return e ? { code: e.code, subCode: e.sub_code, message: e.msg, requestId: "r-1" } : null;
      },
    });
    const error = await failure(send(client));
    expect(error).toMatchObject({
      category: "conflict",
      platformCode: "27/isv.busy",
      platformMessage: "for Secretia",
      platformRequestId: "r-1",
      httpStatus: 200,
    });
    expect(error.message).toBe("[example] orders.list: conflict (27/isv.busy): try later");
  });

  it.each([
    [404, "not_found"],
    [409, "conflict"],
    [422, "invalid_request"],
    [403, "permanent"],
    [418, "permanent"],
  ])("of status %i is %s and not repeated", async (code, category) => {
    const asked = given(status(code, "{}", { "x-request-id": "r-2" }));
    const { client } = givenClient();
    expect(await failure(send(client))).toMatchObject({ category, httpStatus: code, platformRequestId: "r-2" });
    expect(asked).toHaveLength(1);
  });

  it("that may pass is repeated twice, built afresh each time", async () => {
    const asked = given(status(503), status(502, "<html>"), ok());
    const { client, slept, limited, calls } = givenClient();
    let built = 0;
    await send(client, { request: () => ({ method: "GET", url: `${URL_OF}?nonce=${++built}` }) });
    expect(asked.map((request) => new URL(request.url).search)).toEqual(["?nonce=1", "?nonce=2", "?nonce=3"]);
    expect(slept).toEqual([250, 750]);
    expect(limited.filter(([kind]) => kind === "acquire")).toHaveLength(3);
    expect(calls.map((call) => call.outcome)).toEqual(["transient", "transient", "ok"]);
    given(status(503));
    expect(await failure(send(givenClient().client))).toBeInstanceOf(TransientError);
  });

  it("of a write without a key is not repeated, and may have been applied", async () => {
    const asked = given(status(500));
    const { client } = givenClient();
    expect(await failure(send(client, { effect: "write" }))).toMatchObject({
      category: "transient",
      maybeApplied: true,
    });
    expect(asked).toHaveLength(1);
    given(status(500), ok());
    await send(givenClient().client, { effect: "keyed-write" });
  });

  it("to answer in JSON is transient: a web page, nothing, half a document", async () => {
    for (const body of ["<html>Secretia</html>", "", '{"name":"Secretia"']) {
      given(() => new HttpResponse(body));
      const error = await failure(send(givenClient().client, { effect: "write" }));
      expect(error).toMatchObject({ category: "transient", maybeApplied: true });
      expect(`${error.message}${error.cause}`).not.toContain("Secretia");
    }
  });

  it("to find anything but a proxy's page at the address is no sign of a deleted record", async () => {
    given(status(404, "<html></html>", { "content-type": "text/html" }));
    expect((await failure(send(givenClient().client))).category).toBe("transient");
  });

  it("to match the schema names the path and no value", async () => {
    given(ok('{"orders":[{"id":null,"name":"Secretia"}]}'));
    const schema = z.object({ orders: z.array(z.object({ id: id() })) });
    const error = await failure(
      send(givenClient().client, { parse: (answer) => schema.parse(parseWire(answer.text()).value) }),
    );
    expect(error.message).toContain("permanent (HTTP 200): schema mismatch at orders.0.id");
    expect(error).toMatchObject({
      maybeApplied: false,
      issues: [{ path: "orders.0.id", message: "expected an id, got null" }],
    });
  });

  it("of ours is thrown as it is: a bug is not the platform's", async () => {
    given(ok());
    const { client, calls } = givenClient();
    await expect(
      send(client, {
        parse: () => {
          throw new TypeError("undefined is not a function");
        },
      }),
    ).rejects.toThrow(TypeError);
    expect(calls).toMatchObject([{ outcome: "bug" }]);
  });
});

describe("a refused token", () => {
  it("is renewed once, and the call repeated with the new one, writes as well", async () => {
    const asked = given(status(401), ok());
    await send(givenClient().client, { effect: "write" });
    expect(asked.map((request) => request.headers.get("authorization"))).toEqual([
      "Bearer Secretoken1",
      "Bearer Secretoken2",
    ]);
  });

  it("that is refused again ends the call", async () => {
    const asked = given(status(401));
    expect(await failure(send(givenClient().client))).toBeInstanceOf(AuthExpiredError);
    expect(asked).toHaveLength(2);
  });

  it("that cannot be renewed asks for the seller", async () => {
    given(status(401));
    const store = givenStore({ refresh: () => Promise.reject(new Error("refused")) });
    const error = await failure(send(givenClient().client, { store }));
    expect(error).toBeInstanceOf(AuthExpiredError);
    expect(error.message).toContain("connect the store again");
  });

  it("that cannot be renewed keeps what its row says of it", async () => {
    given(status(401));
    const errors = [
      { status: 401, category: "auth_expired", hint: "the seller changed the password", remedy: "ask the seller" },
    ] as const;
    const store = givenStore({ refresh: () => Promise.reject(new Error("refused")) });
    const error = await failure(send(givenClient({ errors }).client, { store }));
    expect(error.message).toContain("the seller changed the password (the token was refused and could not be renewed");
    expect(error).toMatchObject({ category: "auth_expired", remedy: "ask the seller" });
  });

  it("whose renewal failed for the network's sake does not disconnect the store", async () => {
    given(status(401));
    const busy = new TransientError({ platform: "example", operation: "token.refresh" });
    const store = givenStore({ refresh: () => Promise.reject(busy) });
    expect(await failure(send(givenClient().client, { store }))).toBe(busy);
  });

  it("asks for the credentials of the call's purpose", async () => {
    given(ok());
    const asked: (string | undefined)[] = [];
    const store = givenStore({
      credentials: async (purpose) => {
        asked.push(purpose);
        return givenCredentials();
      },
    });
    await send(givenClient().client, { store, purpose: "statements" });
    expect(asked).toEqual(["statements"]);
  });
});

describe("quotas", () => {
  it("pause as the platform asks, in seconds or until a date, and a short wait is waited out", async () => {
    for (const header of ["2", "Thu, 01 Jan 2026 00:00:02 GMT"]) {
      given(status(429, "", { "retry-after": header }), ok());
      const { client, limited, slept } = givenClient();
      await send(client);
      expect(limited).toContainEqual(["throttled", 2000]);
      expect(slept).toEqual([2000]);
    }
  });

  it("end the call when the wait is long", async () => {
    const asked = given(status(429, "", { "retry-after": "60" }));
    const { client, slept } = givenClient();
    expect(await failure(send(client))).toMatchObject({ category: "throttled", retryAfterMs: 60_000 });
    expect([asked.length, slept.length]).toEqual([1, 0]);
  });

  it("are told what every answer says, and not paused twice where it names the group", async () => {
    given(status(429, "{}"), ok());
    const { client, limited } = givenClient({
      observe: (answer) => [{ group: "calls", pauseMs: answer.status === 429 ? 900 : 0 }],
    });
    await send(client);
    expect(limited.filter(([kind]) => kind === "observe")).toHaveLength(2);
    expect(limited.filter(([kind]) => kind === "throttled")).toHaveLength(0);
  });

  it("that give no start end the call before anything is sent", async () => {
    const limiter = { acquire: () => Promise.reject(new QuotaWaitError(40_000, "daily", "k")) } as unknown as Limiter;
    const { client } = givenClient({}, { limiter });
    const error = await failure(send(client, { effect: "write" }));
    expect(error).toMatchObject({ category: "throttled", retryAfterMs: 40_000, maybeApplied: false });
    expect(error.message).toContain("the day's allowance is used up");
  });

  it("whose bookkeeping fails do not fail a call that has succeeded", async () => {
    given(ok());
    const { client } = givenClient({
      observe: () => {
        throw new Error("odd header");
      },
    });
    await send(client);
    expect(capture.withMessage("quota observation lost")).toHaveLength(1);
  });
});

describe("the network", () => {
  it("that breaks is transient, without the request in the error", async () => {
    given(() => HttpResponse.error());
    const error = await failure(send(givenClient().client, { effect: "write" }));
    expect(error).toMatchObject({ category: "transient", maybeApplied: true });
    expect(JSON.stringify({ ...error, cause: error.cause })).not.toContain("Secretoken");
    for (let e: unknown = error; e instanceof Error; e = e.cause) expect(Object.keys(e)).not.toContain("config");
  });

  it("that does not answer in time is a timeout", async () => {
    given(async () => {
      await delay("infinite");
      return new HttpResponse();
    });
    const error = await failure(send(givenClient().client, { effect: "write", timeoutMs: 20 }));
    expect(error.message).toContain("no answer in time");
    expect(error.maybeApplied).toBe(true);
  });

  it("that stops in the middle of the body is a timeout too", async () => {
    given(() => new HttpResponse(new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array(3)) })));
    expect((await failure(send(givenClient().client, { effect: "write", timeoutMs: 30 }))).message).toContain(
      "no answer in time",
    );
  });

  it("that sends more than allowed is cut off, whether it said so before or not", async () => {
    const long = new Uint8Array(100_000);
    given(() => new HttpResponse(long));
    expect((await failure(send(givenClient().client, { maxBytes: 1000 }))).message).toContain("larger than allowed");
    given(
      () =>
        new HttpResponse(
          new ReadableStream({
            start: (stream) => {
              stream.enqueue(long);
              stream.close();
            },
          }),
        ),
    );
    expect((await failure(send(givenClient().client, { maxBytes: 1000 }))).category).toBe("permanent");
  });

  it("that sends us elsewhere is not followed", async () => {
    const asked = given(status(302, "", { location: "https://elsewhere.example/login?x=Secretia" }));
    const error = await failure(send(givenClient().client));
    expect(error.category).toBe("permanent");
    expect(error.message).toContain("redirected to https://elsewhere.example/login: correct the address");
    expect(asked).toHaveLength(1);
  });
});

describe("an aborted call", () => {
  it("is not sent at all, or ends within a tick while it is under way", async () => {
    const controller = new AbortController();
    const asked = given(async () => {
      controller.abort(new Error("stopped"));
      await delay("infinite");
      return new HttpResponse();
    });
    const { client, limited, calls } = givenClient();
    await expect(send(client, {}, controller.signal)).rejects.toThrow("stopped");
    await expect(send(client, {}, controller.signal)).rejects.toThrow("stopped");
    expect(asked).toHaveLength(1);
    expect(limited).toEqual([["acquire"], ["release"]]);
    expect(calls).toMatchObject([{ outcome: "aborted" }]);
  });

  it("that was a write says that it may have been applied", async () => {
    const controller = new AbortController();
    given(async () => {
      controller.abort(new Error("stopped"));
      await delay("infinite");
      return new HttpResponse();
    });
    expect(await failure(send(givenClient().client, { effect: "keyed-write" }, controller.signal))).toMatchObject({
      category: "transient",
      maybeApplied: true,
    });
  });

  it("keeps the answer of a write that came before the abort was seen", async () => {
    const controller = new AbortController();
    given(ok());
    const { client } = givenClient();
    const value = await send(
      client,
      {
        effect: "write",
        parse: () => {
          controller.abort(new Error("stopped"));
          return "done";
        },
      },
      controller.signal,
    );
    expect(value).toBe("done");
  });
});

describe("addresses inside our own network", () => {
  it.each([
    "http://127.0.0.1:5432/x",
    "http://[::ffff:10.0.0.1]/x",
    "http://localhost/x",
    "file:///etc/passwd",
    "https://user:pass@api.example.com/x",
  ])("%s is refused before anything is sent", async (url) => {
    const error = await failure(send(givenClient().client, { url }));
    expect(error).toMatchObject({ category: "permanent", maybeApplied: false });
    expect(error.message).not.toContain("pass@");
  });

  it("are refused behind a name as well, and a name that does not resolve is transient", async () => {
    const refuse = async (hostname: string) => {
      throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: "ENOTFOUND" });
    };
    const { client } = givenClient({}, { checkAddress: refuse });
    expect(await failure(send(client, { effect: "write" }))).toMatchObject({
      category: "transient",
      maybeApplied: false,
    });
  });

  it("are called where that is allowed", async () => {
    server.use(http.get("http://127.0.0.1:9/x", () => HttpResponse.json({ id: 1 })));
    const { client } = givenClient({}, { allowPrivateUrls: true });
    expect(await send(client, { url: "http://127.0.0.1:9/x" })).toEqual({ id: 1 });
  });
});
