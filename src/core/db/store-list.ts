/** Lists of stores, and how each is doing. */
import { type Database, toDate } from "./database.ts";
import { conditions, type PageRequest, type RowPage, readPage } from "./page.ts";

/** Ids of stores in the order they were connected; the rows are read by id. */
export async function listStoreIds(
  db: Database,
  filter: { stores: readonly string[] | null; platform?: string | undefined; mode?: string | undefined },
  page: PageRequest,
): Promise<RowPage<{ id: string }>> {
  const where = conditions();
  where.visible("id", filter.stores);
  where.equal("platform", filter.platform);
  where.equal("mode", filter.mode);
  return readPage(db, {
    select: "id",
    from: "stores",
    where,
    keyset: {
      columns: [
        { sql: "created_at", cast: "timestamptz" },
        { sql: "id", cast: "uuid" },
      ],
      direction: "asc",
    },
    page,
  });
}

export interface StreamHealth {
  resource: string;
  stream: string;
  state: string;
  watermark: Date | null;
  dueAt: Date;
  attempts: number;
  errorCategory: string | null;
  errorText: string | null;
  errorAt: Date | null;
  backfillFrom: Date | null;
  backfillUntil: Date | null;
  readCount: number;
  changedCount: number;
  rejectedCount: number;
}

/** Where each stream of a store stands. */
export async function listStreams(db: Database, storeId: string): Promise<StreamHealth[]> {
  const rows = await db.query<{
    resource: string;
    stream: string;
    state: string;
    watermark: string | null;
    due_at: string;
    attempts: number;
    error_category: string | null;
    error_text: string | null;
    error_at: string | null;
    backfill_from: string | null;
    backfill_until: string | null;
    read_count: string;
    changed_count: string;
    rejected_count: string;
  }>(
    `select resource, stream, state, watermark, due_at, attempts, error_category, error_text, error_at, backfill_from, backfill_until,
       read_count, changed_count, rejected_count from checkpoints where store_id = $1::uuid order by resource, stream`,
    [storeId],
  );
  return rows.map((row) => ({
    resource: row.resource,
    stream: row.stream,
    state: row.state,
    watermark: toDate(row.watermark),
    dueAt: toDate(row.due_at),
    attempts: row.attempts,
    errorCategory: row.error_category,
    errorText: row.error_text,
    errorAt: toDate(row.error_at),
    backfillFrom: toDate(row.backfill_from),
    backfillUntil: toDate(row.backfill_until),
    readCount: Number(row.read_count),
    changedCount: Number(row.changed_count),
    rejectedCount: Number(row.rejected_count),
  }));
}

export interface StoreCounts {
  dirtyOffers: number;
  oldestDirtyAt: Date | null;
  rejectedOffers: number;
  unknownOffers: number;
  unmappedVariants: number;
  inboxPending: number;
  inboxFailed: number;
  lastWebhookAt: Date | null;
  openActions: number;
  deadActions: number;
  rejectedRecords: number;
  openAlerts: number;
}

/** What waits at a store, and when it last called us. */
export async function countStoreWork(db: Database, storeId: string): Promise<StoreCounts> {
  const [row] = await db.query<Record<string, string | null>>(
    `select (select count(*) from offers where store_id = s.id and dirty) as dirty,
       (select min(desired_at) from offers where store_id = s.id and dirty) as oldest_dirty,
       (select count(*) from offers where store_id = s.id and state = 'rejected') as rejected_offers,
       (select count(*) from offers where store_id = s.id and state = 'unknown') as unknown_offers,
       (select count(*) from listing_variants where store_id = s.id and sku_id is null and gone_at is null) as unmapped,
       (select count(*) from inbox where store_id = s.id and status = 'pending') as inbox_pending,
       (select count(*) from inbox where store_id = s.id and status = 'failed') as inbox_failed,
       (select max(received_at) from inbox where store_id = s.id and topic <> 'own-act') as last_webhook,
       (select count(*) from actions where store_id = s.id and status in ('pending', 'running', 'submitted')) as open_actions,
       (select count(*) from actions where store_id = s.id and status in ('dead', 'rejected')) as dead_actions,
       (select count(*) from rejected_records where store_id = s.id and resolved_at is null) as rejected_records,
       (select count(*) from alerts where store_id = s.id and resolved_at is null) as open_alerts
     from (select $1::uuid as id) s`,
    [storeId],
  );
  const count = (name: string) => Number(row?.[name] ?? 0);
  return {
    dirtyOffers: count("dirty"),
    oldestDirtyAt: toDate(row?.oldest_dirty ?? null),
    rejectedOffers: count("rejected_offers"),
    unknownOffers: count("unknown_offers"),
    unmappedVariants: count("unmapped"),
    inboxPending: count("inbox_pending"),
    inboxFailed: count("inbox_failed"),
    lastWebhookAt: toDate(row?.last_webhook ?? null),
    openActions: count("open_actions"),
    deadActions: count("dead_actions"),
    rejectedRecords: count("rejected_records"),
    openAlerts: count("open_alerts"),
  };
}
