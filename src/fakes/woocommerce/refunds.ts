/** Refunds: money back for lines, shipping or a bare amount; stock comes back when asked. */

import type { Cause } from "../fake.ts";
import { type Micros, roundMicros, toMicros } from "./money.ts";
import { addNote } from "./notes.ts";
import { setStatus } from "./order-status.ts";
import { restockLine } from "./stock.ts";
import { changeOrder, log, money, nowOf, type Store, take } from "./store.ts";
import { sumOf } from "./totals.ts";
import type { Order, OrderLine, Refund, RefundLine, RefundShipping, TaxLine } from "./types.ts";

export interface RefundItem {
  itemId: number;
  quantity: number;
  total: Micros;
  taxes: { rateId: number; total: Micros }[];
}

export interface RefundRequest {
  /** Absent: the sum of the items. */
  amount?: Micros;
  reason: string;
  items: readonly RefundItem[];
  restock: boolean;
  /** True: the gateway pays the money back. */
  viaGateway: boolean;
  by: Cause;
}

/** Gateways that can pay back by themselves. */
const REFUNDING_GATEWAYS = new Set(["stripe", "ppcp-gateway", "woocommerce_payments"]);

/** What of an order has been paid back so far. */
export function refundedOf(order: Order): Micros {
  return sumOf(order.refunds.map((refund) => refund.amount));
}

/** Makes a refund, or says in the platform's words why it cannot. */
export function makeRefund(store: Store, order: Order, request: RefundRequest): Refund | string {
  const items = sumOf(request.items.map((item) => item.total + sumOf(item.taxes.map((tax) => tax.total))));
  const amount = roundMicros(request.amount ?? items, store.decimals);
  const rest = order.totals.total - refundedOf(order);
  if (amount < 0 || amount > rest) return "Invalid refund amount.";
  if (request.viaGateway) {
    if (order.paymentMethod === "") return "The payment gateway for this order does not exist.";
    if (!REFUNDING_GATEWAYS.has(order.paymentMethod)) {
      return "The payment gateway for this order does not support automatic refunds.";
    }
  }
  const refund = build(store, order, request, amount, amount === rest);
  changeOrder(store, order, () => order.refunds.push(refund));
  store.refunds.set(refund.id, refund);
  const ids = { refundId: String(refund.id), orderId: String(order.id) };
  log(store, { kind: "refund_made", ...ids, amount: money(store, amount), by: request.by });
  if (request.restock) restock(store, order, refund);
  store.announce("order", order.id, "updated");
  if (refund.isFull && order.status !== "refunded") setStatus(store, order, "refunded", request.by);
  return refund;
}

/** What the platform does when an order is set to refunded by hand: a refund of all that is left, without lines. */
export function refundRest(store: Store, order: Order, by: Cause): void {
  const amount = order.totals.total - refundedOf(order);
  if (amount <= 0) return;
  const reason = "Order fully refunded.";
  makeRefund(store, order, { amount, reason, items: [], restock: false, viaGateway: false, by });
}

/** Takes a refund back from the records; stock stays as it is. */
export function removeRefund(store: Store, order: Order, refund: Refund, by: Cause): void {
  changeOrder(store, order, () => {
    order.refunds = order.refunds.filter((other) => other !== refund);
  });
  store.refunds.delete(refund.id);
  log(store, { kind: "refund_removed", refundId: String(refund.id), orderId: String(order.id), by });
  store.announce("order", order.id, "updated");
}

function build(store: Store, order: Order, request: RefundRequest, amount: Micros, isFull: boolean): Refund {
  const id = take(store, "post");
  const lines = request.items.map((item) => refundLine(store, order, item)).filter((line) => line !== null);
  const shipping = request.items.map((item) => refundShipping(store, order, item)).filter((line) => line !== null);
  return {
    id,
    orderId: order.id,
    created: nowOf(store),
    modified: nowOf(store),
    amount,
    reason: request.reason,
    isPaidBack: request.viaGateway,
    isFull,
    metaId: take(store, "meta"),
    lines,
    shipping,
    taxLines: refundTaxLines(store, order, request.items),
  };
}

