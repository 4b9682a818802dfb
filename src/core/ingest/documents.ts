/** Raw documents: recognising what has not changed, and keeping what has. */
import type { RawDocument } from "../adapter.ts";
import { deflate, inflate, toBase64 } from "../crypto.ts";
import { raiseAlert, settleAlert } from "../db/alerts.ts";
import { type Database, sqlState, toDate } from "../db/database.ts";
import { derivedId } from "../ids.ts";
import { letOthersRun } from "../let-others-run.ts";
import { type Keyring, keyedHash, openBytes, sealBytes } from "../secrets.ts";
import { storable } from "../storable-text.ts";
import type {
  IngestPage,
  MappedDocument,
  NamedDocument,
  PreparedDocument,
  ReadDocument,
  RejectedDocument,
} from "./types.ts";

/** A raw document is at most this large; adapters give larger ones in parts. */
export const MAX_DOCUMENT_BYTES = 1_000_000;

/** Id of the row that holds a record's documents. */
export function documentId(storeId: string, resource: string, externalId: string): string {
  return derivedId(storeId, `raw:${resource}`, externalId);
}

/** A page's documents with the ids of their rows. */
export const nameDocuments = ({ store, resource, documents }: IngestPage): NamedDocument[] =>
  documents.map((read) => ({ ...read, id: documentId(store.id, resource, read.raw.externalId) }));

/**
 * Text and hash of each document; of several readings of one record the newest stays. What cannot be written as text
 * (thousands of levels deep) is set aside.
 */
export async function prepareDocuments(
  documents: readonly NamedDocument[],
  keyring: Keyring,
): Promise<{ prepared: PreparedDocument[]; unwritable: RejectedDocument[] }> {
  const newest = new Map<string, PreparedDocument>();
  const unwritable: RejectedDocument[] = [];
  for (const [index, document] of documents.entries()) {
    await letOthersRun(index);
    const { raw } = document;
    const text = textOf(raw.payload);
    const prepared: PreparedDocument = { ...document, text: text ?? "null", hash: hashOf(keyring, raw, text) };
    if (text === null) {
      unwritable.push({ ...prepared, reason: "is nested too deeply to be read or kept", issues: [] });
      continue;
    }
    const known = newest.get(prepared.id);
    if (!known || !isOlder(prepared, known)) newest.set(prepared.id, prepared);
  }
  return { prepared: [...newest.values()], unwritable };
}

/** The keyed hash by which a document's content is recognised. */
export const documentHash = (keyring: Keyring, raw: RawDocument): Uint8Array =>
  hashOf(keyring, raw, textOf(raw.payload));

const hashOf = (keyring: Keyring, raw: RawDocument, text: string | null): Uint8Array =>
  keyedHash(keyring, "document", raw.via ? `${text}\n${JSON.stringify(raw.via)}` : (text ?? ""));

