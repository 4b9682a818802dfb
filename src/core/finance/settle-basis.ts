/**
 * What a store's own settled orders say of those to come: the share of an order's total that reached the store, and how long
 * it took. An estimate is never made without enough of them.
 */
import type { Database } from "../db/database.ts";
import { HAS_MOVED, IS_EARNED, isCounted } from "./counted-books.ts";

/** Of the last orders that were settled so many are looked at, and at least so many are a basis. */
const LOOKED_AT = 200;
const AT_LEAST = 20;
/** Sales among which they are looked for: lines of one order, and orders that were given back, are among them. */
const SALES = 2_000;
/** Digits of a share: who multiplies what is stated gets what was estimated. */
const SHARE_DIGITS = 6;

/** Of matches `m` with entries `e` that count: sums of the currency of the order `o`, and what came in others. */
const SUMS = `coalesce(sum(m.amount) filter (where e.currency = o.currency), 0) as received,
    coalesce(sum(m.amount) filter (where e.currency = o.currency and e.kind = 'sale'), 0) as sale,
    coalesce(sum(m.amount) filter (where e.currency = o.currency and e.kind = 'refund'), 0) as refund,
    coalesce(sum(m.amount) filter (where e.currency = o.currency and e.kind = 'commission' and m.amount < 0), 0) as charged,
    coalesce(sum(m.amount) filter (where e.currency = o.currency and e.kind = 'commission' and m.amount > 0), 0) as returned,
    min(e.posted_at) filter (where e.kind = 'sale') as sold_at, count(*) as entries,
    count(*) filter (where e.currency <> o.currency) as foreigners`;
const RECEIVED = (counted: string) =>
  `m.undone_at is null and e.amends is null and ${isCounted("e", counted)} and ${IS_EARNED("e")}`;

/** What counted entries say of an order `o`. */
export const receivedOf = (counted: string) => `
  select ${SUMS} from reconciliation_matches m join ledger_entries e on e.id = m.entry_id
  where m.order_id = o.id and ${RECEIVED(counted)}`;

/** The sales that count of an order `o`. */
export const salesOf = (counted: string) => `
  select 1 from reconciliation_matches m join ledger_entries e on e.id = m.entry_id
  where m.order_id = o.id and e.kind = 'sale' and ${RECEIVED(counted)}`;

/** What counted entries say of all orders `o` that a condition holds for, with their id as `order_id`: those without entries are not there. */
export const receivedByOrder = (counted: string, seen: string) => `
  select m.order_id, ${SUMS}
  from reconciliation_matches m join ledger_entries e on e.id = m.entry_id join orders o on o.id = m.order_id
  where ${RECEIVED(counted)} and ${seen} group by m.order_id`;

/** The day from which an order `o` waits for its money: since its first parcel left, else since it was paid or placed. */
export const SINCE = `
  select coalesce(s.shipped_at, o.paid_at, o.placed_at) as at,
    case when s.shipped_at is not null then 'shipped' when o.paid_at is not null then 'paid' else 'placed' end as event
  from (select min(p.shipped_at) as shipped_at from shipments p where p.order_id = o.id) s`;

/** Far outliers by Tukey's fences are no part of what is usual. */
const FIND = `
select coalesce(json_agg(json_build_object('store_id', b.store_id, 'currency', b.currency, 'orders', b.orders, 'share', b.share::text,
    'low', round(b.low - 3 * (b.high - b.low), ${SHARE_DIGITS})::text, 'high', round(b.high + 3 * (b.high - b.low), ${SHARE_DIGITS})::text,
    'days', b.days, 'placed_from', b.placed_from, 'placed_until', b.placed_until) order by b.store_id, b.currency), '[]')::text as bases
from (
  select s.id as store_id, x.currency, count(*) as orders,
    round(percentile_disc(0.5) within group (order by x.share), ${SHARE_DIGITS}) as share,
    percentile_disc(0.25) within group (order by x.share) as low, percentile_disc(0.75) within group (order by x.share) as high,
    percentile_disc(0.95) within group (order by x.days) as days, min(x.placed_at) as placed_from, max(x.placed_at) as placed_until
  from stores s cross join lateral (
    select o.currency, o.placed_at, r.received / o.total as share, greatest(ceil(extract(epoch from r.sold_at - since.at) / 86400), 0)::int as days
    from (
      select m.order_id from (
        select e.id from ledger_entries e where e.store_id = s.id and e.kind = 'sale' and e.amends is null and ${HAS_MOVED("e")}
        order by e.posted_at desc, e.id desc limit ${SALES}) sale
      join reconciliation_matches m on m.entry_id = sale.id and m.undone_at is null group by m.order_id) settled
    join orders o on o.id = settled.order_id
    cross join lateral (${receivedOf("$1")}) r cross join lateral (${SINCE}) since
    where o.store_id = s.id and o.gone_at is null and o.status <> 'cancelled' and o.total > 0 and coalesce(o.refunded, 0) = 0
      and r.sold_at is not null and r.refund = 0 and r.foreigners = 0
    order by r.sold_at desc, o.id limit ${LOOKED_AT}) x
  where $2::uuid[] is null or s.id = any($2::uuid[])
  group by s.id, x.currency having count(*) >= ${AT_LEAST}) b`;

/** What is usual in each store and currency, as JSON for `BASIS`; `counted` is what `findCountedBooks` found. */
export async function findBases(db: Database, counted: string, stores: readonly string[] | null): Promise<string> {
  const [row] = await db.query<{ bases: string }>(FIND, [counted, stores]);
  return row?.bases ?? "[]";
}

/** Columns of a basis. */
export const BASIS = `store_id uuid, currency text, orders int, share numeric, low numeric, high numeric, days int, placed_from text, placed_until text`;
