/**
 * Saves one page of documents in one transaction: what was read, what it says, what it means for stock, what the feed
 * tells, and where to go on. A crash leaves all of it or nothing; a repeat changes nothing (promises 1 to 4).
 */
import { settleAttention } from "../db/attention.ts";
import { appendChanges, CHANGES_CHANNEL } from "../db/changes.ts";
import { type Database, repeatable } from "../db/database.ts";
import { send } from "../db/overlap.ts";
import { reopenMistaken } from "../finance/open-entries.ts";
import type { Unified } from "../model/records.ts";
import { OFFERS_CHANNEL } from "../stock/desired.ts";
import { lockMapping, mapVariants } from "../stock/mapping.ts";
import { reserveStock } from "../stock/reserve.ts";
import { upsertDisputes, upsertRefunds, upsertShipments } from "./after-sales.ts";
import {
  dataError,
  findStoredVersions,
  nameDocuments,
  prepareDocuments,
  resolveRejected,
  tellSetAside,
  upsertDocuments,
  upsertRejected,
} from "./documents.ts";
import { markGone } from "./gone.ts";
import { upsertListings, writeObservations } from "./listings.ts";
import { explainRejection, mapDocuments } from "./mapping.ts";
import { insertEntries, upsertCampaigns, upsertSettlements } from "./money.ts";
import { resolveSkus, upsertOrders, type WrittenOrder } from "./orders.ts";
import { dropReplacedEntries } from "./replaced-entries.ts";
import type {
  Change,
  IngestContext,
  IngestCounts,
  IngestPage,
  IngestResult,
  IngestStore,
  MappedDocument,
  PreparedDocument,
  RejectedDocument,
  Versioned,
} from "./types.ts";

/** A page that is hashed, compared and mapped, and not yet saved. */
export interface ReadyPage {
  page: IngestPage;
  mapped: MappedDocument[];
  rejected: RejectedDocument[];
  unchanged: number;
}

/** Ingests a page: `prepareIngest`, then `saveIngest`. */
export async function ingest(context: IngestContext, page: IngestPage): Promise<IngestResult> {
  return saveIngest(context, await prepareIngest(context, page));
}

/**
 * Does for a page what needs no transaction, so that it can be done while another page is saved. Documents whose stored
 * version is the same or newer are left alone before they are mapped; those that do not map are to be set aside.
 */
export async function prepareIngest(context: IngestContext, page: IngestPage): Promise<ReadyPage> {
  // Asked for first: while the database looks, texts and hashes are made.
  const named = nameDocuments(page);
  const ids = named.map((document) => document.id);
  const stored = await send(findStoredVersions(context.db, ids));
  const { prepared, unwritable } = await prepareDocuments(named, context.keyring);
  const { mapped, rejected } = await mapDocuments(page, context.keyring, prepared, stored);
  const unchanged = page.documents.length - unwritable.length - mapped.length - rejected.length;
  return { page, mapped, rejected: [...rejected, ...unwritable], unchanged };
}

/** Saves a page in one transaction. `page.conclude` runs in it, also when nothing changed. */
export async function saveIngest(context: IngestContext, ready: ReadyPage): Promise<IngestResult> {
  const { page, mapped, rejected, unchanged } = ready;
  const first = await write(context, page, mapped, rejected, unchanged).catch((error: unknown) => {
    if (dataError(error) === null || mapped.length === 0) throw error;
    return null;
  });
  if (first) return first;
  // A value that the database refuses sinks the whole statement: find the documents that hold one, and set those aside.
  const { good, bad } = await sortOutRefused(context, page, mapped);
  return write(context, page, good, [...rejected, ...bad], unchanged);
}

