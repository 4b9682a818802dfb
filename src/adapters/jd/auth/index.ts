/** Consent, tokens and the first look. */
import type { AuthCapability, Grant, Store, StoreFacts } from "../../../core/adapter.ts";
import { appStore, withoutRefresh } from "../../../core/app-store.ts";
import { AuthExpiredError } from "../../../core/errors.ts";
import type { Client } from "../client/index.ts";
import { isRefusal } from "../client/outcomes.ts";
import { authoriseUrl, CREDENTIALS, CURRENCY, SETTINGS, ZONE } from "../config.ts";
import { idIn, isFields, SHOP, TOKEN } from "../schemas.ts";

/** What there is to say of a store before it is known. */
const HERE = { baseUrl: null, currency: CURRENCY, timeZone: ZONE };

export function createAuth(client: Client): AuthCapability {
  return {
    kind: "oauth",
    credentials: CREDENTIALS,
    settings: SETTINGS,
    probe: (store, signal) => probe(client, store, signal),
    authoriseUrl(app, { state, redirectUrl }) {
      const query = { app_key: app.key, response_type: "code", redirect_uri: redirectUrl, state, scope: "snsapi_base" };
      return `${authoriseUrl(app)}?${new URLSearchParams(query)}`;
    },
    async exchange(app, { query }, signal) {
      const form = { grant_type: "authorization_code", code: query.code ?? "" };
      return toGrant(await client.token(appStore(app, HERE), "access_token", form, signal), client.clock.now(), {});
    },
    async refresh(store, { values }, signal) {
      const { refresh_token } = values;
      if (!refresh_token)
        throw expired("the token cannot be renewed without a refresh token: authorise the shop again");
      const form = { grant_type: "refresh_token", refresh_token };
      const answer = await client.token(withoutRefresh(store), "refresh_token", form, signal);
      return toGrant(answer, client.clock.now(), values);
    },
  };
}

/** The end of a token counts from the answer's own time; with one that cannot be renewed the consent ends. */
function toGrant(answer: unknown, now: Date, known: Readonly<Record<string, string>>): Grant {
  const { access_token, refresh_token, expires_in, time } = TOKEN.parse(answer);
  const values = { ...known, access_token, ...(refresh_token === null ? {} : { refresh_token }) };
  const expiresAt = expires_in === null ? null : new Date((time ?? now).getTime() + expires_in * 1000);
  return { values, expiresAt, authorisedUntil: "refresh_token" in values ? null : expiresAt };
}

async function probe(client: Client, store: Store, signal: AbortSignal): Promise<StoreFacts> {
  const { fields, date } = await client.callDated(store, "jingdong.vender.shop.query", signal);
  const shop = SHOP.parse(fields.shop_jos_result);
  const colType = await colTypeOf(client, store, signal);
  return {
    externalId: shop.vender_id,
    name: shop.shop_name ?? shop.vender_id,
    marketplaces: [{ code: "jd", currency: CURRENCY, language: "zh", timeZone: ZONE, country: "CN" }],
    currency: CURRENCY,
    timeZone: ZONE,
    facts: {
      ...(shop.shop_id === null ? {} : { shop_id: shop.shop_id }),
      ...(colType === null ? {} : { col_type: colType }),
    },
    clockSkewMs: date === null ? null : date.getTime() - client.clock.now().getTime(),
    warnings: [],
  };
}

/** How the shop co-operates; an app that may not ask for it goes without. */
async function colTypeOf(client: Client, store: Store, signal: AbortSignal): Promise<string | null> {
  try {
    const { vender_info_result: info } = await client.call(store, "jingdong.seller.vender.info.get", {}, signal);
    return isFields(info) ? (info.col_type === 0 ? "0" : idIn(info.col_type)) : null;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return null;
  }
}

const expired = (message: string) => new AuthExpiredError({ platform: "jd", operation: "auth.refresh", message });
