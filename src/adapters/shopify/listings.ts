/**
 * Listings: products with their variants, by change. Quantities by location are documents of their own (inventory items),
 * since products times variants times locations cost more than a query may.
 */
import type { ListingCapability, MapContext, RawDocument, Stream } from "../../core/adapter.ts";
import { look } from "../../core/model/look.ts";
import {
  type Listing,
  type Observation,
  type Unified,
  unified,
  type Variant,
  type Warning,
} from "../../core/model/records.ts";
import { UNSAID_VARIANT } from "../../core/model/unsaid.ts";
import type { ListingStatus } from "../../core/model/vocabulary.ts";
import { money } from "../../core/money.ts";
import { NO_WINDOW } from "../../core/paging.ts";
import { type Fields, isFields, type Tree } from "../../core/tree.ts";
import { wholeListingAct } from "../../core/whole-acts.ts";
import { type Client, documentsInFile, done, foundOf, listPage, refuse, type Shop, windowOf } from "./client.ts";
import { PRODUCT } from "./codes.ts";
import { GET_BATCH, PAGE, SHELF_WINDOW } from "./limits.ts";
import { allRows, isCut, kindOf, nodesIn, read } from "./schemas.ts";
import { ITEM, shownAt, withAllLevels } from "./stock.ts";

const VARIANT = `id title sku barcode price compareAtPrice inventoryQuantity inventoryPolicy availableForSale updatedAt
  selectedOptions { name value } inventoryItem { id tracked requiresShipping }`;
const PRODUCT_CORE = `fragment ProductCore on Product {
  id title handle vendor productType status createdAt updatedAt publishedAt onlineStoreUrl tags
  featuredMedia { preview { image { url } } }
  variants(first: 50) { pageInfo { hasNextPage endCursor } nodes { ${VARIANT} } }
}`;
const LIST = `query ProductsPage($first: Int!, $after: String, $q: String) {
  products(first: $first, after: $after, query: $q, sortKey: UPDATED_AT) {
    pageInfo { hasNextPage endCursor }
    nodes { ...ProductCore }
  }
} ${PRODUCT_CORE}`;
const ITEMS = `query StockPage($first: Int!, $after: String, $q: String) {
  inventoryItems(first: $first, after: $after, query: $q) { pageInfo { hasNextPage endCursor } nodes { ${ITEM} } }
}`;
const NODES = {
  Product: `query ProductsById($ids: [ID!]!) { nodes(ids: $ids) { ... on Product { ...ProductCore } } } ${PRODUCT_CORE}`,
  InventoryItem: `query ItemsById($ids: [ID!]!) { nodes(ids: $ids) { ... on InventoryItem { ${ITEM} } } }`,
};
const MORE_VARIANTS = `query ProductVariants($id: ID!, $after: String) {
  product(id: $id) { variants(first: 100, after: $after) { pageInfo { hasNextPage endCursor } nodes { ${VARIANT} } } }
}`;
const STATUS = `mutation ListingStatus($p: ProductUpdateInput!) {
  productUpdate(product: $p) { product { id status } userErrors { field message } }
}`;

const STREAMS: readonly Stream[] = [
  { name: "changed", by: "change", window: SHELF_WINDOW, everySeconds: 300, backfill: true },
  { name: "levels", by: "change", window: SHELF_WINDOW, everySeconds: 300, backfill: true },
  // Whether an item's change time moves with its levels is told nowhere.
  { name: "all_levels", by: "sweep", window: NO_WINDOW, everySeconds: 21_600, audit: true },
];

export function createListings(client: Client): ListingCapability {
  return {
    streams: STREAMS,
    getBatch: GET_BATCH,
    async list(store, input, signal) {
      const shop = client.at(store, signal);
      const operation = `listings.list.${input.stream}`;
      const q = input.stream === "all_levels" ? null : windowOf("updated_at", input);
      const { rows, ...page } =
        input.stream === "changed"
          ? await listPage(shop, input, {
              operation,
              document: LIST,
              variables: { q },
              most: PAGE.listings,
              connection: (data) => data.products,
            })
          : await listPage(shop, input, {
              operation,
              document: ITEMS,
              variables: { q },
              most: PAGE.levels,
              connection: (data) => data.inventoryItems,
            });
      return { ...page, documents: (await wholes(shop, rows)).map(toDocument) };
    },
    async getMany(store, keys, signal) {
      const ids = keys.map(({ externalId }) => externalId);
      const shop = client.at(store, signal);
      const rows = await shop.kinds("listings.get", NODES, ids);
      return foundOf(ids, (await wholes(shop, rows)).map(toDocument));
    },
    toUnified,
    parseFile: (bytes) =>
      documentsInFile(bytes, "listing", (value) => (isProduct(value) || isItem(value) ? [toDocument(value)] : null)),
    acts: { activate: shelfAct(client, "ACTIVE"), deactivate: shelfAct(client, "DRAFT") },
  };
}

