/** The fee ledger of Tmall shops, for the seller's own app. https://open.taobao.com/api.htm?docId=21713 */

import { pickFields } from "./fields.ts";
import { LEDGER_KINDS, type LedgerKindName, VIRTUAL_ACCOUNT } from "./ledger.ts";
import { type Call, type Method, oneOf } from "./method.ts";
import { pageOf } from "./paging.ts";
import { DAY, toText } from "./time.ts";
import { invalidParameter, missingParameter, TopError } from "./top-error.ts";
import type { JournalEntry, LedgerEntry } from "./types.ts";
import { id64, List, type Row } from "./wire.ts";

const PAGE = { usual: 40, most: 100, least: 40 };
const BOOK_PAGE = { usual: 40, most: 100 };
/** A window shows no more rows than these, whatever there is. */
const MOST_ROWS = 5000;
const BOOK_DAYS = 30;

const ACCOUNTS = [VIRTUAL_ACCOUNT, ...Object.values(LEDGER_KINDS).flatMap((kind) => kind.account ?? [])];

export const BILL_METHODS: readonly Method[] = [
  {
    name: "taobao.bill.accounts.get",
    level: "r1",
    only: "B",
    parameters: { fields: "list!<20", aids: "list<200" },
    run: (call) => {
      checkApp(call);
      const wanted = call.parameters.list("aids");
      const rows = ACCOUNTS.filter(({ id }) => wanted.length === 0 || wanted.includes(String(id))).map((account) =>
        pickFields(
          {
            account_id: account.id,
            account_code: account.code,
            account_name: account.name,
            account_type: account.type,
            related_order: account.hasOrder,
            status: 1,
          },
          call.fields,
        ),
      );
      return { total_results: rows.length, accounts: new List("account", rows) };
    },
  },
  {
    name: "taobao.bill.bills.get",
    level: "r2",
    only: "B",
    parameters: {
      fields: "list!<20",
      start_time: "date!",
      end_time: "date!",
      time_type: "number",
      account_id: "number",
      trade_id: "number",
      order_id: "number",
      page_no: "number",
      page_size: "number",
    },
    run: billsOf,
  },
  {
    name: "taobao.bill.book.bills.get",
    level: "r2",
    only: "B",
    parameters: {
      fields: "text!<300",
      account_id: "number!",
      journal_types: "numbers<10",
      start_time: "date!",
      end_time: "date!",
      page_no: "number",
      page_size: "number",
    },
    run: bookBillsOf,
  },
];

function checkApp({ store }: Call): void {
  if (store.appKind !== "in_house")
    throw new TopError(11, "isv.permission-api-package-limit", "for the seller's own apps alone");
}

function windowOf(call: Call, most: number): [number, number] {
  const [from, to] = [call.parameters.time("start_time") ?? 0, call.parameters.time("end_time") ?? 0];
  if (to < from) throw invalidParameter("end_time", "before start_time");
  if (to - from > most) throw invalidParameter("end_time", `the window is longer than ${most / DAY} days`);
  return [from, to];
}

function billsOf(call: Call): Row {
  checkApp(call);
  const { store, parameters } = call;
  const [trade, order, account] = ["trade_id", "order_id", "account_id"].map((name) => parameters.text(name));
  const [from, to] = windowOf(call, trade === undefined && order === undefined ? DAY : 365 * DAY);
  const timeType = oneOf(call, "time_type", ["1", "2"]) ?? "2";
  const timeOf = (entry: LedgerEntry): number => (timeType === "1" ? entry.bizTime : entry.at);
  const rows = store.ledger
    .filter((entry) => {
      const { account: own } = LEDGER_KINDS[entry.kind as LedgerKindName];
      return (
        own !== null &&
        timeOf(entry) >= from &&
        timeOf(entry) <= to &&
        (trade === undefined || entry.tid === trade) &&
        (order === undefined || entry.oid === order) &&
        (account === undefined || String(own.id) === account)
      );
    })
    .sort((a, b) => timeOf(b) - timeOf(a) || (a.id < b.id ? 1 : -1))
    .slice(0, MOST_ROWS);
  const page = pageOf(call, rows, PAGE);
  const hasNext = (parameters.int("page_no") ?? 1) * (parameters.int("page_size") ?? PAGE.usual) < rows.length;
  return {
    // It counts this page alone.
    total_results: page.rows.length,
    has_next: hasNext,
    bills: new List(
      "bill",
      page.rows.map((entry) => pickFields(billRow(entry), call.fields)),
    ),
  };
}

/** Accounts of trades are written from the seller's side; of the others what is charged stands above nought, what is given back below. */
const TRADES = 2;

function billRow(entry: LedgerEntry): Row {
  const { account } = LEDGER_KINDS[entry.kind as LedgerKindName];
  return {
    bid: id64(entry.id),
    account_id: account?.id,
    amount: account?.type === TRADES ? entry.amount : -entry.amount,
    total_amount: entry.tradeAmount,
    trade_id: entry.tid,
    order_id: entry.oid,
    num_iid: entry.itemId,
    biz_time: toText(entry.bizTime),
    pay_time: toText(entry.at),
    book_time: toText(entry.at),
    gmt_create: toText(entry.at),
    gmt_modified: toText(entry.at),
    status: 1,
    alipay_outno: `T200P${entry.tid}`,
    alipay_id: "2088000000000000",
    alipay_mail: "fa***@example.com",
    obj_alipay_id: "2088000000000001",
    obj_alipay_mail: "pl***@example.com",
    alipay_notice: LEDGER_KINDS[entry.kind as LedgerKindName].remark,
    alipay_no: entry.id,
  };
}

function bookBillsOf(call: Call): Row {
  checkApp(call);
  const { store, parameters } = call;
  const [from, to] = windowOf(call, BOOK_DAYS * DAY);
  if (parameters.int("account_id") !== VIRTUAL_ACCOUNT.id) throw missingParameter("account_id");
  const types = parameters.list("journal_types");
  const rows = store.journal
    .filter(({ at, type }) => at >= from && at <= to && (types.length === 0 || types.includes(String(type))))
    .reverse();
  const page = pageOf(call, rows, BOOK_PAGE);
  return {
    total_results: rows.length,
    has_next: (parameters.int("page_no") ?? 1) * (parameters.int("page_size") ?? BOOK_PAGE.usual) < rows.length,
    bills: new List(
      "book_bill",
      page.rows.map((entry) => pickFields(journalRow(entry), call.fields)),
    ),
  };
}

function journalRow(entry: JournalEntry): Row {
  return {
    bid: id64(entry.id),
    account_id: VIRTUAL_ACCOUNT.id,
    journal_type: entry.type,
    amount: entry.amount,
    book_time: toText(entry.at),
    gmt_create: toText(entry.at),
    description: "虚拟账户",
    taobao_alipay_id: "2088000000000001",
    other_alipay_id: "2088000000000000",
  };
}
