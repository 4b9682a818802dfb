/** Listings, stock and prices: one at a time, and files whose rows fail one by one. */

import { yuan } from "../fen.ts";
import { log } from "../living.ts";
import { type Call, CallError, each, type Method, pageOf, RowError, wrongParameter } from "./method.ts";
import { setStock } from "./stock.ts";
import type { Store } from "./store.ts";
import type { Item, Sku } from "./types.ts";
import { allOf, type Row, textOf } from "./xml.ts";

const MOST_FEN = 999_999_999;
/** Prices from here on may not double in one step. */
const GUARDED = 2000;

function itemOf(store: Store, id: string): Item {
  const item = store.items.get(id);
  if (item === undefined) throw new RowError("商品不存在");
  return item;
}

function skuOf(store: Store, code: string): Sku {
  const sku = store.codes.get(code);
  if (sku === undefined) throw new RowError("商品不存在");
  return sku;
}

/** A write by item id goes to a variant, or to a listing that has none. */
function skuById(store: Store, id: string): Sku {
  const sku = store.skus.get(id);
  if (sku === undefined) throw new RowError("商品不存在");
  return sku;
}

function checkShop({ store, has, text }: Call): void {
  if (!has("gShopID")) throw new CallError("410", "gShopID不能为空");
  if (text("gShopID") !== store.shop.gShopID) throw new CallError("411", "gShopID不存在");
}

function stockOf(text: string, most: number): number {
  if (!/^\d{1,7}$/.test(text) || Number(text) > most) throw new RowError(`库存必须在0到${most}之间`);
  return Number(text);
}

function fenOf(text: string): number {
  const parts = /^(\d{1,7})(?:\.(\d{1,2}))?$/.exec(text);
  const fen = parts === null ? 0 : Number(parts[1]) * 100 + Number((parts[2] ?? "").padEnd(2, "0"));
  if (fen < 1 || fen > MOST_FEN) throw new RowError("价格必须在0.01到9999999.99之间");
  return fen;
}

function setPrice(store: Store, sku: Sku, price: string, marketPrice: string): void {
  const fen = fenOf(price);
  const market = marketPrice === "" ? sku.marketPrice : fenOf(marketPrice);
  if (sku.isInPromotion) throw new RowError("商品正在参加促销活动，不能修改价格");
  if (fen >= GUARDED && fen >= 2 * sku.price) throw new RowError("价格涨幅不能超过100%", "403");
  sku.marketPrice = market;
  if (fen === sku.price) return;
  sku.price = fen;
  log(store, { kind: "price_set", variantId: sku.id, price: yuan(fen), by: "api" });
}

/** The answer to one write. */
function resultOf(sku: Sku): Row {
  return { Result: { itemID: sku.id, outerItemID: sku.code, operCode: 0, operation: "成功" } };
}

