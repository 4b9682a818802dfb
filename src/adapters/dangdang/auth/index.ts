/** Consent, tokens and the first look. No call tells who the shop is: its number is a setting. */
import type { AuthCapability, Grant, Store, StoreFacts } from "../../../core/adapter.ts";
import { appStore, withoutRefresh } from "../../../core/app-store.ts";
import { AuthExpiredError, InputError } from "../../../core/errors.ts";
import type { Client } from "../client/index.ts";
import { CREDENTIALS, CURRENCY, ID, oauthUrl, SETTINGS, settingsOf, ZONE } from "../config.ts";
import { countIn } from "../schemas.ts";

const HERE = { baseUrl: null, currency: CURRENCY, timeZone: ZONE };

export function createAuth(client: Client): AuthCapability {
  return {
    kind: "oauth",
    credentials: CREDENTIALS,
    settings: SETTINGS,
    probe: (store, signal) => probe(client, store, signal),
    authoriseUrl(app, { state, redirectUrl }) {
      const url = oauthUrl(app, "authorize_path", null);
      if (url === null) throw pathMissing("authorize_path");
      const query = { client_id: app.key, response_type: "code", redirect_uri: redirectUrl, state };
      return `${url}?${new URLSearchParams(query)}`;
    },
    exchange(app, { query, redirectUrl }, signal) {
      const form = { grant_type: "authorization_code", code: query.code ?? "", redirect_uri: redirectUrl };
      return ask(client, appStore(app, HERE), form, {}, signal);
    },
    refresh(store, { values }, signal) {
      const { refresh_token } = values;
      if (!refresh_token) throw expired("the token cannot be renewed without a refresh token: type a new one in");
      return ask(client, withoutRefresh(store), { grant_type: "refresh_token", refresh_token }, values, signal);
    },
  };
}

async function ask(
  client: Client,
  store: Store,
  form: Record<string, string>,
  known: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Grant> {
  const url = oauthUrl(store.app, "token_path", store.baseUrl);
  if (url === null) throw pathMissing("token_path");
  const answer = await client.token(store, url, form, signal);
  const refresh_token = answer.text("refresh_token");
  const seconds = answer.count("expires_in");
  const values = { ...known, access_token: answer.need("access_token"), ...(refresh_token && { refresh_token }) };
  const expiresAt = seconds === null ? null : new Date(client.clock.now().getTime() + seconds * 1000);
  return { values, expiresAt };
}

const pathMissing = (name: string) =>
  new InputError(
    "oauth_path_missing",
    `the platform publishes no path of its consent: set ${name} in the app's settings, or type the token in`,
  );

async function probe(client: Client, store: Store, signal: AbortSignal): Promise<StoreFacts> {
  const call = {
    method: "dangdang.items.list.get",
    version: "1.0",
    parameters: { its: "9999", p: "1", pageSize: "1" },
  };
  const { answer, date } = await client.callDated(store, call, signal);
  countIn(answer);
  const { shop_id: shopId = null } = settingsOf(store.settings);
  return {
    externalId: shopId,
    name: shopId,
    marketplaces: [{ code: ID, currency: CURRENCY, language: "zh", timeZone: ZONE, country: "CN" }],
    currency: CURRENCY,
    timeZone: ZONE,
    facts: {},
    clockSkewMs: date === null ? null : date.getTime() - client.clock.now().getTime(),
    warnings: [],
  };
}

const expired = (message: string) => new AuthExpiredError({ platform: ID, operation: "auth.refresh", message });
