/** Reconciling: how the books stand, entries that wait, and what people say of them. */
import { z } from "zod";
import { toDate } from "../core/db/database.ts";
import { closeBooks, enterBankAmount } from "../core/finance/books.ts";
import { matchByHand, undoMatch } from "../core/finance/match-by-hand.ts";
import { tryAgain } from "../core/finance/match-entries.ts";
import { reconcile } from "../core/finance/reconcile.ts";
import { readWaterfall, sumStatement } from "../core/finance/waterfall.ts";
import { listWaiting, summarise, type WaitingEntry } from "../core/finance/worklist.ts";
import { renderEntry, renderSettlement } from "./after-sales-views.ts";
import { define, json } from "./define.ts";
import { notFound } from "./errors.ts";
import { answerPage, type CursorForm, pageOf } from "./lists.ts";
import { settlementViewSchema } from "./schemas/after-sales.ts";
import { idParams, page } from "./schemas/common.ts";
import {
  bankInput,
  booksSchema,
  closeInput,
  matchInput,
  reconciledSchema,
  stepsSchema,
  unmatchInput,
  waitingQuery,
  waitingSchema,
} from "./schemas/reconciliation.ts";
import { findSettlement, renderFound } from "./settlement.ts";
import { seenStore } from "./store-access.ts";
import type { Api, Principal } from "./types.ts";
import { renderMoney } from "./views.ts";

const WAITING: CursorForm = { list: "waiting-entries", kinds: ["uuid"] };

export function defineReconciliation(api: Api): void {
  defineWorklist(api);
  defineMatches(api);
  defineBooks(api);
}

function defineWorklist(api: Api): void {
  const { db, clock } = api.engine;
  define(
    api,
    "GET /v1/reconciliation",
    { summary: "How the books of each store stand", answer: z.object({ data: z.array(booksSchema) }) },
    async ({ c, who }) => {
      const books = await summarise(db, who.stores);
      const data = books.map((row) => ({
        ...row,
        waiting: row.waiting.map(({ currency, amount, entries, oldest }) => ({
          amount: renderMoney(amount, currency),
          entries,
          oldest: toDate(oldest),
        })),
      }));
      return json(c, { data });
    },
  );
  define(
    api,
    "POST /v1/reconciliation",
    {
      summary: "Reconciles now",
      description:
        "Does at once what happens by itself: entries that wait are tried again in every pass, statements are added up. " +
        "Of all stores, whatever the key sees.",
      answer: reconciledSchema,
    },
    async ({ c }) => {
      await tryAgain(db, clock.now());
      return json(c, await reconcile(db, clock.now()));
    },
  );
  define(
    api,
    "GET /v1/reconciliation/entries",
    {
      summary: "Entries that concern an order and have found none, with the orders that are nearest",
      query: waitingQuery,
      answer: page(waitingSchema),
    },
    async ({ c, who, query }) => {
      const filter = {
        stores: who.stores,
        ...seenStore(who.stores, query.store),
        kind: query.kind,
        currency: query.currency,
      };
      return answerPage(c, WAITING, await listWaiting(db, filter, pageOf(WAITING, query)), renderWaiting);
    },
  );
}

function renderWaiting({ candidates, due_at, attempts, ...entry }: WaitingEntry) {
  return {
    ...renderEntry(entry),
    attempts,
    due_at: toDate(due_at),
    candidates: candidates.map(({ order_id, external_id, placed_at, total, currency, why }) => ({
      order_id,
      external_id,
      placed_at: toDate(placed_at),
      total: renderMoney(total, currency),
      why,
    })),
  };
}

