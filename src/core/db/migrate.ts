/** Brings a database to the current schema. Migrations are embedded, so that no runtime needs a file system. */
import { InputError } from "../errors.ts";
import { type Database, sqlState } from "./database.ts";
import { MIGRATIONS } from "./migrations.ts";

/** Only one process migrates at a time. */
const MIGRATION_LOCK = 7_226_251;
const UNDEFINED_TABLE = "42P01";

/**
 * Applies what is missing, each migration in a transaction of its own; concurrent callers wait for each other.
 * Throws `InputError` where the database is newer than this program.
 */
export async function migrate(db: Database): Promise<{ applied: string[] }> {
  const applied: string[] = [];
  await db
    .exec(
      "create table if not exists tallyport_migrations (tag text primary key, position integer not null, applied_at timestamptz not null default now())",
    )
    .catch(async (error: unknown) => {
      // Two processes creating it at once: the loser's statement fails although the table is there now.
      await db.query("select 1 from tallyport_migrations limit 1").catch(() => {
        throw error;
      });
    });
  for (;;) {
    const done = await db.transaction(async (tx) => {
      await tx.query("select pg_advisory_xact_lock($1)", [MIGRATION_LOCK]);
      const rows = await tx.query<{ tag: string }>("select tag from tallyport_migrations order by position");
      checkKnown(rows.map((row) => row.tag));
      const next = MIGRATIONS[rows.length];
      if (!next) return true;
      for (const statement of next.statements) await tx.exec(statement);
      await tx.query("insert into tallyport_migrations (tag, position) values ($1, $2)", [next.tag, rows.length]);
      applied.push(next.tag);
      return false;
    });
    if (done) return { applied };
  }
}

/** Throws when the database is not at the schema of this program: what to do depends on which is older. */
export async function checkSchema(db: Database): Promise<void> {
  const rows = await db
    .query<{ tag: string }>("select tag from tallyport_migrations order by position")
    .catch((error: unknown): { tag: string }[] => {
      // A new database has no such table; anything else is no answer to the question.
      if (sqlState(error) === UNDEFINED_TABLE) return [];
      throw error;
    });
  checkKnown(rows.map((row) => row.tag));
  if (rows.length < MIGRATIONS.length)
    throw new InputError(
      "schema_outdated",
      `The database is at schema ${rows.length} of ${MIGRATIONS.length}. Run \`tallyport migrate\` once, then start again.`,
    );
}

function checkKnown(tags: string[]): void {
  const unknown = tags.find((tag, i) => MIGRATIONS[i]?.tag !== tag);
  if (unknown)
    throw new InputError(
      "schema_newer",
      `The database holds the migration "${unknown}", which this version of Tallyport does not know: it was used by a newer one. Start that version, or restore a backup made before the upgrade.`,
    );
}
