/** What a shop that lives by itself needs: its present, what is due later, and lives of orders step by step. */

import { HOUR, MINUTE } from "./beijing-time.ts";
import type { FakeEventBody } from "./book-events.ts";
import type { Bookkeeper } from "./books.ts";
import type { Clock } from "./clock.ts";
import type { Random } from "./random.ts";

export interface Living {
  readonly clock: Clock;
  readonly random: Random;
  readonly bookkeeper: Bookkeeper;
  /** What the platform does of itself later, the earliest last. */
  readonly jobs: { at: number; run: () => void }[];
  /** The present while the past is made, or while a due job runs. */
  past: number | null;
}

/** One step at each turn; between two steps time passes, and a caller of the API may have done something. */
export type Story<S> = (shop: S) => Generator<void, void>;

/** So many acts fit into a minute, so that an hour holds every story once. */
const ACTS_PER_MINUTE = 6;
/** So many stories go on at a time. */
const AT_ONCE = 10;

/** The present of the shop in seconds. */
export function nowOf(shop: Living): number {
  return shop.past ?? Math.floor(shop.clock.now().getTime() / 1000);
}

/** Writes into the shop's books. */
export function log(shop: Living, body: FakeEventBody): void {
  shop.bookkeeper.append(new Date(nowOf(shop) * 1000), body);
}

/** Has the platform do something of itself. */
export function later(shop: Living, at: number, run: () => void): void {
  let [low, high] = [0, shop.jobs.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((shop.jobs[middle]?.at ?? 0) > at) low = middle + 1;
    else high = middle;
  }
  shop.jobs.splice(low, 0, { at, run });
}

/** Runs what is due by now, each at its own time. */
export function runDue(shop: Living): void {
  const now = nowOf(shop);
  for (let job = shop.jobs.at(-1); job !== undefined && job.at <= now; job = shop.jobs.at(-1)) {
    shop.jobs.pop();
    const before = shop.past;
    shop.past = job.at;
    try {
      job.run();
    } finally {
      shop.past = before;
    }
  }
}

/** How many acts fit into a time; at least one. */
export function actsIn(ms: number): number {
  return Math.max(1, Math.round((ms * ACTS_PER_MINUTE) / 60_000));
}

/** Returns what lives a moment on; it starts at another story in each shop. */
export function createLife<S extends Living>(shop: S, stories: readonly Story<S>[], usual: Story<S>): () => void {
  const agenda = stories.flatMap((story, index) => (index % 3 === 0 ? [story, usual] : [story]));
  const running: Generator<void, void>[] = [];
  let next = shop.random.int(0, agenda.length - 1);
  let turn = 0;
  return () => {
    if (running.length < AT_ONCE) {
      const begun = (agenda[next % agenda.length] ?? usual)(shop);
      next += 1;
      if (begun.next().done !== true) running.push(begun);
      return;
    }
    turn = (turn + 1) % running.length;
    if (running[turn]?.next().done === true) running.splice(turn, 1);
  };
}

/** A story that ends where the shop refuses its next step, because a caller has changed something meanwhile. */
export function heeding<S>(story: Story<S>, isRefusal: (error: unknown) => boolean): Story<S> {
  return function* (shop) {
    try {
      yield* story(shop);
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  };
}

export interface Past<S> {
  stories: readonly Story<S>[];
  usual: Story<S>;
  /** Orders, one by each story. */
  count: number;
  days: number;
  /** Before each story: goods on the shelves. */
  prepare(): void;
  /** After each story, hours after its last step: what an old order would have come to. */
  conclude(): void;
}

/** Lives the past, the stories at equal distances, every third one the usual one. */
export function livePast<S extends Living>(shop: S, past: Past<S>): void {
  // The shelves were filled in a past of their own.
  shop.past = null;
  const now = nowOf(shop);
  const begin = now - past.days * 24 * HOUR;
  for (let number = 0, next = 0; number < past.count; number += 1) {
    shop.past = begin + Math.floor(((now - 30 * MINUTE - begin) * (number + 1)) / (past.count + 1));
    past.prepare();
    const story = number % 3 === 2 ? past.usual : (past.stories[next % past.stories.length] ?? past.usual);
    if (number % 3 !== 2) next += 1;
    const steps = story(shop);
    while (steps.next().done !== true && pass(shop, now));
    if (pass(shop, now)) past.conclude();
  }
  shop.past = null;
}

/** Hours go by; false where they would end in the present. */
function pass(shop: Living, now: number): boolean {
  const then = (shop.past ?? now) + shop.random.int(HOUR / 2, 20 * HOUR);
  if (then > now - 5 * MINUTE) return false;
  shop.past = then;
  runDue(shop);
  return true;
}
