/** Opens the embedded PGlite, in this thread or in one of its own. */
import { PGlite, types } from "@electric-sql/pglite";
import { drizzle as drizzlePglite } from "drizzle-orm/pglite";
import type { Database, OpenDatabase, Orm, Parameter } from "../core/db/database.ts";
import { createDiskGuard } from "./disk-guard.ts";
import { withPrepared } from "./pglite-prepared.js";
import { type Client, type Runner, startPgliteThread } from "./pglite-thread.ts";

interface PgliteOptions {
  /** A dump to begin with. Not together with a thread. */
  load?: Blob;
  /** On where a server or command runs: it goes on while a statement does. Off, it opens sooner and takes less memory. */
  thread?: boolean;
}

const KEPT_AS_TEXT = [types.INT8, types.TIMESTAMPTZ, types.TIMESTAMP, types.DATE, types.NUMERIC];

/** Embedded: a folder, or memory where `folder` is null. The caller holds the folder's lock before it opens it. */
export async function openPglite(folder: string | null, options: PgliteOptions = {}): Promise<OpenDatabase> {
  const client = options.thread
    ? await startPgliteThread({ folder, keptAsText: KEPT_AS_TEXT })
    : withPrepared(
        await PGlite.create({
          ...(folder === null ? {} : { dataDir: folder }),
          ...(options.load ? { loadDataDir: options.load } : {}),
          parsers: Object.fromEntries(KEPT_AS_TEXT.map((type) => [type, (text: string) => text])),
        }),
      );
  await client.exec("set timezone = 'UTC'; set random_page_cost = 1.1");
  return { db: overPglite(client, folder === null ? undefined : createDiskGuard(folder)), close: () => client.close() };
}

type Guard = (statement: string) => void;

/** Also used where a caller brings a client of its own. `guard` may refuse a statement by throwing. */
export function overPglite(client: Client, guard: Guard = () => {}): Database {
  return Object.assign(runnerParts(guarded(client, guard)), {
    transaction: async <T>(run: (tx: Database) => Promise<T>) =>
      (await client.transaction((tx) => {
        const handle: Database = Object.assign(runnerParts(guarded(tx, guard)), {
          transaction: async <U>(inner: (tx: Database) => Promise<U>) => savepoint(tx, () => inner(handle)),
          listen: () => Promise.reject(new Error("listen is not possible inside a transaction")),
        });
        return run(handle);
      })) as T,
    listen: async (channel: string, onNotify: (payload: string) => void) => client.listen(channel, onNotify),
  });
}

function guarded<T extends Runner>(runner: T, guard: Guard): T {
  const check =
    <A extends unknown[], R>(run: (statement: string, ...rest: A) => Promise<R>) =>
    async (statement: string, ...rest: A) => {
      guard(statement);
      return run.call(runner, statement, ...rest);
    };
  return Object.assign(Object.create(runner) as T, { query: check(runner.query), exec: check(runner.exec) });
}

/** What both a connection and a transaction can do. The builder is made when it is first asked for. */
function runnerParts(runner: Runner): Omit<Database, "transaction" | "listen"> {
  const query = async <Row>(text: string, params: readonly Parameter[] = []) => {
    const { rows } = await runner.query<Row>(text, params as unknown[]);
    // Without a thread it never leaves the event loop: requests and timers would wait until the last statement is done.
    await new Promise<void>((resolve) => setImmediate(resolve));
    return rows;
  };
  let orm: Orm | null = null;
  return {
    dialect: "pglite",
    get orm() {
      orm ??= drizzlePglite(runner as PGlite) as unknown as Orm;
      return orm;
    },
    query,
    queryBytes: async (text: string, params: readonly Parameter[] = []) => {
      const { rows } = await runner.query<unknown[]>(text, params as unknown[], { rowMode: "array" });
      return rows.map((row) => row.map(toBytes));
    },
    exec: async (text) => {
      await runner.exec(text);
    },
    stream: async function* <Row>(text: string, params: readonly Parameter[], batch: number) {
      const rows = await query<Row>(text, params);
      for (let i = 0; i < rows.length; i += batch) yield rows.slice(i, i + batch);
    },
  };
}

/** A value that PGlite has parsed, as PostgreSQL had printed it. */
function toBytes(value: unknown): Buffer | null {
  if (value === null) return null;
  return Buffer.from(typeof value === "boolean" ? String(value).slice(0, 1) : String(value));
}

async function savepoint<T>(runner: Runner, run: () => Promise<T>): Promise<T> {
  await runner.query("savepoint nested");
  try {
    const result = await run();
    await runner.query("release savepoint nested");
    return result;
  } catch (error) {
    await runner.query("rollback to savepoint nested");
    await runner.query("release savepoint nested");
    throw error;
  }
}
