/** An order document as unified records: the order, its parcels and the money that went back. Pure. */
import type { MapContext, RawDocument } from "../../../core/adapter.ts";
import { withoutKeyMark } from "../../../core/key-mark.ts";
import { fulfilmentOf } from "../../../core/model/fulfilment.ts";
import {
  type Address,
  type Order,
  type OrderLine,
  type OrderPayment,
  type Refund,
  type Unified,
  unified,
  type Warning,
} from "../../../core/model/records.ts";
import { UNSAID_LINE, UNSAID_ORDER } from "../../../core/model/unsaid.ts";
import type { OrderStatus } from "../../../core/model/vocabulary.ts";
import { compare, isZero, sum } from "../../../core/money.ts";
import type { Tree } from "../../../core/tree.ts";
import { DRAFT, META } from "../codes.ts";
import { settingsOf } from "../config.ts";
import { currencyIn, moneyIn, paymentsOf, piecesIn, read } from "../schemas.ts";
import { shipmentsIn } from "../shipments/to-shipment.ts";
import { chargesOf, lineAmounts, totalsOf } from "./amounts.ts";
import { leftOf, paymentStatusOf, statusOf } from "./status.ts";

export function toUnified(raw: RawDocument, context: MapContext): Unified {
  const order = read(raw.payload);
  if (order.need("status") === DRAFT) return unified({});
  const warnings: Warning[] = [];
  const found = currencyIn(order);
  if (found === null)
    warnings.push({
      code: "currency_missing",
      detail: "The order names no currency; its amounts are read in the store's.",
    });
  const currency = found ?? context.currency;
  return unified({
    orders: [toOrder(order, currency, context, warnings)],
    shipments: shipmentsIn(order),
    refunds: paymentsOf(order).flatMap((payment) =>
      payment.list("refunds").map((row) => toRefund(order, row, currency)),
    ),
  });
}

function toOrder(order: Tree, currency: string, context: MapContext, warnings: Warning[]): Order {
  const paymentStatus = paymentStatusOf(order, currency, warnings);
  const status = statusOf(order, settingsOf(context.settings).statuses, paymentStatus, warnings);
  const { granted, ...totals } = totalsOf(order, currency);
  if (totals.total === null)
    warnings.push({ code: "total_missing", detail: "The answer does not say what credit lines took off its total." });
  const payments = paymentsOf(order);
  const placedAt = order.time("created_at");
  if (placedAt === null) throw new TypeError("created_at is missing");
  return {
    ...UNSAID_ORDER,
    ...totals,
    externalId: order.need("id"),
    externalNumber: order.text("display_id"),
    marketplace: null,
    status,
    externalStatus: order.need("status"),
    paymentStatus,
    fulfilledBy: "seller",
    placedAt,
    paidAt: payments.map((payment) => payment.time("captured_at")).find((at) => at !== null) ?? null,
    cancelledAt: order.time("canceled_at"),
    currency,
    taxIncluded: true,
    // Placing an order reserves its pieces.
    deductsStockOn: "order",
    lines: order.list("items").map((line) => toLine(line, status, currency)),
    charges: chargesOf(order, granted, currency),
    payments: payments.map((payment) => toPayment(payment, currency)),
    buyer: buyerOf(order),
    shipTo: addressOf(order.fields.shipping_address),
    notes: {
      buyer: null,
      seller: order.text(`metadata/${META.memo}`),
      flag: order.text(`metadata/${META.flag}`),
    },
    extra: extraOf(order),
    warnings,
  };
}

function toLine(line: Tree, status: OrderStatus, currency: string): OrderLine {
  const quantity = piecesIn(line, "quantity");
  const returnedQuantity =
    piecesIn(line, "detail/return_received_quantity") + piecesIn(line, "detail/return_dismissed_quantity");
  const fulfilment = fulfilmentOf(quantity, leftOf(line), status);
  const isBack = quantity > 0 && returnedQuantity >= quantity;
  return {
    ...UNSAID_LINE,
    ...fulfilment,
    ...lineAmounts(line, quantity, currency),
    externalId: line.need("id"),
    listingExternalId: line.text("product_id"),
    variantExternalId: line.text("variant_id"),
    sellerCode: line.text("variant_sku"),
    title: line.text("title", "product_title") ?? "",
    options: line.text("variant_title", "subtitle"),
    quantity,
    fulfilmentStatus: isBack ? "returned" : fulfilment.fulfilmentStatus,
    returnedQuantity,
    fulfilledBy: "seller",
    gift: false,
  };
}

function toPayment(payment: Tree, currency: string): OrderPayment {
  const given = (field: string) =>
    sum(
      payment.list(field).map((row) => moneyIn(row, "amount", currency)),
      currency,
    );
  // An answer that was not asked for captures has none: what was paid is then its amount.
  const captured = payment.list("captures").length > 0 ? given("captures") : moneyIn(payment, "amount", currency);
  const refunded = given("refunds");
  const paidAt = payment.time("captured_at");
  const open = payment.time("canceled_at") !== null ? "voided" : paidAt === null ? "authorized" : "paid";
  const back = compare(refunded, captured) < 0 ? "partially_refunded" : "refunded";
  return {
    externalId: payment.need("id"),
    method: payment.text("provider_id"),
    amount: moneyIn(payment, "amount", currency),
    paidAt,
    dueAt: null,
    status: isZero(refunded) ? open : back,
  };
}

/** A refund names neither lines nor the return that it is for. */
const toRefund = (order: Tree, refund: Tree, currency: string): Refund => ({
  externalId: refund.need("id"),
  orderExternalId: order.need("id"),
  disputeExternalId: null,
  amount: moneyIn(refund, "amount", currency),
  reason: withoutKeyMark(refund.text("note")),
  status: "done",
  refundedAt: refund.time("created_at"),
  lines: [],
  shippingAmount: null,
});

const nameOf = (address: Tree): string | null =>
  [address.text("first_name"), address.text("last_name")].filter((part) => part !== null).join(" ") || null;

function buyerOf(order: Tree): Order["buyer"] {
  const [payer] = [...order.list("billing_address"), ...order.list("shipping_address")];
  const buyer = {
    externalId: order.text("customer_id"),
    name: payer ? nameOf(payer) : null,
    email: order.text("email"),
    phone: payer?.text("phone") ?? null,
    taxId: null,
  };
  return Object.values(buyer).every((value) => value === null) ? null : buyer;
}

function addressOf(value: unknown): Address | null {
  if (typeof value !== "object" || value === null) return null;
  const address = read(value);
  return {
    name: nameOf(address),
    phone: address.text("phone"),
    company: address.text("company"),
    lines: [address.text("address_1"), address.text("address_2")].filter((line) => line !== null),
    district: null,
    city: address.text("city"),
    region: address.text("province"),
    postcode: address.text("postal_code"),
    country: address.text("country_code")?.toUpperCase() ?? null,
    privacy: "clear",
    encrypted: null,
  };
}

function extraOf(order: Tree): Order["extra"] {
  const names = ["version", "region_id", "sales_channel_id", "fulfillment_status"];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = order.text(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}
