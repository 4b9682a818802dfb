/**
 * A store's month as a double-entry journal for hledger: one transaction for each entry that counts, from the platform's
 * account for its statement. Where the platform states a sum or a payout, a balance assertion says so. The same entries give
 * the same bytes.
 */
import type { Database } from "../db/database.ts";
import { conditions, type PageRequest, type RowPage, readPage } from "../db/page.ts";
import { InputError } from "../errors.ts";
import type { Money } from "../model/records.ts";
import type { EntryKind } from "../model/vocabulary.ts";
import { add, isZero, money, neg, padMoney } from "../money.ts";
import { findCountedBooks, isCounted, type TrustedBook } from "./counted-books.ts";
import { accountAgainst, BANK, journalName, journalText, OPENING } from "./journal-names.ts";
import { type Closing, closingsOf, ENTRY_DAY, readStatements, type Statement, takenBy } from "./journal-statements.ts";

export interface JournalRequest {
  storeId: string;
  /** First day of the month. */
  month: string;
  /** What the platform's accounts held before; left out where the journal of the month before stands beside. */
  opening: boolean;
}

interface Entry {
  external_id: string;
  settlement: string | null;
  kind: EntryKind;
  external_kind: string;
  state: string;
  amount: string;
  currency: string;
  day: string;
  posted_on: string;
  order_external_id: string | null;
}

interface Head {
  name: string;
  platform: string;
  time_zone: string;
  next_month: string;
  currencies: string[];
}

const PART = 1_000;
/** The statement of entries that have none. */
const NO_STATEMENT = "no statement";

/** The journal, in pieces. Throws `InputError` where there is no such store. */
export async function* writeJournal(
  db: Database,
  trusted: readonly TrustedBook[],
  request: JournalRequest,
): AsyncGenerator<string> {
  const counted = await findCountedBooks(db, trusted, [request.storeId]);
  const head = await readHead(db, counted, request);
  const account = (statement: string | null) =>
    `assets:platform:${head.platform}:${journalName(head.name)}:${journalName(statement ?? NO_STATEMENT)}`;
  const statements = await readStatements(db, counted, { storeId: request.storeId, before: head.next_month });
  const closings = statements.flatMap(closingsOf).sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
  const isNow = ({ day }: { day: string }) => day >= request.month && day < head.next_month;
  yield writeHead(head, request, statements.filter(isNow));
  if (request.opening) {
    const before = closings.filter(({ day }) => day < request.month);
    yield writeOpening(request.month, account, await readBalances(db, counted, request), before);
  }
  for (let after: readonly string[] | null = null, more = true; more; ) {
    const { rows, next }: RowPage<Entry> = await readEntries(db, counted, request, { limit: PART, after });
    yield rows.map((entry) => writeEntry(account(entry.settlement), entry)).join("");
    after = next;
    more = next !== null;
  }
  yield closings
    .filter(isNow)
    .map((closing) => writeClosing(account(closing.externalId), closing))
    .join("");
}

async function readHead(db: Database, counted: string, { storeId, month }: JournalRequest): Promise<Head> {
  const [head] = await db.query<Head>(
    `select s.name, s.platform, s.time_zone, ($2::date + interval '1 month')::date::text as next_month,
       coalesce((select json_agg(c.currency order by c.currency) from (
         select distinct e.currency from ledger_entries e where e.store_id = s.id and ${isCounted("e", "$3")}
         union select t.payout_currency from settlements t where t.store_id = s.id and t.payout_currency is not null) c), '[]'::json) as currencies
     from stores s where s.id = $1::uuid`,
    [storeId, month, counted],
  );
  if (!head) throw new InputError("not_found", "There is no such store.", { status: 404 });
  return head;
}

/** What a closed month keeps of an entry is called as that was. */
const ENTRY_NAME =
  "case e.amendment when 'kept' then left(e.external_id, -length(' (2026-01)')) else e.external_id end";

function readEntries(
  db: Database,
  counted: string,
  { storeId, month }: JournalRequest,
  page: PageRequest,
): Promise<RowPage<Entry>> {
  const where = conditions();
  where.equal("e.store_id", storeId, "uuid");
  where.equal("e.period", month, "date");
  where.add(isCounted("e", where.bind(counted)));
  return readPage<Entry>(db, {
    select: `${ENTRY_NAME} as external_id, e.settlement_external_id as settlement, e.kind, e.external_kind, e.state, e.amount::text as amount, e.currency,
      ${ENTRY_DAY}::text as day, ((e.posted_at at time zone s.time_zone)::date)::text as posted_on, e.order_external_id`,
    from: "ledger_entries e join stores s on s.id = e.store_id",
    where,
    keyset: {
      columns: [
        { sql: "e.posted_at", cast: "timestamptz" },
        { sql: 'e.external_id collate "C"', cast: "text" },
      ],
      direction: "asc",
    },
    page,
  });
}

