/** Lives of orders, step by step, and what the account is charged. */

import type { Story } from "../living.ts";
import { buy, type Wish } from "./basket.ts";
import { bookService, post, release } from "./ledger.ts";
import { shownOf } from "./listing-facts.ts";
import { setFba, setQuantity } from "./listings.ts";
import { cancel, open, place, requestCancel } from "./orders.ts";
import * as returns from "./returns.ts";
import { closeSettlement, movePayout } from "./settlements.ts";
import { carry, shipByAmazon, shipByOwner } from "./shipping.ts";
import type { Store } from "./store.ts";
import { lineTotal } from "./totals.ts";
import type { Order, PackageStatus, PayoutStatus } from "./types.ts";

type Life = Story<Store>;

/** A buyer orders and pays. */
export const paidStory: Life = function* (store) {
  buy(store, { count: store.random.int(1, 3) });
  yield;
};

export function shipAll(store: Store, order: Order): void {
  if (order.fulfilledBy === "AMAZON") shipByAmazon(store, order);
  else shipByOwner(store, order);
}

/** From the order to the parcel's end. */
const wholeStory = (wish: Wish, ...ends: readonly [PackageStatus, string | null][]): Life =>
  function* (store) {
    const order = buy(store, { count: 2, ...wish });
    if (order === null) return;
    if (order.state !== "OPEN") {
      // Long enough to be listed, which takes two minutes.
      yield;
      yield;
      yield;
      open(store, order);
    }
    yield;
    if (order.verification !== null) order.verification.status = "Approved";
    shipAll(store, order);
    for (const [status, detail] of ends) {
      yield;
      carry(store, order, status, detail);
    }
    if (order.tip !== null) order.tip.status = "FINALIZED";
  };

const partlyStory = (from: "AMAZON" | "MERCHANT"): Life =>
  function* (store) {
    const order = buy(store, { from, count: 2, pieces: 2 });
    yield;
    if (order === null) return;
    if (from === "AMAZON") shipByAmazon(store, order, 1);
    else shipByOwner(store, order, 1);
    yield;
    yield;
    shipAll(store, order);
  };

const cancelStory = (by: "BUYER" | "MERCHANT" | "AMAZON", isWhole: boolean): Life =>
  function* (store) {
    const order = buy(store, { count: 2, from: "MERCHANT" });
    yield;
    if (order === null) return;
    if (by === "BUYER") requestCancel(store, order, "Bought by mistake");
    yield;
    yield;
    const lines = isWhole ? order.lines : order.lines.slice(0, 1);
    cancel(store, order, { by, reason: by === "BUYER" ? "Buyer cancelled" : "No inventory", lines }, "owner");
  };

type ReturnEnd = "refunded" | "denied" | "closed" | "claim" | "exchanged" | "chargeback" | "safet";

const returnStory = (end: ReturnEnd, from: "AMAZON" | "MERCHANT" = "MERCHANT"): Life =>
  function* (store) {
    const order = buy(store, { from, pieces: 2 });
    yield;
    if (order === null || order.state !== "OPEN") return;
    shipAll(store, order);
    yield;
    carry(store, order, "DELIVERED", "DELIVERED");
    yield;
    const resolution = end === "exchanged" ? "Exchange" : "Standard";
    const back = returns.requestReturn(store, order, { resolution });
    if (back === null) return;
    yield;
    if (end === "denied") return returns.deny(store, back);
    if (end === "claim") returns.claim(store, back);
    if (end === "claim") return returns.payBack(store, back, "A-to-z Guarantee Refund");
    returns.approve(store, back);
    yield;
    returns.receive(store, back, end !== "safet");
    yield;
    if (end === "closed") return returns.close(store, back);
    if (end === "exchanged" && back.line.listing !== null)
      place(store, {
        wants: [{ listing: back.line.listing, quantity: 1 }],
        marketplace: order.marketplace,
        replaces: { order, type: "EXCHANGE_ORIGINAL_ID" },
      });
    else returns.payBack(store, back, end === "chargeback" ? "Chargeback Refund" : "Refund");
    if (end === "safet") returns.askSafeT(store, back, "Under Review");
    yield;
    if (end === "safet") returns.askSafeT(store, back, "Granted");
  };

/** Something back without goods, and a new parcel for nothing. */
const replaceStory: Life = function* (store) {
  const order = buy(store, { from: "MERCHANT" });
  yield;
  const [line] = order?.lines ?? [];
  if (order === null || line?.listing == null) return;
  shipAll(store, order);
  yield;
  if (line.shipped > 0) returns.refund(store, order, line, { amount: Math.floor(lineTotal(order, line) / 4) }, "owner");
  const replaces = { order, type: "REPLACEMENT_ORIGINAL_ID" as const };
  place(store, { wants: [{ listing: line.listing, quantity: 1 }], marketplace: order.marketplace, replaces });
};

const unfulfillableStory: Life = function* (store) {
  const order = buy(store, { from: "AMAZON", isForeign: true, state: "UNFULFILLABLE" });
  yield;
  yield;
  yield;
  if (order === null) return;
  open(store, order);
  yield;
  shipAll(store, order);
};

