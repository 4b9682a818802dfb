/** Settlements and their ledger entries. A repeated entry is the same row; one that its document no longer holds goes (replaced-entries.ts). */
import type { Database } from "../db/database.ts";
import {
  type Bookkeeping,
  forgetKept,
  holdBooks,
  keepClosed,
  leaveToOtherBooks,
  SAYS_THE_SAME,
} from "../finance/closed-months.ts";
import { openWritten, PERIOD } from "../finance/open-entries.ts";
import { derivedId } from "../ids.ts";
import type { Campaign, LedgerEntry, Settlement } from "../model/records.ts";
import type { Change, IngestStore, Versioned } from "./types.ts";

export const settlementId = (storeId: string, externalId: string) => derivedId(storeId, "settlements", externalId);

export async function upsertSettlements(
  tx: Database,
  store: IngestStore,
  settlements: readonly Versioned<Settlement>[],
  at: Date,
): Promise<Change[]> {
  if (settlements.length === 0) return [];
  const rows = settlements.map(({ record, document }) => ({
    id: settlementId(store.id, record.externalId),
    external_id: record.externalId,
    period_start: record.periodStart,
    period_end: record.periodEnd,
    currency: record.currency,
    total: record.total?.amount ?? null,
    payout: record.payout?.amount ?? null,
    payout_currency: record.payout?.currency ?? null,
    rate: record.payoutCurrencyRate,
    paid_at: record.paidAt,
    external_status: record.externalStatus,
    warnings: record.warnings,
    source_updated_at: document.raw.sourceUpdatedAt,
    read_seq: document.readSeq,
  }));
  const unique = [...new Map(rows.map((row) => [row.id, row])).values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const written = await tx.query<{ id: string; version: string; created: boolean }>(
    `insert into settlements as t (id, store_id, external_id, period_start, period_end, currency, total, payout, payout_currency, payout_rate,
       paid_at, booked_from, external_status, warnings, source_updated_at, read_seq, synced_at, updated_at)
     select r.id, $2::uuid, r.external_id, r.period_start, r.period_end, r.currency, r.total, r.payout, r.payout_currency, r.rate, r.paid_at, s.books_open_from,
       r.external_status, r.warnings, r.source_updated_at, r.read_seq, $3::timestamptz, $3::timestamptz
     from json_to_recordset($1::text::json) as r(id uuid, external_id text, period_start timestamptz, period_end timestamptz, currency text,
       total numeric, payout numeric, payout_currency text, rate text, paid_at timestamptz, external_status text, warnings jsonb,
       source_updated_at timestamptz, read_seq bigint) cross join stores s where s.id = $2::uuid
     on conflict (id) do update set booked_from = ${BOOKED_FROM}, period_start = excluded.period_start, period_end = excluded.period_end, currency = excluded.currency,
       total = excluded.total, payout = excluded.payout, payout_currency = excluded.payout_currency, payout_rate = excluded.payout_rate,
       paid_at = excluded.paid_at, external_status = excluded.external_status, warnings = excluded.warnings,
       source_updated_at = excluded.source_updated_at, read_seq = excluded.read_seq, synced_at = excluded.synced_at,
       updated_at = excluded.updated_at, state = 'unchecked', difference = null, difference_currency = null, version = t.version + 1
     where excluded.read_seq > t.read_seq returning id, version, (xmax = 0) as created`,
    [JSON.stringify(unique), store.id, at.toISOString()],
  );
  return written.map((row) => ({
    entity: "settlement",
    entityId: row.id,
    version: Number(row.version),
    kind: row.created ? "created" : "updated",
  }));
}

/** A payout that is stated again stays where it was booked. */
const BOOKED_FROM = `case when (t.payout, t.payout_currency, coalesce(t.paid_at, t.period_end)) is not distinct from
    (excluded.payout, excluded.payout_currency, coalesce(excluded.paid_at, excluded.period_end))
  then t.booked_from else excluded.booked_from end`;

export async function insertEntries(
  tx: Database,
  store: IngestStore & Bookkeeping,
  entries: readonly Versioned<LedgerEntry>[],
  at: Date,
): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(({ record, document }) => ({
    id: derivedId(store.id, "ledger_entries", record.externalId),
    external_id: record.externalId,
    settlement_id: record.settlementExternalId === null ? null : settlementId(store.id, record.settlementExternalId),
    settlement_external_id: record.settlementExternalId,
    book: record.book,
    state: record.state,
    kind: record.kind,
    external_kind: record.externalKind,
    amount: record.amount.amount,
    currency: record.amount.currency,
    posted_at: record.postedAt,
    order: record.orderExternalId,
    line: record.orderLineExternalId,
    shipment: record.shipmentExternalId,
    refund: record.refundExternalId,
    code: record.sellerCode,
    description: record.description,
    document_id: document.id,
    read_seq: document.readSeq,
  }));
  const unique = [...new Map(rows.map((row) => [row.id, row])).values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const { openFrom, amended } = await holdBooks(tx, store.id);
  // Locked in a statement of its own: what a pass or a person said of them meanwhile is seen by those that follow.
  const before = await tx.query<{ settlement_id: string | null }>(
    "select settlement_id from ledger_entries where id = any($1::uuid[]) order by id for update",
    [unique.map((row) => row.id)],
  );
  const json = JSON.stringify(unique);
  if (openFrom !== null && before.length > 0) {
    const changed = await tx.query<{ id: string }>(CHANGED, [json, openFrom]);
    await keepClosed(
      tx,
      changed.map(({ id }) => id),
      openFrom,
    );
  }
  const written = await tx.query<{ id: string; settlement_id: string | null }>(
    `insert into ledger_entries as t (id, store_id, external_id, settlement_id, settlement_external_id, book, state, kind, external_kind, amount, currency,
       posted_at, period, order_external_id, order_line_external_id, shipment_external_id, refund_external_id, seller_code, description, document_id, read_seq)
     select r.id, s.id, r.external_id, r.settlement_id, r.settlement_external_id, r.book, r.state, r.kind, r.external_kind, r.amount, r.currency,
       r.posted_at, ${PERIOD("r.posted_at", "s")}, r."order", r.line, r.shipment, r.refund, r.code, r.description, r.document_id, r.read_seq
     from json_to_recordset($1::text::json) as r(id uuid, external_id text, settlement_id uuid, settlement_external_id text, book text, state text, kind text,
       external_kind text, amount numeric, currency text, posted_at timestamptz, "order" text, line text, shipment text, refund text, code text,
       description text, document_id uuid, read_seq bigint) cross join stores s where s.id = $2::uuid
     on conflict (id) do update set settlement_id = coalesce(excluded.settlement_id, t.settlement_id),
       settlement_external_id = coalesce(excluded.settlement_external_id, t.settlement_external_id), book = excluded.book, state = excluded.state,
       kind = excluded.kind, external_kind = excluded.external_kind, amount = excluded.amount, currency = excluded.currency, posted_at = excluded.posted_at,
       period = ${PERIOD_KEPT}, order_external_id = excluded.order_external_id, order_line_external_id = excluded.order_line_external_id,
       shipment_external_id = excluded.shipment_external_id, refund_external_id = excluded.refund_external_id, seller_code = excluded.seller_code,
       description = excluded.description, document_id = ${DOCUMENT_KEPT}, read_seq = excluded.read_seq
     where excluded.read_seq > t.read_seq returning t.id, t.settlement_id`,
    [json, store.id],
  );
  if (amended || openFrom !== null)
    await forgetKept(
      tx,
      written.map((row) => row.id),
      openFrom,
    );
  await leaveToOtherBooks(
    tx,
    store,
    written.map((row) => row.id),
    openFrom,
  );
  const settlementIds = [...before, ...written].flatMap((row) => row.settlement_id ?? []);
  const entryIds = written.map((row) => row.id);
  await openWritten(tx, { entryIds, settlementIds: [...new Set(settlementIds)] }, at);
}

/** What tells an entry without its statement does not take it out of the document that the statement came in. */
const DOCUMENT_KEPT =
  "case when excluded.settlement_id is null and t.settlement_id is not null then t.document_id else excluded.document_id end";

/** An entry that says the same money again stays in its month, closed or not; one that changed counts in an open one. */
const PERIOD_KEPT = `case when ${SAYS_THE_SAME("t", "excluded")} then t.period else excluded.period end`;

/** Entries of a closed month that say something else now. */
const CHANGED = `
select t.id from ledger_entries t
join json_to_recordset($1::text::json) as r(id uuid, book text, state text, kind text, amount numeric, currency text, posted_at timestamptz, read_seq bigint)
  on r.id = t.id
where t.period < $2::date and r.read_seq > t.read_seq and not ${SAYS_THE_SAME("t", "r")}`;

/** Announced campaigns; what follows for stock is worked off when rules are (`next_at`). */
export async function upsertCampaigns(
  tx: Database,
  store: IngestStore,
  campaigns: readonly Versioned<Campaign>[],
  at: Date,
): Promise<void> {
  if (campaigns.length === 0) return;
  const rows = campaigns.map(({ record, document }) => ({
    id: derivedId(store.id, "campaigns", record.externalId),
    external_id: record.externalId,
    title: record.title,
    place: record.place,
    starts_at: record.startsAt,
    ends_at: record.endsAt,
    external_status: record.externalStatus,
    items: record.items,
    read_seq: document.readSeq,
  }));
  const unique = [...new Map(rows.map((row) => [row.id, row])).values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  await tx.query(
    `insert into campaigns as t (id, store_id, external_id, title, place, starts_at, ends_at, external_status, items, read_seq, updated_at, next_at)
     select r.id, $2::uuid, r.external_id, r.title, r.place, r.starts_at, r.ends_at, r.external_status, r.items, r.read_seq, $3::timestamptz, $3::timestamptz
     from json_to_recordset($1::text::json) as r(id uuid, external_id text, title text, place text, starts_at timestamptz,
       ends_at timestamptz, external_status text, items jsonb, read_seq bigint)
     on conflict (id) do update set title = excluded.title, place = excluded.place, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
       external_status = excluded.external_status, items = excluded.items, read_seq = excluded.read_seq, updated_at = excluded.updated_at, next_at = excluded.next_at
     where excluded.read_seq > t.read_seq`,
    [JSON.stringify(unique), store.id, at.toISOString()],
  );
}
