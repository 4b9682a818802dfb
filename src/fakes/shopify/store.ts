/** The state of one fake shop. */

import { DAY, HOUR } from "../beijing-time.ts";
import { createBookkeeper } from "../books.ts";
import { createRandom, createSystemClock, seedOf } from "../fake.ts";
import { createGrants, type Grants } from "../grants.ts";
import { type Living, nowOf } from "../living.ts";
import type { ShopifyFakeOptions } from "./options.ts";
import type * as T from "./types.ts";

export interface Store extends Living {
  readonly name: string;
  readonly options: ShopifyFakeOptions;
  readonly domain: string;
  readonly currency: string;
  readonly app: { key: string; secret: string };
  /** Tokens of an hour, with refresh tokens: one at a time. */
  readonly grants: Grants;
  /** Tokens of a day without refresh tokens, and one that never ends. */
  readonly dayGrants: Grants;
  readonly permanent: Set<string>;
  readonly scopes: ReadonlySet<string>;
  readonly locations: readonly T.Location[];
  readonly products: Map<number, T.Product>;
  readonly variants: Map<number, T.Variant>;
  readonly items: Map<number, T.Item>;
  readonly levels: Map<number, T.Level>;
  readonly orders: Map<number, T.Order>;
  readonly works: Map<number, T.Work>;
  readonly parcels: Map<number, T.Parcel>;
  readonly refunds: Map<number, T.Refund>;
  readonly returns: Map<number, T.Return>;
  readonly disputes: Map<number, T.Dispute>;
  readonly transactions: Map<number, T.Transaction>;
  readonly balance: T.BalanceLine[];
  readonly payouts: T.Payout[];
  readonly subscriptions: Map<number, T.Subscription>;
  readonly bulkRuns: Map<number, T.BulkRun>;
  /** Jobs that are under way, by their end. */
  readonly asyncJobs: Map<number, number>;
  home: string;
  nextId: number;
  lastOrder: T.Order | null;
  /** How often an order came, or changed. */
  orderChanges: number;
  /** Told of every change that a webhook may be about. */
  announce(topic: string, kind: string, row: Announced): void;
}

/** What a webhook's body tells of a row. */
export interface Announced {
  id: number;
  created?: number;
  updated?: number;
  more?: Record<string, unknown>;
}

/** What the middleware asks for. */
const SCOPES = (
  "read_orders write_orders read_all_orders read_products write_products read_inventory write_inventory read_locations " +
  "read_merchant_managed_fulfillment_orders write_merchant_managed_fulfillment_orders read_fulfillments " +
  "write_fulfillments read_returns write_returns read_shopify_payments_payouts read_shopify_payments_disputes " +
  "read_shopify_payments_accounts read_customers"
).split(" ");

/** Creates an empty shop. */
export function createStore(options: ShopifyFakeOptions): Store {
  const name = options.name ?? "fake-shop";
  const number = seedOf(`ids ${name}`) % 100_000;
  const secret = seedOf(`secret ${name}`).toString(16).padStart(8, "0").repeat(4).slice(4);
  const mint = (random: ReturnType<typeof createRandom>): string => `shpat_fa4e${random.hex(28)}`;
  const grants = (kind: string, life: number): Grants =>
    createGrants({ seed: seedOf(`${kind} ${name}`), life, refreshLife: 90 * DAY, mint });
  const domain = `${name.replace(/[^a-zA-Z0-9-]/g, "-")}.myshopify.com`;
  return {
    name,
    options,
    domain,
    currency: (options.currency ?? "USD").toUpperCase(),
    app: options.app ?? { key: `fa4e${String(number).padStart(28, "0")}`, secret: `shpss_fa4e${secret}` },
    grants: grants("offline", HOUR),
    dayGrants: grants("day", 86_399),
    permanent: new Set(),
    scopes: new Set(options.scopes ?? SCOPES),
    locations: [
      { id: 71, name: "Main warehouse", isActive: true },
      { id: 72, name: "Shop floor", isActive: true },
      { id: 73, name: "Old depot", isActive: false },
    ],
    clock: options.clock ?? createSystemClock(),
    random: createRandom(options.seed ?? seedOf(name)),
    bookkeeper: createBookkeeper(),
    products: new Map(),
    variants: new Map(),
    items: new Map(),
    levels: new Map(),
    orders: new Map(),
    works: new Map(),
    parcels: new Map(),
    refunds: new Map(),
    returns: new Map(),
    disputes: new Map(),
    transactions: new Map(),
    balance: [],
    payouts: [],
    subscriptions: new Map(),
    bulkRuns: new Map(),
    asyncJobs: new Map(),
    jobs: [],
    past: null,
    home: (options.baseUrl ?? `https://${domain}`).replace(/\/+$/, ""),
    nextId: 4_400_000_000 + number * 1000,
    lastOrder: null,
    orderChanges: 0,
    announce: () => {},
  };
}

/** A row that hangs on an order, whose number its webhooks tell. */
export function ofOrder({ id, created, updated, order }: Announced & { order: T.Order }): Announced {
  const times = { ...(created === undefined ? {} : { created }), ...(updated === undefined ? {} : { updated }) };
  return { id, ...times, more: { order_id: order.id } };
}

export function newId(store: Store): number {
  store.nextId += store.random.int(3, 60);
  return store.nextId;
}

/** The times of a row that begins now. */
export function fresh(store: Store): { id: number; created: number; updated: number } {
  const now = nowOf(store);
  return { id: newId(store), created: now, updated: now };
}

/** The place that sells. */
export function mainLocation(store: Store): T.Location {
  const [first] = store.locations;
  if (first === undefined) throw new Error("a shop without a location");
  return first;
}
