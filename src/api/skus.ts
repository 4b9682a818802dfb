/** The merchant's own catalogue. */
import { z } from "zod";
import { sha256, toHex } from "../core/crypto.ts";
import { listBasePrices, listCosts } from "../core/db/price-list.ts";
import { findSku, listSkus } from "../core/db/skus.ts";
import { listLevels, listOffers } from "../core/db/stock.ts";
import { type SkuInput, upsertSkus } from "../core/stock/catalogue.ts";
import { isConfirmed, orKeep } from "./approvals.ts";
import { type CsvForm, writeCsv } from "./csv.ts";
import { define, json } from "./define.ts";
import { answerDocument } from "./documents.ts";
import { notFound } from "./errors.ts";
import { feedStart } from "./feed-start.ts";
import { answerPage, type CursorForm, pageOf } from "./lists.ts";
import { renderBasePrice, renderCost } from "./price-views.ts";
import { confirmQuery } from "./schemas/allocation.ts";
import { skuDetailSchema, skuQuery, skuRow, skuRowsSchema, skuSchema, skusInput } from "./schemas/catalogue.ts";
import { feedPage } from "./schemas/common.ts";
import { csvAnswerSchema } from "./schemas/csv.ts";
import { allows } from "./scopes.ts";
import { refuseShared } from "./shared-skus.ts";
import type { Api, Principal } from "./types.ts";
import { renderLevel, renderOffer, renderSku } from "./views.ts";

const LIST: CursorForm = { list: "skus", kinds: ["text"] };
const PARTS = { limit: 1000, after: null };

export function defineSkus(api: Api): void {
  const { engine } = api;
  define(
    api,
    "GET /v1/skus",
    { summary: "SKUs by code", query: skuQuery, answer: feedPage(skuSchema) },
    async ({ c, query }) => {
      const start = await feedStart(api, query);
      const filter = {
        codePrefix: query.code_prefix,
        barcode: query.barcode,
        bundle: query.bundle,
        retired: query.retired,
        updatedSince: query.updated_since,
      };
      return answerPage(c, LIST, await listSkus(engine.db, filter, pageOf(LIST, query)), renderSku, start);
    },
  );
  define(
    api,
    "PUT /v1/skus",
    {
      summary: "Creates and changes SKUs and bundles",
      description:
        "By code; fields that are absent stay as they are. Answers for each row; variants that waited for a code are mapped. " +
        "Where too many live offers would go to zero it waits for approval (409 `too_many_zeroes`) unless `confirm=true`. A " +
        "key limited to some stores is refused SKUs that other stores sell (403 `sku_shared`).",
      query: confirmQuery,
      body: skusInput,
      csv: {
        columns:
          "code, [title], [barcode], [safety_stock], [retired], [components] (CODE*2 CODE*1); an empty cell changes nothing",
        handle: async ({ c, who, query }) => {
          const confirmed = isConfirmed(who, query.confirm);
          const answer = await writeCsv(api, who, c.req.raw.body, skuForm(api, who, confirmed));
          engine.wake();
          return json(c, answer);
        },
      },
      answer: z.union([skuRowsSchema, csvAnswerSchema]),
    },
    async ({ c, who, query, body }) => {
      await refuseShared(
        engine,
        who,
        body.skus.map((row) => row.code),
      );
      const inputs = body.skus.map(toSku);
      const kept = { kind: "skus" as const, request: { skus: inputs }, rows: inputs.length };
      const guard = { confirmed: isConfirmed(who, query.confirm) };
      const rows = await orKeep(api, who, kept, () => upsertSkus(engine.db, inputs, engine.clock.now(), guard));
      engine.wake();
      return json(c, { data: rows.map(({ error, ...row }) => (error ? { ...row, error } : row)) });
    },
  );
  define(
    api,
    "GET /v1/skus/{code}",
    {
      summary: "One SKU with its stock, offers, prices and costs",
      params: z.object({ code: z.string().min(1).max(200) }),
      answer: skuDetailSchema,
    },
    async ({ c, who, params }) => {
      const sku = await findSku(engine.db, params.code);
      if (!sku) throw notFound("SKU");
      const { stores } = who;
      const levels = allows(who.scopes, "stock:read")
        ? (await listLevels(engine.db, { stores, skuIds: [sku.id] }, PARTS)).rows
        : [];
      const offers = allows(who.scopes, "offers:read")
        ? (await listOffers(engine.db, { stores, sku: sku.code }, PARTS)).rows
        : [];
      const priced = allows(who.scopes, "prices:read");
      const prices = priced
        ? (await listBasePrices(engine.db, { sku: sku.code, currency: undefined }, PARTS)).rows
        : [];
      const costs = priced ? (await listCosts(engine.db, { sku: sku.code }, PARTS)).rows : [];
      const body = {
        ...renderSku(sku),
        levels: levels.map(renderLevel),
        offers: offers.map(renderOffer),
        prices: prices.map(renderBasePrice),
        costs: costs.map(renderCost),
      };
      const text = JSON.stringify(body);
      return answerDocument(c, text, toHex(sha256(text)).slice(0, 32));
    },
  );
}

type SkuRow = z.output<typeof skuRow>;

const toSku = ({ safety_stock: safetyStock, ...rest }: SkuRow): SkuInput => ({ ...rest, safetyStock });

const skuForm = ({ engine }: Api, who: Principal, confirmed: boolean): CsvForm<SkuRow> => ({
  columns: {
    code: { required: true },
    title: {},
    barcode: {},
    safety_stock: { number: true },
    retired: { flag: true },
    components: { list: true },
  },
  row: skuRow,
  shape: ({ components, ...cells }) => ({
    ...cells,
    ...(components === undefined ? {} : { components: (components as string[]).map(readComponent) }),
  }),
  write: async (rows, onSale) => {
    await refuseShared(
      engine,
      who,
      rows.map((row) => row.code),
    );
    return upsertSkus(engine.db, rows.map(toSku), engine.clock.now(), { confirmed, onSale });
  },
  keep: (rows) => ({ kind: "skus", request: { skus: rows.map(toSku) } }),
});

/** CODE*2; without a number it is one. */
function readComponent(text: string): { code: string; quantity: number } {
  const [, code = text, quantity = "1"] = /^(.+)\*(\d{1,5})$/.exec(text) ?? [];
  return { code, quantity: Number(quantity) };
}
