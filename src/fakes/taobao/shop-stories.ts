/** What the seller and the platform do beside trades: goods, prices, money. */

import { addItem, addSku, newItem } from "./catalogue.ts";
import { bookJournal, bookPayout } from "./ledger.ts";
import { announceItem } from "./methods-items.ts";
import { setPrices } from "./methods-prices.ts";
import { liveSkus, setQuantity, shownOf } from "./stock.ts";
import { changeItem, nowOf, type Store } from "./store.ts";
import type { Story } from "./stories.ts";
import type { Item } from "./types.ts";

function onSale(store: Store): Item | null {
  const items = [...store.items.values()].filter((item) => item.shelf === "onsale");
  return items.length === 0 ? null : store.random.pick(items);
}

/** Counted anew, and what has run out put back. */
function* countStory(store: Store): Generator<void, void> {
  for (const item of [...store.items.values()].filter(({ shelf }) => shelf === "onsale" || shelf === "sold_out"))
    for (const sku of item.skus.length === 0 ? [null] : liveSkus(item)) {
      const choice = { item, sku };
      if (shownOf(choice) < 5) setQuantity(store, choice, store.random.int(20, 80), "owner");
    }
}

function* priceStory(store: Store): Generator<void, void> {
  const item = onSale(store);
  if (item === null) return;
  const scaled = (price: number): number => Math.max(100, Math.round((price * store.random.int(90, 115)) / 100));
  const prices = new Map(liveSkus(item).map((sku) => [sku, scaled(sku.price)]));
  const own = prices.size > 0 ? Math.min(...prices.values()) : scaled(item.price);
  setPrices(store, item, prices, own, "owner");
}

function* shelfStory(store: Store): Generator<void, void> {
  const item = onSale(store);
  if (item === null) return;
  changeItem(store, item, () => Object.assign(item, { shelf: "off_shelf", delisted: nowOf(store) }));
  announceItem(store, item, "taobao_item_ItemDownshelf");
  yield;
  if (item.shelf !== "off_shelf") return;
  changeItem(store, item, () => Object.assign(item, { shelf: "onsale", listed: nowOf(store), delisted: null }));
  announceItem(store, item, "taobao_item_ItemUpshelf");
}

function* newGoodsStory(store: Store): Generator<void, void> {
  const code = `N${store.items.size + 1000}`;
  const item = newItem(store, `新品${store.items.size + 1}号`, code, store.random.int(20, 200) * 100);
  for (const colour of [0, 1]) addSku(store, item, colour, 0, `${code}-${colour}`, item.price, 40);
  addItem(store, item, "onsale");
  yield;
  // The platform looks at it, and takes it down for a while.
  changeItem(store, item, () => Object.assign(item, { shelf: "violation_off_shelf" }));
  announceItem(store, item, "taobao_item_ItemPunishDownshelf");
}

function* moneyStory(store: Store): Generator<void, void> {
  bookPayout(store, 5000);
  yield;
  for (const type of [101, 102, 103, 104, 105, 106] as const) bookJournal(store, type, store.random.int(1, 90) * 100);
}

export const SHOP_STORIES: readonly Story[] = [countStory, priceStory, shelfStory, newGoodsStory, moneyStory];
