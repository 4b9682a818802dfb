/** Base prices, costs, rates, what is held back, and how a price came about. */
import { z } from "zod";
import { moneySchema, orNull } from "../../core/model/api-schemas.ts";
import { instant, instantInput, instantOrNull, int, listQuery, rowResult, text, textOrNull, uuid } from "./common.ts";
import { amountInput, currencyInput } from "./price-inputs.ts";

const sku = z.string().trim().min(1).max(200).meta({ description: "The SKU's code." });
const day = z.iso.date();
const rate = z
  .string()
  .regex(/^(0|[1-9]\d{0,7})(\.\d{1,10})?$/)
  .refine((value) => /[1-9]/.test(value), "must be above zero")
  .meta({ description: "What one unit of `base` is in `quote`, as a decimal string." });

export const basePriceRow = z.strictObject({
  sku,
  currency: currencyInput,
  amount: amountInput.nullable().meta({ description: "Null: there is no base price in this currency any more." }),
  floor: amountInput.nullable().default(null).meta({ description: "No offer goes below it." }),
  ceiling: amountInput.nullable().default(null).meta({ description: "No offer goes above it." }),
});
export const basePricesInput = z.strictObject({ prices: z.array(basePriceRow).min(1).max(2000) });

export const basePriceRowsSchema = z.object({ data: z.array(rowResult({ sku: text, currency: text })) });

export const basePriceQuery = listQuery({
  sku: z.string().max(200).optional().meta({ description: "Of this SKU." }),
  currency: currencyInput.optional().meta({ description: "In this currency." }),
});

export const basePriceSchema = z
  .object({
    sku: text.meta({ description: "The SKU's code." }),
    price: moneySchema,
    floor: orNull(moneySchema).meta({ description: "No offer goes below it." }),
    ceiling: orNull(moneySchema).meta({ description: "No offer goes above it." }),
    updated_at: instant,
  })
  .meta({ id: "BasePrice" });

export const costRow = z.strictObject({
  sku,
  currency: currencyInput,
  amount: amountInput,
  valid_from: day.meta({ description: "The day from which it is in force, UTC." }),
});

export const costsInput = z.strictObject({ costs: z.array(costRow).min(1).max(2000) });

export const costRowsSchema = z.object({
  data: z.array(rowResult({ sku: text, currency: text, valid_from: text })),
});

export const costQuery = listQuery({
  sku: z.string().max(200).optional().meta({ description: "Of this SKU." }),
});

export const costSchema = z
  .object({
    sku: text.meta({ description: "The SKU's code." }),
    cost: moneySchema,
    valid_from: text.meta({ description: "The day from which it is in force, UTC." }),
  })
  .meta({ id: "Cost" });

export const rateRow = z
  .strictObject({
    base: currencyInput,
    quote: currencyInput,
    valid_on: day.meta({ description: "The day it is of, UTC." }),
    rate,
    source: z.string().max(200).nullable().default(null).meta({ description: "Where it was taken from." }),
  })
  .refine((row) => row.base !== row.quote, "`base` and `quote` are the same currency");

export const ratesInput = z.strictObject({ rates: z.array(rateRow).min(1).max(2000) });

export const rateRowsSchema = z.object({ data: z.array(rowResult({ base: text, quote: text, valid_on: text })) });

export const rateQuery = listQuery({
  base: currencyInput.optional().meta({ description: "From this currency." }),
  quote: currencyInput.optional().meta({ description: "To this currency." }),
});

export const rateSchema = z
  .object({
    base: text,
    quote: text,
    valid_on: text.meta({ description: "The day it is of, UTC." }),
    rate: text.meta({ description: "What one unit of `base` is in `quote`." }),
    source: textOrNull,
  })
  .meta({ id: "ExchangeRate" });

export const approveInput = z.strictObject({
  amount: amountInput.meta({ description: "The price that is approved: the one that waits, and no other." }),
  currency: currencyInput,
});

export const heldQuery = listQuery({
  store: z.uuid().optional(),
  sku: z.string().max(200).optional().meta({ description: "Of this SKU." }),
  code: z.string().max(50).optional().meta({ description: "Held back for this reason." }),
});

const reason = text.meta({
  description:
    "Why it is held back: no_currency, no_base_price, no_rate, rate_too_old, no_cost, wrong_currency, not_positive, " +
    "bounds_conflict, change_too_large. Only the last can be approved; the others are to be mended.",
});

export const heldSchema = z
  .object({
    offer_id: uuid.meta({ description: "What `POST /v1/prices/{id}/approve` takes." }),
    store_id: uuid,
    variant_id: uuid,
    sku: text,
    code: reason,
    detail: text,
    price: orNull(moneySchema).meta({ description: "The computed price, where one came about." }),
    desired: orNull(moneySchema).meta({ description: "The earlier price, which the offer keeps." }),
    since: instant,
  })
  .meta({ id: "HeldPrice" });

export const historyQuery = listQuery({
  store: z.uuid().optional(),
  sku: z.string().max(200).optional().meta({ description: "Of this SKU." }),
  variant: z.uuid().optional().meta({ description: "Of this variant." }),
  since: instantInput.optional().meta({ description: "Not older than this." }),
});

export const historySchema = z
  .object({
    id: int,
    at: instant,
    store_id: uuid,
    variant_id: uuid,
    sku: textOrNull,
    before: orNull(moneySchema).meta({ description: "What the platform had before." }),
    after: orNull(moneySchema).meta({ description: "What was sent." }),
    source: text.meta({
      description: "What changed it: base price, rule, rule removed, cost, rate, listing, window, day, approval.",
    }),
    actor: textOrNull.meta({ description: "Who." }),
    reason: textOrNull.meta({ description: "The steps from the base price on, as they were then." }),
    answer: textOrNull.meta({ description: "What the platform answered." }),
  })
  .meta({ id: "PriceChange" });

export const explainPriceSchema = z
  .object({
    id: uuid.meta({ description: "The offer: what `POST /v1/prices/{id}/approve` takes." }),
    store_id: uuid,
    variant_id: uuid,
    sku: text,
    currency: textOrNull.meta({ description: "What the listing shows, or else the store's." }),
    steps: z.array(
      z.object({
        rule: text.meta({ description: "A kind of rule, or base, base_floor, base_ceiling, digits." }),
        rule_id: uuid.nullable(),
        figure: textOrNull.meta({ description: "What the rule says." }),
        amount: textOrNull.meta({ description: "The price after this step, exact." }),
        currency: textOrNull,
      }),
    ),
    price: orNull(moneySchema).meta({ description: "What the steps come to, where it may be sent." }),
    held: orNull(z.object({ code: reason, detail: text, price: orNull(moneySchema) })),
    desired: orNull(moneySchema).meta({ description: "What stands written to be sent." }),
    confirmed: orNull(moneySchema).meta({ description: "What the platform took last." }),
    observed: orNull(moneySchema).meta({ description: "What the platform showed last." }),
    valid_until: instantOrNull.meta({ description: "Nothing of the desired price is sent after this." }),
    next_change: instantOrNull.meta({ description: "When a rule begins or ends, or the rate gets too old." }),
    approved: orNull(z.object({ price: moneySchema, by: textOrNull })),
  })
  .meta({ id: "PriceExplanation" });
