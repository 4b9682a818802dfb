/**
 * The account statement of a day or of several: CSV in GBK, comment lines above and below, cells that may end in a TAB.
 * Columns are found by their names, because their order varies. A file that is broken is refused whole.
 */
import { InputError } from "../../../core/errors.ts";
import { localDay, localToInstant } from "../../../core/local-time.ts";
import type { Warning } from "../../../core/model/records.ts";
import { canonicalDecimal, money, sum } from "../../../core/money.ts";
import { CURRENCY, ZONE } from "../config.ts";
import { isZip, readZip } from "./zip.ts";

type Row = Record<string, string>;

interface Statement {
  rows: Row[];
  /** Sums as the file states them. */
  income: string | null;
  expense: string | null;
  warnings: Warning[];
}

/** A statement, and the day (GMT+8) of each of its rows. */
interface DatedStatement extends Statement {
  /** Of all rows, of those too that were left out. Sorted. */
  days: string[];
  dayOf: ReadonlyMap<Row, string>;
  /** Numbers of rows that move no money, by their day. */
  idle: ReadonlyMap<string, string[]>;
}

export const COLUMN = {
  id: "账务流水号",
  time: "发生时间",
  type: "业务类型",
  note: "备注",
  order: "商户订单号",
  baseOrder: "业务基础订单号",
  description: "业务描述",
  goods: "商品名称",
} as const;
const INCOME = "收入金额";
const EXPENSE = "支出金额";
const SUMMARY = "汇总";

/** Columns of numbers that a spreadsheet spoils. */
const NUMBERS = [COLUMN.id, COLUMN.order, COLUMN.baseOrder, "业务流水号", "业务订单号"];
/** Columns that may hold commas; where they do without quotes, a row has too many cells. */
const WITH_COMMAS = [COLUMN.goods, COLUMN.note, COLUMN.description, INCOME, EXPENSE, "账户余额"];
const SCIENTIFIC = /^\d+(?:\.\d+)?[eE]\+?\d+$/;
const AMOUNT = /^[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$/;
const AGAIN = "download it again from the bank and give it as it came";

/** Throws `InputError` for files that hold no statement, or a broken one. */
export function readStatement(bytes: Uint8Array): DatedStatement {
  if (!isZip(bytes)) return dated([parseStatement(textOfFile(bytes), "the statement")]);
  const files = readZip(bytes)
    .filter((entry) => !entry.name.includes(SUMMARY) && /\.(?:csv|txt)$/i.test(entry.name))
    .map((entry) => ({ name: entry.name, text: textOfFile(entry.bytes()) }))
    // A text beside the tables explains them.
    .filter(({ name, text }) => !/\.txt$/i.test(name) || text.includes(COLUMN.id));
  if (files.length === 0) throw broken("the archive holds no statement");
  return dated(files.map(({ name, text }) => parseStatement(text, name)));
}

/** GBK; a file that is UTF-8 throughout was saved anew by somebody. A byte order mark is cut. */
export function textOfFile(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gbk").decode(bytes);
  }
}

const broken = (reason: string) => new InputError("statement_broken", reason, { status: 422 });

function parseStatement(text: string, file: string): Statement {
  const lines = text.split(/\r?\n/);
  const head = lines.findIndex(
    (line) => !line.startsWith("#") && line.includes(COLUMN.id) && line.includes(COLUMN.time),
  );
  if (head < 0) throw broken(`${file}: no line names its columns; ${AGAIN}`);
  const names = cellsOf((lines[head] ?? "").replace(/,\s*$/, ""));
  const missing = [INCOME, EXPENSE].filter((column) => !names.some((name) => name.startsWith(column)));
  if (missing.length > 0)
    throw broken(
      `${file}, line ${head + 1}: no column is named ${missing.join(", nor ")}: its head was changed; ${AGAIN}`,
    );
  const rows: Row[] = [];
  for (const { index, line } of wholeLines(lines, head + 1, names.length)) {
    const reason = (why: string) => broken(`${file}, line ${index + 1}: ${why}; ${AGAIN}`);
    const cells = fitted(line, names);
    if (cells === null)
      throw reason(`${cellsOf(line).length} cells where the head has ${names.length}: the file is cut or was changed`);
    const row = rowOf(cells, names);
    const fault = faultOf(row);
    if (fault !== null) throw reason(fault);
    rows.push(row);
  }
  const comments = lines.filter((line) => line.startsWith("#")).join("\n");
  const income = sumIn(comments, "收入合计");
  const expense = sumIn(comments, "支出合计");
  if (income !== null && expense !== null) return { rows, income, expense, warnings: [] };
  const detail = `${file} ends without its sums: rows may be missing; ${AGAIN}.`;
  return { rows, income: null, expense: null, warnings: [{ code: "statement_incomplete", detail }] };
}

