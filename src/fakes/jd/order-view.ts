/** An order as answers show it: text throughout, personal fields encrypted. */

import { toText } from "../beijing-time.ts";
import { yuan } from "../fen.ts";
import type { Store } from "./store.ts";
import { EMPTY_TIMES } from "./time.ts";
import { goodsOf, sellerDiscountOf, totalOf } from "./totals.ts";
import type { Order } from "./types.ts";
import { id64, type Row } from "./wire.ts";

const REMARKS: Readonly<Record<string, string>> = {
  WAIT_SELLER_STOCK_OUT: "等待出库",
  WAIT_SELLER_DELIVERY: "等待境内发货",
  WAIT_SEND_CODE: "等待发码",
  WAIT_GOODS_RECEIVE_CONFIRM: "等待确认收货",
  FINISHED_L: "完成",
  TRADE_CANCELED: "取消",
  LOCKED: "已锁定",
  PAUSE: "暂停",
};
const PAY_TYPES = ["", "货到付款", "邮局汇款", "自提", "在线支付", "公司转账", "银行卡转账"];
const COUPON_NAMES: Readonly<Record<number, string>> = {
  20: "套装优惠",
  28: "闪团优惠",
  29: "团购优惠",
  30: "单品促销优惠",
  34: "手机红包",
  35: "满返满送(返现)",
  39: "京豆优惠",
  41: "京东券优惠",
  52: "礼品卡优惠",
  100: "店铺优惠",
};

/** Ciphertext of the platform's kind: Base64 that nobody outside can read. */
export function cipher(text: string): string {
  return `AWN${Buffer.from(text).toString("base64")}`;
}

export function maskMobile(mobile: string): string {
  return `${mobile.slice(0, 3)}****${mobile.slice(-4)}`;
}

/** Every field that can be asked for; `isMasked`: for apps that see buyers masked instead of encrypted. */
export function orderRow(store: Store, order: Order, isMasked = false): Row {
  const { buyer } = order;
  const number = buyer.number;
  const hide = (text: string): string => (isMasked ? `${text.slice(0, 1)}**` : cipher(text));
  return {
    orderId: order.id,
    venderId: store.shop.venderId,
    storeId: "0",
    orderType: String(order.type),
    payType: number % 2 === 0 ? String(order.payType) : `${order.payType}-${PAY_TYPES[order.payType]}`,
    orderTotalPrice: yuan(goodsOf(order)),
    orderSellerPrice: yuan(goodsOf(order) - sellerDiscountOf(order)),
    orderPayment: yuan(totalOf(order) - order.balance),
    sellerDiscount: yuan(sellerDiscountOf(order)),
    freightPrice: yuan(order.freight),
    serviceFee: order.service === 0 ? undefined : yuan(order.service),
    taxFee: order.tax === 0 ? undefined : yuan(order.tax),
    balanceUsed: yuan(order.balance),
    tuiHuoWuYou: "0.00",
    orderState: order.state,
    orderStateRemark: REMARKS[order.state] ?? order.state,
    orderStartTime: toText(order.created),
    modified: toText(order.modified),
    paymentConfirmTime: order.payType === 1 ? undefined : order.paid === null ? EMPTY_TIMES[0] : toText(order.paid),
    orderEndTime: order.ended === null ? EMPTY_TIMES[number % 2] : toText(order.ended),
    deliveryType: number % 3 === 0 ? "任意时间" : "3",
    orderRemark: order.remark,
    venderRemark: order.memo?.text ?? "",
    pin: hide(`pin_${buyer.name}`),
    open_id_buyer: `o1AbC${number}`,
    xid_buyer: `x1AbC${number}`,
    parentOrderId: order.parentId ?? (number % 2 === 0 ? "0" : ""),
    directParentOrderId: order.parentId ?? (number % 2 === 0 ? "0" : ""),
    returnOrder: String(order.returnOrder),
    waybill: order.parcels.map((parcel) => parcel.numbers.join(",")).join("|"),
    logisticsId: order.parcels.map((parcel) => parcel.carrier).join("|"),
    storeOrder: order.warehouse,
    idSopShipmenttype: order.shippingKind,
    orderSource: "移动端订单",
    invoiceInfo: number % 4 === 1 ? "增值税专用发票" : "不需要开具发票",
    invoiceCode: "",
    invoiceEasyInfo:
      number % 4 === 1 ? { invoiceType: "1", invoiceTitle: "示例公司", invoiceContentId: "1" } : undefined,
    vatInfo: number % 4 === 1 ? { vatNo: "91310000MA1", depositBank: "示例银行" } : [],
    consigneeInfo: consigneeOf(order, hide, isMasked),
    itemInfoList: order.lines.map((line) => ({
      skuId: line.sku.id,
      outerSkuId: number % 7 === 0 ? undefined : line.sku.code,
      skuName: line.name,
      jdPrice: yuan(line.price),
      itemTotal: String(line.count),
      wareId: number % 9 === 0 ? undefined : line.sku.ware.id,
      giftPoint: "0",
      productNo: line.sku.ware.code,
      serviceName: "",
      newStoreId: "0",
      invoiceContentId: "1",
      itemExt: line.uuid === null ? undefined : JSON.stringify({ skuUuid: line.uuid }),
    })),
    couponDetailList: order.coupons.map((coupon) => ({
      orderId: order.id,
      skuId: coupon.skuId,
      couponType: number % 2 === 0 ? String(coupon.type) : `${coupon.type}-${COUPON_NAMES[coupon.type]}`,
      couponPrice: yuan(coupon.amount),
    })),
    pauseBizInfo: order.pauses.length === 0 ? undefined : { pauseBizStatusList: order.pauses },
    partialLogisticsInfoModel: order.sent.length === 0 ? undefined : partOf(order),
    tradeOrderId: id64(order.id),
    tradeVendorId: id64(store.shop.venderId),
  };
}

