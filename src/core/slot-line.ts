/**
 * One line of calls that draw on the same budgets. A SLOT is a time at which one call may start; it belongs to nobody
 * until that time is near, and then to whoever stands first at the gate, which a slot opens for one.
 */
import type { Budget, RefusalReason } from "./budget.ts";
import type { QuotaDraw } from "./quota-draws.ts";
import type { Room } from "./room.ts";
import type { Timer } from "./timer.ts";

/** A start, in the timer's milliseconds. Worth nothing when it is later than `until`. */
export interface Slot {
  at: number;
  until: number;
}

/** The budget gives no start within the time that a caller would wait. */
export class QuotaWaitError extends Error {
  override readonly name = "QuotaWaitError";
  readonly waitMs: number;
  readonly reason: RefusalReason;
  readonly key: string;

  constructor(waitMs: number, reason: RefusalReason, key: string) {
    super(`no start within the time to wait: ${reason}, ${Math.ceil(waitMs)} ms (${key})`);
    this.waitMs = Math.ceil(waitMs);
    this.reason = reason;
    this.key = key;
  }
}

/** Orders those who wait: lowest order first, then as they came. Each opening lets one run. */
export interface Gate {
  queue(order: number, run: () => void): void;
  open(): void;
}

/** What this process has learnt of its own times; shared by all lines. */
export interface Pace {
  /** Factor of J: doubles when the event loop is too busy to keep a start, and shrinks again. */
  slack: number;
  /**
   * Our timer minus the budget's clock, by the quickest answer so far: starts of one process and another then differ by
   * no more than their quickest answers do, however long a single one takes.
   */
  offsetMs: number;
}

export interface LineOptions {
  draws: readonly QuotaDraw[];
  budget: Budget;
  gate: Gate;
  timer: Timer;
  room: Room;
  pace: Pace;
  /** Until when this process knows one of the draws to be paused. */
  pausedUntil(): number;
  /** Called when nobody waits any more. */
  onIdle(): void;
}

export interface TakeOptions {
  /** 0 is first. */
  order: number;
  /** How long the caller waits at most. */
  maxWaitMs: number;
  /** The start is no earlier than this from now: time to prepare what is sent. */
  leadMs: number;
  /** The slot is handed over so long before its start, where it is that far away. */
  noticeMs: number;
  signal: AbortSignal;
}

interface Waiter {
  options: TakeOptions;
  deadline: number;
  settle(outcome: { slot: Slot } | { error: unknown }): void;
}

/** One lease reaches this far, ten starts at most, so that whoever comes next to the same budget waits little. */
const LEASE_SPAN_MS = 50;
const MAX_LEASE = 10;
/** The next lease is asked for this long before the last start: none is lost while the answer is under way. */
const LEASE_AHEAD_MS = 60;
/** The gate opens this long before a start: passing it takes a few turns of the event loop, more when it is busy. */
const GATE_MS = 40;
/** When to come back after waiting in vain for calls in flight to end. */
const BUSY_MS = 10_000;
const MAX_SLACK = 8;
/** Why a pause ends: made once, since an exception for each costs more than the pause. */
const WOKEN = "woken";
const NEVER = Number.POSITIVE_INFINITY;
/** Timers take no longer times than some weeks, and no pause is infinite. */
const LONGEST_PAUSE_MS = 60_000;
/** Clocks drift: the quickest answer is forgotten by so much with every lease. */
const FORGET_MS = 0.05;

