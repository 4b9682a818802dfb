/** Tables: the platform's words for our vocabularies. */
import type { Refund } from "../../core/model/records.ts";
import type {
  DisputeStatus,
  EntryKind,
  ListingStatus,
  OrderStatus,
  PaymentStatus,
  ShipmentStatus,
  Turn,
} from "../../core/model/vocabulary.ts";

type Table<T> = Readonly<Record<string, T>>;

/** `left`: closing and parcels tell; `open` and `none`, of which nothing is to be sent: what was paid tells (orders/status.ts). */
export const FULFILMENT: Table<OrderStatus | "left" | "open" | "none"> = {
  // Of versions from 2026-10 on, which answer where this one is gone.
  FULFILLMENT_NOT_REQUIRED: "none",
  FULFILLED: "left",
  PARTIALLY_FULFILLED: "partially_shipped",
  ON_HOLD: "on_hold",
  REQUEST_DECLINED: "on_hold",
  UNFULFILLED: "open",
  OPEN: "open",
  IN_PROGRESS: "open",
  PENDING_FULFILLMENT: "open",
  SCHEDULED: "open",
  RESTOCKED: "cancelled",
};

export const PAYMENT: Table<PaymentStatus> = {
  PENDING: "unpaid",
  EXPIRED: "unpaid",
  AUTHORIZED: "authorized",
  PARTIALLY_PAID: "partially_paid",
  PAID: "paid",
  PARTIALLY_REFUNDED: "partially_refunded",
  REFUNDED: "refunded",
  VOIDED: "voided",
};

/** How far a payment of a refund has come. */
export const REFUND_PAYMENT: Table<Refund["status"]> = {
  SUCCESS: "done",
  PENDING: "pending",
  AWAITING_RESPONSE: "pending",
  FAILURE: "failed",
  ERROR: "failed",
  UNKNOWN: "unknown",
};

/** Nothing is to be packed before they are paid; a payment that was voided is a person's matter. */
export const UNPAID: Table<OrderStatus> = {
  unpaid: "awaiting_payment",
  partially_paid: "awaiting_payment",
  voided: "on_hold",
};

/** `live`: whether it is published, and stock, tell. */
export const PRODUCT: Table<ListingStatus | "live"> = {
  ACTIVE: "live",
  UNLISTED: "inactive",
  DRAFT: "draft",
  ARCHIVED: "inactive",
};

/** `sent`: with a tracking number it is on its way. */
export const PARCEL: Table<ShipmentStatus | "sent"> = {
  SUBMITTED: "pending",
  LABEL_PRINTED: "pending",
  LABEL_PURCHASED: "pending",
  CONFIRMED: "pending",
  MARKED_AS_FULFILLED: "pending",
  READY_FOR_PICKUP: "pending",
  FULFILLED: "sent",
  CARRIER_PICKED_UP: "in_transit",
  IN_TRANSIT: "in_transit",
  DELAYED: "in_transit",
  OUT_FOR_DELIVERY: "out_for_delivery",
  DELIVERED: "delivered",
  PICKED_UP: "delivered",
  ATTEMPTED_DELIVERY: "exception",
  NOT_DELIVERED: "exception",
  FAILURE: "exception",
  CANCELED: "cancelled",
  LABEL_VOIDED: "cancelled",
};

/** A fulfilment's own status, where it has no other; those that are not `sent` have taken nothing with them. */
export const FULFILLMENT: Table<ShipmentStatus | "sent"> = {
  SUCCESS: "sent",
  PENDING: "pending",
  OPEN: "pending",
  CANCELLED: "cancelled",
  ERROR: "cancelled",
  FAILURE: "cancelled",
};

export const EVENT_STATUSES = [
  "ATTEMPTED_DELIVERY",
  "CARRIER_PICKED_UP",
  "CONFIRMED",
  "DELAYED",
  "DELIVERED",
  "FAILURE",
  "IN_TRANSIT",
  "LABEL_PRINTED",
  "LABEL_PURCHASED",
  "OUT_FOR_DELIVERY",
  "READY_FOR_PICKUP",
] as const;

export const HOLD_REASONS = [
  "AWAITING_PAYMENT",
  "AWAITING_RETURN_ITEMS",
  "HIGH_RISK_OF_FRAUD",
  "INCORRECT_ADDRESS",
  "INVENTORY_OUT_OF_STOCK",
  "OTHER",
  "UNKNOWN_DELIVERY_DATE",
] as const;

