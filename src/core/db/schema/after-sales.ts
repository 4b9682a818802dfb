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
import { id, instant, source } from "./columns.ts";

export const shipments = pgTable(
  "shipments",
  {
    id: id(),
    storeId: uuid("store_id").notNull(),
    externalId: text("external_id").notNull(),
    orderId: uuid("order_id").notNull(),
    orderExternalId: text("order_external_id").notNull(),
    status: text("status").notNull(),
    externalStatus: text("external_status"),
    carrier: text("carrier"),
    externalCarrier: text("external_carrier"),
    trackingNumber: text("tracking_number"),
    trackingUrl: text("tracking_url"),
    place: text("place"),
    fulfilledBy: text("fulfilled_by").notNull(),
    shippedAt: instant("shipped_at"),
    deliveredAt: instant("delivered_at"),
    warnings: jsonb("warnings").$type<{ code: string; detail: string }[]>().notNull().default([]),
    ...source(),
  },
  (t) => [
    uniqueIndex("shipments_external").on(t.externalId, t.storeId),
    index("shipments_order").on(t.orderId),
    index("shipments_updated").on(t.updatedAt, t.id),
    index("shipments_tracking").on(t.trackingNumber),
  ],
);

export const shipmentLines = pgTable(
  "shipment_lines",
  {
    shipmentId: uuid("shipment_id").notNull(),
    orderLineExternalId: text("order_line_external_id").notNull(),
    quantity: integer("quantity").notNull(),
  },
  (t) => [primaryKey({ columns: [t.shipmentId, t.orderLineExternalId] })],
);

export const trackingEvents = pgTable(
  "tracking_events",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    shipmentId: uuid("shipment_id").notNull(),
    /** What makes an event the same when it is read again. */
    dedupKey: text("dedup_key").notNull(),
    at: instant("at").notNull(),
    status: text("status").notNull(),
    externalCode: text("external_code"),
    text: text("text"),
    location: text("location"),
  },
  (t) => [uniqueIndex("tracking_events_dedup").on(t.shipmentId, t.dedupKey)],
);

export const disputes = pgTable(
  "disputes",
  {
    id: id(),
    /** Null store: entered by hand. */
    storeId: uuid("store_id"),
    externalId: text("external_id").notNull(),
    orderId: uuid("order_id"),
    orderExternalId: text("order_external_id"),
    system: text("system"),
    kind: text("kind").notNull(),
    externalKind: text("external_kind"),
    status: text("status").notNull(),
    externalStatus: text("external_status").notNull(),
    reason: text("reason"),
    externalReason: text("external_reason"),
    amount: numeric("amount"),
    currency: text("currency"),
    turn: text("turn"),
    dueAt: instant("due_at"),
    openedAt: instant("opened_at").notNull(),
    closedAt: instant("closed_at"),
    open: boolean("open").notNull(),
    returnCarrier: text("return_carrier"),
    returnTrackingNumber: text("return_tracking_number"),
    lockToken: text("lock_token"),
    restockedByPlatform: boolean("restocked_by_platform"),
    /** Ours: never touched by a read. */
    severity: text("severity"),
    responsible: text("responsible"),
    ownDueAt: instant("own_due_at"),
    followUpOn: instant("follow_up_on"),
    compensation: numeric("compensation"),
    warnings: jsonb("warnings").$type<{ code: string; detail: string }[]>().notNull().default([]),
    ...source(),
  },
  (t) => [
    uniqueIndex("disputes_external").on(t.externalId, t.storeId),
    index("disputes_order").on(t.orderId),
    index("disputes_updated").on(t.updatedAt, t.id),
    index("disputes_due").on(t.dueAt, t.id).where(sql`${t.open}`),
  ],
);

export const disputeLines = pgTable(
  "dispute_lines",
  {
    disputeId: uuid("dispute_id").notNull(),
    position: smallint("position").notNull(),
    orderLineExternalId: text("order_line_external_id"),
    variantExternalId: text("variant_external_id"),
    quantity: integer("quantity").notNull(),
    amount: numeric("amount"),
  },
  (t) => [primaryKey({ columns: [t.disputeId, t.position] })],
);

export const disputeEvents = pgTable(
  "dispute_events",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    disputeId: uuid("dispute_id").notNull(),
    dedupKey: text("dedup_key").notNull(),
    at: instant("at").notNull(),
    by: text("by"),
    text: text("text").notNull(),
  },
  (t) => [uniqueIndex("dispute_events_dedup").on(t.disputeId, t.dedupKey)],
);

/**
 * Goods of an order that came back, or were announced and did not, as the warehouse found them. Append-only: what is
 * received of a line is their sum.
 */
export const returnReceipts = pgTable(
  "return_receipts",
  {
    id: id(),
    storeId: uuid("store_id").notNull(),
    orderId: uuid("order_id").notNull(),
    disputeId: uuid("dispute_id"),
    lineId: uuid("line_id").notNull(),
    locationId: uuid("location_id").notNull(),
    quantity: integer("quantity").notNull(),
    /** sellable, damaged, wrong_item, missing. */
    condition: text("condition").notNull(),
    note: text("note"),
    actor: text("actor").notNull(),
    at: instant("at").notNull(),
  },
  (t) => [
    index("return_receipts_order").on(t.orderId),
    index("return_receipts_dispute").on(t.disputeId).where(sql`${t.disputeId} is not null`),
  ],
);

/** Money given back, each keyed by its own id. */
export const refunds = pgTable(
  "refunds",
  {
    id: id(),
    storeId: uuid("store_id").notNull(),
    externalId: text("external_id").notNull(),
    orderId: uuid("order_id"),
    orderExternalId: text("order_external_id"),
    disputeExternalId: text("dispute_external_id"),
    amount: numeric("amount").notNull(),
    currency: text("currency").notNull(),
    shippingAmount: numeric("shipping_amount"),
    reason: text("reason"),
    status: text("status").notNull(),
    refundedAt: instant("refunded_at"),
    lines: jsonb("lines").$type<unknown[]>().notNull().default([]),
    ...source(),
  },
  (t) => [uniqueIndex("refunds_external").on(t.externalId, t.storeId), index("refunds_order").on(t.orderId)],
);
