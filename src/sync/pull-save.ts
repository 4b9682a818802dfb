/** From documents that were read to records that are saved. */
import type { RawDocument, RecordKey, Reference } from "../core/adapter.ts";
import { nextReadSeq } from "../core/db/checkpoints.ts";
import type { Database } from "../core/db/database.ts";
import { documentId, findStoredVersions } from "../core/ingest/documents.ts";
import { markRecordsGone } from "../core/ingest/gone.ts";
import { prepareIngest, type ReadyPage, saveIngest } from "../core/ingest/ingest.ts";
import type { IngestCounts, IngestPage, ReadDocument } from "../core/ingest/types.ts";
import { PAGE_LIMIT } from "./engine.ts";
import type { Slice } from "./pull-slice.ts";
import { mapContext } from "./store-handle.ts";
import { wakeParentStreams } from "./streams.ts";

/** References whose stored version is not the same: these are read. */
export async function changedReferences(slice: Slice, references: readonly Reference[]): Promise<Reference[]> {
  if (references.length === 0) return [];
  const { engine, store, resource } = slice;
  const idOf = (reference: Reference) => documentId(store.row.id, resource, reference.externalId);
  const stored = await findStoredVersions(engine.db, references.map(idOf));
  const unique = [...new Map(references.map((reference) => [reference.externalId, reference])).values()];
  const wanted = unique.filter((reference) => {
    const known = stored.get(idOf(reference));
    if (!known) return true;
    if (reference.sourceVersion !== null) return known.sourceVersion !== reference.sourceVersion;
    if (reference.sourceUpdatedAt === null) return true;
    return known.sourceUpdatedAt?.getTime() !== reference.sourceUpdatedAt.getTime();
  });
  slice.result.unchanged += unique.length - wanted.length;
  slice.result.read += unique.length - wanted.length;
  return wanted;
}

export async function getDocuments(slice: Slice, keys: readonly RecordKey[]): Promise<ReadDocument[]> {
  const { engine, capability, store, signal } = slice;
  const readSeq = await nextReadSeq(engine.db);
  const { documents, missing } = await capability.getMany(store.handle, keys, signal);
  const gone = missing.filter((item) => item.means === "gone").map((item) => item.externalId);
  if (gone.length > 0) await markRecordsGone(engine, store.ingest, slice.resource, gone);
  return documents.map((raw) => ({ raw, readSeq }));
}

export async function saveKeys(slice: Slice, keys: readonly RecordKey[]): Promise<void> {
  for (let i = 0; i < keys.length; i += slice.capability.getBatch) {
    const documents = await getDocuments(slice, keys.slice(i, i + slice.capability.getBatch));
    await saveDocuments(slice, documents);
  }
}

/** Saves documents in transactions of a bounded size; `conclude` runs in the last one. */
export async function saveDocuments(
  slice: Slice,
  documents: readonly ReadDocument[],
  conclude?: (tx: Database, counts: IngestCounts) => Promise<void>,
): Promise<void> {
  for (let i = 0; i === 0 || i < documents.length; i += PAGE_LIMIT) {
    const last = i + PAGE_LIMIT >= documents.length;
    if (documents.length === 0 && !conclude) return;
    const page = ingestPage(slice, documents.slice(i, i + PAGE_LIMIT), slice.readAt);
    const ready = await prepareIngest(slice.engine, page);
    await saveReady(slice, last && conclude ? { ...ready, page: { ...page, conclude } } : ready);
  }
}

export function ingestPage(slice: Slice, documents: readonly ReadDocument[], readAt: Date): IngestPage {
  const { store, capability, resource } = slice;
  const context = mapContext(store);
  const toUnified = (raw: RawDocument) => capability.toUnified(raw, context);
  return { store: store.ingest, resource, documents, readAt, toUnified };
}

export async function saveReady(slice: Slice, ready: ReadyPage): Promise<void> {
  const { engine, store, resource, result } = slice;
  delete slice.afterCommit;
  const saved = await saveIngest(engine, ready);
  result.read += saved.read;
  result.unchanged += saved.unchanged;
  result.changed += saved.changed;
  result.rejected += saved.rejected;
  result.created += saved.created;
  for (const id of saved.dirtyStores) if (!result.dirtyStores.includes(id)) result.dirtyStores.push(id);
  if (resource === "orders" && saved.changed > 0) await wakeParentStreams(engine, slice.adapter, store.row.id);
  if (saved.dirtyStores.length > 0) engine.wake();
}
