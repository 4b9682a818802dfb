/** Parcels with the platform's own waybills: the search for a warehouse, orders, numbers, labels, shipping. */

import type { Row } from "../bare-json.ts";
import { DAY, MINUTE, toText } from "../beijing-time.ts";
import { yuan } from "../fen.ts";
import { nowOf } from "../living.ts";
import { type Args, pageOf, type Service, withinEpoch } from "./method.ts";
import { answerSearch, ship, WAREHOUSES } from "./orders.ts";
import { newId, type Store } from "./store.ts";
import type { Line, Order, Parcel, Search } from "./types.ts";
import { badArgument, Refusal } from "./wire.ts";

const MOST = 1000;
const LONGEST = 30 * MINUTE;
const OLDEST = 92 * DAY;
const SEARCHED = 7 * DAY;
const STATUSES = new Set("10 22 23 70 97 97_10 97_22 97_23".split(" "));

function goodsRow({ sku, count, price, offer }: Line): Row {
  return {
    barcode: sku.barcode,
    quantity: count,
    price: yuan(price * count),
    brand_name: "ABC",
    product_name: sku.product.name,
    size: sku.size,
    po_no: offer?.schedule.po.no ?? "",
    cooperation_no: String(offer?.schedule.cooperationNo ?? ""),
  };
}

function orderRow(store: Store, order: Order): Row {
  const { name, mobile } = order.buyer;
  return {
    order_sn: order.sn,
    delivery_warehouse: order.warehouse,
    add_time: toText(order.created),
    last_update_time: toText(order.modified),
    order_status: order.status,
    buyer: `${name.slice(0, 1)}*`,
    buyer_address: "北京市.朝阳区.***",
    buyer_mobile: `${mobile.slice(0, 3)}****${mobile.slice(-4)}`,
    buyer_tel: "",
    buyer_postcode: "",
    buyer_province: "北京市",
    buyer_city: "北京市",
    buyer_county: "朝阳区",
    buyer_country_id: "100",
    pay_type: "1",
    cod_type: "0",
    cod_money: "0.00",
    remark: order.remark,
    transport_time: "",
    transport_day: "",
    vendor_id: store.vendorId,
    vendor_name: store.name,
    transport_no: order.parcels[0]?.number ?? [...order.granted][0] ?? "",
    carrier_code: order.carrierCode,
    carrier_name: order.carrierName,
    order_goods: order.lines.map((line) => ({ ...goodsRow(line), sn: line.sku.product.sn })),
  };
}

function searchRow(store: Store, one: Search): Row {
  return {
    order_sn: one.order.sn,
    available_warehouses: one.warehouses,
    status: one.status,
    status_remark: one.remark,
    buyer_address: "北京市.朝阳区.***",
    update_time: toText(one.changed),
    delivery_order_details: one.order.lines.map(goodsRow),
    vendor_id: store.vendorId,
  };
}

/** An order that the supplier sees. */
function seen(store: Store, sn: string): Order | undefined {
  const order = store.orders.get(sn);
  return order?.mode === "jitx" && order.status !== "0" ? order : undefined;
}

function orderOf(store: Store, sn: string): Order {
  const order = seen(store, sn);
  if (order === undefined) throw new Refusal(`订单不存在:${sn}`);
  return order;
}

function parcelOf(order: Order, box: Args): Parcel {
  const number = box.text("transport_no");
  if (!order.granted.has(number)) throw new Refusal(`运单号不是唯品会下发:${number}`);
  const pieces = box.list("details").map((row) => ({ key: row.text("barcode"), count: row.num("quantity") }));
  return { carrierCode: order.carrierCode, carrierName: order.carrierName, number, pieces };
}

/** All pieces of an order leave together. */
function shipOne(store: Store, row: Args): void {
  const order = orderOf(store, row.text("order_sn"));
  if (order.status !== "10") throw new Refusal(`订单状态不允许发货:${order.status}`);
  if (row.text("delivery_warehouse") !== order.warehouse) throw new Refusal("发货仓库不正确");
  const boxes = row.list("packages");
  if (boxes.length === 0 || boxes.length !== row.num("total_package")) throw new Refusal("包裹数量不正确");
  const parcels = boxes.map((box) => parcelOf(order, box));
  const sent = new Map<string, number>();
  for (const { key, count } of parcels.flatMap(({ pieces }) => pieces)) sent.set(key, (sent.get(key) ?? 0) + count);
  if (sent.size !== order.lines.length || order.lines.some(({ sku, count }) => sent.get(sku.barcode) !== count))
    throw new Refusal("商品数量与订单不一致");
  ship(store, order, parcels, "api");
}

function labelsOf(store: Store, request: Args): Row[] {
  return request.list("print_details").map((row) => {
    const order = orderOf(store, row.text("order_sn"));
    if (!order.granted.has(row.text("transport_no"))) throw new Refusal("运单号不是唯品会下发");
    const [order_sn, transport_no] = [order.sn, row.text("transport_no")];
    const parts = {
      carrier_code: order.carrierCode,
      box_no: row.num("box_no"),
      total_package: row.num("total_package"),
    };
    return { order_sn, transport_no, ...parts, order_label: `{"name":"${order.buyer.name}","no":"${transport_no}"}` };
  });
}

