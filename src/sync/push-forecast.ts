/** What would go out to a store, in how many calls, and when the platform's budget will have let all of them through. */
import { isAbsent } from "../core/adapter.ts";
import { type Aspect, countDueCalls } from "../core/db/offers.ts";
import { budgetWait, countPush, type PushCounts } from "../core/db/push-preview.ts";
import { DEFAULT_SHARE } from "../core/limiter.ts";
import { pace } from "../core/quota-calls.ts";
import { toDraws } from "../core/quota-draws.ts";
import type { Engine } from "./engine.ts";
import { openStore } from "./store-handle.ts";

export interface Forecast extends PushCounts {
  /** Calls that what is due now makes. */
  calls: number;
  /** When they will be through, by the budget; null: there are none. */
  expectedEndAt: Date | null;
}

const MOST_COUNTED = 1_000_000;

/** Null where the platform takes no such values. Throws `InputError` where there is no such store. */
export async function forecastPush(engine: Engine, storeId: string, aspect: Aspect): Promise<Forecast | null> {
  const store = await openStore(engine, storeId, "normal");
  const adapter = engine.adapterOf(store.row.platform);
  const capability = adapter?.[aspect === "stock" ? "stock" : "prices"];
  if (!adapter || !capability || isAbsent(capability)) return null;
  const at = engine.clock.now();
  const counts = await countPush(engine.db, storeId, aspect, at);
  const filter = {
    ...{ storeId, aspect, at, onlyZero: false, observedBefore: null, inFlight: [], only: null },
    pick: { of: "due" } as const,
  };
  const { calls } = await countDueCalls(engine.db, filter, capability.batch, MOST_COUNTED);
  const draws = toDraws(store.handle, adapter.quotas, capability.quota, "normal", DEFAULT_SHARE);
  const wait =
    calls === 0
      ? 0
      : await budgetWait(
          engine.db,
          draws.map(({ key }) => key),
        );
  const step = pace(store.handle, adapter.quotas, capability.quota, DEFAULT_SHARE);
  return {
    ...counts,
    calls,
    expectedEndAt: calls === 0 ? null : new Date(at.getTime() + wait + Math.max(0, calls - 1) * step),
  };
}
