/** Consent, tokens and the first look. No call tells who the shop is: its number is a setting. */
import type { AuthCapability, Store, StoreFacts } from "../../../core/adapter.ts";
import { codeGrants } from "../../../core/app-store.ts";
import { InputError } from "../../../core/errors.ts";
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
      const query = { client_id: app.key, response_type: "code", redirect_uri: redirectUrl, state };
      return `${known("authorize_path", oauthUrl(app, "authorize_path", null))}?${new URLSearchParams(query)}`;
    },
    ...codeGrants(HERE, async (store, form, values, signal) => {
      const url = known("token_path", oauthUrl(store.app, "token_path", store.baseUrl));
      const answer = await client.token(store, url, form, signal);
      const refresh_token = answer.text("refresh_token");
      const seconds = answer.count("expires_in");
      const granted = { ...values, access_token: answer.need("access_token"), ...(refresh_token && { refresh_token }) };
      const expiresAt = seconds === null ? null : new Date(client.clock.now().getTime() + seconds * 1000);
      // With a token that cannot be renewed the consent ends.
      return { values: granted, expiresAt, authorisedUntil: "refresh_token" in granted ? null : expiresAt };
    }),
  };
}

function known(name: string, url: string | null): string {
  const message = `the platform publishes no path of its consent: set ${name} in the app's settings, or type the token in`;
  if (url === null) throw new InputError("oauth_path_missing", message);
  return url;
}

async function probe(client: Client, store: Store, signal: AbortSignal): Promise<StoreFacts> {
  const parameters = { its: "9999", p: "1", pageSize: "1" };
  const answer = await client.at(store, signal).call("dangdang.items.list.get", "1.0", { parameters });
  countIn(answer);
  const time = answer.time("time");
  const { shop_id: shopId = null } = settingsOf(store.settings);
  return {
    externalId: shopId,
    name: shopId,
    marketplaces: [{ code: ID, currency: CURRENCY, language: "zh", timeZone: ZONE, country: "CN" }],
    currency: CURRENCY,
    timeZone: ZONE,
    facts: {},
    clockSkewMs: time === null ? null : time.getTime() - client.clock.now().getTime(),
    warnings: [],
  };
}
