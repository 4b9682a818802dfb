/** What lies where, and what becomes of it when orders come, go out, and come back. */

import type { Cause } from "../fake.ts";
import { log, nowOf } from "../living.ts";
import { mainLocation, newId, type Store } from "./store.ts";
import type { CountName, Item, Level, Line, Location, Order, Variant } from "./types.ts";
import { gid } from "./wire.ts";

const EMPTY: Record<CountName, number> = {
  available: 0,
  committed: 0,
  reserved: 0,
  damaged: 0,
  safety_stock: 0,
  quality_control: 0,
  incoming: 0,
};

export function onHand({ counts }: Level): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0) - counts.incoming;
}

/** What the shop shows of a variant; null where pieces are not counted. */
export function shownOf({ item }: Variant): number | null {
  if (!item.isTracked) return null;
  return [...item.levels.values()].reduce((sum, { counts }) => sum + counts.available, 0);
}

export function addLevel(store: Store, item: Item, location: Location, available: number, by: Cause): Level {
  const id = newId(store);
  const level: Level = { id, item, location, updated: nowOf(store), counts: { ...EMPTY, available } };
  item.levels.set(location.id, level);
  store.levels.set(id, level);
  store.announce("INVENTORY_LEVELS_CONNECT", "InventoryLevel", level);
  tellStock(store, item, by);
  return level;
}

/** Moves a named quantity; a negative count is allowed here. */
export function move(store: Store, level: Level, name: CountName, delta: number): void {
  level.counts[name] += delta;
  level.updated = nowOf(store);
  const more = { inventory_item_id: level.item.id, location_id: level.location.id, available: level.counts.available };
  store.announce("INVENTORY_LEVELS_UPDATE", "InventoryLevel", { id: level.id, updated: level.updated, more });
}

/** Sets what is available, and tells the books. */
export function setAvailable(store: Store, level: Level, available: number, by: Cause): void {
  move(store, level, "available", available - level.counts.available);
  tellStock(store, level.item, by);
}

export function tellStock(store: Store, item: Item, by: Cause): void {
  const { variant } = item;
  if (item.isTracked && store.variants.has(variant.id))
    log(store, { kind: "stock_set", variantId: gid("ProductVariant", variant.id), quantity: shownOf(variant), by });
}

function levelFor(store: Store, item: Item, pieces: number): Level {
  const levels = [...item.levels.values()].filter(({ location }) => location.isActive);
  const enough = levels.find(({ counts }) => counts.available >= pieces) ?? levels[0];
  return enough ?? addLevel(store, item, mainLocation(store), 0, "owner");
}

/** A buyer orders: available pieces are committed. Answers where they lie. */
export function commit(store: Store, order: Order, line: Line): Location {
  const { variant, quantity } = line;
  if (variant === null) return mainLocation(store);
  const shown = shownOf(variant);
  const sold = {
    orderId: gid("Order", order.id),
    variantId: gid("ProductVariant", variant.id),
    sku: variant.sku,
    quantity,
  };
  log(store, { kind: "units_sold", ...sold, shown });
  if (!variant.item.isTracked) return mainLocation(store);
  const level = levelFor(store, variant.item, quantity);
  move(store, level, "available", -quantity);
  move(store, level, "committed", quantity);
  return level.location;
}

/** Committed pieces leave with a parcel; negative: the parcel is undone. */
export function takeOut(store: Store, line: Line, location: Location, pieces: number): void {
  const level = line.variant?.item.levels.get(location.id);
  if (level !== undefined && line.variant?.item.isTracked === true) move(store, level, "committed", -pieces);
}

/** Pieces are for sale again: back from a buyer, or of an order that waited for them at a place. */
export function restock(
  store: Store,
  order: Order,
  line: Line,
  location: Location,
  pieces: number,
  waitedAt: Location | null,
): void {
  const { variant } = line;
  if (variant === null || !variant.item.isTracked || pieces === 0) return;
  const level = variant.item.levels.get(location.id) ?? addLevel(store, variant.item, location, 0, "owner");
  move(store, level, "available", pieces);
  if (waitedAt !== null) takeOut(store, line, waitedAt, pieces);
  const back = { orderId: gid("Order", order.id), variantId: gid("ProductVariant", variant.id), sku: variant.sku };
  log(store, {
    kind: "units_returned",
    ...back,
    quantity: pieces,
    reason: waitedAt === null ? "returned" : "cancelled",
  });
}
