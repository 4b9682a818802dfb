/** The state of one fake store and the few primitives that change it. */

import type { FakeEventBody } from "../book-events.ts";
import { type Bookkeeper, createBookkeeper } from "../books.ts";
import { type Clock, createRandom, createSystemClock, type Random, seedOf } from "../fake.ts";
import { createIdBag, type IdBag } from "./id-bag.ts";
import { decimalsOf, formatMicros, type Micros } from "./money.ts";
import type { WooCommerceFakeOptions } from "./options.ts";
import { createSortedIndex, type SortedIndex } from "./sorted-index.ts";
import { createZone, type StoreZone } from "./time.ts";
import type { ApiKey, Coupon, Order, Product, Refund, TaxRate, Webhook } from "./types.ts";

export interface Counters {
  post: number;
  item: number;
  itemMeta: number;
  meta: number;
  note: number;
  webhook: number;
  fulfillment: number;
  fulfillmentMeta: number;
}

export interface Store {
  readonly name: string;
  readonly version: string;
  readonly currency: string;
  readonly otherCurrencies: readonly string[];
  readonly decimals: number;
  readonly pricesIncludeTax: boolean | "mixed";
  readonly zone: StoreZone;
  readonly clock: Clock;
  readonly random: Random;
  readonly hasFulfillments: boolean;
  readonly hasShipmentTracking: boolean;
  readonly plainPermalinks: boolean;
  readonly https: boolean | undefined;
  home: string;
  readonly keys: Map<string, ApiKey>;
  readonly nonces: Map<string, number>;
  readonly next: Counters;
  readonly orders: Map<number, Order>;
  /** Orders outside the trash, by time of creation, of change, and by id. */
  readonly byCreated: SortedIndex<Order>;
  readonly byModified: SortedIndex<Order>;
  readonly byId: SortedIndex<Order>;
  readonly byStatus: Map<string, IdBag>;
  readonly refunds: Map<number, Refund>;
  readonly products: Map<number, Product>;
  readonly productsByCreated: SortedIndex<Product>;
  readonly productsByModified: SortedIndex<Product>;
  readonly skus: Map<string, number>;
  readonly coupons: Map<string, Coupon>;
  readonly taxRates: TaxRate[];
  readonly ratesByPlace: Map<string, readonly TaxRate[]>;
  readonly webhooks: Map<number, Webhook>;
  readonly bookkeeper: Bookkeeper;
  /** Orders that lists by time of change leave out until then. */
  readonly hiddenFromChanges: Map<number, number>;
  /** Set while the past is being made: times come from here, and indexes are built at the end. */
  past: number | null;
  /** What a buyer can put into a basket; null when it must be looked up again. */
  shelf: Product[] | null;
  /** Told of every change that a webhook may be about. */
  announce(resource: "order" | "product", id: number, event: string): void;
}

/** Creates an empty store. */
export function createStore(options: WooCommerceFakeOptions): Store {
  const name = options.name ?? "fake-woocommerce";
  const currency = options.currency ?? "USD";
  const clock = options.clock ?? createSystemClock();
  const random = createRandom(options.seed ?? seedOf(name));
  const scheme = options.https === false ? "http" : "https";
  return {
    name,
    version: options.version ?? "11.0.1",
    currency,
    otherCurrencies: options.otherCurrencies ?? [],
    decimals: options.decimals ?? decimalsOf(currency),
    pricesIncludeTax: options.pricesIncludeTax ?? false,
    zone: createZone(options.timeZone ?? "America/New_York"),
    clock,
    random,
    hasFulfillments: options.fulfillments ?? true,
    hasShipmentTracking: options.shipmentTracking ?? false,
    plainPermalinks: options.plainPermalinks ?? false,
    https: options.https,
    home: (options.baseUrl ?? `${scheme}://${name}.example.test`).replace(/\/+$/, ""),
    keys: new Map(),
    nonces: new Map(),
    next: {
      post: 8,
      item: 1,
      itemMeta: 1,
      meta: 1,
      note: 1,
      webhook: 1,
      fulfillment: 1,
      fulfillmentMeta: 1,
    },
    orders: new Map(),
    byCreated: createSortedIndex((order) => order.created),
    byModified: createSortedIndex((order) => order.modified),
    byId: createSortedIndex(() => 0),
    byStatus: new Map(),
    refunds: new Map(),
    products: new Map(),
    productsByCreated: createSortedIndex((product) => product.created),
    productsByModified: createSortedIndex((product) => product.modified),
    skus: new Map(),
    coupons: new Map(),
    taxRates: [],
    ratesByPlace: new Map(),
    webhooks: new Map(),
    bookkeeper: createBookkeeper(),
    hiddenFromChanges: new Map(),
    past: null,
    shelf: null,
    announce: () => {},
  };
}

