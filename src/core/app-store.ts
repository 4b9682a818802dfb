/** Calls for which there is an app and no store yet, or no grant that could be renewed: consent, tokens, their renewal. */
import type { App, AuthCapability, Credentials, Grant, Store } from "./adapter.ts";
import { AuthExpiredError, InputError } from "./errors.ts";

/** A refused refresh must end there: the call that renews a grant may not ask for another one. */
export function withoutRefresh(store: Store): Store {
  const refused = { platform: store.platform, operation: "auth.refresh", message: "the grant was refused" };
  return { ...store, refresh: () => Promise.reject(new AuthExpiredError(refused)) };
}

/** Before there is a store there is an app; its calls carry no token. */
export function appStore(app: App, about: Pick<Store, "baseUrl" | "currency" | "timeZone">): Store {
  const none: Credentials = { purpose: "api", values: {}, version: 0, expiresAt: null };
  return withoutRefresh({
    id: app.id,
    platform: app.platform,
    name: "",
    externalId: null,
    settings: {},
    marketplaces: [],
    ...about,
    app,
    priority: "interactive",
    prepaid: null,
    facts: {},
    credentials: async () => none,
    refresh: async () => none,
  });
}

/** Key and secret that sign a store's calls: of its app, or among what was typed in. Throws `InputError` where there are none. */
export function appOf(store: Pick<Store, "app">, { values }: Pick<Credentials, "values">): Pick<App, "key" | "secret"> {
  if (store.app) return store.app;
  const { app_key: key, app_secret: secret } = values;
  if (key && secret) return { key, secret };
  throw new InputError(
    "app_missing",
    "a shop needs the app that it was authorised for: app_key and app_secret sign each call",
  );
}

/** A code, or a refresh token, for a grant: what `ask` is told of each. A grant without a refresh token needs a person. */
export function codeGrants(
  about: Pick<Store, "baseUrl" | "currency" | "timeZone">,
  ask: (
    store: Store,
    form: Record<string, string>,
    known: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ) => Promise<Grant>,
): Required<Pick<AuthCapability, "exchange" | "refresh">> {
  return {
    exchange(app, { query, redirectUrl: redirect_uri }, signal) {
      return ask(
        appStore(app, about),
        { grant_type: "authorization_code", code: query.code ?? "", redirect_uri },
        {},
        signal,
      );
    },
    async refresh(store, { values }, signal) {
      const { refresh_token } = values;
      const message =
        "the token cannot be renewed without a refresh token: authorise the shop again, or type a token in";
      if (!refresh_token) throw new AuthExpiredError({ platform: store.platform, operation: "auth.refresh", message });
      return ask(withoutRefresh(store), { grant_type: "refresh_token", refresh_token }, values, signal);
    },
  };
}
