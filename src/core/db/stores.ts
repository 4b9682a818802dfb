/** Stores and their credentials. */
import { and, eq, sql } from "drizzle-orm";
import type { CredentialPurpose, Credentials, Grant, Marketplace } from "../adapter.ts";
import { newId } from "../ids.ts";
import { type Keyring, openText, sealText } from "../secrets.ts";
import type { Database } from "./database.ts";
import { apps, credentials, locations, marketplaces, storeCredentials, stores } from "./schema/index.ts";

export type StoreRow = typeof stores.$inferSelect;
export type AppRow = typeof apps.$inferSelect;

export async function findStore(db: Database, id: string): Promise<StoreRow | null> {
  const [row] = await db.orm.select().from(stores).where(eq(stores.id, id)).limit(1);
  return row ?? null;
}

/** What changes whenever something changes that the store's messages are verified with. Stores that are not there are left out. */
export async function findReceiverVersions(db: Database, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await db.query<{ id: string; version: string }>(
    `select s.id, concat_ws('/', s.version, s.mode, md5(s.webhook_secret), c.id, c.version, a.key, md5(a.secret)) as version from stores s
     left join store_credentials p on p.store_id = s.id and p.purpose = 'api' left join credentials c on c.id = p.credential_id
     left join apps a on a.id = s.app_id where s.id = any($1::uuid[])`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row.version]));
}

export async function listStores(db: Database): Promise<StoreRow[]> {
  return db.orm.select().from(stores).orderBy(stores.createdAt, stores.id);
}

export async function listMarketplaces(db: Database, storeId: string): Promise<Marketplace[]> {
  const rows = await db.orm.select().from(marketplaces).where(eq(marketplaces.storeId, storeId));
  return rows.map(({ storeId: _, ...marketplace }) => marketplace);
}

export async function findApp(db: Database, id: string): Promise<AppRow | null> {
  const [row] = await db.orm.select().from(apps).where(eq(apps.id, id)).limit(1);
  return row ?? null;
}

const sealedAt = (id: string) => ({ table: "credentials", store: "", id });

export interface StoredCredentials extends Credentials {
  id: string;
  refusedAt: Date | null;
}

/** The decrypted credentials of a store for a purpose; null where none were given. */
export async function findCredentials(
  db: Database,
  keyring: Keyring,
  storeId: string,
  purpose: CredentialPurpose,
): Promise<StoredCredentials | null> {
  const [row] = await db.orm
    .select({ row: credentials })
    .from(storeCredentials)
    .innerJoin(credentials, eq(credentials.id, storeCredentials.credentialId))
    .where(and(eq(storeCredentials.storeId, storeId), eq(storeCredentials.purpose, purpose)))
    .limit(1);
  if (!row) return null;
  const { id, sealed, version, expiresAt, refusedAt } = row.row;
  return {
    id,
    purpose,
    values: JSON.parse(openText(keyring, sealedAt(id), sealed)) as Record<string, string>,
    version,
    expiresAt,
    refusedAt,
  };
}

/** Stores a new grant over the one of `version`; false where another process was faster. */
export async function replaceCredentials(
  db: Database,
  keyring: Keyring,
  input: { id: string; version: number; grant: Grant; at: Date },
): Promise<boolean> {
  const sealed = sealText(keyring, sealedAt(input.id), JSON.stringify(input.grant.values));
  const rows = await db.orm
    .update(credentials)
    .set({
      sealed,
      version: input.version + 1,
      expiresAt: input.grant.expiresAt,
      refreshedAt: input.at,
      refusedAt: null,
      refreshOwner: null,
      refreshUntil: null,
      updatedAt: input.at,
    })
    .where(and(eq(credentials.id, input.id), eq(credentials.version, input.version)))
    .returning({ id: credentials.id });
  return rows.length > 0;
}

/** Writes the credentials of a newly connected (or reconnected) store. */
export async function saveCredentials(
  db: Database,
  keyring: Keyring,
  input: { id: string; storeId: string; platform: string; purpose: CredentialPurpose; grant: Grant; at: Date },
): Promise<void> {
  const sealed = sealText(keyring, sealedAt(input.id), JSON.stringify(input.grant.values));
  await db.orm.insert(credentials).values({
    id: input.id,
    platform: input.platform,
    purpose: input.purpose,
    sealed,
    expiresAt: input.grant.expiresAt,
    updatedAt: input.at,
  });
  await db.orm
    .insert(storeCredentials)
    .values({ storeId: input.storeId, purpose: input.purpose, credentialId: input.id })
    .onConflictDoUpdate({
      target: [storeCredentials.storeId, storeCredentials.purpose],
      set: { credentialId: input.id },
    });
}

