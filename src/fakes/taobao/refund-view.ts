/** A refund as answers show it, in the words of both shops' methods. https://open.taobao.com/api.htm?docId=53 */

import { carrierName } from "./carriers.ts";
import { yuan } from "./money.ts";
import { isExchange } from "./refunds.ts";
import type { Store } from "./store.ts";
import { toText } from "./time.ts";
import { maskNick } from "./topics.ts";
import { linePaid, paymentOf } from "./totals.ts";
import type { Refund, RefundStatus } from "./types.ts";
import { id64, type Row } from "./wire.ts";

/** `tmall.dispute.receive.get` numbers its statuses; exchanges have numbers of their own. */
const NUMBERS: Partial<Record<RefundStatus, number>> = {
  WAIT_SELLER_AGREE: 1,
  WAIT_BUYER_RETURN_GOODS: 2,
  WAIT_SELLER_CONFIRM_GOODS: 3,
  CLOSED: 4,
  SUCCESS: 5,
  SELLER_REFUSE_BUYER: 6,
  WAIT_BUYER_CONFIRM_REDO_SEND_GOODS: 7,
  WAIT_SELLER_CONFIRM_RETURN_ADDRESS: 8,
};
const EXCHANGE_NUMBERS: Partial<Record<RefundStatus, number>> = {
  ...NUMBERS,
  WAIT_SELLER_CONSIGN_GOODS: 12,
  WAIT_BUYER_CONFIRM_EXCHANGE_SELLER_SEND_GOODS: 13,
  EXCHANGE_WAIT_BUYER_CONFIRM_GOODS: 13,
  EXCHANGE_TRANSFORM_TO_REFUND: 14,
};
const REQUESTS: Readonly<Record<Refund["kind"], string>> = {
  REFUND: "仅退款",
  REFUND_AND_RETURN: "退货退款",
  TMALL_EXCHANGE: "换货",
  TAOBAO_EXCHANGE: "换货",
  REPAIR: "维修",
  RESHIPPING: "补寄",
  OTHERS: "其它",
};

const time = (at: number | null): string | undefined => (at === null ? undefined : toText(at));

/** Inside values of `attribute` the signs `:` and `;` are written in another way. */
function attributeOf(refund: Refund): string {
  const written = (value: string): string => value.replaceAll(":", "#3B").replaceAll(";", "#3A");
  const request = refund.special === null ? (isExchange(refund) ? "4" : refund.isReturn ? "3" : "1") : "1";
  return `;disputeRequest:${request};reason:${written(refund.reason)};created:${written(toText(refund.created))};`;
}

/** What both forms share. */
function commonRow(store: Store, refund: Refund): Row {
  const trade = store.trades.get(refund.tid);
  const line = trade?.lines.find((candidate) => candidate.oid === refund.oid);
  return {
    oid: id64(refund.oid),
    created: toText(refund.created),
    modified: toText(refund.modified),
    refund_fee: yuan(refund.fee),
    refund_phase: refund.phase,
    order_status: line?.status,
    good_status: refund.goods,
    has_good_return: refund.isReturn,
    reason: refund.reason,
    desc: refund.text,
    good_return_time: time(refund.returnedAt),
    address: refund.address,
    alipay_no: trade?.alipayNo,
    attribute: attributeOf(refund),
    num: line?.num,
    title: line?.title,
    buyer_nick: maskNick(trade?.buyer.nick ?? ""),
    buyer_open_uid: trade?.buyer.openUid,
  };
}

/** A refund of the methods of both kinds of shops. */
export function refundRow(store: Store, refund: Refund): Row {
  const trade = store.trades.get(refund.tid);
  const line = trade?.lines.find((candidate) => candidate.oid === refund.oid);
  const paid = line === undefined ? 0 : linePaid(line);
  return {
    ...commonRow(store, refund),
    refund_id: refund.id,
    tid: id64(refund.tid),
    status: refund.status,
    dispute_type: refund.kind,
    refund_version: BigInt(refund.version),
    payment: yuan(paid - refund.fee),
    total_fee: yuan(trade?.lines.length === 1 ? paymentOf(trade) : paid),
    price: yuan(line?.price ?? 0),
    split_seller_fee: yuan(0),
    split_taobao_fee: yuan(0),
    seller_nick: store.shop.nick,
    num_iid: line === undefined ? undefined : id64(line.itemId),
    outer_id: line?.code,
    sku: line?.skuId === null || line === undefined ? undefined : `${line.skuId}|${line.skuText}`,
    end_time: time(refund.endTime),
    company_name: refund.carrier === null ? undefined : carrierName(refund.carrier),
    sid: refund.trackingNumber,
    shipping_type: trade?.shippingType,
    cs_status: refund.csStatus,
    advance_status: refund.advanceStatus,
    // The text "null", where there is none.
    operation_contraint: refund.constraint ?? "null",
    refund_remind_timeout:
      refund.timeoutAt === null
        ? { exist_timeout: false }
        : { exist_timeout: true, remind_type: 3, timeout: toText(refund.timeoutAt) },
    special_refund_type: refund.special ?? undefined,
  };
}

/** A dispute of the method that Tmall shops have; its statuses are numbers. */
export function disputeRow(store: Store, refund: Refund): Row {
  const numbers = isExchange(refund) ? EXCHANGE_NUMBERS : NUMBERS;
  return {
    ...commonRow(store, refund),
    refund_id: refund.id,
    biz_order_id: refund.tid,
    dispute_request: REQUESTS[refund.kind],
    status: String(numbers[refund.status] ?? 1),
    refund_version: BigInt(refund.version),
    time_out: time(refund.timeoutAt),
    company_name: refund.carrier === null ? undefined : carrierName(refund.carrier),
    buyer_logistic_name: refund.carrier === null ? undefined : carrierName(refund.carrier),
    buyer_logistic_no: refund.trackingNumber,
    seller_logistic_name: refund.exchangeNumber === null ? undefined : "顺丰速运",
    seller_logistic_no: refund.exchangeNumber,
  };
}
