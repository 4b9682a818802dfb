/** The content of messages, field by field. https://open.taobao.com/tmc.htm */

import { yuan } from "./money.ts";
import { toText } from "./time.ts";
import { paymentOf } from "./totals.ts";
import type { Item, Refund, Sku, Trade } from "./types.ts";
import { id64, type Row } from "./wire.ts";

interface Shop {
  nick: string;
  userId: string;
}

const TRADE_FIELDS = "buyer_nick buyer_open_uid oid payment seller_nick status tid type";
/** Where a topic's content differs from the usual one. */
const OWN_TRADE_FIELDS: Readonly<Record<string, string>> = {
  taobao_trade_TradeBuyerPay: "buyer_nick buyer_open_uid oid payment post_fee seller_nick tid trade_type type",
  taobao_trade_TradeBuyerStepPay: "buyer_nick buyer_open_uid oid payment seller_nick tid type",
  taobao_trade_TradeLogisticsAddressChanged: "buyer_nick buyer_open_uid tid",
  taobao_trade_OrderSkuChanged: "buyer_open_uid oid payment status tid type",
};

const TRADE_TOPICS = [
  "TradeCreate TradeBuyerPay TradeBuyerStepPay TradeChanged TradeClose TradeCloseAndModifyDetailOrder TradeModifyFee",
  "TradePartlySellerShip TradeSellerShip TradeMemoModified TradeLogisticsAddressChanged OrderSkuChanged",
  "TradePartlyRefund TradePartlyConfirmPay TradeSuccess TradeDelayConfirmPay TradeRated TradeTimeoutRemind",
];
const REFUND_TOPICS = [
  "RefundCreated RefundSellerAgreeAgreement RefundSellerRefuseAgreement RefundBuyerModifyAgreement",
  "RefundBuyerReturnGoods RefundCreateMessage RefundClosed RefundSuccess TaobaoInterApplied TaobaoIntervened",
];
const DISPUTE_TOPICS = [
  "ExchangeAgree ExchangeClosed ExchangeModified ExchangeSellerConfirmed ExchangeSellerGoodsConsigned ExchangeSuccess",
  "ExchangeTurnToRefund NegotiationAgreed NegotiationApply NegotiationRefused PostageRefundApplied PostageRefundSuccess",
  "RefundCreated RefundPriceProtect RefundSuccess ReshippingBuyerApply ReshippingBuyerClose ReshippingBuyerConfirm",
  "ReshippingBuyerModify ReshippingSellerAccept ReshippingSellerConsignGoods ReshippingSellerRefused TaobaoInterApplied",
];
const ITEM_TOPICS = [
  "ItemAdd ItemUpdate ItemUpshelf ItemDownshelf ItemDelete ItemStockChanged ItemZeroStock ItemSkuZeroStock",
  "ItemPunishDownshelf ItemPunishDelete ItemPunishCc AuditResultNotify",
];

const named = (prefix: string, lines: readonly string[]): string[] =>
  lines.flatMap((line) => line.split(" ")).map((topic) => `${prefix}${topic}`);

/** All topics that an app can subscribe to here. */
export const TOPICS: readonly string[] = [
  ...named("taobao_trade_", TRADE_TOPICS),
  ...named("taobao_refund_", REFUND_TOPICS),
  ...named("taobao_dispute_", DISPUTE_TOPICS),
  ...named("taobao_item_", ITEM_TOPICS),
  "taobao_logistics_LogsticDetailTrace",
  "taobao_logistics_Accept",
  "taobao_modifyaddress_ResultNotify",
  "taobao_modifysku_ResultNotify",
  "taobao_modifyorder_ConsistencyResult",
  "taobao_top_AuthCancel",
];

/** The kind of trade as messages and filters name it: a fixed price is a guaranteed trade. */
export function kindOfTrade(type: string): string {
  return type === "fixed" || type === "auction" ? "guarantee_trade" : type;
}

export function maskNick(nick: string): string {
  return `${nick.slice(0, 1)}**${nick.slice(-1)}`;
}

/** The content of a message about a trade. */
export function tradeTopic(shop: Shop, trade: Trade, topic: string, oid?: string): Row {
  const line = trade.lines.find((candidate) => candidate.oid === oid) ?? trade.lines[0];
  const all: Row = {
    buyer_nick: maskNick(trade.buyer.nick),
    buyer_open_uid: trade.buyer.openUid,
    oid: id64(line?.oid ?? trade.tid),
    payment: yuan(paymentOf(trade)),
    post_fee: yuan(trade.postFee),
    seller_nick: shop.nick,
    status: oid === undefined ? trade.status : (line?.status ?? trade.status),
    tid: id64(trade.tid),
    trade_type: kindOfTrade(trade.type),
    type: kindOfTrade(trade.type),
  };
  return pick(all, OWN_TRADE_FIELDS[topic] ?? TRADE_FIELDS);
}

/** The content of a message about a refund, in the form of the topic's group. */
export function refundTopic(shop: Shop, trade: Trade, refund: Refund, topic: string): Row {
  const ids: Row = { tid: id64(refund.tid), oid: id64(refund.oid), refund_id: id64(refund.id) };
  if (topic.startsWith("taobao_dispute_")) {
    const claim = { REFUND: 1, REFUND_AND_RETURN: 3, TMALL_EXCHANGE: 4, TAOBAO_EXCHANGE: 6, RESHIPPING: 10 };
    return {
      ...ids,
      biz_claim_type: (claim as Record<string, number>)[refund.kind] ?? 1,
      buyer_refund_fee: refund.fee,
      create: toText(refund.created),
      dispute_type: refund.phase === "onsale" ? 1 : 2,
      modified: toText(refund.modified),
      seller_open_uid: `AAH${shop.userId}`,
    };
  }
  const isExchange = refund.kind === "TMALL_EXCHANGE" || refund.kind === "TAOBAO_EXCHANGE";
  return {
    ...ids,
    bill_type: isExchange ? "replace_bill" : refund.isReturn ? "return_bill" : "refund_bill",
    buyer_nick: maskNick(trade.buyer.nick),
    buyer_open_uid: trade.buyer.openUid,
    modified: toText(refund.modified),
    refund_fee: yuan(refund.fee),
    refund_phase: refund.phase,
    seller_nick: shop.nick,
  };
}

/** The content of a message about a listing or one of its variants. */
export function itemTopic(shop: Shop, item: Item, num: number, price: string, sku: Sku | null): Row {
  return {
    nick: shop.nick,
    num_iid: id64(item.id),
    title: item.title,
    num,
    price,
    status: item.shelf === "onsale" || item.shelf === "sold_out" ? "onsale" : "instock",
    sku_id: sku === null ? undefined : id64(sku.id),
    sku_num: sku?.quantity,
  };
}

function pick(all: Row, names: string): Row {
  return Object.fromEntries(names.split(" ").map((name) => [name, all[name]]));
}
