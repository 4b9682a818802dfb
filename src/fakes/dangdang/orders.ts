/** Orders from their placing to their end; every change moves the time of change. */

import type { Cause } from "../fake.ts";
import { yuan } from "../fen.ts";
import { log, nowOf } from "../living.ts";
import { putBack, sellGoods, takeGoods } from "./stock.ts";
import { newId, newOrderId, type Store } from "./store.ts";
import type { Line, Money, Order, OrderState, PayMode, Sku } from "./types.ts";

export interface NewOrder {
  wants: readonly { sku: Sku; count: number }[];
  payMode?: PayMode;
  mode?: 1 | 2;
  parentId?: string;
  isPresale?: boolean;
  outerId?: string;
  /** A thing that costs nothing. */
  gift?: Sku;
  /** True: no discounts, no freight. */
  isPlain?: boolean;
  /** False: an order that is split into others, which hold the goods. */
  holds?: boolean;
}

const NOTHING: Money = {
  postage: 0,
  promotion: 0,
  gather: 0,
  bank: 0,
  activity: 0,
  coupon: 0,
  giftCard: 0,
  balance: 0,
  points: 0,
};

export function goodsOf({ lines }: Order): number {
  return lines.reduce((sum, line) => sum + line.price * line.count, 0);
}

/** What the buyer owes, by whichever means. */
export function totalOf(order: Order): number {
  const { postage, promotion, gather, bank, activity, coupon } = order.money;
  return goodsOf(order) + postage - promotion - gather - bank - activity - coupon;
}

/** What is paid in cash. */
export function cashOf(order: Order): number {
  const { giftCard, balance, points } = order.money;
  return totalOf(order) - giftCard - balance - points;
}

/** A buyer orders. */
export function place(store: Store, wanted: NewOrder): Order {
  const now = nowOf(store);
  const number = store.orders.size + 1;
  const { payMode = "网上支付", gift } = wanted;
  const order: Order = {
    id: newOrderId(store),
    number,
    outerId: wanted.outerId ?? "",
    parentId: wanted.parentId ?? "",
    state: payMode === "货到付款" || payMode === "银行汇款" ? 50 : 100,
    mode: wanted.mode ?? 1,
    payMode,
    isPresale: wanted.isPresale === true,
    lines: wanted.wants.map(({ sku, count }) => lineOf(store, sku, count, false)),
    money: { ...NOTHING },
    created: now,
    modified: now,
    paid: null,
    sent: null,
    carrier: "",
    tracking: "",
    message: number % 4 === 0 ? "请尽快发货 <谢谢>" : "",
    remark: "",
    label: number % 7 === 0 ? (number % 5) + 1 : 0,
    buyer: {
      account: String(98_760_000 + number),
      name: `Zzbuyer${number}`,
      mobile: `138${String(10_000_000 + store.random.int(0, 89_999_999))}`,
      street: `Zzbuyer路${number}号`,
    },
    operations: [{ at: now, text: "顾客下单" }],
    isTaken: false,
  };
  if (gift !== undefined) order.lines.push(lineOf(store, gift, 1, true));
  if (wanted.isPlain !== true) order.money = moneyFor(number, goodsOf(order), payMode);
  store.orders.set(order.id, order);
  store.lastOrder = order;
  log(store, {
    kind: "order_placed",
    orderId: order.id,
    status: String(order.state),
    currency: "CNY",
    total: yuan(totalOf(order)),
    lines: order.lines.map((line) => ({
      lineId: line.id,
      listingId: line.sku.item.id,
      variantId: line.sku.id,
      sku: line.sku.code,
      quantity: line.count,
    })),
    by: "buyer",
  });
  if (wanted.holds !== false) sellGoods(store, order);
  return order;
}

function lineOf(store: Store, sku: Sku, count: number, isGift: boolean): Line {
  const price = isGift ? 0 : sku.price;
  return { id: newId(store), sku, name: sku.item.title, price, isGift, count, sent: 0 };
}

/** Other discounts and means of payment in each order. */
function moneyFor(number: number, goods: number, payMode: PayMode): Money {
  const of = (every: number, rest: number, fen: number): number => (number % every === rest ? fen : 0);
  const isOnline = payMode !== "货到付款";
  return {
    postage: goods < 5900 ? 800 : 0,
    promotion: of(3, 0, 500),
    gather: of(5, 2, 300),
    bank: isOnline ? of(11, 4, 150) : 0,
    activity: isOnline ? of(4, 1, 200) : 0,
    coupon: of(6, 5, 250),
    giftCard: isOnline ? of(3, 1, 325) : 0,
    balance: isOnline ? of(7, 3, 100) : 0,
    points: isOnline ? of(8, 6, 50) : 0,
  };
}

/** Puts an order into a state, which moves its time of change. */
export function setState(store: Store, order: Order, state: OrderState, by: Cause, what: string): void {
  order.state = state;
  order.modified = Math.max(order.modified, nowOf(store));
  order.operations.push({ at: nowOf(store), text: what });
  log(store, {
    kind: "order_changed",
    orderId: order.id,
    what,
    status: String(state),
    total: yuan(totalOf(order)),
    by,
  });
}

/** The buyer pays, or the platform has looked at what will be paid on delivery. */
export function pay(store: Store, order: Order): void {
  if (order.state !== 100 && order.state !== 50) return;
  if (order.payMode !== "货到付款") order.paid = nowOf(store);
  setState(store, order, 101, "buyer", order.paid === null ? "审核通过" : "顾客付款");
}

export interface Parcel {
  carrier: string;
  number: string;
  /** Pieces by line; a line that is absent is not sent. */
  counts: ReadonlyMap<Line, number>;
}

/**
 * The goods go out, once: pieces that are not sent are cancelled. The order never tells what of its money goes back, so
 * the books hold nothing of it either.
 */
export function ship(store: Store, order: Order, { carrier, number, counts }: Parcel, by: Cause): void {
  for (const line of order.lines) line.sent = counts.get(line) ?? 0;
  order.sent = nowOf(store);
  order.carrier = carrier;
  order.tracking = number;
  takeGoods(store, order, by);
  setState(store, order, 300, by, "商家发货");
  log(store, { kind: "shipment_made", shipmentId: `${order.id}:${number}`, orderId: order.id, tracking: number, by });
}

/** The parcel with everything in it. */
export function whole(store: Store, order: Order): Parcel {
  const counts = new Map(order.lines.map((line) => [line, line.count]));
  return { carrier: "中通快递", number: `7512${newId(store)}`, counts };
}

export function finish(store: Store, order: Order, state: 400 | 1000): void {
  if (order.payMode === "货到付款" && order.paid === null) order.paid = nowOf(store);
  setState(store, order, state, "buyer", state === 400 ? "已送达" : "交易成功");
}

/** Ends an order without its goods; what was paid goes back. */
export function cancel(store: Store, order: Order, by: Cause, state: -100 | 1100 = -100): void {
  if ([-100, 1100, 1000, -200].includes(order.state)) return;
  putBack(store, order);
  setState(store, order, state, by, state === -100 ? "订单取消" : "交易失败");
  if (order.paid === null) return;
  log(store, { kind: "refund_made", refundId: newId(store), orderId: order.id, amount: yuan(totalOf(order)), by });
}
