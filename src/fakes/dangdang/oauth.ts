/** The pages of consent and of tokens. Their paths are not published. */

import type { Grant } from "../grants.ts";
import { nowOf } from "../living.ts";
import type { Store } from "./store.ts";

/** The seller consents at once and is sent back. */
export function answerAuthorize(store: Store, request: Request): Response {
  const { searchParams } = new URL(request.url);
  const [back, state] = [searchParams.get("redirect_uri"), searchParams.get("state")];
  if (searchParams.get("client_id") !== store.app.key) return refused("invalid_client");
  if (searchParams.get("response_type") !== "code") return refused("unsupported_response_type");
  if (back === null) return refused("invalid_request");
  const target = new URL(back);
  target.searchParams.set("code", store.grants.consent(nowOf(store)));
  if (state !== null) target.searchParams.set("state", state);
  return new Response(null, { status: 302, headers: { location: target.href } });
}

/** A code or a refresh token for an access token; parameters in the query, or in a form. */
export async function answerToken(store: Store, request: Request): Promise<Response> {
  const values = new URL(request.url).searchParams;
  if (request.method === "POST")
    for (const [name, value] of new URLSearchParams(await request.text())) values.set(name, value);
  if (values.get("client_id") !== store.app.key || values.get("client_secret") !== store.app.secret)
    return refused("invalid_client");
  const now = nowOf(store);
  const kind = values.get("grant_type");
  if (kind === "authorization_code") return shown(store, store.grants.exchange(values.get("code") ?? "", now));
  if (kind === "refresh_token") return shown(store, store.grants.refresh(values.get("refresh_token") ?? "", now));
  return refused("unsupported_grant_type");
}

function shown(store: Store, grant: Grant | null): Response {
  if (grant === null) return refused("invalid_grant");
  return Response.json({
    access_token: grant.token,
    expires_in: grant.until - nowOf(store),
    refresh_token: grant.refreshToken,
  });
}

function refused(error: string): Response {
  return Response.json({ error }, { status: 400 });
}
