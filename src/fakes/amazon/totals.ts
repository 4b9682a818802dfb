/** What orders and their lines come to. */

import { isTaxIncluded } from "./marketplaces.ts";
import type { Line, Order } from "./types.ts";

export const sum = <T>(rows: readonly T[], of: (row: T) => number): number =>
  rows.reduce((all, row) => all + of(row), 0);

/** The proceeds of a line without their tax, and the tax. Discounts are magnitudes, and hold the tax of their price. */
export interface Parts {
  item: number;
  shipping: number;
  giftWrap: number;
  codFee: number;
  other: number;
  tax: { item: number; shipping: number; giftWrap: number };
  discount: { item: number; shipping: number };
}

export function partsOf({ marketplace }: Order, line: Line): Parts {
  const { tax, extra } = line;
  const isIncluded = isTaxIncluded(marketplace);
  const net = (amount: number, own: number): number => (isIncluded ? amount - own : amount);
  return {
    item: net(line.unit * line.quantity, tax.item),
    shipping: net(line.shipping, tax.shipping),
    giftWrap: net(line.giftWrap, tax.giftWrap),
    codFee: extra?.type === "COD_FEE" ? extra.amount : 0,
    other: extra?.type === "OTHER" ? extra.amount : 0,
    tax,
    discount: { item: line.discount, shipping: line.shippingDiscount },
  };
}

export const taxOf = ({ tax }: Pick<Parts, "tax">): number => tax.item + tax.shipping + tax.giftWrap;

export function lineTotal(order: Order, line: Line): number {
  const parts = partsOf(order, line);
  const charges = parts.item + parts.shipping + parts.giftWrap + parts.codFee + parts.other + taxOf(parts);
  return charges - parts.discount.item - parts.discount.shipping;
}

export function totalOf(order: Order): number {
  return sum(order.lines, (line) => lineTotal(order, line)) + (order.tip?.amount ?? 0);
}

/** The share of so many pieces after the first ones: shares add up to the whole. */
export function shareOf(whole: number, line: Line, from: number, pieces: number): number {
  const until = (count: number): number => Math.floor((whole * count) / line.quantity);
  return until(from + pieces) - until(from);
}
