/** Listings by change, all of them by a report once a day, and what lies in the platform's warehouses. */
import { z } from "zod";
import {
  absent,
  type ListInput,
  type ListingCapability,
  type MapContext,
  type Missing,
  type Page,
  type RawDocument,
  type RecordKey,
  type Stream,
} from "../../../core/adapter.ts";
import { adapterError } from "../../../core/errors.ts";
import { NO_WINDOW } from "../../../core/paging.ts";
import type { Fields } from "../../../core/tree.ts";
import { type Client, parseCursor, type Shop } from "../client/index.ts";
import { cellsOf, ORDERED, orderReport, readOrdered, waitFor } from "../client/reports.ts";
import { DOCS, ID, marketplacesOf } from "../config.ts";
import { GET_BATCH, LONGEST_LIST, PAGE } from "../limits.ts";
import { documentOf, documentsInFile, read, referenceOf } from "../schemas.ts";
import { partsOf, variantId } from "./ids.ts";
import {
  getInventory,
  FORM as INVENTORY_FORM,
  toUnified as inventoryToUnified,
  isSummary,
  listInventory,
  PREFIX,
  toDocument as toInventory,
} from "./inventory.ts";
import { readItems, searchItems } from "./read.ts";
import { toUnified as itemToUnified } from "./to-listing.ts";

const FORM = "listings_item@2021-08-01";
const OPERATION = "listings.list";
const TYPE = "GET_MERCHANT_LISTINGS_ALL_DATA";
const SKU_COLUMN = "seller-sku";
/** Without it names of columns come in the marketplace's language. https://developer-docs.amazon.com/sp-api/docs/report-type-values-inventory */
const ENGLISH = { preferredReportDocumentLocale: "en_US" };
const DAY_SECONDS = 86_400;
const EMPTY: Page = { documents: [], references: [], next: null };

const STREAMS: readonly Stream[] = [
  {
    name: "changed",
    by: "change",
    window: { maxMinutes: 30 * 1440, safetyLagSeconds: 60, overlapSeconds: 600, maxAgeDays: null, minSeconds: 1 },
    everySeconds: 600,
    backfill: true,
  },
  { name: "all", by: "sweep", window: NO_WINDOW, everySeconds: DAY_SECONDS, audit: true },
  { name: "warehouses", by: "sweep", window: NO_WINDOW, everySeconds: 1800 },
];

export function createListings(client: Client): ListingCapability {
  return {
    streams: STREAMS,
    getBatch: GET_BATCH.listings,
    list(store, input, signal) {
      if (input.stream === "warehouses") return listInventory(client.at(store, signal), input);
      return input.stream === "all"
        ? listAll(client.at(store, signal), input)
        : listChanged(client.at(store, signal), input);
    },
    getMany: (store, keys, signal) => getMany(client.at(store, signal), keys),
    toUnified(raw, context) {
      const marketplace = marketplaceOf(raw, context);
      return raw.form === INVENTORY_FORM
        ? inventoryToUnified(raw, marketplace)
        : itemToUnified(read(raw.payload), marketplace);
    },
    parseFile: (bytes, context) =>
      documentsInFile(bytes, "listing", ["items", "inventorySummaries"], (value) => {
        if (isSummary(value)) return [toInventory(value, ownMarketplace(context))];
        if (!isItem(value)) return null;
        const [first] = read(value).list("summaries");
        return [toItem(value, first?.text("marketplaceId") ?? ownMarketplace(context))];
      }),
    acts: {
      activate: absent(
        "an offer is for sale while it has a price and a quantity: there is no switch beside them",
        DOCS,
      ),
      deactivate: absent(
        "an offer ends with its quantity: set it to 0; deleting the SKU loses its reviews and history",
        DOCS,
      ),
    },
  };
}

const isItem = ({ sku, ...rest }: Fields): boolean =>
  typeof sku === "string" &&
  ["summaries", "offers", "fulfillmentAvailability", "issues"].some((name) => Array.isArray(rest[name]));

const ownMarketplace = ({ marketplaces }: Pick<MapContext, "marketplaces">): string => marketplaces[0]?.code ?? "";

function marketplaceOf(raw: RawDocument, context: MapContext): string {
  const marketplace = raw.via?.marketplace ?? ownMarketplace(context);
  if (marketplace === "") throw new TypeError("nobody says which marketplace the document is of");
  return marketplace;
}

const toItem = (item: Fields, marketplace: string): RawDocument => ({
  ...documentOf(variantId(marketplace, read(item).text("sku") ?? ""), FORM, item),
  via: { marketplace },
});

