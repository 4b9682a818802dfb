/** How a fake store is made. */

import type { Clock, Quota } from "../fake.ts";

export interface SharedSku {
  sku: string;
  name: string;
  price: string;
  stock: number;
}

export interface WooCommerceFakeOptions {
  /** Default: follows from the name. */
  seed?: number;
  /** Orders of the past to begin with; default 25. */
  orders?: number;
  /** Products to begin with; default 12, or the number of `skus`. */
  listings?: number;
  name?: string;
  currency?: string;
  /** Currencies of a few orders beside the store's own, as a currency switcher leaves them. */
  otherCurrencies?: readonly string[];
  /** The store's number of decimals; default: the currency's. */
  decimals?: number;
  /** "mixed": the owner changed the setting, so orders of both kinds exist. */
  pricesIncludeTax?: boolean | "mixed";
  timeZone?: string;
  clock?: Clock;
  /** What WordPress thinks of the connection; absent: by the address, or `x-forwarded-proto`. */
  https?: boolean;
  /** The core feature of order fulfilments; default true. */
  fulfillments?: boolean;
  /** The Shipment Tracking extension and its namespace; default false. */
  shipmentTracking?: boolean;
  /** The store's home address, a sub-folder included; `attach` replaces its origin. */
  baseUrl?: string;
  /** True: no pretty permalinks, the API answers under `?rest_route=` alone. */
  plainPermalinks?: boolean;
  /** Products to begin with; several stores that share the list share the goods. */
  skus?: readonly SharedSku[];
  webhookFetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** False: deliveries to private addresses and odd ports fail, as in an unfiltered WordPress; default true. */
  privateDelivery?: boolean;
  /** False: the queue runs only when `settle` is called; default true: after each call and act. */
  deliverByItself?: boolean;
  /** The host's own limit; the platform has none. */
  quota?: Quota;
  version?: string;
}
