/**
 * Bulk writes as CSV: the rows of a JSON body, one a line, read as they come and written a part at a time. Each part is a
 * transaction of its own; a file that was cut off is sent again.
 */
import { parse } from "csv-parse/sync";
import type { z } from "zod";
import { InputError } from "../core/errors.ts";
import { keepForApproval, type Waiting } from "../core/stock/approvals.ts";
import { countOnSale, TooManyZeroes } from "../core/stock/zero-guard.ts";
import { toIssues } from "./errors.ts";
import type { Api, Principal } from "./types.ts";

type Cells = Readonly<Record<string, string>>;

export interface CsvOutcome {
  outcome: string;
  error?: { code: string; detail: string } | null;
}

interface CsvColumn {
  required?: boolean;
  /** What may be said in place of a required column. */
  instead?: string;
  number?: boolean;
  flag?: boolean;
  list?: boolean;
}

/** A bulk write: how a line becomes a row, and how rows are written. */
export interface CsvForm<Row> {
  /** Columns by name; required ones must be there. */
  columns: Readonly<Record<string, CsvColumn>>;
  /** One row, in the shape of the JSON body's. */
  row: z.ZodType<Row>;
  /** What the JSON row has beside its cells, or in place of them. */
  shape?(cells: Record<string, unknown>): Record<string, unknown>;
  /** Rows of one key are written together; default each for itself. */
  together?(row: Row): string;
  /** Writes rows; one outcome for each. `onSale`: offers on sale before the file. */
  write(rows: readonly Row[], onSale: number): Promise<readonly CsvOutcome[]>;
  /** Where the zero guard refuses rows: what is kept of them. */
  keep?(rows: readonly Row[]): Pick<Waiting, "kind" | "request">;
  /** Rows in one transaction. */
  part?: number;
}

export interface CsvError {
  line: number;
  code: string;
  detail: string;
}

export interface CsvAnswer {
  read: number;
  done: number;
  unchanged: number;
  rejected: number;
  /** Rows that wait for a person's word. */
  waiting: number;
  approval_id: string | null;
  errors: CsvError[];
  /** Rejected rows beyond those that are named. */
  errors_left_out: number;
  /** Why the file was not read to its end. */
  broken: CsvError | null;
}

const PART = 1_000;
const MAX_TOGETHER = 10_000;
const MAX_LINE = 65_536;
const MAX_BYTES = 256 * 1024 * 1024;
const NAMED_ERRORS = 5_000;
/** What spreadsheets make of long numbers: the digits are lost. */
const SHORTENED = /^-?\d([.,]\d+)?E[+-]\d{2,3}$/i;
const SAVE_WHOLE = "format its column as text, enter it again and save the file";
const NO_HEAD = "its first line names the columns";

/** Reads a body line by line. Throws `InputError` where nothing can be read at all. */
export async function writeCsv<Row>(
  api: Api,
  who: Principal,
  body: ReadableStream<Uint8Array> | null,
  form: CsvForm<Row>,
): Promise<CsvAnswer> {
  const { engine } = api;
  const answer: CsvAnswer = {
    read: 0,
    done: 0,
    unchanged: 0,
    rejected: 0,
    waiting: 0,
    approval_id: null,
    errors: [],
    errors_left_out: 0,
    broken: null,
  };
  const reject = (line: number, code: string, detail: string) => {
    answer.rejected++;
    if (answer.errors.length < NAMED_ERRORS) answer.errors.push({ line, code, detail });
    else answer.errors_left_out++;
  };
  const onSale = await countOnSale(engine.db);
  const write = async (part: readonly { line: number; row: Row }[]) => {
    const rows = part.map(({ row }) => row);
    try {
      for (const [i, { outcome, error }] of (await form.write(rows, onSale)).entries()) {
        if (error) reject(part[i]?.line ?? 0, error.code, error.detail);
        else if (outcome === "unchanged") answer.unchanged++;
        else answer.done++;
      }
    } catch (error) {
      if (!(error instanceof TooManyZeroes) || !form.keep) throw error;
      await keepRows(api, who, answer, error, { ...form.keep(rows), rows: rows.length });
    }
  };
  let lastLine = 1;
  try {
    let part: { line: number; row: Row }[] = [];
    for await (const { line, cells, fault } of readRows(body, form)) {
      lastLine = line;
      answer.read++;
      const row = fault ? null : readRow(form, cells);
      if (fault) reject(line, "unreadable_line", fault);
      else if (row && "fault" in row) reject(line, "invalid_row", row.fault);
      else if (row) {
        const last = part.at(-1);
        const isFull = part.length >= (form.part ?? PART);
        if (isFull && !(last && form.together?.(last.row) === form.together?.(row.row) && form.together)) {
          await write(part);
          part = [];
        }
        if (part.length >= MAX_TOGETHER)
          throw new InputError("too_many_together", `More than ${MAX_TOGETHER} lines belong together.`, {
            status: 422,
          });
        part.push({ line, row: row.row });
      }
    }
    if (part.length > 0) await write(part);
  } catch (error) {
    // What was written stays written: the answer says how far it came.
    if (!(error instanceof InputError) || answer.done + answer.unchanged + answer.rejected + answer.waiting === 0)
      throw error;
    answer.broken = { line: lastLine, code: error.code, detail: error.message };
  }
  if (answer.read === 0) throw new InputError("no_rows", "The file has a first line and no rows.", { status: 422 });
  return answer;
}

