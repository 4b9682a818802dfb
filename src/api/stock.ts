/** What is on the shelves: levels, counts, movements. */
import { listLevels } from "../core/db/stock.ts";
import { countStock, moveStock, type StockRow } from "../core/stock/counts.ts";
import { define, json } from "./define.ts";
import { feedStart } from "./feed-start.ts";
import { levelFilter } from "./list-filters.ts";
import { answerPage, type CursorForm, pageOf } from "./lists.ts";
import {
  countsInput,
  countsQuery,
  levelSchema,
  movementsInput,
  stockQuery,
  stockRowsSchema,
} from "./schemas/catalogue.ts";
import { feedPage } from "./schemas/common.ts";
import { refuseShared } from "./shared-skus.ts";
import type { Api } from "./types.ts";
import { renderLevel } from "./views.ts";

const LIST: CursorForm = { list: "stock", kinds: ["text", "text"] };

export function defineStock(api: Api): void {
  const { engine } = api;
  define(
    api,
    "GET /v1/stock",
    { summary: "Stock levels by SKU and location", query: stockQuery, answer: feedPage(levelSchema) },
    async ({ c, who, query }) => {
      const start = await feedStart(api, query);
      const filter = levelFilter(who, query);
      return answerPage(c, LIST, await listLevels(engine.db, filter, pageOf(LIST, query)), renderLevel, start);
    },
  );
  define(
    api,
    "PUT /v1/stock",
    {
      summary: "Takes counts",
      description:
        "What was sold or moved after `counted_at` is added to the count, so that a late count does not undo it. Counts " +
        "that would set too many live offers to zero are refused (409 `too_many_zeroes`) unless `confirm=true`. A key limited " +
        "to some stores is refused SKUs that other stores sell (403 `sku_shared`).",
      query: countsQuery,
      body: countsInput,
      answer: stockRowsSchema,
    },
    async ({ c, who, query, body }) => {
      await refuseShared(
        engine,
        who,
        body.counts.map((row) => row.sku),
      );
      const at = engine.clock.now();
      const counts = body.counts.map(({ counted_at, ...row }) => ({ ...row, countedAt: counted_at ?? at }));
      const rows = await countStock(engine.db, { counts, actor: who.actor, confirmed: query.confirm ?? false }, at);
      engine.wake();
      return json(c, { data: rows.map(renderRow) });
    },
  );
  define(
    api,
    "POST /v1/stock/movements",
    {
      summary: "Books receipts, returns, corrections and transfers",
      description: "A key limited to some stores is refused SKUs that other stores sell (403 `sku_shared`).",
      body: movementsInput,
      answer: stockRowsSchema,
      status: 201,
    },
    async ({ c, who, body }) => {
      await refuseShared(
        engine,
        who,
        body.movements.map((row) => row.sku),
      );
      const movements = body.movements.map(({ to_location, ...row }) => ({ ...row, toLocation: to_location ?? null }));
      const rows = await moveStock(engine.db, { movements, actor: who.actor }, engine.clock.now());
      engine.wake();
      return json(c, { data: rows.map(renderRow) }, 201);
    },
  );
}

function renderRow({ sku, location, outcome, onHand, reserved, error }: StockRow) {
  return { sku, location, outcome, on_hand: onHand, reserved, ...(error ? { error } : {}) };
}
