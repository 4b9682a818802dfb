/** `fields=`: which columns and relations an answer holds. */

import type { View } from "./wire.ts";

/** What is wanted of a row, by name; `*` is all of its columns. */
export type Wanted = Map<string, Wanted>;

/** Relations that come with the row itself. */
const INNATE = new Set(["detail", "tax_lines", "adjustments"]);

/** A name without a sign replaces what is told by default; unknown names count for nothing. */
export function readFields(text: string | null, defaults: readonly string[], always: readonly string[] = []): Wanted {
  const asked = (text ?? "").split(",").flatMap((part) => (part.trim() === "" ? [] : [part.trim()]));
  const wanted: Wanted = new Map();
  if (!asked.some((part) => !/^[-+*]/.test(part))) for (const part of defaults) add(wanted, part);
  for (const part of [...asked.filter((one) => !one.startsWith("-")), ...always]) add(wanted, part);
  for (const part of asked) if (part.startsWith("-")) remove(wanted, part.slice(1).split("."));
  return wanted;
}

function add(wanted: Wanted, part: string): void {
  let at = wanted;
  for (const name of part
    .replace(/^[+*]/, "")
    .split(".")
    .filter((one) => one !== "")) {
    const inner: Wanted = at.get(name) ?? new Map();
    at.set(name, inner);
    at = inner;
  }
  if (part.startsWith("*")) at.set("*", new Map());
}

function remove(wanted: Wanted, [name = "", ...rest]: string[]): void {
  const inner = wanted.get(name);
  if (rest.length === 0) wanted.delete(name);
  else if (inner !== undefined) remove(inner, rest);
}

function isRelation(name: string, value: unknown): boolean {
  if (INNATE.has(name)) return false;
  return Array.isArray(value) || (typeof value === "object" && value !== null && "id" in value);
}

/** The part of a row that is wanted, its id always. */
export function choose(row: View, wanted: Wanted): View {
  const result: View = "id" in row ? { id: row.id } : {};
  for (const [name, value] of Object.entries(row)) {
    const inner = wanted.get(name);
    if (inner === undefined) {
      if (wanted.has("*") && !isRelation(name, value)) result[name] = value;
    } else result[name] = isRelation(name, value) ? chooseInside(value, inner.size === 0 ? ALL : inner) : value;
  }
  return result;
}

const ALL: Wanted = new Map([["*", new Map()]]);

function chooseInside(value: unknown, wanted: Wanted): unknown {
  if (Array.isArray(value)) return value.map((one) => chooseInside(one, wanted));
  return typeof value === "object" && value !== null ? choose(value as View, wanted) : value;
}
