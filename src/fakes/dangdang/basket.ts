/** What buyers find to buy. */

import type { SaleRequest, SaleResult } from "../fake.ts";
import { isOnShelf } from "./catalogue.ts";
import { type NewOrder, pay, place } from "./orders.ts";
import type { Store } from "./store.ts";
import type { Order, Sku } from "./types.ts";

/** An order of so many different things; null when the shelves are empty. */
export function buy(store: Store, more: Partial<NewOrder> = {}, count = 1): Order | null {
  const choices = [...store.skus.values()].filter((sku) => isOnShelf(sku.item) && sku.stock > 1);
  const wants = new Map<Sku, number>();
  for (let tries = 0; tries < 4 * count && wants.size < Math.min(count, choices.length); tries += 1)
    wants.set(store.random.pick(choices), store.random.chance(0.8) ? 1 : 2);
  if (wants.size === 0) return null;
  return place(store, { wants: [...wants].map(([sku, units]) => ({ sku, count: units })), ...more });
}

/** One sale of a named code, paid at once, as a test orders it. */
export function sell(store: Store, sale: SaleRequest): SaleResult {
  const sku = store.codes.get(sale.sku);
  if (sku === undefined) return { sold: false, reason: "unknown_sku", shown: null };
  const [shown, count] = [sku.stock, sale.quantity ?? 1];
  if (!isOnShelf(sku.item)) return { sold: false, reason: "not_for_sale", shown };
  if (sale.force !== true && shown < count) return { sold: false, reason: "out_of_stock", shown };
  const order = place(store, { wants: [{ sku, count }], isPlain: true });
  pay(store, order);
  return { sold: true, orderId: order.id, shown };
}
