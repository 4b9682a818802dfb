/** An order's way through its statuses, with everything the platform does of itself on the way. */

import type { BookLine, Cause } from "../fake.ts";
import { addNote } from "./notes.ts";
import { productOf, reduceStock, restoreStock } from "./stock.ts";
import { changeOrder, log, money, nowOf, type Store, take } from "./store.ts";
import type { Order, OrderLine } from "./types.ts";

export const STATUS_NAMES: Readonly<Record<string, string>> = {
  pending: "Pending payment",
  processing: "Processing",
  "on-hold": "On hold",
  completed: "Completed",
  cancelled: "Cancelled",
  refunded: "Refunded",
  failed: "Failed",
  "checkout-draft": "Draft",
};

/** What a write may set; `auto-draft` comes first in the platform's own message. */
export const WRITABLE_STATUSES = ["auto-draft", ...Object.keys(STATUS_NAMES)];

/** What a list may ask for. */
export const LISTABLE_STATUSES = ["any", "trash", ...WRITABLE_STATUSES];

/** Statuses of orders that no buyer has placed yet; the books do not know them. */
const DRAFTS = new Set(["checkout-draft", "auto-draft"]);

/** True for a basket that is not an order yet. */
export function isDraft(status: string): boolean {
  return DRAFTS.has(status);
}

/** True when some line needs shipping work. */
export function needsProcessing(store: Store, order: Order): boolean {
  return order.lines.some((line) => {
    const product = productOf(store, line);
    return product !== undefined && !product.isVirtual;
  });
}

/** The lines as the books keep them. */
export function bookLines(lines: readonly OrderLine[]): BookLine[] {
  return lines.map((line) => ({
    lineId: String(line.id),
    listingId: String(line.productId),
    variantId: String(line.variationId === 0 ? line.productId : line.variationId),
    sku: line.soldSku,
    quantity: line.quantity,
  }));
}

/** Announces and books a new order, with the effects of the status it starts in. */
export function openOrder(store: Store, order: Order, by: Cause): void {
  if (!isDraft(order.status)) bookPlaced(store, order, by);
  enter(store, order);
  if (isDraft(order.status)) return;
  store.announce("order", order.id, "created");
  store.announce("order", order.id, "updated");
}

/** Moves an order to a status; the same one again moves its time of change alone. */
export function setStatus(store: Store, order: Order, status: string, by: Cause): void {
  const from = order.status;
  if (from === status) {
    changeOrder(store, order, () => {});
    store.announce("order", order.id, "updated");
    return;
  }
  changeOrder(store, order, () => {
    order.status = status;
    if (from === "trash") {
      order.trashedFrom = null;
      order.meta = order.meta.filter((meta) => !meta.key.startsWith("_wp_trash_meta_"));
    }
    enter(store, order);
  });
  addNote(store, order, `Order status changed from ${nameOf(from)} to ${nameOf(status)}.`);
  if (isDraft(from)) {
    bookPlaced(store, order, by);
    store.announce("order", order.id, "created");
  } else {
    if (from === "trash") log(store, { kind: "order_shown", orderId: String(order.id), by });
    log(store, { kind: "order_changed", orderId: String(order.id), what: "status", status, by });
  }
  store.announce("order", order.id, "updated");
}

/** What a gateway does when the money has come. */
export function completePayment(store: Store, order: Order, by: Cause): void {
  if (order.paid === null) order.paid = nowOf(store);
  const how = order.paymentTitle === "" ? "" : ` via ${order.paymentTitle}`;
  const reference = order.transactionId === "" ? "" : ` (${order.transactionId})`;
  if (how !== "") addNote(store, order, `Payment${how}${reference}.`);
  setStatus(store, order, paidStatus(store, order), by);
}

/** Puts an order into the trash, where lists do not show it. */
export function trashOrder(store: Store, order: Order, by: Cause): void {
  const from = order.status;
  changeOrder(store, order, () => {
    order.trashedFrom = from;
    order.status = "trash";
    order.meta.push({ id: take(store, "meta"), key: "_wp_trash_meta_status", value: `wc-${from}` });
    order.meta.push({ id: take(store, "meta"), key: "_wp_trash_meta_time", value: String(nowOf(store)) });
  });
  if (!isDraft(from)) log(store, { kind: "order_hidden", orderId: String(order.id), by });
  store.announce("order", order.id, "updated");
  store.announce("order", order.id, "deleted");
}

/** Takes an order out of the trash again. */
export function untrashOrder(store: Store, order: Order, by: Cause): void {
  const from = order.trashedFrom ?? "pending";
  changeOrder(store, order, () => {
    order.status = from;
    order.trashedFrom = null;
    order.meta = order.meta.filter((meta) => !meta.key.startsWith("_wp_trash_meta_"));
  });
  if (!isDraft(from)) log(store, { kind: "order_shown", orderId: String(order.id), by });
  store.announce("order", order.id, "restored");
  store.announce("order", order.id, "updated");
}

/** The status an order gets when it is paid: cash on delivery goes straight to its end. */
function paidStatus(store: Store, order: Order): string {
  if (order.paymentMethod === "cod") return "completed";
  return needsProcessing(store, order) ? "processing" : "completed";
}

function bookPlaced(store: Store, order: Order, by: Cause): void {
  log(store, {
    kind: "order_placed",
    orderId: String(order.id),
    status: order.status,
    currency: order.currency,
    total: money(store, order.totals.total),
    lines: bookLines(order.lines),
    by,
  });
}

function enter(store: Store, order: Order): void {
  const { status } = order;
  if (status === "processing" || status === "completed" || status === "on-hold") {
    reduceStock(store, order);
    countSale(store, order);
  }
  if (status === "cancelled" || status === "pending") restoreStock(store, order);
  if (order.paid === null) {
    const paid = paidStatus(store, order);
    if (status === paid || (paid === "processing" && status === "completed")) order.paid = nowOf(store);
  }
  if (status === "completed") order.completed = nowOf(store);
  if (store.hasFulfillments && (status === "processing" || status === "completed")) {
    if (!order.meta.some((meta) => meta.key === "_auto_fulfill_processed")) {
      order.meta.push({ id: take(store, "meta"), key: "_auto_fulfill_processed", value: "1" });
    }
  }
}

function countSale(store: Store, order: Order): void {
  if (order.isCountedAsSale) return;
  order.isCountedAsSale = true;
  for (const line of order.lines) {
    const product = store.products.get(line.productId);
    if (product !== undefined) product.totalSales += line.quantity;
  }
}

function nameOf(status: string): string {
  return STATUS_NAMES[status] ?? status;
}
