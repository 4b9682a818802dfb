/** Lives of orders, step by step. */

import { heeding, log, type Story } from "../living.ts";
import { buy } from "./basket.ts";
import { newPrice, setPrices } from "./catalogue.ts";
import { complaintStory, returnStory } from "./dispute-stories.ts";
import { unpack } from "./fulfillments.ts";
import { cancel, setMetadata, setStatus } from "./orders.ts";
import { authorize, collectionStatus, refund } from "./payments.ts";
import { captureAll, deliverByCarrier, delivered, isBusy, packByOwner, sendByOwner } from "./people.ts";
import { setStocked, shownOf } from "./stock.ts";
import { fresh, newId, nowMs, type Store } from "./store.ts";
import type { Order, OrderStatus } from "./types.ts";
import { ApiError } from "./wire.ts";

type Life = Story<Store>;

/** A buyer orders; the seller takes the money. */
export const paidStory: Life = function* (store) {
  const order = buy(store, {}, store.random.int(1, 3));
  yield;
  if (order !== null && order.status === "pending") captureAll(store, order);
};

/** From the order to its end. */
const wholeStory = (...ends: readonly OrderStatus[]): Life =>
  function* (store) {
    const order = buy(store, {}, 2);
    yield;
    if (order === null) return;
    captureAll(store, order);
    const parcel = packByOwner(store, order);
    yield;
    yield;
    sendByOwner(store, order, parcel);
    yield;
    yield;
    sendByOwner(store, order, packByOwner(store, order));
    deliverByCarrier(store, order);
    for (const end of ends) {
      yield;
      if (!isBusy(order)) setStatus(store, order, end, "owner");
    }
  };

/** In two parcels. */
const partlyStory: Life = function* (store) {
  const order = buy(store, {}, 2, 2);
  if (order === null) return;
  captureAll(store, order);
  yield;
  const parcel = packByOwner(store, order, 1);
  yield;
  yield;
  sendByOwner(store, order, parcel);
  yield;
  yield;
  deliverByCarrier(store, order);
  yield;
  yield;
  sendByOwner(store, order, packByOwner(store, order));
};

const repackStory: Life = function* (store) {
  const order = buy(store);
  const parcel = order === null ? null : packByOwner(store, order);
  yield;
  yield;
  if (order === null || parcel === null || parcel.shipped !== null || isBusy(order)) return;
  unpack(store, order, parcel, "owner");
  yield;
  if (!isBusy(order) && order.fulfillments.every((one) => one.canceled !== null)) cancel(store, order, "owner");
};

/** The money does not come at once, or never. */
const unpaidStory = (collection: Order["collection"]["state"], isPaidLater: boolean): Life =>
  function* (store) {
    const order = buy(store, { paid: "none", collection });
    yield;
    yield;
    if (order === null || isBusy(order) || order.payments.length > 0) return;
    if (!isPaidLater) return cancel(store, order, "owner");
    authorize(store, order, order.collection.amount);
    yield;
    captureAll(store, order);
  };

const halfPaidStory: Life = function* (store) {
  const order = buy(store, { paid: "half" });
  yield;
  yield;
  if (order === null || isBusy(order)) return;
  captureAll(store, order);
  yield;
  yield;
  if (collectionStatus(order) !== "partially_captured") return;
  const rest = order.collection.amount - (order.payments[0]?.amount ?? 0);
  authorize(store, order, rest);
  captureAll(store, order);
};

/** A draft is no order yet. */
const draftStory: Life = function* (store) {
  const order = buy(store, { status: "draft", paid: "none" });
  if (order === null) return;
  log(store, { kind: "order_hidden", orderId: order.id, by: "owner" });
  yield;
  yield;
  if (order.status !== "draft") return;
  log(store, { kind: "order_shown", orderId: order.id, by: "owner" });
  setStatus(store, order, "pending", "owner");
};

const actionStory: Life = function* (store) {
  const order = buy(store, { status: "requires_action", paid: "none" });
  yield;
  yield;
  if (order === null || order.status !== "requires_action") return;
  setStatus(store, order, "pending", "buyer");
  authorize(store, order, order.collection.amount);
};

/** Money back without goods. */
const refundStory = (share: number): Life =>
  function* (store) {
    const order = yield* delivered(store);
    const payment = order?.payments[0];
    if (payment === undefined || payment.refunds.length > 0) return;
    const amount = share === 1 ? null : Math.floor((payment.amount * share) / 100) * 100;
    refund(store, payment, amount, "goodwill", "owner");
  };

/** The seller writes a memo, changes a price, has a sale for a while, and fills the shelves. */
const ownerStory: Life = function* (store) {
  const order = store.lastOrder;
  if (order !== null && order.status !== "draft") setMetadata(store, order, { memo: "urgent" }, "owner");
  const variant = [...store.variants.values()][0];
  if (variant === undefined) return;
  const prices = variant.prices.map(({ amount, ...rest }) => newPrice(store, { ...rest, amount: amount + 100 }));
  setPrices(store, variant, prices, "owner");
  const { currency } = store;
  const row = { id: newId(store, "price"), variant, amount: 1000, currency };
  const sale = { id: newId(store, "plist"), title: "Sale", starts: nowMs(store), ends: null, prices: [row] };
  const list = { ...sale, status: "active" as "active" | "draft", ...fresh(store) };
  store.priceLists.push(list);
  yield;
  list.status = "draft";
  list.updated = nowMs(store);
  for (const { parts, isManaged, ...one } of store.variants.values())
    for (const { item } of isManaged && one.product.status === "published" ? parts : [])
      for (const level of item.levels.values())
        if ((shownOf({ parts, isManaged, ...one }) ?? 9) < 3) setStocked(store, level, level.reserved + 50, "owner");
};

export const STORIES: readonly Life[] = [
  wholeStory("completed"),
  unpaidStory("not_paid", false),
  returnStory("whole"),
  partlyStory,
  refundStory(0.25),
  complaintStory("claim", "refund", "missing_item", "stands"),
  wholeStory("completed", "archived"),
  unpaidStory("awaiting", true),
  returnStory("part"),
  halfPaidStory,
  complaintStory("claim", "replace", "wrong_item", "stands"),
  draftStory,
  repackStory,
  returnStory("cancel"),
  refundStory(1),
  complaintStory("exchange", null, "other", "stands"),
  actionStory,
  unpaidStory("failed", false),
  complaintStory("claim", "replace", "production_failure", "withdrawn"),
  returnStory("unpaid"),
  complaintStory("exchange", null, "other", "withdrawn"),
  complaintStory("claim", "refund", "other", "stands"),
  complaintStory("claim", "refund", "other", "dropped"),
  ownerStory,
].map((story) => heeding(story, (error) => error instanceof ApiError));
