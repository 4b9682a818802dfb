/** How a fake supplier's account is made. */

import type { Clock, Quota } from "../fake.ts";
import type { Mode } from "./types.ts";

export interface SharedSku {
  sku: string;
  name: string;
  price: string;
  stock: number;
}

export interface VipshopFakeOptions {
  clock?: Clock;
  name?: string;
  /** Default: follows from the name. */
  seed?: number;
  /** Stories of the past to begin with; default 25. */
  orders?: number;
  /** Barcodes to begin with; default 12, or the number of `skus`. */
  listings?: number;
  /** Goods to begin with; several shops that share the list share the goods. */
  skus?: readonly SharedSku[];
  /** How the supplier works with the platform; default: in every way. */
  modes?: readonly Mode[];
  /** Calls of the app, by service and method; default: none, the platform publishes no number. */
  quota?: Quota;
  /** What a repeated `batch_no` answers; the platform does not say. Default `error`. */
  repeatedBatch?: "error" | "silent";
  /** True: the number that is written includes what carts and orders hold; default false. */
  quantityIncludesHold?: boolean;
  /** True: stock is written by region, and `area_warehouse_id` is required. */
  isRegional?: boolean;
  /** False: an app of the supplier's own, which needs no token. */
  needsToken?: boolean;
  /** Times of day at which a delivery may arrive, by method (1 truck, 2 air). */
  arrivalSlots?: Readonly<Record<string, readonly string[]>>;
  /** What comes back with a seller's consent; default the tokens themselves. */
  consentBrings?: "tokens" | "code";
  /** Seconds that a token lives, and its refresh token; default 90 days and a year. */
  tokenSeconds?: number;
  refreshSeconds?: number;
  /** The app's registration; accounts that share it are of one app. */
  app?: { key: string; secret: string };
  vendorId?: number;
  baseUrl?: string;
}
