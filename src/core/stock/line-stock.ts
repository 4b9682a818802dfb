/** What an order line asks of our shelves. Pure. */
import type { Order, OrderLine } from "../model/records.ts";
import { OPEN_ORDER_STATUSES } from "../model/vocabulary.ts";

export interface LineStock {
  /** Units that stay reserved until they leave or are cancelled. */
  held: number;
  /** Units that have left for good. */
  consumed: number;
}

const NOTHING: LineStock = { held: 0, consumed: 0 };

/**
 * Held and consumed units of a line. An order that awaits its payment holds too, unless the platform says that it
 * deducts on payment; what the platform's own warehouse sends touches no location of ours; a line of which another is a
 * part (platform-side bundle) is carried by its parts.
 */
export function lineStock(order: Order, line: OrderLine, isParent = false): LineStock {
  if (line.fulfilledBy === "platform" || isParent) return NOTHING;
  const kept = Math.max(0, line.quantity - line.cancelledQuantity);
  const shipped = Math.min(kept, line.shippedQuantity);
  if (order.status === "cancelled") return { held: 0, consumed: shipped };
  if (!OPEN_ORDER_STATUSES.includes(order.status)) return { held: 0, consumed: kept };
  if (order.status === "awaiting_payment" && order.deductsStockOn === "payment") return { held: 0, consumed: shipped };
  if (line.fulfilmentStatus === "cancelled") return { held: 0, consumed: shipped };
  return { held: kept - shipped, consumed: shipped };
}
