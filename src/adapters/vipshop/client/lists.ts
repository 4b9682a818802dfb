/**
 * Lists and their pages. Those that tell how much they hold are read from the last page to the first, as core/paging.ts says
 * why; those that tell only whether there is more, forwards.
 */
import { z } from "zod";
import type { ListInput, Page, Store, Stream, WindowRules } from "../../../core/adapter.ts";
import { adapterError } from "../../../core/errors.ts";
import { pagingOf } from "../../../core/paging.ts";
import { isOn, type Mode } from "../config.ts";
import { PAGE } from "../limits.ts";
import { type Fields, recordsOf } from "../schemas.ts";
import { type Client, type Method, toPlatformTime } from "./index.ts";

/** What a call of a list names. */
export interface Ask {
  store: Store;
  page: number;
  limit: number;
  /** The window in whole seconds, moved outwards: as text of Beijing, and since 1970. */
  from: string;
  to: string;
  start: number;
  end: number;
  /** One of `parts`. */
  part: string;
}

export interface List {
  stream: Stream;
  /** Read where the supplier works so, or in one of several ways; null: by all suppliers. */
  mode: Mode | readonly Mode[] | null;
  method: Method;
  /** Where the rows stand in the result. */
  rows: string;
  /** Records of a page, at most; 100 where it is not said. */
  size?: number;
  /** Several rows are of one record: pages are never smaller, so that it is named once. */
  isGrouped?: boolean;
  query(ask: Ask): Fields;
  /** What is asked for one after the other, where a call names one of several (a warehouse). */
  parts?(store: Store): readonly string[];
  /** The longest window of a call, where a stream's is longer: it is asked for slice by slice. */
  sliceMinutes?: number;
  isWanted?(store: Store): boolean;
}

/** A stream whose windows are weeks, unless `window` says otherwise: no bound is written. */
export const stream = (
  name: string,
  by: Stream["by"],
  everySeconds: number,
  { window, ...rest }: Partial<Omit<Stream, "window">> & { window?: Partial<WindowRules> } = {},
): Stream => ({ name, by, everySeconds, backfill: true, window: { ...WEEK, ...window }, ...rest });
const WEEK = { maxMinutes: 7 * 1440, safetyLagSeconds: 30, overlapSeconds: 600, maxAgeDays: null, minSeconds: 2 };

const { parseCursor } = pagingOf("vipshop");
const POSITION = z.object({
  page: z.int().min(1),
  size: z.int().min(1),
  part: z.int().min(0),
  backwards: z.boolean(),
  since: z.int(),
});

type Rest = Omit<Page, "documents" | "references">;
const DAY_MS = 86_400_000;
const ENDED: Rest = { next: null };

export function askOf(store: Store, since: Date, until: Date, part = ""): Ask {
  const [start, end] = [Math.floor(since.getTime() / 1000), Math.ceil(until.getTime() / 1000)];
  const text = (seconds: number) => toPlatformTime(new Date(seconds * 1000));
  return { store, page: 1, limit: PAGE.most, from: text(start), to: text(end), start, end, part };
}

const reachOf = (client: Client, { stream }: List): number =>
  client.clock.now().getTime() - (stream.window.maxAgeDays ?? 36_500) * DAY_MS;

/** One page of a stream: its rows, and how it goes on. */
export async function readList<L extends List>(
  client: Client,
  store: Store,
  lists: readonly L[],
  input: ListInput,
  signal: AbortSignal,
): Promise<{ list: L; rows: Fields[]; ask: Ask; page: Rest }> {
  const list = lists.find(({ stream: { name } }) => name === input.stream);
  if (!list) throw new Error(`there is no stream "${input.stream}"`);
  const most = list.size ?? PAGE.most;
  const first = {
    page: 1,
    size: list.isGrouped ? most : Math.max(1, Math.min(input.limit, most)),
    part: 0,
    backwards: false,
    // How far the platform reaches back moves with the clock; what a window is cut into does not.
    since: Math.max(input.since.getTime(), reachOf(client, list)),
  };
  const position = input.cursor === null ? first : parseCursor(POSITION, input.cursor, list.method);
  const { page, size, part, backwards } = position;
  const since = new Date(position.since);
  const slice = (list.sliceMinutes ?? Number.POSITIVE_INFINITY) * 60_000;
  const slices = Math.max(1, Math.ceil((input.until.getTime() - since.getTime()) / slice));
  const parts = list.parts?.(store) ?? Array.from({ length: slices }, () => "");
  const from = slices === 1 ? since : new Date(since.getTime() + part * slice);
  const to = new Date(Math.min(from.getTime() + slice, input.until.getTime()));
  const ask = { ...askOf(store, from, to, parts[part]), page, limit: size };
  const isAsked =
    (list.mode === null || [list.mode].flat().some((mode) => isOn(store, mode))) && (list.isWanted?.(store) ?? true);
  if (!isAsked || input.until < since) return { list, rows: [], ask, page: ENDED };

  const { rows, total, hasMore } = rowsIn(
    await client.call(store, list.method, list.query(ask), signal),
    list.rows,
    size,
  );
  if (page === 1 && rows.length === 0 && (total ?? 0) > 0) throw silent(list.method, total);
  const go = (to: Partial<typeof first>): Rest => ({ next: JSON.stringify({ ...position, ...to }) });
  const ended = part + 1 < parts.length ? go({ page: 1, part: part + 1, backwards: false }) : ENDED;
  // Most of the few warehouses have nothing to tell: the next one is asked at once.
  if (list.parts && rows.length === 0 && page === 1 && ended.next !== null)
    return readList(client, store, lists, { ...input, cursor: ended.next }, signal);
  if (backwards) return { list, rows, ask, page: page > 1 ? go({ page: page - 1 }) : ended };
  const last = Math.ceil((total ?? 0) / size);
  if (last > 1) return { list, rows: [], ask, page: go({ page: last, backwards: true }) };
  return { list, rows, ask, page: total === null && hasMore ? go({ page: page + 1 }) : ended };
}

/** Everything of a list that belongs to one record: its inner pages. */
export async function readWhole(
  client: Client,
  store: Store,
  method: Method,
  query: (page: { page: number; limit: number }) => Fields,
  rows: string,
  signal: AbortSignal,
): Promise<Fields[]> {
  const all: Fields[] = [];
  const limit = PAGE.most;
  for (let page = 1; page <= PAGE.inner; page++) {
    const found = rowsIn(await client.call(store, method, query({ page, limit }), signal), rows, limit);
    all.push(...found.rows);
    const hasMore = found.total === null ? found.hasMore : all.length < found.total;
    if (found.rows.length === 0 || !hasMore) return all;
  }
  throw adapterError("permanent", {
    platform: "vipshop",
    operation: method,
    message: "the pages of one record do not end",
  });
}

/** Rows and their number. A result that is nothing is an empty list; one that is no object is not understood. */
function rowsIn(result: unknown, name: string, size: number) {
  if (Array.isArray(result)) return { rows: recordsOf(result), total: null, hasMore: false };
  const fields = z.record(z.string(), z.unknown()).parse(result ?? {});
  const count = Number(fields.total ?? fields.count ?? Number.NaN);
  const rows = recordsOf(fields[name]);
  const hasMore = "has_next" in fields ? String(fields.has_next) === "true" : rows.length >= size;
  return { rows, total: Number.isSafeInteger(count) ? count : null, hasMore };
}

/** A list that says how much it holds and shows none of it is not understood, and no empty list. */
const silent = (operation: string, total: number | null) =>
  adapterError("permanent", { platform: "vipshop", operation, message: `the list says ${total} and shows nothing` });
