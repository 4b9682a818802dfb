/** Lives of trades that end in a dispute: all kinds, all statuses, both outcomes. */

import { bookEntry } from "./ledger.ts";
import {
  addMessage,
  agreeReturn,
  announce,
  changeRefund,
  closeRefund,
  conclude,
  confirmReturn,
  intervene,
  isOpen,
  modifyRefund,
  openRefund,
  payBack,
  refuse,
  returnGoods,
  sendReplacement,
  turnToRefund,
} from "./refunds.ts";
import type { Store } from "./store.ts";
import { order, type Story, shipped } from "./stories.ts";
import { finish, pay } from "./trade-status.ts";
import type { Refund, RefundKind, RefundStatus, Trade } from "./types.ts";

const RETURN_ADDRESS = "浙江省杭州市文一西路1号";

/** A step that is taken when the refund is still where the last step left it. */
function at(refund: Refund | null, status: RefundStatus, act: (refund: Refund) => void): void {
  if (refund !== null && refund.status === status) act(refund);
}

function dispute(
  store: Store,
  trade: Trade | null,
  kind: RefundKind,
  more: Parameters<typeof openRefund>[3] | object = {},
): Refund | null {
  const line = trade?.lines.find((candidate) => candidate.refundId === null && !candidate.isGift);
  return trade === null || line === undefined ? null : openRefund(store, trade, line, { kind, ...more });
}

/** Money back before anything was sent. */
function* earlyStory(store: Store): Generator<void, void> {
  const trade = order(store);
  if (trade !== null) pay(store, trade);
  yield;
  const refund = dispute(store, trade, "REFUND");
  yield;
  at(refund, "WAIT_SELLER_AGREE", (open) => payBack(store, open, "owner"));
}

/** Refused, asked for less, withdrawn. */
function* refusedStory(store: Store): Generator<void, void> {
  const refund = dispute(store, shipped(store), "REFUND", { reason: "空包裹", constraint: null });
  yield;
  at(refund, "WAIT_SELLER_AGREE", (open) => refuse(store, open, "owner", "已签收"));
  yield;
  at(refund, "SELLER_REFUSE_BUYER", (open) => modifyRefund(store, open, Math.floor(open.fee / 2)));
  yield;
  if (refund !== null && isOpen(refund)) closeRefund(store, refund, "buyer");
}

/** Goods back and money back, after the trade had ended. */
function* returnStory(store: Store): Generator<void, void> {
  const trade = shipped(store, {}, 2);
  yield;
  if (trade !== null) finish(store, trade, "buyer");
  yield;
  const refund = dispute(store, trade, "REFUND_AND_RETURN");
  yield;
  at(refund, "WAIT_SELLER_AGREE", (open) => agreeReturn(store, open, "owner", RETURN_ADDRESS));
  yield;
  at(refund, "WAIT_BUYER_RETURN_GOODS", (open) => returnGoods(store, open, "YTO", "YT1234567890123", "buyer"));
  yield;
  at(refund, "WAIT_SELLER_CONFIRM_GOODS", (open) => payBack(store, open, "owner"));
}

/** Another piece for the one that came; the two names of the last status stand in different tables. */
const exchangeStory = (sent: RefundStatus): Story =>
  function* (store) {
    const kind = store.shop.type === "B" ? "TMALL_EXCHANGE" : "TAOBAO_EXCHANGE";
    const refund = dispute(store, shipped(store), kind, { reason: "尺码不合适" });
    yield;
    at(refund, "WAIT_SELLER_AGREE", (open) => agreeReturn(store, open, "owner", RETURN_ADDRESS));
    yield;
    at(refund, "WAIT_BUYER_RETURN_GOODS", (open) => returnGoods(store, open, "YTO", "YT1234567890124", "buyer"));
    yield;
    at(refund, "WAIT_SELLER_CONFIRM_GOODS", (open) => confirmReturn(store, open, "owner"));
    yield;
    at(refund, "WAIT_SELLER_CONSIGN_GOODS", (open) => sendReplacement(store, open, "SF1234567890123", "owner", sent));
    yield;
    at(refund, sent, (open) => conclude(store, open, "buyer"));
  };