async function write(
  context: IngestContext,
  page: IngestPage,
  mapped: readonly MappedDocument[],
  rejected: readonly RejectedDocument[],
  unchanged: number,
): Promise<IngestResult> {
  const result = await repeatable(context.db, async (tx) => {
    const saved = await save(tx, context, page, mapped, rejected);
    const counts: IngestCounts = {
      read: page.documents.length,
      unchanged: unchanged + (mapped.length - saved.written.length),
      changed: saved.written.length,
      rejected: rejected.length,
      created: saved.createdIds.length,
    };
    await page.conclude?.(tx, counts);
    // One statement: hot SKUs are locked until the commit.
    if (saved.changes > 0 || saved.dirtyStores.length > 0)
      await tx.query(
        "select pg_notify($1, '') where $2 union all select pg_notify($3, store_id) from unnest($4::text[]) as store_id",
        [CHANGES_CHANNEL, saved.changes > 0, OFFERS_CHANNEL, saved.dirtyStores],
      );
    return { ...counts, createdIds: saved.createdIds, dirtyStores: saved.dirtyStores };
  });
  if (rejected.length > 0)
    context.log.warn("records set aside", {
      storeId: page.store.id,
      platform: page.store.platform,
      resource: page.resource,
      rejectedCount: rejected.length,
    });
  return {
    ...result,
    rejections: rejected.map((document) => ({ externalId: document.raw.externalId, reason: document.reason })),
  };
}

async function save(
  tx: Database,
  { keyring, clock }: IngestContext,
  page: IngestPage,
  mapped: readonly MappedDocument[],
  rejected: readonly RejectedDocument[],
): Promise<{ written: MappedDocument[]; createdIds: string[]; changes: number; dirtyStores: string[] }> {
  const at = clock.now();
  const { store } = page;
  if (mapped.length === 0) {
    await upsertRejected(tx, keyring, page, rejected, at);
    if (rejected.length > 0) await tellSetAside(tx, page, at);
    return { written: [], createdIds: [], changes: 0, dirtyStores: [] };
  }
  const mapsVariants = mapped.some((document) => document.unified.listings.length > 0);
  // A file of statements is saved in one long transaction, and holds nobody up who maps or sells.
  const isMoneyAlone =
    page.resource === "settlements" &&
    !mapped.some(({ unified: { orders, listings } }) => orders.length + listings.length > 0);
  if (!isMoneyAlone) await lockMapping(tx, mapsVariants ? "alone" : "shared");
  const told = mapped.flatMap((document) => document.orders);
  const skuOf = await resolveSkus(tx, store.id, told);
  const won = await upsertDocuments(tx, page, mapped, at);
  const written = mapped.filter((document) => won.has(document.id));
  const records = <K extends keyof Unified>(kind: K): Versioned<Unified[K][number]>[] =>
    written.flatMap((document) => document.unified[kind].map((record) => ({ record, document })));

  const orders = await upsertOrders(
    tx,
    store,
    newestOf(told.filter(({ document }) => won.has(document.id))),
    skuOf,
    at,
  );
  const arrived = orders.filter(({ created }) => created).map(({ order }) => order.externalId);
  if (arrived.length > 0) await reopenMistaken(tx, store.id, arrived, at);
  const listings = await upsertListings(tx, store, records("listings"), at);
  const changes: Change[] = [
    ...orders.map((order): Change => toChange("order", order)),
    ...new Map(listings.map((listing) => [listing.id, toChange("listing", listing)])).values(),
    ...(await upsertShipments(tx, store, records("shipments"), at)),
    ...(await upsertDisputes(tx, store, records("disputes"), at)),
    ...(await upsertRefunds(tx, store, records("refunds"), at)),
    ...(await upsertSettlements(tx, store, records("settlements"), at)),
  ];
  await insertEntries(tx, store, records("entries"), at);
  await dropReplacedEntries(tx, store, written);
  await upsertCampaigns(tx, store, records("campaigns"), at);
  await writeObservations(
    tx,
    store.id,
    written.flatMap((document) => document.unified.observations),
    at,
  );
  await upsertRejected(tx, keyring, page, rejected, at);
  const resolved = await resolveRejected(tx, written, at);
  if (rejected.length + resolved > 0) await tellSetAside(tx, page, at);

  // Stock last: the locks of hot SKUs are held from here to the commit only.
  const dirty = new Set<string>();
  if (listings.length > 0) {
    const variantIds = listings.flatMap((listing) => listing.variantIds);
    const adopt = store.adoptSkus ? { locationId: store.locationId, shownAt: page.readAt ?? at } : null;
    const mapping = await mapVariants(tx, { variantIds, at, adopt });
    changes.push(...mapping.changes);
    for (const id of mapping.dirtyStores) dirty.add(id);
  }
  const stock = await reserveStock(tx, {
    storeId: store.id,
    locationId: store.locationId,
    stockFrom: store.stockFrom,
    at,
    demands: demandsOf(store, orders),
    replacedOrderIds: orders.filter((order) => !order.created).map((order) => order.id),
  });
  await settleAttention(tx, stock.oversoldOrderIds);
  changes.push(...stock.changes);
  for (const id of stock.dirtyStores) dirty.add(id);
  const deleted = written.flatMap((document) => document.unified.deleted);
  if (deleted.length > 0) {
    const gone = await markGone(tx, store, deleted, at);
    changes.push(...gone.changes);
    for (const id of gone.dirtyStores) dirty.add(id);
  }
  await appendChanges(tx, store.id, changes);
  const createdIds = written.filter((document) => won.get(document.id)).map((document) => document.raw.externalId);
  return { written, createdIds, changes: changes.length, dirtyStores: [...dirty] };
}

