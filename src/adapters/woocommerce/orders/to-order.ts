/** An order document as unified records: the order, and the parcels that plugins keep in its meta data. Pure. */
import { ZodError } from "zod";
import type { MapContext, RawDocument } from "../../../core/adapter.ts";
import { localToInstant } from "../../../core/local-time.ts";
import {
  type Money,
  type Order,
  type OrderPayment,
  type Unified,
  unified,
  type Warning,
} from "../../../core/model/records.ts";
import type { PaymentStatus } from "../../../core/model/vocabulary.ts";
import { compare, isZero, money } from "../../../core/money.ts";
import { META_KEYS, OUR_META } from "../codes.ts";
import { settingsOf } from "../config.ts";
import {
  type Fields,
  isNoDate,
  isNoRecord,
  isOddDate,
  metaText,
  ORDER,
  type OrderDocument,
  refuseNoRecord,
} from "../schemas/index.ts";
import { type ShippedUnits, shipmentsOfOrder, shippedUnits } from "../shipments/to-shipment.ts";
import { refundedOf } from "./amounts.ts";
import { orderProblem } from "./documents.ts";
import { type ShippedState, toCharges, toLines } from "./lines.ts";
import { isAnonymized, toBuyer, toShipTo } from "./parties.ts";
import { bareStatus, deductsStockOn, hasLeft, isDraft, orderStatus, paidAmount, paymentStatus } from "./status.ts";

export function toUnified(raw: RawDocument, context: MapContext): Unified {
  if (isNoRecord(raw)) refuseNoRecord(raw, "order", orderProblem);
  const warnings: Warning[] = [];
  const document = withTimes(ORDER.parse(raw.payload), raw.payload as Fields, context, warnings);
  if (isDraft(document)) return unified({});
  const shipments = shipmentsOfOrder(document);
  const order = toOrder(document, context, shippedUnits(document, shipments), warnings);
  return unified({ orders: [order], shipments });
}

function toOrder(document: PlacedOrder, context: MapContext, units: ShippedUnits, found: Warning[]): Order {
  const settings = settingsOf(context.settings);
  const currency = document.currency ?? context.currency;
  const parcels = parcelState(document, units);
  const { status, warnings } = orderStatus(document, settings, parcels);
  const { lines, warnings: lineWarnings } = toLines(document, currency, shippedState(document, status, parcels, units));
  const total = document.total === null ? null : money(document.total, currency);
  const refunded = refundedOf(document, currency);
  const payment = paymentStatus(document, settings, total, refunded);
  return {
    externalId: document.id,
    externalNumber: document.number,
    parentExternalId: document.parent_id,
    externalKind: null,
    marketplace: null,
    place: null,
    status,
    externalStatus: bareStatus(document.status),
    paymentStatus: payment,
    fulfilledBy: "seller",
    placedAt: document.date_created_gmt,
    paidAt: document.date_paid_gmt,
    shipBy: null,
    deliverBy: null,
    completedAt: document.date_completed_gmt,
    cancelledAt: null,
    currency,
    total,
    paid: paidAmount(payment, total, currency),
    refunded,
    taxIncluded: false,
    deductsStockOn: deductsStockOn(document),
    lines,
    charges: toCharges(document, currency, settings),
    payments: total === null ? [] : [toPayment(document, total, payment)],
    buyer: toBuyer(document),
    shipTo: toShipTo(document),
    notes: {
      buyer: isAnonymized(document) ? null : document.customer_note,
      seller: metaText(document.meta_data, OUR_META.memo),
      flag: metaText(document.meta_data, OUR_META.flag),
    },
    extra: extraOf(document),
    warnings: [...found, ...warnings, ...lineWarnings, ...amountWarnings(document, total, refunded)],
  };
}

function toPayment(document: OrderDocument, amount: Money, status: PaymentStatus): OrderPayment {
  return {
    externalId: document.transaction_id,
    method: document.payment_method || null,
    amount,
    paidAt: document.date_paid_gmt,
    dueAt: null,
    status,
  };
}

