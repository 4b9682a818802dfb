/** Opens what a Node process works on: the database of the settings, its keys, the engine. */
import { lookup } from "node:dns/promises";
import { join } from "node:path";
import { registry } from "../adapters/index.ts";
import type { Adapter, Registry } from "../core/adapter.ts";
import { assertPublic } from "../core/address.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import type { Config } from "../core/config.ts";
import { sqlState } from "../core/db/database.ts";
import { checkSchema, migrate } from "../core/db/migrate.ts";
import { InputError } from "../core/errors.ts";
import type { CallFacts } from "../core/http.ts";
import { createLog, type Log } from "../core/log.ts";
import type { Engine } from "../sync/engine.ts";
import { embeddedSecret, lockDataFolder } from "./data-folder.ts";
import { type OpenDatabase, openPglite, openPostgres } from "./open-database.ts";
import { wire } from "./wire.ts";

export interface Environment {
  config: Config;
  log: Log;
  engine: Engine;
  adapters: ReadonlyMap<string, Adapter>;
  /** Migrations that were applied when it was opened. */
  applied: readonly string[];
  setWake(wake: () => void): void;
  close(): Promise<void>;
}

export interface EnvironmentOptions {
  clock?: Clock;
  /** Everything in memory: nothing is left behind. */
  inMemory?: boolean;
  migrate?: boolean;
  log?: Log;
  metrics?: { onCall(facts: CallFacts): void };
  registry?: Registry;
}

/** Opens the database and the engine. Throws `InputError` that says what is wrong and what to do. */
export async function openEnvironment(config: Config, options: EnvironmentOptions = {}): Promise<Environment> {
  const log = options.log ?? createLog({ level: config.logLevel, runtime: "node" });
  const opened = options.inMemory
    ? await openInMemory()
    : config.databaseUrl
      ? openProduction(config.databaseUrl)
      : await openEmbedded(config.dataFolder, config.secret);
  try {
    if (options.migrate === false) await checkSchema(opened.database.db);
    const applied = options.migrate === false ? [] : (await migrate(opened.database.db)).applied;
    const wired = await wire({
      db: opened.database.db,
      registry: options.registry ?? registry,
      secret: config.secret ?? opened.secret ?? "",
      log,
      clock: options.clock ?? systemClock,
      allowPrivateUrls: config.allowPrivateUrls,
      publicUrl: config.publicUrl,
      checkAddress: async (hostname) => void (await resolvePublic(hostname)),
      resolvePublic,
      ...(options.metrics ? { metrics: options.metrics } : {}),
    });
    return { config, log, ...wired, applied, close: opened.close };
  } catch (error) {
    await opened.close();
    throw config.databaseUrl && !options.inMemory ? explainDatabase(error, config.databaseUrl) : error;
  }
}

interface Opened {
  database: OpenDatabase;
  secret: string | null;
  close(): Promise<void>;
}

function openProduction(url: string): Opened {
  const database = openPostgres(url);
  return { database, secret: null, close: () => database.close() };
}

async function openInMemory(): Promise<Opened> {
  const database = await openPglite(null, { thread: true });
  return { database, secret: "in-memory-only-nothing-is-kept", close: () => database.close() };
}

async function openEmbedded(folder: string, given: string | null): Promise<Opened> {
  const unlock = takeFolder(folder);
  try {
    const secret = given ?? embeddedSecret(folder);
    const database = await openPglite(join(folder, "database"), { thread: true });
    return {
      database,
      secret,
      close: async () => {
        await database.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    if (error instanceof InputError) throw error;
    // What fails in PGlite's own files is no Error and has no text.
    const reason = error instanceof Error ? error.message : "PGlite cannot work with its files";
    throw new InputError(
      "folder_unreadable",
      `The embedded database in ${folder} cannot be opened: ${reason}. ` +
        "If the disk is full, make room and start again; otherwise restore a backup (`tallyport backup` makes them), or name an empty folder with TALLYPORT_DATA.",
      { cause: error },
    );
  }
}

function takeFolder(folder: string): () => void {
  try {
    return lockDataFolder(folder);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(
      "folder_unusable",
      `The data folder ${folder} cannot be used: ${error instanceof Error ? error.message : String(error)}. ` +
        "It must be a folder that this user may write to; mend its rights, or name another one with TALLYPORT_DATA.",
      { cause: error },
    );
  }
}

/** A failure to reach or use a PostgreSQL, in words that help; `setting` is where its address comes from. */
export function explainDatabase(error: unknown, url: string, setting = "DATABASE_URL"): unknown {
  if (error instanceof InputError) return error;
  const where = new URL(url);
  const place = `${where.hostname}:${where.port || "5432"}${where.pathname}`;
  const code = error instanceof Error ? String((error as { code?: unknown }).code ?? "") : "";
  const state = sqlState(error);
  if (code === "ECONNREFUSED" || code === "ENOTFOUND" || code === "CONNECT_TIMEOUT" || code === "ETIMEDOUT")
    return new InputError(
      "database_unreachable",
      `No PostgreSQL answers at ${place} (${code}). Start it, or mend ${setting}.`,
      { cause: error },
    );
  if (state === "28P01" || state === "28000")
    return new InputError("database_refused", `PostgreSQL at ${place} refuses the user or password of ${setting}.`, {
      cause: error,
    });
  if (state === "3D000")
    return new InputError(
      "database_missing",
      `There is no database "${where.pathname.slice(1)}" at ${place}. Create it: createdb ${where.pathname.slice(1)}`,
      { cause: error },
    );
  if (state === "53100")
    return new InputError(
      "disk_full",
      `The disk of PostgreSQL at ${place} is full. Make room and start again; nothing was half-written.`,
      { cause: error },
    );
  return error;
}

async function resolvePublic(hostname: string): Promise<{ address: string; family: 4 | 6 }[]> {
  const found = await lookup(hostname, { all: true });
  for (const { address } of found) assertPublic(address, hostname);
  return found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
}
