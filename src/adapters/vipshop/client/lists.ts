/**
 * Paging that loses nothing. A record that changes leaves its window (whose end stands still), and those behind it move up
 * by one. So the first call asks how many there are, and the pages are read from the last to the first: what moves then is
 * met twice at most. Lists that say only whether there is more are read forwards.
 */
import { z } from "zod";
import type { ListInput, Page, Store, Stream } from "../../../core/adapter.ts";
import { adapterError } from "../../../core/errors.ts";
import { isOn, type Mode } from "../config.ts";
import { type Fields, isFields, recordsOf } from "../schemas.ts";
import type { Client, Method } from "./index.ts";

/** What a call of a list names. Bounds are whole seconds, moved outwards. */
export interface Ask {
  store: Store;
  from: Date;
  to: Date;
  page: number;
  limit: number;
  /** One of `parts`. */
  part: string;
}

export interface List {
  stream: Stream;
  /** Read where the supplier works so; null: by all suppliers. */
  mode: Mode | null;
  method: Method;
  /** Where the rows stand in the result. */
  rows: string;
  /** Records of a page, at most. */
  size: number;
  query(ask: Ask): Fields;
  /** What is asked for one after the other, where a call names one of several (a warehouse). */
  parts?(store: Store): readonly string[];
  isWanted?(store: Store): boolean;
}

const POSITION = z.object({
  page: z.int().min(1),
  size: z.int().min(1),
  part: z.int().min(0),
  backwards: z.boolean(),
});
type Position = z.infer<typeof POSITION>;

const DAY_MS = 86_400_000;
const NOTHING: Omit<Page, "documents" | "references"> = { next: null };

/** One page of a stream: its rows, and how it goes on. */
export async function readList<L extends List>(
  client: Client,
  store: Store,
  lists: readonly L[],
  input: ListInput,
  signal: AbortSignal,
): Promise<{ list: L; rows: Fields[]; ask: Ask; page: Omit<Page, "documents" | "references"> }> {
  const list = lists.find(({ stream }) => stream.name === input.stream);
  if (!list) throw new Error(`there is no stream "${input.stream}"`);
  const parts = list.parts?.(store) ?? [""];
  const limit = Math.max(1, Math.min(input.limit, list.size));
  const position = input.cursor === null ? null : parsePosition(input.cursor, list.method);
  const { page, size, part, backwards } = position ?? { page: 1, size: limit, part: 0, backwards: false };
  const reach = new Date(client.clock.now().getTime() - (list.stream.window.maxAgeDays ?? 36_500) * DAY_MS);
  const since = input.since < reach ? reach : input.since;
  const ask: Ask = {
    store,
    from: new Date(Math.floor(since.getTime() / 1000) * 1000),
    to: new Date(Math.ceil(input.until.getTime() / 1000) * 1000),
    page,
    limit: size,
    part: parts[part] ?? "",
  };
  const isAsked = (list.mode === null || isOn(store, list.mode)) && (list.isWanted?.(store) ?? true);
  if (!isAsked || input.until < reach) return { list, rows: [], ask, page: NOTHING };

  const { rows, total, hasNext } = rowsIn(await client.call(store, list.method, list.query(ask), signal), list.rows);
  if (page === 1 && rows.length === 0 && (total ?? 0) > 0) throw silent(list.method, total);
  const go = (to: Partial<Position>) => ({ next: JSON.stringify({ page, size, part, backwards, ...to }) });
  const ended = part + 1 < parts.length ? go({ page: 1, part: part + 1, backwards: false }) : NOTHING;
  if (backwards) return { list, rows, ask, page: page > 1 ? go({ page: page - 1 }) : ended };
  const last = total === null ? null : Math.ceil(total / size);
  if (last !== null && last > 1) return { list, rows: [], ask, page: go({ page: last, backwards: true }) };
  const hasMore = last === null && (hasNext ?? rows.length >= size);
  return { list, rows, ask, page: hasMore ? go({ page: page + 1 }) : ended };
}

/** Everything of a list that belongs to one record: its inner pages. */
export async function readWhole(
  client: Client,
  store: Store,
  method: Method,
  query: (page: { page: number; limit: number }) => Fields,
  rows: string,
  signal: AbortSignal,
  limit = 100,
): Promise<Fields[]> {
  const all: Fields[] = [];
  for (let page = 1; ; page++) {
    const found = rowsIn(await client.call(store, method, query({ page, limit }), signal), rows);
    all.push(...found.rows);
    const hasMore = found.total === null ? (found.hasNext ?? found.rows.length >= limit) : all.length < found.total;
    if (found.rows.length === 0 || !hasMore) return all;
  }
}

/** Rows and their number. A result that is nothing is an empty list; one that is no object is not understood. */
function rowsIn(result: unknown, name: string) {
  if (Array.isArray(result)) return { rows: recordsOf(result), total: null, hasNext: false };
  const fields = z.record(z.string(), z.unknown()).parse(result ?? {});
  const total = fields.total ?? fields.count;
  const count = total === undefined || total === null ? Number.NaN : Number(total);
  return {
    rows: recordsOf(fields[name]),
    total: Number.isSafeInteger(count) ? count : null,
    hasNext: "has_next" in fields ? fields.has_next === true || fields.has_next === "true" : null,
  };
}

function parsePosition(cursor: string, operation: string): Position {
  try {
    return POSITION.parse(JSON.parse(cursor));
  } catch (cause) {
    const message = "the stored position is none of this adapter's";
    throw adapterError("invalid_request", { platform: "vipshop", operation, message, cause });
  }
}

/** A list that says how much it holds and shows none of it is not understood, and no empty list. */
const silent = (operation: string, total: number | null) =>
  adapterError("permanent", {
    platform: "vipshop",
    operation,
    message: `the list says ${total} and shows nothing`,
  });

/** The records of a result that is a list, or holds one under this name. */
export const rowsOf = (result: unknown, name: string): Fields[] =>
  recordsOf(isFields(result) && name in result ? result[name] : Array.isArray(result) ? result : null);
