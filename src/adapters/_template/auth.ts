/**
 * Consent of the seller, tokens that are used once, and the signature of every call.
 * https://docs.platform.example/auth (read 2026-01-15)
 */
import type { App, AuthCapability, Grant } from "../../core/adapter.ts";
import { appStore, withoutRefresh } from "../../core/app-store.ts";
import type { Clock } from "../../core/clock.ts";
import { hmac, toHex } from "../../core/crypto.ts";
import type { Client, Sign } from "./client.ts";
import { CREDENTIALS, DEFAULT_ROOT, SETTINGS } from "./config.ts";

/** HMAC-SHA256 in hex over method, path with query, time in seconds, and body, a line each. */
export const sign: Sign = (secret, { method, target, time, body }) =>
  toHex(hmac("sha256", secret, `${method}\n${target}\n${time}\n${body}`));

export function createAuth(client: Client, clock: Clock): AuthCapability {
  const toGrant = (tokens: Awaited<ReturnType<Client["token"]>>): Grant => ({
    values: { access_token: tokens.access_token, refresh_token: tokens.refresh_token },
    expiresAt: new Date(clock.now().getTime() + tokens.expires_in * 1000),
    authorisedUntil: tokens.consent_until,
    stores: [{ externalId: tokens.shop_id, name: tokens.shop_name }],
  });
  return {
    kind: "oauth",
    credentials: CREDENTIALS,
    settings: SETTINGS,
    async probe(store, signal) {
      const { shop, date } = await client.shop(store, signal);
      const marketplace = {
        code: shop.country,
        currency: shop.currency,
        language: null,
        timeZone: shop.time_zone,
        country: shop.country,
      };
      return {
        externalId: shop.id,
        name: shop.name,
        marketplaces: [marketplace],
        currency: shop.currency,
        timeZone: shop.time_zone,
        facts: { plan: shop.plan },
        clockSkewMs: date === null ? null : date.getTime() - clock.now().getTime(),
        warnings: [],
      };
    },
    authoriseUrl(app, { state, redirectUrl }) {
      const query = new URLSearchParams({ app_key: app.key, state, redirect_url: redirectUrl });
      return `${typeof app.settings.root === "string" ? app.settings.root : DEFAULT_ROOT}/oauth/authorise?${query}`;
    },
    async exchange(app, { query }, signal) {
      return toGrant(
        await client.token(appStore(app, unknown(app)), { grant_type: "code", code: query.code ?? "" }, signal),
      );
    },
    async refresh(store, current, signal) {
      const refresh_token = current.values.refresh_token ?? "";
      return toGrant(await client.token(withoutRefresh(store), { grant_type: "refresh", refresh_token }, signal));
    },
    revoke: (store, signal) => client.revoke(store, signal),
  };
}

/** What there is to say of a store before it is known. */
const unknown = (app: App) => ({
  baseUrl: typeof app.settings.root === "string" ? app.settings.root : null,
  currency: "",
  timeZone: "UTC",
});
