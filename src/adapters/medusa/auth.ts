/**
 * Sign-in: a secret API key, which does not lapse, or an administrator's e-mail address and password, which give a token
 * for a day. https://docs.medusajs.com/api/admin#authentication
 */
import type { AuthCapability, Grant, Store, StoreFacts } from "../../core/adapter.ts";
import { withoutRefresh } from "../../core/app-store.ts";
import { fromBase64 } from "../../core/crypto.ts";
import { AuthExpiredError } from "../../core/errors.ts";
import { parseWire } from "../../core/wire.ts";
import type { Client } from "./client.ts";
import { CREDENTIALS, ID, SETTINGS, ZONE } from "./config.ts";
import { read, rowsIn } from "./schemas.ts";

export function createAuth(client: Client): AuthCapability {
  /** A token is asked for anew with the password: a lapsed one cannot be renewed. */
  const signIn = async (
    store: Store,
    values: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Grant> => {
    const { email, password } = values;
    const operation = "auth.signIn";
    const message = "an API key is not renewed: make a new one in the shop's settings";
    if (!email || !password) throw new AuthExpiredError({ platform: ID, operation, message });
    // A call without a token: the one that has lapsed says nothing any more.
    const stranger = {
      ...withoutRefresh(store),
      credentials: async () => ({ ...(await store.credentials()), values: {} }),
    };
    const path = "/auth/user/emailpass";
    const { value } = await client.send(stranger, signal, {
      operation,
      path,
      body: { email, password },
      effect: "write",
    });
    const token = read(value).need("token");
    return { values: { ...values, token }, expiresAt: endOf(token) };
  };

  return {
    kind: "keys",
    credentials: CREDENTIALS,
    settings: SETTINGS,
    async probe(store, signal) {
      const current = await store.credentials();
      const isNew = !current.values.api_key && !current.values.token;
      const { values } = isNew ? await signIn(store, current.values, signal) : current;
      const known = isNew ? { ...store, credentials: async () => ({ ...current, values }) } : store;
      const operation = "store.get";
      const { value, date } = await client.send(known, signal, { operation, path: "/admin/stores" });
      const clockSkewMs = date === null ? null : date.getTime() - client.clock.now().getTime();
      return { ...factsOf(rowsIn(value, "stores", operation).rows[0]), clockSkewMs };
    },
    refresh: (store, { values }, signal) => signIn(store, values, signal),
  };
}

function factsOf(row: unknown): Omit<StoreFacts, "clockSkewMs"> {
  const store = read(row);
  const currencies = store.list("supported_currencies");
  const own = currencies.find(({ fields }) => fields.is_default === true) ?? currencies[0];
  const currency = own?.need("currency_code").toUpperCase() ?? null;
  return {
    externalId: store.need("id"),
    name: store.text("name"),
    marketplaces:
      currency === null ? [] : [{ code: "default", currency, language: null, timeZone: ZONE, country: null }],
    currency,
    timeZone: ZONE,
    facts: { default_location: store.text("default_location_id") ?? "" },
    warnings:
      currency === null
        ? [{ code: "currency_missing", detail: "The store supports no currency: add one in its settings." }]
        : [],
  };
}

/** The end of a token, which it carries itself; null where it does not say. */
function endOf(token: string): Date | null {
  const [, claims = ""] = token.split(".");
  try {
    const seconds = read(parseWire(new TextDecoder().decode(fromBase64(claims))).value).count("exp");
    return seconds === null ? null : new Date(seconds * 1000);
  } catch {
    return null;
  }
}
