/** The goods to begin with, in every standing that the platform has. */

import { AMAZON_CHANNELS, offerRow } from "./listing-facts.ts";
import { newListing, register } from "./listings.ts";
import { digitsOf, type Marketplace } from "./marketplaces.ts";
import type { Store } from "./store.ts";
import type { Issue, Listing } from "./types.ts";
import { minorOf } from "./wire.ts";

const SIZES = ["S", "M", "L"] as const;
/** What the first price is in the other marketplaces. */
const RATES: Readonly<Record<string, number>> = { EUR: 1, GBP: 0.86, USD: 1.1, CAD: 1.5, JPY: 160, PLN: 4.3, SEK: 11 };

interface Goods {
  sku: string;
  title: string;
  /** In the home's minor units. */
  price: number;
  stock: number;
  isFba?: boolean;
  parent?: Listing;
  size?: string;
}

/** Fills the account. */
export function fillCatalogue(store: Store): void {
  const { skus, listings = 12 } = store.options;
  for (const { sku, name, price, stock } of skus ?? [])
    add(store, { sku, title: name, price: minorOf(price, store.home.currency) ?? 1000, stock });
  if (skus !== undefined) return;
  for (let number = 0; number < listings; number += 1) {
    const sizes = SIZES.slice(0, [1, 3, 2][number % 3]);
    const title = store.home.country === "JP" ? `ﾊﾞｯｸﾞ ${number + 1}` : `Größe "${number + 1}" Bag & more`;
    const family = sizes.length > 1 ? addParent(store, `P${1000 + number}`, title) : undefined;
    const minor = 10 ** digitsOf(store.home.currency);
    const price = store.random.int(19, 299) * (minor === 1 ? 100 : minor) + store.random.pick([0, 50, 90]);
    sizes.forEach((size, index) => {
      const hard = number === 1 && index === 0 ? "AB/C 1+2'(x)*" : `B${1000 + number}-${size}`;
      const stock = number % 12 === 5 ? 0 : store.random.int(20, 90);
      const isFba = number % 4 === 3 && store.options.fba !== false;
      const more = family === undefined ? {} : { parent: family, size };
      add(store, { sku: hard, title: `${title} ${size}`, price: price + index * 500, stock, isFba, ...more });
    });
    const last = [...store.listings.values()].at(-1);
    if (last !== undefined) spoil(store, last, number % 12);
  }
}

function attributesOf(store: Store, title: string): Listing["attributes"] {
  return {
    item_name: store.marketplaces.map(({ id, language }) => ({
      value: title,
      language_tag: language,
      marketplace_id: id,
    })),
    condition_type: store.marketplaces.map(({ id }) => ({ value: "new_new", marketplace_id: id })),
    brand: store.marketplaces.map(({ id, language }) => ({
      value: "Example & Co",
      language_tag: language,
      marketplace_id: id,
    })),
  };
}

function addParent(store: Store, sku: string, title: string): Listing {
  const listing = newListing(store, sku, "LUGGAGE");
  listing.theme = "SIZE_NAME";
  listing.attributes = attributesOf(store, title);
  register(store, listing);
  return listing;
}

function add(store: Store, { sku, title, price, stock, isFba = false, parent, size }: Goods): Listing {
  const listing = newListing(store, sku, "LUGGAGE");
  listing.parent = parent ?? null;
  listing.attributes = {
    ...attributesOf(store, title),
    purchasable_offer: store.marketplaces.map((one) => offerRow(one, priceIn(store, one, price))),
    fulfillment_availability: isFba
      ? [{ fulfillment_channel_code: AMAZON_CHANNELS[store.region] }]
      : [{ fulfillment_channel_code: "DEFAULT", quantity: stock, lead_time_to_ship_max_days: 2 }],
  };
  if (size !== undefined)
    listing.attributes.size = store.marketplaces.map(({ id, language }) => ({
      value: size,
      language_tag: language,
      marketplace_id: id,
    }));
  for (const one of store.marketplaces) listing.trusted.set(one.id, priceIn(store, one, price));
  if (isFba)
    listing.fba = {
      fulfillable: stock,
      inboundWorking: 5,
      inboundShipped: 10,
      inboundReceiving: 2,
      reservedOrders: 0,
      reservedTransfers: 1,
      reservedProcessing: 1,
      researching: 1,
      damaged: 2,
      defective: 0,
      updated: listing.created,
    };
  register(store, listing);
  return listing;
}

function priceIn(store: Store, { currency }: Marketplace, price: number): number {
  if (currency === store.home.currency) return price;
  const units = price / 10 ** digitsOf(store.home.currency);
  const rate = (RATES[currency] ?? 2) / (RATES[store.home.currency] ?? 1);
  return Math.round(units * rate * 10 ** digitsOf(currency));
}

const issue = (message: string, categories: string[], actions: string[], more: Partial<Issue> = {}): Issue => ({
  code: "18027",
  message,
  severity: "ERROR",
  attributeNames: [],
  categories,
  actions,
  ...more,
});

/** Of every twelve goods some are not as they should be. */
function spoil(store: Store, listing: Listing, number: number): void {
  const [, second] = store.marketplaces;
  if (number === 4) {
    const names = { severity: "WARNING" as const, code: "18448", attributeNames: ["item_weight"] };
    listing.issues = [issue("Attributes are incomplete: item_weight.", ["MISSING_ATTRIBUTE"], [], names)];
  }
  if (number === 6) listing.issues = [issue("The main image has text.", ["INVALID_IMAGE"], ["LISTING_SUPPRESSED"])];
  if (number === 8) listing.issues = [issue("Approval is required.", ["QUALIFICATION_REQUIRED"], [])];
  if (number === 9) listing.issues = [issue("The item is a duplicate.", ["DUPLICATE"], ["CATALOG_ITEM_REMOVED"])];
  if (number === 10) listing.issues = [issue("The image is missing.", ["MISSING_IMAGE"], ["SEARCH_SUPPRESSED"])];
  if (number === 2 && second !== undefined)
    listing.attributes.purchasable_offer = (listing.attributes.purchasable_offer ?? []).filter(
      ({ marketplace_id }) => marketplace_id !== second.id,
    );
  const [home] = listing.attributes.purchasable_offer ?? [];
  if (number === 0 && home !== undefined) {
    const [price] = home.our_price as { schedule: { value_with_tax: number }[] }[];
    const value_with_tax = Math.floor(price?.schedule[0]?.value_with_tax ?? 10);
    const business = { ...home, audience: "B2B", our_price: [{ schedule: [{ value_with_tax }] }] };
    listing.attributes.purchasable_offer?.push(business);
  }
}
