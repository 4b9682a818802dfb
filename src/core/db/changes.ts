/**
 * The change feed. Writers insert into `changes_pending` inside their own transaction, after the entity's row lock; a
 * sequencer moves committed rows into `changes`, where the position is given in commit order. See
 * docs/decisions/001-change-feed.md.
 */
import type { Change } from "../ingest/types.ts";
import { type Database, toDate } from "./database.ts";

const SEQUENCER_LOCK = 7_226_252;

/** Rows moved in one transaction. */
const MOVE_BATCH = 5_000;

/** Notified, inside the writing transaction, when changes were appended. */
export const CHANGES_CHANNEL = "tallyport_changes";

/** Appends changes to the writing transaction. Call after the rows they speak of are written. */
export async function appendChanges(tx: Database, storeId: string | null, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return;
  await tx.query(
    `insert into changes_pending (entity, entity_id, store_id, version, kind)
     select r.entity, r.id, $2::uuid, r.version, r.kind
     from json_to_recordset($1::text::json) as r(entity text, id uuid, version bigint, kind text)`,
    [
      JSON.stringify(
        changes.map((change) => ({
          entity: change.entity,
          id: change.entityId,
          version: change.version,
          kind: change.kind,
        })),
      ),
      storeId,
    ],
  );
}

/**
 * Moves committed changes into the feed, in the order of their ids, until none is left; answers how many. Where another
 * process is moving, does nothing: that one moves ours too.
 */
export async function sequenceChanges(db: Database): Promise<number> {
  let total = 0;
  for (;;) {
    const moved = await db.transaction(async (tx) => {
      // A statement of its own: what it waited for is then visible to the next one.
      const [lock] = await tx.query<{ held: boolean }>("select pg_try_advisory_xact_lock($1) as held", [
        SEQUENCER_LOCK,
      ]);
      if (!lock?.held) return 0;
      const [row] = await tx.query<{ moved: string }>(
        `with head as (select id from changes_pending order by id limit ${MOVE_BATCH}),
         moved as (delete from changes_pending p using head where p.id = head.id returning p.*),
         kept as (insert into changes (entity, entity_id, store_id, version, kind, at)
           select entity, entity_id, store_id, version, kind, at from moved order by id returning 1)
         select count(*) as moved from kept`,
      );
      return Number(row?.moved ?? 0);
    });
    total += moved;
    if (moved < MOVE_BATCH) return total;
  }
}

export interface FeedChange {
  position: number;
  entity: string;
  id: string;
  storeId: string | null;
  version: number;
  kind: string;
  at: Date;
}

/**
 * Changes after a position, oldest first. `horizon` is the oldest position kept: a reader behind it has missed some and
 * is told so (the API answers 410).
 */
export async function readChanges(
  db: Database,
  input: {
    after: number;
    limit: number;
    entities?: readonly string[] | undefined;
    stores?: readonly string[] | undefined;
  },
): Promise<{ changes: FeedChange[]; last: number }> {
  const rows = await db.query<{
    position: string;
    entity: string;
    entity_id: string;
    store_id: string | null;
    version: string;
    kind: string;
    at: string;
  }>(
    `select position, entity, entity_id, store_id, version, kind, at from changes
     where position > $1::bigint
       and ($3::text[] is null or entity = any($3::text[]))
       and ($4::uuid[] is null or store_id = any($4::uuid[]))
     order by position limit $2::int`,
    [String(input.after), input.limit, input.entities ?? null, input.stores ?? null] as never,
  );
  const changes = rows.map((row) => ({
    position: Number(row.position),
    entity: row.entity,
    id: row.entity_id,
    storeId: row.store_id,
    version: Number(row.version),
    kind: row.kind,
    at: toDate(row.at),
  }));
  return { changes, last: changes.at(-1)?.position ?? input.after };
}

/** The newest and the oldest position kept; equal to zero in an empty feed. */
export async function feedBounds(db: Database): Promise<{ first: number; last: number }> {
  const [row] = await db.query<{ first: string | null; last: string | null }>(
    "select min(position) as first, max(position) as last from changes",
  );
  return { first: Number(row?.first ?? 0), last: Number(row?.last ?? 0) };
}
