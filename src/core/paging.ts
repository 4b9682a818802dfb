/**
 * Paging by number that loses nothing. A record that changes leaves its window (whose end stands still), and those behind it
 * move up by one: page by page forwards a record would be skipped. So the first call asks how many there are, and the pages
 * are read from the last to the first: what moves then is met twice at most. Lists that do not say how many are read forwards.
 */
import { z } from "zod";
import type { Cursor, ListInput, Missing, RawDocument, RecordKey, WindowRules } from "./adapter.ts";
import { adapterError } from "./errors.ts";

const POSITION = z.object({ page: z.int().min(1), size: z.int().min(1), backwards: z.boolean() });
type Position = z.infer<typeof POSITION>;

interface Found<Row> {
  rows: Row[];
  total: number | null;
}

interface PageOf<Row> {
  rows: Row[];
  next: Cursor | null;
  total?: number;
  tooMany?: boolean;
}

/** The helpers of one platform, whose errors bear its name. */
export function pagingOf(platform: string) {
  /** Throws for a cursor that is not one of ours: the engine then begins the window again. */
  const parseCursor = <T>(schema: z.ZodType<T>, cursor: Cursor, operation: string): T => {
    try {
      return schema.parse(JSON.parse(cursor));
    } catch (cause) {
      const message = "the stored position is none of this adapter's";
      throw adapterError("invalid_request", { platform, operation, message, cause });
    }
  };

  /** A list that says how much it holds and shows none of it is not understood, and no empty list. */
  const silent = (total: number | null) =>
    adapterError("permanent", { platform, operation: "list", message: `the list says ${total} and shows nothing` });

  return {
    parseCursor,
    readCursor: (cursor: Cursor | null, operation: string): Position | null =>
      cursor === null ? null : parseCursor(POSITION, cursor, operation),
    /** One page. `pages` is how many the platform gives: a window that holds more is `tooMany`. */
    async readPages<Row>(
      { cursor, limit }: Pick<ListInput, "limit"> & { cursor: Position | null },
      most: { rows: number; pages: number },
      ask: (page: number, size: number) => Promise<Found<Row>>,
    ): Promise<PageOf<Row>> {
      const first: Position = { page: 1, size: Math.max(1, Math.min(limit, most.rows)), backwards: false };
      const { page, size: asked, backwards } = cursor ?? first;
      const { rows, total } = await ask(page, asked);
      if (page === 1 && rows.length === 0 && (total ?? 0) > 0) throw silent(total);
      const at = (position: Position): Cursor => JSON.stringify(position);
      // A platform that gives less on a page than it is asked for counts its pages by what it gives.
      const isCut = cursor === null && total !== null && rows.length > 0 && rows.length < Math.min(asked, total);
      const size = isCut ? rows.length : asked;
      if (backwards) return { rows, next: page > 1 ? at({ page: page - 1, size, backwards }) : null };
      if (cursor === null && total !== null) {
        const last = Math.ceil(total / size);
        if (last > most.pages) return { rows: [], next: null, total, tooMany: true };
        return last > 1
          ? { rows: [], next: at({ page: last, size, backwards: true }), total }
          : { rows, next: null, total };
      }
      if (rows.length < size) return { rows, next: null };
      if (page >= most.pages) return { rows, next: null, tooMany: true };
      return { rows, next: at({ page: page + 1, size, backwards }) };
    },
  };
}

/** Records by id, one after the other; what does not come is gone. */
export async function readEach(
  keys: readonly RecordKey[],
  read: (key: RecordKey) => Promise<RawDocument | null>,
): Promise<{ documents: RawDocument[]; missing: Missing[] }> {
  const documents: RawDocument[] = [];
  const missing: Missing[] = [];
  for (const key of keys) {
    const document = await read(key);
    if (document) documents.push(document);
    else missing.push({ externalId: key.externalId, means: "gone" });
  }
  return { documents, missing };
}

/** Of streams that have no window: those that read everything, and those that hang on another record. */
export const NO_WINDOW: WindowRules = {
  maxMinutes: 1440,
  safetyLagSeconds: 0,
  overlapSeconds: 0,
  maxAgeDays: null,
  minSeconds: 1,
};
