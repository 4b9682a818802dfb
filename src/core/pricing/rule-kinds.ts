/**
 * The rules that shape a price. This list is the order in which they apply, whatever the order in which they were set;
 * of each kind one rule holds for an offer (load.ts chooses it).
 *
 * 1. `manual`: the price is left to people; nothing else is looked at.
 * 2. `fixed`: the price itself. Rate, markup, discount, tax and rounding then say nothing.
 * 3. The base price of the SKU in the offer's currency, or, with `rate`, in another one times the dated rate.
 * 4. `markup`: a percentage, then an amount.  5. `discount`: a percentage, then an amount.
 * 6. `tax`: added to prices that are kept without, or taken out of those that are kept with it.
 * 7. `rounding`: to steps and endings; to the currency's digits where there is none.
 * 8. Lower bounds: `floor`, `min_advertised`, `protection`, `margin` over the dated cost, the base price's own floor. The
 *    highest holds.  9. Upper bounds: `ceiling`, the base price's own. The lowest holds. What a bound moves lies on the
 *    rounding's steps where these fit between the bounds.
 * 10. `approval`: a change of more than this share waits for a person (checks.ts).
 */
export const PRICE_RULE_KINDS = [
  "manual",
  "fixed",
  "rate",
  "markup",
  "discount",
  "tax",
  "rounding",
  "floor",
  "min_advertised",
  "protection",
  "margin",
  "ceiling",
  "approval",
] as const;
export type PriceRuleKind = (typeof PRICE_RULE_KINDS)[number];

/** What the rules of each kind say. Amounts and percentages are decimal strings. */
interface Params {
  manual: object;
  fixed: { amount: string; currency: string };
  rate: { from: string; max_age_days: number };
  markup: { percent?: string; amount?: string; currency?: string };
  discount: { percent?: string; amount?: string; currency?: string };
  tax: { percent: string; direction: "add" | "remove" };
  rounding: { currency: string; step: string; ending: string; to: "nearest" | "up" | "down" };
  floor: { amount: string; currency: string };
  min_advertised: { amount: string; currency: string };
  protection: { amount: string; currency: string };
  margin: { percent: string };
  ceiling: { amount: string; currency: string };
  approval: { percent: string };
}

/** Kinds of which one rule per currency may hold, each for the offers of its currency. */
export const KINDS_BY_CURRENCY: readonly PriceRuleKind[] = [
  "rounding",
  "floor",
  "min_advertised",
  "protection",
  "ceiling",
];

/** The rules that hold for one offer. */
export type PriceRules = { readonly [K in PriceRuleKind]?: { id: string; params: Params[K] } };
