/**
 * Prices. A shop's SKU takes a price, with its list price beside it, at once. A supplier's is negotiated: an application is
 * made, filled and confirmed, and the platform approves or rejects it later, whole. Its number and the barcode are the receipt.
 */
import type { PushCapability, PushItem, PushOutcome, Store } from "../../core/adapter.ts";
import { isAdapterError } from "../../core/errors.ts";
import { canonicalDecimal } from "../../core/money.ts";
import { orNull } from "../../core/outcomes.ts";
import { decimalOrNull } from "../../core/wire.ts";
import { type Client, toSeconds } from "./client/index.ts";
import { readWhole } from "./client/lists.ts";
import { isRefusal, pushEach, refusal } from "./client/outcomes.ts";
import { CURRENCY, settingsOf, vendorId } from "./config.ts";
import { quotaOf } from "./limits.ts";
import { type Fields, rowsOf, textIn } from "./schemas.ts";
import { isOfShop, placeIn } from "./stock.ts";

const OPERATION = "vipapis.price.JitPriceService.submitPriceApplication";
const DAY_MS = 86_400_000;

export function createPrices(client: Client): PushCapability {
  return {
    // An application names the co-operation that it is for.
    batch: { max: 20, groupBy: "place", complete: "item" },
    compareAndSet: false,
    quota: quotaOf("vipapis.price.JitPriceService"),
    async set(store, items, signal) {
      const valid = items.filter((item) => problemOf(store, item) === null);
      const shop = await pushEach(valid.filter(isOfShop), OPERATION, (item) => writeShop(client, store, item, signal));
      const supply = await apply(
        client,
        store,
        valid.filter((item) => !isOfShop(item)),
        signal,
      );
      const outcomes = new Map([...shop, ...supply].map((outcome) => [outcome.key, outcome]));
      return items.map(
        (item) =>
          outcomes.get(item.key) ?? {
            key: item.key,
            outcome: "rejected",
            error: refusal("invalid_request", OPERATION, problemOf(store, item) ?? "it was not sent"),
          },
      );
    },
    check: (store, receipts, signal) => checkApplications(client, store, receipts, signal),
    async read(store, items, signal) {
      const values: { key: string; value: string | null }[] = [];
      for (const item of items) values.push({ key: item.key, value: await readPrice(client, store, item, signal) });
      return values;
    },
  };
}

function problemOf(store: Store, item: PushItem): string | null {
  const isPrice = /^\d+(?:\.\d{1,2})?$/.test(canonicalDecimal(item.value) ?? "");
  if (!isPrice || (item.currency !== null && item.currency !== CURRENCY))
    return `prices are in ${CURRENCY}, with at most two digits after the point`;
  return isOfShop(item) || placeIn(store, item.place) !== null ? null : "the offer's place names no co-operation";
}

async function writeShop(client: Client, store: Store, item: PushItem, signal: AbortSignal): Promise<PushOutcome> {
  const { key, value, codes, variantExternalId: sku_id } = item;
  const market = codes.market_price ?? (await shopPrice(client, store, sku_id, signal))?.market ?? value;
  const sale_price = Number(value);
  // Both prices are wanted; a list price is never below what is asked.
  const market_price = Math.max(Number(market), sale_price);
  await client.call(store, "sovPrice.updateSkuPrice", { sku_id, market_price, sale_price }, signal, "keyed-write");
  return { key, outcome: "accepted", shown: value };
}

/** What buyers pay for a shop's SKU, and its list price. */
export async function shopPrice(client: Client, store: Store, sku_id: string, signal: AbortSignal) {
  const [row] = rowsOf([await orNull(() => client.call(store, "sovPrice.getSkuPrice", { sku_id }, signal))], "");
  if (!row) return null;
  return { sale: decimalOrNull().parse(row.sale_price), market: decimalOrNull().parse(row.market_price) };
}

