/** Items of the listings API, by page and by SKU. https://developer-docs.amazon.com/sp-api/docs/listings-items-api-v2021-08-01-reference */
import type { Store } from "../../../core/adapter.ts";
import { orNull } from "../../../core/outcomes.ts";
import { type Fields, recordsOf, type Tree } from "../../../core/tree.ts";
import { type Query, type Shop, segment } from "../client/index.ts";
import { sellerOf } from "../config.ts";
import { GET_BATCH } from "../limits.ts";
import { read } from "../schemas.ts";

const INCLUDED = ["summaries", "offers", "fulfillmentAvailability", "issues", "relationships"];
const pathOf = (store: Store): string => `/listings/2021-08-01/items/${segment(sellerOf(store))}`;

/** Items of one marketplace by whatever the query names. */
export async function searchItems(shop: Shop, marketplace: string, query: Query) {
  const operation = "listings.list";
  const asked = { ...query, marketplaceIds: [marketplace], includedData: INCLUDED };
  const body = await shop.send({ operation, plan: "search_listings", path: pathOf(shop.store), query: asked });
  const { count, text } = read(body);
  return { items: recordsOf(body.items), total: count("numberOfResults") ?? 0, token: text("pagination/nextToken") };
}

interface Named {
  marketplace: string;
  sku: string;
}

/** Items by marketplace and SKU, under `<marketplace>/<SKU>`; what does not exist is not there. */
export async function readItems(shop: Shop, wanted: readonly Named[]): Promise<Map<string, Tree>> {
  const found = new Map<string, Tree>();
  const keep = (marketplace: string, item: Fields) => found.set(`${marketplace}/${read(item).need("sku")}`, read(item));
  for (const marketplace of new Set(wanted.map((each) => each.marketplace))) {
    const skus = [...new Set(wanted.filter((each) => each.marketplace === marketplace).map(({ sku }) => sku))];
    // A list parts its SKUs by commas: one that holds a comma is asked for alone.
    const plain = skus.filter((sku) => !sku.includes(","));
    for (let at = 0; at < plain.length; at += GET_BATCH.listings) {
      const identifiers = plain.slice(at, at + GET_BATCH.listings);
      const query = { identifiersType: "SKU", identifiers, pageSize: GET_BATCH.listings };
      const { items } = await searchItems(shop, marketplace, query);
      for (const item of items) keep(marketplace, item);
    }
    for (const sku of skus.filter((each) => each.includes(","))) {
      const item = await readItem(shop, { marketplace, sku });
      if (item) keep(marketplace, item);
    }
  }
  return found;
}

async function readItem(shop: Shop, { marketplace, sku }: Named): Promise<Fields | null> {
  const query = { marketplaceIds: [marketplace], includedData: INCLUDED };
  const path = `${pathOf(shop.store)}/${segment(sku)}`;
  return orNull(() => shop.send({ operation: "listings.get", plan: "get_listing", path, query }));
}
