/**
 * The price that rules make of a base price, with every step that was taken, in the order of rule-kinds.ts. Pure, and
 * the only place where a price is computed: what is stored and what is explained come from here.
 */

import type { Money } from "../model/records.ts";
import { add, addPercent, compare, money, padMoney, removePercent, scale, sub } from "../money.ts";
import { fitBounds, gridOf } from "./bounds.ts";
import type { PriceRuleKind, PriceRules } from "./rule-kinds.ts";

export interface BasePrice {
  amount: string;
  floor: string | null;
  ceiling: string | null;
}

/** A rate of the table: one unit of the base currency in the quote currency. */
export interface Rate {
  rate: string;
  /** Calendar date, UTC. */
  validOn: string;
  ageDays: number;
}

export interface PriceFacts {
  /** What the platform shows the variant in, or else the store's; null: not known. */
  currency: string | null;
  /** Base prices of the SKU, by currency. */
  bases: Readonly<Record<string, BasePrice>>;
  /** Costs of the SKU that are in force, by currency. */
  costs: Readonly<Record<string, string>>;
  rules: PriceRules;
  /** The newest rate that is not dated later than today; null: none. */
  rateOf(from: string, to: string): Rate | null;
  /** Whether a desired price was written before: then a missing base price is a fault, not a choice. */
  isManaged: boolean;
}

export interface PriceStep {
  rule: PriceRuleKind | "base" | "base_floor" | "base_ceiling" | "digits";
  ruleId: string | null;
  /** What the rule says, in words. */
  figure: string | null;
  /** The price after this step. */
  amount: Money | null;
}

export type RefusalCode =
  | "no_currency"
  | "no_base_price"
  | "no_rate"
  | "rate_too_old"
  | "no_cost"
  | "wrong_currency"
  | "not_positive"
  | "bounds_conflict"
  | "change_too_large";

export interface Refusal {
  code: RefusalCode;
  detail: string;
  /** The computed price, where one came about. */
  price: Money | null;
  /** The pair whose rate is wanted, as USD/EUR. */
  rate: string | null;
}

/** `manual`: left to people. `none`: nothing was ever said of this price. */
export type Composed = { steps: PriceStep[] } & (
  | { outcome: "manual" | "none" }
  | { outcome: "priced"; price: Money }
  | { outcome: "refused"; refusal: Refusal }
);

/** Thrown within, answered as a value. */
class Refused extends Error {
  readonly refusal: Refusal;
  constructor(code: RefusalCode, detail: string, more: { price?: Money; rate?: string } = {}) {
    super(detail);
    this.refusal = { code, detail, price: more.price ?? null, rate: more.rate ?? null };
  }
}

/** Computes a price. Never throws for facts of any kind: what cannot be computed is refused with its reason. */
export function composePrice(facts: PriceFacts): Composed {
  const steps: PriceStep[] = [];
  if (facts.rules.manual) {
    steps.push({ rule: "manual", ruleId: facts.rules.manual.id, figure: null, amount: null });
    return { steps, outcome: "manual" };
  }
  const isUnknown = !facts.rules.fixed && Object.keys(facts.bases).length === 0;
  if (isUnknown && !facts.isManaged) return { steps, outcome: "none" };
  try {
    return { steps, outcome: "priced", price: padMoney(compose(facts, steps)) };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { steps, outcome: "refused", refusal: error.refusal };
  }
}

function compose(facts: PriceFacts, steps: PriceStep[]): Money {
  const { currency, rules } = facts;
  if (currency === null) throw new Refused("no_currency", "Neither the listing nor the store has a currency.");
  const step = (rule: PriceStep["rule"], figure: string | null, amount: Money): Money => {
    steps.push({ rule, ruleId: ruleIdOf(rules, rule), figure, amount });
    return amount;
  };
  const inCurrency = (amount: string, of: string, rule: PriceRuleKind): Money => {
    const said = money(amount, of);
    if (of !== currency)
      throw new Refused("wrong_currency", `Rule \`${rule}\` is in ${of}, the offer in ${currency}.`, { price: said });
    return said;
  };
  const { fixed } = rules;
  let price: Money;
  if (fixed) {
    price = step("fixed", null, inCurrency(fixed.params.amount, fixed.params.currency, "fixed"));
    checkPositive(price);
  } else {
    price = shape(facts, currency, step, inCurrency);
    checkPositive(price);
  }
  const grid = fixed ? null : (rules.rounding?.params ?? null);
  const rounded = fitBounds(price, { grid, lower: null, upper: null });
  if (rounded && (grid || compare(rounded, price) !== 0))
    price = step(grid ? "rounding" : "digits", grid ? tellGrid(grid) : null, rounded);
  const bounds = boundsOf(facts, currency);
  const fitted = fitBounds(price, { grid, lower: bounds.lower?.amount ?? null, upper: bounds.upper?.amount ?? null });
  for (const bound of [bounds.lower, bounds.upper])
    if (bound) step(bound.rule, `${bound.amount.amount} ${currency}`, fitted ?? price);
  if (!fitted) {
    const [lower, upper] = [bounds.lower, bounds.upper].map(
      (bound) => bound && `\`${bound.rule}\` of ${bound.amount.amount}`,
    );
    throw new Refused("bounds_conflict", `No price lies between ${lower} and ${upper} ${currency}.`, { price });
  }
  checkPositive(fitted);
  return fitted;
}