/** A cell of words may go over so many lines. */
const MOST_LINES = 20;

/** Rows with the place of their first line: one whose quotes are still open goes on in the next line. */
function wholeLines(lines: readonly string[], from: number, columns: number): { index: number; line: string }[] {
  const rows: { index: number; line: string }[] = [];
  for (let index = from; index < lines.length; index++) {
    const line = lines[index] ?? "";
    if (line.trim() === "" || line.startsWith("#")) continue;
    const length = isOpen(line) ? lengthOf(lines, index, columns) : 1;
    rows.push({ index, line: lines.slice(index, index + length).join("\n") });
    index += length - 1;
  }
  return rows;
}

/** True where a quote is open at the end. */
const isOpen = (line: string): boolean => (line.match(/"/g)?.length ?? 0) % 2 === 1;

/** How many lines make up the row that begins here; one, where none of the next closes it to a row of all columns. */
function lengthOf(lines: readonly string[], index: number, columns: number): number {
  for (let length = 2; length <= MOST_LINES && index + length <= lines.length; length++) {
    const joined = lines.slice(index, index + length).join("\n");
    if (!isOpen(joined)) return cellsOf(joined).length >= columns ? length : 1;
  }
  return 1;
}

const rowOf = (cells: readonly string[], names: readonly string[]): Row =>
  Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ""]));

/** Why a row cannot be taken, or null. */
function faultOf(row: Row): string | null {
  const number = row[COLUMN.id] ?? "";
  const spoilt = NUMBERS.find((name) => SCIENTIFIC.test(row[name] ?? ""));
  if (spoilt !== undefined) return `${spoilt} is "${row[spoilt]}": a spreadsheet has cut the digits of the number`;
  if (number === "") return `the row has no ${COLUMN.id}`;
  if (localToInstant(row[COLUMN.time] ?? "", ZONE) === null) return `${COLUMN.time} is no time`;
  const wrong = [INCOME, EXPENSE].find((name) => !isAmount(cellOf(row, name)));
  if (wrong !== undefined) return `${wrong} is no amount`;
  if (moved(row, INCOME) !== null && moved(row, EXPENSE) !== null)
    return `${INCOME} and ${EXPENSE} both stand in one row, and it is not known which of them moved`;
  return null;
}

const isAmount = (cell: string): boolean => cell === "" || AMOUNT.test(cell);

/** The cell of the column whose name begins so. */
function cellOf(row: Readonly<Row>, name: string): string {
  const key = Object.keys(row).find((column) => column.startsWith(name));
  return (row[key ?? ""] ?? "").trim();
}

