/**
 * Installation, tokens and the first look. A token comes from a consent (code), from an embedded app's session, or from the
 * app's own id and secret for shops of its organisation; refresh tokens are used once.
 * https://shopify.dev/docs/apps/build/authentication-authorization
 */
import type { App, AuthCapability, Grant, Store, StoreFacts } from "../../../core/adapter.ts";
import { appOf, appStore, withoutRefresh } from "../../../core/app-store.ts";
import { AuthExpiredError, InputError } from "../../../core/errors.ts";
import type { Warning } from "../../../core/model/records.ts";
import type { Client } from "../client.ts";
import { CREDENTIALS, ID, rootOf, rootOfApp, SETTINGS, settingsOf, shopIn } from "../config.ts";
import { read } from "../schemas.ts";
import { SCOPES } from "./scopes.ts";
import { isSignedQuery } from "./signing.ts";

const OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token";
const EXCHANGE = {
  grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
  subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
  requested_token_type: OFFLINE,
  expiring: "1",
};

export const SHOP = `query ShopInfo {
  shop { id name myshopifyDomain currencyCode ianaTimezone plan { publicDisplayName shopifyPlus } }
  currentAppInstallation { accessScopes { handle } }
  locations(first: 50) { nodes { id name isActive fulfillsOnlineOrders } }
}`;

export function createAuth(client: Client): AuthCapability {
  const ask = async (
    store: Store,
    at: { root: string; shop: string | null; app: Pick<App, "key" | "secret">; kept?: Record<string, string> },
    form: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Grant> => {
    const body = { client_id: at.app.key, client_secret: at.app.secret, ...form };
    const token = read(await client.token(store, at.root, body, signal));
    const after = (field: string) => {
      const seconds = token.count(field);
      return seconds === null ? null : new Date(client.clock.now().getTime() + seconds * 1000);
    };
    const refresh_token = token.text("refresh_token");
    return {
      values: {
        ...at.kept,
        ...(at.shop === null ? {} : { shop: at.shop }),
        access_token: token.need("access_token"),
        ...(refresh_token === null ? {} : { refresh_token }),
      },
      expiresAt: after("expires_in"),
      // Ninety days from the last refresh; a token by id and secret is asked for again without a person.
      authorisedUntil: after("refresh_token_expires_in"),
      ...(at.shop === null ? {} : { stores: [{ externalId: at.shop, name: at.shop }] }),
    };
  };

  return {
    kind: "oauth",
    credentials: CREDENTIALS,
    settings: SETTINGS,
    probe: (store, signal) => probe(client, store, signal),
    authoriseUrl(app, { state, redirectUrl, settings }) {
      const root = rootOfApp(app) ?? `https://${shopIn(settings.shop)}`;
      const query = { client_id: app.key, scope: SCOPES.join(","), redirect_uri: redirectUrl, state };
      return `${root}/admin/oauth/authorize?${new URLSearchParams(query)}`;
    },
    async exchange(app, { query }, signal) {
      if (!isSignedQuery(query, app.secret, client.clock.now()))
        throw new InputError("call_back_unsigned", "the call back is not signed with the app's secret, or is old", {
          status: 422,
        });
      const shop = shopIn(query.shop);
      const root = rootOfApp(app) ?? `https://${shop}`;
      const { code = "", id_token } = query;
      const form = id_token === undefined ? { code, expiring: "1" } : { ...EXCHANGE, subject_token: id_token };
      const store = appStore(app, { baseUrl: root, currency: "", timeZone: "UTC" });
      return ask(store, { root, shop, app }, form, signal);
    },
    async refresh(store, { values }, signal) {
      const { refresh_token, session_token, access_token: _old, ...kept } = values;
      const shop = values.shop ?? settingsOf(store.settings).shop ?? null;
      if (!store.app && !(values.app_key && values.app_secret))
        throw new AuthExpiredError({ platform: ID, operation: "auth.refresh", message: UNRENEWABLE });
      const at = { root: rootOf(store, values), shop, app: appOf(store, { values }), kept };
      const form = refresh_token
        ? { grant_type: "refresh_token", refresh_token }
        : session_token
          ? { ...EXCHANGE, subject_token: session_token }
          : { grant_type: "client_credentials" };
      return ask(withoutRefresh(store), at, form, signal);
    },
  };
}

const UNRENEWABLE =
  "the token cannot be renewed without the app's id and secret: install the app again, or type a token in";

async function probe(client: Client, store: Store, signal: AbortSignal): Promise<StoreFacts> {
  const { data, date } = await client.send(store, signal, { operation: "shop.get", document: SHOP });
  const shop = read(data.shop);
  const granted = read(data.currentAppInstallation ?? {})
    .list("accessScopes")
    .flatMap((scope) => scope.text("handle") ?? []);
  const locations = read(data.locations ?? {})
    .list("nodes")
    .filter(({ fields }) => fields.isActive === true);
  const [currency, timeZone] = [shop.need("currencyCode"), shop.text("ianaTimezone") ?? "UTC"];
  const warnings: Warning[] = [];
  if (granted.length > 0 && !granted.includes("read_all_orders"))
    warnings.push({
      code: "orders_60_days",
      detail: "Without the scope read_all_orders no order older than 60 days comes.",
    });
  return {
    externalId: shop.need("myshopifyDomain"),
    name: shop.text("name"),
    marketplaces: [{ code: ID, currency, language: null, timeZone, country: null }],
    currency,
    timeZone,
    facts: {
      plan: shop.text("plan/publicDisplayName") ?? "",
      scopes: granted.join(","),
      // Where there is one location alone, nobody has to name it.
      default_location: locations.length === 1 ? (locations[0]?.need("id") ?? "") : "",
      locations: locations.length,
    },
    clockSkewMs: date === null ? null : date.getTime() - client.clock.now().getTime(),
    warnings,
  };
}
