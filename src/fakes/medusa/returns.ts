/** Returns, and the claims and exchanges that bring goods back too. Only one of an order is in the making at a time. */

import type { Cause } from "../fake.ts";
import { log } from "../living.ts";
import { linesOf, type Wanted } from "./fulfillments.ts";
import { assertAlive, assertNoChange, touch } from "./orders.ts";
import { restock } from "./stock.ts";
import { fresh, newId, nowMs, type Store } from "./store.ts";
import { lineTotal } from "./totals.ts";
import type { Complaint, Order, Return, ReturnItem, ReturnStatus } from "./types.ts";
import { invalid, notAllowed } from "./wire.ts";

type Named = Wanted & { reason_id?: string | undefined; note?: string | undefined };

/** A return is begun. Throws `ApiError`. */
export function beginReturn(
  store: Store,
  order: Order,
  location: string,
  by: Cause,
  parent: string | null = null,
): Return {
  assertAlive(order);
  assertNoChange(order, parent);
  const back: Return = {
    id: newId(store, "return"),
    order,
    version: order.version,
    location,
    status: "open",
    items: [],
    requested: null,
    received: null,
    canceled: null,
    parent,
    ...fresh(store),
  };
  order.returns.push(back);
  store.returns.set(back.id, back);
  order.change = back.id;
  // One that belongs to a claim or an exchange is a part of that.
  if (parent === null)
    log(store, { kind: "dispute_opened", disputeId: back.id, orderId: order.id, status: "open", by });
  return back;
}

function move(store: Store, back: Return, status: ReturnStatus, by: Cause): void {
  back.status = status;
  back.updated = nowMs(store);
  if (back.parent === null)
    log(store, { kind: "dispute_changed", disputeId: back.id, orderId: back.order.id, status, by });
  touch(store, back.order, `return ${status}`, by);
}

function assertStatus(back: Return, ...allowed: ReturnStatus[]): void {
  if (back.status === "canceled") throw notAllowed(`Return with id ${back.id} has been canceled.`);
  if (!allowed.includes(back.status)) throw notAllowed(`Return with id ${back.id} is ${back.status}.`);
}

/** Names pieces that shall come back; delivered ones alone. Throws `ApiError`. */
export function nameItems(store: Store, back: Return, wanted: readonly Named[]): void {
  assertStatus(back, "open");
  for (const { line, quantity } of linesOf(back.order, wanted)) {
    const asked = back.items.reduce((sum, item) => sum + (item.line === line ? item.quantity : 0), 0);
    if (quantity + asked > line.delivered - line.returnRequested - line.returnReceived)
      throw invalid(`Cannot request to return more items than what was fulfilled. (${line.id})`);
    const named = wanted.find(({ id }) => id === line.id);
    const known = store.reasons.some(({ id }) => id === named?.reason_id);
    if (named?.reason_id !== undefined && !known)
      throw invalid(`Return reason with id ${named.reason_id} does not exist.`);
    const said = { reason: named?.reason_id ?? null, note: named?.note ?? null };
    back.items.push({ id: newId(store, "retitem"), line, quantity, received: 0, arriving: 0, ...said });
  }
}

/** The request stands. Throws `ApiError`. */
export function confirmRequest(store: Store, back: Return, by: Cause): void {
  assertStatus(back, "open");
  if (back.items.length === 0) throw invalid("Order return request should have at least 1 item");
  for (const { line, quantity } of back.items) line.returnRequested += quantity;
  back.requested = nowMs(store);
  back.order.change = null;
  move(store, back, "requested", by);
}

/** The goods are at the door. Throws `ApiError`. */
export function beginReceipt(back: Return): void {
  assertStatus(back, "requested", "partially_received");
  assertNoChange(back.order);
  back.order.change = back.id;
}

/** Names what has arrived. Throws `ApiError`. */
export function nameArrivals(back: Return, wanted: readonly Wanted[]): void {
  if (back.order.change !== back.id) throw invalid("An active Order Change is required to proceed");
  for (const { line, quantity } of linesOf(back.order, wanted)) {
    const item = back.items.find((one) => one.line === line);
    if (item === undefined || item.received + item.arriving + quantity > item.quantity)
      throw invalid(`Cannot receive more items than what was requested to be returned. (${line.id})`);
    item.arriving += quantity;
  }
}

