/** Streams that we name ourselves: records that are open, and those whose parent changed. */
import { type Adapter, isAbsent, type ReadCapability, type RecordKey } from "../core/adapter.ts";
import { readChanges, sequenceChanges } from "../core/db/changes.ts";
import type { Checkpoint } from "../core/db/checkpoints.ts";
import type { Database } from "../core/db/database.ts";
import { documentId } from "../core/ingest/documents.ts";
import type { IngestContext } from "../core/ingest/types.ts";
import { RESOURCES, type Resource } from "../core/model/vocabulary.ts";

/** The past of a stream is read beside its present, by a checkpoint of its own. */
export const BACKFILL_SUFFIX = "@backfill";

export const isBackfill = (stream: string) => stream.endsWith(BACKFILL_SUFFIX);

/** The next open records after the checkpoint's cursor, with what else the platform wants to be named. */
export async function readOpen(
  db: Database,
  checkpoint: Checkpoint,
  resource: Resource,
  limit: number,
): Promise<{ keys: RecordKey[]; cursor: string | null }> {
  if (resource !== "orders" && resource !== "disputes") return { keys: [], cursor: null };
  const rows = await db.query<{ id: string; external_id: string }>(
    `select id, external_id from ${resource} where store_id = $1::uuid and open and gone_at is null
       and ($2::uuid is null or id > $2::uuid) order by id limit $3::int`,
    [checkpoint.storeId, checkpoint.cursor, limit],
  );
  const last = rows.length < limit ? null : (rows.at(-1)?.id ?? null);
  return {
    keys: await withKeys(
      db,
      checkpoint.storeId,
      resource,
      rows.map((row) => row.external_id),
    ),
    cursor: last,
  };
}

/** Adds to each id what its stored document was named with. */
export async function withKeys(
  db: Database,
  storeId: string,
  resource: Resource,
  externalIds: readonly string[],
): Promise<RecordKey[]> {
  if (externalIds.length === 0) return [];
  const rows = await db.query<{ external_id: string; key: Record<string, string> }>(
    "select external_id, key from raw_documents where id = any($1::uuid[]) and key is not null",
    [externalIds.map((externalId) => documentId(storeId, resource, externalId))],
  );
  const keys = new Map(rows.map((row) => [row.external_id, row.key]));
  return externalIds.map((externalId) => {
    const key = keys.get(externalId);
    return key ? { externalId, key } : { externalId };
  });
}

/** Orders that changed since the checkpoint's position in the change feed: it never skips one. */
export async function readParents(
  db: Database,
  checkpoint: Checkpoint,
  limit: number,
): Promise<{ keys: RecordKey[]; cursor: string | null }> {
  await sequenceChanges(db);
  const { changes, last } = await readChanges(db, {
    after: Number(checkpoint.cursor ?? 0),
    limit,
    entities: ["order"],
    stores: [checkpoint.storeId],
  });
  const ids = [...new Set(changes.filter((change) => change.kind !== "deleted").map((change) => change.id))];
  const rows = await db.query<{ external_id: string }>("select external_id from orders where id = any($1::uuid[])", [
    ids,
  ]);
  return {
    keys: rows.map((row) => ({ externalId: row.external_id, key: { order: row.external_id } })),
    cursor: changes.length === 0 ? checkpoint.cursor : String(last),
  };
}

/** Orders changed: what hangs on them is due now. */
export async function wakeParentStreams(context: IngestContext, adapter: Adapter, storeId: string): Promise<void> {
  const streams = RESOURCES.flatMap((resource) => {
    const capability = adapter[resource];
    if (isAbsent(capability)) return [];
    return (capability as ReadCapability).streams
      .filter((stream) => stream.by === "parent")
      .map((stream) => stream.name);
  });
  if (streams.length === 0) return;
  await context.db.query(
    `update checkpoints set due_at = $3::timestamptz where store_id = $1::uuid and stream = any($2::text[])
       and due_at > $3::timestamptz and state <> 'paused'`,
    [storeId, streams, context.clock.now().toISOString()],
  );
}

/** The reading capability of a resource, or null where the platform lacks it. */
export function readCapability(adapter: Adapter, resource: Resource): ReadCapability | null {
  const capability = adapter[resource];
  return isAbsent(capability) ? null : (capability as ReadCapability);
}
