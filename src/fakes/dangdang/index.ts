/** A fake shop behind the platform's gateway: stateful, strict, and alive. */

import { DAY } from "../beijing-time.ts";
import { createGate, createSlidingWindow, type Fake } from "../fake.ts";
import { yuan } from "../fen.ts";
import { createLife, livePast, log, nowOf, runDue } from "../living.ts";
import { found, livingFake } from "../living-fake.ts";
import { buy, sell } from "./basket.ts";
import { fillCatalogue, isOnShelf } from "./catalogue.ts";
import { applyReturn, moveReturn, reviewReturn } from "./disputes.ts";
import { refusal } from "./gateway.ts";
import { METHODS } from "./methods.ts";
import type { DangdangFakeOptions } from "./options.ts";
import { cancel, finish, type NewOrder, pay, setState } from "./orders.ts";
import { createApp, SECRET_PARAMETERS } from "./server.ts";
import { setStock } from "./stock.ts";
import { createStore, type Store } from "./store.ts";
import { paidStory, STORIES, shipByOwner } from "./stories.ts";
import type { Item, Order, Refund, Return } from "./types.ts";

export type { DangdangFakeOptions, SharedSku } from "./options.ts";

export interface DangdangFake extends Fake {
  readonly platform: "dangdang";
  readonly credentials: { access_token: string; refresh_token: string };
  readonly settings: { shop_id: string };
  readonly app: { key: string; secret: string };
  readonly shop: { gShopID: string };
  /** Everything that connects the shop. */
  readonly connection: Readonly<Record<string, string>>;
  readonly orders: ReadonlyMap<string, Order>;
  readonly items: ReadonlyMap<string, Item>;
  readonly returns: ReadonlyMap<string, Return>;
  readonly refunds: readonly Refund[];
  /** `name version`, or the name alone. */
  readonly methods: readonly string[];
  /** The code that comes back with a seller who has consented; good once, for ten minutes. */
  consent(): string;
  /** Access tokens lapse; the refresh tokens stay. */
  expireToken(): void;
  revoke(): void;
  readonly buyer: {
    /** The id of an order that is not paid yet. */
    order(more?: Partial<NewOrder>, count?: number): string;
    pay(orderId: string): void;
    cancel(orderId: string): void;
    receive(orderId: string): void;
    /** The code of a request to return (1), exchange (2), or get money alone (5). */
    apply(orderId: string, type: Return["type"]): string;
    withdraw(code: string): void;
  };
  readonly owner: {
    ship(orderId: string): void;
    accept(code: string): void;
    setStock(variantId: string, quantity: number): void;
    setPrice(variantId: string, fen: number): void;
    promote(variantId: string, isInPromotion: boolean): void;
    takeDown(listingId: string): void;
    /** The order's time of change moves, as if its state had been set anew. */
    touch(orderId: string): void;
  };
}

/** Older orders than this have been shipped. */
const OLD = 10 * DAY;

function makePast(store: Store): void {
  const now = nowOf(store);
  store.past = now - 110 * DAY;
  fillCatalogue(store);
  const shelf = [...store.skus.values()].map((sku) => ({ sku, quantity: sku.stock }));
  livePast(store, {
    stories: STORIES,
    usual: paidStory,
    count: store.options.orders ?? 25,
    days: 80,
    prepare() {
      for (const { sku } of shelf) if (isOnShelf(sku.item) && sku.stock < 10) setStock(store, sku, 200, "owner");
    },
    conclude() {
      const order = store.lastOrder;
      if (order !== null && now - order.created > OLD && shipByOwner(store, order)) finish(store, order, 400);
    },
  });
  store.past = now - 2 * 60;
  for (const { sku, quantity } of shelf) if (sku.stock !== quantity) setStock(store, sku, quantity, "owner");
  store.past = null;
  runDue(store);
}

/** Creates a shop with its past; the same options make the same shop. */
export function createDangdangFake(options: DangdangFakeOptions = {}): DangdangFake {
  const store = createStore(options);
  makePast(store);
  const gate = createGate({
    clock: store.clock,
    ...(options.quota === undefined ? {} : { quota: ofCallsAlone(createSlidingWindow(options.quota, store.clock)) }),
    secretParameters: SECRET_PARAMETERS,
    errorAnswer: ({ code = "", message, status }) => refusal(code, message ?? "scripted", status),
    quotaAnswer: () => refusal("23", "调用次数超限，请稍后再试"),
  });
  const app = createApp(store, gate);
  const liveOnce = createLife(store, STORIES, paidStory);
  const orderOf = (id: string): Order => found(store.orders.get(id), id);
  const returnOf = (code: string): Return => found(store.returns.get(code), code);

  return livingFake<DangdangFake>(
    store,
    { gate, app, liveOnce, sell: (sale) => sell(store, sale) },
    {
      platform: "dangdang",
      settings: { shop_id: store.shop.gShopID },
      shop: store.shop,
      orders: store.orders,
      items: store.items,
      returns: store.returns,
      refunds: store.refunds,
      methods: [...METHODS.keys()],
      buyer: {
        order: (more, count) => found(buy(store, more, count), "something to buy").id,
        pay: (id) => pay(store, orderOf(id)),
        cancel: (id) => cancel(store, orderOf(id), "buyer"),
        receive: (id) => finish(store, orderOf(id), 400),
        apply: (id, type) => found(applyReturn(store, orderOf(id), type), `goods of ${id}`).code,
        withdraw: (code) => moveReturn(store, returnOf(code), -100, "buyer"),
      },
      owner: {
        ship: (id) => void shipByOwner(store, orderOf(id)),
        accept: (code) => reviewReturn(store, returnOf(code), true, "owner"),
        setStock: (id, quantity) => setStock(store, found(store.skus.get(id), id), quantity, "owner"),
        setPrice: (id, fen) => {
          found(store.skus.get(id), id).price = fen;
          log(store, { kind: "price_set", variantId: id, price: yuan(fen), by: "owner" });
        },
        promote: (id, isInPromotion) => void Object.assign(found(store.skus.get(id), id), { isInPromotion }),
        takeDown: (id) => void Object.assign(found(store.items.get(id), id), { state: "下架" }),
        touch: (id) => setState(store, orderOf(id), orderOf(id).state, "owner", "修改"),
      },
    },
  );
}

/** Consent pages have quotas of their own, which nobody knows. */
function ofCallsAlone(calls: ReturnType<typeof createSlidingWindow>): typeof calls {
  return { ...calls, take: (key = "") => (key === "" ? { allowed: true } : calls.take(key)) };
}
