/** Refunds, returns and exchanges: who may do what, the deadlines, and the money. */

import { bookEntry } from "./ledger.ts";
import { yuan } from "./money.ts";
import { returnUnits } from "./stock.ts";
import { changeTrade, log, newEntryId, newRefundId, nowOf, type Store } from "./store.ts";
import { DAY } from "./time.ts";
import { refundTopic } from "./topics.ts";
import { linePaid } from "./totals.ts";
import { derivedStatus, isEnded, isShipped, startConfirmTimer } from "./trade-status.ts";
import type { Cause, Line, Refund, RefundKind, RefundMessage, RefundStatus, Trade } from "./types.ts";

/** How long each side has; then the platform decides. */
const DEADLINES: Partial<Record<RefundStatus, number>> = {
  WAIT_SELLER_AGREE: 2 * DAY,
  WAIT_BUYER_RETURN_GOODS: 7 * DAY,
  WAIT_SELLER_CONFIRM_GOODS: 10 * DAY,
  SELLER_REFUSE_BUYER: 7 * DAY,
  WAIT_SELLER_CONSIGN_GOODS: 3 * DAY,
  WAIT_BUYER_CONFIRM_EXCHANGE_SELLER_SEND_GOODS: 10 * DAY,
  EXCHANGE_WAIT_BUYER_CONFIRM_GOODS: 10 * DAY,
  EXCHANGE_TRANSFORM_TO_REFUND: 2 * DAY,
  WAIT_BUYER_CONFIRM_REDO_SEND_GOODS: 10 * DAY,
  WAIT_SELLER_CONFIRM_RETURN_ADDRESS: 2 * DAY,
  POST_FEE_DISPUTE_WAIT_ACTIVATE: 3 * DAY,
};

/** The buyer has so many days more when a dispute ends after the day of receipt. */
const DAYS_AFTER_DISPUTE = 3;

export interface NewRefund {
  kind: RefundKind;
  fee?: number;
  reason?: string;
  constraint?: Refund["constraint"];
  special?: Refund["special"];
}

export function isOpen(refund: Refund): boolean {
  return refund.status !== "CLOSED" && refund.status !== "SUCCESS";
}

export function isExchange(refund: Refund): boolean {
  return refund.kind === "TMALL_EXCHANGE" || refund.kind === "TAOBAO_EXCHANGE";
}

/** What the line has left to give back. */
export function refundable(line: Line): number {
  return linePaid(line) - line.refunded;
}

/** A buyer asks for money, for another piece, or for the missing rest. */
export function openRefund(store: Store, trade: Trade, line: Line, wanted: NewRefund): Refund {
  const now = nowOf(store);
  const isReturn = ["REFUND_AND_RETURN", "TMALL_EXCHANGE", "TAOBAO_EXCHANGE", "REPAIR"].includes(wanted.kind);
  const refund: Refund = {
    id: newRefundId(store),
    tid: trade.tid,
    oid: line.oid,
    kind: wanted.kind,
    phase: line.status === "TRADE_FINISHED" ? "aftersale" : "onsale",
    status: "WAIT_SELLER_AGREE",
    version: now * 1000 + store.random.int(1, 999),
    fee: Math.min(wanted.fee ?? refundable(line), refundable(line)),
    reason: wanted.reason ?? (isReturn ? "7天无理由退换货" : "不想要了"),
    text: "",
    goods: isReturn || line.status === "TRADE_FINISHED" ? "BUYER_RECEIVED" : "BUYER_NOT_RECEIVED",
    isReturn,
    created: now,
    modified: now,
    returnedAt: null,
    endTime: null,
    timeoutAt: null,
    carrier: null,
    trackingNumber: null,
    address: null,
    csStatus: 1,
    advanceStatus: 0,
    constraint: wanted.constraint ?? (isReturn || !isShipped(line) ? "cannot_refuse" : null),
    isReviewed: false,
    exchangeNumber: null,
    messages: [],
    special: wanted.special ?? null,
  };
  store.refunds.set(refund.id, refund);
  store.refundsByModified.add(refund);
  addMessage(store, refund, "1", "NORMAL", refund.reason);
  log(store, {
    kind: "dispute_opened",
    disputeId: refund.id,
    orderId: trade.tid,
    status: refund.status,
    by: "buyer",
  });
  if (refund.special === null)
    changeTrade(store, trade, "refund", "buyer", () => {
      line.refundId = refund.id;
    });
  announce(store, refund, "taobao_refund_RefundCreated");
  announce(
    store,
    refund,
    refund.kind === "RESHIPPING" ? "taobao_dispute_ReshippingBuyerApply" : "taobao_dispute_RefundCreated",
  );
  setDeadline(store, refund);
  return refund;
}

