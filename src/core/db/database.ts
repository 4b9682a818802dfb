/**
 * The one type through which everything reads and writes: the same over postgres.js and PGlite. Bulk and hot statements
 * use `query` (raw SQL, one JSON parameter for many rows); everything else uses the typed builder `orm`.
 *
 * `query` returns int8 and numeric as strings, timestamptz as PostgreSQL prints it in UTC (see `toDate`), JSON parsed,
 * bytea as bytes. Parameters are strings, numbers, booleans, null, bytes, or arrays of strings: pass JSON as text and
 * cast it (`$1::text::json`).
 */
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";

export type Orm = PgDatabase<PgQueryResultHKT>;
export type Parameter = string | number | boolean | null | Uint8Array | readonly string[];

export interface Database {
  readonly dialect: "postgres" | "pglite";
  readonly orm: Orm;
  query<Row>(text: string, params?: readonly Parameter[]): Promise<Row[]>;
  /**
   * The same where what is read is passed on untouched: each value of a row as PostgreSQL prints it, in UTF-8. For
   * columns of text, numbers, booleans, UUIDs and instants.
   */
  queryBytes(text: string, params?: readonly Parameter[]): Promise<(Buffer | null)[][]>;
  /** Several statements without parameters (migrations). */
  exec(text: string): Promise<void>;
  /** Inside `run` only the handle it is given may be used. */
  transaction<T>(run: (tx: Database) => Promise<T>): Promise<T>;
  /** Rows of one large query, a part at a time, in bounded memory; the reader's pace holds the database back. */
  stream<Row>(text: string, params: readonly Parameter[], batch: number): AsyncIterable<Row[]>;
  /** Calls back when `notify` was called for the channel in any process; returns how to stop. A hint, never relied on. */
  listen(channel: string, onNotify: (payload: string) => void): Promise<() => Promise<void>>;
}

/** A database and how to leave it. */
export interface OpenDatabase {
  db: Database;
  close(): Promise<void>;
}

/** PostgreSQL's text form of an instant as a date; null stays null. */
export function toDate(text: string): Date;
export function toDate(text: string | null): Date | null;
export function toDate(text: string | null): Date | null {
  return text === null
    ? null
    : new Date(text.includes("T") ? text : `${text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00")}`);
}

/** SQLSTATE of a failed statement, whatever the driver; null where the error is not the database's. */
export function sqlState(error: unknown): string | null {
  for (let e = error; e instanceof Error; e = e.cause) {
    const code = (e as { code?: unknown }).code;
    if (typeof code === "string" && /^[0-9A-Z]{5}$/.test(code)) return code;
  }
  return null;
}

const UNREACHABLE = /^(?:ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOST|CONNECT_|CONNECTION_)/;

/** True where the error says that the database cannot be reached or is going down, not that a statement was wrong. */
export function isDatabaseAway(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== null) return state.startsWith("08") || state.startsWith("57P");
  for (let e = error; e instanceof Error; e = e.cause)
    if (UNREACHABLE.test(String((e as { code?: unknown }).code ?? ""))) return true;
  return false;
}

const DEADLOCK = "40P01";
const SERIALIZATION_FAILURE = "40001";
const MAX_REPEATS = 5;

/** Runs a transaction, and again when the database broke a deadlock or a serialisation conflict: nothing of it remained. */
export function repeatable<T>(db: Database, run: (tx: Database) => Promise<T>): Promise<T> {
  return repeated(() => db.transaction(run));
}

/** The same for a single statement. */
export async function repeated<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await run();
    } catch (error) {
      const state = sqlState(error);
      if ((state !== DEADLOCK && state !== SERIALIZATION_FAILURE) || attempt >= MAX_REPEATS) throw error;
    }
  }
}
