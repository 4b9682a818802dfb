/** Whether an order's parts add up. A mismatch is a warning, never a balancing line. */

import type { Order, Warning } from "../model/records.ts";
import { add, sum, withinRounding, zero } from "../money.ts";

/**
 * Compares lines, charges and tax that is not inside them with the total; each part may be rounded by half a unit of the
 * currency's last digit. Answers the warning, or null.
 */
export function checkTotals(order: Order): Warning | null {
  if (!order.total) return null;
  const { currency } = order.total;
  const parts: string[] = [];
  let hasTaxCharge = false;
  for (const charge of order.charges) {
    if (!charge.inTotal) continue;
    if (charge.kind === "tax") hasTaxCharge = true;
    parts.push(charge.amount.amount);
  }
  for (const line of order.lines) {
    parts.push(line.total.amount);
    if (!order.taxIncluded && !hasTaxCharge) parts.push(line.tax.amount);
  }
  if (withinRounding(parts, order.total.amount, currency)) return null;
  const found = sum(
    parts.map((amount) => ({ amount, currency })),
    currency,
  );
  return {
    code: "total_mismatch",
    detail: `The parts add up to ${found.amount}, the platform's total is ${add(order.total, zero(currency)).amount} ${currency}.`,
  };
}
