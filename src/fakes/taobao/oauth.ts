/** The token endpoint and the consent page. https://open.taobao.com/doc.htm?docId=102635&docType=1 */

import type { Session } from "./grants.ts";
import type { Method } from "./method.ts";
import { isSameText } from "./signing.ts";
import { nowOf, type Store } from "./store.ts";
import { refusal } from "./top-error.ts";

/** The answer to a code or a refresh token. */
export function tokenOf(store: Store, session: Session): Record<string, string | number> {
  const now = nowOf(store);
  const left = (at: number): number => Math.max(0, at - now);
  const { until } = session;
  const nick = encodeURIComponent(store.shop.nick);
  return {
    access_token: session.key,
    token_type: "Bearer",
    expires_in: left(until.r1),
    refresh_token: session.refreshToken,
    re_expires_in: left(session.refreshUntil),
    r1_expires_in: left(until.r1),
    r2_expires_in: left(until.r2),
    w1_expires_in: left(until.w1),
    w2_expires_in: left(until.w2),
    taobao_user_id: store.shop.userId,
    taobao_user_nick: nick,
    ...(session.isSub
      ? {
          sub_taobao_user_id: `${store.shop.userId}9`,
          sub_taobao_user_nick: encodeURIComponent(`${store.shop.nick}:ops`),
        }
      : {}),
    taobao_open_uid: `AAH${store.shop.userId}`,
  };
}

/** `POST /token`: a code or a refresh token for a session key. */
export async function answerToken(store: Store, request: Request): Promise<Response> {
  const form = new URLSearchParams(await request.text());
  const now = nowOf(store);
  if (form.get("client_id") !== store.app.key || !isSameText(form.get("client_secret") ?? "", store.app.secret))
    return refused("invalid_client", "client_id or client_secret is wrong");
  const kind = form.get("grant_type");
  if (kind === "authorization_code") {
    if (!form.get("redirect_uri")) return refused("invalid_request", "redirect_uri is missing");
    const session = store.grants.exchange(form.get("code") ?? "", now, store.appKind);
    return session === null
      ? refused("invalid_grant", "the code is used, or has lapsed")
      : Response.json(tokenOf(store, session));
  }
  if (kind !== "refresh_token") return refused("unsupported_grant_type", String(kind));
  const session = store.grants.refresh(form.get("refresh_token") ?? "", now, store.appKind);
  return session === null
    ? refused("invalid_grant", "refresh token is invalid")
    : Response.json(tokenOf(store, session));
}

/** `GET /authorize`: the seller consents at once and is sent back. */
export function answerAuthorize(store: Store, request: Request): Response {
  const { searchParams } = new URL(request.url);
  const [back, state] = [searchParams.get("redirect_uri"), searchParams.get("state")];
  if (searchParams.get("response_type") !== "code" || searchParams.get("client_id") !== store.app.key || back === null)
    return refused("invalid_request", "response_type, client_id or redirect_uri is wrong");
  const target = new URL(back);
  target.searchParams.set("code", store.grants.consent(nowOf(store), false));
  if (state !== null) target.searchParams.set("state", state);
  return new Response(null, { status: 302, headers: { location: target.href } });
}

function refused(error: string, description: string): Response {
  return Response.json({ error, error_description: description }, { status: 400 });
}

/** The same through the gateway; the answer holds the token as JSON text. */
export const AUTH_METHODS: readonly Method[] = [
  {
    name: "taobao.top.auth.token.create",
    parameters: { code: "text!", uuid: "text" },
    run: ({ store, parameters }) => {
      const session = store.grants.exchange(parameters.id("code"), nowOf(store), store.appKind);
      if (session === null) throw refusal("isv.invalid-parameter:code", "the code is used, or has lapsed");
      return { token_result: JSON.stringify(tokenOf(store, session)) };
    },
  },
  {
    name: "taobao.top.auth.token.refresh",
    parameters: { refresh_token: "text!" },
    run: ({ store, parameters }) => {
      const session = store.grants.refresh(parameters.id("refresh_token"), nowOf(store), store.appKind);
      if (session === null) throw refusal("isv.invalid-parameter:refresh_token", "refresh token is invalid");
      return { token_result: JSON.stringify(tokenOf(store, session)) };
    },
  },
];
