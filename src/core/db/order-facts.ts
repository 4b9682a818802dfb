/** What acts on an order need to know of it, and the platform's own document. */
import { documentId, unpackBody } from "../ingest/documents.ts";
import type { Keyring } from "../secrets.ts";
import { type Database, toDate } from "./database.ts";

export interface OrderFacts {
  id: string;
  storeId: string;
  externalId: string;
  version: number;
  hold: string | null;
  /** Units that were ordered and not cancelled, by the platform's id of the line. */
  lines: { externalId: string; quantity: number }[];
}

/** The order, where the reader may see its store; null where it may not, or there is none. */
export async function findOrderFacts(
  db: Database,
  id: string,
  stores: readonly string[] | null,
): Promise<OrderFacts | null> {
  const [row] = await db.query<{
    id: string;
    store_id: string;
    external_id: string;
    version: string;
    hold: string | null;
    lines: { id: string; quantity: number }[];
  }>(
    `select o.id, o.store_id, o.external_id, o.version, o.hold,
       coalesce((select json_agg(json_build_object('id', l.external_id, 'quantity', l.quantity - l.cancelled_quantity) order by l.position) from order_lines l where l.order_id = o.id), '[]') as lines
     from orders o where o.id = $1::uuid and ($2::uuid[] is null or o.store_id = any($2::uuid[]))`,
    [id, stores],
  );
  if (!row) return null;
  return {
    id: row.id,
    storeId: row.store_id,
    externalId: row.external_id,
    version: Number(row.version),
    hold: row.hold,
    lines: row.lines.map(({ id: externalId, quantity }) => ({ externalId, quantity })),
  };
}

export interface StoredDocument {
  form: string;
  readAt: Date;
  sourceUpdatedAt: Date | null;
  via: Record<string, string> | null;
  /** Null once its retention has passed. */
  payload: unknown;
}

/** The newest platform document of a record; null where none was kept. */
export async function findStoredDocument(
  db: Database,
  keyring: Keyring,
  record: { storeId: string; resource: string; externalId: string },
): Promise<StoredDocument | null> {
  const id = documentId(record.storeId, record.resource, record.externalId);
  const [row] = await db.query<{
    form: string;
    read_at: string;
    source_updated_at: string | null;
    via: Record<string, string> | null;
    body: Uint8Array | null;
  }>("select form, read_at, source_updated_at, via, body from raw_documents where id = $1::uuid", [id]);
  if (!row) return null;
  return {
    form: row.form,
    readAt: toDate(row.read_at),
    sourceUpdatedAt: toDate(row.source_updated_at),
    via: row.via,
    payload: row.body ? JSON.parse(unpackBody(keyring, "raw_documents", record.storeId, id, row.body)) : null,
  };
}
