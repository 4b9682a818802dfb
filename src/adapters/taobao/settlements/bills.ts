/**
 * The platform's ledger of fees: commission, service fees, points. Answered to in-house apps of Tmall, and under other
 * names to apps in the vendor's own engine; no other app sees it. Amounts are in fen.
 */
import { z } from "zod";
import type { ListInput, Page, RawDocument, Store } from "../../../core/adapter.ts";
import { type Unified, unified } from "../../../core/model/records.ts";
import { money, neg } from "../../../core/money.ts";
import { id, idOrNull, instantOrNull, int, text, textOrNull } from "../../../core/wire.ts";
import type { Fields } from "../client/envelope.ts";
import { type Client, type Parameters, toPlatformTime } from "../client/index.ts";
import { parseCursor } from "../client/pages.ts";
import { ACCOUNT_KIND } from "../codes.ts";
import { appSettingsOf, CURRENCY, ZONE } from "../config.ts";
import { BILL_ROWS, PAGE } from "../limits.ts";
import { idIn } from "../schemas/file.ts";
import { recordsOf, yuanOfFen } from "../schemas/helpers.ts";

const BILL_FORM = "bill@2.0";
const CURSOR = z.object({ page: z.int().min(1) });
const BILL_FIELDS =
  "bid,account_id,amount,total_amount,trade_id,order_id,biz_time,pay_time,book_time,status,alipay_outno,alipay_notice,num_iid";
export const ACCOUNT_FIELDS = "account_id,account_code,account_name,account_type,related_order,status";
/** Windows by the time at which the bank took the money. */
const BY_PAY_TIME = 2;

interface Names {
  bills: string;
  accounts: string;
  journal: string;
  window(from: string, to: string, page: number): Parameters;
}

const IN_HOUSE: Names = {
  bills: "taobao.bill.bills.get",
  accounts: "taobao.bill.accounts.get",
  journal: "taobao.bill.book.bills.get",
  window: (start_time, end_time, page_no) => ({ start_time, end_time, time_type: BY_PAY_TIME, page_no }),
};
const HOSTED: Names = {
  bills: "taobao.tae.bills.get",
  accounts: "taobao.tae.accounts.get",
  journal: "taobao.tae.book.bills.get",
  window: (query_start_date, query_end_date, current_page) => ({
    query_start_date,
    query_end_date,
    query_date_type: BY_PAY_TIME,
    current_page,
  }),
};

/** The names under which a shop's app sees its ledger; null for one that does not see it. */
export function namesOf(store: Store): Names | null {
  const { kind } = appSettingsOf(store);
  return kind === "in_house" ? IN_HOUSE : kind === "hosted" ? HOSTED : null;
}

/** A page of bills, each a document of its own. Only 5,000 of a window are answered: more of them halve it. */
export async function listBills(client: Client, store: Store, input: ListInput, signal: AbortSignal): Promise<Page> {
  const empty: Page = { documents: [], references: [], next: null };
  const names = namesOf(store);
  const { page } = input.cursor === null ? { page: 1 } : parseCursor(CURSOR, input.cursor, IN_HOUSE.bills);
  if (!names) return empty;
  const { bills, more } = await readBills(client, store, names, input.since, input.until, page, signal);
  if (more && page * PAGE.bills >= BILL_ROWS) return { ...empty, tooMany: true };
  return {
    ...empty,
    documents: await withAccounts(client, store, names, bills, signal),
    next: more ? JSON.stringify({ page: page + 1 }) : null,
  };
}

async function readBills(
  client: Client,
  store: Store,
  names: Names,
  since: Date,
  until: Date,
  page: number,
  signal: AbortSignal,
): Promise<{ bills: Fields[]; more: boolean }> {
  const window = names.window(toPlatformTime(since), toPlatformTime(until), page);
  const answer = await client.call(
    store,
    { method: names.bills, parameters: { fields: BILL_FIELDS, ...window, page_size: PAGE.bills } },
    signal,
  );
  const bills = recordsOf(answer.bills);
  const { has_next } = answer;
  const more = has_next === undefined ? bills.length >= PAGE.bills : has_next === true || has_next === "true";
  return { bills, more: more && bills.length > 0 };
}

