/** The listings to begin with, on every shelf that the platform has. */

import { parseYuan, yuan } from "./money.ts";
import type { SharedSku } from "./options.ts";
import { choiceId, totalOf } from "./stock.ts";
import { log, nowOf, type Store } from "./store.ts";
import { DAY } from "./time.ts";
import { itemTopic } from "./topics.ts";
import type { Item, Shelf, Sku } from "./types.ts";

const COLOURS: readonly (readonly [string, string, string])[] = [
  ["1627207:28341", "黑色", "BK"],
  ["1627207:28320", "白色", "WH"],
  ["1627207:28326", "红色", "RD"],
  ["1627207:28338", "蓝色", "BL"],
];
const SIZES = ["S", "M", "L", "XL", "XXL", "3XL"];
/** Of every dozen listings the last ones lie on other shelves. */
const SHELVES: Readonly<Record<number, Shelf>> = {
  8: "off_shelf",
  9: "never_on_shelf",
  10: "violation_off_shelf",
  11: "sold_out",
  19: "regular_shelved",
};
/** A listing with more variants than one call may set. */
const LARGE = 24;

/** Fills the shop. */
export function fillCatalogue(store: Store, count: number | undefined, shared: readonly SharedSku[] | undefined): void {
  if (shared !== undefined) {
    for (const [index, sku] of shared.entries()) {
      const item = newItem(store, sku.name, sku.sku, parseYuan(sku.price) ?? 0);
      item.takesAtPayment = false;
      if (index % 2 === 0) item.quantity = sku.stock;
      else addSku(store, item, 0, 0, sku.sku, item.price, sku.stock);
      addItem(store, item, sku.stock > 0 ? "onsale" : "sold_out");
    }
    return;
  }
  const listings = count ?? 12;
  for (let number = 0; number < listings; number += 1) makeItem(store, number, listings);
}

function makeItem(store: Store, number: number, listings: number): void {
  const { random } = store;
  const code = `B${1000 + number}`;
  const price = random.int(19, 299) * 100 + random.pick([0, 50, 90, 99]);
  const item = newItem(store, `示例商品${number + 1}号`, code, price);
  item.takesAtPayment = store.shop.type === "B" ? number % 3 !== 2 : number % 3 === 2;
  item.isVirtual = number % 12 === 7;
  const shelf = SHELVES[number % 20] ?? SHELVES[number % 12] ?? "onsale";
  const stock = (): number => (shelf === "sold_out" ? 0 : random.int(20, 90));
  const count = number === 0 && listings >= 20 ? LARGE : ([0, 3, 2, 4][number % 4] ?? 0);
  if (count === 0) item.quantity = stock();
  for (let index = 0; index < count; index += 1) {
    const [colour, size] = [index % 4, Math.floor(index / 4)];
    addSku(store, item, colour, size, `${code}-${COLOURS[colour]?.[2]}${SIZES[size]}`, price + size * 500, stock());
  }
  addItem(store, item, shelf);
}

export function newItem(store: Store, title: string, code: string, price: number): Item {
  store.ids.item += store.random.int(11, 990);
  const now = nowOf(store);
  return {
    id: String(store.ids.item),
    title,
    cid: 50_012_345,
    code,
    barcode: `69${String(store.ids.item).slice(-11)}`,
    shelf: "never_on_shelf",
    price,
    quantity: 0,
    held: 0,
    takesAtPayment: store.shop.type === "B",
    isVirtual: false,
    skus: [],
    sold: 0,
    listed: null,
    delisted: null,
    created: now,
    modified: now,
    bizKeys: new Set(),
  };
}

export function addSku(
  store: Store,
  item: Item,
  colour: number,
  size: number,
  code: string,
  price: number,
  quantity: number,
): Sku {
  store.ids.sku += store.random.int(3, 99);
  const [pair = "", name = ""] = COLOURS[colour] ?? [];
  const sku: Sku = {
    id: String(store.ids.sku),
    properties: `${pair};20509:${28_314 + size}`,
    propertiesName: `${pair}:颜色分类:${name};20509:${28_314 + size}:尺码:${SIZES[size]}`,
    quantity,
    held: 0,
    price,
    code,
    barcode: "",
    created: item.created,
    modified: item.created,
    isDeleted: false,
  };
  item.skus.push(sku);
  return sku;
}

/** Puts a listing on its shelf, and into the books. */
export function addItem(store: Store, item: Item, shelf: Shelf): void {
  item.shelf = shelf;
  if (shelf !== "never_on_shelf" && shelf !== "regular_shelved") item.listed = item.created;
  if (shelf === "off_shelf" || shelf === "violation_off_shelf") item.delisted = item.created + DAY;
  store.items.set(item.id, item);
  store.itemsByModified.add(item);
  log(store, { kind: "listing_added", listingId: item.id });
  for (const sku of item.skus.length === 0 ? [null] : item.skus) {
    const choice = { item, sku };
    const code = sku?.code ?? item.code;
    if (sku !== null) store.skuOwner.set(sku.id, item);
    store.codes.set(code, [...(store.codes.get(code) ?? []), choice]);
    log(store, {
      kind: "variant_added",
      listingId: item.id,
      variantId: choiceId(choice),
      sku: code,
      quantity: (sku ?? item).quantity,
      price: yuan((sku ?? item).price),
    });
  }
  store.messages.add("taobao_item_ItemAdd", itemTopic(store.shop, item, totalOf(item), yuan(item.price), null));
}
