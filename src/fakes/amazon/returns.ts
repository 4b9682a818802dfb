/** Returns, refunds, claims: what the seller's pages and the platform decide, and reports tell. */

import type { Cause } from "../fake.ts";
import { log, nowOf } from "../living.ts";
import { bookRefund } from "./ledger.ts";
import { touch } from "./orders.ts";
import { giveBack } from "./stock.ts";
import { newNumber, type Store } from "./store.ts";
import { lineTotal } from "./totals.ts";
import type { Line, Order, Return } from "./types.ts";
import { decimal } from "./wire.ts";

export type RefundKind = "Refund" | "A-to-z Guarantee Refund" | "Chargeback Refund";

/** Gives money back; never more than the line has cost. */
export function refund(
  store: Store,
  order: Order,
  line: Line,
  { amount, shipping = 0, kind = "Refund" }: { amount: number; shipping?: number; kind?: RefundKind },
  by: Cause,
): string {
  const { currency } = order.marketplace;
  const refundId = bookRefund(store, order, line, { amount, shipping, kind });
  order.refunded += amount + shipping;
  log(store, { kind: "refund_made", refundId, orderId: order.id, amount: decimal(amount + shipping, currency), by });
  touch(store, order, "refunded", by);
  return refundId;
}

/** A buyer wants to send something back; null where nothing was sent to him. */
export function requestReturn(
  store: Store,
  order: Order,
  { reason = "Defective", resolution = "Standard", quantity = 1 } = {},
): Return | null {
  const line = order.lines.find(({ shipped }) => shipped > 0);
  if (line === undefined) return null;
  const now = nowOf(store);
  const back: Return = {
    rma: `D${store.random.hex(8).toUpperCase()}RRMA${store.returns.size}`,
    merchantRma: `M-${newNumber(store)}`,
    order,
    line,
    quantity: Math.min(quantity, line.shipped),
    status: "Pending",
    requested: now,
    delivered: null,
    reason,
    type: "C-Returns",
    resolution,
    tracking: null,
    refunded: 0,
    isClaim: false,
    safeT: null,
    updated: now,
  };
  order.returns.push(back);
  store.returns.set(back.rma, back);
  log(store, { kind: "dispute_opened", disputeId: back.rma, orderId: order.id, status: "Pending", by: "buyer" });
  return back;
}

/** A step of a return. */
function move(store: Store, back: Return, change: Partial<Return>, by: Cause): void {
  Object.assign(back, change, { updated: nowOf(store) });
  log(store, { kind: "dispute_changed", disputeId: back.rma, orderId: back.order.id, status: back.status, by });
}

export function approve(store: Store, back: Return): void {
  if (back.status === "Pending") move(store, back, { status: "Approved", tracking: `1Z${newNumber(store)}` }, "owner");
}

export function deny(store: Store, back: Return): void {
  if (back.status === "Pending") move(store, back, { status: "Denied" }, "owner");
}

export function close(store: Store, back: Return): void {
  if (back.status !== "Denied") move(store, back, { status: "Closed" }, "owner");
}

/** The goods are with the seller, or in the platform's warehouse. */
export function receive(store: Store, back: Return, isSellable = true): void {
  if (back.status !== "Approved" || back.delivered !== null) return;
  move(store, back, { delivered: nowOf(store) }, "owner");
  if (isSellable) giveBack(store, back.order, back.line, back.quantity, "returned");
  else if (back.line.listing?.fba) back.line.listing.fba.defective += back.quantity;
}

/** The price of the pieces that came back. */
export function worthOf({ order, line, quantity }: Return): number {
  return Math.floor((lineTotal(order, line) * quantity) / line.quantity);
}

/** Money for a return; a claim is paid by the platform's decision. */
export function payBack(store: Store, back: Return, kind: RefundKind = "Refund"): void {
  if (back.refunded > 0) return;
  const amount = worthOf(back);
  refund(store, back.order, back.line, { amount, kind }, "owner");
  move(store, back, { refunded: amount }, "owner");
}

export function claim(store: Store, back: Return): void {
  if (!back.isClaim) move(store, back, { isClaim: true }, "buyer");
}

/** The seller asks the platform for its own money, and gets a part of it. */
export function askSafeT(store: Store, back: Return, state: string): void {
  const now = nowOf(store);
  const amount = state === "Granted" ? Math.floor(back.refunded / 2) : 0;
  const id = back.safeT?.id ?? `${newNumber(store)}-SAFET`;
  move(store, back, { safeT: { id, state, created: back.safeT?.created ?? now, amount } }, "owner");
}
