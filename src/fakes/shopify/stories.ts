/** Lives of orders, step by step. */

import { heeding, nowOf, type Story } from "../living.ts";
import { buy } from "./basket.ts";
import { setPrice, touchProduct } from "./catalogue.ts";
import { billsStory, disputeStory, drawnStory, payoutStory } from "./money-stories.ts";
import { cancel, type NewOrder, setClosed, touch } from "./orders.ts";
import { makeRefund, paidBy, pay, settle } from "./payments.ts";
import { carry, deliverAll, delivered, isWhole, setWorkOf, shipByOwner } from "./people.ts";
import * as returns from "./returns.ts";
import { restock, setAvailable, shownOf } from "./stock.ts";
import { mainLocation, type Store } from "./store.ts";
import { receivedOf, refundedOf, worthOfPieces } from "./totals.ts";
import type { Order, Return, WorkStatus } from "./types.ts";
import { Refusal } from "./wire.ts";
import { hold, releaseHolds, undo } from "./work.ts";

type Life = Story<Store>;

/** A buyer orders and pays. */
export const paidStory: Life = function* (store) {
  buy(store, {}, store.random.int(1, 3));
  yield;
};

/** From the order to its end. */
const wholeStory = (...events: readonly string[]): Life =>
  function* (store) {
    const order = buy(store, {}, 2);
    yield;
    if (order === null) return;
    const parcel = shipByOwner(store, order);
    for (const event of events) {
      yield;
      carry(store, parcel, event);
    }
    yield;
    if (isWhole(order) && order.closed === null) setClosed(store, order, true, "owner");
  };

/** The money comes later, or never. */
const laterStory = (paid: NewOrder["paid"], end: "paid" | "void" | "expired" | "cancelled"): Life =>
  function* (store) {
    const order = buy(store, { paid: paid ?? "sale" });
    yield;
    yield;
    if (order === null || order.cancelled !== null || receivedOf(order) > 0) return;
    if (end === "paid") settle(store, order);
    if (end === "expired") order.isExpired = true;
    if (end === "void") pay(store, order, "VOID", 0, order.transactions[0]?.gateway ?? "manual");
    if (end === "cancelled") return cancelBy(store, order, "DECLINED", false);
    touch(store, order, end, "buyer");
  };

function cancelBy(store: Store, order: Order, reason: string, isRefunded: boolean): void {
  if (order.lines.some(({ shipped }) => shipped > 0)) return;
  cancel(store, order, { reason, isRestocked: true, isRefunded, note: null }, "owner");
}

const partlyPaidStory: Life = function* (store) {
  const order = buy(store, { paid: "partly" });
  yield;
  yield;
  if (order === null || order.cancelled !== null || refundedOf(order) > 0) return;
  const rest = (order.transactions[0]?.amount ?? 0) === receivedOf(order) ? order.transactions[0] : undefined;
  if (rest !== undefined) pay(store, order, "SALE", Math.max(0, worthOf(order) - rest.amount), rest.gateway);
  touch(store, order, "paid", "buyer");
};

function worthOf(order: Order): number {
  const goods = order.lines.reduce((sum, line) => {
    const { subtotal, tax } = worthOfPieces(line, 0, line.quantity);
    return sum + subtotal + (order.taxesIncluded ? 0 : tax);
  }, 0);
  return goods + (order.shipping?.amount ?? 0) + order.tip;
}

const cancelStory = (reason: string): Life =>
  function* (store) {
    const order = buy(store);
    yield;
    yield;
    if (order !== null && order.cancelled === null) cancelBy(store, order, reason, true);
  };

/** In two parcels, the second one undone by the carrier's failure. */
const partlyStory: Life = function* (store) {
  const order = buy(store, {}, 2, 2);
  yield;
  if (order === null) return;
  const parcel = shipByOwner(store, order, 1);
  yield;
  carry(store, parcel, "IN_TRANSIT");
  yield;
  yield;
  shipByOwner(store, order);
  yield;
  deliverAll(store, order);
};

