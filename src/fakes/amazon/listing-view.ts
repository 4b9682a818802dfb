/** A SKU as `listings/2021-08-01` tells it; what was not asked for is left out. */

import type { Row } from "../bare-json.ts";
import { channelOf, isSentByAmazon, livePriceOf, priceOf, quantityOf, statusOf } from "./listing-facts.ts";
import type { Marketplace } from "./marketplaces.ts";
import { titleOf } from "./orders.ts";
import type { Store } from "./store.ts";
import type { Issue, Listing } from "./types.ts";
import { money, time } from "./wire.ts";

export const LISTING_DATA =
  "summaries,attributes,issues,offers,fulfillmentAvailability,procurement,relationships,productTypes".split(",");

export function viewIssue({ actions, ...issue }: Issue): Row {
  const enforcements = {
    actions: actions.map((action) => ({ action })),
    exemption: { status: "NOT_EXEMPT" },
  };
  return { ...issue, ...(actions.length === 0 ? {} : { enforcements }) };
}

export function viewListing(
  store: Store,
  listing: Listing,
  marketplaces: readonly Marketplace[],
  wanted: readonly string[],
): Row {
  const has = (name: string): boolean => wanted.includes(name);
  const here = listing.isDraft ? [] : marketplaces;
  return {
    sku: listing.sku,
    summaries: has("summaries") ? here.map((one) => summary(listing, one)) : undefined,
    attributes: has("attributes") ? (listing.attributes as unknown as Row) : undefined,
    issues: has("issues") ? listing.issues.map(viewIssue) : undefined,
    offers: has("offers") ? here.flatMap((one) => offers(store, listing, one)) : undefined,
    fulfillmentAvailability: has("fulfillmentAvailability") ? availability(listing) : undefined,
    relationships: has("relationships") ? here.map((one) => relationships(store, listing, one)) : undefined,
    productTypes: has("productTypes")
      ? here.map(({ id }) => ({ marketplaceId: id, productType: listing.productType }))
      : undefined,
  };
}

function summary(listing: Listing, marketplace: Marketplace): Row {
  return {
    marketplaceId: marketplace.id,
    asin: listing.asin,
    productType: listing.productType,
    conditionType: "new_new",
    status: statusOf(listing, marketplace),
    fnSku: isSentByAmazon(listing) ? listing.fnSku : undefined,
    itemName: titleOf(listing, marketplace),
    createdDate: time(listing.created),
    lastUpdatedDate: time(listing.updated),
    mainImage: { link: `https://m.media-amazon.com/images/I/${listing.asin}.jpg`, height: 500, width: 500 },
  };
}

function offers(store: Store, listing: Listing, marketplace: Marketplace): Row[] {
  const row = (offerType: string, audience: string, price: number | null): Row[] =>
    price === null
      ? []
      : [
          {
            marketplaceId: marketplace.id,
            offerType,
            price: money(price, marketplace.currency),
            audience: { value: audience, displayName: audience === "ALL" ? "Sell on Amazon" : "Amazon Business" },
          },
        ];
  return [
    ...row("B2C", "ALL", livePriceOf(store, listing, marketplace)),
    ...row("B2B", "B2B", priceOf(listing, marketplace, "B2B")),
  ];
}

function availability(listing: Listing): Row[] {
  if (listing.theme !== null) return [];
  const quantity = isSentByAmazon(listing) ? undefined : (quantityOf(listing) ?? 0);
  return [{ fulfillmentChannelCode: channelOf(listing), quantity }];
}

function relationships(store: Store, listing: Listing, { id }: Marketplace): Row {
  const variationTheme = { attributes: ["size"], theme: "SIZE_NAME" };
  const children = [...store.listings.values()].filter(({ parent }) => parent === listing).map(({ sku }) => sku);
  const rows: Row[] = [];
  if (listing.parent !== null) rows.push({ type: "VARIATION", parentSkus: [listing.parent.sku], variationTheme });
  if (children.length > 0) rows.push({ type: "VARIATION", childSkus: children, variationTheme });
  return { marketplaceId: id, relationships: rows };
}
