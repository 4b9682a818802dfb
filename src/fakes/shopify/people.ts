/** What sellers, carriers and the bank do. */

import { nowOf } from "../living.ts";
import { buy } from "./basket.ts";
import { touch } from "./orders.ts";
import type { Store } from "./store.ts";
import { fulfillmentStatus, unsentOf } from "./totals.ts";
import type { Order, Parcel, Payout } from "./types.ts";
import { addEvent, isReady, send, setWork, wholeOf } from "./work.ts";

/** The seller sends what is left, or a part of it; null where nothing can be sent. */
export function shipByOwner(
  store: Store,
  order: Order,
  most = Number.POSITIVE_INFINITY,
  isTracked = true,
): Parcel | null {
  const work = order.work.find((one) => isReady(one) && one.lines.some(({ remaining }) => remaining > 0));
  if (work === undefined || order.cancelled !== null) return null;
  const whole = wholeOf(work);
  const some = new Map(
    [...whole.pieces].slice(0, most < 9 ? 1 : 99).map(([row, pieces]) => [row, Math.min(pieces, most)]),
  );
  const number = `1Z999AA1${store.random.int(1_000_000_000, 9_999_999_999)}`;
  const tracking = [{ company: "UPS", number, url: `https://www.ups.com/track?tracknum=${number}` }];
  const parcel = send(store, { rows: [{ work, pieces: some }], tracking: isTracked ? tracking : [] }, "owner");
  touch(store, order, "shipped", "owner");
  return parcel;
}

/** The carrier tells how a parcel fares. */
export function carry(store: Store, parcel: Parcel | null, status: string): void {
  if (parcel === null || parcel.status !== "SUCCESS") return;
  addEvent(store, parcel, status, nowOf(store), null);
  touch(store, parcel.order, status.toLowerCase(), "owner");
}

export function deliverAll(store: Store, order: Order): void {
  for (const parcel of order.parcels) if (parcel.delivered === null) carry(store, parcel, "DELIVERED");
}

/** Everything that the order needs is with the buyer. */
export function isWhole(order: Order): boolean {
  return (
    order.cancelled === null &&
    fulfillmentStatus(order) === "FULFILLED" &&
    order.lines.every((line) => unsentOf(line) === 0)
  );
}

/** An order that has come to the buyer; null where it has not. */
export function* delivered(store: Store, pieces = 0): Generator<void, Order | null> {
  const order = buy(store, {}, 1, pieces);
  yield;
  if (order === null) return null;
  const parcel = shipByOwner(store, order);
  yield;
  carry(store, parcel, "IN_TRANSIT");
  yield;
  deliverAll(store, order);
  return isWhole(order) && order.refunds.length === 0 ? order : null;
}

/** The work of an order is put into a state in which it cannot be done. */
export function setWorkOf(
  store: Store,
  order: Order,
  status: Parameters<typeof setWork>[2],
  request = "UNSUBMITTED",
): void {
  for (const work of order.work)
    if (work.status !== "CLOSED" && work.status !== "CANCELLED") setWork(store, work, status, request);
  touch(store, order, status.toLowerCase(), "owner");
}

/** The bank moves a payout on; a failed one is retried with the next. */
export function movePayout(payout: Payout | undefined, status: Payout["status"]): void {
  if (payout === undefined || !/SCHEDULED|IN_TRANSIT/.test(payout.status)) return;
  payout.status = status;
}
