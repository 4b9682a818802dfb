/** A store as its adapter sees it: facts, settings, credentials on demand, refresh by one for all. */
import {
  type App,
  type CredentialPurpose,
  type Credentials,
  isAbsent,
  type MapContext,
  type Marketplace,
  type PrepaidSlot,
  type Priority,
  type Store,
} from "../core/adapter.ts";
import { findApp, findCredentials, findStore, listMarketplaces, type StoreRow } from "../core/db/stores.ts";
import { InputError } from "../core/errors.ts";
import type { Bookkeeping } from "../core/finance/closed-months.ts";
import type { IngestStore } from "../core/ingest/types.ts";
import { openText } from "../core/secrets.ts";
import type { Engine } from "./engine.ts";
import { refreshCredentials } from "./refresh.ts";

export interface OpenedStore {
  row: StoreRow;
  handle: Store;
  ingest: IngestStore & Bookkeeping;
}

/** Opens a store for one slice of work. Throws `InputError` where it does not exist. */
export async function openStore(engine: Engine, storeId: string, priority: Priority): Promise<OpenedStore> {
  const [row, places] = await Promise.all([findStore(engine.db, storeId), listMarketplaces(engine.db, storeId)]);
  if (!row) throw new InputError("store_not_found", `There is no store ${storeId}.`, { status: 404 });
  return openStoreRow(engine, row, priority, places);
}

/** Opens a store whose row was just read; `marketplaces` where those were read too. */
export async function openStoreRow(
  engine: Engine,
  row: StoreRow,
  priority: Priority,
  marketplaces?: readonly Marketplace[],
): Promise<OpenedStore> {
  if (!row.locationId) throw new Error(`store ${row.id} has no location`);
  const places = marketplaces ?? (await listMarketplaces(engine.db, row.id));
  const app = row.appId ? await openApp(engine, row.appId) : null;
  /** Read once, also for calls that begin together. */
  const opened = new Map<CredentialPurpose, Promise<Credentials>>();
  const handle: Store = {
    id: row.id,
    platform: row.platform,
    name: row.name,
    externalId: row.externalId,
    baseUrl: row.baseUrl,
    settings: row.settings,
    marketplaces: places,
    currency: row.currency,
    timeZone: row.timeZone,
    app,
    priority,
    prepaid: null,
    facts: row.facts,
    credentials: (purpose = "api") => {
      const known = opened.get(purpose) ?? openCredentials(engine, row, purpose);
      opened.set(purpose, known);
      // What could not be read is read again when it is next asked for.
      known.catch(() => opened.delete(purpose));
      return known;
    },
    refresh: async (stale) => {
      const fresh = await refreshCredentials(engine, handle, stale);
      opened.set(stale.purpose, Promise.resolve(fresh));
      return fresh;
    },
  };
  return {
    row,
    handle,
    ingest: {
      id: row.id,
      platform: row.platform,
      stockFrom: row.stockFrom,
      adoptSkus: row.adoptSkus,
      locationId: row.locationId,
      clockSkewMs: row.clockSkewMs,
      ...booksOf(engine, row.platform),
    },
  };
}

function booksOf(engine: Engine, platform: string): Bookkeeping {
  const settlements = engine.adapterOf(platform)?.settlements;
  return settlements === undefined || isAbsent(settlements) ? {} : { books: settlements.books };
}

async function openCredentials(
  engine: Engine,
  { id, name }: StoreRow,
  purpose: CredentialPurpose,
): Promise<Credentials> {
  const found = await findCredentials(engine.db, engine.keyring, id, purpose);
  if (!found)
    throw new InputError("credentials_missing", `The store "${name}" has no credentials for "${purpose}".`, {
      status: 409,
    });
  return found;
}

/** The same store with a slot that was taken beforehand. */
export function withSlot(store: Store, prepaid: PrepaidSlot): Store {
  return { ...store, prepaid };
}

/** An app with its secret; null where there is none. */
export async function openApp(engine: Engine, id: string): Promise<App | null> {
  const row = await findApp(engine.db, id);
  if (!row) return null;
  const secret = openText(engine.keyring, { table: "apps", store: "", id }, row.secret);
  return { id, platform: row.platform, key: row.key, secret, settings: row.settings };
}

/** What `toUnified` may know of a store. */
export function mapContext({ row, handle }: OpenedStore): MapContext {
  return {
    storeId: row.id,
    currency: row.currency,
    timeZone: row.timeZone,
    marketplaces: handle.marketplaces,
    settings: handle.settings,
  };
}
