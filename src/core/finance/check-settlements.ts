/**
 * Whether a statement adds up (S60). The entries are compared with the sum that the platform states, then with what it
 * transferred. Where it names no transfer nothing can be balanced: the bank's amount is entered by hand and stands beside.
 */
import { raiseAlert, settleAlert } from "../db/alerts.ts";
import { appendChanges } from "../db/changes.ts";
import type { Database } from "../db/database.ts";
import { HAS_MOVED } from "./counted-books.ts";
import { ODD_DIGITS } from "./currency-digits.ts";
import { atRate, hasRate } from "./payout-rate.ts";

/** Settlements checked in one transaction. */
const BATCH = 200;
/** A share of entries whose kind the adapter does not know, above which somebody should look. */
const OTHER_SHARE = 0.01;

/** Of a settlement `s`: it waits to be checked, and its store's statements are read to their end. */
export const SETTLEMENT_IS_DUE = `s.state = 'unchecked' and s.gone_at is null and not exists (
  select 1 from checkpoints c where c.store_id = s.store_id and c.resource = 'settlements'
    and (c.cursor is not null or c.lease_until > clock_timestamp()))`;

/** In a statement of its own: what was written of them until they were locked is in the sums. */
const LOCK = `select s.id from settlements s where ${SETTLEMENT_IS_DUE} order by s.id limit ${BATCH} for update of s skip locked`;

/**
 * `difference` is what the entries lack: of the sum that the platform states, else of what it transferred, in that one's
 * currency. A transfer to the bank is no part of the money that it transfers.
 */
const CHECK = `
with due as (select s.* from settlements s where s.id = any($1::uuid[])),
sums as (
  select d.id, coalesce(sum(e.amount) filter (where e.currency = d.currency), 0) as whole,
    coalesce(sum(e.amount) filter (where e.currency = d.currency and e.kind <> 'payout'), 0) as net,
    coalesce(sum(e.amount) filter (where e.currency = d.payout_currency and e.kind <> 'payout'), 0) as net_paid,
    count(e.id) filter (where e.amount <> 0 and e.currency not in (d.currency, coalesce(d.payout_currency, d.currency))) as foreigners,
    count(e.id) as rows, count(e.id) filter (where e.kind = 'other') as others
  from due d left join ledger_entries e on e.settlement_id = d.id and ${HAS_MOVED("e")} group by d.id),
told as (
  select d.id, s.rows, s.others, case when d.total <> s.whole then d.currency else coalesce(d.payout_currency, d.currency) end as currency, case
    when d.total is not null and d.total <> s.whole then d.total - s.whole
    when d.payout is null or s.foreigners > 0 then null
    when d.payout_currency = d.currency then d.payout - s.net
    when ${hasRate("d")} then d.payout - ${atRate("s.net", "d", "$3")} - s.net_paid
    when s.net_paid <> 0 then d.payout - s.net_paid end as difference
  from due d join sums s on s.id = d.id)
update settlements t set difference = nullif(told.difference, 0),
  difference_currency = case when told.difference <> 0 then told.currency end, version = t.version + 1, updated_at = $2::timestamptz,
  state = case when told.difference is null then 'unverified_payout' when told.difference = 0 then 'balanced' else 'unbalanced' end
from told where t.id = told.id
returning t.id, t.store_id, t.external_id, t.version, t.state, trim_scale(t.difference)::text as difference, told.currency,
  (select name from stores where id = t.store_id) as store_name, told.rows, told.others`;

interface Checked {
  id: string;
  store_id: string;
  external_id: string;
  version: string;
  state: "balanced" | "unbalanced" | "unverified_payout";
  difference: string | null;
  currency: string;
  store_name: string;
  rows: string;
  others: string;
}

/** Checks what came or changed since the last time; statements that are still being read wait. Answers how many were checked. */
export async function checkSettlements(db: Database, at: Date): Promise<number> {
  let total = 0;
  for (;;) {
    const checked = await db.transaction(async (tx) => {
      const due = await tx.query<{ id: string }>(LOCK);
      if (due.length === 0) return 0;
      const rows = await tx.query<Checked>(CHECK, [due.map(({ id }) => id), at.toISOString(), ODD_DIGITS]);
      for (const row of rows) {
        const change = {
          entity: "settlement",
          entityId: row.id,
          version: Number(row.version),
          kind: "updated",
        } as const;
        await appendChanges(tx, row.store_id, [change]);
        await tell(tx, row, at);
      }
      return rows.length;
    });
    total += checked;
    if (checked < BATCH) return total;
  }
}

async function tell(tx: Database, row: Checked, at: Date): Promise<void> {
  const of = { subject: "settlement", subjectId: row.id };
  const named = `Statement ${row.external_id} of "${row.store_name}"`;
  if (row.state === "unbalanced")
    await raiseAlert(
      tx,
      {
        code: "settlement_unbalanced",
        ...of,
        severity: "warning",
        storeId: row.store_id,
        message: `${named} does not add up: ${row.difference} ${row.currency} are not in its entries.`,
        remedy:
          "Nothing is adjusted. Read the statement again; if the difference stays, ask the platform for the missing rows.",
      },
      at,
    );
  else await settleAlert(tx, { code: "settlement_unbalanced", ...of }, at);
  const isStrange = Number(row.others) > Number(row.rows) * OTHER_SHARE;
  if (isStrange)
    await raiseAlert(
      tx,
      {
        code: "entry_kinds_unknown",
        ...of,
        severity: "warning",
        storeId: row.store_id,
        message: `${named}: ${row.others} of ${row.rows} entries are of a kind that is not known.`,
        remedy: "They count, as `other`. Their kinds stand in external_kind: report them, so that they get a place.",
      },
      at,
    );
  else await settleAlert(tx, { code: "entry_kinds_unknown", ...of }, at);
}
