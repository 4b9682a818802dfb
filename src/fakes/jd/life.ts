/** The shop's own life, and its past: orders of the last weeks in every state, lived before the first call. */

import { DAY, HOUR, MINUTE } from "../beijing-time.ts";
import { nowOf, runDue } from "../living.ts";
import { fillCatalogue } from "./catalogue.ts";
import { finish } from "./orders.ts";
import { setSellable } from "./stock.ts";
import type { Store } from "./store.ts";
import { paidStory, STORIES, type Story, shipByOwner } from "./stories.ts";

/** Searches by time of change see three months; all of the past can be read. */
const PAST_DAYS = 80;
const PLENTY = 200;
/** Through all stories in a mixed order: no divisor of their number. */
const STEP = 11;
/** Older orders than this have been shipped. */
const OLD = 10 * DAY;

/** Fills the shelves and lives the past; in the end the shelves are as they were in the beginning. */
export function makePast(store: Store): void {
  const now = nowOf(store);
  store.past = now - (PAST_DAYS + 30) * DAY;
  fillCatalogue(store);
  const shelf = [...store.skus.values()]
    .filter((sku) => sku.status === 1 && sku.ware.status === 8)
    .map((sku) => ({ sku, quantity: sku.sellable }));
  const count = store.options.orders ?? 25;
  const begin = now - PAST_DAYS * DAY;
  for (let number = 0, next = 0; number < count; number += 1) {
    store.past = begin + Math.floor(((now - 30 * MINUTE - begin) * (number + 1)) / (count + 1));
    for (const { sku } of shelf) if (sku.sellable < 10) setSellable(store, sku, PLENTY, "owner");
    const story = number % 3 === 2 ? paidStory : (STORIES[(next * STEP) % STORIES.length] as Story);
    if (story !== paidStory) next += 1;
    live(store, story, now);
  }
  store.past = now - 2 * MINUTE;
  for (const { sku, quantity } of shelf) if (sku.sellable !== quantity) setSellable(store, sku, quantity, "owner");
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
  const order = store.lastOrder;
  if (order === null || now - order.created < OLD || !shipByOwner(store, order)) return;
  const later = (store.past ?? now) + store.random.int(DAY, 3 * DAY);
  if (later > now - 5 * MINUTE) return;
  store.past = later;
  finish(store, order);
}
