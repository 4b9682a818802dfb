/** Connecting a store: credentials checked and sealed, facts found, streams made, webhooks put in place. */
import type { Adapter, Grant, StoreFacts } from "../core/adapter.ts";
import { parseHttpUrl } from "../core/address.ts";
import { randomBytes, toBase64Url } from "../core/crypto.ts";
import { appendAudit } from "../core/db/audit.ts";
import { appendChanges } from "../core/db/changes.ts";
import type { Database } from "../core/db/database.ts";
import {
  defaultLocation,
  findApp,
  findStore,
  insertStore,
  type StoreRow,
  saveCredentials,
  updateStore,
} from "../core/db/stores.ts";
import { InputError } from "../core/errors.ts";
import { newId } from "../core/ids.ts";
import { sealText } from "../core/secrets.ts";
import { checkGrant } from "./check-grant.ts";
import type { Engine } from "./engine.ts";
import { openStoreRow } from "./store-handle.ts";
import { reviveStore } from "./store-refused.ts";
import { check, checkSettings } from "./store-settings.ts";
import { ensureStreams } from "./store-streams.ts";
import { tryWebhooks } from "./store-webhooks.ts";

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
  /** Our registration with the platform, where it wants one. */
  appId?: string | undefined;
  actor: string;
}

/**
 * Connects a store with typed credentials, in observe mode: tries them, stores them sealed and makes its streams due.
 * Throws `InputError` where something typed in is wrong, with what the platform answered.
 */
export async function connectStore(engine: Engine, input: ConnectInput, signal: AbortSignal): Promise<StoreRow> {
  const adapter = adapterFor(engine, input.platform);
  const values = check(adapter.auth.credentials, input.credentials, "credentials");
  return connectWithGrant(engine, input, { values, expiresAt: null }, signal);
}

function adapterFor(engine: Engine, platform: string): Adapter {
  const adapter = engine.adapterOf(platform);
  if (!adapter) throw new InputError("unknown_platform", `There is no platform "${platform}".`, { status: 422 });
  return adapter;
}

/** The same with what a platform granted. */
export async function connectWithGrant(
  engine: Engine,
  input: Omit<ConnectInput, "credentials">,
  grant: Grant,
  signal: AbortSignal,
): Promise<StoreRow> {
  const adapter = adapterFor(engine, input.platform);
  if (input.appId !== undefined) await checkApp(engine, input.appId, input.platform);
  const settings = checkSettings(adapter, input.settings);
  if (input.baseUrl) parseHttpUrl(input.baseUrl);
  const at = engine.clock.now();
  const id = newId(at);
  const credentialId = newId(at);
  const draft = draftRow(input, settings, id, at, await defaultLocation(engine.db, at));
  const facts = await probe(engine, adapter, draft, grant, signal);
  const row = { ...withFacts(draft, facts, input), authorisedUntil: grant.authorisedUntil ?? null };
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

async function checkApp(engine: Engine, id: string, platform: string): Promise<void> {
  const app = await findApp(engine.db, id);
  if (app?.platform !== platform)
    throw new InputError("app_not_found", `There is no app ${id} of ours at "${platform}".`, { status: 422 });
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
  const { adapter } = await storeAndAdapter(engine, storeId);
  const values = check(adapter.auth.credentials, input.credentials, "credentials");
  await reconnectWithGrant(engine, storeId, { grant: { values, expiresAt: null }, actor: input.actor }, signal);
}

async function storeAndAdapter(engine: Engine, storeId: string): Promise<{ row: StoreRow; adapter: Adapter }> {
  const row = await findStore(engine.db, storeId);
  const adapter = row ? engine.adapterOf(row.platform) : undefined;
  if (!row || !adapter) throw new InputError("store_not_found", `There is no store ${storeId}.`, { status: 404 });
  return { row, adapter };
}

/** The same with what a platform granted. Another shop's grant is refused. */
export async function reconnectWithGrant(
  engine: Engine,
  storeId: string,
  { grant, actor }: { grant: Grant; actor: string },
  signal: AbortSignal,
): Promise<StoreRow> {
  const { row, adapter } = await storeAndAdapter(engine, storeId);
  const facts = await probe(engine, adapter, row, grant, signal);
  if (row.externalId !== null && facts.externalId !== row.externalId)
    throw new InputError(
      "another_store",
      `These credentials open ${facts.name ?? "a shop"} (${facts.externalId}), and "${row.name}" is ${row.externalId}. Connect it as a store of its own.`,
      { status: 409 },
    );
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
    if (grant.authorisedUntil !== undefined)
      await updateStore(tx, storeId, { authorisedUntil: grant.authorisedUntil }, at);
    await appendAudit(
      tx,
      [
        {
          actor,
          act: "stores.authorise",
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
    if (row.mode === "disconnected") await updateStore(tx, storeId, { mode: "observe", disconnectedAt: null }, at);
    await reviveStore(tx, storeId, at);
  });
  engine.wake();
  return row;
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
  return checkGrant(() => adapter.auth.probe(store, signal));
}

function draftRow(
  input: Omit<ConnectInput, "credentials">,
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
    appId: input.appId ?? null,
    baseUrl: input.baseUrl ?? null,
    settings,
    facts: {},
    currency: input.currency ?? "USD",
    timeZone: input.timeZone ?? "UTC",
    mode: "observe",
    state: "ok",
    stateReason: null,
    retryAt: null,
    retryAttempts: 0,
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
    booksOpenFrom: null,
  };
}

function withFacts(draft: StoreRow, facts: StoreFacts, input: Pick<ConnectInput, "currency" | "timeZone">): StoreRow {
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
