/** A fake selling account behind the Selling Partner API: stateful, strict, and alive. */

import { DAY } from "../beijing-time.ts";
import { createGate, createSlidingWindow, type Fake } from "../fake.ts";
import { createLife, livePast, nowOf, runDue } from "../living.ts";
import { found, livingFake } from "../living-fake.ts";
import { buy, sell, type Wish } from "./basket.ts";
import { fillCatalogue } from "./catalogue.ts";
import { finishFeed } from "./feeds.ts";
import { shownOf } from "./listing-facts.ts";
import { remove, setFba, setPrice, setQuantity } from "./listings.ts";
import { consentQuery } from "./lwa.ts";
import type { AmazonFakeOptions } from "./options.ts";
import { cancel, open, requestCancel, touch } from "./orders.ts";
import { endJob } from "./report-jobs.ts";
import * as returns from "./returns.ts";
import { createApp, numbered, ROUTES, SECRET_PARAMETERS } from "./server.ts";
import { closeSettlement, movePayout, settleByItself } from "./settlements.ts";
import { carry } from "./shipping.ts";
import { createStore, type Store } from "./store.ts";
import { paidStory, STORIES, shipAll } from "./stories.ts";
import type * as T from "./types.ts";
import { createUsage, PLANS } from "./usage.ts";
import { answerRefusal, QUOTA_EXCEEDED, scriptedAnswer } from "./wire.ts";

export type { AmazonFakeOptions, SharedSku } from "./options.ts";

export interface AmazonFake extends Fake {
  readonly platform: "amazon";
  readonly credentials: { access_token: string; refresh_token: string };
  readonly settings: { seller_id: string; region: string; marketplaces: string[] };
  readonly app: { key: string; secret: string };
  /** Everything that connects the account. */
  readonly connection: Readonly<Record<string, string>>;
  readonly orders: ReadonlyMap<string, T.Order>;
  readonly listings: ReadonlyMap<string, T.Listing>;
  readonly returns: ReadonlyMap<string, T.Return>;
  readonly transactions: readonly T.Transaction[];
  readonly settlements: readonly T.Settlement[];
  readonly feeds: ReadonlyMap<string, T.Feed>;
  readonly reports: ReadonlyMap<string, T.Report>;
  /** Messages by the address of their queue, the oldest first. */
  readonly queues: ReadonlyMap<string, readonly string[]>;
  readonly operations: readonly string[];
  /** Calls of an operation that its bucket holds now. */
  left(operation: string): number;
  /** The code that comes back with a seller who has consented; good once, for five minutes. */
  consent(): string;
  consentQuery(state: string): Record<string, string>;
  expireToken(): void;
  revoke(): void;
  readonly buyer: {
    order(wish?: Wish): string;
    pay(orderId: string): void;
    requestCancel(orderId: string): void;
    /** The id of the return. */
    askReturn(orderId: string): string;
    claim(rma: string): void;
  };
  readonly owner: {
    ship(orderId: string): void;
    carry(orderId: string, status: T.PackageStatus, detail?: string): void;
    cancel(orderId: string): void;
    /** In minor units, of the first line. */
    refund(orderId: string, amount: number): void;
    approve(rma: string): void;
    deny(rma: string): void;
    receive(rma: string): void;
    payBack(rma: string): void;
    touch(orderId: string): void;
    setQuantity(sku: string, quantity: number): void;
    setFba(sku: string, counts: Partial<T.FbaStock>): void;
    /** In minor units of the home marketplace. */
    setPrice(sku: string, minor: number): void;
    remove(sku: string): void;
    /** The old client secret is good no more. */
    rotateSecret(): string;
  };
  readonly platformActs: {
    /** The ids of the settlements of all marketplaces in which something has happened. */
    settle(): string[];
    movePayout(settlementId: string, status: T.PayoutStatus): void;
    /** How the next feed, or report, ends. */
    nextFeed(end: "FATAL" | "CANCELLED" | "hang"): void;
    nextReport(end: "FATAL" | "CANCELLED" | "hang"): void;
    /** `DONE`: a feed that hung is worked off late. */
    endFeed(feedId: string, status: "FATAL" | "CANCELLED" | "DONE"): void;
  };
}

/** Older orders than this have been sent. */
const OLD = 10 * DAY;

function makePast(store: Store): void {
  const now = nowOf(store);
  store.past = now - 110 * DAY;
  fillCatalogue(store);
  const shelf = [...store.listings.values()].map((listing) => ({ listing, shown: shownOf(listing) }));
  const fill = (listing: T.Listing, count: number): void => {
    if (listing.fba !== null) setFba(store, listing, { fulfillable: count }, "owner");
    else if (listing.theme === null) setQuantity(store, listing, count, "owner");
  };
  store.past = now - 84 * DAY;
  settleByItself(store);
  livePast(store, {
    stories: STORIES,
    usual: paidStory,
    count: store.options.orders ?? 25,
    days: 80,
    prepare() {
      for (const { listing } of shelf) if (shownOf(listing) < 10) fill(listing, 200);
    },
    conclude() {
      const order = store.lastOrder;
      if (order === null || now - order.created < OLD || order.state === "CANCELLED") return;
      open(store, order);
      shipAll(store, order);
    },
  });
  store.past = now - 2 * 60;
  for (const { listing, shown } of shelf) if (shownOf(listing) !== shown) fill(listing, shown);
  store.past = null;
  runDue(store);
}

