/** Tables in text whose columns a person has named, because the platform does not publish the form of its files. */
import { parse } from "csv-parse/sync";
import { InputError } from "./errors.ts";

/**
 * The rows of a table below the line that holds all of the named columns, each with its own names. Cells are parted by
 * commas or tabs, and trimmed; lines above the head, and those that fill one of the named columns at most and not the first
 * (sums), are no rows. Throws `InputError` with the file's fullest line where no line holds the names.
 */
export function rowsOfTable(text: string, names: readonly [string, ...string[]]): Record<string, string>[] {
  const options = { delimiter: [",", "\t"], relax_column_count: true, relax_quotes: true, skip_empty_lines: true };
  const lines: string[][] = parse(text, { ...options, trim: true, bom: true });
  const at = lines.findIndex((cells) => names.every((name) => cells.includes(name)));
  const head = lines[at];
  if (!head) {
    const filled = (cells: readonly string[]) => cells.filter((cell) => cell !== "");
    const longest = lines.map(filled).reduce((most, cells) => (cells.length > most.length ? cells : most), []);
    const reason = `no line of the file names the columns ${names.join(", ")}; its fullest has: ${longest.join(", ")}`;
    throw new InputError("columns_missing", reason, { status: 422 });
  }
  const rows = lines.slice(at + 1).map((cells) => Object.fromEntries(head.map((name, i) => [name, cells[i] ?? ""])));
  return rows.filter((row) => row[names[0]] !== "" || names.filter((name) => row[name] !== "").length > 1);
}
