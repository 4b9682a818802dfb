/** A fake supplier's account behind the platform's gateway: stateful, strict, and alive. */

import { DAY } from "../beijing-time.ts";
import { createGate, createSlidingWindow, type Fake } from "../fake.ts";
import { createLife, livePast, nowOf, runDue } from "../living.ts";
import { found, livingFake } from "../living-fake.ts";
import { buy, buyReserved, buySearching, buyTaken, orderReserved, sell } from "./basket.ts";
import { fillCatalogue, isOpen } from "./catalogue.ts";
import { book, closeBill, LINE_TYPES } from "./ledger.ts";
import { consentOf } from "./oauth.ts";
import type { VipshopFakeOptions } from "./options.ts";
import {
  answerSearch,
  applyCancel,
  auditCancel,
  cancel,
  openDvdReturn,
  refuse,
  setStatus,
  shipByOwner,
} from "./orders.ts";
import { cancelReservation, cutPick, deliverByOwner, demand } from "./picks.ts";
import { createApp, SECRET_PARAMETERS } from "./server.ts";
import { SERVICES } from "./services.ts";
import { setOffer, setShop } from "./stock.ts";
import { createStore, type Store } from "./store.ts";
import { openVendorReturn, storiesOf, usualOf } from "./stories.ts";
import type {
  CancelApply,
  Consumer,
  Delivery,
  DvdReturn,
  Fee,
  Offer,
  Order,
  Pick,
  Schedule,
  Search,
  VendorReturn,
} from "./types.ts";
import { refusalOf } from "./wire.ts";

export type { SharedSku, VipshopFakeOptions } from "./options.ts";

export interface VipshopFake extends Fake {
  readonly platform: "vipshop";
  readonly credentials: { access_token: string; refresh_token: string };
  readonly settings: { vendor_id: string; modes: string[] };
  readonly app: { key: string; secret: string };
  readonly vendorId: number;
  /** Everything that connects the account. */
  readonly connection: Readonly<Record<string, string>>;
  readonly schedules: readonly Schedule[];
  readonly picks: ReadonlyMap<string, Pick>;
  readonly deliveries: ReadonlyMap<string, Delivery>;
  readonly orders: ReadonlyMap<string, Order>;
  readonly searches: ReadonlyMap<string, Search>;
  readonly consumers: readonly Consumer[];
  readonly vendorReturns: ReadonlyMap<string, VendorReturn>;
  readonly dvdReturns: ReadonlyMap<string, DvdReturn>;
  readonly cancels: ReadonlyMap<string, CancelApply>;
  readonly fees: readonly Fee[];
  /** `service method`. */
  readonly methods: readonly string[];
  /** The call back of a seller who has consented. */
  consent(): Record<string, string>;
  /** Access tokens lapse; the refresh tokens stay. */
  expireToken(): void;
  revoke(): void;
  readonly buyer: {
    /** The number of an order that waits to be shipped. */
    order(mode: "jitx" | "dvd" | "mp", count?: number): string;
    /** The number of an order that looks for a warehouse. */
    search(count?: number): string;
    /** The number of a reservation; reviewed when `isDue`, so that it can be picked. */
    reserve(isDue?: boolean): string;
    dropReservation(occupiedSn: string): void;
    /** The number of the order that a reservation becomes: it looks for a warehouse, or has one when `isTaken`. */
    orderReserved(occupiedSn: string, isTaken?: boolean): string;
    receive(orderSn: string): void;
    cancel(orderSn: string): void;
    refuse(orderSn: string): void;
    /** The number of a request to cancel, or of a return. */
    applyCancel(orderSn: string): string;
    returnGoods(orderSn: string, needsAudit?: boolean): string;
  };
  readonly owner: {
    ship(orderSn: string): void;
    /** The numbers of a pick list over what waits, and of the delivery that it leaves with. */
    pick(poNo?: string): string;
    deliver(pickNo: string, difference?: number): string;
    auditCancel(applySn: string, status: 2 | 3): void;
    setStock(barcode: string, cooperationNo: number, quantity: number): void;
    /** The next write of this stock wants to be acknowledged. */
    breakCircuit(barcode: string, cooperationNo: number): void;
    /** Goods of a consumer's order come back to the supplier. */
    sendBack(): string;
    /** A line of the money of any type. */
    book(type: string, gross: number): void;
    closeBill(): string | null;
    takeDown(spuId: string): void;
    /** The order's time of change moves, where it has one. */
    touch(orderId: string): void;
  };
}

function makePast(store: Store): void {
  const now = nowOf(store);
  store.past = now - 110 * DAY;
  fillCatalogue(store, now);
  const kept: [Offer, number][] = [...store.skus.values()].flatMap(({ offers }) =>
    offers.map((offer): [Offer, number] => [offer, offer.leaving]),
  );
  const shop = [...store.shopSkus.values()].map((sku) => ({ sku, stock: sku.stock }));
  livePast(store, {
    stories: storiesOf(store.modes),
    usual: usualOf(store.modes),
    count: store.options.orders ?? 25,
    days: 80,
    prepare() {
      for (const [offer] of kept)
        if (isOpen(offer.schedule, nowOf(store)) && offer.leaving < 10) setOffer(store, offer, 200, "owner");
      for (const { sku } of shop) if (sku.stock < 10) setShop(store, sku, 200, "owner");
    },
    conclude() {},
  });
  store.past = now - 2 * 60;
  for (const [offer, quantity] of kept) if (offer.leaving !== quantity) setOffer(store, offer, quantity, "owner");
  for (const { sku, stock } of shop) if (sku.stock !== stock) setShop(store, sku, stock, "owner");
  store.past = null;
  runDue(store);
}

