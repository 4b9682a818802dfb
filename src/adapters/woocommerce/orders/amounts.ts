/** Amounts of order lines. Unit prices come from totals: `line_items[].price` is a float and never used. */
import type { Money } from "../../../core/model/records.ts";
import { compare, money, sub, sum, zero } from "../../../core/money.ts";
import type { OrderDocument } from "../schemas/index.ts";

/** Digits kept where a division has no end. */
const MIN_DIGITS = 6;

/** `amount / count`, exact where it ends within six digits after the point (or the amount's own), else rounded to them. */
export function divide(amount: Money, count: number): Money {
  if (count === 1) return amount;
  return share(amount, 1n, BigInt(count), Math.max(MIN_DIGITS, fractionOf(amount.amount).length));
}

/** `amount × numerator / denominator`, rounded half away from zero to `digits` after the point. */
export function share(amount: Money, numerator: bigint, denominator: bigint, digits: number): Money {
  const scale = fractionOf(amount.amount).length;
  const exact = unitsOf(amount.amount, scale) * numerator * 10n ** BigInt(digits);
  const divisor = denominator * 10n ** BigInt(scale);
  const size = exact < 0n ? -exact : exact;
  const text = ((size * 2n + divisor) / (divisor * 2n)).toString().padStart(digits + 1, "0");
  const point = text.length - digits;
  const sign = exact < 0n ? "-" : "";
  return money(`${sign}${text.slice(0, point)}${digits > 0 ? `.${text.slice(point)}` : ""}`, amount.currency);
}

/** A decimal in units of 10^-scale; further digits are cut. */
export function unitsOf(amount: string, scale: number): bigint {
  const [whole = "0"] = amount.split(".");
  return BigInt(whole + fractionOf(amount).slice(0, scale).padEnd(scale, "0"));
}

function fractionOf(amount: string): string {
  return amount.split(".")[1] ?? "";
}

/**
 * Unit price and discount that make `quantity × unit price − discount` the line's total. A line without units has neither:
 * its total stands alone.
 */
export function linePrices(subtotal: Money, total: Money, quantity: number): { unitPrice: Money; discount: Money } {
  const nothing = zero(total.currency);
  if (quantity === 0) return { unitPrice: nothing, discount: nothing };
  if (total.amount === subtotal.amount) return { unitPrice: divide(total, quantity), discount: nothing };
  // A line whose total was raised by hand has no discount: the buyer pays a higher price.
  const raised = compare(total, subtotal) > 0;
  const unitPrice = divide(raised ? total : subtotal, quantity);
  return { unitPrice, discount: raised ? nothing : sub(subtotal, total) };
}

/** Money given back. Refunds stand below zero; one above zero (a plugin's) is money given back all the same. */
export function refundedOf(order: Pick<OrderDocument, "refunds">, currency: string): Money {
  return sum(
    order.refunds.map((refund) => money(refund.total.replace(/^-/, ""), currency)),
    currency,
  );
}
