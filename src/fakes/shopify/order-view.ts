/** Orders as the API tells them. */

import { mayTellBuyer, sinceVersion } from "./context.ts";
import { lineItem, locationView } from "./goods-view.ts";
import { firstOf, partsOf } from "./pages.ts";
import { returnView } from "./return-view.ts";
import { parcelView, workView } from "./shipping-view.ts";
import type { Store } from "./store.ts";
import * as totals from "./totals.ts";
import type { Order, Refund, Transaction } from "./types.ts";
import { bag, centsOf, gid, time, timeOrNull, type View } from "./wire.ts";

/** An order with all that can be asked for. */
export function orderView(store: Store, order: Order): View {
  const money = (cents: number): View => bag(store.currency, order, cents);
  const total = totals.firstTotalOf(order);
  const removed = totals.removedOf(order);
  const shipping = order.shipping?.amount ?? 0;
  const [tax, discount] = [totals.taxOf(order), totals.discountOf(order)];
  return {
    __typename: "Order",
    id: gid("Order", order.id),
    legacyResourceId: String(order.id),
    name: `#${order.number}`,
    createdAt: time(order.created),
    processedAt: time(order.created),
    updatedAt: time(order.updated),
    cancelledAt: timeOrNull(order.cancelled),
    cancelReason: order.cancelReason,
    closedAt: timeOrNull(order.closed),
    closed: order.closed !== null,
    confirmed: true,
    displayFinancialStatus: totals.financialStatus(order),
    displayFulfillmentStatus: sinceVersion(
      "2026-10",
      "FULFILLMENT_NOT_REQUIRED",
      "UNFULFILLED",
      totals.fulfillmentStatus(order),
    ),
    returnStatus: totals.returnStatus(order),
    test: order.isTest,
    note: order.note,
    tags: order.tags,
    poNumber: order.poNumber,
    email: mayTellBuyer("email", () => order.email),
    phone: mayTellBuyer("phone", () => order.phone),
    shippingAddress: mayTellBuyer("shippingAddress", () => addressOf(order)),
    billingAddress: mayTellBuyer("billingAddress", () => addressOf(order)),
    customer: mayTellBuyer("customer", () => order.buyer && { id: gid("Customer", order.buyer.id) }),
    sourceName: order.source,
    sourceIdentifier: null,
    currencyCode: store.currency,
    presentmentCurrencyCode: order.presentment.currency,
    taxesIncluded: order.taxesIncluded,
    customAttributes: order.number % 6 === 0 ? [{ key: "gift", value: "yes" }] : [],
    totalPriceSet: money(total),
    originalTotalPriceSet: money(total),
    currentTotalPriceSet: money(totals.totalOf(order)),
    subtotalPriceSet: money(totals.subtotalOf(order)),
    currentSubtotalPriceSet: money(totals.subtotalOf(order) - removed.subtotal),
    totalShippingPriceSet: money(shipping),
    totalTaxSet: money(tax),
    currentTotalTaxSet: money(tax - removed.tax),
    totalDiscountsSet: money(discount),
    currentTotalDiscountsSet: money(discount),
    totalRefundedSet: money(totals.refundedOf(order)),
    totalOutstandingSet: money(totals.outstandingOf(order)),
    totalReceivedSet: money(totals.receivedOf(order)),
    netPaymentSet: money(totals.receivedOf(order) - totals.refundedOf(order)),
    totalTipReceivedSet: money(order.tip),
    currentTotalDutiesSet: null,
    originalTotalDutiesSet: null,
    originalTotalAdditionalFeesSet: null,
    paymentGatewayNames: [...new Set(order.transactions.map(({ gateway }) => gateway))],
    lineItems: partsOf(order.lines, (line) => lineItem(store, order, line)),
    shippingLines: partsOf(order.shipping === null ? [] : [order.shipping], ({ id, title, amount }) => ({
      id: gid("ShippingLine", id),
      title,
      code: title,
      carrierIdentifier: null,
      originalPriceSet: money(amount),
      discountedPriceSet: money(amount),
      taxLines: [],
      discountAllocations: [],
    })),
    fulfillments: firstOf(order.parcels, (parcel) => parcelView(store, parcel, orderView)),
    fulfillmentOrders: partsOf(order.work, (work) => workView(store, work, orderView)),
    transactions: firstOf(order.transactions, (row) => transactionView(store, row)),
    refunds: firstOf(order.refunds, (refund) => refundView(store, refund)),
    returns: partsOf(order.returns, (back) => returnView(store, back, orderView, refundView)),
    suggestedRefund: (args: SuggestArguments) => suggested(store, order, args),
    disputes: order.disputes.map(({ id, status, type }) => {
      return { id: gid("ShopifyPaymentsDispute", id), status, initiatedAs: type };
    }),
  };
}

