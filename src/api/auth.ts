/**
 * Keys: `tp_` and 32 random bytes; only their SHA-256 is stored. A key found is kept in memory for ten seconds, so that
 * a revocation made by another process takes effect within that time; one made here takes effect at once.
 */
import type { MiddlewareHandler } from "hono";
import { sha256, timingSafeEqual, toHex } from "../core/crypto.ts";
import { findApiKey, touchApiKey } from "../core/db/api-keys.ts";
import type { Engine } from "../sync/engine.ts";
import { problem } from "./errors.ts";
import { allows, ROLES, type Role, type Scope } from "./scopes.ts";
import type { ApiContext, Env, Principal } from "./types.ts";

export const KEY_PATTERN = /^tp_[A-Za-z0-9_-]{43}$/;
const CACHED_MS = 10_000;
const CACHED_KEYS = 2_000;
/** `last_used_at` is written at most this often. */
const TOUCH_MS = 60_000;
const PROCESS_KEY_ID = "00000000-0000-0000-0000-000000000000";

interface Cached {
  who: Principal;
  until: number;
  expiresAt: number;
}

export interface KeyRing {
  /** Who a bearer token is; null where no valid key of ours has it. */
  find(token: string): Promise<Principal | null>;
  forget(id: string): void;
}

/** Finds keys, with a bounded memory of those seen lately. */
export function createKeyLookup(engine: Pick<Engine, "db" | "clock">, processKey: string | undefined): KeyRing {
  const cache = new Map<string, Cached>();
  return {
    find: async (token) => {
      if (!KEY_PATTERN.test(token)) return null;
      if (processKey !== undefined && timingSafeEqual(token, processKey)) return PROCESS_PRINCIPAL;
      const hash = toHex(sha256(token));
      const now = engine.clock.now().getTime();
      const known = cache.get(hash);
      if (known && now < known.until) return now < known.expiresAt ? known.who : null;
      cache.delete(hash);
      const row = await findApiKey(engine.db, hash);
      if (!row || row.revokedAt || (row.expiresAt && row.expiresAt.getTime() <= now)) return null;
      if (!row.lastUsedAt || now - row.lastUsedAt.getTime() >= TOUCH_MS)
        await touchApiKey(engine.db, row.id, new Date(now));
      const who: Principal = {
        keyId: row.id,
        name: row.name,
        role: row.role !== null && row.role in ROLES ? (row.role as Role) : null,
        scopes: new Set(row.scopes),
        stores: row.stores,
        actor: `${row.name} (${row.prefix}…)`,
      };
      if (cache.size >= CACHED_KEYS) cache.delete(cache.keys().next().value ?? "");
      cache.set(hash, { who, until: now + CACHED_MS, expiresAt: row.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY });
      return who;
    },
    forget: (id) => {
      for (const [hash, entry] of cache) if (entry.who.keyId === id) cache.delete(hash);
    },
  };
}

const PROCESS_PRINCIPAL: Principal = {
  keyId: PROCESS_KEY_ID,
  name: "this process",
  role: "admin",
  scopes: new Set(ROLES.admin),
  stores: null,
  actor: "command line",
};

/** Refuses requests without a valid key. */
export function authenticate(keys: KeyRing): MiddlewareHandler<Env> {
  return async (c, next) => {
    const header = c.req.header("authorization");
    const who = header?.startsWith("Bearer ") ? await keys.find(header.slice(7).trim()) : null;
    if (!who)
      return problem(c, {
        status: 401,
        code: header === undefined ? "key_missing" : "key_invalid",
        detail:
          header === undefined
            ? "Send a key: `Authorization: Bearer tp_…`."
            : "The key is not one of ours, was revoked, or has expired.",
        headers: { "www-authenticate": 'Bearer realm="tallyport"' },
      });
    c.set("who", who);
    return next();
  };
}

/** Refuses keys that lack the scope. */
export function requireScope(scope: Scope): MiddlewareHandler<Env> {
  return (c, next) => {
    if (allows(c.get("who").scopes, scope)) return next();
    return Promise.resolve(
      problem(c, {
        status: 403,
        code: "scope_missing",
        detail: `This needs the scope \`${scope}\`; an administrator can make a key that has it.`,
        extra: { scope },
      }),
    );
  };
}

/** Whether the request's key may see buyer data in the clear. */
export const seesBuyers = (c: ApiContext): boolean => allows(c.get("who").scopes, "buyer:read");
