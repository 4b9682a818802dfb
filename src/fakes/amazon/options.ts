/** How a fake selling account is made. */

import type { Clock, Quota } from "../fake.ts";

export interface SharedSku {
  sku: string;
  name: string;
  price: string;
  stock: number;
}

export interface Plan {
  /** Calls a second. */
  rate: number;
  burst: number;
}

export interface AmazonFakeOptions {
  clock?: Clock;
  /** Also the seller's store name. */
  name?: string;
  /** Default: follows from the name. */
  seed?: number;
  /** Orders of the past to begin with; default 25. */
  orders?: number;
  /** Listings to begin with; default 12, or the number of `skus`. */
  listings?: number;
  /** Goods to begin with; several stores that share the list share the goods. */
  skus?: readonly SharedSku[];
  /** Marketplace ids of one region, the first the home of prices; default Germany, France and Britain. */
  marketplaces?: readonly string[];
  /** False: everything is sent by the seller. */
  fba?: boolean;
  /** Calls, counted besides the usage plans and refused with 429; default: no limit. */
  quota?: Quota;
  /** Usage plans by operation instead of the documented ones; false: none. */
  usage?: Readonly<Record<string, Plan>> | false;
  /** A limit over all operations of the store, besides each one's plan. */
  storeUsage?: Plan;
  /** False: the app has no restricted role; buyers and addresses are withheld. */
  showsBuyers?: boolean;
  /** Operations that the app's roles do not cover. */
  denied?: readonly string[];
  /** Seconds until an accepted submission takes effect; default 20. */
  listingSeconds?: number;
  /** Seconds that a feed or a report waits, and then runs; default 20 and 40. */
  jobSeconds?: { queue: number; run: number };
  /** Which documents are compressed; default: every second one. */
  gzip?: "all" | "none";
  /** False: discounts are told as magnitudes; default true: as negative amounts. */
  negativeDiscounts?: boolean;
  /** The app's registration; stores that share it are stores of one app. */
  app?: { key: string; secret: string };
  baseUrl?: string;
}
