/**
 * Messages. One address for all stores of an app, signed with the app's secret; or, for apps without an address, a queue.
 * https://docs.platform.example/messages
 */
import { z } from "zod";
import type { HttpWebhooks, InboundRequest, Notification, QueueMessages } from "../../core/adapter.ts";
import type { Clock } from "../../core/clock.ts";
import { fromHex, hmac, sha256, timingSafeEqual, toHex } from "../../core/crypto.ts";
import { parseWire } from "../../core/wire.ts";
import type { Client } from "./client.ts";
import { TOPIC } from "./codes.ts";
import { MESSAGE, SUBSCRIPTION } from "./schemas.ts";

type Received = ReturnType<HttpWebhooks["receive"]>;

const TOPICS = Object.keys(TOPIC);
/** The platform repeats for a day, but signs each attempt anew: an older signature is somebody else's copy. */
const STALE_MS = 5 * 60_000;

export function createWebhooks(client: Client): HttpWebhooks {
  return {
    kind: "http",
    scope: "app",
    receive: (request, { secrets }, clock) => receive(request, secrets, clock),
    async ensure(store, address, _secret, signal) {
      const now = await client.call(store, { operation: "webhooks.get", path: "/v1/webhooks" }, SUBSCRIPTION, signal);
      const repaired = TOPICS.filter((topic) => now.address !== address || !now.topics.includes(topic));
      if (repaired.length > 0) await set(client, store, { address, topics: TOPICS }, signal);
      return { topics: TOPICS, repaired };
    },
    remove: (store, _address, signal) => set(client, store, { address: null, topics: [] }, signal),
  };
}

async function set(
  client: Client,
  store: Parameters<Client["shop"]>[0],
  body: { address: string | null; topics: string[] },
  signal: AbortSignal,
): Promise<void> {
  await client.call(
    store,
    { operation: "webhooks.set", path: "/v1/webhooks", body, effect: "keyed-write" },
    z.unknown(),
    signal,
  );
}

/** Verifies over the raw bytes, then parses. */
function receive(request: InboundRequest, secrets: readonly string[], clock: Clock): Received {
  const refused: Received = { answer: { status: 401 }, notifications: [], verified: false };
  const time = request.headers["x-time"] ?? "";
  const age = clock.now().getTime() - Number(time) * 1000;
  if (!/^\d+$/.test(time) || Math.abs(age) > STALE_MS) return refused;
  const { challenge } = request.query;
  const signed = challenge === undefined ? request.body : new TextEncoder().encode(challenge);
  if (!secrets.some((secret) => isSigned(secret, time, signed, request.headers["x-sign"] ?? ""))) return refused;
  // The platform asks before it sends anything: whoever owns the secret answers with its words.
  if (challenge !== undefined) return { answer: { status: 200, body: challenge }, notifications: [], verified: true };
  return {
    answer: { status: 200 },
    notifications: [read(request.body)],
    verified: true,
  };
}

function isSigned(secret: string, time: string, bytes: Uint8Array, signature: string): boolean {
  const prefix = new TextEncoder().encode(`${time}.`);
  const signed = new Uint8Array(prefix.length + bytes.length);
  signed.set(prefix);
  signed.set(bytes, prefix.length);
  return /^[0-9a-f]{64}$/.test(signature) && timingSafeEqual(hmac("sha256", secret, signed), fromHex(signature));
}

/** A signed message of a shape that we do not know is recorded all the same. */
function read(body: Uint8Array): Notification {
  try {
    return toNotification(parseWire(new TextDecoder().decode(body)).value);
  } catch {
    const dedupKey = toHex(sha256(body));
    return {
      dedupKey,
      topic: "unreadable",
      storeKey: null,
      resource: null,
      externalId: null,
      occurredAt: null,
      signal: "other",
    };
  }
}

/** What a message says; none carries a document that could be trusted as it is. */
function toNotification(value: unknown): Notification {
  const message = MESSAGE.parse(value);
  return {
    dedupKey: message.event_id,
    topic: message.topic,
    storeKey: message.shop_id,
    resource: TOPIC[message.topic] ?? null,
    externalId: message.run_id === null ? message.object_id : null,
    ...(message.order_id === null ? {} : { key: { order: message.order_id } }),
    occurredAt: message.at,
    ...(message.run_id === null ? {} : { run: message.run_id }),
    ...(message.topic === "shop.revoked" ? { signal: "revoked" as const } : {}),
  };
}

const BATCH = z.looseObject({ messages: z.array(z.unknown()), receipt: z.string().nullable() });

/** The other way: messages wait at the platform until they are confirmed. A platform has one of the two; delete the other. */
export function createMessages(client: Client): QueueMessages {
  return {
    kind: "queue",
    scope: "store",
    async receive(store, signal) {
      const { messages, receipt } = await client.call(
        store,
        { operation: "messages.receive", path: "/v1/messages" },
        BATCH,
        signal,
      );
      return { notifications: messages.map(toNotification), receipt };
    },
    async confirm(store, receipt, signal) {
      await client.call(
        store,
        { operation: "messages.confirm", path: "/v1/messages/confirm", body: { receipt }, effect: "keyed-write" },
        z.unknown(),
        signal,
      );
    },
  };
}
