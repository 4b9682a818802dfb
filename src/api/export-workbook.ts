/** A list as an XLSX workbook, written while it is read. The same rows give the same bytes: no times stand in it. */
import { writeXlsxStream, XLSX_MAX_ROWS_PER_SHEET } from "hucre/xlsx";

export const WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** Rows of a sheet below its line of names. */
export const WORKBOOK_ROWS = XLSX_MAX_ROWS_PER_SHEET - 1;

/** Spreadsheets count in numbers of fifteen digits: an amount with more stays text, so that none is rounded. */
const COUNTABLE = /^-?(?=(?:\.?\d){1,15}$)\d+(?:\.\d+)?$/;

/** `amounts`: columns whose cells are numbers. All others are text, also where they look like a formula. */
export async function* writeWorkbook(
  name: string,
  columns: readonly string[],
  amounts: readonly string[],
  parts: AsyncGenerator<unknown[][]>,
): AsyncGenerator<Uint8Array> {
  const isAmount = columns.map((column) => amounts.includes(column));
  const options = { name, columns: columns.map((header) => ({ header })), freezePane: { rows: 1 } };
  yield* writeXlsxStream(rowsOf(parts, isAmount), options);
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
