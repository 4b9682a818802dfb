import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { skus } from "./catalogue.ts";
import { createdAt, id, instant, updatedAt } from "./columns.ts";

/** Places where stock is kept: ours, or a platform's own warehouse (read-only). */
export const locations = pgTable(
  "locations",
  {
    id: id(),
    code: text("code").notNull(),
    name: text("name").notNull(),
    /** own, or platform with the store it belongs to. */
    kind: text("kind").notNull().default("own"),
    storeId: uuid("store_id"),
    place: text("place"),
    sellable: boolean("sellable").notNull().default(true),
    createdAt: createdAt(),
  },
  (t) => [uniqueIndex("locations_code").on(t.code)],
);

/** Sum of the ledger, and what open orders hold. available = on hand - reserved - safety. */
export const stockLevels = pgTable(
  "stock_levels",
  {
    skuId: uuid("sku_id")
      .notNull()
      .references(() => skus.id),
    locationId: uuid("location_id")
      .notNull()
      .references(() => locations.id),
    onHand: integer("on_hand").notNull().default(0),
    reserved: integer("reserved").notNull().default(0),
    countedAt: instant("counted_at"),
    /** physical: counts goods that open orders hold too; available: does not. */
    countBasis: text("count_basis"),
    version: bigint("version", { mode: "number" }).notNull().default(1),
    updatedAt: updatedAt(),
  },
  (t) => [primaryKey({ columns: [t.skuId, t.locationId] })],
);

/** The append-only ledger: receipt, count, sale, cancel, return, transfer, correction. */
export const stockMovements = pgTable(
  "stock_movements",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    skuId: uuid("sku_id").notNull(),
    locationId: uuid("location_id").notNull(),
    kind: text("kind").notNull(),
    quantity: integer("quantity").notNull(),
    onHandAfter: integer("on_hand_after").notNull(),
    orderLineId: uuid("order_line_id"),
    /** The sender's name for a movement: sent again, it is booked once. */
    batch: text("batch"),
    reason: text("reason"),
    actor: text("actor"),
    at: instant("at").notNull().defaultNow(),
  },
  (t) => [
    index("stock_movements_sku").on(t.skuId, t.id),
    index("stock_movements_batch").on(t.batch, t.skuId).where(sql`${t.batch} is not null`),
  ],
);

/** Units of a SKU that an order line holds, and those it has already taken. One row per component of a bundle. */
export const reservations = pgTable(
  "reservations",
  {
    lineId: uuid("line_id").notNull(),
    skuId: uuid("sku_id").notNull(),
    locationId: uuid("location_id").notNull(),
    orderId: uuid("order_id").notNull(),
    held: integer("held").notNull(),
    consumed: integer("consumed").notNull(),
    /** Held units beyond what was on hand when they were taken: the oversold worklist. */
    oversold: integer("oversold").notNull().default(0),
    updatedAt: updatedAt(),
  },
  (t) => [
    primaryKey({ columns: [t.lineId, t.skuId] }),
    index("reservations_order").on(t.orderId),
    index("reservations_held").on(t.skuId).where(sql`${t.held} > 0`),
  ],
);

export const allocationRules = pgTable(
  "allocation_rules",
  {
    id: id(),
    storeId: uuid("store_id"),
    listingId: uuid("listing_id"),
    skuId: uuid("sku_id"),
    kind: text("kind").notNull(),
    params: jsonb("params").$type<Record<string, unknown>>().notNull().default({}),
    position: integer("position").notNull().default(0),
    validFrom: instant("valid_from"),
    validUntil: instant("valid_until"),
    createdAt: createdAt(),
  },
  (t) => [index("allocation_rules_store").on(t.storeId), index("allocation_rules_sku").on(t.skuId)],
);

