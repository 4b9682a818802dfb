/** All data from one database, or from a backup, into an empty one; ids and feed positions stay as they are. */
import { join } from "node:path";
import type { Config } from "../../core/config.ts";
import type { Database } from "../../core/db/database.ts";
import { migrate } from "../../core/db/migrate.ts";
import { InputError } from "../../core/errors.ts";
import { createLog } from "../../core/log.ts";
import { explainDatabase, openEnvironment } from "../../entry/environment.ts";
import { openPostgres } from "../../entry/open-database.ts";
import { readBackup, writeBackup } from "./file.ts";
import {
  assertSameSchema,
  countRows,
  listTables,
  type Snapshot,
  schemaOf,
  withSnapshot,
  writeRows,
  writeSequences,
} from "./rows.ts";

export interface MoveView {
  tables: number;
  rows: number;
  /** Stores that wrote before: they only read until they are switched live again. */
  observed: string[];
  /** Where the master key is that opens what was moved; null where it is in the settings. */
  secret_file: string | null;
}

type OnProgress = (table: string, rows: number) => void;

/** Moves the data of the settings' database, or of a backup file. All or nothing. Throws `InputError`. */
export async function moveTo(
  config: Config,
  input: { to: string; from: string | undefined },
  onProgress: OnProgress,
): Promise<MoveView> {
  if (!/^postgres(ql)?:\/\//.test(input.to))
    throw new InputError(
      "invalid_target",
      "--to must begin with postgres://, for example postgres://user:password@host:5432/tallyport",
    );
  if (input.to === config.databaseUrl) throw new InputError("same_database", "--to names the database that is read.");
  const target = openPostgres(input.to, { max: 2, name: "tallyport-move" });
  try {
    await migrate(target.db);
    await assertEmpty(target.db);
    const copy = (snapshot: Snapshot) => copyInto(target.db, snapshot, onProgress);
    const moved =
      input.from === undefined
        ? await withSource(config, (db) => withSnapshot(db, copy))
        : await readBackup(input.from, copy);
    const isEmbedded = input.from === undefined && config.databaseUrl === null && config.secret === null;
    return { ...moved, secret_file: isEmbedded ? join(config.dataFolder, "secret") : null };
  } catch (error) {
    throw explainDatabase(error, input.to, "--to");
  } finally {
    await target.close();
  }
}

/** Writes a consistent copy of the settings' database to a file. */
export async function backUp(
  config: Config,
  path: string,
  onProgress: OnProgress,
): Promise<{ tables: number; rows: number }> {
  return withSource(config, (db, now) => withSnapshot(db, (snapshot) => writeBackup(snapshot, path, now, onProgress)));
}

async function withSource<T>(config: Config, use: (db: Database, now: Date) => Promise<T>): Promise<T> {
  const log = createLog({ level: config.logLevel, runtime: "node" });
  const { engine, close } = await openEnvironment(config, { log });
  try {
    return await use(engine.db, engine.clock.now());
  } finally {
    await close();
  }
}

async function assertEmpty(db: Database): Promise<void> {
  for (const table of await listTables(db))
    if ((await countRows(db, table)) > 0)
      throw new InputError(
        "target_not_empty",
        `The database of --to holds data already (in the table ${table}). Name an empty one: nothing is merged or overwritten.`,
      );
}

/** Writes a snapshot into an empty database of the same schema, in one transaction. */
export async function copyInto(
  target: Database,
  snapshot: Snapshot,
  onProgress: OnProgress,
): Promise<Omit<MoveView, "secret_file">> {
  assertSameSchema(snapshot.schema, await schemaOf(target));
  return target.transaction(async (tx) => {
    let total = 0;
    for (const table of snapshot.tables) {
      let count = 0;
      for await (const rows of snapshot.rows(table)) {
        await writeRows(tx, table, rows);
        count += rows.length;
        onProgress(table, total + count);
      }
      const written = await countRows(tx, table);
      if (written !== count) throw new Error(`${count} rows of ${table} were read, and ${written} are there`);
      total += count;
    }
    await writeSequences(tx, snapshot.sequences);
    return { tables: snapshot.tables.length, rows: total, observed: await calm(tx) };
  });
}

/** What held leases elsewhere holds none here, and no store is written to before its orders were read again. */
async function calm(tx: Database): Promise<string[]> {
  await tx.exec(
    "update checkpoints set lease_owner = null, lease_until = null; update credentials set refresh_owner = null, refresh_until = null",
  );
  const rows = await tx.query<{ name: string }>(
    "update stores set mode = 'observe', version = version + 1, updated_at = now() where mode = 'live' returning name",
  );
  return rows.map((row) => row.name).sort();
}
