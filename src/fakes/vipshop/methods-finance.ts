/** The money order by order, and bills with what stands on none yet. */

import type { Row } from "../bare-json.ts";
import { toText } from "../beijing-time.ts";
import { yuan } from "../fen.ts";
import { LINE_TYPES, promotionOf, TAX_PERCENT, VENDOR_PERCENT } from "./ledger.ts";
import { type Args, type Call, pageOf, type Service, within, withinEpoch } from "./method.ts";
import { pickOf } from "./methods-jit.ts";
import type { Store } from "./store.ts";
import type { Fee, Line } from "./types.ts";
import { badArgument, double, Refusal, share } from "./wire.ts";

const MOST = 100;
const SALES = new Set(["CR_CUST", "DR_CUST"]);

/** What an order holds, whichever way it goes. */
function linesOf(store: Store, sn: string): { line: Line; at: number; carriage: number }[] {
  const order = store.orders.get(sn);
  if (order !== undefined) return order.lines.map((line) => ({ line, at: order.created, carriage: order.freight }));
  return store.consumers
    .filter(({ orderSn }) => orderSn === sn)
    .map(({ offer, count, created }) => {
      const line = { sku: offer.sku, count, price: offer.sku.sellPrice, offer };
      return { line, at: created, carriage: 0 };
    });
}

function saleRow(fee: Fee): Row {
  const promotion = promotionOf(fee.orderSn);
  return {
    order_id: fee.orderSn,
    schedule_id: String(fee.schedule.id),
    po_no: fee.schedule.po.no,
    transaction_time: fee.at,
    create_time: fee.at,
    barcode: fee.sku.barcode,
    document_type: fee.type === "CR_CUST" ? "SALE" : "RETURN",
    quantity: fee.count,
    warehouse: fee.schedule.warehouse,
    sale_price: double(fee.salePrice),
    bill_amount: double(Math.round(fee.gross / fee.count)),
    total_promotion_amount: double(promotion),
    vendor_amount: double((promotion * VENDOR_PERCENT) / 100),
    vendor_rate: share(30),
    process_status: fee.schedule.warehouse === "VIP_BJ" ? "E" : "S",
    comments: "",
  };
}

function transactionRow(fee: Fee): Row {
  return {
    transaction_id: fee.id,
    transaction_type: fee.type,
    transaction_type_name: LINE_TYPES[fee.type]?.[0] ?? "",
    transaction_time: fee.at * 1000,
    schedule_id: String(fee.schedule.id),
    po_no: fee.schedule.po.no,
    create_time: fee.at * 1000,
    transaction_quantity: fee.sign * fee.count,
    warehouse: fee.schedule.warehouse,
    order_no: fee.orderSn,
    barcode: fee.sku.barcode,
    sales_amount: double(fee.salePrice * fee.count),
    order_currency: "CNY",
    bill_price: double(Math.round(fee.gross / fee.count)),
    bill_amount: double(fee.sign * fee.net),
    bill_amount_tax: double(fee.sign * fee.gross),
    currency_code: "CNY",
    tax_rate: share(TAX_PERCENT),
    source_status: fee.billNo === null ? "N" : "Y",
    comments: "",
  };
}

export const FINANCE: Service = {
  getOrderFinancialData: (call) => ({
    orders: call.texts("order_ids").flatMap((order_id) =>
      linesOf(call.store, order_id).map(({ line, at, carriage }) => {
        const promotion = promotionOf(order_id);
        return {
          order_id,
          barcode: line.sku.barcode,
          amount: line.count,
          price: double(line.price),
          brand_name: "ABC",
          product_name: line.sku.product.name,
          sales_or_schedule_id: String(line.offer?.schedule.id ?? ""),
          date: toText(at),
          promotions:
            promotion === 0
              ? []
              : [
                  {
                    promotion_type: "1",
                    promotion_name: "满200减20",
                    vendor_ratio: share(VENDOR_PERCENT),
                    discount_total_amount: double(promotion),
                    discount_vendor_amount: double((promotion * VENDOR_PERCENT) / 100),
                  },
                ],
          errors: [],
          carriage: double(carriage),
          expay_sub_total: "0.00",
          exact_sub_total: yuan(promotion),
          excoupon_sub_total: "0.00",
          virtual_money_paid: "0.00",
        };
      }),
    ),
  }),
  getSaleDetailData: (call) => {
    const isIn = withinEpoch(call, "st_query_time", "et_query_time");
    const all = call.store.fees.filter(
      (fee) => SALES.has(fee.type) && (!call.has("po_no") || call.text("po_no") === fee.schedule.po.no) && isIn(fee.at),
    );
    return { order_item_list: pageOf(call, all, MOST).rows.map(saleRow) };
  },
  getPoFinancialDetail: (call) => {
    const request = call.one("request");
    const isIn = withinEpoch(request, "st_query_time", "et_query_time");
    const all = call.store.fees.filter(
      (fee) => (!request.has("po_no") || request.text("po_no") === fee.schedule.po.no) && isIn(fee.at),
    );
    const { rows, hasNext } = pageOf(request, all, MOST);
    return { total: all.length, has_next: hasNext, po_financial_details: rows.map(transactionRow) };
  },
  getDvdFinancialDetail: (call) => {
    const request = call.one("detailRequest");
    const isIn = within(request, "st_query_time", "et_query_time");
    const ids = request.texts("order_id");
    const all = call.store.fees.filter(
      ({ orderSn, at }) =>
        call.store.orders.get(orderSn)?.mode === "dvd" && (ids.length === 0 || ids.includes(orderSn)) && isIn(at),
    );
    const rows = pageOf(request, all, MOST).rows.map((fee) => ({
      order_id: fee.orderSn,
      trx_date: toText(fee.at),
      order_type: fee.sign === 1 ? "SALE" : "RETURN",
      detail_type: fee.type,
      type_description: LINE_TYPES[fee.type]?.[0] ?? "",
      detail_create_time: toText(fee.at),
      sku: fee.sku.barcode,
      quantity: String(fee.count),
      amount: yuan(fee.salePrice * fee.count),
      commission_rate: "0.30",
      vendor_scale: "1",
      vendor_total_receivable_fee: yuan(fee.sign * fee.gross),
      last_account_date: "",
      received_amount: fee.billNo === null ? "0.00" : yuan(fee.sign * fee.gross),
      unpaid_amount: fee.billNo === null ? yuan(fee.sign * fee.gross) : "0.00",
      promotion_no: "",
      promotion_description: "",
    }));
    return { details: rows, total: all.length };
  },
  getBasicPickFinancialData: (call) => {
    const pick = pickOf(call.store, call.text("pick_no"));
    if (call.text("po_no") !== pick.po.no) throw new Refusal("拣货单不属于该PO");
    const all = call.store.consumers.filter((one) => one.pick === pick);
    const rows = pageOf(call, all, MOST).rows.map(({ orderSn, offer: { sku }, count, created }) => ({
      order_id: orderSn,
      barcode: sku.barcode,
      amount: count,
      price: double(sku.sellPrice),
      brand_name: "ABC",
      product_name: sku.product.name,
      brand_id: String(sku.product.brandId),
      date: toText(created),
      order_type: 1,
    }));
    return { schedule_id: String(pick.po.schedule.id), total: all.length, sales_order_details: rows };
  },
};

