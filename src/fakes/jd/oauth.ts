/** The pages of consent and of tokens. */

import type { Grant } from "../grants.ts";
import { nowOf } from "../living.ts";
import type { Store } from "./store.ts";

/** `to_login`: the seller consents at once and is sent back. */
export function answerLogin(store: Store, request: Request): Response {
  const { searchParams } = new URL(request.url);
  const [back, state] = [searchParams.get("redirect_uri"), searchParams.get("state")];
  if (searchParams.get("app_key") !== store.app.key) return refused("invalid app_key");
  if (searchParams.get("response_type") !== "code" || searchParams.get("scope") !== "snsapi_base")
    return refused("invalid response_type or scope");
  if (back === null) return refused("redirect_uri is missing");
  const target = new URL(back);
  target.searchParams.set("code", store.grants.consent(nowOf(store)));
  if (state !== null) target.searchParams.set("state", state);
  return new Response(null, { status: 302, headers: { location: target.href } });
}

/** A code or a refresh token for an access token; parameters in the query, or in a form. */
export async function answerToken(store: Store, request: Request, kind: string): Promise<Response> {
  const values = new URL(request.url).searchParams;
  if (request.method === "POST")
    for (const [name, value] of new URLSearchParams(await request.text())) values.set(name, value);
  if ((values.get("app_key") ?? values.get("client_id")) !== store.app.key) return refused("invalid app_key");
  if ((values.get("app_secret") ?? values.get("client_secret")) !== store.app.secret)
    return refused("invalid app_secret");
  if (values.get("grant_type") !== kind) return refused("unsupported grant_type");
  const now = nowOf(store);
  if (kind === "authorization_code") return shown(store, store.grants.exchange(values.get("code") ?? "", now), "code");
  return shown(store, store.grants.refresh(values.get("refresh_token") ?? "", now), "refresh_token");
}

function shown(store: Store, grant: Grant | null, what: string): Response {
  if (grant === null) return refused(`invalid ${what}`);
  const now = nowOf(store);
  return Response.json({
    access_token: grant.token,
    expires_in: grant.until - now,
    refresh_token: grant.refreshToken,
    scope: "snsapi_base",
    open_id: `o1${store.shop.venderId}`,
    uid: store.shop.venderId,
    time: now * 1000,
    token_type: "bearer",
    code: 0,
  });
}

function refused(message: string): Response {
  return Response.json({ code: 400, msg: message, request_id: "r1" });
}
