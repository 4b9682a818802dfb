/** What buyers, the seller on the platform's own pages and carriers do, for tests that tell a story. */

import { fillBasket } from "./basket.ts";
import { setPrices } from "./methods-prices.ts";
import { parseYuan } from "./money.ts";
import { agreeReturn, closeRefund, type NewRefund, openRefund, payBack, refuse, returnGoods } from "./refunds.ts";
import { makeParcel, reportStep } from "./shipping.ts";
import { setQuantity } from "./stock.ts";
import { type Choice, changeItem, nowOf, type Store } from "./store.ts";
import { type NewTrade, placeTrade } from "./trade-new.ts";
import { closeUnpaid, finish, openLines, pay, releaseHold, setMemo } from "./trade-status.ts";
import type { Refund, Shelf, Trade } from "./types.ts";

export interface BuyerActs {
  /** Orders something that is on sale, unpaid. Returns the trade's id. */
  order(more?: Partial<NewTrade>, lines?: number): string;
  pay(tid: string): void;
  cancel(tid: string): void;
  confirm(tid: string): void;
  /** Asks for money or goods back, for the line at a position. Returns the refund's id. */
  askRefund(tid: string, refund: NewRefund, line?: number): string;
  sendBack(refundId: string): void;
  withdraw(refundId: string): void;
}

export interface OwnerActs {
  setMemo(tid: string, memo: string, flag?: number): void;
  setStock(code: string, quantity: number): void;
  setPrice(code: string, price: string): void;
  setShelf(code: string, shelf: Shelf): void;
  /** Sends all open lines, or those at the given positions. */
  ship(tid: string, trackingNumber: string, lines?: readonly number[], carrier?: string): void;
  /** Asks the platform's carrier to come for all open lines. */
  arrange(tid: string, carrier?: string): void;
  releaseHold(tid: string): void;
  agreeReturn(refundId: string): void;
  payBack(refundId: string): void;
  refuse(refundId: string): void;
  /** A carrier's report on a parcel. */
  track(tid: string, action: string, parcel?: number): void;
}

export function createBuyerActs(store: Store): BuyerActs {
  const { trade, refund } = finders(store);
  return {
    order(more = {}, lines = 1) {
      const wants = more.wants ?? fillBasket(store, lines);
      if (wants.length === 0) throw new RangeError("nothing is on sale in the fake shop");
      return placeTrade(store, { ...more, wants }).tid;
    },
    pay: (tid) => pay(store, trade(tid)),
    cancel: (tid) => closeUnpaid(store, trade(tid), "buyer"),
    confirm: (tid) => finish(store, trade(tid), "buyer"),
    askRefund(tid, wanted, position = 0) {
      const found = trade(tid);
      const line = found.lines[position];
      if (line === undefined) throw new RangeError(`no line ${position} in the trade ${tid}`);
      return openRefund(store, found, line, wanted).id;
    },
    sendBack: (id) => returnGoods(store, refund(id), "YTO", "YT1234567890123", "buyer"),
    withdraw: (id) => closeRefund(store, refund(id), "buyer"),
  };
}

export function createOwnerActs(store: Store): OwnerActs {
  const { trade, refund, choice } = finders(store);
  return {
    setMemo: (tid, memo, flag = 0) => setMemo(store, trade(tid), memo, flag, "owner"),
    setStock: (code, quantity) => setQuantity(store, choice(code), quantity, "owner"),
    setPrice(code, price) {
      const { item, sku } = choice(code);
      const fen = parseYuan(price) ?? 0;
      setPrices(store, item, sku === null ? new Map() : new Map([[sku, fen]]), fen, "owner");
    },
    setShelf(code, shelf) {
      const { item } = choice(code);
      changeItem(store, item, () => {
        item.shelf = shelf;
        item.delisted = shelf === "onsale" ? null : nowOf(store);
      });
    },
    ship(tid, trackingNumber, positions, carrier = "SF") {
      const found = trade(tid);
      const lines =
        positions === undefined ? openLines(found) : found.lines.filter((_, index) => positions.includes(index));
      const isSplit = lines.length < found.lines.length;
      makeParcel(store, found, { lines, carrier, trackingNumber, isOnline: false, isSplit, isSent: true, by: "owner" });
    },
    arrange(tid, carrier = "SF") {
      const found = trade(tid);
      const shipment = { lines: openLines(found), carrier, trackingNumber: "", isOnline: true, isSplit: false };
      makeParcel(store, found, { ...shipment, isSent: false, by: "owner" });
    },
    releaseHold: (tid) => releaseHold(store, trade(tid)),
    agreeReturn: (id) => agreeReturn(store, refund(id), "owner", "浙江省杭州市文一西路1号"),
    payBack: (id) => payBack(store, refund(id), "owner"),
    refuse: (id) => refuse(store, refund(id), "owner", "不同意"),
    track(tid, action, position = 0) {
      const found = trade(tid);
      const parcel = found.parcels[position];
      if (parcel === undefined) throw new RangeError(`no parcel ${position} in the trade ${tid}`);
      reportStep(store, found, parcel, action);
    },
  };
}

function finders(store: Store) {
  const found = <T>(value: T | undefined, what: string): T => {
    if (value === undefined) throw new RangeError(`no ${what} in the fake shop`);
    return value;
  };
  return {
    trade: (tid: string): Trade => found(store.trades.get(tid), `trade ${tid}`),
    refund: (id: string): Refund => found(store.refunds.get(id), `refund ${id}`),
    choice: (code: string): Choice => found(store.codes.get(code)?.[0], `goods ${code}`),
  };
}