function defineMatches(api: Api): void {
  const { db, clock } = api.engine;
  define(
    api,
    "POST /v1/reconciliation/matches",
    {
      summary: "Matches an entry with orders, or explains it without one",
      body: matchInput,
      answer: z.object({ ids: z.array(z.uuid()) }),
      status: 201,
    },
    async ({ c, who, body }) => {
      await refuseUnseen(api, who, "ledger_entries", [body.entry_id], "entry");
      const orders = body.orders.map(({ order_id: orderId, amount }) => ({ orderId, amount }));
      await refuseUnseen(
        api,
        who,
        "orders",
        orders.map(({ orderId }) => orderId),
        "order",
      );
      const match = { entryId: body.entry_id, orders, reason: body.reason, actor: who.actor };
      return json(c, { ids: await matchByHand(db, match, clock.now()) }, 201);
    },
  );
  define(
    api,
    "POST /v1/reconciliation/entries/{id}/unmatch",
    {
      summary: "Takes back what an entry is matched with",
      description: "Also what a pass found. It then waits for people: no pass tries it again.",
      params: idParams,
      body: unmatchInput,
      answer: z.object({ undone: z.boolean() }),
    },
    async ({ c, who, params, body }) => {
      await refuseUnseen(api, who, "ledger_entries", [params.id], "entry");
      const undone = await undoMatch(db, { entryId: params.id, reason: body.reason, actor: who.actor }, clock.now());
      return json(c, { undone });
    },
  );
}

function defineBooks(api: Api): void {
  const { db, clock } = api.engine;
  define(
    api,
    "GET /v1/settlements/{id}/steps",
    {
      summary: "Where a statement's money went, from the sale to the payout: its entries by kind",
      description: "Entries that are only estimated or deferred are left out, as they are where it is added up.",
      params: idParams,
      answer: stepsSchema,
    },
    async ({ c, who, params }) => {
      const row = await findSettlement(api, who, params.id);
      const steps = await readWaterfall(db, row.id);
      const sums = await sumStatement(db, row.id);
      const { total, payout, payout_rate: rate, state, difference, bank } = renderSettlement(row);
      return json(c, {
        data: steps.map(({ kind, entries, amount, running, currency }) => ({
          kind,
          entries,
          amount: renderMoney(amount, currency),
          running: renderMoney(running, currency),
        })),
        sums: sums.map(({ currency, whole, net, converted, left_out, left_out_entries }) => ({
          entries: renderMoney(whole, currency),
          before_payout: renderMoney(net, currency),
          converted: renderMoney(converted, row.payout_currency),
          left_out: renderMoney(left_out, currency),
          left_out_entries,
        })),
        stated: { total, payout, rate },
        state,
        difference,
        bank,
      });
    },
  );
  define(
    api,
    "PUT /v1/settlements/{id}/bank",
    {
      summary: "Notes what the bank shows of a statement",
      description: "For platforms that name no payout. It stands beside the statement and balances nothing.",
      params: idParams,
      body: bankInput,
      answer: settlementViewSchema,
    },
    async ({ c, who, params, body }) => {
      const { id } = await findSettlement(api, who, params.id);
      const bank =
        body.amount === null ? null : { amount: { amount: body.amount, currency: body.currency }, at: body.at };
      await enterBankAmount(db, { settlementId: id, bank, actor: who.actor }, clock.now());
      return renderFound(c, await findSettlement(api, who, id));
    },
  );
  define(
    api,
    "PUT /v1/stores/{id}/books",
    {
      summary: "Closes months of a store's books, or opens them again",
      description: "What is posted into a closed month later counts in the first open one, and keeps its date.",
      params: idParams,
      body: closeInput,
      answer: z.object({ store_id: z.uuid(), books_open_from: z.iso.date().nullable() }),
    },
    async ({ c, who, params, body }) => {
      if (who.stores && !who.stores.includes(params.id)) throw notFound("store");
      const { open_from: openFrom, reason } = body;
      await closeBooks(db, { storeId: params.id, openFrom, reason, actor: who.actor }, clock.now());
      return json(c, { store_id: params.id, books_open_from: openFrom });
    },
  );
}

/** Records of stores that the reader may not see are not there. */
async function refuseUnseen(
  { engine }: Api,
  who: Principal,
  table: "ledger_entries" | "orders",
  ids: readonly string[],
  what: string,
): Promise<void> {
  const unique = [...new Set(ids)];
  const rows = await engine.db.query(
    `select 1 from ${table} where id = any($1::uuid[]) and ($2::uuid[] is null or store_id = any($2::uuid[]))`,
    [unique, who.stores],
  );
  if (rows.length < unique.length) throw notFound(what);
}
