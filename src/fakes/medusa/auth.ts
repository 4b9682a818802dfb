/** Who calls: a secret key, a token of a signed-in user, or a session of the back office. */

import { createHmac, timingSafeEqual } from "node:crypto";
import { nowOf } from "../living.ts";
import type { Call, Route } from "./call.ts";
import type { Store } from "./store.ts";
import { ApiError, type View } from "./wire.ts";

/** Seconds that a user's token lives. */
const TOKEN_LIFE = 86_400;

const UNAUTHORIZED = (): Response => Response.json({ message: "Unauthorized" }, { status: 401 });

/** The refusal of a caller without a good key, token or session; null where there is one. */
export function refuseStranger(store: Store, request: Request): Response | null {
  const [kind = "", value = ""] = (request.headers.get("authorization") ?? "").split(/ +/);
  const isKnown =
    (kind === "Basic" && isKey(store, value)) ||
    (kind === "Bearer" && isGoodToken(store, value)) ||
    store.sessions.has(/connect\.sid=([^;]+)/.exec(request.headers.get("cookie") ?? "")?.[1] ?? "");
  return isKnown ? null : UNAUTHORIZED();
}

/** The key itself, or `key:` in base64. */
function isKey(store: Store, value: string): boolean {
  const token = value.startsWith("sk_") ? value : Buffer.from(value, "base64").toString("utf8").replace(/:$/, "");
  return store.keys.some((key) => key.token === token && !key.isRevoked);
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

function sign(store: Store, text: string): string {
  return createHmac("sha256", store.jwtSecret).update(text).digest("base64url");
}

/** A token of the shop's user that begins to live now. */
export function issueToken(store: Store): string {
  const now = nowOf(store);
  const claims = {
    actor_id: store.user.id,
    actor_type: "user",
    auth_identity_id: store.user.id.replace("user_", "authid_"),
    app_metadata: { user_id: store.user.id },
    iat: now,
    exp: now + TOKEN_LIFE,
  };
  const text = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(claims)}`;
  return `${text}.${sign(store, text)}`;
}

function isGoodToken(store: Store, token: string): boolean {
  const [head = "", body = "", signature = ""] = token.split(".");
  const [theirs, ours] = [Buffer.from(signature), Buffer.from(sign(store, `${head}.${body}`))];
  if (theirs.length !== ours.length || !timingSafeEqual(theirs, ours)) return false;
  return JSON.parse(Buffer.from(body, "base64url").toString("utf8")).exp > nowOf(store);
}

function bearerOf({ store, request }: Call): boolean {
  const [kind, token = ""] = (request.headers.get("authorization") ?? "").split(" ");
  return kind === "Bearer" && isGoodToken(store, token);
}

/** Signing in, and what follows from it. */
export const AUTH_ROUTES: readonly Route[] = [
  {
    method: "post",
    path: "/auth/user/emailpass",
    operation: "auth.login",
    isPublic: true,
    run({ store, body }) {
      const given = (body ?? {}) as View;
      if (given.email !== store.user.email || given.password !== store.user.password)
        throw new ApiError(401, "unauthorized", "Invalid email or password");
      return { token: issueToken(store) };
    },
  },
  {
    method: "post",
    path: "/auth/token/refresh",
    operation: "auth.refresh",
    isPublic: true,
    run: (call) => (bearerOf(call) ? { token: issueToken(call.store) } : UNAUTHORIZED()),
  },
  {
    method: "post",
    path: "/auth/session",
    operation: "auth.session",
    isPublic: true,
    run(call) {
      if (!bearerOf(call)) return UNAUTHORIZED();
      const session = call.store.random.hex(24);
      call.store.sessions.add(session);
      const headers = { "set-cookie": `connect.sid=${session}; Path=/; HttpOnly` };
      return Response.json({ user: { actor_id: call.store.user.id, actor_type: "user" } }, { headers });
    },
  },
];
