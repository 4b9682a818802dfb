/**
 * Webhooks: signed with a secret of ours over the raw body. Only `order.*` and simple products carry their document on;
 * everything else is a hint. https://woocommerce.com/document/webhooks/
 */
import type { HttpWebhooks, InboundRequest, Notification, RawDocument } from "../../../core/adapter.ts";
import type { Clock } from "../../../core/clock.ts";
import { fromBase64, hmac, sha256, timingSafeEqual, toHex } from "../../../core/crypto.ts";
import type { Resource } from "../../../core/model/vocabulary.ts";
import { errorBody, parseBody } from "../client/body.ts";
import type { Client } from "../client/index.ts";
import { isProduct, isVariation, parentOf, toListingDocument, variationIds } from "../listings/documents.ts";
import { isOrderDocument, toOrderDocument } from "../orders/documents.ts";
import { decodeEntities } from "../schemas/index.ts";
import { ensureWebhooks, removeWebhooks } from "./ensure.ts";

type Received = ReturnType<HttpWebhooks["receive"]>;
type Fields = Record<string, unknown>;

/** Only 200 to 302 count as delivered; six failures without a success between switch the webhook off. */
const OK = { status: 200 };

export function createWebhooks(client: Client): HttpWebhooks {
  return {
    kind: "http",
    scope: "store",
    receive: (request, { secrets }, clock) => receive(request, secrets, clock),
    ensure: (store, address, secret, signal) => ensureWebhooks(client, store, address, secret, signal),
    remove: (store, address, signal) => removeWebhooks(client, store, address, signal),
  };
}

/** Verifies a delivery over its raw bytes, then reads it. The unsigned ping of a new webhook is answered and says nothing. */
export function receive(request: InboundRequest, secrets: readonly string[], clock: Clock): Received {
  const signature = headerOf(request, "x-wc-webhook-signature");
  if (signature === null && isPing(request)) return { answer: OK, notifications: [], verified: false };
  if (signature === null || !secrets.some((secret) => isSignedWith(secret, request.body, signature)))
    return { answer: { status: 401 }, notifications: [], verified: false };
  return { answer: OK, notifications: [notificationOf(request, clock)], verified: true };
}

/** The secret is HTML-decoded first, as the platform does before it signs. */
function isSignedWith(secret: string, body: Uint8Array, signature: string): boolean {
  if (secret === "") return false;
  try {
    return timingSafeEqual(hmac("sha256", decodeEntities(secret), body), fromBase64(signature));
  } catch {
    return false;
  }
}

function isPing(request: InboundRequest): boolean {
  return request.body.byteLength < 64 && /^webhook_id=\d+$/.test(new TextDecoder().decode(request.body).trim());
}

const RESOURCES: Readonly<Record<string, Resource>> = { order: "orders", product: "listings" };

function notificationOf(request: InboundRequest, clock: Clock): Notification {
  const topic = headerOf(request, "x-wc-webhook-topic") ?? "unknown";
  const resource = RESOURCES[topic.split(".")[0] ?? ""] ?? null;
  const hash = toHex(sha256(request.body)).slice(0, 32);
  const hint: Notification = {
    dedupKey: `${topic}/${hash}/${clock.now().toISOString().slice(0, 16)}`,
    topic,
    storeKey: null,
    resource,
    externalId: null,
    occurredAt: null,
  };
  const body = bodyOf(request);
  // A record that was gone when the delivery was built: an error body, signed. Which one it was, it does not say.
  if (body === null || errorBody(body) || body.id === undefined) return { ...hint, signal: "other" };
  const externalId = String(body.id);
  // The same words on another day are another deletion: a record may come back between.
  if (topic.endsWith(".deleted"))
    return { ...hint, externalId, dedupKey: `${topic}/${externalId}/${clock.now().toISOString().slice(0, 10)}` };
  const changed = typeof body.date_modified_gmt === "string" ? body.date_modified_gmt : "";
  return {
    ...hint,
    ...contentOf(body, resource),
    occurredAt: changed === "" ? null : new Date(`${changed.slice(0, 19)}Z`),
    // Several changes share a second, and the delivery id too: the body tells them apart.
    dedupKey: `${topic}/${externalId}/${changed}/${hash}`,
  };
}

function contentOf(body: Fields, resource: Resource | null): { externalId: string; document?: RawDocument } {
  const externalId = String(body.id);
  if (resource === "orders" && isOrderDocument(body)) return { externalId, document: toOrderDocument(body) };
  if (resource !== "listings" || !isProduct(body)) return { externalId };
  // Variations have a webhook body of their own; their listing is their product.
  if (isVariation(body)) return { externalId: parentOf(body) ?? externalId };
  if (variationIds(body).length > 0 || String(body.type).startsWith("variable")) return { externalId };
  return { externalId, document: toListingDocument(body, []) };
}

function bodyOf(request: InboundRequest): Fields | null {
  try {
    const { value } = parseBody(new TextDecoder().decode(request.body));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : null;
  } catch {
    return null;
  }
}

function headerOf(request: InboundRequest, name: string): string | null {
  const found = Object.entries(request.headers).find(([key]) => key.toLowerCase() === name);
  return found?.[1] || null;
}
