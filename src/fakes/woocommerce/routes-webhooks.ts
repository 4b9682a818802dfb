/** Webhooks: create (which pings), list, change, delete. A secret is never shown. */

import { runBatch } from "./batch.ts";
import { cutPage, listAnswer, listParams } from "./lists.ts";
import { dates, type Json, links } from "./order-view.ts";
import { textFrom } from "./order-write.ts";
import { enumFault, flagOf, readParams, textOf } from "./params.ts";
import { type Answer, type Call, created, idOf, ok, type Route, route } from "./routing.ts";
import { nowOf, type Store, take } from "./store.ts";
import type { Webhook } from "./types.ts";
import type { WebhookQueue } from "./webhooks.ts";
import { invalidParams, WpError } from "./wp-error.ts";

const RESOURCES = ["order", "product", "customer", "coupon"];
const EVENTS = ["created", "updated", "deleted", "restored"];

const STATUSES = ["active", "paused", "disabled"];

const HOOKS: Readonly<Record<string, readonly string[]>> = {
  "order.created": ["woocommerce_new_order"],
  "order.updated": ["woocommerce_update_order", "woocommerce_order_refunded"],
  "order.deleted": ["wp_trash_post", "woocommerce_trash_order"],
  "order.restored": ["untrashed_post", "woocommerce_untrash_order"],
  "product.created": [
    "woocommerce_process_product_meta",
    "woocommerce_new_product",
    "woocommerce_new_product_variation",
  ],
  "product.updated": [
    "woocommerce_process_product_meta",
    "woocommerce_update_product",
    "woocommerce_update_product_variation",
  ],
  "product.deleted": ["wp_trash_post"],
  "product.restored": ["untrashed_post"],
};

/** The routes of webhooks. */
export function webhookRoutes(queue: WebhookQueue): Route[] {
  const batch = { operation: "webhooks.batch", run: (call: Call) => batchWebhooks(call, queue) };
  return [
    route("/webhooks", {
      GET: { operation: "webhooks.list", run: listWebhooks },
      POST: { operation: "webhooks.create", run: (call) => createWebhook(call, queue) },
    }),
    route("/webhooks/<id>", {
      GET: { operation: "webhooks.get", run: (call) => ok(view(call.store, webhookOf(call.store, idOf(call)))) },
      PUT: { operation: "webhooks.update", run: updateWebhook },
      DELETE: { operation: "webhooks.delete", run: deleteWebhook },
    }),
    route("/webhooks/batch", { POST: batch, PUT: batch }),
  ];
}

function listWebhooks(call: Call): Answer {
  const values = listParams(call, ["date", "id", "title"], {
    status: { type: "enum", values: ["all", ...STATUSES] },
  });
  const status = textOf(values, "status") ?? "all";
  const rows = [...call.store.webhooks.values()];
  const matches = (webhook: Webhook): boolean => status === "all" || webhook.status === status;
  const page = cutPage(rows, { start: 0, end: rows.length }, values, matches);
  return listAnswer(call, values, page, (webhook) => view(call.store, webhook), [["status", "all"]]);
}

function createWebhook(call: Call, queue: WebhookQueue): Answer {
  checkStatus(call.body);
  const { webhook, json } = create(call.store, call.body, queue);
  return created(call.store, json, `webhooks/${webhook.id}`);
}

function create(store: Store, body: Json, queue: WebhookQueue): { webhook: Webhook; json: Json } {
  const topic = textFrom(body.topic);
  checkTopic(topic);
  const deliveryUrl = textFrom(body.delivery_url);
  checkUrl(deliveryUrl);
  const webhook: Webhook = {
    id: take(store, "webhook"),
    name: textFrom(body.name, `Webhook created on ${topic}`),
    status: statusFrom(body.status, "active"),
    topic,
    deliveryUrl,
    secret: textFrom(body.secret, [...store.keys.values()][0]?.secret ?? ""),
    created: nowOf(store),
    modified: null,
    failureCount: 0,
  };
  store.webhooks.set(webhook.id, webhook);
  const json = view(store, webhook);
  webhook.modified = nowOf(store);
  queue.ping(webhook);
  return { webhook, json };
}

