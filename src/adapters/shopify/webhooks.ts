/**
 * Messages: one address for all shops of the app, signed with the app's secret over the raw body. A body has the shape of an
 * older API, so that it says where to look and no more. https://shopify.dev/docs/apps/build/webhooks
 */
import type { HttpWebhooks, InboundRequest, Notification, Store } from "../../core/adapter.ts";
import { fromBase64, hmac, sha256, timingSafeEqual, toHex } from "../../core/crypto.ts";
import type { Resource } from "../../core/model/vocabulary.ts";
import { type Fields, isFields, type Tree, textIn } from "../../core/tree.ts";
import { parseWire } from "../../core/wire.ts";
import { type Client, listPage, OUTCOMES, type Shop } from "./client.ts";
import { gidOf, read } from "./schemas.ts";

const ADD = `mutation WebhookAdd($topic: WebhookSubscriptionTopic!, $w: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $w) { webhookSubscription { id } userErrors { field message } }
}`;
const LIST = `query WebhookList($first: Int!, $after: String) {
  webhookSubscriptions(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { id topic uri format } }
}`;
const REMOVE = `mutation WebhookRemove($id: ID!) {
  webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { field message } }
}`;

/** Which record a topic is about: a kind of id, and the fields that may hold it. */
type Rule = readonly [resource: Resource, kind: string, ...fields: string[]];

const OWN = ["admin_graphql_api_id", "id"] as const;
const ORDER_OF = ["orders", "Order", "order_id", "order/admin_graphql_api_id", "order/id"] as const;
const RETURN: Rule = ["disputes", "Return", ...OWN];
/** Bodies name the work, not its order. */
const WORK: Rule = ["shipments", "Order", "order_id", "fulfillment_order/order_id"];

export const TOPICS: Readonly<Record<string, Rule | null>> = {
  "orders/create": ["orders", "Order", ...OWN],
  "orders/updated": ["orders", "Order", ...OWN],
  "orders/cancelled": ["orders", "Order", ...OWN],
  "orders/delete": ["orders", "Order", ...OWN],
  "orders/edited": ["orders", "Order", "order_edit/order_id", "order_id"],
  "order_transactions/create": ORDER_OF,
  "refunds/create": ORDER_OF,
  "fulfillments/create": ORDER_OF,
  "fulfillments/update": ORDER_OF,
  "fulfillment_events/create": ORDER_OF,
  "fulfillment_orders/placed_on_hold": WORK,
  "fulfillment_orders/hold_released": WORK,
  "fulfillment_orders/moved": WORK,
  "fulfillment_orders/split": WORK,
  "fulfillment_orders/cancelled": WORK,
  "returns/request": RETURN,
  "returns/approve": RETURN,
  "returns/decline": RETURN,
  "returns/cancel": RETURN,
  "returns/close": RETURN,
  "returns/reopen": RETURN,
  "returns/process": RETURN,
  "returns/update": RETURN,
  // Names the work on goods that came back, and no return: the next window finds it.
  "reverse_fulfillment_orders/dispose": ["disputes", "Return", "return/admin_graphql_api_id", "return_id"],
  "products/create": ["listings", "Product", ...OWN],
  "products/update": ["listings", "Product", ...OWN],
  "products/delete": ["listings", "Product", ...OWN],
  "inventory_levels/update": ["listings", "InventoryItem", "inventory_item_id"],
  "inventory_levels/connect": ["listings", "InventoryItem", "inventory_item_id"],
  "inventory_levels/disconnect": ["listings", "InventoryItem", "inventory_item_id"],
  "inventory_items/update": ["listings", "InventoryItem", ...OWN],
  "disputes/create": ["disputes", "ShopifyPaymentsDispute", ...OWN],
  "disputes/update": ["disputes", "ShopifyPaymentsDispute", ...OWN],
  "bulk_operations/finish": null,
  "app/uninstalled": null,
};

/** Set in the app's own configuration, never by a call; obligatory for public apps. */
const PRIVACY: Readonly<Record<string, Notification["signal"]>> = {
  "customers/data_request": "other",
  "customers/redact": "erasure_requested",
  "shop/redact": "erasure_requested",
};

const topicName = (topic: string): string => topic.toUpperCase().replace("/", "_");

