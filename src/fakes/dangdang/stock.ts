/** What the shelf shows. It falls when an order is shipped, or when it is placed, as the shop is made. */

import type { Cause } from "../fake.ts";
import { log } from "../living.ts";
import type { Store } from "./store.ts";
import type { Order, Sku } from "./types.ts";

export function setStock(store: Store, sku: Sku, quantity: number, by: Cause): void {
  sku.stock = quantity;
  log(store, { kind: "stock_set", variantId: sku.id, quantity, by });
}

/** A buyer orders: the books count the sale now, whenever the shelf will show it. */
export function sellGoods(store: Store, order: Order): void {
  for (const { sku, count } of order.lines) {
    const shown = sku.stock;
    log(store, { kind: "units_sold", orderId: order.id, variantId: sku.id, sku: sku.code, quantity: count, shown });
    if (store.options.stockFalls === "on_order") sku.stock -= count;
    if (sku.stock !== shown - count || sku.stock < 0) setStock(store, sku, Math.max(0, sku.stock), "buyer");
  }
  order.isTaken = store.options.stockFalls === "on_order";
}

/** The goods leave. */
export function takeGoods(store: Store, order: Order, by: Cause): void {
  if (order.isTaken) return;
  order.isTaken = true;
  for (const { sku, sent } of order.lines) if (sent > 0) setStock(store, sku, Math.max(0, sku.stock - sent), by);
}

/** The goods of a cancelled order lie on the shelf again, where they had left it. */
export function putBack(store: Store, order: Order): void {
  if (!order.isTaken) return;
  order.isTaken = false;
  for (const { sku, count } of order.lines) {
    const back = { orderId: order.id, variantId: sku.id, sku: sku.code, quantity: count, reason: "cancelled" };
    log(store, { kind: "units_returned", ...back });
    sku.stock += count;
  }
}
