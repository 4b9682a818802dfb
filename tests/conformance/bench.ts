/** One adapter before one fake, over the real HTTP client; time passes without being waited for. */
import axios, { type AxiosRequestConfig } from "axios";
import type {
  Adapter,
  AdapterContext,
  Credentials,
  HttpWebhooks,
  InboundRequest,
  Store,
  StoreFacts,
} from "../../src/core/adapter.ts";
import { isAbsent } from "../../src/core/adapter.ts";
import { AuthExpiredError } from "../../src/core/errors.ts";
import { encodeGbk, textOfGbk } from "../../src/core/gbk.ts";
import { createHttpFactory } from "../../src/core/http.ts";
import { createLimiter, type Limiter } from "../../src/core/limiter.ts";
import { createRetry } from "../../src/core/retry.ts";
import type { Timer } from "../../src/core/timer.ts";
import { createMemoryBudget } from "../core/memory-budget.ts";
import { createTestClock, type TestClock } from "../support/clock.ts";
import { createLogCapture, type LogCapture } from "../support/log-capture.ts";
import type { FakeSetup, Platform, Subject } from "./platform.ts";

export const START = new Date("2026-03-01T08:00:00.000Z");
export const DAY_MS = 86_400_000;

export interface Exchange {
  method: string;
  url: string;
  body: string;
  status: number;
  answer: string;
}

export interface Bench {
  platform: Platform;
  subject: Subject;
  adapter: Adapter;
  store: Store;
  clock: TestClock;
  timer: Timer;
  limiter: Limiter;
  logs: LogCapture;
  signal: AbortSignal;
  /** What went over the wire. */
  exchanges: Exchange[];
  /** What the fake sent by itself. */
  inbound: InboundRequest[];
  /** Called before each request; and its answer's text may be replaced. */
  wire: { before(request: Request): void | Promise<void>; tamper(answer: string, request: Request): string };
  context: AdapterContext;
  /** The credentials in use; a refresh replaces them. */
  credentials: Credentials;
  /** Another store of the platform, with a fake of its own, behind the same limiter. */
  neighbour(): { store: Store; subject: Subject };
  secrets(): string[];
}

export interface Setup extends Partial<Pick<FakeSetup, "orders" | "listings" | "quota">> {
  /** True: calls wait for their starts. The other checks ask what is said, not when. */
  limited?: boolean;
}

const UNLIMITED: Limiter = {
  acquire: async () => ({ waitedMs: 0, release: () => {} }),
  reserve: async (_store, _groups, quota) => ({ quota, spend: () => true }),
  observe: async () => {},
  throttled: async () => {},
};
const ABUNDANT = { limit: 1_000_000, windowMs: 1000 };

