/** Lives of orders, step by step. */

import { log, nowOf, type Story } from "../living.ts";
import { buy } from "./basket.ts";
import { applyReturn, closeReturn, moveReturn, reviewRefund, reviewReturn } from "./disputes.ts";
import { cancel, finish, type NewOrder, pay, setState, ship, whole } from "./orders.ts";
import { setStock } from "./stock.ts";
import type { Store } from "./store.ts";
import type { Order, Return } from "./types.ts";

type Life = Story<Store>;

/** The seller sends what waits; true when something went out. */
export function shipByOwner(store: Store, order: Order): boolean {
  if (order.state !== 101) return false;
  ship(store, order, whole(store, order), "owner");
  return true;
}

/** A buyer orders, pays, and waits for the goods. */
export const paidStory: Life = function* (store) {
  const order = buy(store, {}, store.random.int(1, 3));
  yield;
  if (order !== null) pay(store, order);
};

/** From the order to its end. */
const wholeStory = (more: Partial<NewOrder>, isGiven = false): Life =>
  function* (store) {
    const gift = isGiven ? { gift: [...store.skus.values()][0] } : {};
    const order = buy(store, { ...more, ...(gift.gift === undefined ? {} : { gift: gift.gift }) }, 2);
    yield;
    if (order === null) return;
    pay(store, order);
    yield;
    yield;
    shipByOwner(store, order);
    yield;
    if (order.state === 300) finish(store, order, 400);
    yield;
    if (order.state === 400) finish(store, order, 1000);
  };

const abandonedStory: Life = function* (store) {
  const order = buy(store);
  yield;
  if (order?.state === 100) cancel(store, order, "buyer");
};

const paidBackStory: Life = function* (store) {
  const order = buy(store);
  if (order === null) return;
  pay(store, order);
  yield;
  if (order.state === 101) cancel(store, order, "buyer");
};

/** Money that comes by a bank is looked at before the goods may go. */
const reviewStory: Life = function* (store) {
  const order = buy(store, { payMode: "银行汇款" });
  if (order === null) return;
  yield;
  order.paid = nowOf(store);
  setState(store, order, 50, "owner", "到款待审核");
  yield;
  yield;
  pay(store, order);
};

/** The buyer does not take the parcel. */
const failedStory: Life = function* (store) {
  const order = buy(store, { payMode: "货到付款" });
  if (order === null) return;
  pay(store, order);
  yield;
  if (!shipByOwner(store, order)) return;
  yield;
  cancel(store, order, "buyer", 1100);
};

const partlyStory: Life = function* (store) {
  const order = buy(store, { mode: 2 }, 3);
  if (order === null) return;
  pay(store, order);
  yield;
  if (order.state !== 101) return;
  for (const line of order.lines.slice(0, 1)) line.sent = line.count;
  setState(store, order, 260, "owner", "部分发货");
  yield;
  yield;
  ship(store, order, whole(store, order), "owner");
  yield;
  finish(store, order, 1000);
};

/** The platform splits an order; the seller sees the parts alone. */
const splitStory: Life = function* (store) {
  const parent = buy(store, { holds: false, isPlain: true }, 2);
  if (parent === null) return;
  pay(store, parent);
  setState(store, parent, -200, "owner", "拆单");
  log(store, { kind: "order_hidden", orderId: parent.id, by: "owner" });
  const parts = parent.lines.map(({ sku, count }) =>
    buy(store, { wants: [{ sku, count }], parentId: parent.id, isPlain: true }),
  );
  for (const part of parts) if (part !== null) pay(store, part);
  yield;
  for (const part of parts) if (part !== null) shipByOwner(store, part);
};

function* delivered(store: Store): Generator<void, Order | null> {
  const order = buy(store);
  if (order === null) return null;
  pay(store, order);
  if (!shipByOwner(store, order)) return null;
  yield;
  finish(store, order, 400);
  yield;
  return order;
}

const isAccepted = ({ status }: Return): boolean => status === 1000;

/** A request, the seller's answer, and what follows. */
const returnStory = (type: Return["type"], ...ends: readonly (300 | 1100 | -100 | "unpaid")[]): Life =>
  function* (store) {
    const order = yield* delivered(store);
    const request = order === null ? null : applyReturn(store, order, type);
    yield;
    yield;
    const [end = 300] = ends;
    if (request?.status !== 0) return;
    if (end === -100) return moveReturn(store, request, -100, "buyer");
    reviewReturn(store, request, end !== 1100, "owner");
    yield;
    yield;
    if (!isAccepted(request)) return;
    if (request.type !== 5) closeReturn(store, request, request.line.price, "owner");
    const refund = store.refunds.find(({ source }) => source === request);
    yield;
    yield;
    if (refund !== undefined) reviewRefund(store, refund, end === "unpaid" ? 3 : 2);
  };

/** The seller writes a memo, begins or ends a promotion, and fills the shelves. */
const ownerStory: Life = function* (store) {
  const order = store.lastOrder;
  if (order !== null && order.state !== -200) {
    Object.assign(order, { remark: "加急", label: 1 });
    setState(store, order, order.state, "owner", "商家备注");
  }
  const sku = [...store.skus.values()].at(-1);
  if (sku !== undefined) sku.isInPromotion = true;
  yield;
  if (sku !== undefined) sku.isInPromotion = false;
  for (const one of store.skus.values())
    if (one.stock < 3 && one.item.state === "上架") setStock(store, one, 50, "owner");
};

export const STORIES: readonly Life[] = [
  wholeStory({}),
  abandonedStory,
  returnStory(1, 300),
  wholeStory({ payMode: "货到付款" }),
  paidBackStory,
  returnStory(5, 300),
  wholeStory({ mode: 2 }),
  reviewStory,
  returnStory(2, 300),
  wholeStory({ isPresale: true, outerId: "OUT-1001" }, true),
  failedStory,
  returnStory(1, 1100),
  partlyStory,
  returnStory(5, "unpaid"),
  wholeStory({ payMode: "邮局汇款" }),
  splitStory,
  returnStory(1, -100),
  returnStory(1, "unpaid"),
  returnStory(5, 1100),
  ownerStory,
];
