/** Changes of stock, prices and listings. */

import { nowOf } from "../living.ts";
import { setPrice, touchProduct } from "./catalogue.ts";
import { itemView, levelView, locationView, productView, variantView } from "./goods-view.ts";
import { type Mutation, must } from "./mutation.ts";
import { addLevel, move, onHand, setAvailable, tellStock } from "./stock.ts";
import { newId, type Store } from "./store.ts";
import type { Item, Level, Location, Product, ProductStatus, Variant } from "./types.ts";
import { byGid, centsOf, gid, numberOf, Refusal, refused, time, type UserError, type View } from "./wire.ts";

const MOST_ROWS = 250;
const MOST_PIECES = 1_000_000_000;
const REASONS = new Set(
  (
    "correction cycle_count_available damaged movement_created movement_updated movement_received movement_canceled other " +
    "promotion quality_control received reservation_created reservation_deleted reservation_updated restock safety_stock shrinkage"
  ).split(" "),
);

interface StockRow {
  inventoryItemId: string;
  locationId: string;
  quantity?: number;
  delta?: number;
  changeFromQuantity?: number | null;
}

interface Found {
  row: StockRow;
  level: Level;
}

function locationOf(store: Store, id: string): Location | undefined {
  return store.locations.find((location) => location.id === numberOf("Location", id));
}

function assertReason(reason: string, document: string | undefined): void {
  if (!REASONS.has(reason)) throw refused("The specified reason is invalid.", ["input", "reason"], "INVALID_REASON");
  if (document !== undefined && !/^gid:\/\/[^/]+\/[^/]+\/.+/.test(document)) {
    const message = "The specified reference document is invalid.";
    throw refused(message, ["input", "referenceDocumentUri"], "INVALID_REFERENCE_DOCUMENT");
  }
}

type Check = (found: Found) => string | null;
type Wrong = readonly [field: string, code: string, message: string];

/** The level that a row means, or why the row cannot be. */
function findRow(store: Store, row: StockRow, check: Check): Found | Wrong {
  const item = byGid(store.items, "InventoryItem", row.inventoryItemId);
  const location = locationOf(store, row.locationId);
  if (item === null)
    return ["inventoryItemId", "INVALID_INVENTORY_ITEM", "The specified inventory item could not be found."];
  if (location === undefined) return ["locationId", "INVALID_LOCATION", "The specified location could not be found."];
  const level = item.levels.get(location.id);
  if (level === undefined)
    return ["inventoryItemId", "INVALID_INVENTORY_ITEM", "The item is not stocked at the location."];
  if (!item.isTracked) return ["inventoryItemId", "NON_MUTABLE_INVENTORY_ITEM", "The item is not tracked."];
  const code = check({ row, level });
  if (code === null) return { row, level };
  return [code === "CHANGE_FROM_QUANTITY_STALE" ? "changeFromQuantity" : "quantity", code, code];
}

/** Finds the rows of a call. The whole call is one group: one bad row refuses all. Throws `Refusal`. */
function findRows(store: Store, list: string, rows: readonly StockRow[], check: Check): Found[] {
  const errors: UserError[] = [];
  const found: Found[] = [];
  rows.forEach((row, index) => {
    const isAgain = rows.findIndex(
      (one) => one.inventoryItemId === row.inventoryItemId && one.locationId === row.locationId,
    );
    const one: Found | Wrong =
      isAgain < index
        ? ["locationId", "NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR", "The pair is named more than once."]
        : findRow(store, row, check);
    if ("level" in one) found.push(one);
    else errors.push({ field: ["input", list, String(index), one[0]], code: one[1], message: one[2] });
  });
  if (errors.length > 0) throw new Refusal(...errors);
  return found;
}

function sizeError(quantity: number): string | null {
  if (quantity > MOST_PIECES) return "INVALID_QUANTITY_TOO_HIGH";
  return quantity < -MOST_PIECES ? "INVALID_QUANTITY_TOO_LOW" : null;
}

interface Change {
  name: string;
  delta: number;
  level: Level;
}

function groupOf(store: Store, reason: string, document: string | undefined, changes: readonly Change[]): View {
  return {
    id: gid("InventoryAdjustmentGroup", newId(store)),
    createdAt: time(nowOf(store)),
    reason,
    referenceDocumentUri: document ?? null,
    changes: changes.map(({ name, delta, level }) => {
      const quantityAfterChange = name === "on_hand" ? onHand(level) : level.counts.available;
      const [item, location] = [(): View => itemView(store, level.item), locationView(level.location)];
      return { name, delta, quantityAfterChange, item, location };
    }),
  };
}

