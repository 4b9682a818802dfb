/**
 * What was earned, by order, SKU, store or month: the entries that count, by kind, and what the goods cost. One row for each
 * currency; nothing is converted.
 */
import type { Database } from "../db/database.ts";
import { type Conditions, conditions, type Keyset, type PageRequest, type RowPage, readPage } from "../db/page.ts";
import { goodsOf } from "./cost-of-goods.ts";
import { findCountedBooks, IS_EARNED, isCounted, type TrustedBook } from "./counted-books.ts";
import { JOINED_DIGITS, joinDigits, ODD_DIGITS } from "./currency-digits.ts";

export const PROFIT_VIEWS = ["order", "sku", "store", "month"] as const;
export type ProfitView = (typeof PROFIT_VIEWS)[number];

export interface ProfitFilter {
  stores: readonly string[] | null;
  store?: string | undefined;
  currency?: string | undefined;
  /** First days of the first and the last month. */
  from?: string | undefined;
  until?: string | undefined;
}

export interface ProfitRow {
  /** The order's id, the SKU's code (empty: lines without a SKU), the store's id, or the month's first day. */
  key: string;
  /** What people call it. */
  label: string;
  store_id: string | null;
  currency: string;
  /** Sums of the entries by kind. */
  kinds: Record<string, string>;
  entries: number;
  /** Of those sums, what was shared among lines since the platform names none: an estimate. */
  shared: string | null;
  /** Of those sums, what concerns an order and has found none. */
  waiting: string | null;
  units: number;
  /** Cost of the units that have one. */
  cost: string;
  units_without_cost: number;
}

interface Query {
  where: Conditions;
  /** Condition on an entry `e`. */
  counts: string;
  /** Condition on a month. */
  within(period: string): string;
}

/** One page of profit. `trusted` are the books of all platforms. */
export async function listProfit(
  db: Database,
  trusted: readonly TrustedBook[],
  { by, filter, page }: { by: ProfitView; filter: ProfitFilter; page: PageRequest },
): Promise<RowPage<ProfitRow>> {
  const where = conditions();
  const books = where.bind(await findCountedBooks(db, trusted));
  const from = filter.from === undefined ? null : where.bind(filter.from);
  const until = filter.until === undefined ? null : where.bind(filter.until);
  const within = (period: string) =>
    [from && `${period} >= ${from}::date`, until && `${period} <= ${until}::date`].filter(Boolean).join(" and ") ||
    "true";
  const counts = `${isCounted("e", books)} and ${IS_EARNED("e")}`;
  const list = LISTS[by]({ where, counts, within }, filter, page);
  where.equal("p.currency", filter.currency);
  return readPage<ProfitRow>(db, { ...list, where, page });
}

/** Whether there may be more rows than so many: by order, where there are more orders; the rest is never as many. */
export async function hasMoreProfit(
  db: Database,
  { by, filter }: { by: ProfitView; filter: ProfitFilter },
  than: number,
): Promise<boolean> {
  if (by !== "order") return false;
  const where = conditions();
  where.visible("store_id", filter.stores);
  where.equal("store_id", filter.store, "uuid");
  const offset = where.bind(than);
  return (await db.query(`select 1 from orders ${where.text} offset ${offset}::int limit 1`, where.params)).length > 0;
}

interface List {
  select: string;
  from: string;
  keyset: Keyset;
}

const SUMS = `p.currency, p.kinds, p.entries, p.shared::text as shared, p.waiting::text as waiting, coalesce(g.units, 0)::int as units,
  coalesce(g.cost, 0)::text as cost, coalesce(g.units_without_cost, 0)::int as units_without_cost`;
const GOODS_SUMS = `sum(g.units) as units, sum(g.cost) as cost, coalesce(sum(g.units) filter (where g.cost is null), 0) as units_without_cost`;

