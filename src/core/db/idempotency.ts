/** Answers of writes, kept under the key that their sender chose. */
import type { Database } from "./database.ts";

export interface IdempotencyId {
  keyId: string;
  key: string;
}

export interface KnownRequest {
  sameRequest: boolean;
  /** Null while the first request runs. */
  status: number | null;
  response: string | null;
}

/**
 * Claims the key for this request: null where it is ours now; what is known of the earlier request where it is not. A
 * claim older than `stuckMs` without an answer was left by a crash and is taken over.
 */
export async function claimIdempotencyKey(
  db: Database,
  id: IdempotencyId,
  requestHash: string,
  at: Date,
  stuckMs: number,
): Promise<KnownRequest | null> {
  const claimed = await db.query(
    `insert into idempotency_keys as t (key_id, key, request_hash, created_at) values ($1::uuid, $2, $3, $4::timestamptz)
     on conflict (key_id, key) do update set created_at = excluded.created_at
     where t.status is null and t.request_hash = excluded.request_hash and t.created_at < $5::timestamptz
     returning 1 as claimed`,
    [id.keyId, id.key, requestHash, at.toISOString(), new Date(at.getTime() - stuckMs).toISOString()],
  );
  if (claimed.length > 0) return null;
  const [row] = await db.query<{ request_hash: string; status: number | null; response: string | null }>(
    "select request_hash, status, response from idempotency_keys where key_id = $1::uuid and key = $2",
    [id.keyId, id.key],
  );
  // Dropped between the two statements: its request failed, and the sender asks again.
  if (!row) return { sameRequest: true, status: null, response: null };
  return { sameRequest: row.request_hash === requestHash, status: row.status, response: row.response };
}

export async function concludeIdempotencyKey(
  db: Database,
  id: IdempotencyId,
  status: number,
  response: string,
): Promise<void> {
  await db.query(
    "update idempotency_keys set status = $3::int, response = $4 where key_id = $1::uuid and key = $2 and status is null",
    [id.keyId, id.key, status, response],
  );
}

/** Frees the key: its request had no effect that may not be repeated. */
export async function dropIdempotencyKey(db: Database, id: IdempotencyId): Promise<void> {
  await db.query("delete from idempotency_keys where key_id = $1::uuid and key = $2 and status is null", [
    id.keyId,
    id.key,
  ]);
}
