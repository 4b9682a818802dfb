/** Subscriptions to webhooks, and what is sent for them: signed, tried again for four hours, and then given up. */

import { createHmac } from "node:crypto";
import { createDeliveries, type Deliveries } from "../deliveries.ts";
import type { FaultStep } from "../fake.ts";
import { nowOf } from "../living.ts";
import { type Announced, fresh, newId, type Store } from "./store.ts";
import type { Subscription } from "./types.ts";
import { gid, refused, time, type View } from "./wire.ts";

/** Topics that the app's own registration names; no call subscribes to them. */
export type PrivacyTopic = "customers/data_request" | "customers/redact" | "shop/redact";

export interface DeliveryRecord {
  at: string;
  topic: string;
  webhookId: string;
  /** 0: no answer, or never sent. */
  status: number;
}

interface Message {
  subscription: Subscription;
  topic: string;
  body: string;
  webhookId: string;
  eventId: string;
  triggeredAt: string;
  attempt: number;
}

/** The receiver is given so long. */
const TIMEOUT_MS = 5000;
/** Deliveries of one event, eight of them again within four hours. */
const RETRIES = 8;
const RETRY_EVERY_MS = (4 * 3_600_000) / RETRIES;

export function signatureOf(body: string, secret: string): string {
  return createHmac("sha256", secret).update(body, "utf8").digest("base64");
}

/** Topics of more words after the resource than one. */
const LONG_TOPICS = /_(PLACED_ON_HOLD|HOLD_RELEASED)$/;

/** `ORDERS_UPDATED` is `orders/updated` in headers. */
function headerTopic(topic: string): string {
  const at = LONG_TOPICS.exec(topic)?.index ?? topic.lastIndexOf("_");
  return `${topic.slice(0, at)}/${topic.slice(at + 1)}`.toLowerCase();
}

export function subscriptionView(row: Subscription): View {
  return {
    __typename: "WebhookSubscription",
    id: gid("WebhookSubscription", row.id),
    topic: row.topic,
    uri: row.uri,
    filter: row.filter,
    includeFields: row.includeFields,
    format: row.format,
    apiVersion: { handle: row.version, displayName: row.version, supported: true },
    createdAt: time(row.created),
    updatedAt: time(row.updated),
  };
}

/** Throws `Refusal`. */
export function subscribe(store: Store, topic: string, input: Partial<Subscription>, version: string): Subscription {
  const { uri = "", filter = null, includeFields = [], format = "JSON" } = input;
  const isAddress = /^(https?:\/\/|pubsub:\/\/|arn:aws:events:)/.test(uri);
  if (!isAddress) throw refused("Address is invalid", ["webhookSubscription", "uri"]);
  if ([...store.subscriptions.values()].some((row) => row.topic === topic && row.uri === uri))
    throw refused("Address for this topic has already been taken", ["webhookSubscription", "uri"]);
  const row = { ...fresh(store), topic, uri, filter, includeFields, format, version, failures: 0 };
  store.subscriptions.set(row.id, row);
  return row;
}

export interface WebhookQueue extends Pick<Deliveries<Message>, "hold" | "release" | "reverse" | "run"> {
  readonly waiting: number;
  readonly deliveries: readonly DeliveryRecord[];
  announce: Store["announce"];
  /** Sends a privacy request to the address that the app's registration names. */
  privacy(topic: PrivacyTopic, uri: string, body: Record<string, unknown>): void;
}

/** Creates the queue of a shop. */
export function createWebhookQueue(store: Store, nextFault: () => FaultStep): WebhookQueue {
  const records: DeliveryRecord[] = [];
  const fetchIt = store.options.webhookFetch ?? ((url: string, init: RequestInit) => fetch(url, init));
  const pending = new Set<string>();

  const record = ({ topic, webhookId }: Message, status: number): void => {
    records.push({ at: store.clock.now().toISOString(), topic, webhookId, status });
  };

  const send = async (message: Message): Promise<void> => {
    const { subscription, topic, body, webhookId } = message;
    pending.delete(`${subscription.id} ${body}`);
    const headers = {
      "content-type": "application/json",
      "x-shopify-topic": topic,
      "x-shopify-hmac-sha256": signatureOf(body, store.app.secret),
      "x-shopify-shop-domain": store.domain,
      "x-shopify-api-version": subscription.version,
      "x-shopify-webhook-id": webhookId,
      "x-shopify-event-id": message.eventId,
      "x-shopify-triggered-at": message.triggeredAt,
    };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const status = await fetchIt(subscription.uri, { method: "POST", headers, body, redirect: "manual", signal }).then(
      async (response) => {
        await response.body?.cancel();
        return response.status;
      },
      () => 0,
    );
    record(message, status);
    if (status >= 200 && status < 300) subscription.failures = 0;
    else if (message.attempt < RETRIES) {
      const dueAt = store.clock.now().getTime() + RETRY_EVERY_MS;
      queue.add({ ...message, attempt: message.attempt + 1 }, { dueAt, isScripted: false });
    } else {
      subscription.failures += 1;
      store.subscriptions.delete(subscription.id);
    }
  };

  const queue = createDeliveries<Message>({
    clock: store.clock,
    nextFault,
    send,
    drop: (message) => record(message, 0),
  });

  const put = (subscription: Subscription, topic: string, body: string, eventId: string): void => {
    const key = `${subscription.id} ${body}`;
    // Changes of one second that tell the same are told once.
    if (pending.has(key)) return;
    pending.add(key);
    const triggeredAt = time(nowOf(store));
    queue.add({ subscription, topic, body, eventId, webhookId: store.random.hex(32), triggeredAt, attempt: 0 });
  };

  return {
    get waiting() {
      return queue.waiting;
    },
    deliveries: records,
    hold: queue.hold,
    release: queue.release,
    reverse: queue.reverse,
    run: queue.run,
    announce(topic, kind, row) {
      if (store.past !== null && store.subscriptions.size === 0) return;
      const eventId = store.random.hex(32);
      for (const subscription of store.subscriptions.values())
        if (subscription.topic === topic)
          put(subscription, headerTopic(topic), bodyOf(subscription, kind, row), eventId);
    },
    privacy(topic, uri, body) {
      const none = { topic, uri, filter: null, includeFields: [], format: "JSON", version: "2026-07", failures: 0 };
      const subscription = { id: newId(store), created: 0, updated: 0, ...none } as Subscription;
      put(
        subscription,
        topic,
        JSON.stringify({ shop_id: 1, shop_domain: store.domain, ...body }),
        store.random.hex(32),
      );
    },
  };
}

/** The form of the old REST resource: snake case, bare numbers, times in the shop's own zone. */
function bodyOf({ includeFields }: Subscription, kind: string, { id, created, updated, more }: Announced): string {
  const body: Record<string, unknown> = {
    id,
    admin_graphql_api_id: gid(kind, id),
    ...(created === undefined ? {} : { created_at: zoned(created) }),
    ...(updated === undefined ? {} : { updated_at: zoned(updated) }),
    ...more,
  };
  const kept = Object.entries(body).filter(([name]) => includeFields.length === 0 || includeFields.includes(name));
  return JSON.stringify(Object.fromEntries(kept));
}

function zoned(seconds: number): string {
  return `${new Date((seconds - 5 * 3600) * 1000).toISOString().slice(0, 19)}-05:00`;
}
