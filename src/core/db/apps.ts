/** Our registrations with platforms. */
import { asc, eq } from "drizzle-orm";
import { type Keyring, openText, sealText } from "../secrets.ts";
import type { Database } from "./database.ts";
import { apps } from "./schema/index.ts";

export type AppRow = typeof apps.$inferSelect;

/** Keys and secrets of our apps on a platform: what messages to all of its stores are signed with. */
export async function listAppSecrets(
  db: Database,
  keyring: Keyring,
  platform: string,
): Promise<{ key: string; secret: string }[]> {
  const rows = await db.query<{ id: string; key: string; secret: Uint8Array }>(
    "select id, key, secret from apps where platform = $1 order by created_at desc",
    [platform],
  );
  return rows.map((row) => ({ key: row.key, secret: openText(keyring, sealedAt(row.id), row.secret) }));
}

/** All apps, oldest first; their secrets stay sealed. */
export async function listApps(db: Database): Promise<AppRow[]> {
  return db.orm.select().from(apps).orderBy(asc(apps.createdAt), asc(apps.id));
}

export async function insertApp(
  db: Database,
  keyring: Keyring,
  { secret, ...row }: Omit<AppRow, "secret"> & { secret: string },
): Promise<void> {
  await db.orm.insert(apps).values({ ...row, secret: sealText(keyring, sealedAt(row.id), secret) });
}

/** Removes an app that no store uses; answers how many do, or null where there is no such app. */
export async function deleteApp(db: Database, id: string): Promise<number | null> {
  const [row] = await db.query<{ n: string }>(
    "select (select count(*) from stores s where s.app_id = a.id and s.mode <> 'disconnected') as n from apps a where a.id = $1::uuid for update of a",
    [id],
  );
  if (!row) return null;
  if (Number(row.n) === 0) {
    await db.query("update stores set app_id = null where app_id = $1::uuid", [id]);
    await db.orm.delete(apps).where(eq(apps.id, id));
  }
  return Number(row.n);
}

const sealedAt = (id: string) => ({ table: "apps", store: "", id });
