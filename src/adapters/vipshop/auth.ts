/** Consent, tokens and the first look. */
import type { AuthCapability, Credentials, Grant, Store, StoreFacts } from "../../core/adapter.ts";
import { appOf, appStore, withoutRefresh } from "../../core/app-store.ts";
import { AuthExpiredError } from "../../core/errors.ts";
import type { Client, Method } from "./client/index.ts";
import { isRefusal } from "./client/outcomes.ts";
import { authoriseUrl, CREDENTIALS, CURRENCY, type Mode, SETTINGS, settingsOf, vendorId, ZONE } from "./config.ts";
import { type Fields, rowsOf, TOKEN, textIn } from "./schemas.ts";

/** What there is to say of a store before it is known. */
const HERE = { baseUrl: null, currency: CURRENCY, timeZone: ZONE };

export function createAuth(client: Client): AuthCapability {
  return {
    kind: "oauth",
    credentials: CREDENTIALS,
    settings: SETTINGS,
    probe: (store, signal) => probe(client, store, signal),
    authoriseUrl(app, { state, redirectUrl }) {
      const query = { client_id: app.key, response_type: "code", redirect_uri: redirectUrl, state };
      return `${authoriseUrl(app)}?${new URLSearchParams(query)}`;
    },
    /** The call back brings the tokens themselves, or a code for them. */
    async exchange(app, { query, redirectUrl }, signal) {
      const now = client.clock.now();
      if (query.access_token) return toGrant(query, now, {});
      const form = { grant_type: "authorization_code", code: query.code ?? "", redirect_uri: redirectUrl };
      return toGrant(await client.token(appStore(app, HERE), form, signal), now, {});
    },
    refresh: (store, current, signal) => refresh(client, store, current, signal),
  };
}

async function refresh(client: Client, store: Store, current: Credentials, signal: AbortSignal): Promise<Grant> {
  const { refresh_token } = current.values;
  if (!refresh_token) throw expired("the token cannot be renewed without a refresh token: authorise the store again");
  const { key: client_id, secret: client_secret } = appOf(store, current);
  const request = { refresh_token, client_id, client_secret, request_client_ip: settingsOf(store.settings).client_ip };
  try {
    const answer = await client.call(withoutRefresh(store), "oauth.refreshToken", { request }, signal, "write");
    return toGrant(answer, client.clock.now(), current.values);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    throw expired("the platform refuses to renew the token: authorise the store again");
  }
}

function toGrant(answer: unknown, now: Date, known: Readonly<Record<string, string>>): Grant {
  const { access_token, refresh_token, expires_in, expires_time, refresh_expires_time } = TOKEN.parse(answer);
  const values = { ...known, access_token, ...(refresh_token === null ? {} : { refresh_token }) };
  const ends = expires_in === null ? null : new Date(now.getTime() + expires_in * 1000);
  return { values, expiresAt: expires_time ?? ends, authorisedUntil: refresh_expires_time };
}

/** A small question that each way of working has. */
const LOOKS: Readonly<Record<Mode, (vendor: number) => [Method, Fields]>> = {
  marketplace: () => ["sov.getCarriers", {}],
  jitx: (vendor_id) => ["jitx.getWarehouses", { request: { vendor_id } }],
  dvd: (vendor_id) => ["dvd.getCarrierList", { vendor_id: String(vendor_id), page: 1, limit: 1 }],
  jit: (vendor_id) => ["jit.getPoList", { vendor_id: String(vendor_id), page: 1, limit: 1 }],
};

/** No interface says who the supplier is: its number is typed in, its name stands on purchase orders. */
async function probe(client: Client, store: Store, signal: AbortSignal): Promise<StoreFacts> {
  const { vendor_id, modes } = settingsOf(store.settings);
  const [method, args] = LOOKS[modes[0] ?? "jit"](vendorId(store));
  const { result, date } = await client.callDated(store, method, args, signal);
  const [order] = rowsOf(result, "purchase_order_list");
  return {
    externalId: vendor_id,
    name: textIn(order?.vendor_name) ?? `Vipshop ${vendor_id}`,
    marketplaces: [{ code: "vipshop", currency: CURRENCY, language: "zh", timeZone: ZONE, country: "CN" }],
    currency: CURRENCY,
    timeZone: ZONE,
    facts: {},
    clockSkewMs: date === null ? null : date.getTime() - client.clock.now().getTime(),
    warnings: [],
  };
}

const expired = (message: string) => new AuthExpiredError({ platform: "vipshop", operation: "auth.refresh", message });
