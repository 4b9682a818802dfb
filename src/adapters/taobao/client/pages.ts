/**
 * Paging that loses nothing. Rows leave a list while it is read: a trade that changes moves to the front, out of a window
 * that ends in the past, and whoever then asks for page two misses a row. So after a full page the next one begins at the
 * time of the last row (keyset), and page numbers count only among rows of one second. Rows seen already at that bound
 * are left out by id. The cursor is JSON text.
 */
import { z } from "zod";
import type { Cursor, ListInput, Store } from "../../../core/adapter.ts";
import { adapterError } from "../../../core/errors.ts";
import { localToInstant } from "../../../core/local-time.ts";
import { ZONE } from "../config.ts";
import { recordsOf } from "../schemas/helpers.ts";
import type { Fields } from "./envelope.ts";
import { type Client, type Parameters, toPlatformTime } from "./index.ts";

export interface KeysetList {
  method: string;
  parameters: Parameters;
  /** Names of the parameters that bound the window. */
  from: string;
  to: string;
  /** Field that the list is ordered by, and in which direction. */
  field: string;
  order: "newest_first" | "oldest_first";
  /** Field of a row's id. */
  id: (row: Fields) => string | null;
  perPage: number;
  /** True where the platform says whether more follows (`use_has_next`). */
  hasNext: boolean;
  rows: (fields: Fields) => unknown;
}

const POSITION = z.object({
  /** The bound that moves, as the platform writes it. */
  at: z.string(),
  page: z.int().min(1),
  /** Ids of the rows already seen at the bound. */
  seen: z.array(z.string()),
  /** Which of several lists this is (see listings). */
  list: z.int().min(0).optional(),
});
export type Position = z.infer<typeof POSITION>;

/** A cursor stays below 8 KB; what is forgotten is listed twice, no more. */
const MAX_SEEN = 250;

interface KeysetPage {
  rows: Fields[];
  next: Position | null;
  total: number | null;
}

/** Reads one page from a position; null begins the window. */
export async function readKeyset(
  client: Client,
  store: Store,
  list: KeysetList,
  window: Pick<ListInput, "since" | "until">,
  position: Position | null,
  signal: AbortSignal,
): Promise<KeysetPage> {
  const newest = list.order === "newest_first";
  // Whole seconds, and the bounds may be exclusive: the upper one moves outwards.
  const bounds = { from: toPlatformTime(window.since), to: toPlatformTime(new Date(window.until.getTime() + 1000)) };
  const at = position ?? { at: newest ? bounds.to : bounds.from, page: 1, seen: [] };
  const fields = await client.call(
    store,
    {
      method: list.method,
      parameters: {
        ...list.parameters,
        [list.from]: newest ? bounds.from : at.at,
        [list.to]: newest ? at.at : bounds.to,
        page_no: at.page,
        page_size: list.perPage,
        ...(list.hasNext ? { use_has_next: true } : {}),
      },
    },
    signal,
  );
  const found = recordsOf(list.rows(fields));
  const seen = new Set(at.seen);
  const rows = found.filter((row) => !seen.has(list.id(row) ?? ""));
  const total = Number(fields.total_results ?? Number.NaN);
  return {
    rows,
    next: moreFollows(list, fields, found) ? nextPosition(list, at, found) : null,
    total: Number.isSafeInteger(total) ? total : null,
  };
}

function moreFollows(list: KeysetList, fields: Fields, found: readonly Fields[]): boolean {
  if (found.length === 0) return false;
  const said = fields.has_next;
  if (list.hasNext && said !== undefined) return said === true || said === "true";
  return found.length >= list.perPage;
}

/** Where the next page begins: a second beyond the last row's time, or the next number where that is no progress. */
function nextPosition(list: KeysetList, at: Position, found: readonly Fields[]): Position {
  const newest = list.order === "newest_first";
  const last = timeOf(found.at(-1), list.field);
  const step = newest ? 1000 : -1000;
  const bound = last === null ? null : toPlatformTime(new Date(last.getTime() + step));
  const moves = bound !== null && (newest ? bound < at.at : bound > at.at);
  if (bound === null || !moves) return { ...at, page: at.page + 1 };
  const inReach = found.filter((row) => {
    const time = timeOf(row, list.field);
    const text = time === null ? null : toPlatformTime(time);
    return text !== null && (newest ? text <= bound : text >= bound);
  });
  // Rows seen before the last page stand within a second of the old bound: they may be met again just below it.
  const isNear =
    Math.abs(Date.parse(`${bound.replace(" ", "T")}Z`) - Date.parse(`${at.at.replace(" ", "T")}Z`)) <= 1000;
  const seen = new Set([...(isNear ? at.seen : []), ...idsOf(inReach, list)]);
  return { ...at, at: bound, page: 1, seen: [...seen].slice(-MAX_SEEN) };
}

const idsOf = (rows: readonly Fields[], list: KeysetList): string[] => rows.flatMap((row) => list.id(row) ?? []);

function timeOf(row: Fields | undefined, field: string): Date | null {
  const text = row?.[field];
  return typeof text === "string" ? localToInstant(text.trim(), ZONE) : null;
}

export const writeCursor = (position: Position | null): Cursor | null =>
  position === null ? null : JSON.stringify(position);

/** Throws for a cursor that is not one of ours: the engine then begins the window again. */
export function readCursor(cursor: Cursor | null, operation: string): Position | null {
  return cursor === null ? null : parseCursor(POSITION, cursor, operation);
}

export function parseCursor<T>(schema: z.ZodType<T>, cursor: Cursor, operation: string): T {
  try {
    return schema.parse(JSON.parse(cursor));
  } catch (cause) {
    throw adapterError("invalid_request", {
      platform: "taobao",
      operation,
      message: "the stored position is none of this adapter's",
      cause,
    });
  }
}
