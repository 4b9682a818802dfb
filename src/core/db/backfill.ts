/** Reading a part of the past again. */
import type { StreamKey } from "./checkpoints.ts";
import type { Database } from "./database.ts";

/**
 * Makes a stream read a part of the past. A backfill that still runs is widened and begins again, so that nothing it had
 * to read is left out; a worker that reads it now loses its lease, so that what it writes afterwards is refused.
 */
export async function startBackfill(
  db: Database,
  key: StreamKey,
  input: { from: Date; until: Date; everySeconds: number; at: Date },
): Promise<void> {
  const or = (wider: string, column: string) =>
    `case when t.state = 'done' then excluded.${column} else ${wider}(t.${column}, excluded.${column}) end`;
  await db.query(
    `insert into checkpoints as t (store_id, resource, stream, watermark, every_seconds, due_at, backfill_from, backfill_until)
     values ($1::uuid, $2, $3, $4::timestamptz, $5::int, $6::timestamptz, $4::timestamptz, $7::timestamptz)
     on conflict (store_id, resource, stream) do update set watermark = ${or("least", "watermark")},
       backfill_from = ${or("least", "backfill_from")}, backfill_until = ${or("greatest", "backfill_until")}, backfill_limit = null,
       backfill_records = 0, window_since = null, window_until = null, cursor = null, seen_cursors = '[]', window_pages = 0,
       window_records = 0, state = 'idle', attempts = 0, due_at = excluded.due_at, fence = t.fence + 1, lease_owner = null,
       lease_until = null`,
    [
      key.storeId,
      key.resource,
      key.stream,
      input.from.toISOString(),
      input.everySeconds,
      input.at.toISOString(),
      input.until.toISOString(),
    ],
  );
}

/** Makes a sweep begin again with its next slice. */
export async function restartSweep(db: Database, key: StreamKey, at: Date): Promise<void> {
  await db.query(
    `update checkpoints set watermark = null, window_since = null, window_until = null, cursor = null, state = 'idle', attempts = 0,
       due_at = $4::timestamptz, fence = fence + 1, lease_owner = null, lease_until = null
     where store_id = $1::uuid and resource = $2 and stream = $3`,
    [key.storeId, key.resource, key.stream, at.toISOString()],
  );
}
