/** Listings: products with their variations. A product whose variations have to be read too is named by the lists and read by id. */
import type { ListInput, ListingCapability, Page, RawDocument, Store, Stream } from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { type PagedList, type PageOfRows, readPage } from "../client/pages.ts";
import { GET_BATCH, PAGE } from "../limits.ts";
import { noRecord, type ProblemOf, rowProblem } from "../schemas/index.ts";
import { createListingActs } from "./acts.ts";
import {
  isProduct,
  listingsInFile,
  parentOf,
  productProblem,
  toListingDocument,
  toPartDocument,
  variationIds,
  versionOf,
} from "./documents.ts";
import { readHeads, readListings } from "./read.ts";
import { toUnified } from "./to-listing.ts";

/** The platform bounds no window, and the first reading reaches back to the beginning: one window, not one a month. */
const WINDOW = {
  maxMinutes: 60 * 24 * 365 * 40,
  safetyLagSeconds: 5,
  overlapSeconds: 60,
  maxAgeDays: null,
  minSeconds: 2,
};

const STREAMS: readonly Stream[] = [
  // Stock of a variation moves its product's change time too, so that this one list sees every change of stock.
  { name: "changed", by: "change", window: WINDOW, everySeconds: 120, backfill: true },
  { name: "trashed", by: "change", window: WINDOW, everySeconds: 900, audit: true },
  // Plugins may write a variation without touching its product. Empty on stores without the route.
  { name: "variations", by: "change", window: WINDOW, everySeconds: 900, audit: true },
  // Products deleted for good leave no trace: every id, once a day.
  { name: "ids", by: "sweep", window: WINDOW, everySeconds: 86_400, audit: true },
];

const BY_CHANGE = { after: "modified_after", before: "modified_before", field: "date_modified_gmt" } as const;

export function createListings(client: Client): ListingCapability {
  return {
    streams: STREAMS,
    getBatch: GET_BATCH.listings,
    async list(store, input, signal) {
      if (input.stream === "variations" && store.facts.variations_route !== true)
        return { documents: [], references: [], next: null };
      const page = await readPage(client, store, listOf(input), input, signal);
      const found: Page = { ...(await foundIn(client, store, input.stream, page, signal)), next: page.next };
      if (page.total !== undefined) found.total = page.total;
      return found;
    },
    getMany: (store, keys, signal) => readListings(client, store, keys, signal),
    toUnified,
    parseFile: (bytes) => listingsInFile(bytes),
    acts: createListingActs(client),
  };
}

async function foundIn(
  client: Client,
  store: Store,
  stream: string,
  page: PageOfRows,
  signal: AbortSignal,
): Promise<Pick<Page, "documents" | "references">> {
  if (stream === "ids") {
    const named = page.rows.filter((row) => rowProblem(row) === null);
    return { documents: unreadable(page.rows, rowProblem), references: named.map(versionOf) };
  }
  const products = page.rows.filter(isProduct);
  const others = unreadable(page.rows, productProblem);
  if (stream === "variations") {
    const parents = [...new Set(products.flatMap((row) => parentOf(row) ?? []))];
    const heads = await readHeads(client, store, parents, signal);
    const known = products.filter((row) => heads.has(parentOf(row) ?? ""));
    return {
      documents: [...known.map((row) => toPartDocument(row, heads.get(parentOf(row) ?? "") ?? null)), ...others],
      references: [],
    };
  }
  if (stream === "trashed")
    return { documents: [...products.map((row) => toListingDocument(row, null)), ...others], references: [] };
  const hasVariations = (row: Record<string, unknown>) => variationIds(row).length > 0;
  return {
    documents: [...products.filter((row) => !hasVariations(row)).map((row) => toListingDocument(row, [])), ...others],
    references: products.filter(hasVariations).map(versionOf),
  };
}

/** Rows that are no record: they are set aside. */
function unreadable(rows: readonly unknown[], problemOf: ProblemOf): RawDocument[] {
  return rows.filter((row) => problemOf(row) !== null).map((row) => noRecord(row));
}

function listOf(input: ListInput): PagedList {
  const operation = `listings.list.${input.stream}`;
  const route = "/wc/v3/products";
  const perPage = (most: number) => Math.max(1, Math.min(input.limit, most));
  switch (input.stream) {
    case "changed":
      return { operation, route, perPage: perPage(PAGE.products), params: {}, orderby: "modified", window: BY_CHANGE };
    case "trashed":
      return {
        operation,
        route,
        perPage: perPage(PAGE.products),
        params: { status: "trash" },
        orderby: "modified",
        window: BY_CHANGE,
      };
    case "variations":
      return {
        operation,
        route: "/wc/v3/variations",
        perPage: perPage(PAGE.light),
        params: {},
        orderby: "modified",
        window: BY_CHANGE,
      };
    case "ids":
      return {
        operation,
        route,
        perPage: perPage(PAGE.light),
        params: { _fields: "id,status,date_modified_gmt" },
        orderby: "id",
      };
    default:
      throw new Error(`listings have no stream "${input.stream}"`);
  }
}
