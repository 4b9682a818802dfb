/** The unified vocabularies. A platform's code that no table knows becomes `unknown` (ledger kinds: `other`), with a warning. */

export const RESOURCES = ["orders", "listings", "shipments", "disputes", "settlements"] as const;
export type Resource = (typeof RESOURCES)[number];

export const ORDER_STATUSES = [
  "awaiting_payment",
  "awaiting_shipment",
  "partially_shipped",
  "shipped",
  "delivered",
  "completed",
  "cancelled",
  "on_hold",
  "unknown",
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export const PAYMENT_STATUSES = [
  "unpaid",
  "partially_paid",
  "authorized",
  "paid",
  "partially_refunded",
  "refunded",
  "voided",
  "unknown",
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

export const FULFILMENT_STATUSES = [
  "unfulfilled",
  "partially_fulfilled",
  "fulfilled",
  "cancelled",
  "returned",
  "unknown",
] as const;
export type FulfilmentStatus = (typeof FULFILMENT_STATUSES)[number];

export const CHARGE_KINDS = [
  "shipping",
  "discount",
  "gift_wrap",
  "service_fee",
  "cod_fee",
  "tip",
  "duty",
  "tax",
  "rounding",
  "other",
] as const;
export type ChargeKind = (typeof CHARGE_KINDS)[number];

export const PAYERS = ["buyer", "seller", "platform", "payment_provider", "creator", "unknown"] as const;
export type Payer = (typeof PAYERS)[number];

export const FULFILLERS = ["seller", "platform"] as const;
export type Fulfiller = (typeof FULFILLERS)[number];

export const LISTING_STATUSES = [
  "draft",
  "active",
  "inactive",
  "out_of_stock",
  "under_review",
  "rejected",
  "deleted",
  "unknown",
] as const;
export type ListingStatus = (typeof LISTING_STATUSES)[number];

export const SHIPMENT_STATUSES = [
  "pending",
  "in_transit",
  "out_for_delivery",
  "delivered",
  "exception",
  "returned",
  "lost",
  "cancelled",
  "unknown",
] as const;
export type ShipmentStatus = (typeof SHIPMENT_STATUSES)[number];

export const DISPUTE_KINDS = [
  "refund_only",
  "return_refund",
  "exchange",
  "repair",
  "not_received",
  "complaint",
  "claim",
  "chargeback",
  "cancellation",
  "resend",
  "price_protection",
  "unknown",
] as const;
export type DisputeKind = (typeof DISPUTE_KINDS)[number];

export const DISPUTE_STATUSES = [
  "open_awaiting_seller",
  "open_awaiting_buyer",
  "open_awaiting_platform",
  "return_in_transit",
  "resolved_refunded",
  "resolved_rejected",
  "resolved_replaced",
  "withdrawn",
  "unknown",
] as const;
export type DisputeStatus = (typeof DISPUTE_STATUSES)[number];

export const TURNS = ["seller", "buyer", "platform"] as const;
export type Turn = (typeof TURNS)[number];

export const ENTRY_KINDS = [
  "sale",
  "refund",
  "commission",
  "payment_fee",
  "shipping_income",
  "shipping_fee",
  "fulfilment_fee",
  "advertising_fee",
  "service_fee",
  "platform_subsidy",
  "seller_discount",
  "tax_collected",
  "tax_withheld",
  "reserve",
  "adjustment",
  "payout",
  "penalty",
  "compensation",
  "financing",
  "transfer",
  "other",
] as const;
export type EntryKind = (typeof ENTRY_KINDS)[number];

export const ADDRESS_PRIVACIES = ["clear", "masked", "encrypted"] as const;
export type AddressPrivacy = (typeof ADDRESS_PRIVACIES)[number];

/** Orders whose goods may still have to leave: they reserve stock and are read again. */
export const OPEN_ORDER_STATUSES: readonly OrderStatus[] = [
  "awaiting_payment",
  "awaiting_shipment",
  "partially_shipped",
  "on_hold",
  "unknown",
];
