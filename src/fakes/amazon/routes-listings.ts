/** Listings, stock of the platform's warehouses, and where the seller sells. */

import type { Row } from "../bare-json.ts";
import { nowOf } from "../living.ts";
import * as ask from "./call.ts";
import { statusOf } from "./listing-facts.ts";
import { LISTING_DATA, viewIssue, viewListing } from "./listing-view.ts";
import { storeNameOf } from "./marketplaces.ts";
import { titleOf } from "./orders.ts";
import { newUuid, type Store } from "./store.ts";
import { check, isPatchable, type Patch, type Submission, submit } from "./submissions.ts";
import type { Attributes, Listing } from "./types.ts";
import { denied, invalid, notFound, time } from "./wire.ts";

const ITEM = "/listings/2021-08-01/items/{sellerId}/{sku}";
/** Items that can be paged at all. */
const MOST_PAGED = 1000;

function sellerOf({ store, params }: ask.Call): void {
  if (params.sellerId !== store.sellerId) throw denied();
}

function needed(call: ask.Call, most = 50) {
  const marketplaces = ask.marketplacesOf(call, "marketplaceIds", most);
  if (marketplaces === null) throw invalid("'marketplaceIds' is required.");
  return marketplaces;
}

/** Patches as a body holds them. Throws for what is no patch. */
export function readPatches(value: unknown): Patch[] {
  if (!Array.isArray(value) || value.length === 0) throw invalid("'patches' must have at least one value.");
  return value.map((one: unknown) => {
    const patch = ask.recordOf(one, "patches") as unknown as Patch;
    if (typeof patch.path !== "string" || typeof patch.op !== "string" || !isPatchable(patch))
      throw invalid("Only top-level attributes can be patched, by add, replace, merge or delete.");
    if (patch.op !== "delete" && !Array.isArray(patch.value)) throw invalid("'value' must be an array.");
    return patch;
  });
}

export function readAttributes(value: unknown): Attributes {
  const row = ask.recordOf(value, "attributes");
  for (const one of Object.values(row)) if (!Array.isArray(one)) throw invalid("Attributes are arrays.");
  return row as Attributes;
}

function answerSubmission(call: ask.Call, submission: Submission): Row {
  const { store } = call;
  const issues = check(store, submission);
  const isPreview = ask.choiceOf(call, "mode", ["VALIDATION_PREVIEW"]) !== null;
  const status = issues.length > 0 ? "INVALID" : isPreview ? "VALID" : "ACCEPTED";
  if (status === "ACCEPTED") submit(store, submission);
  const wanted = ask.listOf(call, "includedData", ["identifiers", "issues"]) ?? ["issues"];
  const asin = store.listings.get(submission.sku)?.asin;
  return {
    sku: submission.sku,
    status,
    submissionId: newUuid(store),
    issues: issues.map(viewIssue),
    identifiers: wanted.includes("identifiers")
      ? submission.marketplaces.map(({ id }) => ({ marketplaceId: id, asin }))
      : undefined,
  };
}

function submissionOf(call: ask.Call, most: number): Submission {
  sellerOf(call);
  const marketplaces = needed(call, most);
  const body = call.body === undefined ? {} : ask.recordOf(call.body, "body");
  const productType = call.body === undefined ? "" : ask.textOf(body, "productType");
  return { sku: call.params.sku ?? "", productType, marketplaces };
}