interface SetInput {
  input: { name: string; reason: string; referenceDocumentUri?: string; quantities: StockRow[] };
}

/** Sets what is available, or what is on hand: what is committed stays. */
function setQuantities(store: Store, { input }: SetInput): View {
  const { name, reason, referenceDocumentUri, quantities } = input;
  if (name !== "available" && name !== "on_hand")
    throw refused("The quantity name must be either 'available' or 'on_hand'.", ["input", "name"], "INVALID_NAME");
  assertReason(reason, referenceDocumentUri);
  assertFew(quantities, ["input", "quantities"]);
  const unsaid = quantities.findIndex((row) => !("changeFromQuantity" in row));
  if (unsaid >= 0) {
    const message = "changeFromQuantity must be given; null leaves it unchecked.";
    throw refused(message, ["input", "quantities", String(unsaid), "changeFromQuantity"], "COMPARE_QUANTITY_REQUIRED");
  }
  const countOf = (level: Level): number => (name === "on_hand" ? onHand(level) : level.counts.available);
  const rows = findRows(store, "quantities", quantities, ({ row, level }) => {
    const { quantity = 0, changeFromQuantity = null } = row;
    if (changeFromQuantity !== null && changeFromQuantity !== countOf(level)) return "CHANGE_FROM_QUANTITY_STALE";
    return quantity < 0 ? "INVALID_QUANTITY_NEGATIVE" : sizeError(quantity);
  });
  const changes = rows.flatMap(({ row, level }) => {
    const delta = (row.quantity ?? 0) - countOf(level);
    if (delta === 0) return [];
    setAvailable(store, level, level.counts.available + delta, "api");
    return ["available", "on_hand"].map((changed) => ({ name: changed, delta, level }));
  });
  // Where nothing changes there is no group.
  return {
    inventoryAdjustmentGroup: changes.length === 0 ? null : groupOf(store, reason, referenceDocumentUri, changes),
  };
}

function assertFew(rows: readonly unknown[], field: string[]): void {
  if (rows.length > MOST_ROWS)
    throw refused(`The input array size of ${rows.length} is greater than the maximum allowed of ${MOST_ROWS}.`, field);
}

interface AdjustInput {
  input: { name: string; reason: string; referenceDocumentUri?: string; changes: StockRow[] };
}

function adjustQuantities(store: Store, { input }: AdjustInput): View {
  const { name, reason, referenceDocumentUri, changes } = input;
  const movable = ["available", "damaged", "reserved", "safety_stock", "quality_control", "incoming"];
  if (!movable.includes(name))
    throw refused("The quantity name is invalid.", ["input", "name"], "INVALID_QUANTITY_NAME");
  assertReason(reason, referenceDocumentUri);
  assertFew(changes, ["input", "changes"]);
  const rows = findRows(store, "changes", changes, ({ row, level }) => {
    const { delta = 0, changeFromQuantity = null } = row;
    const held = level.counts[name as keyof Level["counts"]];
    if (changeFromQuantity !== null && changeFromQuantity !== held) return "CHANGE_FROM_QUANTITY_STALE";
    return sizeError(held + delta);
  });
  for (const { row, level } of rows) {
    move(store, level, name as keyof Level["counts"], row.delta ?? 0);
    if (name === "available") tellStock(store, level.item, "api");
  }
  const made = rows.map(({ row, level }) => ({ name, delta: row.delta ?? 0, level }));
  return { inventoryAdjustmentGroup: groupOf(store, reason, referenceDocumentUri, made) };
}

interface ActivateInput {
  inventoryItemId: string;
  locationId: string;
  available?: number;
}

function activate(store: Store, { inventoryItemId, locationId, available }: ActivateInput): View {
  const item: Item = must(byGid(store.items, "InventoryItem", inventoryItemId), "Inventory item", ["inventoryItemId"]);
  const location = must(locationOf(store, locationId), "Location", ["locationId"]);
  if (!location.isActive) throw refused("The location is not active.", ["locationId"]);
  const there = item.levels.get(location.id);
  if (there !== undefined && available !== undefined)
    throw refused("Not allowed to set available quantity when the item is already active at the location.", [
      "available",
    ]);
  const level = there ?? addLevel(store, item, location, available ?? 0, "api");
  return { inventoryLevel: levelView(store, level) };
}

interface PriceRow {
  id?: string;
  price?: string | null;
  compareAtPrice?: string | null;
  barcode?: string | null;
  inventoryPolicy?: Variant["policy"];
  inventoryQuantities?: unknown[];
  inventoryItem?: { sku?: string; tracked?: boolean };
}

