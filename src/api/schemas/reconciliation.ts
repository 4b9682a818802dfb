import { z } from "zod";
import { moneyOrNull, moneySchema } from "../../core/model/schema-parts.ts";
import { ENTRY_KINDS } from "../../core/model/vocabulary.ts";
import { entryViewSchema } from "./after-sales.ts";
import { instant, instantInput, instantOrNull, int, listQuery, text, uuid } from "./common.ts";

const currency = z.string().regex(/^[A-Z]{3}$/);
/** A signed amount; what of its currency it is follows from the entry. */
const amount = z.string().regex(/^-?\d{1,15}(\.\d{1,6})?$/);
const reason = z.string().trim().min(1).max(500).meta({ description: "Why, for the audit log." });

export const booksSchema = z
  .object({
    store_id: uuid,
    store: text,
    books_open_from: z.iso.date().nullable().meta({ description: "All months before it are closed." }),
    waiting: z
      .array(z.object({ amount: moneySchema, entries: int, oldest: instant }))
      .meta({ description: "Entries that concern an order and have found none, by currency." }),
    settlements: z.array(z.object({ state: text, count: int })),
  })
  .meta({ id: "Books" });

export const reconciledSchema = z
  .object({
    matched: z.record(z.string(), int).meta({ description: "Entries that each pass matched." }),
    left: int.meta({ description: "Entries that were tried and wait on." }),
    checked: int.meta({ description: "Statements that were added up." }),
  })
  .meta({ id: "Reconciled" });

export const waitingQuery = listQuery({
  store: z.uuid().optional(),
  kind: z.enum(ENTRY_KINDS).optional(),
  currency: currency.optional(),
});

export const waitingSchema = entryViewSchema
  .extend({
    attempts: int,
    due_at: instantOrNull.meta({ description: "When it is tried again; null where a person took its match back." }),
    candidates: z.array(
      z.object({ order_id: uuid, external_id: text, placed_at: instant, total: moneySchema, why: text }),
    ),
  })
  .meta({ id: "WaitingEntry" });

export const matchInput = z.strictObject({
  entry_id: z.uuid(),
  orders: z
    .array(z.strictObject({ order_id: z.uuid(), amount: amount.optional() }))
    .max(100)
    .meta({
      description:
        "Parts that sum to the entry, in its currency, whatever that of the order; one alone may leave its amount out. None: the entry is explained.",
    }),
  reason,
});

export const unmatchInput = z.strictObject({ reason });

export const bankInput = z.strictObject({
  amount: amount.nullable().meta({ description: "Null takes it back." }),
  currency,
  at: instantInput,
});

export const stepsSchema = z
  .object({
    data: z.array(
      z.object({
        kind: text,
        entries: int,
        amount: moneySchema,
        running: moneySchema.meta({ description: "What all steps of the currency down to this one sum to." }),
      }),
    ),
    sums: z
      .array(
        z.object({
          entries: moneySchema,
          before_payout: moneySchema.meta({ description: "Without transfers to the bank." }),
          converted: moneyOrNull.meta({ description: "`before_payout` at the statement's own rate." }),
          left_out: moneySchema.meta({ description: "Only estimated or deferred." }),
          left_out_entries: int,
        }),
      )
      .meta({ description: "One for each currency." }),
    stated: z
      .object({ total: moneyOrNull, payout: moneyOrNull, rate: z.string().nullable() })
      .meta({ description: "What the platform says." }),
    state: text,
    difference: moneyOrNull,
    bank: z.object({ amount: moneySchema, at: instant }).nullable(),
  })
  .meta({ id: "Waterfall" });

export const closeInput = z.strictObject({
  open_from: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])-01$/)
    .nullable()
    .meta({ description: "First day of the first open month: all before it are closed. Null opens all." }),
  reason,
});
