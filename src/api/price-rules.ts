/** Rules of prices, and what they come to: explanations, prices that are held back, the history, a person's word. */
import { z } from "zod";
import { listHeldPrices, listPriceHistory, listPriceRules } from "../core/db/price-list.ts";
import { InputError } from "../core/errors.ts";
import { approvePrice } from "../core/pricing/approve.ts";
import { explainPrice } from "../core/pricing/explain.ts";
import { type PriceRuleInput, removePriceRule, setPriceRules } from "../core/pricing/price-rules.ts";
import { type CsvForm, writeCsv } from "./csv.ts";
import { define, json } from "./define.ts";
import { notFound } from "./errors.ts";
import { answerPage, type CursorForm, pageOf } from "./lists.ts";
import { renderExplainedPrice, renderHeld, renderPriceChange, renderPriceRule } from "./price-views.ts";
import { learn } from "./prices.ts";
import { idParams, page } from "./schemas/common.ts";
import { csvAnswerSchema } from "./schemas/csv.ts";
import {
  type PriceRuleBody,
  priceRuleQuery,
  priceRuleRow,
  priceRuleRowsSchema,
  priceRuleSchema,
  priceRulesInput,
} from "./schemas/price-inputs.ts";
import {
  approveInput,
  explainPriceSchema,
  heldQuery,
  heldSchema,
  historyQuery,
  historySchema,
} from "./schemas/prices.ts";
import { maySee, seenStore } from "./store-access.ts";
import type { Api, Principal } from "./types.ts";

const RULES: CursorForm = { list: "price-rules", kinds: ["uuid"] };
const HELD: CursorForm = { list: "held-prices", kinds: ["uuid"] };
const HISTORY: CursorForm = { list: "price-history", kinds: ["number"] };

