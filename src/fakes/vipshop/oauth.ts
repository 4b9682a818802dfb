/** Consent in a browser, the exchange of its code, and the refresh, which is a method like any other. */

import type { Row } from "../bare-json.ts";
import type { Grant } from "../grants.ts";
import { nowOf } from "../living.ts";
import type { Service } from "./method.ts";
import type { Store } from "./store.ts";
import { Refusal } from "./wire.ts";

/** What comes back to the caller with a seller's consent. */
export function consentOf(store: Store): Record<string, string> {
  const now = nowOf(store);
  if (store.options.consentBrings === "code") return { code: store.grants.consent(now) };
  const { token, refreshToken, until, refreshUntil } = store.grants.issue(now);
  return {
    access_token: token,
    refresh_token: refreshToken,
    expires_in: String(until - now),
    refresh_expires_time: String(refreshUntil),
  };
}

/** The seller consents at once and is sent back. */
export function answerAuthorize(store: Store, request: Request): Response {
  const { searchParams } = new URL(request.url);
  const [back, state] = [searchParams.get("redirect_uri"), searchParams.get("state")];
  if (searchParams.get("client_id") !== store.app.key || searchParams.get("response_type") !== "code" || back === null)
    return Response.json({ error: "invalid_request" }, { status: 400 });
  const target = new URL(back);
  for (const [name, value] of Object.entries(consentOf(store))) target.searchParams.set(name, value);
  if (state !== null) target.searchParams.set("state", state);
  return new Response(null, { status: 302, headers: { location: target.href } });
}

/** A code for tokens; parameters in the query, or in a form. */
export async function answerToken(store: Store, request: Request): Promise<Response> {
  const values = new URL(request.url).searchParams;
  if (request.method === "POST")
    for (const [name, value] of new URLSearchParams(await request.text())) values.set(name, value);
  const refused = (error: string): Response => Response.json({ error }, { status: 400 });
  if (values.get("client_id") !== store.app.key || values.get("client_secret") !== store.app.secret)
    return refused("invalid_client");
  if (values.get("grant_type") !== "authorization_code") return refused("unsupported_grant_type");
  const grant = store.grants.exchange(values.get("code") ?? "", nowOf(store));
  return grant === null ? refused("invalid_grant") : Response.json(tokenRow(store, grant));
}

function tokenRow(store: Store, { token, refreshToken, until, refreshUntil }: Grant) {
  const now = nowOf(store);
  return {
    access_token: token,
    create_at: now,
    expires_in: until - now,
    expires_time: until,
    is_expired: false,
    refresh_token: refreshToken,
    refresh_expires_time: refreshUntil,
    status: "1",
  } satisfies Row;
}

export const OAUTH: Service = {
  refreshToken: ({ store, one }) => {
    const request = one("request");
    if (request.text("client_id") !== store.app.key || request.text("client_secret") !== store.app.secret)
      throw new Refusal("client_id或client_secret不正确");
    const grant = store.grants.refresh(request.text("refresh_token"), nowOf(store));
    if (grant === null) throw new Refusal("refresh_token已失效，请重新授权", "1102");
    return tokenRow(store, grant);
  },
};
