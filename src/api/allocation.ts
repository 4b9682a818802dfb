/** Rules of what offers show of the stock, and why an offer shows what it shows. */
import { z } from "zod";
import { listRules, type RuleView } from "../core/db/allocation-list.ts";
import { toDate } from "../core/db/database.ts";
import { findSku } from "../core/db/skus.ts";
import { InputError } from "../core/errors.ts";
import { type RuleInput, removeRule, setRules } from "../core/stock/allocation-rules.ts";
import { type Explained, explainStock } from "../core/stock/explain.ts";
import { isConfirmed, orKeep } from "./approvals.ts";
import { type CsvForm, writeCsv } from "./csv.ts";
import { define, json } from "./define.ts";
import { notFound } from "./errors.ts";
import { answerPage, type CursorForm, pageOf } from "./lists.ts";
import {
  confirmQuery,
  explainSchema,
  type RuleBody,
  ruleInput,
  ruleQuery,
  ruleRowsSchema,
  ruleSchema,
  rulesInput,
} from "./schemas/allocation.ts";
import { idParams, page } from "./schemas/common.ts";
import { csvAnswerSchema } from "./schemas/csv.ts";
import { maySee, seenStore } from "./store-access.ts";
import type { Api, Principal } from "./types.ts";

const LIST: CursorForm = { list: "allocation-rules", kinds: ["uuid"] };

export function defineAllocation(api: Api): void {
  const { engine } = api;
  define(
    api,
    "GET /v1/allocation-rules",
    { summary: "Rules of what offers show of the stock", query: ruleQuery, answer: page(ruleSchema) },
    async ({ c, who, query }) => {
      const filter = { stores: who.stores, ...seenStore(who.stores, query.store), sku: query.sku, kind: query.kind };
      return answerPage(c, LIST, await listRules(engine.db, filter, pageOf(LIST, query)), renderRule);
    },
  );
  define(
    api,
    "PUT /v1/allocation-rules",
    {
      summary: "Sets rules of what offers show of the stock",
      description:
        "A rule speaks of all offers, or of those of a store, listing or SKU. Of each kind the narrowest holds for an offer " +
        "(SKU before listing before store before all). They apply in one order: locations, replenishable, fixed or else " +
        "buffer, share and cap, zero_below, pause. A rule with the scope, kind and `valid_from` of an earlier one takes its " +
        "place. Rules that would set too many live offers to zero wait for approval (409 `too_many_zeroes`) unless `confirm=true`.",
      query: confirmQuery,
      body: rulesInput,
      csv: {
        columns:
          "kind, [quantity], [percent], [locations] (by spaces), [store_id], [listing_id], [sku], [valid_from], [valid_until]",
        handle: async ({ c, who, query }) => {
          const answer = await writeCsv(api, who, c.req.raw.body, ruleForm(api, who, isConfirmed(who, query.confirm)));
          engine.wake();
          return json(c, answer);
        },
      },
      answer: z.union([ruleRowsSchema, csvAnswerSchema]),
    },
    async ({ c, who, query, body }) => {
      const rules = body.rules.map(readRule);
      refuseForeign(who, rules);
      const input = { rules, actor: who.actor, confirmed: isConfirmed(who, query.confirm) };
      const kept = { kind: "rules" as const, request: { rules }, rows: rules.length };
      const { rows } = await orKeep(api, who, kept, () => setRules(engine.db, input, engine.clock.now()));
      engine.wake();
      return json(c, { data: rows.map(({ id, outcome, error }) => ({ id, outcome, ...(error ? { error } : {}) })) });
    },
  );
  define(
    api,
    "DELETE /v1/allocation-rules/{id}",
    { summary: "Removes a rule", params: idParams, query: confirmQuery, status: 204 },
    async ({ c, who, params, query }) => {
      const input = { id: params.id, stores: who.stores, actor: who.actor, confirmed: isConfirmed(who, query.confirm) };
      if (!(await removeRule(engine.db, input, engine.clock.now()))) throw notFound("allocation rule");
      engine.wake();
      return c.body(null, 204);
    },
  );
  define(
    api,
    "GET /v1/stock/{sku}/explain",
    {
      summary: "Why the offers of a SKU show what they show",
      description: "What lies where, and what each rule makes of it, step by step.",
      params: z.object({ sku: z.string().min(1).max(200) }),
      answer: explainSchema,
    },
    async ({ c, who, params }) => {
      const sku = await findSku(engine.db, params.sku);
      if (!sku) throw notFound("SKU");
      const explained = await explainStock(engine.db, { id: sku.id, retired: sku.retired_at !== null }, who.stores);
      return json(c, renderExplained(sku.code, explained));
    },
  );
}

