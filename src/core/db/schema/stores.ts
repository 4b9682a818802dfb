import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  date,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from "drizzle-orm/pg-core";
import { bytea, createdAt, id, instant, updatedAt } from "./columns.ts";

/** Our registrations with platforms. */
export const apps = pgTable("apps", {
  id: id(),
  platform: text("platform").notNull(),
  name: text("name").notNull(),
  key: text("key").notNull(),
  /** Sealed. */
  secret: bytea("secret").notNull(),
  settings: jsonb("settings").$type<Record<string, unknown>>().notNull().default({}),
  createdAt: createdAt(),
});

/** Authorised sellers. A new store is in `observe` mode: it pulls and never pushes. */
export const stores = pgTable("stores", {
  id: id(),
  platform: text("platform").notNull(),
  name: text("name").notNull(),
  externalId: text("external_id"),
  appId: uuid("app_id").references(() => apps.id),
  baseUrl: text("base_url"),
  settings: jsonb("settings").$type<Record<string, unknown>>().notNull().default({}),
  facts: jsonb("facts").$type<Record<string, string | number | boolean>>().notNull().default({}),
  currency: text("currency").notNull(),
  timeZone: text("time_zone").notNull(),
  /** First day of the first month that finance has not closed; null where none is. */
  booksOpenFrom: date("books_open_from"),
  /** observe, live, disconnected. */
  mode: text("mode").notNull().default("observe"),
  /** ok, auth_expired, refused, paused; with the reason. */
  state: text("state").notNull().default("ok"),
  stateReason: text("state_reason"),
  /** When a store that waits is tried once more, and how often that was in vain. */
  retryAt: instant("retry_at"),
  retryAttempts: integer("retry_attempts").notNull().default(0),
  /** Store-wide emergency brake on pushes. */
  pushStopped: boolean("push_stopped").notNull().default(false),
  /** Sales placed before this are not taken off the shelf when they are first seen as shipped. */
  stockFrom: instant("stock_from").notNull(),
  /** Make a SKU of each seller code that is new, with the shown quantity as its first count. */
  adoptSkus: boolean("adopt_skus").notNull().default(false),
  locationId: uuid("location_id"),
  authorisedUntil: instant("authorised_until"),
  clockSkewMs: integer("clock_skew_ms"),
  /** Sealed: the secret that signs this store's webhooks. */
  webhookSecret: bytea("webhook_secret"),
  webhookCheckedAt: instant("webhook_checked_at"),
  probedAt: instant("probed_at"),
  version: bigint("version", { mode: "number" }).notNull().default(1),
  createdAt: createdAt(),
  updatedAt: updatedAt(),
  disconnectedAt: instant("disconnected_at"),
});

export const marketplaces = pgTable(
  "marketplaces",
  {
    storeId: uuid("store_id")
      .notNull()
      .references(() => stores.id, { onDelete: "cascade" }),
    code: text("code").notNull(),
    currency: text("currency").notNull(),
    language: text("language"),
    timeZone: text("time_zone").notNull(),
    country: text("country"),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.code] })],
);

/** One grant per purpose. Several stores share a row where one grant opens them all. */
export const credentials = pgTable(
  "credentials",
  {
    id: id(),
    platform: text("platform").notNull(),
    purpose: text("purpose").notNull(),
    /** Sealed JSON. */
    sealed: bytea("sealed").notNull(),
    version: integer("version").notNull().default(1),
    expiresAt: instant("expires_at"),
    refreshedAt: instant("refreshed_at"),
    refreshOwner: text("refresh_owner"),
    refreshUntil: instant("refresh_until"),
    /** Set when the platform refused the grant for good. */
    refusedAt: instant("refused_at"),
    updatedAt: updatedAt(),
  },
  (t) => [index("credentials_expiry").on(t.expiresAt)],
);

export const storeCredentials = pgTable(
  "store_credentials",
  {
    storeId: uuid("store_id")
      .notNull()
      .references(() => stores.id, { onDelete: "cascade" }),
    purpose: text("purpose").notNull(),
    credentialId: uuid("credential_id")
      .notNull()
      .references(() => credentials.id),
  },
  (t) => [primaryKey({ columns: [t.storeId, t.purpose] })],
);

/**
 * Where each stream stands. The lease is in the row: `fence` rises with each take-over and every write of progress
 * names the fence it holds, so that a paused worker that wakes cannot move it.
 */
