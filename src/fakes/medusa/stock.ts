/** What lies at locations, what orders have reserved of it, and what the shop therefore shows. */

import type { Cause } from "../fake.ts";
import { log } from "../living.ts";
import { fresh, newId, nowMs, type Store } from "./store.ts";
import type { InventoryItem, Level, Line, Order, Variant } from "./types.ts";

/** What is for sale of an item at a location; below zero where less is stocked than reserved. */
export function availableOf({ stocked, reserved }: Level): number {
  return stocked - reserved;
}

/** `inventory_quantity`; null where pieces are not counted. */
export function shownOf(variant: Variant): number | null {
  if (!variant.isManaged) return null;
  const counts = variant.parts.map(({ item, required }) => {
    const all = [...item.levels.values()].reduce((sum, level) => sum + availableOf(level), 0);
    return Math.floor(all / required);
  });
  return Math.min(...counts);
}

/** An item begins to lie at a location. */
export function addLevel(store: Store, item: InventoryItem, location: string, stocked: number, by: Cause): Level {
  const level = { id: newId(store, "ilev"), item, location, stocked, reserved: 0, ...fresh(store) };
  item.levels.set(location, level);
  tellStock(store, item, by);
  return level;
}

export function setStocked(store: Store, level: Level, stocked: number, by: Cause): void {
  level.stocked = stocked;
  level.updated = nowMs(store);
  tellStock(store, level.item, by);
}

/** Writes into the books what every variant made of the item shows now. */
export function tellStock(store: Store, item: InventoryItem, by: Cause): void {
  for (const variant of store.variants.values())
    if (variant.isManaged && variant.parts.some((part) => part.item === item))
      log(store, { kind: "stock_set", variantId: variant.id, quantity: shownOf(variant), by });
}

/** A buyer orders: pieces are reserved where enough of them lies, or at the first location. */
export function reserve(store: Store, order: Order, line: Line): void {
  const { variant, quantity } = line;
  const sold = { orderId: order.id, variantId: variant.id, sku: variant.sku, quantity, shown: shownOf(variant) };
  log(store, { kind: "units_sold", ...sold });
  if (!variant.isManaged) return;
  for (const { item, required } of variant.parts) {
    const levels = [...item.levels.values()];
    const level = levels.find((one) => availableOf(one) >= quantity * required) ?? levels[0];
    if (level === undefined) continue;
    line.reservations.push({ level, required });
    moveReserved(store, line, quantity);
  }
}

function moveReserved(store: Store, line: Line, pieces: number): void {
  for (const { level, required } of line.reservations) {
    level.reserved += pieces * required;
    level.updated = nowMs(store);
  }
}

/** Reserved pieces of an order that will not be sent are for sale again. */
export function release(store: Store, order: Order, line: Line, pieces: number): void {
  if (pieces === 0) return;
  moveReserved(store, line, -pieces);
  tellReturned(store, order, line, pieces, "cancelled");
}

/** Packed pieces leave the shelf with their reservation; negative: a parcel is unpacked. */
export function takeOut(store: Store, line: Line, pieces: number): void {
  for (const { level, required } of line.reservations) level.stocked -= pieces * required;
  moveReserved(store, line, -pieces);
}

/** Pieces come back from a buyer. */
export function restock(store: Store, order: Order, line: Line, pieces: number, location: string): void {
  if (pieces === 0 || !line.variant.isManaged) return;
  for (const { item, required } of line.variant.parts) {
    const level = item.levels.get(location) ?? [...item.levels.values()][0];
    if (level === undefined) continue;
    level.stocked += pieces * required;
    level.updated = nowMs(store);
  }
  tellReturned(store, order, line, pieces, "returned");
}

function tellReturned(store: Store, order: Order, { variant }: Line, quantity: number, reason: string): void {
  const back = { orderId: order.id, variantId: variant.id, sku: variant.sku, quantity, reason };
  log(store, { kind: "units_returned", ...back });
}
