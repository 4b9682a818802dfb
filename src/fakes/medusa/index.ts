/** A fake shop behind the Admin API: stateful, strict, and alive. */

import { DAY } from "../beijing-time.ts";
import { createGate, createSlidingWindow, type Fake } from "../fake.ts";
import { actsIn, createLife, livePast, nowOf, runDue } from "../living.ts";
import { found } from "../living-fake.ts";
import { issueToken } from "./auth.ts";
import { buy, sell } from "./basket.ts";
import { fillCatalogue, setPrices, setStatus as setProductStatus } from "./catalogue.ts";
import type { MedusaFakeOptions } from "./options.ts";
import { cancel, type NewOrder, setMetadata, setStatus, touch } from "./orders.ts";
import { refund } from "./payments.ts";
import { captureAll, deliverByCarrier, packByOwner, sendByOwner } from "./people.ts";
import { beginReturn, confirmRequest, nameItems } from "./returns.ts";
import { createApp } from "./server.ts";
import { setStocked } from "./stock.ts";
import { createStore, type Store } from "./store.ts";
import { paidStory, STORIES } from "./stories.ts";
import type { Complaint, InventoryItem, Order, OrderStatus, Product, ProductStatus, Return, Variant } from "./types.ts";
import { hundredths, refusal } from "./wire.ts";

export type { MedusaFakeOptions, SharedSku } from "./options.ts";

export interface MedusaFake extends Fake {
  readonly platform: "medusa";
  readonly credentials: { api_key: string };
  /** What connects the shop. */
  readonly connection: { api_key: string };
  readonly settings: { storeUrl: string };
  /** Signs in to the back office. */
  readonly user: { id: string; email: string; password: string };
  readonly locations: readonly { id: string; name: string }[];
  readonly orders: ReadonlyMap<string, Order>;
  readonly products: ReadonlyMap<string, Product>;
  readonly variants: ReadonlyMap<string, Variant>;
  readonly items: ReadonlyMap<string, InventoryItem>;
  readonly returns: ReadonlyMap<string, Return>;
  readonly complaints: ReadonlyMap<string, Complaint>;
  /** A token of the user, good for a day. */
  signIn(): string;
  revokeKey(): void;
  readonly buyer: {
    /** The id of an order whose money is authorized, unless it says otherwise. */
    order(more?: Partial<NewOrder>, count?: number, pieces?: number): string;
    /** The id of a return of one piece of each line, requested. */
    askReturn(orderId: string): string;
  };
  readonly owner: {
    capture(orderId: string): void;
    pack(orderId: string): void;
    /** Packs and sends what is left. */
    ship(orderId: string): void;
    deliver(orderId: string): void;
    cancel(orderId: string): void;
    setStatus(orderId: string, status: OrderStatus): void;
    /** In major units; absent: all that was captured. */
    refund(orderId: string, amount?: number): void;
    memo(orderId: string, text: string): void;
    /** What lies at the first location, reserved pieces among it. */
    setStocked(variantId: string, quantity: number): void;
    /** In major units, of the shop's own currency. */
    setPrice(variantId: string, amount: number): void;
    setProductStatus(productId: string, status: ProductStatus): void;
    /** The order's time of change moves, and nothing else. */
    touch(orderId: string): void;
  };
}

/** Older orders than this have been sent. */
const OLD = 10 * DAY;

function makePast(store: Store): void {
  const now = nowOf(store);
  store.past = now - 110 * DAY;
  fillCatalogue(store);
  const shelf = [...store.items.values()].flatMap((item) => [...item.levels.values()]);
  const begin = shelf.map((level) => ({ level, stocked: level.stocked }));
  livePast(store, {
    stories: STORIES,
    usual: paidStory,
    count: store.options.orders ?? 25,
    days: 80,
    prepare() {
      for (const level of shelf)
        if (level.stocked - level.reserved < 10) setStocked(store, level, level.reserved + 200, "owner");
    },
    conclude() {
      const order = store.lastOrder;
      if (order === null || now * 1000 - order.created < OLD * 1000 || order.status !== "pending") return;
      sendByOwner(store, order, packByOwner(store, order));
      deliverByCarrier(store, order);
    },
  });
  store.past = now - 2 * 60;
  for (const { level, stocked } of begin)
    if (level.stocked - level.reserved !== stocked) setStocked(store, level, level.reserved + stocked, "owner");
  store.past = null;
  runDue(store);
}

