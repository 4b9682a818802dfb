/**
 * Records whose values are all text, as XML gives them, read by path (`buyerInfo/postage`). What is absent, empty or blank is
 * null; what is there and cannot be read throws, with the path and never the value.
 */
import { localToInstant } from "./local-time.ts";
import { canonicalDecimal } from "./money.ts";

export type Fields = Record<string, unknown>;

export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Text or an integer as it stands, trimmed; null for anything else and for blank text. */
export function textIn(value: unknown): string | null {
  const text = typeof value === "string" ? value.trim() : typeof value === "number" ? String(value) : "";
  return text === "" ? null : text;
}

export interface Tree {
  readonly fields: Fields;
  /** Of several paths the first that says something. */
  text(...paths: string[]): string | null;
  /** As `text`; throws where there is none. */
  need(...paths: string[]): string;
  /** Canonical decimal. */
  decimal(...paths: string[]): string | null;
  /** Whole number from 0. */
  count(...paths: string[]): number | null;
  /** A date and time, local to the zone unless it has an offset. */
  time(...paths: string[]): Date | null;
  /** The records of a list; none where there is no list. */
  list(...paths: string[]): Tree[];
}

/** Throws `TypeError` for what is no record. */
export function treeOf(value: unknown, zone: string): Tree {
  if (!isFields(value)) throw new TypeError("expected a record");
  const at = (path: string): unknown =>
    path.split("/").reduce<unknown>((inner, name) => (isFields(inner) ? inner[name] : undefined), value);
  const text = (...paths: string[]): string | null =>
    paths.map((path) => textIn(at(path))).find((found) => found !== null) ?? null;
  const read =
    <T>(what: string, parse: (text: string) => T | null) =>
    (...paths: string[]): T | null => {
      const found = text(...paths);
      const parsed = found === null ? null : parse(found);
      if (found !== null && parsed === null) throw new TypeError(`${paths[0]}: expected ${what}`);
      return parsed;
    };
  return {
    fields: value,
    text,
    need(...paths) {
      const found = text(...paths);
      if (found === null) throw new TypeError(`${paths[0]} is missing`);
      return found;
    },
    decimal: read("a decimal", canonicalDecimal),
    count: read("a count", (found) => (/^\d{1,15}(?:\.0+)?$/.test(found) ? Number(found) : null)),
    time: read("a date and time", (found) => localToInstant(found, zone)),
    list: (...paths) => paths.flatMap((path) => recordsOf(at(path))).map((record) => treeOf(record, zone)),
  };
}

/** The records of a list; one record that stands where a list may be is one. */
export const recordsOf = (value: unknown): Fields[] =>
  Array.isArray(value) ? value.filter(isFields) : isFields(value) ? [value] : [];

/** What `read` finds in the records of a value, at whatever depth they stand; null: none of its kind, and is searched further. */
export function findIn<T>(value: unknown, read: (fields: Fields) => readonly T[] | null): T[] {
  if (Array.isArray(value)) return value.flatMap((item) => findIn(item, read));
  if (!isFields(value)) return [];
  return [...(read(value) ?? findIn(Object.values(value), read))];
}
