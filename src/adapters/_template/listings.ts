/** Listings: whole documents by change, and everything there is once a day. https://docs.platform.example/listings */
import { z } from "zod";
import type { ActCapability, ListingCapability, ListingStateInput, RawDocument, Stream } from "../../core/adapter.ts";
import { type Listing, type Unified, unified, type Warning } from "../../core/model/records.ts";
import { money } from "../../core/money.ts";
import { type Client, documentsInFile, listPage, readMany, windowOf } from "./client.ts";
import { LISTING_STATUS, look } from "./codes.ts";
import { GET_BATCH } from "./limits.ts";
import { EFFECT, LISTING, ROW } from "./schemas.ts";

const WINDOW = { maxMinutes: 31 * 1440, safetyLagSeconds: 10, overlapSeconds: 120, maxAgeDays: null, minSeconds: 2 };

const STREAMS: readonly Stream[] = [
  { name: "changed", by: "change", window: WINDOW, everySeconds: 300, backfill: true },
  // Quantities that the platform itself lowers move no change time.
  { name: "all", by: "sweep", window: WINDOW, everySeconds: 86_400, audit: true },
];

export function createListings(client: Client): ListingCapability {
  return {
    streams: STREAMS,
    getBatch: GET_BATCH,
    async list(store, input, signal) {
      const query = input.stream === "changed" ? windowOf(input) : {};
      const endpoint = { operation: `listings.list.${input.stream}`, path: "/v1/listings", query };
      const { rows, page } = await listPage(client, store, endpoint, input, signal);
      return { ...page, documents: rows.map(toListingDocument) };
    },
    getMany: (store, keys, signal) =>
      readMany(client, store, { operation: "listings.get", path: "/v1/listings/get" }, keys, toListingDocument, signal),
    toUnified,
    parseFile: (bytes) => documentsInFile(bytes, toListingDocument),
    acts: { activate: setState(client, "activate", "ON"), deactivate: setState(client, "deactivate", "OFF") },
  };
}

function toListingDocument(payload: unknown): RawDocument {
  const { id, version, changed_at } = ROW.parse(payload);
  return { externalId: id, sourceUpdatedAt: changed_at, sourceVersion: version, form: "listing@1", payload };
}

function toUnified(raw: RawDocument): Unified {
  const document = LISTING.parse(raw.payload);
  if (document.state === "GONE") return unified({ deleted: [{ resource: "listings", externalId: document.id }] });
  const warnings: Warning[] = [];
  const status = look(LISTING_STATUS, "status", document.state, "unknown", warnings);
  const listing: Listing = {
    externalId: document.id,
    marketplace: null,
    title: document.title,
    status,
    externalStatus: document.state,
    category: null,
    url: document.url,
    imageUrl: null,
    variants: document.offers.map((offer) => ({
      externalId: offer.id,
      sellerCode: offer.code,
      barcode: offer.barcode,
      title: null,
      options: offer.options,
      price: money(offer.price, document.currency),
      regularPrice: offer.list_price === null ? null : money(offer.list_price, document.currency),
      quantity: offer.places.reduce((count, { quantity }) => count + quantity, 0),
      places: offer.places.map(({ place, quantity }) => ({ place, quantity })),
      externalProductId: null,
      // Every push of stock must name the batch.
      codes: { batch: offer.batch },
      fulfilledBy: "seller",
      active: status === "active",
    })),
    partial: false,
    warnings,
  };
  return unified({ listings: [listing] });
}

/** Some categories ask the seller to agree to terms first, which only a person can do. */
function setState(client: Client, name: string, state: "ON" | "OFF"): ActCapability<ListingStateInput> {
  return {
    input: z.object({
      listingExternalId: z.string().min(1),
      variantExternalId: z.string().nullable(),
      reason: z.string().nullable(),
    }),
    idempotent: true,
    async perform(store, { input }, signal) {
      const externalId = input.listingExternalId;
      const body = { listing_id: externalId, state };
      const answer = await client.call(
        store,
        { operation: `listings.${name}`, path: "/v1/listings/state", body, effect: "keyed-write" },
        EFFECT,
        signal,
      );
      if (answer.state === "TERMS")
        return {
          outcome: "asks",
          what: "web_page",
          text: "Agree to the category's terms on the platform's page, then activate the listing again.",
        };
      return { outcome: "done", reread: [{ resource: "listings", externalId }] };
    },
  };
}
