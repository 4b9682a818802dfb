/** What is on the shelves: levels, counts, movements. */

import { z } from "zod";
import { findLocations, listLevels } from "../core/db/stock.ts";
import { InputError } from "../core/errors.ts";
import { type CountInput, countStock, moveStock, type StockRow } from "../core/stock/counts.ts";
import { listAbsent } from "../core/stock/full-count.ts";
import { isConfirmed, orKeep } from "./approvals.ts";
import { define, json } from "./define.ts";
import { feedStart } from "./feed-start.ts";
import { refuseLimited } from "./keys.ts";
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
import { csvAnswerSchema } from "./schemas/csv.ts";
import { refuseShared } from "./shared-skus.ts";
import {
  COUNT_COLUMNS,
  MOVEMENT_COLUMNS,
  NOT_ALL_TAKEN,
  toCount,
  toMovement,
  writeCountFile,
  writeMovementFile,
} from "./stock-files.ts";
import type { Api, Principal } from "./types.ts";
import { renderLevel } from "./views.ts";

const LIST: CursorForm = { list: "stock", kinds: ["text", "text"] };
const MAX_ABSENT = 20_000;

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
        "What was sold or moved after `counted_at` is added to the count, so that a late count does not undo it. With " +
        "`absent=zero` the request names every SKU of its locations: what it does not name is counted as none. Counts that " +
        "would set too many live offers to zero wait for approval (409 `too_many_zeroes`) unless `confirm=true`. A key limited " +
        "to some stores is refused SKUs that other stores sell (403 `sku_shared`). A file of CSV is written a part at a time; " +
        "sent again, it changes nothing.",
      query: countsQuery,
      body: countsInput,
      csv: {
        columns: COUNT_COLUMNS,
        handle: async ({ c, who, query }) => {
          const answer = await writeCountFile(api, who, query, c.req.raw.body);
          engine.wake();
          return json(c, answer);
        },
      },
      answer: z.union([stockRowsSchema, csvAnswerSchema]),
    },
    async ({ c, who, query, body }) => {
      await refuseShared(
        engine,
        who,
        body.counts.map((row) => row.sku),
      );
      const at = engine.clock.now();
      const counts = body.counts.map(toCount(query.counted_at ?? at));
      const found = query.absent === "zero" ? await findAbsent(api, who, body.counts, counts) : [];
      const absent = found === "unknown location" ? [] : found;
      const all = [...counts, ...absent];
      const kept = { kind: "counts" as const, request: { counts: all }, rows: all.length };
      const input = { counts: all, actor: who.actor, confirmed: isConfirmed(who, query.confirm) };
      const rows = await orKeep(api, who, kept, () => countStock(engine.db, input, at));
      engine.wake();
      const data = rows.slice(0, counts.length).map(renderRow);
      if (query.absent !== "zero") return json(c, { data });
      const left = found === "unknown location" ? NOT_ALL_TAKEN : null;
      return json(c, { data, absent: { zeroed: absent.length, left } });
    },
  );
  define(
    api,
    "POST /v1/stock/movements",
    {
      summary: "Books receipts, returns, corrections and transfers",
      description:
        "A movement with a `reference` is booked once for its SKU. A key limited to some stores is refused SKUs that other " +
        "stores sell (403 `sku_shared`).",
      body: movementsInput,
      csv: {
        columns: MOVEMENT_COLUMNS,
        handle: async ({ c, who }) => {
          const answer = await writeMovementFile(api, who, c.req.raw.body);
          engine.wake();
          return json(c, answer, 201);
        },
      },
      answer: z.union([stockRowsSchema, csvAnswerSchema]),
      status: 201,
    },
    async ({ c, who, body }) => {
      await refuseShared(
        engine,
        who,
        body.movements.map((row) => row.sku),
      );
      const input = { movements: body.movements.map(toMovement), actor: who.actor };
      const rows = await moveStock(engine.db, input, engine.clock.now());
      engine.wake();
      return json(c, { data: rows.map(renderRow) }, 201);
    },
  );
}

/**
 * What a whole count does not name at its locations, as counts of none. Where a row's location is unknown it may be one
 * of those. Throws `InputError` where the request cannot be a whole count.
 */
async function findAbsent(
  { engine }: Api,
  who: Principal,
  rows: readonly { counted_at?: Date | undefined }[],
  counts: readonly CountInput[],
): Promise<CountInput[] | "unknown location"> {
  refuseLimited(who);
  const [first] = counts;
  if (!first || rows.some((row) => row.counted_at !== undefined))
    throw new InputError(
      "counted_at_of_row",
      "With `absent=zero` all was counted at one time: give it as `counted_at` in the query, not in the rows.",
      { status: 422 },
    );
  const codes = [...new Set(counts.map((count) => count.location))];
  if ((await findLocations(engine.db, codes)).size < codes.length) return "unknown location";
  const absent = await listAbsent(engine.db, {
    locations: codes,
    countedAt: first.countedAt,
    basis: first.basis,
    after: null,
    limit: MAX_ABSENT + 1,
    except: counts.map(({ location, sku }) => `${location}/${sku}`),
  });
  if (absent.length > MAX_ABSENT)
    throw new InputError("too_many_absent", `More than ${MAX_ABSENT} SKUs are not named: send the count as CSV.`, {
      status: 422,
    });
  return absent;
}

function renderRow({ sku, location, outcome, onHand, reserved, error }: StockRow) {
  return { sku, location, outcome, on_hand: onHand, reserved, ...(error ? { error } : {}) };
}
