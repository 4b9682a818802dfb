/**
 * Consent on the seller's own pages, tokens of Login with Amazon, and the first look. A refresh token opens one seller in one
 * region and outlives its use; the seller renews the authorisation every 365 days.
 * https://developer-docs.amazon.com/sp-api/docs/website-authorization-workflow
 */
import type { App, AuthCapability, Grant, Store, StoreFacts } from "../../core/adapter.ts";
import { appOf, appStore, withoutRefresh } from "../../core/app-store.ts";
import { InputError } from "../../core/errors.ts";
import type { Warning } from "../../core/model/records.ts";
import type { Fields } from "../../core/tree.ts";
import type { Client } from "./client/index.ts";
import { CREDENTIALS, marketplaceOf, SETTINGS, settingsOf, textSetting } from "./config.ts";
import { read } from "./schemas.ts";

const CODE = "spapi_oauth_code";
const CONSENT_DAYS = 365;
const DAY_MS = 86_400_000;

export function createAuth(client: Client): AuthCapability {
  const toGrant = (answer: Fields, known: Readonly<Record<string, string>>): Grant => {
    const token = read(answer);
    const seconds = token.count("expires_in");
    const refresh_token = token.text("refresh_token");
    return {
      values: {
        ...known,
        access_token: token.need("access_token"),
        ...(refresh_token === null ? {} : { refresh_token }),
      },
      expiresAt: seconds === null ? null : new Date(client.clock.now().getTime() + seconds * 1000),
    };
  };
  return {
    kind: "oauth",
    credentials: CREDENTIALS,
    settings: SETTINGS,
    probe: (store, signal) => probe(client, store, signal),
    authoriseUrl: consentUrl,
    codeParameter: CODE,
    /** The call back names the seller too. */
    async exchange(app, { query, redirectUrl: redirect_uri }, signal) {
      const { [CODE]: code = "", selling_partner_id } = query;
      const { key: client_id, secret: client_secret } = app;
      const form = { client_id, client_secret, code, grant_type: "authorization_code" };
      const store = appStore(app, { baseUrl: textSetting(app, "root"), currency: "", timeZone: "UTC" });
      const known: Record<string, string> = selling_partner_id ? { selling_partner_id } : {};
      const grant = toGrant(await client.token(store, { ...form, redirect_uri }, signal), known);
      return {
        ...grant,
        authorisedUntil: new Date(client.clock.now().getTime() + CONSENT_DAYS * DAY_MS),
        ...(selling_partner_id ? { stores: [{ externalId: selling_partner_id, name: selling_partner_id }] } : {}),
      };
    },
    async refresh(store, current, signal) {
      const { key: client_id, secret: client_secret } = appOf(store, current);
      const { refresh_token = "" } = current.values;
      const form = { client_id, client_secret, grant_type: "refresh_token", refresh_token };
      return toGrant(await client.token(withoutRefresh(store), form, signal), current.values);
    },
  };
}

/** Throws `InputError` where nobody has said which pages are the seller's, or which application is ours. */
function consentUrl(
  app: App,
  { state, redirectUrl, settings }: Parameters<NonNullable<AuthCapability["authoriseUrl"]>>[1],
) {
  const root = settingsOf(settings).seller_central ?? textSetting(app, "seller_central") ?? textSetting(app, "root");
  const application_id = textSetting(app, "application_id");
  if (root === null || application_id === null)
    throw new InputError(
      "consent_not_set_up",
      "consent needs application_id (amzn1.sp.solution.…) and seller_central (the address of the seller's own pages) among the app's settings",
      { status: 422 },
    );
  const query = {
    application_id,
    state,
    redirect_uri: redirectUrl,
    ...(app.settings.draft === true ? { version: "beta" } : {}),
  };
  return `${root.replace(/\/+$/, "")}/apps/authorize/consent?${new URLSearchParams(query)}`;
}

/** One call in a minute is allowed: nothing else asks this. No answer names the seller's id. */
async function probe(client: Client, store: Store, signal: AbortSignal): Promise<StoreFacts> {
  const endpoint = {
    operation: "auth.probe",
    plan: "marketplaces",
    path: "/sellers/v1/marketplaceParticipations",
  } as const;
  const { body, date } = await client.sendDated(store, endpoint, signal);
  const rows = read(body).list("payload");
  const warnings: Warning[] = [];
  const taken = rows.filter(({ fields }) => (fields.participation as Fields | undefined)?.isParticipating === true);
  const marketplaces = taken.map((row) => {
    const code = row.need("marketplace/id");
    if ((row.fields.participation as Fields).hasSuspendedListings === true)
      warnings.push({ code: "listings_suspended", detail: `The seller has suspended listings on ${code}.` });
    const [currency, language] = [
      row.text("marketplace/defaultCurrencyCode"),
      row.text("marketplace/defaultLanguageCode"),
    ];
    return marketplaceOf(code, {
      language,
      country: row.text("marketplace/countryCode"),
      ...(currency === null ? {} : { currency }),
    });
  });
  const { values } = await store.credentials();
  const externalId = values.selling_partner_id ?? settingsOf(store.settings).seller_id ?? null;
  if (externalId === null)
    warnings.push({
      code: "seller_unknown",
      detail: "Nobody has told the seller's id: set seller_id, by which listings are read.",
    });
  const [first] = marketplaces;
  return {
    externalId,
    name: taken.map((row) => row.text("storeName")).find((name) => name !== null) ?? externalId,
    marketplaces,
    currency: first?.currency ?? null,
    timeZone: first?.timeZone ?? null,
    facts: {},
    clockSkewMs: date === null ? null : date.getTime() - client.clock.now().getTime(),
    warnings,
  };
}
