/**
 * What an order should have brought, by what is usual in its store, against what the entries that count say. Expected is an
 * estimate and says what it rests on; where there is no basis there is none.
 */
import type { Database } from "../db/database.ts";
import { type Conditions, conditions, type PageRequest, type RowPage, readPage } from "../db/page.ts";
import { findCountedBooks, type TrustedBook } from "./counted-books.ts";
import { JOINED_DIGITS, joinDigits, ODD_DIGITS } from "./currency-digits.ts";
import { BASIS, findBases, receivedByOrder, receivedOf, SINCE, salesOf } from "./settle-basis.ts";

/** unsettled: no sale has come; short and over: outside of what is usual; nothing_due: all of it was given back. */
export const SETTLED_STATES = ["unsettled", "as_expected", "short", "over", "no_basis", "nothing_due"] as const;
export type SettledState = (typeof SETTLED_STATES)[number];

/** Days after which a store without a basis has waited too long, and days more than is usual in one that has one. */
const DAYS_WITHOUT_BASIS = 30;
const DAYS_MORE = 3;

export interface Basis {
  orders: number;
  share: string;
  low: string;
  high: string;
  days: number;
  placed_from: string;
  placed_until: string;
}

export interface OrderMoney {
  order_id: string;
  store_id: string;
  external_id: string;
  status: string;
  placed_at: string;
  currency: string;
  total: string;
  refunded: string;
  since_event: string;
  since: string;
  age_days: number;
  /** Days after which it has waited too long. */
  patience_days: number;
  state: SettledState;
  expected: string | null;
  received: string;
  difference: string | null;
  entries: number;
  /** Entries in other currencies: they are in none of the sums. */
  foreigners: number;
  basis: Basis | null;
}

export interface OrderMoneyFilter {
  stores: readonly string[] | null;
  store?: string | undefined;
  currency?: string | undefined;
  state?: SettledState | undefined;
}

/** Of sums `g` by order, which those without entries lack. */
const NO_LESS = `select coalesce(g.received, 0) as received, coalesce(g.sale, 0) as sale, coalesce(g.refund, 0) as refund,
  coalesce(g.charged, 0) as charged, coalesce(g.returned, 0) as returned, g.sold_at, coalesce(g.entries, 0) as entries, coalesce(g.foreigners, 0) as foreigners`;

const PAID = "('paid', 'partially_paid', 'partially_refunded', 'refunded')";

/** What `orderMoney` needs to be bound; found once for all pages of a list. */
export interface Usual {
  counted: string;
  bases: string;
}

/** What counts and what is usual in the stores that are asked for. */
export async function findUsual(
  db: Database,
  trusted: readonly TrustedBook[],
  { stores, store }: Pick<OrderMoneyFilter, "stores" | "store">,
): Promise<Usual> {
  const counted = await findCountedBooks(db, trusted);
  return { counted, bases: await findBases(db, counted, store === undefined ? stores : [store]) };
}

/**
 * Rows `x` of orders with their money. Orders are looked at from the first month on that the store's books have: of those
 * before it nothing is known.
 */
export function orderMoney(where: Conditions, { counted, bases }: Usual, at: Date, filter: OrderMoneyFilter): string {
  const [books, usual, digits] = [where.bind(counted), where.bind(bases), where.bind(ODD_DIGITS)];
  const now = where.bind(at.toISOString());
  const seen = [
    filter.stores && `o.store_id = any(${where.bind(filter.stores)}::uuid[])`,
    filter.store !== undefined && `o.store_id = ${where.bind(filter.store)}::uuid`,
    filter.currency !== undefined && `o.currency = ${where.bind(filter.currency)}`,
  ].filter(Boolean);
  const isSeen = seen.length > 0 ? seen.join(" and ") : "true";
  // A page of all orders asks for each of its own, so does one of what most orders are, and so do the few that no sale has come
  // of; where another state is looked for, all are summed at once.
  const isLateral = filter.state === undefined || filter.state === "unsettled" || filter.state === "as_expected";
  const received = isLateral
    ? `cross join lateral (${receivedOf(books)}) r`
    : `left join (${receivedByOrder(books, isSeen)}) g on g.order_id = o.id cross join lateral (${NO_LESS}) r`;
  // Found before anything is asked of them: `offset 0` keeps the planner from doing it last.
  const orders =
    filter.state === "unsettled"
      ? `(select o.* from orders o where ${isSeen} and not exists (${salesOf(books)}) offset 0)`
      : "orders";
  return `(select o.id as order_id, o.store_id, o.external_id, o.status, o.placed_at, o.currency, o.total, due.refunded, since.event as since_event,
      since.at as since, greatest(floor(extract(epoch from ${now}::timestamptz - since.at) / 86400), 0)::int as age_days,
      coalesce(b.days + ${DAYS_MORE}, ${DAYS_WITHOUT_BASIS}) as patience_days, r.received, r.entries, r.foreigners, r.sale, r.refund, r.charged, r.returned,
      due.amount as due, e.expected, case when r.foreigners = 0 then r.received - e.expected end as difference, due.unit,
      case when r.sold_at is null and (due.amount <= 0 or o.status = 'cancelled') then 'nothing_due' when r.sold_at is null then 'unsettled'
        when b.share is null or r.foreigners > 0 then 'no_basis'
        when r.received < due.amount * b.low - r.entries * due.unit then 'short'
        when r.received > due.amount * b.high + r.entries * due.unit then 'over' else 'as_expected' end as state,
      case when b.share is not null then json_build_object('orders', b.orders, 'share', b.share::text, 'low', b.low::text, 'high', b.high::text,
        'days', b.days, 'placed_from', b.placed_from, 'placed_until', b.placed_until) end as basis
    from (select f.store_id, min(f.period) as period from json_to_recordset(${books}::text::json) as f(store_id uuid, period date) group by f.store_id) first
    join stores s on s.id = first.store_id
    join ${orders} o on o.store_id = s.id and o.placed_at >= first.period::timestamp at time zone s.time_zone
    left join json_to_recordset(${usual}::text::json) as b(${BASIS}) on b.store_id = o.store_id and b.currency = o.currency
    ${joinDigits("o.currency", digits)}
    ${received}
    cross join lateral (${SINCE}) since
    cross join lateral (select greatest(coalesce(o.refunded, 0), -r.refund) as refunded, o.total - greatest(coalesce(o.refunded, 0), -r.refund) as amount,
      power(10::numeric, -${JOINED_DIGITS}) as unit) due
    cross join lateral (select round(due.amount * b.share, ${JOINED_DIGITS}) as expected) e
    where o.gone_at is null and o.total is not null and (o.payment_status in ${PAID} or r.entries > 0) and ${isSeen}) x`;
}

