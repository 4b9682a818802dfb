/** Direct delivery: orders that the supplier sends with carriers of its own. */

import type { Row } from "../bare-json.ts";
import { toText } from "../beijing-time.ts";
import { yuan } from "../fen.ts";
import { type Args, type Call, pageOf, type Service, within } from "./method.ts";
import { carrierOf, carrierRows } from "./methods-deliveries.ts";
import { goodsOf, setStatus, ship, totalOf } from "./orders.ts";
import type { Store } from "./store.ts";
import type { Order, Parcel } from "./types.ts";
import { badArgument, double, Refusal } from "./wire.ts";

const MOST = 100;

export function dvdOf(store: Store, id: string): Order {
  const order = store.orders.get(id);
  if (order?.mode !== "dvd") throw new Refusal(`订单不存在:${id}`);
  return order;
}

/** Orders of a list of ids joined by commas. */
function namedOf(store: Store, ids: string): Order[] {
  return ids.split(",").flatMap((id) => {
    const order = store.orders.get(id.trim());
    return order?.mode === "dvd" ? [order] : [];
  });
}

/** In every other order the status has the name of the list. */
const statusOf = ({ number, status }: Order): string => (number % 2 === 0 ? `STATUS_${status}` : status);

function buyerRow(store: Store, order: Order): Row {
  const { name, mobile, street } = order.buyer;
  return {
    order_id: order.sn,
    order_status: statusOf(order),
    buyer: name,
    address: `北京市朝阳区${street}`,
    mobile,
    tel: "",
    postcode: "100020",
    city: "北京市",
    province: "北京市",
    country_id: "100",
    invoice: "",
    carriage: yuan(order.freight),
    remark: order.remark,
    transport_day: "",
    vendor_name: store.name,
    product_money: yuan(goodsOf(order)),
    add_time: toText(order.created),
    po_no: order.lines[0]?.offer?.schedule.po.no ?? "",
  };
}

/** The whole order, under other names than in the lists. */
function exportRow(store: Store, order: Order): Row {
  const { product_money, add_time: _time, po_no: _po, ...row } = buyerRow(store, order);
  const discounts = { discount_amount: yuan(order.discount), promo_discount_amount: yuan(order.platformDiscount) };
  const [parcel] = order.parcels;
  return {
    ...row,
    ...discounts,
    vendor_id: store.vendorId,
    goods_money: product_money,
    money: yuan(totalOf(order)),
    transport_no: parcel?.number ?? "",
    carrier_code: order.carrierCode,
    carrier_name: order.carrierName,
  };
}

function listOf(call: Call, isIn: (order: Order) => boolean): Order[] {
  const status = call.text("order_status").replace("STATUS_", "");
  const pos = call.has("po_no") ? call.text("po_no").split(",") : null;
  if (pos !== null && pos.length > 5) throw badArgument("po_no: 5");
  return [...call.store.orders.values()].filter(
    (order) =>
      order.mode === "dvd" &&
      (status === "" || order.status === status) &&
      (pos === null || order.lines.some(({ offer }) => pos.includes(offer?.schedule.po.no ?? ""))) &&
      (!call.has("order_id") || call.text("order_id").split(",").includes(order.sn)) &&
      isIn(order),
  );
}

function parcelsOf(store: Store, row: Args): Parcel[] {
  const order = dvdOf(store, row.text("order_id"));
  const [carrierCode, carrierName] = [row.text("carrier_code"), row.text("carrier_name")];
  if (carrierOf(carrierCode) !== carrierName) throw new Refusal("承运商名称与编码不符");
  const parcels = row.list("packages").map((box) => ({
    carrierCode,
    carrierName,
    number: box.text("transport_no"),
    pieces: box.list("package_product_list").map((one) => ({ key: one.text("barcode"), count: one.num("amount") })),
  }));
  if (parcels.length === 0 || parcels.some(({ number }) => number === "")) throw new Refusal("运单号不能为空");
  for (const { key } of parcels.flatMap(({ pieces }) => pieces))
    if (!order.lines.some(({ sku }) => sku.barcode === key)) throw new Refusal(`商品不属于该订单:${key}`);
  return parcels;
}

/** Each order by itself; what fails comes back as it came, with its reason. */
function each(call: Call, write: (row: Args) => void): Row {
  const [done, failed]: [Row[], Row[]] = [[], []];
  for (const row of call.list("ship_list")) {
    const shown: Row = {
      order_id: row.text("order_id"),
      carrier_code: row.text("carrier_code"),
      carrier_name: row.text("carrier_name"),
      package_type: row.text("package_type"),
      packages: [],
    };
    try {
      write(row);
      done.push(shown);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      failed.push({ ...shown, error_msg: error.message });
    }
  }
  return { success_num: done.length, success_data: done, fail_num: failed.length, fail_data: failed };
}

function refused(call: Call, list: string, write: (order: Order) => void): Row {
  const [done, failed]: [Row[], Row[]] = [[], []];
  for (const row of call.list(list)) {
    const shown: Row = {
      order_id: row.text("order_id"),
      vendor_id: String(call.store.vendorId),
      transport_no: row.text("transport_no"),
      carrier_name: row.text("carrier_name"),
      product_list: row
        .list("refuse_or_return_product_list")
        .map((one) => ({ barcode: one.text("barcode"), amount: one.num("amount") })),
    };
    try {
      write(dvdOf(call.store, row.text("order_id")));
      done.push(shown);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      failed.push({ ...shown, error_msg: error.message });
    }
  }
  return { success_num: done.length, success_data: done, fail_num: failed.length, fail_data: failed };
}

