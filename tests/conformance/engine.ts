/** The engine over a test database, with the store of a bench connected to it. */
import type { Store } from "../../src/core/adapter.ts";
import type { Database } from "../../src/core/db/database.ts";
import { defaultLocation, insertStore, type StoreRow, saveCredentials } from "../../src/core/db/stores.ts";
import { newId } from "../../src/core/ids.ts";
import type { Resource } from "../../src/core/model/vocabulary.ts";
import { sealText } from "../../src/core/secrets.ts";
import type { Engine } from "../../src/sync/engine.ts";
import { pullSlice } from "../../src/sync/pull.ts";
import type { SliceResult } from "../../src/sync/pull-slice.ts";
import { requestSync } from "../../src/sync/request-sync.ts";
import { openStore } from "../../src/sync/store-handle.ts";
import { ensureStreams } from "../../src/sync/store-streams.ts";
import { createTestDatabase } from "../support/database.ts";
import { givenContext } from "../support/example.ts";
import { type Bench, DAY_MS, probed } from "./bench.ts";
import { pastDays, readCapability } from "./reading.ts";

export interface Connected {
  engine: Engine;
  db: Database;
  storeId: string;
  /** The store as the engine hands it to the adapter, opened anew by another process. */
  handle(processId: string): Promise<Store>;
  /** Works on all streams of a resource until nothing is due. */
  pullAll(resource: Resource, limits?: { pages?: number; slices?: number }): Promise<SliceResult[]>;
  /** Saved orders that a seller sees at the platform. */
  countShown(): Promise<number>;
  /** Asks for the whole past once more. */
  readAgain(resource: Resource): Promise<void>;
}

/** Connects the bench's store as a person would, in a database of its own. */
export async function givenConnected(bench: Bench): Promise<Connected> {
  const facts = await probed(bench);
  const { db } = await createTestDatabase();
  const context = { ...(await givenContext(db, bench.clock)), log: bench.logs.log };
  const engine: Engine = {
    ...context,
    adapterOf: (id) => (id === bench.adapter.id ? bench.adapter : undefined),
    processId: "conformance",
    publicUrl: null,
    takeSlot: (store, quota, priority, signal) =>
      bench.limiter.reserve(store, bench.adapter.quotas, quota, priority, signal),
    wake: () => {},
  };
  const at = bench.clock.now();
  const { app } = bench.subject;
  if (app)
    await db.query(
      "insert into apps (id, platform, name, key, secret, settings) values ($1::uuid, $2, 'Conformance', $3, decode($4, 'hex'), $5::text::jsonb)",
      [
        app.id,
        app.platform,
        app.key,
        Buffer.from(sealText(engine.keyring, { table: "apps", store: "", id: app.id }, app.secret)).toString("hex"),
        JSON.stringify(app.settings),
      ],
    );
  const row: StoreRow = {
    id: newId(at),
    platform: bench.adapter.id,
    name: "Conformance",
    externalId: facts.externalId,
    appId: app?.id ?? null,
    baseUrl: bench.subject.baseUrl,
    settings: { ...bench.store.settings },
    facts: facts.facts,
    currency: bench.store.currency,
    timeZone: bench.store.timeZone,
    mode: "live",
    state: "ok",
    stateReason: null,
    retryAt: null,
    retryAttempts: 0,
    pushStopped: false,
    stockFrom: at,
    adoptSkus: false,
    locationId: await defaultLocation(db, at),
    authorisedUntil: null,
    clockSkewMs: 0,
    webhookSecret: null,
    webhookCheckedAt: null,
    probedAt: at,
    version: 1,
    createdAt: at,
    updatedAt: at,
    disconnectedAt: null,
    booksOpenFrom: null,
  };
  const { secret } = bench.subject.webhooks ?? {};
  if (secret !== undefined)
    row.webhookSecret = sealText(engine.keyring, { table: "stores", store: row.id, id: row.id }, secret);
  await insertStore(db, row, facts.marketplaces);
  await saveCredentials(db, engine.keyring, {
    id: newId(at),
    storeId: row.id,
    platform: row.platform,
    purpose: "api",
    grant: { values: bench.credentials.values, expiresAt: null },
    at,
  });
  const since = new Date(at.getTime() - pastDays("orders") * DAY_MS);
  await ensureStreams(db, bench.adapter, row, since);
  return {
    engine,
    db,
    storeId: row.id,
    handle: async (processId) => (await openStore({ ...engine, processId }, row.id, "normal")).handle,
    pullAll: async (resource, { pages, slices = 40 } = {}) => {
      const names = (readCapability(bench.adapter, resource)?.streams ?? []).map((stream) => stream.name);
      const rows = await db.query<{ stream: string }>(
        "select stream from checkpoints where resource = $1 order by stream",
        [resource],
      );
      const results: SliceResult[] = [];
      for (const { stream } of rows.filter((one) => names.includes(one.stream.split("@")[0] ?? ""))) {
        for (let slice = 0; slice < slices; slice += 1) {
          const result = await pullSlice(
            engine,
            { storeId: row.id, resource, stream },
            bench.signal,
            pages === undefined ? {} : { pages },
          );
          results.push(result);
          if (result.state === "done" || result.state === "busy") break;
          // What failed, and what the platform prepares, is due again after a while.
          if (result.state === "failed" || result.state === "waiting") bench.clock.advance(60_000);
        }
      }
      return results;
    },
    countShown: async () => {
      const rows = await db.query<{ external_id: string }>("select external_id from orders");
      const facts = bench.subject.fake.books().orders;
      return rows.filter((one) => facts.get(one.external_id)?.isHidden === false).length;
    },
    readAgain: async (resource) => {
      await requestSync(engine, row.id, { resource, since });
    },
  };
}
