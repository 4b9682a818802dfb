/**
 * What was earned, by order, SKU, store or month: the entries that count, by kind, and what the goods cost. One row for each
 * currency; nothing is converted.
 */
import type { Database } from "../db/database.ts";
import { type Conditions, conditions, type Keyset, type PageRequest, type RowPage, readPage } from "../db/page.ts";
import { allGoodsOf, goodsOf } from "./cost-of-goods.ts";
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

/** Of money `p` and what stands in `goods`. */
const sums = (
  goods: "p" | "g",
) => `p.currency, p.kinds, p.entries, p.shared::text as shared, p.waiting::text as waiting,
  coalesce(${goods}.units, 0)::int as units, coalesce(${goods}.cost, 0)::text as cost, coalesce(${goods}.units_without_cost, 0)::int as units_without_cost`;
const SUMS = sums("g");
const GOODS_SUMS = `sum(g.units) as units, sum(g.cost) as cost, coalesce(sum(g.units) filter (where g.cost is null), 0) as units_without_cost`;

/** Rows (group columns, currency, kind, amount, entries, shared, waiting) summed by kind, then by currency. */
const byCurrency = (rows: string, ...group: string[]) => {
  const keys = group.map((column) => `${column}, `).join("");
  return `select ${keys}currency, json_object_agg(kind, amount::text order by kind) as kinds, sum(entries)::int as entries,
      sum(shared) as shared, sum(waiting) as waiting
    from (select ${keys}currency, kind, sum(amount) as amount, sum(entries) as entries, sum(shared) as shared, sum(waiting) as waiting
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
        cross join lateral (${byCurrency(`select e.currency, e.kind, m.amount, 1 as entries, null::numeric as shared, null::numeric as waiting
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
    return {
      select: `k.code as key, coalesce(k.title, k.code) as label, null as store_id, ${sums("p")}`,
      from: `(select id, code, title from skus union all select null, '', 'lines without a SKU') k
        cross join lateral (
          with sales as materialized (${ordersOfSku(seen)}), lines as materialized (${LINES_OF_SALES}),
            mine as materialized (${moneyOfSales(counts)}), sold as (${SOLD_OF_SALES})
          select p.*, g.units, g.cost, g.units_without_cost from (${byCurrency(partsOfSku(digits, within("n.period")))}) p
          left join (
            select sold.currency, ${GOODS_SUMS} from sold join orders o on o.id = sold.order_id join stores s on s.id = o.store_id
            cross join lateral (${goodsOf("l.sku_id is not distinct from k.id")}) g
            where ${within("g.period")} group by sold.currency) g on g.currency = p.currency) p`,
      keyset: byKey("k.code", "text"),
    };
  },
  store: (query, filter) => ({
    select: `s.id::text as key, s.name as label, s.id as store_id, ${SUMS}`,
    from: `(${byCurrency(allMoney(query, filter, "coalesce(sibling.store_id, e.store_id) = coalesce(o.store_id, e.store_id)"), "store_id")}) p join stores s on s.id = p.store_id
      left join (select store_id, currency, ${GOODS_SUMS} from (${allGoods(query, filter)}) g group by store_id, currency) g
        on g.store_id = p.store_id and g.currency = p.currency`,
    keyset: byKey("s.id", "uuid"),
  }),
  month: (query, filter) => {
    const ofSeen = seenStores(query.where, filter, "coalesce(sibling.store_id, e.store_id)");
    const money = filter.stores || filter.store !== undefined ? allMoney(query, filter, ofSeen) : allEntries(query);
    return {
      select: `p.period::text as key, to_char(p.period, 'YYYY-MM') as label, null as store_id, ${SUMS}`,
      from: `(${byCurrency(money, "period")}) p
        left join (select period, currency, ${GOODS_SUMS} from (${allGoods(query, filter)}) g group by period, currency) g
          on g.period = p.period and g.currency = p.currency`,
      keyset: byKey("p.period::text", "text"),
    };
  },
};

/** Condition that the reader sees the store. */
function seenStores(where: Conditions, { stores, store }: ProfitFilter, column: string): string {
  const parts = [
    stores && `${column} = any(${where.bind(stores)}::uuid[])`,
    store !== undefined && `${column} = ${where.bind(store)}::uuid`,
  ];
  return parts.filter(Boolean).join(" and ") || "true";
}

/**
 * All money, each part with the store of its order; what belongs to no order is its own store's. An entry is counted with the
 * first of its parts in a group: only people divide one, and `together` says which other part, of the order `sibling`, is in it.
 */
const allMoney = ({ where, counts, within }: Query, filter: ProfitFilter, together: string) => `
  select coalesce(o.store_id, e.store_id) as store_id, e.period, e.currency, e.kind, coalesce(m.amount, e.amount) as amount, null::numeric as shared,
    case when w.entry_id is not null then e.amount end as waiting,
    case when m.actor is null then 1 when exists (
      select 1 from reconciliation_matches x left join orders sibling on sibling.id = x.order_id
      where x.entry_id = e.id and x.undone_at is null and x.id < m.id and ${together}) then 0 else 1 end as entries
  from ledger_entries e
  left join reconciliation_matches m on m.entry_id = e.id and m.undone_at is null
  left join orders o on o.id = m.order_id
  left join open_entries w on w.entry_id = e.id
  where ${counts} and ${within("e.period")} and ${seenStores(where, filter, "coalesce(o.store_id, e.store_id)")}`;

