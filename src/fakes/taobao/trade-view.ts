/** A trade as answers show it. https://open.taobao.com/api.htm?docId=54 */

import { yuan } from "./money.ts";
import { maskReceiver } from "./people.ts";
import type { Store } from "./store.ts";
import { DAY, toText } from "./time.ts";
import { maskNick } from "./topics.ts";
import { goodsTotal, isClosed, linePaid, lineTotal, paymentOf } from "./totals.ts";
import { isShipped } from "./trade-status.ts";
import type { Line, Trade } from "./types.ts";
import { id64, List, type Row } from "./wire.ts";

/** The methods that show trades; each knows other fields. */
export type TradeList = "fullinfo" | "sold" | "increment" | "incrementv";

const FULL_ONLY =
  "tid_str timeout_action_time available_confirm_fee platform_subsidy_fee coupon_fee tmall_coupon_fee paid_coupon_fee expandcard_info alipay_point pcc_af m_tariff_fee buyer_cod_fee seller_cod_fee buyer_message seller_memo top_hold team_buy_hold share_group_hold ofp_hold forbid_consign is_sh_ship est_con_time promotion_details trade_attr lm o2o_step_trade_detail o2o_step_order_id o2o_et_order_id o2o_voucher_price oid_str bind_oids bind_oids_all_status is_free_gift has_gift gift_mids need_return combine_item_info is_oversold modify_address ti_modify_address_time propoint".split(
    " ",
  );
const NOT_IN_INCREMENT =
  "commission_fee alipay_no point_fee real_point_fee buyer_obtain_point_fee cod_fee cod_status is_part_consign".split(
    " ",
  );
const FULL_AND_SOLD =
  "send_time delivery_time collect_time sign_time promise_sign_time logistics_agreement logistics_infos trade_from o2o o2o_shop_id o2o_shop_name o2o_delivery o2o_out_trade_id".split(
    " ",
  );

/** What a method does not show, whatever was asked for. */
const HIDDEN: Readonly<Record<TradeList, ReadonlySet<string>>> = {
  fullinfo: new Set(["has_buyer_message", "async_modified"]),
  sold: new Set(FULL_ONLY),
  increment: new Set([...FULL_ONLY, ...NOT_IN_INCREMENT, ...FULL_AND_SOLD, "async_modified"]),
  incrementv: new Set([...FULL_ONLY, ...FULL_AND_SOLD, "special_refund_type", "is_idle"]),
};

/** The receiver's id can only be made when these are asked for. */
export const OAID_FIELDS = ["receiver_name", "receiver_address", "created", "receiver_mobile", "receiver_phone"];

/** Everything that a method shows of a trade. */
export function tradeRow(store: Store, trade: Trade, list: TradeList): Row {
  const row: Row = {
    ...headRow(store, trade),
    ...moneyRow(store, trade),
    ...receiverRow(trade),
    ...promiseRow(trade),
    ...o2oRow(trade),
    orders: new List(
      "order",
      trade.lines.map((line) => shown(lineRow(store, trade, line), list)),
    ),
    promotion_details: new List("promotion_detail", trade.promotions.map(promotionRow)),
    service_orders: new List("service_order", serviceRows(trade)),
  };
  return shown(row, list);
}

function shown(row: Row, list: TradeList): Row {
  return Object.fromEntries(Object.entries(row).filter(([name]) => !HIDDEN[list].has(name)));
}

const time = (at: number | null): string | undefined => (at === null ? undefined : toText(at));

