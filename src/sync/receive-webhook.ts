/**
 * A platform's message: the adapter verifies it over the raw bytes, what it says is saved, then it is answered. A message
 * that fails its signature leaves no row; a repeated one gets the same answer and has no effect.
 */
import type { HttpWebhooks, InboundAnswer, InboundRequest, Notification } from "../core/adapter.ts";
import { isAbsent } from "../core/adapter.ts";
import { makeDue } from "../core/db/checkpoints.ts";
import { type InboxInput, insertInbox } from "../core/db/inbox.ts";
import { findStore, listStores, type StoreRow } from "../core/db/stores.ts";
import { openText } from "../core/secrets.ts";
import type { Engine } from "./engine.ts";
import { openStoreRow } from "./store-handle.ts";

export interface Received {
  answer: InboundAnswer;
  accepted: number;
}

const REFUSED: InboundAnswer = { status: 404, body: "" };

/** The inbox writes of several requests at once: while one statement runs, the next batch gathers. */
export interface InboxPump {
  insert(inputs: InboxInput[]): Promise<number>;
}

/** A pump without a timer: nothing to tune, no delay when idle. */
export function createInboxPump(engine: Pick<Engine, "db" | "keyring" | "clock">): InboxPump {
  let gathered: { inputs: InboxInput[]; done: (count: number) => void; failed: (error: unknown) => void }[] = [];
  let running = false;
  const run = async () => {
    running = true;
    while (gathered.length > 0) {
      const batch = gathered;
      gathered = [];
      try {
        const count = await insertInbox(
          engine.db,
          engine.keyring,
          batch.flatMap((item) => item.inputs),
          engine.clock.now(),
        );
        for (const item of batch) item.done(count);
      } catch (error) {
        for (const item of batch) item.failed(error);
      }
    }
    running = false;
  };
  return {
    insert: (inputs) =>
      new Promise((done, failed) => {
        gathered.push({ inputs, done, failed });
        if (!running) void run();
      }),
  };
}

/** Receives at the address of one store. */
export async function receiveForStore(
  engine: Engine,
  pump: InboxPump,
  storeId: string,
  request: InboundRequest,
): Promise<Received> {
  const row = await findStore(engine.db, storeId).catch(() => null);
  const webhooks = row ? httpWebhooks(engine, row.platform) : null;
  if (!row || !webhooks || row.mode === "disconnected") return { answer: REFUSED, accepted: 0 };
  const store = await openStoreRow(engine, row, "interactive");
  const credentials = await store.handle.credentials().catch(() => null);
  const received = webhooks.receive(
    request,
    {
      secrets: row.webhookSecret ? [openWebhookSecret(engine, row)] : [],
      appKey: store.handle.app?.key ?? null,
      credentials: credentials?.values ?? {},
    },
    engine.clock,
  );
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
  pump: InboxPump,
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
  // A message that names no record still says where to look.
  for (const notification of notifications) {
    const storeId = storeOf(notification.storeKey);
    if (storeId && notification.resource && notification.externalId === null)
      await makeDue(engine.db, storeId, notification.resource, engine.clock.now());
  }
  engine.wake();
  return count;
}

function httpWebhooks(engine: Engine, platform: string): HttpWebhooks | null {
  const webhooks = engine.adapterOf(platform)?.webhooks;
  return webhooks && !isAbsent(webhooks) && webhooks.kind === "http" ? webhooks : null;
}

/** The secret that signs a store's webhooks. */
export function openWebhookSecret(engine: Pick<Engine, "keyring">, row: StoreRow): string {
  if (!row.webhookSecret) throw new Error(`store ${row.id} has no webhook secret`);
  return openText(engine.keyring, { table: "stores", store: row.id, id: row.id }, row.webhookSecret);
}
