/** Reading statements and their entries. */
import type { Database } from "./database.ts";
import { conditions, type PageRequest, type RowPage, readPage } from "./page.ts";

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
      external_status, state, difference, warnings, version, synced_at, updated_at, gone_at`,
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
}

export interface EntryFilter {
  stores: readonly string[] | null;
  store?: string | undefined;
  settlement?: string | undefined;
  kind?: string | undefined;
  orderExternalId?: string | undefined;
  postedFrom?: Date | undefined;
  postedUntil?: Date | undefined;
}

/** Entries of one statement or of all, in an order that never changes. */
export async function listEntries(db: Database, filter: EntryFilter, page: PageRequest): Promise<RowPage<EntryView>> {
  const where = conditions();
  where.visible("store_id", filter.stores);
  where.equal("store_id", filter.store, "uuid");
  where.equal("settlement_id", filter.settlement, "uuid");
  where.equal("kind", filter.kind);
  where.equal("order_external_id", filter.orderExternalId);
  if (filter.postedFrom) where.add(`posted_at >= ${where.bind(filter.postedFrom.toISOString())}::timestamptz`);
  if (filter.postedUntil) where.add(`posted_at < ${where.bind(filter.postedUntil.toISOString())}::timestamptz`);
  return readPage<EntryView>(db, {
    select: `id, store_id, external_id, settlement_external_id, book, state, kind, external_kind, amount, currency, posted_at,
      order_external_id, order_line_external_id, shipment_external_id, refund_external_id, seller_code, description`,
    from: "ledger_entries",
    where,
    keyset: { columns: [{ sql: "id", cast: "uuid" }], direction: "asc" },
    page,
  });
}
