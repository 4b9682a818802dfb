/** Platforms that keep their messages in a queue of their own: taken, saved in the inbox, then confirmed. */
import { isAbsent } from "../core/adapter.ts";
import { releaseStream, type StreamKey, takeStream } from "../core/db/checkpoints.ts";
import { insertInbox } from "../core/db/inbox.ts";
import { listStores } from "../core/db/stores.ts";
import { type AdapterError, isAdapterError } from "../core/errors.ts";
import { dueAgain } from "./due.ts";
import { type Engine, LEASE_MS } from "./engine.ts";
import { accept } from "./receive-webhook.ts";
import { openStore } from "./store-handle.ts";
import { holdRefused } from "./store-refused.ts";

/** The stream that stands for a store's (or its app's) queue. */
export const MESSAGE_STREAM = { resource: "messages", stream: "queue" } as const;
export const MESSAGE_EVERY_SECONDS = 5;
/** Batches taken before others get their turn. */
const MAX_BATCHES = 50;

/**
 * Takes messages until the queue is empty; answers how many were new. A crash between saving and confirming brings them
 * again, which the inbox recognises.
 */
export async function receiveMessages(engine: Engine, key: StreamKey, signal: AbortSignal): Promise<number> {
  const checkpoint = await takeStream(engine.db, key, engine.processId, LEASE_MS);
  if (!checkpoint) return 0;
  const store = await openStore(engine, key.storeId, "normal");
  const webhooks = engine.adapterOf(store.row.platform)?.webhooks;
  let count = 0;
  try {
    if (!webhooks || isAbsent(webhooks) || webhooks.kind !== "queue") return 0;
    const stores = webhooks.scope === "app" ? await listStores(engine.db) : [];
    const byKey = new Map(
      stores.filter((row) => row.platform === store.row.platform).map((row) => [row.externalId, row.id]),
    );
    const storeOf = (storeKey: string | null) =>
      webhooks.scope === "store" ? store.row.id : (byKey.get(storeKey) ?? null);
    const pump = {
      insert: (inputs: Parameters<typeof insertInbox>[2][number][]) =>
        insertInbox(engine.db, engine.keyring, inputs, engine.clock.now()),
    };
    for (let batch = 0; batch < MAX_BATCHES && !signal.aborted; batch++) {
      const { notifications, receipt } = await webhooks.receive(store.handle, signal);
      count += await accept(engine, pump, store.row.platform, notifications, storeOf);
      if (receipt !== null) await webhooks.confirm(store.handle, receipt, signal);
      if (notifications.length === 0) break;
    }
    await release(engine, checkpoint, null);
  } catch (error) {
    if (!isAdapterError(error)) throw error;
    // Polling finds what no message tells: an app that may have no messages holds nothing up.
    if (error.category === "auth_expired") await holdRefused(engine, store.row, error);
    await release(engine, checkpoint, error);
  }
  return count;
}

async function release(
  engine: Engine,
  checkpoint: Parameters<typeof releaseStream>[1],
  error: AdapterError | null,
): Promise<void> {
  const now = engine.clock.now();
  const attempts = error ? checkpoint.attempts + 1 : 0;
  const dueAt = error
    ? dueAgain(error.category, attempts, error.retryAfterMs, now)
    : new Date(now.getTime() + MESSAGE_EVERY_SECONDS * 1000);
  await releaseStream(engine.db, checkpoint, {
    dueAt,
    state: error ? "failed" : "idle",
    attempts,
    error: error ? { category: error.category, text: error.message, at: now } : null,
  });
}
