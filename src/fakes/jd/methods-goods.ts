/** Listings, their variants, stock and prices. One SKU per call. */

import { parseYuan, yuan } from "../fen.ts";
import { log, nowOf } from "../living.ts";
import { colourId } from "./catalogue.ts";
import { type Call, type Method, pageOf, pick, refuseFlag, type Spec, wireId } from "./method.ts";
import { setSellable, touch } from "./stock.ts";
import type { Store } from "./store.ts";
import type { Sku, Ware } from "./types.ts";
import { BusinessError, Digits, id64, type Row } from "./wire.ts";

const MOST = { page: 10_000, size: 100 };
/** Deeper than this no search goes. */
const DEEPEST = 10_000;

/** `199`, not `199.00`. */
function plain(fen: number): Digits {
  return new Digits(yuan(fen).replace(/\.?0+$/, ""));
}

/** What the number of the wire means is the platform's secret: with or without what orders hold. */
function shownStock(store: Store, sku: Sku): number {
  return sku.sellable + (store.options.stockIncludesBooked === true ? sku.booked : 0);
}

function wareRow(store: Store, ware: Ware): Row {
  const live = ware.skus.filter(({ status }) => status !== 4);
  return {
    wareId: id64(ware.id),
    title: ware.title,
    categoryId: 9735,
    brandId: 12_345,
    brandName: "示例",
    wareStatus: ware.status,
    outerId: ware.code,
    itemNum: ware.code,
    barCode: "",
    modified: ware.modified * 1000,
    created: ware.created * 1000,
    onlineTime: ware.online === null ? undefined : ware.online * 1000,
    offlineTime: ware.offline === null ? undefined : ware.offline * 1000,
    colType: 0,
    images: [{ imgUrl: `jfs/t1/${ware.id}.jpg`, colorId: "0000000000" }],
    logo: `jfs/t1/${ware.id}.jpg`,
    marketPrice: plain(ware.marketPrice),
    costPrice: plain(ware.costPrice),
    jdPrice: plain(Math.min(...live.map(({ price }) => price), ware.marketPrice)),
    stockNum: live.reduce((sum, sku) => sum + shownStock(store, sku), 0),
    shopId: id64(store.shop.shopId),
    features: [],
    props: [],
  };
}

function skuRow(store: Store, sku: Sku): Row {
  return {
    wareId: id64(sku.ware.id),
    skuId: id64(sku.id),
    status: sku.status,
    jdPrice: plain(sku.price),
    outerId: sku.code,
    barCode: "",
    skuName: sku.name,
    wareTitle: sku.ware.title,
    logo: `jfs/t1/${sku.ware.id}.jpg`,
    stockNum: shownStock(store, sku),
    saleAttrs:
      sku.colour === "" ? [] : [{ attrId: "1000001", attrValues: [colourId(sku)], attrValueAlias: [sku.colour] }],
    modified: sku.modified * 1000,
    created: sku.created * 1000,
  };
}

function isBetween(call: Call, what: string, value: number | null): boolean {
  const [from, to] = [call.time(`start${what}`), call.time(`end${what}`)];
  if (from === undefined && to === undefined) return true;
  return value !== null && value >= (from ?? 0) && value <= (to ?? Number.MAX_SAFE_INTEGER);
}

/** Without `field` a row is its ids alone. */
function page<T extends { modified: number; id: string }>(
  call: Call,
  rows: T[],
  sizeName: string,
  rowOf: (row: T) => Row,
  ids: string,
): Row {
  const [number, size] = [call.int("pageNo", 1), call.int(sizeName, 20)];
  if (number * size > DEEPEST) throw new BusinessError("400", "查询结果过多");
  rows.sort((a, b) => b.modified - a.modified || (a.id < b.id ? -1 : 1));
  const data = pageOf(rows, number, size, MOST).map((row) => pick(rowOf(row), `${ids},${call.text("field")}`));
  return { page: { data, pageNo: number, pageSize: size, totalItem: rows.length } };
}

function searchWares(call: Call, isRecycled: boolean): Row {
  const { store } = call;
  const statuses = call.has("wareStatusValue") ? new Set(call.text("wareStatusValue").split(",").map(Number)) : null;
  const ids = call.has("wareId") ? new Set(call.text("wareId").split(",")) : null;
  const rows = [...store.wares.values()].filter(
    (ware) =>
      (ware.status === -1) === isRecycled &&
      (statuses?.has(ware.status) ?? true) &&
      (ids?.has(ware.id) ?? true) &&
      (!call.has("itemNum") || call.text("itemNum") === ware.code) &&
      isBetween(call, "ModifiedTime", ware.modified) &&
      isBetween(call, "CreatedTime", ware.created) &&
      isBetween(call, "OnlineTime", ware.online) &&
      isBetween(call, "OfflineTime", ware.offline),
  );
  return page(call, rows, "pageSize", (ware) => wareRow(store, ware), "wareId");
}

