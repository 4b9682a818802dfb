/** Reading statements and their entries. */
import type { Database } from "./database.ts";
import { type Conditions, conditions, type PageRequest, type RowPage, readPage } from "./page.ts";

export interface SettlementView {
  id: string;
  store_id: string;
  external_id: string;
  period_start: string;
  period_end: string;
  currency: string;
  total: string | null;
  payout: string | null;
  payout_currency: string | null;
  payout_rate: string | null;
  paid_at: string | null;
  external_status: string | null;
  state: string;
  difference: string | null;
  difference_currency: string | null;
  bank_amount: string | null;
  bank_currency: string | null;
  bank_at: string | null;
  warnings: unknown[];
  version: string;
  synced_at: string;
  updated_at: string;
  gone_at: string | null;
}

export interface SettlementFilter {
  stores: readonly string[] | null;
  store?: string | undefined;
  state?: string | undefined;
  currency?: string | undefined;
  externalId?: string | undefined;
  endsFrom?: Date | undefined;
  endsUntil?: Date | undefined;
  ids?: readonly string[] | undefined;
}

/** Statements, the newest period first. */
export async function listSettlements(
  db: Database,
  filter: SettlementFilter,
  page: PageRequest,
): Promise<RowPage<SettlementView>> {
  const where = conditions();
  where.visible("store_id", filter.stores);
  where.equal("store_id", filter.store, "uuid");
  where.equal("state", filter.state);
  where.equal("currency", filter.currency);
  where.equal("external_id", filter.externalId);
  if (filter.endsFrom) where.add(`period_end >= ${where.bind(filter.endsFrom.toISOString())}::timestamptz`);
  if (filter.endsUntil) where.add(`period_end < ${where.bind(filter.endsUntil.toISOString())}::timestamptz`);
  if (filter.ids) where.add(`id = any(${where.bind(filter.ids)}::uuid[])`);
  return readPage<SettlementView>(db, {
    select: `id, store_id, external_id, period_start, period_end, currency, total, payout, payout_currency, payout_rate, paid_at,
      external_status, state, difference, difference_currency, bank_amount, bank_currency, bank_at, warnings, version, synced_at, updated_at, gone_at`,
    from: "settlements",
    where,
    keyset: {
      columns: [
        { sql: "period_end", cast: "timestamptz" },
        { sql: "id", cast: "uuid" },
      ],
      direction: "desc",
    },
    page,
  });
}

export interface EntryView {
  id: string;
  store_id: string;
  external_id: string;
  settlement_external_id: string | null;
  book: string;
  state: string;
  kind: string;
  external_kind: string;
  amount: string;
  currency: string;
  posted_at: string;
  order_external_id: string | null;
  order_line_external_id: string | null;
  shipment_external_id: string | null;
  refund_external_id: string | null;
  seller_code: string | null;
  description: string | null;
  /** First day of the month that it counts in. */
  period: string;
  /** Of what a closed month keeps of an entry, and of what takes that back: the entry, and which of the two it is. */
  amends: string | null;
  amendment: "kept" | "taken_back" | null;
  /** It was posted in a month that was closed. */
  is_late: boolean;
  /** It was, and the month was closed with another book that tells the same: it counts in none. */
  is_told_already: boolean;
  matches: EntryMatch[];
}

/** What an entry pays; `order_id` is null where a person explained it without an order. */
export interface EntryMatch {
  order_id: string | null;
  amount: string;
  pass: string;
  reason: string;
  actor: string | null;
  at: string;
}

const POSTING_MONTH =
  "(select date_trunc('month', e.posted_at at time zone s.time_zone)::date from stores s where s.id = e.store_id)";

/** Columns of `EntryView` of an entry `e`. */
export const ENTRY_COLUMNS = `e.id, e.store_id, e.external_id, e.settlement_external_id, e.book, e.state, e.kind, e.external_kind, e.amount, e.currency,
  e.posted_at, e.order_external_id, e.order_line_external_id, e.shipment_external_id, e.refund_external_id, e.seller_code, e.description,
  case when isfinite(e.period) then e.period else ${POSTING_MONTH} end::text as period, e.amends, e.amendment, not isfinite(e.period) as is_told_already,
  isfinite(e.period) and ${POSTING_MONTH} < e.period as is_late, coalesce((select json_agg(json_build_object('order_id', m.order_id, 'amount', m.amount::text, 'pass', m.pass,
    'reason', m.reason, 'actor', m.actor, 'at', m.at) order by m.order_id) from reconciliation_matches m
    where m.entry_id = e.id and m.undone_at is null), '[]'::json) as matches`;

export interface EntryFilter {
  stores: readonly string[] | null;
  store?: string | undefined;
  settlement?: string | undefined;
  kind?: string | undefined;
  orderExternalId?: string | undefined;
  postedFrom?: Date | undefined;
  postedUntil?: Date | undefined;
}

function entryConditions(filter: EntryFilter): Conditions {
  const where = conditions();
  where.visible("store_id", filter.stores);
  where.equal("store_id", filter.store, "uuid");
  where.equal("settlement_id", filter.settlement, "uuid");
  where.equal("kind", filter.kind);
  where.equal("order_external_id", filter.orderExternalId);
  if (filter.postedFrom) where.add(`posted_at >= ${where.bind(filter.postedFrom.toISOString())}::timestamptz`);
  if (filter.postedUntil) where.add(`posted_at < ${where.bind(filter.postedUntil.toISOString())}::timestamptz`);
  return where;
}

/** Whether there are more entries than so many. */
export async function hasMoreEntries(db: Database, filter: EntryFilter, than: number): Promise<boolean> {
  const where = entryConditions(filter);
  const offset = where.bind(than);
  return (
    (await db.query(`select 1 from ledger_entries e ${where.text} offset ${offset}::int limit 1`, where.params))
      .length > 0
  );
}

/** Entries of one statement or of all, in an order that never changes. */
export async function listEntries(db: Database, filter: EntryFilter, page: PageRequest): Promise<RowPage<EntryView>> {
  const where = entryConditions(filter);
  return readPage<EntryView>(db, {
    select: ENTRY_COLUMNS,
    from: "ledger_entries e",
    where,
    keyset: { columns: [{ sql: "e.id", cast: "uuid" }], direction: "asc" },
    page,
  });
}