function headRow(store: Store, trade: Trade): Row {
  const [only] = trade.lines;
  const isSingle = trade.lines.length === 1;
  return {
    tid: id64(trade.tid),
    tid_str: trade.tid,
    status: trade.status,
    type: trade.type,
    created: toText(trade.created),
    modified: toText(trade.modified),
    async_modified: toText(trade.modified),
    pay_time: time(trade.payTime),
    consign_time: time(trade.consignTime),
    end_time: time(trade.endTime),
    timeout_action_time: time(trade.timeoutAt),
    seller_nick: store.shop.nick,
    buyer_nick: maskNick(trade.buyer.nick),
    buyer_open_uid: trade.buyer.openUid,
    has_buyer_message: trade.message !== null,
    buyer_message: trade.message,
    seller_memo: trade.memo,
    seller_flag: trade.flag,
    shipping_type: trade.shippingType,
    is_part_consign: trade.parcels.length > 1,
    trade_from: trade.from,
    trade_attr: '{"erpHold":"0"}',
    title: store.shop.nick,
    num: isSingle ? only?.num : 0,
    num_iid: isSingle && only !== undefined ? id64(only.itemId) : undefined,
    price: isSingle && only !== undefined ? yuan(only.price) : undefined,
    lm: trade.isAddressChanged ? "1" : undefined,
    top_hold: trade.hold === "top_hold" ? 1 : undefined,
    team_buy_hold: trade.hold === "team_buy_hold" ? 1 : undefined,
    forbid_consign: trade.hold === "none" ? undefined : 1,
    step_trade_status: trade.step?.status,
    step_paid_fee:
      trade.step === null || trade.step.status.startsWith("FRONT_NOPAID") ? undefined : yuan(trade.step.deposit),
    cod_status: trade.cod?.status,
    alipay_no: trade.alipayNo,
  };
}

function moneyRow(store: Store, trade: Trade): Row {
  const isFinished = trade.status === "TRADE_FINISHED";
  const commission = trade.lines.reduce((sum, line) => sum + line.commission, 0);
  const { means } = trade;
  return {
    payment: yuan(paymentOf(trade)),
    total_fee: yuan(goodsTotal(trade)),
    post_fee: yuan(trade.postFee),
    discount_fee: yuan(trade.discount),
    adjust_fee: yuan(trade.lines.length === 1 ? (trade.lines[0]?.adjust ?? 0) : 0),
    received_payment: yuan(trade.received),
    available_confirm_fee: yuan(isFinished ? 0 : Math.max(0, paymentOf(trade) - trade.received)),
    commission_fee: isFinished ? yuan(commission) : "0.00",
    platform_subsidy_fee: trade.subsidy > 0 ? yuan(trade.subsidy) : undefined,
    coupon_fee: store.shop.type === "C" && means.redPacket > 0 ? means.redPacket : undefined,
    tmall_coupon_fee: store.shop.type === "B" && means.redPacket > 0 ? means.redPacket : undefined,
    alipay_point: means.alipayPoint > 0 ? means.alipayPoint : undefined,
    pcc_af: means.card > 0 ? means.card : undefined,
    point_fee: means.points,
    real_point_fee: trade.payTime === null ? 0 : means.points,
    buyer_obtain_point_fee: 0,
    credit_card_fee: means.credit > 0 ? yuan(paymentOf(trade)) : undefined,
    expandcard_info:
      means.card === 0 ? undefined : { basic_price_used: yuan(means.card), expand_price_used: yuan(means.cardBonus) },
    cod_fee: trade.cod === null ? undefined : yuan(trade.codFee),
    buyer_cod_fee: trade.cod === null ? undefined : yuan(trade.codFee),
    seller_cod_fee: trade.cod === null ? undefined : "0.00",
  };
}

function receiverRow(trade: Trade): Row {
  const { receiver } = trade;
  if (receiver === null) return {};
  const masked = maskReceiver(receiver);
  return {
    receiver_name: masked.name,
    receiver_mobile: masked.mobile || undefined,
    receiver_phone: masked.phone || undefined,
    receiver_address: masked.address,
    receiver_state: receiver.state,
    receiver_city: receiver.city || undefined,
    receiver_district: receiver.district,
    receiver_town: receiver.town || undefined,
    receiver_zip: receiver.zip,
    receiver_country: "",
    oaid: trade.oaid,
  };
}

