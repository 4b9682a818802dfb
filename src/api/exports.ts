/** Whole lists as files, a part at a time in bounded memory: the reader's pace holds the database back. */
import { stringify } from "csv-stringify/sync";
import type { z } from "zod";
import { listOrders, type OrderPosition } from "../core/db/orders.ts";
import { seesBuyers } from "./auth.ts";
import { define } from "./define.ts";
import { orderFilterQuery } from "./schemas/orders.ts";
import { seenStore } from "./store-access.ts";
import type { Api, ApiContext, Principal } from "./types.ts";

const PART = 500;

type OrderQuery = z.output<typeof orderFilterQuery>;

export function defineExports(api: Api): void {
  define(
    api,
    "GET /v1/exports/orders.ndjson",
    { summary: "Orders, one JSON document a line", query: orderFilterQuery, answerType: "application/x-ndjson" },
    ({ c, who, query }) =>
      stream(c, "orders.ndjson", "application/x-ndjson", parts(api, c, who, query), (texts) => `${texts.join("\n")}\n`),
  );
  define(
    api,
    "GET /v1/exports/orders.csv",
    {
      summary: "Orders as CSV, one line an order",
      description: "Cells that a spreadsheet would take for a formula begin with an apostrophe.",
      query: orderFilterQuery,
      answerType: "text/csv",
    },
    ({ c, who, query }) => {
      const head = toCsv([COLUMNS.map(([name]) => name)]);
      const rows = (texts: readonly string[]) =>
        toCsv(texts.map((text) => COLUMNS.map(([, cell]) => cell(JSON.parse(text) as ExportedOrder))));
      return stream(c, "orders.csv", "text/csv; charset=utf-8", parts(api, c, who, query), rows, head);
    },
  );
}

interface Amount {
  amount: string;
}

interface ExportedOrder {
  [name: string]: unknown;
  total: Amount | null;
  paid: Amount | null;
  refunded: Amount | null;
  lines: { quantity: number }[];
  buyer: { name: string | null } | null;
  ship_to: { country: string | null; city: string | null } | null;
}

type Cell = (order: ExportedOrder) => unknown;

const field = (name: string): [string, Cell] => [name, (order) => order[name]];

const COLUMNS: readonly (readonly [string, Cell])[] = [
  ...[
    "id",
    "store_id",
    "external_id",
    "external_number",
    "status",
    "external_status",
    "payment_status",
    "placed_at",
    "paid_at",
    "ship_by",
    "currency",
  ].map(field),
  ["total", (order) => order.total?.amount],
  ["paid", (order) => order.paid?.amount],
  ["refunded", (order) => order.refunded?.amount],
  ["lines", (order) => order.lines.length],
  ["units", (order) => order.lines.reduce((sum, line) => sum + line.quantity, 0)],
  ["buyer_name", (order) => order.buyer?.name],
  ["ship_to_country", (order) => order.ship_to?.country],
  ["ship_to_city", (order) => order.ship_to?.city],
  ...["hold", "needs_attention", "updated_at"].map(field),
];

function toCsv(rows: readonly unknown[][]): string {
  return stringify(rows as unknown[][], {
    escape_formulas: true,
    cast: { boolean: (value) => (value ? "true" : "false") },
  });
}

/** Texts of the orders that a query names, newest first. */
async function* parts(api: Api, c: ApiContext, who: Principal, query: OrderQuery): AsyncGenerator<string[]> {
  const openWith = seesBuyers(c) ? api.engine.keyring : null;
  const filter = {
    stores: who.stores,
    ...seenStore(who.stores, query.store),
    status: query.status,
    updatedSince: query.updated_since,
    placedFrom: query.placed_from,
    placedUntil: query.placed_until,
  };
  let after: OrderPosition | null = null;
  do {
    const page: Awaited<ReturnType<typeof listOrders>> = await listOrders(api.engine.db, filter, {
      limit: PART,
      after,
      openWith,
    });
    if (page.texts.length > 0) yield page.texts;
    after = page.next;
  } while (after);
}

/** Answers with a file that is made while it is read; a failure in the middle breaks the connection off. */
function stream(
  c: ApiContext,
  name: string,
  type: string,
  source: AsyncGenerator<string[]>,
  render: (texts: readonly string[]) => string,
  head = "",
): Response {
  const encoder = new TextEncoder();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      if (head !== "") controller.enqueue(encoder.encode(head));
    },
    pull: async (controller) => {
      const { value, done } = await source.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(render(value)));
    },
    cancel: async () => {
      await source.return(undefined);
    },
  });
  return c.body(body, 200, {
    "content-type": type,
    "content-disposition": `attachment; filename="${name}"`,
    "cache-control": "private, no-store",
  });
}
