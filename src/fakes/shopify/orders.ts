/** Orders from their placing to their end. */

import type { Cause } from "../fake.ts";
import { later, log, nowOf } from "../living.ts";
import { makeRefund, pay } from "./payments.ts";
import { commit, restock, takeOut } from "./stock.ts";
import { fresh, newId, type Store } from "./store.ts";
import { financialStatus, firstTotalOf, fulfillmentStatus, receivedOf, refundedOf, unsentOf } from "./totals.ts";
import type { Line, Order, Variant } from "./types.ts";
import { decimal, gid, refused } from "./wire.ts";
import { cancelWork, newWork, placeOf } from "./work.ts";

export interface NewOrder {
  wants: readonly { variant: Variant; quantity: number }[];
  /** True: no tax, discount, shipping or tip, in the shop's own currency. */
  isPlain?: boolean;
  /** Default: sold at once. */
  paid?: "sale" | "authorized" | "pending" | "partly" | "failed";
  /** Default: the platform's own payments, where the shop has them. */
  gateway?: string;
  isGiftCard?: boolean;
}

/** Seconds that cancelling takes. */
const CANCELLING = 5;

/** A buyer orders. */
export function place(store: Store, wanted: NewOrder): Order {
  const number = 1001 + store.orders.size;
  const isPlain = wanted.isPlain === true;
  const isAbroad = !isPlain && number % 3 === 0 && store.currency !== "EUR" && store.currency !== "JPY";
  const order: Order = {
    ...fresh(store),
    number,
    cancelled: null,
    cancelReason: null,
    closed: null,
    isTest: false,
    isExpired: false,
    note: number % 4 === 0 ? "Please <hurry> & thanks" : null,
    tags: number % 5 === 0 ? ["vip"] : [],
    poNumber: number % 11 === 0 ? `PO-${number}` : null,
    email: `zzbuyer${number}@example.test`,
    phone: number % 2 === 0 ? `+1555${1_000_000 + number}` : null,
    source: "web",
    taxesIncluded: !isPlain && number % 5 === 0,
    presentment: isAbroad ? { currency: "EUR", rate: 0.92 } : { currency: store.currency, rate: 1 },
    buyer: {
      id: newId(store),
      first: "Zzbuyer",
      last: `Number${number}`,
      street: `${number} Zzbuyer St`,
      zip: String(10_001 + (number % 900)),
    },
    lines: wanted.wants.map(({ variant, quantity }) => newLine(store, number, variant, quantity, wanted)),
    shipping: isPlain || number % 4 === 1 ? null : { id: newId(store), title: "Standard", amount: 500 },
    tip: isPlain || number % 7 !== 0 ? 0 : 200,
    transactions: [],
    refunds: [],
    work: [],
    parcels: [],
    returns: [],
    disputes: [],
  };
  store.orders.set(order.id, order);
  store.orderChanges += 1;
  store.lastOrder = order;
  const total = firstTotalOf(order);
  log(store, {
    kind: "order_placed",
    orderId: gid("Order", order.id),
    status: statusOf(order),
    currency: store.currency,
    total: decimal(total),
    lines: order.lines.map(({ id, variant, sku, quantity }) => {
      const listingId = variant === null ? "" : gid("Product", variant.product.id);
      const variantId = variant === null ? "" : gid("ProductVariant", variant.id);
      return { lineId: gid("LineItem", id), listingId, variantId, sku, quantity };
    }),
    by: "buyer",
  });
  const places = order.lines.map((line) => ({ line, location: commit(store, order, line) }));
  for (const location of new Set(places.map((one) => one.location))) {
    const lines = places.filter((one) => one.location === location && !one.line.isGiftCard).map(({ line }) => line);
    if (lines.length > 0) newWork(store, order, location, lines);
  }
  store.announce("ORDERS_CREATE", "Order", order);
  const gateway = wanted.gateway ?? (store.options.hasPayments === false ? "manual" : "shopify_payments");
  const { paid = "sale" } = wanted;
  if (paid === "sale") pay(store, order, "SALE", total, gateway);
  if (paid === "authorized") pay(store, order, "AUTHORIZATION", total, gateway);
  if (paid === "partly") pay(store, order, "SALE", Math.floor(total / 200) * 100, gateway);
  if (paid === "pending") pay(store, order, "SALE", total, "manual", "PENDING");
  if (paid === "failed") pay(store, order, "SALE", total, gateway, "FAILURE");
  if (paid !== "pending" && paid !== "failed")
    log(store, {
      kind: "order_changed",
      orderId: gid("Order", order.id),
      what: "paid",
      status: statusOf(order),
      by: "buyer",
    });
  return order;
}

