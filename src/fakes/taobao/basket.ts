/** What buyers find to buy. */

import type { SaleRequest, SaleResult } from "../fake.ts";
import { availableOf, choicesIn, shownOf } from "./stock.ts";
import type { Choice, Store } from "./store.ts";
import { placeTrade } from "./trade-new.ts";
import { pay } from "./trade-status.ts";

export type Want = Choice & { num: number };

/** Everything that lies on a shelf and is not sold out. */
function choicesOnSale(store: Store, isVirtual: boolean): Choice[] {
  return [...store.items.values()]
    .filter((item) => item.shelf === "onsale" && item.isVirtual === isVirtual)
    .flatMap(choicesIn);
}

/** Up to so many different things; fewer when the shelves are empty. */
export function fillBasket(store: Store, count: number, isVirtual = false): Want[] {
  const choices = choicesOnSale(store, isVirtual);
  const wants: Want[] = [];
  for (let tries = 0; tries < 4 * count && wants.length < count && choices.length > 0; tries += 1) {
    const choice = store.random.pick(choices);
    const num = store.random.chance(0.8) ? 1 : 2;
    const isNew = !wants.some(({ item, sku }) => item === choice.item && sku === choice.sku);
    if (isNew && availableOf(choice) >= num) wants.push({ ...choice, num });
  }
  return wants;
}

/** One sale of a named code, paid at once, as a test orders it. */
export function sell(store: Store, sale: SaleRequest): SaleResult {
  const choice = store.codes
    .get(sale.sku)
    ?.find(({ item, sku }) => store.items.has(item.id) && sku?.isDeleted !== true);
  if (choice === undefined) return { sold: false, reason: "unknown_sku", shown: null };
  const shown = shownOf(choice);
  const num = sale.quantity ?? 1;
  if (choice.item.shelf !== "onsale" && choice.item.shelf !== "sold_out")
    return { sold: false, reason: "not_for_sale", shown };
  if (sale.force !== true && availableOf(choice) < num) return { sold: false, reason: "out_of_stock", shown };
  const trade = placeTrade(store, { wants: [{ ...choice, num }], isPlain: true });
  pay(store, trade);
  return { sold: true, orderId: trade.tid, shown };
}
