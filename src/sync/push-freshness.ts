/**
 * How old the store's orders may be when a quantity goes out (promise 4), and up to when they explain what the platform
 * was seen to show.
 */
import { isAbsent, type Stream } from "../core/adapter.ts";
import type { Database } from "../core/db/database.ts";
import type { Aspect } from "../core/db/offers.ts";
import { orderWatermark } from "../core/db/offers.ts";
import type { StoreRow } from "../core/db/stores.ts";
import type { SalesBound } from "../core/db/take-offers.ts";
import type { Engine } from "./engine.ts";
import { pushSettings } from "./push-settings.ts";

export interface Freshness {
  /** False: nothing but zero may go. */
  isFresh: boolean;
  /** By our clock; null where no order says anything about quantities. */
  readUntil: Date | null;
}

type FreshStore = Pick<StoreRow, "id" | "platform" | "settings" | "clockSkewMs">;

const ALWAYS: Freshness = { isFresh: true, readUntil: null };

/** Streams that bring sales. */
export function saleStreams(engine: Pick<Engine, "adapterOf">, platform: string): readonly Stream[] {
  const orders = engine.adapterOf(platform)?.orders;
  if (!orders || isAbsent(orders)) return [];
  return orders.streams.filter((stream) => stream.by === "change" && !stream.audit);
}

/** Where the store's orders stand. Prices do not depend on them. */
export async function readFreshness(
  engine: Pick<Engine, "adapterOf" | "clock">,
  db: Database,
  store: FreshStore,
  aspect: Aspect,
): Promise<Freshness> {
  const { streams, readAfter, skewMs } = salesBound(engine, store, aspect, false);
  if (streams.length === 0) return ALWAYS;
  const watermark = await orderWatermark(db, store.id, streams);
  if (!watermark) return { isFresh: false, readUntil: new Date(0) };
  // The watermark is told by the platform's clock.
  const readUntil = new Date(watermark.getTime() - skewMs);
  return { isFresh: readUntil >= readAfter, readUntil };
}

/** What a statement needs to find out the same. */
export function salesBound(
  engine: Pick<Engine, "adapterOf" | "clock">,
  store: FreshStore,
  aspect: Aspect,
  isCompared: boolean,
): SalesBound {
  const streams = aspect === "price" ? [] : saleStreams(engine, store.platform);
  const longest = Math.max(0, ...streams.map((stream) => stream.everySeconds * 2 + stream.window.safetyLagSeconds));
  const maxAge = pushSettings(store.settings).maxAgeSeconds ?? longest;
  return {
    streams: streams.map((stream) => stream.name),
    readAfter: new Date(engine.clock.now().getTime() - maxAge * 1000),
    skewMs: store.clockSkewMs ?? 0,
    isCompared,
  };
}

/**
 * Makes the store's sales be read as soon as a window can reach `until` (by our clock): its orders explain what was seen
 * there. A stream that waits because it failed keeps its time.
 */
export async function readSalesUntil(
  engine: Engine,
  db: Database,
  store: Pick<StoreRow, "id" | "platform">,
  until: Date,
): Promise<void> {
  for (const stream of saleStreams(engine, store.platform)) {
    const reachable = new Date(until.getTime() + stream.window.safetyLagSeconds * 1000);
    await db.query(
      `update checkpoints set due_at = least(due_at, greatest($3::timestamptz, $4::timestamptz))
       where store_id = $1::uuid and resource = 'orders' and stream = $2 and state not in ('paused', 'failed', 'done')`,
      [store.id, stream.name, reachable.toISOString(), engine.clock.now().toISOString()],
    );
  }
}
