/** A list as an XLSX workbook, written while it is read. The same rows give the same bytes: no times stand in it. */
import { writeXlsxStream, XLSX_MAX_ROWS_PER_SHEET } from "hucre/xlsx";
import { InputError } from "../core/errors.ts";
import type { ExportTable } from "./export-tables.ts";
import type { ListReader } from "./list-filters.ts";

export const WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** Rows of a sheet below its line of names. */
const WORKBOOK_ROWS = XLSX_MAX_ROWS_PER_SHEET - 1;

/** Spreadsheets count in numbers of fifteen digits: an amount with more stays text, so that none is rounded. */
const COUNTABLE = /^-?(?=(?:\.?\d){1,15}$)\d+(?:\.\d+)?$/;

/**
 * The list as a workbook. Columns of amounts hold numbers; all others text, also where it looks like a formula. Throws
 * `InputError` before the first byte where there are more rows than a sheet has.
 */
export async function* writeWorkbook(
  { name, columns, workbook, csv }: ExportTable,
  reader: ListReader,
  query: unknown,
  rows = WORKBOOK_ROWS,
): AsyncGenerator<Uint8Array> {
  if (await workbook?.exceeds(reader, query, rows))
    throw new InputError(
      "too_many_rows",
      `These are more rows than a sheet has. Narrow the list, or take GET /v1/exports/${name}.csv.`,
      { status: 422 },
    );
  const isAmount = columns.map((column) => workbook?.amounts.includes(column) === true);
  const options = { name, columns: columns.map((header) => ({ header })), freezePane: { rows: 1 } };
  yield* writeXlsxStream(rowsOf(csv(reader, query), isAmount), options);
}

async function* rowsOf(parts: AsyncGenerator<unknown[][]>, isAmount: readonly boolean[]) {
  for await (const rows of parts)
    for (const row of rows) yield row.map((cell, i) => toCell(cell, isAmount[i] === true));
}

function toCell(cell: unknown, isAmount: boolean): string | number | boolean | null {
  if (cell === null || cell === undefined) return null;
  if (cell instanceof Date) return cell.toISOString();
  if (typeof cell === "number" || typeof cell === "boolean") return cell;
  const text = String(cell);
  return isAmount && COUNTABLE.test(text) ? Number(text) : text;
}
