/** The marketplace: orders, parcels, requests to cancel. The token tells whose shop it is. */

import type { Row } from "../bare-json.ts";
import { DAY, toText } from "../beijing-time.ts";
import { yuan } from "../fen.ts";
import { nowOf } from "../living.ts";
import { type Args, pageOf, type Service, within } from "./method.ts";
import { CARRIERS, carrierOf } from "./methods-deliveries.ts";
import { auditCancel, goodsOf, setStatus, ship, totalOf } from "./orders.ts";
import type { Store } from "./store.ts";
import type { CancelApply, Order, Parcel } from "./types.ts";
import { badArgument, Refusal } from "./wire.ts";

const MOST = 200;
const STATUSES = ["10", "22", "25", "70", "97"];
const OLDEST = 92 * DAY;
const USUAL = 30 * DAY;

function marketOf(store: Store, id: string): Order {
  const order = store.orders.get(id);
  if (order?.mode !== "mp") throw new Refusal(`订单不存在:${id}`);
  return order;
}

function namedOf(store: Store, ids: readonly string[]): Order[] {
  return ids.flatMap((id) => {
    const order = store.orders.get(id);
    return order?.mode === "mp" ? [order] : [];
  });
}

function orderRow(order: Order): Row {
  const { name, mobile } = order.buyer;
  return {
    order_id: order.sn,
    old_order_id: "",
    status: order.status,
    sales_channel: "VIP",
    created: toText(order.created),
    store_add_time: toText(order.entered),
    receiver_name: `${name.slice(0, 1)}*`,
    receiver_address: "***",
    receiver_mobile: `${mobile.slice(0, 3)}****${mobile.slice(-4)}`,
    receiver_phone: "",
    receiver_zip: "",
    receiver_district: "荔湾区",
    receiver_city: "广州市",
    receiver_state: "广东省",
    country_id: "100",
    remark: order.remark,
    vendor_memo: "",
    total_fee: yuan(goodsOf(order)),
    post_fee: yuan(order.freight),
    discount_fee: yuan(order.discount),
    ex_discount_fee: yuan(order.platformDiscount),
    payable_fee: yuan(totalOf(order)),
    vipmoney: "0.00",
    pay_type: "1",
    open_user_id: `o${order.number}`,
    warehouse: "VIP_NH",
    sales_warehouse: "VIP_NH",
    shipping_method: 1,
    is_export: order.isExported ? "1" : "0",
  };
}

function parcelsOf(order: Order, row: Args): Parcel[] {
  return row.list("packages").map((box) => {
    // A parcel with a carrier of its own goes by that one.
    const carrierCode = box.has("carrier_code") ? box.text("carrier_code") : row.text("carrier_code");
    const pieces = box
      .list("package_product_list")
      .map((one) => ({ key: one.text("sku_id"), count: one.num("amount") }));
    for (const { key, count } of pieces)
      if (!order.lines.some(({ sku, count: most }) => sku.skuId === key && count >= 1 && count <= most))
        throw new Refusal(`商品或数量不正确:${key}`);
    if (box.text("transport_no") === "") throw new Refusal("运单号不能为空");
    return { carrierCode, carrierName: carrierOf(carrierCode), number: box.text("transport_no"), pieces };
  });
}

function shipOne(store: Store, row: Args): void {
  const order = marketOf(store, row.text("order_id"));
  if (order.status !== "10") throw new Refusal(`订单状态不允许发货:${order.status}`);
  const parcels = parcelsOf(order, row);
  const count = (of: { count: number }[]): number => of.reduce((sum, one) => sum + one.count, 0);
  if (parcels.length === 0 || count(parcels.flatMap(({ pieces }) => pieces)) !== count(order.lines))
    throw new Refusal("商品数量与订单不一致");
  ship(store, order, parcels, "api");
}

const cancelRow = ({ sn, order, status, opinion, isSystem }: CancelApply): Row => ({
  order_id: order.sn,
  apply_sn: sn,
  reason_choice_remark: "不想要了",
  reason_remark: "",
  operator_role_name: isSystem ? "系统" : "买家",
  audit_status: status,
  audit_opinion: opinion,
  order_status: order.status,
  is_system: isSystem ? "是" : "否",
});

function cancelsOf(store: Store, request: Args): CancelApply[] {
  const isIn = within(request, "start_time", "end_time");
  return [...store.cancels.values()].filter(
    ({ sn, order, status, created }) =>
      (!request.has("order_id") || request.text("order_id") === order.sn) &&
      (!request.has("apply_sn") || request.text("apply_sn") === sn) &&
      (!request.has("audit_status") || request.num("audit_status") === status) &&
      isIn(created),
  );
}