/** Creates an account with its past; the same options make the same account. */
export function createAmazonFake(options: AmazonFakeOptions = {}): AmazonFake {
  const store = createStore(options);
  if (options.baseUrl !== undefined) store.fileHome = options.baseUrl.replace(/\/+$/, "");
  makePast(store);
  const calls = options.quota === undefined ? undefined : createSlidingWindow(options.quota, store.clock);
  const gate = createGate({
    clock: store.clock,
    // The pages of tokens and files are no calls of the API.
    ...(calls === undefined
      ? {}
      : { quota: { ...calls, take: (key = "") => (key === "" ? { allowed: true as const } : calls.take(key)) } }),
    secretParameters: SECRET_PARAMETERS,
    errorAnswer: ({ code = "InternalFailure", message, status }) =>
      numbered(store, scriptedAnswer(code, message, status)),
    quotaAnswer: () => numbered(store, answerRefusal(QUOTA_EXCEEDED())),
  });
  const usage = createUsage(store.clock, options.usage ?? PLANS, options.storeUsage);
  const orderOf = (id: string): T.Order => found(store.orders.get(id), id);
  const listingOf = (sku: string): T.Listing => found(store.listings.get(sku), sku);
  const returnOf = (rma: string): T.Return => found(store.returns.get(rma), rma);
  return livingFake<AmazonFake>(
    store,
    {
      gate,
      app: createApp(store, gate, usage),
      liveOnce: createLife(store, STORIES, paidStory),
      sell: (sale) => sell(store, sale),
    },
    {
      platform: "amazon",
      settings: {
        seller_id: store.sellerId,
        region: store.region,
        marketplaces: store.marketplaces.map(({ id }) => id),
      },
      get connection() {
        const { access_token, refresh_token } = this.credentials ?? { access_token: "", refresh_token: "" };
        const { key: app_key, secret: app_secret } = store.app;
        return { access_token, refresh_token, app_key, app_secret, selling_partner_id: store.sellerId };
      },
      attach(baseUrl: string) {
        store.fileHome = baseUrl.replace(/\/+$/, "");
      },
      orders: store.orders,
      listings: store.listings,
      returns: store.returns,
      transactions: store.transactions,
      settlements: store.settlements,
      feeds: store.feeds,
      reports: store.reports,
      queues: store.queues,
      operations: ROUTES.map(({ operation }) => operation),
      left: (operation) => usage.left(operation),
      consentQuery: (state) => consentQuery(store, state),
      buyer: {
        order: (wish) => found(buy(store, wish), "something to buy").id,
        pay: (id) => open(store, orderOf(id)),
        requestCancel: (id) => requestCancel(store, orderOf(id), "Bought by mistake"),
        askReturn: (id) => found(returns.requestReturn(store, orderOf(id)), `goods of ${id}`).rma,
        claim: (rma) => returns.claim(store, returnOf(rma)),
      },
      owner: {
        ship: (id) => shipAll(store, orderOf(id)),
        carry: (id, status, detail) => carry(store, orderOf(id), status, detail ?? null),
        cancel: (id) => void cancel(store, orderOf(id), { by: "MERCHANT", reason: "No inventory" }, "owner"),
        refund: (id, amount) =>
          void returns.refund(store, orderOf(id), found(orderOf(id).lines[0], id), { amount }, "owner"),
        approve: (rma) => returns.approve(store, returnOf(rma)),
        deny: (rma) => returns.deny(store, returnOf(rma)),
        receive: (rma) => returns.receive(store, returnOf(rma)),
        payBack: (rma) => returns.payBack(store, returnOf(rma)),
        touch: (id) => touch(store, orderOf(id), "touched", "owner"),
        setQuantity: (sku, quantity) => setQuantity(store, listingOf(sku), quantity, "owner"),
        setFba: (sku, counts) => setFba(store, listingOf(sku), counts, "owner"),
        setPrice: (sku, minor) => setPrice(store, listingOf(sku), store.home, minor, "owner"),
        remove: (sku) => remove(store, listingOf(sku)),
        rotateSecret() {
          store.app.secret = `amzn1.oa2-cs.v1.fa4e${store.random.hex(60)}`;
          return store.app.secret;
        },
      },
      platformActs: {
        settle: () => store.marketplaces.flatMap((one) => closeSettlement(store, one)?.id ?? []),
        movePayout: (id, status) =>
          movePayout(
            store,
            found(
              store.settlements.find((one) => one.id === id),
              id,
            ),
            status,
          ),
        nextFeed: (end) => void store.nextFeeds.push(end),
        nextReport: (end) => void store.nextReports.push(end),
        endFeed(id, status) {
          const feed = found(store.feeds.get(id), id);
          if (status === "DONE") finishFeed(store, feed);
          else endJob(store, feed, status);
        },
      },
    },
  );
}