/** Stock set apart for a schedule of a platform or of our own. */
export const campaigns = pgTable(
  "campaigns",
  {
    id: id(),
    storeId: uuid("store_id").notNull(),
    /** The platform's name for it; null: it is our own. */
    externalId: text("external_id"),
    /** The merchant's name for one of our own. */
    code: text("code"),
    title: text("title").notNull(),
    place: text("place"),
    startsAt: instant("starts_at").notNull(),
    endsAt: instant("ends_at").notNull(),
    externalStatus: text("external_status"),
    items: jsonb("items")
      .$type<{ variantExternalId: string | null; sellerCode: string | null; quantity: number | null }[]>()
      .notNull()
      .default([]),
    /** What the merchant says of it, before what the platform announced: the units, and when they are held. */
    ownItems: jsonb("own_items").$type<{ variant?: string; code?: string; quantity: number }[]>(),
    holdFrom: instant("hold_from"),
    releaseAt: instant("release_at"),
    /** planned, holding, ended (not released yet), released, cancelled. */
    state: text("state").notNull().default("planned"),
    /** When something of it is to be done next; null: nothing any more. */
    nextAt: instant("next_at"),
    readSeq: bigint("read_seq", { mode: "number" }),
    updatedAt: updatedAt(),
  },
  (t) => [
    index("campaigns_next").on(t.nextAt).where(sql`${t.nextAt} is not null`),
    index("campaigns_store").on(t.storeId),
  ],
);

/** What a campaign holds of a SKU, and what was sold of it. A campaign that is over keeps its rows. */
export const campaignItems = pgTable(
  "campaign_items",
  {
    id: id(),
    campaignId: uuid("campaign_id")
      .notNull()
      .references(() => campaigns.id, { onDelete: "cascade" }),
    position: integer("position").notNull(),
    /** Null: all variants of the SKU in the store. */
    variantId: uuid("variant_id"),
    /** Null: what the item names is mapped to no SKU yet. */
    skuId: uuid("sku_id"),
    /** What the item names, for people. */
    name: text("name").notNull(),
    quantity: integer("quantity").notNull(),
    sold: integer("sold").notNull().default(0),
    /** Units that went back when the campaign was released; null: it was not. */
    released: integer("released"),
  },
  (t) => [index("campaign_items_campaign").on(t.campaignId), index("campaign_items_sku").on(t.skuId)],
);

/** Units of an order line that were sold within a campaign. */
export const campaignSales = pgTable(
  "campaign_sales",
  {
    lineId: uuid("line_id").primaryKey(),
    orderId: uuid("order_id").notNull(),
    itemId: uuid("item_id")
      .notNull()
      .references(() => campaignItems.id, { onDelete: "cascade" }),
    quantity: integer("quantity").notNull(),
  },
  (t) => [index("campaign_sales_order").on(t.orderId), index("campaign_sales_item").on(t.itemId)],
);

/** Writes that would end the sale of much: kept until a person confirms or withdraws them. */
export const approvals = pgTable(
  "approvals",
  {
    id: id(),
    kind: text("kind").notNull(),
    actor: text("actor").notNull(),
    /** waiting, confirmed, withdrawn. */
    status: text("status").notNull().default("waiting"),
    /** Live offers that it would set to zero, of how many. */
    ended: integer("ended").notNull(),
    onSale: integer("on_sale").notNull(),
    rows: integer("rows").notNull(),
    createdAt: createdAt(),
    decidedAt: instant("decided_at"),
    decidedBy: text("decided_by"),
  },
  (t) => [index("approvals_waiting").on(t.id).where(sql`${t.status} = 'waiting'`)],
);

/** The request that waits, in parts of bounded size. */
export const approvalParts = pgTable(
  "approval_parts",
  {
    approvalId: uuid("approval_id")
      .notNull()
      .references(() => approvals.id, { onDelete: "cascade" }),
    position: integer("position").notNull(),
    request: jsonb("request").notNull(),
  },
  (t) => [primaryKey({ columns: [t.approvalId, t.position] })],
);

/**
 * The outbound state of a variant at a place, for stock or price: what should be, what was sent, what the platform
 * confirmed, what it showed. `dirty` is kept true while desired and confirmed differ, and is what the pusher's index
 * holds; `urgency` orders by danger (0 to zero, 1 decrease, 2 increase, 3 price).
 */
