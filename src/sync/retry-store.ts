/** The one look at a store that the platform refuses: who it is, then the stream that was refused, and no other call. */
import { findFailedStream } from "../core/db/checkpoints.ts";
import { releaseLease, takeLease } from "../core/db/leases.ts";
import { putOffRetry } from "../core/db/stores.ts";
import { RESOURCES, type Resource } from "../core/model/vocabulary.ts";
import { type Engine, LEASE_MS } from "./engine.ts";
import { toFailure } from "./failure.ts";
import { pullSlice } from "./pull.ts";
import { openStore } from "./store-handle.ts";
import { holdRefused, releaseRefused } from "./store-refused.ts";

/** Tries a waiting store once. True where it is answered again. */
export async function retryStore(engine: Engine, storeId: string, signal: AbortSignal): Promise<boolean> {
  const lease = await takeLease(engine.db, `retry:${storeId}`, engine.processId, LEASE_MS);
  if (!lease) return false;
  try {
    // The next look is further away before this one begins: a crash in the middle does not bring it sooner.
    if (!(await putOffRetry(engine.db, storeId, engine.clock.now()))) return false;
    const store = await openStore(engine, storeId, "normal");
    const adapter = engine.adapterOf(store.row.platform);
    if (!adapter) return false;
    try {
      await adapter.auth.probe(store.handle, signal);
    } catch (cause) {
      const { platform } = store.row;
      await holdRefused(engine, store.row, toFailure(engine, cause, { platform, operation: "auth.probe", storeId }));
      return false;
    }
    // Who we are may be answered where nothing else is.
    const failed = await findFailedStream(engine.db, storeId, RESOURCES);
    if (failed) {
      const key = { storeId, resource: failed.resource as Resource, stream: failed.stream };
      const { state, error } = await pullSlice(engine, key, signal, { pages: 1, tryHeld: true });
      if (state === "busy" || error?.ofStore) return false;
    }
    await releaseRefused(engine, storeId);
    return true;
  } finally {
    await releaseLease(engine.db, lease);
  }
}