const CLOSED = "已确认";

function billRow(store: Store, fee: Fee): Row {
  const { sku, schedule } = fee;
  const row: Row = {
    globalId: fee.id,
    vendorId: store.vendorId,
    vendorCode: String(store.vendorId),
    vendorName: store.name,
    warehouse: schedule.warehouse,
    scheduleId: String(schedule.id),
    scheduleName: schedule.name,
    poNo: schedule.po.no,
    orderNum: fee.orderSn,
    itemNo: sku.barcode,
    itemDescription: sku.product.name,
    goodsNo: sku.product.sn,
    transactionQuantity: fee.count,
    dataSign: fee.sign,
    orderPrice: yuan(fee.salePrice),
    currencyCode: "CNY",
    taxRate: (TAX_PERCENT / 100).toFixed(2),
    transactionDate: fee.at * 1000,
    payableBillAmount: double(fee.net),
    payableTotalBillAmount: double(fee.gross),
    billAmount: double(fee.net),
    totalBillAmount: double(fee.gross),
    vendorRate: share(30),
    detailLineType: fee.type,
    createdTime: fee.at * 1000,
    updatedTime: fee.at * 1000,
    isDeleted: 0,
  };
  if (fee.isDiscount)
    Object.assign(row, { activeType: "1", favPrice: double(fee.gross), totalAmount: double(promotionOf(fee.orderSn)) });
  if (fee.billNo !== null)
    Object.assign(row, {
      billStatus: CLOSED,
      billNumber: fee.billNo,
      detailLineName: LINE_TYPES[fee.type]?.[0] ?? "",
      headerId: headerOf(fee.billNo),
      lineId: fee.id,
    });
  return row;
}

const headerOf = (billNo: string): bigint => BigInt(billNo.replace(/\D/g, "")) * 10_000_000_000n + 1n;

/** A page of lines on bills, or of lines that stand on none yet. */
function bills(call: Call, isDiscount: boolean, isBilled: boolean): Row {
  const item = call.one("reqItem");
  const vendor = String(call.store.vendorId);
  if (call.text("vendor_code") !== vendor || item.text("vendorCode") !== vendor) throw new Refusal("供应商编码不正确");
  const isIn = withinEpoch(item, "stQueryTime", "etQueryTime");
  const headers = item.texts("headerIds");
  const all = call.store.fees.filter(
    (fee) =>
      fee.isDiscount === isDiscount &&
      (fee.billNo !== null) === isBilled &&
      (!item.has("po") || item.text("po") === fee.schedule.po.no) &&
      (!item.has("billNumber") || item.text("billNumber") === fee.billNo) &&
      (headers.length === 0 || (fee.billNo !== null && headers.includes(String(headerOf(fee.billNo))))) &&
      isIn(fee.at),
  );
  const rows = pagerOf(item, all).map((fee) => billRow(call.store, fee));
  return { code: 200, msg: "success", count: all.length, billDetails: rows };
}

function pagerOf<T>(item: Args, all: readonly T[]): T[] {
  const pager = item.one("pager");
  const [page, size] = [pager.num("page", 1), pager.num("size", 20)];
  if (page < 1 || size < 1 || size > MOST) throw badArgument(`pager.size: 1-${MOST}`);
  return all.slice((page - 1) * size, page * size);
}

export const BILLS: Service = {
  getBillGoodsDetailPage: (call) => bills(call, false, true),
  getBillGoodsSourcePage: (call) => bills(call, false, false),
  getBillDiscountDetailPage: (call) => bills(call, true, true),
  getBillDiscountSourcePage: (call) => bills(call, true, false),
};