export const MARKET: Service = {
  getOrders: (call) => {
    const request = call.one("request");
    const [statuses, ids] = [request.texts("status"), request.texts("order_ids")];
    for (const status of statuses) if (!STATUSES.includes(status)) throw badArgument(`status ${status}`);
    const exported = request.has("is_export") ? request.text("is_export") : "2";
    if (!["0", "1", "2"].includes(exported)) throw badArgument("is_export");
    const now = nowOf(call.store);
    const start = request.time("query_start_time");
    if (start !== undefined && start < now - OLDEST) throw new Refusal("只能查询3个月内的订单");
    const isIn = within(request, "query_start_time", "query_end_time");
    const isDefault = start === undefined && request.time("query_end_time") === undefined && ids.length === 0;
    const all = [...call.store.orders.values()].filter((order) => {
      const at = request.num("date_type", 2) === 1 ? order.created : order.modified;
      return (
        order.mode === "mp" &&
        (statuses.length === 0 || statuses.includes(order.status)) &&
        (ids.length === 0 || ids.includes(order.sn)) &&
        (exported === "2" || (order.isExported ? "1" : "0") === exported) &&
        (!isDefault || at >= now - USUAL) &&
        isIn(at)
      );
    });
    return { total: all.length, orders: pageOf(request, all, MOST).rows.map(orderRow) };
  },
  getOrderDetail: (call) =>
    namedOf(call.store, call.texts("order_ids")).map((order) => ({
      order_id: order.sn,
      order_products: order.lines.map(({ sku, count, price }) => ({
        sku_id: sku.skuId,
        spu_id: sku.product.shop?.spuId ?? "",
        outer_sku_id: sku.barcode,
        outer_spu_id: sku.product.sn,
        num: String(count),
        title: sku.product.name,
        size: sku.size,
        price: yuan(price),
        customization: "",
      })),
    })),
  getOrderStatusById: (call) => ({
    order_status_list: namedOf(call.store, call.one("request").texts("order_ids")).map((order) => ({
      order_id: order.sn,
      order_status: order.status,
      is_export: order.isExported ? "1" : "0",
    })),
  }),
  exportOrderById: (call) => {
    const orders = namedOf(call.store, call.one("request").texts("order_ids"));
    for (const order of orders) order.isExported = true;
    return {
      orders: orders.map((order) => ({
        order_id: order.sn,
        status: order.status,
        created: toText(order.created),
        receiver_name: order.buyer.name,
        receiver_address: `广东省广州市荔湾区${order.buyer.street}`,
        receiver_mobile: order.buyer.mobile,
        is_export: "1",
        export_time: toText(nowOf(call.store)),
      })),
    };
  },
  ship: (call) => {
    const rows = call.one("request").list("ships");
    if (rows.length === 0 || rows.length > 50) throw badArgument("ships: 1-50");
    const [done, failed]: [Row[], Row[]] = [[], []];
    for (const row of rows) {
      const shown: Row = { order_id: row.text("order_id"), package_type: row.num("package_type"), packages: [] };
      try {
        shipOne(call.store, row);
        done.push({ ship: shown, result_desc: "success" });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        failed.push({ ship: shown, result_desc: error.message });
      }
    }
    return { success_num: done.length, success_data: done, fail_num: failed.length, fail_data: failed };
  },
  editShipInfo: (call) => {
    const info = call.one("edited_ship_info");
    const order = marketOf(call.store, info.text("order_id"));
    if (order.status !== "22") throw new Refusal("订单未发货");
    const [carrierCode, carrierName] = [info.text("carrier_code"), carrierOf(info.text("carrier_code"))];
    for (const box of info.list("edited_packages")) {
      const parcel = order.parcels.find(({ number }) => number === box.text("old_transport_no"));
      if (parcel === undefined) throw new Refusal("原运单号不存在");
      Object.assign(parcel, { number: box.text("transport_no"), carrierCode, carrierName });
    }
    setStatus(call.store, order, "22", "api", "number");
    return { result: "success" };
  },
  batchGetCancelInfo: (call) => {
    const request = call.one("request");
    const all = cancelsOf(call.store, request);
    return { total: all.length, cancelInfos: pageOf(request, all, MOST).rows.map(cancelRow) };
  },
  getCancelInfo: (call) => {
    const request = call.one("request");
    if (!request.has("order_id") && !request.has("apply_sn")) throw badArgument("order_id");
    const one = cancelsOf(call.store, request).at(-1);
    if (one === undefined) throw new Refusal("取消申请不存在");
    return cancelRow(one);
  },
  auditCancelApply: (call) => {
    const request = call.one("request");
    const status = request.num("audit_status");
    if (status !== 2 && status !== 3) throw badArgument("audit_status");
    const one = call.store.cancels.get(request.text("apply_sn"));
    if (one === undefined) throw new Refusal("取消申请不存在");
    if (one.status !== 1) throw new Refusal("取消申请已审核");
    auditCancel(call.store, one, status, request.text("opinion"), "api");
    return null;
  },
  getCarriers: () =>
    CARRIERS.map(([code, name]) => ({
      carrier_code: code,
      carrier_shortname: name.slice(0, 2),
      carrier_name: name,
    })),
};
