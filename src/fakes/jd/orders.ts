/** Orders from their placing to their end. Only a change of state or of waybill numbers moves the time of change. */

import type { Cause } from "../fake.ts";
import { yuan } from "../fen.ts";
import { log, nowOf } from "../living.ts";
import { bookFinish } from "./ledger.ts";
import { hold, release } from "./stock.ts";
import { newId, newOrderId, type Store } from "./store.ts";
import { totalOf } from "./totals.ts";
import type { Coupon, Line, Order, OrderState, Parcel, Sku } from "./types.ts";

export interface NewOrder {
  wants: readonly { sku: Sku; count: number }[];
  type?: number;
  payType?: number;
  /** Default: the first state of a paid order. */
  state?: OrderState;
  parentId?: string;
  returnOrder?: 0 | 1 | 2;
  shippingKind?: 0 | 68 | 69;
  warehouse?: Order["warehouse"];
  pauses?: number[];
  /** True: no discounts, no freight. */
  isPlain?: boolean;
  /** False: an order that is split into others, which hold the goods. */
  holds?: boolean;
}

const COUPON_TYPES = [20, 28, 29, 30, 34, 35, 39, 41, 52, 100];

/** The ids of an order's lines: the line's own key, or what the order and the place tell. */
export function lineIdOf(order: Order, line: Line): string {
  return line.uuid ?? `${order.id}:${line.sku.id}:${order.lines.indexOf(line)}`;
}

/** A buyer orders. */
export function place(store: Store, wanted: NewOrder): Order {
  const { random } = store;
  const now = nowOf(store);
  const number = store.orders.size + 1;
  const id = newOrderId(store);
  const lines = wanted.wants.map(({ sku, count }, index) => ({
    sku,
    uuid: number % 2 === 0 ? `${index + 1}_${sku.id}_${id}` : null,
    name: sku.name,
    price: sku.price,
    count,
  }));
  const isPlain = wanted.isPlain === true;
  const order: Order = {
    id,
    type: wanted.type ?? 22,
    payType: wanted.payType ?? 4,
    state: "NOT_PAID",
    lines,
    coupons: isPlain ? [] : couponsFor(number, lines),
    freight: isPlain ? 0 : random.pick([0, 0, 600]),
    service: number % 11 === 0 ? 100 : 0,
    tax: wanted.type === 61 ? 990 : 0,
    balance: 0,
    created: now,
    modified: now,
    paid: null,
    ended: null,
    remark: number % 4 === 0 ? "请尽快发货" : "",
    memo: null,
    parentId: wanted.parentId ?? null,
    returnOrder: wanted.returnOrder ?? 0,
    parcels: [],
    sent: [],
    shippingKind: wanted.shippingKind ?? 0,
    warehouse: wanted.warehouse ?? "",
    pauses: wanted.pauses ?? [],
    buyer: store.orders.get(wanted.parentId ?? "")?.buyer ?? {
      number,
      name: `Zzbuyer${number}`,
      mobile: `138${String(10_000_000 + random.int(0, 89_999_999))}`,
      street: `Zzbuyer路${number}号`,
    },
    isHeld: false,
    before: null,
    traces: [],
    isSeen: false,
  };
  if (!isPlain && number % 5 === 0) order.balance = 100;
  store.orders.set(id, order);
  store.lastOrder = order;
  log(store, {
    kind: "order_placed",
    orderId: id,
    status: order.state,
    currency: "CNY",
    total: yuan(totalOf(order)),
    lines: lines.map((line) => ({
      lineId: lineIdOf(order, line),
      listingId: line.sku.ware.id,
      variantId: line.sku.id,
      sku: line.sku.code,
      quantity: line.count,
    })),
    by: "buyer",
  });
  log(store, { kind: "order_hidden", orderId: id, by: "buyer" });
  if (wanted.holds !== false) hold(store, order);
  return order;
}

