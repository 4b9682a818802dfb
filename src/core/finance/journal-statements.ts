/** What a journal asserts of statements: that the account is where the platform says it is, and what it transferred. */
import type { Database } from "../db/database.ts";
import type { Money } from "../model/records.ts";
import { add, isZero, money, neg, sub } from "../money.ts";
import { HAS_MOVED, isCounted } from "./counted-books.ts";
import { hasRate } from "./payout-rate.ts";

/** Of a store `s` and an entry `e`: the day that it stands on. What counts in a later month stands on that month's first day. */
export const ENTRY_DAY = "greatest((e.posted_at at time zone s.time_zone)::date, nullif(e.period, 'infinity'))";

export interface Statement {
  external_id: string;
  currency: string;
  state: string;
  difference: string | null;
  difference_currency: string | null;
  total: string | null;
  payout: string | null;
  payout_currency: string | null;
  has_rate: boolean;
  /** The day of its payment or end, or the first of the month that was open when that came to be known. */
  paid_on: string;
  /** The same, or the day of its last entry where that is later: all that it says is told by then. */
  day: string;
  /** Whether all of its entries count. */
  counted: boolean;
  /** Entries of its currency that are no transfer, and whether one of any currency is. */
  net: string;
  /** The same of the payout's currency. */
  net_paid: string;
  transfers: boolean;
  /** Transfers of the payout's currency. */
  transferred: string;
}

/** Statements of a store that are paid or end before a day, in the order of their ends. */
export async function readStatements(
  db: Database,
  counted: string,
  { storeId, before }: { storeId: string; before: string },
): Promise<Statement[]> {
  return db.query<Statement>(
    `select x.* from (
       select t.external_id, t.currency, t.state, t.difference::text as difference, t.difference_currency, t.total::text as total,
         t.payout::text as payout, t.payout_currency, ${hasRate("t")} as has_rate,
         p.paid_on::text as paid_on, greatest(p.paid_on, n.last_day, k.last_day)::text as day,
         n.counted, n.net::text as net, n.net_paid::text as net_paid, n.transfers, n.transferred::text as transferred
       from settlements t join stores s on s.id = t.store_id cross join lateral (
         select max(${ENTRY_DAY}) as last_day, bool_and(${isCounted("e", "$2")}) as counted,
           coalesce(sum(e.amount) filter (where e.currency = t.currency and e.kind <> 'payout'), 0) as net,
           coalesce(sum(e.amount) filter (where e.currency = t.payout_currency and e.kind <> 'payout'), 0) as net_paid,
           coalesce(bool_or(e.kind = 'payout'), false) as transfers,
           coalesce(sum(e.amount) filter (where e.currency = t.payout_currency and e.kind = 'payout'), 0) as transferred
         from ledger_entries e where e.settlement_id = t.id and ${HAS_MOVED("e")}) n
       cross join lateral (select greatest((coalesce(t.paid_at, t.period_end) at time zone s.time_zone)::date, t.booked_from) as paid_on) p
       cross join lateral (
         select max(${ENTRY_DAY}) as last_day from ledger_entries e
         where e.store_id = t.store_id and e.settlement_external_id = t.external_id and e.amends is not null) k
       where t.store_id = $1::uuid and t.gone_at is null and n.last_day is not null) x
     where least(x.day, x.paid_on)::date < $3::date order by x.day, x.external_id collate "C"`,
    [storeId, counted, before],
  );
}

/** What is booked when a statement ends; `moves` is what leaves the platform's account, null where entries told it already. */
export interface Closing {
  day: string;
  externalId: string;
  moves: Move | null;
  /** What the account then holds; null where entries of a later day are still to come. */
  holds: Money | null;
}

/** `to` reaches the bank: for `from` where that is of another currency, and of what the account holds in the bank's. */
interface Move {
  from: Money;
  to: Money;
  /** In another currency: what of `to` the account holds in it, and what `from` was changed into. */
  rest: Money | null;
  changed: Money;
}

/** The end of a statement, by what the platform states of it alone; nothing where it states nothing, or it does not add up. */
export function closingsOf(statement: Statement): Closing[] {
  const { external_id: externalId, day, paid_on, currency, state, total, payout, payout_currency: paidIn } = statement;
  if (!statement.counted || (state !== "balanced" && state !== "unverified_payout")) return [];
  const of = { day, externalId };
  if (state === "balanced" && payout !== null && paidIn !== null) {
    const paid = money(payout, paidIn);
    if (!statement.transfers) {
      const moves = moveOf(statement, paid);
      const holds = money("0", moves.from.currency);
      // A month that is closed keeps the payment that was made in it, also where its statement changes later.
      return paid_on === day
        ? [{ ...of, moves, holds }]
        : [
            { ...of, day: paid_on, moves, holds: null },
            { ...of, moves: null, holds },
          ];
    }
    if (paidIn === currency) return [{ ...of, moves: null, holds: add(paid, money(statement.transferred, paidIn)) }];
  }
  return total === null ? [] : [{ ...of, moves: null, holds: money(total, currency) }];
}

/** In another currency: the statement's own rate, or its entries in that currency. */
function moveOf({ currency, has_rate, net, net_paid }: Statement, paid: Money): Move {
  if (paid.currency === currency || !has_rate || isZero(money(net, currency)))
    return { from: paid, to: paid, rest: null, changed: paid };
  const rest = money(net_paid, paid.currency);
  return { from: money(net, currency), to: paid, rest: isZero(rest) ? null : rest, changed: sub(paid, rest) };
}

/** What a closing takes from the account. */
export const takenBy = ({ moves }: Closing): Money[] =>
  moves ? [neg(moves.from), ...(moves.rest ? [neg(moves.rest)] : [])] : [];
