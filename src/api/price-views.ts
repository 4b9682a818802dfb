/** How prices and what belongs to them are shown. */
import { toDate } from "../core/db/database.ts";
import type { BasePriceView, CostView, HeldView, PriceChangeView, PriceRuleView } from "../core/db/price-list.ts";
import type { Money } from "../core/model/records.ts";
import { money, padMoney } from "../core/money.ts";
import type { ExplainedPrice } from "../core/pricing/explain.ts";

const amountOf = (amount: string | null, currency: string | null): Money | null =>
  amount === null || currency === null || currency === "" ? null : padMoney(money(amount, currency));

export function renderBasePrice({ sku, currency, amount, floor, ceiling, updated_at }: BasePriceView) {
  return {
    sku,
    price: amountOf(amount, currency),
    floor: amountOf(floor, currency),
    ceiling: amountOf(ceiling, currency),
    updated_at: toDate(updated_at),
  };
}

export function renderCost({ sku, currency, amount, valid_from }: CostView) {
  return { sku, cost: amountOf(amount, currency), valid_from };
}

export function renderPriceRule({
  id,
  store_id,
  listing_id,
  sku,
  kind,
  params,
  valid_from,
  valid_until,
}: PriceRuleView) {
  return {
    id,
    store_id,
    listing_id,
    sku,
    kind,
    params,
    valid_from: toDate(valid_from),
    valid_until: toDate(valid_until),
  };
}

export function renderHeld(row: HeldView) {
  return {
    offer_id: row.offer_id,
    store_id: row.store_id,
    variant_id: row.variant_id,
    sku: row.sku,
    code: row.code,
    detail: row.detail,
    price: amountOf(row.amount, row.currency),
    desired: amountOf(row.desired, row.desired_currency),
    since: toDate(row.held_at),
  };
}

export function renderPriceChange({ id, at, currency, before, after, ...rest }: PriceChangeView) {
  const { store_id, variant_id, sku, source, actor, reason, answer } = rest;
  return {
    id: Number(id),
    at: toDate(at),
    store_id,
    variant_id,
    sku,
    before: amountOf(before, currency),
    after: amountOf(after, currency),
    source,
    actor,
    reason,
    answer,
  };
}

export function renderExplainedPrice(told: ExplainedPrice) {
  return {
    id: told.offerId,
    store_id: told.storeId,
    variant_id: told.variantId,
    sku: told.sku,
    currency: told.currency,
    steps: told.steps.map(({ rule, ruleId, figure, amount }) => ({
      rule,
      rule_id: ruleId,
      figure,
      amount: amount?.amount ?? null,
      currency: amount?.currency ?? null,
    })),
    price: told.price,
    held: told.held && {
      code: told.held.code,
      detail: told.held.detail,
      price: told.held.price && padMoney(told.held.price),
    },
    desired: told.desired,
    confirmed: told.confirmed,
    observed: told.observed,
    valid_until: told.validUntil,
    next_change: told.nextChange,
    approved: told.approved,
  };
}
