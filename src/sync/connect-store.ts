/** Connecting a store: credentials checked and sealed, facts found, streams made, webhooks put in place. */
import { z } from "zod";
import { type Adapter, type Grant, isAbsent, type StoreFacts } from "../core/adapter.ts";
import { parseHttpUrl } from "../core/address.ts";
import { randomBytes, toBase64Url } from "../core/crypto.ts";
import { raiseAlert, settleAlert } from "../core/db/alerts.ts";
import { appendAudit } from "../core/db/audit.ts";
import { appendChanges } from "../core/db/changes.ts";
import { ensureCheckpoint, makeDue } from "../core/db/checkpoints.ts";
import type { Database } from "../core/db/database.ts";
import {
  defaultLocation,
  findStore,
  insertStore,
  type StoreRow,
  saveCredentials,
  setStoreState,
  updateStore,
} from "../core/db/stores.ts";
import { InputError, isAdapterError } from "../core/errors.ts";
import { newId } from "../core/ids.ts";
import { RESOURCES, type Resource } from "../core/model/vocabulary.ts";
import { sealText } from "../core/secrets.ts";
import type { Engine } from "./engine.ts";
import { MESSAGE_EVERY_SECONDS, MESSAGE_STREAM } from "./messages.ts";
import { readCapability } from "./pull.ts";
import { openWebhookSecret } from "./receive-webhook.ts";
import { openStoreRow } from "./store-handle.ts";
import { BACKFILL_SUFFIX } from "./streams.ts";

/** Listings are few and all of them matter: their past is read from the beginning. */
const BEGINNING = new Date("2000-01-01T00:00:00Z");
const DEFAULT_BACKFILL_DAYS = 90;

export interface ConnectInput {
  platform: string;
  name: string;
  credentials: Record<string, unknown>;
  settings: Record<string, unknown>;
  baseUrl?: string | null | undefined;
  currency?: string | undefined;
  timeZone?: string | undefined;
  /** How far back orders, disputes and settlements are read at first; default 90 days. */
  since?: Date | undefined;
  adoptSkus?: boolean | undefined;
  actor: string;
}

/**
 * Connects a store in observe mode: tries the credentials, stores them sealed and makes its streams due. Throws
 * `InputError` where something typed in is wrong, with what the platform answered.
 */
export async function connectStore(engine: Engine, input: ConnectInput, signal: AbortSignal): Promise<StoreRow> {
  const adapter = engine.adapterOf(input.platform);
  if (!adapter) throw new InputError("unknown_platform", `There is no platform "${input.platform}".`, { status: 422 });
  const grant: Grant = { values: check(adapter.auth.credentials, input.credentials, "credentials"), expiresAt: null };
  const settings = checkSettings(adapter, input.settings);
  if (input.baseUrl) parseHttpUrl(input.baseUrl);
  const at = engine.clock.now();
  const id = newId(at);
  const credentialId = newId(at);
  const draft = draftRow(input, settings, id, at, await defaultLocation(engine.db, at));
  const facts = await probe(engine, adapter, draft, grant, signal);
  const row = withFacts(draft, facts, input);
  await engine.db.transaction(async (tx) => {
    await refuseTwin(tx, row);
    await insertStore(tx, { ...row, webhookSecret: sealWebhookSecret(engine, id) }, facts.marketplaces);
    await saveCredentials(tx, engine.keyring, {
      id: credentialId,
      storeId: id,
      platform: input.platform,
      purpose: "api",
      grant,
      at,
    });
    await ensureStreams(tx, adapter, row, input.since ?? new Date(at.getTime() - DEFAULT_BACKFILL_DAYS * 86_400_000));
    await appendChanges(tx, id, [{ entity: "store", entityId: id, version: 1, kind: "created" }]);
    await appendAudit(
      tx,
      [
        {
          actor: input.actor,
          act: "stores.connect",
          storeId: id,
          subject: "store",
          subjectId: id,
          cause: null,
          detail: { platform: input.platform },
          outcome: "done",
        },
      ],
      at,
    );
  });
  await tryWebhooks(engine, id, signal);
  engine.wake();
  const saved = await findStore(engine.db, id);
  if (!saved) throw new Error("the store that was just saved is not there");
  return saved;
}