export function createBench(platform: Platform, setup: Setup = {}): Bench {
  const clock = createTestClock(START);
  const logs = createLogCapture({ clock });
  const wire: Bench["wire"] = { before: () => {}, tamper: (answer) => answer };
  const exchanges: Exchange[] = [];
  const inbound: InboundRequest[] = [];
  const fakes = new Map<string, Subject>();
  let inFlight = 0;
  const timer = createVirtualTimer(clock, () => inFlight > 0, setup.limited ? 10 : 0);
  const limiter = setup.limited ? createLimiter({ budget: createMemoryBudget(timer), timer }) : UNLIMITED;

  const fetchOne = async (input: Request | string | URL, init?: RequestInit): Promise<Response> => {
    let request = input instanceof Request ? input : new Request(input, init);
    const fake = fakes.get(new URL(request.url).host)?.fake;
    if (!fake) throw new TypeError(`nothing is served at ${new URL(request.url).host}`);
    inFlight += 1;
    try {
      await wire.before(request);
      let body = "";
      if (request.body !== null) {
        // Read once and put back: a clone would be two streams, which cost more than the call.
        const sent = await request.arrayBuffer();
        body = new TextDecoder().decode(sent);
        request = new Request(request, { body: sent });
      }
      const response = await fake.fetch(request);
      const bytes = new Uint8Array(await response.arrayBuffer());
      // As text for those who look; what they leave as it is arrives byte by byte.
      const original = textOfGbk(bytes);
      const answer = wire.tamper(original, request);
      exchanges.push({ method: request.method, url: request.url, body, status: response.status, answer });
      const empty = response.status === 204 || response.status === 304;
      const isGbk = /charset=gb/i.test(response.headers.get("content-type") ?? "");
      const sent = answer === original ? bytes : isGbk ? encodeGbk(answer) : answer;
      return new Response(empty ? null : sent, { status: response.status, headers: response.headers });
    } finally {
      inFlight -= 1;
    }
  };
  const withFetch = (config: AxiosRequestConfig) => ({
    ...config,
    env: { ...config.env, fetch: fetchOne as typeof fetch },
  });
  const http = createHttpFactory({
    limiter,
    retry: createRetry({ timer, random: () => 0.5 }),
    clock,
    timer,
    log: logs.log,
    allowPrivateUrls: true,
    // The fetch adapter itself, as in production; only where its requests end is another place.
    adapter: ((config) => axios.getAdapter("fetch", withFetch(config) as never)(config)) satisfies NonNullable<
      AxiosRequestConfig["adapter"]
    >,
  });
  const context: AdapterContext = { http, clock, log: logs.log };
  const adapter = platform.entry.createAdapter(context);

  const makeSubject = (name: string): Subject => {
    const subject = platform.makeFake({
      clock,
      name,
      quota: setup.quota ?? ABUNDANT,
      ...(setup.orders === undefined ? {} : { orders: setup.orders }),
      ...(setup.listings === undefined ? {} : { listings: setup.listings }),
      webhookFetch: async (url, init) => {
        const request = toInbound(url, init);
        inbound.push(request);
        return answerInbound(adapter, subject, request, clock);
      },
    });
    subject.fake.attach(subject.baseUrl);
    fakes.set(new URL(subject.baseUrl).host, subject);
    return subject;
  };
  const subject = makeSubject("conformance");
  const bench: Bench = {
    platform,
    subject,
    adapter,
    clock,
    timer,
    limiter,
    logs,
    signal: new AbortController().signal,
    exchanges,
    inbound,
    wire,
    context,
    credentials: { purpose: "api", values: subject.credentials, version: 1, expiresAt: null },
    store: undefined as unknown as Store,
    neighbour: () => {
      const other = makeSubject("neighbour");
      const credentials: Credentials = { purpose: "api", values: other.credentials, version: 1, expiresAt: null };
      return {
        subject: other,
        store: {
          ...bench.store,
          id: "store-2",
          baseUrl: other.baseUrl,
          app: other.app ?? null,
          credentials: async () => credentials,
        },
      };
    },
    secrets: () =>
      [...fakes.values()]
        .flatMap((one) => [
          ...Object.values(one.credentials),
          ...one.secrets,
          ...(one.app ? [one.app.secret] : []),
          ...(one.webhooks ? [one.webhooks.secret] : []),
        ])
        .concat(Object.values(bench.credentials.values)),
  };
  bench.store = createStore(bench);
  return bench;
}

/** The store as the engine hands it in, with one refresh for all who met the same stale credentials. */
function createStore(bench: Bench): Store {
  const { subject, adapter, platform } = bench;
  let running: Promise<Credentials> | null = null;
  const store: Store = {
    id: "store-1",
    platform: platform.entry.id,
    name: "Conformance",
    externalId: null,
    baseUrl: subject.baseUrl,
    settings: subject.settings ?? {},
    marketplaces: [],
    currency: "EUR",
    timeZone: "UTC",
    app: subject.app ?? null,
    priority: "normal",
    prepaid: null,
    facts: {},
    credentials: async () => bench.credentials,
    refresh: async (stale) => {
      if (bench.credentials.version > stale.version) return bench.credentials;
      running ??= (async () => {
        if (!adapter.auth.refresh)
          throw new AuthExpiredError({ platform: store.platform, operation: "auth.refresh", message: "no refresh" });
        const grant = await adapter.auth.refresh(store, stale, bench.signal);
        bench.credentials = {
          purpose: "api",
          values: grant.values,
          version: stale.version + 1,
          expiresAt: grant.expiresAt,
        };
        return bench.credentials;
      })().finally(() => {
        running = null;
      });
      return running;
    },
  };
  return store;
}

