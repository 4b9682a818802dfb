/** Login with Amazon: the page of the seller's consent, and the page of tokens. */

import { HOUR } from "../beijing-time.ts";
import type { Grant } from "../grants.ts";
import { nowOf } from "../living.ts";
import type { Store } from "./store.ts";
import { lwaRefusal } from "./wire.ts";

export const SCOPES = [
  "sellingpartnerapi::notifications",
  "sellingpartnerapi::client_credential:rotation",
  "sellingpartnerapi::migration",
] as const;

/** What comes back with a seller who has consented. */
export function consentQuery(store: Store, state: string): Record<string, string> {
  return { state, selling_partner_id: store.sellerId, spapi_oauth_code: store.grants.consent(nowOf(store)) };
}

/** `GET /apps/authorize/consent`: the seller consents at once and is sent back. */
export function answerConsent(store: Store, request: Request): Response {
  const { searchParams } = new URL(request.url);
  const back = searchParams.get("redirect_uri");
  const isApp = (searchParams.get("application_id") ?? "").startsWith("amzn1.sp.solution.");
  if (back === null || !isApp) return new Response("MD5101: the application is not known", { status: 400 });
  const target = new URL(back);
  for (const [name, value] of Object.entries(consentQuery(store, searchParams.get("state") ?? "")))
    target.searchParams.set(name, value);
  return new Response(null, { status: 302, headers: { location: target.href } });
}

/** `POST /auth/o2/token`, as a form or as JSON. */
export async function answerToken(store: Store, request: Request): Promise<Response> {
  const text = await request.text();
  const isJson = (request.headers.get("content-type") ?? "").includes("json");
  let values: Record<string, unknown>;
  try {
    values = isJson ? JSON.parse(text) : Object.fromEntries(new URLSearchParams(text));
  } catch {
    return lwaRefusal(400, "invalid_request", "The request is not readable");
  }
  const of = (name: string): string => String(values[name] ?? "");
  for (const name of ["grant_type", "client_id", "client_secret"])
    if (of(name) === "")
      return lwaRefusal(400, "invalid_request", `The request is missing a required parameter: ${name}`);
  if (of("client_id") !== store.app.key || of("client_secret") !== store.app.secret)
    return lwaRefusal(401, "invalid_client", "Client authentication failed");
  const now = nowOf(store);
  const { grants } = store;
  switch (of("grant_type")) {
    case "refresh_token": {
      const grant = grants.refresh(of("refresh_token"), now);
      return grant === null ? badGrant("The request has an invalid grant parameter : refresh_token") : told(grant, now);
    }
    case "authorization_code": {
      const grant = grants.exchange(of("code"), now);
      return grant === null ? badGrant("The request has an invalid grant parameter : code") : told(grant, now);
    }
    case "client_credentials": {
      const scope = of("scope");
      if (!SCOPES.some((one) => one === scope)) return lwaRefusal(400, "invalid_scope", "The scope is not known");
      const access_token = grants.issueGrantless(scope, now);
      return Response.json({ access_token, scope, token_type: "bearer", expires_in: HOUR });
    }
    default:
      return lwaRefusal(400, "unsupported_grant_type", "The authorization grant type is not supported");
  }
}

function badGrant(description: string): Response {
  return lwaRefusal(400, "invalid_grant", description);
}

function told({ token, refreshToken, until }: Grant, now: number): Response {
  return Response.json({
    access_token: token,
    refresh_token: refreshToken,
    token_type: "bearer",
    expires_in: until - now,
  });
}
