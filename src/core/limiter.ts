/**
 * Keeps calls within the platforms' quotas: order, priority and concurrency inside this process (bottleneck, see
 * slot-line.ts), start times from a `Budget` that holds for all processes. State lives in the object made here, which
 * on Workers is made within one invocation.
 */
import Bottleneck from "bottleneck/light.js";
import type { PrepaidSlot, Priority, QuotaGroup, QuotaObservation, QuotaUse, Store } from "./adapter.ts";
import type { Budget, BudgetObservation } from "./budget.ts";
import { budgetKey, groupOf, narrowest, type QuotaDraw, toDraws } from "./quota-draws.ts";
import { createRoom } from "./room.ts";
import { createLine, type Gate, isLate, type Pace, type Slot } from "./slot-line.ts";
import { systemTimer, type Timer } from "./timer.ts";

export { QuotaWaitError } from "./slot-line.ts";

export interface LimiterOptions {
  budget: Budget;
  timer?: Timer;
  /** Share of a documented rate that is used: 0 to 1. */
  share?: number;
}

/** The right to one call. `release` ends it: calls in flight are counted. */
export interface Ticket {
  readonly waitedMs: number;
  release(): void;
}

export interface Limiter {
  /**
   * Waits for a start and resolves at its time. A slot that the store carries is spent first. Rejects with
   * `QuotaWaitError` when the wait would be too long for the priority, with the signal's reason when aborted.
   */
  acquire(
    store: Store,
    groups: readonly QuotaGroup[],
    uses: readonly QuotaUse[],
    priority: Priority,
    signal: AbortSignal,
  ): Promise<Ticket>;
  /** A slot for a call that is yet to be prepared: what goes out is chosen after it, so that the newest value goes. */
  reserve(
    store: Store,
    groups: readonly QuotaGroup[],
    uses: readonly QuotaUse[],
    priority: Priority,
    signal: AbortSignal,
  ): Promise<PrepaidSlot>;
  /** Takes note of what an answer said about quotas. */
  observe(store: Store, groups: readonly QuotaGroup[], observations: readonly QuotaObservation[]): Promise<void>;
  /** The platform refused a call for its quota: the narrowest group pauses, unless the answer named another. */
  throttled(
    store: Store,
    groups: readonly QuotaGroup[],
    uses: readonly QuotaUse[],
    retryAfterMs: number | null,
  ): Promise<void>;
}

/** Share of a documented rate that is used where nothing else is set. */
export const DEFAULT_SHARE = 0.95;
const ORDER: Readonly<Record<Priority, number>> = { interactive: 1, zero: 3, normal: 5, background: 8 };
/** What was chosen for a start that came too late goes before all that is yet to be chosen: it grows old. */
const ORDER_OF_CHOSEN = 2;
/** A person waits seconds; a work slice lasts 30 s and rather comes back later. */
const MAX_WAIT_MS: Readonly<Record<Priority, number>> = {
  interactive: 10_000,
  zero: 25_000,
  normal: 25_000,
  background: 25_000,
};
/**
 * From getting a prepaid slot to its start: time to select what is sent, as much as it took lately. No more, since what is
 * selected grows old meanwhile; and where a start is free at once still less, since a call may be a little late.
 */
const PREPARE_MS = { most: 250, first: 20, kept: 0.9, spare: 1.5, late: 12 } as const;
/** Why a wait ends early: made once, since an exception for each would cost more than the wait. */
const WOKEN = "woken";
/** A refusal without a time: most platforms count by the second. */
const DEFAULT_PAUSE_MS = 1_000;

