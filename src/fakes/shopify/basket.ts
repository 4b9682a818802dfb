/** What buyers find to buy. */

import type { SaleRequest, SaleResult } from "../fake.ts";
import { isForSale, isThere } from "./catalogue.ts";
import { type NewOrder, place } from "./orders.ts";
import { shownOf } from "./stock.ts";
import type { Store } from "./store.ts";
import type { Order, Variant } from "./types.ts";
import { gid } from "./wire.ts";

/** An order of so many different things; null when the shelves are empty. */
export function buy(store: Store, more: Partial<NewOrder> = {}, count = 1, pieces = 0): Order | null {
  const needed = Math.max(2, pieces);
  const choices = [...store.variants.values()].filter(
    (variant) => isForSale(variant) && (shownOf(variant) ?? needed) >= needed,
  );
  const wants = new Map<Variant, number>();
  for (let tries = 0; tries < 4 * count && wants.size < Math.min(count, choices.length); tries += 1)
    wants.set(store.random.pick(choices), pieces > 0 ? pieces : store.random.int(1, 2));
  if (wants.size === 0) return null;
  return place(store, { wants: [...wants].map(([variant, quantity]) => ({ variant, quantity })), ...more });
}

/** One sale of a named code, paid at once, as a test orders it. */
export function sell(store: Store, sale: SaleRequest): SaleResult {
  const variant = [...store.variants.values()].find(({ sku }) => sku === sale.sku);
  if (variant === undefined) return { sold: false, reason: "unknown_sku", shown: null };
  const [shown, quantity] = [shownOf(variant), sale.quantity ?? 1];
  if (!isForSale(variant)) return { sold: false, reason: "not_for_sale", shown };
  if (sale.force !== true && !isThere(variant, quantity)) return { sold: false, reason: "out_of_stock", shown };
  const order = place(store, { wants: [{ variant, quantity }], isPlain: true });
  return { sold: true, orderId: gid("Order", order.id), shown };
}
