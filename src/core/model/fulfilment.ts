/** What has left of a line, where the platform tells the order's state and the pieces that were sent. */
import type { OrderLine } from "./records.ts";
import type { OrderStatus } from "./vocabulary.ts";

type Fulfilment = Pick<OrderLine, "fulfilmentStatus" | "shippedQuantity" | "cancelledQuantity">;
const GONE: ReadonlySet<OrderStatus> = new Set(["shipped", "delivered", "completed"]);

/** `sent` null: not said, all of an order that has left. Pieces of it that did not leave with it are cancelled. */
export function fulfilmentOf(ordered: number, sent: number | null, status: OrderStatus): Fulfilment {
  if (status === "unknown") return { fulfilmentStatus: "unknown", shippedQuantity: 0, cancelledQuantity: 0 };
  const isGone = GONE.has(status);
  const shippedQuantity = Math.min(ordered, sent ?? (isGone ? ordered : 0));
  const cancelledQuantity = isGone || status === "cancelled" ? ordered - shippedQuantity : 0;
  if (ordered > 0 && cancelledQuantity === ordered)
    return { fulfilmentStatus: "cancelled", shippedQuantity, cancelledQuantity };
  const isWhole = shippedQuantity + cancelledQuantity === ordered;
  const fulfilmentStatus = shippedQuantity === 0 ? "unfulfilled" : isWhole ? "fulfilled" : "partially_fulfilled";
  return { fulfilmentStatus, shippedQuantity, cancelledQuantity };
}
