/**
 * Listings of two kinds. A supplier's is a barcode, offered per co-operation and warehouse of the platform while the
 * co-operation runs; a shop's is a product with its SKUs. Purchase orders are read beside them: each is a campaign.
 */
import type { ListingCapability, RawDocument, Reference } from "../../../core/adapter.ts";
import { noRecord, refusingRows } from "../../../core/no-record.ts";
import { NO_WINDOW, readEach } from "../../../core/paging.ts";
import { documentsInFile } from "../client/files.ts";
import type { Client } from "../client/index.ts";
import { type List, readList, stream } from "../client/lists.ts";
import { SUPPLY_MODES, vendorId } from "../config.ts";
import { GET_BATCH } from "../limits.ts";
import { type Fields, recordsOf, textIn } from "../schemas.ts";
import { createShelfAct } from "./acts.ts";
import { type Kind, listingsInFile, numbered, purchaseVersion, readListing } from "./read.ts";
import { toUnified } from "./to-listing.ts";

const DAY = 1440;
/** Older purchase orders are no campaigns any more. */
const PURCHASE_DAYS = 2 * 366;

interface ListingList extends List {
  kind: Kind;
  ids(row: Fields): unknown[];
  /** What a record was like when it was read; null: it is read again whenever it is named. */
  version?(row: Fields): string;
}

const LISTS: readonly ListingList[] = [
  {
    stream: stream("shop", "sweep", 3600, { window: NO_WINDOW }),
    kind: "shop",
    mode: "marketplace",
    method: "sovProduct.getProducts",
    rows: "products",
    query: ({ page, limit }) => ({ request: { page, limit } }),
    ids: (row) => [row.spu_id],
  },
  {
    // The first reading reaches back to the beginning: one window, not one a day.
    stream: stream("supply_changed", "change", 600, { backfill: false, window: { maxMinutes: 40 * 366 * DAY } }),
    kind: "supply",
    mode: SUPPLY_MODES,
    method: "inventory.getSkuList",
    isGrouped: true,
    rows: "list",
    query: ({ store, start, end, page, limit }) => {
      return { criteria: { vendor_id: vendorId(store), start_query: start, end_query: end }, page, limit };
    },
    ids: (row) => [row.barcode],
  },
  {
    stream: stream("supply", "sweep", 21_600, { window: NO_WINDOW }),
    kind: "supply",
    mode: SUPPLY_MODES,
    method: "product.multiGetProductSpuInfo",
    rows: "products",
    query: ({ store, page, limit }) => ({ vendor_id: vendorId(store), page, limit }),
    ids: (row) => recordsOf(row.sku_item_list).map((item) => item.barcode),
  },
  {
    // A campaign is announced by its purchase order, and read again when its dates or its quantity change.
    stream: stream("purchases", "creation", 600, {
      window: { maxMinutes: 30 * DAY, maxAgeDays: PURCHASE_DAYS, overlapSeconds: 14 * 86_400 },
    }),
    kind: "purchase",
    mode: "jit",
    method: "jit.getPoList",
    rows: "purchase_order_list",
    query: ({ store, from, to, page, limit }) => {
      return { vendor_id: String(vendorId(store)), st_create_time: from, et_create_time: to, page, limit };
    },
    ids: (row) => [numbered("po", row.po_no)],
    version: purchaseVersion,
  },
];

export function createListings(client: Client): ListingCapability {
  return {
    streams: LISTS.map((list) => list.stream),
    getBatch: GET_BATCH,
    async list(store, input, signal) {
      const { list, rows, page } = await readList(client, store, LISTS, input, signal);
      const references = new Map<string, Reference>();
      const documents: RawDocument[] = [];
      for (const row of rows)
        for (const id of list.ids(row)) {
          const externalId = textIn(id);
          const sourceVersion = list.version?.(row) ?? null;
          if (externalId === null) documents.push(noRecord(row, `listing (${list.kind})`, "number"));
          else
            references.set(externalId, { externalId, key: { kind: list.kind }, sourceUpdatedAt: null, sourceVersion });
        }
      return { documents, references: [...references.values()], ...page };
    },
    getMany: (store, keys, signal) => readEach(keys, (key) => readListing(client, store, key, signal)),
    toUnified: refusingRows(toUnified),
    parseFile: (bytes) => documentsInFile(bytes, "listing", listingsInFile),
    acts: { activate: createShelfAct(client, "onShelf"), deactivate: createShelfAct(client, "offShelf") },
  };
}
