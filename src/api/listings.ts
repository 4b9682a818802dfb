/** Listings of all stores, and which SKU each variant is. */

import { z } from "zod";
import { findVariant, listListings, listSuggestions } from "../core/db/listings.ts";
import { findSkuIds } from "../core/db/skus.ts";
import { InputError } from "../core/errors.ts";
import { mapByHand } from "../core/stock/map-by-hand.ts";
import { define } from "./define.ts";
import { answerDocument } from "./documents.ts";
import { notFound } from "./errors.ts";
import { feedStart } from "./feed-start.ts";
import { answerPage, type CursorForm, pageOf } from "./lists.ts";
import { listingQuery, listingViewSchema, mapInput, suggestionSchema } from "./schemas/catalogue.ts";
import { feedPage, idParams, listQuery, page } from "./schemas/common.ts";
import { seenStore } from "./store-access.ts";
import type { Api, Principal } from "./types.ts";
import { renderListing } from "./views.ts";

const LIST: CursorForm = { list: "listings", kinds: ["uuid"] };
const SUGGESTIONS: CursorForm = { list: "suggestions", kinds: ["uuid"] };

export function defineListings(api: Api): void {
  const { engine } = api;
  define(
    api,
    "GET /v1/listings",
    { summary: "Listings with their variants", query: listingQuery, answer: feedPage(listingViewSchema) },
    async ({ c, who, query }) => {
      const start = await feedStart(api, query);
      const filter = {
        stores: who.stores,
        ...seenStore(who.stores, query.store),
        status: query.status,
        externalId: query.external_id,
        mapped: query.mapped,
        updatedSince: query.updated_since,
      };
      return answerPage(c, LIST, await listListings(engine.db, filter, pageOf(LIST, query)), renderListing, start);
    },
  );
  define(
    api,
    "GET /v1/listings/{id}",
    { summary: "One listing", params: idParams, answer: listingViewSchema },
    async ({ c, who, params }) => {
      const listing = await findListing(api, who, params.id);
      return answerDocument(c, JSON.stringify(listing), listing.version);
    },
  );
  define(
    api,
    "PUT /v1/listing-variants/{id}/sku",
    {
      summary: "Says which SKU a variant is",
      description:
        "Overrules what its seller code says, for good. Open orders then hold the new SKU; what has left stays taken.",
      params: idParams,
      body: mapInput,
      answer: listingViewSchema,
    },
    async ({ c, who, params, body }) => {
      const variant = await findVariant(engine.db, params.id, who.stores);
      if (!variant) throw notFound("variant");
      const skuId = body.sku === null ? null : (await findSkuIds(engine.db, [body.sku])).get(body.sku);
      if (skuId === undefined) throw new InputError("unknown_sku", `There is no SKU "${body.sku}".`, { status: 422 });
      await mapByHand(engine.db, { variant, skuId, actor: who.actor }, engine.clock.now());
      engine.wake();
      const listing = await findListing(api, who, variant.listingId);
      return answerDocument(c, JSON.stringify(listing), listing.version);
    },
  );
  define(
    api,
    "GET /v1/mapping/suggestions",
    {
      summary: "Unmapped variants with the SKUs that they may be",
      query: listQuery({ store: z.uuid().optional() }),
      answer: page(suggestionSchema),
    },
    async ({ c, who, query }) => {
      const filter = { stores: who.stores, ...seenStore(who.stores, query.store) };
      return answerPage(
        c,
        SUGGESTIONS,
        await listSuggestions(engine.db, filter, pageOf(SUGGESTIONS, query)),
        ({ variant_id, store_id, listing_id, title, seller_code, barcode, candidates }) => ({
          variant_id,
          store_id,
          listing_id,
          title,
          seller_code,
          barcode,
          candidates,
        }),
      );
    },
  );
}

async function findListing(api: Api, who: Principal, id: string) {
  const { rows } = await listListings(api.engine.db, { stores: who.stores, ids: [id] }, { limit: 1, after: null });
  const [row] = rows;
  if (!row) throw notFound("listing");
  return renderListing(row);
}