export const offers = pgTable(
  "offers",
  {
    id: id(),
    storeId: uuid("store_id").notNull(),
    variantId: uuid("variant_id").notNull(),
    skuId: uuid("sku_id"),
    aspect: text("aspect").notNull(),
    place: text("place").notNull().default(""),
    desired: numeric("desired"),
    currency: text("currency"),
    desiredVersion: bigint("desired_version", { mode: "number" }).notNull().default(0),
    desiredAt: instant("desired_at"),
    cause: text("cause"),
    sentValue: numeric("sent_value"),
    sentVersion: bigint("sent_version", { mode: "number" }).notNull().default(0),
    sentAt: instant("sent_at"),
    confirmedValue: numeric("confirmed_value"),
    confirmedVersion: bigint("confirmed_version", { mode: "number" }).notNull().default(0),
    confirmedAt: instant("confirmed_at"),
    observedValue: numeric("observed_value"),
    observedAt: instant("observed_at"),
    /** Under which the platform works off a value by itself; still open after a newer value went another way. */
    receipt: text("receipt"),
    receiptAt: instant("receipt_at"),
    validFrom: instant("valid_from"),
    validUntil: instant("valid_until"),
    dirty: boolean("dirty").notNull().default(false),
    urgency: smallint("urgency").notNull().default(2),
    /**
     * idle, submitted (the platform works on it), rejected, unknown (it may have arrived), checking (confirmed, and read back
     * once at `due_at`), drift (the platform shows something else than it confirmed; judged at `due_at`). One with an open
     * receipt is never idle.
     */
    state: text("state").notNull().default("idle"),
    attempts: integer("attempts").notNull().default(0),
    dueAt: instant("due_at"),
    errorCode: text("error_code"),
    errorText: text("error_text"),
  },
  (t) => [
    index("offers_dirty").on(t.storeId, t.aspect, t.urgency, t.id).where(sql`${t.dirty}`),
    index("offers_sku").on(t.skuId),
    index("offers_variant").on(t.variantId),
    index("offers_trouble").on(t.storeId, t.id).where(sql`${t.state} <> 'idle'`),
  ],
);

/** The rules that hold for an offer, worked out of `allocation_rules`; an offer without one has no row. */
export const offerRules = pgTable("offer_rules", {
  offerId: uuid("offer_id")
    .primaryKey()
    .references(() => offers.id, { onDelete: "cascade" }),
  locations: uuid("locations").array(),
  replenishable: integer("replenishable"),
  fixed: integer("fixed"),
  buffer: integer("buffer"),
  share: integer("share"),
  cap: integer("cap"),
  zeroBelow: integer("zero_below"),
  pause: boolean("pause").notNull().default(false),
  /** The item of a campaign at the offer's place: its units are shown, and no rule but the pause says anything. */
  campaignItemId: uuid("campaign_item_id"),
  /** Id of the rule behind each kind. */
  sources: jsonb("sources").$type<Record<string, string>>().notNull(),
});

/**
 * What an offer's price has beside the offer: whose doing the desired value is and how it came about, the computed price
 * that is held back with its reason, and the price that a person approved. An offer without a computed price has no row.
 */
export const offerPrices = pgTable(
  "offer_prices",
  {
    offerId: uuid("offer_id")
      .primaryKey()
      .references(() => offers.id, { onDelete: "cascade" }),
    /** The offer's desired version that actor and reason speak of. */
    version: bigint("version", { mode: "number" }).notNull().default(0),
    actor: text("actor"),
    reason: text("reason"),
    /** Why the computed price is held back; null: it is not. */
    heldCode: text("held_code"),
    heldDetail: text("held_detail"),
    heldAmount: numeric("held_amount"),
    heldCurrency: text("held_currency"),
    /** The pair of currencies whose rate is wanted, as USD/EUR. */
    heldRate: text("held_rate"),
    heldAt: instant("held_at"),
    approvedAmount: numeric("approved_amount"),
    approvedCurrency: text("approved_currency"),
    approvedBy: text("approved_by"),
    approvedAt: instant("approved_at"),
    /** The price that the approved one replaced: the way back to it is approved too. */
    approvedFrom: numeric("approved_from"),
  },
  (t) => [index("offer_prices_held").on(t.offerId).where(sql`${t.heldCode} is not null`)],
);

/** Offers whose price is to be computed anew: what changed much at once is worked off a part at a time. */
export const priceMarks = pgTable("price_marks", {
  offerId: uuid("offer_id")
    .primaryKey()
    .references(() => offers.id, { onDelete: "cascade" }),
  cause: text("cause").notNull(),
  actor: text("actor"),
  markedAt: instant("marked_at").notNull(),
});
