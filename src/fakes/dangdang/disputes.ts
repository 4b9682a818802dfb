/** Requests of buyers after the goods have gone out, and the refunds that follow from them. */

import { MINUTE } from "../beijing-time.ts";
import type { Cause } from "../fake.ts";
import { later, log, nowOf } from "../living.ts";
import { setState } from "./orders.ts";
import { newId, type Store } from "./store.ts";
import type { Order, Refund, Return } from "./types.ts";

/** The platform's own review takes a while. */
const REVIEW = 30 * MINUTE;

/** The buyer of sent goods asks for something; null where nothing was sent. */
export function applyReturn(store: Store, order: Order, type: Return["type"]): Return | null {
  const line = order.lines.find(({ sent, isGift }) => sent > 0 && !isGift);
  if (line === undefined) return null;
  const request: Return = {
    code: `77${newId(store)}`,
    order,
    type,
    status: 0,
    line,
    count: 1,
    applied: nowOf(store),
    comment: "",
    isQueued: false,
  };
  store.returns.set(request.code, request);
  log(store, { kind: "dispute_opened", disputeId: request.code, orderId: order.id, status: "0", by: "buyer" });
  return request;
}

export function moveReturn(store: Store, request: Return, status: Return["status"], by: Cause): void {
  request.status = status;
  const { code, order } = request;
  log(store, { kind: "dispute_changed", disputeId: code, orderId: order.id, status: String(status), by });
  setState(store, order, order.state, by, `退换货${status}`);
}

/** The seller accepts or refuses. Who wants money alone gets it after the platform's review. */
export function reviewReturn(store: Store, request: Return, isAccepted: boolean, by: Cause): void {
  moveReturn(store, request, isAccepted ? 1000 : 1100, by);
  if (isAccepted && request.type === 5) askRefund(store, request, request.line.price * request.count);
}

/** The goods have arrived, and the seller pays: other goods, or money. */
export function closeReturn(store: Store, request: Return, amount: number, by: Cause): void {
  if (request.type === 2) {
    moveReturn(store, request, 300, by);
    return;
  }
  moveReturn(store, request, 300, by);
  askRefund(store, request, amount);
}

/** A record of a refund, which the platform reviews by itself. Orders never tell it, and the books' orders neither. */
export function askRefund(store: Store, source: Return, amount: number): Refund {
  const now = nowOf(store);
  const refund: Refund = { id: newId(store), source, status: 1, amount, created: now, modified: now };
  store.refunds.push(refund);
  later(store, now + REVIEW, () => reviewRefund(store, refund, 2));
  return refund;
}

export function reviewRefund(store: Store, refund: Refund, status: 2 | 3): void {
  if (refund.status !== 1) return;
  refund.status = status;
  refund.modified = nowOf(store);
  if (refund.source.status === 1000) moveReturn(store, refund.source, status === 2 ? 300 : 1100, "owner");
}