/**
 * Takes the right to refresh these credentials; false where another process refreshes now. By the database's clock; the
 * right lapses by itself, so that a crash in the middle does not lock the store out.
 */
export async function takeRefresh(
  db: Database,
  id: string,
  version: number,
  owner: string,
  ms: number,
): Promise<boolean> {
  const rows = await db.query(
    `update credentials set refresh_owner = $3, refresh_until = clock_timestamp() + $4::int * interval '1 millisecond'
     where id = $1::uuid and version = $2 and refused_at is null and (refresh_until is null or refresh_until < clock_timestamp()) returning 1 as taken`,
    [id, version, owner, ms],
  );
  return rows.length > 0;
}

export async function endRefresh(db: Database, id: string, owner: string, refusedAt: Date | null): Promise<void> {
  await db.query(
    `update credentials set refresh_owner = null, refresh_until = null, refused_at = coalesce($3::timestamptz, refused_at)
     where id = $1::uuid and refresh_owner = $2`,
    [id, owner, refusedAt?.toISOString() ?? null],
  );
}

/** A store that the platform refuses is tried again after five minutes, then after ever longer, up to six hours. */
const RETRY = (attempts: string) =>
  `$2::timestamptz + least(interval '5 minutes' * power(2, least(${attempts}, 20) - 1), interval '6 hours')`;
/** A store that is refused anew within a day of its last look had not really come back: the distance goes on growing. */
const RELAPSE =
  "case when retry_at is null or retry_at < $2::timestamptz - interval '1 day' then 1 else retry_attempts + 1 end";

/** The store waits, with the reason; one that waits already keeps the time of its next look. */
export async function holdStore(
  db: Database,
  id: string,
  state: "auth_expired" | "refused",
  reason: string,
  at: Date,
): Promise<void> {
  await db.query(
    `update stores set state = $3, state_reason = $4, updated_at = $2::timestamptz, version = version + 1,
       retry_attempts = case when state = 'ok' then ${RELAPSE} else retry_attempts end,
       retry_at = case when state = 'ok' or retry_at is null then ${RETRY(`(${RELAPSE})`)} else retry_at end
     where id = $1::uuid and mode <> 'disconnected' and (state <> $3 or state_reason is distinct from $4)`,
    [id, at.toISOString(), state, reason],
  );
}

/** Sets the next look at a waiting store further away; false where it waits no longer. */
export async function putOffRetry(db: Database, id: string, at: Date): Promise<boolean> {
  const rows = await db.query(
    `update stores set retry_attempts = retry_attempts + 1, retry_at = ${RETRY("retry_attempts + 1")}
     where id = $1::uuid and state in ('auth_expired', 'refused') and mode <> 'disconnected' returning 1 as waits`,
    [id, at.toISOString()],
  );
  return rows.length > 0;
}

/** The store's work goes on. `forget`: earlier refusals count no more. */
export async function freeStore(db: Database, id: string, { forget }: { forget: boolean }, at: Date): Promise<void> {
  await db.query(
    `update stores set state = 'ok', state_reason = null, updated_at = $2::timestamptz, version = version + 1,
       retry_at = case when $3::boolean then null else $2::timestamptz end,
       retry_attempts = case when $3::boolean then 0 else retry_attempts end
     where id = $1::uuid and (state <> 'ok' or state_reason is not null)`,
    [id, at.toISOString(), forget],
  );
}

/** Writes a newly connected store with its marketplaces. */
export async function insertStore(db: Database, row: StoreRow, places: readonly Marketplace[]): Promise<void> {
  await db.orm.insert(stores).values(row);
  if (places.length > 0)
    await db.orm.insert(marketplaces).values(places.map((place) => ({ ...place, storeId: row.id })));
}

/** Changes columns of a store; `version` and `updated_at` follow. Answers the new row, null where there is none. */
export async function updateStore(
  db: Database,
  id: string,
  set: Partial<Omit<StoreRow, "id" | "version" | "updatedAt">>,
  at: Date,
): Promise<StoreRow | null> {
  const [row] = await db.orm
    .update(stores)
    .set({ ...set, version: sql`${stores.version} + 1`, updatedAt: at })
    .where(eq(stores.id, id))
    .returning();
  return row ?? null;
}

/** The location that stores sell from unless told otherwise. */
export async function defaultLocation(db: Database, at: Date): Promise<string> {
  await db.orm
    .insert(locations)
    .values({ id: newId(at), code: "main", name: "Main", createdAt: at })
    .onConflictDoNothing();
  const [row] = await db.orm.select({ id: locations.id }).from(locations).where(eq(locations.code, "main")).limit(1);
  if (!row) throw new Error("the main location is not there");
  return row.id;
}
