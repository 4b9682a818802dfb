/** How a fake shop is made. */

import type { Clock, Quota } from "../fake.ts";
import type { AlipayPairs } from "./alipay-keys.ts";

export type SellerType = "B" | "C";
export type AppKind = "service" | "in_house";

export interface SharedSku {
  sku: string;
  name: string;
  price: string;
  stock: number;
}

export interface TaobaoFakeOptions {
  /** `B`: a Tmall shop, `C`: a Taobao shop; default `B`. */
  sellerType?: SellerType;
  clock?: Clock;
  name?: string;
  /** Default: follows from the name. */
  seed?: number;
  /** Trades of the past to begin with; default 25. */
  orders?: number;
  /** Listings to begin with; default 12, or the number of `skus`. */
  listings?: number;
  /** Goods to begin with; several shops that share the list share the goods. */
  skus?: readonly SharedSku[];
  /** All calls together; default: none, the platform publishes no number. */
  quota?: Quota;
  /** Calls of one method. */
  methodQuotas?: Readonly<Record<string, Quota>>;
  /** Calls of the app in one day of GMT+8; default 1,000,000. */
  dayQuota?: number;
  /** True: a code of the seller's phone is asked for above this sum of a batch of refunds, in fen; default 200,000. */
  smsAboveFen?: number;
  /** Receivers that may be decrypted in one day; default 1000. */
  decryptBudget?: number;
  /**
   * `service`: an app of the service market, whose session keys can be refreshed and which sees no bills; `in_house`:
   * the seller's own app, with bills and a session of fixed length. Default `service`.
   */
  appKind?: AppKind;
  /** The app's registration; shops that share it are shops of one app. */
  app?: { key: string; secret: string };
  baseUrl?: string;
  /** Keys for the bank's gateway; default: made when first asked for. */
  alipay?: AlipayPairs;
}
