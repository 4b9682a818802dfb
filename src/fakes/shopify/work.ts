/** The work of shipping, its holds, and parcels with what becomes of them. */

import type { Cause } from "../fake.ts";
import { log, nowOf } from "../living.ts";
import { takeOut } from "./stock.ts";
import { fresh, mainLocation, newId, ofOrder, type Store } from "./store.ts";
import { unsentOf } from "./totals.ts";
import type { Line, Location, Order, Parcel, Work, WorkLine } from "./types.ts";
import { gid, refused } from "./wire.ts";

/** The work of one location. */
export function newWork(store: Store, order: Order, location: Location, lines: readonly Line[]): Work {
  const work: Work = {
    ...fresh(store),
    order,
    status: "OPEN",
    request: "UNSUBMITTED",
    location,
    holds: [],
    lines: lines.map((line) => ({ id: newId(store), line, total: unsentOf(line), remaining: unsentOf(line) })),
    fulfillAt: null,
  };
  order.work.push(work);
  store.works.set(work.id, work);
  return work;
}

/** Where pieces of a line wait. */
export function placeOf(store: Store, { work }: Order, line: Line): Location {
  return work.find(({ lines }) => lines.some((row) => row.line === line))?.location ?? mainLocation(store);
}

export function setWork(store: Store, work: Work, status: Work["status"], request = work.request): void {
  Object.assign(work, { status, request, updated: nowOf(store) });
}

export function cancelWork(store: Store, order: Order): void {
  for (const work of order.work) {
    if (work.status === "CLOSED") continue;
    setWork(store, work, "CANCELLED");
    for (const line of work.lines) line.remaining = 0;
    store.announce("FULFILLMENT_ORDERS_CANCELLED", "FulfillmentOrder", work);
  }
}

/** Pieces that were taken out of an order need no work any more. */
export function shrinkWork(store: Store, order: Order): void {
  for (const work of order.work.filter(({ status }) => status !== "CLOSED" && status !== "CANCELLED")) {
    for (const row of work.lines) row.remaining = Math.min(row.remaining, unsentOf(row.line));
    if (work.lines.every(({ remaining }) => remaining === 0)) setWork(store, work, "CLOSED");
  }
}

/** Throws `Refusal`. */
export function hold(
  store: Store,
  work: Work,
  reason: string,
  notes: string | null,
  isOurs: boolean,
): Work["holds"][number] {
  if (work.status === "CLOSED" || work.status === "CANCELLED")
    throw refused("The fulfillment order is not in an open state.", ["id"], "FULFILLMENT_ORDER_NOT_SPLITTABLE");
  if (isOurs && work.holds.some((one) => one.isOurs)) {
    const message = "The handle provided for the fulfillment hold is already in use by this app.";
    throw refused(message, ["fulfillmentHold", "handle"], "DUPLICATE_FULFILLMENT_HOLD_HANDLE");
  }
  const row = { id: newId(store), reason, notes, isOurs };
  work.holds.push(row);
  setWork(store, work, "ON_HOLD");
  store.announce("FULFILLMENT_ORDERS_PLACED_ON_HOLD", "FulfillmentOrder", work);
  return row;
}

export function releaseHolds(store: Store, work: Work): void {
  work.holds = [];
  if (work.status === "ON_HOLD") setWork(store, work, "OPEN");
  store.announce("FULFILLMENT_ORDERS_HOLD_RELEASED", "FulfillmentOrder", work);
}

export function isReady({ status }: Work): boolean {
  return status === "OPEN" || status === "IN_PROGRESS";
}

export interface NewParcel {
  /** By work; all that remains where no lines are named. */
  rows: readonly { work: Work; pieces: ReadonlyMap<WorkLine, number> }[];
  tracking: Parcel["tracking"];
}

/** Every piece that remains of a work. */
export function wholeOf(work: Work): NewParcel["rows"][number] {
  return { work, pieces: new Map(work.lines.flatMap((row) => (row.remaining > 0 ? [[row, row.remaining]] : []))) };
}

