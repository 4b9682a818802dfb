/** The state of one fake shop and the few primitives that change it. */

import { DAY } from "../beijing-time.ts";
import { createBookkeeper } from "../books.ts";
import { createRandom, createSystemClock, seedOf } from "../fake.ts";
import { createGrants, type Grants } from "../grants.ts";
import type { Living } from "../living.ts";
import type { JdFakeOptions } from "./options.ts";
import type { Claim, Fee, Order, RefundApply, ServiceOrder, Sku, Ware } from "./types.ts";

export interface Store extends Living {
  readonly name: string;
  readonly options: JdFakeOptions;
  readonly shop: { venderId: string; shopId: string; name: string };
  readonly app: { key: string; secret: string };
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
  /** `method name` of fields that callers asked for and no order has. */
  readonly ignored: Set<string>;
  readonly ids: { order: number; ware: number; other: number };
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
    grants: createGrants({
      seed: seedOf(`grants ${name}`),
      life: options.tokenSeconds ?? 365 * DAY,
      refreshLife: Number.POSITIVE_INFINITY,
      mint: (random) => `${random.hex(32)}fa4e`,
    }),
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

/** Twelve digits, and now and then more than a reader's numbers can hold. */
export function newOrderId(store: Store): string {
  store.ids.order += store.random.int(11, 990);
  return store.ids.order % 4 === 0 ? `3${store.ids.order}000007` : String(store.ids.order);
}

export function newId(store: Store): string {
  store.ids.other += store.random.int(3, 90);
  return store.ids.other % 4 === 0 ? `90${store.ids.other}000001` : String(store.ids.other);
}
