import { z } from "zod";
import { RESOURCES } from "../../core/model/vocabulary.ts";
import { flag, instant, instantOrNull, int, listQuery, text, textOrNull, uuid } from "./common.ts";

export const ENTITIES = [
  "order",
  "listing",
  "shipment",
  "dispute",
  "refund",
  "settlement",
  "stock",
  "sku",
  "store",
] as const;
export type Entity = (typeof ENTITIES)[number];

const position = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional().meta({
  type: "integer",
  description: "The last position that you have worked off. Without it: from the oldest kept.",
});

export const changesQuery = z.strictObject({
  after: position,
  limit: z.coerce.number().int().min(1).max(1000).default(200).meta({ type: "integer" }),
  entity: z
    .string()
    .transform((list) => list.split(","))
    .pipe(z.array(z.enum(ENTITIES)).min(1))
    .optional()
    .meta({ type: "string", description: "One or several, separated by commas." }),
  wait: z.coerce
    .number()
    .min(0)
    .max(30)
    .default(0)
    .meta({ type: "number", description: "Seconds to wait for a change where there is none." }),
  include: z.enum(["current"]).optional(),
  stream: z.enum(["sse"]).optional(),
});

export const changeSchema = z
  .object({
    position: int,
    entity: z.enum(ENTITIES),
    id: uuid,
    store_id: uuid.nullable(),
    version: int,
    kind: z.enum(["created", "updated", "deleted"]),
    at: instant,
    current: z.unknown().optional().meta({ description: "With `include=current`: the record as it is now, or null." }),
  })
  .meta({ id: "Change" });

export const feedSchema = z.object({
  data: z.array(changeSchema),
  next: int.meta({ description: "Pass it as `after`. It moves on also where nothing was for this key." }),
});

export const alertSchema = z
  .object({
    id: uuid,
    code: text,
    severity: z.enum(["info", "warning", "critical"]),
    store_id: uuid.nullable(),
    subject: text,
    subject_id: text,
    message: text,
    remedy: text,
    due_at: instantOrNull,
    count: int,
    opened_at: instant,
    last_at: instant,
    resolved_at: instantOrNull,
    resolved_by: textOrNull,
  })
  .meta({ id: "Alert" });

export const alertQuery = listQuery({
  store: z.uuid().optional(),
  state: z.enum(["open", "resolved", "all"]).default("open"),
  severity: z.enum(["info", "warning", "critical"]).optional(),
  code: z.string().max(100).optional(),
});

const ACTION_STATUSES = ["pending", "running", "submitted", "done", "rejected", "dead", "cancelled"] as const;

export const actionSchema = z
  .object({
    id: uuid,
    store_id: uuid,
    kind: text,
    subject: text,
    subject_id: uuid.nullable(),
    status: z.enum(ACTION_STATUSES),
    maybe_applied: z.boolean(),
    attempts: int,
    due_at: instant,
    external_id: textOrNull,
    error: z.object({ category: text, code: textOrNull, text: textOrNull }).nullable(),
    actor: text,
    created_at: instant,
    finished_at: instantOrNull,
    updated_at: instant,
  })
  .meta({ id: "Action" });

export const actionQuery = listQuery({
  store: z.uuid().optional(),
  status: z.enum(ACTION_STATUSES).optional(),
  kind: z.string().max(100).optional(),
  subject: z.uuid().optional(),
});

export const rejectedSchema = z
  .object({
    id: uuid,
    store_id: uuid,
    resource: z.enum(RESOURCES),
    external_id: text,
    form: text,
    reason: text,
    issues: z.array(z.object({ path: text, message: text })),
    attempts: int,
    first_at: instant,
    last_at: instant,
    resolved_at: instantOrNull,
  })
  .meta({ id: "RejectedRecord" });

export const rejectedQuery = listQuery({
  store: z.uuid().optional(),
  resource: z.enum(RESOURCES).optional(),
  resolved: flag,
});

export const replaySchema = z.object({ outcome: z.enum(["stored", "rejected"]), reason: textOrNull });