/** Creates a shop with its past; the same options make the same shop. */
export function createMedusaFake(options: MedusaFakeOptions = {}): MedusaFake {
  const store = createStore(options);
  makePast(store);
  const gate = createGate({
    clock: store.clock,
    ...(options.quota === undefined ? {} : { quota: createSlidingWindow(options.quota, store.clock) }),
    secretParameters: [],
    errorAnswer: ({ code = "unknown_error", message = "Scripted error.", status = 400 }) =>
      refusal({ status, type: code, message }),
  });
  const app = createApp(store, gate);
  const liveOnce = createLife(store, STORIES, paidStory);
  let home = (options.baseUrl ?? `https://${store.name}.example.test`).replace(/\/+$/, "");
  const orderOf = (id: string): Order => found(store.orders.get(id), id);
  const variantOf = (id: string): Variant => found(store.variants.get(id), id);

  return {
    platform: "medusa",
    name: store.name,
    get credentials() {
      return { api_key: found(store.keys[0], "a key").token };
    },
    get connection() {
      return this.credentials;
    },
    get settings() {
      return { storeUrl: home };
    },
    user: store.user,
    locations: store.locations,
    orders: store.orders,
    products: store.products,
    variants: store.variants,
    items: store.items,
    returns: store.returns,
    complaints: store.complaints,
    requests: gate.requests,
    get events() {
      return store.bookkeeper.events;
    },
    fetch: async (request) => app.fetch(request),
    attach(baseUrl) {
      home = baseUrl.replace(/\/+$/, "");
    },
    books() {
      runDue(store);
      return store.bookkeeper.books();
    },
    tick(ms = 60_000) {
      for (let count = actsIn(ms); count > 0; count -= 1) liveOnce();
    },
    sell: (sale) => sell(store, sale),
    fail: (operation, steps, rule) => gate.faults.add(operation, steps, rule),
    clearFaults: () => gate.faults.clear(),
    // Nothing is sent by itself.
    settle: async () => {},
    signIn: () => issueToken(store),
    revokeKey: () => void Object.assign(found(store.keys[0], "a key"), { isRevoked: true }),
    buyer: {
      order: (more, count, pieces) => found(buy(store, more, count, pieces), "something to buy").id,
      askReturn(orderId) {
        const order = orderOf(orderId);
        const back = beginReturn(store, order, found(store.locations[0], "a location").id, "owner");
        nameItems(
          store,
          back,
          order.lines.map(({ id }) => ({ id, quantity: 1 })),
        );
        confirmRequest(store, back, "owner");
        return back.id;
      },
    },
    owner: {
      capture: (id) => captureAll(store, orderOf(id)),
      pack: (id) => void packByOwner(store, orderOf(id)),
      ship: (id) => sendByOwner(store, orderOf(id), packByOwner(store, orderOf(id))),
      deliver: (id) => deliverByCarrier(store, orderOf(id)),
      cancel: (id) => cancel(store, orderOf(id), "owner"),
      setStatus: (id, status) => setStatus(store, orderOf(id), status, "owner"),
      refund(id, amount) {
        const payment = found(orderOf(id).payments[0], `a payment of ${id}`);
        refund(store, payment, amount === undefined ? null : hundredths(amount), null, "owner");
      },
      memo: (id, text) => setMetadata(store, orderOf(id), { memo: text }, "owner"),
      setStocked(id, quantity) {
        const level = [...found(variantOf(id).parts[0], `stock of ${id}`).item.levels.values()][0];
        setStocked(store, found(level, `a level of ${id}`), quantity, "owner");
      },
      setPrice(id, amount) {
        const variant = variantOf(id);
        const change = (price: Variant["prices"][number]) =>
          price.currency === store.currency && price.region === null ? { ...price, amount: hundredths(amount) } : price;
        setPrices(store, variant, variant.prices.map(change), "owner");
      },
      setProductStatus: (id, status) => setProductStatus(store, found(store.products.get(id), id), status),
      touch: (id) => touch(store, orderOf(id), "touched", "owner", false),
    },
  };
}