const OTHER = "other-transaction";
/** Every line that belongs to no sale: type, amount type, description, amount. */
export const BILLS: readonly [string, string, string, number][] = [
  ["ServiceFee", "Cost of Advertising", "TransactionTotalAmount", -1250],
  ...["Storage Fee", "StorageRenewalBilling", "Subscription Fee", "FBAInboundTransportationFee"].map(bill),
  ...["RemovalComplete", "DisposalComplete", "Vine Enrollment Fee", "Lightning Deal Fee"].map(bill),
  ...["CouponRedemptionFee", "Shipping label purchase"].map(bill),
  [OTHER, OTHER, "Shipping label refund", 450],
  [OTHER, OTHER, "Successful charge", 300],
  [OTHER, "FBA Inventory Reimbursement", "WAREHOUSE_DAMAGE", 900],
  [OTHER, "FBA Inventory Reimbursement", "WAREHOUSE_LOST", 800],
  [OTHER, "FBA Inventory Reimbursement", "REVERSAL_REIMBURSEMENT", 700],
  [OTHER, "FBA Inventory Reimbursement", "COMPENSATED_CLAWBACK", -600],
  [OTHER, "FBA Inventory Reimbursement", "FREE_REPLACEMENT_REFUND_ITEMS", 500],
];

function bill(description: string): [string, string, string, number] {
  return [OTHER, OTHER, description, -450];
}

/** Lines of orders that hold but for some goods or countries. */
const ORDER_LINES: readonly [string, string, number][] = [
  ["ItemPrice", "Product Tax", 40],
  ["ItemWithheldTax", "TCS-IGST", -20],
  ["ItemFees", "FixedClosingFee", -25],
  ["ItemFees", "VariableClosingFee", -35],
  ["ItemFees", "DigitalServicesFee", -12],
  ["ItemFees", "FBAPerOrderFulfillmentFee", -100],
  ["ItemFees", "FBAWeightBasedFee", -80],
  ["ItemFees", "FBADeliveryServicesFee", -70],
  ["ShipmentFees", "FBA transportation", -60],
  ["OrderFees", "OrderFee", -15],
];

const billsStory: Life = function* (store) {
  for (const [type, amountType, description, amount] of BILLS)
    bookService(store, store.home, { type, amountType, description, amount });
  yield;
  const order = [...store.orders.values()].findLast(({ lines }) => lines.some(({ shipped }) => shipped > 0));
  const line = order?.lines.find(({ shipped }) => shipped > 0);
  if (order === undefined || line === undefined) return;
  for (const [amountType, description, amount] of ORDER_LINES)
    post(store, order.marketplace, { type: "Order", amountType, description, amount, order, line });
};

const settleStory = (...payout: readonly PayoutStatus[]): Life =>
  function* (store) {
    const made = store.marketplaces.flatMap((one) => closeSettlement(store, one) ?? []);
    for (const status of payout) {
      yield;
      for (const one of made) movePayout(store, one, status);
    }
  };

const releaseStory: Life = function* (store) {
  const waiting = store.transactions.find(({ status }) => status === "DEFERRED");
  if (waiting !== undefined) release(store, waiting);
  yield;
};

/** The seller fills the shelves. */
const ownerStory: Life = function* (store) {
  for (const listing of store.listings.values()) {
    if (listing.theme !== null || shownOf(listing) >= 3) continue;
    if (listing.fba !== null) setFba(store, listing, { fulfillable: 50 }, "owner");
    else setQuantity(store, listing, 50, "owner");
  }
  yield;
};

const M = { from: "MERCHANT" as const };

export const STORIES: readonly Life[] = [
  wholeStory(M, ["IN_TRANSIT", "PICKED_UP"], ["IN_TRANSIT", "OUT_FOR_DELIVERY"], ["DELIVERED", "DELIVERED"]),
  wholeStory({ state: "PENDING" }),
  returnStory("refunded"),
  partlyStory("MERCHANT"),
  cancelStory("BUYER", true),
  billsStory,
  wholeStory({ ...M, programs: ["AMAZON_BUSINESS"] }),
  returnStory("denied"),
  wholeStory({ state: "PENDING_AVAILABILITY", ...M }),
  settleStory("IN_TRANSIT", "PAID"),
  partlyStory("AMAZON"),
  returnStory("claim"),
  wholeStory(
    { ...M, payment: "CashOnDelivery" },
    ["UNDELIVERABLE", "REJECTED_BY_BUYER"],
    ["UNDELIVERABLE", "RETURNED_TO_SELLER"],
  ),
  replaceStory,
  cancelStory("MERCHANT", false),
  returnStory("refunded", "AMAZON"),
  billsStory,
  wholeStory({ ...M, needsReview: true }, ["UNDELIVERABLE", "LOST"]),
  releaseStory,
  settleStory("FAILED"),
  returnStory("exchanged"),
  unfulfillableStory,
  wholeStory(
    { ...M, programs: ["DELIVERY_BY_AMAZON"] },
    ["PENDING", "PENDING_PICK_UP"],
    ["CANCELLED", "LABEL_CANCELLED"],
  ),
  returnStory("safet"),
  cancelStory("AMAZON", true),
  wholeStory({ ...M, programs: ["IN_STORE_PICK_UP"] }),
  returnStory("chargeback"),
  settleStory("CANCELLED"),
  returnStory("closed"),
  wholeStory(
    M,
    ["PENDING", "PENDING_SCHEDULE"],
    ["PENDING", "PENDING_DROP_OFF"],
    ["SHIPPED", "DROPPED_OFF"],
    ["IN_TRANSIT", "AT_ORIGIN_FC"],
    ["IN_TRANSIT", "AT_DESTINATION_FC"],
  ),
  wholeStory(
    M,
    ["UNDELIVERABLE", "UNDELIVERABLE"],
    ["UNDELIVERABLE", "DAMAGED"],
    ["UNDELIVERABLE", "RETURNING_TO_SELLER"],
  ),
  ownerStory,
];
