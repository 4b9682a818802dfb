/** Platform documents that were set aside, with their reason. */
import { unpackBody } from "../ingest/documents.ts";
import type { ReadDocument } from "../ingest/types.ts";
import type { Resource } from "../model/vocabulary.ts";
import type { Keyring } from "../secrets.ts";
import { type Database, toDate } from "./database.ts";
import { conditions, type PageRequest, type RowPage, readPage } from "./page.ts";

export interface RejectedView {
  id: string;
  store_id: string;
  resource: string;
  external_id: string;
  form: string;
  reason: string;
  issues: { path: string; message: string }[];
  attempts: number;
  first_at: string;
  last_at: string;
  resolved_at: string | null;
}

/** Documents set aside, in an order that never changes; without what they hold. */
export async function listRejected(
  db: Database,
  filter: {
    stores: readonly string[] | null;
    store?: string | undefined;
    resource?: string | undefined;
    resolved: boolean;
  },
  page: PageRequest,
): Promise<RowPage<RejectedView>> {
  const where = conditions();
  where.visible("store_id", filter.stores);
  where.equal("store_id", filter.store, "uuid");
  where.equal("resource", filter.resource);
  where.add(`resolved_at is ${filter.resolved ? "not " : ""}null`);
  return readPage<RejectedView>(db, {
    select: "id, store_id, resource, external_id, form, reason, issues, attempts, first_at, last_at, resolved_at",
    from: "rejected_records",
    where,
    keyset: { columns: [{ sql: "id", cast: "uuid" }], direction: "asc" },
    page,
  });
}

/** A document that was set aside, as it was read; null where there is none. */
export async function findRejected(
  db: Database,
  keyring: Keyring,
  id: string,
): Promise<{ storeId: string; resource: Resource; document: ReadDocument } | null> {
  const [row] = await db.query<{
    store_id: string;
    resource: Resource;
    external_id: string;
    form: string;
    key: Record<string, string> | null;
    via: Record<string, string> | null;
    body: Uint8Array;
    source_updated_at: string | null;
    source_version: string | null;
    read_seq: string;
  }>(
    `select store_id, resource, external_id, form, key, via, body, source_updated_at, source_version, read_seq
     from rejected_records where id = $1::uuid`,
    [id],
  );
  if (!row) return null;
  return {
    storeId: row.store_id,
    resource: row.resource,
    document: {
      readSeq: Number(row.read_seq),
      raw: {
        externalId: row.external_id,
        form: row.form,
        sourceUpdatedAt: toDate(row.source_updated_at),
        sourceVersion: row.source_version,
        ...(row.key ? { key: row.key } : {}),
        ...(row.via ? { via: row.via } : {}),
        payload: JSON.parse(unpackBody(keyring, "rejected_records", row.store_id, id, row.body)),
      },
    },
  };
}

/** A document whose record was stored from another reading meanwhile needs no replay. */
export async function closeRejected(db: Database, id: string, at: Date): Promise<void> {
  await db.query(
    "update rejected_records set resolved_at = $2::timestamptz where id = $1::uuid and resolved_at is null",
    [id, at.toISOString()],
  );
}
