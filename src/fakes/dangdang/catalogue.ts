/** The listings to begin with, in every state that the platform has. */

import { parseYuan, yuan } from "../fen.ts";
import { log } from "../living.ts";
import type { Store } from "./store.ts";
import type { Item, Sku } from "./types.ts";

const COLOURS = [
  ["黑", "BLK"],
  ["白", "WHT"],
  ["红", "RED"],
] as const;
/** Of every ten listings some lie elsewhere than on the shelf. */
const STATES: Readonly<Record<number, string>> = { 3: "可销售", 6: "下架", 8: "待审核" };

/** Fills the shop. */
export function fillCatalogue(store: Store): void {
  const { skus, listings = 12 } = store.options;
  if (skus !== undefined) {
    for (const { sku, name, price, stock } of skus)
      addSku(store, addItem(store, name, sku, "上架", true), "", sku, parseYuan(price) ?? 0, stock);
    return;
  }
  for (let number = 0; number < listings; number += 1) {
    const code = `D${1000 + number}`;
    const price = store.random.int(19, 299) * 100 + store.random.pick([0, 50, 90]);
    const count = [1, 3, 2][number % 3] ?? 1;
    const item = addItem(store, `示例图书${number + 1}号 & 合集`, code, STATES[number % 10] ?? "上架", count === 1);
    for (let index = 0; index < count; index += 1) {
      const [colour, suffix] = COLOURS[index] ?? COLOURS[0];
      const stock = number === 5 ? 0 : store.random.int(20, 90);
      const attribute = count === 1 ? "" : `颜色>>${colour};尺码>>M`;
      addSku(store, item, attribute, count === 1 ? code : `${code}-${suffix}`, price + index * 500, stock);
    }
  }
}

function addItem(store: Store, title: string, code: string, state: string, isPlain: boolean): Item {
  store.ids.item += store.random.int(3, 90);
  const item: Item = {
    id: String(store.ids.item),
    title,
    code,
    barcode: `69${store.ids.item}1`,
    state,
    skus: [],
    isPlain,
  };
  store.items.set(item.id, item);
  log(store, { kind: "listing_added", listingId: item.id });
  return item;
}

function addSku(store: Store, item: Item, attribute: string, code: string, price: number, stock: number): void {
  store.ids.item += store.random.int(3, 90);
  const sku: Sku = {
    id: item.isPlain ? item.id : String(store.ids.item),
    item,
    code,
    attribute,
    price,
    marketPrice: price + 2000,
    stock,
    isInPromotion: false,
    changes: new Set(),
  };
  item.skus.push(sku);
  store.skus.set(sku.id, sku);
  store.codes.set(code, sku);
  const shown = { sku: code, quantity: stock, price: yuan(price) };
  log(store, { kind: "variant_added", listingId: item.id, variantId: sku.id, ...shown });
}

export function isOnShelf({ state }: Item): boolean {
  return state === "上架" || state === "可销售";
}
