/** Lives of orders, step by step. Between two steps time passes, and a caller of the API may have done something. */

import { log, nowOf } from "../living.ts";
import { buy } from "./basket.ts";
import { answerRefund, applyRefund, moveService, openClaim, openService } from "./disputes.ts";
import { cancel, finish, isOpen, type NewOrder, pay, setState, ship, shipPart, trace } from "./orders.ts";
import { setSellable } from "./stock.ts";
import type { Store } from "./store.ts";
import type { Order, OrderState } from "./types.ts";

/** One step at each turn. */
export type Story = (store: Store) => Generator<void, void>;

function numberOf(store: Store): string {
  store.ids.other += 1;
  return `SF${store.random.int(100, 999)}${store.ids.other}`;
}

/** The seller sends what waits. */
export function shipByOwner(store: Store, order: Order, carriers: readonly string[] = ["467"]): boolean {
  if (!isOpen(order) || order.type === 75) return false;
  const parcels = carriers.map((carrier, index) => ({
    carrier,
    numbers: index === 0 && carriers.length > 1 ? [numberOf(store), numberOf(store)] : [numberOf(store)],
  }));
  ship(store, order, parcels, "owner");
  return true;
}

/** A buyer orders, pays, and waits for the goods. */
export function* paidStory(store: Store): Generator<void, void> {
  const order = buy(store, {}, store.random.int(1, 3));
  yield;
  if (order !== null) pay(store, order);
}

/** From the order to its end. */
const wholeStory = (
  more: Partial<NewOrder>,
  state: OrderState = "WAIT_SELLER_STOCK_OUT",
  carriers?: readonly string[],
): Story =>
  function* (store) {
    const order = buy(store, { ...more, state }, store.random.int(1, 2));
    yield;
    if (order === null) return;
    pay(store, order, state);
    yield;
    shipByOwner(store, order, carriers);
    yield;
    if (order.state === "SEND_TO_DISTRIBUTION_CENER") setState(store, order, "DISTRIBUTION_CENTER_RECEIVED", "owner");
    trace(store, order, "配送中", "快件正在派送");
    yield;
    if (order.parcels.length > 0) finish(store, order);
  };

function* abandonedStory(store: Store): Generator<void, void> {
  const order = buy(store);
  yield;
  if (order?.state === "NOT_PAID") cancel(store, order, "buyer");
}

/** Goods that are no goods: a code is sent. */
function* voucherStory(store: Store): Generator<void, void> {
  const order = buy(store, { type: 75, state: "WAIT_SEND_CODE" });
  yield;
  if (order === null) return;
  pay(store, order, "WAIT_SEND_CODE");
  yield;
  setState(store, order, "PAUSE", "owner");
  yield;
  setState(store, order, "WAIT_SEND_CODE", "owner");
  yield;
  finish(store, order);
}

function* pausedStory(store: Store): Generator<void, void> {
  const order = buy(store, { pauses: [1] });
  if (order === null) return;
  pay(store, order);
  setState(store, order, "POP_ORDER_PAUSE", "owner");
  yield;
  yield;
  if (order.state === "POP_ORDER_PAUSE") setState(store, order, "WAIT_SELLER_STOCK_OUT", "owner");
}

/** The platform splits an order before the seller sees it; what the seller sees are the parts. */
const splitStory = (isKept: boolean): Story =>
  function* (store) {
    const parent = buy(store, { holds: false, isPlain: true }, 2);
    if (parent === null) return;
    const parts = parent.lines.flatMap(({ sku, count }) =>
      buyPart(store, { wants: [{ sku, count }], parentId: parent.id }),
    );
    yield;
    for (const part of parts) if (isKept) shipByOwner(store, part);
    yield;
    for (const part of parts) {
      if (isKept && part.parcels.length > 0) finish(store, part);
      if (!isKept && isOpen(part)) cancel(store, part, "buyer", "PARENT_TRADE_CANCELED");
    }
  };

function buyPart(store: Store, more: Partial<NewOrder>): Order[] {
  const part = buy(store, more);
  if (part === null) return [];
  pay(store, part);
  return [part];
}

function* partlyStory(store: Store): Generator<void, void> {
  const order = buy(store, {}, 3);
  if (order === null) return;
  pay(store, order);
  yield;
  if (order.state === "WAIT_SELLER_STOCK_OUT") shipPart(store, order);
  yield;
  yield;
  shipByOwner(store, order, ["467", "1499"]);
}

/** An application to cancel, and the answers of its story. */
const refundStory = (...answers: number[]): Story =>
  function* (store) {
    const order = buy(store, {}, 2);
    if (order === null) return;
    pay(store, order);
    yield;
    const refund = applyRefund(store, order);
    yield;
    let seen = 0;
    for (const status of answers) {
      yield;
      if (refund === null || refund.status !== seen) return;
      answerRefund(store, refund, status, "owner", status === 2 ? "已发货" : "同意");
      seen = status;
    }
  };