function addressOf({ buyer, phone, id }: Order): View | null {
  if (buyer === null) return null;
  return {
    id: gid("MailingAddress", id),
    name: `${buyer.first} ${buyer.last}`,
    firstName: buyer.first,
    lastName: buyer.last,
    company: null,
    address1: buyer.street,
    address2: null,
    city: "New York",
    province: "New York",
    provinceCode: "NY",
    country: "United States",
    countryCodeV2: "US",
    zip: buyer.zip,
    phone,
  };
}

export function transactionView(store: Store, row: Transaction): View {
  const { order, parent } = row;
  return {
    __typename: "OrderTransaction",
    id: gid("OrderTransaction", row.id),
    kind: row.kind,
    status: row.status,
    gateway: row.gateway,
    formattedGateway: row.gateway,
    test: false,
    createdAt: time(row.at),
    processedAt: time(row.at),
    amountSet: bag(store.currency, order, row.amount),
    parentTransaction: () => (parent === null ? null : transactionView(store, parent)),
    order: () => orderView(store, order),
  };
}

export function refundView(store: Store, refund: Refund): View {
  const { order, adjustment, shipping, transactions } = refund;
  const money = (cents: number): View => bag(store.currency, order, cents);
  return {
    __typename: "Refund",
    id: gid("Refund", refund.id),
    legacyResourceId: String(refund.id),
    createdAt: time(refund.created),
    processedAt: time(refund.created),
    updatedAt: time(refund.updated),
    note: refund.note,
    totalRefundedSet: money(transactions.reduce((sum, { amount }) => sum + amount, 0)),
    order: () => orderView(store, order),
    return: () => (refund.back === null ? null : returnView(store, refund.back, orderView, refundView)),
    refundLineItems: partsOf(refund.lines, (row) => ({
      id: gid("RefundLineItem", row.id),
      quantity: row.quantity,
      restockType: row.restock,
      restocked: row.restock !== "NO_RESTOCK",
      location: row.location === null ? null : locationView(row.location),
      lineItem: () => lineItem(store, order, row.line),
      subtotalSet: money(row.subtotal),
      totalTaxSet: money(row.tax),
    })),
    refundShippingLines: partsOf(shipping === 0 ? [] : [refund], ({ id }) => ({
      id: gid("RefundShippingLine", id),
      subtotalAmountSet: money(shipping),
      taxAmountSet: money(0),
    })),
    orderAdjustments: partsOf(adjustment === 0 ? [] : [refund], ({ id }) => ({
      id: gid("OrderAdjustment", id),
      reason: "REFUND_DISCREPANCY",
      amountSet: money(adjustment),
      taxAmountSet: money(0),
    })),
    transactions: partsOf(transactions, (row) => transactionView(store, row)),
  };
}

interface SuggestArguments {
  suggestFullRefund?: boolean;
  refundShipping?: boolean;
  shippingAmount?: string;
  refundLineItems?: { lineItemId: string; quantity: number }[];
}

/** What may be given back for pieces, and by which payment. */
function suggested(store: Store, order: Order, args: SuggestArguments): View {
  const money = (cents: number): View => bag(store.currency, order, cents);
  let [subtotal, tax] = [0, 0];
  for (const line of order.lines) {
    const named = args.refundLineItems?.find(({ lineItemId }) => lineItemId === gid("LineItem", line.id));
    const pieces = args.suggestFullRefund === true ? line.current : Math.min(line.current, named?.quantity ?? 0);
    const value = totals.worthOfPieces(line, line.refunded, pieces);
    [subtotal, tax] = [subtotal + value.subtotal, tax + value.tax];
  }
  const left = (order.shipping?.amount ?? 0) - totals.removedOf(order).shipping;
  const isWhole = args.refundShipping === true || args.suggestFullRefund === true;
  const shipping = isWhole ? left : Math.min(left, centsOf(args.shippingAmount ?? "0") ?? 0);
  const most = totals.receivedOf(order) - totals.refundedOf(order);
  const amount = Math.min(most, subtotal + (order.taxesIncluded ? 0 : tax) + shipping);
  const paid = order.transactions.find(({ kind, status }) => status === "SUCCESS" && /SALE|CAPTURE/.test(kind));
  const rows = paid === undefined || amount === 0 ? [] : [paid];
  return {
    amountSet: money(amount),
    subtotalSet: money(subtotal),
    totalTaxSet: money(tax),
    suggestedTransactions: rows.map((row) => ({
      kind: "SUGGESTED_REFUND",
      gateway: row.gateway,
      amountSet: money(amount),
      parentTransaction: transactionView(store, row),
    })),
  };
}