function searchSkus(call: Call): Row {
  const { store } = call;
  const of = (name: string): Set<string> | null => (call.has(name) ? new Set(call.text(name).split(",")) : null);
  const [wareIds, skuIds, statuses] = [of("wareId"), of("skuId"), of("skuStatuValue")];
  const rows = [...store.skus.values()].filter(
    (sku) =>
      sku.ware.status !== -1 &&
      (wareIds?.has(sku.ware.id) ?? true) &&
      (skuIds?.has(sku.id) ?? true) &&
      (statuses?.has(String(sku.status)) ?? sku.status !== 4) &&
      (!call.has("outId") || call.text("outId") === sku.code) &&
      shownStock(store, sku) >= call.int("minStockNum", 0) &&
      shownStock(store, sku) <= call.int("maxStockNum", Number.MAX_SAFE_INTEGER) &&
      isBetween(call, "ModifiedTime", sku.modified) &&
      isBetween(call, "CreatedTime", sku.created),
  );
  return page(call, rows, "page_size", (sku) => skuRow(store, sku), "wareId,skuId");
}

/** The live SKU of a call. Throws when the shop has no such SKU. */
function skuOf(call: Call, name = "skuId"): Sku {
  wireId(call.text(name));
  const sku = call.store.skus.get(call.text(name));
  if (sku === undefined || sku.status === 4 || sku.ware.status === -1) throw new BusinessError("404", "sku不存在");
  return sku;
}

function wareOf(call: Call): Ware {
  const ware = call.store.wares.get(call.text("wareId"));
  if (ware === undefined || ware.status === -1) throw new BusinessError("404", "商品不存在");
  return ware;
}

function checkPlace(call: Call): void {
  if (call.int("storeId", 0) !== 0) throw new BusinessError("404", "仓库不存在");
}

/** Writes what buyers can buy from the number of the wire. */
function writeStock(store: Store, sku: Sku, stockNum: number): void {
  if (stockNum < 0) throw new BusinessError("400", "库存不能小于0");
  const booked = store.options.stockIncludesBooked === true ? sku.booked : 0;
  setSellable(store, sku, Math.max(0, stockNum - booked), "api");
}

const TEXTS = (names: string, spec: Spec): Record<string, Spec> =>
  Object.fromEntries(names.split(" ").map((name) => [name, spec]));

const WARE_SEARCH: Record<string, Spec> = {
  ...TEXTS("wareId searchKey searchField featureKey featureValue wareStatusValue itemNum barCode field", "string"),
  ...TEXTS("startJdPrice endJdPrice orderField orderType warePropKey warePropValue", "string"),
  ...TEXTS("categoryId shopCategoryIdLevel1 shopCategoryIdLevel2 templateId promiseId brandId", "long"),
  ...TEXTS("startStockNum endStockNum transportId groupId multiCategoryId", "long"),
  ...TEXTS("startCreatedTime endCreatedTime startOnlineTime endOnlineTime", "DateTime"),
  ...TEXTS("startModifiedTime endModifiedTime startOfflineTime endOfflineTime", "DateTime"),
  ...TEXTS("colType pageNo pageSize claim", "int"),
};

/** `updateSkuJdPrice` and its brothers: yuan as text. */
const priceOf = (call: Call, name: string): number => {
  const price = parseYuan(call.text(name));
  if (price === null || price === 0) throw new BusinessError("400", "价格格式错误");
  return price;
};