/** A limiter over a budget. Nothing runs in it while no call waits. */
export function createLimiter(options: LimiterOptions): Limiter {
  const timer = options.timer ?? systemTimer;
  const share = options.share ?? DEFAULT_SHARE;
  const room = createRoom();
  const pace: Pace = { slack: 1, offsetMs: Number.POSITIVE_INFINITY };
  const lines = new Map<string, ReturnType<typeof createLine>>();
  const pauses = new Map<string, number>();
  const capacities = new Map<string, number>();
  const prepaid = new WeakMap<PrepaidSlot, Slot>();
  /** How long it took lately from a prepaid slot to its call: the longest of some, the oldest counting less. */
  let prepareMs: number = PREPARE_MS.first;
  const toPrepare = () => Math.min(prepareMs * PREPARE_MS.spare, PREPARE_MS.most);

  function lineFor(draws: readonly QuotaDraw[]) {
    const name = JSON.stringify(draws.map((draw) => [draw.key, draw.cost]));
    let line = lines.get(name);
    if (!line) {
      line = createLine({
        draws,
        budget: options.budget,
        gate: createGate(),
        timer,
        room,
        pace,
        pausedUntil: () => Math.max(...draws.map((draw) => pauses.get(draw.key) ?? 0)),
        onIdle: () => lines.delete(name),
      });
      lines.set(name, line);
    }
    return line;
  }

  async function startAt(slot: Slot, draws: readonly QuotaDraw[], since: number, signal: AbortSignal): Promise<Ticket> {
    let held = true;
    const release = () => {
      if (held) room.leave(draws);
      held = false;
    };
    try {
      const wait = slot.at - timer.now();
      if (wait > 0) await timer.sleep(wait, signal);
    } catch (error) {
      release();
      throw error;
    }
    return { waitedMs: Math.round(timer.now() - since), release };
  }

  /** A prepaid slot holds no place until its call begins: waits for one, then enters. False where none was free in time. */
  async function enterBy(until: number, draws: readonly QuotaDraw[], signal: AbortSignal): Promise<boolean> {
    while (!room.hasPlace(draws)) {
      const left = until - timer.now();
      if (left <= 0) return false;
      const either = new AbortController();
      const end = () => either.abort(WOKEN);
      signal.addEventListener("abort", end, { once: true });
      void room.change(either.signal).then(end);
      await timer.sleep(left, either.signal).catch(() => {});
      end();
      signal.removeEventListener("abort", end);
      signal.throwIfAborted();
    }
    room.enter(draws);
    return true;
  }

  async function note(observations: BudgetObservation[]): Promise<void> {
    const news = observations.filter(({ key, capacity, pauseMs }) => {
      const isNew = capacity !== undefined && capacities.get(key) !== capacity;
      if (capacity !== undefined) capacities.set(key, capacity);
      if (pauseMs === undefined) return isNew;
      pauses.set(key, Math.max(pauses.get(key) ?? 0, timer.now() + pauseMs));
      return true;
    });
    if (news.length > 0) await options.budget.observe(news);
  }

  return {
    acquire: async (store, groups, uses, priority, signal) => {
      const since = timer.now();
      const draws = toDraws(store, groups, uses, priority, share);
      const { prepaid: paid } = store;
      const isChosen = paid !== null && isSameQuota(paid.quota, uses);
      if (isChosen && paid.spend()) {
        const slot = prepaid.get(paid) ?? { at: 0, until: 0 };
        if (await enterBy(Math.min(slot.until, since + MAX_WAIT_MS[priority]), draws, signal)) {
          const ticket = await startAt(slot, draws, since, signal);
          if (!isLate(slot, timer.now(), pace)) return ticket;
          ticket.release();
        }
      }
      if (draws.length === 0) return { waitedMs: 0, release: () => {} };
      for (;;) {
        const slot = await lineFor(draws).take({
          order: isChosen ? Math.min(ORDER_OF_CHOSEN, ORDER[priority]) : ORDER[priority],
          maxWaitMs: MAX_WAIT_MS[priority] - (timer.now() - since),
          leadMs: 0,
          noticeMs: 0,
          signal,
        });
        const ticket = await startAt(slot, draws, since, signal);
        if (!isLate(slot, timer.now(), pace)) return ticket;
        // The event loop was busy over the start: a slot that late is thrown away.
        ticket.release();
      }
    },

    reserve: async (store, groups, uses, priority, signal) => {
      const draws = toDraws(store, groups, uses, priority, share);
      let slot: Slot = { at: timer.now(), until: Number.POSITIVE_INFINITY };
      if (draws.length > 0) {
        slot = await lineFor(draws).take({
          order: ORDER[priority],
          maxWaitMs: MAX_WAIT_MS[priority],
          leadMs: Math.max(0, toPrepare() - PREPARE_MS.late),
          noticeMs: toPrepare(),
          signal,
        });
        // Held from the call on, not from now: a slot may never be spent.
        room.leave(draws);
        const early = slot.at - toPrepare() - timer.now();
        if (early > 0) await timer.sleep(early, signal);
      }
      let isSpent = false;
      const since = timer.now();
      const paid: PrepaidSlot = {
        quota: uses,
        spend: () => {
          if (isSpent) return false;
          prepareMs = Math.max(timer.now() - since, prepareMs * PREPARE_MS.kept);
          isSpent = timer.now() <= slot.until;
          return isSpent;
        },
      };
      prepaid.set(paid, slot);
      return paid;
    },

    observe: async (store, groups, observations) => {
      await note(
        observations.map(({ group: name, key, capacity, pauseMs, remaining }) => {
          const group = groupOf(groups, name);
          const out: BudgetObservation = { key: budgetKey(store, group, key) };
          if (capacity !== undefined && group.learned) out.capacity = capacity;
          if (pauseMs !== undefined) out.pauseMs = pauseMs;
          // Spent by others who share the quota: wait until the platform has given back a little.
          else if (remaining !== undefined && remaining <= 0) out.pauseMs = spentPause(group);
          return out;
        }),
      );
    },

    throttled: async (store, groups, uses, retryAfterMs) => {
      const use = narrowest(groups, uses);
      if (!use) return;
      const group = groupOf(groups, use.group);
      await note([
        {
          key: budgetKey(store, group, use.key),
          pauseMs: retryAfterMs ?? Math.max(DEFAULT_PAUSE_MS, spentPause(group)),
        },
      ]);
    },
  };
}

/** bottleneck keeps the order; its reservoir, which nothing refills, is the gate. */
function createGate(): Gate {
  const queue = new Bottleneck({ reservoir: 0 });
  return {
    queue: (order, run) => void queue.schedule({ priority: order }, async () => run()),
    open: () => void queue.incrementReservoir(1),
  };
}

/** Two steps of the group's pace, at most a window. */
function spentPause(group: QuotaGroup): number {
  return Math.min(group.windowMs, (2 * group.windowMs) / group.capacity);
}

function isSameQuota(a: readonly QuotaUse[], b: readonly QuotaUse[]): boolean {
  const names = (uses: readonly QuotaUse[]) =>
    uses
      .map((use) => `${use.group}\n${use.key ?? ""}\n${use.cost ?? 1}`)
      .sort()
      .join("\n\n");
  return names(a) === names(b);
}
