/** Where a statement's money went, from the sale to the payout: sums of its entries by kind, as they add up. */
import type { Database } from "../db/database.ts";
import type { EntryKind } from "../model/vocabulary.ts";
import { HAS_MOVED } from "./counted-books.ts";
import { ODD_DIGITS } from "./currency-digits.ts";
import { atRate, hasRate } from "./payout-rate.ts";

/** From what the buyer paid to what reached the bank. */
const WATERFALL: readonly EntryKind[] = [
  "sale",
  "shipping_income",
  "tax_collected",
  "platform_subsidy",
  "seller_discount",
  "refund",
  "commission",
  "payment_fee",
  "shipping_fee",
  "fulfilment_fee",
  "advertising_fee",
  "service_fee",
  "tax_withheld",
  "penalty",
  "compensation",
  "adjustment",
  "other",
  "reserve",
  "financing",
  "transfer",
  "payout",
];

export interface Step {
  kind: string;
  currency: string;
  entries: number;
  amount: string;
  /** What all steps of the currency down to this one sum to. */
  running: string;
}

/** The steps of a statement, a currency after the other. Entries that are only estimated or deferred are in none. */
export async function readWaterfall(db: Database, settlementId: string): Promise<Step[]> {
  return db.query<Step>(
    `select kind, currency, entries, amount::text as amount, (sum(amount) over (partition by currency order by place, kind))::text as running
     from (select e.kind, e.currency, count(*)::int as entries, sum(e.amount) as amount, coalesce(array_position($2::text[], e.kind), 99) as place
       from ledger_entries e where e.settlement_id = $1::uuid and ${HAS_MOVED("e")} group by e.kind, e.currency) k
     order by currency, place, kind`,
    [settlementId, WATERFALL],
  );
}

export interface StatementSum {
  currency: string;
  /** All entries, and those that are no transfer to the bank. */
  whole: string;
  net: string;
  /** `net` at the statement's own rate, in the currency of the payout; null where it states none. */
  converted: string | null;
  /** Entries that are only estimated or deferred, and in none of the sums. */
  left_out: string;
  left_out_entries: number;
}

/** What a statement's entries sum to in each currency, to be set beside what it states. */
export async function sumStatement(db: Database, settlementId: string): Promise<StatementSum[]> {
  return db.query<StatementSum>(
    `select n.currency, n.whole::text as whole, n.net::text as net, n.left_out::text as left_out, n.left_out_entries,
       (case when s.payout_currency <> n.currency and n.currency = s.currency and ${hasRate("s")}
         then ${atRate("n.net", "s", "$2")} end)::text as converted
     from settlements s cross join lateral (
       select e.currency, coalesce(sum(e.amount) filter (where ${HAS_MOVED("e")}), 0) as whole,
         coalesce(sum(e.amount) filter (where ${HAS_MOVED("e")} and e.kind <> 'payout'), 0) as net,
         coalesce(sum(e.amount) filter (where not ${HAS_MOVED("e")}), 0) as left_out,
         (count(*) filter (where not ${HAS_MOVED("e")}))::int as left_out_entries
       from ledger_entries e where e.settlement_id = s.id group by e.currency) n
     where s.id = $1::uuid order by n.currency`,
    [settlementId, ODD_DIGITS],
  );
}
