/** Stock of what can be sold: taken at the order or at payment, held for unpaid orders, set by the seller. */

import { yuan } from "./money.ts";
import { type Choice, changeItem, log, type Store } from "./store.ts";
import { itemTopic } from "./topics.ts";
import type { Cause, Item, Line, Sku, Trade } from "./types.ts";

/** What of a listing can be bought: its variants or, where it has none, itself. */
export function choicesIn(item: Item): Choice[] {
  return item.skus.length === 0 ? [{ item, sku: null }] : liveSkus(item).map((sku) => ({ item, sku }));
}

/** The key of a choice in the books: the variant, or the listing where it has none. */
export function choiceId({ item, sku }: Choice): string {
  return sku?.id ?? item.id;
}

export function shownOf({ item, sku }: Choice): number {
  return (sku ?? item).quantity;
}

export function availableOf({ item, sku }: Choice): number {
  return (sku ?? item).quantity - (sku ?? item).held;
}

export function liveSkus(item: Item): Sku[] {
  return item.skus.filter((sku) => !sku.isDeleted);
}

export function totalOf(item: Item): number {
  return item.skus.length === 0 ? item.quantity : liveSkus(item).reduce((sum, sku) => sum + sku.quantity, 0);
}

export function choiceOf(store: Store, line: Pick<Line, "itemId" | "skuId">): Choice | null {
  const item = store.items.get(line.itemId);
  if (item === undefined) return null;
  const sku = line.skuId === null ? null : (item.skus.find((candidate) => candidate.id === line.skuId) ?? null);
  return { item, sku };
}

/** Takes the units of a line from the stock, and books the sale. */
export function takeUnits(store: Store, trade: Trade, line: Line): void {
  const choice = choiceOf(store, line);
  const units = line.num - line.taken;
  if (choice === null || units <= 0 || line.isGift) return;
  const shown = shownOf(choice);
  line.taken = line.num;
  line.isOversold = shown < units;
  log(store, {
    kind: "units_sold",
    orderId: trade.tid,
    variantId: choiceId(choice),
    sku: line.code,
    quantity: units,
    shown,
  });
  move(store, choice, shown - units);
  choice.item.sold += units;
  // The platform never shows less than nothing.
  if (shown < units) setQuantity(store, choice, 0, "owner");
}

export function holdUnits(store: Store, line: Line): void {
  const choice = choiceOf(store, line);
  if (choice === null || line.isGift) return;
  (choice.sku ?? choice.item).held += line.num;
  line.held = line.num;
}

export function releaseUnits(store: Store, line: Line): void {
  const choice = choiceOf(store, line);
  if (choice !== null) (choice.sku ?? choice.item).held -= line.held;
  line.held = 0;
}

/** Gives units of a line back to the stock. */
export function returnUnits(store: Store, trade: Trade, line: Line, reason: string): void {
  const choice = choiceOf(store, line);
  const quantity = line.taken;
  line.taken = 0;
  if (choice === null || quantity === 0) return;
  const variantId = choiceId(choice);
  log(store, { kind: "units_returned", orderId: trade.tid, variantId, sku: line.code, quantity, reason });
  move(store, choice, shownOf(choice) + quantity);
}

/** Sets what the shop shows. */
export function setQuantity(store: Store, choice: Choice, quantity: number, by: Cause): void {
  if (shownOf(choice) !== quantity) log(store, { kind: "stock_set", variantId: choiceId(choice), quantity, by });
  move(store, choice, quantity);
}

function move(store: Store, choice: Choice, quantity: number): void {
  const { item, sku } = choice;
  const before = shownOf(choice);
  changeItem(store, item, () => {
    (sku ?? item).quantity = quantity;
    if (sku !== null) sku.modified = Math.max(sku.modified, item.modified);
    const total = totalOf(item);
    if (item.shelf === "onsale" && total <= 0) item.shelf = "sold_out";
    else if (item.shelf === "sold_out" && total > 0) item.shelf = "onsale";
  });
  if (sku !== null) sku.modified = item.modified;
  if (before === quantity) return;
  const topic = itemTopic(store.shop, item, totalOf(item), yuan(item.price), sku);
  store.messages.add("taobao_item_ItemStockChanged", { ...topic, increment: quantity - before });
  if (quantity <= 0 && sku !== null) store.messages.add("taobao_item_ItemSkuZeroStock", topic);
  if (totalOf(item) <= 0) store.messages.add("taobao_item_ItemZeroStock", topic);
}
