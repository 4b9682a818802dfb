/**
 * The account statement of a day: CSV in GBK, comment lines above and below, cells that may end in a TAB. Columns are found
 * by their names, because their order varies.
 */
import { canonicalDecimal } from "../../../core/money.ts";
import { isZip, readZip } from "./zip.ts";

interface Statement {
  rows: Record<string, string>[];
  /** Sums as the file states them. */
  income: string | null;
  expense: string | null;
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

/** Throws for files that hold no statement. */
export function readStatement(bytes: Uint8Array): Statement {
  if (!isZip(bytes)) return parseStatement(decode(bytes));
  const file = readZip(bytes).find((entry) => !entry.name.includes(SUMMARY) && /\.(?:csv|txt)$/i.test(entry.name));
  if (!file) throw new Error("the archive holds no statement");
  return parseStatement(decode(file.bytes()));
}

/** GBK; a file that is UTF-8 throughout was saved anew by somebody. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gbk").decode(bytes);
  }
}

function parseStatement(text: string): Statement {
  const lines = text.split(/\r?\n/);
  const head = lines.findIndex(
    (line) => !line.startsWith("#") && line.includes(COLUMN.id) && line.includes(COLUMN.time),
  );
  if (head < 0) throw new Error("the file has no line that names its columns");
  const names = cellsOf(lines[head] ?? "");
  const rows: Record<string, string>[] = [];
  for (const line of lines.slice(head + 1)) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const cells = wholeNames(cellsOf(line), names);
    rows.push(Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ""])));
  }
  const comments = lines.filter((line) => line.startsWith("#")).join("\n");
  return { rows, income: sumIn(comments, "收入合计"), expense: sumIn(comments, "支出合计") };
}

/** A name of goods that holds commas and stands without quotes makes too many cells: they are its parts. */
function wholeNames(cells: string[], names: readonly string[]): string[] {
  const at = names.indexOf(COLUMN.goods);
  const surplus = cells.length - names.length;
  if (surplus <= 0 || at < 0 || cells.at(-1) === "") return cells;
  return [...cells.slice(0, at), cells.slice(at, at + surplus + 1).join(","), ...cells.slice(at + surplus + 1)];
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
export function amountOf(row: Readonly<Record<string, string>>): string | null {
  const read = (name: string) => {
    const key = Object.keys(row).find((column) => column.startsWith(name));
    const amount = canonicalDecimal((row[key ?? ""] ?? "").replaceAll(",", "").replace(/^[+-]/, ""));
    return amount === null || amount === "0" ? null : amount;
  };
  const income = read(INCOME);
  if (income !== null) return income;
  const expense = read(EXPENSE);
  return expense === null ? null : `-${expense}`;
}
