/** Listings and campaigns whole: no answer holds product, price, quantity and dates together. */
import type { RawDocument, RecordKey, Store } from "../../../core/adapter.ts";
import { noRecord } from "../../../core/no-record.ts";
import { orNull } from "../../../core/outcomes.ts";
import { findIn } from "../../../core/tree.ts";
import type { Client } from "../client/index.ts";
import { readWhole } from "../client/lists.ts";
import { isOn, SUPPLY_MODES, vendorId } from "../config.ts";
import { PAGE } from "../limits.ts";
import { placeOf } from "../orders/record.ts";
import { type Fields, isFields, recordsOf, rowsOf, textIn, toInstant } from "../schemas.ts";
import { shopStock, supplyStock } from "../stock.ts";

export type Kind = "shop" | "supply" | "purchase" | "schedule";

export function toDocument(kind: Kind, id: unknown, payload: Fields, sourceVersion: string | null = null): RawDocument {
  const externalId = textIn(id);
  if (externalId === null) return noRecord(payload, `listing (${kind})`, "number");
  return { externalId, key: { kind }, sourceUpdatedAt: null, sourceVersion, form: `${kind}@1.0.0`, payload };
}

/** A listing by its number; null where there is none. Without a kind, a shop's is looked for first. */
export async function readListing(client: Client, store: Store, { externalId, key }: RecordKey, signal: AbortSignal) {
  if (externalId.startsWith("po:")) return readPurchase(client, store, externalId.slice(3), signal);
  const isSupply = key?.kind === "supply";
  const shop = !isSupply && isOn(store, "marketplace") ? await readShop(client, store, externalId, signal) : null;
  return (
    shop ??
    (key?.kind !== "shop" && SUPPLY_MODES.some((mode) => isOn(store, mode))
      ? readSupply(client, store, externalId, signal)
      : null)
  );
}

/** A product of the marketplace as its list shows it. */
export async function shopProduct(
  client: Client,
  store: Store,
  spu_id: string,
  signal: AbortSignal,
): Promise<Fields | null> {
  const request = { spu_id, page: 1, limit: 1 };
  const answer = await orNull(() => client.call(store, "sovProduct.getProducts", { request }, signal));
  return rowsOf(answer, "products").find((row) => textIn(row.spu_id) === spu_id) ?? null;
}

async function readShop(
  client: Client,
  store: Store,
  spu_id: string,
  signal: AbortSignal,
): Promise<RawDocument | null> {
  const product = await shopProduct(client, store, spu_id, signal);
  if (product === null) return null;
  const detail = await orNull(() => client.call(store, "sovProduct.getProductById", { spu_id }, signal));
  const skus = isFields(detail) ? recordsOf(detail.skus) : [];
  const prices: Fields[] = [];
  const stocks: Fields[] = [];
  for (const sku_id of skus.flatMap((sku) => textIn(sku.sku_id) ?? [])) {
    const price = await orNull(() => client.call(store, "sovPrice.getSkuPrice", { sku_id }, signal));
    if (isFields(price)) prices.push({ ...price, sku_id });
    stocks.push(...(await shopStock(client, store, sku_id, signal)).map((row) => ({ ...row, sku_id })));
  }
  return toDocument("shop", spu_id, { product, skus, prices, stocks });
}

async function readSupply(
  client: Client,
  store: Store,
  barcode: string,
  signal: AbortSignal,
): Promise<RawDocument | null> {
  const vendor_id = vendorId(store);
  const args = { vendor_id, barcode, page: 1, limit: 1 };
  const answer = await orNull(() => client.call(store, "product.multiGetProductSkuInfo", args, signal));
  const product = rowsOf(answer, "products").find((row) => textIn(row.barcode) === barcode);
  if (!product) return null;
  const styled = { vendor_id, sn: textIn(product.sn) ?? undefined, page: 1, limit: PAGE.most };
  const styles = rowsOf(
    await orNull(() => client.call(store, "product.multiGetProductSpuInfo", styled, signal)),
    "products",
  );
  const style = styles.find((row) => recordsOf(row.sku_item_list).some((item) => textIn(item.barcode) === barcode));
  const stocks = await supplyStock(client, store, barcode, signal);
  const asked = (page: Fields) => ({ getCooperationNoListRequest: { vendor_id, ...page } });
  const all = await readWhole(client, store, "inventory.getCooperationNoList", asked, "cooperation_no_list", signal);
  const own = new Set(stocks.map(offerPlace));
  const cooperations = all.filter((row) => own.has(offerPlace(row)));
  const now = client.clock.now();
  const open = cooperations.filter((row) => isWithin(row, now)).flatMap((row) => offerPlace(row) ?? []);
  return toDocument("supply", barcode, { product, status: textIn(style?.status), stocks, cooperations, open });
}

