/** A backup: gzipped JSON lines. The first says what it is, then each table with its rows, the last that it is whole. */

import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { finished } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { InputError } from "../../core/errors.ts";
import type { Sequence, Snapshot } from "./rows.ts";

const FORMAT = 1;

interface Head {
  tallyport_backup: number;
  schema: string[];
  tables: string[];
  sequences: Sequence[];
  made_at: string;
}

/** Writes a snapshot to a file, readable by its owner alone; a file that is not whole never bears the name. */
export async function writeBackup(
  snapshot: Snapshot,
  path: string,
  madeAt: Date,
  onProgress: (table: string, rows: number) => void,
): Promise<{ tables: number; rows: number }> {
  const partial = `${path}.partial`;
  const file = createWriteStream(partial, { flags: "wx", mode: 0o600 });
  const failed = once(file, "error").then(([error]) => Promise.reject(explain(error, partial)));
  failed.catch(() => {});
  const gzip = createGzip({ level: 6 });
  gzip.pipe(file);
  const write = async (line: string) => {
    if (!gzip.write(`${line}\n`)) await Promise.race([once(gzip, "drain"), failed]);
  };
  try {
    const { schema, tables, sequences } = snapshot;
    const head: Head = { tallyport_backup: FORMAT, schema, tables, sequences, made_at: madeAt.toISOString() };
    await write(JSON.stringify(head));
    let total = 0;
    for (const table of tables) {
      await write(JSON.stringify({ table }));
      for await (const rows of snapshot.rows(table)) {
        total += rows.length;
        await write(rows.join("\n"));
        onProgress(table, total);
      }
    }
    await write(JSON.stringify({ end: true, rows: total }));
    gzip.end();
    await Promise.race([finished(file), failed]);
    await rename(partial, path);
    return { tables: tables.length, rows: total };
  } catch (error) {
    gzip.destroy();
    file.destroy();
    if (
      (error as NodeJS.ErrnoException).code !== "EEXIST" &&
      !(error instanceof InputError && error.code === "backup_exists")
    )
      await rm(partial, { force: true });
    throw error;
  }
}

function explain(error: NodeJS.ErrnoException, path: string): unknown {
  if (error.code === "EEXIST")
    return new InputError(
      "backup_exists",
      `${path} is there already: another backup is being made, or one was broken off. Remove it and try again.`,
    );
  if (error.code === "ENOENT" || error.code === "EACCES" || error.code === "ENOSPC")
    return new InputError("backup_unwritable", `${path} cannot be written (${error.code}).`, { cause: error });
  return error;
}

/** Opens a backup as a snapshot whose tables are read in its own order. Throws `InputError` where it is none, or not whole. */
export async function readBackup<T>(path: string, use: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const lines = linesOf(path);
  const first = (await lines.next()).value;
  const head = first === undefined ? null : headOf(first);
  if (!head) throw new InputError("no_backup", `${path} is no backup of Tallyport.`);
  let current = "";
  let total = 0;
  let isWhole = false;
  async function* rows(table: string): AsyncIterable<string[]> {
    if (current !== table) current = markOf((await lines.next()).value)?.table ?? "";
    if (current !== table) throw broken(path);
    let batch: string[] = [];
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw broken(path);
      const mark = markOf(value);
      if (mark) {
        if (batch.length > 0) yield batch;
        current = mark.table ?? "";
        if (mark.end && mark.rows !== total) throw broken(path);
        isWhole = mark.end === true;
        return;
      }
      total++;
      batch.push(value);
      if (batch.length === 500) {
        yield batch;
        batch = [];
      }
    }
  }
  const result = await use({ schema: head.schema, tables: head.tables, sequences: head.sequences, rows });
  if (!isWhole) throw broken(path);
  return result;
}

const broken = (path: string) => new InputError("backup_broken", `${path} is not whole: take another backup.`);

/** Rows begin with a column's name; no table has a column "table" or "end" in the first place. */
function markOf(line: string | undefined): { table?: string; end?: boolean; rows?: number } | null {
  if (line === undefined) return null;
  return line.startsWith('{"table":') || line.startsWith('{"end":') ? JSON.parse(line) : null;
}

function headOf(line: string): Head | null {
  try {
    const head = JSON.parse(line) as Partial<Head>;
    return head.tallyport_backup === FORMAT ? (head as Head) : null;
  } catch {
    return null;
  }
}

async function* linesOf(path: string): AsyncGenerator<string, undefined> {
  const file = createReadStream(path);
  const gunzip = createGunzip();
  file.on("error", (error) => gunzip.destroy(error));
  try {
    yield* createInterface({ input: file.pipe(gunzip), crlfDelay: Number.POSITIVE_INFINITY });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new InputError("file_unreadable", `There is no file ${path}.`);
    if (code?.startsWith("Z_"))
      throw new InputError("no_backup", `${path} is no backup of Tallyport, or a broken one.`);
    throw error;
  } finally {
    file.destroy();
    gunzip.destroy();
  }
}