/** Bills name their account by number alone; its type says what was charged. */
async function withAccounts(
  client: Client,
  store: Store,
  names: Names,
  bills: readonly Fields[],
  signal: AbortSignal,
): Promise<RawDocument[]> {
  const ids = [...new Set(bills.flatMap((bill) => idIn(bill.account_id) ?? []))];
  if (ids.length === 0) return bills.map((bill) => toBillDocument(bill, null));
  const answer = await client.call(
    store,
    { method: names.accounts, parameters: { fields: ACCOUNT_FIELDS, aids: ids.join(",") } },
    signal,
  );
  const accounts = new Map(recordsOf(answer.accounts).map((account) => [idIn(account.account_id), account]));
  return bills.map((bill) => toBillDocument(bill, accounts.get(idIn(bill.account_id)) ?? null));
}

export function toBillDocument(bill: Fields, account: Fields | null): RawDocument {
  const bid = idIn(bill.bid);
  if (bid === null) throw new Error("a bill has no bid");
  return {
    externalId: `bill:${bid}`,
    // A bill cannot be asked for by its number, only by its time.
    ...(typeof bill.pay_time === "string" ? { key: { paid_at: bill.pay_time } } : {}),
    sourceUpdatedAt: null,
    sourceVersion: null,
    form: BILL_FORM,
    payload: { bill, account },
  };
}

/** A bill by its number and the second in which it was paid; null where it is not to be found so. */
export async function readBill(
  client: Client,
  store: Store,
  externalId: string,
  paidAt: Date,
  signal: AbortSignal,
): Promise<RawDocument | null> {
  const names = namesOf(store);
  if (!names) return null;
  const { bills } = await readBills(client, store, names, paidAt, new Date(paidAt.getTime() + 1000), 1, signal);
  const found = bills.filter((bill) => `bill:${idIn(bill.bid)}` === externalId);
  return (await withAccounts(client, store, names, found, signal))[0] ?? null;
}

const BILL = z.looseObject({
  bill: z.looseObject({
    bid: id(),
    account_id: idOrNull(),
    amount: text(),
    trade_id: idOrNull(),
    order_id: idOrNull(),
    biz_time: instantOrNull(ZONE),
    pay_time: instantOrNull(ZONE),
    book_time: instantOrNull(ZONE),
    status: int(),
    alipay_notice: textOrNull(),
  }),
  account: z.looseObject({ account_type: text(), account_name: textOrNull(), account_code: textOrNull() }).nullable(),
});

const PAID = 1;

/** A book of its own: the same money stands in the bank's statement. */
export function billToUnified(raw: RawDocument): Unified {
  const { bill, account } = BILL.parse(raw.payload);
  const postedAt = bill.book_time ?? bill.pay_time ?? bill.biz_time;
  if (postedAt === null) throw new Error("the bill has no time");
  const known = ACCOUNT_KIND[account?.account_type ?? ""];
  const amount = money(yuanOfFen(bill.amount), CURRENCY);
  const isReversedSale = known?.kind === "sale" && amount.amount.startsWith("-");
  return unified({
    entries: [
      {
        // The bank's numbers are another system's, and may be the same.
        externalId: `bill:${bill.bid}`,
        settlementExternalId: null,
        book: "bills",
        state: bill.status === PAID ? "paid" : "deferred",
        kind: isReversedSale ? "refund" : (known?.kind ?? "other"),
        externalKind: account?.account_code ?? account?.account_name ?? bill.account_id ?? "unknown",
        // A fee stands above nought where it is charged.
        amount: known?.isCost === false ? amount : neg(amount),
        postedAt,
        orderExternalId: bill.trade_id,
        orderLineExternalId: bill.order_id,
        shipmentExternalId: null,
        refundExternalId: null,
        sellerCode: null,
        description: account?.account_name ?? bill.alipay_notice,
      },
    ],
  });
}