export const DVD: Service = {
  getOrderList: (call) => {
    const isIn = within(call, "st_add_time", "et_add_time");
    const all = listOf(call, ({ created }) => isIn(created));
    const rows = pageOf(call, all, MOST, 20).rows.map((order) => ({
      ...buyerRow(call.store, order),
      vendor_id: call.store.vendorId,
      promo_discount_amount: yuan(order.platformDiscount),
      discount_amount: yuan(order.discount),
      vis_add_time: toText(order.entered),
      vip_order_total_amount: double(goodsOf(order) + order.freight),
      actual_payment_amount: double(totalOf(order)),
      invoice_amount: double(totalOf(order)),
      vip_card_amount: double(0),
    }));
    return { dvd_order_list: rows, total: all.length };
  },
  getOrderListByCreateTime: (call) => {
    const isIn = within(call, "st_create_time", "et_create_time");
    const all = listOf(call, ({ entered }) => isIn(entered));
    const rows = pageOf(call, all, MOST).rows.map((order) => ({
      ...buyerRow(call.store, order),
      vendor_id: String(call.store.vendorId),
      ex_fav_money: yuan(order.platformDiscount),
      favourable_money: yuan(order.discount),
      create_time: toText(order.entered),
    }));
    return { order_list_by_create_time: rows, total: all.length };
  },
  getOrderDetail: (call) => {
    const all = namedOf(call.store, call.text("order_id")).flatMap((order) =>
      order.lines.map(({ sku, count, price }) => ({
        brand_name: "ABC",
        product_name: sku.product.name,
        size: sku.size,
        art_no: sku.product.sn,
        barcode: sku.barcode,
        amount: count,
        sell_price: double(price),
        order_id: order.sn,
        fetch_address: "",
        customized_info: "",
      })),
    );
    return { orderDetails: pageOf(call, all, MOST).rows, total: all.length };
  },
  getOrderStatusById: (call) =>
    namedOf(call.store, call.text("order_id")).map((order) => ({
      order_id: order.sn,
      old_order_id: "",
      order_status: `STATUS_${order.status}`,
      warehouse_name: order.lines[0]?.offer?.schedule.warehouse ?? "",
      ebs_warehouse_code: "",
      user_name: order.buyer.name,
      is_export: order.isExported ? 1 : 0,
    })),
  exportOrderById: (call) => {
    const ids = call.text("order_id").split(",");
    const found = namedOf(call.store, call.text("order_id"));
    for (const order of found) order.isExported = true;
    const missing = ids.filter((id) => !found.some(({ sn }) => sn === id.trim()));
    return {
      success_num: found.length,
      success_data: found.map((order) => ({
        ...exportRow(call.store, order),
        goods_list: order.lines.map(({ sku, count, price }) => ({
          order_id: order.sn,
          po_no: order.lines[0]?.offer?.schedule.po.no ?? "",
          barcode: sku.barcode,
          product_name: sku.product.name,
          amount: count,
          sell_price: yuan(price),
        })),
      })),
      fail_num: missing.length,
      fail_data: missing.map((order_id) => ({ order_id })),
    };
  },
  ship: (call) =>
    each(call, (row) => {
      const order = dvdOf(call.store, row.text("order_id"));
      const parcels = parcelsOf(call.store, row);
      if (order.status !== "10") throw new Refusal(`订单状态不允许发货:${order.status}`);
      ship(call.store, order, parcels, "api");
    }),
  editShipInfo: (call) =>
    each(call, (row) => {
      const order = dvdOf(call.store, row.text("order_id"));
      const parcels = parcelsOf(call.store, row);
      if (order.status !== "22") throw new Refusal("订单未发货");
      order.parcels = parcels;
      setStatus(call.store, order, "22", "api", "number");
    }),
  refuseOrder: (call) =>
    refused(call, "refuse_product_list", (order) => {
      if (order.status !== "70") throw new Refusal("订单未拒收");
      setStatus(call.store, order, "71", "api", "refused");
    }),
  returnOrder: (call) =>
    refused(call, "dvd_return_list", (order) => {
      if (!["25", "54", "58"].includes(order.status)) throw new Refusal("订单状态不允许退货");
      setStatus(call.store, order, "59", "api", "returned");
    }),
  getOrderFinancialFields: (call) =>
    namedOf(call.store, call.text("order_id")).map((order) => ({
      order_id: order.sn,
      vip_order_total_amount: double(goodsOf(order) + order.freight),
      carriage: double(order.freight),
      vendor_discount: double(order.discount),
      vip_total_deduction: double(order.platformDiscount),
      actual_payment_amount: double(totalOf(order)),
      invoice_amount: double(totalOf(order)),
      vip_card_amount: double(0),
      pay_time: order.created,
    })),
  getPrintTemplate: (call) => {
    const parts = namedOf(call.store, call.text("order_id")).map(({ sn }) => `<p>${sn}</p>`);
    return { partOrderLists: parts, allPrintHtml: parts.join("") };
  },
  mergeAfterSaleAddress: () => true,
  getCarrierList: (call) => {
    const all = carrierRows();
    return { carriers: pageOf(call, all, MOST).rows, total: all.length };
  },
};
