/** API keys: only the SHA-256 of a key is stored. */
import { type Database, toDate } from "./database.ts";

export interface ApiKey {
  id: string;
  name: string;
  /** The first characters, to recognise a key by. */
  prefix: string;
  role: string | null;
  scopes: string[];
  /** Null: all stores. */
  stores: string[] | null;
  createdAt: Date;
  lastUsedAt: Date | null;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

interface Row {
  id: string;
  name: string;
  prefix: string;
  role: string | null;
  scopes: string[];
  stores: string[] | null;
  created_at: string;
  last_used_at: string | null;
  expires_at: string | null;
  revoked_at: string | null;
}

const COLUMNS = `id, name, prefix, role, to_json(scopes) as scopes, to_json(stores) as stores, created_at, last_used_at,
  expires_at, revoked_at`;

function toKey(row: Row): ApiKey {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    role: row.role,
    scopes: row.scopes,
    stores: row.stores,
    createdAt: toDate(row.created_at),
    lastUsedAt: toDate(row.last_used_at),
    expiresAt: toDate(row.expires_at),
    revokedAt: toDate(row.revoked_at),
  };
}

/** The key with this SHA-256 (hexadecimal), whatever its state; null where there is none. */
export async function findApiKey(db: Database, hash: string): Promise<ApiKey | null> {
  const [row] = await db.query<Row>(`select ${COLUMNS} from api_keys where hash = $1`, [hash]);
  return row ? toKey(row) : null;
}

/** All keys, newest first. */
export async function listApiKeys(db: Database): Promise<ApiKey[]> {
  const rows = await db.query<Row>(`select ${COLUMNS} from api_keys order by created_at desc, id desc limit 1000`);
  return rows.map(toKey);
}

export async function insertApiKey(
  db: Database,
  input: Pick<ApiKey, "id" | "name" | "prefix" | "role" | "scopes" | "stores" | "expiresAt"> & { hash: string },
  at: Date,
): Promise<ApiKey> {
  const [row] = await db.query<Row>(
    `insert into api_keys (id, name, hash, prefix, role, scopes, stores, created_at, expires_at)
     values ($1::uuid, $2, $3, $4, $5, $6::text[], $7::uuid[], $8::timestamptz, $9::timestamptz) returning ${COLUMNS}`,
    [
      input.id,
      input.name,
      input.hash,
      input.prefix,
      input.role,
      input.scopes,
      input.stores,
      at.toISOString(),
      input.expiresAt?.toISOString() ?? null,
    ],
  );
  if (!row) throw new Error("the key that was just written is not there");
  return toKey(row);
}

/** Revokes a key; false where there is none, or it was revoked before. */
export async function revokeApiKey(db: Database, id: string, at: Date): Promise<boolean> {
  const rows = await db.query(
    "update api_keys set revoked_at = $2::timestamptz where id = $1::uuid and revoked_at is null returning 1 as revoked",
    [id, at.toISOString()],
  );
  return rows.length > 0;
}

export async function touchApiKey(db: Database, id: string, at: Date): Promise<void> {
  await db.query("update api_keys set last_used_at = $2::timestamptz where id = $1::uuid", [id, at.toISOString()]);
}
