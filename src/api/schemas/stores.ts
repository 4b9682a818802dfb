import { z } from "zod";
import { RESOURCES } from "../../core/model/vocabulary.ts";
import { instant, instantInput, instantOrNull, int, text, textOrNull, uuid } from "./common.ts";
import { capabilitySchema } from "./platforms.ts";

export const storeSchema = z
  .object({
    id: uuid,
    platform: text,
    name: text,
    external_id: textOrNull,
    base_url: textOrNull,
    settings: z.record(text, z.unknown()),
    facts: z.record(text, z.unknown()),
    currency: text,
    time_zone: text,
    mode: z.enum(["observe", "live", "disconnected"]),
    state: z.enum(["ok", "auth_expired", "refused", "paused"]),
    state_reason: textOrNull,
    push_stopped: z.boolean(),
    adopt_skus: z.boolean(),
    location_id: uuid.nullable().meta({ description: "The location of yours that its orders are taken from." }),
    stock_from: instant,
    authorised_until: instantOrNull,
    clock_skew_ms: int.nullable(),
    webhook_checked_at: instantOrNull,
    probed_at: instantOrNull,
    version: int,
    created_at: instant,
    updated_at: instant,
    disconnected_at: instantOrNull,
  })
  .meta({ id: "Store" });

export const storeDetailSchema = storeSchema
  .extend({
    marketplaces: z.array(
      z.object({ code: text, currency: text, language: textOrNull, time_zone: text, country: textOrNull }),
    ),
    capabilities: z.array(capabilitySchema),
    push_blocked: textOrNull.meta({ description: "Why nothing is sent to this store now; null where it is." }),
    webhook_address: textOrNull,
  })
  .meta({ id: "StoreDetail" });

export const connectInput = z.strictObject({
  platform: z.string().min(1),
  name: z.string().trim().min(1).max(200),
  credentials: z.record(z.string(), z.unknown()),
  settings: z.record(z.string(), z.unknown()).default({}),
  base_url: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .optional(),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional(),
  time_zone: z.string().max(60).refine(isTimeZone, "is not an IANA time zone").optional(),
  since: instantInput.optional(),
  adopt_skus: z.boolean().optional(),
  app_id: z
    .uuid()
    .optional()
    .meta({ description: "The app whose key signs the store's calls, where the platform wants one." }),
});

export const storePatch = z
  .strictObject({
    name: z.string().trim().min(1).max(200),
    mode: z.enum(["observe", "live"]),
    push_stopped: z.boolean(),
    adopt_skus: z.boolean(),
    location: z.string().trim().min(1).max(100).meta({
      description:
        "Code or id of the location of yours that its new orders are taken from; those that it has stay where they are.",
    }),
    settings: z.record(z.string(), z.unknown()),
  })
  .partial();

export const credentialsInput = z.strictObject({ credentials: z.record(z.string(), z.unknown()) });

export const syncInput = z.strictObject({
  resource: z.enum(RESOURCES).optional(),
  since: instantInput.optional(),
  until: instantInput.optional(),
});

export const importQuery = z.strictObject({ resource: z.enum(RESOURCES) });

export const importSchema = z
  .object({
    read: int,
    created: int,
    changed: int,
    unchanged: int,
    rejected: int,
    records: z.array(
      z.object({ external_id: text, outcome: z.enum(["created", "known", "rejected"]), reason: textOrNull }),
    ),
  })
  .meta({ id: "ImportResult" });

export const testSchema = z
  .object({
    ok: z.literal(true),
    external_id: textOrNull,
    name: textOrNull,
    clock_skew_ms: int.nullable(),
    facts: z.record(text, z.unknown()),
    warnings: z.array(z.object({ code: text, detail: text })),
  })
  .meta({ id: "StoreTest" });

const drained = z.object({ sent: int, accepted: int, rejected: int, unknown: int, held_back: textOrNull });

export const pushSchema = z.object({ stock: drained, prices: drained, actions: int }).meta({ id: "PushResult" });

const streamSchema = z.object({
  resource: text,
  stream: text,
  state: text,
  feeds_stock: z.boolean(),
  watermark: instantOrNull,
  lag_seconds: int.nullable(),
  due_at: instant,
  attempts: int,
  error: z.object({ category: text, text: textOrNull, at: instantOrNull }).nullable(),
  backfill: z.object({ from: instantOrNull, until: instantOrNull }).nullable(),
  read_count: int,
  changed_count: int,
  rejected_count: int,
});

export const healthSchema = z
  .object({
    store_id: uuid,
    state: text,
    state_reason: textOrNull,
    push_blocked: textOrNull,
    lag_seconds: int.nullable().meta({ description: "Of the worst stream that feeds stock." }),
    worst_stream: textOrNull,
    streams: z.array(streamSchema),
    offers: z.object({ dirty: int, oldest_dirty_at: instantOrNull, rejected: int, unknown: int }),
    unmapped_variants: int,
    inbox: z.object({ pending: int, failed: int }),
    last_webhook_at: instantOrNull,
    webhook_gap_seconds: int.nullable(),
    actions: z.object({ open: int, dead: int }),
    rejected_records: int,
    open_alerts: int,
  })
  .meta({ id: "StoreHealth" });

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