/** One shop connected twice would have each of its sales taken off the shelves twice. */
async function refuseTwin(tx: Database, row: StoreRow): Promise<void> {
  if (row.externalId === null) return;
  await tx.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [`${row.platform}/${row.externalId}`]);
  const [twin] = await tx.query<{ id: string; name: string }>(
    "select id, name from stores where platform = $1 and external_id = $2 and mode <> 'disconnected' limit 1",
    [row.platform, row.externalId],
  );
  if (!twin) return;
  throw new InputError(
    "store_connected_already",
    `This shop (${row.externalId}) is connected already as "${twin.name}" (${twin.id}). Twice, each of its sales would be taken off the shelves twice. For new credentials re-authorise that store; to begin anew disconnect it first.`,
    { status: 409 },
  );
}

/** New credentials for a store whose grant lapsed: tried, sealed, and what waited is due. */
export async function reconnectStore(
  engine: Engine,
  storeId: string,
  input: { credentials: Record<string, unknown>; actor: string },
  signal: AbortSignal,
): Promise<void> {
  const row = await findStore(engine.db, storeId);
  const adapter = row ? engine.adapterOf(row.platform) : undefined;
  if (!row || !adapter) throw new InputError("store_not_found", `There is no store ${storeId}.`, { status: 404 });
  const grant: Grant = { values: check(adapter.auth.credentials, input.credentials, "credentials"), expiresAt: null };
  await probe(engine, adapter, row, grant, signal);
  const at = engine.clock.now();
  await engine.db.transaction(async (tx) => {
    await saveCredentials(tx, engine.keyring, {
      id: newId(at),
      storeId,
      platform: row.platform,
      purpose: "api",
      grant,
      at,
    });
    await setStoreState(tx, storeId, "ok", null, at);
    if (row.mode === "disconnected") await updateStore(tx, storeId, { mode: "observe", disconnectedAt: null }, at);
    await settleAlert(tx, { code: "auth_expired", subject: "store", subjectId: storeId }, at);
    await makeDue(tx, storeId, null, at);
  });
  engine.wake();
}

/** A store's first look, or a later test: what the platform says of it. Throws `InputError` with the platform's words. */
export async function probe(
  engine: Engine,
  adapter: Adapter,
  row: StoreRow,
  grant: Grant | null,
  signal: AbortSignal,
): Promise<StoreFacts> {
  const { handle } = await openStoreRow(engine, row, "interactive");
  const store = grant
    ? {
        ...handle,
        credentials: async () => ({ purpose: "api" as const, values: grant.values, version: 0, expiresAt: null }),
      }
    : handle;
  try {
    return await adapter.auth.probe(store, signal);
  } catch (error) {
    if (!isAdapterError(error)) throw error;
    const advice =
      error.category === "auth_expired"
        ? "Check the credentials and their permissions."
        : error.category === "transient"
          ? "Check the store's address and that it can be reached from here."
          : "See the platform's answer.";
    throw new InputError(
      "store_refused",
      `${`${error.message}${error.platformMessage ? ` - the platform says: ${error.platformMessage}` : ""}`.replace(/[.]$/, "")}. ${advice}`,
      {
        status: 422,
        cause: error,
      },
    );
  }
}

/**
 * The streams of a store: each reads on from now, and beside it the past from `since`. Repeating it keeps what is there.
 */