function searchListings(call: ask.Call): Row {
  const { store, query } = call;
  sellerOf(call);
  const [marketplace] = needed(call, 1);
  if (marketplace === undefined) throw invalid("'marketplaceIds' is required.");
  const ways = ["identifiers", "variationParentSku", "packageHierarchySku"].filter((name) => query.has(name));
  if (ways.length > 1) throw invalid(`${ways.join(" and ")} exclude each other.`);
  const ids = ask.listOf(call, "identifiers", undefined, 20);
  const kinds = ["ASIN", "EAN", "FNSKU", "GTIN", "ISBN", "JAN", "MINSAN", "SKU", "UPC"] as const;
  const kind = ask.choiceOf(call, "identifiersType", kinds);
  if ((ids === null) !== (kind === null)) throw invalid("'identifiers' and 'identifiersType' belong together.");
  const wanted = ask.listOf(call, "includedData", LISTING_DATA) ?? ["summaries"];
  const statuses = ["BUYABLE", "DISCOVERABLE"];
  const [having, lacking] = [ask.listOf(call, "withStatus", statuses), ask.listOf(call, "withoutStatus", statuses)];
  const severity = ask.listOf(call, "withIssueSeverity", ["WARNING", "ERROR"]);
  const bounds = ["createdAfter", "createdBefore", "lastUpdatedAfter", "lastUpdatedBefore"].map((name) =>
    ask.timeOf(call, name),
  );
  const [createdAfter = null, createdBefore = null, updatedAfter = null, updatedBefore = null] = bounds;
  const isIn = (at: number, from: number | null, to: number | null): boolean =>
    (from === null || at >= from) && (to === null || at <= to);
  const idOf = (one: Listing): string => (kind === "ASIN" ? one.asin : kind === "FNSKU" ? one.fnSku : one.sku);
  const by = ask.choiceOf(call, "sortBy", ["sku", "createdDate", "lastUpdatedDate"]) ?? "lastUpdatedDate";
  const sign = (ask.choiceOf(call, "sortOrder", ["ASC", "DESC"]) ?? "DESC") === "ASC" ? 1 : -1;
  const keyOf = (one: Listing): string =>
    `${by === "sku" ? "" : String(by === "createdDate" ? one.created : one.updated).padStart(12, "0")} ${one.sku}`;
  const parent = query.get("variationParentSku");
  const found = [...store.listings.values()]
    .filter((one) => isIn(one.created, createdAfter, createdBefore) && isIn(one.updated, updatedAfter, updatedBefore))
    .filter((one) => ids?.includes(idOf(one)) !== false && (parent === null || one.parent?.sku === parent))
    .filter((one) => having?.every((word) => statusOf(one, marketplace).includes(word)) !== false)
    .filter((one) => lacking?.some((word) => statusOf(one, marketplace).includes(word)) !== true)
    .filter((one) => severity === null || one.issues.some((issue) => severity.includes(issue.severity)))
    .sort((a, b) => sign * (keyOf(a) < keyOf(b) ? -1 : 1));
  const token = ask.readToken(call, "pageToken");
  const at = token === null ? 0 : Number(token.after);
  const size = ask.numberOf(call, "pageSize", 10, 1, 20);
  const page = found.slice(at, Math.min(at + size, MOST_PAGED));
  const next = at + page.length;
  const isMore = next < found.length && next < MOST_PAGED;
  const back = at === 0 ? undefined : ask.makeToken(call, String(Math.max(0, at - size)), 3600);
  return {
    numberOfResults: found.length,
    pagination: { nextToken: isMore ? ask.makeToken(call, String(next), 3600) : undefined, previousToken: back },
    items: page.map((one) => viewListing(store, one, [marketplace], wanted)),
  };
}

function inventoryOf(store: Store, listing: Listing, hasDetails: boolean): Row {
  const { fba } = listing;
  if (fba === null) return {};
  const reserved = fba.reservedOrders + fba.reservedTransfers + fba.reservedProcessing;
  const inbound = fba.inboundWorking + fba.inboundShipped + fba.inboundReceiving;
  const bad = fba.damaged + fba.defective;
  return {
    asin: listing.asin,
    fnSku: listing.fnSku,
    sellerSku: listing.sku,
    condition: "NewItem",
    productName: titleOf(listing, store.home),
    lastUpdatedTime: time(fba.updated),
    totalQuantity: fba.fulfillable + reserved + inbound + fba.researching + bad,
    inventoryDetails: hasDetails
      ? {
          fulfillableQuantity: fba.fulfillable,
          inboundWorkingQuantity: fba.inboundWorking,
          inboundShippedQuantity: fba.inboundShipped,
          inboundReceivingQuantity: fba.inboundReceiving,
          reservedQuantity: {
            totalReservedQuantity: reserved,
            pendingCustomerOrderQuantity: fba.reservedOrders,
            pendingTransshipmentQuantity: fba.reservedTransfers,
            fcProcessingQuantity: fba.reservedProcessing,
          },
          researchingQuantity: { totalResearchingQuantity: fba.researching },
          unfulfillableQuantity: {
            totalUnfulfillableQuantity: bad,
            warehouseDamagedQuantity: fba.damaged,
            defectiveQuantity: fba.defective,
          },
        }
      : undefined,
  };
}

