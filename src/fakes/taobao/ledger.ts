/** Movements of the seller's money, written when they happen; fee ledger and bank statement are two views of it. */

import { yuan } from "./money.ts";
import { log, newEntryId, nowOf, type Store } from "./store.ts";
import { DAY, dayOf, HOUR, startOfDay } from "./time.ts";
import { linePaid } from "./totals.ts";
import type { LedgerEntry, Line, Trade } from "./types.ts";

export interface LedgerKind {
  /** The account of the fee ledger; null: the fee ledger does not know it. */
  account: { id: number; code: string; name: string; type: number; hasOrder: 0 | 1 } | null;
  /** 业务类型 and 备注 of the bank statement. */
  business: string;
  remark: string;
}

const account = (id: number, code: string, name: string, type: number, hasOrder: 0 | 1 = 1) => ({
  id,
  code,
  name,
  type,
  hasOrder,
});

/** The kinds of entries, their accounts and their texts in the statement. */
export const LEDGER_KINDS = {
  sale: { account: account(102, "TRADE_IN", "交易收款", 2), business: "在线支付", remark: "交易付款" },
  refund: { account: account(103, "TRADE_REFUND", "交易退款", 2), business: "交易退款", remark: "售后退款" },
  commission: { account: account(104, "COMMISSION", "天猫佣金", 3), business: "收费", remark: "天猫佣金（类目）" },
  payment_fee: { account: account(105, "SERVICE", "交易服务费", 4), business: "收费", remark: "交易服务费" },
  credit_fee: { account: account(106, "CREDIT", "花呗手续费", 4), business: "收费", remark: "花呗支付手续费" },
  affiliate: {
    account: account(107, "TBK", "淘宝客佣金", 4),
    business: "淘宝客佣金代扣款",
    remark: "淘宝客佣金代扣款",
  },
  points: { account: account(108, "POINTS", "返点积分", 5), business: "代扣返点积分", remark: "代扣返点积分" },
  insurance: { account: account(109, "INSURANCE", "运费险", 4), business: "保险承保", remark: "运费险" },
  compensation: { account: account(110, "CLAIM", "赔付", 6), business: "售后支付", remark: "赔付" },
  subsidy: { account: account(111, "SUBSIDY", "平台补贴", 6), business: "其它", remark: "平台补贴" },
  payout: { account: null, business: "提现", remark: "提现到银行卡" },
} as const satisfies Record<string, LedgerKind>;

/** The virtual account, whose journal is apart. */
export const VIRTUAL_ACCOUNT = account(101, "VIRTUAL", "虚拟账户", 1, 0);

export type LedgerKindName = keyof typeof LEDGER_KINDS;

/** When the statement of a day can be had, after the day's end. */
export const STATEMENT_DELAY = 9 * HOUR;

/** Writes an entry; the statement of its day is closed on the next morning. */
export function bookEntry(
  store: Store,
  kind: LedgerKindName,
  amount: number,
  trade: Trade | null,
  line: Line | null = null,
): void {
  if (amount === 0) return;
  const at = nowOf(store);
  const day = dayOf(at);
  const entry: LedgerEntry = {
    id: newEntryId(store),
    kind,
    at,
    tid: trade?.tid ?? null,
    oid: line?.oid ?? null,
    itemId: line?.itemId ?? null,
    amount,
    tradeAmount: line === null ? amount : linePaid(line),
    bizTime: trade?.endTime ?? at,
  };
  store.ledger.push(entry);
  const sameDay = store.ledgerByDay.get(day);
  if (sameDay !== undefined) {
    sameDay.push(entry);
    return;
  }
  store.ledgerByDay.set(day, [entry]);
  store.jobs.add(startOfDay(at) + DAY + STATEMENT_DELAY, () => closeDay(store, day));
}

function closeDay(store: Store, day: string): void {
  const total = entriesOf(store, day).reduce((sum, entry) => sum + entry.amount, 0);
  log(store, { kind: "settlement_made", settlementId: day, currency: "CNY", total: yuan(total) });
}

/** The entries of a day (`yyyy-MM-dd`) or a month (`yyyy-MM`) in their order. */
export function entriesOf(store: Store, period: string): LedgerEntry[] {
  return [...store.ledgerByDay]
    .flatMap(([day, entries]) => (day.startsWith(period) ? entries : []))
    .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
}

/** The money of a line that the buyer has confirmed, and what the platform keeps of it. */
export function bookFinish(store: Store, trade: Trade, line: Line, extra: number): void {
  const paid = linePaid(line) - line.refunded + extra;
  const rate = trade.isTmall ? 0.05 : 0.006;
  const goods = linePaid(line) - line.refunded;
  line.commission = Math.round(goods * rate);
  bookEntry(store, "sale", paid, trade, line);
  bookEntry(store, "commission", -line.commission, trade, line);
  if (trade.isTmall) bookEntry(store, "points", -Math.round(goods * 0.005), trade, line);
  bookEntry(store, "payment_fee", -Math.round(paid * 0.006), trade, line);
  if (trade.means.credit > 0) bookEntry(store, "credit_fee", -Math.round(paid * 0.01), trade, line);
  if (trade.from.includes("TBK")) bookEntry(store, "affiliate", -Math.round(goods * 0.03), trade, line);
  if (trade.message !== null) bookEntry(store, "insurance", -60, trade, line);
  if (trade.subsidy > 0 && line === trade.lines[0]) bookEntry(store, "subsidy", trade.subsidy, trade, line);
}

/** The seller takes money to the bank. */
export function bookPayout(store: Store, amount: number): void {
  bookEntry(store, "payout", -amount, null);
}

/** A movement of the virtual account. */
export function bookJournal(store: Store, type: 101 | 102 | 103 | 104 | 105 | 106, amount: number): void {
  store.journal.push({ id: newEntryId(store), type, amount, at: nowOf(store) });
}
