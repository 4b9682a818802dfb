/** What prices are computed of, why they are what they are, and a person's word for those that are held back. */

import { z } from "zod";
import { listBasePrices, listCosts, listRates } from "../core/db/price-list.ts";
import { type RowOutcome, setBasePrices, setCosts, setRates } from "../core/pricing/base-prices.ts";
import { learnPlatforms } from "../core/pricing/due.ts";
import { hasPrices } from "../sync/engine.ts";
import { type CsvForm, writeCsv } from "./csv.ts";
import { define, json } from "./define.ts";
import { refuseLimited } from "./keys.ts";
import { answerPage, type CursorForm, pageOf } from "./lists.ts";
import { renderBasePrice, renderCost } from "./price-views.ts";
import { page } from "./schemas/common.ts";
import { csvAnswerSchema } from "./schemas/csv.ts";
import {
  basePriceQuery,
  basePriceRow,
  basePriceRowsSchema,
  basePriceSchema,
  basePricesInput,
  costQuery,
  costRow,
  costRowsSchema,
  costSchema,
  costsInput,
  rateQuery,
  rateRow,
  rateRowsSchema,
  rateSchema,
  ratesInput,
} from "./schemas/prices.ts";
import { refuseShared } from "./shared-skus.ts";
import type { Api, Principal } from "./types.ts";

const PRICES: CursorForm = { list: "prices", kinds: ["text", "text"] };
const COSTS: CursorForm = { list: "costs", kinds: ["text", "text", "text"] };
const RATES: CursorForm = { list: "rates", kinds: ["text", "text", "text"] };

/** What is known of the stores' platforms before their prices are computed. */
export const learn = ({ engine }: Api): Promise<void> =>
  learnPlatforms(engine.db, (platform) => hasPrices(engine, platform), engine.clock.now());

export function definePrices(api: Api): void {
  const { engine } = api;
  define(
    api,
    "GET /v1/prices",
    { summary: "Base prices by SKU and currency", query: basePriceQuery, answer: page(basePriceSchema) },
    async ({ c, query }) => {
      const filter = { sku: query.sku, currency: query.currency };
      return answerPage(c, PRICES, await listBasePrices(engine.db, filter, pageOf(PRICES, query)), renderBasePrice);
    },
  );
  define(
    api,
    "PUT /v1/prices",
    {
      summary: "Sets base prices",
      description:
        "By SKU and currency; each row whole. Answers for each row. What follows for offers is computed at once; a price " +
        "that is zero, missing, in the wrong currency or far from what stands is held back (`GET /v1/prices/held`).",
      body: basePricesInput,
      csv: {
        columns: "sku, currency, amount, [floor], [ceiling]; a line is whole: an empty cell is none",
        handle: async ({ c, who }) => {
          await learn(api);
          const answer = await writeCsv(api, who, c.req.raw.body, priceForm(api, who));
          engine.wake();
          return json(c, answer);
        },
      },
      answer: z.union([basePriceRowsSchema, csvAnswerSchema]),
    },
    async ({ c, who, body }) => {
      await refuseShared(
        engine,
        who,
        body.prices.map((row) => row.sku),
      );
      await learn(api);
      const rows = await setBasePrices(engine.db, { prices: body.prices, actor: who.actor }, engine.clock.now());
      engine.wake();
      return json(c, { data: body.prices.map(({ sku, currency }, i) => ({ sku, currency, ...renderRow(rows[i]) })) });
    },
  );
  define(
    api,
    "GET /v1/prices/costs",
    { summary: "Standard costs by SKU, currency and day", query: costQuery, answer: page(costSchema) },
    async ({ c, query }) =>
      answerPage(c, COSTS, await listCosts(engine.db, { sku: query.sku }, pageOf(COSTS, query)), renderCost),
  );
  define(
    api,
    "PUT /v1/prices/costs",
    {
      summary: "Sets standard costs",
      description: "Each is in force from its day until that of the next one: what rules of kind `margin` look at.",
      body: costsInput,
      csv: {
        columns: "sku, currency, amount, valid_from",
        handle: async ({ c, who }) => {
          const answer = await writeCsv(api, who, c.req.raw.body, costForm(api, who));
          engine.wake();
          return json(c, answer);
        },
      },
      answer: z.union([costRowsSchema, csvAnswerSchema]),
    },
    async ({ c, who, body }) => {
      await refuseShared(
        engine,
        who,
        body.costs.map((row) => row.sku),
      );
      const costs = body.costs.map(toCost);
      const rows = await setCosts(engine.db, { costs, actor: who.actor }, engine.clock.now());
      engine.wake();
      return json(c, {
        data: body.costs.map(({ sku, currency, valid_from }, i) => ({
          sku,
          currency,
          valid_from,
          ...renderRow(rows[i]),
        })),
      });
    },
  );
  define(
    api,
    "GET /v1/prices/rates",
    { summary: "Exchange rates by pair and day", query: rateQuery, answer: page(rateSchema) },
    async ({ c, query }) => {
      const filter = { base: query.base, quote: query.quote };
      const rows = await listRates(engine.db, filter, pageOf(RATES, query));
      return answerPage(c, RATES, rows, ({ base, quote, valid_on, rate, source }) => ({
        base,
        quote,
        valid_on,
        rate,
        source,
      }));
    },
  );
  define(
    api,
    "PUT /v1/prices/rates",
    {
      summary: "Sets exchange rates",
      description:
        "Each of a day and one way: USD/EUR says nothing of EUR/USD. The newest that is not of a later day counts, unless " +
        "the rule that asks finds it too old.",
      body: ratesInput,
      csv: {
        columns: "base, quote, valid_on, rate, [source]",
        handle: async ({ c, who }) => {
          refuseLimited(who);
          const answer = await writeCsv(api, who, c.req.raw.body, rateForm(api, who));
          engine.wake();
          return json(c, answer);
        },
      },
      answer: z.union([rateRowsSchema, csvAnswerSchema]),
    },
    async ({ c, who, body }) => {
      refuseLimited(who);
      const rates = body.rates.map(toRate);
      const rows = await setRates(engine.db, { rates, actor: who.actor }, engine.clock.now());
      engine.wake();
      return json(c, {
        data: body.rates.map(({ base, quote, valid_on }, i) => ({ base, quote, valid_on, ...renderRow(rows[i]) })),
      });
    },
  );
}