interface Balance {
  settlement: string | null;
  currency: string;
  amount: string;
}

const readBalances = (db: Database, counted: string, { storeId, month }: JournalRequest) =>
  db.query<Balance>(
    `select e.settlement_external_id as settlement, e.currency, sum(e.amount)::text as amount from ledger_entries e
     where e.store_id = $1::uuid and e.period < $2::date and ${isCounted("e", "$3")}
     group by e.settlement_external_id, e.currency
     order by e.settlement_external_id collate "C" nulls first, e.currency collate "C"`,
    [storeId, month, counted],
  );

function writeHead(head: Head, { month, opening }: JournalRequest, statements: readonly Statement[]): string {
  const odd = statements.filter(({ state, counted }) => state === "unbalanced" || state === "unchecked" || !counted);
  const lines = [
    `; ${journalText(head.name)} (${head.platform}), ${month.slice(0, 7)}; days are those of ${head.time_zone}`,
    "; Transactions are the platform's entries as it sent them; nothing is added to make a sum come out.",
    opening ? "" : "; Without opening balances: it follows the journal of the month before.",
    ...odd.map(whyNotAsserted),
    "decimal-mark .",
    ...head.currencies.map((currency) => `commodity ${commodityStyle(currency)} ${currency}`),
  ];
  return `${lines.filter(Boolean).join("\n")}\n`;
}

function whyNotAsserted({ external_id, state, counted, difference, difference_currency }: Statement): string {
  const why =
    state === "unbalanced" && difference !== null && difference_currency !== null
      ? `does not add up: its entries lack ${written(money(difference, difference_currency))}`
      : state === "unchecked"
        ? "is not added up yet"
        : counted
          ? "does not add up"
          : "has entries of a book that does not count";
  return `; Nothing is asserted of the statement ${journalText(external_id)}: it ${why}.`;
}

/** hledger wants a decimal mark, also where there are no digits after it. */
function commodityStyle(currency: string): string {
  const { amount } = padMoney(money("1000", currency));
  return amount.includes(".") ? amount : `${amount}.`;
}

const written = (amount: Money) => {
  const padded = padMoney(amount);
  return `${padded.amount} ${padded.currency}`;
};

const posting = (account: string, amount: string) => `    ${account}  ${amount}\n`;

function writeEntry(account: string, entry: Entry): string {
  const amount = money(entry.amount, entry.currency);
  const order = entry.order_external_id === null ? "" : ` | ${journalText(entry.order_external_id)}`;
  const posted = entry.posted_on === entry.day ? "" : `, posted: ${entry.posted_on}`;
  const mark = entry.state === "paid" ? "*" : "!";
  return (
    `\n${entry.day} ${mark} ${journalText(entry.external_kind)}${order}  ; entry: ${journalName(entry.external_id)}${posted}\n` +
    posting(account, written(amount)) +
    posting(accountAgainst(entry.kind), written(neg(amount)))
  );
}

function writeClosing(account: string, { day, externalId, moves, holds }: Closing): string {
  const statement = journalText(externalId);
  const asserted = holds === null ? "" : ` = ${written(holds)}`;
  if (moves === null)
    return holds === null
      ? ""
      : `\n${day} * balance of the statement | ${statement}\n${posting(account, `${written(money("0", holds.currency))}${asserted}`)}`;
  const { from, to, rest, changed } = moves;
  const cost = from.currency === to.currency ? "" : ` @@ ${written(changed).replace("-", "")}`;
  return (
    `\n${day} * payout | ${statement}\n` +
    posting(account, `${written(neg(from))}${cost}${asserted}`) +
    (rest ? posting(account, written(neg(rest))) : "") +
    posting(BANK, written(to))
  );
}

function writeOpening(
  month: string,
  account: (statement: string | null) => string,
  balances: readonly Balance[],
  before: readonly Closing[],
): string {
  const taken = before.flatMap((closing) => {
    return takenBy(closing).map((amount) => ({ statement: closing.externalId, amount }));
  });
  const lines = balances.flatMap(({ settlement, currency, amount }) => {
    const held = taken
      .filter((one) => one.statement === settlement && one.amount.currency === currency)
      .reduce((sum, one) => add(sum, one.amount), money(amount, currency));
    return isZero(held) ? [] : [posting(account(settlement), written(held)) + posting(OPENING, written(neg(held)))];
  });
  return lines.length === 0 ? "" : `\n${month} * opening balances\n${lines.join("")}`;
}
