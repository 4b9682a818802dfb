import { z } from "zod";
import { listingSchema, moneySchema, orNull, variantSchema } from "../../core/model/api-schemas.ts";
import { LISTING_STATUSES } from "../../core/model/vocabulary.ts";
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
import { basePriceSchema, costSchema } from "./prices.ts";

export const listingViewSchema = z
  .object({
    id: uuid,
    store_id: uuid,
    version: int,
    ...listingSchema.shape,
    variants: z.array(
      z.object({
        id: uuid,
        ...variantSchema.shape,
        mapped_sku: textOrNull.meta({ description: "Our SKU; null while unmapped." }),
        mapped_by: z.enum(["seller_code", "barcode", "hand"]).nullable(),
        gone: z.boolean(),
      }),
    ),
    updated_at_source: instantOrNull,
    synced_at: instant,
    updated_at: instant,
    gone_at: instantOrNull,
  })
  .meta({ id: "Listing" });

export const listingQuery = listQuery({
  store: z.uuid().optional(),
  status: z.enum(LISTING_STATUSES).optional(),
  external_id: z.string().max(200).optional(),
  mapped: flag,
  updated_since: instantInput.optional(),
});

export const mapInput = z.strictObject({
  sku: z.string().min(1).max(200).nullable().meta({ description: "The SKU's code; null: no SKU of ours." }),
});

export const suggestionSchema = z
  .object({
    variant_id: uuid,
    store_id: uuid,
    listing_id: uuid,
    title: text,
    seller_code: textOrNull,
    barcode: textOrNull,
    candidates: z.array(z.object({ sku: text, confidence: z.number(), reason: text })),
  })
  .meta({ id: "MappingSuggestion" });

const code = z.string().trim().min(1).max(200);

export const skuSchema = z
  .object({
    id: uuid,
    code: text,
    title: textOrNull,
    barcode: textOrNull,
    bundle: z.boolean(),
    components: z.array(z.object({ code: text, quantity: int })),
    safety_stock: int,
    set_apart: int.meta({ description: "Units that campaigns hold." }),
    retired_at: instantOrNull,
    on_hand: int.nullable(),
    reserved: int.nullable(),
    available: int
      .nullable()
      .meta({ description: "On hand, less reserved, safety stock and what campaigns hold; null for a bundle." }),
    version: int,
    created_at: instant,
    updated_at: instant,
  })
  .meta({ id: "Sku" });

export const skuQuery = listQuery({
  code_prefix: z.string().max(200).optional(),
  barcode: z.string().max(100).optional(),
  bundle: flag,
  retired: flag,
  updated_since: instantInput.optional(),
});

export const skuRow = z.strictObject({
  code,
  title: z.string().max(500).nullable().optional(),
  barcode: z.string().max(100).nullable().optional(),
  safety_stock: z.number().int().min(0).max(1_000_000_000).optional(),
  retired: z.boolean().optional(),
  components: z
    .array(z.strictObject({ code, quantity: z.number().int().min(1).max(10_000) }))
    .max(100)
    .optional(),
});
export const skusInput = z.strictObject({ skus: z.array(skuRow).min(1).max(2000) });

export const skuRowsSchema = z.object({ data: z.array(rowResult({ code: text })) });

export const levelSchema = z
  .object({
    sku_id: uuid,
    sku: text,
    title: textOrNull,
    location: text,
    on_hand: int,
    reserved: int,
    safety_stock: int,
    available: int,
    sellable: z.boolean(),
    counted_at: instantOrNull,
    count_basis: textOrNull,
    version: int,
    updated_at: instant,
  })
  .meta({ id: "StockLevel" });

export const stockFilters = {
  sku: z.string().max(200).optional(),
  location: z.string().max(100).optional(),
  below: z.coerce.number().int().optional().meta({ type: "integer" }),
  updated_since: instantInput.optional(),
};

export const stockQuery = listQuery(stockFilters);

const location = z.string().trim().min(1).max(100).default("main");
const units = z.number().int().min(-1_000_000_000).max(1_000_000_000);

