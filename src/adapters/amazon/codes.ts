/** Tables: the platform's words for our vocabularies. */
import type {
  ChargeKind,
  DisputeStatus,
  EntryKind,
  Fulfiller,
  OrderStatus,
  PaymentStatus,
  ShipmentStatus,
  Turn,
} from "../../core/model/vocabulary.ts";

type Table<T> = Readonly<Record<string, T>>;

export const ORDER: Table<readonly [OrderStatus, PaymentStatus]> = {
  PENDING_AVAILABILITY: ["awaiting_payment", "unpaid"],
  PENDING: ["awaiting_payment", "unpaid"],
  UNSHIPPED: ["awaiting_shipment", "paid"],
  PARTIALLY_SHIPPED: ["partially_shipped", "paid"],
  SHIPPED: ["shipped", "paid"],
  CANCELLED: ["cancelled", "unpaid"],
  UNFULFILLABLE: ["on_hold", "paid"],
};

export const FULFILLER: Table<Fulfiller> = { AMAZON: "platform", MERCHANT: "seller" };

/** Paid when the parcel is handed over. */
export const ON_DELIVERY = /^(?:COD|CashOnDelivery)$/i;

/** Beside goods and tax, which lines hold. A discount lowers the total. */
export const CHARGE: Table<ChargeKind> = {
  SHIPPING: "shipping",
  GIFT_WRAP: "gift_wrap",
  COD_FEE: "cod_fee",
  DISCOUNT: "discount",
  DELIVERY_TIP: "tip",
  TAX: "tax",
  OTHER: "other",
};

export const PARCEL: Table<ShipmentStatus> = {
  PENDING: "pending",
  SHIPPED: "in_transit",
  IN_TRANSIT: "in_transit",
  DELIVERED: "delivered",
  CANCELLED: "cancelled",
  UNDELIVERABLE: "exception",
};

/** What says more than the state. */
export const PARCEL_DETAIL: Table<ShipmentStatus> = {
  PENDING_SCHEDULE: "pending",
  PENDING_PICK_UP: "pending",
  PENDING_DROP_OFF: "pending",
  PICKED_UP: "in_transit",
  DROPPED_OFF: "in_transit",
  AT_ORIGIN_FC: "in_transit",
  AT_DESTINATION_FC: "in_transit",
  OUT_FOR_DELIVERY: "out_for_delivery",
  DELIVERED: "delivered",
  LABEL_CANCELLED: "cancelled",
  UNDELIVERABLE: "exception",
  REJECTED_BY_BUYER: "exception",
  DAMAGED: "exception",
  RETURNING_TO_SELLER: "exception",
  RETURNED_TO_SELLER: "returned",
  LOST: "lost",
};

/** `approved`: whether goods are back tells. The words are not verified. */
export const RETURN: Table<DisputeStatus | "approved"> = {
  Pending: "open_awaiting_seller",
  Approved: "approved",
  "Denied/Closed": "resolved_rejected",
  Denied: "resolved_rejected",
  Closed: "resolved_rejected",
};

/** Returns of external fulfilment; `done`: refunded or replaced, as the subtype says. */
export const EXTERNAL_RETURN: Table<DisputeStatus | "done"> = {
  CREATED: "return_in_transit",
  CARRIER_NOTIFIED_TO_PICK_UP_FROM_CUSTOMER: "return_in_transit",
  CARRIER_OUT_FOR_PICK_UP_FROM_CUSTOMER: "return_in_transit",
  CUSTOMER_CANCELLED_PICK_UP: "return_in_transit",
  CUSTOMER_RESCHEDULED_PICK_UP: "return_in_transit",
  PICKED_FROM_CUSTOMER: "return_in_transit",
  IN_TRANSIT: "return_in_transit",
  OUT_FOR_DELIVERY: "return_in_transit",
  REPLANNED: "return_in_transit",
  CUSTOMER_DROPPED_OFF: "return_in_transit",
  DELIVERED: "open_awaiting_seller",
  PARTIALLY_PROCESSED: "open_awaiting_seller",
  PROCESSED: "done",
  REJECTED: "resolved_rejected",
  CANCELLED: "withdrawn",
};

