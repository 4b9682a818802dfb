/** How a fake shop is made. */

import type { Clock, Quota } from "../fake.ts";

export interface SharedSku {
  sku: string;
  name: string;
  price: string;
  stock: number;
}

export interface JdFakeOptions {
  clock?: Clock;
  name?: string;
  /** Default: follows from the name. */
  seed?: number;
  /** Orders of the past to begin with; default 25. */
  orders?: number;
  /** Listings to begin with; default 12, or the number of `skus`. */
  listings?: number;
  /** Goods to begin with; several shops that share the list share the goods. */
  skus?: readonly SharedSku[];
  /** All calls together; default: none, the platform publishes no number. */
  quota?: Quota;
  /** Calls of the app in one day of Beijing; default 1,000,000. */
  dayQuota?: number;
  /** Calls of one method in one day of Beijing. */
  methodDayQuotas?: Readonly<Record<string, number>>;
  /** Host inside the platform's cloud: order methods called at any other host are refused as sensitive. */
  insideHost?: string;
  /** The app may call the order methods whose personal fields are masked instead of encrypted; default false. */
  hasPlainOrders?: boolean;
  /** `containers`: search and service list take objects (`paramOrderJSFQuery`, `serviceAllQuery`, `pageRequest`). */
  parameterForm?: "flat" | "containers";
  /** True: the number written by `updateSkuStock` includes what unshipped orders hold; default false. */
  stockIncludesBooked?: boolean;
  /** The deepest price cut that one call may make, as a part of the price; default 1: any. */
  largestPriceCut?: number;
  /** False: buyers pay at once, and nothing is sold from the platform's own warehouse. */
  hasUnpaid?: boolean;
  hasFbp?: boolean;
  /** The app's registration; shops that share it are shops of one app. */
  app?: { key: string; secret: string };
  /** Seconds that a token lives; default a year. */
  tokenSeconds?: number;
  baseUrl?: string;
}