export const GOODS_METHODS: readonly Method[] = [
  { name: "jingdong.ware.read.searchWare4Valid", parameters: WARE_SEARCH, run: (call) => searchWares(call, false) },
  { name: "jingdong.ware.read.searchWare4Recycled", parameters: WARE_SEARCH, run: (call) => searchWares(call, true) },
  {
    name: "jingdong.ware.read.findWareById",
    parameters: { wareId: "long!", field: "string" },
    run: (call) => {
      const ware = call.store.wares.get(call.text("wareId"));
      return { ware: ware && pick(wareRow(call.store, ware), `wareId,${call.text("field")}`) };
    },
  },
  {
    name: "jingdong.sku.read.searchSkuList",
    parameters: {
      ...TEXTS("wareId skuId skuStatuValue outId itemNum wareTitle orderFiled orderType field", "string"),
      ...TEXTS("maxStockNum minStockNum", "long"),
      ...TEXTS("endCreatedTime endModifiedTime startCreatedTime startModifiedTime", "DateTime"),
      ...TEXTS("colType pageNo page_size", "int"),
    },
    run: searchSkus,
  },
  {
    name: "jingdong.sku.read.findSkuById",
    parameters: { skuId: "long!", field: "string" },
    run: (call) => {
      const sku = call.store.skus.get(call.text("skuId"));
      return { sku: sku && pick(skuRow(call.store, sku), `wareId,skuId,${call.text("field")}`) };
    },
  },
  {
    name: "jingdong.ware.write.upOrDown",
    parameters: { note: "string", wareId: "long!", opType: "int!" },
    refuse: refuseFlag,
    run: (call) => {
      const ware = wareOf(call);
      const [type, now] = [call.int("opType", 0), nowOf(call.store)];
      if (type !== 1 && type !== 2) throw new BusinessError("400", "opType不合法");
      if (![1, 2, 8].includes(ware.status)) throw new BusinessError("409", "商品当前状态不允许上下架");
      ware.status = type === 1 ? 8 : 2;
      Object.assign(ware, { modified: now, ...(type === 1 ? { online: now, offline: null } : { offline: now }) });
      return { success: true };
    },
  },
  {
    name: "jingdong.price.write.updateSkuJdPrice",
    parameters: { jdPrice: "string!", skuId: "long!" },
    refuse: refuseFlag,
    run: (call) => {
      const [sku, price] = [skuOf(call), priceOf(call, "jdPrice")];
      if (price < sku.price * (1 - (call.store.options.largestPriceCut ?? 1)))
        throw new BusinessError("409", "价格降幅过大，请到商家后台确认");
      if (price !== sku.price) log(call.store, { kind: "price_set", variantId: sku.id, price: yuan(price), by: "api" });
      sku.price = price;
      touch(call.store, sku);
      return { success: true };
    },
  },
  ...(["marketPrice", "costPrice"] as const).map(
    (name): Method => ({
      name: `jingdong.price.write.updateWare${name.replace(/^./, (letter) => letter.toUpperCase())}`,
      parameters: { wareId: "long!", [name]: "string!" },
      refuse: refuseFlag,
      run: (call) => {
        wareOf(call)[name] = priceOf(call, name);
        return { success: true };
      },
    }),
  ),
  {
    name: "jingdong.ware.price.get",
    parameters: { sku_id: "string!" },
    run: ({ store, text }) => {
      const sku = store.skus.get(text("sku_id").replace(/^J_/, ""));
      return { price_changes: sku === undefined ? [] : [{ sku_id: text("sku_id"), price: yuan(sku.price) }] };
    },
  },
  {
    name: "jingdong.stock.write.updateSkuStock",
    parameters: { skuId: "long!", stockNum: "long!", storeId: "long" },
    refuse: refuseFlag,
    run: (call) => {
      const sku = skuOf(call);
      checkPlace(call);
      writeStock(call.store, sku, call.int("stockNum", 0));
      return { success: true };
    },
  },
  {
    name: "jingdong.stock.write.increaseSkuStock",
    parameters: { skuId: "long!", stockNum: "long!", storeId: "long", stockRfId: "string!" },
    refuse: ({ code, message }) => ({ result: { detailCode: code, detailMsg: message } }),
    run: (call) => {
      const sku = skuOf(call);
      checkPlace(call);
      const stockRfId = call.text("stockRfId");
      if (!sku.changes.has(stockRfId)) {
        writeStock(call.store, sku, shownStock(call.store, sku) + call.int("stockNum", 0));
        sku.changes.set(stockRfId, nowOf(call.store));
      }
      return { result: { skuId: id64(sku.id), stockRf: { stockRfId }, detailCode: "0", detailMsg: "" } };
    },
  },
  {
    name: "jingdong.stock.read.findSkuStock",
    parameters: { skuId: "long!", field: "string" },
    run: (call) => {
      const sku = skuOf(call);
      const numbers = { stockNum: shownStock(call.store, sku), orderBookingNum: sku.booked, canUsedNum: sku.sellable };
      const row: Row = { skuId: id64(sku.id), storeId: 0, ...numbers, appBookingNum: 0 };
      return { skuStocks: [call.has("field") ? pick(row, `skuId,storeId,${call.text("field")}`) : row] };
    },
  },
];
