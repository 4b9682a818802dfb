/**
 * The unified records: what a platform document becomes. Plain data; instants are `Date` (UTC), amounts are `Money`,
 * external ids are strings. `null` means "the platform does not say".
 */
import type {
  AddressPrivacy,
  ChargeKind,
  DisputeKind,
  DisputeStatus,
  EntryKind,
  Fulfiller,
  FulfilmentStatus,
  ListingStatus,
  OrderStatus,
  Payer,
  PaymentStatus,
  ShipmentStatus,
  Turn,
} from "./vocabulary.ts";

/** Exact amount: decimal string and ISO 4217 currency. */
export interface Money {
  amount: string;
  currency: string;
}

/** Something about a document that a person should know; the document is kept all the same. */
export interface Warning {
  code: string;
  detail: string;
}

export interface Buyer {
  externalId: string | null;
  name: string | null;
  email: string | null;
  phone: string | null;
  taxId: string | null;
}

/** A postal address as given. `encrypted` holds the platform's ciphertext fields by name where values are not readable. */
export interface Address {
  name: string | null;
  phone: string | null;
  company: string | null;
  lines: string[];
  district: string | null;
  city: string | null;
  region: string | null;
  postcode: string | null;
  /** ISO 3166-1 alpha-2. */
  country: string | null;
  privacy: AddressPrivacy;
  encrypted: Record<string, string> | null;
}

/** One variant x quantity. `total` = quantity x unit price - discounts, on the platform's own tax basis. */
export interface OrderLine {
  externalId: string;
  listingExternalId: string | null;
  variantExternalId: string | null;
  sellerCode: string | null;
  title: string;
  /** The chosen options in the platform's words ("S, Ink"). */
  options: string | null;
  quantity: number;
  unitPrice: Money;
  discount: Money;
  tax: Money;
  total: Money;
  fulfilmentStatus: FulfilmentStatus;
  /** Units that have left, were cancelled before leaving, and came back. The rest is open. */
  shippedQuantity: number;
  cancelledQuantity: number;
  returnedQuantity: number;
  fulfilledBy: Fulfiller;
  /** The platform's location, warehouse or co-operation that serves the line. */
  place: string | null;
  gift: boolean;
  /** The line this one is a part of (platform-side bundles). */
  parentExternalId: string | null;
}

/**
 * What the buyer owes or was granted beside the lines. Positive adds to the total, negative lowers it. Where tax is not
 * inside the lines, a charge of kind `tax` holds all of it, and the lines' own tax is for information.
 */
export interface OrderCharge {
  kind: ChargeKind;
  payer: Payer;
  amount: Money;
  /** The platform's name for it (coupon code, fee name). */
  label: string | null;
  /** False for a charge that is shown for information and is no part of the total (a discount already in the lines). */
  inTotal: boolean;
}

/** One step of a payment (deposit and balance of a pre-sale, split tender). */
export interface OrderPayment {
  externalId: string | null;
  method: string | null;
  amount: Money;
  paidAt: Date | null;
  dueAt: Date | null;
  status: PaymentStatus;
}

export interface Order {
  externalId: string;
  externalNumber: string | null;
  /** The order this one was split from, or the purchase order it belongs to. */
  parentExternalId: string | null;
  /** The platform's order type where there are several (pre-sale, pick, marketplace-fulfilled …). */
  externalKind: string | null;
  marketplace: string | null;
  place: string | null;
  status: OrderStatus;
  externalStatus: string;
  paymentStatus: PaymentStatus;
  fulfilledBy: Fulfiller;
  placedAt: Date;
  paidAt: Date | null;
  shipBy: Date | null;
  deliverBy: Date | null;
  completedAt: Date | null;
  cancelledAt: Date | null;
  currency: string;
  /** What the buyer owes after edits and before refunds; null while the platform does not say. */
  total: Money | null;
  paid: Money | null;
  refunded: Money | null;
  /** Whether line totals and charges hold tax. */
  taxIncluded: boolean;
  /** Whether the platform takes the units off its own stock on order or on payment; `null` where it does not say. */
  deductsStockOn: "order" | "payment" | null;
  lines: OrderLine[];
  charges: OrderCharge[];
  payments: OrderPayment[];
  buyer: Buyer | null;
  shipTo: Address | null;
  notes: { buyer: string | null; seller: string | null; flag: string | null };
  /** Platform facts without a field of their own; scalars only, no buyer data. */
  extra: Record<string, string | number | boolean>;
  warnings: Warning[];
}

export interface Variant {
  externalId: string;
  sellerCode: string | null;
  barcode: string | null;
  title: string | null;
  options: Record<string, string>;
  price: Money | null;
  /** Price before a running promotion. */
  regularPrice: Money | null;
  /** What the platform shows now; `null` where it does not count stock for this variant. */
  quantity: number | null;
  /** Quantities by the platform's places, where it has any. */
  places: { place: string; quantity: number }[];
  externalProductId: string | null;
  /** Further codes that pushes must name (product type, offer id, inventory item …). */
  codes: Record<string, string>;
  fulfilledBy: Fulfiller;
  active: boolean;
}

