import type { Database } from "../db/database.ts";

/**
 * Entries that wait to be matched. An entry concerns an order where the platform names one, or something of one, or where
 * its kind only comes with a sale; others (transfers, reserves, subscriptions) belong to the account and wait for nobody.
 */
export const CONCERNS_ORDER = (e: string) =>
  `(coalesce(${e}.order_external_id, ${e}.order_line_external_id, ${e}.shipment_external_id, ${e}.refund_external_id) is not null
    or ${e}.kind in ('sale', 'refund', 'commission', 'payment_fee', 'shipping_income', 'platform_subsidy', 'seller_discount', 'tax_collected'))`;

/** The month that an entry counts in, of a store `s`: that of its posting in the store's zone, or the first that is not closed. */
export const PERIOD = (postedAt: string, s: string) =>
  `greatest(date_trunc('month', ${postedAt} at time zone ${s}.time_zone)::date, coalesce(${s}.books_open_from, '-infinity'::date))`;

/** A person's part of an entry `w`, which still counts. */
const BY_HAND = "m.entry_id = w.id and m.actor is not null and m.undone_at is null";

/** An entry that is matched with one order, or explained, is so with whatever it comes to; parts that no longer sum are taken back. */
const KEEP_WORDS = `
with said as (select w.id, w.amount, count(*) as parts, sum(m.amount) as total
  from ledger_entries w join reconciliation_matches m on ${BY_HAND} where w.id = any($1::uuid[]) group by w.id, w.amount)
update reconciliation_matches m set amount = case when w.parts = 1 then w.amount else m.amount end,
  undone_at = case when w.parts > 1 then $2::timestamptz end, undone_by = case when w.parts > 1 then 'statement' end
from said w where ${BY_HAND} and w.total <> w.amount`;

/** What is no longer an order's waits no more; what was taken back waits for people. */
const OPEN = `
with written as (select e.*, exists (select 1 from reconciliation_matches m where m.entry_id = e.id and m.undone_at is not null) as taken_back
  from ledger_entries e where e.id = any($1::uuid[]) order by e.id),
closed as (delete from open_entries o using written w where o.entry_id = w.id and not w.taken_back and not ${CONCERNS_ORDER("w")})
insert into open_entries as o (entry_id, store_id, due_at)
select w.id, w.store_id, case when not w.taken_back then $2::timestamptz end from written w
where (w.taken_back or ${CONCERNS_ORDER("w")}) and not exists (select 1 from reconciliation_matches m where ${BY_HAND})
on conflict (entry_id) do update set attempts = 0, due_at = case when o.due_at is null then null else excluded.due_at end`;

/** Written entries, which are locked, wait to be matched, anew where they changed; the statements that they are or were of are to be added up. */
export async function openWritten(
  tx: Database,
  { entryIds, settlementIds }: { entryIds: readonly string[]; settlementIds: readonly string[] },
  at: Date,
): Promise<void> {
  if (entryIds.length === 0) return;
  await tx.query(
    "delete from reconciliation_matches where entry_id = any($1::uuid[]) and actor is null and undone_at is null",
    [entryIds],
  );
  await tx.query(KEEP_WORDS, [entryIds, at.toISOString()]);
  await tx.query(OPEN, [entryIds, at.toISOString()]);
  await uncheck(tx, settlementIds);
}

/** Settlements are to be added up; also those that are said to be already: one may be added up at this moment. */
export async function uncheck(tx: Database, settlementIds: readonly string[]): Promise<void> {
  await tx.query(
    `update settlements s set state = 'unchecked', difference = null, difference_currency = null
     from (select id from settlements where id = any($1::uuid[]) order by id for update) c where s.id = c.id`,
    [settlementIds],
  );
}

/**
 * Orders that are new: an entry that names one of them is that one's, whatever else a tolerant pass took it for before.
 */
export async function reopenMistaken(
  tx: Database,
  storeId: string,
  orderExternalIds: readonly string[],
  at: Date,
): Promise<void> {
  const named = await tx.query<{ id: string }>(
    "select id from ledger_entries where store_id = $1::uuid and order_external_id = any($2::text[]) order by id for update",
    [storeId, orderExternalIds],
  );
  if (named.length === 0) return;
  await tx.query(
    `with mistaken as (delete from reconciliation_matches where entry_id = any($1::uuid[]) and actor is null and undone_at is null and pass <> 'order'
       returning entry_id)
     insert into open_entries (entry_id, store_id, due_at) select distinct entry_id, $2::uuid, $3::timestamptz from mistaken on conflict (entry_id) do nothing`,
    [named.map(({ id }) => id), storeId, at.toISOString()],
  );
}
