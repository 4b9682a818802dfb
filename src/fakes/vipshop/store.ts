/** The state of one fake supplier's account. */

import { DAY } from "../beijing-time.ts";
import { createBookkeeper } from "../books.ts";
import { createRandom, createSystemClock, seedOf } from "../fake.ts";
import { createGrants, type Grants } from "../grants.ts";
import type { Living } from "../living.ts";
import type { VipshopFakeOptions } from "./options.ts";
import type {
  CancelApply,
  Consumer,
  Delivery,
  DvdReturn,
  Fee,
  Mode,
  Order,
  Pick,
  Po,
  PriceApplication,
  Product,
  Schedule,
  Search,
  Sku,
  VendorReturn,
} from "./types.ts";

export interface Store extends Living {
  readonly name: string;
  readonly options: VipshopFakeOptions;
  readonly vendorId: number;
  readonly app: { key: string; secret: string };
  readonly grants: Grants;
  readonly modes: ReadonlySet<Mode>;
  readonly schedules: Schedule[];
  readonly pos: Map<string, Po>;
  readonly products: Product[];
  /** By barcode, and by the marketplace's id. */
  readonly skus: Map<string, Sku>;
  readonly shopSkus: Map<string, Sku>;
  readonly consumers: Consumer[];
  readonly picks: Map<string, Pick>;
  readonly deliveries: Map<string, Delivery>;
  readonly orders: Map<string, Order>;
  readonly searches: Map<string, Search>;
  readonly vendorReturns: Map<string, VendorReturn>;
  readonly dvdReturns: Map<string, DvdReturn>;
  readonly cancels: Map<string, CancelApply>;
  readonly applications: Map<string, PriceApplication>;
  readonly fees: Fee[];
  /** `batch_no` of writes of stock. */
  readonly batches: Set<string>;
  readonly ids: { order: number; other: number };
}

/** Creates an empty account. */
export function createStore(options: VipshopFakeOptions): Store {
  const name = options.name ?? "vipshop";
  const number = seedOf(`ids ${name}`) % 100_000;
  const digits = (what: string): string => seedOf(`${what} ${name}`).toString(16).padStart(8, "0").repeat(4);
  return {
    name,
    options,
    vendorId: options.vendorId ?? 500 + (number % 9000),
    app: options.app ?? { key: digits("app").slice(0, 8), secret: `FA4E${digits("secret").slice(4).toUpperCase()}` },
    clock: options.clock ?? createSystemClock(),
    random: createRandom(options.seed ?? seedOf(name)),
    bookkeeper: createBookkeeper(),
    grants: createGrants({
      seed: seedOf(`grants ${name}`),
      life: options.tokenSeconds ?? 90 * DAY,
      refreshLife: options.refreshSeconds ?? 365 * DAY,
      mint: (random) => `FA4E${random.hex(28).toUpperCase()}`,
    }),
    modes: new Set(options.modes ?? ["jit", "jitx", "dvd", "mp"]),
    schedules: [],
    pos: new Map(),
    products: [],
    skus: new Map(),
    shopSkus: new Map(),
    consumers: [],
    picks: new Map(),
    deliveries: new Map(),
    orders: new Map(),
    searches: new Map(),
    vendorReturns: new Map(),
    dvdReturns: new Map(),
    cancels: new Map(),
    applications: new Map(),
    fees: [],
    batches: new Set(),
    ids: { order: 26_011_500_000_000 + number * 1000, other: 2_000_000_000 + number * 100 },
    jobs: [],
    past: null,
  };
}

/** Fourteen digits. */
export function newOrderSn(store: Store): string {
  store.ids.order += store.random.int(11, 990);
  return String(store.ids.order);
}

export function newId(store: Store): string {
  store.ids.other += store.random.int(3, 90);
  return String(store.ids.other);
}

/** More than a reader's numbers can hold. */
export function newBigId(store: Store): bigint {
  return BigInt(newId(store)) * 10_000_000_000n + 7n;
}

/** True where a supplier sends what the platform sells, in whichever way. */
export function isSupplier(store: Store): boolean {
  return store.modes.has("jit") || store.modes.has("jitx") || store.modes.has("dvd");
}