export async function ensureStreams(
  db: Database,
  adapter: Adapter,
  row: Pick<StoreRow, "id" | "createdAt" | "clockSkewMs">,
  since: Date,
): Promise<void> {
  const now = row.createdAt;
  if (!isAbsent(adapter.webhooks) && adapter.webhooks.kind === "queue")
    await ensureCheckpoint(
      db,
      { storeId: row.id, ...MESSAGE_STREAM },
      { watermark: null, everySeconds: MESSAGE_EVERY_SECONDS, dueAt: now },
    );
  for (const resource of RESOURCES) {
    const capability = readCapability(adapter, resource);
    if (!capability) continue;
    for (const stream of capability.streams) {
      const key = { storeId: row.id, resource, stream: stream.name };
      const windowed = stream.by === "change" || stream.by === "creation";
      // By the platform's clock, and where its newest window would end: the past ends exactly where the present begins.
      const present = new Date(now.getTime() + (row.clockSkewMs ?? 0) - stream.window.safetyLagSeconds * 1000);
      await ensureCheckpoint(db, key, {
        watermark: windowed ? present : null,
        everySeconds: stream.everySeconds,
        dueAt: now,
      });
      if (!windowed || stream.backfill === false || stream.audit) continue;
      const from = oldest(resource, since, stream.window.maxAgeDays, now);
      await ensureCheckpoint(
        db,
        { ...key, stream: `${stream.name}${BACKFILL_SUFFIX}` },
        {
          watermark: from,
          everySeconds: stream.everySeconds,
          dueAt: now,
          backfill: { from, until: present, limit: null },
        },
      );
    }
    if (capability.rereadOpenMinutes !== undefined)
      await ensureCheckpoint(
        db,
        { storeId: row.id, resource, stream: "open" },
        {
          watermark: null,
          everySeconds: capability.rereadOpenMinutes * 60,
          dueAt: new Date(now.getTime() + capability.rereadOpenMinutes * 60_000),
        },
      );
  }
}

function oldest(resource: Resource, since: Date, maxAgeDays: number | null, now: Date): Date {
  const wanted = resource === "listings" ? BEGINNING : since;
  if (maxAgeDays === null) return wanted;
  const reach = new Date(now.getTime() - maxAgeDays * 86_400_000);
  return wanted > reach ? wanted : reach;
}

/** Puts webhooks in place where platforms can reach us; a failure is an alert, since polling finds everything too. */
export async function tryWebhooks(engine: Engine, storeId: string, signal: AbortSignal): Promise<void> {
  if (!engine.publicUrl) return;
  const alert = { code: "webhooks_missing", subject: "store", subjectId: storeId };
  try {
    const result = await ensureWebhooks(engine, storeId, engine.publicUrl, signal);
    if (result) await settleAlert(engine.db, alert, engine.clock.now());
  } catch (error) {
    if (!isAdapterError(error)) throw error;
    await raiseAlert(
      engine.db,
      {
        ...alert,
        severity: "warning",
        storeId,
        message: `The platform does not take our webhooks: ${error.message}`,
        remedy:
          "Orders come by polling meanwhile. Check that PUBLIC_URL can be reached from the store, and the key's permissions.",
      },
      engine.clock.now(),
    );
  }
}

/** Makes the platform call us; what it answers is checked daily, since some platforms switch webhooks off silently. */
export async function ensureWebhooks(
  engine: Engine,
  storeId: string,
  publicUrl: string,
  signal: AbortSignal,
): Promise<{ topics: string[]; repaired: string[] } | null> {
  const row = await findStore(engine.db, storeId);
  const adapter = row ? engine.adapterOf(row.platform) : undefined;
  if (!row || !adapter || isAbsent(adapter.webhooks) || adapter.webhooks.kind !== "http" || !adapter.webhooks.ensure)
    return null;
  const store = await openStoreRow(engine, row, "background");
  const address = `${publicUrl.replace(/\/$/, "")}/webhooks/${row.platform}/${row.id}`;
  const result = await adapter.webhooks.ensure(store.handle, address, openWebhookSecret(engine, row), signal);
  await updateStore(engine.db, storeId, { webhookCheckedAt: engine.clock.now() }, engine.clock.now());
  return result;
}

