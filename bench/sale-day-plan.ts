/** The sale day in figures: what is sold where, how fast, and what each store allows. The same in every run. */
import { seededRandom, zipf } from "./random.ts";
import { SKU_COUNT } from "./wire-orders.ts";

export const ORDERS_PER_SECOND = 200;
/** Orders come in bursts: all of an interval within its first part. */
export const BURST_EVERY_MS = 250;
export const BURST_MS = 60;
/** One order in so many is of a buyer who watched, and buys within this time what a push has just brought. */
export const WATCHER_EVERY = 15;
export const WATCHED_MS = 100;
/** Units of an average order: 1 to 3 lines of 1 or 2 units. */
const UNITS_PER_ORDER = 2.2;

/** Calls a second that each store allows: the first two have slots to spare, the others never. */
export const CAPACITIES = [20, 10, 5, 3, 2] as const;
/** A goal of its own holds for groups below. */
export const SLOW_BELOW = 5;
/** What the product uses of a documented rate unless told otherwise. */
export const SHARE = 0.95;
/** Quantities that one call of these stores takes. */
export const ITEMS_PER_CALL = 50;
/** Spread that the budget adds to each window of a second, in milliseconds. */
const JITTER_MS = 20;
/** Milliseconds from one start to the next. */
export const stepOf = (capacity: number) => (1_000 + JITTER_MS) / (capacity * SHARE);

/** What is there of each SKU: half of them sell out before the end. */
export function firstQuantities(seconds: number): number[] {
  const random = seededRandom(11_11);
  const harmonic = Array.from({ length: SKU_COUNT }, (_, i) => 1 / (i + 1)).reduce((a, b) => a + b, 0);
  const units = ORDERS_PER_SECOND * UNITS_PER_ORDER * seconds;
  return Array.from({ length: SKU_COUNT }, (_, sku) => {
    const expected = units / ((sku + 1) * harmonic);
    return Math.max(2, Math.round(expected * (0.3 + 1.4 * random())));
  });
}

/** Draws SKUs as buyers want them: a few of them most of the time. */
export const wishes = (random: () => number) => zipf(random, SKU_COUNT);
