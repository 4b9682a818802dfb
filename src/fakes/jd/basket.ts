/** What buyers find to buy, and who buys it. */

import type { SaleRequest, SaleResult } from "../fake.ts";
import { type NewOrder, pay, place } from "./orders.ts";
import type { Store } from "./store.ts";
import type { Order, Sku } from "./types.ts";

function isOnShelf(sku: Sku): boolean {
  return sku.ware.status === 8 && sku.status === 1;
}

/** An order of so many different things, or a part of another; null when the shelves are empty. */
export function buy(store: Store, more: Partial<NewOrder> = {}, count = 1): Order | null {
  const wants = more.parentId === undefined ? wantsOf(store, count) : wantsOfPart(store, more.parentId);
  if (wants.length === 0) return null;
  const order = place(store, { wants, ...more });
  if (store.options.hasUnpaid === false && more.holds !== false) pay(store, order, more.state);
  return order;
}

function wantsOf(store: Store, count: number): NewOrder["wants"] {
  const choices = [...store.skus.values()].filter((sku) => isOnShelf(sku) && sku.sellable > 1);
  const wants = new Map<Sku, number>();
  for (let tries = 0; tries < 4 * count && wants.size < Math.min(count, choices.length); tries += 1)
    wants.set(store.random.pick(choices), store.random.chance(0.8) ? 1 : 2);
  return [...wants].map(([sku, units]) => ({ sku, count: units }));
}

/** The next line of the parent's, and the first again after the last. */
function wantsOfPart({ orders }: Store, parentId: string): NewOrder["wants"] {
  const lines = orders.get(parentId)?.lines ?? [];
  const before = [...orders.values()].filter((order) => order.parentId === parentId).length;
  const line = lines[before % Math.max(1, lines.length)];
  return line === undefined ? [] : [line];
}

/** One sale of a named code, paid at once, as a test orders it. */
export function sell(store: Store, sale: SaleRequest): SaleResult {
  const sku = store.codes.get(sale.sku);
  if (sku === undefined || sku.status === 4 || sku.ware.status === -1)
    return { sold: false, reason: "unknown_sku", shown: null };
  const [shown, count] = [sku.sellable, sale.quantity ?? 1];
  if (!isOnShelf(sku)) return { sold: false, reason: "not_for_sale", shown };
  if (sale.force !== true && shown < count) return { sold: false, reason: "out_of_stock", shown };
  const order = place(store, { wants: [{ sku, count }], isPlain: true });
  pay(store, order);
  return { sold: true, orderId: order.id, shown };
}
