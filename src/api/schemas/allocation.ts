import { z } from "zod";
import { RULE_KINDS } from "../../core/stock/allocation.ts";
import {
  flag,
  instant,
  instantInput,
  instantOrNull,
  int,
  listQuery,
  rowResult,
  text,
  textOrNull,
  uuid,
} from "./common.ts";

const units = z.number().int().min(0).max(1_000_000_000);
const narrowed = {
  store_id: z.uuid().optional().meta({ description: "Offers of this store." }),
  listing_id: z.uuid().optional().meta({ description: "Offers of this listing." }),
  sku: z.string().min(1).max(200).optional().meta({ description: "Offers of this SKU." }),
  valid_from: instantInput.optional(),
  valid_until: instantInput.optional(),
};
const counting = <K extends string>(kind: K, description: string) =>
  z.strictObject({ ...narrowed, kind: z.literal(kind), quantity: units }).meta({ description });

export const ruleInput = z.discriminatedUnion("kind", [
  z
    .strictObject({ ...narrowed, kind: z.literal("mirror") })
    .meta({ description: "All that is available: puts out every rule that was set less narrowly." }),
  z
    .strictObject({
      ...narrowed,
      kind: z.literal("locations"),
      locations: z.array(z.string().min(1).max(100)).min(1).max(100),
    })
    .meta({ description: "Only these locations count." }),
  counting("replenishable", "So many units more may be promised than are there: they can be had again in time."),
  counting("fixed", "Shows so many as long as they are there; buffer, share and cap then say nothing."),
  counting("buffer", "So many units are kept back."),
  z
    .strictObject({ ...narrowed, kind: z.literal("share"), percent: z.number().int().min(0).max(100) })
    .meta({ description: "This share of what is left, rounded down." }),
  counting("cap", "Never more than so many."),
  counting("zero_below", "Fewer than so many show as none."),
  z.strictObject({ ...narrowed, kind: z.literal("pause") }).meta({ description: "Shows none." }),
]);
export type RuleBody = z.output<typeof ruleInput>;

export const rulesInput = z.strictObject({ rules: z.array(ruleInput).min(1).max(2000) });
export const confirmQuery = z.strictObject({ confirm: flag });
export const ruleRowsSchema = z.object({ data: z.array(rowResult({ id: uuid.nullable() })) });

export const ruleQuery = listQuery({
  store: z.uuid().optional(),
  sku: z.string().max(200).optional(),
  kind: z.enum(RULE_KINDS).optional(),
});

export const ruleSchema = z
  .object({
    id: uuid,
    store_id: uuid.nullable(),
    listing_id: uuid.nullable(),
    sku: textOrNull,
    kind: z.enum(RULE_KINDS),
    quantity: int.nullable(),
    percent: int.nullable(),
    locations: z.array(text).nullable(),
    valid_from: instantOrNull,
    valid_until: instantOrNull,
  })
  .meta({ id: "AllocationRule" });

export const explainSchema = z
  .object({
    sku: text,
    parts: z.array(
      z.object({
        sku: text,
        quantity: int,
        safety_stock: int,
        set_apart: int.meta({ description: "Units that campaigns hold." }),
        retired: z.boolean(),
        levels: z.array(
          z.object({
            location: text,
            on_hand: int,
            reserved: int,
            counts: z.boolean().meta({ description: "Sells." }),
          }),
        ),
        orders: z
          .array(z.object({ id: uuid, store_id: uuid, number: text, held: int, oversold: int }))
          .meta({ description: "Open orders that hold units of it, oldest first, up to 50." }),
        held_by_others: int.meta({ description: "Units held by orders that are not named." }),
        campaigns: z.array(z.object({ id: uuid, title: text, held: int, ends_at: instant })),
      }),
    ),
    offers: z.array(
      z.object({
        id: uuid,
        store_id: uuid,
        store: text,
        place: textOrNull,
        variant_id: uuid,
        listing_external_id: text,
        variant_external_id: text,
        locations: z.array(text).nullable(),
        steps: z.array(
          z.object({
            rule: text,
            rule_id: uuid.nullable(),
            figure: int.nullable(),
            quantity: int.meta({ description: "What is left after this step." }),
          }),
        ),
        shows: int,
        desired: int.nullable(),
        desired_at: instantOrNull.meta({ description: "Since when it is to be shown." }),
        cause: textOrNull,
        confirmed: int.nullable().meta({ description: "What the platform confirmed last." }),
        confirmed_at: instantOrNull,
      }),
    ),
  })
  .meta({ id: "StockExplanation" });
