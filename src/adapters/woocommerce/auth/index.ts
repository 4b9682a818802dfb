/** Connecting a store: keys typed in, and a first look at the site. */
import type { AuthCapability, Store, StoreFacts } from "../../../core/adapter.ts";
import { isAdapterError } from "../../../core/errors.ts";
import type { Warning } from "../../../core/model/records.ts";
import type { Client } from "../client/index.ts";
import { siteZone, trackingPlugin } from "../codes.ts";
import { CREDENTIALS, rootOf, SETTINGS } from "../config.ts";
import type { Discovery, SystemStatus } from "../schemas/index.ts";

export function createAuth(client: Client): AuthCapability {
  return {
    kind: "keys",
    credentials: CREDENTIALS,
    settings: SETTINGS,
    async probe(store, signal) {
      const { discovery, date } = await client.discover(store, signal);
      const warnings: Warning[] = [];
      const status = await client.systemStatus(store, signal).catch((error: unknown) => {
        // A shop manager's key may be kept from the status page; everything else is worth stopping for.
        if (!isAdapterError(error) || (error.category !== "permanent" && error.category !== "not_found")) throw error;
        warnings.push({ code: "system_status_unreadable", detail: error.message });
        return null;
      });
      const currency = await client.currentCurrency(store, signal).catch((error: unknown) => {
        if (!status) throw error;
        return status.value.settings.currency;
      });
      return storeFacts({
        store,
        discovery,
        status: status?.value ?? null,
        authInQuery: status?.mode === "query",
        currency,
        clockSkewMs: date === null ? null : date.platform.getTime() - date.ours.getTime(),
        warnings,
      });
    },
  };
}

function storeFacts(found: {
  store: Store;
  discovery: Discovery;
  status: SystemStatus | null;
  authInQuery: boolean;
  currency: string;
  clockSkewMs: number | null;
  warnings: Warning[];
}): StoreFacts {
  const { discovery, status, currency } = found;
  const { zone, warning } = siteZone(discovery.timezone_string, discovery.gmt_offset);
  const warnings = warning ? [...found.warnings, warning] : [...found.warnings];
  if (!discovery.namespaces.includes("wc/v3"))
    warnings.push({ code: "api_missing", detail: "The site lists no wc/v3: WooCommerce is off, or older than 3.5." });
  const has = (route: RegExp) => discovery.routes.some((name) => route.test(name));
  const home = discovery.home ?? discovery.url ?? rootOf(found.store);
  return {
    externalId: home.replace(/^https?:\/\//, "").replace(/\/+$/, ""),
    name: discovery.name,
    marketplaces: [
      { code: "default", currency, language: null, timeZone: zone, country: status?.settings.country ?? null },
    ],
    currency,
    timeZone: zone,
    facts: {
      version: status?.environment.version ?? "unknown",
      api: discovery.namespaces.includes("wc/v3"),
      hpos: status?.settings.HPOS_enabled ?? false,
      hpos_sync: status?.settings.HPOS_sync_enabled ?? false,
      fulfillments: has(/^\/wc\/v3\/orders\/.*\/fulfillments$/),
      refunds_route: has(/^\/wc\/v3\/refunds$/),
      variations_route: has(/^\/wc\/v3\/variations$/),
      tracking: trackingPlugin(discovery.namespaces) ?? "none",
      decimals: status?.settings.number_of_decimals ?? 2,
      home_url: home,
      auth_in_query: found.authInQuery,
    },
    clockSkewMs: found.clockSkewMs,
    warnings,
  };
}