function renderRow(row: RowOutcome | undefined) {
  return { outcome: row?.outcome ?? "rejected", ...(row?.error ? { error: row.error } : {}) };
}

const priceForm = ({ engine }: Api, who: Principal): CsvForm<z.output<typeof basePriceRow>> => ({
  columns: {
    sku: { required: true },
    currency: { required: true },
    amount: { required: true },
    floor: {},
    ceiling: {},
  },
  row: basePriceRow,
  shape: (cells) => ({ amount: null, ...cells }),
  write: async (prices) => {
    await refuseShared(
      engine,
      who,
      prices.map((row) => row.sku),
    );
    return setBasePrices(engine.db, { prices, actor: who.actor }, engine.clock.now());
  },
});

const toCost = ({ valid_from: validFrom, ...row }: z.output<typeof costRow>) => ({ ...row, validFrom });
const toRate = ({ valid_on: validOn, ...row }: z.output<typeof rateRow>) => ({ ...row, validOn });

const costForm = ({ engine }: Api, who: Principal): CsvForm<z.output<typeof costRow>> => ({
  columns: {
    sku: { required: true },
    currency: { required: true },
    amount: { required: true },
    valid_from: { required: true },
  },
  row: costRow,
  write: async (costs) => {
    await refuseShared(
      engine,
      who,
      costs.map((row) => row.sku),
    );
    return setCosts(engine.db, { costs: costs.map(toCost), actor: who.actor }, engine.clock.now());
  },
});

const rateForm = ({ engine }: Api, who: Principal): CsvForm<z.output<typeof rateRow>> => ({
  columns: {
    base: { required: true },
    quote: { required: true },
    valid_on: { required: true },
    rate: { required: true },
    source: {},
  },
  row: rateRow,
  write: (rates) => setRates(engine.db, { rates: rates.map(toRate), actor: who.actor }, engine.clock.now()),
});