/** One application for all items of a co-operation. A lost answer leaves one that was never confirmed, and has no effect. */
async function apply(
  client: Client,
  store: Store,
  items: readonly PushItem[],
  signal: AbortSignal,
): Promise<PushOutcome[]> {
  if (items.length === 0) return [];
  const vendor_id = vendorId(store);
  const all = (outcome: (key: string) => PushOutcome) => items.map(({ key }) => outcome(key));
  try {
    const application_id = textIn(
      await client.call(store, "price.createPriceApplicationId", { vendor_id }, signal, "write"),
    );
    if (application_id === null) throw refusal("permanent", OPERATION, "the platform gave the application no number");
    const now = client.clock.now();
    const end = new Date(now.getTime() + settingsOf(store.settings).price_days * DAY_MS);
    const request = {
      application_id,
      vendor_id,
      effective_start_time: toSeconds(now),
      effective_end_time: toSeconds(end),
      cooperation_nos: [...new Set(items.map((item) => String(placeIn(store, item.place)?.cooperation_no)))],
      price_details: items.map((item) => ({ barcode: item.variantExternalId, sale_price: Number(item.value) })),
    };
    await client.call(store, "price.submitPriceApplication", { request }, signal, "keyed-write");
    const confirmed = { request: { vendor_id, application_id } };
    await client.call(store, "price.confirmPriceApplication", confirmed, signal, "keyed-write");
    return items.map(({ key, variantExternalId: barcode }) => {
      return { key, outcome: "submitted", receipt: `${application_id}/${barcode}` };
    });
  } catch (error) {
    // One bad item sinks an application: the engine looks for it by halves.
    if (!isAdapterError(error) || !isRefusal(error)) throw error;
    if (items.length > 1 && error.category !== "permanent") throw error;
    if (items.length > 1) throw refusal("invalid_request", OPERATION, error.platformMessage ?? error.message);
    return all((key) => ({ key, outcome: "rejected", error }));
  }
}

/**
 * Applications that ended: by words that the settings name, since the platform publishes none. Of one that was rejected the
 * prices with an exception are; the others are asked for anew. Where none has any, all of them are rejected.
 */
async function checkApplications(client: Client, store: Store, receipts: readonly string[], signal: AbortSignal) {
  const { price_approved, price_rejected } = settingsOf(store.settings);
  const parts = receipts.map((receipt) => {
    const [id = "", barcode = ""] = receipt.split("/");
    return { receipt, id, barcode };
  });
  const request = { vendor_id: vendorId(store), application_id_list: [...new Set(parts.map(({ id }) => id))] };
  const result = await client.call(store, "price.getPriceApplicationStatus", { request }, signal);
  const ended: (PushOutcome & { receipt: string })[] = [];
  for (const row of rowsOf(result, "list")) {
    const id = textIn(row.application_id);
    const status = textIn(row.status) ?? "";
    const own = parts.filter((part) => part.id === id);
    if (id === null || own.length === 0) continue;
    // A receipt is of one price: the key is the engine's to find.
    if (price_approved.includes(status))
      ended.push(...own.map(({ receipt }) => ({ key: "", outcome: "accepted" as const, receipt })));
    if (!price_rejected.includes(status)) continue;
    const exceptions = await exceptionsOf(client, store, id, signal);
    for (const { receipt, barcode } of own) {
      const words = exceptions.get(barcode) ?? (exceptions.size === 0 ? status : null);
      const error = refusal("conflict", OPERATION, `the application was rejected (${words ?? "for other prices"})`);
      ended.push({ key: "", outcome: words === null ? "unknown" : "rejected", error, receipt });
    }
  }
  return ended;
}

/** What the review found wrong, by barcode. */
async function exceptionsOf(client: Client, store: Store, application_id: string, signal: AbortSignal) {
  const asked = (page: Fields) => ({ request: { vendor_id: vendorId(store), application_id, ...page } });
  const rows = await readWhole(client, store, "price.getPriceApplication", asked, "price_details", signal);
  return new Map(
    rows.flatMap((row) => {
      const [barcode, words] = [textIn(row.barcode), textIn(row.exception_description)];
      return barcode === null || words === null ? [] : [[barcode, words] as const];
    }),
  );
}

async function readPrice(
  client: Client,
  store: Store,
  item: Pick<PushItem, "variantExternalId" | "codes">,
  signal: AbortSignal,
): Promise<string | null> {
  if (isOfShop(item)) return (await shopPrice(client, store, item.variantExternalId, signal))?.sale ?? null;
  const args = { vendor_id: vendorId(store), barcode: item.variantExternalId, page: 1, limit: 1 };
  const answer = await orNull(() => client.call(store, "product.multiGetProductSkuInfo", args, signal));
  const [row] = rowsOf(answer, "products");
  return row ? decimalOrNull().parse(row.sell_price) : null;
}
