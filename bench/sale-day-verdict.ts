/** What the records of stores and ledger come to. Pure. Times are milliseconds, SKUs are numbers. */
import { ITEMS_PER_CALL, SHARE, stepOf } from "./sale-day-plan.ts";
import type { ShopLog } from "./sale-day-shop.ts";

export interface Commit {
  sku: number;
  units: number;
  at: number;
}

/** By SKU: the commits in the order of their time, and what was left after each. */
export type Ledger = Map<number, { at: number; left: number }[]>;

export function toLedger(commits: readonly Commit[], first: readonly number[]): Ledger {
  const ledger: Ledger = new Map();
  for (const { sku, units, at } of [...commits].sort((a, b) => a.at - b.at)) {
    const steps = ledger.get(sku) ?? [];
    steps.push({ at, left: (steps.at(-1)?.left ?? first[sku] ?? 0) - units });
    ledger.set(sku, steps);
  }
  return ledger;
}

/** The newest of the sales that were committed by then. */
function newestBefore(ledger: Ledger, sku: number, at: number): { at: number; left: number } | null {
  let newest: { at: number; left: number } | null = null;
  for (const step of ledger.get(sku) ?? []) {
    if (step.at > at) break;
    newest = step;
  }
  return newest;
}

/**
 * Units that a store sold beyond what was left when the quantity it showed was sent to it: used up by sales that had been
 * committed before. `wireMs` is how long a call was on its way before the store saw it. Answers for each unit how long
 * before the arrival the newest of those sales had been committed.
 */
export function oversoldByUs(
  logs: readonly ShopLog[],
  ledger: Ledger,
  first: readonly number[],
  wireMs: number,
): number[] {
  const units: number[] = [];
  for (const log of logs) {
    const shown = new Map<number, { room: number; sold: number; afterMs: number }>();
    const events = [
      ...log.sets.map(([at, sku]) => ({ at, sku, sold: null as number | null })),
      ...log.sales.map(([at, sku, sold]) => ({ at, sku, sold: sold as number | null })),
    ].sort((a, b) => a.at - b.at);
    for (const { at, sku, sold } of events) {
      if (sold === null) {
        const newest = newestBefore(ledger, sku, at - wireMs);
        const left = newest ? newest.left : (first[sku] ?? 0);
        shown.set(sku, { room: Math.max(0, left), sold: 0, afterMs: newest ? at - newest.at : 0 });
        continue;
      }
      const push = shown.get(sku);
      if (!push) continue;
      const before = Math.max(0, push.sold - push.room);
      push.sold += sold;
      for (let unit = before; unit < Math.max(0, push.sold - push.room); unit++) units.push(push.afterMs);
    }
  }
  return units;
}

/** Units sold beyond what there was at all, whoever's doing: stores sell before they can tell us. */
export function oversoldInAll(logs: readonly ShopLog[], first: readonly number[]): number {
  const sold = new Map<number, number>();
  for (const { sales } of logs) for (const [, sku, units] of sales) sold.set(sku, (sold.get(sku) ?? 0) + units);
  return [...sold].reduce((sum, [sku, units]) => sum + Math.max(0, units - (first[sku] ?? 0)), 0);
}

export interface Arrivals {
  /** From commit to arrival at the store, of changes whose group had a slot to spare. */
  free: number[];
  /** Of all changes. */
  all: number[];
  changes: number;
  /** Changes of which nothing was ever sent. */
  missing: number;
}

/**
 * A change is one offer and one commit: it has arrived with the first quantity that is no greater than what it left. It had
 * a slot to spare where a whole step had passed since the last call, and no more waited than the next call could hold.
 */
export function arrivals(
  log: ShopLog,
  ledger: Ledger,
  first: readonly number[],
  capacity: number,
  from: number,
): Arrivals {
  const sets = new Map<number, [number, number][]>();
  for (const [at, sku, value] of log.sets) {
    const list = sets.get(sku);
    if (list) list.push([at, value]);
    else sets.set(sku, [[at, value]]);
  }
  const changes: { at: number; arrivedAt: number | null }[] = [];
  for (const [sku, steps] of ledger) {
    let before = Math.max(0, first[sku] ?? 0);
    for (const { at, left } of steps) {
      const wanted = Math.max(0, left);
      if (wanted === before) continue;
      before = wanted;
      const found = sets.get(sku)?.find(([when, value]) => when >= at && value <= wanted);
      changes.push({ at, arrivedAt: found?.[0] ?? null });
    }
  }
  const isFree = freeSlots(log.calls, stepOf(capacity));
  const waiting = waitingAt(changes);
  const result: Arrivals = { free: [], all: [], changes: 0, missing: 0 };
  for (const { at, arrivedAt } of changes) {
    if (at < from) continue;
    result.changes++;
    if (arrivedAt === null) result.missing++;
    else {
      result.all.push(arrivedAt - at);
      if (isFree(at) && waiting(at) < ITEMS_PER_CALL) result.free.push(arrivedAt - at);
    }
  }
  return result;
}

/** How many changes that were committed before a time had not arrived by then. */
function waitingAt(changes: readonly { at: number; arrivedAt: number | null }[]): (at: number) => number {
  const committed = changes.map(({ at }) => at).sort((a, b) => a - b);
  const arrived = changes.flatMap(({ arrivedAt }) => arrivedAt ?? []).sort((a, b) => a - b);
  return (at) => countBefore(committed, at) - countBefore(arrived, at);
}

/** Of sorted times, how many are earlier. */
function countBefore(times: readonly number[], at: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < at) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether the group's next start was not later than a time: a whole step had passed since the last call. */
function freeSlots(calls: readonly number[], stepMs: number): (at: number) => boolean {
  return (at) => (calls[countBefore(calls, at) - 1] ?? Number.NEGATIVE_INFINITY) + stepMs <= at;
}

/** Share of the configured capacity that was used in each window in which work was due at every look. */
export function useInWindows(
  calls: readonly number[],
  due: readonly (readonly [at: number, offers: number])[],
  capacity: number,
  span: { from: number; until: number; windowMs: number },
): number[] {
  const uses: number[] = [];
  for (let from = span.from; from + span.windowMs <= span.until; from += span.windowMs) {
    const inside = (at: number) => at >= from && at < from + span.windowMs;
    if (!due.filter(([at]) => inside(at)).every(([, offers]) => offers > 0)) continue;
    uses.push(calls.filter(inside).length / ((capacity * SHARE * span.windowMs) / 1_000));
  }
  return uses;
}

/** Articles for which a store shows something else than what it should. */
export function wrongFinally(shown: readonly number[], first: readonly number[], ledger: Ledger): number {
  return shown.filter((quantity, sku) => quantity !== Math.max(0, ledger.get(sku)?.at(-1)?.left ?? first[sku] ?? 0))
    .length;
}