/** Rows (group columns, currency, kind, amount, shared, waiting) summed by kind, then by currency. */
const byCurrency = (rows: string, ...group: string[]) => {
  const keys = group.map((column) => `${column}, `).join("");
  return `select ${keys}currency, json_object_agg(kind, amount::text) as kinds, sum(entries)::int as entries,
      sum(shared) as shared, sum(waiting) as waiting
    from (select ${keys}currency, kind, sum(amount) as amount, count(distinct id) as entries, sum(shared) as shared, sum(waiting) as waiting
      from (${rows}) r group by ${keys}currency, kind) k group by ${keys}currency`;
};

/** Of the sale entries `e` of an order `o` the first, in its own currency where there are two at once. */
const FIRST = "e.period, e.posted_at, e.currency <> o.currency, e.currency, e.id";

/** The month and currency of the order's first sale: from then on its goods are sold. */
const SOLD = ({ counts }: Query) => `
  select e.period, e.currency from reconciliation_matches m join ledger_entries e on e.id = m.entry_id
  where m.order_id = o.id and m.undone_at is null and e.kind = 'sale' and ${counts} order by ${FIRST} limit 1`;

const byKey = (key: string, cast: "uuid" | "text"): Keyset => ({
  columns: [
    { sql: key, cast },
    { sql: "p.currency", cast: "text" },
  ],
  direction: "asc",
});

const LISTS: Record<ProfitView, (query: Query, filter: ProfitFilter, page: PageRequest) => List> = {
  order: (query, filter, page) => {
    const { where, counts, within } = query;
    where.visible("o.store_id", filter.stores);
    where.equal("o.store_id", filter.store, "uuid");
    // The row comparison alone would read all orders before the page.
    if (page.after) where.add(`o.id >= ${where.bind(page.after[0] ?? null)}::uuid`);
    return {
      select: `o.id::text as key, o.external_id as label, o.store_id, ${SUMS}`,
      from: `orders o join stores s on s.id = o.store_id
        cross join lateral (${byCurrency(`select e.id, e.currency, e.kind, m.amount, null::numeric as shared, null::numeric as waiting
          from reconciliation_matches m join ledger_entries e on e.id = m.entry_id
          where m.order_id = o.id and m.undone_at is null and ${counts} and ${within("e.period")}`)}) p
        left join lateral (${SOLD(query)}) sold on sold.currency = p.currency
        left join lateral (select ${GOODS_SUMS} from (${goodsOf()}) g where ${within("g.period")}) g on true`,
      keyset: byKey("o.id", "uuid"),
    };
  },
  sku: (query, filter, page) => {
    const { where, counts, within } = query;
    const seen = seenStores(where, filter, "o.store_id");
    const digits = where.bind(ODD_DIGITS);
    if (page.after) where.add(`k.code >= ${where.bind(page.after[0] ?? null)}`);
    const ofSku = (columns: string) => `(select ${columns} from order_lines l where l.sku_id = k.id
      union all select ${columns} from order_lines l where k.id is null and l.sku_id is null)`;
    return {
      select: `k.code as key, coalesce(k.title, k.code) as label, null as store_id, ${SUMS}`,
      from: `(select id, code, title from skus union all select null, '', 'lines without a SKU') k
        cross join lateral (${byCurrency(`select e.id, e.currency, e.kind, part.amount, case when part.is_shared then part.amount end as shared, null::numeric as waiting
          from ${ofSku("l.id, l.order_id")} l join orders o on o.id = l.order_id
          join reconciliation_matches m on m.order_id = o.id and m.undone_at is null
          join ledger_entries e on e.id = m.entry_id
          cross join lateral (${partOf(digits)}) part
          where ${counts} and ${within("e.period")} and ${seen}`)}) p
        left join lateral (select ${GOODS_SUMS}
          from (select distinct order_id from ${ofSku("l.order_id")} l) of_sku join orders o on o.id = of_sku.order_id join stores s on s.id = o.store_id
          cross join lateral (${SOLD(query)}) sold
          cross join lateral (${goodsOf("l.sku_id is not distinct from k.id")}) g
          where sold.currency = p.currency and ${within("g.period")} and ${seen}) g on true`,
      keyset: byKey("k.code", "text"),
    };
  },
  store: (query, filter) => ({
    select: `s.id::text as key, s.name as label, s.id as store_id, ${SUMS}`,
    from: `(${byCurrency(allMoney(query, filter), "store_id")}) p join stores s on s.id = p.store_id
      left join (select store_id, currency, ${GOODS_SUMS} from (${allGoods(query, filter)}) g group by store_id, currency) g
        on g.store_id = p.store_id and g.currency = p.currency`,
    keyset: byKey("s.id", "uuid"),
  }),
  month: (query, filter) => ({
    select: `p.period::text as key, to_char(p.period, 'YYYY-MM') as label, null as store_id, ${SUMS}`,
    from: `(${byCurrency(allMoney(query, filter), "period")}) p
      left join (select period, currency, ${GOODS_SUMS} from (${allGoods(query, filter)}) g group by period, currency) g
        on g.period = p.period and g.currency = p.currency`,
    keyset: byKey("p.period::text", "text"),
  }),
};

