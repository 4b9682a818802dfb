/** Tokens: by consent, by a session token, by the app's own credentials, and by refreshing. */

import { createHmac } from "node:crypto";
import type { Grant, Grants } from "../grants.ts";
import { nowOf } from "../living.ts";
import type { Store } from "./store.ts";

const OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token";
const ONLINE = "urn:shopify:params:oauth:token-type:online-access-token";
const SESSION = "urn:ietf:params:oauth:token-type:id_token";
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

/** True: the token is good now. */
export function isGoodToken(store: Store, token: string): boolean {
  if (store.permanent.has(token)) return true;
  const grant = store.grants.tokens.get(token) ?? store.dayGrants.tokens.get(token);
  return grant !== undefined && grant.until > nowOf(store);
}

/** The signature of what comes back with the merchant: names in order, joined as a form. */
export function callbackHmac(secret: string, values: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHmac("sha256", secret)
    .update(new URLSearchParams(sorted).toString().replaceAll("+", "%20"))
    .digest("hex");
}

/** The query of the merchant's way back, signed. */
export function consentQuery(store: Store, state: string): Record<string, string> {
  const values = {
    code: store.grants.consent(nowOf(store)),
    shop: store.domain,
    state,
    timestamp: String(nowOf(store)),
  };
  return { ...values, hmac: callbackHmac(store.app.secret, values) };
}

/** The merchant consents at once and is sent back. */
export function answerAuthorize(store: Store, request: Request): Response {
  const { searchParams } = new URL(request.url);
  const back = searchParams.get("redirect_uri");
  if (searchParams.get("client_id") !== store.app.key || back === null)
    return new Response("Oauth error", { status: 400 });
  const target = new URL(back);
  for (const [name, value] of Object.entries(consentQuery(store, searchParams.get("state") ?? "")))
    target.searchParams.set(name, value);
  return new Response(null, { status: 302, headers: { location: target.href } });
}

/** A session token of the admin's own pages. */
export function sessionToken(store: Store, more: Record<string, unknown> = {}): string {
  const now = nowOf(store);
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    iss: `https://${store.domain}/admin`,
    dest: `https://${store.domain}`,
    aud: store.app.key,
    sub: "42",
  };
  const text = `${encode({ alg: "HS256", typ: "JWT" })}.${encode({ ...claims, exp: now + 60, nbf: now, iat: now, ...more })}`;
  return `${text}.${createHmac("sha256", store.app.secret).update(text).digest("base64url")}`;
}

function isGoodSession(store: Store, token: string): boolean {
  const [head = "", body = "", signature] = token.split(".");
  if (createHmac("sha256", store.app.secret).update(`${head}.${body}`).digest("base64url") !== signature) return false;
  const claims = JSON.parse(Buffer.from(body, "base64url").toString("utf8"));
  return claims.exp > nowOf(store) && claims.aud === store.app.key && claims.dest === `https://${store.domain}`;
}

/** `POST /admin/oauth/access_token`, as JSON or as a form. */
export async function answerToken(store: Store, request: Request): Promise<Response> {
  const text = await request.text();
  const isJson = (request.headers.get("content-type") ?? "").includes("json");
  let values: Record<string, unknown>;
  try {
    values = isJson ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
  } catch {
    return refused("invalid_request");
  }
  const of = (name: string): string => String(values[name] ?? "");
  if (of("client_id") !== store.app.key || of("client_secret") !== store.app.secret)
    return refused("invalid_client", 401);
  const now = nowOf(store);
  const { grants } = store;
  const isExpiring = of("expiring") === "1";
  if (of("grant_type") === "client_credentials") return told(store, store.dayGrants.issue(now), false);
  if (of("grant_type") === "refresh_token") {
    const grant = grants.refresh(of("refresh_token"), now);
    return grant === null ? refused("invalid_grant") : told(store, grant, true);
  }
  if (of("grant_type") === EXCHANGE) {
    const [subject, kind] = [of("subject_token"), of("subject_token_type")];
    if (![OFFLINE, ONLINE].includes(of("requested_token_type"))) return refused("invalid_request");
    if (kind === OFFLINE && store.permanent.delete(subject)) return told(store, only(grants, now), true);
    if (kind !== SESSION || !isGoodSession(store, subject)) return refused("invalid_subject_token");
    if (of("requested_token_type") === ONLINE) return told(store, store.dayGrants.issue(now), false);
    return isExpiring ? told(store, only(grants, now), true) : permanent(store);
  }
  if (of("code") === "" || grants.exchange(of("code"), now) === null) return refused("invalid_request");
  return isExpiring ? told(store, only(grants, now), true) : permanent(store);
}

/** A new token of a shop ends the one before it. */
function only(grants: Grants, now: number): Grant {
  grants.revoke();
  return grants.issue(now);
}

/** A token without an end, as apps of old have it. */
export function permanentToken(store: Store): string {
  const token = `shpat_fa4e${store.random.hex(28)}`;
  store.permanent.add(token);
  return token;
}

function permanent(store: Store): Response {
  return Response.json({ access_token: permanentToken(store), scope: [...store.scopes].join(",") });
}

function told(store: Store, grant: Grant, hasRefresh: boolean): Response {
  const now = nowOf(store);
  return Response.json({
    access_token: grant.token,
    scope: [...store.scopes].join(","),
    expires_in: grant.until - now,
    ...(hasRefresh ? { refresh_token: grant.refreshToken, refresh_token_expires_in: grant.refreshUntil - now } : {}),
  });
}

function refused(error: string, status = 400): Response {
  return Response.json({ error }, { status });
}
