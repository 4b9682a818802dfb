/** What sellers and carriers do with an order. */

import { buy } from "./basket.ts";
import { deliver, pack, send } from "./fulfillments.ts";
import type { NewOrder } from "./orders.ts";
import { capture } from "./payments.ts";
import type { Store } from "./store.ts";
import type { Fulfillment, Line, Order } from "./types.ts";

export const isBusy = (order: Order): boolean => order.change !== null || order.status === "canceled";

/** The seller takes the money. */
export function captureAll(store: Store, order: Order): void {
  for (const payment of order.payments) if (payment.canceled === null) capture(store, payment, null, "owner");
}

/** The seller packs what is left, a part of it when so told; null where nothing can be packed. */
export function packByOwner(store: Store, order: Order, most = Number.POSITIVE_INFINITY): Fulfillment | null {
  if (isBusy(order)) return null;
  const rest = order.lines.filter((line) => line.quantity > line.fulfilled);
  const placeOf = (line: Line): string => line.reservations[0]?.level.location ?? store.locations[0]?.id ?? "";
  const [first] = rest;
  if (first === undefined) return null;
  const items = rest
    .filter((line) => line.reservations.length === 0 || placeOf(line) === placeOf(first))
    .map((line) => ({ id: line.id, quantity: Math.min(most, line.quantity - line.fulfilled) }));
  return pack(store, order, most < 9 ? items.slice(0, 1) : items, placeOf(first), "owner");
}

/** The parcel leaves with a label. */
export function sendByOwner(store: Store, order: Order, parcel: Fulfillment | null): void {
  if (parcel === null || parcel.shipped !== null || parcel.canceled !== null || isBusy(order)) return;
  const number = `1Z999AA1${store.random.int(1_000_000_000, 9_999_999_999)}`;
  const label = { tracking_number: number, tracking_url: `https://track.example.test/${number}`, label_url: "#" };
  send(store, order, parcel, [label], "owner");
}

export function deliverByCarrier(store: Store, order: Order): void {
  for (const parcel of order.fulfillments)
    if (parcel.shipped !== null && parcel.delivered === null && !isBusy(order)) deliver(store, order, parcel, "owner");
}

/** An order on its way to the buyer; null where it does not arrive whole. */
export function* delivered(store: Store, more: Partial<NewOrder> = {}, pieces = 0): Generator<void, Order | null> {
  const order = buy(store, more, 1, pieces);
  if (order === null) return null;
  captureAll(store, order);
  yield;
  sendByOwner(store, order, packByOwner(store, order));
  yield;
  deliverByCarrier(store, order);
  yield;
  return order.lines.every((line) => line.delivered === line.quantity) && !isBusy(order) ? order : null;
}
