/** Status and money of a trade. Table: codes.ts; holds, pre-sales and cash on delivery change what it says. */
import { look } from "../../../core/model/look.ts";
import type { Money, OrderPayment, Warning } from "../../../core/model/records.ts";
import type { OrderStatus, PaymentStatus } from "../../../core/model/vocabulary.ts";
import { compare, isZero, money, sub, sum, zero } from "../../../core/money.ts";
import { DISPUTE_TYPE, REPLACING_KINDS, STEP_STATUS, TRADE_STATUS } from "../codes.ts";
import { CURRENCY } from "../config.ts";
import { lineId, type TradeDocument, type TradeRefund } from "../schemas/order.ts";

interface TradeFacts {
  status: OrderStatus;
  payment: PaymentStatus;
  total: Money | null;
  paid: Money | null;
  /** Null where refunds have gone through and nobody says how much. */
  refunded: Money | null;
  payments: OrderPayment[];
}

const UNKNOWN = { order: "unknown", payment: "unknown" } as const;
const NO_STEP = { deposit: false, balance: false, forfeited: false };
/** Of a step payment in a state that no table has. */
const UNKNOWN_STEP: typeof NO_STEP = { ...NO_STEP };

export function tradeFacts(trade: TradeDocument, refunds: readonly TradeRefund[], warnings: Warning[]): TradeFacts {
  const known = look(TRADE_STATUS, "trade status", trade.status, UNKNOWN, warnings);
  const step =
    trade.step_trade_status === null
      ? null
      : look(STEP_STATUS, "step payment", trade.step_trade_status, UNKNOWN_STEP, warnings);
  const total = trade.payment === null ? null : money(trade.payment, CURRENCY);
  const before = paymentBeforeRefunds(trade, known.payment, step);
  const paid = paidMoney(trade, before, total);
  const refunded = refundedMoney(trade, refunds, { paid, isForfeited: step?.forfeited ?? false }, warnings);
  if (refunded !== null && paid !== null && compare(refunded, paid) > 0)
    warnings.push({
      code: "refund_exceeds_paid",
      detail: `Refunds of ${refunded.amount} are said to have gone through, and ${paid.amount} was paid.`,
    });
  return {
    status: orderStatus(trade, known.order, step),
    payment: withRefunds(trade, before, paid, refunded),
    total,
    paid,
    refunded,
    payments: toPayments(trade, before, total, step),
  };
}

/** Why the goods may not leave: the platform's own holds, and those of group purchases. */
export function holdsOf(trade: TradeDocument): string[] {
  const holds = ["top_hold", "team_buy_hold", "share_group_hold", "ofp_hold", "forbid_consign", "is_sh_ship"] as const;
  return holds.filter((name) => trade[name]);
}

function orderStatus(trade: TradeDocument, status: OrderStatus, step: typeof NO_STEP | null): OrderStatus {
  if (step?.forfeited) return "cancelled";
  return status === "awaiting_shipment" && holdsOf(trade).length > 0 ? "on_hold" : status;
}

const COD_PAID = new Set(["TRADE_BUYER_SIGNED", "TRADE_FINISHED"]);

function paymentBeforeRefunds(trade: TradeDocument, status: PaymentStatus, step: typeof NO_STEP | null): PaymentStatus {
  // What of it has been paid is not known: neither nothing, as before the payment, nor all, as after it.
  if (step === UNKNOWN_STEP && status !== "refunded") return "unknown";
  // A deposit is a part of the price that has been paid; the rest is not owed yet.
  if (step?.deposit && !step.balance) return "partially_paid";
  if (trade.step_trade_status === "FRONT_NOPAID_FINAL_NOPAID" && status === "refunded") return "unpaid";
  if (isCashOnDelivery(trade) && status === "paid" && trade.pay_time === null && !COD_PAID.has(trade.status))
    return "unpaid";
  return status;
}

export const isCashOnDelivery = (trade: Pick<TradeDocument, "type">): boolean =>
  /(?:^|_)cod(?:$|_)/.test(trade.type ?? "");

