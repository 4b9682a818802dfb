/** What the messages of a process share: one statement saves those that wait, one looks their stores up. */
import type { WebhookSecrets } from "../core/adapter.ts";
import { type InboxInput, insertInbox } from "../core/db/inbox.ts";
import { findReceiverVersions, findStore, type StoreRow } from "../core/db/stores.ts";
import { noteSecrets } from "../core/mask.ts";
import { openText } from "../core/secrets.ts";
import type { Engine } from "./engine.ts";
import { gather } from "./gather.ts";
import { openStoreRow } from "./store-handle.ts";

/** A store, and what its messages are verified with. */
export interface Receiver {
  row: StoreRow;
  secrets: WebhookSecrets;
}

export interface InboxPump {
  /** Saves messages; answers how many of those saved at once were new. */
  insert(inputs: InboxInput[]): Promise<number>;
  /** The store as it is; null where there is none. */
  receiver(storeId: string): Promise<Receiver | null>;
}

/** While the database saves some, others are taken apart and sealed here. */
const SAVED_AT_ONCE = 2;
const MOST_KEPT = 2_000;
/** No longer than a message is on its way: whether a store changed before it or after, nobody could tell. */
const FRESH_MS = 20;

export function createInboxPump(engine: Engine): InboxPump {
  const kept = new Map<string, { version: string; receiver: Receiver; lookedAt: number }>();
  const versionOf = gather(async (storeIds: string[]) => {
    const versions = await findReceiverVersions(engine.db, [...new Set(storeIds)]);
    return storeIds.map((id) => versions.get(id) ?? null);
  });
  return {
    insert: gather(
      async (batch: InboxInput[][]) => {
        const count = await insertInbox(engine.db, engine.keyring, batch.flat(), engine.clock.now());
        return batch.map(() => count);
      },
      { atOnce: SAVED_AT_ONCE },
    ),
    receiver: async (storeId) => {
      const lookedAt = performance.now();
      const known = kept.get(storeId);
      if (known && lookedAt - known.lookedAt < FRESH_MS) return known.receiver;
      const version = await versionOf(storeId);
      if (version === null) return null;
      const receiver = known?.version === version ? known.receiver : await openReceiver(engine, storeId);
      if (kept.size >= MOST_KEPT) kept.clear();
      if (receiver) kept.set(storeId, { version, receiver, lookedAt });
      return receiver;
    },
  };
}

async function openReceiver(engine: Engine, storeId: string): Promise<Receiver | null> {
  const row = await findStore(engine.db, storeId);
  if (!row) return null;
  const { handle } = await openStoreRow(engine, row, "interactive");
  const credentials = await handle.credentials().catch(() => null);
  return {
    row,
    secrets: {
      secrets: row.webhookSecret ? [openWebhookSecret(engine, row)] : [],
      appKey: handle.app?.key ?? null,
      credentials: credentials?.values ?? {},
    },
  };
}

/** The secret that signs a store's webhooks. */
export function openWebhookSecret(engine: Pick<Engine, "keyring">, row: StoreRow): string {
  if (!row.webhookSecret) throw new Error(`store ${row.id} has no webhook secret`);
  const secret = openText(engine.keyring, { table: "stores", store: row.id, id: row.id }, row.webhookSecret);
  noteSecrets([secret]);
  return secret;
}