/** A parcel is undone, and goes out again without a number. */
const undoneStory: Life = function* (store) {
  const order = buy(store);
  yield;
  const parcel = order === null ? null : shipByOwner(store, order);
  yield;
  yield;
  if (order === null || parcel === null || parcel.status !== "SUCCESS" || order.refunds.length > 0) return;
  undo(store, parcel, "owner");
  touch(store, order, "unshipped", "owner");
  yield;
  yield;
  shipByOwner(store, order, 99, false);
};

/** The work waits for a while in a state of its own. */
const waitingStory = (status: WorkStatus, request: string): Life =>
  function* (store) {
    const order = buy(store);
    if (order === null) return;
    setWorkOf(store, order, status, request);
    if (status === "SCHEDULED") for (const work of order.work) work.fulfillAt = nowOf(store) + 86_400;
    yield;
    yield;
    if (order.cancelled === null && order.work.every((work) => work.status === status)) setWorkOf(store, order, "OPEN");
  };

const holdStory = (reason: string): Life =>
  function* (store) {
    const order = buy(store);
    const work = order?.work[0];
    if (order === null || work === undefined) return;
    hold(store, work, reason, "look again", false);
    touch(store, order, "held", "owner");
    yield;
    yield;
    if (work.status !== "ON_HOLD") return;
    releaseHolds(store, work);
    touch(store, order, "released", "owner");
  };

/** A gift card needs no parcel. */
const giftCardStory: Life = function* (store) {
  buy(store, { isGiftCard: true });
  yield;
};

/** Money back without goods: a part, or all. */
const refundStory = (isWholeSum: boolean): Life =>
  function* (store) {
    const order = yield* delivered(store);
    yield;
    const paid = order === null ? null : paidBy(order);
    if (order === null || paid === null || order.refunds.length > 0) return;
    const amount = isWholeSum ? paid.amount : Math.floor(paid.amount / 400) * 100;
    const note = "goodwill";
    makeRefund(store, order, { lines: [], restock: "NO_RESTOCK", shipping: 0, amount, note }, "owner");
    touch(store, order, "refunded", "owner");
  };

/** Pieces that cannot be sent are taken out of the order, once with money and once without. */
const removeStory = (isPaidBack: boolean): Life =>
  function* (store) {
    const order = buy(store, {}, 1, 2);
    yield;
    const line = order?.lines[0];
    if (order === null || line === undefined || line.shipped > 0 || line.current < 2 || order.cancelled !== null)
      return;
    const location = mainLocation(store);
    const value = worthOfPieces(line, line.refunded, 1);
    const amount = isPaidBack ? value.subtotal + (order.taxesIncluded ? 0 : value.tax) : 0;
    restock(store, order, line, location, 1, location);
    const lines = [{ line, quantity: 1, location }];
    makeRefund(store, order, { lines, restock: "CANCEL", shipping: 0, amount, note: "" }, "owner");
    for (const row of order.work[0]?.lines ?? [])
      if (row.line === line) row.remaining = Math.min(row.remaining, line.current);
    touch(store, order, "removed", "owner");
  };

const isIn = (back: Return, status: Return["status"]): boolean => back.status === status;

type ReturnEnd = "refunded" | "kept" | "declined" | "withdrawn" | "exchanged";

/** A return from the request to its end. */
const returnStory = (end: ReturnEnd): Life =>
  function* (store) {
    const order = yield* delivered(store, 2);
    yield;
    const wanted = end === "exchanged" ? order?.lines[0]?.variant : undefined;
    const back = order === null ? null : returns.requestReturn(store, order, wanted ?? undefined);
    if (order === null || back === null) return;
    touch(store, order, "return requested", "buyer");
    const step = (what: string, act: (one: Return) => void): void => {
      act(back);
      touch(store, order, `return ${what}`, "owner");
    };
    yield;
    yield;
    if (!isIn(back, "REQUESTED")) return;
    if (end === "declined")
      return step("declined", (one) => returns.decline(store, one, "FINAL_SALE", "too late", "owner"));
    step("approved", (one) => returns.approve(store, one, "owner"));
    yield;
    if (!isIn(back, "OPEN")) return;
    if (end === "withdrawn") return step("withdrawn", (one) => returns.withdraw(store, one));
    step("sent", (one) => returns.sendBack(store, one));
    yield;
    yield;
    if (!isIn(back, "OPEN")) return;
    step("inspected", (one) => returns.inspect(store, one));
    yield;
    if (!isIn(back, "OPEN")) return;
    if (end === "kept") return step("closed", (one) => returns.close(store, one, "owner"));
    const rows = back.lines.flatMap((row) => {
      const lineId = back.reverse?.lines.find(({ source }) => source === row)?.id ?? -1;
      return row.processed > 0 ? [] : [{ row, quantity: 1, disposed: [{ lineId, quantity: 1, type: "RESTOCKED" }] }];
    });
    const money = rows.reduce((sum, { row }) => {
      const { subtotal, tax } = worthOfPieces(row.source.line, row.source.line.refunded, 1);
      return sum + subtotal + (order.taxesIncluded ? 0 : tax);
    }, 0);
    step("processed", (one) => returns.process(store, one, rows, end === "refunded" ? money : 0, "owner"));
  };

