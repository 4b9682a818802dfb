/** Order fulfilments: shipments of some units of an order's lines, and the order's own summary of them. */

import type { Cause } from "../fake.ts";
import { changeOrder, log, nowOf, type Store, take } from "./store.ts";
import { gmt } from "./time.ts";
import { sumOf } from "./totals.ts";
import type { Fulfillment, Meta, Order } from "./types.ts";

export interface FulfillmentItem {
  item_id: number;
  qty: number;
}

/** Carriers of which the store can guess by the look of a number: name, pattern, address, certainty. */
export const CARRIERS: readonly { slug: string; pattern: RegExp; url: string; score: number }[] = [
  {
    slug: "amazon-logistics",
    pattern: /^(TB[A-Z0-9]{10,}|1Z[0-9A-Z]{16})$/,
    url: "https://www.amazon.com/progress-tracker/package/ref=ppx_yo_dt_b_track_package_o0?_=",
    score: 60,
  },
  { slug: "ups", pattern: /^1Z[0-9A-Z]{16}$/, url: "https://www.ups.com/track?tracknum=", score: 95 },
  { slug: "fedex", pattern: /^\d{12}(\d{3})?$/, url: "https://www.fedex.com/fedextrack/?tracknumbers=", score: 80 },
  {
    slug: "usps",
    pattern: /^9\d{21}$/,
    url: "https://tools.usps.com/go/TrackConfirmAction?tLabels=",
    score: 90,
  },
  { slug: "dhl", pattern: /^\d{10}$/, url: "https://www.dhl.com/en/express/tracking.html?AWB=", score: 70 },
];

/** The items a fulfilment holds, from its meta. */
export function itemsOf(meta: readonly Meta[]): FulfillmentItem[] {
  const value = meta.find((entry) => entry.key === "_items")?.value;
  return Array.isArray(value) ? (value as FulfillmentItem[]) : [];
}

/** A meta value as text. */
export function metaText(meta: readonly Meta[], key: string): string {
  const value = meta.find((entry) => entry.key === key)?.value;
  return typeof value === "string" ? value : "";
}

/** Adds a fulfilment to an order. */
export function addFulfillment(
  store: Store,
  order: Order,
  status: string,
  meta: readonly { key: string; value: unknown }[],
  by: Cause,
): Fulfillment {
  const fulfillment: Fulfillment = {
    id: take(store, "fulfillment"),
    status,
    isFulfilled: false,
    updated: nowOf(store),
    deleted: null,
    meta: meta.map(({ key, value }) => ({ id: take(store, "fulfillmentMeta"), key, value })),
  };
  order.fulfillments.push(fulfillment);
  if (status === "fulfilled") markFulfilled(store, order, fulfillment, by);
  summarise(store, order);
  return fulfillment;
}

/** Marks a fulfilment as sent. */
export function markFulfilled(store: Store, order: Order, fulfillment: Fulfillment, by: Cause): void {
  fulfillment.isFulfilled = true;
  fulfillment.status = "fulfilled";
  if (fulfillment.meta.every((meta) => meta.key !== "_date_fulfilled")) {
    const value = `${gmt(nowOf(store))}Z`;
    fulfillment.meta.push({ id: take(store, "fulfillmentMeta"), key: "_date_fulfilled", value });
  }
  const tracking = metaText(fulfillment.meta, "_tracking_number");
  log(store, { kind: "shipment_made", shipmentId: String(fulfillment.id), orderId: String(order.id), tracking, by });
}

/** Removes a fulfilment from what the store shows. */
export function deleteFulfillment(store: Store, order: Order, fulfillment: Fulfillment, by: Cause): void {
  fulfillment.deleted = nowOf(store);
  const tracking = metaText(fulfillment.meta, "_tracking_number");
  const ids = { shipmentId: String(fulfillment.id), orderId: String(order.id) };
  if (fulfillment.isFulfilled) log(store, { kind: "shipment_removed", ...ids, tracking, by });
  summarise(store, order);
}

/** Units of a line not yet in any fulfilment. */
export function unassigned(order: Order, lineId: number): number {
  const quantity = order.lines.find((line) => line.id === lineId)?.quantity ?? 0;
  const others = order.fulfillments.filter((other) => other.deleted === null);
  const taken = others.flatMap((other) => itemsOf(other.meta)).filter((item) => item.item_id === lineId);
  return quantity - sumOf(taken.map((item) => item.qty));
}

/** Writes the order's summary into its meta, which moves its time of change. */
export function summarise(store: Store, order: Order): void {
  const present = order.fulfillments.filter((fulfillment) => fulfillment.deleted === null);
  const sent = present.filter((fulfillment) => fulfillment.isFulfilled);
  const sentUnits = sumOf(sent.flatMap((fulfillment) => itemsOf(fulfillment.meta)).map((item) => item.qty));
  const allUnits = sumOf(order.lines.map((line) => line.quantity));
  const value =
    present.length === 0
      ? "no_fulfillments"
      : sentUnits === 0
        ? "unfulfilled"
        : sentUnits < allUnits
          ? "partially_fulfilled"
          : "fulfilled";
  changeOrder(store, order, () => {
    const found = order.meta.find((meta) => meta.key === "_fulfillment_status");
    if (found !== undefined) found.value = value;
    else order.meta.push({ id: take(store, "meta"), key: "_fulfillment_status", value });
  });
  store.announce("order", order.id, "updated");
}