/** On the shelf means for sale wherever it is published; publishing is a matter of each sales channel. */
const shelfAct = (client: Client, status: string) =>
  wholeListingAct(refuse, "listings.state", async (store, id, signal) => {
    const variables = { p: { id, status } };
    await client.at(store, signal).set({ operation: "listings.state", document: STATUS, variables });
    return done(id, "listings");
  });

const isOf = (kind: string, value: Fields): boolean => kindOf(String(value.id)) === kind;
const isProduct = (value: Fields): boolean => isOf("Product", value) && isFields(value.variants);
const isItem = (value: Fields): boolean => isOf("InventoryItem", value) && isFields(value.inventoryLevels);

function toDocument(payload: Fields): RawDocument {
  const row = read(payload);
  const sourceUpdatedAt = row.time("updatedAt");
  const form = isOf("InventoryItem", payload) ? "inventory_item@2026-07" : "product@2026-07";
  return { externalId: row.need("id"), sourceUpdatedAt, sourceVersion: null, form, payload };
}

/** Products with the rest of their variants, and items with the rest of their places; without those that have vanished meanwhile. */
async function wholes(shop: Shop, rows: readonly Fields[]): Promise<Fields[]> {
  const found: Fields[] = [];
  for (const row of rows) {
    const whole = isOf("InventoryItem", row)
      ? await withAllLevels(shop, row)
      : isCut(row.variants)
        ? await completed(shop, row)
        : row;
    if (whole) found.push(whole);
  }
  return found;
}

async function completed(shop: Shop, product: Fields): Promise<Fields | null> {
  const nodes = await allRows(product, "variants", async (after) => {
    const variables = { id: product.id, after };
    const call = { operation: "listings.variants", document: MORE_VARIANTS, variables };
    return (await shop.ask({ ...call, weight: "page" })).product;
  });
  return nodes && { ...product, variants: { nodes } };
}

function toUnified(raw: RawDocument, context: MapContext): Unified {
  const row = read(raw.payload);
  return isOf("InventoryItem", row.fields)
    ? unified({ observations: observationsIn(row) })
    : unified({ listings: [toListing(row, context)] });
}

/** A quantity at each location, of every variant that draws on the item. */
const observationsIn = (item: Tree): Observation[] =>
  nodesIn(item, "variants").flatMap((variant) =>
    shownAt(item).map(({ place, quantity }) => ({
      variantExternalId: variant.need("id"),
      place,
      quantity,
      price: null,
    })),
  );

function toListing(product: Tree, context: MapContext): Listing {
  const warnings: Warning[] = [];
  const externalStatus = product.need("status");
  const known = look(PRODUCT, "product status", externalStatus, "unknown", warnings);
  if (!isProduct(product.fields)) throw new TypeError("variants is missing");
  const rows = nodesIn(product, "variants");
  const status: ListingStatus = known === "live" ? shelfOf(product, rows) : known;
  return {
    externalId: product.need("id"),
    marketplace: null,
    title: product.text("title") ?? "",
    status,
    externalStatus,
    category: product.text("productType"),
    url: product.text("onlineStoreUrl"),
    imageUrl: product.text("featuredMedia/preview/image/url"),
    variants: rows.map((row) => toVariant(row, status === "active" || status === "out_of_stock", context.currency)),
    partial: false,
    warnings,
  };
}

/** Published to the online store, and something of it to be had. */
function shelfOf(product: Tree, rows: readonly Tree[]): ListingStatus {
  if (product.text("publishedAt") === null) return "inactive";
  const isSoldOut = (row: Tree) =>
    isTracked(row) && row.text("inventoryPolicy") === "DENY" && Number(row.decimal("inventoryQuantity") ?? "0") <= 0;
  return rows.length > 0 && rows.every(isSoldOut) ? "out_of_stock" : "active";
}

const isTracked = (variant: Tree): boolean =>
  isFields(variant.fields.inventoryItem) && variant.fields.inventoryItem.tracked === true;

function toVariant(variant: Tree, active: boolean, currency: string): Variant {
  const amountOf = (field: string) => {
    const amount = variant.decimal(field);
    return amount === null ? null : money(amount, currency);
  };
  const options = variant.list("selectedOptions").flatMap((option): [string, string][] => {
    const name = option.text("name");
    return name === null ? [] : [[name, option.text("value") ?? ""]];
  });
  const item = variant.text("inventoryItem/id");
  const quantity = isTracked(variant) ? variant.decimal("inventoryQuantity") : null;
  return {
    ...UNSAID_VARIANT,
    externalId: variant.need("id"),
    sellerCode: variant.text("sku"),
    barcode: variant.text("barcode"),
    title: variant.text("title"),
    options: Object.fromEntries(options),
    price: amountOf("price"),
    regularPrice: amountOf("compareAtPrice"),
    quantity: quantity === null ? null : Number(quantity),
    places: [],
    codes: item === null ? {} : { inventory_item: item },
    fulfilledBy: "seller",
    active,
  };
}