const basis = z
  .enum(["physical", "available"])
  .meta({ description: "physical: goods that open orders hold were counted too. available: they were not." });

export const countsQuery = z.strictObject({
  confirm: flag,
  absent: z.enum(["zero", "unchanged"]).default("unchanged").meta({
    description: "What it means that a SKU is not named: that none of it lies at the locations that are, or nothing.",
  }),
  counted_at: instantInput.optional().meta({ description: "Of rows without their own. Default: now." }),
  basis: basis.optional().meta({ description: "Of lines of CSV without their own." }),
  location: z.string().trim().min(1).max(100).optional().meta({ description: "Of lines of CSV without their own." }),
});

export const countRow = z.strictObject({
  sku: code,
  location,
  quantity: units.min(0),
  basis,
  counted_at: instantInput.optional(),
});
export const countsInput = z.strictObject({ counts: z.array(countRow).min(1).max(5000) });

export const movementRow = z
  .strictObject({
    sku: code,
    location,
    kind: z.enum(["receipt", "return", "correction", "transfer"]),
    quantity: units.refine((quantity) => quantity !== 0, "must not be zero"),
    to_location: z.string().trim().min(1).max(100).optional(),
    reason: z.string().max(500).nullable().default(null),
    reference: z.string().trim().min(1).max(200).optional().meta({
      description: "Your name for it: a movement of the SKU under this name is booked once.",
    }),
  })
  .refine((row) => row.kind === "correction" || row.quantity > 0, "only a correction may be negative");
export const movementsInput = z.strictObject({ movements: z.array(movementRow).min(1).max(5000) });

export const stockRowsSchema = z.object({
  data: z.array(rowResult({ sku: text, location: text, on_hand: int.nullable(), reserved: int.nullable() })),
  absent: z
    .object({ zeroed: int, left: textOrNull })
    .optional()
    .meta({ description: "With `absent=zero`: SKUs that were not named, or why they were left." }),
});

const OFFER_STATES = ["idle", "submitted", "rejected", "unknown", "checking", "drift"] as const;
const OFFER_STATES_ARE =
  "idle: at rest or to be sent. submitted: the platform works on it. rejected: refused. unknown: it may have arrived, and goes " +
  "again. checking: confirmed, and read back once more. drift: the platform shows another quantity than it confirmed; judged soon.";
const offerValue = z.union([int, moneySchema, z.null()]);

export const offerSchema = z
  .object({
    id: uuid,
    store_id: uuid,
    variant_id: uuid,
    listing_external_id: text,
    variant_external_id: text,
    seller_code: textOrNull,
    sku: textOrNull,
    aspect: z.enum(["stock", "price"]),
    place: textOrNull,
    desired: offerValue,
    desired_version: int,
    desired_at: instantOrNull,
    cause: textOrNull,
    sent: offerValue,
    sent_at: instantOrNull,
    confirmed: offerValue,
    confirmed_at: instantOrNull,
    observed: offerValue,
    observed_at: instantOrNull,
    dirty: z.boolean(),
    state: z.enum(OFFER_STATES).meta({ description: OFFER_STATES_ARE }),
    attempts: int,
    due_at: instantOrNull,
    error: orNull(z.object({ code: textOrNull, text })),
  })
  .meta({ id: "Offer" });

export const offerQuery = listQuery({
  store: z.uuid().optional(),
  aspect: z.enum(["stock", "price"]).optional(),
  state: z.enum(OFFER_STATES).optional(),
  dirty: flag,
  differs: flag,
  sku: z.string().max(200).optional(),
  variant: z.uuid().optional(),
});

export const skuDetailSchema = skuSchema
  .extend({
    levels: z.array(levelSchema),
    offers: z.array(offerSchema),
    prices: z.array(basePriceSchema).meta({ description: "Base prices by currency." }),
    costs: z
      .array(costSchema)
      .meta({ description: "Standard costs by currency and day, from which each is in force." }),
  })
  .meta({ id: "SkuDetail" });
