/** Lives of trades, step by step. Between two steps time passes, and the caller of the API may have done something. */

import { fillBasket } from "./basket.ts";
import { makeReceiver, oaidOf } from "./people.ts";
import { makeParcel, moveParcel, reportStep } from "./shipping.ts";
import { announceTrade, changeTrade, type Store } from "./store.ts";
import { isUnpaid, type NewTrade, placeTrade } from "./trade-new.ts";
import {
  closeUnpaid,
  finish,
  isShipped,
  openLines,
  pay,
  payDeposit,
  releaseHold,
  setMemo,
  setStatus,
} from "./trade-status.ts";
import type { Line, Parcel, Trade } from "./types.ts";
import { id64 } from "./wire.ts";

/** One step at each turn; `undefined` steps do nothing. */
export type Story = (store: Store) => Generator<void, void>;

/** A trade of the given kind; null when there is nothing to buy. */
export function order(store: Store, more: Partial<NewTrade> = {}, count = 1, isVirtual = false): Trade | null {
  const wants = fillBasket(store, count, isVirtual);
  return wants.length === 0 ? null : placeTrade(store, { wants, ...more });
}

/** The seller sends what waits, whole or some lines of it. */
export function shipByOwner(
  store: Store,
  trade: Trade,
  lines: readonly Line[] = openLines(trade),
  isOnline = false,
): Parcel | null {
  const isReady = trade.status === "WAIT_SELLER_SEND_GOODS" || trade.status === "SELLER_CONSIGNED_PART";
  if (lines.length === 0 || !isReady || trade.hold !== "none") return null;
  const isVirtual = trade.shippingType === "virtual";
  return makeParcel(store, trade, {
    lines,
    carrier: isVirtual ? "" : "SF",
    trackingNumber: isVirtual ? "" : `SF${String(store.random.int(1, 9_999_999)).padStart(13, "1")}`,
    isOnline,
    isSplit: trade.isSplit || lines.length < trade.lines.length,
    isSent: true,
    by: "owner",
  });
}

/** Orders, pays and, unless the middleware is to ship it, is shipped. */
export function shipped(store: Store, more: Partial<NewTrade> = {}, count = 1): Trade | null {
  const trade = order(store, more, count);
  if (trade === null) return null;
  pay(store, trade);
  shipByOwner(store, trade);
  return trade;
}

/** A buyer orders, pays, and waits for the goods. */
export function* paidStory(store: Store): Generator<void, void> {
  const trade = order(store, {}, store.random.int(1, 3));
  yield;
  if (trade !== null && isUnpaid(trade)) pay(store, trade);
}

function* wholeStory(store: Store): Generator<void, void> {
  const trade = order(store, {}, store.random.int(1, 2));
  yield;
  if (trade === null) return;
  if (isUnpaid(trade)) pay(store, trade);
  yield;
  const parcel = shipByOwner(store, trade) ?? trade.parcels[0];
  for (const action of ["GOT", "ARRIVAL", "DEPARTURE", "SENT_CITY", "SENT_SCAN", "SIGNED"]) {
    yield;
    if (parcel !== undefined) reportStep(store, trade, parcel, action);
  }
  yield;
  finish(store, trade, "buyer");
  announceTrade(store, trade, "taobao_trade_TradeRated", { rater: "buyer" });
}

function* abandonedStory(store: Store): Generator<void, void> {
  const trade = order(store, {}, 2);
  yield;
  if (trade !== null && isUnpaid(trade)) closeUnpaid(store, trade, "buyer", trade.lines[0]?.oid);
  yield;
  if (trade !== null && isUnpaid(trade)) closeUnpaid(store, trade, "buyer");
}

/** Three ways of paying that take a while. */
const slowStory = (status: "TRADE_NO_CREATE_PAY" | "PAY_PENDING" | "WAIT_PRE_AUTH_CONFIRM", type: string): Story =>
  function* (store) {
    const trade = order(store, { status, type });
    yield;
    if (trade === null) return;
    if (status === "TRADE_NO_CREATE_PAY" && isUnpaid(trade)) setStatus(store, trade, "WAIT_BUYER_PAY", "buyer");
    yield;
    if (isUnpaid(trade)) pay(store, trade);
  };

const holdStory = (hold: "team_buy_hold" | "top_hold"): Story =>
  function* (store) {
    const trade = order(store, { hold });
    yield;
    if (trade !== null && isUnpaid(trade)) pay(store, trade);
    yield;
    if (trade !== null && trade.payTime !== null) releaseHold(store, trade);
  };

