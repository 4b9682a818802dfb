/** The durable inbox: what platforms told us, saved before it is answered, unique by what identifies the change. */
import type { RecordKey } from "../adapter.ts";
import { toBase64 } from "../crypto.ts";
import { packBody, unpackBody } from "../ingest/documents.ts";
import type { ReadDocument } from "../ingest/types.ts";
import type { Resource } from "../model/vocabulary.ts";
import type { Keyring } from "../secrets.ts";
import { type Database, repeated, toDate } from "./database.ts";

export interface InboxInput {
  platform: string;
  storeId: string | null;
  storeKey: string | null;
  dedupKey: string;
  topic: string;
  resource: Resource | null;
  externalId: string | null;
  key: Record<string, string> | null;
  occurredAt: Date | null;
  document: ReadDocument["raw"] | null;
}

/** Notified with the store's id, in the statement that saves them, when messages wait to be worked off. */
export const INBOX_CHANNEL = "tallyport_inbox";

/** Saves messages; answers how many were new. A repeated one is no news. */
export async function insertInbox(
  db: Database,
  keyring: Keyring,
  inputs: readonly InboxInput[],
  at: Date,
): Promise<number> {
  if (inputs.length === 0) return 0;
  const rows = inputs.map((input) => ({
    platform: input.platform,
    store_id: input.storeId,
    recipient: recipientOf(input),
    dedup_key: input.dedupKey,
    topic: input.topic,
    resource: input.resource,
    external_id: input.externalId,
    key: input.key ?? input.document?.key ?? null,
    via: input.document?.via ?? null,
    occurred_at: input.occurredAt,
    form: input.document?.form ?? null,
    source_updated_at: input.document?.sourceUpdatedAt ?? null,
    source_version: input.document?.sourceVersion ?? null,
    body: input.document
      ? toBase64(packBody(keyring, "inbox", input.storeId ?? "", bodyId(input), JSON.stringify(input.document.payload)))
      : null,
    status: input.storeId === null ? "unknown_store" : input.resource === null ? "ignored" : "pending",
  }));
  // The number is drawn on arrival: what the message carries counts as read before any fetch begun later.
  const statement = `with inserted as (insert into inbox (platform, store_id, recipient, dedup_key, topic, resource, external_id, key, via, occurred_at, received_at, read_seq,
       form, source_updated_at, source_version, body, status, due_at)
     select r.platform, r.store_id, r.recipient, r.dedup_key, r.topic, r.resource, r.external_id, r.key, r.via, r.occurred_at, $2::timestamptz,
       nextval('read_seq'), r.form, r.source_updated_at, r.source_version, decode(r.body, 'base64'), r.status, $2::timestamptz
     from json_to_recordset($1::text::json) as r(platform text, store_id uuid, recipient text, dedup_key text, topic text, resource text,
       external_id text, key jsonb, via jsonb, occurred_at timestamptz, form text, source_updated_at timestamptz, source_version text,
       body text, status text)
     on conflict (recipient, dedup_key) do nothing returning store_id, status),
     told as (select pg_notify($3, store_id::text) from (select distinct store_id from inserted where status = 'pending') s)
     select (select count(*) from inserted)::int as inserted, (select count(*) from told) as told`;
  // Two that save the same messages in another order may wait for each other.
  const [saved] = await repeated(() =>
    db.query<{ inserted: number }>(statement, [JSON.stringify(rows), at.toISOString(), INBOX_CHANNEL]),
  );
  return saved?.inserted ?? 0;
}

function recipientOf(input: Pick<InboxInput, "storeId" | "platform" | "storeKey">): string {
  return input.storeId ?? `${input.platform}:${input.storeKey ?? ""}`;
}

const bodyId = (input: Pick<InboxInput, "dedupKey">) => input.dedupKey;

export interface InboxEntry extends RecordKey {
  id: number;
  resource: Resource;
  attempts: number;
  receivedAt: Date;
  /** What the message carried, where the platform signs it. */
  document: ReadDocument | null;
}

/** The oldest pending entries of a store, up to `limit`; entries of one record come together. */
export async function listPendingInbox(
  db: Database,
  keyring: Keyring,
  storeId: string,
  at: Date,
  limit: number,
): Promise<InboxEntry[]> {
  const rows = await db.query<{
    id: string;
    dedup_key: string;
    resource: Resource;
    external_id: string | null;
    key: Record<string, string> | null;
    via: Record<string, string> | null;
    attempts: number;
    received_at: string;
    read_seq: string;
    form: string | null;
    source_updated_at: string | null;
    source_version: string | null;
    body: Uint8Array | null;
  }>(
    `select id, dedup_key, resource, external_id, key, via, attempts, received_at, read_seq, form, source_updated_at, source_version, body
     from inbox where store_id = $1::uuid and status = 'pending' and due_at <= $2::timestamptz order by id limit $3::int`,
    [storeId, at.toISOString(), limit],
  );
  return rows.map((row) => {
    const externalId = row.external_id ?? "";
    const named = row.key ? { externalId, key: row.key } : { externalId };
    const document: ReadDocument | null =
      row.body && row.form
        ? {
            readSeq: Number(row.read_seq),
            raw: {
              ...named,
              form: row.form,
              sourceUpdatedAt: toDate(row.source_updated_at),
              sourceVersion: row.source_version,
              ...(row.via ? { via: row.via } : {}),
              payload: JSON.parse(unpackBody(keyring, "inbox", storeId, bodyId({ dedupKey: row.dedup_key }), row.body)),
            },
          }
        : null;
    return {
      ...named,
      id: Number(row.id),
      resource: row.resource,
      attempts: row.attempts,
      receivedAt: toDate(row.received_at),
      document,
    };
  });
}

/** Marks entries done, in the transaction that saved what they brought. The body is dropped: the document has its own row. */
export async function concludeInbox(tx: Database, ids: readonly number[], at: Date): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    "update inbox set status = 'done', finished_at = $2::timestamptz, body = null, error = null where id = any($1::text[]::bigint[])",
    [ids.map(String), at.toISOString()],
  );
}

/** Puts entries off after a failure; `dead` sets them aside for a person. */
export async function deferInbox(
  db: Database,
  ids: readonly number[],
  input: { dueAt: Date; error: string; counted: boolean; dead: boolean },
): Promise<void> {
  await db.query(
    `update inbox set due_at = $2::timestamptz, error = $3, attempts = attempts + $4::int, status = case when $5 then 'failed' else status end
     where id = any($1::text[]::bigint[])`,
    [ids.map(String), input.dueAt.toISOString(), input.error, input.counted ? 1 : 0, input.dead],
  );
}
