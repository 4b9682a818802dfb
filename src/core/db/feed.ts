/** The change feed as its consumers read it. */
import type { FeedChange } from "./changes.ts";
import { type Database, toDate } from "./database.ts";

/** What speaks of no store: the merchant's own catalogue and shelves. */
const SHARED = "('sku', 'stock')";

export interface FeedRequest {
  after: number;
  /** Not beyond this position. */
  until?: number | undefined;
  limit: number;
  /** Null: all. */
  entities: readonly string[] | null;
  /** The stores that the reader may see; null: all. */
  stores: readonly string[] | null;
}

export interface FeedPage {
  changes: FeedChange[];
  /** Where to go on: past everything that was looked at, whether it was the reader's or not. */
  next: number;
}

/** Changes after a position, in the order in which they were committed. Sequence first (`sequenceChanges`). */
export async function readFeed(db: Database, request: FeedRequest): Promise<FeedPage> {
  const rows = await db.query<{
    head: string;
    position: string | null;
    entity: string;
    entity_id: string;
    store_id: string | null;
    version: string;
    kind: string;
    at: string;
  }>(
    `select h.head, c.* from (select coalesce(max(position), $1::bigint) as head from changes) h
     left join lateral (select position, entity, entity_id, store_id, version, kind, at from changes
       where position > $1::bigint and position <= least(h.head, $5::bigint) and ($3::text[] is null or entity = any($3::text[]))
         and ($4::uuid[] is null or store_id = any($4::uuid[]) or entity in ${SHARED})
       order by position limit $2::int) c on true order by c.position`,
    [
      String(request.after),
      request.limit,
      request.entities,
      request.stores,
      request.until === undefined ? null : String(request.until),
    ],
  );
  const changes = rows.flatMap((row): FeedChange[] =>
    row.position === null
      ? []
      : [
          {
            position: Number(row.position),
            entity: row.entity,
            id: row.entity_id,
            storeId: row.store_id,
            version: Number(row.version),
            kind: row.kind,
            at: toDate(row.at),
          },
        ],
  );
  const newest = Math.min(Number(rows[0]?.head ?? request.after), request.until ?? Number.POSITIVE_INFINITY);
  const head = Math.max(newest, request.after);
  return { changes, next: changes.length < request.limit ? head : (changes.at(-1)?.position ?? head) };
}

const PRUNED = "feed_pruned";

/** The last position that is no longer kept, and the newest one. */
export async function feedHorizon(db: Database): Promise<{ pruned: number; last: number }> {
  const [row] = await db.query<{ pruned: string | null; last: string }>(
    `select (select value #>> '{}' from settings where name = $1) as pruned, coalesce((select max(position) from changes), 0) as last`,
    [PRUNED],
  );
  return { pruned: Number(row?.pruned ?? 0), last: Number(row?.last ?? 0) };
}

/** Where a reader begins who wants what was written since a time; null where the feed does not reach back that far. */
export async function positionBefore(db: Database, since: Date): Promise<number | null> {
  const [row] = await db.query<{ first: string | null; oldest: string | null; pruned: string | null }>(
    `select (select min(position) from changes where at >= $1::timestamptz) as first, (select min(at) from changes) as oldest,
       (select value #>> '{}' from settings where name = $2) as pruned`,
    [since.toISOString(), PRUNED],
  );
  if (row?.pruned && row.oldest !== null && toDate(row.oldest) >= since) return null;
  if (row?.first) return Number(row.first) - 1;
  return (await feedHorizon(db)).last;
}

/** Drops changes from before a time (RFC 3339), and writes down how far. The newest one stays, so that the feed's end is known. */
export async function pruneFeed(db: Database, before: string): Promise<number> {
  const rows = await db.query<{ n: string }>(
    `with gone as (delete from changes where at < $1::timestamptz and position < (select max(position) from changes) returning position),
     noted as (insert into settings (name, value, updated_at) select $2, to_jsonb(max(position)), now() from gone having count(*) > 0
       on conflict (name) do update set value = greatest(settings.value, excluded.value), updated_at = excluded.updated_at)
     select count(*) as n from gone`,
    [before, PRUNED],
  );
  return Number(rows[0]?.n ?? 0);
}
