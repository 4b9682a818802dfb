/**
 * Listings: products with their variants, prices and stock by location. A price moves its variant's change time and not the
 * product's, and stock moves neither: two lists by change, and once an hour everything.
 */
import type { ListingCapability, MapContext, RawDocument, Stream } from "../../core/adapter.ts";
import { look } from "../../core/model/look.ts";
import { type Listing, type Unified, unified, type Variant, type Warning } from "../../core/model/records.ts";
import { UNSAID_VARIANT } from "../../core/model/unsaid.ts";
import { money } from "../../core/money.ts";
import { NO_WINDOW } from "../../core/paging.ts";
import { type Fields, isFields, type Tree } from "../../core/tree.ts";
import { wholeListingAct } from "../../core/whole-acts.ts";
import {
  type Client,
  documentsInFile,
  done,
  foundOf,
  listRows,
  type Query,
  referenceOf,
  refuse,
  VARIANTS,
  windowOf,
} from "./client.ts";
import { PRODUCT_STATUS } from "./codes.ts";
import { GET_BATCH, PAGE, WINDOW } from "./limits.ts";
import { isBasePrice, PRICE_FIELDS } from "./prices.ts";
import { read } from "./schemas.ts";
import { STOCK_FIELDS, shownAt } from "./stock.ts";

const PRODUCTS = { path: "/admin/products", plural: "products" } as const;

const STREAMS: readonly Stream[] = [
  { name: "changed", by: "change", window: WINDOW, everySeconds: 300, backfill: true },
  { name: "variants", by: "change", window: WINDOW, everySeconds: 300, audit: true },
  // Stock that people count in the shop's own pages.
  { name: "all", by: "sweep", window: NO_WINDOW, everySeconds: 3600, audit: true },
];

/** The platform's default answer has the variants without their stock. */
const WHOLE: Query = {
  fields: [
    "*variants",
    "*variants.options",
    ...[...PRICE_FIELDS, ...STOCK_FIELDS].map((field) => field.replace("*", "*variants.")),
  ].join(","),
};

export function createListings(client: Client): ListingCapability {
  return {
    streams: STREAMS,
    getBatch: GET_BATCH,
    async list(store, input, signal) {
      const shop = client.at(store, signal);
      const operation = `listings.list.${input.stream}`;
      if (input.stream === "variants") {
        const query = { fields: "id,product_id", ...windowOf(input, "updated_at") };
        const wide = { ...input, limit: PAGE.light };
        const { rows, ...page } = await listRows(shop, wide, { ...VARIANTS, operation, query, most: PAGE.light });
        const ids = new Set(rows.map((row) => read(row).need("product_id")));
        return { ...page, references: [...ids].map(referenceOf) };
      }
      const query = { ...WHOLE, ...(input.stream === "all" ? {} : windowOf(input, "updated_at")) };
      const { rows, ...page } = await listRows(shop, input, { ...PRODUCTS, operation, query, most: PAGE.listings });
      return { ...page, documents: rows.map(toDocument) };
    },
    async getMany(store, keys, signal) {
      const ids = keys.map(({ externalId }) => externalId);
      const rows = await client.at(store, signal).byIds({ operation: "listings.get", ...PRODUCTS, query: WHOLE }, ids);
      return foundOf(ids, rows.map(toDocument));
    },
    toUnified,
    parseFile: (bytes) => documentsInFile(bytes, "listing", (value) => (isProduct(value) ? [toDocument(value)] : null)),
    acts: { activate: shelfAct(client, "published"), deactivate: shelfAct(client, "draft") },
  };
}

/** A draft is not for sale, and a published product is, in the sales channels that it stands in. */
const shelfAct = (client: Client, status: string) =>
  wholeListingAct(refuse, "listings.state", async (store, id, signal) => {
    const path = `${PRODUCTS.path}/${encodeURIComponent(id)}`;
    await client.at(store, signal).post({ operation: "listings.state", path, body: { status }, effect: "keyed-write" });
    return done(id, "listings");
  });

/** Only variants that tell their prices: a product inside an order has none. */
const isProduct = (value: unknown): value is Fields =>
  isFields(value) && /^prod_/.test(String(value.id)) && "status" in value && Array.isArray(value.variants);

const toDocument = (payload: Fields): RawDocument => ({
  ...referenceOf(read(payload).need("id")),
  form: "product@2",
  payload,
});

function toUnified(raw: RawDocument, context: MapContext): Unified {
  const product = read(raw.payload);
  const warnings: Warning[] = [];
  const externalStatus = product.need("status");
  const isGone = product.text("deleted_at") !== null;
  const known = look(PRODUCT_STATUS, "product status", externalStatus, "unknown", warnings);
  const status = isGone ? "deleted" : known;
  const options = new Map(product.list("options").map((option) => [option.need("id"), option.text("title")]));
  const rows = product.list("variants").filter((variant) => variant.text("deleted_at") === null);
  const variants = rows.map((variant) => toVariant(variant, options, status === "active", context.currency));
  const isSoldOut = (variant: Variant, index: number) =>
    variant.quantity !== null && variant.quantity <= 0 && rows[index]?.fields.allow_backorder !== true;
  const listing: Listing = {
    externalId: product.need("id"),
    marketplace: null,
    title: product.text("title") ?? "",
    status: status === "active" && variants.length > 0 && variants.every(isSoldOut) ? "out_of_stock" : status,
    externalStatus,
    category: null,
    url: null,
    imageUrl: product.text("thumbnail"),
    variants,
    partial: false,
    warnings,
  };
  return unified({ listings: [listing] });
}

function toVariant(
  variant: Tree,
  titles: ReadonlyMap<string, string | null>,
  active: boolean,
  currency: string,
): Variant {
  const places = shownAt(variant);
  const base = variant.list("prices").find((price) => isBasePrice(price, currency));
  const options = variant.list("options").flatMap((option): [string, string][] => {
    const name = option.text("option/title") ?? titles.get(option.text("option_id", "option/id") ?? "");
    return name ? [[name, option.text("value") ?? ""]] : [];
  });
  return {
    ...UNSAID_VARIANT,
    externalId: variant.need("id"),
    sellerCode: variant.text("sku"),
    barcode: variant.text("barcode", "ean", "upc"),
    title: variant.text("title"),
    options: Object.fromEntries(options),
    price: base ? money(base.decimal("amount") ?? "0", currency) : null,
    quantity: places === null ? null : places.reduce((all, { quantity }) => all + quantity, 0),
    places: places ?? [],
    codes: {},
    fulfilledBy: "seller",
    active,
  };
}
