/**
 * Paging that loses nothing. Pages are numbered on the platform, and rows leave a list while it is read: an order that
 * changes moves out of a window that ends in the past. So after a full page the next one begins at the time of the last
 * row seen (keyset); numbers count only within one second's run; and where the total shrank, the next page begins as many
 * rows earlier. The cursor is JSON text.
 */
import { z } from "zod";
import type { Cursor, ListInput, Store } from "../../../core/adapter.ts";
import { adapterError } from "../../../core/errors.ts";
import type { Client, Params } from "./index.ts";

/** How a list is ordered and bounded. `window` is absent for lists without one (sweeps). */
export interface PagedList {
  operation: string;
  route: string;
  params: Params;
  perPage: number;
  window?: {
    after: "after" | "modified_after";
    before: "before" | "modified_before";
    /** The field that the keyset follows; absent where rows do not carry it: then numbers alone count. */
    field?: "date_created_gmt" | "date_modified_gmt";
  };
  orderby?: "modified" | "date" | "id";
}

const POSITION = z.object({
  /** Rows later than this second (UTC, exclusive, as the platform compares). */
  after: z.string().optional(),
  /** Rows of that list already read. */
  skip: z.int().min(0),
  /** Rows that the list held when it was last read. */
  total: z.int().nullable(),
});
type Position = z.infer<typeof POSITION>;

export interface PageOfRows {
  rows: unknown[];
  next: Cursor | null;
  total?: number;
}

/** Reads one page. Throws for a cursor that is not one of ours: the engine then starts the window again. */
export async function readPage(
  client: Client,
  store: Store,
  list: PagedList,
  input: Pick<ListInput, "since" | "until" | "cursor">,
  signal: AbortSignal,
): Promise<PageOfRows> {
  const position = input.cursor === null ? startOf(list, input.since) : parseCursor(input.cursor);
  const { rows, total, pages } = await client.rows(
    store,
    { operation: list.operation, route: list.route, params: paramsOf(list, position, input.until) },
    signal,
  );
  const expected = total ?? (pages === null || pages === 0 ? 0 : position.skip + 1);
  if (rows.length === 0 && expected > position.skip)
    throw adapterError("transient", {
      platform: "woocommerce",
      operation: list.operation,
      message: `the list came empty, and the answer counts ${total === null ? `${pages} pages` : `${total} rows`}: a cache or a plugin has emptied it`,
    });
  const next = nextPosition(list, position, rows, total);
  return {
    rows,
    next: next === null ? null : JSON.stringify(next),
    // Counted from this position on: only the first page's is the window's.
    ...(total !== null && input.cursor === null ? { total } : {}),
  };
}

/** Bounds are exclusive on the platform and whole seconds: each is moved outwards by one. */
function startOf(list: PagedList, since: Date): Position {
  if (!list.window) return { skip: 0, total: null };
  return { after: toGmt(new Date(Math.floor(since.getTime() / 1000) * 1000 - 1000)), skip: 0, total: null };
}

function paramsOf(list: PagedList, position: Position, until: Date): Params {
  const params: Params = { ...list.params, per_page: list.perPage, order: "asc", orderby: list.orderby ?? "id" };
  if (list.window) {
    if (position.after !== undefined) params[list.window.after] = position.after;
    params[list.window.before] = toGmt(new Date(Math.ceil(until.getTime() / 1000) * 1000 + 1000));
    params.dates_are_gmt = true;
  }
  if (position.skip === 0) return params;
  if (position.skip % list.perPage === 0) return { ...params, page: position.skip / list.perPage + 1 };
  return { ...params, offset: position.skip };
}

/** Where the next page begins; null after the last one. */
export function nextPosition(
  list: PagedList,
  position: Position,
  rows: readonly unknown[],
  total: number | null,
): Position | null {
  if (rows.length === 0) {
    // Beyond the end the platform says a total of 0. It is the end, unless rows were expected here: then some have left.
    const haveLeft = position.total !== null && position.skip < position.total;
    return haveLeft ? { ...position, skip: 0, total: null } : null;
  }
  const left = position.total !== null && total !== null ? Math.max(0, position.total - total) : 0;
  // Rows that left stood before this page: as many of its followers were not seen.
  if (position.skip > 0 && left > 0) return { ...position, skip: Math.max(0, position.skip - left), total };
  const isShort = rows.length < list.perPage;
  // A host may allow smaller pages than were asked for: then a short page is the last one only if nothing is left.
  if (isShort && (total === null || total <= position.skip + rows.length)) return null;
  const anchor = list.window?.field === undefined ? null : anchorOf(rows.at(-1), list.window.field);
  if (anchor !== null && (position.after === undefined || anchor > position.after))
    return { after: anchor, skip: 0, total: null };
  return isShort ? null : { ...position, skip: position.skip + rows.length, total };
}

/** One second before the last row's time: the bound is exclusive, and more rows may share that second. */
function anchorOf(row: unknown, field: string): string | null {
  const value = typeof row === "object" && row !== null ? (row as Record<string, unknown>)[field] : null;
  const ms = typeof value === "string" ? Date.parse(`${value.slice(0, 19)}Z`) : Number.NaN;
  return Number.isNaN(ms) ? null : toGmt(new Date(ms - 1000));
}

function parseCursor(cursor: Cursor): Position {
  try {
    return POSITION.parse(JSON.parse(cursor));
  } catch (cause) {
    // Refused as the platform refuses a lapsed one: the engine then begins the window again.
    throw adapterError("invalid_request", {
      platform: "woocommerce",
      operation: "cursor",
      message: "the stored position is none of this adapter's",
      cause,
    });
  }
}

/** `YYYY-MM-DDTHH:MM:SS` in UTC, without a zone: with `dates_are_gmt` the only form that every version reads alike. */
export function toGmt(at: Date): string {
  return at.toISOString().slice(0, 19);
}
