/** How a fake shop is made. */

import type { Clock, Quota } from "../fake.ts";

export interface SharedSku {
  sku: string;
  name: string;
  price: string;
  stock: number;
}

export interface ShopifyFakeOptions {
  clock?: Clock;
  /** Also the shop's name before `.myshopify.com`. */
  name?: string;
  /** Default: follows from the name. */
  seed?: number;
  /** Orders of the past to begin with; default 25. */
  orders?: number;
  /** Products to begin with; default 12, or the number of `skus`. */
  listings?: number;
  /** Goods to begin with; several shops that share the list share the goods. */
  skus?: readonly SharedSku[];
  /** ISO 4217; default USD. Every third buyer pays in EUR, in a shop of another currency. */
  currency?: string;
  /** Calls, counted besides the bucket of points and refused with 429; default: no limit. */
  quota?: Quota;
  /** Points; default 2 000, and 100 come back in a second. */
  bucket?: { size: number; restore: number };
  /** Granted scopes; default: all that the middleware asks for. */
  scopes?: readonly string[];
  /** False: names, addresses, phones and emails are withheld. */
  showsBuyers?: boolean;
  /** False: the shop is paid by other means, and has no payments account. */
  hasPayments?: boolean;
  /** The app's registration; shops that share it are shops of one app. */
  app?: { key: string; secret: string };
  /** Sends webhooks; default: the network. */
  webhookFetch?: (url: string, init: RequestInit) => Promise<Response>;
  /** False: webhooks are sent by `settle` alone. */
  deliverByItself?: boolean;
  baseUrl?: string;
}