export interface Listing {
  externalId: string;
  marketplace: string | null;
  title: string;
  status: ListingStatus;
  externalStatus: string;
  category: string | null;
  url: string | null;
  imageUrl: string | null;
  variants: Variant[];
  /** True where `variants` is only a part of the listing (one document per variant): others are left as they are. */
  partial: boolean;
  warnings: Warning[];
}

export interface TrackingEvent {
  at: Date;
  status: ShipmentStatus;
  externalCode: string | null;
  text: string | null;
  location: string | null;
}

export interface Shipment {
  externalId: string;
  orderExternalId: string;
  status: ShipmentStatus;
  externalStatus: string | null;
  /** Unified carrier code, and the platform's own. */
  carrier: string | null;
  externalCarrier: string | null;
  trackingNumber: string | null;
  trackingUrl: string | null;
  place: string | null;
  fulfilledBy: Fulfiller;
  shippedAt: Date | null;
  deliveredAt: Date | null;
  lines: { orderLineExternalId: string; quantity: number }[];
  events: TrackingEvent[];
  warnings: Warning[];
}

export interface DisputeLine {
  orderLineExternalId: string | null;
  variantExternalId: string | null;
  quantity: number;
  amount: Money | null;
}

export interface Dispute {
  externalId: string;
  orderExternalId: string | null;
  /** Which of the platform's dispute systems it lives in, where there are several. */
  system: string | null;
  kind: DisputeKind;
  externalKind: string | null;
  status: DisputeStatus;
  externalStatus: string;
  reason: string | null;
  externalReason: string | null;
  amount: Money | null;
  turn: Turn | null;
  dueAt: Date | null;
  openedAt: Date;
  closedAt: Date | null;
  lines: DisputeLine[];
  events: { at: Date; by: Turn | null; text: string }[];
  returnTracking: { carrier: string | null; number: string | null } | null;
  /** The platform's version that an answer must name. */
  lockToken: string | null;
  /** Units go back on the shelf only when the warehouse says so; this is what the platform recorded. */
  restockedByPlatform: boolean | null;
  warnings: Warning[];
}

/** Money given back, keyed by its own id. `amount` is positive. */
export interface Refund {
  externalId: string;
  orderExternalId: string | null;
  disputeExternalId: string | null;
  amount: Money;
  reason: string | null;
  status: "pending" | "done" | "failed" | "unknown";
  refundedAt: Date | null;
  lines: DisputeLine[];
  shippingAmount: Money | null;
}

export interface Settlement {
  externalId: string;
  periodStart: Date;
  periodEnd: Date;
  currency: string;
  /** Sum of the statement's entries as the platform states it, and what it transferred; `null` where it names none. */
  total: Money | null;
  payout: Money | null;
  payoutCurrencyRate: string | null;
  paidAt: Date | null;
  externalStatus: string | null;
  warnings: Warning[];
}

/** One signed movement of the store's money, from the seller's side. */
export interface LedgerEntry {
  externalId: string;
  settlementExternalId: string | null;
  /** Which of the platform's books tells it: the same money may stand in several; `SettlementCapability.books` says which count. */
  book: string;
  state: "estimated" | "deferred" | "posted" | "paid";
  kind: EntryKind;
  externalKind: string;
  amount: Money;
  postedAt: Date;
  orderExternalId: string | null;
  orderLineExternalId: string | null;
  shipmentExternalId: string | null;
  refundExternalId: string | null;
  sellerCode: string | null;
  description: string | null;
}

/** A seller-side campaign that the platform announces (schedule, 档期). */
export interface Campaign {
  externalId: string;
  title: string;
  place: string | null;
  startsAt: Date;
  endsAt: Date;
  externalStatus: string | null;
  items: { variantExternalId: string | null; sellerCode: string | null; quantity: number | null }[];
}

/** What a platform shows at a place, where it is told apart from the listing. */
export interface Observation {
  variantExternalId: string;
  place: string | null;
  quantity: number | null;
  price: Money | null;
}

/** Everything one document says. */
export interface Unified {
  orders: Order[];
  listings: Listing[];
  shipments: Shipment[];
  disputes: Dispute[];
  refunds: Refund[];
  settlements: Settlement[];
  entries: LedgerEntry[];
  campaigns: Campaign[];
  observations: Observation[];
  /** Records that the platform has deleted: marked, never removed. */
  deleted: { resource: "orders" | "listings" | "shipments" | "disputes"; externalId: string }[];
}

/** A `Unified` with the given lists, the others empty. */
export function unified(parts: Partial<Unified>): Unified {
  return {
    orders: [],
    listings: [],
    shipments: [],
    disputes: [],
    refunds: [],
    settlements: [],
    entries: [],
    campaigns: [],
    observations: [],
    deleted: [],
    ...parts,
  };
}
