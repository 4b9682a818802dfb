/** The merchant's own catalogue. */
import { z } from "zod";
import { sha256, toHex } from "../core/crypto.ts";
import { listBasePrices, listCosts } from "../core/db/price-list.ts";
import { findSku, listSkus } from "../core/db/skus.ts";
import { listLevels, listOffers } from "../core/db/stock.ts";
import { upsertSkus } from "../core/stock/catalogue.ts";
import { define, json } from "./define.ts";
import { answerDocument } from "./documents.ts";
import { notFound } from "./errors.ts";
import { feedStart } from "./feed-start.ts";
import { answerPage, type CursorForm, pageOf } from "./lists.ts";
import { renderBasePrice, renderCost } from "./price-views.ts";
import { skuDetailSchema, skuQuery, skuRowsSchema, skuSchema, skusInput } from "./schemas/catalogue.ts";
import { feedPage } from "./schemas/common.ts";
import { allows } from "./scopes.ts";
import { refuseShared } from "./shared-skus.ts";
import type { Api } from "./types.ts";
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
        "By code; fields that are absent stay as they are. Answers for each row; variants that waited for a code are mapped. A " +
        "key limited to some stores is refused SKUs that other stores sell (403 `sku_shared`).",
      body: skusInput,
      answer: skuRowsSchema,
    },
    async ({ c, who, body }) => {
      await refuseShared(
        engine,
        who,
        body.skus.map((row) => row.code),
      );
      const inputs = body.skus.map(({ safety_stock: safetyStock, ...rest }) => ({ ...rest, safetyStock }));
      const rows = await upsertSkus(engine.db, inputs, engine.clock.now());
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
