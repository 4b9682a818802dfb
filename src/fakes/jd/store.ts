/** The state of one fake shop and the few primitives that change it. */

import type { FakeEventBody } from "../book-events.ts";
import { type Bookkeeper, createBookkeeper } from "../books.ts";
import { type Clock, createRandom, createSystemClock, type Random, seedOf } from "../fake.ts";
import { createGrants, type Grants } from "./grants.ts";
import type { JdFakeOptions } from "./options.ts";
import type { Claim, Fee, Order, RefundApply, ServiceOrder, Sku, Ware } from "./types.ts";

export interface Store {
  readonly name: string;
  readonly options: JdFakeOptions;
  readonly shop: { venderId: string; shopId: string; name: string };
  readonly app: { key: string; secret: string };
  readonly clock: Clock;
  readonly random: Random;
  readonly bookkeeper: Bookkeeper;
  readonly grants: Grants;
  readonly orders: Map<string, Order>;
  readonly wares: Map<string, Ware>;
  readonly skus: Map<string, Sku>;
  readonly codes: Map<string, Sku>;
  readonly refunds: Map<string, RefundApply>;
  readonly services: Map<string, ServiceOrder>;
  readonly claims: Map<string, Claim>;
  readonly fees: Fee[];
  /** What is not settled yet, by the day of business. */
  readonly openFees: Map<number, Fee[]>;
  /** What the platform does of itself later, the earliest last. */
  readonly jobs: { at: number; run: () => void }[];
  /** `method name` of fields that callers asked for and no order has. */
  readonly ignored: Set<string>;
  readonly ids: { order: number; ware: number; other: number };
  /** The present while the past is made, or while a due job runs. */
  past: number | null;
  lastOrder: Order | null;
}

/** Creates an empty shop. */
export function createStore(options: JdFakeOptions): Store {
  const name = options.name ?? "jd";
  const seed = options.seed ?? seedOf(name);
  const number = seedOf(`ids ${name}`) % 1_000_000;
  const digits = (what: string): string => seedOf(`${what} ${name}`).toString(16).padStart(8, "0").repeat(4);
  return {
    name,
    options,
    shop: { venderId: String(10_000_000 + number), shopId: String(1_000_000 + number), name: `${name}官方旗舰店` },
    app: options.app ?? { key: digits("app").toUpperCase(), secret: digits("fa4e secret") },
    clock: options.clock ?? createSystemClock(),
    random: createRandom(seed),
    bookkeeper: createBookkeeper(),
    grants: createGrants(seedOf(`grants ${name}`), options.tokenSeconds),
    orders: new Map(),
    wares: new Map(),
    skus: new Map(),
    codes: new Map(),
    refunds: new Map(),
    services: new Map(),
    claims: new Map(),
    fees: [],
    openFees: new Map(),
    jobs: [],
    ignored: new Set(),
    ids: { order: 290_000_000_000 + number * 1000, ware: 100_000_000 + number, other: 1_800_000_000 + number * 1000 },
    past: null,
    lastOrder: null,
  };
}

/** The present of the shop in seconds. */
export function nowOf(store: Store): number {
  return store.past ?? Math.floor(store.clock.now().getTime() / 1000);
}

export function log(store: Store, body: FakeEventBody): void {
  store.bookkeeper.append(new Date(nowOf(store) * 1000), body);
}

/** Twelve digits, and now and then more than a reader's numbers can hold. */
export function newOrderId(store: Store): string {
  store.ids.order += store.random.int(11, 990);
  return store.ids.order % 4 === 0 ? `3${store.ids.order}000007` : String(store.ids.order);
}

export function newId(store: Store): string {
  store.ids.other += store.random.int(3, 90);
  return store.ids.other % 4 === 0 ? `90${store.ids.other}000001` : String(store.ids.other);
}

/** Has the platform do something of itself. */
export function later(store: Store, at: number, run: () => void): void {
  let [low, high] = [0, store.jobs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((store.jobs[middle]?.at ?? 0) > at) low = middle + 1;
    else high = middle;
  }
  store.jobs.splice(low, 0, { at, run });
}

/** Runs what is due by now, each at its own time. */
export function runDue(store: Store): void {
  const now = nowOf(store);
  for (let job = store.jobs.at(-1); job !== undefined && job.at <= now; job = store.jobs.at(-1)) {
    store.jobs.pop();
    const before = store.past;
    store.past = job.at;
    try {
      job.run();
    } finally {
      store.past = before;
    }
  }
}
