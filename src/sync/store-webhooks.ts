/** Webhooks of a store, put in place where the platform has them. */
import { isAbsent } from "../core/adapter.ts";
import { raiseAlert, settleAlert } from "../core/db/alerts.ts";
import { findStore, updateStore } from "../core/db/stores.ts";
import { isAdapterError } from "../core/errors.ts";
import type { Engine } from "./engine.ts";
import { openWebhookSecret } from "./receive-webhook.ts";
import { openStoreRow } from "./store-handle.ts";

/** Puts webhooks in place where platforms can reach us; a failure is an alert, since polling finds everything too. */
export async function tryWebhooks(engine: Engine, storeId: string, signal: AbortSignal): Promise<void> {
  if (!engine.publicUrl) return;
  const alert = { code: "webhooks_missing", subject: "store", subjectId: storeId };
  try {
    const result = await ensureWebhooks(engine, storeId, engine.publicUrl, signal);
    if (result) await settleAlert(engine.db, alert, engine.clock.now());
  } catch (error) {
    if (!isAdapterError(error)) throw error;
    await raiseAlert(
      engine.db,
      {
        ...alert,
        severity: "warning",
        storeId,
        message: `The platform does not take our webhooks: ${error.message}`,
        remedy:
          "Orders come by polling meanwhile. Check that PUBLIC_URL can be reached from the store, and the key's permissions.",
      },
      engine.clock.now(),
    );
  }
}

/** Makes the platform call us; what it answers is checked daily, since some platforms switch webhooks off silently. */
export async function ensureWebhooks(
  engine: Engine,
  storeId: string,
  publicUrl: string,
  signal: AbortSignal,
): Promise<{ topics: string[]; repaired: string[] } | null> {
  const row = await findStore(engine.db, storeId);
  const adapter = row ? engine.adapterOf(row.platform) : undefined;
  if (!row || !adapter || isAbsent(adapter.webhooks) || adapter.webhooks.kind !== "http" || !adapter.webhooks.ensure)
    return null;
  const store = await openStoreRow(engine, row, "background");
  const address = `${publicUrl.replace(/\/$/, "")}/webhooks/${row.platform}/${row.id}`;
  const result = await adapter.webhooks.ensure(store.handle, address, openWebhookSecret(engine, row), signal);
  await updateStore(engine.db, storeId, { webhookCheckedAt: engine.clock.now() }, engine.clock.now());
  return result;
}
