/** From the platform's order to ours. Pure; the raw document is kept beside what comes out of it. */
import type { RawDocument, Reference } from "../../../core/adapter.ts";
import {
  type Address,
  type Order,
  type OrderCharge,
  type OrderLine,
  type Refund,
  type Unified,
  unified,
  type Warning,
} from "../../../core/model/records.ts";
import type { FulfilmentStatus } from "../../../core/model/vocabulary.ts";
import { isZero, money, neg, sum, times, zero } from "../../../core/money.ts";
import { look, ORDER_STATUS, PAYMENT_STATUS, REFUND_STATUS } from "../codes.ts";
import { ORDER, type OrderDocument, ROW } from "../schemas.ts";
import { toShipments } from "../shipments.ts";

/** Id and version of an order, from a row of the list as from the whole document. */
export function referenceOf(row: unknown): Reference {
  const { id, version, changed_at } = ROW.parse(row);
  return { externalId: id, sourceUpdatedAt: changed_at, sourceVersion: version };
}

export function toOrderDocument(payload: unknown): RawDocument {
  return { ...referenceOf(payload), form: "order@1", payload };
}

export function toUnified(raw: RawDocument): Unified {
  const order = ORDER.parse(raw.payload);
  return unified({
    orders: [toOrder(order)],
    shipments: toShipments(order.parcels, order.id),
    refunds: order.refunds.map((refund) => toRefund(order, refund)),
  });
}

function toOrder(order: OrderDocument): Order {
  const warnings: Warning[] = [];
  const total = money(order.total, order.currency);
  const given = order.refunds.filter((refund) => refund.state === "MADE");
  return {
    externalId: order.id,
    externalNumber: order.number,
    parentExternalId: null,
    externalKind: null,
    marketplace: null,
    place: order.place,
    status: look(ORDER_STATUS, "status", order.state, "unknown", warnings),
    externalStatus: order.state,
    paymentStatus: look(PAYMENT_STATUS, "payment", order.payment, "unknown", warnings),
    fulfilledBy: "seller",
    placedAt: order.placed_at,
    paidAt: order.paid_at,
    shipBy: order.ship_by,
    deliverBy: null,
    completedAt: null,
    cancelledAt: order.state === "CANCELLED" ? order.changed_at : null,
    currency: order.currency,
    total,
    paid: order.paid_at === null ? zero(order.currency) : total,
    refunded: sum(
      given.map((refund) => money(refund.amount, order.currency)),
      order.currency,
    ),
    taxIncluded: true,
    deductsStockOn: "order",
    lines: order.lines.map((line) => toLine(order, line)),
    charges: toCharges(order),
    payments: [],
    buyer: order.buyer
      ? { externalId: order.buyer.id, name: order.buyer.name, email: null, phone: order.buyer.phone, taxId: null }
      : null,
    shipTo: toAddress(order),
    notes: { buyer: order.note, seller: order.memo, flag: order.flag },
    extra: {},
    warnings,
  };
}

function toLine(order: OrderDocument, line: OrderDocument["lines"][number]): OrderLine {
  const price = money(line.price, order.currency);
  const cancelled = line.cancelled ?? 0;
  const shipped = order.parcels
    .flatMap((parcel) => parcel.lines)
    .reduce((count, part) => (part.line_id === line.id ? count + part.quantity : count), 0);
  return {
    externalId: line.id,
    listingExternalId: line.listing_id,
    variantExternalId: line.offer_id,
    sellerCode: line.code,
    title: line.title,
    options: line.options,
    quantity: line.quantity,
    unitPrice: price,
    discount: zero(order.currency),
    tax: money(line.tax, order.currency),
    total: times(price, line.quantity),
    fulfilmentStatus: fulfilmentOf(line.quantity, shipped, cancelled),
    shippedQuantity: shipped,
    cancelledQuantity: cancelled,
    returnedQuantity: 0,
    fulfilledBy: "seller",
    place: order.place,
    gift: false,
    parentExternalId: null,
  };
}

function fulfilmentOf(quantity: number, shipped: number, cancelled: number): FulfilmentStatus {
  if (cancelled >= quantity) return "cancelled";
  if (shipped + cancelled >= quantity) return "fulfilled";
  return shipped > 0 ? "partially_fulfilled" : "unfulfilled";
}

function toCharges(order: OrderDocument): OrderCharge[] {
  const charge = (kind: OrderCharge["kind"], payer: OrderCharge["payer"], amount: Order["paid"]): OrderCharge[] =>
    amount === null || isZero(amount) ? [] : [{ kind, payer, amount, label: null, inTotal: true }];
  return [
    ...charge("shipping", "buyer", money(order.shipping, order.currency)),
    ...charge("discount", "seller", neg(money(order.coupon, order.currency))),
  ];
}

function toAddress({ address, buyer }: OrderDocument): Address | null {
  if (!address) return null;
  const encrypted = address.sealed ?? null;
  return {
    name: buyer?.name ?? null,
    phone: buyer?.phone ?? null,
    company: null,
    lines: address.lines,
    district: null,
    city: address.city,
    region: null,
    postcode: address.postcode,
    country: address.country,
    privacy: encrypted ? "encrypted" : "clear",
    encrypted,
  };
}

function toRefund(order: OrderDocument, refund: OrderDocument["refunds"][number]): Refund {
  return {
    externalId: refund.id,
    orderExternalId: order.id,
    disputeExternalId: refund.case_id,
    amount: money(refund.amount, order.currency),
    reason: refund.reason,
    status: look<Refund["status"]>(REFUND_STATUS, "refund", refund.state, "unknown", []),
    refundedAt: refund.made_at,
    lines: [],
    shippingAmount: null,
  };
}
