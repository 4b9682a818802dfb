/**
 * Isolated, migrated databases for tests. A test file that uses this one runs twice: on PGlite, and on a real PostgreSQL
 * where TEST_DATABASE_URL names a server (`npm test` starts one).
 */
import { openAsBlob } from "node:fs";
import { afterAll, inject, it, onTestFinished, type TestContext } from "vitest";
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
  const { database, dispose } = template.engine === "pglite" ? await takePglite(template.dump) : await copy(template);
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
afterAll(async () => {
  for (const dispose of fileEnd.reverse()) await dispose();
});

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

let copies = 0;

async function copy({ url, database: source }: DatabaseTemplate & { engine: "postgres" }): Promise<Lent> {
  copies += 1;
  const name = `${source}_${process.pid}_${copies}`;
  await administer(url, `create database ${name} template ${source}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const open = openPostgres(own.href, { max: 5, name: "tallyport-test" });
  return {
    database: { db: open.db, url: own.href, reset: () => empty(open.db) },
    dispose: async () => {
      await open.close();
      await administer(url, `drop database if exists ${name} with (force)`);
    },
  };
}

async function administer(url: string, statement: string): Promise<void> {
  const server = openPostgres(url, { max: 1, name: "tallyport-test" });
  await server.db.exec(statement).finally(() => server.close());
}

/** Removes all rows, and schemas that a test made. */
async function empty(db: Database): Promise<void> {
  await db.exec(`
    do $$
    declare
      name text;
      filled boolean;
      tables text[] := '{}';
    begin
      for name in select nspname from pg_namespace where nspname not in ('public', 'information_schema') and nspname !~ '^pg_' loop
        execute format('drop schema %I cascade', name);
      end loop;
      for name in select tablename from pg_tables where schemaname = 'public' and tablename <> 'tallyport_migrations' loop
        execute format('select exists (select from public.%I)', name) into filled;
        if filled then tables := tables || format('public.%I', name); end if;
      end loop;
      if tables <> '{}' then
        execute 'truncate ' || array_to_string(tables, ', ') || ' restart identity cascade';
      end if;
    end $$`);
}
