/** Parcels, payments, returns, claims and exchanges as the API tells them. */

import type { Store } from "./store.ts";
import type { Complaint, Fulfillment, Payment, Return, ReturnItem } from "./types.ts";
import { changes, countsWithRaw, time, timeOrNull, times, type View, withRaw } from "./wire.ts";

/** Told of a payment. */
export const PAYMENT_FIELDS: readonly string[] = ["*", "*captures", "*refunds"];
export const RETURN_FIELDS: readonly string[] = [
  ..."id order_id display_id location_id order_version status metadata no_notification refund_amount created_by".split(
    " ",
  ),
  ..."created_at updated_at canceled_at requested_at received_at *items".split(" "),
];
export const COMPLAINT_FIELDS: readonly string[] = [
  ..."* *claim_items *additional_items *return *return.items".split(" "),
];

export function parcelView(parcel: Fulfillment): View {
  return {
    id: parcel.id,
    location_id: parcel.location,
    packed_at: time(parcel.created),
    shipped_at: timeOrNull(parcel.shipped),
    delivered_at: timeOrNull(parcel.delivered),
    canceled_at: timeOrNull(parcel.canceled),
    provider_id: "manual_manual",
    requires_shipping: true,
    metadata: null,
    items: parcel.items.map(({ id, line, quantity }) => {
      return { id, line_item_id: line.id, sku: line.sku, title: line.title, ...countsWithRaw({ quantity }) };
    }),
    labels: parcel.labels.map(({ id, number, url, labelUrl }) => {
      return { id, tracking_number: number, tracking_url: url, label_url: labelUrl, fulfillment_id: parcel.id };
    }),
    ...times(parcel),
  };
}

export function paymentView(payment: Payment): View {
  const { order } = payment;
  const row = ({ id, amount, created }: Payment["captures"][number]): View => {
    return {
      id,
      payment_id: payment.id,
      metadata: null,
      ...withRaw({ amount }),
      ...times({ created, updated: created }),
    };
  };
  return {
    id: payment.id,
    currency_code: order.currency,
    provider_id: "pp_system_default",
    data: {},
    metadata: null,
    captured_at: timeOrNull(payment.captured),
    canceled_at: timeOrNull(payment.canceled),
    payment_collection_id: order.collection.id,
    payment_session_id: payment.id.replace("pay_", "payses_"),
    ...withRaw({ amount: payment.amount }),
    ...times(payment),
    captures: payment.captures.map(row),
    refunds: payment.refunds.map((refund) => ({ ...row(refund), note: refund.note, refund_reason_id: null })),
    payment_collection: { id: order.collection.id, order: { id: order.id } },
  };
}

function itemView(store: Store, back: Return, item: ReturnItem): View {
  const reason = store.reasons.find(({ id }) => id === item.reason) ?? null;
  return {
    id: item.id,
    note: item.note,
    metadata: {},
    reason_id: item.reason,
    reason,
    return_id: back.id,
    item_id: item.line.id,
    ...countsWithRaw({ quantity: item.quantity, received_quantity: item.received, damaged_quantity: 0 }),
    ...times(back),
  };
}

/** A return; its items are told once the request is confirmed. */
export function returnView(store: Store, back: Return): View {
  return {
    id: back.id,
    order_id: back.order.id,
    display_id: back.order.returns.indexOf(back) + 1,
    location_id: back.location,
    order_version: back.version,
    status: back.status,
    metadata: null,
    no_notification: null,
    refund_amount: null,
    created_by: store.user.id,
    ...changes(back),
    canceled_at: timeOrNull(back.canceled),
    requested_at: timeOrNull(back.requested),
    received_at: timeOrNull(back.received),
    claim_id: back.parent?.startsWith("claim_") ? back.parent : null,
    exchange_id: back.parent?.startsWith("oexc_") ? back.parent : null,
    items: back.requested === null ? [] : back.items.map((item) => itemView(store, back, item)),
  };
}

/** A claim or an exchange. Neither says how it stands; before it is confirmed it has no items. */
export function complaintView(store: Store, complaint: Complaint): View {
  const { order, kind, isConfirmed } = complaint;
  const rows = (items: Complaint["items"], name: string): View[] =>
    (isConfirmed ? items : []).map(({ id, line, quantity }) => {
      const reason = kind === "claim" && name === "items" ? { reason: complaint.reason, note: null } : {};
      return { id, item_id: line.id, ...reason, ...countsWithRaw({ quantity }) };
    });
  const isMoney = complaint.refundAmount !== null;
  return {
    id: complaint.id,
    ...(kind === "claim" ? { type: complaint.type } : {}),
    order_id: order.id,
    display_id: [...store.complaints.values()].filter((one) => one.kind === kind).indexOf(complaint) + 1,
    order_version: complaint.version,
    no_notification: null,
    ...(isMoney ? withRaw({ refund_amount: complaint.refundAmount ?? 0 }) : { refund_amount: null }),
    return_id: complaint.back?.id ?? null,
    created_by: store.user.id,
    ...changes(complaint),
    canceled_at: timeOrNull(complaint.canceled),
    ...(kind === "claim" ? { claim_items: rows(complaint.items, "items") } : {}),
    additional_items: rows(complaint.additional, "additional"),
    return: complaint.back === null ? null : returnView(store, complaint.back),
  };
}
