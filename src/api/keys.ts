/** Keys, who one is, and what was done. */
import { z } from "zod";
import { randomBytes, sha256, toBase64Url, toHex } from "../core/crypto.ts";
import { type ApiKey, insertApiKey, listApiKeys, revokeApiKey } from "../core/db/api-keys.ts";
import { appendAudit } from "../core/db/audit.ts";
import { listAudit } from "../core/db/audit-list.ts";
import { InputError } from "../core/errors.ts";
import { newId } from "../core/ids.ts";
import type { Engine } from "../sync/engine.ts";
import { define, json } from "./define.ts";
import { notFound } from "./errors.ts";
import { answerPage, type CursorForm, pageOf } from "./lists.ts";
import { idParams, listQuery, page } from "./schemas/common.ts";
import { auditSchema, keyInput, keySchema, meSchema, newKeySchema } from "./schemas/keys.ts";
import { ROLES } from "./scopes.ts";
import type { Api, Principal } from "./types.ts";

const AUDIT: CursorForm = { list: "audit", kinds: ["number"] };

export function defineKeys(api: Api): void {
  const { engine } = api;
  define(api, "GET /v1/me", { summary: "Who this key is", answer: meSchema }, ({ c, who }) =>
    json(c, { name: who.name, role: who.role, scopes: [...who.scopes], stores: who.stores }),
  );
  define(
    api,
    "GET /v1/keys",
    { summary: "All keys", answer: z.object({ data: z.array(keySchema), next: z.null() }) },
    async ({ c, who }) => {
      refuseLimited(who);
      return json(c, { data: (await listApiKeys(engine.db)).map(renderKey), next: null });
    },
  );
  define(
    api,
    "POST /v1/keys",
    { summary: "Makes a key; it is shown once", body: keyInput, answer: newKeySchema, status: 201 },
    async ({ c, who, body }) => {
      refuseLimited(who);
      await checkKey(engine, body.expires_at ?? null, body.stores ?? []);
      const { key, row } = await createKey(engine, {
        name: body.name,
        role: body.role ?? null,
        scopes: body.scopes ?? [...ROLES[body.role ?? "admin"]],
        stores: body.stores ?? null,
        expiresAt: body.expires_at ?? null,
        actor: who.actor,
      });
      return json(c, { ...renderKey(row), key }, 201);
    },
  );
  define(api, "DELETE /v1/keys/{id}", { summary: "Revokes a key", params: idParams, status: 204 }, async (input) => {
    const { c, who, params } = input;
    refuseLimited(who);
    const at = engine.clock.now();
    const revoked = await engine.db.transaction(async (tx) => {
      if (!(await revokeApiKey(tx, params.id, at))) return false;
      await appendAudit(tx, [audited(who.actor, "keys.revoke", params.id, null)], at);
      return true;
    });
    api.forgetKey(params.id);
    if (!revoked) throw notFound("key");
    return c.body(null, 204);
  });
  define(
    api,
    "GET /v1/audit",
    {
      summary: "What was done: every write to a platform and every act of a person, newest first",
      query: listQuery({ store: z.uuid().optional(), subject: z.string().optional(), act: z.string().optional() }),
      answer: page(auditSchema),
    },
    async ({ c, who, query }) => {
      refuseLimited(who);
      const filter = { store: query.store, subjectId: query.subject, act: query.act };
      return answerPage(c, AUDIT, await listAudit(engine.db, filter, pageOf(AUDIT, query)), (row) => row);
    },
  );
}

export interface KeyInput {
  name: string;
  role: string | null;
  scopes: string[];
  stores: string[] | null;
  expiresAt: Date | null;
  actor: string;
}

/** Makes a key; answers it once. */
export async function createKey(
  engine: Pick<Engine, "db" | "clock">,
  input: KeyInput,
): Promise<{ key: string; row: ApiKey }> {
  const at = engine.clock.now();
  const key = `tp_${toBase64Url(randomBytes(32))}`;
  const { actor, ...rest } = input;
  const row = await engine.db.transaction(async (tx) => {
    const made = await insertApiKey(
      tx,
      { ...rest, id: newId(at), prefix: key.slice(0, 9), hash: toHex(sha256(key)) },
      at,
    );
    await appendAudit(tx, [audited(actor, "keys.create", made.id, { name: input.name, scopes: input.scopes })], at);
    return made;
  });
  return { key, row };
}

function audited(actor: string, act: string, id: string, detail: Record<string, unknown> | null) {
  return { actor, act, storeId: null, subject: "key", subjectId: id, cause: null, detail, outcome: "done" };
}

/** Keys and the audit log speak of all stores. */
export function refuseLimited(who: Principal): void {
  if (who.stores !== null)
    throw new InputError("key_limited", "This speaks of all stores, and the key is limited to some.", { status: 403 });
}

/** A key that could never be used is a mistake of whoever asks for it. */
async function checkKey(engine: Engine, expiresAt: Date | null, stores: readonly string[]): Promise<void> {
  if (expiresAt && expiresAt <= engine.clock.now())
    throw new InputError("expired_key", "expires_at is in the past: the key could never be used.", { status: 422 });
  if (stores.length === 0) return;
  const found = await engine.db.query<{ id: string }>("select id from stores where id = any($1::uuid[])", [stores]);
  const unknown = stores.filter((id) => !found.some((row) => row.id === id));
  if (unknown.length > 0)
    throw new InputError("unknown_store", `There is no store ${unknown.join(", ")}.`, { status: 422 });
}

function renderKey(row: ApiKey) {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    role: row.role,
    scopes: row.scopes,
    stores: row.stores,
    created_at: row.createdAt,
    last_used_at: row.lastUsedAt,
    expires_at: row.expiresAt,
    revoked_at: row.revokedAt,
  };
}
