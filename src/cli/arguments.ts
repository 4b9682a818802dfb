/** Values of options and arguments, checked before anything is opened. */
import { readFile } from "node:fs/promises";
import { InvalidArgumentError } from "commander";
import { InputError } from "../core/errors.ts";
import { RESOURCES, type Resource } from "../core/model/vocabulary.ts";
import { type Cli, UsageError } from "./cli.ts";

export function port(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 65_535) throw new InvalidArgumentError("It must be a port from 0 to 65535.");
  return value;
}

export function count(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

export function resource(text: string): Resource {
  const found = RESOURCES.find((name) => name === text);
  if (!found) throw new InvalidArgumentError(`It must be one of ${RESOURCES.join(", ")}.`);
  return found;
}

/** An instant: RFC 3339, or a date, which means its midnight in UTC. */
export function instant(text: string): Date {
  const hasZone = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/i.test(text);
  const value = new Date(text);
  if (!hasZone || Number.isNaN(value.getTime()))
    throw new InvalidArgumentError("It must be a time such as 2026-03-01T08:00:00Z, or a date such as 2026-03-01.");
  return value;
}

/** A JSON object typed in or read from a file; `what` names it in the message. */
export function jsonObject(text: string, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // The parser quotes what it read, and that may be a secret.
    throw new UsageError(`${what} must be a JSON object${placeOf(error)}.`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new UsageError(`${what} must be a JSON object, for example {"name": "value"}.`);
  return value as Record<string, unknown>;
}

function placeOf(error: unknown): string {
  const position = /position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
  return position === undefined ? "; it is not JSON" : `; it is not JSON at character ${Number(position) + 1}`;
}

/** The bytes of a file, or of standard input where it is `-` or not given. Throws `InputError` where it cannot be read. */
export async function readInput({ streams }: Pick<Cli, "streams">, file: string | undefined): Promise<Uint8Array> {
  if (file === undefined || file === "-") {
    const chunks: Uint8Array[] = [];
    for await (const chunk of streams.stdin) chunks.push(chunk as Uint8Array);
    return Buffer.concat(chunks);
  }
  try {
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = { ENOENT: "there is no such file", EACCES: "it may not be read", EISDIR: "it is a folder" }[code ?? ""];
    throw new InputError("file_unreadable", `${file} cannot be read: ${why ?? code ?? String(error)}.`);
  }
}