function promiseRow(trade: Trade): Row {
  if (trade.payTime === null || trade.receiver === null) return {};
  const [line] = trade.lines;
  return {
    send_time: toText(trade.payTime + 2 * DAY),
    est_con_time: "付款后2天内",
    logistics_infos: new List(
      "logistics_info",
      trade.mandatoryCarriers.length === 0 || line === undefined
        ? []
        : [
            {
              trade_id: id64(trade.tid),
              sub_trade_id: id64(line.oid),
              biz_delivery_type: 2,
              white_delivery_cps: trade.mandatoryCarriers.join(","),
              promise_outbound_time: toText(trade.payTime + 2 * DAY),
            },
          ],
    ),
  };
}

function o2oRow(trade: Trade): Row {
  if (trade.o2o === null) return {};
  const { shopId, shopName, stages } = trade.o2o;
  const paid = trade.payTime === null ? "nopaid" : "paid";
  return {
    o2o: "o2o",
    o2o_shop_id: shopId,
    o2o_shop_name: shopName,
    o2o_delivery: "inshop",
    o2o_step_trade_detail: `${stages}_1_${paymentOf(trade)}_${paid}`,
  };
}

function promotionRow(promotion: Trade["promotions"][number]): Row {
  return {
    id: id64(promotion.id),
    promotion_name: promotion.name,
    discount_fee: yuan(promotion.amount),
    promotion_id: promotion.promotionId,
    gift_item_id: promotion.gift?.itemId,
    gift_item_num: promotion.gift === null ? undefined : String(promotion.gift.num),
  };
}

function serviceRows(trade: Trade): Row[] {
  return trade.services.map((service) => ({
    oid: id64(service.oid),
    item_oid: id64(service.itemOid),
    service_id: 1001,
    title: service.title,
    num: 1,
    price: yuan(service.price),
    payment: yuan(0),
    total_fee: yuan(service.price),
  }));
}

/** One line. Its payment contains the shipping of a trade with one line alone. */
function lineRow(store: Store, trade: Trade, line: Line): Row {
  const refund = store.refunds.get(line.refundId ?? "");
  const own = trade.lines.length === 1 ? paymentOf(trade) : lineTotal(line);
  const isVirtual = trade.shippingType === "virtual";
  return {
    oid: line.isOidText ? line.oid : id64(line.oid),
    oid_str: line.oid,
    status: line.status,
    refund_status: refund?.status ?? "NO_REFUND",
    refund_id: refund?.id,
    num_iid: id64(line.itemId),
    sku_id: line.skuId,
    outer_iid: line.itemCode,
    outer_sku_id: line.skuId === null ? undefined : line.code,
    title: line.title,
    sku_properties_name: line.skuText,
    pic_path: `https://img.alicdn.example/${line.itemId}.jpg`,
    cid: line.cid,
    seller_type: store.shop.type,
    num: line.num,
    price: yuan(line.price),
    total_fee: yuan(lineTotal(line)),
    discount_fee: yuan(line.discount),
    adjust_fee: yuan(line.adjust),
    part_mjz_discount: line.partDiscount > 0 ? yuan(line.partDiscount) : undefined,
    divide_order_fee: yuan(linePaid(line)),
    payment: yuan(isClosed(line) && line.isPaymentCleared ? 0 : own),
    consign_time: time(line.consignTime),
    end_time: time(line.endTime),
    timeout_action_time: refund?.timeoutAt === undefined ? undefined : time(refund.timeoutAt),
    shipping_type: isShipped(line) ? (isVirtual ? "virtual" : "express") : undefined,
    logistics_company: line.carrier,
    invoice_no: line.trackingNumber,
    store_code: undefined,
    is_free_gift: line.isGift ? true : undefined,
    has_gift: line.boundTo === null ? undefined : true,
    gift_mids: line.boundTo,
    bind_oid: line.boundTo === null ? undefined : id64(line.boundTo),
    bind_oids: line.boundTo,
    is_oversold: line.isOversold,
    special_refund_type: refund?.special ?? undefined,
    modify_address: trade.isAddressChanged ? "1" : undefined,
    combine_item_info: new List(
      "combine_sub_item_d_o",
      line.bundle.map((part) => ({
        item_id: id64(part.itemId),
        sku_id: id64(part.skuId),
        quantity: part.quantity,
        outer_sku_id: part.code,
        combine_sub_item_fee: part.fee,
      })),
    ),
  };
}
