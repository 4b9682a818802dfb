/** The state of one fake shop. */

import { DAY } from "../beijing-time.ts";
import { createBookkeeper } from "../books.ts";
import { createRandom, createSystemClock, seedOf } from "../fake.ts";
import { createGrants, type Grants } from "../grants.ts";
import type { Living } from "../living.ts";
import type { DangdangFakeOptions } from "./options.ts";
import type { Item, Order, Refund, Return, Sku } from "./types.ts";

export interface Store extends Living {
  readonly name: string;
  readonly options: DangdangFakeOptions;
  readonly shop: { gShopID: string };
  readonly app: { key: string; secret: string };
  readonly grants: Grants;
  readonly orders: Map<string, Order>;
  readonly items: Map<string, Item>;
  /** By id, and by the seller's code. */
  readonly skus: Map<string, Sku>;
  readonly codes: Map<string, Sku>;
  readonly returns: Map<string, Return>;
  readonly refunds: Refund[];
  readonly ids: { order: number; item: number; other: number };
  lastOrder: Order | null;
}

/** Creates an empty shop. */
export function createStore(options: DangdangFakeOptions): Store {
  const name = options.name ?? "dangdang";
  const number = seedOf(`ids ${name}`) % 1_000_000;
  const secret = seedOf(`secret ${name}`).toString(16).padStart(8, "0").repeat(4).slice(4);
  return {
    name,
    options,
    shop: { gShopID: String(20_000 + (number % 9999)) },
    app: options.app ?? { key: String(2_100_000_000 + number), secret: `FA4E${secret.toUpperCase()}` },
    clock: options.clock ?? createSystemClock(),
    random: createRandom(options.seed ?? seedOf(name)),
    bookkeeper: createBookkeeper(),
    grants: createGrants({
      seed: seedOf(`grants ${name}`),
      life: options.tokenSeconds ?? 30 * DAY,
      refreshLife: options.refreshSeconds ?? 180 * DAY,
      mint: (random) => `${random.hex(60).toUpperCase()}FA4E`,
    }),
    orders: new Map(),
    items: new Map(),
    skus: new Map(),
    codes: new Map(),
    returns: new Map(),
    refunds: [],
    jobs: [],
    ids: {
      order: 41_000_000_000 + number * 1000,
      item: 1_234_000_000 + number * 100,
      other: 556_000_000 + number * 100,
    },
    past: null,
    lastOrder: null,
  };
}

/** Eleven digits, and in some orders thirteen. */
export function newOrderId(store: Store): string {
  store.ids.order += store.random.int(11, 990);
  return store.ids.order % 4 === 0 ? `${store.ids.order}07` : String(store.ids.order);
}

export function newId(store: Store): string {
  store.ids.other += store.random.int(3, 90);
  return String(store.ids.other);
}
