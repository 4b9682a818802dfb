/**
 * What finance has to work off, each with its evidence: orders that wait too long or were short-paid, entries that nobody can
 * explain, entries that stand twice, statements that do not add up. Found when it is asked for; nothing is stored.
 */
import type { Database } from "../db/database.ts";
import { type Conditions, conditions, type PageRequest, type RowPage, readPage } from "../db/page.ts";
import { findCountedBooks, HAS_MOVED, IS_EARNED, isCounted, type TrustedBook } from "./counted-books.ts";
import { findUsual, orderMoney, type Usual } from "./expected.ts";

export const PROBLEM_KINDS = ["unbalanced", "duplicate", "short_paid", "unsettled", "unexplained"] as const;
export type ProblemKind = (typeof PROBLEM_KINDS)[number];

export interface Problem {
  kind: ProblemKind;
  /** Of the settlement, entry or order. */
  id: string;
  store_id: string;
  external_id: string;
  /** What is at stake: of an unsettled order what is expected, else its total. */
  amount: string;
  currency: string;
  since: string;
  evidence: Record<string, unknown>;
}

export interface ProblemFilter {
  stores: readonly string[] | null;
  store?: string | undefined;
  kind?: ProblemKind | undefined;
}

interface Search {
  where: Conditions;
  usual: Usual;
  at: Date;
  filter: ProblemFilter;
}

/** A page of problems, kind by kind. The position is the kind and the id after which to go on. */
export async function listProblems(
  db: Database,
  trusted: readonly TrustedBook[],
  { filter, at, page }: { filter: ProblemFilter; at: Date; page: PageRequest },
): Promise<RowPage<Problem>> {
  const kinds: readonly ProblemKind[] = filter.kind ? [filter.kind] : PROBLEM_KINDS;
  const search = new Map<NeededFor, Promise<Usual>>();
  const usualFor = (kind: ProblemKind): Promise<Usual> => {
    const needed = NEEDS[kind];
    const found = search.get(needed) ?? findFor(db, trusted, filter, needed);
    search.set(needed, found);
    return found;
  };
  const [afterKind, afterId] = page.after ?? [];
  const start = Math.max(0, kinds.indexOf((afterKind ?? kinds[0]) as ProblemKind));
  const rows: Problem[] = [];
  for (const [i, kind] of kinds.slice(start).entries()) {
    const where = conditions();
    const found = FIND[kind]({ where, usual: await usualFor(kind), at, filter });
    where.visible("x.store_id", filter.stores);
    where.equal("x.store_id", filter.store, "uuid");
    const after = i === 0 && afterId !== undefined ? [afterId] : null;
    const part = await readPage<Omit<Problem, "kind">>(db, {
      select: "x.id, x.store_id, x.external_id, x.amount::text as amount, x.currency, x.since, x.evidence",
      from: `(${found}) x`,
      where,
      keyset: { columns: [{ sql: "x.id", cast: "uuid" }], direction: "asc" },
      page: { limit: page.limit - rows.length, after },
    });
    rows.push(...part.rows.map((row) => ({ kind, ...row })));
    if (part.next) return { rows, next: [kind, ...part.next] };
    const following = kinds[start + i + 1];
    if (rows.length === page.limit && following) return { rows, next: [following, FIRST_ID] };
  }
  return { rows, next: null };
}

/** What a kind needs to know first: nothing, the books that count, or what is usual too. */
type NeededFor = "nothing" | "counted" | "usual";
const NEEDS: Record<ProblemKind, NeededFor> = {
  unbalanced: "nothing",
  duplicate: "counted",
  short_paid: "usual",
  unsettled: "usual",
  unexplained: "nothing",
};

async function findFor(
  db: Database,
  trusted: readonly TrustedBook[],
  filter: ProblemFilter,
  needed: NeededFor,
): Promise<Usual> {
  if (needed === "usual") return findUsual(db, trusted, filter);
  return { counted: needed === "counted" ? await findCountedBooks(db, trusted) : "[]", bases: "[]" };
}

const FIRST_ID = "00000000-0000-0000-0000-000000000000";

const MONEY = `'total', x.total::text, 'refunded', x.refunded::text, 'expected', x.expected::text, 'received', x.received::text, 'basis', x.basis`;

