/** Prices are applied for: a number, the wished prices, a confirmation, and the platform's review some minutes later. */

import type { Row } from "../bare-json.ts";
import { MINUTE } from "../beijing-time.ts";
import { yuan } from "../fen.ts";
import { later, log, nowOf } from "../living.ts";
import { type Args, pageOf, type Service } from "./method.ts";
import { newId, type Store } from "./store.ts";
import type { PriceApplication, Sku } from "./types.ts";
import { badArgument, fenOf, Refusal } from "./wire.ts";

const MOST = 100;
const REVIEW = 5 * MINUTE;
/** A cut to less than this part of the price is an exception. */
const DEEPEST = 0.3;

/** Names of the fake's own: the platform publishes none. */
export const NEW = "NEW";
export const SUBMITTED = "SUBMITTED";
export const CONFIRMED = "CONFIRMED";
export const APPROVED = "APPROVED";
export const REJECTED = "REJECTED";

function applicationOf(store: Store, request: Args, ...statuses: string[]): PriceApplication {
  const one = store.applications.get(request.text("application_id"));
  if (one === undefined) throw new Refusal(`价格申请单不存在:${request.text("application_id")}`);
  if (statuses.length > 0 && !statuses.includes(one.status)) throw new Refusal(`价格申请单状态不允许:${one.status}`);
  return one;
}

function skuOf(store: Store, barcode: string): Sku {
  const sku = store.skus.get(barcode);
  if (sku === undefined) throw new Refusal(`条码不存在:${barcode}`);
  return sku;
}

/** Writes a wished price; what looks wrong is an exception of that row. */
function wish(store: Store, one: PriceApplication, row: Args): void {
  const sku = skuOf(store, row.text("barcode"));
  const before = one.details.get(sku.barcode) ?? {};
  if (row.text("withdraw") === "1") {
    one.details.delete(sku.barcode);
    return;
  }
  const sale = row.has("sale_price") ? fenOf(row.num("sale_price")) : fenOf(Number(before.sale_price ?? 0));
  const market = row.has("market_price") ? fenOf(row.num("market_price")) : sku.marketPrice;
  if (sale <= 0) throw badArgument(`sale_price ${sku.barcode}`);
  const exception = sale > market ? "销售价高于市场价" : sale < sku.sellPrice * DEEPEST ? "价格降幅过大" : "";
  one.details.set(sku.barcode, {
    ...before,
    application_id: one.id,
    barcode: sku.barcode,
    sale_price: sale / 100,
    market_price: market / 100,
    original_sale_price: sku.sellPrice / 100,
    sn: sku.product.sn,
    exception_status: exception === "" ? "0" : "1",
    exception_description: exception,
    compareResultList: [],
  });
  one.exception = [...one.details.values()].some((detail) => detail.exception_status === "1") ? "1" : "0";
}

/** The platform looks at it by itself, and the prices hold from the wished time on. */
function review(store: Store, one: PriceApplication): void {
  if (one.status !== CONFIRMED) return;
  one.status = one.exception === "1" ? REJECTED : APPROVED;
  if (one.status === REJECTED) return;
  later(store, Math.max(one.start, nowOf(store)), () => {
    for (const { barcode, sale_price, market_price } of one.details.values()) {
      const sku = store.skus.get(String(barcode));
      if (sku === undefined) continue;
      Object.assign(sku, { sellPrice: fenOf(Number(sale_price)), marketPrice: fenOf(Number(market_price)) });
      log(store, { kind: "price_set", variantId: sku.barcode, price: yuan(sku.sellPrice), by: "api" });
    }
  });
}

export const PRICES: Service = {
  createPriceApplicationId: ({ store }) => {
    const one: PriceApplication = {
      id: `PA${newId(store)}`,
      status: NEW,
      exception: "0",
      start: 0,
      end: 0,
      cooperationNos: [],
      memo: "",
      details: new Map(),
    };
    store.applications.set(one.id, one);
    return one.id;
  },
  submitPriceApplication: ({ store, one: inner }) => {
    const request = inner("request");
    const one = applicationOf(store, request, NEW);
    const [start, end] = [request.num("effective_start_time"), request.num("effective_end_time")];
    if (end !== 0 && end <= start) throw badArgument("effective_end_time");
    const known = new Set(store.schedules.map(({ cooperationNo }) => String(cooperationNo)));
    const cooperationNos = request.texts("cooperation_nos");
    for (const no of cooperationNos) if (!known.has(no)) throw new Refusal(`合作编码不存在:${no}`);
    const rows = request.list("price_details");
    if (rows.length === 0) throw badArgument("price_details");
    for (const row of rows) skuOf(store, row.text("barcode"));
    for (const row of rows) wish(store, one, row);
    Object.assign(one, { start, end, cooperationNos, memo: request.text("memo"), status: SUBMITTED });
    return null;
  },
  updatePriceApplication: ({ store, one: inner }) => {
    const request = inner("request");
    const one = applicationOf(store, request, SUBMITTED, REJECTED);
    for (const row of request.list("price_details")) wish(store, one, row);
    one.status = SUBMITTED;
    return null;
  },
  confirmPriceApplication: ({ store, one: inner }) => {
    const one = applicationOf(store, inner("request"), SUBMITTED);
    one.status = CONFIRMED;
    later(store, nowOf(store) + REVIEW, () => review(store, one));
    return null;
  },
  getPriceApplicationStatus: ({ store, one: inner }) =>
    inner("request")
      .texts("application_id_list")
      .flatMap((id) => {
        const one = store.applications.get(id);
        return one === undefined ? [] : [{ application_id: id, status: one.status, exception_status: one.exception }];
      }),
  getPriceApplication: ({ store, one: inner }) => {
    const request = inner("request");
    const one = applicationOf(store, request);
    const all: Row[] = [...one.details.values()];
    return {
      application_id: one.id,
      total: all.length,
      status: one.status,
      exception_status: one.exception,
      effective_start_time: one.start,
      effective_end_time: one.end,
      memo: one.memo,
      price_details: pageOf(request, all, MOST).rows,
    };
  },
};
