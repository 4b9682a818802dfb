/** What comes back: goods returned to the supplier, and returns of direct orders. */

import type { Row } from "../bare-json.ts";
import { toText } from "../beijing-time.ts";
import { yuan } from "../fen.ts";
import { type Args, pageOf, type Service, within } from "./method.ts";
import { dvdOf } from "./methods-dvd.ts";
import { moveDvdReturn } from "./orders.ts";
import type { Store } from "./store.ts";
import type { DvdReturn, VendorReturn } from "./types.ts";
import { badArgument, Refusal } from "./wire.ts";

const MOST = 100;

function returnsOf(args: Args, store: Store): VendorReturn[] {
  return [...store.vendorReturns.values()].filter(
    ({ sn, warehouse }) =>
      warehouse === args.text("warehouse") && (!args.has("return_sn") || args.text("return_sn") === sn),
  );
}

export const VENDOR_RETURNS: Service = {
  getReturnInfo: (call) => {
    const isIn = within(call, "st_create_time", "ed_create_time");
    const all = returnsOf(call, call.store).filter(({ created }) => isIn(created));
    const rows = pageOf(call, all, MOST).rows.map(({ sn, warehouse, type, payType }) => ({
      return_sn: sn,
      warehouse,
      return_type: type,
      pay_type: payType,
      consignee: "供应商仓库",
      country: "中国",
      state: "广东省",
      city: "广州市",
      region: "荔湾区",
      town: "",
      address: "示例路1号",
      postcode: 510000,
      telephone: "",
      mobile: "13800000000",
      to_email: "",
      cc_email: "",
      self_reference: 0,
    }));
    return { returnInfos: rows, total: all.length };
  },
  getReturnDetail: (call) => {
    const isIn = within(call, "out_time_start", "out_time_end");
    const all = returnsOf(call, call.store).filter(({ out }) => out !== null && isIn(out));
    const rows = pageOf(call, all, MOST).rows.map(({ sn, out, lines }) => ({
      return_sn: sn,
      out_time: toText(out ?? 0),
      total_cases: 1,
      total_skus: lines.length,
      total_qtys: lines.reduce((sum, { count }) => sum + count, 0),
      delivery_list: lines.map(({ sku, grade, po, count, box }) => ({
        barcode: sku.barcode,
        product_name: sku.product.name,
        grade,
        po_no: po.no,
        qty: count,
        box_no: box,
      })),
    }));
    return { returnDeliveryInfos: rows, total: all.length };
  },
};

export const RETURN_ORDERS: Service = {
  getReturnOrder: (call) => {
    const request = call.one("request");
    const one = call.store.vendorReturns.get(request.text("return_sn"));
    if (one === undefined) throw new Refusal("退供单不存在");
    const rows = pageOf(request, one.lines, MOST).rows.map(({ orderSn, po, sku, count }) => ({
      order_id: BigInt(orderSn) * 100_000n + 3n,
      po_no: po.no,
      barcode: sku.barcode,
      product_name: sku.product.name,
      quantity: count,
      warehouse: one.warehouse,
    }));
    return { return_orders: rows, total: one.lines.length };
  },
};

function dvdReturnOf(store: Store, request: Args): DvdReturn {
  const one = store.dvdReturns.get(request.text("order_return_id"));
  if (one === undefined || one.order.sn !== request.text("order_id")) throw new Refusal("退货单不存在");
  return one;
}

/** The goods of a return have come in. */
function receive(store: Store, request: Args, types: readonly number[]): null {
  const order = dvdOf(store, request.text("order_id"));
  const one = [...store.dvdReturns.values()].find(
    (each) => each.order === order && types.includes(each.type) && !each.isConfirmed,
  );
  if (one === undefined || (one.needsAudit && one.audited !== 1)) throw new Refusal("没有待确认的退货");
  for (const row of request.list("goods_list"))
    if (row.text("barcode") !== one.line.sku.barcode || row.num("amount") > one.line.count)
      throw new Refusal("退货商品不正确");
  one.isConfirmed = true;
  moveDvdReturn(store, one, one.type === 0 ? "72" : "58", "api");
  return null;
}

const backRow = (store: Store, one: DvdReturn): Row => ({
  vendor_id: store.vendorId,
  order_id: one.order.sn,
  return_status: one.isConfirmed ? "1" : "0",
  return_reason: one.reason,
  create_time: toText(one.at),
  back_sn: one.id,
});

export const DVD_RETURNS: Service = {
  getOrderReturnList: (call) => {
    const isIn = within(call, "st_time", "et_time");
    const all = [...call.store.dvdReturns.values()].filter(
      ({ order, type, at }) =>
        (!call.has("order_id") || call.text("order_id") === order.sn) &&
        (!call.has("return_type") || call.num("return_type") === type) &&
        isIn(at),
    );
    const rows = pageOf(call, all, MOST).rows.map((one) => ({
      order_return_id: one.id,
      order_id: one.order.sn,
      return_type: one.type,
      vendor_need_audit: one.needsAudit && one.audited === null ? 1 : 0,
      return_reason: one.reason,
      return_time: toText(one.at),
      transport_no: one.number,
      carrier: one.carrier,
    }));
    return { order_return_list: rows, total: all.length };
  },
  getOrderReturnDetails: (call) => {
    const request = call.one("request");
    const all = [...call.store.dvdReturns.values()].filter(
      ({ id, order }) =>
        (!request.has("order_id") || request.text("order_id") === order.sn) &&
        (!request.has("order_return_id") || request.text("order_return_id") === id),
    );
    const rows = all.map(({ id, line: { sku, count }, refund }) => ({
      order_return_id: id,
      return_goods_details: [{ barcode: sku.barcode, good_name: sku.product.name, amount: count }],
      refund_amount: yuan(refund),
    }));
    return { order_return_detail_list: rows, total: all.length };
  },
  auditReturnResult: (call) => {
    const request = call.one("request");
    const one = dvdReturnOf(call.store, request);
    const stat = request.num("vendor_audit_stat");
    if (stat !== 1 && stat !== 2) throw badArgument("vendor_audit_stat");
    if (!one.needsAudit || one.audited !== null) throw new Refusal("退货单不需要审核");
    one.audited = stat;
    moveDvdReturn(call.store, one, stat === 1 ? "54" : "41", "api");
    return true;
  },
  confirmReturnOrder: (call) => receive(call.store, call.one("request"), [1]),
  confirmReturnResult: (call) => receive(call.store, call.one("request"), [1]),
  confirmRefuseResult: (call) => receive(call.store, call.one("request"), [0]),
  getReturnList: (call) => {
    const isIn = within(call, "st_create_time", "et_create_time");
    const all = [...call.store.dvdReturns.values()].filter(
      (one) =>
        one.type !== 2 &&
        (!call.has("return_status") || call.num("return_status") === (one.isConfirmed ? 1 : 0)) &&
        isIn(one.at),
    );
    const rows = pageOf(call, all, MOST).rows.map((one) => backRow(call.store, one));
    return { dvd_return_list: rows, total: all.length };
  },
  getReturnProduct: (call) => {
    const one = call.store.dvdReturns.get(call.text("back_sn"));
    if (one === undefined) throw new Refusal("退货单不存在");
    const { sku, count, offer } = one.line;
    const po_no = offer?.schedule.po.no ?? "";
    const names = { product_name: sku.product.name, barcode: sku.barcode };
    return { dvd_return_product_list: [{ ...names, order_id: one.order.sn, po_no, amount: count }], total: 1 };
  },
};