/** One or two discounts, of another kind in each order. */
function couponsFor(number: number, lines: readonly Line[]): Coupon[] {
  const [first] = lines;
  if (first === undefined || number % 3 === 0) return [];
  const type = COUPON_TYPES[number % COUPON_TYPES.length] ?? 100;
  const coupons: Coupon[] = [{ type, amount: 100 + (number % 4) * 25, skuId: type === 30 ? first.sku.id : "" }];
  if (number % 3 === 1 && type !== 41) coupons.push({ type: 41, amount: 150, skuId: "" });
  return coupons;
}

/** Puts an order into a state, which moves its time of change. */
export function setState(store: Store, order: Order, state: OrderState, by: Cause, what = "state"): void {
  order.state = state;
  order.modified = Math.max(order.modified, nowOf(store));
  log(store, { kind: "order_changed", orderId: order.id, what, status: state, total: yuan(totalOf(order)), by });
}

/** The buyer pays; from now on the seller sees the order. Who pays on delivery has paid nothing yet. */
export function pay(store: Store, order: Order, state: OrderState = "WAIT_SELLER_STOCK_OUT"): void {
  if (order.state !== "NOT_PAID") return;
  if (order.payType !== 1) order.paid = nowOf(store);
  order.isSeen = true;
  setState(store, order, state, "buyer", "paid");
  log(store, { kind: "order_shown", orderId: order.id, by: "buyer" });
}

export function isOpen(order: Order): boolean {
  return ["WAIT_SELLER_STOCK_OUT", "WAIT_SELLER_DELIVERY", "WAIT_SEND_CODE"].includes(order.state);
}

/** The goods go out; older kinds go through the platform's sorting centres. */
export function ship(store: Store, order: Order, parcels: Parcel[], by: Cause): void {
  order.parcels = parcels;
  order.sent = [];
  release(store, order, null);
  const state = order.type === 23 || order.type === 25 ? "SEND_TO_DISTRIBUTION_CENER" : "WAIT_GOODS_RECEIVE_CONFIRM";
  setState(store, order, state, by, "shipped");
  trace(store, order, "揽收", "快件已揽收");
  for (const tracking of parcels.flatMap(({ numbers }) => numbers))
    log(store, { kind: "shipment_made", shipmentId: `${order.id}:${tracking}`, orderId: order.id, tracking, by });
}

export function trace(store: Store, order: Order, title: string, text: string): void {
  order.traces.push({ at: nowOf(store), title, text });
}

/** A part of the goods goes out, and the order waits on. */
export function shipPart(store: Store, order: Order): void {
  order.sent = order.lines.slice(0, 1);
  setState(store, order, order.state, "owner", "partly shipped");
}

export function finish(store: Store, order: Order): void {
  if (order.ended !== null) return;
  order.ended = nowOf(store);
  trace(store, order, "已签收", "快件已签收");
  const isOld = order.type === 23 || order.type === 25;
  setState(store, order, isOld ? "RECEIPTS_CONFIRM" : "FINISHED_L", "buyer", "finished");
  bookFinish(store, order);
}

/** Ends an order without its goods; what was paid goes back. */
export function cancel(store: Store, order: Order, by: Cause, state: OrderState = "TRADE_CANCELED"): void {
  if (order.ended !== null) return;
  order.ended = nowOf(store);
  release(store, order, "cancelled");
  setState(store, order, state, by, "cancelled");
  if (order.paid === null) return;
  log(store, { kind: "refund_made", refundId: newId(store), orderId: order.id, amount: yuan(totalOf(order)), by });
}

/** A request to cancel hangs over the order: it must not be shipped. */
export function lock(store: Store, order: Order): void {
  order.before = order.state;
  setState(store, order, "LOCKED", "buyer", "locked");
}

export function unlock(store: Store, order: Order): void {
  setState(store, order, order.before ?? "WAIT_SELLER_STOCK_OUT", "owner", "unlocked");
  order.before = null;
}