/** Seconds that a page's token of the inventory is good for. */
const INVENTORY_TOKEN = 30;

function getInventorySummaries(call: ask.Call): Row {
  const { store, query } = call;
  const [marketplace] = needed(call, 1);
  const id = query.get("granularityId");
  if (query.get("granularityType") !== "Marketplace" || marketplace === undefined || id !== marketplace.id)
    throw invalid("granularityType must be Marketplace, and granularityId its id.");
  const since = ask.timeOf(call, "startDateTime");
  if (since !== null && since < nowOf(store) - 548 * 86_400) throw invalid("startDateTime is too old.");
  const one = call.query.get("sellerSku");
  const skus = one === null ? ask.listOf(call, "sellerSkus", undefined, 50) : [one];
  const after = ask.readToken(call, "nextToken")?.after ?? "";
  const found = [...store.listings.values()]
    .filter(({ fba, sku }) => fba !== null && sku > after && (since === null || fba.updated >= since))
    .filter(({ sku }) => since !== null || skus?.includes(sku) !== false)
    .sort((a, b) => (a.sku < b.sku ? -1 : 1));
  const page = found.slice(0, 50);
  const last = page.at(-1);
  const isMore = found.length > page.length && last !== undefined;
  const hasDetails = query.get("details") === "true";
  return {
    payload: {
      granularity: { granularityType: "Marketplace", granularityId: id },
      inventorySummaries: page.map((one) => inventoryOf(store, one, hasDetails)),
    },
    pagination: isMore ? { nextToken: ask.makeToken(call, last.sku, INVENTORY_TOKEN) } : undefined,
  };
}

export const LISTING_ROUTES: readonly ask.Route[] = [
  {
    operation: "searchListingsItems",
    method: "GET",
    path: "/listings/2021-08-01/items/{sellerId}",
    run: searchListings,
  },
  {
    operation: "getListingsItem",
    method: "GET",
    path: ITEM,
    run(call) {
      sellerOf(call);
      const listing = call.store.listings.get(call.params.sku ?? "");
      const marketplaces = needed(call);
      if (listing === undefined) throw notFound(`SKU '${call.params.sku}' not found.`);
      return viewListing(
        call.store,
        listing,
        marketplaces,
        ask.listOf(call, "includedData", LISTING_DATA) ?? ["summaries"],
      );
    },
  },
  {
    operation: "patchListingsItem",
    method: "PATCH",
    path: ITEM,
    run(call) {
      const patches = readPatches(ask.recordOf(call.body, "body").patches);
      return answerSubmission(call, { ...submissionOf(call, 50), patches });
    },
  },
  {
    operation: "putListingsItem",
    method: "PUT",
    path: ITEM,
    run(call) {
      const body = ask.recordOf(call.body, "body");
      const requirements = typeof body.requirements === "string" ? { requirements: body.requirements } : {};
      const attributes = readAttributes(body.attributes);
      return answerSubmission(call, { ...submissionOf(call, 1), ...requirements, attributes });
    },
  },
  {
    operation: "deleteListingsItem",
    method: "DELETE",
    path: ITEM,
    run: (call) => answerSubmission(call, submissionOf(call, 1)),
  },
  {
    operation: "getInventorySummaries",
    method: "GET",
    path: "/fba/inventory/v1/summaries",
    run: getInventorySummaries,
  },
  {
    operation: "getMarketplaceParticipations",
    method: "GET",
    path: "/sellers/v1/marketplaceParticipations",
    run: ({ store }) => ({
      payload: store.marketplaces.map((one) => ({
        marketplace: {
          id: one.id,
          name: storeNameOf(one),
          countryCode: one.country,
          defaultCurrencyCode: one.currency,
          defaultLanguageCode: one.language,
          domainName: `www.amazon.${one.host}`,
        },
        participation: { isParticipating: true, hasSuspendedListings: false },
        storeName: store.name,
      })),
    }),
  },
];
