/**
 * What a closed month holds stays as it is. Of an entry that a later statement changes or no longer has, the month keeps what
 * it was, an entry in the first open month takes that back, and the entry itself counts there with what it is now. The two are
 * of no statement, so that it adds up by what it says today, and sum to nothing, so that orders and stores have it once.
 */
import type { Database } from "../db/database.ts";
import { HAS_MOVED } from "./counted-books.ts";

export interface Books {
  /** The first open month, its first day; null where none was ever closed. */
  openFrom: string | null;
  /** Whether anything was kept for a closed month. */
  amended: boolean;
}

/** The state of a store's books, which nobody closes or opens until the transaction ends. */
export async function holdBooks(tx: Database, storeId: string): Promise<Books> {
  const [row] = await tx.query<{ open_from: string | null; amended: boolean }>(
    `select books_open_from::text as open_from, exists (
       select 1 from ledger_entries a where a.store_id = s.id and a.amends is not null) as amended
     from stores s where s.id = $1::uuid for key share`,
    [storeId],
  );
  return { openFrom: row?.open_from ?? null, amended: row?.amended ?? false };
}

/** A store whose platform tells the same money in several books: groups in order of trust. */
export interface Bookkeeping {
  books?: readonly (readonly string[])[];
}

/** The period of an entry that counts in no month. */
export const NO_MONTH = "'infinity'::date";

/**
 * Late entries whose month was closed with another group of books: that group told the same money, and the month keeps what it
 * held. They count in no month until theirs is opened again. What a group already told of its month is left as it is.
 */
const LEAVE = `
with ranks as materialized (select * from json_to_recordset($3::text::json) as r(book text, rank int)),
late as (
  select e.id, e.store_id, k.rank, date_trunc('month', e.posted_at at time zone s.time_zone)::date as month
  from ledger_entries e join stores s on s.id = e.store_id join ranks k on k.book = e.book
  where e.id = any($1::uuid[]) and e.period >= $2::date and e.period < ${NO_MONTH} and ${HAS_MOVED("e")}
    and (e.posted_at at time zone s.time_zone)::date < $2::date and not exists (select 1 from ledger_entries a where a.amends = e.id)),
held as (
  select m.store_id, m.month, (select min(k.rank) from ranks k where exists (
      select 1 from ledger_entries e where e.store_id = m.store_id and e.period = m.month and e.book = k.book and ${HAS_MOVED("e")})) as rank
  from (select distinct store_id, month from late) m)
update ledger_entries e set period = ${NO_MONTH}
from late l join held h on h.store_id = l.store_id and h.month = l.month and h.rank <> l.rank where e.id = l.id`;

/** Takes out of the months what a closed one was told by other books. */
export async function leaveToOtherBooks(
  tx: Database,
  { books = [] }: Bookkeeping,
  entryIds: readonly string[],
  openFrom: string | null,
): Promise<void> {
  if (openFrom === null || books.length < 2 || entryIds.length === 0) return;
  const ranks = books.flatMap((group, rank) => group.map((book) => ({ book, rank })));
  await tx.query(LEAVE, [entryIds, openFrom, JSON.stringify(ranks)]);
}

/** What counts in no month is its own month's again where that is open: then the most trusted books of the month count. */
export async function takeBackLeft(tx: Database, storeId: string, openFrom: string | null): Promise<void> {
  await tx.query(
    `update ledger_entries e set period = date_trunc('month', e.posted_at at time zone s.time_zone)::date from stores s
     where s.id = $1::uuid and e.store_id = s.id and e.period = ${NO_MONTH} and ${HAS_MOVED("e")}
       and (e.posted_at at time zone s.time_zone)::date >= coalesce($2::date, '-infinity'::date)`,
    [storeId, openFrom],
  );
}

/** Whether two rows say the same money. */
export const SAYS_THE_SAME = (a: string, b: string) =>
  `(${a}.amount, ${a}.currency, ${a}.posted_at, ${a}.kind, ${a}.book, ${HAS_MOVED(a)})
    = (${b}.amount, ${b}.currency, ${b}.posted_at, ${b}.kind, ${b}.book, ${HAS_MOVED(b)})`;

/** Id (a UUID of version 8) of what is kept of an entry in a month, or of what takes that back. */
const AMENDMENT_ID = (entry: string, period: string, amendment: string) =>
  `overlay(overlay(md5(${entry}::text || ' ' || ${period}::text || ' ' || ${amendment}) placing '8' from 13) placing '8' from 17)::uuid`;

const KEEP = `
with told as (
  insert into ledger_entries (id, store_id, external_id, settlement_external_id, book, state, kind, external_kind, amount, currency, posted_at, period,
    order_external_id, order_line_external_id, shipment_external_id, refund_external_id, seller_code, description, document_id, read_seq, amends, amendment)
  select ${AMENDMENT_ID("e.id", "e.period", "side.amendment")}, e.store_id,
    e.external_id || to_char(e.period, ' (YYYY-MM') || case side.sign when 1 then ')' else ', taken back)' end,
    e.settlement_external_id, e.book, e.state, e.kind, e.external_kind, e.amount * side.sign, e.currency, e.posted_at,
    case side.sign when 1 then e.period else $2::date end, e.order_external_id, e.order_line_external_id, e.shipment_external_id,
    e.refund_external_id, e.seller_code, e.description, e.document_id, e.read_seq, e.id, side.amendment
  from ledger_entries e cross join (values ('kept', 1), ('taken_back', -1)) as side (amendment, sign)
  where e.id = any($1::uuid[]) and e.period < $2::date and ${HAS_MOVED("e")}
  returning id, amends, amendment)
insert into reconciliation_matches (id, entry_id, order_id, amount, pass, reason, actor, at)
select gen_random_uuid(), t.id, m.order_id, case t.amendment when 'kept' then m.amount else -m.amount end, m.pass, m.reason, m.actor, m.at
from told t join reconciliation_matches m on m.entry_id = t.amends and m.undone_at is null`;

/** Keeps for their closed months what these entries are, before they change or go. They are locked. */
export async function keepClosed(tx: Database, entryIds: readonly string[], openFrom: string): Promise<void> {
  if (entryIds.length > 0) await tx.query(KEEP, [entryIds, openFrom]);
}

/** An entry that is again what its month keeps is back in it, while nobody has closed what took it back; so is one of a month that was opened again. */
const FORGET = `
with pairs as (
  select a.id as kept, b.id as taken_back, a.amends, a.period, e.period <= a.period as is_open_again,
    e.period > a.period and b.period >= coalesce($2::date, '-infinity'::date) and ${SAYS_THE_SAME("e", "a")}
      and a.period = max(a.period) over (partition by a.amends) as is_again
  from ledger_entries a join ledger_entries e on e.id = a.amends
  join ledger_entries b on b.id = ${AMENDMENT_ID("a.amends", "a.period", "'taken_back'")}
  where a.amends = any($1::uuid[]) and a.amendment = 'kept'),
over as (select * from pairs where is_open_again or is_again),
gone as (delete from ledger_entries where id in (select kept from over union all select taken_back from over) returning id),
matched as (delete from reconciliation_matches where entry_id in (select id from gone))
update ledger_entries e set period = over.period from over where e.id = over.amends and over.is_again`;

/** Forgets what was kept of entries that were written, where nothing differs any more. */
export async function forgetKept(tx: Database, entryIds: readonly string[], openFrom: string | null): Promise<void> {
  if (entryIds.length > 0) await tx.query(FORGET, [entryIds, openFrom]);
}
