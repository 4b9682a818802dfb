/** What a shop holds. Times are milliseconds, amounts whole hundredths of the major unit, ids `prefix_ULID`. */

export type ProductStatus = "draft" | "proposed" | "published" | "rejected";

export interface Row {
  id: string;
  created: number;
  updated: number;
}

export interface Product extends Row {
  title: string;
  handle: string;
  status: ProductStatus;
  metadata: Metadata;
  variants: Variant[];
  deleted: number | null;
}

export interface Price {
  id: string;
  amount: number;
  currency: string;
  /** A price of one region alone. */
  region: string | null;
  minQuantity: number | null;
  maxQuantity: number | null;
  created: number;
}

export interface Variant extends Row {
  product: Product;
  title: string;
  sku: string | null;
  barcode: string | null;
  /** False: never counted, always there. */
  isManaged: boolean;
  allowsBackorder: boolean;
  metadata: Metadata;
  prices: Price[];
  /** Kits need several pieces of an item. */
  parts: { id: string; item: InventoryItem; required: number }[];
  deleted: number | null;
}

export interface InventoryItem extends Row {
  sku: string | null;
  title: string;
  /** By location. */
  levels: Map<string, Level>;
}

export interface Level extends Row {
  item: InventoryItem;
  location: string;
  stocked: number;
  reserved: number;
}

export type Metadata = Record<string, unknown> | null;
export type OrderStatus = "pending" | "completed" | "draft" | "archived" | "canceled" | "requires_action";

export interface Line {
  id: string;
  variant: Variant;
  title: string;
  sku: string | null;
  quantity: number;
  /** Of one piece. */
  unitPrice: number;
  tax: number;
  discount: number;
  fulfilled: number;
  shipped: number;
  delivered: number;
  returnRequested: number;
  returnReceived: number;
  /** Where its pieces are kept, by inventory item. */
  reservations: { level: Level; required: number }[];
}

export interface Refund {
  id: string;
  amount: number;
  note: string | null;
  created: number;
}

export interface Payment extends Row {
  order: Order;
  amount: number;
  captured: number | null;
  canceled: number | null;
  captures: { id: string; amount: number; created: number }[];
  refunds: Refund[];
}

export interface Fulfillment extends Row {
  location: string;
  shipped: number | null;
  delivered: number | null;
  canceled: number | null;
  items: { id: string; line: Line; quantity: number }[];
  labels: { id: string; number: string; url: string; labelUrl: string }[];
}

export type ReturnStatus = "open" | "requested" | "partially_received" | "received" | "canceled";

export interface ReturnItem {
  id: string;
  line: Line;
  quantity: number;
  received: number;
  /** Named in the receipt that is open. */
  arriving: number;
  reason: string | null;
  note: string | null;
}

export interface Return extends Row {
  order: Order;
  version: number;
  location: string;
  status: ReturnStatus;
  /** Before the request is confirmed they are not told. */
  items: ReturnItem[];
  requested: number | null;
  received: number | null;
  canceled: number | null;
  /** The claim or the exchange that it belongs to. */
  parent: string | null;
}

/** A claim or an exchange. */
export interface Complaint extends Row {
  kind: "claim" | "exchange";
  /** Of claims. */
  type: "refund" | "replace" | null;
  order: Order;
  version: number;
  refundAmount: number | null;
  canceled: number | null;
  reason: "missing_item" | "wrong_item" | "production_failure" | "other";
  /** Before it is confirmed they are not told. */
  items: { id: string; line: Line; quantity: number }[];
  additional: { id: string; line: Line; quantity: number }[];
  isConfirmed: boolean;
  back: Return | null;
}

export interface Address {
  first: string;
  last: string;
  street: string;
  city: string;
  postal: string;
  country: string;
  phone: string | null;
}

export interface Order extends Row {
  number: number;
  status: OrderStatus;
  version: number;
  email: string;
  customer: string;
  currency: string;
  metadata: Metadata;
  address: Address;
  lines: Line[];
  shipping: { id: string; name: string; amount: number };
  creditLines: { id: string; amount: number; created: number }[];
  collection: { id: string; amount: number; state: "not_paid" | "awaiting" | "failed" | "canceled" };
  payments: Payment[];
  fulfillments: Fulfillment[];
  returns: Return[];
  canceled: number | null;
  /** Id of the return, claim or exchange that is being made; nothing else of the order can be changed meanwhile. */
  change: string | null;
}

export interface PriceList extends Row {
  title: string;
  status: "active" | "draft";
  starts: number | null;
  ends: number | null;
  prices: { id: string; variant: Variant; amount: number; currency: string }[];
}
