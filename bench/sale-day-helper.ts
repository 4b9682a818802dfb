/** The stores of the sale day with their buyers, in a process of their own. */
import { serveHelper } from "./harness.ts";
import { seededRandom } from "./random.ts";
import {
  BURST_EVERY_MS,
  BURST_MS,
  CAPACITIES,
  firstQuantities,
  ORDERS_PER_SECOND,
  WATCHED_MS,
  WATCHER_EVERY,
  wishes,
} from "./sale-day-plan.ts";
import { clockMs, openShop, type Shop, type ShopLog } from "./sale-day-shop.ts";

export type ShopsQuestion =
  | { ask: "open"; seconds: number }
  /** Limits hold from now on, and messages go to these addresses in turn. */
  | { ask: "ready"; origins: string[] }
  | { ask: "sell"; seconds: number }
  | { ask: "shown" }
  | { ask: "logs" };

export interface ShopsAnswer {
  baseUrls?: string[];
  shown?: number[][];
  logs?: ShopLog[];
  /** Orders that buyers placed, and those of watchers among them. */
  orders?: number;
  watched?: number;
  /** By how much the stores' own process was late at worst, in milliseconds. */
  lateMs?: number;
}

const TICK_MS = 5;
/** A buyer looks at so many articles before leaving. */
const LOOKS = 30;

let shops: Shop[] = [];

if (process.send) serveHelper<ShopsQuestion, ShopsAnswer>(answer);

async function answer(question: ShopsQuestion): Promise<ShopsAnswer> {
  switch (question.ask) {
    case "open": {
      const quantities = firstQuantities(question.seconds);
      shops = await Promise.all(CAPACITIES.map((_, index) => openShop(index + 1, quantities)));
      return { baseUrls: shops.map((shop) => shop.baseUrl) };
    }
    case "ready":
      for (const [index, shop] of shops.entries()) {
        shop.startOver();
        shop.limitTo(CAPACITIES[index] ?? 1);
        shop.sendTo(question.origins);
      }
      return {};
    case "sell":
      return sell(question.seconds);
    case "shown":
      return { shown: shops.map((shop) => shop.log.shown) };
    case "logs":
      return { logs: shops.map((shop) => shop.log) };
  }
}

/** Orders of so many seconds, each at its time. */
function sell(seconds: number): Promise<ShopsAnswer> {
  const random = seededRandom(2_026);
  const nextWish = wishes(random);
  const start = clockMs();
  const done = { orders: 0, watched: 0, lateMs: 0 };
  let last = start;
  const buy = () => {
    const shop = shops[Math.floor(random() * shops.length)];
    if (!shop) return;
    const isWatcher = done.orders % WATCHER_EVERY === 0;
    const fresh = isWatcher ? shop.setWithin(WATCHED_MS).filter((sku) => shop.shownOf(sku) > 0) : [];
    const lines = new Map<number, number>();
    if (fresh.length > 0) lines.set(fresh[Math.floor(random() * fresh.length)] ?? 0, 1);
    else {
      const wanted = 1 + Math.floor(random() * 3);
      for (let look = 0; look < LOOKS && lines.size < wanted; look++) {
        const sku = nextWish();
        const quantity = random() < 0.85 ? 1 : 2;
        if (!lines.has(sku) && shop.shownOf(sku) >= quantity) lines.set(sku, quantity);
      }
    }
    if (fresh.length > 0) done.watched++;
    if (lines.size > 0) shop.sell([...lines].map(([sku, quantity]) => ({ sku, quantity })));
    done.orders++;
  };
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const now = clockMs();
      done.lateMs = Math.max(done.lateMs, now - last - TICK_MS);
      last = now;
      for (const due = dueOrders(Math.min(now - start, seconds * 1_000)); done.orders < due; ) buy();
      if (now - start < seconds * 1_000) return;
      clearInterval(timer);
      resolve(done);
    }, TICK_MS);
  });
}

/** How many orders there are `ms` after the beginning. */
function dueOrders(ms: number): number {
  const perBurst = (ORDERS_PER_SECOND * BURST_EVERY_MS) / 1_000;
  const bursts = Math.floor(ms / BURST_EVERY_MS);
  return Math.floor(bursts * perBurst + perBurst * Math.min(1, (ms % BURST_EVERY_MS) / BURST_MS));
}
