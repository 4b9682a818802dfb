/** What is seen of the database from outside while it works: commits of sales, work that waits, locks, rows written. */
import type { Database } from "../src/core/db/database.ts";

/**
 * A trigger of the benchmark's own, deferred to the end of the transaction: the time at which a sale was committed, which
 * no column of the product's can know. Its table is in a schema of its own, so that its rows do not count as the product's.
 */
export async function recordCommits(db: Database): Promise<void> {
  await db.exec(`
    create schema bench;
    create unlogged table bench.sales (line_id uuid, sku_id uuid, units integer, at float8);
    create function bench.record_sale() returns trigger language plpgsql as $$ begin
      insert into bench.sales values (new.line_id, new.sku_id, new.held + new.consumed,
        extract(epoch from clock_timestamp())::float8 * 1000);
      return null;
    end $$;
    create constraint trigger bench_sales after insert on reservations deferrable initially deferred
      for each row execute function bench.record_sale()`);
}

/** Rows written to the product's tables so far, and bytes of the log of the whole server. */
export async function writesSoFar(db: Database): Promise<{ rows: number; walBytes: number }> {
  const [row] = await db.query<{ rows: string; wal: string }>(
    `select sum(n_tup_ins + n_tup_upd + n_tup_del) as rows, pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as wal
     from pg_stat_user_tables where schemaname not in ('bench')`,
  );
  return { rows: Number(row?.rows ?? 0), walBytes: Number(row?.wal ?? 0) };
}

export interface Watched {
  /** By store: when it was looked, and how many of its offers waited to be sent. */
  due: Map<string, [at: number, offers: number][]>;
  /** The longest that each wait for a lock was seen to last, in milliseconds. */
  lockWaits: number[];
  looks: number;
}

const DUE_EVERY_MS = 250;
const LOCKS_EVERY_MS = 20;

/** Looks until it is stopped. */
export function watch(db: Database, storeIds: readonly string[]): { stop(): Promise<Watched> } {
  let isOver = false;
  const due = new Map<string, [number, number][]>(storeIds.map((id) => [id, []]));
  const waits = new Map<string, number>();
  let looks = 0;
  const every = async (ms: number, look: () => Promise<void>) => {
    while (!isOver) {
      const next = performance.now() + ms;
      await look();
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, next - performance.now())));
    }
  };
  const running = [
    every(DUE_EVERY_MS, async () => {
      const at = performance.timeOrigin + performance.now();
      const rows = await db.query<{ store_id: string; offers: string }>(
        `select store_id, count(*) as offers from offers
         where dirty and aspect = 'stock' and state in ('idle', 'unknown') and (due_at is null or due_at <= now()) group by store_id`,
      );
      const found = new Map(rows.map((row) => [row.store_id, Number(row.offers)]));
      for (const id of storeIds) due.get(id)?.push([at, found.get(id) ?? 0]);
    }),
    every(LOCKS_EVERY_MS, async () => {
      const rows = await db.query<{ wait: string; ms: number }>(
        `select l.pid || '/' || l.waitstart::text as wait, max(extract(epoch from clock_timestamp() - l.waitstart) * 1000)::float8 as ms
         from pg_locks l join pg_stat_activity a on a.pid = l.pid
         where not l.granted and l.waitstart is not null and a.datname = current_database() group by 1`,
      );
      looks++;
      for (const { wait, ms } of rows) waits.set(wait, Math.max(waits.get(wait) ?? 0, ms));
    }),
  ];
  return {
    stop: async () => {
      isOver = true;
      await Promise.all(running);
      return { due, lockWaits: [...waits.values()], looks };
    },
  };
}

/** When each sale was committed, by the ledger: SKU code, units, milliseconds. */
export async function committedSales(db: Database): Promise<{ code: string; units: number; at: number }[]> {
  const rows = await db.query<{ code: string; units: number; at: number | null }>(
    `select s.code, r.held + r.consumed as units, b.at from reservations r join skus s on s.id = r.sku_id
     left join bench.sales b on b.line_id = r.line_id and b.sku_id = r.sku_id`,
  );
  return rows.map(({ code, units, at }) => {
    if (at === null) throw new Error(`a sale of ${code} is in the ledger, and its commit was not seen`);
    return { code, units: Number(units), at: Number(at) };
  });
}

/** What each store should show: store, SKU code, quantity. */
export async function desiredQuantities(db: Database): Promise<{ storeId: string; code: string; desired: number }[]> {
  const rows = await db.query<{ store_id: string; code: string; desired: string }>(
    "select o.store_id, s.code, o.desired from offers o join skus s on s.id = o.sku_id where o.aspect = 'stock'",
  );
  return rows.map((row) => ({ storeId: row.store_id, code: row.code, desired: Number(row.desired) }));
}

/** Offers and messages that still wait. */
export async function workLeft(db: Database): Promise<number> {
  const [row] = await db.query<{ left: string }>(
    `select (select count(*) from offers where dirty and aspect = 'stock') + (select count(*) from inbox where status = 'pending') as left`,
  );
  return Number(row?.left ?? 0);
}