/** Sends pieces. The caller has checked them, and moves the order's time of change. */
export function send(store: Store, { rows, tracking }: NewParcel, by: Cause): Parcel {
  const [first] = rows;
  if (first === undefined) throw refused("Line items by fulfillment order can't be blank", ["fulfillment"]);
  const { order, location } = first.work;
  const parcel: Parcel = {
    ...fresh(store),
    order,
    name: `#${order.number}-F${order.parcels.length + 1}`,
    status: "SUCCESS",
    display: tracking.length > 0 ? "CONFIRMED" : "FULFILLED",
    inTransit: null,
    delivered: null,
    tracking,
    lines: [],
    location,
    events: [],
  };
  for (const { work, pieces } of rows) {
    for (const [workLine, quantity] of pieces) {
      workLine.remaining -= quantity;
      workLine.line.shipped += quantity;
      takeOut(store, workLine.line, location, quantity);
      parcel.lines.push({ id: newId(store), line: workLine.line, quantity, workLine });
    }
    finishWork(store, work);
  }
  order.parcels.push(parcel);
  store.parcels.set(parcel.id, parcel);
  const number = tracking[0]?.number ?? "";
  log(store, {
    kind: "shipment_made",
    shipmentId: gid("Fulfillment", parcel.id),
    orderId: gid("Order", order.id),
    tracking: number,
    by,
  });
  store.announce("FULFILLMENTS_CREATE", "Fulfillment", ofOrder(parcel));
  return parcel;
}

/** What remains of a work goes on under the same id, or, of every other order, under a new one. */
function finishWork(store: Store, work: Work): void {
  const rest = work.lines.filter(({ remaining }) => remaining > 0);
  const goesOn = rest.length > 0 && work.order.number % 2 === 1;
  if (goesOn) setWork(store, work, "IN_PROGRESS");
  if (goesOn) return;
  setWork(store, work, "CLOSED", "CLOSED");
  if (rest.length === 0) return;
  for (const row of rest) {
    row.total -= row.remaining;
    row.remaining = 0;
  }
  const next = newWork(
    store,
    work.order,
    work.location,
    rest.map(({ line }) => line),
  );
  store.announce("FULFILLMENT_ORDERS_SPLIT", "FulfillmentOrder", next);
}

/** The carrier tells something. */
export function addEvent(
  store: Store,
  parcel: Parcel,
  status: string,
  at: number,
  message: string | null,
): Parcel["events"][number] {
  const event = { id: newId(store), status, at, message };
  parcel.events.push(event);
  parcel.display = status;
  parcel.updated = nowOf(store);
  if (status === "IN_TRANSIT" || status === "CARRIER_PICKED_UP") parcel.inTransit ??= at;
  if (status === "DELIVERED") parcel.delivered ??= at;
  store.announce(
    "FULFILLMENT_EVENTS_CREATE",
    "FulfillmentEvent",
    ofOrder({ id: event.id, created: at, order: parcel.order }),
  );
  store.announce("FULFILLMENTS_UPDATE", "Fulfillment", ofOrder(parcel));
  return event;
}

/** The parcel is undone: its pieces are to be sent again. Throws `Refusal`. */
export function undo(store: Store, parcel: Parcel, by: Cause): void {
  if (parcel.status === "CANCELLED") throw refused("The fulfillment has already been cancelled.", ["id"]);
  Object.assign(parcel, { status: "CANCELLED", display: "CANCELED", updated: nowOf(store) });
  for (const { line, quantity } of parcel.lines) {
    line.shipped -= quantity;
    takeOut(store, line, parcel.location, -quantity);
  }
  const lines = parcel.lines.map(({ line }) => line);
  for (const work of parcel.order.work) if (work.status === "IN_PROGRESS") setWork(store, work, "CLOSED", "CLOSED");
  newWork(store, parcel.order, parcel.location, lines);
  log(store, {
    kind: "shipment_removed",
    shipmentId: gid("Fulfillment", parcel.id),
    orderId: gid("Order", parcel.order.id),
    tracking: "",
    by,
  });
  store.announce("FULFILLMENTS_UPDATE", "Fulfillment", ofOrder(parcel));
}