function partOf(order: Order): Row[] {
  return [
    { goods: order.sent.map(({ sku, uuid, count }) => ({ skuUuid: uuid ?? undefined, skuId: sku.id, num: count })) },
  ];
}

/** In one order of five the two fields of the mobile number have changed places. */
function consigneeOf(order: Order, hide: (text: string) => string, isMasked: boolean): Row {
  const { buyer } = order;
  const [mobile, masked] = [isMasked ? maskMobile(buyer.mobile) : cipher(buyer.mobile), maskMobile(buyer.mobile)];
  const isTurned = buyer.number % 5 === 2;
  return {
    fullname: hide(buyer.name),
    telephone: "",
    mobile: isTurned ? masked : mobile,
    desen_mobile: isTurned ? mobile : masked,
    desen_telephone: "",
    fullAddress: hide(`北京朝阳区${buyer.street}`),
    province: "北京",
    provinceId: "1",
    city: "朝阳区",
    cityId: "72",
    county: "三环到四环之间",
    countyId: "2799",
    town: "",
    townId: "0",
  };
}

/** An unpaid order has another form: numbers, and other names. */
export function unpaidRow(store: Store, order: Order): Row {
  const { buyer } = order;
  return {
    id: id64(order.id),
    orderId: id64(order.id),
    venderId: id64(store.shop.venderId),
    payment: yuan(totalOf(order) - order.balance),
    orderType: order.type,
    parentId: id64(order.parentId ?? "0"),
    orderCreated: toText(order.created),
    status: 1,
    userName: cipher(buyer.name),
    address: cipher(buyer.street),
    mobile: cipher(buyer.mobile),
    desen_mobile: maskMobile(buyer.mobile),
    phone: "",
    created: toText(order.created),
    modified: toText(order.modified),
    pin: cipher(`pin_${buyer.name}`),
    sendPay: "0",
    itemList: order.lines.map((line) => ({
      skuId: id64(line.sku.id),
      skuName: line.name,
      jdPrice: yuan(line.price),
      itemTotal: line.count,
    })),
    provinceId: 1,
    cityId: 72,
    countyId: 2799,
    townId: 0,
  };
}

/** The discounts of one order by their payers. */
export function couponRow(order: Order): Row {
  const of = (type: number): string =>
    yuan(order.coupons.filter((coupon) => coupon.type === type).reduce((sum, { amount }) => sum + amount, 0));
  return {
    promotionList: order.coupons
      .filter(({ type }) => type !== 41)
      .map(({ type, amount }) => ({ type, amount: yuan(amount) })),
    couponList: order.coupons
      .filter(({ type }) => type === 41)
      .map(({ type, amount }) => ({ type, amount: yuan(amount) })),
    skuList: order.lines.map(({ sku, count, price }) => ({ skuId: id64(sku.id), num: count, price: yuan(price) })),
    totalItemPrice: yuan(goodsOf(order)),
    totalBaseDiscount: yuan(sellerDiscountOf(order)),
    totalManJian: of(100),
    totalVenderFee: yuan(order.freight),
    totalBaseFee: yuan(order.freight),
    totalRemoteFee: "0.00",
    totalCoupon: of(41),
    totalJingDou: of(39),
    totalBalance: yuan(order.balance),
    totalSuperRedEnvelope: of(34),
    totalPlus95: "0.00",
    totalTuiHuanHuoWuYou: "0.00",
    totalTaxFee: yuan(order.tax),
    totalLuoDiPeiService: "0.00",
    totalShouldPay: yuan(totalOf(order) - order.balance),
  };
}
