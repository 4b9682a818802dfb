import { z } from "zod";
import {
  disputeSchema,
  entrySchema,
  moneySchema,
  orNull,
  settlementSchema,
  shipmentSchema,
} from "../../core/model/api-schemas.ts";
import { DISPUTE_KINDS, DISPUTE_STATUSES, ENTRY_KINDS, SHIPMENT_STATUSES, TURNS } from "../../core/model/vocabulary.ts";
import { RETURN_CONDITIONS } from "../../core/stock/returns.ts";
import { flag, instant, instantInput, instantOrNull, int, listQuery, text, textOrNull, uuid } from "./common.ts";

const own = { id: uuid, store_id: uuid, version: int };
const times = { updated_at_source: instantOrNull, synced_at: instant, updated_at: instant, gone_at: instantOrNull };

export const shipmentViewSchema = z
  .object({ ...own, order_id: uuid, ...shipmentSchema.shape, ...times })
  .meta({ id: "Shipment" });

export const shipmentFilters = {
  store: z.uuid().optional(),
  order: z.uuid().optional(),
  status: z.enum(SHIPMENT_STATUSES).optional(),
  external_id: z.string().max(200).optional(),
  tracking_number: z.string().max(200).optional(),
  updated_since: instantInput.optional(),
};

export const shipmentQuery = listQuery(shipmentFilters);

const condition = z.enum(RETURN_CONDITIONS).meta({
  description:
    "sellable: back on the shelf. damaged, wrong_item: came back and is written down, not restocked. missing: announced, but not there.",
});

export const receiptSchema = z
  .object({
    id: uuid,
    order_line_external_id: text,
    sku: textOrNull,
    quantity: int,
    condition,
    location: text,
    note: textOrNull,
    actor: text,
    at: instant,
  })
  .meta({ id: "ReturnReceipt" });

export const receiptsSchema = z.object({
  data: z.array(receiptSchema),
  stock: z
    .array(z.object({ sku: text, location: text, on_hand: int }))
    .meta({ description: "The shelves after the sellable goods were put back." }),
});

export const receiptInput = z.strictObject({
  lines: z
    .array(
      z
        .strictObject({
          line_external_id: z
            .string()
            .min(1)
            .max(200)
            .optional()
            .meta({ description: "The order line by the platform's id." }),
          sku: z.string().trim().min(1).max(200).optional().meta({
            description: "Or our SKU: units go to the order's lines of it, in their order. A bundle is received whole.",
          }),
          quantity: z.number().int().min(1).max(1_000_000),
          condition,
          location: z.string().trim().min(1).max(100).default("main"),
          note: z.string().trim().max(500).nullable().default(null),
        })
        .refine(
          (row) => (row.line_external_id === undefined) !== (row.sku === undefined),
          "name either line_external_id or sku",
        ),
    )
    .min(1)
    .max(500),
});

export const disputeViewSchema = z
  .object({
    ...own,
    store_id: uuid.nullable(),
    order_id: uuid.nullable(),
    ...disputeSchema.shape,
    open: z.boolean(),
    severity: textOrNull,
    responsible: textOrNull,
    own_due_at: instantOrNull,
    receipts: z.array(receiptSchema),
    ...times,
  })
  .meta({ id: "Dispute" });

export const disputeQuery = listQuery({
  store: z.uuid().optional(),
  order: z.uuid().optional(),
  kind: z.enum(DISPUTE_KINDS).optional(),
  status: z.enum(DISPUTE_STATUSES).optional(),
  turn: z.enum(TURNS).optional(),
  open: flag,
  external_id: z.string().max(200).optional(),
  updated_since: instantInput.optional(),
  sort: z.enum(["opened", "due"]).default("opened"),
});

export const settlementViewSchema = z
  .object({
    ...own,
    ...settlementSchema.shape,
    balanced: z.boolean().nullable().meta({ description: "Null while it was not checked." }),
    state: z.string(),
    difference: orNull(moneySchema).meta({
      description:
        "What the entries lack of the sum that the platform states, or of what it transferred. Nothing is adjusted.",
    }),
    bank: z
      .object({ amount: moneySchema, at: instant })
      .nullable()
      .meta({ description: "What the bank shows, entered by hand." }),
    payout_rate: textOrNull,
    synced_at: instant,
    updated_at: instant,
    gone_at: instantOrNull,
  })
  .meta({ id: "Settlement" });

export const settlementFilters = {
  store: z.uuid().optional(),
  state: z.enum(["unchecked", "balanced", "unbalanced", "unverified_payout"]).optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  external_id: z.string().max(200).optional(),
  ends_from: instantInput.optional(),
  ends_until: instantInput.optional(),
};

export const settlementQuery = listQuery(settlementFilters);

export const entryViewSchema = z
  .object({
    id: uuid,
    store_id: uuid,
    ...entrySchema.shape,
    period: z.iso.date().meta({
      description:
        "First day of the month that it counts in: of its posting in the store's zone, or the first that was not closed.",
    }),
    note: textOrNull.meta({
      description: "Why it counts in another month than that of its posting, or is no entry of a statement.",
    }),
    amends: uuid.nullable().meta({
      description:
        "The entry that this is kept of for a closed month, or takes back. The two sum to nothing and are of no statement.",
    }),
    matches: z
      .array(
        z.object({
          order_id: z
            .uuid()
            .nullable()
            .meta({ description: "Null where a person explained the entry without an order." }),
          amount: moneySchema.meta({ description: "The order's part of the entry." }),
          pass: text,
          reason: text,
          actor: textOrNull,
          at: instant,
        }),
      )
      .meta({
        description: "The orders that it is money of; none while it waits, or where it belongs to the account.",
      }),
  })
  .meta({ id: "Entry" });

export const entryQuery = listQuery({ kind: z.enum(ENTRY_KINDS).optional() });

/** Entries of all statements, and of none yet. */
export const entryFilters = {
  store: z.uuid().optional(),
  settlement: z.uuid().optional(),
  kind: z.enum(ENTRY_KINDS).optional(),
  order_external_id: z.string().max(200).optional(),
  posted_from: instantInput.optional(),
  posted_until: instantInput.optional(),
};
