/** The bank's account statement: a ZIP with a CSV of movements and one of sums, both in GBK. */

import { encodeGbk } from "../gbk.ts";
import { entriesOf, LEDGER_KINDS, type LedgerKindName } from "./ledger.ts";
import { yuan } from "./money.ts";
import type { Store } from "./store.ts";
import { toText } from "./time.ts";
import type { LedgerEntry } from "./types.ts";
import { zip } from "./zip.ts";

const COLUMNS = [
  "账务流水号",
  "业务流水号",
  "商户订单号",
  "商品名称",
  "发生时间",
  "对方账号",
  "收入金额（+元）",
  "支出金额（-元）",
  "账户余额（元）",
  "交易渠道",
  "业务类型",
  "备注",
];
const NEW_COLUMNS = ["业务描述", "业务账单来源", "业务基础订单号", "业务订单号"];
const ACCOUNT = "20880000000000000156";

/** The file of a day or a month; null when nothing moved. */
export function statementFile(store: Store, period: string): Buffer<ArrayBuffer> | null {
  const entries = entriesOf(store, period);
  if (entries.length === 0) return null;
  const stamp = period.replaceAll("-", "");
  const files = [
    { name: `${ACCOUNT}_${stamp}_账务明细.csv`, data: detailOf(store, entries, period) },
    { name: `${ACCOUNT}_${stamp}_账务汇总.csv`, data: summaryOf(entries) },
  ];
  return zip(files.map(({ name, data }) => ({ name: encodeGbk(name), data: encodeGbk(data) })));
}

/** Files differ: newer ones have more columns, and write expenses without a sign. */
function isNewForm(period: string): boolean {
  return Number(period.slice(-1)) % 2 === 1;
}

function detailOf(store: Store, entries: readonly LedgerEntry[], period: string): string {
  const isNew = isNewForm(period);
  const before = store.ledger
    .filter((entry) => entry.at < (entries[0]?.at ?? 0))
    .reduce((sum, entry) => sum + entry.amount, 1_000_000);
  let balance = before;
  const rows = entries.map((entry) => {
    balance += entry.amount;
    return rowOf(store, entry, balance, isNew);
  });
  const columns = isNew ? [...COLUMNS, ...NEW_COLUMNS] : COLUMNS;
  const sums = (sign: 1 | -1): string => {
    const own = entries.filter((entry) => Math.sign(entry.amount) === sign);
    return `${own.length}笔，共${yuan(own.reduce((sum, entry) => sum + entry.amount, 0))}元`;
  };
  return [
    "#支付宝账务明细查询",
    `#账号：[${ACCOUNT}]`,
    `#起始日期：[${period}]   终止日期：[${period}]`,
    "#-----------------------------------------账务明细列表----------------------------------------",
    columns.join(","),
    ...rows,
    "#-----------------------------------------账务明细列表结束------------------------------------",
    `#支出合计：${sums(-1)}`,
    `#收入合计：${sums(1)}`,
    `#导出时间：[${toText(Math.max(...entries.map((entry) => entry.at)))}]`,
    "",
  ].join("\r\n");
}

function rowOf(store: Store, entry: LedgerEntry, balance: number, isNew: boolean): string {
  const kind = LEDGER_KINDS[entry.kind as LedgerKindName];
  const item = store.items.get(entry.itemId ?? "");
  const remark = entry.tid === null ? kind.remark : `${kind.remark}{${entry.tid}}`;
  const expense = isNew ? yuan(Math.abs(entry.amount)) : yuan(entry.amount);
  const cells = [
    entry.id,
    `2024${entry.id}`,
    entry.tid === null ? "" : `T200P${entry.tid}`,
    item?.title ?? "",
    toText(entry.at),
    entry.tid === null ? "" : "t**x@example.com",
    entry.amount > 0 ? yuan(entry.amount) : "",
    entry.amount < 0 ? expense : "",
    yuan(balance),
    "支付宝",
    kind.business,
    remark,
  ];
  if (isNew) cells.push(kind.business, "淘宝交易", entry.tid ?? "", entry.oid ?? "");
  return cells.map((cell) => quoted(`${cell}\t`)).join(",");
}

/** Names of goods may hold what parts the cells. */
function quoted(cell: string): string {
  return /[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function summaryOf(entries: readonly LedgerEntry[]): string {
  const sums = new Map<string, number>();
  for (const entry of entries) {
    const { business } = LEDGER_KINDS[entry.kind as LedgerKindName];
    sums.set(business, (sums.get(business) ?? 0) + entry.amount);
  }
  return ["#支付宝账务汇总查询", "类型,金额", ...[...sums].map(([name, sum]) => `${name}\t,${yuan(sum)}\t`), ""].join(
    "\r\n",
  );
}