/** Keeps rows of a file that the zero guard refused, all under one approval. */
export async function keepRows(
  { engine }: Api,
  who: Principal,
  answer: CsvAnswer,
  { ended, onSale }: TooManyZeroes,
  kept: Pick<Waiting, "kind" | "request" | "rows">,
): Promise<void> {
  const waiting = { ...kept, actor: who.actor, ended, onSale };
  answer.approval_id = await keepForApproval(engine.db, waiting, answer.approval_id, engine.clock.now());
  answer.waiting += kept.rows;
}

function readRow<Row>(form: CsvForm<Row>, cells: Cells): { row: Row } | { fault: string } {
  const given: Record<string, unknown> = {};
  for (const [name, text] of Object.entries(cells)) {
    if (text === "") continue;
    const { number, flag, list } = form.columns[name] ?? {};
    if (SHORTENED.test(text)) return { fault: `${name}: a spreadsheet shortened it to ${text}: ${SAVE_WHOLE}` };
    if (number) {
      if (!/^-?\d{1,15}$/.test(text)) return { fault: `${name}: "${text.slice(0, 50)}" is not a whole number` };
      given[name] = Number(text);
    } else if (flag)
      given[name] =
        { true: true, yes: true, "1": true, false: false, no: false, "0": false }[text.toLowerCase()] ?? text;
    else if (list) given[name] = text.split(/\s+/);
    else given[name] = text;
  }
  const parsed = form.row.safeParse(form.shape ? form.shape(given) : given);
  if (parsed.success) return { row: parsed.data };
  return {
    fault: toIssues(parsed.error)
      .map(({ path, message }) => `${path ? `${path}: ` : ""}${message}`)
      .join("; "),
  };
}

async function* readRows<Row>(
  body: ReadableStream<Uint8Array> | null,
  form: CsvForm<Row>,
): AsyncGenerator<{ line: number; cells: Cells; fault: string | null }> {
  let head: { names: string[]; delimiter: string } | null = null;
  for await (const { line, text } of readLines(body)) {
    if (text.trim() === "") continue;
    if (head === null) {
      head = readHead(text, form);
      continue;
    }
    const { names, delimiter } = head;
    try {
      const cells = readCells(text, delimiter);
      const fault =
        cells.length === names.length
          ? null
          : `it has ${cells.length} cells, and the first line names ${names.length} columns`;
      yield { line, cells: Object.fromEntries(names.map((name, i) => [name, cells[i] ?? ""])), fault };
    } catch {
      yield { line, cells: {}, fault: "its quotes do not close; a value holds no line break" };
    }
  }
  if (head === null)
    throw new InputError("empty_file", `The file is empty: ${NO_HEAD} (${namesOf(form)}).`, { status: 422 });
}

function readCells(text: string, delimiter: string): string[] {
  // Without a quote there is nothing to be understood.
  if (!text.includes('"')) return text.split(delimiter).map((cell) => cell.trim());
  return (parse(text, { delimiter, relax_column_count: true, trim: true }) as string[][])[0] ?? [];
}

function namesOf<Row>(form: CsvForm<Row>): string {
  return Object.entries(form.columns)
    .map(([name, { required }]) => (required ? name : `[${name}]`))
    .join(", ");
}

function readHead<Row>(text: string, form: CsvForm<Row>): { names: string[]; delimiter: string } {
  const counts = [",", ";", "\t"].map((delimiter) => [text.split(delimiter).length, delimiter] as const);
  const [, delimiter] = counts.reduce((best, one) => (one[0] > best[0] ? one : best));
  let names: string[] = [];
  try {
    names = (parse(text, { delimiter, trim: true }) as string[][])[0] ?? [];
  } catch {
    // Not even the first line is one: told below.
  }
  const unknown = names.filter((name) => !(name in form.columns));
  const missing = Object.entries(form.columns).flatMap(([name, { required, instead }]) =>
    required && !names.includes(name) ? [instead ? `${name} (${instead})` : name] : [],
  );
  const twice = names.filter((name, i) => names.indexOf(name) !== i);
  const faults = [
    missing.length > 0 ? `it lacks ${missing.join(", ")}` : "",
    unknown.length > 0
      ? `it has ${unknown.map((name) => `"${name.slice(0, 50)}"`).join(", ")}, which nobody reads`
      : "",
    twice.length > 0 ? `it has ${twice.join(", ")} twice` : "",
  ].filter((fault) => fault !== "");
  if (faults.length === 0) return { names, delimiter };
  throw new InputError(
    "wrong_columns",
    `The first line must name the columns: ${faults.join("; ")}. Columns: ${namesOf(form)}.`,
    {
      status: 422,
    },
  );
}

/** Lines of UTF-8 text, with their numbers. */
async function* readLines(body: ReadableStream<Uint8Array> | null): AsyncGenerator<{ line: number; text: string }> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let line = 0;
  let rest = "";
  let bytes = 0;
  const decode = (chunk?: Uint8Array) => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode();
    } catch (cause) {
      throw new InputError("not_utf8", "The file is not UTF-8 text: save it as CSV in UTF-8.", { status: 422, cause });
    }
  };
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new InputError("body_too_large", "A file may hold at most 256 MB.", { status: 413 });
    const lines = (rest + decode(chunk)).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > MAX_LINE)
      throw new InputError("line_too_long", `Line ${line + lines.length + 1} is longer than ${MAX_LINE} characters.`, {
        status: 422,
      });
    for (const text of lines) yield { line: ++line, text: text.replace(/\r$/, "") };
  }
  rest += decode();
  if (rest !== "") yield { line: ++line, text: rest.replace(/\r$/, "") };
}
