/**
 * Consent, session keys and the first look. A service app renews its keys with the refresh token; an in-house app's key
 * has a fixed length and is made anew by a person. https://open.taobao.com/doc.htm?docId=102635 (authorisation)
 */
import type { AuthCapability, Store, StoreFacts } from "../../../core/adapter.ts";
import { appStore, withoutRefresh } from "../../../core/app-store.ts";
import { AuthExpiredError, isAdapterError } from "../../../core/errors.ts";
import type { Warning } from "../../../core/model/records.ts";
import type { Client } from "../client/index.ts";
import { appSettingsOf, authoriseRoot, CREDENTIALS, CURRENCY, SETTINGS, settingsOf, ZONE } from "../config.ts";
import { SELLER } from "../schemas/shop.ts";
import { permitMessages } from "../webhooks.ts";
import { levelWarnings, toGrant } from "./grant.ts";

/** What there is to say of a store before it is known. */
const HERE = { baseUrl: null, currency: CURRENCY, timeZone: ZONE };

export function createAuth(client: Client): AuthCapability {
  return {
    kind: "oauth",
    credentials: CREDENTIALS,
    settings: SETTINGS,
    probe: (store, signal) => probe(client, store, signal),
    authoriseUrl(app, { state, redirectUrl }) {
      const query = new URLSearchParams({
        response_type: "code",
        client_id: app.key,
        redirect_uri: redirectUrl,
        state,
        view: "web",
      });
      return `${authoriseRoot(app)}/authorize?${query}`;
    },
    async exchange(app, { query, redirectUrl }, signal) {
      const form = { grant_type: "authorization_code", code: query.code ?? "", redirect_uri: redirectUrl, view: "web" };
      return toGrant(await client.token(appStore(app, HERE), form, signal), client.clock.now());
    },
    async refresh(store, current, signal) {
      const { refresh_token = "" } = current.values;
      if (refresh_token === "" || appSettingsOf(store).kind === "in_house") throw notRenewable();
      const answer = await client.token(withoutRefresh(store), { grant_type: "refresh_token", refresh_token }, signal);
      return toGrant(answer, client.clock.now(), withoutLevels(current.values));
    },
  };
}

function withoutLevels(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !name.endsWith("_until")));
}

async function probe(client: Client, store: Store, signal: AbortSignal): Promise<StoreFacts> {
  const { fields, date } = await client.callDated(
    store,
    { method: "taobao.user.seller.get", parameters: { fields: "user_id,nick,type,status" } },
    signal,
  );
  const { user } = SELLER.parse(fields);
  const now = client.clock.now();
  const { values } = await store.credentials();
  const warnings: Warning[] = levelWarnings(values, now);
  if (user.status !== null && user.status !== "normal")
    warnings.push({ code: "seller_not_normal", detail: `The platform calls the seller's account "${user.status}".` });
  const type = user.type === "B" || user.type === "C" ? user.type : null;
  if (type === null)
    warnings.push({
      code: "unknown_code",
      detail: `seller type: "${user.type ?? ""}" is neither B (Tmall) nor C (Taobao).`,
    });
  if (settingsOf(store.settings).messages && user.nick !== null)
    warnings.push(...(await askForMessages(client, store, user.nick, signal)));
  const marketplace = {
    code: type === "B" ? "tmall" : "taobao",
    currency: CURRENCY,
    language: "zh",
    timeZone: ZONE,
    country: "CN",
  };
  return {
    externalId: user.user_id,
    name: user.nick,
    marketplaces: [marketplace],
    currency: CURRENCY,
    timeZone: ZONE,
    facts: {
      ...(type === null ? {} : { seller_type: type }),
      ...(user.status === null ? {} : { status: user.status }),
      employee_session: (values.sub_session ?? "") !== "",
      alipay: (values.alipay_app_id ?? "") !== "" && (values.alipay_private_key ?? "") !== "",
    },
    clockSkewMs: date === null ? null : date.getTime() - now.getTime(),
    warnings,
  };
}

/** Polling finds everything too: an app without messages is told, not refused. */
async function askForMessages(client: Client, store: Store, nick: string, signal: AbortSignal): Promise<Warning[]> {
  try {
    await permitMessages(client, store, nick, signal);
    return [];
  } catch (error) {
    if (!isAdapterError(error) || ["auth_expired", "throttled", "transient"].includes(error.category)) throw error;
    return [{ code: "messages_unavailable", detail: error.message }];
  }
}

function notRenewable(): AuthExpiredError {
  return new AuthExpiredError({
    platform: "taobao",
    operation: "auth.refresh",
    message: "this app's session keys have a fixed length: a person authorises the shop again",
  });
}
