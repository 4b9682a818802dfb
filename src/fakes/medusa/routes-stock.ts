/** What lies where. */

import { z } from "zod";
import { answerList, answerOne, bodyOf, type Call, type Route } from "./call.ts";
import { ITEM_FIELDS, itemView, levelView } from "./product-view.ts";
import { addLevel, availableOf, setStocked } from "./stock.ts";
import type { Store } from "./store.ts";
import type { InventoryItem, Level } from "./types.ts";
import { ApiError, invalid, notFound, type View } from "./wire.ts";

const LEVEL = z.strictObject({ location_id: z.string(), stocked_quantity: z.number().optional() });
const LEVEL_UPDATE = z.strictObject({
  stocked_quantity: z.number().optional(),
  incoming_quantity: z.number().optional(),
});
const LEVEL_ROW = z.strictObject({
  inventory_item_id: z.string(),
  location_id: z.string(),
  stocked_quantity: z.number().optional(),
});
const LEVEL_BATCH = z.strictObject({
  create: z.array(LEVEL_ROW).optional(),
  update: z.array(LEVEL_ROW).optional(),
  delete: z.array(z.string()).optional(),
  force: z.boolean().optional(),
});

function itemOf(store: Store, id: string | undefined): InventoryItem {
  const item = store.items.get(id ?? "");
  if (item === undefined) throw notFound(`InventoryItem with id: ${id} was not found`);
  return item;
}

function levelOf(store: Store, item: string, location: string): Level {
  const level = store.items.get(item)?.levels.get(location);
  if (level === undefined) throw notFound(`Item ${item} is not stocked at location ${location}`);
  return level;
}

function countOf(quantity: number | undefined, fallback: number): number {
  const count = quantity ?? fallback;
  if (count < 0) throw invalid("Value for field 'stocked_quantity' too small, expected at least: '0'");
  return count;
}

function createLevel(store: Store, item: InventoryItem, location: string, quantity: number | undefined): Level {
  if (!store.locations.some(({ id }) => id === location))
    throw notFound(`StockLocation with id: ${location} was not found`);
  if (item.levels.has(location))
    throw new ApiError(400, "duplicate_error", `Item ${item.id} already exists at ${location}`);
  return addLevel(store, item, location, countOf(quantity, 0), "api");
}

/** All or nothing. The answer's `available_quantity` is the one of before. */
function batchLevels(call: Call): View {
  const { store } = call;
  const body = bodyOf(call, LEVEL_BATCH);
  const creates = (body.create ?? []).map((row) => ({ row, item: itemOf(store, row.inventory_item_id) }));
  const updates = (body.update ?? []).map((row) => {
    const level = levelOf(store, row.inventory_item_id, row.location_id);
    return { level, before: availableOf(level), count: countOf(row.stocked_quantity, level.stocked) };
  });
  const created = creates.map(({ row, item }) => createLevel(store, item, row.location_id, row.stocked_quantity));
  for (const { level, count } of updates) setStocked(store, level, count, "api");
  return {
    created: created.map(levelView),
    updated: updates.map(({ level, before }) => ({ ...levelView(level), available_quantity: before })),
    deleted: body.delete ?? [],
  };
}

function answerItem(call: Call, item: InventoryItem): View {
  return answerOne(call, "inventory_item", itemView(item), ITEM_FIELDS);
}

export const STOCK_ROUTES: readonly Route[] = [
  {
    method: "get",
    path: "/admin/inventory-items",
    operation: "inventory.list",
    run: (call) =>
      answerList(call, "inventory_items", {
        rows: call.store.items.values(),
        view: itemView,
        defaults: ITEM_FIELDS,
        filters: { sku: ({ sku }) => sku },
        text: ({ sku, title }) => `${sku} ${title}`,
      }),
  },
  {
    method: "get",
    path: "/admin/inventory-items/:id",
    operation: "inventory.get",
    run: (call) => answerItem(call, itemOf(call.store, call.params.id)),
  },
  {
    method: "post",
    path: "/admin/inventory-items/location-levels/batch",
    operation: "levels.batch",
    run: batchLevels,
  },
  {
    method: "post",
    path: "/admin/inventory-items/:id/location-levels",
    operation: "levels.create",
    run(call) {
      const item = itemOf(call.store, call.params.id);
      const { location_id, stocked_quantity } = bodyOf(call, LEVEL);
      createLevel(call.store, item, location_id, stocked_quantity);
      return answerItem(call, item);
    },
  },
  {
    method: "post",
    path: "/admin/inventory-items/:id/location-levels/:location",
    operation: "levels.update",
    run(call) {
      const { store, params } = call;
      const level = levelOf(store, params.id ?? "", params.location ?? "");
      setStocked(store, level, countOf(bodyOf(call, LEVEL_UPDATE).stocked_quantity, level.stocked), "api");
      return answerItem(call, level.item);
    },
  },
];