/** Disconnects: webhooks removed, the grant revoked where the platform can, credentials purged; orders and money stay. */
export async function disconnectStore(
  engine: Engine,
  storeId: string,
  input: { publicUrl: string | null; actor: string },
  signal: AbortSignal,
): Promise<void> {
  const row = await findStore(engine.db, storeId);
  if (!row) throw new InputError("store_not_found", `There is no store ${storeId}.`, { status: 404 });
  const adapter = engine.adapterOf(row.platform);
  const at = engine.clock.now();
  if (adapter && row.mode !== "disconnected") {
    const { handle } = await openStoreRow(engine, row, "interactive");
    const leave = async () => {
      if (input.publicUrl && !isAbsent(adapter.webhooks) && adapter.webhooks.kind === "http")
        await adapter.webhooks.remove?.(
          handle,
          `${input.publicUrl.replace(/\/$/, "")}/webhooks/${row.platform}/${row.id}`,
          signal,
        );
      await adapter.auth.revoke?.(handle, signal);
    };
    // A platform that cannot be reached must not keep the seller's credentials here.
    await leave().catch((error: unknown) =>
      engine.log.warn("could not take leave of the platform", { storeId, err: error }),
    );
  }
  await engine.db.transaction(async (tx) => {
    await tx.query("delete from store_credentials where store_id = $1::uuid", [storeId]);
    await tx.query(
      "delete from credentials c where not exists (select 1 from store_credentials s where s.credential_id = c.id)",
    );
    await tx.query("delete from checkpoints where store_id = $1::uuid", [storeId]);
    await tx.query("update offers set dirty = false where store_id = $1::uuid and dirty", [storeId]);
    await tx.query(
      "update stores set mode = 'disconnected', disconnected_at = $2::timestamptz, updated_at = $2::timestamptz, version = version + 1, webhook_secret = null where id = $1::uuid",
      [storeId, at.toISOString()],
    );
    await purgeBuyerData(tx, storeId);
    await appendChanges(tx, storeId, [
      { entity: "store", entityId: storeId, version: row.version + 1, kind: "deleted" },
    ]);
    await appendAudit(
      tx,
      [
        {
          actor: input.actor,
          act: "stores.disconnect",
          storeId,
          subject: "store",
          subjectId: storeId,
          cause: null,
          detail: null,
          outcome: "done",
        },
      ],
      at,
    );
  });
}

/** Buyer data of a store: sealed columns, hashes, masked copies in the rendered text, platform documents. */
async function purgeBuyerData(tx: Database, storeId: string): Promise<void> {
  await tx.query(
    `update orders set personal = null, buyer_hash = null,
       document = (document::jsonb || '{"buyer":null,"ship_to":null}'::jsonb || jsonb_build_object('notes', jsonb_build_object('buyer', null, 'seller', null, 'flag', null)))::text
     where store_id = $1::uuid and (personal is not null or buyer_hash is not null)`,
    [storeId],
  );
  await tx.query("update raw_documents set body = null, previous_body = null where store_id = $1::uuid", [storeId]);
  await tx.query("delete from rejected_records where store_id = $1::uuid", [storeId]);
  await tx.query("delete from inbox where store_id = $1::uuid", [storeId]);
  await tx.query("delete from actions where store_id = $1::uuid", [storeId]);
  await tx.query(
    "delete from order_notes n using orders o where o.id = n.order_id and o.store_id = $1::uuid and n.source <> 'own'",
    [storeId],
  );
}

/** Switches a store between reading alone and writing too. */
export async function setStoreMode(
  engine: Engine,
  storeId: string,
  mode: "observe" | "live",
  actor: string,
): Promise<void> {
  const at = engine.clock.now();
  await engine.db.transaction(async (tx) => {
    const rows = await tx.query<{ version: string }>(
      `update stores set mode = $2, updated_at = $3::timestamptz, version = version + 1
       where id = $1::uuid and mode <> 'disconnected' returning version`,
      [storeId, mode, at.toISOString()],
    );
    if (!rows[0])
      throw new InputError("store_not_connected", "Only a connected store can be switched.", { status: 409 });
    await appendChanges(tx, storeId, [
      { entity: "store", entityId: storeId, version: Number(rows[0].version), kind: "updated" },
    ]);
    await appendAudit(
      tx,
      [
        {
          actor,
          act: `stores.${mode}`,
          storeId,
          subject: "store",
          subjectId: storeId,
          cause: null,
          detail: null,
          outcome: "done",
        },
      ],
      at,
    );
  });
  engine.wake();
}

