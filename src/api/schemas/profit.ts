import { z } from "zod";
import { PROFIT_VIEWS } from "../../core/finance/profit.ts";
import { moneyOrNull, moneySchema } from "../../core/model/schema-parts.ts";
import { int, listQuery, text } from "./common.ts";

export const currencyCode = z.string().regex(/^[A-Z]{3}$/);

/** A month in a query. */
export const monthInput = z
  .string()
  .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
  .meta({ description: "Such as 2026-02, in the store's zone." });

export const profitFilters = {
  by: z.enum(PROFIT_VIEWS).default("store"),
  store: z.uuid().optional(),
  currency: currencyCode.optional(),
  from: monthInput.optional(),
  until: monthInput.optional().meta({ description: "The last month." }),
};

export const profitQuery = listQuery(profitFilters);

export const profitSchema = z
  .object({
    by: z.enum(PROFIT_VIEWS),
    key: text.meta({
      description: "The order's id, the SKU's code (empty: lines without a SKU), the store's id, or the month.",
    }),
    label: text,
    store_id: z.uuid().nullable(),
    currency: currencyCode,
    entries: int,
    sale: moneySchema,
    discounts: z.object({
      seller: moneySchema,
      platform: moneySchema.meta({ description: "What the platform pays of them: an income." }),
    }),
    refunds: moneySchema,
    commission: moneySchema,
    fees: z.object({
      payment: moneySchema,
      fulfilment: moneySchema,
      advertising: moneySchema,
      service: moneySchema,
    }),
    shipping: z.object({ income: moneySchema, fee: moneySchema }),
    tax: z.object({
      collected: moneySchema,
      withheld: moneySchema,
      inside_prices: z.literal("not_taken_off").meta({
        description:
          "Tax inside your prices that you owe yourself, such as VAT: no statement tells it, and `received`, `profit_before_goods` and `profit` still hold it.",
      }),
    }),
    other: moneySchema.meta({ description: "Adjustments, penalties, compensation, and kinds that are not known." }),
    received: moneySchema.meta({ description: "The sum of all these." }),
    profit_before_goods: moneySchema.meta({
      description: "Received, without tax that the platform collected or withheld.",
    }),
    units: int.meta({ description: "Sold, less those that came back fit to be sold again." }),
    units_without_cost: int.meta({ description: "Units whose cost on the order's day is not known in this currency." }),
    cost_of_goods: moneySchema.meta({ description: "Of the units whose cost is known." }),
    profit: moneyOrNull.meta({ description: "Null where the cost of a unit is not known." }),
    shared: moneyOrNull.meta({
      description:
        "By SKU: the part of `received` that the platform gives for the whole order, shared by the lines' totals. An estimate.",
    }),
    waiting: moneyOrNull.meta({
      description: "By store and month: the part of `received` that concerns an order and has found none yet.",
    }),
  })
  .meta({ id: "Profit" });
