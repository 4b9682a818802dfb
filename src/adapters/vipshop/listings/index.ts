/**
 * Listings of two kinds. A supplier's is a barcode, offered per co-operation and warehouse of the platform while the
 * co-operation runs; a shop's is a product with its SKUs. Purchase orders are read beside them: each is a campaign.
 */
import type { ListingCapability, RawDocument, Reference, Stream } from "../../../core/adapter.ts";
import { documentsInFile } from "../client/files.ts";
import { type Client, toPlatformTime, toSeconds } from "../client/index.ts";
import { type List, readList } from "../client/lists.ts";
import { vendorId } from "../config.ts";
import { GET_BATCH, PAGE } from "../limits.ts";
import { type Fields, recordsOf, textIn } from "../schemas.ts";
import { createShelfAct } from "./acts.ts";
import { type Kind, listingsInFile, readListing } from "./read.ts";
import { toUnified } from "./to-listing.ts";

const DAY = 1440;
const WINDOW = { maxMinutes: DAY, safetyLagSeconds: 30, overlapSeconds: 600, maxAgeDays: null, minSeconds: 2 };
/** The first reading reaches back to the beginning: one window, not one a day. */
const LONG = { ...WINDOW, maxMinutes: 40 * 366 * DAY };

interface ListingList extends List {
  kind: Kind;
  ids(row: Fields): unknown[];
  /** What a record was like when it was read; null: it is read again whenever it is named. */
  version?(row: Fields): string;
}

const stream = (name: string, by: Stream["by"], everySeconds: number, rest: Partial<Stream> = {}): Stream => ({
  name,
  by,
  everySeconds,
  window: by === "sweep" ? LONG : WINDOW,
  backfill: true,
  ...rest,
});

const LISTS: readonly ListingList[] = [
  {
    stream: stream("shop", "sweep", 3600),
    kind: "shop",
    mode: "marketplace",
    method: "sovProduct.getProducts",
    rows: "products",
    size: PAGE.most,
    query: ({ page, limit }) => ({ request: { page, limit } }),
    ids: (row) => [row.spu_id],
  },
  {
    stream: stream("supply_changed", "change", 600, { window: LONG, backfill: false }),
    kind: "supply",
    mode: "jit",
    method: "inventory.getSkuList",
    rows: "list",
    size: PAGE.most,
    query: ({ store, from, to, page, limit }) => ({
      criteria: { vendor_id: vendorId(store), start_query: toSeconds(from), end_query: toSeconds(to) },
      page,
      limit,
    }),
    ids: (row) => [row.barcode],
  },
  {
    stream: stream("supply", "sweep", 21_600),
    kind: "supply",
    mode: "jit",
    method: "product.multiGetProductSpuInfo",
    rows: "products",
    size: PAGE.most,
    query: ({ store, page, limit }) => ({ vendor_id: vendorId(store), page, limit }),
    ids: (row) => recordsOf(row.sku_item_list).map((item) => item.barcode),
  },
  {
    // A campaign is announced by its purchase order, and read again when its dates or its quantity change.
    stream: stream("purchases", "creation", 600, {
      window: { ...WINDOW, maxMinutes: 30 * DAY, overlapSeconds: 14 * 86_400 },
    }),
    kind: "purchase",
    mode: "jit",
    method: "jit.getPoList",
    rows: "purchase_order_list",
    size: PAGE.most,
    query: ({ store, from, to, page, limit }) => ({
      vendor_id: String(vendorId(store)),
      st_create_time: toPlatformTime(from),
      et_create_time: toPlatformTime(to),
      page,
      limit,
    }),
    ids: (row) => [`po:${textIn(row.po_no) ?? ""}`],
    version: (row) => ["sell_st_time", "sell_et_time", "stock"].map((name) => textIn(row[name])).join("|"),
  },
];

export function createListings(client: Client): ListingCapability {
  return {
    streams: LISTS.map((list) => list.stream),
    getBatch: GET_BATCH,
    async list(store, input, signal) {
      const { list, rows, page } = await readList(client, store, LISTS, input, signal);
      const references = rows.flatMap((row) =>
        list.ids(row).flatMap((id): Reference[] => {
          const externalId = textIn(id);
          const sourceVersion = list.version?.(row) ?? null;
          return externalId === null
            ? []
            : [{ externalId, key: { kind: list.kind }, sourceUpdatedAt: null, sourceVersion }];
        }),
      );
      return {
        documents: [],
        references: [...new Map(references.map((one) => [one.externalId, one])).values()],
        ...page,
      };
    },
    async getMany(store, keys, signal) {
      const documents: RawDocument[] = [];
      for (const key of keys) {
        const document = await readListing(client, store, key, signal);
        if (document) documents.push(document);
      }
      const found = new Set(documents.map(({ externalId }) => externalId));
      const missing = keys.filter(({ externalId }) => !found.has(externalId));
      return { documents, missing: missing.map(({ externalId }) => ({ externalId, means: "gone" })) };
    },
    toUnified,
    parseFile: (bytes) => documentsInFile(bytes, "listing", listingsInFile),
    acts: { activate: createShelfAct(client, "onShelf"), deactivate: createShelfAct(client, "offShelf") },
  };
}
