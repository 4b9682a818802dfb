/** What finance has to look at: entries that wait with the orders that are nearest, and sums by store. */
import type { Database } from "../db/database.ts";
import { conditions, type PageRequest, type RowPage, readPage } from "../db/page.ts";
import { ENTRY_COLUMNS, type EntryView } from "../db/settlements.ts";

/** Orders before an entry that are looked at for candidates, and those that are named. */
const LOOKED_AT = 2_000;
const NAMED = 3;

export interface Candidate {
  order_id: string;
  external_id: string;
  placed_at: string;
  total: string;
  currency: string;
  why: string;
}

export interface WaitingEntry extends EntryView {
  attempts: number;
  /** Null where a person took its match back. */
  due_at: string | null;
  candidates: Candidate[];
}

export interface WaitingFilter {
  stores: readonly string[] | null;
  store?: string | undefined;
  kind?: string | undefined;
  currency?: string | undefined;
}

/**
 * Ids that look alike come first (the platform's with something before or behind it), then amounts: of the store's orders
 * before the entry, those whose total is nearest.
 */
const CANDIDATES = `coalesce((select json_agg(c order by c.far, c.placed_at desc) from (
  select n.id as order_id, n.external_id, n.placed_at, n.total::text as total, n.currency, n.far,
    case when n.far < 0 then 'its id is part of the entry''s, or the other way round' else 'the nearest total' end as why
  from (select o.id, o.external_id, o.placed_at, o.total, o.currency,
      case when length(o.external_id) > 5 and (strpos(e.order_external_id, o.external_id) > 0 or strpos(o.external_id, e.order_external_id) > 0
        or strpos(e.description, o.external_id) > 0) then -1 else abs(o.total - abs(e.amount)) end as far
    from (select * from orders o where o.store_id = e.store_id and o.placed_at <= e.posted_at and o.currency = e.currency
      order by o.placed_at desc limit ${LOOKED_AT}) o) n
  where n.far < abs(e.amount) order by n.far, n.placed_at desc limit ${NAMED}) c), '[]'::json) as candidates`;

/** Entries that wait for an order, in an order that never changes. */
export async function listWaiting(
  db: Database,
  filter: WaitingFilter,
  page: PageRequest,
): Promise<RowPage<WaitingEntry>> {
  const where = conditions();
  where.visible("w.store_id", filter.stores);
  where.equal("w.store_id", filter.store, "uuid");
  where.equal("e.kind", filter.kind);
  where.equal("e.currency", filter.currency);
  return readPage<WaitingEntry>(db, {
    select: `${ENTRY_COLUMNS}, w.attempts, w.due_at, ${CANDIDATES}`,
    from: "open_entries w join ledger_entries e on e.id = w.entry_id",
    where,
    keyset: { columns: [{ sql: "w.entry_id", cast: "uuid" }], direction: "asc" },
    page,
  });
}

export interface BooksOfStore {
  store_id: string;
  store: string;
  books_open_from: string | null;
  waiting: { currency: string; entries: number; amount: string; oldest: string }[];
  settlements: { state: string; count: number }[];
}

/** How the books of each store stand. */
export async function summarise(db: Database, stores: readonly string[] | null): Promise<BooksOfStore[]> {
  return db.query<BooksOfStore>(
    `select s.id as store_id, s.name as store, s.books_open_from::text as books_open_from,
       coalesce((select json_agg(w order by w.currency) from (
         select e.currency, count(*)::int as entries, sum(e.amount)::text as amount, min(e.posted_at) as oldest
         from open_entries o join ledger_entries e on e.id = o.entry_id where o.store_id = s.id group by e.currency) w), '[]'::json) as waiting,
       coalesce((select json_agg(t order by t.state) from (
         select state, count(*)::int as count from settlements where store_id = s.id and gone_at is null group by state) t), '[]'::json) as settlements
     from stores s where $1::uuid[] is null or s.id = any($1::uuid[]) order by s.name, s.id`,
    [stores],
  );
}
