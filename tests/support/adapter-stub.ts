/** What stubs of adapters share: a store with its keys, a context to map in, the capabilities that are there, a push. */
import type {
  Adapter,
  Credentials,
  DisputeCapability,
  ListingCapability,
  MapContext,
  OrderCapability,
  PushCapability,
  PushItem,
  SettlementCapability,
  ShipmentCapability,
  Store,
} from "../../src/core/adapter.ts";

export const SIGNAL = new AbortController().signal;

export const keysOf = (values: Record<string, string>): Credentials => ({
  purpose: "api",
  values,
  version: 1,
  expiresAt: null,
});

/** Currency and zone of a store. */
export interface Place {
  currency: string;
  timeZone: string;
}

export const CHINA: Place = { currency: "CNY", timeZone: "Asia/Shanghai" };
export const AMERICA: Place = { currency: "USD", timeZone: "UTC" };

export const mapContext = (place: Place): MapContext => ({
  storeId: "store",
  ...place,
  marketplaces: [],
  settings: {},
});

/** Makes the `givenStore` of a platform: `own` is what its stores have, a test's overrides go before. */
export const storeStub =
  (place: Place, keys: Credentials, own: Partial<Store> & Pick<Store, "platform">) =>
  (overrides: Partial<Store> = {}): Store => ({
    id: "store",
    name: "Shop",
    externalId: null,
    baseUrl: null,
    settings: {},
    marketplaces: [],
    ...place,
    app: null,
    priority: "normal",
    prepaid: null,
    facts: {},
    credentials: async () => keys,
    refresh: async () => keys,
    ...own,
    ...overrides,
  });

/** The capabilities that a platform has, as what they are; a test asks for none that is absent. */
export const present = <A extends Adapter>(adapter: A) => ({
  ...adapter,
  orders: adapter.orders as OrderCapability,
  listings: adapter.listings as ListingCapability,
  shipments: adapter.shipments as ShipmentCapability,
  disputes: adapter.disputes as DisputeCapability,
  settlements: adapter.settlements as SettlementCapability,
  stock: adapter.stock as PushCapability,
  prices: adapter.prices as PushCapability,
});

/** Makes the `givenPush` of a platform. */
export const pushStub =
  (own: Partial<PushItem>) =>
  (value: string, overrides: Partial<PushItem> = {}): PushItem => ({
    key: "k",
    listingExternalId: "",
    variantExternalId: "",
    sellerCode: null,
    codes: {},
    place: null,
    currency: null,
    observed: null,
    idempotencyKey: "k",
    ...own,
    value,
    ...overrides,
  });