function paidMoney(trade: TradeDocument, payment: PaymentStatus, total: Money | null): Money | null {
  if (payment === "partially_paid") return money(trade.step_paid_fee, CURRENCY);
  if (payment === "unpaid" || payment === "authorized") return zero(CURRENCY);
  // `pay_time` is the deposit's as well: beside an unknown step it does not say that all was paid.
  return payment === "unknown" && (trade.pay_time === null || trade.step_trade_status !== null) ? null : total;
}

/** An exchange that went through gives nothing back, unless it was turned into a refund: that closes the line. */
function movesMoney({ dispute_type: type, refund_id: refundId }: TradeRefund, trade: TradeDocument): boolean {
  const kind = type === null ? undefined : DISPUTE_TYPE[type];
  if (kind === undefined || !REPLACING_KINDS.has(kind)) return true;
  return trade.orders.some((line) => line.refund_id === refundId && line.status === "TRADE_CLOSED");
}

function refundedMoney(
  trade: TradeDocument,
  refunds: readonly TradeRefund[],
  { paid, isForfeited }: { paid: Money | null; isForfeited: boolean },
  warnings: Warning[],
): Money | null {
  const done = new Map(
    refunds.flatMap((refund) =>
      refund.status === "SUCCESS" && refund.refund_fee !== null
        ? [[refund.refund_id, movesMoney(refund, trade) ? refund.refund_fee : "0"] as const]
        : [],
    ),
  );
  const expected = trade.orders.filter((line) => line.refund_status === "SUCCESS");
  const untold = expected.filter((line) => line.refund_id === null || !done.has(line.refund_id));
  if (untold.length === 0) {
    const amounts = [...done.values()].map((amount) => money(amount, CURRENCY));
    // The seller keeps a deposit that was forfeited.
    if (amounts.length > 0 || trade.status !== "TRADE_CLOSED" || isForfeited) return sum(amounts, CURRENCY);
  }
  // What was closed after payment went back whole: of a pre-sale perhaps the deposit alone.
  if (trade.status === "TRADE_CLOSED" && !isForfeited && paid !== null) return paid;
  const lines = untold.map((line) => lineId(line) ?? "?").join(", ");
  warnings.push({ code: "refund_amount_unknown", detail: `The refunds of line ${lines} could not be read.` });
  return null;
}

function withRefunds(
  trade: TradeDocument,
  payment: PaymentStatus,
  paid: Money | null,
  refunded: Money | null,
): PaymentStatus {
  const isBack = refunded !== null && paid !== null && !isZero(refunded) && compare(refunded, paid) >= 0;
  if (payment === "partially_paid" && isBack) return "refunded";
  if (payment !== "paid") return payment;
  if (refunded !== null && paid !== null) {
    if (isZero(refunded)) return payment;
    return isBack ? "refunded" : "partially_refunded";
  }
  const back = trade.orders.filter((line) => line.refund_status === "SUCCESS").length;
  if (back === 0) return payment;
  return back === trade.orders.length ? "refunded" : "partially_refunded";
}

/** One payment, or deposit and balance of a pre-sale. */
function toPayments(
  trade: TradeDocument,
  payment: PaymentStatus,
  total: Money | null,
  step: typeof NO_STEP | null,
): OrderPayment[] {
  if (total === null) return [];
  const base = { externalId: trade.alipay_no, method: isCashOnDelivery(trade) ? "cod" : "alipay", dueAt: null };
  const deposit = money(trade.step_paid_fee, CURRENCY);
  if (step === null || !step.deposit || isZero(deposit) || compare(deposit, total) >= 0) {
    const isPaid = payment === "paid" || payment === "refunded";
    return [{ ...base, amount: total, paidAt: isPaid ? trade.pay_time : null, status: isPaid ? "paid" : payment }];
  }
  return [
    // When the deposit was paid is not said; `pay_time` is the balance's.
    { ...base, amount: deposit, paidAt: step.balance ? null : trade.pay_time, status: "paid" },
    {
      ...base,
      amount: sub(total, deposit),
      paidAt: step.balance ? trade.pay_time : null,
      status: step.balance ? "paid" : step.forfeited ? "voided" : "unpaid",
    },
  ];
}
