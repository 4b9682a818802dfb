/** Where each stream of a store stands; the lease and its fence are in the row. */
import { type Database, toDate } from "./database.ts";
import { LeaseLostError } from "./leases.ts";

export interface StreamKey {
  storeId: string;
  resource: string;
  stream: string;
}

export interface Checkpoint extends StreamKey {
  watermark: Date | null;
  windowSince: Date | null;
  windowUntil: Date | null;
  cursor: string | null;
  /** A cursor seen earlier in this window, moved on at powers of two: meeting it again is a loop (Brent). */
  landmark: string | null;
  windowPages: number;
  windowRecords: number;
  state: string;
  dueAt: Date;
  everySeconds: number;
  fence: number;
  attempts: number;
  backfillFrom: Date | null;
  backfillUntil: Date | null;
  backfillLimit: number | null;
  backfillRecords: number;
}

interface Row {
  store_id: string;
  resource: string;
  stream: string;
  watermark: string | null;
  window_since: string | null;
  window_until: string | null;
  cursor: string | null;
  seen_cursors: string[];
  window_pages: number;
  window_records: number;
  state: string;
  due_at: string;
  every_seconds: number;
  fence: string;
  attempts: number;
  backfill_from: string | null;
  backfill_until: string | null;
  backfill_limit: number | null;
  backfill_records: number;
}

function toCheckpoint(row: Row): Checkpoint {
  return {
    storeId: row.store_id,
    resource: row.resource,
    stream: row.stream,
    watermark: toDate(row.watermark),
    windowSince: toDate(row.window_since),
    windowUntil: toDate(row.window_until),
    cursor: row.cursor,
    landmark: row.seen_cursors[0] ?? null,
    windowPages: row.window_pages,
    windowRecords: row.window_records,
    state: row.state,
    dueAt: toDate(row.due_at),
    everySeconds: row.every_seconds,
    fence: Number(row.fence),
    attempts: row.attempts,
    backfillFrom: toDate(row.backfill_from),
    backfillUntil: toDate(row.backfill_until),
    backfillLimit: row.backfill_limit,
    backfillRecords: row.backfill_records,
  };
}

const KEY = "store_id = $1::uuid and resource = $2 and stream = $3";

/** Makes the row of a stream where there is none; an existing one keeps its place. */
export async function ensureCheckpoint(
  db: Database,
  key: StreamKey,
  input: {
    watermark: Date | null;
    everySeconds: number;
    dueAt: Date;
    backfill?: { from: Date; until: Date; limit: number | null };
  },
): Promise<void> {
  await db.query(
    `insert into checkpoints (store_id, resource, stream, watermark, every_seconds, due_at, backfill_from, backfill_until, backfill_limit)
     values ($1::uuid, $2, $3, $4::timestamptz, $5, $6::timestamptz, $7::timestamptz, $8::timestamptz, $9::int)
     on conflict (store_id, resource, stream) do update set every_seconds = excluded.every_seconds`,
    [
      key.storeId,
      key.resource,
      key.stream,
      input.watermark?.toISOString() ?? null,
      input.everySeconds,
      input.dueAt.toISOString(),
      input.backfill?.from.toISOString() ?? null,
      input.backfill?.until.toISOString() ?? null,
      input.backfill?.limit ?? null,
    ],
  );
}

/**
 * Takes the stream for this worker: null where another holds it, it does not exist, or the platform refuses the store
 * (unless `tryHeld`).
 */
export async function takeStream(
  db: Database,
  key: StreamKey,
  owner: string,
  leaseMs: number,
  tryHeld = false,
): Promise<Checkpoint | null> {
  const [row] = await db.query<Row>(
    `update checkpoints set fence = fence + 1, lease_owner = $4, lease_until = clock_timestamp() + $5::int * interval '1 millisecond'
     where ${KEY} and (lease_until is null or lease_until < clock_timestamp()) and state <> 'paused'
       and ($6::boolean or not exists (select 1 from stores s where s.id = store_id and s.state in ('auth_expired', 'refused')))
     returning *`,
    [key.storeId, key.resource, key.stream, owner, leaseMs, tryHeld],
  );
  return row ? toCheckpoint(row) : null;
}

export async function findCheckpoint(db: Database, key: StreamKey): Promise<Checkpoint | null> {
  const [row] = await db.query<Row>(`select * from checkpoints where ${KEY}`, [key.storeId, key.resource, key.stream]);
  return row ? toCheckpoint(row) : null;
}

