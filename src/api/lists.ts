/** Lists: `{ data, next }`, a limit, an opaque cursor. */
import { z } from "zod";
import { fromBase64, toBase64Url } from "../core/crypto.ts";
import type { PageRequest } from "../core/db/page.ts";
import { InputError } from "../core/errors.ts";
import { json } from "./define.ts";
import type { ApiContext } from "./types.ts";

const KINDS = {
  uuid: z.uuid(),
  /** As PostgreSQL prints it, or its `infinity`. */
  instant: z.string().regex(/^(\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?\+\d\d(:?\d\d)?|infinity)$/),
  number: z.string().regex(/^\d{1,18}$/),
  text: z.string().max(500),
} as const;

export type CursorKind = keyof typeof KINDS;

/** What cursors of one list hold; a cursor of another list is refused. */
export interface CursorForm {
  list: string;
  kinds: readonly CursorKind[];
}

export interface PageQuery {
  limit: number;
  cursor?: string | undefined;
}

/** Reads the cursor of a query. Throws `InputError` where it is not one that this list gave. */
export function readCursor(form: CursorForm, cursor: string | undefined): string[] | null {
  if (cursor === undefined) return null;
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(fromBase64(cursor));
    const [list, ...keys] = z.array(z.string()).parse(JSON.parse(text));
    if (list !== form.list || keys.length !== form.kinds.length) throw new Error("of another list");
    return keys.map((key, i) => KINDS[form.kinds[i] ?? "text"].parse(key));
  } catch (cause) {
    throw new InputError(
      "invalid_cursor",
      "The cursor is not one that this list gave. Start again without `cursor`, and use `next` as it comes.",
      { cause },
    );
  }
}

/** The cursor that leads on from the given position. */
export function writeCursor(form: CursorForm, keys: readonly string[] | null): string | null {
  return keys ? toBase64Url(new TextEncoder().encode(JSON.stringify([form.list, ...keys]))) : null;
}

/** Which page a query asks for. */
export function pageOf(form: CursorForm, query: PageQuery): PageRequest {
  return { limit: query.limit, after: readCursor(form, query.cursor) };
}

/** Answers with a page, and with what else is said of it. */
export function answerPage<Row>(
  c: ApiContext,
  form: CursorForm,
  page: { rows: readonly Row[]; next: readonly string[] | null },
  render: (row: Row) => unknown,
  also: Readonly<Record<string, unknown>> = {},
): Response {
  return json(c, { data: page.rows.map(render), next: writeCursor(form, page.next), ...also });
}
