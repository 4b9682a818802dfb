/** Lives of campaigns, orders and returns, step by step. */

import type { Story } from "../living.ts";
import { log, nowOf } from "../living.ts";
import { buy, buyReserved, buySearching, buyTaken } from "./basket.ts";
import { book, closeBill, LINE_TYPES } from "./ledger.ts";
import {
  answerSearch,
  applyCancel,
  auditCancel,
  cancel,
  moveDvdReturn,
  openDvdReturn,
  refuse,
  setStatus,
  shipByOwner,
} from "./orders.ts";
import { cancelReservation, cutPick, deliverByOwner, demand } from "./picks.ts";
import { setOffer, setShop } from "./stock.ts";
import { newId, type Store } from "./store.ts";
import type { CancelApply, Consumer, DvdReturn, Mode, VendorReturn } from "./types.ts";

type Life = Story<Store>;

/** Consumers order; in the end the supplier picks and delivers what no caller of the API has. */
const jitStory = (isPicked: boolean, difference = 0): Life =>
  function* (store) {
    const consumers: Consumer[] = [];
    for (let number = 0; number < 3; number += 1) {
      const consumer = buyReserved(store);
      if (consumer !== null) consumers.push(consumer);
    }
    yield;
    for (const consumer of consumers) demand(store, consumer);
    yield;
    if (!isPicked) return;
    yield;
    const po = consumers[0]?.offer.schedule.po;
    const pick = po === undefined ? null : cutPick(store, po, "owner");
    yield;
    yield;
    if (pick?.lines.every(({ delivered }) => delivered === 0) === true) deliverByOwner(store, pick, difference);
  };

const droppedStory: Life = function* (store) {
  const consumer = buyReserved(store);
  yield;
  if (consumer !== null) cancelReservation(store, consumer);
};

/** What was delivered and not sold comes back. */
const vendorReturnStory = (type: number, grade: number): Life =>
  function* (store) {
    const consumer = store.consumers.findLast(({ state }) => state === "picked");
    if (consumer === undefined) return;
    const one = openVendorReturn(store, consumer, type, grade);
    yield;
    yield;
    one.out = nowOf(store);
    const { orderSn, offer, count } = consumer;
    book(store, "CR_SUP", { orderSn, sku: offer.sku, schedule: offer.schedule, count, gross: offer.sku.supplyPrice });
    log(store, {
      kind: "dispute_changed",
      disputeId: one.sn,
      orderId: consumer.pick?.no ?? "",
      status: "out",
      by: "owner",
    });
  };

export function openVendorReturn(store: Store, consumer: Consumer, type: number, grade: number): VendorReturn {
  const { schedule, sku } = consumer.offer;
  const one: VendorReturn = {
    sn: `TG${newId(store)}`,
    warehouse: schedule.warehouse,
    type,
    payType: type % 2,
    created: nowOf(store),
    out: null,
    lines: [{ orderSn: consumer.orderSn, po: schedule.po, sku, count: consumer.count, grade, box: "1" }],
  };
  store.vendorReturns.set(one.sn, one);
  const orderId = consumer.pick?.no ?? "";
  log(store, { kind: "dispute_opened", disputeId: one.sn, orderId, status: String(type), by: "owner" });
  return one;
}

/** A warehouse is found, or none; then to the end that is wanted. */
const jitxStory = (end: "23" | "97_10" | "97_22" | "97_23" | "70" | "none" | "waits"): Life =>
  function* (store) {
    const one = buySearching(store, 2);
    yield;
    yield;
    if (one === null) return;
    if (one.status === "1")
      answerSearch(store, one, end === "none" ? null : (one.warehouses[0] ?? ""), "owner", "缺货");
    const { order } = one;
    yield;
    if (end === "waits" || end === "none") return;
    if (end === "97_10") return order.status === "10" ? cancel(store, order, "buyer") : undefined;
    yield;
    shipByOwner(store, order);
    yield;
    if (end !== "97_22" && order.status === "22") setStatus(store, order, "23", "owner", "collected");
    yield;
    if (end.startsWith("97")) cancel(store, order, "buyer");
    if (end === "70") refuse(store, order);
  };

/** Direct orders go through statuses of the long list; a step that finds another status has been overtaken. */
const dvdStory = (...statuses: readonly number[]): Life =>
  function* (store) {
    const order = buy(store, "dvd", 1);
    if (order === null) return;
    let seen = order.status;
    for (const status of statuses) {
      yield;
      if (order.status !== seen) return;
      if (status === 22) shipByOwner(store, order);
      else if (status === 97) cancel(store, order, "buyer");
      else setStatus(store, order, String(status), "owner");
      seen = order.status;
    }
  };

