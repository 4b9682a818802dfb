/** Stock and prices: one at a time, and files whose rows fail one by one. */

import { yuan } from "../fen.ts";
import { log } from "../living.ts";
import { type Call, CallError, type Method, RowError, wrongParameter } from "./method.ts";
import { checkShop, skuOf } from "./methods-goods.ts";
import { setStock } from "./stock.ts";
import type { Store } from "./store.ts";
import type { Sku } from "./types.ts";
import { allOf, type Row, textOf } from "./xml.ts";

const MOST_FEN = 999_999_999;
/** Prices from here on may not double in one step. */
const GUARDED = 2000;

/** A write by item id goes to a variant, or to a listing that has none. */
function skuById(store: Store, id: string): Sku {
  const sku = store.skus.get(id);
  if (sku === undefined) throw new RowError("商品不存在");
  return sku;
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

export const WRITE_METHODS: readonly Method[] = [
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
