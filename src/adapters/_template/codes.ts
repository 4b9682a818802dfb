/** Tables between the platform's codes and our vocabularies. https://docs.platform.example/codes */

import type { Warning } from "../../core/model/records.ts";
import type {
  DisputeKind,
  DisputeStatus,
  EntryKind,
  ListingStatus,
  OrderStatus,
  PaymentStatus,
  Resource,
  ShipmentStatus,
  Turn,
} from "../../core/model/vocabulary.ts";

type Table<T> = Readonly<Record<string, T>>;

export const ORDER_STATUS: Table<OrderStatus> = {
  UNPAID: "awaiting_payment",
  READY: "awaiting_shipment",
  PART_SHIPPED: "partially_shipped",
  SHIPPED: "shipped",
  DELIVERED: "delivered",
  DONE: "completed",
  CANCELLED: "cancelled",
  HELD: "on_hold",
};
export const PAYMENT_STATUS: Table<PaymentStatus> = {
  NONE: "unpaid",
  PAID: "paid",
  PART_REFUNDED: "partially_refunded",
  REFUNDED: "refunded",
};
export const LISTING_STATUS: Table<ListingStatus> = {
  ON: "active",
  OFF: "inactive",
  EMPTY: "out_of_stock",
  REVIEW: "under_review",
  REFUSED: "rejected",
  GONE: "deleted",
};
export const SHIPMENT_STATUS: Table<ShipmentStatus> = {
  LABEL: "pending",
  MOVING: "in_transit",
  OUT: "out_for_delivery",
  DELIVERED: "delivered",
  PROBLEM: "exception",
  BACK: "returned",
  LOST: "lost",
};
export const DISPUTE_KIND: Table<DisputeKind> = {
  REFUND: "refund_only",
  RETURN: "return_refund",
  MISSING: "not_received",
  GUARANTEE: "claim",
};
export const DISPUTE_STATUS: Table<{ status: DisputeStatus; turn: Turn | null }> = {
  WAIT_SELLER: { status: "open_awaiting_seller", turn: "seller" },
  WAIT_BUYER: { status: "open_awaiting_buyer", turn: "buyer" },
  WAIT_PLATFORM: { status: "open_awaiting_platform", turn: "platform" },
  REFUNDED: { status: "resolved_refunded", turn: null },
  REFUSED: { status: "resolved_rejected", turn: null },
};
export const WRITER: Table<Turn> = { SELLER: "seller", BUYER: "buyer", PLATFORM: "platform" };
export const REASON: Table<string> = { BROKEN: "damaged", LATE: "late", WRONG: "wrong_item" };
export const ENTRY_KIND: Table<EntryKind> = {
  SALE: "sale",
  REFUND: "refund",
  COMMISSION: "commission",
  POSTAGE: "shipping_fee",
  PAYOUT: "payout",
};
export const REFUND_STATUS: Table<"pending" | "done" | "failed"> = { OPEN: "pending", MADE: "done", FAILED: "failed" };
/** The platform's carriers by ours; others are named `platform:<code>`. */
export const CARRIER: Table<string> = { dhl: "DHL_EXPRESS", ups: "UPS", fedex: "FEDEX" };
/** Topics of messages, and the resource that each is about. */
export const TOPIC: Table<Resource> = {
  "order.changed": "orders",
  "listing.changed": "listings",
  "case.changed": "disputes",
  "report.ready": "settlements",
};

/** The meaning of a code; one that the table does not know is `otherwise`, with a warning. */
export function look<T>(table: Table<T>, name: string, code: string, otherwise: T, warnings: Warning[]): T {
  const known = Object.hasOwn(table, code) ? table[code] : undefined;
  if (known !== undefined) return known;
  if (!warnings.some((warning) => warning.detail === `${name}: ${code}`))
    warnings.push({ code: `unknown_${name}`, detail: `${name}: ${code}` });
  return otherwise;
}

/** The platform's carrier code of ours. */
export function toCarrierCode(carrier: string | null): string | null {
  if (carrier === null) return null;
  return carrier.startsWith("platform:") ? carrier.slice("platform:".length) : (CARRIER[carrier] ?? null);
}

export function fromCarrierCode(code: string | null): string | null {
  return Object.entries(CARRIER).find(([, external]) => external === code)?.[0] ?? null;
}
