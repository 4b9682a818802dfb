/** Orders from their placing to their end. */

import type { Cause } from "../fake.ts";
import { log } from "../living.ts";
import { amountOf } from "./catalogue.ts";
import { authorize, refund } from "./payments.ts";
import { release, reserve } from "./stock.ts";
import { fresh, newId, nowMs, type Store } from "./store.ts";
import { totalOf } from "./totals.ts";
import type { Line, Metadata, Order, OrderStatus, Variant } from "./types.ts";
import { decimal, invalid, notAllowed } from "./wire.ts";

export interface NewOrder {
  wants: readonly { variant: Variant; quantity: number }[];
  /** True: no tax, no discount, no shipping. */
  isPlain?: boolean;
  /** In hundredths; default: by turns something or nothing. */
  shipping?: number;
  status?: OrderStatus;
  /** What is authorized at once; default all of it. */
  paid?: "all" | "half" | "none";
  collection?: Order["collection"]["state"];
}

/** A buyer orders. */
export function place(store: Store, wanted: NewOrder): Order {
  const number = store.orders.size + 1;
  const isPlain = wanted.isPlain === true;
  const order: Order = {
    id: newId(store, "order"),
    number,
    status: wanted.status ?? "pending",
    version: 1,
    email: `zzbuyer${number}@example.test`,
    customer: newId(store, "cus"),
    currency: store.currency,
    metadata: null,
    address: {
      first: "Zzbuyer",
      last: `Number${number}`,
      street: `${number} Zzbuyer St`,
      city: "New York",
      postal: String(10_001 + (number % 900)),
      country: "us",
      phone: number % 3 === 0 ? null : `+1555${String(1_000_000 + store.random.int(0, 8_999_999))}`,
    },
    lines: wanted.wants.map(({ variant, quantity }) => newLine(store, number, variant, quantity, isPlain)),
    shipping: {
      id: newId(store, "ordsm"),
      name: "Std",
      amount: wanted.shipping ?? (isPlain || number % 4 === 0 ? 0 : 500),
    },
    creditLines: [],
    collection: { id: newId(store, "pay_col"), amount: 0, state: wanted.collection ?? "not_paid" },
    payments: [],
    fulfillments: [],
    returns: [],
    canceled: null,
    change: null,
    ...fresh(store),
  };
  const total = totalOf(order);
  order.collection.amount = total;
  store.orders.set(order.id, order);
  store.lastOrder = order;
  const lines = order.lines.map(({ id, variant, sku, quantity }) => {
    return { lineId: id, listingId: variant.product.id, variantId: variant.id, sku, quantity };
  });
  const { id: orderId, status } = order;
  const currency = order.currency.toUpperCase();
  log(store, { kind: "order_placed", orderId, status, currency, total: decimal(total), lines, by: "buyer" });
  for (const line of order.lines) reserve(store, order, line);
  const { paid = "all" } = wanted;
  if (paid !== "none") authorize(store, order, paid === "all" ? total : Math.floor(total / 200) * 100);
  return order;
}

function newLine(store: Store, number: number, variant: Variant, quantity: number, isPlain: boolean): Line {
  const unitPrice = amountOf(store, variant) ?? 0;
  return {
    id: newId(store, "ordli"),
    variant,
    title: variant.product.title,
    sku: variant.sku,
    quantity,
    unitPrice,
    tax: isPlain || number % 2 === 0 ? 0 : Math.round(unitPrice / 1000) * 100,
    discount: isPlain || number % 3 !== 0 ? 0 : 100,
    fulfilled: 0,
    shipped: 0,
    delivered: 0,
    returnRequested: 0,
    returnReceived: 0,
    reservations: [],
  };
}

/** The order moves: a new version, or at least a new time of change. */
export function touch(store: Store, order: Order, what: string, by: Cause, isNewVersion = true): void {
  if (isNewVersion) order.version += 1;
  order.updated = nowMs(store);
  log(store, { kind: "order_changed", orderId: order.id, what, status: order.status, by });
}

/** Throws where a return, a claim or an exchange of the order is being made. */
export function assertNoChange(order: Order, own: string | null = null): void {
  if (order.change !== null && order.change !== own)
    throw invalid(`Order (${order.id}) already has an existing active order change`);
}

/** Throws where nothing may happen to the order any more. */
export function assertAlive(order: Order): void {
  if (order.status === "canceled") throw notAllowed(`Order with id ${order.id} has been canceled.`);
}

export function setStatus(store: Store, order: Order, status: OrderStatus, by: Cause): void {
  order.status = status;
  touch(store, order, status, by, false);
}

/** Keys merge. */
export function setMetadata(store: Store, order: Order, metadata: Metadata, by: Cause): void {
  order.metadata = metadata === null ? null : { ...order.metadata, ...metadata };
  touch(store, order, "metadata", by, false);
}

/** Nothing packed may be left. What was captured goes back, what was only authorized is let go. */
export function cancel(store: Store, order: Order, by: Cause): void {
  assertAlive(order);
  if (order.fulfillments.some(({ canceled }) => canceled === null))
    throw notAllowed("All fulfillments must be canceled before canceling an order");
  assertNoChange(order);
  for (const line of order.lines) release(store, order, line, line.quantity - line.fulfilled);
  order.canceled = nowMs(store);
  order.status = "canceled";
  for (const payment of order.payments) {
    const captured = payment.captures.reduce((sum, { amount }) => sum + amount, 0);
    const rest = captured - payment.refunds.reduce((sum, { amount }) => sum + amount, 0);
    if (rest > 0) refund(store, payment, rest, null, by);
    else if (captured === 0) payment.canceled = nowMs(store);
  }
  if (order.payments.every(({ captures }) => captures.length === 0)) order.collection.state = "canceled";
  touch(store, order, "canceled", by);
}
