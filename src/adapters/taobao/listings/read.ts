/** Listings by id, twenty a call. Ids that are unknown or another seller's are simply not in the answer. */
import type { RawDocument, RecordKey, Reference, Store } from "../../../core/adapter.ts";
import { localToInstant } from "../../../core/local-time.ts";
import type { Fields } from "../client/envelope.ts";
import type { Client } from "../client/index.ts";
import { ZONE } from "../config.ts";
import { GET_BATCH } from "../limits.ts";
import { documentsInFile, idIn, rowsOf } from "../schemas/file.ts";
import { recordsOf } from "../schemas/helpers.ts";
import { ITEM, type ItemDocument } from "../schemas/listing.ts";

const ITEM_FORM = "item.seller@2.0";

/** The batch method takes `sku`, not `skus`. */
const ITEM_FIELDS =
  "num_iid,title,nick,cid,seller_cids,props,pic_url,detail_url,approve_status,violation,num,with_hold_quantity,sub_stock," +
  "price,outer_id,barcode,list_time,modified,created,sold_quantity,type,sku";

export const itemId = (item: Fields): string | null => idIn(item.num_iid);

/** Sales lower the quantity without a new change time, so that it is part of the version. */
export function itemReference(item: Fields): Reference {
  const externalId = itemId(item);
  if (externalId === null) throw new Error("a listing has no num_iid");
  const modified = typeof item.modified === "string" ? item.modified.trim() : "";
  return {
    externalId,
    sourceUpdatedAt: modified === "" ? null : localToInstant(modified, ZONE),
    sourceVersion: `${modified}/${String(item.num ?? "")}/${String(item.approve_status ?? "")}`,
  };
}

/** `banner`: the list that the listing was found in, which says more than the listing itself. */
function toItemDocument(item: Fields, banner: string | null = null): RawDocument {
  return {
    ...itemReference(item),
    form: ITEM_FORM,
    payload: item,
    ...(banner === null ? {} : { key: { banner }, via: { banner } }),
  };
}

/** Items by id as the platform has them; those that it does not answer are not there. */
async function readItems(client: Client, store: Store, ids: readonly string[], signal: AbortSignal): Promise<Fields[]> {
  const asked = [...new Set(ids)].filter((id) => /^\d+$/.test(id));
  const items: Fields[] = [];
  for (let i = 0; i < asked.length; i += GET_BATCH.listings) {
    const num_iids = asked.slice(i, i + GET_BATCH.listings).join(",");
    const fields = await client.call(
      store,
      { method: "taobao.items.seller.list.get", parameters: { fields: ITEM_FIELDS, num_iids } },
      signal,
    );
    items.push(...recordsOf(fields.items));
  }
  return items;
}

/** As `readItems`, parsed, by id. */
export async function currentItems(
  client: Client,
  store: Store,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, ItemDocument>> {
  const items = await readItems(client, store, ids, signal);
  return new Map(items.map((item) => ITEM.parse(item)).map((item) => [item.num_iid, item]));
}

export async function readListings(client: Client, store: Store, keys: readonly RecordKey[], signal: AbortSignal) {
  const items = await readItems(
    client,
    store,
    keys.map((key) => key.externalId),
    signal,
  );
  const byId = new Map(items.map((item) => [itemId(item), item]));
  const documents = keys.flatMap(({ externalId, key }) => {
    const item = byId.get(externalId);
    return item ? [toItemDocument(item, key?.banner ?? null)] : [];
  });
  const missing = keys
    .filter(({ externalId }) => !byId.has(externalId))
    .map(({ externalId }) => ({ externalId, means: "gone" as const }));
  return { documents, missing };
}

/** Listings of a file: bare ones, answers, lists. */
export function listingsInFile(bytes: Uint8Array): RawDocument[] {
  return documentsInFile(bytes, "listing", (value) => {
    const items = "item" in value ? recordsOf([value.item]) : "items" in value ? recordsOf(value.items) : [value];
    const isItem = (item: Fields) => itemId(item) !== null && "approve_status" in item;
    return rowsOf(items, "listing", isItem, (item) => toItemDocument(item));
  });
}
