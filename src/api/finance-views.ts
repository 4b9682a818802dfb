/** What orders brought, and what finance has to work off, as they are shown. */
import { toDate } from "../core/db/database.ts";
import type { Ageing, Basis, CommissionDue, OrderMoney } from "../core/finance/expected.ts";
import type { Problem, ProblemKind } from "../core/finance/problems.ts";
import { renderMoney } from "./views.ts";

const renderBasis = (basis: Basis | null) =>
  basis && { ...basis, placed_from: toDate(basis.placed_from), placed_until: toDate(basis.placed_until) };

export function renderOrderMoney({ currency, foreigners, basis, ...row }: OrderMoney) {
  return {
    ...row,
    placed_at: toDate(row.placed_at),
    since: toDate(row.since),
    total: renderMoney(row.total, currency),
    refunded: renderMoney(row.refunded, currency),
    expected: renderMoney(row.expected, currency),
    received: renderMoney(row.received, currency),
    difference: renderMoney(row.difference, currency),
    entries_of_other_currencies: foreigners,
    basis: renderBasis(basis),
  };
}

export function renderAgeing({ currency, buckets, ...row }: Ageing) {
  return {
    ...row,
    currency,
    buckets: buckets.map(({ total, expected, ...bucket }) => ({
      ...bucket,
      total: renderMoney(total, currency),
      expected: renderMoney(expected, currency),
    })),
  };
}

export function renderCommissionDue({ currency, sale, refund, charged, returned, due, ...row }: CommissionDue) {
  return {
    ...row,
    sale: renderMoney(sale, currency),
    refund: renderMoney(refund, currency),
    commission_charged: renderMoney(charged, currency),
    commission_returned: renderMoney(returned, currency),
    due: renderMoney(due, currency),
  };
}

const PROBLEMS: Record<ProblemKind, { subject: "settlement" | "entry" | "order"; next_step: string }> = {
  unbalanced: {
    subject: "settlement",
    next_step:
      "Read the statement again; where the difference stays, ask the platform for the rows that are missing or too many. Nothing is adjusted.",
  },
  duplicate: {
    subject: "entry",
    next_step:
      "Compare it with the entry that it repeats. Where both are the platform's, tell it that it booked twice; where the order was really paid twice, nothing is to be done.",
  },
  short_paid: {
    subject: "order",
    next_step:
      "Look at the order's entries for a fee, a penalty or a refund that explains it; ask the platform for the rest with the order's id.",
  },
  unsettled: {
    subject: "order",
    next_step:
      "See on the platform whether the order was completed and when it is paid out; where it was, ask for its settlement with the order's id.",
  },
  unexplained: {
    subject: "entry",
    next_step:
      "Match it with one of its candidates (GET /v1/reconciliation/entries), read the orders that are missing, or explain it with a reason.",
  },
};

export function renderProblem({ currency, amount, since, evidence, ...row }: Problem) {
  return { ...row, ...PROBLEMS[row.kind], amount: renderMoney(amount, currency), since: toDate(since), evidence };
}
