/**
 * Quantities: absolute, one SKU a call. A supplier's SKU is counted per co-operation and warehouse of the platform, which the
 * offer's place names (`100123/VIP_NH`, in regional sale with the area behind it); a shop's SKU per warehouse or not at all.
 */
import type { PushCapability, PushItem, PushOutcome, Store } from "../../core/adapter.ts";
import { sha256Hex } from "../../core/crypto.ts";
import { orNull } from "../../core/outcomes.ts";
import type { Client } from "./client/index.ts";
import { isRefusal, pushEach, refusal } from "./client/outcomes.ts";
import { settingsOf, vendorId } from "./config.ts";
import { quotaOf } from "./limits.ts";
import { type Fields, rowsOf, textIn } from "./schemas.ts";

const OPERATION = "vipapis.inventory.InventoryService.updateInventory";
const ABSOLUTE = 0;
const BATCH_NO_LENGTH = 40;

type Target = Pick<PushItem, "variantExternalId" | "codes" | "place">;

/** A shop's SKU has a product of the marketplace above it. */
export const isOfShop = ({ codes }: Pick<PushItem, "codes">): boolean => codes.spu_id !== undefined;

export function createStock(client: Client): PushCapability {
  return {
    batch: { max: 1, groupBy: "none", complete: "item" },
    compareAndSet: false,
    quota: quotaOf("vipapis.inventory.InventoryService"),
    set: (store, items, signal) =>
      pushEach(items, OPERATION, (item) =>
        isOfShop(item) ? writeShop(client, store, item, signal) : writeSupply(client, store, item, signal),
      ),
    async read(store, items, signal) {
      const values: { key: string; value: string | null }[] = [];
      for (const item of items) {
        const row = await readStock(client, store, item, signal);
        values.push({ key: item.key, value: row === null ? null : textIn(row.leaving_stock) });
      }
      return values;
    },
  };
}

async function writeShop(client: Client, store: Store, item: PushItem, signal: AbortSignal): Promise<boolean> {
  const quantity = Number(item.value) + (await heldOf(client, store, item, signal));
  const warehouse = item.place ?? undefined;
  const args = { updateSkuStockRequest: { sku_id: item.variantExternalId, quantity, warehouse } };
  const result = await client.call(store, "sovStock.updateSkuStock", args, signal, "keyed-write");
  const [answer] = rowsOf([result], "");
  // Oversold units (over_sell_quantity) are sold already: orders tell of them.
  return String(answer?.success) === "true";
}

async function writeSupply(client: Client, store: Store, item: PushItem, signal: AbortSignal): Promise<PushOutcome> {
  const place = placeIn(store, item.place);
  if (place === null) {
    const message = "no place says which co-operation and warehouse it is for: set standing_place (100123/VIP_NH)";
    return { key: item.key, outcome: "rejected", error: refusal("invalid_request", OPERATION, message) };
  }
  const quantity = Number(item.value) + (await heldOf(client, store, item, signal));
  const { variantExternalId: barcode, value, idempotencyKey } = item;
  // Never the same for two values, the same for each attempt at one.
  const batch_no = sha256Hex(`${idempotencyKey}|${barcode}|${item.place}|${value}`).slice(0, BATCH_NO_LENGTH);
  const request = { vendor_id: vendorId(store), ...place, barcode, quantity, batch_no, sync_mode: ABSOLUTE };
  try {
    await client.call(store, "inventory.updateInventory", { request }, signal, "keyed-write");
    return accepted(item);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // What an attempt before this one did is refused as repeated: what is shown decides.
    const row = await orNull(() => readStock(client, store, item, signal));
    if (row === null || textIn(row.leaving_stock) !== value) throw error;
    return accepted(item);
  }
}

const accepted = ({ key, value }: PushItem): PushOutcome => ({ key, outcome: "accepted", shown: value });
/** What a place is made of; null where it names no co-operation. */
export function placeIn({ settings }: Pick<Store, "settings">, place: string | null) {
  const [cooperation, warehouse, area] = (place ?? settingsOf(settings).standing_place ?? "").split("/");
  if (!cooperation || !/^\d+$/.test(cooperation) || !warehouse) return null;
  return { cooperation_no: Number(cooperation), warehouse, ...(area ? { area_warehouse_id: area } : {}) };
}

/** Units that a written quantity has to hold beside those for sale, where the supplier's contract counts so. */
async function heldOf(client: Client, store: Store, item: Target, signal: AbortSignal): Promise<number> {
  if (settingsOf(store.settings).stock_counts === "sellable") return 0;
  const row = await readStock(client, store, item, signal);
  const held = ["current_hold", "cart_hold", "order_hold"].map((name) => Number(row?.[name] ?? 0) || 0);
  return held.reduce((sum, units) => sum + units, 0);
}

async function readStock(client: Client, store: Store, item: Target, signal: AbortSignal): Promise<Fields | null> {
  if (isOfShop(item)) {
    const rows = await shopStock(client, store, item.variantExternalId, signal);
    return rows.find((row) => item.place === null || textIn(row.warehouse) === item.place) ?? null;
  }
  const place = placeIn(store, item.place);
  if (place === null) return null;
  const rows = await supplyStock(client, store, item.variantExternalId, signal, place);
  const isThere = (row: Fields) =>
    textIn(row.warehouse) === place.warehouse && textIn(row.cooperation_no) === String(place.cooperation_no);
  return rows.find(isThere) ?? (rows.length === 1 ? (rows[0] ?? null) : null);
}

export async function shopStock(client: Client, store: Store, sku_id: string, signal: AbortSignal): Promise<Fields[]> {
  const args = { getSkuStockRequest: { sku_id } };
  return rowsOf(await orNull(() => client.call(store, "sovStock.getSkuStock", args, signal)), "sku_stocks");
}

/** A supplier's SKU at one place, or at all. */
export async function supplyStock(
  client: Client,
  store: Store,
  barcode: string,
  signal: AbortSignal,
  place: Fields = {},
): Promise<Fields[]> {
  const args = { vendor_id: vendorId(store), ...place, barcode };
  return rowsOf(await orNull(() => client.call(store, "inventory.getSkuStock", args, signal)), "list");
}
