/** Parcels, disputes, refunds, money and campaigns in the API's shape. */
import { z } from "zod";
import {
  count,
  externalId,
  instantOrNull,
  instantSchema,
  moneyOrNull,
  moneySchema,
  orNull,
  text,
  textOrNull,
  warningSchema,
} from "./schema-parts.ts";
import { DISPUTE_KINDS, DISPUTE_STATUSES, ENTRY_KINDS, FULFILLERS, SHIPMENT_STATUSES, TURNS } from "./vocabulary.ts";

const trackingEventSchema = z
  .strictObject({
    at: instantSchema,
    status: z.enum(SHIPMENT_STATUSES),
    external_code: textOrNull,
    text: textOrNull,
    location: textOrNull,
  })
  .meta({ id: "TrackingEvent" });

export const shipmentSchema = z
  .strictObject({
    external_id: externalId,
    order_external_id: text,
    status: z.enum(SHIPMENT_STATUSES),
    external_status: textOrNull,
    carrier: textOrNull,
    external_carrier: textOrNull,
    tracking_number: textOrNull,
    tracking_url: textOrNull,
    place: textOrNull,
    fulfilled_by: z.enum(FULFILLERS),
    shipped_at: instantOrNull,
    delivered_at: instantOrNull,
    lines: z.array(z.strictObject({ order_line_external_id: text, quantity: count })),
    events: z.array(trackingEventSchema),
    warnings: z.array(warningSchema),
  })
  .meta({ id: "UnifiedShipment" });

const disputeLineSchema = z
  .strictObject({
    order_line_external_id: textOrNull,
    variant_external_id: textOrNull,
    quantity: count,
    amount: moneyOrNull,
  })
  .meta({ id: "DisputeLine" });

export const disputeSchema = z
  .strictObject({
    external_id: externalId,
    order_external_id: textOrNull,
    system: textOrNull,
    kind: z.enum(DISPUTE_KINDS),
    external_kind: textOrNull,
    status: z.enum(DISPUTE_STATUSES),
    external_status: text,
    reason: textOrNull,
    external_reason: textOrNull,
    amount: moneyOrNull,
    turn: z.enum(TURNS).nullable(),
    due_at: instantOrNull,
    opened_at: instantSchema,
    closed_at: instantOrNull,
    lines: z.array(disputeLineSchema),
    events: z.array(z.strictObject({ at: instantSchema, by: z.enum(TURNS).nullable(), text })),
    return_tracking: orNull(z.strictObject({ carrier: textOrNull, number: textOrNull })),
    warnings: z.array(warningSchema),
  })
  .meta({ id: "UnifiedDispute" });

export const refundSchema = z
  .strictObject({
    external_id: externalId,
    order_external_id: textOrNull,
    dispute_external_id: textOrNull,
    amount: moneySchema,
    shipping_amount: moneyOrNull,
    reason: textOrNull,
    status: z.enum(["pending", "done", "failed", "unknown"]),
    refunded_at: instantOrNull,
    lines: z.array(disputeLineSchema),
  })
  .meta({ id: "UnifiedRefund" });

export const settlementSchema = z
  .strictObject({
    external_id: externalId,
    period_start: instantSchema,
    period_end: instantSchema,
    currency: text,
    total: moneyOrNull,
    payout: moneyOrNull,
    paid_at: instantOrNull,
    external_status: textOrNull,
    warnings: z.array(warningSchema),
  })
  .meta({ id: "UnifiedSettlement" });

export const entrySchema = z
  .strictObject({
    external_id: externalId,
    settlement_external_id: textOrNull,
    book: text,
    state: z.enum(["estimated", "deferred", "posted", "paid"]),
    kind: z.enum(ENTRY_KINDS),
    external_kind: text,
    amount: moneySchema,
    posted_at: instantSchema,
    order_external_id: textOrNull,
    order_line_external_id: textOrNull,
    shipment_external_id: textOrNull,
    refund_external_id: textOrNull,
    sku: textOrNull,
    description: textOrNull,
  })
  .meta({ id: "UnifiedEntry" });

export const campaignSchema = z
  .strictObject({
    external_id: externalId,
    title: text,
    place: textOrNull,
    starts_at: instantSchema,
    ends_at: instantSchema,
    external_status: textOrNull,
    items: z.array(z.strictObject({ variant_external_id: textOrNull, sku: textOrNull, quantity: count.nullable() })),
  })
  .meta({ id: "UnifiedCampaign" });
