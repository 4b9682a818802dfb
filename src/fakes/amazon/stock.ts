/** What sales and returns do to the seller's shelves and to the platform's warehouses. */

import { log, nowOf } from "../living.ts";
import { shownOf } from "./listing-facts.ts";
import { change, moveQuantity } from "./listings.ts";
import { announceFba } from "./notify.ts";
import type { Store } from "./store.ts";
import type { Line, Order } from "./types.ts";

/** A buyer orders. */
export function take(store: Store, order: Order, line: Line): void {
  const { listing, sku, quantity } = line;
  if (listing === null) return;
  const shown = shownOf(listing);
  log(store, { kind: "units_sold", orderId: order.id, variantId: listing.sku, sku, quantity, shown });
  move(store, order, line, -quantity);
}

/** Pieces are for sale again. */
export function giveBack(store: Store, order: Order, line: Line, quantity: number, reason: string): void {
  const { listing, sku } = line;
  if (listing === null || quantity === 0) return;
  log(store, { kind: "units_returned", orderId: order.id, variantId: listing.sku, sku, quantity, reason });
  move(store, order, line, quantity);
}

/** The warehouse of the platform sends pieces that it held for a buyer. */
export function leave({ listing }: Line, quantity: number): void {
  if (listing?.fba) listing.fba.reservedOrders = Math.max(0, listing.fba.reservedOrders - quantity);
}

function move(store: Store, order: Order, { listing }: Line, pieces: number): void {
  if (listing === null) return;
  // The quantity of the seller's own shelf never falls below nothing: more is sold than is there.
  const before = shownOf(listing);
  change(store, listing, "buyer", () => {
    if (order.fulfilledBy === "MERCHANT") moveQuantity(listing, Math.max(0, before + pieces));
    else if (listing.fba !== null) {
      listing.fba.fulfillable = Math.max(0, listing.fba.fulfillable + pieces);
      listing.fba.reservedOrders = Math.max(0, listing.fba.reservedOrders - pieces);
      listing.fba.updated = nowOf(store);
    }
  });
  if (order.fulfilledBy === "AMAZON") announceFba(store, listing);
}
