import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  date,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { createdAt, id, instant, source, updatedAt } from "./columns.ts";

/** The merchant's own stock-keeping items. */
export const skus = pgTable(
  "skus",
  {
    id: id(),
    code: text("code").notNull(),
    title: text("title"),
    barcode: text("barcode"),
    bundle: boolean("bundle").notNull().default(false),
    /** Kept back from every store. */
    safetyStock: integer("safety_stock").notNull().default(0),
    /** Units that campaigns hold for themselves: what every other offer does without. */
    setApart: integer("set_apart").notNull().default(0),
    retiredAt: instant("retired_at"),
    version: bigint("version", { mode: "number" }).notNull().default(1),
    createdAt: createdAt(),
    updatedAt: updatedAt(),
  },
  (t) => [uniqueIndex("skus_code").on(t.code), index("skus_barcode").on(t.barcode)],
);

/** What a bundle is made of. */
export const skuComponents = pgTable(
  "sku_components",
  {
    bundleId: uuid("bundle_id")
      .notNull()
      .references(() => skus.id, { onDelete: "cascade" }),
    componentId: uuid("component_id")
      .notNull()
      .references(() => skus.id),
    quantity: integer("quantity").notNull(),
  },
  (t) => [primaryKey({ columns: [t.bundleId, t.componentId] }), index("sku_components_component").on(t.componentId)],
);

/** Standard cost, dated. */
export const skuCosts = pgTable(
  "sku_costs",
  {
    skuId: uuid("sku_id")
      .notNull()
      .references(() => skus.id, { onDelete: "cascade" }),
    currency: text("currency").notNull(),
    validFrom: date("valid_from").notNull(),
    amount: numeric("amount").notNull(),
  },
  (t) => [primaryKey({ columns: [t.skuId, t.currency, t.validFrom] })],
);

export const listings = pgTable(
  "listings",
  {
    id: id(),
    storeId: uuid("store_id").notNull(),
    externalId: text("external_id").notNull(),
    marketplace: text("marketplace"),
    title: text("title").notNull(),
    status: text("status").notNull(),
    externalStatus: text("external_status").notNull(),
    category: text("category"),
    url: text("url"),
    imageUrl: text("image_url"),
    warnings: jsonb("warnings").$type<{ code: string; detail: string }[]>().notNull().default([]),
    ...source(),
  },
  (t) => [
    uniqueIndex("listings_external").on(t.externalId, t.storeId),
    index("listings_updated").on(t.updatedAt, t.id),
    index("listings_store").on(t.storeId, t.status, t.id),
  ],
);

/** Sellable choices of listings; each maps to one SKU or is unmapped. */
export const listingVariants = pgTable(
  "listing_variants",
  {
    id: id(),
    listingId: uuid("listing_id").notNull(),
    storeId: uuid("store_id").notNull(),
    listingExternalId: text("listing_external_id").notNull(),
    externalId: text("external_id").notNull(),
    sellerCode: text("seller_code"),
    barcode: text("barcode"),
    title: text("title"),
    options: jsonb("options").$type<Record<string, string>>().notNull().default({}),
    price: numeric("price"),
    regularPrice: numeric("regular_price"),
    currency: text("currency"),
    /** What the platform showed when we last read it; null where it does not count. */
    quantity: integer("quantity"),
    places: jsonb("places").$type<{ place: string; quantity: number }[]>().notNull().default([]),
    externalProductId: text("external_product_id"),
    codes: jsonb("codes").$type<Record<string, string>>().notNull().default({}),
    fulfilledBy: text("fulfilled_by").notNull().default("seller"),
    active: boolean("active").notNull().default(true),
    skuId: uuid("sku_id").references(() => skus.id),
    /** seller_code, barcode, hand; null while unmapped. `hand` is never overruled. */
    mappedBy: text("mapped_by"),
    position: integer("position").notNull().default(0),
    readSeq: bigint("read_seq", { mode: "number" }).notNull(),
    syncedAt: instant("synced_at").notNull(),
    updatedAt: updatedAt(),
    goneAt: instant("gone_at"),
  },
  (t) => [
    index("listing_variants_listing").on(t.listingId),
    index("listing_variants_code").on(t.sellerCode),
    index("listing_variants_sku").on(t.skuId),
    index("listing_variants_unmapped").on(t.storeId, t.id).where(sql`${t.skuId} is null`),
  ],
);

export const basePrices = pgTable(
  "base_prices",
  {
    skuId: uuid("sku_id")
      .notNull()
      .references(() => skus.id, { onDelete: "cascade" }),
    currency: text("currency").notNull(),
    amount: numeric("amount").notNull(),
    floor: numeric("floor"),
    ceiling: numeric("ceiling"),
    updatedAt: updatedAt(),
  },
  (t) => [primaryKey({ columns: [t.skuId, t.currency] })],
);

export const priceRules = pgTable(
  "price_rules",
  {
    id: id(),
    storeId: uuid("store_id"),
    skuId: uuid("sku_id"),
    listingId: uuid("listing_id"),
    kind: text("kind").notNull(),
    params: jsonb("params").$type<Record<string, unknown>>().notNull().default({}),
    position: integer("position").notNull().default(0),
    validFrom: instant("valid_from"),
    validUntil: instant("valid_until"),
    createdAt: createdAt(),
  },
  (t) => [index("price_rules_store").on(t.storeId), index("price_rules_sku").on(t.skuId)],
);

export const priceHistory = pgTable(
  "price_history",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    variantId: uuid("variant_id").notNull(),
    at: instant("at").notNull().defaultNow(),
    currency: text("currency").notNull(),
    before: numeric("before"),
    after: numeric("after"),
    source: text("source").notNull(),
    actor: text("actor"),
    reason: text("reason"),
    answer: text("answer"),
  },
  (t) => [index("price_history_variant").on(t.variantId, t.id)],
);

/** Dated rates; there is no silent default. */
export const exchangeRates = pgTable(
  "exchange_rates",
  {
    base: text("base").notNull(),
    quote: text("quote").notNull(),
    validOn: date("valid_on").notNull(),
    rate: numeric("rate").notNull(),
    source: text("source"),
  },
  (t) => [primaryKey({ columns: [t.base, t.quote, t.validOn] })],
);
