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
import { flag, instant, instantInput, instantOrNull, int, listQuery, textOrNull, uuid } from "./common.ts";

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
    difference: orNull(moneySchema),
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

export const entryViewSchema = z.object({ id: uuid, store_id: uuid, ...entrySchema.shape }).meta({ id: "Entry" });

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
