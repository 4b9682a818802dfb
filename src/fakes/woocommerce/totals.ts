/** Taxes, discounts and totals: lines keep six decimals, the header is rounded to the store's. */

import { type Micros, roundMicros } from "./money.ts";
import { type Store, take } from "./store.ts";
import type { Address, Coupon, ItemTax, Order, OrderLine, OrderTotals, TaxRate } from "./types.ts";

/** The rates that hold at an address. */
export function ratesFor(store: Store, address: Address): readonly TaxRate[] {
  const place = `${address.country}|${address.state}`;
  let rates = store.ratesByPlace.get(place);
  if (rates === undefined) {
    rates = store.taxRates.filter(
      (rate) => rate.country === address.country && (rate.state === "" || rate.state === address.state),
    );
    store.ratesByPlace.set(place, rates);
  }
  return rates;
}

/** Where the goods go: the shipping address, or billing when that is empty. */
export function destinationOf(order: Pick<Order, "billing" | "shipping">): Address {
  return order.shipping.country === "" ? order.billing : order.shipping;
}

/** What of a shown price is the seller's, when prices are shown with tax inside. */
export function netOf(shown: Micros, rates: readonly TaxRate[], pricesIncludeTax: boolean): Micros {
  if (!pricesIncludeTax || rates.length === 0) return shown;
  return Math.round(shown / (1 + sumOf(rates.map((rate) => rate.percent)) / 100));
}

/** Takes a coupon off the lines; returns what each line lost. */
export function applyCoupon(store: Store, order: Order, coupon: Coupon): void {
  const rates = ratesFor(store, destinationOf(order));
  const share = 1 + (order.pricesIncludeTax ? sumOf(rates.map((rate) => rate.percent)) / 100 : 0);
  const shown = order.lines.map((line) => Math.round(line.total * share));
  const all = sumOf(shown);
  let left = Math.min(all, Math.round(coupon.amount * 1_000_000));
  let discount = 0;
  let discountTax = 0;
  order.lines.forEach((line, index) => {
    const price = shown[index] ?? 0;
    const isLast = index === order.lines.length - 1;
    const exact = coupon.discountType === "percent" ? (price * coupon.amount) / 100 : shareOf(price, all, coupon);
    const off = isLast && coupon.discountType === "fixed_cart" ? left : roundMicros(exact, store.decimals);
    left -= off;
    const before = line.total;
    line.total = Math.round((price - off) / share);
    discount += before - line.total;
    for (const rate of rates) {
      discountTax += roundMicros(taxOn(before, rate) - taxOn(line.total, rate), store.decimals);
    }
  });
  order.couponLines.push({
    id: take(store, "item"),
    code: coupon.code,
    discountType: coupon.discountType,
    nominal: coupon.amount,
    discount: roundMicros(discount, store.decimals),
    discountTax,
    metaId: take(store, "itemMeta"),
  });
}

/** Computes taxes of every item and the header anew. */
export function recalculate(store: Store, order: Order): void {
  const rates = ratesFor(store, destinationOf(order));
  for (const line of order.lines) line.taxes = rates.map((rate) => itemTax(rate, line.total, line.subtotal));
  for (const line of order.shippingLines) line.taxes = rates.map((rate) => itemTax(rate, line.total, 0));
  for (const fee of order.feeLines) {
    fee.taxes = fee.isTaxable ? rates.map((rate) => itemTax(rate, fee.total, 0)) : [];
  }
  const round = (tax: Micros): Micros => roundMicros(tax, store.decimals, order.pricesIncludeTax);
  const taxOf = (items: readonly { taxes: ItemTax[] }[], rateId: number): Micros =>
    sumOf(items.map((item) => round(item.taxes.find((tax) => tax.rateId === rateId)?.total ?? 0)));
  order.taxLines = rates.map((rate) => ({
    id: order.taxLines.find((line) => line.rate.id === rate.id)?.id ?? take(store, "item"),
    rate,
    tax: taxOf(order.lines, rate.id) + taxOf(order.feeLines, rate.id),
    shippingTax: taxOf(order.shippingLines, rate.id),
  }));
  order.totals = headerOf(store, order);
}

/** Sum of a line's taxes. */
export function taxSum(taxes: readonly ItemTax[]): { total: Micros; subtotal: Micros } {
  return { total: sumOf(taxes.map((tax) => tax.total)), subtotal: sumOf(taxes.map((tax) => tax.subtotal)) };
}

/** Sum of amounts. */
export function sumOf(amounts: readonly number[]): number {
  let sum = 0;
  for (const amount of amounts) sum += amount;
  return sum;
}

function headerOf(store: Store, order: Order): OrderTotals {
  const rounded = (amount: Micros): Micros => roundMicros(amount, store.decimals);
  const lost = (line: OrderLine): Micros => line.subtotal - line.total;
  const cartTax = sumOf(order.taxLines.map((line) => line.tax));
  const shippingTax = sumOf(order.taxLines.map((line) => line.shippingTax));
  const shipping = sumOf(order.shippingLines.map((line) => rounded(line.total)));
  const goods = sumOf(order.lines.map((line) => rounded(line.total)));
  const fees = sumOf(order.feeLines.map((line) => rounded(line.total)));
  const taxLost = order.lines.map((line) => taxSum(line.taxes).subtotal - taxSum(line.taxes).total);
  return {
    discount: rounded(sumOf(order.lines.map(lost))),
    discountTax: rounded(sumOf(taxLost)),
    shipping,
    shippingTax,
    cartTax,
    tax: cartTax + shippingTax,
    total: goods + fees + shipping + cartTax + shippingTax,
  };
}

function itemTax(rate: TaxRate, total: Micros, subtotal: Micros): ItemTax {
  return { rateId: rate.id, total: taxOn(total, rate), subtotal: taxOn(subtotal, rate) };
}

function taxOn(amount: Micros, rate: TaxRate): Micros {
  return Math.round((amount * rate.percent) / 100);
}

function shareOf(price: Micros, all: Micros, coupon: Coupon): number {
  return all === 0 ? 0 : (price / all) * coupon.amount * 1_000_000;
}
