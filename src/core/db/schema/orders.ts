import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  numeric,
  pgTable,
  primaryKey,
  smallint,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bytea, createdAt, id, instant, updatedAt } from "./columns.ts";

/**
 * Orders. `document` is the order as the API answers it, rendered once when it was saved, without buyer data and without
 * our own columns; `personal` is the sealed buyer data. A document replaces the row when (source_updated_at, read_seq)
 * is greater.
 */
export const orders = pgTable(
  "orders",
  {
    id: id(),
    storeId: uuid("store_id").notNull(),
    externalId: text("external_id").notNull(),
    externalNumber: text("external_number"),
    parentExternalId: text("parent_external_id"),
    marketplace: text("marketplace"),
    place: text("place"),
    status: text("status").notNull(),
    externalStatus: text("external_status").notNull(),
    paymentStatus: text("payment_status").notNull(),
    fulfilledBy: text("fulfilled_by").notNull(),
    placedAt: instant("placed_at").notNull(),
    paidAt: instant("paid_at"),
    shipBy: instant("ship_by"),
    currency: text("currency").notNull(),
    total: numeric("total"),
    paid: numeric("paid"),
    refunded: numeric("refunded"),
    taxIncluded: boolean("tax_included").notNull(),
    /** The goods may still have to leave: such orders are read again. */
    open: boolean("open").notNull(),
    document: text("document").notNull(),
    personal: bytea("personal"),
    buyerHash: text("buyer_hash"),
    /** Needs a hand: warnings, unmapped or oversold lines, a hold. */
    attention: boolean("attention").notNull().default(false),
    hold: text("hold"),
    unmappedLines: smallint("unmapped_lines").notNull().default(0),
    warningCount: smallint("warning_count").notNull().default(0),
    sourceUpdatedAt: instant("source_updated_at"),
    readSeq: bigint("read_seq", { mode: "number" }).notNull(),
    version: bigint("version", { mode: "number" }).notNull().default(1),
    createdAt: createdAt(),
    syncedAt: instant("synced_at").notNull(),
    updatedAt: updatedAt(),
    goneAt: instant("gone_at"),
  },
  (t) => [
    uniqueIndex("orders_external").on(t.externalId, t.storeId),
    index("orders_number").on(t.externalNumber, t.storeId).where(sql`${t.externalNumber} <> ${t.externalId}`),
    index("orders_placed").on(t.placedAt, t.id),
    index("orders_store_placed").on(t.storeId, t.placedAt, t.id),
    index("orders_store_status").on(t.storeId, t.status, t.placedAt, t.id),
    index("orders_status").on(t.status, t.placedAt, t.id),
    index("orders_updated").on(t.updatedAt, t.id),
    index("orders_buyer").on(t.buyerHash, t.placedAt, t.id).where(sql`${t.buyerHash} is not null`),
    index("orders_attention").on(t.placedAt, t.id).where(sql`${t.attention}`),
    index("orders_open").on(t.storeId, t.id).where(sql`${t.open}`),
  ],
);

export const orderLines = pgTable(
  "order_lines",
  {
    id: id(),
    orderId: uuid("order_id").notNull(),
    storeId: uuid("store_id").notNull(),
    position: smallint("position").notNull(),
    externalId: text("external_id").notNull(),
    listingExternalId: text("listing_external_id"),
    variantExternalId: text("variant_external_id"),
    sellerCode: text("seller_code"),
    skuId: uuid("sku_id"),
    title: text("title").notNull(),
    options: text("options"),
    quantity: integer("quantity").notNull(),
    unitPrice: numeric("unit_price").notNull(),
    discount: numeric("discount").notNull(),
    tax: numeric("tax").notNull(),
    total: numeric("total").notNull(),
    fulfilmentStatus: text("fulfilment_status").notNull(),
    shippedQuantity: integer("shipped_quantity").notNull(),
    cancelledQuantity: integer("cancelled_quantity").notNull(),
    returnedQuantity: integer("returned_quantity").notNull(),
    fulfilledBy: text("fulfilled_by").notNull(),
    place: text("place"),
    gift: boolean("gift").notNull(),
    /** Units that the line asks to hold, and to have taken, whether it is mapped yet or not. */
    holdQuantity: integer("hold_quantity").notNull(),
    takeQuantity: integer("take_quantity").notNull(),
    parentExternalId: text("parent_external_id"),
  },
  (t) => [
    index("order_lines_order").on(t.orderId),
    index("order_lines_external").on(t.externalId, t.storeId),
    index("order_lines_sku").on(t.skuId).where(sql`${t.skuId} is not null`),
    index("order_lines_unmapped").on(t.storeId, t.variantExternalId).where(sql`${t.skuId} is null`),
  ],
);

export const orderCharges = pgTable(
  "order_charges",
  {
    orderId: uuid("order_id").notNull(),
    position: smallint("position").notNull(),
    kind: text("kind").notNull(),
    payer: text("payer").notNull(),
    amount: numeric("amount").notNull(),
    label: text("label"),
    inTotal: boolean("in_total").notNull(),
  },
  (t) => [primaryKey({ columns: [t.orderId, t.position] })],
);

/** The buyer's remark and the seller's memo as the platform has them, and our own notes. */
export const orderNotes = pgTable(
  "order_notes",
  {
    id: id(),
    orderId: uuid("order_id").notNull(),
    /** buyer, seller (the platform's), own. */
    source: text("source").notNull(),
    text: text("text").notNull(),
    flag: text("flag"),
    actor: text("actor"),
    at: instant("at").notNull(),
  },
  (t) => [index("order_notes_order").on(t.orderId)],
);

/** Holds of ours: by a review check or an operator; never sent to the platform. */
export const holds = pgTable(
  "holds",
  {
    id: id(),
    orderId: uuid("order_id").notNull(),
    code: text("code").notNull(),
    reason: text("reason").notNull(),
    actor: text("actor").notNull(),
    at: instant("at").notNull().defaultNow(),
    releasedAt: instant("released_at"),
    releasedBy: text("released_by"),
  },
  (t) => [index("holds_order").on(t.orderId), index("holds_open").on(t.at).where(sql`${t.releasedAt} is null`)],
);