/** The store after a first look at the platform, as it is when work begins. */
export async function probed(bench: Bench): Promise<StoreFacts> {
  const facts = await bench.adapter.auth.probe(bench.store, bench.signal);
  bench.store = {
    ...bench.store,
    externalId: facts.externalId,
    marketplaces: facts.marketplaces,
    currency: facts.currency ?? facts.marketplaces[0]?.currency ?? "EUR",
    timeZone: facts.timeZone ?? "UTC",
    facts: facts.facts,
  };
  return facts;
}

export function toInbound(url: string, init: RequestInit): InboundRequest {
  const { pathname, searchParams } = new URL(url);
  const { body } = init;
  return {
    method: init.method ?? "POST",
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: Object.fromEntries(new Headers(init.headers)),
    body: body instanceof Uint8Array ? body : new TextEncoder().encode(typeof body === "string" ? body : ""),
  };
}

function answerInbound(adapter: Adapter, subject: Subject, request: InboundRequest, clock: TestClock): Response {
  const { webhooks } = adapter;
  if (isAbsent(webhooks) || webhooks.kind !== "http" || !subject.webhooks) return new Response("", { status: 404 });
  const { answer } = receive(webhooks, subject, request, clock);
  return new Response(answer.body ?? "", { status: answer.status, headers: answer.headers ?? {} });
}

/** Hands a message to the adapter as the engine does. */
export function receive(
  webhooks: HttpWebhooks,
  subject: Subject,
  request: InboundRequest,
  clock: TestClock,
  secret?: string,
) {
  if (!subject.webhooks) throw new Error("the platform file does not say how messages are signed");
  return webhooks.receive(request, subject.webhooks.secrets(secret ?? subject.webhooks.secret), clock);
}

const holdsRealTimers = () => process.getActiveResourcesInfo().includes("Timeout");

/** Waits pass at once, in their order, while no call is under way; the clock goes with them. */
export function createVirtualTimer(clock: TestClock, isBusy: () => boolean, turns: number): Timer {
  const waiting: { at: number; resolve: () => void }[] = [];
  let running = false;
  const run = async () => {
    running = true;
    while (waiting.length > 0) {
      waiting.sort((a, b) => a.at - b.at);
      // Whatever can go on without time passing goes on first, also what real timers hold.
      await new Promise((resolve) => setImmediate(resolve));
      for (let turn = 0; turn < turns && holdsRealTimers(); turn += 1)
        await new Promise((resolve) => setTimeout(resolve, 1));
      if (isBusy()) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        continue;
      }
      waiting.sort((a, b) => a.at - b.at);
      const next = waiting.shift();
      if (!next) break;
      if (next.at > clock.now().getTime()) clock.set(new Date(next.at));
      next.resolve();
    }
    running = false;
  };
  return {
    now: () => clock.now().getTime(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason);
        // Whole milliseconds: a clock that falls short of the wait would be asked for ever.
        const entry = { at: clock.now().getTime() + Math.ceil(Math.max(0, ms)), resolve };
        signal?.addEventListener(
          "abort",
          () => {
            const index = waiting.indexOf(entry);
            if (index >= 0) waiting.splice(index, 1);
            reject(signal.reason);
          },
          { once: true },
        );
        waiting.push(entry);
        if (!running) void run();
      }),
  };
}