/** The rows of a file, each with its own end. */
function eachRow({ store, file }: Call, write: (sku: Sku, value: (name: string) => string) => void): Row {
  const rows = allOf(file, "ItemsList", "ItemUpadteInfo");
  if (rows.length === 0) throw new CallError("102", "文件中没有商品");
  if (rows.length > (store.options.largestFile ?? 40)) throw new CallError("101", "上传文件过大");
  const ItemIDInfo = rows.map((row) => {
    const outerItemID = textOf(row, "outerItemID");
    try {
      const sku = skuOf(store, outerItemID);
      write(sku, (name) => textOf(row, name));
      return { itemID: sku.id, outerItemID, operCode: 0, operation: "成功" };
    } catch (error) {
      if (!(error instanceof RowError)) throw error;
      return { itemID: null, outerItemID, operCode: error.code, operation: error.message };
    }
  });
  return { ItemsIDList: { ItemIDInfo } };
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
  {
    name: "dangdang.item.stock.update",
    versions: ["2.0"],
    http: "GET",
    parameters: { oit: "text!", stk: "text!" },
    run: ({ store, text }) => {
      const sku = skuOf(store, text("oit"));
      setStock(store, sku, stockOf(text("stk"), 1_000_000), "api");
      return { Result: { outerItemID: sku.code, operCode: 0, operation: "成功" } };
    },
  },
  {
    name: "dangdang.item.stock.update",
    versions: ["3.0"],
    http: "POST",
    parameters: { item_id: "text!", stock: "text!" },
    run: ({ store, text }) => {
      const sku = skuById(store, text("item_id"));
      setStock(store, sku, stockOf(text("stock"), 1_000_000), "api");
      return resultOf(sku);
    },
  },
  {
    name: "dangdang.items.stock.update",
    versions: ["2.0"],
    http: "POST",
    upload: "multiItemsStock",
    run: (call) =>
      eachRow(call, (sku, value) => setStock(call.store, sku, stockOf(value("stockCount"), 1_000_000), "api")),
  },
  {
    name: "dangdang.custom.stock.update",
    http: "POST",
    parameters: { gShopID: "text", out_id: "text!", stock: "text!" },
    run: (call) => {
      checkShop(call);
      const sku = skuOf(call.store, call.text("out_id"));
      setStock(call.store, sku, stockOf(call.text("stock"), 999_999), "api");
      return resultOf(sku);
    },
  },
  {
    name: "dangdang.item.updateItemStockV1",
    http: "POST",
    parameters: { gShopID: "text", oit: "text!", warehouse_id: "text!", stk: "text!" },
    run: (call) => {
      checkShop(call);
      checkWarehouse(call);
      const sku = skuOf(call.store, call.text("oit"));
      setStock(call.store, sku, stockOf(call.text("stk"), 1_000_000), "api");
      return resultOf(sku);
    },
  },
  {
    name: "dangdang.item.stock.updateStockIncrementally",
    http: "POST",
    parameters: { oit: "text!", warehouse_id: "text!", stock: "int!", batch_seq: "text!" },
    run: (call) => {
      checkWarehouse(call);
      const { store, text, int } = call;
      const [sku, change, batch] = [skuOf(store, text("oit")), int("stock", 0), text("batch_seq")];
      if (Math.abs(change) > 999_999 || batch.length > 64) throw wrongParameter("stock");
      if (sku.stock + change < 0) throw new RowError("库存不足");
      if (!sku.changes.has(batch)) setStock(store, sku, sku.stock + change, "api");
      sku.changes.add(batch);
      return resultOf(sku);
    },
  },
  {
    name: "dangdang.item.price.update",
    versions: ["2.0"],
    http: "GET",
    parameters: { oit: "text!", pr: "text!", marketPrice: "text" },
    run: ({ store, text }) => {
      const sku = skuOf(store, text("oit"));
      setPrice(store, sku, text("pr"), text("marketPrice"));
      return { Result: { outerItemID: sku.code, operCode: 0, operation: "成功" } };
    },
  },
  {
    name: "dangdang.item.price.update",
    versions: ["3.0"],
    http: "POST",
    parameters: { item_id: "text!", sale_price: "text!", market_price: "text" },
    run: ({ store, text }) => {
      const sku = skuById(store, text("item_id"));
      setPrice(store, sku, text("sale_price"), text("market_price"));
      return resultOf(sku);
    },
  },
  {
    name: "dangdang.items.price.update",
    versions: ["2.0"],
    http: "POST",
    upload: "multiItemsInfo",
    run: (call) => eachRow(call, (sku, value) => setPrice(call.store, sku, value("unitPrice"), value("marketPrice"))),
  },
  {
    name: "dangdang.custom.price.update",
    http: "POST",
    parameters: { gShopID: "text", out_id: "text!", sale_price: "text!", market_price: "text" },
    run: (call) => {
      checkShop(call);
      const sku = skuOf(call.store, call.text("out_id"));
      setPrice(call.store, sku, call.text("sale_price"), call.text("market_price"));
      return resultOf(sku);
    },
  },
];

function checkWarehouse({ text }: Call): void {
  if (text("warehouse_id") !== "100") throw new RowError("仓库不存在");
}
