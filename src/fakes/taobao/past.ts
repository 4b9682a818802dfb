/** The shop's past: trades of the last weeks in every state, lived before the fake answers its first call. */

import { fillCatalogue } from "./catalogue.ts";
import { DISPUTE_STORIES } from "./dispute-stories.ts";
import type { TaobaoFakeOptions } from "./options.ts";
import { availableOf, choicesIn, setQuantity, shownOf } from "./stock.ts";
import { type Choice, nowOf, runDue, type Store } from "./store.ts";
import { paidStory, type Story, shipByOwner, TRADE_STORIES } from "./stories.ts";
import { DAY, HOUR, MINUTE } from "./time.ts";
import { finish } from "./trade-status.ts";
import type { Trade } from "./types.ts";

/** Lists reach back three months; all of the past can be read. */
const PAST_DAYS = 80;
const PLENTY = 200;

/** Older trades than this have been shipped. */
const OLD = 10 * DAY;

/** Trades with and without a dispute take turns. */
const STORIES: readonly Story[] = TRADE_STORIES.flatMap((story, index) => [story, DISPUTE_STORIES[index] ?? story]);

/** Fills the shelves and lives the past; in the end the shelves are as they were in the beginning. */
export function makePast(store: Store, options: TaobaoFakeOptions): void {
  const now = nowOf(store);
  store.past = now - (PAST_DAYS + 30) * DAY;
  fillCatalogue(store, options.listings, options.skus);
  const choices = [...store.items.values()]
    .filter(({ shelf }) => shelf === "onsale" || (shelf === "sold_out" && options.skus !== undefined))
    .flatMap(choicesIn);
  const shelf = choices.map((choice) => ({ choice, quantity: shownOf(choice) }));
  const count = options.orders ?? 25;
  const begin = now - PAST_DAYS * DAY;
  let next = 0;
  for (let number = 0; number < count; number += 1) {
    store.past = begin + Math.floor(((now - 30 * MINUTE - begin) * (number + 1)) / (count + 1));
    refill(store, choices);
    const before = store.trades.size;
    const story = number % 3 === 2 ? paidStory : (STORIES[next % STORIES.length] as Story);
    if (story !== paidStory) next += 1;
    live(store, story, now);
    if (store.trades.size === before) live(store, paidStory, now);
  }
  store.past = now - 2 * MINUTE;
  for (const { choice, quantity } of shelf)
    if (shownOf(choice) !== quantity) setQuantity(store, choice, quantity, "owner");
  store.past = null;
  runDue(store);
}

/** The steps of one story, hours apart, as far as they lie in the past. */
function live(store: Store, story: Story, now: number): void {
  const steps = story(store);
  while (steps.next().done !== true) {
    store.past = (store.past ?? now) + store.random.int(HOUR / 2, 20 * HOUR);
    if (store.past > now - 5 * MINUTE) return;
  }
  const trade = store.lastTrade;
  if (trade !== null && now - trade.created > OLD) clearAway(store, trade, now);
}

/** What the buyer still waits for is sent, and received. */
function clearAway(store: Store, trade: Trade, now: number): void {
  if (shipByOwner(store, trade) === null) return;
  const later = (store.past ?? now) + store.random.int(DAY, 3 * DAY);
  if (later > now - 5 * MINUTE) return;
  store.past = later;
  finish(store, trade, "buyer");
}

function refill(store: Store, choices: readonly Choice[]): void {
  for (const choice of choices) if (availableOf(choice) < 10) setQuantity(store, choice, PLENTY, "owner");
}