export const JITX: Service = {
  getDeliveryOrders: (call) => {
    const request = call.one("request");
    const isIn = withinEpoch(request, "start_time", "end_time");
    if (request.num("start_time") < nowOf(call.store) - SEARCHED) throw new Refusal("只能查询7天内的订单");
    const statuses = request.texts("status_list");
    const all = [...call.store.searches.values()].filter(
      ({ status, changed }) => (statuses.length === 0 || statuses.includes(status)) && isIn(changed),
    );
    const rows = pageOf(request, all, MOST).rows.map((one) => searchRow(call.store, one));
    return { total: all.length, delivery_orders: rows };
  },
  feedbackDeliveryResult: (call) =>
    call
      .one("request")
      .list("results")
      .map((row) => {
        const [order_sn, status] = [row.text("order_sn"), row.text("feedback_status")];
        if (status !== "SUCCESS" && status !== "FAIL") throw badArgument("feedback_status");
        const one = call.store.searches.get(order_sn);
        const refuse = (msg: string): Row => ({ order_sn, code: "1", msg, status: "FAIL" });
        if (one === undefined) return refuse("订单不存在");
        if (one.status !== "1") return refuse("订单已反馈");
        const warehouse = row.text("warehouse");
        if (status === "SUCCESS" && !one.warehouses.includes(warehouse)) return refuse("仓库不可用");
        answerSearch(call.store, one, status === "SUCCESS" ? warehouse : null, "api", status === "FAIL" ? "缺货" : "");
        return { order_sn, code: "0", msg: "success", status: "SUCCESS" };
      }),
  getOrders: (call) => {
    const request = call.one("request");
    const isIn = withinEpoch(request, "start_time", "end_time");
    if (request.num("end_time") - request.num("start_time") > LONGEST) throw new Refusal("查询时间间隔不能超过30分钟");
    if (request.num("start_time") < nowOf(call.store) - OLDEST) throw new Refusal("只能查询3个月内的订单");
    const statuses = request.texts("order_status");
    for (const status of statuses) if (!STATUSES.has(status)) throw badArgument(`order_status ${status}`);
    const [cooperations, warehouses] = [request.texts("cooperation_nos"), request.texts("delivery_warehouse_codes")];
    if (cooperations.length > 20 || warehouses.length > 20) throw badArgument("cooperation_nos: 20");
    const all = [...call.store.orders.values()].filter(
      (order) =>
        seen(call.store, order.sn) !== undefined &&
        (statuses.length === 0 || statuses.includes(order.status)) &&
        (warehouses.length === 0 || warehouses.includes(order.warehouse)) &&
        (cooperations.length === 0 ||
          order.lines.some(({ offer }) => cooperations.includes(String(offer?.schedule.cooperationNo)))) &&
        isIn(order.modified),
    );
    const rows = pageOf(request, all, MOST).rows.map((order) => orderRow(call.store, order));
    return { total: all.length, orders: rows };
  },
  getOrdersByOrderSn: (call) => {
    const sns = call.one("request").texts("order_sns");
    if (sns.length === 0 || sns.length > 200) throw badArgument("order_sns");
    const orders = sns.flatMap((sn) => seen(call.store, sn) ?? []);
    return { total: orders.length, orders: orders.map((order) => orderRow(call.store, order)) };
  },
  getTransportNos: (call) => {
    const request = call.one("request");
    const order = orderOf(call.store, request.text("order_sn"));
    if (request.text("carrier_code") !== order.carrierCode) throw new Refusal("承运商不正确");
    if (order.status !== "10") throw new Refusal("订单状态不允许获取运单号");
    const limit = request.num("limit", 1);
    if (limit < 1 || limit > 50) throw badArgument("limit");
    while (order.granted.size < limit) order.granted.add(`VIP${newId(call.store)}`);
    return [...order.granted].slice(0, limit);
  },
  getOrderLabel: (call) => labelsOf(call.store, call.one("request")),
  getPrintTemplate: (call) => labelsOf(call.store, call.one("request")),
  getWarehouses: () => WAREHOUSES.map((one) => ({ ...one })),
  ship: (call) => {
    const rows = call.one("request").list("ships");
    if (rows.length === 0 || rows.length > 50) throw badArgument("ships: 1-50");
    const [done, failed]: [Row[], Row[]] = [[], []];
    for (const row of rows) {
      const order_sn = row.text("order_sn");
      try {
        shipOne(call.store, row);
        done.push({ order_sn, msg: "success" });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        failed.push({ order_sn, msg: error.message });
      }
    }
    return { success_num: done.length, success_list: done, failed_list: failed, failed_num: failed.length };
  },
};