/** The same of all stores together: the parts of an entry sum to it. */
const allEntries = ({ counts, within }: Query) => `
  select e.period, e.currency, e.kind, e.amount, 1 as entries, null::numeric as shared, case when w.entry_id is not null then e.amount end as waiting
  from ledger_entries e left join open_entries w on w.entry_id = e.id where ${counts} and ${within("e.period")}`;

/** Orders with the month and the currency of their first sale. Hardly any has sales in two currencies: those are looked at one by one. */
const allSold = (query: Query) => `
  select t.order_id, t.period, case when t.low = t.high then t.low
    else (select x.currency from orders o cross join lateral (${SOLD(query)}) x where o.id = t.order_id) end as currency
  from (
    select m.order_id, min(e.period) as period, min(e.currency) as low, max(e.currency) as high
    from ledger_entries e join reconciliation_matches m on m.entry_id = e.id and m.undone_at is null and m.order_id is not null
    where e.kind = 'sale' and ${query.counts} group by m.order_id) t`;

/** Goods that were sold in the months that are asked for, and those that came back in them. */
const allGoods = (query: Query, filter: ProfitFilter) => {
  const { where, within } = query;
  return allGoodsOf(
    `select sold.* from (${allSold(query)}) sold join orders o on o.id = sold.order_id
     where ${seenStores(where, filter, "o.store_id")}
       and (${within("sold.period")} or exists (select 1 from return_receipts r where r.order_id = o.id))`,
    within,
  );
};

/** The orders that have a line of the SKU `k`. Each is looked up by its key: `offset 0` keeps the planner from reading all for a few. */
const ordersOfSku = (seen: string) => `
  select o.* from (select l.order_id from order_lines l where l.sku_id = k.id
    union select l.order_id from order_lines l where k.id is null and l.sku_id is null) l
  cross join lateral (select o.id, o.currency from orders o where o.id = l.order_id and ${seen} offset 0) o`;

const LINES_OF_SALES = `
  select x.* from sales cross join lateral (
    select x.id as line_id, x.order_id, x.sku_id, x.position, x.total, x.external_id, x.seller_code from order_lines x
    where x.order_id = sales.id and not exists (
      select 1 from order_lines child where child.order_id = x.order_id and child.parent_external_id = x.external_id) offset 0) x`;

/** Entries that count of those orders, each with its match. */
const moneyOfSales = (counts: string) => `
  select m.id as match_id, m.order_id, m.amount, sales.currency as order_currency, e.id, e.currency, e.kind, e.period, e.posted_at,
    e.order_line_external_id, e.seller_code
  from sales join reconciliation_matches m on m.order_id = sales.id and m.undone_at is null
  join ledger_entries e on e.id = m.entry_id
  where ${counts}`;

/** The same as `SOLD`, of the orders in `mine`. */
const SOLD_OF_SALES = `select distinct on (e.order_id) e.order_id, e.period, e.currency from mine e where e.kind = 'sale'
  order by e.order_id, e.period, e.posted_at, e.currency <> e.order_currency, e.currency, e.id`;

/**
 * The parts of the matches in `mine` that are of lines of the SKU `k`: of the line that the entry names, else of the lines with
 * its seller code, else of all by their totals. Parts are cut from the running sum, so that they always add up.
 */
const partsOfSku = (digits: string, within: string) => `
  select z.currency, z.kind, sum(z.part) as amount, 1 as entries, sum(z.part) filter (where z.lines > 1) as shared, null::numeric as waiting
  from (
    select r.*, round(r.amount * r.upto / r.whole, d.digits) - round(r.amount * (r.upto - r.weight) / r.whole, d.digits) as part
    from (
      select v.*, sum(v.weight) over (partition by v.match_id order by v.position, v.line_id) as upto,
        sum(v.weight) over (partition by v.match_id) as whole, count(*) over (partition by v.match_id) as lines
      from (
        select a.*, case when max(greatest(a.total, 0)) over (partition by a.match_id) > 0 then greatest(a.total, 0) else 1 end as weight
        from (
          select n.match_id, n.id, n.amount, n.currency, n.kind, x.line_id, x.sku_id, x.position, x.total,
            rank() over (partition by n.match_id order by case when x.external_id = n.order_line_external_id then 0
              when x.seller_code = n.seller_code then 1 else 2 end) as place
          from mine n join lines x on x.order_id = n.order_id where ${within}) a
        where a.place = 1) v) r
    ${joinDigits("r.currency", digits)}
    cross join lateral (select greatest(scale(r.amount), ${JOINED_DIGITS}) as digits) d
    where r.sku_id is not distinct from k.id) z
  group by z.id, z.currency, z.kind`;