const dvdReturnStory = (type: DvdReturn["type"], needsAudit: boolean, ...statuses: readonly number[]): Life =>
  function* (store) {
    const order = buy(store, "dvd", 1);
    if (order === null) return;
    shipByOwner(store, order);
    yield;
    setStatus(store, order, "25", "buyer");
    yield;
    const one = openDvdReturn(store, order, type, needsAudit);
    let seen = order.status;
    for (const status of statuses) {
      yield;
      if (one === null || order.status !== seen) return;
      if (status === 54) one.audited = 1;
      if (status === 41) one.audited = 2;
      moveDvdReturn(store, one, String(status), "owner");
      seen = order.status;
    }
  };

const marketStory = (end: "25" | "70" | "10"): Life =>
  function* (store) {
    const order = buy(store, "mp", store.random.int(1, 3));
    yield;
    if (order === null || end === "10") return;
    yield;
    if (!shipByOwner(store, order)) return;
    yield;
    if (end === "70") refuse(store, order);
    else setStatus(store, order, end, "buyer");
  };

const marketCancelStory = (end: 2 | 3 | 4, isSystem: boolean): Life =>
  function* (store) {
    const order = buy(store, "mp");
    if (order === null) return;
    yield;
    const apply: CancelApply | null = order.status === "10" ? applyCancel(store, order, isSystem) : null;
    yield;
    yield;
    if (apply?.status === 1) auditCancel(store, apply, end, end === 3 ? "已发货" : "", "owner");
  };

/** Lines of the money that come of no order. */
const feesStory: Life = function* (store) {
  const [sku] = store.skus.values();
  const [schedule] = store.schedules;
  if (sku === undefined || schedule === undefined) return;
  const orderSn = [...store.orders.keys()].at(-1) ?? "";
  for (const type of Object.keys(LINE_TYPES))
    if (!type.includes("CUST") || type === "DR_CUST_EXTRA")
      book(store, type, { orderSn, sku, schedule, count: 1, gross: store.random.int(100, 5000) });
  yield;
};

const billStory: Life = function* (store) {
  yield;
  closeBill(store);
};

/** The seller fills the shelves. */
const ownerStory: Life = function* (store) {
  yield;
  const now = nowOf(store);
  for (const { offers, start, end } of store.schedules)
    if (start <= now && now <= end)
      for (const offer of offers.values()) if (offer.leaving < 3) setOffer(store, offer, 50, "owner");
  for (const sku of store.shopSkus.values()) if (sku.stock < 3) setShop(store, sku, 50, "owner");
};

const JIT_STORIES: readonly Life[] = [
  jitStory(true),
  droppedStory,
  jitStory(false),
  vendorReturnStory(1, 100),
  jitStory(true, 1),
  vendorReturnStory(40, 210),
];
const JITX_STORIES: readonly Life[] = (["23", "97_10", "none", "97_22", "70", "97_23", "waits"] as const).map(
  jitxStory,
);
const DVD_STORIES: readonly Life[] = [
  dvdStory(22, 25, 60),
  dvdReturnStory(1, true, 54, 58, 49),
  dvdStory(0, 1, 10, 97),
  dvdStory(11, 24, 30, 31, 12, 13, 14),
  dvdReturnStory(0, false, 55, 71, 72),
  dvdStory(20, 21, 44, 23, 28),
  dvdReturnStory(1, false, 59, 45, 46, 47, 51, 52, 56, 57),
  dvdStory(118, 119),
  dvdReturnStory(1, true, 41, 42, 48, 100),
  dvdReturnStory(2, false, 117, 40, 61),
  dvdStory(96),
  dvdStory(98),
  dvdStory(99),
  dvdStory(22, 300),
];
const MARKET_STORIES: readonly Life[] = [
  marketStory("25"),
  marketCancelStory(2, false),
  marketStory("10"),
  marketStory("70"),
  marketCancelStory(3, false),
  marketCancelStory(4, true),
];
const BY_MODE: Readonly<Record<Mode, readonly Life[]>> = {
  jit: JIT_STORIES,
  jitx: JITX_STORIES,
  dvd: DVD_STORIES,
  mp: MARKET_STORIES,
};

/** What can happen to a supplier who works in these ways, one way after the other. */
export function storiesOf(modes: ReadonlySet<Mode>): Life[] {
  const lists = [...modes].map((mode) => BY_MODE[mode]);
  const longest = Math.max(...lists.map((list) => list.length));
  const mixed = Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list[index] ?? [])).flat();
  return [...mixed.slice(0, 6), feesStory, billStory, ...mixed.slice(6), billStory, ownerStory];
}

/** An order that waits to be shipped, or consumers who wait. */
export function usualOf(modes: ReadonlySet<Mode>): Life {
  if (modes.has("jitx"))
    return function* (store) {
      buyTaken(store, store.random.int(1, 2));
      yield;
    };
  if (modes.has("dvd")) return dvdStory();
  return modes.has("mp") ? marketStory("10") : jitStory(true);
}
