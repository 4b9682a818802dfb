/** What the parts of one drain share. */
import type { PushCapability, PushOutcome } from "../core/adapter.ts";
import type { Lease, LeaseLostError } from "../core/db/leases.ts";
import type { Aspect } from "../core/db/offers.ts";
import type { StoreRow } from "../core/db/stores.ts";
import type { AdapterError } from "../core/errors.ts";
import type { Engine } from "./engine.ts";
import type { OpenedStore } from "./store-handle.ts";

export interface DrainResult {
  sent: number;
  accepted: number;
  rejected: number;
  unknown: number;
  /** Why nothing was sent, in words for people; null where there was nothing to hold back. */
  heldBack: string | null;
}

/** One run over a store's offers of one aspect, under the lease on both. */
export interface Drain {
  engine: Engine;
  store: OpenedStore;
  aspect: Aspect;
  capability: PushCapability;
  lease: Lease;
  result: DrainResult;
  /** Ends the drain: no call is begun any more. Aborted too when the lease cannot be kept. */
  signal: AbortSignal;
  /** Ends calls under way: a moment after the drain, so that what they bring is known; at once with the lease. */
  callSignal: AbortSignal;
  /** A statement has found the lease lost: what waits for its start is not sent any more. */
  lose(error: LeaseLostError): void;
}

/** What one call brought: outcomes of items, or the failure of the call as a whole. */
export type CallResult = { outcomes: ReadonlyMap<string, PushOutcome> } | { failure: AdapterError };

/** Why a store's offers wait; null where they may go. */
export function pushBlock(store: Pick<StoreRow, "mode" | "pushStopped" | "state" | "stateReason">): string | null {
  if (store.mode === "observe") return "the store is in observe mode: switch it to live to let quantities go out";
  if (store.mode !== "live") return "the store is disconnected";
  if (store.pushStopped) return "pushes are stopped for this store";
  if (store.state !== "ok") return `the store waits: ${store.stateReason ?? store.state}`;
  return null;
}

export const operationOf = (aspect: Aspect): string => (aspect === "stock" ? "stock.set" : "prices.set");