/** The present second of the store's life. */
export function nowOf(store: Store): number {
  return store.past ?? Math.floor(store.clock.now().getTime() / 1000);
}

/** Takes the next number of a counter. */
export function take(store: Store, counter: keyof Counters): number {
  const id = store.next[counter];
  store.next[counter] = id + 1;
  return id;
}

/** Writes to the store's books. */
export function log(store: Store, body: FakeEventBody): void {
  const at = store.past === null ? store.clock.now() : new Date(store.past * 1000);
  store.bookkeeper.append(at, body);
}

/** An amount with the store's own number of decimals. */
export function money(store: Store, amount: Micros): string {
  return formatMicros(amount, store.decimals);
}

/** Adds a new order to the indexes. */
export function indexOrder(store: Store, order: Order): void {
  store.orders.set(order.id, order);
  bagOf(store, order.status).add(order.id);
  if (store.past !== null || !isListed(order)) return;
  store.byCreated.add(order);
  store.byModified.add(order);
  store.byId.add(order);
}

/** Takes an order out of the indexes, before its status or times change or it goes. */
export function unindexOrder(store: Store, order: Order): void {
  bagOf(store, order.status).remove(order.id);
  if (store.past !== null || !isListed(order)) return;
  store.byCreated.remove(order);
  store.byModified.remove(order);
  store.byId.remove(order);
}

/** Changes an order and keeps the indexes right; its time of change becomes now. */
export function changeOrder(store: Store, order: Order, change: (order: Order) => void): void {
  const { status } = order;
  const wasListed = store.past === null && isListed(order);
  if (wasListed) store.byModified.remove(order);
  change(order);
  order.modified = nowOf(store);
  if (status !== order.status) {
    bagOf(store, status).remove(order.id);
    bagOf(store, order.status).add(order.id);
  }
  const isNowListed = store.past === null && isListed(order);
  if (isNowListed) store.byModified.add(order);
  if (isNowListed === wasListed) return;
  if (isNowListed) {
    store.byCreated.add(order);
    store.byId.add(order);
  } else {
    store.byCreated.remove(order);
    store.byId.remove(order);
  }
}

/** Builds the indexes after the past was made. */
export function rebuildIndexes(store: Store): void {
  const listed = [...store.orders.values()].filter(isListed);
  store.byCreated.rebuild(listed);
  store.byModified.rebuild(listed);
  store.byId.rebuild(listed);
}

/** Adds a new product or variation to the indexes. */
export function indexProduct(store: Store, product: Product): void {
  store.products.set(product.id, product);
  store.shelf = null;
  if (product.sku !== "") store.skus.set(product.sku, product.id);
  store.productsByCreated.add(product);
  store.productsByModified.add(product);
}

/** Forgets a product or variation for good. */
export function unindexProduct(store: Store, product: Product): void {
  store.products.delete(product.id);
  store.shelf = null;
  if (store.skus.get(product.sku) === product.id) store.skus.delete(product.sku);
  store.productsByCreated.remove(product);
  store.productsByModified.remove(product);
}

/** Changes a product, moves its time of change and its parent's, and tells the webhooks. */
export function changeProduct(store: Store, product: Product, change: (product: Product) => void): void {
  stampProduct(store, product, change);
  const parent = store.products.get(product.parentId);
  if (parent !== undefined) stampProduct(store, parent, () => {});
  store.announce("product", product.id, "updated");
}

function stampProduct(store: Store, product: Product, change: (product: Product) => void): void {
  store.productsByModified.remove(product);
  change(product);
  product.modified = nowOf(store);
  store.productsByModified.add(product);
}

/** The orders of one status, for picking by chance. */
export function bagOf(store: Store, status: string): IdBag {
  let bag = store.byStatus.get(status);
  if (bag === undefined) {
    bag = createIdBag();
    store.byStatus.set(status, bag);
  }
  return bag;
}

function isListed(order: Order): boolean {
  return order.status !== "trash" && order.status !== "auto-draft";
}