export const CANCEL_REASONS = ["CUSTOMER", "DECLINED", "FRAUD", "INVENTORY", "OTHER", "STAFF"] as const;
export const DECLINE_REASONS = ["FINAL_SALE", "OTHER", "RETURN_PERIOD_ENDED"] as const;

/** `open`: whether goods are on their way tells; `closed`: what came of it. */
export const RETURN: Table<DisputeStatus | "open" | "closed"> = {
  REQUESTED: "open_awaiting_seller",
  OPEN: "open",
  CLOSED: "closed",
  DECLINED: "resolved_rejected",
  CANCELED: "withdrawn",
};

export const DISPUTE: Table<DisputeStatus> = {
  NEEDS_RESPONSE: "open_awaiting_seller",
  UNDER_REVIEW: "open_awaiting_platform",
  WON: "resolved_rejected",
  PREVENTED: "resolved_rejected",
  LOST: "resolved_refunded",
  ACCEPTED: "resolved_refunded",
  CHARGE_REFUNDED: "resolved_refunded",
};

export const DISPUTE_KIND: Table<"chargeback" | "claim"> = { CHARGEBACK: "chargeback", INQUIRY: "claim" };

export const TURN: Partial<Record<DisputeStatus, Turn>> = {
  open_awaiting_seller: "seller",
  open_awaiting_buyer: "buyer",
  open_awaiting_platform: "platform",
};

/** Kinds of balance transactions by pattern; the first that matches wins, and none is a kind of its own. */
const ENTRY_KINDS: readonly (readonly [RegExp, EntryKind])[] = [
  [/^CHARGE(?:_ADJUSTMENT)?$/, "sale"],
  [/^(?:REFUND(?:_ADJUSTMENT|_FAILURE)?|DISPUTE_(?:WITHDRAWAL|REVERSAL))$/, "refund"],
  [/^TRANSFER$/, "payout"],
  // A transfer that came back is part of the next payout's sum, as the payout itself is not.
  [/^(?:TRANSFER_(?:FAILURE|CANCEL|REFUND)|BALANCE_TRANSFER_(?:IN|OUT)BOUND)$/, "transfer"],
  [
    /^(?:RESERVED_FUNDS(?:_WITHDRAWAL|_REVERSAL)?|CHARGEBACK_HOLD(?:_RELEASE)?|RISK_(?:WITHDRAWAL|REVERSAL))$/,
    "reserve",
  ],
  [
    /^(?:CHARGEBACK_FEE(?:_REFUND)?|STRIPE_FEE|ACH_BANK_FAILURE_\w+_FEE|APPLICATION_FEE_REFUND|CHARGEBACK_PROTECTION_DEBIT\w*)$/,
    "payment_fee",
  ],
  [/^(?:REFERRAL_FEE|MARKETPLACE_FEE_CREDIT(?:_REVERSAL)?)$/, "commission"],
  [/^SHIPPING_(?:LABEL|OTHER_CARRIER_CHARGE_ADJUSTMENT|RETURN_TO_ORIGIN_ADJUSTMENT)/, "shipping_fee"],
  [/^(?:ADS_PUBLISHER_CREDIT(?:_REVERSAL)?|SHOP_CASH_CAMPAIGN_BILLING_\w+)$/, "advertising_fee"],
  [/^(?:SHOP_CASH_)?BILLING_DEBIT(?:_REVERSAL)?$/, "service_fee"],
  [
    /^(?:CHANNEL_PROMOTION_CREDIT|PROMOTION_CREDIT|SHOP_CASH_CREDIT|MERCHANT_GOODWILL_CREDIT|MARKETS_PRO_CREDIT|SELLER_PROTECTION_CREDIT|CHARGEBACK_PROTECTION_CREDIT)/,
    "platform_subsidy",
  ],
  [/^(?:CUSTOMS_DUTY|IMPORT_TAX|REFERRAL_FEE_TAX|TAX_ADJUSTMENT_|VAT_REFUND_CREDIT)/, "tax_withheld"],
  [/^(?:ADJUSTMENT$|ANOMALY_)/, "adjustment"],
  [
    /^(?:ADVANCE(?:_FUNDING)?$|LENDING_|COLLECTIONS_CREDIT|MERCHANT_TO_MERCHANT_|CHANNEL_(?:CREDIT|TRANSFER_)|SHOPIFY_(?:COLLECTIVE|SOURCE)_|SHOP_CASH_REFUND_DEBIT)/,
    "other",
  ],
];

/** Null for a type that no pattern knows. */
export const entryKindOf = (type: string): EntryKind | null =>
  ENTRY_KINDS.find(([pattern]) => pattern.test(type))?.[1] ?? null;
