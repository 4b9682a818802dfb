/** Reading on request: streams made due, or a part of the past read again. */
import { restartSweep, startBackfill } from "../core/db/backfill.ts";
import { makeDue } from "../core/db/checkpoints.ts";
import { findStore } from "../core/db/stores.ts";
import { InputError } from "../core/errors.ts";
import { RESOURCES, type Resource } from "../core/model/vocabulary.ts";
import type { Engine } from "./engine.ts";
import { BACKFILL_SUFFIX, readCapability } from "./streams.ts";

export interface SyncRequest {
  resource?: Resource | undefined;
  /** Reads the time from here again, beside what is read anyway. */
  since?: Date | undefined;
  until?: Date | undefined;
}

/** Makes a store's streams due; answers how many. Throws `InputError` where there is nothing of that kind to read. */
export async function requestSync(engine: Engine, storeId: string, request: SyncRequest): Promise<number> {
  const row = await findStore(engine.db, storeId);
  const adapter = row ? engine.adapterOf(row.platform) : undefined;
  if (!row || !adapter) throw new InputError("not_found", "There is no such store.", { status: 404 });
  if (row.mode === "disconnected")
    throw new InputError("store_not_connected", "The store is disconnected.", { status: 409 });
  const at = engine.clock.now();
  const { resource, since } = request;
  if (resource && !readCapability(adapter, resource))
    throw new InputError("not_available", `${adapter.label} has no ${resource} to read.`, { status: 422 });
  if (since && since >= (request.until ?? at))
    throw new InputError("invalid_body", "`since` must lie before `until`, and in the past.", { status: 422 });
  let count = 0;
  if (since) {
    for (const name of resource ? [resource] : RESOURCES)
      count += await readAgain(engine, row.id, name, since, request.until ?? at, at);
    if (count === 0)
      throw new InputError("not_available", "The platform offers no way to read this by time.", { status: 422 });
  } else count = await makeDue(engine.db, storeId, resource ?? null, at);
  engine.wake();
  return count;
}

async function readAgain(
  engine: Engine,
  storeId: string,
  resource: Resource,
  from: Date,
  until: Date,
  at: Date,
): Promise<number> {
  const row = await findStore(engine.db, storeId);
  const adapter = row ? engine.adapterOf(row.platform) : undefined;
  const capability = adapter ? readCapability(adapter, resource) : null;
  let count = 0;
  for (const stream of capability?.streams ?? []) {
    const key = { storeId, resource, stream: stream.name };
    if (stream.by === "sweep" && !stream.audit) {
      await restartSweep(engine.db, key, at);
      count++;
    }
    const windowed = stream.by === "change" || stream.by === "creation";
    if (!windowed || stream.audit || stream.backfill === false) continue;
    await startBackfill(
      engine.db,
      { ...key, stream: `${stream.name}${BACKFILL_SUFFIX}` },
      { from, until, everySeconds: stream.everySeconds, at },
    );
    count++;
  }
  return count;
}
