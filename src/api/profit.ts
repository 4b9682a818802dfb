/** Profit by order, SKU, store or month. */
import type { z } from "zod";
import { listProfit, type ProfitFilter, type ProfitView } from "../core/finance/profit.ts";
import { define } from "./define.ts";
import { answerPage, type CursorForm, pageOf } from "./lists.ts";
import { renderProfit } from "./profit-view.ts";
import { page } from "./schemas/common.ts";
import { type profitFilters, profitQuery, profitSchema } from "./schemas/profit.ts";
import { seenStore } from "./store-access.ts";
import { trustedBooks } from "./trusted-books.ts";
import type { Api } from "./types.ts";

const CURSORS: Record<ProfitView, CursorForm> = {
  order: { list: "profit-order", kinds: ["uuid", "text"] },
  sku: { list: "profit-sku", kinds: ["text", "text"] },
  store: { list: "profit-store", kinds: ["uuid", "text"] },
  month: { list: "profit-month", kinds: ["text", "text"] },
};

export function defineProfit(api: Api): void {
  define(
    api,
    "GET /v1/profit",
    {
      summary: "Profit by order, SKU, store or month",
      description:
        "From entries that have moved, of the books that count in each month, and the standard cost in force on the order's day. " +
        "One row for each currency: nothing is converted. Payouts, reserves, transfers and loans are no part of it. Tax inside your " +
        "prices that you owe yourself (VAT) is not taken off: no statement tells it. By order and " +
        "SKU it is what orders brought; by store and month also what belongs to none.",
      query: profitQuery,
      answer: page(profitSchema),
    },
    async ({ c, who, query }) => {
      const { by } = query;
      const list = { by, filter: profitFilter(who.stores, query), page: pageOf(CURSORS[by], query) };
      const rows = await listProfit(api.engine.db, trustedBooks(api), list);
      return answerPage(c, CURSORS[by], rows, (row) => renderProfit(by, row));
    },
  );
}

export function profitFilter(
  stores: readonly string[] | null,
  { store, currency, from, until }: Omit<z.output<z.ZodObject<typeof profitFilters>>, "by">,
): ProfitFilter {
  const first = (month: string | undefined) => (month === undefined ? undefined : `${month}-01`);
  return { stores, ...seenStore(stores, store), currency, from: first(from), until: first(until) };
}