export const offerPlace = (row: Fields): string | null => placeOf(textIn(row.cooperation_no), textIn(row.warehouse));

/** Whether a co-operation runs; one without dates does. */
function isWithin(row: Fields, now: Date): boolean {
  const [from, to] = [toInstant(row.sell_time_from), toInstant(row.sell_time_to)];
  return (from === null || from <= now) && (to === null || now < to);
}

/** A purchase order with what is set apart for it: what is left to be sold, and what has been sold under it. */
async function readPurchase(
  client: Client,
  store: Store,
  po_no: string,
  signal: AbortSignal,
): Promise<RawDocument | null> {
  const vendor_id = vendorId(store);
  const args = { vendor_id: String(vendor_id), po_no, page: 1, limit: PAGE.most };
  const answer = await orNull(() => client.call(store, "jit.getPoList", args, signal));
  const purchase = rowsOf(answer, "purchase_order_list").find((row) => textIn(row.po_no) === po_no);
  if (!purchase) return null;
  const cooperation_no = Number(purchase.cooperation_no);
  const warehouse = textIn(purchase.warehouse) ?? undefined;
  const criteria = { vendor_id, warehouse, ...(Number.isSafeInteger(cooperation_no) ? { cooperation_no } : {}) };
  const skus = await readWhole(
    client,
    store,
    "inventory.getSkuList",
    (page) => ({ criteria, ...page }),
    "list",
    signal,
  );
  const { vendor_id: _vendor, ...place } = criteria;
  const stocks: Fields[] = [];
  for (const barcode of new Set(skus.flatMap((row) => textIn(row.barcode) ?? [])))
    stocks.push(...(await supplyStock(client, store, barcode, signal, place)));
  const asked = (page: Fields) => ({ vendor_id, po_no, ...page });
  const sold = await readWhole(client, store, "jit.getPoSkuList", asked, "purchase_order_sku_list", signal);
  return toDocument("purchase", `po:${po_no}`, { purchase, stocks, sold }, purchaseVersion(purchase));
}

/** The number that marks what is no listing; null where the row has none. */
export function numbered(what: "po" | "schedule", number: unknown): string | null {
  const id = textIn(number);
  return id === null ? null : `${what}:${id}`;
}

export const purchaseVersion = (purchase: Fields): string =>
  ["sell_st_time", "sell_et_time", "stock"].map((name) => textIn(purchase[name])).join("|");

/** Documents as they are kept, and rows of answers: what a row alone does not tell is null. */
export function listingsInFile(root: unknown): RawDocument[] {
  const rows: Fields[] = [];
  const products = new Map<string, { product: Fields; status: unknown }>();
  const documents = findIn(root, (value): RawDocument[] | null => {
    const has = (...names: string[]) => names.every((name) => name in value);
    const { product, purchase, spu_id, po_no, schedule_id } = value;
    if (isFields(product) && has("skus")) return [toDocument("shop", product.spu_id, value)];
    if (isFields(product) && has("stocks")) return [toDocument("supply", product.barcode, value)];
    if (isFields(purchase)) return [toDocument("purchase", numbered("po", purchase.po_no), value)];
    if (has("schedule_id", "schedule_name", "start_time"))
      return [toDocument("schedule", numbered("schedule", schedule_id), value)];
    if (has("po_no", "sell_st_time"))
      return [toDocument("purchase", numbered("po", po_no), { purchase: value, stocks: [], sold: [] })];
    if (has("spu_id", "skus") || has("spu_id", "shelf_status"))
      return [toDocument("shop", spu_id, { product: value, skus: value.skus ?? null, prices: [], stocks: [] })];
    if (has("sn", "sku_item_list")) {
      const { sku_item_list, ...style } = value;
      for (const item of recordsOf(sku_item_list))
        products.set(textIn(item.barcode) ?? "", { product: { ...style, ...item }, status: value.status });
    } else if (has("barcode", "product_name", "brand_id") && !has("create_time"))
      products.set(textIn(value.barcode) ?? "", { product: value, status: value.status });
    else if (
      has("barcode", "leaving_stock") ||
      has("barcode", "selling_status") ||
      has("cooperation_no", "sell_time_from")
    )
      rows.push(value);
    else return null;
    // Put together below.
    return [];
  });
  for (const row of rows) {
    const barcode = textIn(row.barcode);
    if (barcode !== null && !products.has(barcode)) products.set(barcode, { product: row, status: null });
  }
  const supplies = [...products].map(([barcode, { product, status }]) => {
    const own = rows.filter((row) => textIn(row.barcode) === barcode);
    const cooperations = rows.filter((row) => "sell_time_from" in row);
    return toDocument("supply", barcode, {
      product,
      status: textIn(status),
      stocks: own,
      cooperations,
      open: null,
    });
  });
  return [...documents, ...supplies];
}
