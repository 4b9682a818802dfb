/** Data keys as they are stored: wrapped by the master key, made on first use, rewrapped when the master key was rotated. */
import { createDataKey, createKeyring, type DataKeyRow, type Keyring, type MasterKey, rewrap } from "../secrets.ts";
import type { Database } from "./database.ts";

const KEYS_LOCK = 7_226_254;

/**
 * Opens the data keys with the master keys. A new database gets keys of its own; rows wrapped by an older master key are
 * wrapped by the first one, so that the older can be dropped. Throws `InputError` where no master key opens them.
 */
export async function loadKeyring(db: Database, masterKeys: readonly MasterKey[]): Promise<Keyring> {
  return db.transaction(async (tx) => {
    await tx.query("select pg_advisory_xact_lock($1)", [KEYS_LOCK]);
    let rows = await readRows(tx);
    if (rows.length === 0) {
      rows = [createDataKey(1, "seal", masterKeys), createDataKey(2, "hash", masterKeys)];
      for (const row of rows)
        await tx.query("insert into data_keys (number, purpose, wrapped, master_id) values ($1, $2, $3, $4)", [
          row.number,
          row.purpose,
          row.wrapped,
          row.masterId,
        ]);
    }
    for (const row of rewrap(rows, masterKeys))
      await tx.query("update data_keys set wrapped = $2, master_id = $3 where number = $1 and master_id <> $3", [
        row.number,
        row.wrapped,
        row.masterId,
      ]);
    return createKeyring(rows, masterKeys);
  });
}

async function readRows(tx: Database): Promise<DataKeyRow[]> {
  const rows = await tx.query<{
    number: number;
    purpose: DataKeyRow["purpose"];
    wrapped: Uint8Array;
    master_id: string;
    retired: boolean;
  }>("select number, purpose, wrapped, master_id, retired_at is not null as retired from data_keys order by number");
  return rows.map((row) => ({
    number: row.number,
    purpose: row.purpose,
    wrapped: row.wrapped,
    masterId: row.master_id,
    retiredAt: row.retired ? new Date(0) : null,
  }));
}