export function addMessage(
  store: Store,
  refund: Refund,
  role: RefundMessage["role"],
  type: RefundMessage["type"],
  text: string,
): RefundMessage {
  const message: RefundMessage = { id: newEntryId(store), at: nowOf(store), role, type, text };
  refund.messages.push(message);
  return message;
}

/** Sends a message about the refund. */
export function announce(store: Store, refund: Refund, topic: string): void {
  const trade = store.trades.get(refund.tid);
  if (trade !== undefined && store.messages.wants(topic))
    store.messages.add(topic, refundTopic(store.shop, trade, refund, topic));
}

/** Changes a refund: its version grows, its deadline starts anew, and the trade's time of change moves too. */
export function changeRefund(
  store: Store,
  refund: Refund,
  status: RefundStatus | null,
  by: Cause,
  topic: string | null,
  change: () => void = () => {},
): void {
  store.refundsByModified.remove(refund);
  change();
  if (status !== null) refund.status = status;
  refund.modified = Math.max(refund.modified, nowOf(store));
  refund.version = Math.max(refund.version + 1, nowOf(store) * 1000 + store.random.int(1, 999));
  refund.isReviewed = false;
  store.refundsByModified.add(refund);
  log(store, { kind: "dispute_changed", disputeId: refund.id, orderId: refund.tid, status: refund.status, by });
  const trade = store.trades.get(refund.tid);
  if (refund.special === null && trade !== undefined) changeTrade(store, trade, "refund", by, () => {});
  if (topic !== null) announce(store, refund, topic);
  setDeadline(store, refund);
  resumeConfirmTimer(store, refund);
}

/** A day of receipt that passed during the dispute is waited for again. */
function resumeConfirmTimer(store: Store, refund: Refund): void {
  const trade = store.trades.get(refund.tid);
  if (isOpen(refund) || trade === undefined || trade.timeoutAt === null || isEnded(trade)) return;
  if (trade.timeoutAt <= nowOf(store)) startConfirmTimer(store, trade, DAYS_AFTER_DISPUTE);
}

function setDeadline(store: Store, refund: Refund): void {
  const span = DEADLINES[refund.status];
  refund.timeoutAt = span === undefined ? null : nowOf(store) + span;
  const at = refund.timeoutAt;
  if (at === null) return;
  const { version } = refund;
  store.jobs.add(at, () => {
    if (refund.version === version && isOpen(refund)) lapse(store, refund);
  });
}

const closeAsBuyer = (store: Store, refund: Refund): void => closeRefund(store, refund, "buyer");
const payAsPlatform = (store: Store, refund: Refund): void => payBack(store, refund, "owner");

/** What the platform does for a side that has let its time pass; everything else ends well. */
const LAPSES: Partial<Record<RefundStatus, (store: Store, refund: Refund) => void>> = {
  WAIT_SELLER_AGREE: (store, refund) =>
    refund.isReturn ? agreeReturn(store, refund, "owner", "卖家收货地址") : payAsPlatform(store, refund),
  WAIT_SELLER_CONFIRM_GOODS: (store, refund) =>
    isExchange(refund) ? confirmReturn(store, refund, "owner") : payAsPlatform(store, refund),
  WAIT_SELLER_CONSIGN_GOODS: turnToRefund,
  EXCHANGE_TRANSFORM_TO_REFUND: payAsPlatform,
  WAIT_SELLER_CONFIRM_RETURN_ADDRESS: payAsPlatform,
  WAIT_BUYER_RETURN_GOODS: closeAsBuyer,
  SELLER_REFUSE_BUYER: closeAsBuyer,
  POST_FEE_DISPUTE_WAIT_ACTIVATE: closeAsBuyer,
};

function lapse(store: Store, refund: Refund): void {
  const act = LAPSES[refund.status];
  if (act === undefined) conclude(store, refund, "buyer");
  else act(store, refund);
}

