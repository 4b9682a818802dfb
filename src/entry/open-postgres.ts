/** Opens PostgreSQL through postgres.js: on Node and in Workers. */
import { drizzle as drizzlePostgres } from "drizzle-orm/postgres-js";
import postgres from "postgres";
import type { Database, OpenDatabase, Orm, Parameter } from "../core/db/database.ts";

interface PostgresOptions {
  /** Connections of this process. */
  max?: number;
  /** Shown in pg_stat_activity. */
  name?: string;
  /** Off where each invocation opens its own connection. */
  prepare?: boolean;
  /** Not fetched on connect where every round trip counts. */
  fetchTypes?: boolean;
}

const keepText = (value: string) => value;

/** PostgreSQL 14 or newer. Connections are opened when they are first needed. */
export function openPostgres(url: string, options: PostgresOptions = {}): OpenDatabase {
  const client = postgres(url, {
    max: options.max ?? 10,
    prepare: options.prepare ?? true,
    fetch_types: options.fetchTypes ?? true,
    onnotice: () => {},
    connect_timeout: 10,
    connection: {
      application_name: options.name ?? "tallyport",
      // Pages are in memory or on solid state: without this whole tables are read for a few hundred rows.
      random_page_cost: 1.1,
      // Statements are short: compiling one takes longer than running it.
      jit: "off",
      TimeZone: "UTC",
      statement_timeout: 120_000,
      idle_in_transaction_session_timeout: 60_000,
    },
    types: {
      // Instants, dates and numbers stay text: each reader parses what it needs, exactly.
      instant: { to: 1184, from: [1082, 1083, 1114, 1184], serialize: keepText, parse: keepText },
    },
  });
  // The builder changes the client's serialisers: do it before the first query, so that all are alike.
  drizzlePostgres(client);
  return { db: overPostgres(client, client), close: () => client.end({ timeout: 5 }) };
}

type Client = postgres.Sql | postgres.TransactionSql;

function overPostgres(sql: Client, root: postgres.Sql): Database {
  let orm: Orm | null = null;
  return {
    dialect: "postgres",
    get orm() {
      // A transaction's handle lacks the options that the builder reads.
      orm ??= drizzlePostgres(Object.assign(sql, { options: root.options }) as postgres.Sql) as unknown as Orm;
      return orm;
    },
    query: async <Row>(text: string, params: readonly Parameter[] = []) =>
      (await sql.unsafe(text, params as never[], { prepare: true })) as unknown as Row[],
    queryBytes: async (text: string, params: readonly Parameter[] = []) =>
      (await sql.unsafe(text, params as never[], { prepare: true }).raw()) as unknown as (Buffer | null)[][],
    exec: async (text) => {
      await sql.unsafe(text);
    },
    transaction: async <T>(run: (tx: Database) => Promise<T>) => {
      const nested = "savepoint" in sql ? (sql as postgres.TransactionSql) : null;
      const result = nested
        ? await nested.savepoint((tx) => run(overPostgres(tx, root)))
        : await root.begin((tx) => run(overPostgres(tx, root)));
      return result as T;
    },
    stream: async function* <Row>(text: string, params: readonly Parameter[], batch: number) {
      for await (const rows of sql.unsafe(text, params as never[]).cursor(batch)) yield rows as unknown as Row[];
    },
    listen: async (channel, onNotify) => {
      const subscription = await root.listen(channel, onNotify);
      return () => subscription.unlisten();
    },
  };
}
