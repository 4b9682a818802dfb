/** What a shop holds. Times are whole seconds, amounts whole cents of the shop's currency, ids numbers. */

import type { BulkFile } from "./bulk-file.ts";
export interface Row {
  id: number;
  created: number;
  updated: number;
}

export type ProductStatus = "ACTIVE" | "ARCHIVED" | "DRAFT" | "UNLISTED";

export interface Product extends Row {
  title: string;
  handle: string;
  vendor: string;
  type: string;
  status: ProductStatus;
  /** Null: not in the online store. */
  published: number | null;
  tags: string[];
  variants: Variant[];
}

export interface Variant extends Row {
  product: Product;
  title: string;
  sku: string | null;
  barcode: string | null;
  price: number;
  compareAt: number | null;
  policy: "CONTINUE" | "DENY";
  item: Item;
}

export interface Item extends Row {
  variant: Variant;
  isTracked: boolean;
  /** By location. */
  levels: Map<number, Level>;
}

/** Named quantities of an item at a location; what is on hand is the sum of all but `incoming`. */
export interface Level {
  id: number;
  item: Item;
  location: Location;
  updated: number;
  counts: Record<CountName, number>;
}

export type CountName =
  | "available"
  | "committed"
  | "reserved"
  | "damaged"
  | "safety_stock"
  | "quality_control"
  | "incoming";

export interface Location {
  id: number;
  name: string;
  isActive: boolean;
}

export interface Line {
  id: number;
  /** Null: the variant was deleted, or there never was one. */
  variant: Variant | null;
  title: string;
  sku: string | null;
  quantity: number;
  /** Without pieces that were taken out of the order. */
  current: number;
  unit: number;
  /** Of the whole line: its share of the order's discount, and its tax. */
  discount: number;
  tax: number;
  isGiftCard: boolean;
  shipped: number;
  refunded: number;
}

export interface Transaction {
  id: number;
  order: Order;
  kind: "AUTHORIZATION" | "CAPTURE" | "SALE" | "REFUND" | "VOID";
  status: "SUCCESS" | "PENDING" | "FAILURE";
  gateway: string;
  amount: number;
  at: number;
  parent: Transaction | null;
}

export interface RefundLine {
  id: number;
  line: Line;
  quantity: number;
  restock: "RETURN" | "CANCEL" | "NO_RESTOCK";
  /** What these pieces had cost, after discounts, and their tax. */
  subtotal: number;
  tax: number;
  location: Location | null;
}

export interface Refund extends Row {
  order: Order;
  note: string;
  lines: RefundLine[];
  shipping: number;
  /** What was given beyond, or kept back of, the goods' value. */
  adjustment: number;
  transactions: Transaction[];
  back: Return | null;
}

export type WorkStatus = "OPEN" | "IN_PROGRESS" | "SCHEDULED" | "ON_HOLD" | "INCOMPLETE" | "CLOSED" | "CANCELLED";

/** A fulfilment order: the work of one location. */
export interface Work extends Row {
  order: Order;
  status: WorkStatus;
  request: string;
  location: Location;
  holds: { id: number; reason: string; notes: string | null; isOurs: boolean }[];
  lines: WorkLine[];
  fulfillAt: number | null;
}

export interface WorkLine {
  id: number;
  line: Line;
  total: number;
  remaining: number;
}

export interface Parcel extends Row {
  order: Order;
  name: string;
  status: "SUCCESS" | "CANCELLED" | "ERROR" | "FAILURE";
  display: string;
  inTransit: number | null;
  delivered: number | null;
  tracking: { company: string | null; number: string | null; url: string | null }[];
  lines: { id: number; line: Line; quantity: number; workLine: WorkLine }[];
  location: Location;
  events: { id: number; status: string; at: number; message: string | null }[];
}

export type ReturnStatus = "REQUESTED" | "OPEN" | "CLOSED" | "DECLINED" | "CANCELED";

export interface Return extends Row {
  order: Order;
  name: string;
  status: ReturnStatus;
  approved: number | null;
  closed: number | null;
  decline: { reason: string; note: string | null } | null;
  lines: ReturnLine[];
  exchange: { id: number; line: Line; quantity: number }[];
  reverse: ReverseWork | null;
}

export interface ReturnLine {
  id: number;
  source: Parcel["lines"][number];
  quantity: number;
  processed: number;
  refunded: number;
  reason: "size_too_small" | "defective" | "unwanted";
  note: string | null;
}

export interface ReverseWork {
  id: number;
  status: "OPEN" | "CLOSED" | "CANCELED";
  lines: { id: number; source: ReturnLine; disposed: { id: number; quantity: number; type: string }[] }[];
  deliveries: { id: number; number: string; url: string; carrier: string }[];
}

export interface Dispute {
  id: number;
  order: Order;
  type: "CHARGEBACK" | "INQUIRY";
  status: "NEEDS_RESPONSE" | "UNDER_REVIEW" | "WON" | "LOST" | "ACCEPTED" | "CHARGE_REFUNDED" | "PREVENTED";
  reason: string;
  amount: number;
  initiated: number;
  due: number;
  sent: number | null;
  finalized: number | null;
  evidence: { id: number; isSubmitted: boolean };
}

export interface Order extends Row {
  number: number;
  cancelled: number | null;
  cancelReason: string | null;
  closed: number | null;
  isTest: boolean;
  isExpired: boolean;
  note: string | null;
  tags: string[];
  poNumber: string | null;
  email: string | null;
  phone: string | null;
  source: string;
  taxesIncluded: boolean;
  presentment: { currency: string; rate: number };
  buyer: { id: number; first: string; last: string; street: string; zip: string } | null;
  lines: Line[];
  shipping: { id: number; title: string; amount: number } | null;
  tip: number;
  transactions: Transaction[];
  refunds: Refund[];
  work: Work[];
  parcels: Parcel[];
  returns: Return[];
  disputes: Dispute[];
}

/** A line of the payments account; a payout is a line too. */
export interface BalanceLine {
  id: number;
  type: string;
  source: string | null;
  sourceId: number | null;
  transaction: Transaction | null;
  order: Order | null;
  amount: number;
  fee: number;
  at: number;
  payout: Payout | null;
  reason: string | null;
}

export interface Payout {
  id: number;
  issued: number;
  status: "SCHEDULED" | "IN_TRANSIT" | "PAID" | "FAILED" | "CANCELED";
  isDeposit: boolean;
  net: number;
  lines: BalanceLine[];
}

export interface Subscription extends Row {
  topic: string;
  uri: string;
  filter: string | null;
  includeFields: string[];
  format: "JSON" | "XML";
  version: string;
  failures: number;
}

export interface BulkRun {
  id: number;
  query: string;
  isGrouped: boolean;
  created: number;
  cancelled: number | null;
  /** Lines that the file holds, worked out when the run ends. */
  file: BulkFile | null;
  failure: string | null;
}