/** Orders with what they should have brought and what they did, the newest first. */
export async function listOrderMoney(
  db: Database,
  trusted: readonly TrustedBook[],
  { filter, at, page }: { filter: OrderMoneyFilter; at: Date; page: PageRequest },
): Promise<RowPage<OrderMoney>> {
  const where = conditions();
  const rows = orderMoney(where, await findUsual(db, trusted, filter), at, filter);
  where.equal("x.state", filter.state);
  return readPage<OrderMoney>(db, {
    select: `x.order_id, x.store_id, x.external_id, x.status, x.placed_at, x.currency, x.total, x.refunded, x.since_event, x.since, x.age_days,
      x.patience_days, x.state, x.expected, x.received, x.difference, x.entries::int as entries, x.foreigners::int as foreigners, x.basis`,
    from: rows,
    where,
    keyset: {
      columns: [
        { sql: "x.placed_at", cast: "timestamptz" },
        { sql: "x.order_id", cast: "uuid" },
      ],
      direction: "desc",
    },
    page,
  });
}

/** Upper ends of the buckets of age, in days; the last one has none. */
export const AGES = [7, 14, 30, 60, 90] as const;

export interface Ageing {
  store_id: string;
  store: string;
  currency: string;
  buckets: { days_from: number; days_until: number | null; orders: number; total: string; expected: string | null }[];
}

/** Orders that wait for their money, by how long they do. */
export async function readAgeing(
  db: Database,
  trusted: readonly TrustedBook[],
  { filter, at }: { filter: OrderMoneyFilter; at: Date },
): Promise<Ageing[]> {
  const where = conditions();
  const rows = orderMoney(where, await findUsual(db, trusted, filter), at, { ...filter, state: "unsettled" });
  const bucket = `width_bucket(x.age_days, array[${AGES.map((days) => days + 1).join(", ")}])`;
  const ends = `array[0, ${AGES.map((days) => days + 1).join(", ")}]`;
  return db.query<Ageing>(
    `select g.store_id, s.name as store, g.currency, json_agg(json_build_object('days_from', (${ends})[g.bucket + 1],
         'days_until', (${ends})[g.bucket + 2] - 1, 'orders', g.orders, 'total', g.total::text, 'expected', g.expected::text) order by g.bucket) as buckets
     from (select x.store_id, x.currency, ${bucket} as bucket, count(*)::int as orders, sum(x.total) as total,
         case when count(*) = count(x.expected) then sum(x.expected) end as expected
       from ${rows} where x.state = 'unsettled' group by 1, 2, 3) g join stores s on s.id = g.store_id
     group by g.store_id, s.name, g.currency order by s.name, g.store_id, g.currency`,
    where.params,
  );
}

export interface CommissionDue {
  order_id: string;
  store_id: string;
  external_id: string;
  currency: string;
  sale: string;
  refund: string;
  charged: string;
  returned: string;
  /** In proportion to what was given back, less what came back: an estimate. */
  due: string;
}

const PART_BACK = "least(-x.refund / x.sale, 1)";

/** Orders of which money was given back and the commission was not, or not in proportion. */
export async function listCommissionDue(
  db: Database,
  trusted: readonly TrustedBook[],
  { filter, at, page }: { filter: OrderMoneyFilter; at: Date; page: PageRequest },
): Promise<RowPage<CommissionDue>> {
  const where = conditions();
  const usual = { counted: await findCountedBooks(db, trusted), bases: "[]" };
  const rows = orderMoney(where, usual, at, filter);
  const due = `round(-x.charged * ${PART_BACK}, -log(x.unit)::int) - x.returned`;
  where.add(`x.refund < 0 and x.sale > 0 and x.charged < 0 and case when x.sale > 0 then ${due} >= x.unit end`);
  return readPage<CommissionDue>(db, {
    select: `x.order_id, x.store_id, x.external_id, x.currency, x.sale, x.refund, x.charged, x.returned, ${due} as due`,
    from: rows,
    where,
    keyset: { columns: [{ sql: "x.order_id", cast: "uuid" }], direction: "asc" },
    page,
  });
}