/** A line; it works only while somebody waits in it. `take` enters the room: whoever takes leaves it when the call ends. */
export function createLine(options: LineOptions) {
  const { budget, gate, timer, room, pace, draws } = options;
  const waiters = new Set<Waiter>();
  /** Leased and not yet passed on, in order of their starts. */
  const held: (Slot & { openAt: number; isOpen: boolean })[] = [];
  let stop: AbortController | null = null;
  let blocked: { until: number; error: QuotaWaitError } | null = null;
  let isLeasing = false;
  let isStarting = false;
  let wake = () => {};

  function take(request: TakeOptions): Promise<Slot> {
    return new Promise((resolve, reject) => {
      if (request.signal.aborted) {
        reject(request.signal.reason);
        return;
      }
      const onAbort = () => waiter.settle({ error: request.signal.reason });
      const waiter: Waiter = {
        options: request,
        deadline: timer.now() + request.maxWaitMs,
        settle: (outcome) => {
          if (!waiters.delete(waiter)) return;
          request.signal.removeEventListener("abort", onAbort);
          if (waiters.size === 0) stop?.abort(WOKEN);
          if ("slot" in outcome) resolve(outcome.slot);
          else reject(outcome.error);
        },
      };
      waiters.add(waiter);
      request.signal.addEventListener("abort", onAbort, { once: true });
      if (blocked && blocked.until > waiter.deadline) return waiter.settle({ error: blocked.error });
      queue(waiter);
      if (stop) wake();
      else if (!isStarting) {
        // Whoever comes in the same turn of the event loop is leased for together.
        isStarting = true;
        queueMicrotask(() => {
          isStarting = false;
          void pump();
        });
      }
    });
  }

  function queue(waiter: Waiter): void {
    gate.queue(waiter.options.order, () => pass(waiter));
  }

  /** A slot has opened the gate for this waiter. */
  function pass(waiter: Waiter): void {
    if (!waiters.has(waiter)) {
      // Gave up while waiting: the slot is the next one's.
      gate.open();
      return;
    }
    const slot = held.shift();
    if (slot && isGood(slot) && room.hasPlace(draws)) {
      room.enter(draws);
      waiter.settle({ slot });
    } else {
      queue(waiter);
    }
    wake();
  }

  function isGood(slot: Slot): boolean {
    const now = timer.now();
    return !isLate(slot, now, pace) && options.pausedUntil() <= Math.max(now, slot.at);
  }

  /** Runs while anybody waits: leases as many starts as there are waiters without one, and opens the gate in time. */
  async function pump(): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    stop = controller;
    while (expire() > 0 && !signal.aborted) {
      const now = timer.now();
      const wanted = Math.min(waiters.size - held.length, leaseSize(draws));
      const leaseAt = wanted > 0 ? Math.max(blocked?.until ?? 0, (held.at(-1)?.at ?? 0) - LEASE_AHEAD_MS) : NEVER;
      if (!room.hasPlace(draws)) {
        // Starts cannot be used now: that is no lateness of ours.
        held.splice(0, held.length, ...held.filter((slot) => slot.isOpen));
        await pause(signal, firstDeadline(), room.change);
      } else if (leaseAt <= now && !isLeasing) void lease(wanted, signal);
      else await pause(signal, Math.min(firstDeadline(), openDue(now), isLeasing ? NEVER : leaseAt));
    }
    controller.abort(WOKEN);
    // Starts that nobody has taken are lost; those at the gate let somebody through who finds them gone.
    held.length = 0;
    stop = null;
    if (waiters.size > 0) void pump();
    else options.onIdle();
  }

  /** Opens the gate for the starts that are near; answers when the next one is. */
  function openDue(now: number): number {
    for (const slot of held) {
      if (slot.isOpen) continue;
      if (slot.openAt > now) return slot.openAt;
      slot.isOpen = true;
      gate.open();
    }
    return NEVER;
  }

  /** Sends away who has waited long enough; answers how many still wait. */
  function expire(): number {
    const now = timer.now();
    for (const waiter of [...waiters])
      if (waiter.deadline <= now) waiter.settle({ error: new QuotaWaitError(BUSY_MS, "busy", draws[0]?.key ?? "") });
    return waiters.size;
  }

  function firstDeadline(): number {
    return Math.min(...[...waiters].map((waiter) => waiter.deadline));
  }

  /** Until a time, or somebody has come or passed, or an answer is there, or `change` says so. */
  async function pause(
    signal: AbortSignal,
    until: number,
    change?: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const either = new AbortController();
    const end = () => either.abort(WOKEN);
    signal.addEventListener("abort", end, { once: true });
    wake = end;
    void change?.(either.signal).then(end);
    await timer.sleep(Math.max(0, Math.min(until - timer.now(), LONGEST_PAUSE_MS)), either.signal).catch(() => {});
    wake = () => {};
    either.abort(WOKEN);
    signal.removeEventListener("abort", end);
  }

  async function lease(count: number, signal: AbortSignal): Promise<void> {
    isLeasing = true;
    const leadMs = Math.max(...[...waiters].map((waiter) => waiter.options.leadMs));
    const noticeMs = Math.max(GATE_MS, ...[...waiters].map((waiter) => waiter.options.noticeMs));
    const { slack } = pace;
    try {
      const spread = draws.map((draw) => ({ ...draw, jitterMs: draw.jitterMs * slack }));
      const answer = await budget.lease({ draws: spread, count, leadMs });
      const now = timer.now();
      if (answer.isGranted) {
        blocked = null;
        pace.offsetMs = Math.min(now - answer.clockMs, pace.offsetMs + FORGET_MS);
        const first = pace.offsetMs + answer.clockMs + answer.startMs;
        const toleranceMs = Math.min(...spread.map(toleranceOf));
        for (let i = 0; i < answer.count && !signal.aborted; i++) {
          const at = first + i * answer.stepMs;
          held.push({ at, until: at + toleranceMs, openAt: at - noticeMs, isOpen: false });
        }
      } else {
        blocked = { until: now + answer.waitMs, error: new QuotaWaitError(answer.waitMs, answer.reason, answer.key) };
        for (const waiter of [...waiters]) if (waiter.deadline < blocked.until) waiter.settle({ error: blocked.error });
      }
    } catch (error) {
      for (const waiter of [...waiters]) waiter.settle({ error });
    }
    isLeasing = false;
    wake();
  }

  return { take };
}

/** Whether a start cannot be kept any more; lets J grow when it is so, and shrink slowly when it is not. */
export function isLate(slot: Slot, now: number, pace: Pace): boolean {
  const late = now > slot.until;
  pace.slack = late ? Math.min(pace.slack * 2, MAX_SLACK) : Math.max(1, pace.slack * 0.99);
  return late;
}

/**
 * How late a call may be. Half of J; and, where less than the documented rate is used, a quarter of what that leaves: calls
 * that reach the platform no later than L * T - W put no more than L into a window, and the rest is the way's. Where calls
 * must keep a distance, a late one comes too near to the next.
 */
function toleranceOf({ jitterMs, windowMs, share, spacingMs }: QuotaDraw): number {
  const unused = share < 1 && spacingMs === 0 ? windowMs * (1 / share - 1) : 0;
  return jitterMs / 2 + unused / 4;
}

function leaseSize(draws: readonly QuotaDraw[]): number {
  const step = Math.max(
    ...draws.map((draw) => (draw.cost * draw.windowMs) / (draw.capacity * draw.share)),
    ...draws.map((draw) => draw.spacingMs),
  );
  return Math.max(1, Math.min(MAX_LEASE, Math.floor(LEASE_SPAN_MS / step)));
}
