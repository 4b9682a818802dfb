/** Money of orders: what is authorized, captured, and given back. */

import type { Cause } from "../fake.ts";
import { log } from "../living.ts";
import { fresh, newId, nowMs, type Store } from "./store.ts";
import { totalOf } from "./totals.ts";
import type { Order, Payment } from "./types.ts";
import { decimal, invalid } from "./wire.ts";

const sumOf = (rows: readonly { amount: number }[]): number => rows.reduce((sum, { amount }) => sum + amount, 0);

export interface Paid {
  authorized: number;
  captured: number;
  refunded: number;
}

export function paidOf(order: Order): Paid {
  const alive = order.payments.filter(({ canceled }) => canceled === null);
  return {
    authorized: sumOf(alive),
    captured: sumOf(order.payments.flatMap(({ captures }) => captures)),
    refunded: sumOf(order.payments.flatMap(({ refunds }) => refunds)),
  };
}

/** The status of the order's payment collection. */
export function collectionStatus(order: Order): string {
  const { authorized, captured } = paidOf(order);
  const { amount, state } = order.collection;
  if (state === "canceled") return state;
  if (captured > 0) return captured >= amount ? "completed" : "partially_captured";
  if (authorized > 0) return authorized >= amount ? "authorized" : "partially_authorized";
  return amount === 0 ? "authorized" : state;
}

export function paymentStatus(order: Order): string {
  const { captured, refunded } = paidOf(order);
  if (order.status === "requires_action") return "requires_action";
  if (refunded > 0) return refunded >= captured ? "refunded" : "partially_refunded";
  const status = collectionStatus(order);
  if (status === "completed") return "captured";
  return status === "failed" ? "not_paid" : status;
}

/** The buyer's bank agrees. */
export function authorize(store: Store, order: Order, amount: number): Payment {
  const more = { order, amount, captured: null, canceled: null, captures: [], refunds: [] };
  const payment: Payment = { id: newId(store, "pay"), ...more, ...fresh(store) };
  order.payments.push(payment);
  store.payments.set(payment.id, payment);
  return payment;
}

/** Takes what is authorized. The order's time of change stays. Throws `ApiError`. */
export function capture(store: Store, payment: Payment, amount: number | null, by: Cause): void {
  if (payment.canceled !== null) throw invalid(`The payment: ${payment.id} has been canceled.`);
  const rest = payment.amount - sumOf(payment.captures);
  const taken = amount ?? rest;
  if (taken > rest)
    throw invalid(`You cannot capture more than the authorized amount substracted by what is already captured.`);
  if (taken <= 0) return;
  const now = nowMs(store);
  const row = { id: newId(store, "capt"), amount: taken, created: now };
  payment.captures.push(row);
  if (taken === rest) payment.captured = now;
  payment.updated = now;
  const { order } = payment;
  const currency = order.currency.toUpperCase();
  log(store, { kind: "settlement_made", settlementId: row.id, currency, total: decimal(taken) });
  log(store, { kind: "order_changed", orderId: order.id, what: "captured", status: order.status, by });
}

/**
 * Gives money back; neither the order's time of change nor the payment's moves. What was not owed to the buyer lowers
 * the order's total by a credit line. Throws `ApiError`.
 */
export function refund(store: Store, payment: Payment, wanted: number | null, note: string | null, by: Cause): void {
  const rest = sumOf(payment.captures) - sumOf(payment.refunds);
  const amount = wanted ?? rest;
  if (amount > rest) throw invalid("You are not allowed to refund more than the captured amount");
  const { order } = payment;
  const created = nowMs(store);
  const gift = amount - Math.max(0, owedOf(order));
  const row = { id: newId(store, "ref"), amount, note, created };
  payment.refunds.push(row);
  if (gift > 0) order.creditLines.push({ id: newId(store, "ordcl"), amount: gift, created });
  if (gift > 0) order.version += 1;
  const currency = order.currency.toUpperCase();
  log(store, { kind: "refund_made", refundId: row.id, orderId: order.id, amount: decimal(amount), by });
  log(store, { kind: "settlement_made", settlementId: row.id, currency, total: decimal(-amount) });
}

/** What the shop owes the buyer; negative: what the buyer owes. */
export function owedOf(order: Order): number {
  const { captured, refunded } = paidOf(order);
  return captured - refunded - totalOf(order);
}
