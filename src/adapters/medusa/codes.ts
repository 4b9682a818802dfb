/** Tables: the platform's words for our vocabularies. */
import type {
  DisputeStatus,
  ListingStatus,
  OrderStatus,
  PaymentStatus,
  ShipmentStatus,
  Turn,
} from "../../core/model/vocabulary.ts";

type Table<T> = Readonly<Record<string, T>>;

/** Begun by an administrator, and no order yet. */
export const DRAFT = "draft";
export const CANCELED = "canceled";

/** `in_hand`: what has left and what was paid tell (orders/status.ts). */
export const ORDER_STATUS: Table<OrderStatus | "in_hand"> = {
  pending: "in_hand",
  archived: "in_hand",
  completed: "completed",
  canceled: "cancelled",
  requires_action: "on_hold",
};

export const PAYMENT_STATUS: Table<PaymentStatus> = {
  not_paid: "unpaid",
  awaiting: "unpaid",
  requires_action: "unpaid",
  canceled: "unpaid",
  authorized: "authorized",
  partially_authorized: "authorized",
  partially_captured: "authorized",
  captured: "paid",
  partially_refunded: "partially_refunded",
  refunded: "refunded",
  // Of a payment collection, where an answer has no status of the order's payments.
  completed: "paid",
  failed: "unpaid",
};

export const PRODUCT_STATUS: Table<ListingStatus> = {
  draft: "draft",
  proposed: "under_review",
  published: "active",
  rejected: "rejected",
};

/** The times that a fulfilment bears; the first that stands tells its state. */
export const PARCEL_TIMES: readonly (readonly [string, ShipmentStatus])[] = [
  ["canceled_at", "cancelled"],
  ["delivered_at", "delivered"],
  ["shipped_at", "in_transit"],
  ["packed_at", "pending"],
];

/** `received`: whether the money went back tells. */
export const RETURN_STATUS: Table<DisputeStatus | "received"> = {
  open: "open_awaiting_seller",
  requested: "open_awaiting_buyer",
  partially_received: "return_in_transit",
  received: "received",
  canceled: "withdrawn",
};

export const CLAIM_TYPES: Table<"refund" | "replace"> = { refund: "refund", replace: "replace" };

export const TURN: Partial<Record<DisputeStatus, Turn>> = {
  open_awaiting_seller: "seller",
  open_awaiting_buyer: "buyer",
};

/** The platform has no field for a carrier; the address of a tracking page names it. */
const CARRIER_HOSTS: readonly (readonly [string, RegExp])[] = [
  ["ups", /(?:^|\.)ups\.com$/],
  ["usps", /(?:^|\.)usps\.com$/],
  ["fedex", /(?:^|\.)fedex\.com$/],
  ["dhl", /(?:^|\.)dhl(?:\.[a-z]{2,3})+$/],
];

/** Our carrier for a tracking page; null where its address tells none. */
export function carrierOf(trackingUrl: string | null): string | null {
  if (trackingUrl === null || !URL.canParse(trackingUrl)) return null;
  const { hostname } = new URL(trackingUrl);
  return CARRIER_HOSTS.find(([, host]) => host.test(hostname))?.[0] ?? null;
}

/** Keys of ours in an order's and a fulfilment's metadata. */
export const META = { memo: "memo", flag: "flag", key: "tallyport_key", carrier: "carrier" } as const;