/** The stream of these resources that failed last; null where none has. */
export async function findFailedStream(
  db: Database,
  storeId: string,
  resources: readonly string[],
): Promise<{ resource: string; stream: string } | null> {
  const [row] = await db.query<{ resource: string; stream: string }>(
    `select resource, stream from checkpoints where store_id = $1::uuid and state = 'failed' and resource = any($2::text[])
     order by error_at desc nulls last, resource, stream limit 1`,
    [storeId, resources],
  );
  return row ?? null;
}

/** What a page adds to the counters of its stream. */
export interface Progress {
  read: number;
  changed: number;
  rejected: number;
  found: number;
}

/**
 * Writes where the stream stands, inside the transaction that saved what was read, and renews the lease. Throws
 * `LeaseLostError` where another worker has taken the stream since `checkpoint.fence` was read.
 */
export async function saveProgress(
  tx: Database,
  checkpoint: Checkpoint,
  progress: Progress,
  leaseMs: number,
): Promise<void> {
  const rows = await tx.query(
    `update checkpoints set watermark = $5::timestamptz, window_since = $6::timestamptz, window_until = $7::timestamptz, cursor = $8,
       seen_cursors = $9::text::jsonb, window_pages = $10, window_records = $11, state = $12, due_at = $13::timestamptz,
       attempts = $14, backfill_records = $15, lease_until = clock_timestamp() + $16::int * interval '1 millisecond',
       read_count = read_count + $17, changed_count = changed_count + $18, rejected_count = rejected_count + $19,
       found_count = found_count + $20,
       error_category = case when $14 = 0 then null else error_category end, error_text = case when $14 = 0 then null else error_text end
     where ${KEY} and fence = $4::bigint returning 1 as held`,
    [
      checkpoint.storeId,
      checkpoint.resource,
      checkpoint.stream,
      checkpoint.fence,
      checkpoint.watermark?.toISOString() ?? null,
      checkpoint.windowSince?.toISOString() ?? null,
      checkpoint.windowUntil?.toISOString() ?? null,
      checkpoint.cursor,
      JSON.stringify(checkpoint.landmark === null ? [] : [checkpoint.landmark]),
      checkpoint.windowPages,
      checkpoint.windowRecords,
      checkpoint.state,
      checkpoint.dueAt.toISOString(),
      checkpoint.attempts,
      checkpoint.backfillRecords,
      leaseMs,
      progress.read,
      progress.changed,
      progress.rejected,
      progress.found,
    ],
  );
  if (rows.length === 0) throw new LeaseLostError(`${checkpoint.resource}/${checkpoint.stream}`);
}

/** Ends the worker's hold, with when to go on and, after a failure, why it stopped. */
export async function releaseStream(
  db: Database,
  checkpoint: Checkpoint,
  end: { dueAt: Date; state: string; attempts: number; error: { category: string; text: string; at: Date } | null },
): Promise<void> {
  await db.query(
    `update checkpoints set lease_owner = null, lease_until = null, due_at = $5::timestamptz, state = $6, attempts = $7,
       error_category = $8, error_text = $9, error_at = coalesce($10::timestamptz, error_at)
     where ${KEY} and fence = $4::bigint`,
    [
      checkpoint.storeId,
      checkpoint.resource,
      checkpoint.stream,
      checkpoint.fence,
      end.dueAt.toISOString(),
      end.state,
      end.attempts,
      end.error?.category ?? null,
      end.error?.text ?? null,
      end.error?.at.toISOString() ?? null,
    ],
  );
}

/** Makes streams due now: a message came, or a person asked. */
export async function makeDue(db: Database, storeId: string, resource: string | null, at: Date): Promise<number> {
  const rows = await db.query(
    `update checkpoints set due_at = least(due_at, $3::timestamptz) where store_id = $1::uuid and ($2::text is null or resource = $2)
       and state not in ('paused', 'done') returning 1 as due`,
    [storeId, resource, at.toISOString()],
  );
  return rows.length;
}

/** Numbers for `count` reads, drawn before their requests leave. */
export async function nextReadSeq(db: Database): Promise<number> {
  const [row] = await db.query<{ seq: string }>("select nextval('read_seq') as seq");
  return Number(row?.seq);
}
