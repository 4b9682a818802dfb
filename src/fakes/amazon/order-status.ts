/** How an order stands, in the words of both versions of the orders API. */

import type { Line, Order } from "./types.ts";

/** Pieces that are still to be sent. */
export function unsentOf({ quantity, shipped, execution }: Line): number {
  return execution === null ? quantity - shipped : 0;
}

export function fulfillmentStatus(order: Order): string {
  if (order.state !== "OPEN") return order.state;
  const shipped = order.lines.reduce((sum, line) => sum + line.shipped, 0);
  if (shipped === 0) return "UNSHIPPED";
  return order.lines.every((line) => unsentOf(line) === 0) ? "SHIPPED" : "PARTIALLY_SHIPPED";
}

const V0: Readonly<Record<string, string>> = {
  PENDING_AVAILABILITY: "PendingAvailability",
  PENDING: "Pending",
  UNSHIPPED: "Unshipped",
  PARTIALLY_SHIPPED: "PartiallyShipped",
  SHIPPED: "Shipped",
  CANCELLED: "Canceled",
  UNFULFILLABLE: "Unfulfillable",
};

export function v0StatusOf(order: Order): string {
  return V0[fulfillmentStatus(order)] ?? "Pending";
}

/** Until then an order has no prices and no address. */
export function isPending({ state }: Order): boolean {
  return state === "PENDING" || state === "PENDING_AVAILABILITY";
}
