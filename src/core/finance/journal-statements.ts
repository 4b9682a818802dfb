/** What a journal asserts of statements: that the account is where the platform says it is, and what it transferred. */
import type { Database } from "../db/database.ts";
import type { Money } from "../model/records.ts";
import { add, money, neg } from "../money.ts";
import { HAS_MOVED, isCounted } from "./counted-books.ts";
import { hasRate } from "./payout-rate.ts";

/** Of a store `s` and an entry `e`: the day that it stands on. What counts in a later month stands on that month's first day. */
export const ENTRY_DAY = "greatest((e.posted_at at time zone s.time_zone)::date, e.period)";

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
  /** The day of its payment or end, or of its last entry where that is later. */
  day: string;
  /** Whether all of its entries count. */
  counted: boolean;
  /** Entries of its currency that are no transfer, and whether one of any currency is. */
  net: string;
  transfers: boolean;
  /** Transfers of the payout's currency. */
  transferred: string;
}

/** Statements of a store that end before a day, in the order of their days. */
export async function readStatements(
  db: Database,
  counted: string,
  { storeId, before }: { storeId: string; before: string },
): Promise<Statement[]> {
  return db.query<Statement>(
    `select x.* from (
       select t.external_id, t.currency, t.state, t.difference::text as difference, t.difference_currency, t.total::text as total,
         t.payout::text as payout, t.payout_currency, ${hasRate("t")} as has_rate,
         greatest((coalesce(t.paid_at, t.period_end) at time zone s.time_zone)::date, n.last_day)::text as day,
         n.counted, n.net::text as net, n.transfers, n.transferred::text as transferred
       from settlements t join stores s on s.id = t.store_id cross join lateral (
         select max(${ENTRY_DAY}) as last_day, bool_and(${isCounted("e", "$2")}) as counted,
           coalesce(sum(e.amount) filter (where e.currency = t.currency and e.kind <> 'payout'), 0) as net,
           coalesce(bool_or(e.kind = 'payout'), false) as transfers,
           coalesce(sum(e.amount) filter (where e.currency = t.payout_currency and e.kind = 'payout'), 0) as transferred
         from ledger_entries e where e.settlement_id = t.id and ${HAS_MOVED("e")}) n
       where t.store_id = $1::uuid and t.gone_at is null and n.last_day is not null) x
     where x.day::date < $3::date order by x.day, x.external_id collate "C"`,
    [storeId, counted, before],
  );
}

/** What is booked when a statement ends; `moves` is what leaves the platform's account, null where entries told it already. */
export interface Closing {
  day: string;
  externalId: string;
  moves: { from: Money; to: Money } | null;
  /** What the account then holds. */
  holds: Money;
}

/** The end of a statement, by what the platform states of it alone; null where it states nothing, or it does not add up. */
export function closingOf(statement: Statement): Closing | null {
  const { external_id: externalId, day, currency, state, total, payout, payout_currency: paidIn } = statement;
  if (!statement.counted || (state !== "balanced" && state !== "unverified_payout")) return null;
  const of = { day, externalId };
  if (state === "balanced" && payout !== null && paidIn !== null) {
    const paid = money(payout, paidIn);
    if (!statement.transfers) {
      // In another currency: the statement's own rate, or its entries in that currency.
      const from = paidIn !== currency && statement.has_rate ? money(statement.net, currency) : paid;
      return { ...of, moves: { from, to: paid }, holds: money("0", from.currency) };
    }
    if (paidIn === currency) return { ...of, moves: null, holds: add(paid, money(statement.transferred, paidIn)) };
  }
  return total === null ? null : { ...of, moves: null, holds: money(total, currency) };
}

/** What a closing takes from the account. */
export const takenBy = ({ moves }: Closing): Money | null => moves && neg(moves.from);
