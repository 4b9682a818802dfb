/**
 * Makes and repairs the store's webhooks. The platform switches one off after six failures without a word, and never
 * shows a secret: the name carries a mark of ours, so that a changed secret is seen.
 * https://woocommerce.github.io/woocommerce-rest-api-docs/#webhooks
 */
import type { Store } from "../../../core/adapter.ts";
import { sha256, toHex } from "../../../core/crypto.ts";
import type { Client } from "../client/index.ts";
import { PAGE } from "../limits.ts";
import { list, WEBHOOK, type WebhookDocument } from "../schemas/index.ts";

/** There is no topic for refunds or fulfilments: both come as `order.updated`. */
export const TOPICS = ["order", "product"].flatMap((resource) =>
  ["created", "updated", "deleted", "restored"].map((event) => `${resource}.${event}`),
);

const ROUTE = "/wc/v3/webhooks";

export async function ensureWebhooks(
  client: Client,
  store: Store,
  address: string,
  secret: string,
  signal: AbortSignal,
): Promise<{ topics: string[]; repaired: string[] }> {
  const ours = (await listWebhooks(client, store, signal)).filter((webhook) => webhook.delivery_url === address);
  const repaired: string[] = [];
  for (const topic of TOPICS) {
    const [kept, ...extra] = ours.filter((webhook) => webhook.topic === topic);
    const name = `Tallyport ${topic} ${toHex(sha256(secret)).slice(0, 8)}`;
    const wanted = { name, topic, delivery_url: address, secret, status: "active" };
    if (!kept) await write(client, store, ROUTE, "POST", wanted, signal);
    else if (kept.status !== "active" || kept.name !== name)
      await write(client, store, `${ROUTE}/${encodeURIComponent(kept.id)}`, "PUT", wanted, signal);
    for (const webhook of extra) await remove(client, store, webhook, signal);
    if (kept?.status !== "active" || kept.name !== name || extra.length > 0) repaired.push(topic);
  }
  return { topics: TOPICS, repaired };
}

export async function removeWebhooks(
  client: Client,
  store: Store,
  address: string,
  signal: AbortSignal,
): Promise<void> {
  for (const webhook of await listWebhooks(client, store, signal))
    if (webhook.delivery_url === address) await remove(client, store, webhook, signal);
}

/** All webhooks of the store: the inner pages of one question. */
async function listWebhooks(client: Client, store: Store, signal: AbortSignal): Promise<WebhookDocument[]> {
  const found = new Map<string, WebhookDocument>();
  for (let page = 1; ; page++) {
    const params = { per_page: PAGE.light, page };
    const { rows } = await client.rows(store, { operation: "webhooks.list", route: ROUTE, params }, signal);
    for (const webhook of list(WEBHOOK).parse(rows)) found.set(webhook.id, webhook);
    if (rows.length < PAGE.light) return [...found.values()];
  }
}

async function write(
  client: Client,
  store: Store,
  route: string,
  method: "POST" | "PUT",
  body: Record<string, string>,
  signal: AbortSignal,
): Promise<void> {
  await client.one(store, { operation: "webhooks.ensure", route, method, body }, signal);
}

async function remove(client: Client, store: Store, webhook: WebhookDocument, signal: AbortSignal): Promise<void> {
  const route = `${ROUTE}/${encodeURIComponent(webhook.id)}`;
  const params = { force: true };
  await client.oneOrNull(
    store,
    { operation: "webhooks.remove", method: "DELETE", route, params, effect: "keyed-write" },
    signal,
  );
}