/** The seller writes a memo, changes a price and a listing, and fills the shelves. */
const ownerStory: Life = function* (store) {
  const order = store.lastOrder;
  if (order !== null) {
    order.note = "urgent";
    touch(store, order, "memo", "owner");
  }
  const variant = [...store.variants.values()][0];
  if (variant === undefined) return;
  setPrice(store, variant, variant.price + 100, variant.price + 500, "owner");
  yield;
  variant.product.tags = ["sale"];
  touchProduct(store, variant.product);
  for (const one of store.variants.values())
    for (const level of (shownOf(one) ?? 9) < 3 && one.product.status === "ACTIVE" ? one.item.levels.values() : [])
      setAvailable(store, level, 50, "owner");
};

const ALL: readonly Life[] = [
  wholeStory("IN_TRANSIT", "OUT_FOR_DELIVERY", "DELIVERED"),
  laterStory("pending", "paid"),
  returnStory("refunded"),
  billsStory,
  partlyStory,
  disputeStory("CHARGEBACK", "FRAUDULENT", "UNDER_REVIEW", "WON"),
  cancelStory("CUSTOMER"),
  payoutStory("IN_TRANSIT", "PAID"),
  laterStory("authorized", "paid"),
  refundStory(false),
  waitingStory("SCHEDULED", "UNSUBMITTED"),
  returnStory("declined"),
  billsStory,
  holdStory("INCORRECT_ADDRESS"),
  undoneStory,
  disputeStory("CHARGEBACK", "PRODUCT_NOT_RECEIVED", "UNDER_REVIEW", "LOST"),
  laterStory("authorized", "void"),
  returnStory("exchanged"),
  waitingStory("IN_PROGRESS", "ACCEPTED"),
  giftCardStory,
  payoutStory("PAID"),
  wholeStory("LABEL_PRINTED", "CARRIER_PICKED_UP", "DELAYED", "ATTEMPTED_DELIVERY", "FAILURE"),
  removeStory(true),
  billsStory,
  drawnStory,
  partlyPaidStory,
  waitingStory("OPEN", "SUBMITTED"),
  returnStory("kept"),
  disputeStory("INQUIRY", "GENERAL", "ACCEPTED"),
  laterStory("authorized", "expired"),
  payoutStory("FAILED"),
  refundStory(true),
  waitingStory("OPEN", "REJECTED"),
  wholeStory("LABEL_PURCHASED", "CONFIRMED", "READY_FOR_PICKUP", "PICKED_UP"),
  returnStory("withdrawn"),
  billsStory,
  disputeStory("INQUIRY", "UNRECOGNIZED", "PREVENTED"),
  laterStory("failed", "cancelled"),
  payoutStory("CANCELED"),
  waitingStory("INCOMPLETE", "ACCEPTED"),
  removeStory(false),
  disputeStory("CHARGEBACK", "DUPLICATE", "CHARGE_REFUNDED"),
  wholeStory("SUBMITTED", "MARKED_AS_FULFILLED", "LABEL_VOIDED", "NOT_DELIVERED"),
  ownerStory,
];

export const STORIES: readonly Life[] = ALL.map((story) => heeding(story, (error) => error instanceof Refusal));