export function definePriceRules(api: Api): void {
  const { engine } = api;
  define(
    api,
    "GET /v1/prices/rules",
    { summary: "Rules of prices", query: priceRuleQuery, answer: page(priceRuleSchema) },
    async ({ c, who, query }) => {
      const filter = { stores: who.stores, ...seenStore(who.stores, query.store), sku: query.sku, kind: query.kind };
      return answerPage(c, RULES, await listPriceRules(engine.db, filter, pageOf(RULES, query)), renderPriceRule);
    },
  );
  define(
    api,
    "PUT /v1/prices/rules",
    {
      summary: "Sets rules of prices",
      description:
        "A rule speaks of all offers, or of those of a store, listing or SKU. Of each kind the narrowest holds for an offer " +
        "(SKU before listing before store before all); of two that are equally narrow one that ends before one that does not, " +
        "then the newer. They apply in one order: manual, fixed or else base price, rate, markup, discount, tax and rounding; " +
        "then the highest of floor, min_advertised, protection, margin and the base price's floor, the lowest of ceiling and " +
        "the base price's ceiling, then approval. A rule with the scope, kind and `valid_from` (and currency, for rounding and " +
        "bounds) of an earlier one takes its place.",
      body: priceRulesInput,
      csv: {
        columns:
          "kind, [store_id], [listing_id], [sku], [valid_from], [valid_until], and what rules of the kind say: [percent], [amount], [currency], [from], [max_age_days], [direction], [step], [ending], [to]",
        handle: async ({ c, who }) => {
          await learn(api);
          const answer = await writeCsv(api, who, c.req.raw.body, ruleForm(api, who));
          engine.wake();
          return json(c, answer);
        },
      },
      answer: z.union([priceRuleRowsSchema, csvAnswerSchema]),
    },
    async ({ c, who, body }) => {
      const rules = body.rules.map(readRule);
      refuseForeign(who, rules);
      await learn(api);
      const rows = await setPriceRules(engine.db, { rules, actor: who.actor }, engine.clock.now());
      engine.wake();
      return json(c, { data: rows.map(({ id, outcome, error }) => ({ id, outcome, ...(error ? { error } : {}) })) });
    },
  );
  define(
    api,
    "DELETE /v1/prices/rules/{id}",
    { summary: "Removes a rule of prices", params: idParams, status: 204 },
    async ({ c, who, params }) => {
      const input = { id: params.id, stores: who.stores, actor: who.actor };
      if (!(await removePriceRule(engine.db, input, engine.clock.now()))) throw notFound("price rule");
      engine.wake();
      return c.body(null, 204);
    },
  );
  define(
    api,
    "GET /v1/prices/held",
    {
      summary: "Computed prices that are held back",
      description: "Nothing of them is sent; the offer keeps its earlier price.",
      query: heldQuery,
      answer: page(heldSchema),
    },
    async ({ c, who, query }) => {
      const filter = { stores: who.stores, ...seenStore(who.stores, query.store), sku: query.sku, code: query.code };
      return answerPage(c, HELD, await listHeldPrices(engine.db, filter, pageOf(HELD, query)), renderHeld);
    },
  );
  define(
    api,
    "GET /v1/prices/history",
    {
      summary: "Prices that were sent, newest first",
      description: "From what to what, by whose doing, why, and what the platform answered.",
      query: historyQuery,
      answer: page(historySchema),
    },
    async ({ c, who, query }) => {
      const { sku, variant, since } = query;
      const filter = { stores: who.stores, ...seenStore(who.stores, query.store), sku, variant, since };
      return answerPage(
        c,
        HISTORY,
        await listPriceHistory(engine.db, filter, pageOf(HISTORY, query)),
        renderPriceChange,
      );
    },
  );
  define(
    api,
    "POST /v1/prices/{id}/approve",
    {
      summary: "Approves a price that is held back",
      description:
        "`id` is the offer's. Exactly the price that is named is approved, and later the way back to the one that it " +
        "replaces. Where the platform shows another price than the one that was set, naming ours sets it again. 409 where " +
        "another price waits by now, or none.",
      params: idParams,
      body: approveInput,
      status: 204,
    },
    async ({ c, who, params, body }) => {
      const input = { offerId: params.id, price: body, stores: who.stores, actor: who.actor };
      if (!(await approvePrice(engine.db, input, engine.clock.now()))) throw notFound("offer of a price");
      engine.wake();
      return c.body(null, 204);
    },
  );
  define(
    api,
    "GET /v1/prices/{variant}/explain",
    {
      summary: "Why a variant's price is what it is",
      description: "Every step from the base price on, and what holds the price back.",
      params: z.object({ variant: z.uuid().meta({ description: "The variant's id." }) }),
      answer: explainPriceSchema,
    },
    async ({ c, who, params }) => {
      const input = { variantId: params.variant, stores: who.stores };
      const explained = await explainPrice(engine.db, input, engine.clock.now());
      if (!explained) throw notFound("offer of a price for this variant");
      return json(c, renderExplainedPrice(explained));
    },
  );
}

const COLUMNS = "store_id listing_id sku valid_from valid_until percent amount currency from direction step ending to";

const ruleForm = ({ engine }: Api, who: Principal): CsvForm<PriceRuleBody> => ({
  columns: {
    kind: { required: true },
    max_age_days: { number: true },
    ...Object.fromEntries(COLUMNS.split(" ").map((name) => [name, {}])),
  },
  row: priceRuleRow,
  write: async (rows) => {
    const rules = rows.map(readRule);
    refuseForeign(who, rules);
    return setPriceRules(engine.db, { rules, actor: who.actor }, engine.clock.now());
  },
});

/** A key of some stores does not decide for the others. */
function refuseForeign(who: Principal, rules: readonly PriceRuleInput[]): void {
  const foreign = rules.findIndex((rule) => !maySee(who, rule.storeId));
  if (foreign >= 0)
    throw new InputError(
      "store_not_allowed",
      `Rule ${foreign + 1} is not one of a store of this key: name \`store_id\`, and one of the key's stores.`,
      { status: 403 },
    );
}

function readRule(body: PriceRuleBody): PriceRuleInput {
  const { store_id, listing_id, sku, valid_from, valid_until, kind, ...params } = body;
  return {
    storeId: store_id ?? null,
    listingId: listing_id ?? null,
    sku: sku ?? null,
    kind,
    params,
    validFrom: valid_from ?? null,
    validUntil: valid_until ?? null,
  };
}