interface BulkUpdate {
  productId: string;
  variants: PriceRow[];
  allowPartialUpdates?: boolean;
}

/** Why a row of a product's variants cannot be. */
function rowError(product: Product, row: PriceRow): [string, string, string] | Variant {
  if (row.id === undefined) return ["id", "PRODUCT_VARIANT_ID_MISSING", "Product variant is missing ID attribute"];
  const variant = product.variants.find(({ id }) => gid("ProductVariant", id) === row.id);
  if (variant === undefined) return ["id", "PRODUCT_VARIANT_DOES_NOT_EXIST", "Product variant does not exist"];
  if (row.inventoryQuantities !== undefined) {
    const message = "Inventory quantities can only be provided during create.";
    return ["inventoryQuantities", "NO_INVENTORY_QUANTITIES_ON_VARIANTS_UPDATE", message];
  }
  for (const name of ["price", "compareAtPrice"] as const) {
    const value = row[name];
    if (value === undefined || (value === null && name === "compareAtPrice")) continue;
    const cents = centsOf(value);
    if (cents === null) return [name, "INVALID_INPUT", `${name} is not a valid amount`];
    if (cents < 0)
      return [name, name === "price" ? "NEGATIVE_PRICE_VALUE" : "GREATER_THAN_OR_EQUAL_TO", "must be at least 0"];
  }
  return variant;
}

function bulkUpdate(store: Store, { productId, variants, allowPartialUpdates = false }: BulkUpdate): View {
  const product = must(byGid(store.products, "Product", productId), "Product", ["productId"], "PRODUCT_DOES_NOT_EXIST");
  assertFew(variants, ["variants"]);
  const checked = variants.map((row, index) => ({ row, index, found: rowError(product, row) }));
  const userErrors = checked.flatMap(({ index, found }) => {
    return Array.isArray(found)
      ? [{ field: ["variants", String(index), found[0]], code: found[1], message: found[2] }]
      : [];
  });
  const isRefused = userErrors.length > 0 && !allowPartialUpdates;
  const done = isRefused
    ? []
    : checked.flatMap(({ row, found }) => (Array.isArray(found) ? [] : [{ row, variant: found }]));
  for (const { row, variant } of done) {
    const price = row.price === undefined ? variant.price : (centsOf(row.price) ?? variant.price);
    const compareAt = row.compareAtPrice === undefined ? variant.compareAt : centsOf(row.compareAtPrice);
    setPrice(store, variant, price, row.compareAtPrice === null ? null : compareAt, "api");
    if (row.inventoryPolicy !== undefined) variant.policy = row.inventoryPolicy;
    if (row.barcode !== undefined) variant.barcode = row.barcode;
    if (row.inventoryItem?.sku !== undefined) variant.sku = row.inventoryItem.sku;
    if (row.inventoryItem?.tracked !== undefined) variant.item.isTracked = row.inventoryItem.tracked;
  }
  const told = isRefused ? null : done.map(({ variant }) => variantView(store, variant));
  return { product: productView(store, product), productVariants: told, userErrors };
}

interface ProductInput {
  product?: { id?: string; status?: ProductStatus; title?: string; vendor?: string; tags?: string[] };
}

function updateProduct(store: Store, { product: input = {} }: ProductInput): View {
  const product = must(byGid(store.products, "Product", input.id ?? ""), "Product", ["id"]);
  if (input.title === "") throw refused("Title can't be blank", ["title"]);
  const { status = product.status, title = product.title, vendor = product.vendor, tags = product.tags } = input;
  Object.assign(product, { status, title, vendor, tags });
  touchProduct(store, product);
  return { product: productView(store, product) };
}

/** Changes of goods, by name. */
export function goodsMutations(store: Store): Record<string, Mutation<never>> {
  const stock = { scopes: ["write_inventory"], isKeyed: true };
  return {
    inventorySetQuantities: { ...stock, run: (args: SetInput) => setQuantities(store, args) },
    inventoryAdjustQuantities: { ...stock, run: (args: AdjustInput) => adjustQuantities(store, args) },
    inventoryActivate: { ...stock, run: (args: ActivateInput) => activate(store, args) },
    productVariantsBulkUpdate: { scopes: ["write_products"], run: (args: BulkUpdate) => bulkUpdate(store, args) },
    productUpdate: { scopes: ["write_products"], run: (args: ProductInput) => updateProduct(store, args) },
  };
}
