/** Sums of an order. The seller's discounts come off the goods, the buyer's off what is owed, and a balance pays. */

import type { Order } from "./types.ts";

const SELLER_COUPONS = new Set([20, 28, 29, 30, 35, 100]);
const BUYER_COUPONS = new Set([34, 39, 41]);

export function goodsOf(order: Order): number {
  return order.lines.reduce((sum, line) => sum + line.price * line.count, 0);
}

export function sellerDiscountOf(order: Order): number {
  return couponsOf(order, SELLER_COUPONS);
}

export function buyerDiscountOf(order: Order): number {
  return couponsOf(order, BUYER_COUPONS);
}

/** What the buyer owes; a balance pays a part of it, and `orderPayment` is the rest. */
export function totalOf(order: Order): number {
  const discounts = sellerDiscountOf(order) + buyerDiscountOf(order);
  return goodsOf(order) - discounts + order.freight + order.service + order.tax;
}

function couponsOf(order: Order, types: ReadonlySet<number>): number {
  return order.coupons.reduce((sum, coupon) => sum + (types.has(coupon.type) ? coupon.amount : 0), 0);
}
