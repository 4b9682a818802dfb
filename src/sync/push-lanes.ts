/**
 * Sends what may go, several calls at once. A LANE makes one call after the other: it takes its slot first, then is given
 * offers (push-turns.ts), so that what goes is the newest value at that moment.
 */
import { DEFAULT_SHARE, QuotaWaitError } from "../core/limiter.ts";
import { callsAtOnce, pace } from "../core/quota-calls.ts";
import { systemTimer } from "../core/timer.ts";
import { callPlatform } from "./push-batch.ts";
import type { Drain } from "./push-drain.ts";
import { createTurns, type TurnOptions } from "./push-turns.ts";
import { withSlot } from "./store-handle.ts";

/** More lanes than this gain nothing. */
const MOST_LANES = 16;
/** While calls take longer than this, new work is looked for beside them. */
const LOOK_MS = 1_000;
/** Where changes come one after the other, the next is waited for so long: beginning anew costs more than sending one. */
const LINGER_MS = 50;
/** Other work of the drain, and what is known of the store, waits no longer for that. */
const LINGER_AT_MOST_MS = 5_000;

/** Works until nothing may go, the budget says wait, the store's pushes are stopped, or the signal. Throws what is ours. */
export async function runLanes(drain: Drain, options: Omit<TurnOptions, "lanes" | "paceMs">): Promise<void> {
  const { engine, store, result } = drain;
  const { route } = options;
  const groups = engine.adapterOf(store.row.platform)?.quotas ?? [];
  const most = Math.min(MOST_LANES, callsAtOnce(store.handle, groups, route.quota));
  const stop = new AbortController();
  const signal = AbortSignal.any([drain.signal, stop.signal]);
  const state = createTurns(
    drain,
    { ...options, lanes: most, paceMs: pace(store.handle, groups, route.quota, DEFAULT_SHARE) },
    { stop: () => stop.abort(), onEnd: () => changed() },
  );
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
      const slot = await engine
        .takeSlot(store.handle, route.quota, priority, AbortSignal.any([signal]))
        .catch((error: unknown) => {
          state.giveBack();
          throw error;
        });
      const sent = await state.nextCall();
      if (!sent) return;
      await state.finish(sent, await callPlatform(drain, route, withSlot(store.handle, slot), sent.offers));
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

  let hasNews = false;
  const unlisten =
    options.pick.of === "due"
      ? engine.news?.listen(`push:${store.row.id}:${drain.aspect}`, () => {
          hasNews = true;
          changed();
        })
      : undefined;
  const lingerUntil = unlisten ? systemTimer.now() + LINGER_AT_MOST_MS : 0;
  const mayLinger = () => result.sent > 0 && !signal.aborted && systemTimer.now() < lingerUntil;

  /** One that fails ends the drain, as all that fails: after the calls that are under way, since the lease is kept for these. */
  const look = (isAfresh: boolean) =>
    state.look(isAfresh).catch((error: unknown) => {
      state.fail(error);
      return 0;
    });

  // One look, and more of them with news and while calls take long: what has become due does not wait for those.
  async function lookAndStart(): Promise<void> {
    let lookedAt = systemTimer.now();
    for (let isFirst = true; ; isFirst = false) {
      const seen = events;
      const isAfresh =
        isFirst || hasNews || (active === 0 && state.isQuiet()) || systemTimer.now() - lookedAt >= LOOK_MS;
      hasNews = false;
      if (isAfresh) lookedAt = systemTimer.now();
      const wanted = signal.aborted || active >= most ? 0 : await look(isAfresh);
      for (let free = Math.min(most - active, wanted); free > 0 && !signal.aborted; free -= 1) start();
      if (events !== seen) continue;
      const isOver = active === 0 && state.isQuiet();
      if (isOver && !mayLinger()) return;
      await either(isOver ? LINGER_MS : LOOK_MS, (next) => {
        wake = next;
      });
      if (isOver && events === seen) return;
    }
  }
  try {
    await lookAndStart();
  } finally {
    unlisten?.();
  }
  state.rethrow();
}

/** Resolves when woken, after the time at the latest. */
async function either(ms: number, setWake: (wake: () => void) => void): Promise<void> {
  const tick = new AbortController();
  // A reason of its own: an exception made for each would cost more than the rest.
  setWake(() => tick.abort("woken"));
  await systemTimer.sleep(ms, tick.signal).catch(() => {});
}