function refundLine(store: Store, order: Order, item: RefundItem): RefundLine | null {
  const line = order.lines.find((candidate) => candidate.id === item.itemId);
  if (line === undefined) return null;
  return {
    id: take(store, "item"),
    metaId: take(store, "itemMeta"),
    line,
    quantity: item.quantity,
    total: item.total,
    taxes: item.taxes.map((tax) => ({ rateId: tax.rateId, total: tax.total, subtotal: tax.total })),
  };
}

function refundShipping(store: Store, order: Order, item: RefundItem): RefundShipping | null {
  const line = order.shippingLines.find((candidate) => candidate.id === item.itemId);
  if (line === undefined) return null;
  return { id: take(store, "item"), methodId: line.methodId, methodTitle: line.methodTitle, total: item.total };
}

function refundTaxLines(store: Store, order: Order, items: readonly RefundItem[]): TaxLine[] {
  return order.taxLines
    .map((line) => {
      const of = (belongs: (itemId: number) => boolean): Micros =>
        sumOf(
          items
            .filter((item) => belongs(item.itemId))
            .map((item) => sumOf(item.taxes.filter((tax) => tax.rateId === line.rate.id).map((tax) => tax.total))),
        );
      const isShipping = (itemId: number): boolean => order.shippingLines.some((other) => other.id === itemId);
      return { line, tax: of((id) => !isShipping(id)), shippingTax: of(isShipping) };
    })
    .filter((row) => row.tax !== 0 || row.shippingTax !== 0)
    .map((row) => ({ id: take(store, "item"), rate: row.line.rate, tax: row.tax, shippingTax: row.shippingTax }));
}

function restock(store: Store, order: Order, refund: Refund): void {
  for (const { line, quantity } of refund.lines) {
    const before = line.reduced;
    const text = restockLine(store, order, line, quantity, "refunded");
    if (text === null) continue;
    countRestocked(store, line, before - line.reduced);
    addNote(store, order, `Item #${line.productId} stock increased: ${text}.`);
  }
}

function countRestocked(store: Store, line: OrderLine, quantity: number): void {
  const found = line.meta.find((meta) => meta.key === "_restock_refunded_items");
  if (found !== undefined) found.value = String(Number(found.value) + quantity);
  else line.meta.push({ id: take(store, "itemMeta"), key: "_restock_refunded_items", value: String(quantity) });
}

/** Reads the items of a refund's request body, as lists of objects. */
export function refundItems(body: Record<string, unknown>): RefundItem[] {
  return ["line_items", "shipping_lines", "fee_lines"].flatMap((name) => {
    const list = body[name];
    return Array.isArray(list) ? list.filter(isRecord).map(refundItem) : [];
  });
}

/** The refund of a whole line, or a part of its units, at the price that was paid. */
export function itemOfLine(store: Store, line: OrderLine, quantity: number): RefundItem {
  const share = (amount: Micros): Micros =>
    roundMicros(Math.round((amount * quantity) / line.quantity), store.decimals);
  const taxes = line.taxes.map((tax) => ({ rateId: tax.rateId, total: share(tax.total) }));
  return { itemId: line.id, quantity, total: share(line.total), taxes };
}

function refundItem(item: Record<string, unknown>): RefundItem {
  const taxes = Array.isArray(item.refund_tax) ? item.refund_tax.filter(isRecord) : [];
  return {
    itemId: Number(item.id),
    quantity: Number(item.quantity ?? 0),
    total: toMicros(item.refund_total ?? 0),
    taxes: taxes.map((tax) => ({ rateId: Number(tax.id), total: toMicros(tax.refund_total ?? 0) })),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
