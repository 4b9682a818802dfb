/** What buyers can buy, and what unshipped orders hold. */

import type { Cause } from "../fake.ts";
import { log, nowOf } from "../living.ts";
import type { Store } from "./store.ts";
import type { Order, Sku } from "./types.ts";

/** Sets what buyers can buy. */
export function setSellable(store: Store, sku: Sku, quantity: number, by: Cause): void {
  if (quantity !== sku.sellable) log(store, { kind: "stock_set", variantId: sku.id, quantity, by });
  sku.sellable = quantity;
  touch(store, sku);
}

/** Takes an order's goods off the shelf; below nothing a shelf shows nothing. */
export function hold(store: Store, order: Order): void {
  for (const { sku, count } of order.lines) {
    const sold = { orderId: order.id, variantId: sku.id, sku: sku.code, quantity: count, shown: sku.sellable };
    log(store, { kind: "units_sold", ...sold });
    sku.sellable -= count;
    sku.booked += count;
    if (sku.sellable < 0) setSellable(store, sku, 0, "owner");
    touch(store, sku);
  }
  order.isHeld = true;
}

/** The goods have left, or lie on the shelf again. */
export function release(store: Store, order: Order, reason: string | null): void {
  if (!order.isHeld) return;
  order.isHeld = false;
  for (const { sku, count } of order.lines) {
    sku.booked -= count;
    if (reason === null) continue;
    const back = { orderId: order.id, variantId: sku.id, sku: sku.code, quantity: count, reason };
    log(store, { kind: "units_returned", ...back });
    sku.sellable += count;
    touch(store, sku);
  }
}

export function touch(store: Store, sku: Sku): void {
  sku.modified = Math.max(sku.modified, nowOf(store));
  sku.ware.modified = Math.max(sku.ware.modified, sku.modified);
}
