/** Stores as they are shown. */
import { CAPABILITIES } from "../core/adapter.ts";
import type { StoreRow } from "../core/db/stores.ts";
import { openStoreRow } from "../sync/store-handle.ts";
import { renderCapability } from "./platforms.ts";
import type { Api } from "./types.ts";

export function renderStore(row: StoreRow) {
  return {
    id: row.id,
    platform: row.platform,
    name: row.name,
    external_id: row.externalId,
    base_url: row.baseUrl,
    settings: row.settings,
    facts: row.facts,
    currency: row.currency,
    time_zone: row.timeZone,
    mode: row.mode,
    state: row.state,
    state_reason: row.stateReason,
    push_stopped: row.pushStopped,
    adopt_skus: row.adoptSkus,
    location_id: row.locationId,
    stock_from: row.stockFrom,
    authorised_until: row.authorisedUntil,
    clock_skew_ms: row.clockSkewMs,
    webhook_checked_at: row.webhookCheckedAt,
    probed_at: row.probedAt,
    version: row.version,
    created_at: row.createdAt,
    updated_at: row.updatedAt,
    disconnected_at: row.disconnectedAt,
  };
}

/** The platform's capabilities, less what this store's plan or permissions take away. */
export async function renderStoreCapabilities(api: Api, row: StoreRow) {
  const adapter = api.engine.adapterOf(row.platform);
  if (!adapter) return [];
  const lacking = adapter.unavailable?.((await openStoreRow(api.engine, row, "interactive")).handle) ?? {};
  return CAPABILITIES.map((name) => {
    const capability = renderCapability(adapter, name);
    const reason = lacking[name];
    const acts = capability.acts.map((act) => {
      const why = lacking[`${name}.${act.name}`] ?? reason;
      return act.available && why ? { ...act, available: false, reason: why } : act;
    });
    return capability.available && reason ? { ...capability, available: false, reason, acts } : { ...capability, acts };
  });
}
