/** What orders should have brought and did, how long they wait, commission due back, and the worklist of finance. */
import { z } from "zod";
import { listCommissionDue, listOrderMoney, readAgeing } from "../core/finance/expected.ts";
import { listProblems } from "../core/finance/problems.ts";
import { define, json } from "./define.ts";
import { renderAgeing, renderCommissionDue, renderOrderMoney, renderProblem } from "./finance-views.ts";
import { answerPage, type CursorForm, pageOf } from "./lists.ts";
import { page } from "./schemas/common.ts";
import {
  ageingQuery,
  ageingSchema,
  commissionDueSchema,
  commissionQuery,
  financeProblemSchema,
  orderMoneyQuery,
  orderMoneySchema,
  problemsQuery,
} from "./schemas/finance.ts";
import { seenStore } from "./store-access.ts";
import { trustedBooks } from "./trusted-books.ts";
import type { Api } from "./types.ts";

const ORDERS: CursorForm = { list: "order-money", kinds: ["instant", "uuid"] };
const COMMISSION: CursorForm = { list: "commission-due", kinds: ["uuid"] };
const PROBLEMS: CursorForm = { list: "finance-problems", kinds: ["text", "uuid"] };

const FROM_WHEN = "Orders are looked at from the first month on that the books of their store have.";

export function defineFinance(api: Api): void {
  const { db, clock } = api.engine;
  const trusted = trustedBooks(api);
  define(
    api,
    "GET /v1/reconciliation/orders",
    {
      summary: "What orders should have brought, and what they did",
      description: `Expected is an estimate by what is usual in the store, and says what it rests on. ${FROM_WHEN}`,
      query: orderMoneyQuery,
      answer: page(orderMoneySchema),
    },
    async ({ c, who, query }) => {
      const { state, currency } = query;
      const filter = { stores: who.stores, ...seenStore(who.stores, query.store), currency, state };
      const rows = await listOrderMoney(db, trusted, { filter, at: clock.now(), page: pageOf(ORDERS, query) });
      return answerPage(c, ORDERS, rows, renderOrderMoney);
    },
  );
  define(
    api,
    "GET /v1/reconciliation/ageing",
    {
      summary: "Orders that wait for their money, by how long they do",
      description: `In days since the first parcel left, else since they were paid. ${FROM_WHEN}`,
      query: ageingQuery,
      answer: z.object({ data: z.array(ageingSchema) }),
    },
    async ({ c, who, query }) => {
      const filter = { stores: who.stores, ...seenStore(who.stores, query.store), currency: query.currency };
      const rows = await readAgeing(db, trusted, { filter, at: clock.now() });
      return json(c, { data: rows.map(renderAgeing) });
    },
  );
  define(
    api,
    "GET /v1/reconciliation/commission",
    {
      summary: "Commission due back after refunds",
      description: "Orders of which money was given back, and the commission was not, or not in proportion.",
      query: commissionQuery,
      answer: page(commissionDueSchema),
    },
    async ({ c, who, query }) => {
      const filter = { stores: who.stores, ...seenStore(who.stores, query.store), currency: query.currency };
      const rows = await listCommissionDue(db, trusted, { filter, at: clock.now(), page: pageOf(COMMISSION, query) });
      return answerPage(c, COMMISSION, rows, renderCommissionDue);
    },
  );
  define(
    api,
    "GET /v1/reconciliation/worklist",
    {
      summary: "What finance has to work off, with its evidence and the next step",
      description:
        "`unbalanced`: a statement that does not add up. `duplicate`: an entry that repeats another of its order. `short_paid`: an order " +
        "that brought less than is usual. `unsettled`: one that waits longer than is usual. `unexplained`: an entry that has found no order.",
      query: problemsQuery,
      answer: page(financeProblemSchema),
    },
    async ({ c, who, query }) => {
      const filter = { stores: who.stores, ...seenStore(who.stores, query.store), kind: query.kind };
      const rows = await listProblems(db, trusted, { filter, at: clock.now(), page: pageOf(PROBLEMS, query) });
      return answerPage(c, PROBLEMS, rows, renderProblem);
    },
  );
}
