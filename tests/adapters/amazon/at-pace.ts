/** A selling account behind its documented usage plans, on a clock of its own: waits pass at once, and are counted. */
import { setMaxListeners } from "node:events";
import axios, { type AxiosRequestConfig } from "axios";
import { marketplaceOf } from "../../../src/adapters/amazon/config.ts";
import { amazon } from "../../../src/adapters/amazon/index.ts";
import type { Credentials, Priority, Store } from "../../../src/core/adapter.ts";
import { isAdapterError } from "../../../src/core/errors.ts";
import { createHttpFactory } from "../../../src/core/http.ts";
import { createLimiter } from "../../../src/core/limiter.ts";
import { createLog } from "../../../src/core/log.ts";
import { createRetry } from "../../../src/core/retry.ts";
import { type AmazonFakeOptions, createAmazonFake } from "../../../src/fakes/amazon/index.ts";
import { createVirtualTimer } from "../../conformance/bench.ts";
import { createMemoryBudget } from "../../core/memory-budget.ts";
import { present } from "../../support/adapter-stub.ts";
import { createTestClock } from "../../support/clock.ts";

export const { signal: SIGNAL } = new AbortController();
// Each wait listens to it.
setMaxListeners(0, SIGNAL);

const SOON_MS = 300_000;

/** CPU seconds of this process. */
export function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Makes the account and the adapter before it. `spent` counts the fake's own CPU seconds, and bytes of its answers. */
export function givenAccountAtPace(options: AmazonFakeOptions, start = "2026-03-01T08:00:00Z") {
  const clock = createTestClock(new Date(start));
  const fake = createAmazonFake({ clock, ...options });
  const spent = { fakeCpu: 0, bytes: 0 };
  const calls: { operation: string; at: number; status: number }[] = [];
  let inFlight = 0;
  const timer = createVirtualTimer(clock, () => inFlight > 0, 10);
  const fetchIt = async (input: Request | string | URL, init?: RequestInit): Promise<Response> => {
    const request = input instanceof Request ? input : new Request(input, init);
    inFlight += 1;
    const before = cpuSeconds();
    const at = clock.now().getTime();
    const response = await fake.fetch(request);
    const body = await response.arrayBuffer();
    spent.fakeCpu += cpuSeconds() - before;
    inFlight -= 1;
    spent.bytes += body.byteLength;
    calls.push({ operation: fake.requests.at(-1)?.operation ?? "", at, status: response.status });
    return new Response(response.status === 204 ? null : body, { status: response.status, headers: response.headers });
  };
  const log = createLog({ level: "silent" });
  const http = createHttpFactory({
    limiter: createLimiter({ budget: createMemoryBudget(timer), timer }),
    retry: createRetry({ timer, random: () => 0.5 }),
    clock,
    timer,
    log,
    allowPrivateUrls: true,
    adapter: (config) =>
      axios.getAdapter("fetch", { ...config, env: { ...config.env, fetch: fetchIt } } as AxiosRequestConfig as never)(
        config,
      ),
  });
  const adapter = present(amazon.createAdapter({ http, clock, log }));
  let current: Credentials = { purpose: "api", values: fake.connection, version: 1, expiresAt: clock.now() };
  const marketplaces = fake.settings.marketplaces.map((code) => marketplaceOf(code));
  const storeOf = (priority: Priority): Store => {
    const store: Store = {
      id: "store",
      platform: "amazon",
      name: fake.name,
      externalId: fake.settings.seller_id,
      baseUrl: "https://account.example",
      settings: {},
      marketplaces,
      currency: marketplaces[0]?.currency ?? "EUR",
      timeZone: "UTC",
      app: null,
      priority,
      prepaid: null,
      facts: {},
      // As the engine: a token that ends soon is renewed before it is used.
      credentials: async () => {
        const left = (current.expiresAt?.getTime() ?? 0) - clock.now().getTime();
        return left > SOON_MS ? current : store.refresh(current);
      },
      refresh: async (stale) => {
        const grant = await adapter.auth.refresh?.({ ...store, credentials: async () => stale }, stale, SIGNAL);
        if (!grant) throw new Error("tokens are not renewed");
        current = { ...current, values: grant.values, expiresAt: grant.expiresAt, version: stale.version + 1 };
        return current;
      },
    };
    return store;
  };
  /** As the engine: what finds no start within its time comes back when there is one. */
  const patiently = async <T>(work: () => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!isAdapterError(error) || error.category !== "throttled") throw error;
        await timer.sleep(error.retryAfterMs ?? 60_000, SIGNAL);
      }
    }
  };
  return { fake, clock, timer, adapter, storeOf, patiently, calls, spent };
}
