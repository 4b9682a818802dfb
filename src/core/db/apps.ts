/** Our registrations with platforms. */
import { type Keyring, openText } from "../secrets.ts";
import type { Database } from "./database.ts";

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
  return rows.map((row) => ({
    key: row.key,
    secret: openText(keyring, { table: "apps", store: "", id: row.id }, row.secret),
  }));
}
