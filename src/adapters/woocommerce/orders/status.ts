/** Order and payment status of an order, and what has left the shelves. Table: platform document, section 5. */
import type { Money, Order, Warning } from "../../../core/model/records.ts";
import type { OrderStatus, PaymentStatus } from "../../../core/model/vocabulary.ts";
import { compare, isZero, zero } from "../../../core/money.ts";
import { DRAFT_STATUSES, FULFILLED_STATUS, META_KEYS, ORDER_STATUS, TRANSFER_METHODS } from "../codes.ts";
import type { Settings } from "../config.ts";
import { metaText, type OrderDocument } from "../schemas/index.ts";

/** True for what is no order yet: carts and orders that an administrator has begun. */
export function isDraft(order: OrderDocument): boolean {
  return DRAFT_STATUSES.has(order.status);
}

/** Statuses beginning with `wc-` are plugin statuses that some endpoints print with their prefix. */
export function bareStatus(status: string): string {
  return status.replace(/^wc-/, "");
}

/** The unified status; a status that neither table nor settings know is `on_hold`, with a warning: nothing is guessed. */
export function orderStatus(
  order: OrderDocument,
  settings: Settings,
  shipped: "none" | "part" | "all",
): { status: OrderStatus; warnings: Warning[] } {
  const external = bareStatus(order.status);
  const configured = settings.statuses[external];
  if (configured) return { status: configured, warnings: [] };
  if (external === "on-hold" && TRANSFER_METHODS.has(order.payment_method))
    return { status: "awaiting_payment", warnings: [] };
  if (external === "refunded" && !hasLeft(order, shipped)) return { status: "cancelled", warnings: [] };
  if (external === "processing") return { status: processingStatus(order, shipped), warnings: [] };
  const known = ORDER_STATUS[external];
  if (known) return { status: known, warnings: [] };
  const detail = `"${external}" is a status of a plugin: name its meaning in the store's setting "statuses".`;
  return { status: "on_hold", warnings: [{ code: "unknown_status", detail }] };
}

/** What parcels say; where none are told apart, what the core's fulfilments wrote on the order. */
function processingStatus(order: OrderDocument, shipped: "none" | "part" | "all"): OrderStatus {
  const fulfilled = FULFILLED_STATUS[metaText(order.meta_data, META_KEYS.fulfilment) ?? ""];
  if (shipped === "all" || fulfilled === "shipped") return "shipped";
  return shipped === "part" || fulfilled === "partially_shipped" ? "partially_shipped" : "awaiting_shipment";
}

/** Whether goods have left, as far as the order says: it was completed once, or has parcels. */
export function hasLeft(order: OrderDocument, shipped: "none" | "part" | "all"): boolean {
  if (shipped !== "none" || order.date_completed_gmt !== null) return true;
  if ((metaText(order.meta_data, META_KEYS.fulfilment) ?? "") in FULFILLED_STATUS) return true;
  return bareStatus(metaText(order.meta_data, META_KEYS.statusBeforeTrash) ?? "") === "completed";
}

/** `total` is null where the document names none: whether a refund is all of it then nobody knows. */
export function paymentStatus(
  order: OrderDocument,
  settings: Settings,
  total: Money | null,
  refunded: Money,
): PaymentStatus {
  const external = bareStatus(order.status);
  if (external === "refunded") return "refunded";
  if (!isZero(refunded)) {
    if (total === null) return "unknown";
    return compare(refunded, total) >= 0 ? "refunded" : "partially_refunded";
  }
  if (order.date_paid_gmt !== null || external === "completed") return "paid";
  // A coupon paid for all of it: nothing is owed.
  if (external === "processing" && total !== null && isZero(total)) return "paid";
  if (external === "on-hold" && settings.authorizing_methods.includes(order.payment_method)) return "authorized";
  return "unpaid";
}

/**
 * WooCommerce takes units off its stock when an order reaches on-hold, processing or completed, and not while it is
 * pending or failed; it notes what it took on each line. So an order without that note that awaits its payment holds
 * nothing on the platform: it deducts on payment.
 */
export function deductsStockOn(order: OrderDocument): Order["deductsStockOn"] {
  const external = bareStatus(order.status);
  if (external !== "pending" && external !== "failed") return "order";
  const taken = order.line_items.some((line) => Number(metaText(line.meta_data, META_KEYS.reducedStock) ?? 0) > 0);
  return taken ? "order" : "payment";
}

/** Money that has been received, before refunds; null where it is as unknown as the total. */
export function paidAmount(status: PaymentStatus, total: Money | null, currency: string): Money | null {
  const isUnpaid = status === "unpaid" || status === "authorized";
  return isUnpaid ? zero(currency) : total;
}