/** Settings that every store has, whatever its platform. */
const STORE_SETTINGS = z.object({
  /** Per quota group: what this store's host bears, where it differs from the adapter's assumption. */
  quotas: z
    .record(
      z.string(),
      z.strictObject({ capacity: z.number().positive().optional(), concurrency: z.int().positive().optional() }),
    )
    .optional(),
  /** No quantity above zero goes to the store when its orders were read longer ago than this. */
  stock_max_age_seconds: z.int().positive().optional(),
});

/** Checks the settings of a store, the platform's and ours. Throws `InputError` that names what is wrong or unknown. */
export function checkSettings(adapter: Adapter, input: Record<string, unknown>): Record<string, unknown> {
  const own = Object.keys(STORE_SETTINGS.shape);
  const ours = check(
    STORE_SETTINGS,
    Object.fromEntries(own.flatMap((name) => (name in input ? [[name, input[name]]] : []))),
    "settings",
  );
  const rest = Object.fromEntries(Object.entries(input).filter(([name]) => !own.includes(name)));
  const platform = check(adapter.auth.settings, rest, "settings");
  const unknown = Object.keys(rest).filter((name) => !(name in platform));
  const groups = Object.keys(ours.quotas ?? {}).filter((name) => !adapter.quotas.some((group) => group.name === name));
  if (unknown.length > 0 || groups.length > 0)
    throw new InputError(
      "unknown_setting",
      unknown.length > 0
        ? `${adapter.label} has no setting ${unknown.map((name) => `"${name}"`).join(", ")}.`
        : `${adapter.label} has no quota group ${groups.map((name) => `"${name}"`).join(", ")}; it has ${adapter.quotas.map((group) => `"${group.name}"`).join(", ")}.`,
      { status: 422 },
    );
  return { ...platform, ...ours };
}

function check<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InputError(`invalid_${what}`, `The ${what} are not right: ${z.prettifyError(parsed.error)}`, {
    status: 422,
    issues: parsed.error.issues.map((issue) => ({ path: issue.path.map(String).join("."), message: issue.message })),
  });
}

function draftRow(
  input: ConnectInput,
  settings: Record<string, unknown>,
  id: string,
  at: Date,
  locationId: string,
): StoreRow {
  return {
    id,
    platform: input.platform,
    name: input.name,
    externalId: null,
    appId: null,
    baseUrl: input.baseUrl ?? null,
    settings,
    facts: {},
    currency: input.currency ?? "USD",
    timeZone: input.timeZone ?? "UTC",
    mode: "observe",
    state: "ok",
    stateReason: null,
    pushStopped: false,
    stockFrom: at,
    adoptSkus: input.adoptSkus ?? false,
    locationId,
    authorisedUntil: null,
    clockSkewMs: null,
    webhookSecret: null,
    webhookCheckedAt: null,
    probedAt: null,
    version: 1,
    createdAt: at,
    updatedAt: at,
    disconnectedAt: null,
  };
}

function withFacts(draft: StoreRow, facts: StoreFacts, input: ConnectInput): StoreRow {
  const currency = input.currency ?? facts.currency ?? facts.marketplaces[0]?.currency;
  const timeZone = input.timeZone ?? facts.timeZone ?? facts.marketplaces[0]?.timeZone ?? "UTC";
  if (!currency)
    throw new InputError("currency_unknown", "The platform does not say the store's currency: give it (--currency).", {
      status: 422,
    });
  return {
    ...draft,
    externalId: facts.externalId,
    facts: facts.facts,
    currency,
    timeZone,
    clockSkewMs: facts.clockSkewMs,
    probedAt: draft.createdAt,
  };
}

function sealWebhookSecret(engine: Engine, storeId: string): Uint8Array {
  return sealText(
    engine.keyring,
    { table: "stores", store: storeId, id: storeId },
    toBase64Url(randomBytes(32)).replace(/[-_]/g, "x"),
  );
}