function updateWebhook(call: Call): Answer {
  checkStatus(call.body);
  const webhook = webhookOf(call.store, idOf(call));
  update(call.store, webhook, call.body);
  return ok(view(call.store, webhook));
}

function update(store: Store, webhook: Webhook, body: Json): void {
  if (body.topic !== undefined) {
    checkTopic(textFrom(body.topic));
    webhook.topic = textFrom(body.topic);
  }
  if (body.delivery_url !== undefined) {
    checkUrl(textFrom(body.delivery_url));
    webhook.deliveryUrl = textFrom(body.delivery_url);
  }
  if (body.status !== undefined) {
    const status = statusFrom(body.status, webhook.status);
    if (status === "active" && webhook.status !== "active") webhook.failureCount = 0;
    webhook.status = status;
  }
  webhook.name = textFrom(body.name, webhook.name);
  webhook.secret = textFrom(body.secret, webhook.secret);
  webhook.modified = nowOf(store);
}

function deleteWebhook(call: Call): Answer {
  const webhook = webhookOf(call.store, idOf(call));
  if (flagOf(readParams(call.query, { force: { type: "boolean" } }), "force") !== true) {
    throw new WpError("woocommerce_rest_trash_not_supported", "Webhooks do not support trashing.", 501);
  }
  return ok(remove(call.store, webhook));
}

function remove(store: Store, webhook: Webhook): Json {
  const json = view(store, webhook);
  store.webhooks.delete(webhook.id);
  webhook.status = "disabled";
  return json;
}

function batchWebhooks(call: Call, queue: WebhookQueue): Answer {
  const { store } = call;
  return runBatch(call, {
    create: (item) => create(store, item, queue).json,
    update: (id, item) => {
      const webhook = webhookOf(store, id);
      update(store, webhook, item);
      return view(store, webhook);
    },
    remove: (id) => remove(store, webhookOf(store, id)),
  });
}

function webhookOf(store: Store, id: number): Webhook {
  const webhook = store.webhooks.get(id);
  if (webhook === undefined) throw new WpError("woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.", 404);
  return webhook;
}

function checkStatus(body: Json): void {
  if (body.status === undefined || STATUSES.includes(String(body.status))) return;
  throw invalidParams([enumFault("status", STATUSES)]);
}

function checkTopic(topic: string): void {
  const [resource = "", event = ""] = topic.split(".");
  const isKnown = RESOURCES.includes(resource) && EVENTS.includes(event);
  if (isKnown || topic === "product.published" || (resource === "action" && event !== "")) return;
  const message = "Webhook topic is required and must be valid.";
  throw new WpError("woocommerce_rest_shop_webhook_invalid_topic", message, 400);
}

function checkUrl(url: string): void {
  if (/^https?:\/\/[^\s/]+/.test(url) && URL.canParse(url)) return;
  const message = "Webhook delivery URL must be a valid URL starting with http:// or https://.";
  throw new WpError("woocommerce_rest_shop_webhook_invalid_delivery_url", message, 400);
}

function statusFrom(value: unknown, otherwise: string): string {
  if (value === undefined) return otherwise;
  return STATUSES.includes(String(value)) ? String(value) : "disabled";
}

function view(store: Store, webhook: Webhook): Json {
  const [resource, event] = webhook.topic.split(".");
  return {
    id: webhook.id,
    name: webhook.name,
    status: webhook.status,
    topic: webhook.topic,
    resource,
    event,
    hooks: HOOKS[webhook.topic] ?? [],
    delivery_url: webhook.deliveryUrl,
    ...dates(store, "date_created", webhook.created),
    ...dates(store, "date_modified", webhook.modified),
    _links: links(store, `webhooks/${webhook.id}`, "webhooks"),
  };
}
