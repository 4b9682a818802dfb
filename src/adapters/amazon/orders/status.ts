/** Where an order stands, and what became of each line's pieces. */
import { look } from "../../../core/model/look.ts";
import type { OrderLine, Warning } from "../../../core/model/records.ts";
import type { Fulfiller, OrderStatus, PaymentStatus } from "../../../core/model/vocabulary.ts";
import type { Tree } from "../../../core/tree.ts";
import { FULFILLER, ON_DELIVERY, ORDER } from "../codes.ts";
import { piecesIn } from "../schemas.ts";

export interface Standing {
  status: OrderStatus;
  payment: PaymentStatus;
  fulfilledBy: Fulfiller;
}

const UNKNOWN = ["unknown", "unknown"] as const;

export function standingOf(order: Tree, warnings: Warning[]): Standing {
  const [told, paid] = look(
    ORDER,
    "fulfilment status",
    order.text("fulfillment/fulfillmentStatus") ?? "",
    UNKNOWN,
    warnings,
  );
  const parcels = order.list("packages");
  const isHere = parcels.length > 0 && parcels.every((parcel) => parcel.text("packageStatus/status") === "DELIVERED");
  const status = told === "shipped" && isHere ? "delivered" : told;
  const onDelivery = order
    .list("payment/paymentExecutions")
    .some((payment) => ON_DELIVERY.test(payment.text("paymentMethod") ?? ""));
  const payment = paid === "paid" && onDelivery && status !== "delivered" ? "authorized" : paid;
  const by = order.text("fulfillment/fulfilledBy");
  return {
    status,
    payment,
    fulfilledBy: by === null ? "seller" : look(FULFILLER, "fulfilled by", by, "seller", warnings),
  };
}

type Pieces = Pick<OrderLine, "fulfilmentStatus" | "shippedQuantity" | "cancelledQuantity" | "returnedQuantity">;

/** Pieces have left, were cancelled before they left, or are open. What comes back is told by returns. */
export function piecesOf(line: Tree, { status }: Standing): Pieces {
  const quantity = piecesIn(line, "quantityOrdered");
  const left = line.count("fulfillment/quantityFulfilled");
  const hasLeft = status === "shipped" || status === "delivered";
  const shippedQuantity = Math.min(quantity, left ?? (hasLeft ? quantity : 0));
  const isStopped = status === "cancelled" || line.text("cancellation/cancellationExecution/cancelledBy") !== null;
  // Of a line of which a part was cancelled the rest is still to be sent. Numbers that show no piece as cancelled tell nothing.
  const rest = quantity - shippedQuantity;
  const open = status === "cancelled" ? 0 : (line.count("fulfillment/quantityUnfulfilled") ?? 0);
  const cancelledQuantity = isStopped ? (open < rest ? rest - open : rest) : 0;
  const fulfilmentStatus =
    quantity === 0 || cancelledQuantity === quantity
      ? "cancelled"
      : shippedQuantity === 0
        ? "unfulfilled"
        : shippedQuantity + cancelledQuantity === quantity
          ? "fulfilled"
          : "partially_fulfilled";
  return { fulfilmentStatus, shippedQuantity, cancelledQuantity, returnedQuantity: 0 };
}
