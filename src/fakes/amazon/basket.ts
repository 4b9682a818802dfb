/** What buyers find to buy. */

import type { SaleRequest, SaleResult } from "../fake.ts";
import { isSentByAmazon, shownOf, statusOf } from "./listing-facts.ts";
import { type NewOrder, place } from "./orders.ts";
import type { Store } from "./store.ts";
import type { Listing, Order } from "./types.ts";

export interface Wish extends Partial<NewOrder> {
  /** Different things; default 1. */
  count?: number;
  /** Pieces of each; default one or two. */
  pieces?: number;
  /** Default: either. */
  from?: "AMAZON" | "MERCHANT";
}

/** An order; null when the shelves are empty. */
export function buy(store: Store, { count = 1, pieces, from, ...more }: Wish = {}): Order | null {
  const needed = Math.max(2, pieces ?? 0);
  const choices = [...store.listings.values()].filter(
    (listing) => statusOf(listing, store.home).includes("BUYABLE") && shownOf(listing) >= needed,
  );
  const side = from ?? (store.random.chance(0.3) ? "AMAZON" : "MERCHANT");
  const isOf = (listing: Listing): boolean => isSentByAmazon(listing) === (side === "AMAZON");
  const own = choices.some(isOf) || from !== undefined ? choices.filter(isOf) : choices;
  const wants = new Map<Listing, number>();
  for (let tries = 0; tries < 4 * count && wants.size < Math.min(count, own.length); tries += 1)
    wants.set(store.random.pick(own), pieces ?? store.random.int(1, 2));
  if (wants.size === 0) return null;
  return place(store, { wants: [...wants].map(([listing, quantity]) => ({ listing, quantity })), ...more });
}

/** One sale of a named SKU, paid at once, as a test orders it. */
export function sell(store: Store, sale: SaleRequest): SaleResult {
  const listing = store.listings.get(sale.sku);
  if (listing === undefined || listing.theme !== null) return { sold: false, reason: "unknown_sku", shown: null };
  const [shown, quantity] = [shownOf(listing), sale.quantity ?? 1];
  const isForced = sale.force === true;
  if (!isForced && shown < quantity) return { sold: false, reason: "out_of_stock", shown };
  if (!isForced && !statusOf(listing, store.home).includes("BUYABLE"))
    return { sold: false, reason: "not_for_sale", shown };
  const order = place(store, { wants: [{ listing, quantity }], isPlain: true });
  return { sold: true, orderId: order.id, shown };
}
