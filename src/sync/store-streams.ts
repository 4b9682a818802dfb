/** The streams of a store: what is read, since when, how often. */
import { type Adapter, isAbsent } from "../core/adapter.ts";
import { ensureCheckpoint } from "../core/db/checkpoints.ts";
import type { Database } from "../core/db/database.ts";
import type { StoreRow } from "../core/db/stores.ts";
import { RESOURCES, type Resource } from "../core/model/vocabulary.ts";
import { MESSAGE_EVERY_SECONDS, MESSAGE_STREAM } from "./messages.ts";
import { BACKFILL_SUFFIX, readCapability } from "./streams.ts";

/** Listings are few and all of them matter: their past is read from the beginning. */
const BEGINNING = new Date("2000-01-01T00:00:00Z");

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