/** What the amounts leave open. */
function amountWarnings(document: OrderDocument, total: Money | null, refunded: Money): Warning[] {
  const warnings: Warning[] = [];
  const warn = (code: string, detail: string) => warnings.push({ code, detail });
  if (document.currency === null)
    warn("currency_missing", "The order names no currency; its amounts are read in the store's.");
  if (total === null) warn("total_missing", "The order names no total: what was owed and paid is unknown.");
  if (document.refunds.some((refund) => !isNegativeOrZero(refund.total)))
    warn(
      "refund_above_zero",
      "A refund stands above zero, where the platform writes it below; it is read as given back.",
    );
  if (total !== null && !isZero(refunded) && compare(refunded, total) > 0)
    warn(
      "refund_exceeds_total",
      `${refunded.amount} were refunded, and the total is ${total.amount} ${total.currency}.`,
    );
  return warnings;
}

const isNegativeOrZero = (amount: string) => amount === "0" || amount.startsWith("-");

type PlacedOrder = OrderDocument & { date_created_gmt: Date };

/** Times in UTC have a local twin without `_gmt`. */
const TIMES = ["date_created", "date_paid", "date_completed"] as const;

/**
 * The order with the times that it only names in local time. A plugin's date before the year 1000 means none. Throws a
 * `ZodError` for an order that does not say when it was placed.
 */
function withTimes(
  document: OrderDocument,
  payload: Fields,
  { timeZone }: MapContext,
  warnings: Warning[],
): PlacedOrder {
  const odd: string[] = [];
  const local: string[] = [];
  for (const name of TIMES) {
    const field = `${name}_gmt` as const;
    if (isOddDate(payload[field])) odd.push(field);
    if (document[field] !== null) continue;
    const text = payload[name];
    if (typeof text !== "string" || text.trim() === "" || isNoDate(text)) continue;
    document[field] = localToInstant(text.trim(), timeZone);
    if (document[field] !== null) local.push(field);
  }
  if (isOddDate(payload.date_modified_gmt)) odd.push("date_modified_gmt");
  if (odd.length > 0)
    warnings.push({
      code: "date_unclear",
      detail: `${odd.join(", ")} lies before the year 1000 and is taken for none.`,
    });
  if (local.length > 0)
    warnings.push({
      code: "local_time",
      detail: `${local.join(", ")} is missing; the local time beside it was read in the store's zone, ${timeZone}.`,
    });
  const { date_created_gmt: placedAt } = document;
  if (placedAt !== null) return Object.assign(document, { date_created_gmt: placedAt });
  throw new ZodError([
    { code: "custom", path: ["date_created_gmt"], message: "is missing, and date_created too", input: undefined },
  ]);
}

/** What parcels in the order's own meta data say: conventions 2 and 3, and ours. */
function parcelState(document: OrderDocument, { byLine, all, some }: ShippedUnits): "none" | "part" | "all" {
  if (all) return "all";
  if (!some) return "none";
  const covered = document.line_items.every((line) => (byLine.get(line.id) ?? 0) >= Number(line.quantity ?? 0));
  return covered && byLine.size > 0 ? "all" : "part";
}

function shippedState(
  document: OrderDocument,
  status: Order["status"],
  parcels: "none" | "part" | "all",
  { byLine }: ShippedUnits,
): ShippedState {
  const gone =
    ["shipped", "delivered", "completed"].includes(status) ||
    // What was completed before it was cancelled, refunded or binned has left all the same.
    (status === "cancelled" && hasLeft(document, parcels) && parcels !== "part" && !isPartlyFulfilled(document));
  const some = parcels === "part" || status === "partially_shipped" || isPartlyFulfilled(document);
  if (!some || byLine.size > 0) return { all: gone, byLine, otherwise: "unfulfilled" };
  return { all: gone, byLine, otherwise: document.line_items.length === 1 ? "partially_fulfilled" : "unknown" };
}

function isPartlyFulfilled(document: OrderDocument): boolean {
  return metaText(document.meta_data, META_KEYS.fulfilment) === "partially_fulfilled";
}

/** Facts without a field of their own; no buyer data. */
function extraOf(document: OrderDocument): Order["extra"] {
  const extra: Order["extra"] = {
    created_via: document.created_via,
    prices_include_tax: document.prices_include_tax,
  };
  if (document.payment_method_title !== "") extra.payment_method_title = document.payment_method_title;
  if (document.version !== null) extra.version = document.version;
  const fulfilment = metaText(document.meta_data, META_KEYS.fulfilment);
  if (fulfilment !== null) extra.fulfillment_status = fulfilment;
  if (isAnonymized(document)) extra.anonymized = true;
  return extra;
}
