/** Listings, and their coming and going on the shelf. */

import { yuan } from "../fen.ts";
import { type Call, CallError, each, type Method, pageOf, RowError, wrongParameter } from "./method.ts";
import type { Store } from "./store.ts";
import type { Item, Sku } from "./types.ts";
import type { Row } from "./xml.ts";

function itemOf(store: Store, id: string): Item {
  const item = store.items.get(id);
  if (item === undefined) throw new RowError("商品不存在");
  return item;
}

export function skuOf(store: Store, code: string): Sku {
  const sku = store.codes.get(code);
  if (sku === undefined) throw new RowError("商品不存在");
  return sku;
}

export function checkShop({ store, has, text }: Call): void {
  if (!has("gShopID")) throw new CallError("410", "gShopID不能为空");
  if (text("gShopID") !== store.shop.gShopID) throw new CallError("411", "gShopID不存在");
}

const stockSum = (item: Item): number => item.skus.reduce((sum, { stock }) => sum + stock, 0);
const priceOf = (item: Item): string => yuan(Math.min(...item.skus.map(({ price }) => price)));
const marketPriceOf = (item: Item): string => yuan(Math.max(...item.skus.map(({ marketPrice }) => marketPrice)));

function itemDetail(item: Item): Row {
  const isPlain = item.isPlain;
  return {
    itemID: item.id,
    itemBarcode: item.barcode,
    itemName: item.title,
    outerItemID: isPlain ? item.code : "",
    marketPrice: marketPriceOf(item),
    stockPrice: "0.00",
    unitPrice: priceOf(item),
    itemState: item.state,
    itemType: 0,
    is_cod: 1,
    pic1: `http://img.dangdang.example/${item.id}.jpg`,
    itemDetail: `<p>${item.title}</p>`,
    stockCount: isPlain ? stockSum(item) : undefined,
    SpecilaItemInfo: isPlain
      ? undefined
      : item.skus.map((sku) => ({
          subItemID: sku.id,
          outerItemID: sku.code,
          specialAttribute: sku.attribute,
          unitPrice: yuan(sku.price),
          stockCount: sku.stock,
        })),
  };
}

const STATUS: Readonly<Record<string, string>> = { "0": "上架", "6": "下架" };

/** Listings whose state is asked for by number: 9999 all, 0 on the shelf, 6 off it. */
function isAsked({ state }: Item, its: string): boolean {
  if (its === "9999") return true;
  return its === "0" ? state === "上架" || state === "可销售" : state === STATUS[its];
}

export const GOODS_METHODS: readonly Method[] = [
  {
    name: "dangdang.items.list.get",
    versions: ["1.0"],
    http: "GET",
    parameters: each("p pageSize its datatype", "int"),
    run: (call) => {
      const its = call.has("its") ? call.text("its") : "9999";
      if (!["9999", "0", "6"].includes(its)) throw wrongParameter("its");
      const items = [...call.store.items.values()].filter((item) => isAsked(item, its));
      const page = pageOf(call, items);
      return {
        totalInfo: { itemsCount: items.length, pageSize: page.size, pageTotal: page.total, currentPage: page.number },
        ItemsList: {
          ItemInfo: page.rows.map((item) => ({
            itemID: item.id,
            itemName: item.title,
            itemState: item.state,
            outerItemID: item.isPlain ? item.code : "",
            unitPrice: priceOf(item),
            stockCount: stockSum(item),
          })),
        },
      };
    },
  },
  {
    name: "dangdang.item.get",
    versions: ["2.0"],
    http: "GET",
    parameters: { it: "text!" },
    run: ({ store, text }) => ({ ItemDetail: itemDetail(itemOf(store, text("it"))) }),
  },
  {
    name: "dangdang.item.get",
    versions: ["3.0"],
    http: "GET",
    parameters: { item_id: "text!", fields: "text", gShopID: "text" },
    run: (call) => {
      checkShop(call);
      const item = itemOf(call.store, call.text("item_id"));
      const row: Row = {
        item_id: item.id,
        item_name: item.title,
        stock: stockSum(item),
        market_price: marketPriceOf(item),
        sale_price: priceOf(item),
      };
      const fields = new Set(call.text("fields").split(","));
      const isWanted = ([name]: [string, unknown]): boolean => !call.has("fields") || fields.has(name);
      return { item: Object.fromEntries(Object.entries(row).filter(isWanted)) };
    },
  },
  {
    name: "dangdang.item.itemid.get",
    http: "GET",
    parameters: { oit: "text!" },
    run: ({ store, text }) => ({ itemID: skuOf(store, text("oit")).id }),
  },
  {
    name: "dangdang.item.update",
    versions: ["3.0"],
    http: "POST",
    parameters: { item_id: "text!", status: "int!" },
    run: ({ store, text }) => {
      const state = STATUS[text("status")];
      if (state === undefined) throw wrongParameter("status");
      const item = itemOf(store, text("item_id"));
      if (!["上架", "可销售", "下架"].includes(item.state)) throw new RowError("商品当前状态不允许上下架");
      item.state = state;
      return { result: "true" };
    },
  },
];
