/** How a fake shop is made. */

import type { Clock, Quota } from "../fake.ts";

export interface SharedSku {
  sku: string;
  name: string;
  price: string;
  stock: number;
}

export interface MedusaFakeOptions {
  clock?: Clock;
  name?: string;
  /** Default: follows from the name. */
  seed?: number;
  /** Orders of the past to begin with; default 25. */
  orders?: number;
  /** Products to begin with; default 12, or the number of `skus`. */
  listings?: number;
  /** Goods to begin with; several shops that share the list share the goods. */
  skus?: readonly SharedSku[];
  /** ISO 4217 in any case; default USD. Prices stand in EUR too, in a shop of another currency. */
  currency?: string;
  /** Stock locations; default 1. With more, every third thing lies at two of them. */
  locations?: 1 | 2;
  /** What a proxy before the shop admits; default: no limit, the platform has none. */
  quota?: Quota;
  baseUrl?: string;
}