/** Queries with the columns id, store_id, external_id, amount, currency, since, evidence. */
const FIND: Record<ProblemKind, (search: Search) => string> = {
  unbalanced:
    () => `select s.id, s.store_id, s.external_id, s.difference as amount, coalesce(s.difference_currency, s.currency) as currency, s.period_end as since,
        json_build_object('period_start', s.period_start, 'period_end', s.period_end, 'total', s.total::text, 'payout', s.payout::text,
          'payout_currency', s.payout_currency, 'entries', n.entries, 'sums', n.sums) as evidence
      from settlements s cross join lateral (
        select coalesce(sum(k.entries), 0)::int as entries, coalesce(json_object_agg(k.currency, k.amount::text), '{}') as sums
        from (select e.currency, count(*) as entries, sum(e.amount) as amount from ledger_entries e
          where e.settlement_id = s.id and ${HAS_MOVED("e")} group by e.currency) k) n
      where s.state = 'unbalanced' and s.gone_at is null`,
  duplicate: ({ where, usual }) => {
    const twins = `partition by m.order_id, e.book, e.kind, e.external_kind, e.amount, e.currency, e.order_line_external_id,
      e.shipment_external_id, e.refund_external_id order by e.posted_at, e.id`;
    // Most orders have no two entries of one amount: the others are found by the matches alone. What a person divided has another.
    const suspects = `select order_id from reconciliation_matches where undone_at is null group by order_id, amount having count(*) > 1
      union all select order_id from reconciliation_matches where undone_at is null and actor is not null`;
    return `select x.id, x.store_id, x.external_id, x.amount, x.currency, x.posted_at as since,
        json_build_object('order_id', x.order_id, 'order_external_id', o.external_id, 'kind', x.kind, 'external_kind', x.external_kind,
          'settlement', x.settlement_external_id, 'same_as', x.twin, 'same_as_settlement', x.twin_settlement, 'order_total', o.total::text, 'sum_of_kind', x.whole::text) as evidence
      from (
        select e.*, m.order_id, lag(e.external_id) over (${twins}) as twin, lag(e.settlement_external_id) over (${twins}) as twin_settlement,
          sum(e.amount) over (partition by m.order_id, e.book, e.kind, e.currency) as whole
        from ledger_entries e join reconciliation_matches m on m.entry_id = e.id and m.undone_at is null and m.order_id is not null
        where e.amends is null and ${isCounted("e", where.bind(usual.counted))} and ${IS_EARNED("e")} and m.order_id in (${suspects})) x
      join orders o on o.id = x.order_id
      where x.twin is not null and case x.kind when 'sale' then x.currency = o.currency and x.whole > o.total
        when 'refund' then x.refund_external_id is not null or (x.currency = o.currency and -x.whole > o.total)
        else x.settlement_external_id is distinct from x.twin_settlement end`;
  },
  short_paid: ({
    where,
    usual,
    at,
    filter,
  }) => `select x.order_id as id, x.store_id, x.external_id, x.difference as amount, x.currency, x.since,
        json_build_object(${MONEY}, 'entries', x.entries) as evidence
      from ${orderMoney(where, usual, at, { ...filter, state: "short" })} where x.state = 'short'`,
  unsettled: ({
    where,
    usual,
    at,
    filter,
  }) => `select x.order_id as id, x.store_id, x.external_id, coalesce(x.expected, x.due) as amount, x.currency, x.since,
        json_build_object(${MONEY}, 'status', x.status, 'since_event', x.since_event, 'age_days', x.age_days, 'patience_days', x.patience_days) as evidence
      from ${orderMoney(where, usual, at, { ...filter, state: "unsettled" })} where x.state = 'unsettled' and x.age_days > x.patience_days`,
  unexplained: () => `select e.id, w.store_id, e.external_id, e.amount, e.currency, e.posted_at as since,
        json_build_object('kind', e.kind, 'external_kind', e.external_kind, 'book', e.book, 'settlement', e.settlement_external_id,
          'order_external_id', e.order_external_id, 'order_line_external_id', e.order_line_external_id, 'shipment_external_id', e.shipment_external_id,
          'refund_external_id', e.refund_external_id, 'attempts', w.attempts, 'taken_back', w.due_at is null) as evidence
      from open_entries w join ledger_entries e on e.id = w.entry_id where w.attempts > 0 or w.due_at is null`,
};
