/** What a fake's books record, and the facts that follow from it. */

export interface BookLine {
  lineId: string;
  listingId: string;
  variantId: string;
  sku: string | null;
  quantity: number;
}

/** Who caused it: a buyer, the store's owner in the platform's own pages, or a caller of the platform's API. */
export type Cause = "buyer" | "owner" | "api";

export type FakeEventBody =
  | { kind: "listing_added" | "listing_removed"; listingId: string }
  | {
      kind: "variant_added";
      listingId: string;
      variantId: string;
      sku: string;
      /** What the store shows; null when it does not count this variant. */
      quantity: number | null;
      price: string;
    }
  | { kind: "variant_removed"; variantId: string }
  | { kind: "stock_set"; variantId: string; quantity: number | null; by: Cause }
  | { kind: "price_set"; variantId: string; price: string; by: Cause }
  | {
      kind: "order_placed";
      orderId: string;
      status: string;
      currency: string;
      total: string;
      lines: readonly BookLine[];
      by: Cause;
    }
  | {
      kind: "order_changed";
      orderId: string;
      what: string;
      status?: string;
      total?: string;
      lines?: readonly BookLine[];
      by: Cause;
    }
  | { kind: "order_hidden" | "order_shown" | "order_removed"; orderId: string; by: Cause }
  | {
      kind: "units_sold";
      orderId: string;
      variantId: string;
      sku: string | null;
      quantity: number;
      /** What the store showed just before this sale; null when it does not count this variant. */
      shown: number | null;
    }
  | { kind: "units_returned"; orderId: string; variantId: string; sku: string | null; quantity: number; reason: string }
  | { kind: "refund_made"; refundId: string; orderId: string; amount: string; by: Cause }
  | { kind: "refund_removed"; refundId: string; orderId: string; by: Cause }
  | { kind: "shipment_made" | "shipment_removed"; shipmentId: string; orderId: string; tracking: string; by: Cause }
  | { kind: "dispute_opened" | "dispute_changed"; disputeId: string; orderId: string; status: string; by: Cause }
  | { kind: "settlement_made"; settlementId: string; currency: string; total: string };

export type FakeEvent = { seq: number; at: string } & FakeEventBody;

export interface OrderFact {
  orderId: string;
  status: string;
  currency: string;
  total: string;
  refunded: string;
  lines: readonly BookLine[];
  placedAt: string;
  changedAt: string;
  isHidden: boolean;
}

export interface VariantFact {
  variantId: string;
  listingId: string;
  sku: string;
  price: string;
  quantity: number | null;
  soldCount: number;
  returnedCount: number;
}

export interface Sale {
  at: string;
  orderId: string;
  variantId: string;
  sku: string | null;
  quantity: number;
  shown: number | null;
}

/** A snapshot: later events do not change it. */
export interface FakeBooks {
  /** `orders` are those a seller sees now; hidden and removed ones are counted apart. */
  counts: Record<string, number>;
  orders: ReadonlyMap<string, OrderFact>;
  variants: ReadonlyMap<string, VariantFact>;
  sales: readonly Sale[];
}