export function createWebhooks(client: Client): HttpWebhooks {
  return {
    kind: "http",
    scope: "app",
    receive(request, { secrets }) {
      const signature = headerOf(request, "x-shopify-hmac-sha256") ?? "";
      // After a change of the secret the old one signs for an hour.
      if (!secrets.some((secret) => isSignedBody(request.body, secret, signature)))
        return { answer: { status: 401 }, notifications: [], verified: false };
      return { answer: { status: 200 }, notifications: notificationsOf(request), verified: true };
    },
    async ensure(store, address, _secret, signal) {
      const shop = client.at(store, signal);
      const ours = (await listAll(shop)).filter((each) => each.text("uri") === address);
      const [topics, repaired]: [string[], string[]] = [[], []];
      let refused: unknown = null;
      for (const name of Object.keys(TOPICS)) {
        const topic = topicName(name);
        const isThere = ours.some((each) => each.text("topic") === topic && each.text("format") === "JSON");
        const variables = { topic, w: { uri: address, format: "JSON" } };
        try {
          if (!isThere) await shop.set({ operation: "webhooks.add", document: ADD, variables });
        } catch (error) {
          // A topic of which the scope was not granted keeps no other one away.
          if (!OUTCOMES.isRefusal(error)) throw error;
          refused ??= error;
          continue;
        }
        topics.push(name);
        if (!isThere) repaired.push(name);
      }
      if (topics.length === 0) throw refused;
      return { topics, repaired };
    },
    async remove(store: Store, address, signal) {
      const shop = client.at(store, signal);
      for (const each of await listAll(shop))
        if (each.text("uri") === address)
          await shop.set({ operation: "webhooks.remove", document: REMOVE, variables: { id: each.need("id") } });
    },
  };
}

/** All subscriptions of the app in a shop: the inner pages of one question. */
async function listAll(shop: Shop): Promise<Tree[]> {
  const found: Tree[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listPage>> = await listPage(
      shop,
      { cursor, limit: 100 },
      {
        operation: "webhooks.list",
        document: LIST,
        most: 100,
        weight: "light",
        connection: (data) => data.webhookSubscriptions,
      },
    );
    found.push(...page.rows.map(read));
    cursor = page.next;
  } while (cursor !== null);
  return found;
}

/** Whether a message was signed over its raw bytes. */
export function isSignedBody(body: Uint8Array, secret: string, signature: string): boolean {
  if (secret === "" || !/^[A-Za-z0-9+/]{43}=$/.test(signature)) return false;
  return timingSafeEqual(hmac("sha256", secret, body), fromBase64(signature));
}

function headerOf({ headers }: InboundRequest, name: string): string | null {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1] || null;
}

function bodyOf(body: Uint8Array): Fields {
  try {
    const { value } = parseWire(new TextDecoder().decode(body));
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}

/** What a message says. Headers are not signed: a body that names its shop is believed before them. */
function notificationsOf(request: InboundRequest): Notification[] {
  const topic = headerOf(request, "x-shopify-topic") ?? "unknown";
  const body = read(bodyOf(request.body));
  const at = Date.parse(headerOf(request, "x-shopify-triggered-at") ?? "");
  const dedupKey = headerOf(request, "x-shopify-webhook-id") ?? toHex(sha256(request.body));
  const hint: Notification = {
    dedupKey: `${topic}/${dedupKey}`,
    topic,
    storeKey: body.text("myshopify_domain", "shop_domain") ?? headerOf(request, "x-shopify-shop-domain"),
    resource: null,
    externalId: null,
    occurredAt: Number.isNaN(at) ? null : new Date(at),
  };
  if (topic === "app/uninstalled") return [{ ...hint, signal: "revoked" }];
  if (topic === "bulk_operations/finish") {
    const run = body.text("admin_graphql_api_id");
    return [{ ...hint, resource: "orders", ...(run === null ? {} : { run }) }];
  }
  const signal = PRIVACY[topic];
  if (signal !== undefined) return [{ ...hint, signal }, ...redactedOrders(body.fields.orders_to_redact, hint)];
  const rule = TOPICS[topic];
  if (!rule) return [{ ...hint, signal: "other" }];
  const [resource, kind, ...fields] = rule;
  const id = body.text(...fields);
  return [{ ...hint, resource, externalId: id === null ? null : gidOf(kind, id) }];
}

/** Orders of a buyer who is to be forgotten: they are read again, without what the platform has erased. */
function redactedOrders(ids: unknown, hint: Notification): Notification[] {
  const list = Array.isArray(ids) ? ids.flatMap((id) => textIn(id) ?? []) : [];
  return list.map((id) => ({
    ...hint,
    dedupKey: `${hint.dedupKey}/${id}`,
    resource: "orders" as const,
    externalId: gidOf("Order", id),
  }));
}
