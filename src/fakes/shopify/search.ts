/** The language of `query:`: terms `field:value`, with comparisons, quotes, AND and OR. Unknown fields count for nothing. */

import { centsOf } from "./wire.ts";

/** What a row holds under a name: a time as seconds, a count, a word; several where it holds several. */
export type Fields<T> = Readonly<Record<string, (row: T) => Value | readonly Value[]>>;
type Value = number | string | null;

const TERM = /(-|NOT\s+)?([a-z_]+):(>=|<=|>|<)?(?:'([^']*)'|"([^"]*)"|(\S+))|(\bAND\b|\bOR\b)|(\S+)/g;

/** Returns what tells whether a row is meant. */
export function searchOf<T>(query: string | null | undefined, fields: Fields<T>): (row: T) => boolean {
  const groups: ((row: T) => boolean)[][] = [[]];
  for (const match of (query ?? "").matchAll(TERM)) {
    const [, not, name = "", operator = "", single, double, bare, word] = match;
    if (word === "OR") groups.push([]);
    const read = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const wanted = single ?? double ?? bare;
    if (read === undefined || wanted === undefined || (name === "status" && wanted === "any")) continue;
    const bound = boundOf(wanted);
    const test = (row: T): boolean => {
      const held = read(row);
      if (typeof held === "number") return isWithin(held, operator, bound);
      return (Array.isArray(held) ? held : [held]).some((value) => compare(value as Value, operator, wanted));
    };
    groups.at(-1)?.push((row) => test(row) !== (not !== undefined));
  }
  return (row) => groups.some((tests) => tests.every((test) => test(row)));
}

function compare(value: Value, operator: string, wanted: string): boolean {
  if (value === null) return false;
  if (typeof value === "string" && operator === "") {
    const [held, text] = [value.toLowerCase(), wanted.toLowerCase()];
    return text.endsWith("*") ? held.startsWith(text.slice(0, -1)) : held === text;
  }
  return isWithin(typeof value === "string" ? boundOf(value) : value, operator, boundOf(wanted));
}

function isWithin(own: number, operator: string, bound: number): boolean {
  if (operator === ">=") return own >= bound;
  if (operator === "<=") return own <= bound;
  if (operator === ">") return own > bound;
  if (operator === "<") return own < bound;
  return own === bound;
}

/** A number of its own, or the seconds of a time. */
function boundOf(text: string): number {
  if (/^-?\d+(\.\d+)?$/.test(text)) return text.includes(".") ? (centsOf(text) ?? Number.NaN) : Number(text);
  return Date.parse(text) / 1000;
}
