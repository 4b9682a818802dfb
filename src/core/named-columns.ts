/** Tables in text whose columns a person has named, because the platform does not publish the form of its files. */
import { parse } from "csv-parse/sync";
import { InputError } from "./errors.ts";

/**
 * The rows of a table below the line that holds all of the named columns, each with its own names. Cells are parted by
 * commas or tabs, and trimmed; lines above the head, and those that fill one of the named columns at most and not the first
 * (sums), are no rows. Throws `InputError` with the file's fullest line where no line holds the names, and for a row whose
 * cells are not one for each column: the file is cut, or a comma stands in it without quotes.
 */
export function rowsOfTable(text: string, names: readonly [string, ...string[]]): Record<string, string>[] {
  const lines = parsed(text);
  const at = lines.findIndex(({ record }) => names.every((name) => record.includes(name)));
  const head = lines[at]?.record;
  if (!head) throw new InputError("columns_missing", missing(lines, names), { status: 422 });
  const twice = names.find((name) => head.indexOf(name) !== head.lastIndexOf(name));
  if (twice !== undefined)
    throw new InputError("columns_repeat", `two columns are named ${twice}: name one that is there once`, {
      status: 422,
    });
  return lines.slice(at + 1).flatMap(({ record, info }) => {
    const row = Object.fromEntries(head.map((name, i) => [name, record[i] ?? ""]));
    const isRow = row[names[0]] !== "" || names.filter((name) => row[name] !== "").length > 1;
    if (!isRow) return [];
    if (record.length < head.length || record.slice(head.length).some((cell) => cell !== "")) {
      const reason = `line ${info.lines} has ${record.length} cells where the head has ${head.length}: the file is cut or was changed`;
      throw new InputError("columns_shifted", reason, { status: 422 });
    }
    return [row];
  });
}

interface Line {
  record: string[];
  info: { lines: number };
}

function parsed(text: string): Line[] {
  const options = { delimiter: [",", "\t"], relax_column_count: true, relax_quotes: true, skip_empty_lines: true };
  try {
    return parse(text, { ...options, trim: true, bom: true, info: true }) as unknown as Line[];
  } catch (cause) {
    const reason = `the file is no table of commas or tabs: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new InputError("columns_broken", reason, { status: 422, cause });
  }
}

/** Signs that a text has which was read in the wrong encoding, or is no text. */
const NO_TEXT = /[\p{Cc}\p{Cs}\p{Co}\ufffd]/u;

function missing(lines: readonly Line[], names: readonly string[]): string {
  const filled = lines.map(({ record }) => record.filter((cell) => cell !== ""));
  const longest = filled.reduce((most, cells) => (cells.length > most.length ? cells : most), []);
  const asked = `no line of the file names the columns ${names.join(", ")}`;
  if (longest.length === 0) return `${asked}: it is empty`;
  return filled.some((cells) => cells.some((cell) => NO_TEXT.test(cell)))
    ? `${asked}: it is no text in UTF-8 or GBK; save it as CSV in one of these`
    : `${asked}; its fullest has: ${longest.join(", ").slice(0, 300)}`;
}
