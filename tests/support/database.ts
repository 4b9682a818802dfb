/**
 * Isolated, migrated databases for tests. A test file that uses this one runs twice: on PGlite, and on a real PostgreSQL
 * where TEST_DATABASE_URL names a server (`npm test` starts one).
 */
import { randomBytes } from "node:crypto";
import { openAsBlob } from "node:fs";
import { inject, it, onTestFinished, type TestContext } from "vitest";
import type { Database } from "../../src/core/db/database.ts";
import { type OpenDatabase, openPglite, openPostgres } from "../../src/entry/open-database.ts";
import type { DatabaseTemplate } from "./database-template.ts";
import { TWO_CONNECTIONS } from "./two-connections.ts";

export interface TestDatabase {
  readonly db: Database;
  /** Where other processes find it; null on PGlite. */
  readonly url: string | null;
  /** Empties it: for a database that the tests of a file share. */
  reset(): Promise<void>;
}

const template = inject("template");

/** The engine of this run, for what the two rightly do differently. */
export const engine = template.engine;

/**
 * An empty database at the current schema, for the caller alone. Called in a test or in beforeEach it goes away after
 * the test, called in beforeAll after the file: there is nothing to close.
 */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { database, dispose } =
    template.engine === "pglite" ? await takePglite(template.dump) : await takeCopy(template);
  afterTestOrFile(dispose);
  return database;
}

/** A test that needs two connections at once: on PGlite, which has one, it is skipped and counted. */
export function itTwoConnections(name: string, run: (context: TestContext) => Promise<void>, timeoutMs?: number): void {
  it.skipIf(engine === "pglite")(name + TWO_CONNECTIONS, run, timeoutMs);
}

interface Lent {
  database: TestDatabase;
  dispose(failed: boolean): Promise<void>;
}

const fileEnd: (() => Promise<void>)[] = [];

/** Takes back what a file's beforeAll was given. The setup of every file sees to it: see file-end.ts. */
export async function disposeOfFile(): Promise<void> {
  for (const dispose of fileEnd.splice(0).reverse()) await dispose();
}

function afterTestOrFile(dispose: Lent["dispose"]): void {
  try {
    onTestFinished(({ task }) => dispose(task.result?.state === "fail"));
  } catch {
    fileEnd.push(() => dispose(true));
  }
}

/** A new PGlite takes more than a second, an emptied one does not: the tests of a file take turns. */
const idle: OpenDatabase[] = [];

async function takePglite(dump: string): Promise<Lent> {
  const open = idle.pop() ?? (await openPglite(null, { load: await openAsBlob(dump) }));
  const reset = () => empty(open.db);
  return {
    database: { db: open.db, url: null, reset },
    // A failed test may have left a transaction open, behind which everything waits.
    dispose: async (failed) => {
      if (failed) {
        void open.close();
        return;
      }
      await reset();
      idle.push(open);
    },
  };
}

/** A copy takes longer than most tests, and an emptied one is as good. */
const idleCopies: { open: OpenDatabase; url: string }[] = [];

async function takeCopy({ url, database: source }: DatabaseTemplate & { engine: "postgres" }): Promise<Lent> {
  const copy = idleCopies.pop() ?? (await makeCopy(url, source));
  const reset = () => empty(copy.open.db);
  return {
    database: { db: copy.open.db, url: copy.url, reset },
    // What a failed test left behind goes with the run.
    dispose: async (failed) => {
      if (failed) {
        void copy.open.close();
        return;
      }
      await reset();
      idleCopies.push(copy);
    },
  };
}

async function makeCopy(url: string, source: string): Promise<{ open: OpenDatabase; url: string }> {
  // No count: a worker may load this module more than once.
  const name = `${source}_${randomBytes(4).toString("hex")}`;
  await administer(url, `create database ${name} template ${source}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  // Nobody waits for a disk here: what survives a crash is asked by tests that really crash.
  own.search = "?options=-c%20synchronous_commit%3Doff";
  return { open: openPostgres(own.href, { max: 5, name: "tallyport-test" }), url: own.href };
}

async function administer(url: string, statement: string): Promise<void> {
  const server = openPostgres(url, { max: 1, name: "tallyport-test" });
  await server.db.exec(statement).finally(() => server.close());
}

/**
 * Removes all rows, and schemas that a test made. Of a few rows deleting is far quicker than truncating, which makes a table and its
 * indexes anew; of many it would leave their room behind.
 */
async function empty(db: Database): Promise<void> {
  await db.query(`
    do $$
    declare
      name text;
      filled boolean;
      large text[] := '{}';
    begin
      for name in select nspname from pg_namespace where nspname not in ('public', 'information_schema') and nspname !~ '^pg_' loop
        execute format('drop schema %I cascade', name);
      end loop;
      -- Without the triggers of foreign keys, in whatever order.
      set local session_replication_role = replica;
      for name in select tablename from pg_tables where schemaname = 'public' and tablename <> 'tallyport_migrations' loop
        execute format('select exists (select from public.%I)', name) into filled;
        continue when not filled;
        if pg_table_size(format('public.%I', name)) > 1000000 then large := large || format('public.%I', name);
        else execute format('delete from public.%I', name); end if;
      end loop;
      if large <> '{}' then execute 'truncate ' || array_to_string(large, ', ') || ' cascade'; end if;
      perform setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)
      from pg_sequences where schemaname = 'public' and last_value is not null;
    end $$`);
}
