/**
 * Which entries are summed over an order, a month or a store. Platforms tell the same money in several books; in a store's
 * month the first group of trusted books that has entries counts (decision 012).
 */
import type { Database } from "../db/database.ts";

/** A book that a platform's sums may take; books of one rank tell different money, the lowest rank that has entries counts. */
export interface TrustedBook {
  platform: string;
  book: string;
  rank: number;
}

/** States of an entry whose money has moved. */
export const HAS_MOVED = (e: string) => `${e}.state in ('posted', 'paid')`;

/** Kinds that move money of the store and are neither earned nor spent. */
export const MOVES = ["payout", "reserve", "transfer", "financing"] as const;
export const IS_EARNED = (e: string) => `${e}.kind not in (${MOVES.map((kind) => `'${kind}'`).join(", ")})`;

/** Entries of any size are passed over: each step goes on at the next month and book of the store (index ledger_entries_books). */
const FIND = `
with recursive trusted as materialized (
  select * from json_to_recordset($1::text::json) as t(platform text, book text, rank int)),
told as (
  select s.id as store_id, s.platform, f.period, f.book from stores s cross join lateral (
    select e.period, e.book from ledger_entries e where e.store_id = s.id and e.period < 'infinity' and ${HAS_MOVED("e")} order by e.period, e.book limit 1) f
  where $2::uuid[] is null or s.id = any($2::uuid[])
  union all
  select t.store_id, t.platform, n.period, n.book from told t cross join lateral (
    select e.period, e.book from ledger_entries e where e.store_id = t.store_id and (e.period, e.book) > (t.period, t.book) and e.period < 'infinity' and ${HAS_MOVED("e")}
    order by e.period, e.book limit 1) n)
select coalesce(json_agg(json_build_object('store_id', b.store_id, 'period', b.period, 'book', b.book) order by b.store_id, b.period, b.book), '[]')::text as books
from (select t.store_id, t.period, t.book, r.rank, min(r.rank) over (partition by t.store_id, t.period) as best
  from told t join trusted r on r.platform = t.platform and r.book = t.book) b where b.rank = b.best`;

/** The books that count, as the JSON that `isCounted` takes; `stores` null: of all. */
export async function findCountedBooks(
  db: Database,
  trusted: readonly TrustedBook[],
  stores: readonly string[] | null = null,
): Promise<string> {
  const [row] = await db.query<{ books: string }>(FIND, [JSON.stringify(trusted), stores]);
  return row?.books ?? "[]";
}

/** Condition on an entry `e`: it counts. `parameter` is bound to what `findCountedBooks` found. */
export const isCounted = (e: string, parameter: string) =>
  `${HAS_MOVED(e)} and (${e}.store_id, ${e}.period, ${e}.book) in (
    select b.store_id, b.period, b.book from json_to_recordset(${parameter}::text::json) as b(store_id uuid, period date, book text))`;
