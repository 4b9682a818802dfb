/** How a trade goes on: paid, held, released, closed, finished; and what its lines make of it. */

import { bookFinish } from "./ledger.ts";
import { releaseUnits, returnUnits, takeUnits } from "./stock.ts";
import { announceTrade, changeTrade, nowOf, type Store } from "./store.ts";
import { DAY } from "./time.ts";
import { isClosed, linePaid, paymentOf } from "./totals.ts";
import type { Cause, Line, Trade, TradeStatus } from "./types.ts";

/** Shipped goods count as received after so many days. */
const CONFIRM_DAYS = 10;
const SHIPPED: readonly TradeStatus[] = ["WAIT_BUYER_CONFIRM_GOODS", "TRADE_BUYER_SIGNED", "TRADE_FINISHED"];

export function isShipped(line: Line): boolean {
  return SHIPPED.includes(line.status);
}

/** Lines that wait to be shipped. */
export function openLines(trade: Trade): Line[] {
  return trade.lines.filter((line) => line.status === "WAIT_SELLER_SEND_GOODS");
}

/** The status that follows from the lines. */
export function derivedStatus(trade: Trade): TradeStatus {
  const open = trade.lines.filter((line) => !isClosed(line));
  if (open.length === 0) return trade.payTime === null ? "TRADE_CLOSED_BY_TAOBAO" : "TRADE_CLOSED";
  if (open.every((line) => line.status === "TRADE_FINISHED")) return "TRADE_FINISHED";
  const shipped = open.filter(isShipped);
  if (shipped.length === open.length)
    return open.some((line) => line.status === "TRADE_BUYER_SIGNED")
      ? "TRADE_BUYER_SIGNED"
      : "WAIT_BUYER_CONFIRM_GOODS";
  if (shipped.length > 0) return "SELLER_CONSIGNED_PART";
  return open[0]?.status ?? trade.status;
}

/** Moves the trade and all its open lines. */
export function setStatus(store: Store, trade: Trade, status: TradeStatus, by: Cause, topic?: string): void {
  changeTrade(
    store,
    trade,
    "status",
    by,
    () => {
      for (const line of trade.lines) if (!isClosed(line)) line.status = status;
      trade.status = status;
    },
    topic,
  );
}

/** The buyer pays, or pays the rest of a presale. */
export function pay(store: Store, trade: Trade): void {
  const isHeld = trade.hold === "team_buy_hold";
  for (const line of trade.lines) {
    releaseUnits(store, line);
    takeUnits(store, trade, line);
  }
  changeTrade(
    store,
    trade,
    "paid",
    "buyer",
    () => {
      trade.payTime = nowOf(store);
      trade.alipayNo = `2024${trade.tid.slice(3)}`;
      if (trade.step !== null) trade.step.status = "FRONT_PAID_FINAL_PAID";
      trade.status = isHeld ? "PAID_FORBID_CONSIGN" : "WAIT_SELLER_SEND_GOODS";
      for (const line of trade.lines) line.status = trade.status;
    },
    "taobao_trade_TradeBuyerPay",
  );
}

/** The buyer pays the first part of a presale. */
export function payDeposit(store: Store, trade: Trade): void {
  const { step } = trade;
  if (step === null) return;
  const change = (): void => {
    step.status = "FRONT_PAID_FINAL_NOPAID";
  };
  changeTrade(store, trade, "deposit", "buyer", change, "taobao_trade_TradeBuyerStepPay");
}

/** A hold is lifted: a group is complete, a check has passed. */
export function releaseHold(store: Store, trade: Trade): void {
  changeTrade(store, trade, "released", "owner", () => {
    trade.hold = "none";
    for (const line of trade.lines) if (line.status === "PAID_FORBID_CONSIGN") line.status = "WAIT_SELLER_SEND_GOODS";
    trade.status = derivedStatus(trade);
  });
}