/** All files of an archive as one: equal rows count once, and each row gets its day. */
function dated(statements: readonly Statement[]): DatedStatement {
  const byNumber = new Map<string, Row>();
  for (const row of statements.flatMap((statement) => statement.rows)) {
    const number = row[COLUMN.id] ?? "";
    const known = byNumber.get(number);
    if (known && amountOf(known) !== amountOf(row))
      throw broken(`number ${number} stands twice in the file, with different amounts; ${AGAIN}`);
    if (!known) byNumber.set(number, row);
  }
  const dayOf = new Map<Row, string>();
  const idle = new Map<string, string[]>();
  const days = new Set<string>();
  for (const [number, row] of byNumber) {
    const at = localToInstant(row[COLUMN.time] ?? "", ZONE);
    if (at === null) continue;
    const day = localDay(at, ZONE);
    days.add(day);
    if (amountOf(row) === null) idle.set(day, [...(idle.get(day) ?? []), number]);
    else dayOf.set(row, day);
  }
  const total = (of: "income" | "expense"): string | null => {
    const stated = statements.map((statement) => statement[of]);
    return stated.includes(null) ? null : sumOf(stated.map((amount) => amount ?? "0"));
  };
  return {
    rows: [...dayOf.keys()],
    income: total("income"),
    expense: total("expense"),
    warnings: statements.flatMap((statement) => statement.warnings),
    days: [...days].sort(),
    dayOf,
    idle,
  };
}

const sumOf = (amounts: readonly string[]): string =>
  sum(
    amounts.map((amount) => money(amount, CURRENCY)),
    CURRENCY,
  ).amount;

/** What rows bring in and cost, counted. */
export function sumsOf(rows: readonly Readonly<Row>[]): { income: string; expense: string } {
  const amounts = rows.map((row) => amountOf(row) ?? "0");
  return {
    income: sumOf(amounts.filter((amount) => !amount.startsWith("-"))),
    expense: sumOf(amounts.filter((amount) => amount.startsWith("-")).map((amount) => amount.slice(1))),
  };
}

/**
 * The cells of a line, one for each column; null where that cannot be. A name of goods that holds commas and stands without
 * quotes makes too many: they are its parts where no other column could be the one.
 */
function fitted(line: string, names: readonly string[]): string[] | null {
  const cells = cellsOf(line);
  const surplus = cells.length - names.length;
  if (surplus <= 0) return surplus === 0 ? cells : null;
  const fits = (some: readonly string[]): boolean => faultOf(rowOf(some, names)) === null;
  // A comma at the end of the line.
  const shorter = cells.slice(0, -1);
  if (surplus === 1 && line.endsWith(",") && fits(shorter)) return shorter;
  const possible = names.flatMap((name, at) => {
    if (!WITH_COMMAS.some((column) => name.startsWith(column))) return [];
    const merged = [
      ...cells.slice(0, at),
      cells.slice(at, at + surplus + 1).join(","),
      ...cells.slice(at + surplus + 1),
    ];
    return fits(merged) ? [{ name, merged }] : [];
  });
  const [only] = possible;
  return possible.length === 1 && only?.name === COLUMN.goods ? only.merged : null;
}

/** `#收入合计：5笔，共500.00元` */
function sumIn(comments: string, name: string): string | null {
  const amount = new RegExp(`${name}[^\\n]*?共\\s*([+-]?[\\d.,]+)\\s*元`).exec(comments)?.[1];
  return amount === undefined ? null : canonicalDecimal(amount.replaceAll(",", "").replace(/^[+-]/, ""));
}

/** Cells of a line: commas, quotes that double inside, white space around. */
function cellsOf(line: string): string[] {
  const cells: string[] = [];
  let cell = "";
  let isQuoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line.charAt(i);
    if (c === '"' && isQuoted && line.charAt(i + 1) === '"') {
      cell += c;
      i++;
    } else if (c === '"') isQuoted = !isQuoted;
    else if (c === "," && !isQuoted) {
      cells.push(cell.trim());
      cell = "";
    } else cell += c;
  }
  return [...cells, cell.trim()];
}

/** Money that came in, or (below nought) went out: the column decides, the sign inside it is written now and then. */
export function amountOf(row: Readonly<Row>): string | null {
  const income = moved(row, INCOME);
  if (income !== null) return income;
  const expense = moved(row, EXPENSE);
  return expense === null ? null : `-${expense}`;
}

/** The magnitude in a column; null where nothing moved. */
function moved(row: Readonly<Row>, column: string): string | null {
  const amount = canonicalDecimal(cellOf(row, column).replaceAll(",", "").replace(/^[+-]/, ""));
  return amount === null || amount === "0" ? null : amount;
}