/** The goods lie on the shelf again; no money moves. Throws `ApiError`. */
export function confirmReceipt(store: Store, back: Return, by: Cause): void {
  if (back.order.change !== back.id) throw invalid("An active Order Change is required to proceed");
  for (const item of back.items) receive(store, back, item);
  back.order.change = null;
  const isAll = back.items.every(({ quantity, received }) => received === quantity);
  if (isAll) back.received = nowMs(store);
  move(store, back, isAll ? "received" : "partially_received", by);
}

function receive(store: Store, back: Return, item: ReturnItem): void {
  const { line, arriving } = item;
  item.arriving = 0;
  item.received += arriving;
  line.returnRequested -= arriving;
  line.returnReceived += arriving;
  restock(store, back.order, line, arriving, back.location);
}

/** Throws `ApiError` once something has come back. */
export function cancelReturn(store: Store, back: Return, by: Cause): void {
  assertStatus(back, "open", "requested");
  if (back.status === "open") back.order.change = null;
  else for (const { line, quantity } of back.items) line.returnRequested -= quantity;
  back.canceled = nowMs(store);
  move(store, back, "canceled", by);
}

/** A claim or an exchange is begun: it is told at once, without items. Throws `ApiError`. */
export function beginComplaint(
  store: Store,
  order: Order,
  kind: Complaint["kind"],
  type: Complaint["type"],
): Complaint {
  assertAlive(order);
  assertNoChange(order);
  const complaint: Complaint = {
    id: newId(store, kind === "claim" ? "claim" : "oexc"),
    kind,
    type,
    order,
    version: order.version,
    refundAmount: null,
    canceled: null,
    reason: "production_failure",
    items: [],
    additional: [],
    isConfirmed: false,
    back: null,
    ...fresh(store),
  };
  store.complaints.set(complaint.id, complaint);
  order.change = complaint.id;
  return complaint;
}

/** What the complaint is about, and what the buyer gets instead. */
export function nameComplaint(
  store: Store,
  complaint: Complaint,
  reason: Complaint["reason"],
  isReplaced: boolean,
): void {
  const line = complaint.order.lines.find(({ delivered, returnReceived }) => delivered > returnReceived);
  if (line === undefined) return;
  complaint.reason = reason;
  complaint.items.push({ id: newId(store, "claimitem"), line, quantity: 1 });
  if (isReplaced) complaint.additional.push({ id: newId(store, "claimadd"), line, quantity: 1 });
}

/** The complaint stands; goods are asked back with it. Throws `ApiError`. */
export function confirmComplaint(store: Store, complaint: Complaint, isReturned: boolean, by: Cause): void {
  const { id, order, items } = complaint;
  if (complaint.isConfirmed || order.change !== id) throw invalid("An active Order Change is required to proceed");
  const [first] = items;
  if (first === undefined) throw invalid(`Order ${complaint.kind} request should have at least 1 item`);
  complaint.isConfirmed = true;
  if (complaint.type === "refund") complaint.refundAmount = lineTotal(first.line, first.quantity);
  complaint.updated = nowMs(store);
  log(store, { kind: "dispute_opened", disputeId: id, orderId: order.id, status: "confirmed", by });
  if (isReturned) {
    const back = beginReturn(store, order, store.locations[0]?.id ?? "", by, id);
    complaint.back = back;
    nameItems(store, back, [{ id: first.line.id, quantity: first.quantity }]);
    confirmRequest(store, back, by);
  }
  order.change = null;
  touch(store, order, `${complaint.kind} confirmed`, by);
}

/** A half-made complaint vanishes. Throws `ApiError`. */
export function dropComplaint(store: Store, complaint: Complaint): void {
  if (complaint.isConfirmed) throw invalid("An active Order Change is required to proceed");
  complaint.order.change = null;
  store.complaints.delete(complaint.id);
}

/** The buyer has thought better of it. Throws `ApiError` once goods have come back. */
export function withdrawComplaint(store: Store, complaint: Complaint, by: Cause): void {
  if (complaint.canceled !== null) throw notAllowed(`${complaint.id} has been canceled.`);
  if (complaint.back?.status === "requested") cancelReturn(store, complaint.back, by);
  complaint.canceled = nowMs(store);
  complaint.updated = complaint.canceled;
  const { id, order } = complaint;
  log(store, { kind: "dispute_changed", disputeId: id, orderId: order.id, status: "canceled", by });
  touch(store, order, `${complaint.kind} canceled`, by);
}
