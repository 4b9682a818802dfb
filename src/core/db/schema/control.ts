import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgSequence,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bytea, createdAt, id, instant, updatedAt } from "./columns.ts";

/** Drawn before every read leaves, so that what was read later is known without any clock. */
export const readSequence = pgSequence("read_seq");

/** Changes as their transactions wrote them, without a position yet (docs/decisions/001-change-feed.md). */
export const changesPending = pgTable("changes_pending", {
  id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  entity: text("entity").notNull(),
  entityId: uuid("entity_id").notNull(),
  storeId: uuid("store_id"),
  version: bigint("version", { mode: "number" }).notNull(),
  kind: text("kind").notNull(),
  at: instant("at").notNull().default(sql`clock_timestamp()`),
});

/** The feed. Positions are given by the sequencer, in commit order; readers use nothing else. */
export const changes = pgTable("changes", {
  position: bigint("position", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
  entity: text("entity").notNull(),
  entityId: uuid("entity_id").notNull(),
  storeId: uuid("store_id"),
  version: bigint("version", { mode: "number" }).notNull(),
  kind: text("kind").notNull(),
  at: instant("at").notNull(),
});

/** Who is sent the feed by webhook, and how far each has got. `due_at`: not before then; null: as soon as something is there. */
export const webhookEndpoints = pgTable("webhook_endpoints", {
  id: id(),
  url: text("url").notNull(),
  description: text("description"),
  /** Sealed. */
  secret: bytea("secret").notNull(),
  /** The one before, which signs too until it ends. */
  previousSecret: bytea("previous_secret"),
  previousSecretUntil: instant("previous_secret_until"),
  /** Null: all. */
  entities: text("entities").array(),
  stores: uuid("stores").array(),
  includeBuyer: boolean("include_buyer").notNull().default(false),
  position: bigint("position", { mode: "number" }).notNull().default(0),
  disabledAt: instant("disabled_at"),
  /** asked, gone, failing. */
  disabledReason: text("disabled_reason"),
  dueAt: instant("due_at"),
  attempts: integer("attempts").notNull().default(0),
  failingSince: instant("failing_since"),
  /** Follows what people change; deliveries leave it. */
  version: bigint("version", { mode: "number" }).notNull().default(1),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
});

/** What was sent, without its content: the changes after `first_position - 1` up to `last_position`. */
export const webhookDeliveries = pgTable(
  "webhook_deliveries",
  {
    id: id(),
    endpointId: uuid("endpoint_id")
      .notNull()
      .references(() => webhookEndpoints.id, { onDelete: "cascade" }),
    /** changes, replay, test. */
    kind: text("kind").notNull().default("changes"),
    firstPosition: bigint("first_position", { mode: "number" }).notNull(),
    lastPosition: bigint("last_position", { mode: "number" }).notNull(),
    changeCount: integer("change_count").notNull().default(0),
    /** pending, delivered, failed, replaced. */
    status: text("status").notNull(),
    attempts: integer("attempts").notNull().default(0),
    responseStatus: integer("response_status"),
    error: text("error"),
    createdAt: createdAt(),
    lastAttemptAt: instant("last_attempt_at"),
    finishedAt: instant("finished_at"),
  },
  (t) => [
    index("webhook_deliveries_endpoint").on(t.endpointId, t.createdAt),
    index("webhook_deliveries_pending").on(t.endpointId, t.createdAt).where(sql`${t.status} = 'pending'`),
    index("webhook_deliveries_finished").on(t.finishedAt),
  ],
);

/** The platform's own documents: newest two per record. `hash` recognises an unchanged one before it is mapped. */
export const rawDocuments = pgTable(
  "raw_documents",
  {
    id: id(),
    storeId: uuid("store_id").notNull(),
    resource: text("resource").notNull(),
    externalId: text("external_id").notNull(),
    form: text("form").notNull(),
    hash: bytea("hash").notNull(),
    sourceUpdatedAt: instant("source_updated_at"),
    sourceVersion: text("source_version"),
    /** What else the platform wants to be named when the record is read again; what only the request knew. */
    key: jsonb("key").$type<Record<string, string>>(),
    via: jsonb("via").$type<Record<string, string>>(),
    readSeq: bigint("read_seq", { mode: "number" }).notNull(),
    readAt: instant("read_at").notNull(),
    /** Deflated, then sealed; null once its retention has passed. */
    body: bytea("body"),
    previousBody: bytea("previous_body"),
    previousReadAt: instant("previous_read_at"),
  },
  (t) => [index("raw_documents_store").on(t.storeId, t.resource)],
);

/** Documents that do not map: kept with their reason until a replay works. */
export const rejectedRecords = pgTable(
  "rejected_records",
  {
    id: id(),
    storeId: uuid("store_id").notNull(),
    resource: text("resource").notNull(),
    externalId: text("external_id").notNull(),
    form: text("form").notNull(),
    key: jsonb("key").$type<Record<string, string>>(),
    via: jsonb("via").$type<Record<string, string>>(),
    reason: text("reason").notNull(),
    issues: jsonb("issues").$type<{ path: string; message: string }[]>().notNull().default([]),
    body: bytea("body").notNull(),
    sourceUpdatedAt: instant("source_updated_at"),
    sourceVersion: text("source_version"),
    readSeq: bigint("read_seq", { mode: "number" }).notNull(),
    attempts: integer("attempts").notNull().default(1),
    firstAt: instant("first_at").notNull().defaultNow(),
    lastAt: instant("last_at").notNull().defaultNow(),
    resolvedAt: instant("resolved_at"),
  },
  (t) => [index("rejected_records_open").on(t.storeId, t.lastAt).where(sql`${t.resolvedAt} is null`)],
);

/** Received webhooks and queue messages; unique by what identifies the change. */
export const inbox = pgTable(
  "inbox",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    platform: text("platform").notNull(),
    storeId: uuid("store_id"),
    /** Whose message it is: the store's id, or platform and the key it named where we know no such store. */
    recipient: text("recipient").notNull(),
    dedupKey: text("dedup_key").notNull(),
    topic: text("topic").notNull(),
    resource: text("resource"),
    externalId: text("external_id"),
    key: jsonb("key").$type<Record<string, string>>(),
    via: jsonb("via").$type<Record<string, string>>(),
    occurredAt: instant("occurred_at"),
    receivedAt: instant("received_at").notNull(),
    readSeq: bigint("read_seq", { mode: "number" }).notNull(),
    form: text("form"),
    sourceUpdatedAt: instant("source_updated_at"),
    sourceVersion: text("source_version"),
    /** Deflated and sealed, where the message carried a signed document. */
    body: bytea("body"),
    /** pending, done, failed, unknown_store, ignored. */
    status: text("status").notNull().default("pending"),
    attempts: integer("attempts").notNull().default(0),
    dueAt: instant("due_at").notNull(),
    error: text("error"),
    finishedAt: instant("finished_at"),
  },
  (t) => [
    uniqueIndex("inbox_dedup").on(t.recipient, t.dedupKey),
    index("inbox_due").on(t.storeId, t.dueAt).where(sql`${t.status} = 'pending'`),
    index("inbox_received").on(t.receivedAt),
  ],
);

