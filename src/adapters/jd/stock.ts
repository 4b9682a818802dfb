/**
 * Quantities: absolute, one SKU a call, in the warehouse that the offer's place names (0: all of the country). Bookings of
 * orders stand apart; whether the number that is written holds them nobody says: setting `stock_counts`.
 */
import type { PushCapability, PushItem, PushOutcome, Store } from "../../core/adapter.ts";
import { adapterError } from "../../core/errors.ts";
import { orNull } from "../../core/outcomes.ts";
import { type Client, numberOf } from "./client/index.ts";
import { pushEach } from "./client/outcomes.ts";
import { settingsOf } from "./config.ts";
import { quotaOf } from "./limits.ts";
import { type Fields, idIn, recordsOf } from "./schemas.ts";

const METHOD = "jingdong.stock.write.updateSkuStock";
const DEFAULT_WAREHOUSE = "0";

export function createStock(client: Client): PushCapability {
  return {
    batch: { max: 1, groupBy: "none", complete: "item" },
    compareAndSet: false,
    quota: quotaOf(METHOD),
    set: (store, items, signal) => pushEach(items, METHOD, (item) => write(client, store, item, signal)),
    async read(store, items, signal) {
      const values: { key: string; value: string | null }[] = [];
      for (const item of items) {
        const row = await orNull(() => readStock(client, store, item, signal));
        const shown = row === null ? Number.NaN : Number(row.canUsedNum ?? row.stockNum);
        values.push({ key: item.key, value: Number.isSafeInteger(shown) ? String(shown) : null });
      }
      return values;
    },
  };
}

async function write(
  client: Client,
  store: Store,
  item: PushItem,
  signal: AbortSignal,
): Promise<PushOutcome | boolean> {
  const withBookings = settingsOf(store.settings).stock_counts === "with_bookings";
  const row = withBookings ? await readStock(client, store, item, signal) : null;
  const booked = Number(row?.orderBookingNum ?? 0) + Number(row?.appBookingNum ?? 0);
  if (withBookings && (row === null || !Number.isSafeInteger(booked))) {
    const message = "the bookings of the SKU cannot be read";
    const error = adapterError("conflict", { platform: "jd", operation: METHOD, message });
    return { key: item.key, outcome: "rejected", error };
  }
  const place = numberOf(item.place ?? DEFAULT_WAREHOUSE);
  const parameters = { skuId: numberOf(item.variantExternalId), stockNum: Number(item.value) + booked, storeId: place };
  // Absolute: a repeat ends in the same state.
  const { success } = await client.call(store, METHOD, parameters, signal, "keyed-write");
  return success === true || success === "true";
}

async function readStock(
  client: Client,
  store: Store,
  { variantExternalId, place }: Pick<PushItem, "variantExternalId" | "place">,
  signal: AbortSignal,
): Promise<Fields | null> {
  const field = "skuId,storeId,stockNum,orderBookingNum,appBookingNum,canUsedNum";
  const parameters = { skuId: numberOf(variantExternalId), field };
  const { skuStocks } = await client.call(store, "jingdong.stock.read.findSkuStock", parameters, signal);
  const wanted = place ?? DEFAULT_WAREHOUSE;
  // 0 is how "none" is written in other places: here it is a warehouse.
  return recordsOf(skuStocks).find((row) => (idIn(row.storeId) ?? DEFAULT_WAREHOUSE) === wanted) ?? null;
}
