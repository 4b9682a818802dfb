/** Where an order stands, and what became of each line's pieces. */
import { look } from "../../../core/model/look.ts";
import type { OrderLine, Warning } from "../../../core/model/records.ts";
import type { OrderStatus, PaymentStatus } from "../../../core/model/vocabulary.ts";
import type { Tree } from "../../../core/tree.ts";
import { FULFILLMENT, FULFILMENT, PARCEL, PAYMENT, UNPAID } from "../codes.ts";
import { isCut, nodesIn, piecesIn } from "../schemas.ts";

/** Parcels that have taken goods with them. */
export const sentParcels = (order: Tree): Tree[] =>
  order.list("fulfillments").filter((parcel) => FULFILLMENT[parcel.text("status") ?? ""] === "sent");

export function statusOf(order: Tree, payment: PaymentStatus, warnings: Warning[]): OrderStatus {
  const word = order.need("displayFulfillmentStatus");
  const status = look(FULFILMENT, "fulfilment status", word, "unknown", warnings);
  if (order.text("cancelledAt") !== null) return "cancelled";
  if (status === "left") {
    // Archiving comes last: an order that was delivered and closed is completed.
    if (order.text("closedAt") !== null) return "completed";
    const parcels = sentParcels(order);
    const isHere = (parcel: Tree) => PARCEL[parcel.text("displayStatus") ?? ""] === "delivered";
    return parcels.length > 0 && parcels.every(isHere) ? "delivered" : "shipped";
  }
  if (status === "none")
    return UNPAID[payment] ?? (/^(?:paid|partially_refunded|refunded)$/.test(payment) ? "completed" : "unknown");
  if (status !== "open") return status;
  // All of it was taken off before it left: a state without a word of its own.
  const lines = nodesIn(order, "lineItems");
  const isOff = lines.length > 0 && lines.every((line) => currentOf(line) === 0) && sentParcels(order).length === 0;
  return isOff ? "cancelled" : (UNPAID[payment] ?? "awaiting_shipment");
}

/** Pieces that were ordered and neither taken off nor paid back. */
export const currentOf = (line: Tree): number => line.count("currentQuantity") ?? piecesIn(line, "quantity");

/** An order without a payment status is one that nothing is owed for, or that nobody may see. */
export function paymentOf(order: Tree, warnings: Warning[]): PaymentStatus {
  const word = order.text("displayFinancialStatus");
  if (word !== null) return look(PAYMENT, "financial status", word, "unknown", warnings);
  warnings.push({ code: "payment_unsaid", detail: "The platform does not say whether the order was paid." });
  return "unknown";
}

type Pieces = Pick<OrderLine, "fulfilmentStatus" | "shippedQuantity" | "cancelledQuantity" | "returnedQuantity">;

/**
 * Ordered pieces have left, are still to leave, or were taken off before they left. A bulk run does not tell what was in a
 * parcel, and a file may cut it: what is not open has left then. Pieces of a parcel that is being prepared are still to leave,
 * though the platform counts them as open no more.
 */
export function piecesOf(order: Tree, line: Tree, status: OrderStatus): Pieces {
  const quantity = piecesIn(line, "quantity");
  const parcels = sentParcels(order);
  const isUntold = parcels.some(({ fields: { fulfillmentLineItems: rows } }) => rows === undefined || isCut(rows));
  const [open, current] = [piecesIn(line, "unfulfilledQuantity"), currentOf(line)];
  const told = sumOf(parcels, "fulfillmentLineItems", line);
  const sent = isUntold ? Math.max(told, current - open) : told;
  const shippedQuantity = Math.min(quantity, sent);
  const unsent = quantity - shippedQuantity;
  const off = Math.max(0, unsent - current, Math.min(quantity - current, unsent - open));
  const cancelledQuantity = status === "cancelled" ? unsent : off;
  const left = unsent - cancelledQuantity;
  const back = sumOf(order.list("refunds"), "refundLineItems", line, /^(?:RETURN|LEGACY_RESTOCK)$/);
  const returnedQuantity = Math.min(back, shippedQuantity);
  const fulfilmentStatus =
    quantity > 0 && returnedQuantity === quantity
      ? "returned"
      : quantity > 0 && cancelledQuantity === quantity
        ? "cancelled"
        : shippedQuantity === 0
          ? "unfulfilled"
          : left === 0
            ? "fulfilled"
            : "partially_fulfilled";
  return { fulfilmentStatus, shippedQuantity, cancelledQuantity, returnedQuantity };
}

/** Pieces of a line in parcels or refunds. */
const sumOf = (records: readonly Tree[], connection: string, line: Tree, restock: RegExp | null = null): number =>
  records
    .flatMap((record) => nodesIn(record, connection))
    .filter((part) => part.text("lineItem/id") === line.text("id"))
    .filter((part) => restock === null || restock.test(part.text("restockType") ?? ""))
    .reduce((all, part) => all + piecesIn(part, "quantity"), 0);