/** One-off acts on a platform, written with the decision. `status` is technical, `outcome` is the platform's word. */
export const actions = pgTable(
  "actions",
  {
    id: id(),
    storeId: uuid("store_id").notNull(),
    /** capability.act, as in the contract. */
    kind: text("kind").notNull(),
    idempotencyKey: text("idempotency_key").notNull(),
    subject: text("subject").notNull(),
    subjectId: uuid("subject_id"),
    /** Sealed JSON. */
    input: bytea("input").notNull(),
    /** pending, running, submitted, done, rejected, dead, cancelled. */
    status: text("status").notNull().default("pending"),
    maybeApplied: boolean("maybe_applied").notNull().default(false),
    attempts: integer("attempts").notNull().default(0),
    dueAt: instant("due_at").notNull(),
    receipt: text("receipt"),
    /** What an earlier step left. */
    progress: text("progress"),
    externalId: text("external_id"),
    errorCategory: text("error_category"),
    errorCode: text("error_code"),
    errorText: text("error_text"),
    actor: text("actor").notNull(),
    createdAt: createdAt(),
    finishedAt: instant("finished_at"),
    updatedAt: updatedAt(),
  },
  (t) => [
    uniqueIndex("actions_key").on(t.storeId, t.idempotencyKey),
    index("actions_due").on(t.storeId, t.dueAt).where(sql`${t.status} in ('pending', 'running', 'submitted')`),
    index("actions_subject").on(t.subjectId),
  ],
);

/** What needs a hand. One open row per code and subject. */
export const alerts = pgTable(
  "alerts",
  {
    id: id(),
    code: text("code").notNull(),
    severity: text("severity").notNull(),
    storeId: uuid("store_id"),
    subject: text("subject").notNull(),
    subjectId: text("subject_id").notNull(),
    message: text("message").notNull(),
    remedy: text("remedy").notNull(),
    dueAt: instant("due_at"),
    count: integer("count").notNull().default(1),
    openedAt: instant("opened_at").notNull().defaultNow(),
    lastAt: instant("last_at").notNull().defaultNow(),
    resolvedAt: instant("resolved_at"),
    resolvedBy: text("resolved_by"),
    assignee: text("assignee"),
    snoozedUntil: instant("snoozed_until"),
  },
  (t) => [
    uniqueIndex("alerts_open").on(t.code, t.subject, t.subjectId).where(sql`${t.resolvedAt} is null`),
    index("alerts_due").on(t.openedAt, t.id),
  ],
);

/** Every write to a platform and every act of a person, with its cause. Append-only. */
export const auditLog = pgTable(
  "audit_log",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    at: instant("at").notNull().defaultNow(),
    actor: text("actor").notNull(),
    act: text("act").notNull(),
    storeId: uuid("store_id"),
    subject: text("subject"),
    subjectId: text("subject_id"),
    cause: text("cause"),
    detail: jsonb("detail").$type<unknown>(),
    outcome: text("outcome"),
  },
  (t) => [index("audit_log_subject").on(t.subjectId, t.id), index("audit_log_store").on(t.storeId, t.id)],
);

export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    keyId: uuid("key_id").notNull(),
    key: text("key").notNull(),
    requestHash: text("request_hash").notNull(),
    status: integer("status"),
    response: text("response"),
    createdAt: createdAt(),
  },
  (t) => [primaryKey({ columns: [t.keyId, t.key] })],
);
