/**
 * `Idempotency-Key`: a write that is sent again with the same key gets the first answer again and has no second effect.
 * Answers are kept sealed (one of them shows a new key) for some days. A refusal had no effect and is not kept: the same
 * request may be sent again once its cause is gone.
 */
import type { MiddlewareHandler } from "hono";
import { fromBase64, sha256, toBase64, toHex } from "../core/crypto.ts";
import { claimIdempotencyKey, concludeIdempotencyKey, dropIdempotencyKey } from "../core/db/idempotency.ts";
import { openText, type SealedAt, sealText } from "../core/secrets.ts";
import type { Engine } from "../sync/engine.ts";
import { problem } from "./errors.ts";
import type { ApiContext, Env } from "./types.ts";

/** A request whose process died leaves its key in flight: after this time it may be tried again. */
const STUCK_MS = 300_000;
const PATTERN = /^[\x21-\x7e]{1,200}$/;

interface Kept {
  body: string;
  headers: Record<string, string>;
}

const KEPT_HEADERS = ["content-type", "etag", "location"];

/** Keeps the answer of a write under its key, or gives the kept one. */
export function keepAnswer(engine: Engine): MiddlewareHandler<Env> {
  return async (c, next) => {
    const key = c.req.header("idempotency-key");
    if (key === undefined) return next();
    if (!PATTERN.test(key))
      return problem(c, {
        status: 400,
        code: "invalid_idempotency_key",
        detail: "An Idempotency-Key is 1 to 200 visible ASCII characters.",
      });
    const id = { keyId: c.get("who").keyId, key };
    const at = engine.clock.now();
    const known = await claimIdempotencyKey(engine.db, id, await hashRequest(c), at, STUCK_MS);
    if (known) return answerAgain(engine, c, known, sealedAt(id));
    await next();
    if (!c.res.ok) {
      await dropIdempotencyKey(engine.db, id);
      return;
    }
    const kept: Kept = { body: await c.res.clone().text(), headers: {} };
    for (const name of KEPT_HEADERS) {
      const value = c.res.headers.get(name);
      if (value !== null) kept.headers[name] = value;
    }
    const sealed = toBase64(sealText(engine.keyring, sealedAt(id), JSON.stringify(kept)));
    await concludeIdempotencyKey(engine.db, id, c.res.status, sealed);
  };
}

const sealedAt = (id: { keyId: string; key: string }): SealedAt => ({
  table: "idempotency_keys",
  store: null,
  id: `${id.keyId}/${toHex(sha256(id.key))}`,
});

async function hashRequest(c: ApiContext): Promise<string> {
  const { pathname, search } = new URL(c.req.url);
  const body = new Uint8Array(await c.req.arrayBuffer());
  return toHex(sha256(`${c.req.method} ${pathname}${search}\n${toHex(sha256(body))}`));
}

function answerAgain(
  engine: Engine,
  c: ApiContext,
  known: { sameRequest: boolean; status: number | null; response: string | null },
  at: SealedAt,
): Response {
  if (!known.sameRequest)
    return problem(c, {
      status: 422,
      code: "idempotency_key_reused",
      detail: "This Idempotency-Key was sent with another request. Use a new key for a new request.",
    });
  if (known.status === null || known.response === null)
    return problem(c, {
      status: 409,
      code: "idempotency_in_flight",
      detail: "The first request with this Idempotency-Key has not ended yet. Ask again in a moment.",
      headers: { "retry-after": "2" },
    });
  const kept = JSON.parse(openText(engine.keyring, at, fromBase64(known.response))) as Kept;
  return c.body(kept.body === "" ? (null as unknown as string) : kept.body, known.status as 200, {
    ...kept.headers,
    "idempotent-replayed": "true",
  });
}
