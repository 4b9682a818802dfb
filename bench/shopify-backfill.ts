/**
 * `npx tsx bench/shopify-backfill.ts [orders] [pages|bulk]`: reads a shop's whole past of orders through Shopify's adapter,
 * before its fake, and prints calls, the shop's time on the quotas of the smallest plan, CPU seconds of ours and of the
 * fake's apart, and the most memory that both took. Waits pass at once on a clock of their own; no database. A shop of
 * 100 000 orders wants `NODE_OPTIONS=--max-old-space-size=8192`.
 */
import axios, { type AxiosRequestConfig } from "axios";
import { shopify } from "../src/adapters/shopify/index.ts";
import type { Credentials, ReadCapability, Store } from "../src/core/adapter.ts";
import { createHttpFactory } from "../src/core/http.ts";
import { createLimiter } from "../src/core/limiter.ts";
import { createLog } from "../src/core/log.ts";
import { createRetry } from "../src/core/retry.ts";
import type { Timer } from "../src/core/timer.ts";
import { createShopifyFake } from "../src/fakes/shopify/index.ts";
import { createMemoryBudget } from "../tests/core/memory-budget.ts";
import { createTestClock } from "../tests/support/clock.ts";

const DAY_MS = 86_400_000;
const PAGE_LIMIT = 500;
/** Some of a fake's stories come to no order. */
const STORIES_PER_ORDER = 1.18;
const [count = "1000", way = "pages"] = process.argv.slice(2);
const clock = createTestClock(new Date("2026-03-01T08:00:00Z"));
const started = performance.now();
const seconds = () => ((performance.now() - started) / 1000).toFixed(0);
const stories = Math.ceil(Number(count) * STORIES_PER_ORDER);
const fake = createShopifyFake({ clock, name: "backfill", seed: 3, orders: stories, deliverByItself: false });
console.log(`${fake.orders.size} orders in the shop, made in ${seconds()} s`);

let [fakeCpu, bytes, inFlight] = [0, 0, 0];
const timer = createTimer();
const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};
const fetchIt = async (input: Request | string | URL, init?: RequestInit): Promise<Response> => {
  const request = input instanceof Request ? input : new Request(input, init);
  inFlight += 1;
  const before = cpu();
  const response = await fake.fetch(request);
  const body = await response.arrayBuffer();
  fakeCpu += cpu() - before;
  inFlight -= 1;
  bytes += body.byteLength;
  return new Response(body, { status: response.status, headers: response.headers });
};
/** Guards that give up after so long pass last: what they wait for may stand in a timer of the process's own. */
const GUARD_MS = 20_000;
const GUARD_TURNS = 10;

/** Waits pass at once, in their order, while no call is under way; the clock goes with them. There is one caller. */
function createTimer(): Timer {
  const waiting: { at: number; resolve: () => void }[] = [];
  let running = false;
  const turn = () => new Promise((resolve) => setTimeout(resolve, 1));
  async function run(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      waiting.sort((a, b) => a.at - b.at);
      const [next] = waiting;
      const isGuard = next !== undefined && next.at - clock.now().getTime() >= GUARD_MS;
      for (let left = isGuard ? GUARD_TURNS : 1; left > 0 && waiting[0] === next; left -= 1) await turn();
      if (inFlight > 0 || next === undefined || waiting.some(({ at }) => at < next.at) || !waiting.includes(next))
        continue;
      waiting.splice(waiting.indexOf(next), 1);
      if (next.at > clock.now().getTime()) clock.set(new Date(next.at));
      next.resolve();
    }
    running = false;
  }
  return {
    now: () => clock.now().getTime(),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const wake = () => {
          signal?.removeEventListener("abort", leave);
          resolve();
        };
        const entry = { at: clock.now().getTime() + Math.ceil(Math.max(0, ms)), resolve: wake };
        const leave = () => {
          const index = waiting.indexOf(entry);
          if (index >= 0) waiting.splice(index, 1);
          reject(signal?.reason);
        };
        if (signal?.aborted) return leave();
        signal?.addEventListener("abort", leave, { once: true });
        waiting.push(entry);
        if (!running) void run();
      }),
  };
}
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
const adapter = shopify.createAdapter({ http, clock, log });
const orders = adapter.orders as ReadCapability;
const { signal } = new AbortController();
const values = { shop: fake.domain, access_token: fake.permanentToken() };
const credentials: Credentials = { purpose: "api", values, version: 1, expiresAt: null };
const store = {
  id: "store",
  platform: "shopify",
  name: "Backfill",
  externalId: fake.domain,
  baseUrl: `https://${fake.domain}`,
  settings: {},
  marketplaces: [],
  currency: "USD",
  timeZone: "UTC",
  app: null,
  priority: "background",
  prepaid: null,
  facts: {},
  credentials: async () => credentials,
  refresh: async () => credentials,
} satisfies Store;
const context = { storeId: store.id, ...store };

const [stream] = orders.streams;
if (!stream) throw new Error("orders have no stream");
const [began, cpuBefore] = [clock.now().getTime(), cpu()];
const seen = new Set<string>();
let named = 0;
// Longer times are read by a bulk run, unless a setting says otherwise.
const windowMs = way === "bulk" ? stream.window.maxMinutes * 60_000 : 3 * DAY_MS;
for (let since = began - 85 * DAY_MS; since < began; since += windowMs) {
  const until = Math.min(began, since + windowMs);
  let cursor: string | null = null;
  do {
    const input = { stream: stream.name, since: new Date(since), until: new Date(until), cursor, limit: PAGE_LIMIT };
    const page = await orders.list(store, input, signal);
    if (page.tooMany) throw new Error("a window holds too much: the engine would halve it");
    if (page.waitMs !== undefined) clock.advance(page.waitMs);
    const documents = [...page.documents];
    for (let at = 0; at < page.references.length; at += orders.getBatch) {
      const found = await orders.getMany(store, page.references.slice(at, at + orders.getBatch), signal);
      documents.push(...found.documents);
    }
    named += page.references.length;
    for (const raw of documents) for (const order of orders.toUnified(raw, context).orders) seen.add(order.externalId);
    cursor = page.next;
  } while (cursor !== null);
}
const kinds = new Map<string, number>();
for (const { operation } of fake.requests) kinds.set(operation, (kinds.get(operation) ?? 0) + 1);
const hours = (clock.now().getTime() - began) / 3_600_000;
const own = cpu() - cpuBefore - fakeCpu;
console.log(
  `${way}: ${seen.size} orders read, ${named} of them by their ids, ${(bytes / 1e6).toFixed(0)} MB of answers`,
);
console.log(`calls: ${[...kinds].map(([name, times]) => `${name} ${times}`).join(", ")}`);
const megabytes = process.resourceUsage().maxRSS / 1024;
console.log(
  `${hours.toFixed(2)} hours of the shop's time; ${own.toFixed(1)} CPU seconds of ours, ${fakeCpu.toFixed(1)} of the fake's; ${seconds()} s in all, ${megabytes.toFixed(0)} MB at most`,
);