type Tell = (rule: PriceStep["rule"], figure: string | null, amount: Money) => Money;
type Own = (amount: string, of: string, rule: PriceRuleKind) => Money;

/** Base, rate, markup, discount, tax. */
function shape(facts: PriceFacts, currency: string, step: Tell, inCurrency: Own): Money {
  const { rules } = facts;
  const from = rules.rate?.params.from ?? currency;
  const base = facts.bases[from];
  if (!base) throw new Refused("no_base_price", `There is no base price in ${from}.`);
  let price = step("base", null, money(base.amount, from));
  if (from !== currency) {
    const rate = rateFor(facts, from, currency);
    price = step("rate", `${rate.rate} of ${rate.validOn}`, convert(price, rate.rate, currency));
  }
  for (const kind of ["markup", "discount"] as const) {
    const rule = rules[kind];
    if (!rule) continue;
    const { percent, amount, currency: of = currency } = rule.params;
    const sign = kind === "discount" ? "-" : "";
    if (percent !== undefined) price = step(kind, `${sign}${percent} %`, addPercent(price, `${sign}${percent}`));
    if (amount !== undefined) {
      const said = inCurrency(amount, of, kind);
      price = step(kind, `${sign}${amount} ${of}`, kind === "discount" ? sub(price, said) : add(price, said));
    }
  }
  if (rules.tax) {
    const { percent, direction } = rules.tax.params;
    const taxed = direction === "add" ? addPercent(price, percent) : removePercent(price, percent);
    price = step("tax", `${direction} ${percent} %`, taxed);
  }
  return price;
}

interface Bound {
  rule: PriceStep["rule"];
  amount: Money;
}

function boundsOf(facts: PriceFacts, currency: string): { lower: Bound | null; upper: Bound | null } {
  const { rules, bases } = facts;
  const lowers: Bound[] = [];
  const uppers: Bound[] = [];
  for (const kind of ["floor", "min_advertised", "protection"] as const) {
    const rule = rules[kind];
    if (rule) lowers.push({ rule: kind, amount: money(rule.params.amount, currency) });
  }
  if (rules.ceiling) uppers.push({ rule: "ceiling", amount: money(rules.ceiling.params.amount, currency) });
  // Bounds of the base price that the rate starts from, and of the one in the offer's own currency.
  for (const from of new Set([currency, rules.rate?.params.from ?? currency])) {
    const { floor = null, ceiling = null } = bases[from] ?? {};
    if (floor === null && ceiling === null) continue;
    const here = (amount: string) =>
      from === currency
        ? money(amount, from)
        : convert(money(amount, from), rateFor(facts, from, currency).rate, currency);
    if (floor !== null) lowers.push({ rule: "base_floor", amount: here(floor) });
    if (ceiling !== null) uppers.push({ rule: "base_ceiling", amount: here(ceiling) });
  }
  if (rules.margin)
    lowers.push({ rule: "margin", amount: leastForMargin(facts, currency, rules.margin.params.percent) });
  const furthest = (bounds: readonly Bound[], sign: 1 | -1): Bound | null =>
    bounds.reduce<Bound | null>(
      (most, bound) => (most === null || compare(bound.amount, most.amount) === sign ? bound : most),
      null,
    );
  return { lower: furthest(lowers, 1), upper: furthest(uppers, -1) };
}

/** Cost and this percentage of it; with the tax that the price carries. */
function leastForMargin(facts: PriceFacts, currency: string, percent: string): Money {
  const { costs, rules } = facts;
  const from = costs[currency] === undefined ? rules.rate?.params.from : currency;
  const amount = from === undefined ? undefined : costs[from];
  if (from === undefined || amount === undefined)
    throw new Refused("no_cost", `Rule \`margin\` asks for a cost in ${currency}, and there is none.`);
  const cost =
    from === currency
      ? money(amount, from)
      : convert(money(amount, from), rateFor(facts, from, currency).rate, currency);
  const least = addPercent(cost, percent);
  const tax = rules.tax?.params;
  return tax?.direction === "add" && !rules.fixed ? addPercent(least, tax.percent) : least;
}

function rateFor({ rules, rateOf }: PriceFacts, from: string, to: string): Rate {
  const rate = rateOf(from, to);
  const pair = `${from}/${to}`;
  if (!rate) throw new Refused("no_rate", `There is no rate ${pair}.`, { rate: pair });
  const oldest = rules.rate?.params.max_age_days ?? 0;
  if (rate.ageDays > oldest)
    throw new Refused("rate_too_old", `The rate ${pair} is of ${rate.validOn}: more than ${oldest} days old.`, {
      rate: pair,
    });
  return rate;
}

const convert = (amount: Money, rate: string, currency: string): Money => ({ ...scale(amount, rate), currency });

function checkPositive(price: Money): void {
  if (compare(price, money("0", price.currency)) <= 0)
    throw new Refused("not_positive", "The computed price is not above zero.", { price });
}

function ruleIdOf(rules: PriceRules, rule: PriceStep["rule"]): string | null {
  return rule in rules ? (rules[rule as PriceRuleKind]?.id ?? null) : null;
}

function tellGrid(grid: NonNullable<PriceRules["rounding"]>["params"]): string {
  const { step, ending, to } = gridOf(grid);
  return ending === "0" ? `${to}, steps of ${step}` : `${to}, steps of ${step} ending in ${ending}`;
}
