/** The shop's own life: many stories at a time, each a step further at its turn. */

import { DISPUTE_STORIES } from "./dispute-stories.ts";
import { SHOP_STORIES } from "./shop-stories.ts";
import type { Store } from "./store.ts";
import { paidStory, type Story, TRADE_STORIES } from "./stories.ts";

/** So many acts fit into a minute, so that an hour holds every story once. */
const ACTS_PER_MINUTE = 6;
/** So many stories go on at a time. */
const AT_ONCE = 10;

export interface Life {
  liveOnce(): void;
}

/** Starts at another story in each shop; between two of them a plain purchase waits to be shipped. */
export function createLife(store: Store): Life {
  const agenda: Story[] = [...TRADE_STORIES, ...DISPUTE_STORIES, ...SHOP_STORIES].flatMap((story) => [
    story,
    paidStory,
  ]);
  const running: Generator<void, void>[] = [];
  let next = store.random.int(0, agenda.length / 2 - 1) * 2;
  let turn = 0;

  return {
    liveOnce() {
      if (running.length < AT_ONCE) {
        const story = agenda[next % agenda.length] as Story;
        next += 1;
        const begun = story(store);
        if (begun.next().done !== true) running.push(begun);
        return;
      }
      turn = (turn + 1) % running.length;
      if (running[turn]?.next().done === true) running.splice(turn, 1);
    },
  };
}

/** How many acts fit into a time; at least one. */
export function actsIn(ms: number): number {
  return Math.max(1, Math.round((ms * ACTS_PER_MINUTE) / 60_000));
}
