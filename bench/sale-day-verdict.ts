/** What the records of stores and ledger come to. Pure. Times are milliseconds, SKUs are numbers. */
import { SHARE, stepOf } from "./sale-day-plan.ts";
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

/** What was left by the sales that were committed by then. */
function leftAt(ledger: Ledger, sku: number, first: readonly number[], at: number): number {
  const steps = ledger.get(sku) ?? [];
  let left = first[sku] ?? 0;
  for (const step of steps) {
    if (step.at > at) break;
    left = step.left;
  }
  return left;
}

/**
 * Units that a store sold beyond what was left when the quantity it showed was sent to it: used up by sales that had been
 * committed before. `wireMs` is how long a call was on its way before the store saw it.
 */
export function oversoldByUs(
  logs: readonly ShopLog[],
  ledger: Ledger,
  first: readonly number[],
  wireMs: number,
): number {
  let units = 0;
  for (const log of logs) {
    const shown = new Map<number, { room: number; sold: number }>();
    const events = [
      ...log.sets.map(([at, sku]) => ({ at, sku, sold: null as number | null })),
      ...log.sales.map(([at, sku, sold]) => ({ at, sku, sold: sold as number | null })),
    ].sort((a, b) => a.at - b.at);
    for (const { at, sku, sold } of events) {
      if (sold === null) {
        shown.set(sku, { room: Math.max(0, leftAt(ledger, sku, first, at - wireMs)), sold: 0 });
        continue;
      }
      const push = shown.get(sku);
      if (!push) continue;
      const before = Math.max(0, push.sold - push.room);
      push.sold += sold;
      units += Math.max(0, push.sold - push.room) - before;
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

/** A change is one offer and one commit: it has arrived with the first quantity that is no greater than what it left. */
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
  const result: Arrivals = { free: [], all: [], changes: 0, missing: 0 };
  const isFree = freeSlots(log.calls, stepOf(capacity));
  for (const [sku, steps] of ledger) {
    let before = Math.max(0, first[sku] ?? 0);
    for (const { at, left } of steps) {
      const wanted = Math.max(0, left);
      if (wanted === before) continue;
      before = wanted;
      if (at < from) continue;
      result.changes++;
      const found = sets.get(sku)?.find(([when, value]) => when >= at && value <= wanted);
      if (!found) {
        result.missing++;
        continue;
      }
      const ms = found[0] - at;
      result.all.push(ms);
      if (isFree(at)) result.free.push(ms);
    }
  }
  return result;
}

/** Whether the group's next start was not later than a time: a whole step had passed since the last call. */
function freeSlots(calls: readonly number[], stepMs: number): (at: number) => boolean {
  return (at) => {
    let [low, high] = [0, calls.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((calls[middle] ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return low === 0 || (calls[low - 1] ?? 0) + stepMs <= at;
  };
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
