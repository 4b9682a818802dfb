/**
 * Listings: a ware with its SKUs. Both have change times of their own; the recycle bin is a list apart. Once a day everything,
 * because sales lower quantities and nobody says that this moves a change time.
 */
import { z } from "zod";
import type {
  ActCapability,
  ListInput,
  ListingCapability,
  ListingStateInput,
  MapContext,
  Page,
  RawDocument,
  RecordKey,
  Store,
  Stream,
} from "../../core/adapter.ts";
import { look } from "../../core/model/look.ts";
import { type Listing, type Unified, unified, type Variant, type Warning } from "../../core/model/records.ts";
import type { ListingStatus } from "../../core/model/vocabulary.ts";
import { money } from "../../core/money.ts";
import { noRecord, refusingRows } from "../../core/no-record.ts";
import { orNull } from "../../core/outcomes.ts";
import { readEach } from "../../core/paging.ts";
import { documentsInFile } from "./client/envelope.ts";
import { type Client, isId, numberOf, windowOf } from "./client/index.ts";
import { done, isRefusal, refusable, refuse } from "./client/outcomes.ts";
import { listIn, readCursor, readPages } from "./client/pages.ts";
import { WARE_STATUS } from "./codes.ts";
import { CURRENCY } from "./config.ts";
import { GET_BATCH, PAGE } from "./limits.ts";
import { type Fields, idIn, isFields, LISTING } from "./schemas.ts";

const WARE_FIELDS =
  "wareId,title,categoryId,brandId,brandName,wareStatus,outerId,itemNum,barCode,modified,created,onlineTime,offlineTime,logo,jdPrice,stockNum,colType,shopId";
const SKU_FIELDS =
  "skuId,wareId,status,jdPrice,outerId,barCode,skuName,wareTitle,logo,stockNum,saleAttrs,modified,created";

/** No bound is written; the first reading reaches back to the beginning: one window, not one a month. */
const WINDOW = {
  maxMinutes: 60 * 24 * 366 * 40,
  safetyLagSeconds: 30,
  overlapSeconds: 600,
  maxAgeDays: null,
  minSeconds: 2,
};
const VALID = "jingdong.ware.read.searchWare4Valid";
const RECYCLED = "jingdong.ware.read.searchWare4Recycled";
const SKUS = "jingdong.sku.read.searchSkuList";
const METHODS: Readonly<Record<string, string>> = { changed: VALID, recycled: RECYCLED, skus: SKUS, all: VALID };

const STREAMS: readonly Stream[] = [
  { name: "changed", by: "change", window: WINDOW, everySeconds: 600, backfill: true },
  { name: "recycled", by: "change", window: WINDOW, everySeconds: 3600, backfill: true },
  { name: "skus", by: "change", window: WINDOW, everySeconds: 600, backfill: false },
  { name: "all", by: "sweep", window: WINDOW, everySeconds: 86_400, audit: true },
];

export function createListings(client: Client): ListingCapability {
  return {
    streams: STREAMS,
    getBatch: GET_BATCH,
    list: (store, input, signal) => listWares(client, store, input, signal),
    getMany: (store, keys, signal) => readEach(keys, (key) => readListing(client, store, key, signal)),
    toUnified: refusingRows(toUnified),
    parseFile: (bytes) => listingsInFile(bytes),
    acts: {
      activate: createStateAct(client, UP),
      deactivate: createStateAct(client, DOWN),
    },
  };
}

const BIN = { recycled: "yes" };

