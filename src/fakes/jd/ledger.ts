/** Lines of the bill, written when an order ends or is refunded, and settled on the next morning. */

import { DAY, startOfDay, toText } from "../beijing-time.ts";
import { yuan } from "../fen.ts";
import { later, log, nowOf } from "../living.ts";
import { newId, type Store } from "./store.ts";
import { buyerDiscountOf, goodsOf, sellerDiscountOf, totalOf } from "./totals.ts";
import type { Fee, Line, Order } from "./types.ts";

/** Names of the bill, with numbers of the fake's own: the platform publishes none. */
export const FEES = {
  sale: [1, "货款", 1],
  commission: [2, "佣金", 2],
  insurance: [3, "运费险", 2],
  subsidy: [4, "平台券/京豆补贴", 1],
  refund: [5, "退货金额", 2],
  compensation: [6, "售后卖家赔付费", 2],
  commission_back: [7, "价保返佣", 1],
  advertising: [8, "广告联合活动降扣", 2],
  delivery: [9, "仓配/配送费", 2],
  collected_delivery: [10, "代收配送费", 2],
  payment: [11, "交易服务费", 2],
} as const satisfies Record<string, readonly [number, string, 1 | 2]>;

function book(store: Store, what: keyof typeof FEES, order: Order, line: Line | null, amount: number): void {
  if (amount === 0) return;
  const [type, name, direction] = FEES[what];
  const at = nowOf(store);
  const isRefund = what === "refund" || what === "commission_back" || what === "compensation";
  const fee: Fee = {
    id: `D${newId(store)}`,
    order,
    line,
    isRefund,
    type,
    name,
    direction,
    amount,
    at,
    settled: null,
    billNo: null,
  };
  store.fees.push(fee);
  const day = startOfDay(at);
  const open = store.openFees.get(day);
  if (open !== undefined) {
    open.push(fee);
    return;
  }
  store.openFees.set(day, [fee]);
  later(store, day + DAY, () => settle(store, day));
}

/** Closes the bill of a day. */
function settle(store: Store, day: number): void {
  const now = nowOf(store);
  const billNo = `B${toText(now).slice(0, 10).replaceAll("-", "")}001`;
  let total = 0;
  for (const fee of store.openFees.get(day) ?? []) {
    Object.assign(fee, { settled: now, billNo });
    total += fee.direction === 1 ? fee.amount : -fee.amount;
  }
  store.openFees.delete(day);
  log(store, { kind: "settlement_made", settlementId: billNo, currency: "CNY", total: yuan(total) });
}

/** The money of an order that has ended, and what the platform keeps of it. */
export function bookFinish(store: Store, order: Order): void {
  const first = order.lines[0] ?? null;
  const goods = goodsOf(order) - sellerDiscountOf(order) - buyerDiscountOf(order);
  const share = goods / Math.max(1, goodsOf(order));
  let left = goods;
  order.lines.forEach((line, index) => {
    const part = index === order.lines.length - 1 ? left : Math.floor(line.price * line.count * share);
    left -= part;
    book(store, "sale", order, line, part);
    book(store, "commission", order, line, Math.round(part * 0.05));
  });
  book(store, "subsidy", order, first, buyerDiscountOf(order));
  book(store, "payment", order, first, Math.round(totalOf(order) * 0.006));
  if (order.buyer.number % 3 === 0) book(store, "insurance", order, null, 60);
  if (order.buyer.number % 3 === 1) book(store, "advertising", order, first, Math.round(totalOf(order) * 0.02));
  if (order.type === 21 || order.warehouse !== "") book(store, "delivery", order, null, 650);
  book(store, "collected_delivery", order, null, order.freight);
}

/** Money that goes back to the buyer after the order has ended. */
export function bookRefund(store: Store, order: Order, line: Line, amount: number): void {
  book(store, "refund", order, line, amount);
  book(store, "commission_back", order, line, Math.round(amount * 0.05));
}

export function bookCompensation(store: Store, order: Order): void {
  book(store, "compensation", order, order.lines[0] ?? null, 500);
}
