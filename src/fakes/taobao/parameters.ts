/** The parameters of a method: a table of names and kinds, and the check of what a call brings. */

import { parseYuan } from "./money.ts";
import { parseTime } from "./time.ts";
import { invalidParameter, missingParameter } from "./top-error.ts";

type Kind = "text" | "number" | "boolean" | "date" | "price" | "list" | "numbers" | "json" | "file";
/** `!` marks what is required; `<n` is the most entries of a list, or bytes of a text as GBK. */
export type Spec = `${Kind}${"" | "!"}${"" | `<${number}`}`;

export interface Upload {
  name: string;
  size: number;
}

export interface Parameters {
  has(name: string): boolean;
  text(name: string): string | undefined;
  /** Numbers stay text: ids have 19 digits. */
  id(name: string): string;
  int(name: string): number | undefined;
  flag(name: string): boolean | undefined;
  time(name: string): number | undefined;
  /** Fen. */
  price(name: string): number | undefined;
  list(name: string): string[];
  json(name: string): unknown;
  file(name: string): Upload | undefined;
}

const WHOLE = /^-?\d{1,19}$/;

/** Bytes of a text as the platform counts them: two for each character outside ASCII. */
export function gbkLength(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += character.charCodeAt(0) < 128 ? 1 : 2;
  return bytes;
}

/** Checks the values of a call against the table. Throws code 40 or 41 naming the parameter. */
export function readParameters(
  specs: Readonly<Record<string, Spec>>,
  values: ReadonlyMap<string, string>,
  files: ReadonlyMap<string, Upload>,
): Parameters {
  for (const [name, spec] of Object.entries(specs)) {
    const [, kind, required, most] = /^([a-z]+)(!?)(?:<(\d+))?$/.exec(spec) ?? [];
    const value = values.get(name);
    if (kind === "file") {
      if (required === "!" && !files.has(name)) throw missingParameter(name);
    } else if (value === undefined || value.trim() === "") {
      if (required === "!") throw missingParameter(name);
    } else check(name, kind as Kind, value, most === undefined ? undefined : Number(most));
  }
  const text = (name: string): string | undefined => {
    const value = name in specs ? values.get(name) : undefined;
    return value === undefined || value.trim() === "" ? undefined : value;
  };
  return {
    has: (name) => text(name) !== undefined,
    text,
    id: (name) => text(name) ?? "",
    int: (name) => mapped(text(name), Number),
    flag: (name) => mapped(text(name), (value) => value === "true"),
    time: (name) => mapped(text(name), (value) => parseTime(value) ?? 0),
    price: (name) => mapped(text(name), (value) => parseYuan(value) ?? 0),
    list: (name) => (text(name) ?? "").split(",").flatMap((part) => part.trim() || []),
    json: (name) => mapped(text(name), (value) => JSON.parse(quoteIds(value))),
    file: (name) => files.get(name),
  };
}

/** Integers of 16 digits and more become text before they lose digits. */
export function quoteIds(text: string): string {
  return text.replace(/("(?:[^"\\]|\\.)*")|(-?\d{16,})/g, (_, quoted, digits) => quoted ?? `"${digits}"`);
}

function mapped<T>(value: string | undefined, map: (value: string) => T): T | undefined {
  return value === undefined ? undefined : map(value);
}

function check(name: string, kind: Kind, value: string, most: number | undefined): void {
  const parts = value.split(",");
  const problem = {
    text: () => most !== undefined && gbkLength(value) > most && `longer than ${most} bytes`,
    number: () => !WHOLE.test(value) && "not a number",
    boolean: () => value !== "true" && value !== "false" && "not a boolean",
    date: () => parseTime(value) === null && "not a date",
    price: () => parseYuan(value) === null && "not a price",
    list: () => most !== undefined && parts.length > most && `more than ${most} entries`,
    numbers: () =>
      (!parts.every((part) => WHOLE.test(part.trim())) && "not a list of numbers") ||
      (most !== undefined && parts.length > most && `more than ${most} entries`),
    json: () => !isJson(value) && "not JSON",
    file: () => false,
  }[kind]();
  if (typeof problem === "string") throw invalidParameter(name, problem);
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}
