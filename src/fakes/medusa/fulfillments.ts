/** Parcels: packed, sent, delivered, or unpacked again. */

import type { Cause } from "../fake.ts";
import { log } from "../living.ts";
import { assertAlive, assertNoChange, touch } from "./orders.ts";
import { takeOut } from "./stock.ts";
import { fresh, newId, nowMs, type Store } from "./store.ts";
import type { Fulfillment, Line, Order } from "./types.ts";
import { invalid, notAllowed } from "./wire.ts";

export interface Wanted {
  id: string;
  quantity: number;
}

/** Lines by their ids. Throws `ApiError`. */
export function linesOf(order: Order, wanted: readonly Wanted[]): { line: Line; quantity: number }[] {
  return wanted.map(({ id, quantity }) => {
    const line = order.lines.find((one) => one.id === id);
    if (line === undefined) throw invalid(`Items with ids ${id} does not exist in order with id ${order.id}.`);
    if (!Number.isInteger(quantity) || quantity <= 0) throw invalid(`quantity of item ${id} must be greater than 0`);
    return { line, quantity };
  });
}

/** The seller packs. Throws `ApiError`. */
export function pack(store: Store, order: Order, wanted: readonly Wanted[], location: string, by: Cause): Fulfillment {
  assertAlive(order);
  assertNoChange(order);
  const items = linesOf(order, wanted);
  for (const { line, quantity } of items) {
    const isElsewhere = line.reservations.some(({ level }) => level.location !== location);
    if (quantity > line.quantity - line.fulfilled || isElsewhere)
      throw invalid(`Quantity to fulfill exceeds the reserved quantity for the item: ${line.id}`);
  }
  const parcel: Fulfillment = {
    id: newId(store, "ful"),
    location,
    shipped: null,
    delivered: null,
    canceled: null,
    items: items.map(({ line, quantity }) => ({ id: newId(store, "fulit"), line, quantity })),
    labels: [],
    ...fresh(store),
  };
  for (const { line, quantity } of items) {
    takeOut(store, line, quantity);
    line.fulfilled += quantity;
  }
  order.fulfillments.push(parcel);
  touch(store, order, "packed", by);
  return parcel;
}

export interface Label {
  tracking_number: string;
  tracking_url: string;
  label_url: string;
}

/** The parcel leaves. Throws `ApiError`. */
export function send(store: Store, order: Order, parcel: Fulfillment, labels: readonly Label[], by: Cause): void {
  assertNoChange(order);
  if (parcel.canceled !== null) throw notAllowed("Fulfillment has been canceled");
  if (parcel.shipped !== null) throw notAllowed("Shipment has already been created");
  parcel.shipped = nowMs(store);
  parcel.updated = parcel.shipped;
  for (const { tracking_number: number, tracking_url: url, label_url: labelUrl } of labels)
    parcel.labels.push({ id: newId(store, "fulla"), number, url, labelUrl });
  for (const { line, quantity } of parcel.items) line.shipped += quantity;
  touch(store, order, "shipped", by);
  const tracking = labels[0]?.tracking_number ?? "";
  log(store, { kind: "shipment_made", shipmentId: parcel.id, orderId: order.id, tracking, by });
}

export function deliver(store: Store, order: Order, parcel: Fulfillment, by: Cause): void {
  assertNoChange(order);
  if (parcel.canceled !== null) throw notAllowed("Fulfillment has been canceled");
  if (parcel.delivered !== null) throw notAllowed("Fulfillment has already been marked delivered");
  parcel.delivered = nowMs(store);
  parcel.updated = parcel.delivered;
  for (const { line, quantity } of parcel.items) line.delivered += quantity;
  touch(store, order, "delivered", by);
}

/** The parcel is unpacked; its pieces are reserved again. Throws `ApiError` once it has left. */
export function unpack(store: Store, order: Order, parcel: Fulfillment, by: Cause): void {
  assertNoChange(order);
  if (parcel.canceled !== null) throw notAllowed("Fulfillment is already canceled");
  if (parcel.shipped !== null)
    throw notAllowed("The fulfillment has already been shipped. Shipped fulfillments cannot be canceled");
  parcel.canceled = nowMs(store);
  parcel.updated = parcel.canceled;
  for (const { line, quantity } of parcel.items) {
    takeOut(store, line, -quantity);
    line.fulfilled -= quantity;
  }
  touch(store, order, "unpacked", by);
}

/** By parcels that were not unpacked, beside whatever is not packed yet. */
export function fulfillmentStatus(order: Order): string {
  const alive = order.fulfillments.filter(({ canceled }) => canceled === null);
  if (alive.length === 0)
    return order.fulfillments.length > 0 && order.status === "canceled" ? "canceled" : "not_fulfilled";
  const isAll = order.lines.every((line) => line.fulfilled >= line.quantity);
  const named = (name: string, isIn: (parcel: Fulfillment) => boolean): string | null => {
    const count = alive.filter(isIn).length;
    if (count === 0) return null;
    return count === alive.length && isAll ? name : `partially_${name}`;
  };
  return (
    named("delivered", ({ delivered }) => delivered !== null) ??
    named("shipped", ({ shipped }) => shipped !== null) ??
    (isAll ? "fulfilled" : "partially_fulfilled")
  );
}
