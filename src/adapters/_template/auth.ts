/**
 * Consent of the seller, tokens that are used once, and the signature of every call.
 * https://docs.platform.example/auth (read 2026-01-15)
 */
import type { App, AuthCapability, Credentials, Grant, Store } from "../../core/adapter.ts";
import type { Clock } from "../../core/clock.ts";
import { hmac, toHex } from "../../core/crypto.ts";
import { AuthExpiredError } from "../../core/errors.ts";
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
      return toGrant(await client.token(bareStore(app), { grant_type: "code", code: query.code ?? "" }, signal));
    },
    async refresh(store, current, signal) {
      const refresh_token = current.values.refresh_token ?? "";
      return toGrant(await client.token(withoutRefresh(store), { grant_type: "refresh", refresh_token }, signal));
    },
    revoke: (store, signal) => client.revoke(store, signal),
  };
}

/** A refused refresh must end there: the call that renews a token may not ask for another one. */
function withoutRefresh(store: Store): Store {
  const refresh = (): Promise<Credentials> => {
    const message = "the grant was refused";
    return Promise.reject(new AuthExpiredError({ platform: store.platform, operation: "auth.refresh", message }));
  };
  return { ...store, refresh };
}

/** Before there is a store there is an app; its calls carry no token. */
function bareStore(app: App): Store {
  const none: Credentials = { purpose: "api", values: {}, version: 0, expiresAt: null };
  return withoutRefresh({
    id: app.id,
    platform: app.platform,
    name: "",
    externalId: null,
    baseUrl: typeof app.settings.root === "string" ? app.settings.root : null,
    settings: {},
    marketplaces: [],
    currency: "",
    timeZone: "UTC",
    app,
    priority: "interactive",
    prepaid: null,
    facts: {},
    credentials: async () => none,
    refresh: async () => none,
  });
}
