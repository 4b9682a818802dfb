/** What buyers can still buy: by co-operation and warehouse, or in the marketplace. */

import type { Cause } from "../fake.ts";
import { log, nowOf } from "../living.ts";
import type { Store } from "./store.ts";
import type { Line, Offer, Sku } from "./types.ts";

/** All places of a barcode together. */
export function leavingOf({ offers }: Sku): number {
  return offers.reduce((sum, { leaving }) => sum + leaving, 0);
}

export function setOffer(store: Store, offer: Offer, leaving: number, by: Cause): void {
  offer.leaving = leaving;
  offer.changed = nowOf(store);
  log(store, { kind: "stock_set", variantId: offer.sku.barcode, quantity: leavingOf(offer.sku), by });
}

export function setShop(store: Store, sku: Sku, stock: number, by: Cause): void {
  sku.stock = stock;
  log(store, { kind: "stock_set", variantId: sku.skuId, quantity: stock, by });
}

/** A buyer's goods are held; what is shown falls, and never below nothing. */
export function hold(store: Store, orderId: string, { sku, count, offer }: Line): void {
  const variantId = offer === null ? sku.skuId : sku.barcode;
  const shown = offer === null ? sku.stock : leavingOf(sku);
  log(store, { kind: "units_sold", orderId, variantId, sku: sku.barcode, quantity: count, shown });
  if (offer === null) {
    sku.stock -= count;
    sku.hold += count;
    if (sku.stock < 0) setShop(store, sku, 0, "owner");
    return;
  }
  offer.leaving -= count;
  offer.hold += count;
  offer.changed = nowOf(store);
  if (offer.leaving < 0) setOffer(store, offer, 0, "owner");
}

/** The goods have left (`reason` null), or lie on the shelf again. */
export function release(store: Store, orderId: string, { sku, count, offer }: Line, reason: string | null): void {
  const place = offer ?? sku;
  place.hold -= count;
  if (reason === null) return;
  const variantId = offer === null ? sku.skuId : sku.barcode;
  log(store, { kind: "units_returned", orderId, variantId, sku: sku.barcode, quantity: count, reason });
  if (offer === null) sku.stock += count;
  else Object.assign(offer, { leaving: offer.leaving + count, changed: nowOf(store) });
}