async function listWares(client: Client, store: Store, input: ListInput, signal: AbortSignal): Promise<Page> {
  const method = METHODS[input.stream];
  if (method === undefined) throw new Error(`listings have no stream "${input.stream}"`);
  const isSweep = input.stream === "all";
  const [startModifiedTime, endModifiedTime] = windowOf(input);
  const cursor = readCursor(input.cursor, method);
  const most = { rows: PAGE.rows, pages: PAGE.warePages };
  const { rows, tooMany, ...page } = await readPages({ limit: input.limit, cursor }, most, async (pageNo, size) => {
    const paging = method === SKUS ? { pageNo, page_size: size } : { pageNo, pageSize: size };
    const window = isSweep ? {} : { startModifiedTime, endModifiedTime };
    const field = method === SKUS ? "skuId,wareId,modified" : "wareId,modified";
    return listIn((await client.call(store, method, { ...window, ...paging, field }, signal)).page, "data");
  });
  // A sweep has no window to halve: it says that it cannot see everything.
  const detail = `The platform pages ${PAGE.warePages * PAGE.rows} listings; the shop has ${page.total}.`;
  const warnings = tooMany && isSweep ? [{ code: "sweep_cut", detail }] : [];
  const [named, nameless] = [new Map<string, Fields>(), [] as Fields[]];
  for (const row of rows) {
    const id = idIn(row.wareId);
    if (id === null) nameless.push(row);
    else named.set(id, row);
  }
  return {
    ...page,
    documents: nameless.map((row) => noRecord(row, "ware", "wareId")),
    references: [...named].map(([externalId, row]) => ({
      externalId,
      sourceUpdatedAt: null,
      // A change of a SKU, and the daily look, read the listing whatever its own time says.
      sourceVersion: method === SKUS || isSweep ? null : versionOf(row),
      ...(method === RECYCLED ? { key: BIN } : {}),
    })),
    ...(tooMany && !isSweep ? { tooMany } : {}),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

const versionOf = (ware: Fields): string | null => (ware.modified ? String(ware.modified) : null);

/** `skus` null: only the ware is there. */
function toDocument(ware: Fields, skus: Fields[] | null, isRecycled = false): RawDocument {
  const externalId = idIn(ware.wareId);
  if (externalId === null) return noRecord(ware, "ware", "wareId");
  return {
    externalId,
    ...(isRecycled ? { key: BIN, via: BIN } : {}),
    sourceUpdatedAt: null,
    sourceVersion: versionOf(ware),
    form: "ware@2.0",
    payload: { ware, skus },
  };
}

async function readListing(
  client: Client,
  store: Store,
  { externalId, key }: RecordKey,
  signal: AbortSignal,
): Promise<RawDocument | null> {
  const ware = await currentWare(client, store, externalId, signal);
  if (ware === null) return key?.recycled === BIN.recycled ? readRecycled(client, store, externalId, signal) : null;
  const skus = new Map<string | null, Fields>();
  for (let pageNo = 1; ; pageNo++) {
    const parameters = { wareId: externalId, pageNo, page_size: PAGE.rows, field: SKU_FIELDS };
    const { rows, total } = listIn((await client.call(store, SKUS, parameters, signal)).page, "data");
    const before = skus.size;
    for (const row of rows) skus.set(idIn(row.skuId), row);
    // Pages may be shorter than asked for: the total says whether there are more. A page without news is beyond the last.
    if (skus.size === before || (total === null ? rows.length < PAGE.rows : skus.size >= total)) break;
  }
  return toDocument(ware, [...skus.values()]);
}

async function readRecycled(client: Client, store: Store, id: string, signal: AbortSignal) {
  const parameters = { wareId: id, pageNo: 1, pageSize: 1, field: WARE_FIELDS };
  const { rows } = listIn((await client.call(store, RECYCLED, parameters, signal)).page, "data");
  const ware = rows.find((row) => idIn(row.wareId) === id);
  return ware ? toDocument(ware, [], true) : null;
}

async function currentWare(client: Client, store: Store, id: string, signal: AbortSignal): Promise<Fields | null> {
  if (!isId(id)) return null;
  const parameters = { wareId: numberOf(id), field: WARE_FIELDS };
  const answer = await orNull(() => client.call(store, "jingdong.ware.read.findWareById", parameters, signal));
  return isFields(answer?.ware) && "wareId" in answer.ware ? answer.ware : null;
}

/** Our own documents, wares of an answer (without their SKUs), SKUs of an answer (together by their ware). */
function listingsInFile(bytes: Uint8Array): RawDocument[] {
  const skus = new Map<string, Fields[]>();
  const wares = documentsInFile(bytes, "listing", (value) => {
    if (isFields(value.ware) && (Array.isArray(value.skus) || value.skus === null))
      return [toDocument(value.ware, value.skus as Fields[] | null, value.ware.wareStatus === -1)];
    if ("wareId" in value && "wareStatus" in value) return [toDocument(value, null)];
    if (!("skuId" in value && "wareId" in value) || "itemTotal" in value) return null;
    const id = idIn(value.wareId);
    if (id === null) return [noRecord(value, "SKU", "wareId")];
    skus.set(id, [...(skus.get(id) ?? []), value]);
    return [toDocument({ wareId: value.wareId, title: value.wareTitle }, skus.get(id) ?? [])];
  });
  // The last document of a ware holds all of its SKUs.
  return [...new Map(wares.map((document) => [document.externalId, document])).values()];
}

const IMAGES = "https://img10.360buyimg.com/n1/";

function toUnified(raw: RawDocument, context: MapContext): Unified {
  const { ware, skus } = LISTING.parse(raw.payload);
  const warnings: Warning[] = [];
  const status = raw.via?.recycled === BIN.recycled ? "deleted" : statusOf(ware, warnings);
  const isOn = status === "active" || status === "out_of_stock";
  const listing: Listing = {
    externalId: ware.wareId,
    marketplace: context.marketplaces[0]?.code ?? "jd",
    title: ware.title ?? "",
    status,
    externalStatus: ware.wareStatus ?? "",
    category: ware.categoryId,
    url: null,
    imageUrl: ware.logo === null || /^https?:/.test(ware.logo) ? ware.logo : `${IMAGES}${ware.logo}`,
    variants: (skus ?? []).map((sku) => toVariant(sku, isOn)),
    partial: skus === null,
    warnings,
  };
  return unified({ listings: [listing] });
}

function statusOf(ware: z.infer<typeof LISTING>["ware"], warnings: Warning[]): ListingStatus {
  const status = look(WARE_STATUS, "ware status", ware.wareStatus ?? "", "unknown", warnings);
  return status === "active" && ware.stockNum === 0 ? "out_of_stock" : status;
}

const SKU_UP = "1";

function toVariant(sku: NonNullable<z.infer<typeof LISTING>["skus"]>[number], isOn: boolean): Variant {
  return {
    externalId: sku.skuId,
    sellerCode: sku.outerId,
    barcode: sku.barCode,
    title: sku.skuName,
    // Attributes have numbers for names.
    options: Object.fromEntries(
      sku.saleAttrs.map(({ attrId, attrValues, attrValueAlias }) => [
        attrId ?? "",
        (attrValueAlias.length > 0 ? attrValueAlias : attrValues).join(" "),
      ]),
    ),
    price: sku.jdPrice === null ? null : money(sku.jdPrice, CURRENCY),
    regularPrice: null,
    quantity: sku.stockNum,
    places: [],
    externalProductId: null,
    codes: {},
    fulfilledBy: "seller",
    active: isOn && (sku.status === null || sku.status === SKU_UP),
  };
}

const UP = { opType: 1, isOn: true };
const DOWN = { opType: 2, isOn: false };
const STATE_INPUT = z.object({
  listingExternalId: z.string().min(1),
  variantExternalId: z.string().min(1).nullable(),
  reason: z.string().nullable(),
});

/** A ware goes on and off the shelf whole. */
function createStateAct(client: Client, { opType, isOn }: typeof UP): ActCapability<ListingStateInput> {
  const method = "jingdong.ware.write.upOrDown";
  return {
    input: STATE_INPUT,
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const { listingExternalId: id, variantExternalId, reason: note } = input;
        if (variantExternalId !== null)
          return refuse(
            "invalid_request",
            method,
            "a ware goes on and off the shelf whole: set the SKU's quantity to 0",
          );
        try {
          await client.call(store, method, { wareId: numberOf(id), opType, note }, signal, "keyed-write");
        } catch (error) {
          // Refused because it is so already.
          const ware = isRefusal(error) ? await currentWare(client, store, id, signal) : null;
          if (ware === null || (WARE_STATUS[String(ware.wareStatus)] === "active") !== isOn) throw error;
        }
        return done(id, "listings");
      }),
  };
}
