/** A fake shop behind the GraphQL Admin API: stateful, strict, and alive. */

import { DAY } from "../beijing-time.ts";
import { createGate, createSlidingWindow, type Fake } from "../fake.ts";
import { createLife, livePast, nowOf, runDue } from "../living.ts";
import { found, livingFake } from "../living-fake.ts";
import { buy, sell } from "./basket.ts";
import { deleteProduct, fillCatalogue, setPrice } from "./catalogue.ts";
import { createBucket } from "./cost.ts";
import { throttled } from "./graphql.ts";
import { moveDispute, openDispute, payOut } from "./ledger.ts";
import type { Keys } from "./mutation.ts";
import { consentQuery, permanentToken, sessionToken } from "./oauth.ts";
import type { ShopifyFakeOptions } from "./options.ts";
import { cancel, type NewOrder, touch } from "./orders.ts";
import { makeRefund, settle } from "./payments.ts";
import { carry, deliverAll, movePayout, shipByOwner } from "./people.ts";
import { approve, requestReturn } from "./returns.ts";
import { createApp, SECRET_PARAMETERS } from "./server.ts";
import { setAvailable } from "./stock.ts";
import { createStore, type Store } from "./store.ts";
import { paidStory, STORIES } from "./stories.ts";
import { createWebhookQueue, type WebhookQueue } from "./subscriptions.ts";
import type * as T from "./types.ts";
import { byGid, gid } from "./wire.ts";
import { hold, isReady } from "./work.ts";

export type { SharedSku, ShopifyFakeOptions } from "./options.ts";

export interface ShopifyFake extends Fake {
  readonly platform: "shopify";
  readonly credentials: { access_token: string; refresh_token: string };
  readonly settings: { shop: string };
  readonly app: { key: string; secret: string };
  /** Everything that connects the shop. */
  readonly connection: Readonly<Record<string, string>>;
  readonly domain: string;
  /** By number; the books know them by their global ids. */
  readonly orders: ReadonlyMap<number, T.Order>;
  readonly products: ReadonlyMap<number, T.Product>;
  readonly variants: ReadonlyMap<number, T.Variant>;
  readonly returns: ReadonlyMap<number, T.Return>;
  readonly disputes: ReadonlyMap<number, T.Dispute>;
  readonly payouts: readonly T.Payout[];
  /** Lines of the payments account; a payout is a line too. */
  readonly balance: readonly T.BalanceLine[];
  readonly locations: readonly T.Location[];
  readonly subscriptions: ReadonlyMap<number, T.Subscription>;
  readonly webhooks: Pick<WebhookQueue, "hold" | "release" | "reverse" | "waiting" | "deliveries" | "privacy">;
  /** Points that are left. */
  readonly points: number;
  /** The code that comes back with a merchant who has consented; good once, for ten minutes. */
  consent(): string;
  /** The whole query of the way back, signed. */
  consentQuery(state: string): Record<string, string>;
  /** A session token of the admin's pages; `more` overrides claims. */
  sessionToken(more?: Record<string, unknown>): string;
  /** A token without an end. */
  permanentToken(): string;
  /** Access tokens lapse; the refresh tokens stay. */
  expireToken(): void;
  /** The app is uninstalled. */
  revoke(): void;
  /** A call with this key is under way until it is let go. */
  holdKey(key: string): () => void;
  readonly buyer: {
    order(more?: Partial<NewOrder>, count?: number, pieces?: number): string;
    /** The money of an order arrives. */
    pay(orderId: string): void;
    askReturn(orderId: string): string;
    dispute(orderId: string, type: T.Dispute["type"]): string;
  };
  readonly owner: {
    ship(orderId: string): void;
    /** The carrier says something of every parcel. */
    carry(orderId: string, status: string): void;
    deliver(orderId: string): void;
    cancel(orderId: string): void;
    approve(returnId: string): void;
    /** In cents; no pieces are taken out. */
    refund(orderId: string, cents: number): void;
    memo(orderId: string, note: string): void;
    /** All work on an order that is still to be done. */
    hold(orderId: string): void;
    touch(orderId: string): void;
    setAvailable(variantId: string, quantity: number): void;
    setPrice(variantId: string, cents: number): void;
    deleteProduct(productId: string): void;
    /** The global id of a payout of what is on the account. */
    payOut(): string;
    movePayout(payoutId: string, status: T.Payout["status"]): void;
    moveDispute(disputeId: string, status: T.Dispute["status"]): void;
  };
}

