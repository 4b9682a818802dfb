/**
 * A platform's message: the adapter verifies it over the raw bytes, what it says is saved, then it is answered. A message
 * that fails its signature leaves no row; a repeated one gets the same answer and has no effect.
 */
import type { HttpWebhooks, InboundAnswer, InboundRequest, Notification } from "../core/adapter.ts";
import { isAbsent } from "../core/adapter.ts";
import { makeDue } from "../core/db/checkpoints.ts";
import type { InboxInput } from "../core/db/inbox.ts";
import { listStores } from "../core/db/stores.ts";
import type { Engine } from "./engine.ts";
import type { InboxPump } from "./inbox-pump.ts";

export { createInboxPump, type InboxPump, openWebhookSecret } from "./inbox-pump.ts";

export interface Received {
  answer: InboundAnswer;
  accepted: number;
}

const REFUSED: InboundAnswer = { status: 404, body: "" };

/** Receives at the address of one store. */
export async function receiveForStore(
  engine: Engine,
  pump: InboxPump,
  storeId: string,
  request: InboundRequest,
): Promise<Received> {
  const receiver = await pump.receiver(storeId);
  const webhooks = receiver ? httpWebhooks(engine, receiver.row.platform) : null;
  if (!receiver || !webhooks || receiver.row.mode === "disconnected") return { answer: REFUSED, accepted: 0 };
  const { row, secrets } = receiver;
  const received = webhooks.receive(request, secrets, engine.clock);
  if (!received.verified) {
    engine.log.warn("webhook refused", { storeId, platform: row.platform, httpStatus: received.answer.status });
    return { answer: received.answer, accepted: 0 };
  }
  const accepted = await accept(engine, pump, row.platform, received.notifications, () => row.id);
  return { answer: received.answer, accepted };
}

/** Receives at the address of a platform, for all stores of our apps there. */
export async function receiveForPlatform(
  engine: Engine,
  pump: InboxPump,
  platform: string,
  request: InboundRequest,
  appSecrets: readonly { key: string; secret: string }[],
): Promise<Received> {
  const webhooks = httpWebhooks(engine, platform);
  if (webhooks?.scope !== "app") return { answer: REFUSED, accepted: 0 };
  const stores = (await listStores(engine.db)).filter(
    (store) => store.platform === platform && store.mode !== "disconnected",
  );
  const received = webhooks.receive(
    request,
    { secrets: appSecrets.map((app) => app.secret), appKey: appSecrets[0]?.key ?? null, credentials: {} },
    engine.clock,
  );
  if (!received.verified) {
    engine.log.warn("webhook refused", { platform, httpStatus: received.answer.status });
    return { answer: received.answer, accepted: 0 };
  }
  const byKey = new Map(stores.map((store) => [store.externalId, store.id]));
  const accepted = await accept(engine, pump, platform, received.notifications, (key) => byKey.get(key) ?? null);
  return { answer: received.answer, accepted };
}

/** Saves notifications and wakes what they concern. */
export async function accept(
  engine: Engine,
  pump: Pick<InboxPump, "insert">,
  platform: string,
  notifications: readonly Notification[],
  storeOf: (storeKey: string | null) => string | null,
): Promise<number> {
  if (notifications.length === 0) return 0;
  const inputs = notifications.map((notification): InboxInput => {
    const storeId = storeOf(notification.storeKey);
    return {
      platform,
      storeId,
      storeKey: notification.storeKey,
      dedupKey: notification.dedupKey,
      topic: notification.topic,
      resource: notification.externalId === null ? null : notification.resource,
      externalId: notification.externalId,
      key: notification.key ? { ...notification.key } : null,
      occurredAt: notification.occurredAt,
      document: notification.document ?? null,
    };
  });
  const count = await pump.insert(inputs);
  // A message that names no record still says where to look. Of those that do, the inbox itself tells the workers.
  for (const notification of notifications) {
    const storeId = storeOf(notification.storeKey);
    if (!storeId || !notification.resource || notification.externalId !== null) continue;
    await makeDue(engine.db, storeId, notification.resource, engine.clock.now());
    engine.wake();
  }
  return count;
}

function httpWebhooks(engine: Engine, platform: string): HttpWebhooks | null {
  const webhooks = engine.adapterOf(platform)?.webhooks;
  return webhooks && !isAbsent(webhooks) && webhooks.kind === "http" ? webhooks : null;
}