/** Creates an account with its past; the same options make the same account. */
export function createVipshopFake(options: VipshopFakeOptions = {}): VipshopFake {
  const store = createStore(options);
  makePast(store);
  const gate = createGate({
    clock: store.clock,
    ...(options.quota === undefined ? {} : { quota: createSlidingWindow(options.quota, store.clock) }),
    secretParameters: SECRET_PARAMETERS,
    errorAnswer: ({ code = "", message, status }) => refusalOf(code, message ?? "scripted", status),
    quotaAnswer: () => refusalOf("1429", "调用频率超过限制(rate limit)"),
  });
  const app = createApp(store, gate);
  const liveOnce = createLife(store, storiesOf(store.modes), usualOf(store.modes));
  const orderOf = (sn: string): Order => found(store.orders.get(sn), sn);
  const consumerOf = (sn: string): Consumer =>
    found(
      store.consumers.find(({ occupiedSn }) => occupiedSn === sn),
      sn,
    );
  const offerOf = (barcode: string, cooperationNo: number): Offer =>
    found(
      store.skus.get(barcode)?.offers.find(({ schedule }) => schedule.cooperationNo === cooperationNo),
      barcode,
    );

  return livingFake<VipshopFake>(
    store,
    { gate, app, liveOnce, sell: (sale) => sell(store, sale) },
    {
      platform: "vipshop",
      settings: {
        vendor_id: String(store.vendorId),
        modes: [...store.modes].map((mode) => (mode === "mp" ? "marketplace" : mode)),
      },
      vendorId: store.vendorId,
      schedules: store.schedules,
      picks: store.picks,
      deliveries: store.deliveries,
      orders: store.orders,
      searches: store.searches,
      consumers: store.consumers,
      vendorReturns: store.vendorReturns,
      dvdReturns: store.dvdReturns,
      cancels: store.cancels,
      fees: store.fees,
      methods: Object.entries(SERVICES).flatMap(([service, { methods }]) =>
        Object.keys(methods).map((method) => `${service} ${method}`),
      ),
      consent: () => consentOf(store),
      buyer: {
        order: (mode, count) =>
          found(mode === "jitx" ? buyTaken(store, count) : buy(store, mode, count), "something to buy").sn,
        search: (count) => found(buySearching(store, count), "something to buy").order.sn,
        reserve(isDue = true) {
          const consumer = found(buyReserved(store), "something to buy");
          if (isDue) demand(store, consumer);
          return consumer.occupiedSn;
        },
        dropReservation: (sn) => cancelReservation(store, consumerOf(sn)),
        orderReserved(sn, isTaken = true) {
          const one = orderReserved(store, consumerOf(sn));
          if (isTaken) answerSearch(store, one, one.warehouses[0] ?? "", "owner");
          return one.order.sn;
        },
        receive: (sn) => setStatus(store, orderOf(sn), "25", "buyer"),
        cancel: (sn) => cancel(store, orderOf(sn), "buyer"),
        refuse: (sn) => refuse(store, orderOf(sn)),
        applyCancel: (sn) => applyCancel(store, orderOf(sn)).sn,
        returnGoods: (sn, needsAudit = true) => found(openDvdReturn(store, orderOf(sn), 1, needsAudit), sn).id,
      },
      owner: {
        ship: (sn) => void shipByOwner(store, orderOf(sn)),
        pick(poNo) {
          const due = store.consumers.find(
            ({ state, offer }) => state === "due" && [undefined, offer.schedule.po.no].includes(poNo),
          );
          return found(due === undefined ? null : cutPick(store, due.offer.schedule.po, "owner"), "what can be picked")
            .no;
        },
        deliver: (no, difference) => deliverByOwner(store, found(store.picks.get(no), no), difference).storageNo,
        auditCancel: (sn, status) => auditCancel(store, found(store.cancels.get(sn), sn), status, "", "owner"),
        setStock: (barcode, no, quantity) => setOffer(store, offerOf(barcode, no), quantity, "owner"),
        breakCircuit: (barcode, no) => void Object.assign(offerOf(barcode, no), { isBroken: true }),
        sendBack: () =>
          openVendorReturn(
            store,
            found(
              store.consumers.findLast(({ state }) => state === "picked"),
              "a pick",
            ),
            1,
            100,
          ).sn,
        book(type, gross) {
          const [sku] = store.skus.values();
          const [schedule] = store.schedules;
          if (!(type in LINE_TYPES)) throw new Error(`the platform has no line type ${type}`);
          const place = { sku: found(sku, "goods"), schedule: found(schedule, "a campaign") };
          book(store, type, { ...place, orderSn: "", count: 1, gross });
        },
        closeBill: () => closeBill(store),
        takeDown(spuId) {
          const shop = store.products.find((product) => product.shop?.spuId === spuId)?.shop;
          found(shop, spuId).shelf = "0";
        },
        touch(id) {
          const order = store.orders.get(id);
          if (order !== undefined) setStatus(store, order, order.status, "owner", "touched");
        },
      },
    },
  );
}
