/** What a selling account holds. Times are whole seconds, amounts whole minor units of a marketplace's currency. */

import type { Marketplace } from "./marketplaces.ts";

export type Attributes = Record<string, Record<string, unknown>[]>;

export interface Issue {
  code: string;
  message: string;
  severity: "ERROR" | "WARNING" | "INFO";
  attributeNames: string[];
  categories: string[];
  /** What the issue brings upon the listing. */
  actions: string[];
}

/** A seller's SKU in all marketplaces of the region. */
export interface Listing {
  sku: string;
  asin: string;
  fnSku: string;
  productType: string;
  created: number;
  updated: number;
  /** What the seller has submitted and the platform has taken in. Prices and the quantity are read from here. */
  attributes: Attributes;
  issues: Issue[];
  /** No summary yet: the catalogue has not answered. */
  isDraft: boolean;
  parent: Listing | null;
  /** Of a parent: what its children differ in. */
  theme: string | null;
  /** What is in the platform's own warehouses; null for what the seller sends. */
  fba: FbaStock | null;
  /** The last price that nobody doubted, by marketplace. */
  trusted: Map<string, number>;
}

export interface FbaStock {
  fulfillable: number;
  inboundWorking: number;
  inboundShipped: number;
  inboundReceiving: number;
  reservedOrders: number;
  reservedTransfers: number;
  reservedProcessing: number;
  researching: number;
  damaged: number;
  defective: number;
  updated: number;
}

export interface Line {
  id: string;
  listing: Listing | null;
  sku: string;
  asin: string;
  title: string;
  quantity: number;
  /** As the buyer saw it: with tax where prices hold it. */
  unit: number;
  shipping: number;
  giftWrap: number;
  /** Magnitudes. */
  discount: number;
  shippingDiscount: number;
  promotion: string | null;
  /** Of goods, shipping and wrapping, after discounts. */
  tax: { item: number; shipping: number; giftWrap: number };
  giftMessage: string | null;
  /** A fee for cash on delivery, or another charge. */
  extra: { type: "COD_FEE" | "OTHER"; amount: number } | null;
  isBusinessPrice: boolean;
  shipped: number;
  request: string | null;
  execution: { by: "BUYER" | "MERCHANT" | "AMAZON"; reason: string } | null;
}

export type PackageStatus = "PENDING" | "IN_TRANSIT" | "SHIPPED" | "DELIVERED" | "CANCELLED" | "UNDELIVERABLE";

export interface Parcel {
  reference: string;
  created: number;
  shipped: number;
  carrier: string;
  service: string | null;
  tracking: string;
  status: PackageStatus;
  detail: string | null;
  lines: { line: Line; quantity: number }[];
}

export interface Order {
  id: string;
  alias: string | null;
  created: number;
  updated: number;
  marketplace: Marketplace;
  isAmazonSale: boolean;
  fulfilledBy: "AMAZON" | "MERCHANT";
  service: string;
  /** Until the payment is made and the goods are there; an order that cannot be sent at all. */
  state: "PENDING_AVAILABILITY" | "PENDING" | "OPEN" | "UNFULFILLABLE" | "CANCELLED";
  programs: string[];
  replaced: { id: string; type: string } | null;
  buyer: { name: string; email: string; company: string | null; purchaseOrder: string | null };
  address: { name: string; line: string; city: string; region: string | null; postal: string; phone: string };
  payment: string;
  tip: { amount: number; status: "PENDING" | "FINALIZED" } | null;
  lines: Line[];
  parcels: Parcel[];
  returns: Return[];
  shipBy: number;
  deliverBy: number;
  /** Of goods that need a review before they are sent. */
  verification: { status: string; reviewer: string | null; reason: string | null } | null;
  /** Of goods that are picked up. */
  pickup: string | null;
  refunded: number;
}

/** A row of the returns report. */
export interface Return {
  rma: string;
  merchantRma: string;
  order: Order;
  line: Line;
  quantity: number;
  status: "Pending" | "Approved" | "Denied" | "Closed";
  requested: number;
  delivered: number | null;
  reason: string;
  type: string;
  resolution: string;
  tracking: string | null;
  refunded: number;
  isClaim: boolean;
  safeT: { id: string; state: string; created: number; amount: number } | null;
  updated: number;
}

/** A line of the account, as a settlement lists it. */
export interface LedgerLine {
  at: number;
  marketplace: Marketplace;
  type: string;
  amountType: string;
  description: string;
  amount: number;
  order: Order | null;
  line: Line | null;
  quantity: number;
  shipment: string | null;
  adjustment: string | null;
  settlement: Settlement | null;
  /** What it is a part of; null for what no transaction tells. */
  transaction: Transaction | null;
}

export interface Transaction {
  id: string;
  at: number;
  marketplace: Marketplace;
  type: string;
  description: string;
  status: "DEFERRED" | "RELEASED" | "DEFERRED_RELEASED";
  order: Order | null;
  lines: LedgerLine[];
  identifiers: { name: string; value: string }[];
  deferral: { reason: "B2B" | "DD7"; until: number } | null;
}

export type PayoutStatus = "STARTED" | "IN_TRANSIT" | "PAID" | "FAILED" | "CANCELLED" | "NO_PAYOUT";

export interface Settlement {
  id: string;
  marketplace: Marketplace;
  from: number;
  to: number;
  deposit: number;
  total: number;
  lines: LedgerLine[];
  isOnDemand: boolean;
  payout: { status: PayoutStatus; history: { status: PayoutStatus; at: number; reason?: string }[]; trace: string };
}

export type JobStatus = "IN_QUEUE" | "IN_PROGRESS" | "DONE" | "CANCELLED" | "FATAL";

/** What a feed or a report has in common. */
export interface Job {
  id: string;
  type: string;
  marketplaces: string[];
  created: number;
  status: JobStatus;
  started: number | null;
  ended: number | null;
  /** The result, or the report. */
  document: string | null;
}

export interface Feed extends Job {
  input: string;
}

export interface Report extends Job {
  from: number | null;
  to: number | null;
  schedule: string | null;
  options: Record<string, string>;
}

export interface Schedule {
  id: string;
  type: string;
  marketplaces: string[];
  period: string;
  next: number;
  options: Record<string, string>;
}

/** A file behind a signed address. */
export interface StoredFile {
  id: string;
  kind: "feed" | "report";
  contentType: string;
  isInput: boolean;
  body: Uint8Array | null;
  isGzip: boolean;
}
