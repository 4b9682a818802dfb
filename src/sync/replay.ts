/** Mapping again what was set aside: after an adapter learnt its form. */
import { closeRejected, findRejected } from "../core/db/rejected.ts";
import { InputError } from "../core/errors.ts";
import { ingest } from "../core/ingest/ingest.ts";
import type { Engine } from "./engine.ts";
import { mapContext, openStore } from "./store-handle.ts";
import { readCapability } from "./streams.ts";

/** Maps a stored document again and ingests it; answers why it still does not map, or null where it does. */
export async function replayRejected(engine: Engine, id: string): Promise<{ reason: string | null }> {
  const found = await findRejected(engine.db, engine.keyring, id);
  if (!found) throw new InputError("not_found", "There is no such rejected record.", { status: 404 });
  const store = await openStore(engine, found.storeId, "interactive");
  const adapter = engine.adapterOf(store.row.platform);
  const capability = adapter ? readCapability(adapter, found.resource) : null;
  if (!capability)
    throw new InputError("not_available", `${adapter?.label ?? store.row.platform} has no ${found.resource}.`, {
      status: 422,
    });
  const context = mapContext(store);
  const result = await ingest(engine, {
    store: store.ingest,
    resource: found.resource,
    documents: [found.document],
    toUnified: (raw) => capability.toUnified(raw, context),
  });
  const [rejection] = result.rejections;
  // A newer reading of the record was stored meanwhile: this one is news to nobody.
  if (!rejection && result.unchanged > 0) await closeRejected(engine.db, id, engine.clock.now());
  engine.wake();
  return { reason: rejection?.reason ?? null };
}
