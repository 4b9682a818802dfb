/** How a fake shop is made. */

import type { Clock, Quota } from "../fake.ts";

export interface SharedSku {
  sku: string;
  name: string;
  price: string;
  stock: number;
}

export interface DangdangFakeOptions {
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
  /** Calls of the shop; default: none, the platform publishes no number. */
  quota?: Quota;
  /** When the shown stock falls; default `on_ship`, as the platform says. What unshipped orders hold is unknown. */
  stockFalls?: "on_ship" | "on_order";
  /** The most rows of a page of orders, listings and returns; default 20, which all integrations use. */
  largestPage?: number;
  /** The most rows of one file of stock or prices; default 40, which integrations send. */
  largestFile?: number;
  /** The value that refuses a request of a buyer; default "2". */
  refusalValue?: string;
  /** False: the app may not open ciphertexts. */
  mayDecrypt?: boolean;
  /** Seconds that a token lives, and its refresh token; default 30 days and 180 days: the platform publishes none. */
  tokenSeconds?: number;
  refreshSeconds?: number;
  /** Paths of the pages of consent and of tokens; default `/authorize` and `/token`. */
  oauthPaths?: { authorize: string; token: string };
  /** The app's registration; shops that share it are shops of one app. */
  app?: { key: string; secret: string };
  baseUrl?: string;
}