export const TURN: Partial<Record<DisputeStatus, Turn>> = {
  open_awaiting_seller: "seller",
  open_awaiting_buyer: "buyer",
  open_awaiting_platform: "platform",
};

/**
 * Lines of settlements by `transaction type/amount type/description`; the first that matches wins. The names are open sets,
 * and what they mean is our choice: what nothing matches is `other`, with a warning.
 */
const SETTLED: readonly (readonly [RegExp, EntryKind])[] = [
  [/^(?:Chargeback Refund|A-to-z Guarantee Refund)\//i, "refund"],
  [/^Refund\/ItemPrice\/(?:Principal|Shipping|GiftWrap)$/i, "refund"],
  [/^(?:Order|Refund)\/ItemPrice\/(?:Principal|GiftWrap)$/i, "sale"],
  [/^(?:Order|Refund)\/ItemPrice\/Shipping$/i, "shipping_income"],
  [/^(?:Order|Refund)\/ItemPrice\/(?:.*Tax)$/i, "tax_collected"],
  [/^(?:Order|Refund)\/ItemWithheldTax\//i, "tax_withheld"],
  [
    /^(?:Order|Refund)\/(?:ItemFees|OrderFees)\/(?:Commission|FixedClosingFee|VariableClosingFee|DigitalServicesFee|RefundCommission|ShippingHB|GiftwrapCommission)$/i,
    "commission",
  ],
  [/^(?:Order|Refund)\/ItemFees\/(?:FBA\w*Fee|ShippingChargeback|GiftwrapChargeback)$/i, "fulfilment_fee"],
  [/^(?:Order|Refund)\/Promotion\//i, "seller_discount"],
  [/^(?:Order|Refund)\/ShipmentFees\/|\/FBA transportation/i, "fulfilment_fee"],
  [/^ServiceFee\/Cost of Advertising\//i, "advertising_fee"],
  [/^other-transaction\/FBA Inventory Reimbursement\//i, "adjustment"],
  [/^other-transaction\/.*\/(?:Current|Previous) Reserve Amount/i, "reserve"],
  [
    /^other-transaction\/.*\/(?:Storage Fee|StorageRenewalBilling|FBAInbound\w*|RemovalComplete|DisposalComplete)$/i,
    "fulfilment_fee",
  ],
  [/^other-transaction\/.*\/(?:Vine Enrollment Fee|Lightning Deal Fee|CouponRedemptionFee)$/i, "advertising_fee"],
  [/^other-transaction\/.*\/Subscription Fee$/i, "service_fee"],
  [/^other-transaction\/.*\/(?:Shipping label|BuyShipping)/i, "shipping_fee"],
  [/^other-transaction\/.*\/Transfer of funds unsuccessful/i, "payout"],
  [/^other-transaction\/.*\/(?:Payable to Amazon|Successful charge)/i, "adjustment"],
];

/** Null for a line that nothing matches. */
export const settledKind = (name: string): EntryKind | null =>
  SETTLED.find(([pattern]) => pattern.test(name))?.[1] ?? null;

/** Leaves of finances' breakdowns, of which the platform publishes no list: what settlements call alike. */
const MOVED: readonly (readonly [RegExp, EntryKind])[] = [
  [/^(?:ProductCharges|OurPricePrincipal|Principal|Principle)$/i, "sale"],
  [/^(?:MarketplaceFacilitator(?:Tax|VAT)|LowValueGoodsTax|TCS-)/i, "tax_withheld"],
  [/^(?:Shipping|ShippingPrincipal)$/i, "shipping_income"],
  [/^(?:Tax|.*Tax)$/i, "tax_collected"],
  [/^(?:Commission|RefundCommission|FixedClosingFee|VariableClosingFee|DigitalServicesFee)$/i, "commission"],
  [/^FBA/i, "fulfilment_fee"],
  [/^(?:Promo.*|.*Discount.*)$/i, "seller_discount"],
];

/** Null for a leaf that nothing matches; goods of a refund are a refund. */
export function movedKind(type: string, leaf: string): EntryKind | null {
  const name = leaf.replaceAll(" ", "");
  const kind = MOVED.find(([pattern]) => pattern.test(name))?.[1] ?? null;
  return /refund/i.test(type) && (kind === "sale" || kind === "shipping_income") ? "refund" : kind;
}
