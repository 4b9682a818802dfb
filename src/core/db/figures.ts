/** Counts of what waits, for monitoring. */
import type { Database } from "./database.ts";

export interface WorkFigures {
  lags: { store: string; platform: string; resource: string; stream: string; lagSeconds: number }[];
  dirty: { store: string; count: number; ageSeconds: number }[];
  inbox: { status: string; count: number }[];
  actions: { status: string; count: number }[];
  alerts: { status: string; count: number }[];
  changesPending: number;
  feedLagSeconds: number;
  rejected: number;
}

/** Reads all figures; each statement is answered by an index of what waits. */
export async function countWork(db: Database, now: Date): Promise<WorkFigures> {
  const at = now.toISOString();
  const lags = await db.query<{ store: string; platform: string; resource: string; stream: string; lag: string }>(
    `select c.store_id as store, s.platform, c.resource, c.stream, greatest(0, extract(epoch from $1::timestamptz - c.watermark)) as lag
     from checkpoints c join stores s on s.id = c.store_id
     where c.watermark is not null and c.state not in ('done', 'paused') and c.stream not like '%@backfill' and s.mode <> 'disconnected'`,
    [at],
  );
  const dirty = await db.query<{ store: string; n: string; age: string | null }>(
    `select store_id as store, count(*) as n, greatest(0, extract(epoch from $1::timestamptz - min(desired_at))) as age
     from offers where dirty group by store_id`,
    [at],
  );
  const groups = (table: string, column: string, where: string) =>
    db.query<{ status: string; n: string }>(
      `select ${column} as status, count(*) as n from ${table} where ${where} group by ${column}`,
    );
  const [feed] = await db.query<{ n: string; age: string | null }>(
    "select count(*) as n, greatest(0, extract(epoch from clock_timestamp() - min(at))) as age from changes_pending",
  );
  const [rejected] = await db.query<{ n: string }>(
    "select count(*) as n from rejected_records where resolved_at is null",
  );
  const counts = (rows: { status: string; n: string }[]) =>
    rows.map((row) => ({ status: row.status, count: Number(row.n) }));
  return {
    lags: lags.map(({ lag, ...labels }) => ({ ...labels, lagSeconds: Number(lag) })),
    dirty: dirty.map((row) => ({ store: row.store, count: Number(row.n), ageSeconds: Number(row.age ?? 0) })),
    inbox: counts(await groups("inbox", "status", "status in ('pending', 'failed', 'unknown_store')")),
    actions: counts(
      await groups("actions", "status", "status in ('pending', 'running', 'submitted', 'dead', 'rejected')"),
    ),
    alerts: counts(await groups("alerts", "severity", "resolved_at is null")),
    changesPending: Number(feed?.n ?? 0),
    feedLagSeconds: Number(feed?.age ?? 0),
    rejected: Number(rejected?.n ?? 0),
  };
}
