/** Answers with a file that is made while it is read: in bounded memory, at the reader's pace. */
import { stringify } from "csv-stringify/sync";
import type { Engine } from "../sync/engine.ts";
import type { ApiContext } from "./types.ts";

/** One part of a long list, and from where the next one goes on. */
export interface ExportPart<Row, Position> {
  rows: Row[];
  next: Position | null;
}

/**
 * The parts of a list, one after the other. While one is on its way to the reader the next is being read, so that database
 * and network work at once; there is never more than that one ahead.
 */
export async function* readAhead<Row, Position>(
  read: (after: Position | null) => Promise<ExportPart<Row, Position>>,
): AsyncGenerator<Row[]> {
  let coming: Promise<ExportPart<Row, Position>> | null = read(null);
  while (coming) {
    const part: ExportPart<Row, Position> = await coming;
    coming = part.next === null ? null : read(part.next);
    // Its failure is told when its turn comes.
    coming?.catch(() => {});
    yield part.rows;
  }
}

/** A plain number is no formula: debits keep their sign. */
const NUMBER = /^-\d+(\.\d+)?$/;

/** Rows as CSV. A cell that a spreadsheet would take for a formula begins with an apostrophe. */
export function toCsv(rows: readonly (readonly unknown[])[]): string {
  return stringify(rows as unknown[][], {
    escape_formulas: true,
    cast: {
      boolean: (value) => (value ? "true" : "false"),
      date: (value) => value.toISOString(),
      string: (value) => (NUMBER.test(value) ? { value, escape_formulas: false } : value),
    },
  });
}

/** A piece of a file. */
export type ExportText = string | Uint8Array;

export interface ExportFile {
  name: string;
  type: string;
  headers: Record<string, string>;
}

/**
 * Streams a file. What fails before the first part is a problem document as anywhere; what fails later breaks the
 * connection off, so that nobody takes the part that came for the whole.
 */
export async function answerFile(
  c: ApiContext,
  { log }: Pick<Engine, "log">,
  file: ExportFile,
  texts: AsyncGenerator<ExportText>,
): Promise<Response> {
  const encoder = new TextEncoder();
  const toBytes = (text: ExportText) => (typeof text === "string" ? encoder.encode(text) : text);
  const first = await texts.next();
  const requestId = c.get("requestId");
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        if (!first.done && first.value.length > 0) controller.enqueue(toBytes(first.value));
        if (first.done) controller.close();
      },
      pull: async (controller) => {
        try {
          const { value, done } = await texts.next();
          if (done) controller.close();
          else controller.enqueue(toBytes(value));
        } catch (error) {
          log.error("export broken off", { requestId, operation: file.name, err: error });
          // Whoever serves the stream prints what it is given: no more than that.
          controller.error(new Error("the export was broken off"));
        }
      },
      cancel: async () => {
        await texts.return(undefined);
      },
    },
    // The part that is being read ahead is enough to have in hand.
    { highWaterMark: 0 },
  );
  return c.body(body, 200, {
    "content-type": file.type,
    "content-disposition": `attachment; filename="${file.name}"`,
    "cache-control": "private, no-store",
    "x-content-type-options": "nosniff",
    ...file.headers,
  });
}
