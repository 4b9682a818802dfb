/**
 * Outgoing webhooks: a background queue that builds each body when it sends it, signs it, counts failures and
 * switches a webhook off in silence.
 */

import { createHash, createHmac } from "node:crypto";
import { createDeliveries } from "../deliveries.ts";
import type { FaultStep } from "../fake.ts";
import { orderView } from "./order-view.ts";
import { decodeEntities, phpJson } from "./php.ts";
import { productView } from "./product-view.ts";
import { nowOf, type Store } from "./store.ts";
import type { DeliveryRecord, Webhook } from "./types.ts";

export interface WebhookQueue {
  readonly deliveries: readonly DeliveryRecord[];
  /** How many wait to be sent. */
  readonly waiting: number;
  add(resource: string, id: number, event: string): void;
  ping(webhook: Webhook): void;
  /** Nothing is sent until `release`. */
  hold(): void;
  release(): void;
  /** Turns the order of what waits around. */
  reverse(): void;
  /** Sends what is due; returns when nothing due is left. */
  run(): Promise<void>;
}

export interface QueueOptions {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  nextFault: () => FaultStep;
  allowPrivate: boolean;
}

interface Message {
  webhook: Webhook;
  resourceId: number;
  isPing: boolean;
}

/** WordPress waits this long for the receiver. */
const TIMEOUT_MS = 60_000;

/** A failed delivery finds the counter above this: the webhook is switched off. */
const MAX_FAILURES = 5;

/** Ports that an unfiltered WordPress posts to. */
const OPEN_PORTS = new Set(["", "80", "443", "8080"]);

/** The signature of a raw body; entities in the secret are decoded first. */
export function signatureOf(body: string, secret: string): string {
  return createHmac("sha256", decodeEntities(secret)).update(body).digest("base64");
}

/** The same for all deliveries of one webhook in one second. */
export function deliveryIdOf(store: Store, webhook: Webhook): string {
  return createHash("md5")
    .update(`${store.name}|${webhook.id}${nowOf(store)}`)
    .digest("hex");
}

/** Creates the queue of a store. */
export function createWebhookQueue(store: Store, options: QueueOptions): WebhookQueue {
  const deliveries: DeliveryRecord[] = [];
  /** What waits; a change of what waits already is told once. */
  const pending = new Set<string>();
  const keyOf = ({ webhook, resourceId }: Message): string => `${webhook.id} ${resourceId}`;

  const send = async (message: Message): Promise<void> => {
    const { webhook, isPing } = message;
    if (!isPing) pending.delete(keyOf(message));
    if (webhook.status !== "active" && !isPing) return;
    const init = isPing ? pingInit(store, webhook) : deliveryInit(store, webhook, message.resourceId);
    const isBlocked = !options.allowPrivate && isPrivate(webhook.deliveryUrl);
    const status = isBlocked ? 0 : await post(options, webhook.deliveryUrl, init);
    deliveries.push(recordOf(store, message, status, isBlocked ? "blocked" : undefined));
    if (!isPing) count(webhook, status);
  };

  const queue = createDeliveries<Message>({
    clock: store.clock,
    nextFault: options.nextFault,
    send,
    drop(message) {
      pending.delete(keyOf(message));
      deliveries.push(recordOf(store, message, 0, "drop"));
    },
  });

  return {
    deliveries,
    get waiting() {
      return queue.waiting;
    },
    add(resource, id, event) {
      for (const webhook of store.webhooks.values()) {
        const message = { webhook, resourceId: id, isPing: false };
        if (webhook.status !== "active" || webhook.topic !== `${resource}.${event}`) continue;
        if (pending.has(keyOf(message))) continue;
        pending.add(keyOf(message));
        queue.add(message);
      }
    },
    ping: (webhook) => queue.add({ webhook, resourceId: 0, isPing: true }, { isScripted: false }),
    hold: queue.hold,
    release: queue.release,
    reverse: queue.reverse,
    run: queue.run,
  };
}

function count(webhook: Webhook, status: number): void {
  if (status >= 200 && status < 303) webhook.failureCount = 0;
  else if (webhook.failureCount > MAX_FAILURES) webhook.status = "disabled";
  else webhook.failureCount += 1;
}

async function post(options: QueueOptions, url: string, init: RequestInit): Promise<number> {
  try {
    const response = await options.fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
    await response.body?.cancel();
    return response.status;
  } catch {
    return 0;
  }
}

function userAgent(store: Store): string {
  return `WooCommerce/${store.version} Hookshot (WordPress/7.1)`;
}

function pingInit(store: Store, webhook: Webhook): RequestInit {
  const headers = { "user-agent": userAgent(store), "content-type": "application/x-www-form-urlencoded" };
  return { method: "POST", headers, body: `webhook_id=${webhook.id}` };
}

function deliveryInit(store: Store, webhook: Webhook, id: number): RequestInit {
  const [resource = "", event = ""] = webhook.topic.split(".");
  const body = phpJson(payload(store, resource, event, id));
  const headers = {
    "user-agent": userAgent(store),
    "content-type": "application/json",
    "x-wc-webhook-source": `${store.home}/`,
    "x-wc-webhook-topic": webhook.topic,
    "x-wc-webhook-resource": resource,
    "x-wc-webhook-event": event,
    "x-wc-webhook-signature": signatureOf(body, webhook.secret),
    "x-wc-webhook-id": String(webhook.id),
    "x-wc-webhook-delivery-id": deliveryIdOf(store, webhook),
  };
  return { method: "POST", headers, body };
}

/** What a read would answer now; a record that is gone by then gives the error of that read. */
function payload(store: Store, resource: string, event: string, id: number): unknown {
  if (event === "deleted") return { id };
  const order = resource === "order" ? store.orders.get(id) : undefined;
  if (order !== undefined) return orderView(store, order, store.decimals);
  const product = resource === "product" ? store.products.get(id) : undefined;
  if (product !== undefined) return productView(store, product);
  const code = resource === "order" ? "woocommerce_rest_shop_order_invalid_id" : "woocommerce_rest_product_invalid_id";
  return { code, message: "Invalid ID.", data: { status: 404 } };
}

function recordOf(store: Store, entry: Message, status: number, fault?: string): DeliveryRecord {
  return {
    at: store.clock.now().toISOString(),
    webhookId: entry.webhook.id,
    topic: entry.isPing ? "ping" : entry.webhook.topic,
    resourceId: entry.resourceId,
    deliveryId: entry.isPing ? "" : deliveryIdOf(store, entry.webhook),
    status,
    ...(fault === undefined ? {} : { fault }),
  };
}

function isPrivate(url: string): boolean {
  const { hostname, port } = new URL(url);
  if (!OPEN_PORTS.has(port)) return true;
  return /^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|\[)/.test(hostname);
}