const toChange = (entity: "order" | "listing", row: { id: string; version: number; created: boolean }): Change => ({
  entity,
  entityId: row.id,
  version: row.version,
  kind: row.created ? "created" : "updated",
});

/** Two documents of a page may speak of one order (a list row and a message): the newest one counts. */
function newestOf<T extends Versioned<{ externalId: string }>>(items: readonly T[]): T[] {
  const newest = new Map<string, T>();
  for (const item of items) {
    const known = newest.get(item.record.externalId);
    if (!known || known.document.readSeq <= item.document.readSeq) newest.set(item.record.externalId, item);
  }
  return [...newest.values()];
}

function demandsOf(store: IngestStore, orders: readonly WrittenOrder[]) {
  return orders.flatMap(({ id, order, lines }) =>
    lines.flatMap(({ id: line, skuId, stock }) =>
      skuId === null
        ? []
        : [
            {
              lineId: line,
              orderId: id,
              skuId,
              held: stock.held,
              consumed: stock.consumed,
              since: takenSince(store, order),
            },
          ],
    ),
  );
}

/** An order may wait for its money long before the platform takes its units off. By our clock, as counts are. */
function takenSince({ clockSkewMs }: IngestStore, { placedAt, paidAt }: WrittenOrder["order"]): Date {
  const since = paidAt && paidAt > placedAt ? paidAt : placedAt;
  return new Date(since.getTime() - (clockSkewMs ?? 0));
}

/** Tries documents alone, each rolled back, to find those whose values the database refuses. */
async function sortOutRefused(
  context: IngestContext,
  page: IngestPage,
  mapped: readonly MappedDocument[],
): Promise<{ good: MappedDocument[]; bad: RejectedDocument[] }> {
  const good: MappedDocument[] = [];
  const bad: RejectedDocument[] = [];
  const rollback = new Error("only tried");
  const attempt = async (documents: readonly MappedDocument[]): Promise<void> => {
    try {
      await context.db.transaction(async (tx) => {
        await save(tx, context, page, documents, []);
        throw rollback;
      });
    } catch (error) {
      if (error === rollback) {
        good.push(...documents);
        return;
      }
      const fault = dataError(error);
      if (fault === null) throw error;
      const [only] = documents;
      if (documents.length === 1 && only) {
        bad.push({ ...(only as PreparedDocument), reason: `${fault} (${explainRejection(error).reason})`, issues: [] });
        return;
      }
      const middle = Math.ceil(documents.length / 2);
      await attempt(documents.slice(0, middle));
      await attempt(documents.slice(middle));
    }
  };
  await attempt(mapped);
  return { good, bad };
}