/** Closes what was not paid, whole or one line of it. */
export function closeUnpaid(store: Store, trade: Trade, by: Cause, oid?: string): void {
  const lines = trade.lines.filter((line) => !isClosed(line) && (oid === undefined || line.oid === oid));
  for (const line of lines) {
    releaseUnits(store, line);
    returnUnits(store, trade, line, "closed");
  }
  changeTrade(
    store,
    trade,
    "closed",
    by,
    () => {
      if (trade.step?.status === "FRONT_PAID_FINAL_NOPAID") trade.step.status = "FRONT_PAID_FRONT_FORFEITED";
      for (const line of lines) {
        line.status = "TRADE_CLOSED_BY_TAOBAO";
        line.endTime = nowOf(store);
      }
      trade.status = derivedStatus(trade);
      if (isEnded(trade)) trade.endTime = nowOf(store);
    },
    oid === undefined ? "taobao_trade_TradeClose" : "taobao_trade_TradeCloseAndModifyDetailOrder",
  );
}

export function isEnded(trade: Trade): boolean {
  return ["TRADE_FINISHED", "TRADE_CLOSED", "TRADE_CLOSED_BY_TAOBAO"].includes(trade.status);
}

/** After everything was shipped: the day on which the platform confirms receipt itself. */
export function startConfirmTimer(store: Store, trade: Trade, days = CONFIRM_DAYS): void {
  const at = Math.max(nowOf(store), trade.timeoutAt ?? 0) + days * DAY;
  trade.timeoutAt = at;
  store.jobs.add(at, () => {
    if (trade.timeoutAt === at && !isEnded(trade)) finish(store, trade, "buyer");
  });
}

/** The buyer confirms receipt, of all shipped lines or of one; the seller gets the money. */
export function finish(store: Store, trade: Trade, by: Cause, oid?: string): void {
  const lines = trade.lines.filter(
    (line) =>
      isShipped(line) &&
      line.status !== "TRADE_FINISHED" &&
      (oid === undefined || line.oid === oid) &&
      !isDisputed(store, line),
  );
  if (lines.length === 0) return;
  const isLast = trade.lines.every(
    (line) => isClosed(line) || line.status === "TRADE_FINISHED" || lines.includes(line),
  );
  const extra = isLast ? trade.postFee + trade.codFee : 0;
  changeTrade(
    store,
    trade,
    isLast ? "finished" : "partly_finished",
    by,
    () => {
      for (const line of lines) {
        line.status = "TRADE_FINISHED";
        line.endTime = nowOf(store);
        trade.received += linePaid(line) - line.refunded;
      }
      trade.received += extra;
      if (trade.cod !== null) trade.payTime ??= nowOf(store);
      trade.status = derivedStatus(trade);
      if (isLast) trade.endTime = nowOf(store);
      for (const [index, line] of lines.entries()) bookFinish(store, trade, line, index === 0 ? extra : 0);
    },
    isLast ? "taobao_trade_TradeSuccess" : "taobao_trade_TradePartlyConfirmPay",
  );
}

function isDisputed(store: Store, line: Line): boolean {
  const refund = store.refunds.get(line.refundId ?? "");
  return refund !== undefined && refund.status !== "CLOSED" && refund.status !== "SUCCESS";
}

/** The seller changes the price of a line or of shipping before it is paid. */
export function changePrice(store: Store, trade: Trade, by: Cause, change: () => void): void {
  const before = paymentOf(trade);
  changeTrade(store, trade, "price", by, change, "taobao_trade_TradeModifyFee");
  if (paymentOf(trade) < 0) throw new RangeError(`a payment below nothing, before ${before}`);
}

/** The seller's memo and flag. */
export function setMemo(store: Store, trade: Trade, memo: string | null, flag: number, by: Cause): void {
  const change = (): void => {
    trade.memo = memo;
    trade.flag = flag;
  };
  changeTrade(store, trade, "memo", by, change);
  announceTrade(store, trade, "taobao_trade_TradeMemoModified", {
    action_type: "seller",
    seller_memo: memo,
    seller_flag: flag,
  });
}