export const checkpoints = pgTable(
  "checkpoints",
  {
    storeId: uuid("store_id").notNull(),
    resource: text("resource").notNull(),
    stream: text("stream").notNull(),
    /** Source time up to which everything has been pulled. */
    watermark: instant("watermark"),
    windowSince: instant("window_since"),
    windowUntil: instant("window_until"),
    cursor: text("cursor"),
    /** Hashes of the cursors seen in this window: a repeated one is a loop. */
    seenCursors: jsonb("seen_cursors").$type<string[]>().notNull().default([]),
    windowPages: integer("window_pages").notNull().default(0),
    windowRecords: integer("window_records").notNull().default(0),
    windowTotal: integer("window_total"),
    /** idle, reading, waiting (the platform prepares), failed, paused. */
    state: text("state").notNull().default("idle"),
    dueAt: instant("due_at").notNull(),
    everySeconds: integer("every_seconds").notNull(),
    fence: bigint("fence", { mode: "number" }).notNull().default(0),
    leaseOwner: text("lease_owner"),
    leaseUntil: instant("lease_until"),
    attempts: integer("attempts").notNull().default(0),
    errorCategory: text("error_category"),
    errorText: text("error_text"),
    errorAt: instant("error_at"),
    /** A backfill in progress: the past that is still to be read, newest part first done by `backfillSince`. */
    backfillFrom: instant("backfill_from"),
    backfillUntil: instant("backfill_until"),
    backfillLimit: integer("backfill_limit"),
    backfillRecords: integer("backfill_records").notNull().default(0),
    readCount: bigint("read_count", { mode: "number" }).notNull().default(0),
    changedCount: bigint("changed_count", { mode: "number" }).notNull().default(0),
    rejectedCount: bigint("rejected_count", { mode: "number" }).notNull().default(0),
    /** Records that an audit stream found and no other source had brought. */
    foundCount: bigint("found_count", { mode: "number" }).notNull().default(0),
    startedAt: instant("started_at"),
    finishedAt: instant("finished_at"),
  },
  (t) => [
    primaryKey({ columns: [t.storeId, t.resource, t.stream] }),
    index("checkpoints_due").on(t.dueAt).where(sql`${t.state} <> 'paused'`),
  ],
);

/** What a run of a stream did; kept for a while. */
export const syncRuns = pgTable(
  "sync_runs",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    storeId: uuid("store_id").notNull(),
    resource: text("resource").notNull(),
    stream: text("stream").notNull(),
    startedAt: instant("started_at").notNull(),
    finishedAt: instant("finished_at").notNull(),
    pages: integer("pages").notNull(),
    readCount: integer("read_count").notNull(),
    changedCount: integer("changed_count").notNull(),
    unchangedCount: integer("unchanged_count").notNull(),
    rejectedCount: integer("rejected_count").notNull(),
    outcome: text("outcome").notNull(),
    error: text("error"),
  },
  (t) => [index("sync_runs_store").on(t.storeId, t.id)],
);

/** Leases by name: pushes per store and aspect, sequencer helpers, daily jobs. Fenced. */
export const leases = pgTable("leases", {
  name: text("name").primaryKey(),
  owner: text("owner"),
  until: instant("until").notNull(),
  fence: bigint("fence", { mode: "number" }).notNull().default(0),
});

/** One row per scope and quota group: when the next call may start (GCRA), by the database's clock. */
export const budgets = pgTable("budgets", {
  key: text("key").primaryKey(),
  tat: instant("tat").notNull(),
  capacity: doublePrecision("capacity"),
  pausedUntil: instant("paused_until"),
  day: text("day"),
  usedToday: bigint("used_today", { mode: "number" }).notNull().default(0),
  updatedAt: updatedAt(),
});

/** Data keys, wrapped by the master key: rotating the master key rewraps these rows and nothing else. */
export const dataKeys = pgTable("data_keys", {
  number: integer("number").primaryKey(),
  purpose: text("purpose").notNull(),
  wrapped: bytea("wrapped").notNull(),
  masterId: text("master_id").notNull(),
  createdAt: createdAt(),
  retiredAt: instant("retired_at"),
});

/** Settings that are no store's own. */
export const settings = pgTable("settings", {
  name: text("name").primaryKey(),
  value: jsonb("value").$type<unknown>().notNull(),
  updatedAt: updatedAt(),
});

export const apiKeys = pgTable(
  "api_keys",
  {
    id: id(),
    name: text("name").notNull(),
    /** SHA-256 of the key; the key itself is shown once. */
    hash: text("hash").notNull(),
    prefix: text("prefix").notNull(),
    role: text("role"),
    scopes: text("scopes").array().notNull(),
    /** Null: all stores. */
    stores: uuid("stores").array(),
    createdAt: createdAt(),
    lastUsedAt: instant("last_used_at"),
    expiresAt: instant("expires_at"),
    revokedAt: instant("revoked_at"),
  },
  (t) => [uniqueIndex("api_keys_hash").on(t.hash)],
);
