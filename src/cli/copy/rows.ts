/**
 * All rows of a database as texts, and back. A row is PostgreSQL's own JSON of it and is never parsed here, so that no
 * digit and no byte is lost on the way.
 */
import type { Database } from "../../core/db/database.ts";
import { InputError } from "../../core/errors.ts";

/** Rows that one statement reads or writes. */
const BATCH = 500;
/** Told by the migrations themselves, or worth nothing in another place: who holds what for the moment. */
const LEFT_OUT = ["tallyport_migrations", "leases"];

export interface Sequence {
  name: string;
  /** Null: never used. */
  last: string | null;
}

export interface Snapshot {
  /** Names of the migrations that made the schema. */
  schema: string[];
  /** Tables in an order in which they can be written. */
  tables: string[];
  sequences: Sequence[];
  rows(table: string): AsyncIterable<string[]>;
}

/** Calls `use` with one consistent view of the whole database. */
export async function withSnapshot<T>(db: Database, use: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.exec("set transaction isolation level repeatable read");
    // Copying a large database takes longer than work ever does.
    await tx.exec("set local idle_in_transaction_session_timeout = 0");
    return use({
      schema: await schemaOf(tx),
      tables: await listTables(tx),
      sequences: await listSequences(tx),
      rows: (table) => readRows(tx, table),
    });
  });
}

/** Names of the applied migrations, in order. */
export async function schemaOf(db: Database): Promise<string[]> {
  const rows = await db.query<{ tag: string }>("select tag from tallyport_migrations order by position");
  return rows.map((row) => row.tag);
}

async function* readRows(tx: Database, table: string): AsyncIterable<string[]> {
  await tx.exec(`declare copied no scroll cursor for select row_to_json(t)::text as row from ${quoted(table)} t`);
  for (;;) {
    const rows = await tx.query<{ row: string }>(`fetch ${BATCH} from copied`);
    if (rows.length === 0) break;
    yield rows.map(({ row }) => row);
  }
  await tx.exec("close copied");
}

/** Writes rows into an empty table of the same schema. */
export async function writeRows(tx: Database, table: string, rows: readonly string[]): Promise<void> {
  await tx.query(
    `insert into ${quoted(table)} overriding system value select * from json_populate_recordset(null::${quoted(table)}, $1::text::json)`,
    [`[${rows.join(",")}]`],
  );
}

export async function writeSequences(tx: Database, sequences: readonly Sequence[]): Promise<void> {
  for (const { name, last } of sequences)
    if (last !== null) await tx.query("select setval($1::text::regclass, $2::bigint, true)", [quoted(name), last]);
}

export async function countRows(db: Database, table: string): Promise<number> {
  const [row] = await db.query<{ n: string }>(`select count(*) as n from ${quoted(table)}`);
  return Number(row?.n);
}

/** Tables with those that they refer to before them. */
export async function listTables(db: Database): Promise<string[]> {
  const tables = await db.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' order by tablename",
  );
  const references = await db.query<{ child: string; parent: string }>(
    `select c.relname as child, p.relname as parent from pg_constraint k join pg_class c on c.oid = k.conrelid
     join pg_class p on p.oid = k.confrelid where k.contype = 'f' and k.conrelid <> k.confrelid`,
  );
  const ordered: string[] = [];
  let left = tables.map((table) => table.name).filter((name) => !LEFT_OUT.includes(name));
  while (left.length > 0) {
    const ready = left.filter((name) => !references.some((r) => r.child === name && left.includes(r.parent)));
    if (ready.length === 0) throw new Error(`tables refer to each other in a circle: ${left.join(", ")}`);
    ordered.push(...ready);
    left = left.filter((name) => !ready.includes(name));
  }
  return ordered;
}

async function listSequences(db: Database): Promise<Sequence[]> {
  const rows = await db.query<{ name: string; last: string | null }>(
    "select sequencename as name, last_value::text as last from pg_sequences where schemaname = 'public' order by 1",
  );
  return rows.map(({ name, last }) => ({ name, last }));
}

/** Names come from the catalogue or from a file: quoted as PostgreSQL quotes them. */
const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Throws `InputError` where two schemas are not the same. */
export function assertSameSchema(source: readonly string[], target: readonly string[]): void {
  if (source.join() === target.join()) return;
  const newer = source.length > target.length;
  throw new InputError(
    "schema_differs",
    newer
      ? `The data are of a newer version of Tallyport (schema ${source.length}, this program has ${target.length}). Use that version.`
      : `The data are of an older version of Tallyport (schema ${source.length} of ${target.length}). Restore them with that version, then upgrade.`,
  );
}
