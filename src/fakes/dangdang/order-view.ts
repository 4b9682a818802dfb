/** An order as answers show it: text throughout, personal fields masked. */

import { toText } from "../beijing-time.ts";
import { yuan } from "../fen.ts";
import { cashOf, goodsOf, totalOf } from "./orders.ts";
import type { Line, Order } from "./types.ts";
import type { Row } from "./xml.ts";

const STATES: Readonly<Record<string, string>> = {
  100: "等待到款",
  50: "等待审核",
  101: "等待发货",
  260: "部分发货",
  300: "已发货",
  400: "已送达",
  1000: "交易成功",
  "-100": "取消",
  1100: "交易失败",
};

const timeOf = (at: number | null): string => (at === null ? "" : toText(at));

/** What the ciphertext of an order's buyer is. */
export function cipherOf(order: Order): string {
  const { name, mobile, street } = order.buyer;
  return Buffer.from(`fa4e|${order.id}|${name}|${mobile}|${street}`).toString("base64");
}

export function listRow(order: Order): Row {
  return {
    orderID: order.id,
    consigneeName: `${order.buyer.name.slice(0, 1)}*`,
    orderMoney: yuan(totalOf(order)),
    orderState: order.state,
    orderTimeStart: toText(order.created),
    paymentDate: timeOf(order.paid),
    lastModifyTime: toText(order.modified),
  };
}

/** The details; what older versions lack is left out. */
export function detailRow(order: Order, version: string): Row {
  const isNew = version !== "1.0";
  const cipher = version === "4.0" ? cipherOf(order) : undefined;
  // Nobody has said where the ciphertext stands.
  const isAtRoot = order.number % 2 === 0;
  return {
    orderID: order.id,
    outerOrderID: order.outerId,
    parentOrderID: order.parentId,
    orderState: order.state,
    orderStatus: STATES[order.state] ?? "",
    orderMode: order.mode,
    isPresale: order.isPresale ? 1 : 0,
    message: order.message,
    remark: order.remark,
    label: order.label === 0 ? null : order.label,
    lastModifyTime: toText(order.modified),
    paymentDate: order.paid === null ? null : toText(order.paid),
    sendDate: timeOf(order.sent),
    OrderOperateList: {
      OperateInfo: order.operations.map(({ at, text }) => ({
        operateRole: "系统",
        operateTime: toText(at),
        operateDetails: text,
      })),
    },
    buyerInfo: moneyRow(order, isNew),
    sendGoodsInfo: { ...addressRow(order), encrypt_content: isAtRoot ? undefined : cipher },
    encrypt_content: isAtRoot ? cipher : undefined,
    ItemsList: { ItemInfo: order.lines.map((line) => lineRow(order, line, isNew)) },
    PromoList: { promoItem: promotionsOf(order) },
    receiptInfo:
      order.number % 4 === 1
        ? { receiptName: "个人", receiptDetails: "图书", receiptMoney: yuan(totalOf(order)), Is_DangdangReceipt: "否" }
        : undefined,
  };
}

function moneyRow(order: Order, isNew: boolean): Row {
  const { money } = order;
  return {
    buyerPayMode: order.payMode,
    goodsMoney: yuan(goodsOf(order)),
    realPaidAmount: yuan(cashOf(order) + money.giftCard + money.balance),
    deductAmount: yuan(money.bank),
    promoDeductAmount: yuan(money.promotion),
    totalBarginPrice: isNew ? yuan(cashOf(order)) : undefined,
    postage: yuan(money.postage),
    giftCertMoney: yuan(money.coupon),
    giftCardMoney: yuan(money.giftCard),
    accountBalance: yuan(money.balance),
    custPointUsed: money.points === 0 ? undefined : money.points,
    pointDeductionAmount: money.points === 0 ? undefined : yuan(money.points),
    activityDeductAmount: yuan(money.activity),
    gatherSalesPromoDeductAmount: isNew && money.gather > 0 ? yuan(money.gather) : undefined,
  };
}

function addressRow(order: Order): Row {
  const { account, name, mobile } = order.buyer;
  return {
    dangdangAccountID: account,
    consigneeName: `${name.slice(0, 1)}*`,
    consigneeAddr: "北京市 ****",
    consigneeAddr_State: "中国",
    consigneeAddr_Province: "北京",
    consigneeAddr_City: "北京市",
    consigneeAddr_Area: "东城区",
    consigneePostcode: "100010",
    consigneeTel: order.number % 2 === 0 ? "" : null,
    consigneeMobileTel: `${mobile.slice(0, 3)}****${mobile.slice(-4)}`,
    sendGoodsMode: order.number % 9 === 0 ? "EMS" : "普通快递",
    sendCompany: order.carrier,
    sendOrderID: order.tracking,
    DangdangWarehouseAddr: order.mode === 2 ? "北京市大兴区当当仓库" : undefined,
  };
}

/** Versions before 2.0 say what was ordered as sent. */
function lineRow(order: Order, line: Line, isNew: boolean): Row {
  const { sku } = line;
  return {
    itemID: sku.id,
    outerItemID: sku.code,
    itemName: line.name,
    itemType: line.isGift ? 1 : 0,
    specialAttribute: sku.attribute,
    marketPrice: yuan(sku.marketPrice),
    unitPrice: line.isGift ? "----" : yuan(line.price),
    orderCount: line.count,
    sendGoodsCount: isNew ? line.sent : order.sent === null ? 0 : line.count,
    productItemId: line.id,
  };
}

function promotionsOf(order: Order): Row[] {
  const { promotion, gather } = order.money;
  return [
    { id: "9001", name: "满减", type: 1, fen: promotion },
    { id: "9002", name: "满额", type: 2, fen: gather },
  ]
    .filter(({ fen }) => fen > 0)
    .map(({ id, name, type, fen }) => ({
      promotionID: id,
      promotionName: name,
      promotionType: type,
      promoDicount: yuan(fen),
      promoAmount: 1,
    }));
}
