/** What an order comes to. */

import type { Line, Order } from "./types.ts";

/** Pieces that count: without those that came back. */
export function keptOf(line: Line): number {
  return line.quantity - line.returnReceived;
}

export function lineTotal(line: Line, pieces = keptOf(line)): number {
  return pieces * (line.unitPrice - line.discount + line.tax);
}

/** What the buyer owes now: falls with pieces that come back and with refunds that nobody owed. */
export function totalOf(order: Order): number {
  const credits = order.creditLines.reduce((sum, { amount }) => sum + amount, 0);
  return order.lines.reduce((sum, line) => sum + lineTotal(line), 0) + order.shipping.amount - credits;
}

/** What was agreed when the order was placed. */
export function firstTotalOf(order: Order): number {
  return order.lines.reduce((sum, line) => sum + lineTotal(line, line.quantity), 0) + order.shipping.amount;
}