/** Which of the store's marketplaces, and where in it. */
const POSITION = z.object({ at: z.int().min(0), token: z.string().nullable() });

/** Marketplaces in which nothing has changed are passed by. */
async function listChanged(shop: Shop, input: ListInput): Promise<Page> {
  let page = EMPTY;
  for (let cursor = input.cursor; ; cursor = page.next) {
    page = await listPage(shop, { ...input, cursor });
    if (page.documents.length > 0 || page.next === null || page.tooMany) return page;
  }
}

async function listPage(shop: Shop, input: ListInput): Promise<Page> {
  const { at, token } = input.cursor === null ? { at: 0, token: null } : parseCursor(POSITION, input.cursor, OPERATION);
  const marketplaces = marketplacesOf(shop.store);
  const marketplace = marketplaces[at];
  if (marketplace === undefined) return EMPTY;
  const query = {
    lastUpdatedAfter: input.since.toISOString(),
    lastUpdatedBefore: input.until.toISOString(),
    sortBy: "lastUpdatedDate",
    sortOrder: "ASC",
    pageSize: Math.max(1, Math.min(input.limit, PAGE.listings)),
    pageToken: token ?? undefined,
  };
  const found = await searchItems(shop, marketplace, query);
  if (found.total > LONGEST_LIST) return { ...EMPTY, tooMany: true, total: found.total };
  const isLast = at + 1 >= marketplaces.length;
  const next = found.token !== null ? { at, token: found.token } : isLast ? null : { at: at + 1, token: null };
  return {
    ...EMPTY,
    documents: found.items.map((item) => toItem(item, marketplace)),
    next: next && JSON.stringify(next),
  };
}

const REPORT = z.object({ at: z.int().min(0), ordered: ORDERED.nullable() });

/** Names every SKU of a marketplace, one marketplace after the other. */
async function listAll(shop: Shop, input: ListInput): Promise<Page> {
  const { at, ordered } =
    input.cursor === null ? { at: 0, ordered: null } : parseCursor(REPORT, input.cursor, OPERATION);
  const marketplaces = marketplacesOf(shop.store);
  const marketplace = marketplaces[at];
  if (marketplace === undefined) return EMPTY;
  const wanted = { reportType: TYPE, marketplaceIds: [marketplace], reportOptions: ENGLISH };
  const report = ordered?.report ?? (await orderReport(shop, wanted));
  const own = ordered ?? { report, place: null };
  const got = ordered === null ? "wait" : await readOrdered(shop, own);
  if (got === "wait") return waitFor(report, { at, ordered: own });
  if (got.columns !== "" && !(SKU_COLUMN in cellsOf(got.columns, "")))
    throw adapterError("permanent", {
      platform: ID,
      operation: OPERATION,
      message: `the report of listings on ${marketplace} has no column ${SKU_COLUMN}`,
    });
  const skus = got.lines.flatMap((line) => cellsOf(got.columns, line)[SKU_COLUMN] || []);
  const after = at + 1 < marketplaces.length ? { at: at + 1, ordered: null } : null;
  const next = got.next ? { at, ordered: got.next } : after;
  const references = skus.map((sku) => referenceOf(variantId(marketplace, sku)));
  return { ...EMPTY, references, next: next && JSON.stringify(next) };
}

async function getMany(shop: Shop, keys: readonly RecordKey[]) {
  const [own = ""] = marketplacesOf(shop.store);
  const wanted = keys.map(({ externalId }) => {
    const isInventory = externalId.startsWith(PREFIX);
    const id = isInventory ? externalId.slice(PREFIX.length) : externalId;
    // An id without a marketplace is a SKU of the first.
    return { externalId, isInventory, ...(partsOf(id) ?? { marketplace: own, sku: id }) };
  });
  const items = await readItems(
    shop,
    wanted.filter((each) => !each.isInventory),
  );
  const documents = [...items].map(([id, item]) => toItem(item.fields, id.slice(0, id.indexOf("/"))));
  const counted = wanted.filter((each) => each.isInventory);
  for (const marketplace of new Set(counted.map((each) => each.marketplace))) {
    const skus = counted.filter((each) => each.marketplace === marketplace).map(({ sku }) => sku);
    documents.push(...(await getInventory(shop, marketplace, skus)));
  }
  const isThere = (id: string) => documents.some((document) => document.externalId === id);
  const missing = wanted
    .filter(({ externalId }) => !isThere(externalId))
    .map(({ externalId }): Missing => ({ externalId, means: "gone" }));
  return { documents, missing };
}
