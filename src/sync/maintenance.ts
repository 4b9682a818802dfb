/** Slow duties: alerts before an authorisation ends, webhooks checked, old rows cleared. Run every ten minutes under a lease. */

import type { CredentialPurpose } from "../core/adapter.ts";
import { raiseAlert } from "../core/db/alerts.ts";
import { feedHorizon, pruneFeed } from "../core/db/feed.ts";
import { releaseLease, takeLease } from "../core/db/leases.ts";
import { listStores, updateStore } from "../core/db/stores.ts";
import { clearDeliveries } from "../core/db/webhook-deliveries.ts";
import { isAdapterError } from "../core/errors.ts";
import { learnPlatforms } from "../core/pricing/due.ts";
import { type Engine, hasPrices } from "./engine.ts";
import { openStore } from "./store-handle.ts";
import { holdRefused } from "./store-refused.ts";
import { tryWebhooks } from "./store-webhooks.ts";
import { tellAllLost } from "./webhook-alerts.ts";

const DAY_MS = 86_400_000;
/** Longer than the time between two runs. */
const REFRESH_AHEAD_MS = 1_800_000;
/** How long things are kept that nothing needs any more. */
const KEEP_DAYS = {
  syncRuns: 14,
  inbox: 14,
  deliveries: 14,
  rejected: 90,
  idempotency: 7,
  changes: 30,
  rawBodies: 180,
};

export async function runMaintenance(engine: Engine, signal: AbortSignal): Promise<void> {
  const lease = await takeLease(engine.db, "maintenance", engine.processId, 300_000);
  if (!lease) return;
  try {
    await alertExpiringGrants(engine);
    await refreshExpiring(engine);
    // A new release may set prices where an older one could not.
    await learnPlatforms(engine.db, (platform) => hasPrices(engine, platform), engine.clock.now());
    await checkStores(engine, signal);
    if (!signal.aborted) await clearOld(engine);
  } finally {
    await releaseLease(engine.db, lease);
  }
}

async function alertExpiringGrants(engine: Engine): Promise<void> {
  const now = engine.clock.now();
  for (const store of await listStores(engine.db)) {
    if (!store.authorisedUntil || store.mode === "disconnected") continue;
    const days = (store.authorisedUntil.getTime() - now.getTime()) / DAY_MS;
    if (days > 30) continue;
    await raiseAlert(
      engine.db,
      {
        code: "authorisation_ends",
        severity: days <= 1 ? "critical" : days <= 7 ? "warning" : "info",
        storeId: store.id,
        subject: "store",
        subjectId: store.id,
        message: `The authorisation of "${store.name}" ends on ${store.authorisedUntil.toISOString()}.`,
        remedy: "Authorise the store again before then (`tallyport stores authorize`).",
        dueAt: store.authorisedUntil,
      },
      now,
    );
  }
}

/** Credentials that end soon are refreshed while nobody waits for them. */
async function refreshExpiring(engine: Engine): Promise<void> {
  const soon = new Date(engine.clock.now().getTime() + REFRESH_AHEAD_MS).toISOString();
  const rows = await engine.db.query<{ store_id: string; purpose: CredentialPurpose }>(
    `select distinct on (c.id) s.store_id, s.purpose from credentials c join store_credentials s on s.credential_id = c.id
     join stores t on t.id = s.store_id where c.expires_at < $1::timestamptz and c.refused_at is null and t.state = 'ok' and t.mode <> 'disconnected'`,
    [soon],
  );
  for (const row of rows) {
    const store = await openStore(engine, row.store_id, "background");
    try {
      await store.handle.refresh(await store.handle.credentials(row.purpose));
    } catch (error) {
      if (!isAdapterError(error)) throw error;
      await holdRefused(engine, store.row, error);
    }
  }
}

/** Once a day: what the store offers and how its clock stands, and whether its webhooks still are in place. */
async function checkStores(engine: Engine, signal: AbortSignal): Promise<void> {
  const now = engine.clock.now();
  const dayAgo = new Date(now.getTime() - DAY_MS);
  for (const row of await listStores(engine.db)) {
    if (signal.aborted) return;
    if (row.mode === "disconnected" || row.state !== "ok") continue;
    const adapter = engine.adapterOf(row.platform);
    if (!adapter) continue;
    if (!row.probedAt || row.probedAt < dayAgo) {
      const store = await openStore(engine, row.id, "background");
      const facts = await adapter.auth.probe(store.handle, signal).catch(() => null);
      if (facts)
        await updateStore(
          engine.db,
          row.id,
          { facts: facts.facts, clockSkewMs: facts.clockSkewMs, probedAt: now },
          now,
        );
    }
    if (!row.webhookCheckedAt || row.webhookCheckedAt < dayAgo) await tryWebhooks(engine, row.id, signal);
  }
}

async function clearOld(engine: Engine): Promise<void> {
  const before = (days: number) => new Date(engine.clock.now().getTime() - days * DAY_MS).toISOString();
  await engine.db.query("delete from sync_runs where finished_at < $1::timestamptz", [before(KEEP_DAYS.syncRuns)]);
  await engine.db.query("delete from inbox where status in ('done', 'ignored') and received_at < $1::timestamptz", [
    before(KEEP_DAYS.inbox),
  ]);
  await engine.db.query("delete from rejected_records where resolved_at < $1::timestamptz", [
    before(KEEP_DAYS.rejected),
  ]);
  await engine.db.query("delete from idempotency_keys where created_at < $1::timestamptz", [
    before(KEEP_DAYS.idempotency),
  ]);
  await clearDeliveries(engine.db, before(KEEP_DAYS.deliveries));
  await pruneFeed(engine.db, before(KEEP_DAYS.changes));
  await tellAllLost(engine.db, (await feedHorizon(engine.db)).pruned, engine.clock.now());
  await engine.db.query(
    "update raw_documents set body = null, previous_body = null where read_at < $1::timestamptz and body is not null",
    [before(KEEP_DAYS.rawBodies)],
  );
}