/** Money goes back to the buyer. */
export function payBack(store: Store, refund: Refund, by: Cause, topic = "taobao_refund_RefundSuccess"): void {
  const trade = store.trades.get(refund.tid);
  const line = trade?.lines.find((candidate) => candidate.oid === refund.oid);
  if (trade === undefined || line === undefined) return;
  const amount = Math.min(refund.fee, refundable(line));
  const isWhole = amount === refundable(line);
  const wasShipped = isShipped(line);
  const isFinished = line.status === "TRADE_FINISHED";
  line.refunded += amount;
  if (isWhole && !isFinished) {
    line.status = "TRADE_CLOSED";
    line.endTime = nowOf(store);
    line.isPaymentCleared = store.random.chance(0.5);
    if (!wasShipped) returnUnits(store, trade, line, "refunded");
  }
  // Money that the seller has not been given yet comes out of the platform's own account.
  if (isFinished) {
    bookEntry(store, "refund", -amount, trade, line);
    trade.received -= amount;
  }
  if (amount > 0)
    log(store, { kind: "refund_made", refundId: refund.id, orderId: trade.tid, amount: yuan(amount), by });
  trade.status = derivedStatus(trade);
  if (isEnded(trade)) trade.endTime ??= nowOf(store);
  changeRefund(store, refund, "SUCCESS", by, topic, () => {
    refund.fee = amount;
    refund.endTime = nowOf(store);
    refund.csStatus = refund.csStatus === 3 ? 8 : refund.csStatus;
  });
  const end = trade.status === "TRADE_CLOSED" ? "taobao_trade_TradeClose" : "taobao_trade_TradePartlyRefund";
  changeTrade(store, trade, "refunded", by, () => {}, end);
}

/** The seller takes the goods back. */
export function agreeReturn(store: Store, refund: Refund, by: Cause, address: string): void {
  const topic = isExchange(refund) ? "taobao_dispute_ExchangeAgree" : "taobao_refund_RefundSellerAgreeAgreement";
  changeRefund(store, refund, "WAIT_BUYER_RETURN_GOODS", by, topic, () => {
    refund.address = address;
  });
  addMessage(store, refund, "2", "RETURN_GOODS_APPROVED", address);
}

/** The buyer sends the goods back. */
export function returnGoods(store: Store, refund: Refund, carrier: string, trackingNumber: string, by: Cause): void {
  changeRefund(store, refund, "WAIT_SELLER_CONFIRM_GOODS", by, "taobao_refund_RefundBuyerReturnGoods", () => {
    Object.assign(refund, { carrier, trackingNumber, returnedAt: nowOf(store), goods: "BUYER_RETURNED_GOODS" });
  });
}

/** The seller has the old piece of an exchange. */
export function confirmReturn(store: Store, refund: Refund, by: Cause): void {
  changeRefund(store, refund, "WAIT_SELLER_CONSIGN_GOODS", by, "taobao_dispute_ExchangeSellerConfirmed");
}

/** The seller sends the new piece. */
export function sendReplacement(
  store: Store,
  refund: Refund,
  trackingNumber: string,
  by: Cause,
  status: RefundStatus = "WAIT_BUYER_CONFIRM_EXCHANGE_SELLER_SEND_GOODS",
): void {
  changeRefund(store, refund, status, by, "taobao_dispute_ExchangeSellerGoodsConsigned", () => {
    refund.exchangeNumber = trackingNumber;
  });
}

export function turnToRefund(store: Store, refund: Refund): void {
  changeRefund(store, refund, "EXCHANGE_TRANSFORM_TO_REFUND", "buyer", "taobao_dispute_ExchangeTurnToRefund");
}

/** An end without money: the exchange, the repair, the missing rest has arrived. */
export function conclude(store: Store, refund: Refund, by: Cause): void {
  const topic = isExchange(refund)
    ? "taobao_dispute_ExchangeSuccess"
    : refund.kind === "RESHIPPING"
      ? "taobao_dispute_ReshippingBuyerConfirm"
      : "taobao_refund_RefundSuccess";
  changeRefund(store, refund, "SUCCESS", by, topic, () => {
    refund.endTime = nowOf(store);
  });
}

export function refuse(store: Store, refund: Refund, by: Cause, text: string): void {
  changeRefund(store, refund, "SELLER_REFUSE_BUYER", by, "taobao_refund_RefundSellerRefuseAgreement");
  addMessage(store, refund, "2", "NORMAL", text);
}

export function closeRefund(store: Store, refund: Refund, by: Cause): void {
  changeRefund(store, refund, "CLOSED", by, "taobao_refund_RefundClosed", () => {
    refund.endTime = nowOf(store);
  });
}

/** The buyer changes what is asked for; the seller decides anew. */
export function modifyRefund(store: Store, refund: Refund, fee: number): void {
  changeRefund(store, refund, "WAIT_SELLER_AGREE", "buyer", "taobao_refund_RefundBuyerModifyAgreement", () => {
    refund.fee = fee;
  });
}

/** Somebody calls the platform in, or it acts. */
export function intervene(store: Store, refund: Refund, csStatus: number): void {
  const topic = csStatus === 2 ? "taobao_refund_TaobaoInterApplied" : "taobao_refund_TaobaoIntervened";
  changeRefund(store, refund, null, "buyer", topic, () => {
    refund.csStatus = csStatus;
  });
}