/** A key of some stores does not decide for the others. */
function refuseForeign(who: Principal, rules: readonly RuleInput[]): void {
  const foreign = rules.findIndex((rule) => !maySee(who, rule.storeId));
  if (foreign >= 0)
    throw new InputError(
      "store_not_allowed",
      `Rule ${foreign + 1} is not one of a store of this key: name \`store_id\`, and one of the key's stores.`,
      { status: 403 },
    );
}

const ruleForm = ({ engine }: Api, who: Principal, confirmed: boolean): CsvForm<RuleBody> => ({
  columns: {
    kind: { required: true },
    quantity: { number: true },
    percent: { number: true },
    locations: { list: true },
    store_id: {},
    listing_id: {},
    sku: {},
    valid_from: {},
    valid_until: {},
  },
  row: ruleInput,
  write: async (rows, onSale) => {
    const rules = rows.map(readRule);
    refuseForeign(who, rules);
    return (await setRules(engine.db, { rules, actor: who.actor, confirmed, onSale }, engine.clock.now())).rows;
  },
  keep: (rows) => ({ kind: "rules", request: { rules: rows.map(readRule) } }),
});

function readRule(body: RuleBody): RuleInput {
  return {
    storeId: body.store_id ?? null,
    listingId: body.listing_id ?? null,
    sku: body.sku ?? null,
    kind: body.kind,
    figure: "quantity" in body ? body.quantity : "percent" in body ? body.percent : null,
    locations: "locations" in body ? body.locations : null,
    validFrom: body.valid_from ?? null,
    validUntil: body.valid_until ?? null,
  };
}

function renderRule(row: RuleView) {
  const { params, valid_from, valid_until, ...rest } = row;
  return {
    ...rest,
    quantity: params.quantity ?? null,
    percent: params.percent ?? null,
    locations: params.codes ?? null,
    valid_from: toDate(valid_from),
    valid_until: toDate(valid_until),
  };
}

function renderExplained(sku: string, { parts, offers }: Explained) {
  return {
    sku,
    parts: parts.map(({ sku: code, quantity, safetyStock, setApart, retired, levels, ...holders }) => ({
      sku: code,
      quantity,
      safety_stock: safetyStock,
      set_apart: setApart,
      retired,
      levels: levels.map(({ location, onHand, reserved, counts }) => ({ location, on_hand: onHand, reserved, counts })),
      orders: holders.orders.map(({ orderId, storeId, ...order }) => ({ id: orderId, store_id: storeId, ...order })),
      held_by_others: holders.heldByOthers,
      campaigns: holders.campaigns.map(({ endsAt, ...campaign }) => ({ ...campaign, ends_at: endsAt })),
    })),
    offers: offers.map((offer) => ({
      id: offer.offerId,
      store_id: offer.storeId,
      store: offer.store,
      place: offer.place,
      variant_id: offer.variantId,
      listing_external_id: offer.listingExternalId,
      variant_external_id: offer.variantExternalId,
      locations: offer.locations,
      steps: offer.steps.map(({ rule, figure, quantity }) => ({
        rule,
        rule_id: offer.rules[rule] ?? null,
        figure,
        quantity,
      })),
      shows: offer.shows,
      desired: offer.desired,
      desired_at: offer.desiredAt,
      cause: offer.cause,
      confirmed: offer.confirmed,
      confirmed_at: offer.confirmedAt,
    })),
  };
}
