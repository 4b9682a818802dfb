/** Rules of prices as they are set and shown. */
import { z } from "zod";
import { isCurrency } from "../../core/currencies.ts";
import { currencyDigits } from "../../core/money.ts";
import { PRICE_RULE_KINDS } from "../../core/pricing/rule-kinds.ts";
import { instantInput, instantOrNull, listQuery, rowResult, text, textOrNull, uuid } from "./common.ts";

export const currencyInput = z
  .string()
  .regex(/^[A-Z]{3}$/, { error: "must be a currency code of three capitals such as EUR", abort: true })
  .refine(isCurrency, "is no currency of ISO 4217 that is in use")
  .meta({ description: "Code of ISO 4217." });
export const amountInput = z
  .string()
  .regex(/^(0|[1-9]\d{0,11})(\.\d{1,4})?$/, "must be an amount such as 12.50, with a point and no sign")
  .meta({ description: "Exact amount, as a decimal string." });
const above = amountInput.refine((value) => /[1-9]/.test(value), "must be above zero");
/** Three digits after the point: what keeps every step of a price exact in the digits that amounts may have. */
const percent = z
  .string()
  .regex(/^(0|[1-9]\d{0,3})(\.\d{1,3})?$/, "must be a percentage such as 12.5, without the sign")
  .meta({ description: "As a decimal string: 12.5 is 12.5 %." });
const share = percent.refine((value) => /^\d{1,2}(\.|$)/.test(value), "must be below 100");

/** Digits after the point, needless zeros apart. */
const digitsOf = (text: string): number => text.split(".")[1]?.replace(/0+$/, "").length ?? 0;

const narrowed = {
  store_id: z.uuid().optional().meta({ description: "Offers of this store." }),
  listing_id: z.uuid().optional().meta({ description: "Offers of this listing." }),
  sku: z.string().min(1).max(200).optional().meta({ description: "Offers of this SKU." }),
  valid_from: instantInput.optional().meta({ description: "It begins by itself." }),
  valid_until: instantInput.optional().meta({ description: "It ends by itself." }),
};

const rule = <K extends string, S extends z.ZodRawShape>(kind: K, params: S, description: string) =>
  z.strictObject({ ...narrowed, kind: z.literal(kind), ...params }).meta({ description });
const inAmount = { amount: amountInput.optional(), currency: currencyInput.optional() };
const ofAmount = { amount: above, currency: currencyInput };

const isWhole = (row: { percent?: string | undefined; amount?: string | undefined; currency?: string | undefined }) =>
  (row.percent !== undefined || row.amount !== undefined) &&
  (row.amount === undefined) === (row.currency === undefined);
const WHOLE = "give `percent`, or `amount` with its `currency`, or both";

export const priceRuleRow = z.discriminatedUnion("kind", [
  rule("manual", {}, "The price is left to people: nothing is set."),
  rule("fixed", ofAmount, "The price itself. Rate, markup, discount, tax and rounding then say nothing."),
  rule(
    "rate",
    {
      from: currencyInput.meta({ description: "The currency of the base price that is converted." }),
      max_age_days: z.number().int().min(0).max(366).meta({ description: "An older rate is none." }),
    },
    "The base price in `from`, times the dated rate. Without a rate that is young enough there is no price.",
  ),
  rule("markup", { percent: percent.optional(), ...inAmount }, "Adds a percentage, then an amount.").refine(
    isWhole,
    WHOLE,
  ),
  rule("discount", { percent: share.optional(), ...inAmount }, "Takes off a percentage, then an amount.").refine(
    isWhole,
    WHOLE,
  ),
  rule(
    "tax",
    {
      percent,
      direction: z.enum(["add", "remove"]).meta({ description: "add: base prices are kept without the tax." }),
    },
    "Adds the tax, or takes it out.",
  ),
  rule(
    "rounding",
    {
      currency: currencyInput,
      step: above.meta({ description: "0.05, 1, 100" }),
      ending: amountInput
        .default("0")
        .meta({ description: "0.99 with step 1: 0.99, 1.99, 2.99. 80 with step 100: 80, 180." }),
      to: z.enum(["nearest", "up", "down"]).default("nearest"),
    },
    "Rounds offers in this currency to steps, or to an ending.",
  ).refine(
    ({ currency, step, ending }) => [step, ending].every((text) => digitsOf(text) <= currencyDigits(currency)),
    "`step` and `ending` have more digits after the point than the currency",
  ),
  rule("floor", ofAmount, "Offers in this currency never go below."),
  rule("min_advertised", ofAmount, "The minimum advertised price of offers in this currency."),
  rule(
    "protection",
    { ...ofAmount, valid_until: instantInput },
    "Price protection: offers in this currency do not go below until `valid_until`.",
  ),
  rule(
    "margin",
    { percent },
    "Never below the dated cost and this percentage of it. Without a cost there is no price.",
  ),
  rule("ceiling", ofAmount, "Offers in this currency never go above."),
  rule(
    "approval",
    { percent: share },
    "A change of more than this share of the greater price waits for a person (default 50).",
  ),
]);
export type PriceRuleBody = z.output<typeof priceRuleRow>;

export const priceRulesInput = z.strictObject({ rules: z.array(priceRuleRow).min(1).max(2000) });
export const priceRuleRowsSchema = z.object({ data: z.array(rowResult({ id: uuid.nullable() })) });

export const priceRuleQuery = listQuery({
  store: z.uuid().optional(),
  sku: z.string().max(200).optional().meta({ description: "Of this SKU." }),
  kind: z.enum(PRICE_RULE_KINDS).optional(),
});

export const priceRuleSchema = z
  .object({
    id: uuid,
    store_id: uuid.nullable(),
    listing_id: uuid.nullable(),
    sku: textOrNull,
    kind: z.enum(PRICE_RULE_KINDS),
    params: z.record(text, z.unknown()).meta({ description: "What the rule says, by the names it was set with." }),
    valid_from: instantOrNull,
    valid_until: instantOrNull,
  })
  .meta({ id: "PriceRule" });
