/** What changes of a seller's SKUs, and what the books and the queues are told of it. */

import type { Cause } from "../fake.ts";
import { later, log, nowOf } from "../living.ts";
import { bookPrice, isSentByAmazon, offerRow, quantityOf, shownOf, statusOf } from "./listing-facts.ts";
import type { Marketplace } from "./marketplaces.ts";
import { announceFba, announceQuantity, announceStatus } from "./notify.ts";
import type { Store } from "./store.ts";
import type { FbaStock, Listing } from "./types.ts";

/** Runs a change, and tells the books and the queues what came of it. */
export function change(store: Store, listing: Listing, by: Cause, run: () => void): void {
  const before = {
    quantity: quantityOf(listing),
    shown: shownOf(listing),
    price: bookPrice(store, listing),
    status: store.marketplaces.map((one) => statusOf(listing, one).join()),
  };
  run();
  listing.updated = nowOf(store);
  const variantId = listing.sku;
  if (!store.listings.has(listing.sku) || listing.theme !== null) return;
  if (shownOf(listing) !== before.shown) log(store, { kind: "stock_set", variantId, quantity: shownOf(listing), by });
  const price = bookPrice(store, listing);
  if (price !== before.price) log(store, { kind: "price_set", variantId, price, by });
  if (!isSentByAmazon(listing) && quantityOf(listing) !== before.quantity) announceQuantity(store, listing);
  store.marketplaces.forEach((marketplace, index) => {
    if (statusOf(listing, marketplace).join() !== before.status[index]) announceStatus(store, listing, marketplace);
  });
}

export function setQuantity(store: Store, listing: Listing, quantity: number, by: Cause): void {
  change(store, listing, by, () => moveQuantity(listing, quantity));
}

/** The quantity alone; what stands beside it stays. */
export function moveQuantity(listing: Listing, quantity: number): void {
  const [old] = listing.attributes.fulfillment_availability ?? [];
  listing.attributes.fulfillment_availability = [{ fulfillment_channel_code: "DEFAULT", ...old, quantity }];
}

export function setFba(store: Store, listing: Listing, counts: Partial<FbaStock>, by: Cause): void {
  const { fba } = listing;
  if (fba === null) return;
  change(store, listing, by, () => void Object.assign(fba, counts, { updated: nowOf(store) }));
  announceFba(store, listing);
}

export function setPrice(store: Store, listing: Listing, marketplace: Marketplace, minor: number, by: Cause): void {
  change(store, listing, by, () => {
    const others = (listing.attributes.purchasable_offer ?? []).filter(
      (one) => one.marketplace_id !== marketplace.id || (one.audience ?? "ALL") !== "ALL",
    );
    listing.attributes.purchasable_offer = [...others, offerRow(marketplace, minor)];
    listing.trusted.set(marketplace.id, minor);
  });
}

/** The SKU comes into the books; a parent is a listing whose variants its children are. */
export function register(store: Store, listing: Listing): void {
  store.listings.set(listing.sku, listing);
  if (listing.parent === null) log(store, { kind: "listing_added", listingId: listing.sku });
  if (listing.theme !== null) return;
  log(store, {
    kind: "variant_added",
    listingId: listing.parent?.sku ?? listing.sku,
    variantId: listing.sku,
    sku: listing.sku,
    quantity: shownOf(listing),
    price: bookPrice(store, listing),
  });
}

/** The SKU is gone; orders keep its name. */
export function remove(store: Store, listing: Listing): void {
  if (!store.listings.delete(listing.sku)) return;
  for (const order of store.orders.values())
    for (const line of order.lines) if (line.listing === listing) line.listing = null;
  for (const child of store.listings.values()) {
    if (child.parent !== listing) continue;
    // A child without its parent stands for itself.
    child.parent = null;
    log(store, { kind: "variant_removed", variantId: child.sku });
    register(store, child);
  }
  if (listing.theme === null) log(store, { kind: "variant_removed", variantId: listing.sku });
  if (listing.parent === null) log(store, { kind: "listing_removed", listingId: listing.sku });
  for (const marketplace of store.marketplaces) announceStatus(store, listing, marketplace, ["DELETED"]);
}

/** Seconds until the catalogue knows a new SKU. */
const CATALOGUE_SECONDS = 300;

export function newListing(store: Store, sku: string, productType: string): Listing {
  const now = nowOf(store);
  const code = store.random.hex(8).toUpperCase();
  return {
    sku,
    asin: `B0${code}`,
    fnSku: `X00${code.slice(0, 7)}`,
    productType,
    created: now,
    updated: now,
    attributes: {},
    issues: [],
    isDraft: false,
    parent: null,
    theme: null,
    fba: null,
    trusted: new Map(),
  };
}

/** A SKU that a caller has made: its summary comes later. */
export function draft(store: Store, sku: string, productType: string): Listing {
  const listing = newListing(store, sku, productType);
  listing.isDraft = true;
  later(store, nowOf(store) + CATALOGUE_SECONDS, () => {
    listing.isDraft = false;
    listing.updated = nowOf(store);
    if (!store.listings.has(sku)) return;
    for (const marketplace of store.marketplaces) announceStatus(store, listing, marketplace);
  });
  return listing;
}
