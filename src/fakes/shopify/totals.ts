/** What orders come to, and how they stand. */

import type { Line, Order, Return } from "./types.ts";

const sum = <T>(rows: readonly T[], of: (row: T) => number): number => rows.reduce((all, row) => all + of(row), 0);

export function subtotalOf({ lines }: Order): number {
  return sum(lines, (line) => line.unit * line.quantity - line.discount);
}

export const taxOf = ({ lines }: Order): number => sum(lines, ({ tax }) => tax);
export const discountOf = ({ lines }: Order): number => sum(lines, ({ discount }) => discount);

/** What was agreed when the order was placed. */
export function firstTotalOf(order: Order): number {
  return subtotalOf(order) + (order.taxesIncluded ? 0 : taxOf(order)) + (order.shipping?.amount ?? 0) + order.tip;
}

/** The value of pieces of a line, and their tax: shares that add up to the whole. */
export function worthOfPieces(line: Line, from: number, pieces: number): { subtotal: number; tax: number } {
  const share = (whole: number): number =>
    Math.floor((whole * (from + pieces)) / line.quantity) - Math.floor((whole * from) / line.quantity);
  return { subtotal: share(line.unit * line.quantity - line.discount), tax: share(line.tax) };
}

/** Goods, taxes and shipping that were taken out of the order. */
export function removedOf(order: Order): { subtotal: number; tax: number; shipping: number } {
  const lines = order.refunds.flatMap((refund) => refund.lines);
  const shipping = sum(order.refunds, (refund) => refund.shipping);
  return { subtotal: sum(lines, (row) => row.subtotal), tax: sum(lines, (row) => row.tax), shipping };
}

/** What is owed for what is left of the order. */
export function totalOf(order: Order): number {
  const { subtotal, tax, shipping } = removedOf(order);
  return firstTotalOf(order) - subtotal - (order.taxesIncluded ? 0 : tax) - shipping;
}

function moneyOf(order: Order, ...kinds: string[]): number {
  const rows = order.transactions.filter(({ kind, status }) => status === "SUCCESS" && kinds.includes(kind));
  return sum(rows, ({ amount }) => amount);
}

export const receivedOf = (order: Order): number => moneyOf(order, "SALE", "CAPTURE");
export const refundedOf = (order: Order): number => moneyOf(order, "REFUND");

export function outstandingOf(order: Order): number {
  return order.cancelled === null ? totalOf(order) - receivedOf(order) + refundedOf(order) : 0;
}

export function financialStatus(order: Order): string {
  const [received, refunded] = [receivedOf(order), refundedOf(order)];
  if (refunded > 0) return refunded >= received ? "REFUNDED" : "PARTIALLY_REFUNDED";
  if (received >= firstTotalOf(order)) return "PAID";
  if (received > 0) return "PARTIALLY_PAID";
  if (order.isExpired) return "EXPIRED";
  if (moneyOf(order, "VOID") > 0 || order.transactions.some(({ kind }) => kind === "VOID")) return "VOIDED";
  return moneyOf(order, "AUTHORIZATION") > 0 ? "AUTHORIZED" : "PENDING";
}

export const isShipped = (line: Line): boolean => !line.isGiftCard;

/** Pieces that are still to be sent. */
export function unsentOf(line: Line): number {
  return Math.max(0, line.current - line.shipped);
}

export function fulfillmentStatus(order: Order): string {
  const lines = order.lines.filter(isShipped);
  if (lines.length === 0) return "FULFILLMENT_NOT_REQUIRED";
  const sent = sum(lines, ({ shipped }) => shipped);
  if (sent > 0) return lines.every((line) => unsentOf(line) === 0) ? "FULFILLED" : "PARTIALLY_FULFILLED";
  if (lines.every(({ current }) => current === 0)) return "RESTOCKED";
  const open = order.work.filter(({ status }) => status !== "CLOSED" && status !== "CANCELLED");
  const has = (status: string): boolean => open.some((work) => work.status === status);
  const asks = (request: string): boolean => open.some((work) => work.request === request);
  if (has("ON_HOLD")) return "ON_HOLD";
  if (has("SCHEDULED")) return "SCHEDULED";
  if (has("IN_PROGRESS")) return "IN_PROGRESS";
  if (asks("REJECTED")) return "REQUEST_DECLINED";
  if (asks("SUBMITTED")) return "PENDING_FULFILLMENT";
  return has("INCOMPLETE") ? "OPEN" : "UNFULFILLED";
}

export function returnStatus({ returns }: Order): string {
  const has = (test: (back: Return) => boolean): boolean => returns.some(test);
  if (has(({ status }) => status === "REQUESTED")) return "RETURN_REQUESTED";
  if (has(({ status, reverse }) => status === "OPEN" && reverse?.status !== "CLOSED")) return "IN_PROGRESS";
  if (has(({ status }) => status === "OPEN")) return "INSPECTION_COMPLETE";
  if (has(({ status, lines }) => status === "CLOSED" && lines.some(({ processed }) => processed > 0)))
    return "RETURNED";
  return has(({ status }) => status === "CLOSED" || status === "DECLINED") ? "RETURN_FAILED" : "NO_RETURN";
}
