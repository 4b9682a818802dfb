/**
 * Sends what may go, several calls at once. A LANE makes one call after the other: it takes its slot first, then is given
 * offers (push-turns.ts), so that what goes is the newest value at that moment.
 */
import { QuotaWaitError } from "../core/limiter.ts";
import { callsAtOnce } from "../core/quota-calls.ts";
import { systemTimer } from "../core/timer.ts";
import { callPlatform } from "./push-batch.ts";
import type { Drain } from "./push-drain.ts";
import { createTurns, type LaneOptions } from "./push-turns.ts";
import { withSlot } from "./store-handle.ts";

/** More lanes than this gain nothing. */
const MOST_LANES = 16;
/** While calls take longer than this, new work is looked for beside them. */
const LOOK_MS = 1_000;

/** Works until nothing may go, the budget says wait, the store's pushes are stopped, or the signal. Throws what is ours. */
export async function runLanes(drain: Drain, options: LaneOptions): Promise<void> {
  const { engine, store, result } = drain;
  const { route } = options;
  const groups = engine.adapterOf(store.row.platform)?.quotas ?? [];
  const most = Math.min(MOST_LANES, callsAtOnce(store.handle, groups, route.quota));
  const stop = new AbortController();
  const signal = AbortSignal.any([drain.signal, stop.signal]);
  const state = createTurns(drain, options, { stop: () => stop.abort(), onEnd: () => changed() });
  let active = 0;
  let events = 0;
  let wake = () => {};
  const changed = () => {
    events += 1;
    wake();
  };

  async function lane(): Promise<void> {
    while (!signal.aborted && (await state.reserve())) {
      const priority = state.urgency() === 0 ? "zero" : "normal";
      const slot = await engine.takeSlot(store.handle, route.quota, priority, signal).catch((error: unknown) => {
        state.giveBack();
        throw error;
      });
      const sent = await state.nextCall();
      if (!sent) return;
      state.finish(sent, await callPlatform(drain, route, withSlot(store.handle, slot), sent.offers));
    }
  }

  function start(): void {
    active += 1;
    lane()
      .catch((error: unknown) => {
        if (error instanceof QuotaWaitError) {
          result.heldBack = `the platform's budget is used up for now: the next call in ${Math.ceil(error.waitMs / 1000)} s`;
          stop.abort();
        } else if (!signal.aborted) state.fail(error);
      })
      .finally(() => {
        active -= 1;
        changed();
      });
  }

  // One look, and more of them while calls take long: what has become due meanwhile does not wait for those.
  let lookedAt = systemTimer.now();
  for (let isFirst = true; ; isFirst = false) {
    const seen = events;
    const isAfresh = isFirst || active === 0 || systemTimer.now() - lookedAt >= LOOK_MS;
    if (isAfresh) lookedAt = systemTimer.now();
    const wanted = signal.aborted || active >= most ? 0 : await state.look(isAfresh);
    for (let free = Math.min(most - active, wanted); free > 0 && !signal.aborted; free -= 1) start();
    if (events !== seen) continue;
    if (active === 0 && state.isQuiet()) break;
    await either(LOOK_MS, (next) => {
      wake = next;
    });
  }
  state.rethrow();
}

/** Resolves when woken, after the time at the latest. */
async function either(ms: number, setWake: (wake: () => void) => void): Promise<void> {
  const tick = new AbortController();
  setWake(() => tick.abort());
  await systemTimer.sleep(ms, tick.signal).catch(() => {});
}