function newLine(store: Store, number: number, variant: Variant, quantity: number, wanted: NewOrder): Line {
  const isPlain = wanted.isPlain === true;
  const goods = variant.price * quantity;
  const title = variant.product.title;
  const step = store.currency === "JPY" ? 100 : 1;
  return {
    id: newId(store),
    variant,
    title,
    sku: variant.sku,
    quantity,
    current: quantity,
    unit: variant.price,
    discount: isPlain || number % 3 !== 1 ? 0 : Math.min(goods, 199 + step - (199 % step) - 1),
    tax: isPlain || number % 2 === 0 ? 0 : Math.round((goods * 0.0725) / step) * step,
    isGiftCard: wanted.isGiftCard === true,
    shipped: 0,
    refunded: 0,
  };
}

/** What the books write of how an order stands. */
export function statusOf(order: Order): string {
  if (order.cancelled !== null) return "CANCELLED";
  return `${financialStatus(order)}/${fulfillmentStatus(order)}`;
}

/** The order moves its time of change, and tells so. */
export function touch(store: Store, order: Order, what: string, by: Cause): void {
  order.updated = Math.max(order.updated, nowOf(store));
  store.orderChanges += 1;
  log(store, { kind: "order_changed", orderId: gid("Order", order.id), what, status: statusOf(order), by });
  store.announce("ORDERS_UPDATED", "Order", order);
}

export interface Cancellation {
  reason: string;
  isRestocked: boolean;
  isRefunded: boolean;
  note: string | null;
}

/** Throws `Refusal` where it is too late. */
function assertCancellable(order: Order): void {
  if (order.cancelled !== null)
    throw refused("Cannot cancel an order that is already cancelled.", ["orderId"], "INVALID");
  if (order.lines.some(({ shipped }) => shipped > 0))
    throw refused("Cannot cancel an order that has fulfilled items.", ["orderId"], "INVALID");
}

/** Cancelling takes a while. Throws `Refusal`. Answers the job's id. */
export function cancelLater(store: Store, order: Order, how: Cancellation, by: Cause): number {
  assertCancellable(order);
  const job = newId(store);
  const end = nowOf(store) + CANCELLING;
  store.asyncJobs.set(job, end);
  later(store, end, () => {
    const isStillWhole = order.cancelled === null && order.lines.every(({ shipped }) => shipped === 0);
    if (isStillWhole) cancel(store, order, how, by);
  });
  return job;
}

/** Takes everything out of the order. Throws `Refusal`. */
export function cancel(store: Store, order: Order, { reason, isRestocked, isRefunded }: Cancellation, by: Cause): void {
  assertCancellable(order);
  order.cancelled = nowOf(store);
  order.closed = order.cancelled;
  order.cancelReason = reason;
  const lines = order.lines.flatMap((line) => (line.current > 0 ? [{ line, quantity: line.current }] : []));
  for (const { line } of lines) {
    const location = placeOf(store, order, line);
    if (isRestocked) restock(store, order, line, location, unsentOf(line), location);
    else takeOut(store, line, location, unsentOf(line));
  }
  cancelWork(store, order);
  const money = isRefunded ? receivedOf(order) - refundedOf(order) : 0;
  if (money > 0) makeRefund(store, order, { lines, restock: "CANCEL", shipping: "all", amount: money, note: "" }, by);
  else for (const { line } of lines) line.current = 0;
  for (const { kind, status, gateway } of [...order.transactions])
    if (kind === "AUTHORIZATION" && status === "SUCCESS" && receivedOf(order) === 0)
      pay(store, order, "VOID", 0, gateway);
  store.announce("ORDERS_CANCELLED", "Order", order);
  touch(store, order, "cancelled", by);
}

export function setClosed(store: Store, order: Order, isClosed: boolean, by: Cause): void {
  order.closed = isClosed ? nowOf(store) : null;
  touch(store, order, isClosed ? "closed" : "opened", by);
}