/** Older orders than this have been sent. */
const OLD = 10 * DAY;

function makePast(store: Store): void {
  const now = nowOf(store);
  store.past = now - 110 * DAY;
  fillCatalogue(store);
  const shelf = [...store.levels.values()].map((level) => ({ level, available: level.counts.available }));
  livePast(store, {
    stories: STORIES,
    usual: paidStory,
    count: store.options.orders ?? 25,
    days: 80,
    prepare() {
      for (const { level } of shelf) if (level.counts.available < 10) setAvailable(store, level, 200, "owner");
    },
    conclude() {
      const order = store.lastOrder;
      if (order === null || now - order.created < OLD || order.cancelled !== null) return;
      shipByOwner(store, order);
      deliverAll(store, order);
    },
  });
  store.past = now - 2 * 60;
  for (const { level, available } of shelf)
    if (level.counts.available !== available) setAvailable(store, level, available, "owner");
  store.past = null;
  runDue(store);
}

/** Creates a shop with its past; the same options make the same shop. */
export function createShopifyFake(options: ShopifyFakeOptions = {}): ShopifyFake {
  const store = createStore(options);
  makePast(store);
  const bucket = createBucket(store);
  const cost = () => {
    const throttleStatus = {
      maximumAvailable: bucket.size,
      currentlyAvailable: bucket.available(),
      restoreRate: bucket.restore,
    };
    return { cost: { requestedQueryCost: 100, actualQueryCost: null, throttleStatus } };
  };
  const gate = createGate({
    clock: store.clock,
    ...(options.quota === undefined ? {} : { quota: ofCallsAlone(createSlidingWindow(options.quota, store.clock)) }),
    secretParameters: SECRET_PARAMETERS,
    errorAnswer({ code = "INTERNAL_SERVER_ERROR", message = "Scripted error.", status = 200 }) {
      if (code === "THROTTLED") return throttled(cost());
      // Failures of the platform's own number the request.
      const numbered = code === "INTERNAL_SERVER_ERROR" ? { requestId: `fa4e-${gate.requests.length + 1}` } : {};
      return Response.json({ errors: [{ message, extensions: { code, ...numbered } }] }, { status });
    },
  });
  const keys: Keys = { done: new Map(), busy: new Set() };
  const queue = createWebhookQueue(store, () => gate.faults.next("webhooks.deliver"));
  store.announce = queue.announce;
  const app = createApp(store, gate, bucket, keys);
  const liveOnce = createLife(store, STORIES, paidStory);
  const kick = (): void => {
    if (options.deliverByItself !== false && queue.waiting > 0) void queue.run();
  };
  const orderOf = (id: string): T.Order => found(byGid(store.orders, "Order", id), id);
  const variantOf = (id: string): T.Variant => found(byGid(store.variants, "ProductVariant", id), id);
  /** An act of the seller's after which the order has changed. */
  const act =
    (what: string, run: (order: T.Order) => void) =>
    (id: string): void => {
      run(orderOf(id));
      touch(store, orderOf(id), what, "owner");
      kick();
    };
  const serving = {
    async fetch(request: Request): Promise<Response> {
      try {
        return await app.fetch(request);
      } finally {
        kick();
      }
    },
  };

  return livingFake<ShopifyFake>(
    store,
    {
      gate,
      app: serving,
      liveOnce() {
        liveOnce();
        kick();
      },
      sell(sale) {
        const result = sell(store, sale);
        kick();
        return result;
      },
    },
    {
      platform: "shopify",
      settings: { shop: store.domain },
      attach(baseUrl: string) {
        store.home = baseUrl.replace(/\/+$/, "");
      },
      domain: store.domain,
      orders: store.orders,
      products: store.products,
      variants: store.variants,
      returns: store.returns,
      disputes: store.disputes,
      payouts: store.payouts,
      balance: store.balance,
      locations: store.locations,
      subscriptions: store.subscriptions,
      webhooks: queue,
      get points() {
        return bucket.available();
      },
      settle: () => queue.run(),
      consentQuery: (state) => consentQuery(store, state),
      sessionToken: (more) => sessionToken(store, more),
      permanentToken: () => permanentToken(store),
      revoke() {
        store.grants.revoke();
        store.dayGrants.revoke();
        store.permanent.clear();
        store.announce("APP_UNINSTALLED", "Shop", { id: 1 });
        kick();
      },
      holdKey(key) {
        keys.busy.add(key);
        return () => void keys.busy.delete(key);
      },
      buyer: {
        order(more, count, pieces) {
          const order = found(buy(store, more, count, pieces), "something to buy");
          kick();
          return gid("Order", order.id);
        },
        pay: act("paid", (order) => settle(store, order)),
        askReturn(id) {
          const back = found(requestReturn(store, orderOf(id)), `goods of ${id}`);
          touch(store, orderOf(id), "return requested", "buyer");
          kick();
          return gid("Return", back.id);
        },
        dispute(id, type) {
          const dispute = found(openDispute(store, orderOf(id), type, "GENERAL"), `a charge of ${id}`);
          kick();
          return gid("ShopifyPaymentsDispute", dispute.id);
        },
      },
      owner: {
        ship: act("shipped", (order) => void shipByOwner(store, order)),
        carry: (id, status) =>
          act(status, (order) => {
            for (const parcel of order.parcels) carry(store, parcel, status);
          })(id),
        deliver: act("delivered", (order) => deliverAll(store, order)),
        cancel: act("cancelled", (order) => {
          cancel(store, order, { reason: "STAFF", isRestocked: true, isRefunded: true, note: null }, "owner");
        }),
        approve(id) {
          const back = found(byGid(store.returns, "Return", id), id);
          approve(store, back, "owner");
          touch(store, back.order, "return approved", "owner");
          kick();
        },
        refund: (id, amount) =>
          act("refunded", (order) => {
            makeRefund(store, order, { lines: [], restock: "NO_RESTOCK", shipping: 0, amount, note: "" }, "owner");
          })(id),
        memo: (id, note) => act("memo", (order) => void Object.assign(order, { note }))(id),
        hold: act("held", (order) => {
          for (const work of order.work) if (isReady(work)) hold(store, work, "OTHER", null, false);
        }),
        touch: act("touched", () => {}),
        setAvailable(id, quantity) {
          const level = [...variantOf(id).item.levels.values()][0];
          setAvailable(store, found(level, `stock of ${id}`), quantity, "owner");
          kick();
        },
        setPrice: (id, cents) => setPrice(store, variantOf(id), cents, variantOf(id).compareAt, "owner"),
        deleteProduct: (id) => deleteProduct(store, found(byGid(store.products, "Product", id), id)),
        payOut: () => gid("ShopifyPaymentsPayout", found(payOut(store), "money on the account").id),
        movePayout: (id, status) =>
          movePayout(
            store.payouts.find((one) => gid("ShopifyPaymentsPayout", one.id) === id),
            status,
          ),
        moveDispute(id, status) {
          moveDispute(store, found(byGid(store.disputes, "ShopifyPaymentsDispute", id), id), status, "owner");
          kick();
        },
      },
    },
  );
}

/** The pages of tokens and files are no calls of the API. */
function ofCallsAlone(calls: ReturnType<typeof createSlidingWindow>): typeof calls {
  return { ...calls, take: (key = "") => (key === "" ? { allowed: true } : calls.take(key)) };
}
