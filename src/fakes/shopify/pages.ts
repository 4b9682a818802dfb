/** Lists with cursors. A cursor belongs to its list's search and order. */

import { createHash } from "node:crypto";
import type { Fields } from "./search.ts";
import { searchOf } from "./search.ts";
import { failure, type View } from "./wire.ts";

export interface PageArguments {
  first?: number;
  last?: number;
  after?: string;
  before?: string;
  reverse?: boolean;
  query?: string;
  sortKey?: string;
}

interface Context {
  /** A bulk run reads whole lists, and those of its root in slices. */
  isBulk?: boolean;
  slice?: { from: number; size: number };
}

/** Where a list stands in an answer. */
interface Info {
  path: { prev: unknown };
}

export interface ListOf<T> {
  view(row: T): View;
  /** By sort key; rows of one value stand by their ids. */
  sorts?: Readonly<Record<string, (row: T) => number | string>>;
  fields?: Fields<T>;
  /** Rises with every change of a row's times: what was found by times alone is kept until then. Null: nothing is kept. */
  version?(): number | null;
}

/** Searches of which nothing but a row's times tells what they find. */
const BY_TIME = /^(?:(?:(?:created|updated)_at:[<>]=?'[^']*'|status:any)(?: AND )?)*$/;
/** Searches whose rows are kept. */
const KEPT = 4;

const MOST = 250;

interface Place {
  last_id: number;
  last_value: number | string;
  of: string;
}

/** A list as a function of its arguments. */
export function listOf<T extends { id: number }>(rows: () => Iterable<T>, list: ListOf<T>) {
  const kept = new Map<string, { version: number; found: Row<T>[] }>();
  const find = (query: string | null | undefined, sortKey: string, sign: number, of: string): Row<T>[] => {
    const isKept = BY_TIME.test(query ?? "") && /^(?:ID|UPDATED_AT|CREATED_AT)$/.test(sortKey);
    const version = isKept ? (list.version?.() ?? null) : null;
    const before = kept.get(of);
    if (before !== undefined && before.version === version) return before.found;
    const rankOf = list.sorts?.[sortKey] ?? (({ id }: T) => id);
    const isMeant = searchOf(query, list.fields ?? {});
    const found: Row<T>[] = [];
    for (const row of rows())
      if (isMeant(row)) found.push({ row, place: { last_id: row.id, last_value: rankOf(row), of } });
    found.sort((a, b) => sign * compare(a.place, b.place));
    kept.delete(of);
    if (version !== null) kept.set(of, { version, found });
    for (const old of [...kept.keys()].slice(0, -KEPT)) kept.delete(old);
    return found;
  };

  return (args: PageArguments, context: Context, info?: Info): View => {
    const { first, last, after, before, reverse = false, query, sortKey = "ID" } = args;
    const size = first ?? last;
    if (context.isBulk !== true) {
      if (size === undefined) throw failure("BAD_USER_INPUT", "you must provide one of first or last");
      if (size < 0 || size > MOST) throw failure("BAD_USER_INPUT", `first and last must lie between 0 and ${MOST}`);
    }
    const of = createHash("sha256")
      .update(`${sortKey}|${reverse}|${query ?? ""}`)
      .digest("hex")
      .slice(0, 12);
    const sign = reverse ? -1 : 1;
    const [low, high] = [readCursor(after, of), readCursor(before, of)];
    const found = find(query, sortKey, sign, of);
    const begin = low === null ? 0 : countWhile(found, ({ place }) => sign * compare(place, low) <= 0);
    const end = high === null ? found.length : countWhile(found, ({ place }) => sign * compare(place, high) < 0);
    const inside = end - begin;
    const isBackwards = first === undefined && last !== undefined;
    const slice = info?.path.prev === undefined ? context.slice : undefined;
    const page =
      slice !== undefined
        ? found.slice(slice.from, slice.from + slice.size)
        : isBackwards
          ? found.slice(Math.max(begin, end - last), end)
          : found.slice(begin, size === undefined ? end : Math.min(end, begin + size));
    const edges = page.map(({ row, place }) => ({ cursor: cursorOf(place), node: list.view(row) }));
    const rest = page.length < inside;
    return {
      edges,
      nodes: edges.map(({ node }) => node),
      pageInfo: {
        hasNextPage: isBackwards ? high !== null : rest,
        hasPreviousPage: isBackwards ? rest : low !== null,
        startCursor: edges[0]?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      },
    };
  };
}

interface Row<T> {
  row: T;
  place: Place;
}

const compare = (a: Place, b: Place): number =>
  a.last_value < b.last_value ? -1 : a.last_value > b.last_value ? 1 : a.last_id - b.last_id;

/** How many rows from the first on are meant; they stand in order. */
function countWhile<T>(rows: readonly Row<T>[], isMeant: (row: Row<T>) => boolean): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const row = rows[middle];
    if (row !== undefined && isMeant(row)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function cursorOf(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString("base64");
}

function readCursor(text: string | undefined, of: string): Place | null {
  if (text === undefined || text === null) return null;
  try {
    const place: Place = JSON.parse(Buffer.from(text, "base64").toString("utf8"));
    if (place.of === of) return place;
  } catch {}
  throw failure("BAD_USER_INPUT", "Invalid cursor for current pagination sort.");
}

/** A list that is part of another row, in its own order. */
export function partsOf<T extends { id: number }>(rows: readonly T[], view: (row: T) => View) {
  return listOf(() => rows, { view });
}

/** A plain list that may be cut. */
export function firstOf<T>(rows: readonly T[], view: (row: T) => View) {
  return ({ first }: { first?: number }): View[] => rows.slice(0, first ?? rows.length).map(view);
}
