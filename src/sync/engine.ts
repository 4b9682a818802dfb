/** What the engine's functions share: made once by entry/wire.ts, handed in, never global. */
import { type Adapter, isAbsent, type PrepaidSlot, type Priority, type QuotaUse, type Store } from "../core/adapter.ts";
import type { FeedChange } from "../core/db/changes.ts";
import type { IngestContext } from "../core/ingest/types.ts";
import type { WebhookSender } from "../core/webhook-sender.ts";
import type { News } from "./news.ts";

export interface Engine extends IngestContext {
  /** The adapter of a platform; undefined where no such platform is registered. */
  adapterOf(platform: string): Adapter | undefined;
  /** The address that platforms call; null where none was set, and polling alone finds what is new. */
  publicUrl: string | null;
  /** Tells this process's leases from others'. */
  processId: string;
  /** Takes a slot of the budget before what to send is decided. */
  takeSlot(store: Store, quota: readonly QuotaUse[], priority: Priority, signal: AbortSignal): Promise<PrepaidSlot>;
  /** The way to those who read from us by webhook; absent where none are sent (tests of other parts). */
  outbound?: Outbound;
  /** What comes for work that this process has under way; absent where no worker runs. */
  news?: News;
  /** Called after work of any kind was created: wakes the loops of this process. */
  wake(): void;
}

export interface Outbound extends WebhookSender {
  /** Changes as the feed shows them, with the records as they are now. */
  render(
    changes: readonly FeedChange[],
    reader: { stores: readonly string[] | null; clear: boolean },
  ): Promise<unknown[]>;
}

/** Whether prices can be set on a platform. */
export function hasPrices(engine: Pick<Engine, "adapterOf">, platform: string): boolean {
  const prices = engine.adapterOf(platform)?.prices;
  return prices !== undefined && !isAbsent(prices);
}

/** How long a slice of work holds its lease without a sign of life: pages renew it. */
export const LEASE_MS = 90_000;

/** A slice ends after this time or this many pages, and is due again at once where more is left. */
export const SLICE_MS = 30_000;
export const SLICE_PAGES = 20;

/** Records asked for per page, and the most that one transaction saves. */
export const PAGE_LIMIT = 500;