function textOf(payload: unknown): string | null {
  try {
    return JSON.stringify(payload);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

function storableOrNull(text: string | null | undefined): string | null {
  return text === null || text === undefined ? null : storable(text);
}

/** The same for what an adapter keeps beside a document. */
function storableJson<T>(value: T | undefined): T | null {
  if (value === undefined) return null;
  return JSON.parse(JSON.stringify(value), (_, part) => (typeof part === "string" ? storable(part) : part)) as T;
}

/** STYLE 3.4: by (sourceUpdatedAt, readSeq); a missing source time compares by readSeq alone. */
function isOlder(a: ReadDocument, b: ReadDocument): boolean {
  const [left, right] = [a.raw.sourceUpdatedAt, b.raw.sourceUpdatedAt];
  if (left && right && left.getTime() !== right.getTime()) return left < right;
  return a.readSeq < b.readSeq;
}

export interface StoredVersion {
  hash: Uint8Array;
  sourceUpdatedAt: Date | null;
  sourceVersion: string | null;
  readSeq: number;
}

/** The stored versions of documents, by row id. */
export async function findStoredVersions(db: Database, ids: readonly string[]): Promise<Map<string, StoredVersion>> {
  if (ids.length === 0) return new Map();
  const rows = await db.query<{
    id: string;
    hash: Uint8Array;
    source_updated_at: string | null;
    source_version: string | null;
    read_seq: string;
  }>("select id, hash, source_updated_at, source_version, read_seq from raw_documents where id = any($1::uuid[])", [
    ids,
  ]);
  return new Map(
    rows.map((row) => [
      row.id,
      {
        hash: row.hash,
        sourceUpdatedAt: toDate(row.source_updated_at),
        sourceVersion: row.source_version,
        readSeq: Number(row.read_seq),
      },
    ]),
  );
}

/** True where the stored version makes the document news to nobody: same content, or newer than it. */
export function isStale(document: PreparedDocument, stored: StoredVersion | undefined): boolean {
  if (!stored) return false;
  if (equalBytes(stored.hash, document.hash)) return true;
  const at = document.raw.sourceUpdatedAt;
  if (at && stored.sourceUpdatedAt && at.getTime() !== stored.sourceUpdatedAt.getTime())
    return at < stored.sourceUpdatedAt;
  return document.readSeq < stored.readSeq;
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The body as it is stored: deflated, then sealed to its row. */
export function packBody(keyring: Keyring, table: string, storeId: string, id: string, text: string): Uint8Array {
  return sealBytes(keyring, { table, store: storeId, id }, deflate(text));
}

/** The document's JSON text again. Throws where the row is not the one it was sealed for. */
export function unpackBody(keyring: Keyring, table: string, storeId: string, id: string, body: Uint8Array): string {
  const bytes = inflate(openBytes(keyring, { table, store: storeId, id }, body), 4 * MAX_DOCUMENT_BYTES);
  return new TextDecoder().decode(bytes);
}

const UPSERT_DOCUMENTS = `
insert into raw_documents as t (id, store_id, resource, external_id, form, hash, source_updated_at, source_version, key, via, read_seq, read_at, body)
select r.id, $2::uuid, $3, r.external_id, r.form, decode(r.hash, 'base64'), r.source_updated_at, r.source_version, r.key, r.via, r.read_seq, $4::timestamptz, decode(r.body, 'base64')
from json_to_recordset($1::text::json) as r(id uuid, external_id text, form text, hash text, source_updated_at timestamptz, source_version text, key jsonb, via jsonb, read_seq bigint, body text)
on conflict (id) do update set
  form = excluded.form, hash = excluded.hash, source_updated_at = excluded.source_updated_at, source_version = excluded.source_version,
  key = excluded.key, via = excluded.via, read_seq = excluded.read_seq, read_at = excluded.read_at, body = excluded.body,
  previous_body = t.body, previous_read_at = t.read_at
where t.hash <> excluded.hash and case
  when t.source_updated_at is null or excluded.source_updated_at is null then excluded.read_seq > t.read_seq
  else (excluded.source_updated_at, excluded.read_seq) > (t.source_updated_at, t.read_seq) end
returning id, (xmax = 0) as created`;

/** What `UPSERT_DOCUMENTS` writes of a document, as JSON. */
export function documentRow(keyring: Keyring, storeId: string, document: PreparedDocument): string {
  return JSON.stringify({
    id: document.id,
    external_id: storable(document.raw.externalId),
    form: document.raw.form,
    hash: toBase64(document.hash),
    source_updated_at: document.raw.sourceUpdatedAt,
    source_version: storableOrNull(document.raw.sourceVersion),
    key: storableJson(document.raw.key),
    via: storableJson(document.raw.via),
    read_seq: document.readSeq,
    body: toBase64(packBody(keyring, "raw_documents", storeId, document.id, document.text)),
  });
}

/** Writes documents where they are newer; answers which were written, and which of those are new to us. */
export async function upsertDocuments(
  tx: Database,
  page: IngestPage,
  documents: readonly MappedDocument[],
  readAt: Date,
): Promise<Map<string, boolean>> {
  if (documents.length === 0) return new Map();
  const inOrder = documents.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const written = await tx.query<{ id: string; created: boolean }>(UPSERT_DOCUMENTS, [
    `[${inOrder.map(({ row }) => row).join(",")}]`,
    page.store.id,
    page.resource,
    readAt.toISOString(),
  ]);
  return new Map(written.map((row) => [row.id, row.created]));
}

const UPSERT_REJECTED = `
insert into rejected_records as t (id, store_id, resource, external_id, form, reason, issues, body, source_updated_at, source_version, key, via, read_seq, last_at)
select r.id, $2::uuid, $3, r.external_id, r.form, r.reason, r.issues, decode(r.body, 'base64'), r.source_updated_at, r.source_version, r.key, r.via, r.read_seq, $4::timestamptz
from json_to_recordset($1::text::json) as r(id uuid, external_id text, form text, reason text, issues jsonb, body text, source_updated_at timestamptz, source_version text, key jsonb, via jsonb, read_seq bigint)
on conflict (id) do update set form = excluded.form, reason = excluded.reason, issues = excluded.issues, body = excluded.body,
  source_updated_at = excluded.source_updated_at, source_version = excluded.source_version, key = excluded.key, via = excluded.via,
  read_seq = excluded.read_seq, attempts = t.attempts + 1, last_at = excluded.last_at, resolved_at = null
where excluded.read_seq >= t.read_seq`;

/** Sets aside what does not map, raw, with its reason. */
export async function upsertRejected(
  tx: Database,
  keyring: Keyring,
  page: IngestPage,
  rejected: readonly RejectedDocument[],
  at: Date,
): Promise<void> {
  if (rejected.length === 0) return;
  const rows = rejected
    .map((document) => ({
      id: document.id,
      external_id: storable(document.raw.externalId),
      form: document.raw.form,
      reason: storable(document.reason),
      issues: storableJson(document.issues),
      body: toBase64(packBody(keyring, "rejected_records", page.store.id, document.id, document.text)),
      source_updated_at: document.raw.sourceUpdatedAt,
      source_version: storableOrNull(document.raw.sourceVersion),
      key: storableJson(document.raw.key),
      via: storableJson(document.raw.via),
      read_seq: document.readSeq,
    }))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  await tx.query(UPSERT_REJECTED, [JSON.stringify(rows), page.store.id, page.resource, at.toISOString()]);
}

/** A record that maps now is no longer set aside. Answers how many were. */
export async function resolveRejected(tx: Database, mapped: readonly MappedDocument[], at: Date): Promise<number> {
  if (mapped.length === 0) return 0;
  const rows = await tx.query(
    "update rejected_records set resolved_at = $2::timestamptz where id = any($1::uuid[]) and resolved_at is null returning 1",
    [mapped.map((document) => document.id), at.toISOString()],
  );
  return rows.length;
}

const SET_ASIDE = "records_set_aside";

/** One alert for all records of a store and resource that are set aside; it ends with the last of them. */
export async function tellSetAside(tx: Database, page: IngestPage, at: Date): Promise<void> {
  const subject = { code: SET_ASIDE, subject: "records", subjectId: `${page.store.id}/${page.resource}` };
  const [row] = await tx.query<{ n: string; newest: string | null }>(
    `select count(*) as n, (array_agg(external_id order by last_at desc))[1] as newest from rejected_records
     where store_id = $1::uuid and resource = $2 and resolved_at is null`,
    [page.store.id, page.resource],
  );
  const count = Number(row?.n ?? 0);
  if (count === 0) return settleAlert(tx, subject, at);
  await raiseAlert(
    tx,
    {
      ...subject,
      severity: "warning",
      storeId: page.store.id,
      message: `${count} of the ${page.resource} could not be understood and are set aside; the newest is ${row?.newest}. They hold no stock.`,
      remedy: "GET /v1/rejected says why, one by one. After a mend or an update: `tallyport replay`.",
    },
    at,
  );
}

/** What the states mean that say that a row's data, not the program, is at fault. */
const DATA_ERRORS: Readonly<Record<string, string>> = {
  "21000": "names one of its parts twice, under one id",
  "22": "holds a value that the database cannot keep",
  "23502": "lacks a value that must be there",
  "23514": "holds a value that is out of range",
  "54": "is larger than the database can keep",
};

/** What is wrong with a document that the database refused; null where it is not the document's fault. */
export function dataError(error: unknown): string | null {
  const state = sqlState(error);
  return state === null ? null : (DATA_ERRORS[state] ?? DATA_ERRORS[state.slice(0, 2)] ?? null);
}