function* codStory(store: Store): Generator<void, void> {
  const trade = order(store, { isCod: true, type: "cod", status: "WAIT_SELLER_SEND_GOODS" });
  yield;
  if (trade === null) return;
  const parcel = shipByOwner(store, trade, undefined, true) ?? trade.parcels[0];
  for (const status of ["ACCEPTING", "ACCEPTED", "PICK_UP"]) {
    yield;
    if (parcel !== undefined) moveParcel(store, parcel, status);
  }
  yield;
  if (parcel !== undefined) {
    reportStep(store, trade, parcel, "SIGNED");
    moveParcel(store, parcel, "ACCEPTED_BY_RECEIVER");
  }
  yield;
  finish(store, trade, "buyer");
}

const presaleStory = (isKept: boolean): Story =>
  function* (store) {
    const trade = order(store, { type: "step", deposit: 1000 });
    yield;
    if (trade === null || !isUnpaid(trade)) return;
    payDeposit(store, trade);
    yield;
    if (!isUnpaid(trade)) return;
    if (isKept) pay(store, trade);
    else closeUnpaid(store, trade, "buyer");
  };

function* splitStory(store: Store): Generator<void, void> {
  const trade = order(store, {}, 3);
  if (trade === null) return;
  pay(store, trade);
  yield;
  const [first] = openLines(trade);
  if (first !== undefined && trade.lines.length > 1) shipByOwner(store, trade, [first]);
  yield;
  shipByOwner(store, trade);
  yield;
  if (first !== undefined && isShipped(first)) finish(store, trade, "buyer", first.oid);
  yield;
  finish(store, trade, "buyer");
}

function* virtualStory(store: Store): Generator<void, void> {
  const trade = order(store, {}, 1, true) ?? order(store, { type: "auto_delivery" });
  yield;
  if (trade !== null && isUnpaid(trade)) pay(store, trade);
  yield;
  if (trade !== null) shipByOwner(store, trade);
  yield;
  if (trade !== null) finish(store, trade, "buyer");
}

function* localStory(store: Store): Generator<void, void> {
  const o2o = { shopId: "8800123", shopName: "示例门店", stages: 1 };
  const trade = order(store, { type: "o2o_offlinetrade", o2o });
  yield;
  if (trade === null || !isUnpaid(trade)) return;
  pay(store, trade);
  yield;
  shipByOwner(store, trade);
  yield;
  finish(store, trade, "buyer");
}

/** Everything at once: coupons of both payers, points, a gift, a bundle, a service; all fees at its end. */
function* richStory(store: Store): Generator<void, void> {
  const trade = order(store, { isRich: true }, 2);
  if (trade === null) return;
  pay(store, trade);
  yield;
  setMemo(store, trade, "赠品一起发", 1, "owner");
  yield;
  shipByOwner(store, trade);
  yield;
  finish(store, trade, "buyer");
}

/** The buyer changes the address after the payment. */
function* movedStory(store: Store): Generator<void, void> {
  const trade = order(store);
  if (trade === null) return;
  pay(store, trade);
  yield;
  if (trade.receiver === null || trade.status !== "WAIT_SELLER_SEND_GOODS") return;
  const receiver = makeReceiver(store.random);
  const topic = "taobao_trade_TradeLogisticsAddressChanged";
  changeTrade(
    store,
    trade,
    "address",
    "buyer",
    () => {
      trade.receiver = receiver;
      trade.oaid = oaidOf(store.app.secret + store.shop.userId, receiver);
      trade.isAddressChanged = true;
    },
    topic,
  );
  store.messages.add("taobao_modifyaddress_ResultNotify", {
    biz_order_id: id64(trade.tid),
    result: "success",
    api_result: "",
    seller_nick: store.shop.nick,
  });
}

/** The lives of trades that end without a dispute. */
export const TRADE_STORIES: readonly Story[] = [
  wholeStory,
  abandonedStory,
  slowStory("TRADE_NO_CREATE_PAY", "fixed"),
  slowStory("PAY_PENDING", "tmall_i18n"),
  slowStory("WAIT_PRE_AUTH_CONFIRM", "pre_auth_type"),
  holdStory("team_buy_hold"),
  holdStory("top_hold"),
  codStory,
  presaleStory(true),
  presaleStory(false),
  splitStory,
  virtualStory,
  localStory,
  richStory,
  movedStory,
];