function* turnedStory(store: Store): Generator<void, void> {
  const kind = store.shop.type === "B" ? "TMALL_EXCHANGE" : "TAOBAO_EXCHANGE";
  const refund = dispute(store, shipped(store), kind);
  yield;
  at(refund, "WAIT_SELLER_AGREE", (open) => turnToRefund(store, open));
  yield;
  at(refund, "EXCHANGE_TRANSFORM_TO_REFUND", (open) => payBack(store, open, "owner"));
}

/** Something was missing, and is sent. */
function* resentStory(store: Store): Generator<void, void> {
  const refund = dispute(store, shipped(store), "RESHIPPING", { reason: "少件", fee: 0 });
  const status = "WAIT_BUYER_CONFIRM_REDO_SEND_GOODS";
  yield;
  at(refund, "WAIT_SELLER_AGREE", (open) =>
    changeRefund(store, open, status, "owner", "taobao_dispute_ReshippingSellerConsignGoods"),
  );
  yield;
  at(refund, status, (open) => conclude(store, open, "buyer"));
}

/** A status that the platform goes through by itself. */
const passingStory = (kind: RefundKind, status: RefundStatus): Story =>
  function* (store) {
    const refund = dispute(store, shipped(store), kind);
    yield;
    at(refund, "WAIT_SELLER_AGREE", (open) => changeRefund(store, open, status, "buyer", null));
    yield;
    at(refund, status, (open) => closeRefund(store, open, "buyer"));
  };

/** The platform is called in and decides, for the buyer or for the seller. */
const judgedStory = (isForBuyer: boolean): Story =>
  function* (store) {
    const refund = dispute(store, shipped(store), "REFUND", { reason: "质量问题", constraint: null });
    yield;
    at(refund, "WAIT_SELLER_AGREE", (open) => refuse(store, open, "owner", "不同意"));
    yield;
    if (refund === null || !isOpen(refund)) return;
    intervene(store, refund, 2);
    addMessage(store, refund, "1", "NORMAL", "请平台介入");
    announce(store, refund, "taobao_refund_RefundCreateMessage");
    yield;
    if (isOpen(refund)) intervene(store, refund, 3);
    yield;
    if (!isOpen(refund)) return;
    if (isForBuyer) payBack(store, refund, "buyer");
    else {
      refund.csStatus = 9;
      closeRefund(store, refund, "owner");
    }
  };

/** The price fell after the sale, and the difference is paid back. */
function* protectedStory(store: Store): Generator<void, void> {
  const trade = shipped(store);
  yield;
  if (trade !== null) finish(store, trade, "buyer");
  const refund = dispute(store, trade, "REFUND", { special: "priceProtect", fee: 100, reason: "价保" });
  yield;
  at(refund, "WAIT_SELLER_AGREE", (open) => payBack(store, open, "owner", "taobao_dispute_RefundPriceProtect"));
}

/** A claim that the seller pays for. */
function* claimStory(store: Store): Generator<void, void> {
  const trade = shipped(store);
  yield;
  if (trade === null) return;
  finish(store, trade, "buyer");
  bookEntry(store, "compensation", -500, trade, trade.lines[0]);
}

export const DISPUTE_STORIES: readonly Story[] = [
  earlyStory,
  refusedStory,
  returnStory,
  exchangeStory("WAIT_BUYER_CONFIRM_EXCHANGE_SELLER_SEND_GOODS"),
  exchangeStory("EXCHANGE_WAIT_BUYER_CONFIRM_GOODS"),
  turnedStory,
  resentStory,
  passingStory("REPAIR", "WAIT_SELLER_CONFIRM_RETURN_ADDRESS"),
  passingStory("OTHERS", "POST_FEE_DISPUTE_WAIT_ACTIVATE"),
  judgedStory(true),
  judgedStory(false),
  protectedStory,
  claimStory,
];
