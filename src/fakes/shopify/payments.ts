/** Money of orders: transactions, and refunds with what they take out of an order. */

import type { Cause } from "../fake.ts";
import { log, nowOf } from "../living.ts";
import { bookCharge, bookRefund } from "./ledger.ts";
import { fresh, newId, ofOrder, type Store } from "./store.ts";
import { removedOf, worthOfPieces } from "./totals.ts";
import type { Line, Location, Order, Refund, RefundLine, Return, Transaction } from "./types.ts";
import { decimal, gid } from "./wire.ts";

/** A step of the order's payment; what is received is booked. */
export function pay(
  store: Store,
  order: Order,
  kind: Transaction["kind"],
  amount: number,
  gateway: string,
  status: Transaction["status"] = "SUCCESS",
  parent: Transaction | null = null,
): Transaction {
  const row = { id: newId(store), order, kind, status, gateway, amount, at: nowOf(store), parent };
  order.transactions.push(row);
  store.transactions.set(row.id, row);
  if (kind === "SALE" || kind === "CAPTURE") bookCharge(store, row);
  store.announce("ORDER_TRANSACTIONS_CREATE", "OrderTransaction", ofOrder({ ...row, created: row.at }));
  return row;
}

/** Money that was awaited, or authorized, arrives. */
export function settle(store: Store, order: Order): void {
  const waiting = order.transactions.find(({ status }) => status === "PENDING");
  if (waiting !== undefined) {
    waiting.status = "SUCCESS";
    bookCharge(store, waiting);
    return;
  }
  const held = order.transactions.find(({ kind, status }) => kind === "AUTHORIZATION" && status === "SUCCESS");
  if (held !== undefined) pay(store, order, "CAPTURE", held.amount, held.gateway, "SUCCESS", held);
}

/** The payment that money is given back from. */
export function paidBy(order: Order): Transaction | null {
  return order.transactions.find(({ kind, status }) => status === "SUCCESS" && /SALE|CAPTURE/.test(kind)) ?? null;
}

export interface NewRefund {
  lines: readonly { line: Line; quantity: number; location?: Location | null }[];
  restock: RefundLine["restock"];
  /** Of the shipping; `all`: what is left of it. */
  shipping: number | "all";
  /** What goes back to the buyer; 0: nothing but pieces. */
  amount: number;
  note: string;
  back?: Return | null;
  /** Given back already, by its own transactions. */
  parent?: Transaction | null;
}

/** Takes pieces out of the order and gives money back. The caller moves the pieces, and the order's time of change. */
export function makeRefund(store: Store, order: Order, wanted: NewRefund, by: Cause): Refund {
  const left = (order.shipping?.amount ?? 0) - removedOf(order).shipping;
  const shipping = wanted.shipping === "all" ? left : wanted.shipping;
  const lines = wanted.lines.map(({ line, quantity: named, location = null }): RefundLine => {
    const quantity = Math.min(named, line.current);
    const value = worthOfPieces(line, line.refunded, quantity);
    line.refunded += quantity;
    line.current -= quantity;
    return { id: newId(store), line, quantity, restock: wanted.restock, location, ...value };
  });
  const worth = lines.reduce((sum, { subtotal, tax }) => sum + subtotal + (order.taxesIncluded ? 0 : tax), shipping);
  const { amount, note, back = null } = wanted;
  const adjustment = amount === 0 ? 0 : worth - amount;
  const refund: Refund = { ...fresh(store), order, note, lines, shipping, adjustment, transactions: [], back };
  order.refunds.push(refund);
  store.refunds.set(refund.id, refund);
  const parent = wanted.parent ?? paidBy(order);
  if (amount > 0) {
    const row = pay(store, order, "REFUND", amount, parent?.gateway ?? "manual", "SUCCESS", parent);
    refund.transactions.push(row);
    bookRefund(store, row);
  }
  const refundId = gid("Refund", refund.id);
  log(store, { kind: "refund_made", refundId, orderId: gid("Order", order.id), amount: decimal(amount), by });
  store.announce("REFUNDS_CREATE", "Refund", ofOrder(refund));
  return refund;
}
