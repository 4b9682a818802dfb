/** Making orders: lines from products, prices with or without tax inside, coupons, fees. */

import type { Cause } from "../fake.ts";
import { roundMicros, toMicros } from "./money.ts";
import { openOrder } from "./order-status.ts";
import { indexOrder, log, nowOf, type Store, take, unindexOrder } from "./store.ts";
import { applyCoupon, destinationOf, netOf, ratesFor, recalculate } from "./totals.ts";
import type { Address, Meta, Order, OrderLine, Product } from "./types.ts";

export interface NewLine {
  productId?: number;
  variationId?: number;
  sku?: string;
  quantity: number;
  name?: string;
  /** Decimal strings, net of tax; absent: from the product's price. */
  subtotal?: string;
  total?: string;
}

export interface NewOrder {
  status: string;
  currency?: string;
  customerId?: number;
  billing: Address;
  shipping: Address;
  paymentMethod?: string;
  paymentTitle?: string;
  transactionId?: string;
  customerNote?: string;
  createdVia: string;
  ip?: string;
  agent?: string;
  pricesIncludeTax?: boolean;
  meta?: readonly { key: string; value: unknown }[];
  lines: readonly NewLine[];
  shippingLines?: readonly { methodId: string; methodTitle: string; total: string }[];
  feeLines?: readonly { name: string; total: string; isTaxable: boolean }[];
  couponCodes?: readonly string[];
}

export const EMPTY_ADDRESS: Address = {
  first_name: "",
  last_name: "",
  company: "",
  address_1: "",
  address_2: "",
  city: "",
  state: "",
  postcode: "",
  country: "",
  email: "",
  phone: "",
};

/** Creates an order with all its totals, indexes it and tells books and webhooks. */
export function placeOrder(store: Store, input: NewOrder, by: Cause): Order {
  const now = nowOf(store);
  const order: Order = {
    id: take(store, "post"),
    status: input.status,
    trashedFrom: null,
    currency: input.currency ?? store.currency,
    pricesIncludeTax: input.pricesIncludeTax ?? store.pricesIncludeTax === true,
    created: now,
    modified: now,
    completed: null,
    paid: null,
    customerId: input.customerId ?? 0,
    orderKey: `wc_order_${store.random.hex(13)}`,
    billing: input.billing,
    shipping: input.shipping,
    paymentMethod: input.paymentMethod ?? "",
    paymentTitle: input.paymentTitle ?? "",
    transactionId: input.transactionId ?? "",
    ip: input.ip ?? "",
    agent: input.agent ?? "",
    createdVia: input.createdVia,
    customerNote: input.customerNote ?? "",
    meta: [],
    lines: [],
    shippingLines: [],
    feeLines: [],
    couponLines: [],
    taxLines: [],
    totals: { discount: 0, discountTax: 0, shipping: 0, shippingTax: 0, cartTax: 0, tax: 0, total: 0 },
    refunds: [],
    notes: [],
    fulfillments: [],
    trackings: [],
    isStockReduced: false,
    isCountedAsSale: false,
  };
  setMeta(store, order.meta, input.meta ?? []);
  for (const line of input.lines) addLine(store, order, line);
  for (const line of input.shippingLines ?? []) addShipping(store, order, line);
  for (const fee of input.feeLines ?? []) addFee(store, order, fee);
  recalculate(store, order);
  for (const code of input.couponCodes ?? []) {
    const coupon = store.coupons.get(code.toLowerCase());
    if (coupon !== undefined) applyCoupon(store, order, coupon);
  }
  if (order.couponLines.length > 0) recalculate(store, order);
  indexOrder(store, order);
  openOrder(store, order, by);
  return order;
}

/** Adds a line; an unknown product is accepted as an empty line without a price. */
export function addLine(store: Store, order: Order, input: NewLine): OrderLine {
  const product = findProduct(store, input);
  const parent = product?.type === "variation" ? store.products.get(product.parentId) : undefined;
  const rates = ratesFor(store, destinationOf(order));
  const shown = toMicros(product?.price ?? 0) * input.quantity;
  const price = netOf(roundMicros(shown, store.decimals), rates, order.pricesIncludeTax);
  const subtotal = input.subtotal === undefined ? price : toMicros(input.subtotal);
  const line: OrderLine = {
    id: take(store, "item"),
    name: input.name ?? (product === undefined ? "" : titleOf(product, parent)),
    productId: parent?.id ?? product?.id ?? 0,
    variationId: product?.type === "variation" ? product.id : 0,
    soldSku: product?.sku ?? null,
    parentName: parent?.name ?? null,
    quantity: input.quantity,
    subtotal,
    total: input.total === undefined ? subtotal : toMicros(input.total),
    taxes: [],
    meta: (product?.options ?? []).map(({ name, option }) => ({
      id: take(store, "itemMeta"),
      key: name.toLowerCase(),
      value: option,
    })),
    reduced: 0,
  };
  order.lines.push(line);
  return line;
}

/** Adds a shipping line. */
export function addShipping(
  store: Store,
  order: Order,
  input: { methodId: string; methodTitle: string; total: string },
): void {
  const { methodId, methodTitle } = input;
  const total = toMicros(input.total);
  order.shippingLines.push({ id: take(store, "item"), methodId, methodTitle, total, taxes: [] });
}

/** Adds a fee. */
export function addFee(store: Store, order: Order, input: { name: string; total: string; isTaxable: boolean }): void {
  const { name, isTaxable } = input;
  order.feeLines.push({ id: take(store, "item"), name, isTaxable, total: toMicros(input.total), taxes: [] });
}

/** Writes meta: the same key overwrites and keeps its id, a null value deletes. */
export function setMeta(store: Store, meta: Meta[], changes: readonly { key: string; value: unknown }[]): void {
  for (const { key, value } of changes) {
    const at = meta.findIndex((entry) => entry.key === key);
    if (value === null) {
      if (at >= 0) meta.splice(at, 1);
    } else if (at >= 0) {
      const entry = meta[at];
      if (entry !== undefined) entry.value = value;
    } else meta.push({ id: take(store, "meta"), key, value });
  }
}

/** Removes an order for good, with its refunds. No webhook tells of it. */
export function removeOrder(store: Store, order: Order, by: Cause): void {
  const orderId = String(order.id);
  for (const refund of order.refunds) {
    store.refunds.delete(refund.id);
    log(store, { kind: "refund_removed", refundId: String(refund.id), orderId, by });
  }
  unindexOrder(store, order);
  store.orders.delete(order.id);
  log(store, { kind: "order_removed", orderId, by });
}

/** "Merino Tee - S, Ink" for a variation, the name alone otherwise. */
export function titleOf(product: Product, parent: Product | undefined): string {
  return parent === undefined ? product.name : `${parent.name} - ${product.name}`;
}

function findProduct(store: Store, input: NewLine): Product | undefined {
  const bySku = input.sku === undefined ? undefined : store.skus.get(input.sku);
  const id = input.variationId || input.productId || bySku || 0;
  return store.products.get(id);
}
