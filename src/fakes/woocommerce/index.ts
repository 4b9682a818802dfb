/** A fake WooCommerce store: stateful, strict, and alive. */

import { createGate, createSlidingWindow, type Fake, type FakeBooks, seedOf } from "../fake.ts";
import { actsIn, liveOnce, sell } from "./life.ts";
import type { WooCommerceFakeOptions } from "./options.ts";
import { createOwner, type Owner } from "./owner.ts";
import { makePast } from "./past.ts";
import { createApp, SECRET_PARAMETERS } from "./server.ts";
import { createStore, nowOf, type Store } from "./store.ts";
import type { ApiKey, DeliveryRecord } from "./types.ts";
import { createWebhookQueue, type WebhookQueue } from "./webhooks.ts";
import { errorBody, WpError } from "./wp-error.ts";

export type { SharedSku, WooCommerceFakeOptions } from "./options.ts";
export type { Owner } from "./owner.ts";
export type { ApiKey, DeliveryRecord } from "./types.ts";

export interface WooCommerceFake extends Fake {
  readonly platform: "woocommerce";
  readonly credentials: { consumer_key: string; consumer_secret: string };
  readonly settings: { storeUrl: string };
  /** Keys of each permission. */
  readonly keys: { readWrite: ApiKey; readOnly: ApiKey; writeOnly: ApiKey };
  addKey(key: ApiKey): void;
  revokeKey(consumerKey: string): void;
  /** Acts of the owner in the platform's own pages. */
  readonly owner: Owner;
  /** The queue of outgoing webhooks. */
  readonly webhooks: Pick<WebhookQueue, "hold" | "release" | "reverse" | "waiting" | "deliveries">;
  readonly deliveries: readonly DeliveryRecord[];
  /** Lists by time of change leave these orders out for a while; reads by id and lists by creation do not. */
  hideFromChanges(orderIds: readonly string[], forMs: number): void;
}

/** Creates a store with its past; the same options make the same store. */
export function createWooCommerceFake(options: WooCommerceFakeOptions = {}): WooCommerceFake {
  const store = createStore(options);
  const keys = makeKeys(store);
  makePast(store, options);
  const gate = createGate({
    clock: store.clock,
    secretParameters: SECRET_PARAMETERS,
    errorAnswer: scriptedError,
    ...(options.quota === undefined ? {} : { quota: createSlidingWindow(options.quota, store.clock) }),
  });
  const queue = createWebhookQueue(store, {
    fetch: options.webhookFetch ?? ((url, init) => fetch(url, init)),
    nextFault: () => gate.faults.next("webhooks.deliver"),
    allowPrivate: options.privateDelivery ?? true,
  });
  store.announce = queue.add;
  const app = createApp(store, gate, queue);
  const kick = (): void => {
    if (options.deliverByItself !== false && queue.waiting > 0) void queue.run();
  };

  return {
    platform: "woocommerce",
    name: store.name,
    get credentials() {
      return { consumer_key: keys.readWrite.key, consumer_secret: keys.readWrite.secret };
    },
    get settings() {
      return { storeUrl: store.home };
    },
    keys,
    owner: createOwner(store, kick),
    webhooks: queue,
    deliveries: queue.deliveries,
    requests: gate.requests,
    get events() {
      return store.bookkeeper.events;
    },
    async fetch(request) {
      try {
        return await app.fetch(request);
      } finally {
        kick();
      }
    },
    attach(baseUrl) {
      store.home = new URL(baseUrl).origin + new URL(store.home).pathname.replace(/\/$/, "");
    },
    addKey: (key) => store.keys.set(key.key, key),
    revokeKey: (consumerKey) => store.keys.delete(consumerKey),
    books: () => booksOf(store),
    tick(ms = 60_000) {
      for (let count = actsIn(ms); count > 0; count -= 1) liveOnce(store);
      kick();
    },
    sell(sale) {
      const result = sell(store, sale);
      kick();
      return result;
    },
    fail: (operation, steps, ruleOptions) => gate.faults.add(operation, steps, ruleOptions),
    clearFaults: () => gate.faults.clear(),
    hideFromChanges(orderIds, forMs) {
      for (const id of orderIds) store.hiddenFromChanges.set(Number(id), nowOf(store) + forMs / 1000);
    },
    settle: () => queue.run(),
  };
}

/** Refunds are what the platform has of disputes; it has no settlements. */
function booksOf(store: Store): FakeBooks {
  const books = store.bookkeeper.books();
  return { ...books, counts: { ...books.counts, disputes: books.counts.refunds ?? 0, settlements: 0 } };
}

function scriptedError(fault: { code?: string; message?: string; status?: number }): Response {
  const status = fault.status ?? 400;
  const error = new WpError(fault.code ?? "rest_error", fault.message ?? "Scripted error.", status);
  const headers = { "content-type": "application/json; charset=UTF-8" };
  return new Response(JSON.stringify(errorBody(error)), { status, headers });
}

/** The marks `fa4e` at the start of each key make a leak easy to find. */
function makeKeys(store: Store): WooCommerceFake["keys"] {
  const make = (permissions: ApiKey["permissions"], number: number): ApiKey => {
    const tail = (seedOf(`${store.name} ${number}`) >>> 0).toString(16).padStart(8, "0");
    const hex = `fa4efa4efa4efa4e${String(number).padStart(8, "0")}${tail}${tail}`;
    const key: ApiKey = { key: `ck_${hex}`, secret: `cs_${hex}`, permissions };
    store.keys.set(key.key, key);
    return key;
  };
  return { readWrite: make("read_write", 1), readOnly: make("read", 2), writeOnly: make("write", 3) };
}