/** What the buyer expects, through which statuses, with which result and answer, how the goods come back. */
const SERVICES: readonly (readonly [number, readonly number[], number, number, number, number])[] = [
  [10, [10000, 10001, 10005, 10006, 10041, 10010], 100, 33, 40, 10],
  [10, [10001, 10005, 10007, 10041, 10010], 40, 32, 7, 20],
  [20, [10012, 10005, 10007, 10010], 80, 106, 4, 10],
  [20, [10013, 10005, 10006, 10010], 23, 22, 5, 30],
  [30, [10001, 10005, 1100, 12000, 14000, 10009, 10010], 2, 31, 70, 10],
  [70, [10001, 13000, 10010], 3, 21, 71, 10],
  [11, [10001, 10041, 10010], 100, 91, 40, 10],
  [90, [10001, 10041, 10010], 100, 12, 40, 10],
  [80, [10001, 10010], 80, 87, 40, 40],
  [40, [10001, 10010], 1, 0, 8, 10],
  [50, [10001, 10010], 4, 0, 9, 10],
  [60, [10001, 10010], 5, 0, 72, 70],
  [100, [10001, 10005, 10010], 0, 33, 80, 10],
  [1, [10001, 10041, 10010], 100, 34, 85, 10],
  [10, [10001, 10004], 0, 0, 40, 10],
  [10, [10001, 10002, 10011], 6, 0, 40, 10],
  [10, [10001, 10005, 10006, 10010], 70, 33, 40, 10],
];

const serviceStory = ([
  expect,
  statuses,
  processResult,
  approveResult,
  pickware,
  wareType,
]: (typeof SERVICES)[number]): Story =>
  function* (store) {
    const order = buy(store);
    if (order === null) return;
    pay(store, order);
    if (!shipByOwner(store, order)) return;
    yield;
    finish(store, order);
    yield;
    const [first, ...rest] = statuses;
    const service = openService(store, order, { expect, status: first ?? 10001, pickware, wareType });
    let seen = first;
    for (const status of rest) {
      yield;
      if (service === null || service.status !== seen) return;
      moveService(store, service, status, "owner", {
        approveResult,
        ...([10010, 10011].includes(status) ? { processResult } : {}),
      });
      seen = status;
    }
  };

function* claimStory(store: Store): Generator<void, void> {
  const order = buy(store);
  if (order === null) return;
  pay(store, order);
  shipByOwner(store, order);
  yield;
  openClaim(store, order);
}

/** The seller writes a memo, and fills the shelves. */
function* ownerStory(store: Store): Generator<void, void> {
  const order = store.lastOrder;
  const now = nowOf(store);
  if (order?.isSeen === true) {
    order.memo = { text: "加急", flag: "1", created: now, modified: now };
    log(store, { kind: "order_changed", orderId: order.id, what: "memo", by: "owner" });
  }
  yield;
  for (const sku of store.skus.values())
    if (sku.status === 1 && sku.ware.status === 8 && sku.sellable < 5) setSellable(store, sku, 50, "owner");
}

/** FBP orders are their own list, and only some shops have them. */
const fbpStory: Story = (store) =>
  store.options.hasFbp === false
    ? paidStory(store)
    : wholeStory({ type: 21, warehouse: "京仓订单" }, "WAIT_SELLER_STOCK_OUT", ["2087"])(store);

export const STORIES: readonly Story[] = [
  wholeStory({}),
  abandonedStory,
  wholeStory({ payType: 1 }),
  refundStory(1, 3),
  wholeStory({ type: 61 }, "WAIT_SELLER_DELIVERY"),
  voucherStory,
  wholeStory({ type: 23 }),
  refundStory(2),
  wholeStory({ type: 25, payType: 2 }),
  pausedStory,
  fbpStory,
  refundStory(1, 4),
  splitStory(true),
  splitStory(false),
  partlyStory,
  refundStory(5, 3),
  wholeStory({ shippingKind: 68, payType: 3 }, "WAIT_SELLER_STOCK_OUT", ["2087"]),
  wholeStory({ shippingKind: 69, payType: 5 }, "WAIT_SELLER_STOCK_OUT", ["2087"]),
  wholeStory({ warehouse: "云仓订单", payType: 6 }),
  wholeStory({ returnOrder: 1 }),
  refundStory(6, 3),
  refundStory(7, 4),
  refundStory(9, 3),
  ...SERVICES.map(serviceStory),
  claimStory,
  ownerStory,
];
