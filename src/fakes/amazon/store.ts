/** The state of one fake selling account. */

import { createBookkeeper } from "../books.ts";
import { createRandom, createSystemClock, seedOf } from "../fake.ts";
import type { Living } from "../living.ts";
import { type Marketplace, marketplaceOf, type Region } from "./marketplaces.ts";
import type { AmazonFakeOptions } from "./options.ts";
import { createSellerGrants, type SellerGrants } from "./seller-grants.ts";
import type * as T from "./types.ts";

export interface Destination {
  id: string;
  name: string;
  resource: { sqs?: { arn: string }; eventBridge?: { name: string; region: string; accountId: string } };
}

export interface Subscription {
  id: string;
  type: string;
  version: string;
  destination: string;
  directive: Record<string, unknown> | null;
}

export interface Store extends Living {
  readonly name: string;
  readonly options: AmazonFakeOptions;
  readonly sellerId: string;
  readonly region: Region;
  /** The first is the home of prices. */
  readonly marketplaces: readonly Marketplace[];
  readonly home: Marketplace;
  readonly app: { key: string; secret: string };
  readonly grants: SellerGrants;
  readonly listings: Map<string, T.Listing>;
  readonly orders: Map<string, T.Order>;
  readonly returns: Map<string, T.Return>;
  readonly ledger: T.LedgerLine[];
  readonly transactions: T.Transaction[];
  readonly settlements: T.Settlement[];
  readonly feeds: Map<string, T.Feed>;
  readonly reports: Map<string, T.Report>;
  readonly schedules: Map<string, T.Schedule>;
  readonly files: Map<string, T.StoredFile>;
  readonly destinations: Map<string, Destination>;
  readonly subscriptions: Map<string, Subscription>;
  /** Messages by the queue's address, the oldest first. */
  readonly queues: Map<string, string[]>;
  /** How the next feeds and reports end, each once. */
  readonly nextFeeds: ("FATAL" | "CANCELLED" | "hang")[];
  readonly nextReports: ("FATAL" | "CANCELLED" | "hang")[];
  /** Where files are fetched and put: another host than the API's. */
  fileHome: string;
  nextId: number;
  lastOrder: T.Order | null;
}

const DEFAULT_MARKETPLACES = ["A1PA6795UKMFR9", "A13V1IB3VIYZZH", "A1F83G8C2ARO7P"];

/** Creates an empty account. Throws where the marketplaces are not of one region. */
export function createStore(options: AmazonFakeOptions): Store {
  const name = options.name ?? "fake-seller";
  const marketplaces = (options.marketplaces ?? DEFAULT_MARKETPLACES).map(marketplaceOf);
  const [home] = marketplaces;
  if (home === undefined || marketplaces.some(({ region }) => region !== home.region))
    throw new Error("the marketplaces of an account are of one region");
  const random = createRandom(options.seed ?? seedOf(name));
  const own = createRandom(seedOf(`app ${name}`));
  return {
    name,
    options,
    sellerId: `A${own.hex(12).toUpperCase()}`,
    region: home.region,
    marketplaces,
    home,
    app: options.app ?? {
      key: `amzn1.application-oa2-client.fa4e${own.hex(28)}`,
      secret: `amzn1.oa2-cs.v1.fa4e${own.hex(60)}`,
    },
    grants: createSellerGrants(seedOf(`grants ${name}`)),
    clock: options.clock ?? createSystemClock(),
    random,
    bookkeeper: createBookkeeper(),
    listings: new Map(),
    orders: new Map(),
    returns: new Map(),
    ledger: [],
    transactions: [],
    settlements: [],
    feeds: new Map(),
    reports: new Map(),
    schedules: new Map(),
    files: new Map(),
    destinations: new Map(),
    subscriptions: new Map(),
    queues: new Map(),
    nextFeeds: [],
    nextReports: [],
    jobs: [],
    past: null,
    fileHome: `https://tortuga-prod-${home.region}.s3.amazonaws.com`,
    nextId: 10_000_000 + (seedOf(`ids ${name}`) % 1000) * 7919,
    lastOrder: null,
  };
}

/** A number that no other has. */
export function newNumber(store: Store): number {
  store.nextId += store.random.int(3, 60);
  return store.nextId;
}

/** Fourteen digits: never a number in JSON. */
export function newItemId(store: Store): string {
  return `6${String(newNumber(store)).padStart(13, "0")}`;
}

/** `3-7-7` digits. */
export function newOrderId(store: Store, prefix: string): string {
  const digits = String(newNumber(store)).padStart(14, "0");
  const mixed = `${digits.slice(-7).split("").reverse().join("")}${digits.slice(0, 7)}`;
  return `${prefix}-${mixed.slice(0, 7)}-${String(Number(mixed.slice(7)) + 1_000_000).padStart(7, "0")}`;
}

/** A UUID of the account's own numbers. */
export function newUuid(store: Store): string {
  const hex = store.random.hex(32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The account's marketplace by its id; null where it does not sell there. */
export function ownMarketplace(store: Store, id: string): Marketplace | null {
  return store.marketplaces.find((one) => one.id === id) ?? null;
}