/** Condition that the reader sees the store. */
function seenStores(where: Conditions, { stores, store }: ProfitFilter, column: string): string {
  const parts = [
    stores && `${column} = any(${where.bind(stores)}::uuid[])`,
    store !== undefined && `${column} = ${where.bind(store)}::uuid`,
  ];
  return parts.filter(Boolean).join(" and ") || "true";
}

/** All money, each part with the store of its order; what belongs to no order is its own store's. */
const allMoney = ({ where, counts, within }: Query, filter: ProfitFilter) => `
  select e.id, coalesce(o.store_id, e.store_id) as store_id, e.period, e.currency, e.kind, coalesce(m.amount, e.amount) as amount, null::numeric as shared,
    case when w.entry_id is not null then e.amount end as waiting
  from ledger_entries e
  left join reconciliation_matches m on m.entry_id = e.id and m.undone_at is null
  left join orders o on o.id = m.order_id
  left join open_entries w on w.entry_id = e.id
  where ${counts} and ${within("e.period")} and ${seenStores(where, filter, "coalesce(o.store_id, e.store_id)")}`;

/** Goods that were sold in the months that are asked for, and those that came back in them. */
const allGoods = ({ where, counts, within }: Query, filter: ProfitFilter) => `
  select o.store_id, sold.currency, n.period, n.units, n.cost from (
    select distinct on (m.order_id) m.order_id, e.period, e.currency
    from ledger_entries e join reconciliation_matches m on m.entry_id = e.id and m.undone_at is null join orders o on o.id = m.order_id
    where e.kind = 'sale' and ${counts} order by m.order_id, ${FIRST}) sold
  join orders o on o.id = sold.order_id join stores s on s.id = o.store_id
  cross join lateral (${goodsOf()}) n
  where ${within("n.period")} and ${seenStores(where, filter, "o.store_id")}
    and (${within("sold.period")} or exists (select 1 from return_receipts r where r.order_id = o.id))`;

/**
 * The part of a match `m` of an entry `e` that is a line's: of the line that the entry names, else of the lines with its
 * seller code, else of all by their totals. Parts are cut from the running sum, so that they always add up.
 */
const partOf = (digits: string) => `
  select round(m.amount * r.upto / r.whole, d.digits) - round(m.amount * (r.upto - r.weight) / r.whole, d.digits) as amount, r.lines > 1 as is_shared
  from (
    select w.id, w.weight, sum(w.weight) over (order by w.position, w.id) as upto, sum(w.weight) over () as whole, count(*) over () as lines
    from (
      select a.id, a.position, case when max(greatest(a.total, 0)) over () > 0 then greatest(a.total, 0) else 1 end as weight
      from (
        select x.id, x.position, x.total, rank() over (order by case when x.external_id = e.order_line_external_id then 0
          when x.seller_code = e.seller_code then 1 else 2 end) as place
        from order_lines x where x.order_id = m.order_id
          and not exists (select 1 from order_lines child where child.order_id = x.order_id and child.parent_external_id = x.external_id)) a
      where a.place = 1) w) r
  ${joinDigits("e.currency", digits)}
  cross join lateral (select greatest(scale(m.amount), ${JOINED_DIGITS}) as digits) d
  where r.id = l.id`;
