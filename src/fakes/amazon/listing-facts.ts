/** What a SKU's attributes say: its channel, quantity, prices and standing. */

import { nowOf } from "../living.ts";
import { digitsOf, isTaxIncluded, type Marketplace } from "./marketplaces.ts";
import type { Store } from "./store.ts";
import type { Listing } from "./types.ts";
import { decimal, minorOf } from "./wire.ts";

type Row = Record<string, unknown>;

/** The code of the platform's own warehouses in a region. */
export const AMAZON_CHANNELS = { na: "AMAZON_NA", eu: "AMAZON_EU", fe: "AMAZON_JP" } as const;

export function channelOf({ attributes }: Listing): string {
  return String(attributes.fulfillment_availability?.at(-1)?.fulfillment_channel_code ?? "DEFAULT");
}

export function isSentByAmazon(listing: Listing): boolean {
  return channelOf(listing) !== "DEFAULT";
}

/** What the seller has told to hold; null where nothing is told. */
export function quantityOf({ attributes }: Listing): number | null {
  const quantity = attributes.fulfillment_availability?.at(-1)?.quantity;
  return typeof quantity === "number" ? quantity : null;
}

/** What buyers may buy. */
export function shownOf(listing: Listing): number {
  return isSentByAmazon(listing) ? (listing.fba?.fulfillable ?? 0) : (quantityOf(listing) ?? 0);
}

/** The offer of a marketplace; `audience` is `ALL` or `B2B`. */
export function offerOf({ attributes }: Listing, { id }: Marketplace, audience = "ALL"): Row | null {
  const offers = attributes.purchasable_offer ?? [];
  return offers.find((one) => one.marketplace_id === id && (one.audience ?? "ALL") === audience) ?? null;
}

/** The first value of a price's schedule that holds now; null where there is none. */
export function scheduledPrice(prices: unknown, currency: string, now?: number): number | null {
  const [first] = Array.isArray(prices) ? prices : [];
  const rows: Row[] = Array.isArray(first?.schedule) ? first.schedule : [];
  const isNow = ({ start_at, end_at }: Row): boolean =>
    now === undefined ||
    ((start_at === undefined || Date.parse(String(start_at)) <= now * 1000) &&
      (end_at === undefined || Date.parse(String(end_at)) > now * 1000));
  return minorOf(rows.find(isNow)?.value_with_tax, currency);
}

export function priceOf(listing: Listing, marketplace: Marketplace, audience = "ALL"): number | null {
  return scheduledPrice(offerOf(listing, marketplace, audience)?.our_price, marketplace.currency);
}

/** What a buyer pays now: the price of a sale while it lasts. */
export function livePriceOf(store: Store, listing: Listing, marketplace: Marketplace): number | null {
  const sale = scheduledPrice(offerOf(listing, marketplace)?.discounted_price, marketplace.currency, nowOf(store));
  return sale ?? priceOf(listing, marketplace);
}

/** `BUYABLE` and `DISCOVERABLE`, as far as they hold. */
export function statusOf(listing: Listing, marketplace: Marketplace): string[] {
  const actions = new Set(listing.issues.flatMap((issue) => issue.actions));
  const isQualified = !listing.issues.some(({ categories }) => categories.includes("QUALIFICATION_REQUIRED"));
  const isFound = !actions.has("CATALOG_ITEM_REMOVED") && !actions.has("LISTING_SUPPRESSED") && isQualified;
  const isBuyable = isFound && listing.theme === null && priceOf(listing, marketplace) !== null && shownOf(listing) > 0;
  const isDiscoverable = !actions.has("CATALOG_ITEM_REMOVED") && !actions.has("SEARCH_SUPPRESSED");
  return [...(isBuyable ? ["BUYABLE"] : []), ...(isDiscoverable ? ["DISCOVERABLE"] : [])];
}

/** What the books write of a price; empty where the home marketplace has no offer. */
export function bookPrice(store: Store, listing: Listing): string {
  const price = priceOf(listing, store.home);
  return price === null ? "" : decimal(price, store.home.currency);
}

/** The attribute of a price, as a seller's page writes it. */
export function offerRow(marketplace: Marketplace, minor: number, audience = "ALL"): Row {
  const value_with_tax = minor / 10 ** digitsOf(marketplace.currency);
  return {
    marketplace_id: marketplace.id,
    currency: marketplace.currency,
    audience,
    our_price: [{ schedule: [{ value_with_tax }] }],
  };
}

/** The tax in, or on top of, an amount that a buyer sees. */
export function taxIn(marketplace: Marketplace, amount: number): number {
  const rate = isTaxIncluded(marketplace) ? (marketplace.currency === "JPY" ? 10 : 19) : 8;
  return isTaxIncluded(marketplace) ? Math.round((amount * rate) / (100 + rate)) : Math.round((amount * rate) / 100);
}
