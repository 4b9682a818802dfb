/**
 * Turns inbox entries into documents: those a message carried are saved as they are, the others are fetched, and so are
 * those whose age against what is stored cannot be told.
 */
import { isAbsent } from "../core/adapter.ts";
import { nextReadSeq } from "../core/db/checkpoints.ts";
import { concludeInbox, deferInbox, type InboxEntry, listPendingInbox } from "../core/db/inbox.ts";
import { releaseLease, renewLease, takeLease } from "../core/db/leases.ts";
import { markRecordsGone } from "../core/ingest/gone.ts";
import { ingest } from "../core/ingest/ingest.ts";
import type { ReadDocument } from "../core/ingest/types.ts";
import { findUndecided } from "../core/ingest/undecided.ts";
import { RESOURCES, type Resource } from "../core/model/vocabulary.ts";
import { dueAgain } from "./due.ts";
import { type Engine, LEASE_MS } from "./engine.ts";
import { toFailure } from "./failure.ts";
import { awaitNews } from "./news.ts";
import { mapContext, type OpenedStore, openStore } from "./store-handle.ts";
import { holdRefused } from "./store-refused.ts";
import { readCapability, wakeParentStreams } from "./streams.ts";

/** Where messages come one after the other, the next is waited for so long: beginning anew costs more than saving one. */
const LINGER_MS = 50;
/** What is known of a store is read again after this time. */
const OPEN_MS = 5_000;
/** Entries taken at once. */
const BATCH = 200;
/** After this many counted failures an entry is set aside for a person; the sweep finds its record all the same. */
const MAX_ATTEMPTS = 8;

/** Works off a store's pending entries; answers how many are done. One worker per store at a time. */
export async function drainInbox(engine: Engine, storeId: string, signal: AbortSignal): Promise<number> {
  const lease = await takeLease(engine.db, `inbox:${storeId}`, engine.processId, LEASE_MS);
  if (!lease) return 0;
  let total = 0;
  const coming = engine.news ? awaitNews(engine.news, `inbox:${storeId}`) : null;
  try {
    let store = await openStore(engine, storeId, "normal");
    let openedAt = performance.now();
    for (;;) {
      const entries = await listPendingInbox(engine.db, engine.keyring, storeId, engine.clock.now(), BATCH);
      if (signal.aborted) return total;
      if (entries.length === 0) {
        if (await coming?.within(LINGER_MS, signal)) continue;
        return total;
      }
      if (performance.now() - openedAt > OPEN_MS) {
        store = await openStore(engine, storeId, "normal");
        openedAt = performance.now();
      }
      await renewLease(engine.db, lease, LEASE_MS);
      for (const resource of RESOURCES) {
        const own = entries.filter((entry) => entry.resource === resource);
        if (own.length === 0) continue;
        const drained = await drainResource(engine, store, resource, own, signal);
        total += drained.done;
        if (drained.held) return total;
      }
    }
  } finally {
    coming?.end();
    await releaseLease(engine.db, lease);
  }
}

/** Works off the entries of one resource. `held`: the platform refuses the whole store, and the rest waits with it. */
async function drainResource(
  engine: Engine,
  store: OpenedStore,
  resource: Resource,
  entries: readonly InboxEntry[],
  signal: AbortSignal,
): Promise<{ done: number; held: boolean }> {
  const adapter = engine.adapterOf(store.row.platform);
  const capability = adapter ? readCapability(adapter, resource) : null;
  if (!capability || isAbsent(capability)) {
    await concludeInbox(
      engine.db,
      entries.map((entry) => entry.id),
      engine.clock.now(),
    );
    return { done: 0, held: false };
  }
  const undecided = await findUndecided(
    engine.db,
    engine.keyring,
    { storeId: store.row.id, resource },
    entries.flatMap((entry) => entry.document ?? []),
  );
  const isBelieved = (entry: InboxEntry) => entry.document !== null && !undecided.has(entry.externalId);
  const carried = entries.filter(isBelieved);
  const named = entries.filter((entry) => !isBelieved(entry));
  let done = await save(
    engine,
    store,
    resource,
    carried,
    carried.flatMap((entry) => entry.document ?? []),
    oldestOf(carried),
  );
  for (let i = 0; i < named.length; i += capability.getBatch) {
    const batch = named.slice(i, i + capability.getBatch);
    const keys = [...new Map(batch.map((entry) => [entry.externalId, entry])).values()].map(({ externalId, key }) =>
      key ? { externalId, key } : { externalId },
    );
    try {
      const readAt = engine.clock.now();
      const readSeq = await nextReadSeq(engine.db);
      const { documents, missing } = await capability.getMany(store.handle, keys, signal);
      const gone = missing.filter((item) => item.means === "gone").map((item) => item.externalId);
      if (gone.length > 0) await markRecordsGone(engine, store.ingest, resource, gone);
      done += await save(
        engine,
        store,
        resource,
        batch,
        documents.map((raw) => ({ raw, readSeq })),
        readAt,
      );
    } catch (cause) {
      const place = { platform: store.row.platform, operation: `${resource}.getMany`, storeId: store.row.id };
      const error = toFailure(engine, cause, place);
      const waits = await holdRefused(engine, store.row, error);
      const attempts = Math.max(...batch.map((entry) => entry.attempts)) + 1;
      const counted = error.category !== "throttled" && !waits;
      await deferInbox(
        engine.db,
        batch.map((entry) => entry.id),
        {
          dueAt: waits
            ? engine.clock.now()
            : dueAgain(error.category, attempts, error.retryAfterMs, engine.clock.now()),
          error: error.message,
          counted,
          dead: counted && attempts >= MAX_ATTEMPTS,
        },
      );
      if (waits) return { done, held: true };
    }
  }
  return { done, held: false };
}

const oldestOf = (entries: readonly InboxEntry[]) =>
  new Date(Math.min(...entries.map((entry) => entry.receivedAt.getTime())));

async function save(
  engine: Engine,
  store: OpenedStore,
  resource: Resource,
  entries: readonly InboxEntry[],
  documents: readonly ReadDocument[],
  readAt: Date,
): Promise<number> {
  if (entries.length === 0) return 0;
  const adapter = engine.adapterOf(store.row.platform);
  const capability = adapter ? readCapability(adapter, resource) : null;
  if (!capability) return 0;
  const context = mapContext(store);
  const saved = await ingest(engine, {
    store: store.ingest,
    resource,
    documents,
    readAt,
    toUnified: (raw) => capability.toUnified(raw, context),
    conclude: (tx) =>
      concludeInbox(
        tx,
        entries.map((entry) => entry.id),
        engine.clock.now(),
      ),
  });
  if (resource === "orders" && saved.changed > 0 && adapter) await wakeParentStreams(engine, adapter, store.row.id);
  return entries.length;
}
