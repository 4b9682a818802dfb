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
  /** A bulk run reads whole lists. */
  isBulk?: boolean;
}

export interface ListOf<T> {
  view(row: T): View;
  /** By sort key; rows of one value stand by their ids. */
  sorts?: Readonly<Record<string, (row: T) => number | string>>;
  fields?: Fields<T>;
}

const MOST = 250;

interface Place {
  last_id: number;
  last_value: number | string;
  of: string;
}

/** A list as a function of its arguments. */
export function listOf<T extends { id: number }>(rows: () => Iterable<T>, list: ListOf<T>) {
  return (args: PageArguments, context: Context): View => {
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
    const rankOf = list.sorts?.[sortKey] ?? (({ id }: T) => id);
    const sign = reverse ? -1 : 1;
    const compare = (a: Omit<Place, "of">, b: Omit<Place, "of">): number =>
      sign * (a.last_value < b.last_value ? -1 : a.last_value > b.last_value ? 1 : a.last_id - b.last_id);
    const isMeant = searchOf(query, list.fields ?? {});
    const [low, high] = [readCursor(after, of), readCursor(before, of)];
    const inside: { row: T; place: Place }[] = [];
    for (const row of rows()) {
      if (!isMeant(row)) continue;
      const place = { last_id: row.id, last_value: rankOf(row), of };
      if ((low === null || compare(place, low) > 0) && (high === null || compare(place, high) < 0))
        inside.push({ row, place });
    }
    inside.sort((a, b) => compare(a.place, b.place));
    const isBackwards = first === undefined && last !== undefined;
    const page = isBackwards ? inside.slice(Math.max(0, inside.length - last)) : inside.slice(0, size);
    const edges = page.map(({ row, place }) => ({ cursor: cursorOf(place), node: list.view(row) }));
    const rest = page.length < inside.length;
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
