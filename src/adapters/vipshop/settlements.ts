/**
 * Bills: a line each of goods and of promotions, on a bill or not billed yet, and the near-time finance of purchase orders,
 * sales and direct orders. The platform states no totals of bills and no payouts.
 */
import type { MapContext, RawDocument, SettlementCapability } from "../../core/adapter.ts";
import { instantToLocal, localToInstant } from "../../core/local-time.ts";
import { look } from "../../core/model/look.ts";
import { type LedgerEntry, type Settlement, type Unified, unified, type Warning } from "../../core/model/records.ts";
import type { EntryKind } from "../../core/model/vocabulary.ts";
import { neg, times } from "../../core/money.ts";
import { noRecord, refusingRows } from "../../core/no-record.ts";
import { readEach } from "../../core/paging.ts";
import { findIn, type Tree } from "../../core/tree.ts";
import { documentsInFile } from "./client/files.ts";
import type { Client, Method } from "./client/index.ts";
import { type Ask, askOf, type List, readList, stream } from "./client/lists.ts";
import { BUY_OUT_LINES, LINE_TYPES } from "./codes.ts";
import { CURRENCY, PURCHASE_MODES, settingsOf, vendorId, ZONE } from "./config.ts";
import { type Fields, rowOf, rowsOf, textIn, toInstant, yuan } from "./schemas.ts";

/** Lines come late, and are read again for a week. */
const WINDOW = { maxMinutes: 10 * 1440, safetyLagSeconds: 3600, overlapSeconds: 7 * 86_400, minSeconds: 3600 };

interface BookList extends List {
  book: string;
}

const list = (book: string, mode: List["mode"], method: Method, rows: string, query: List["query"]): BookList => ({
  book,
  stream: stream(book, "creation", 86_400, { window: WINDOW }),
  mode,
  method,
  rows,
  query,
});

function billed({ store, start, end, page, limit }: Ask): Fields {
  const { vendor_id, vendor_code = vendor_id, bill_time } = settingsOf(store.settings);
  const unit = bill_time === "seconds" ? 1 : 1000;
  const window = { stQueryTime: start * unit, etQueryTime: end * unit };
  return { reqItem: { pager: { page, size: limit }, vendorCode: vendor_code, ...window }, vendor_code };
}

const soon = ({ store, start, end, page, limit }: Ask) => {
  return { vendor_id: vendorId(store), st_query_time: start, et_query_time: end, page, limit };
};

const LISTS: readonly BookList[] = [
  list("bills", null, "bills.getBillGoodsDetailPage", "billDetails", billed),
  list("bill_discounts", null, "bills.getBillDiscountDetailPage", "billDetails", billed),
  list("open_goods", null, "bills.getBillGoodsSourcePage", "billDetails", billed),
  list("open_discounts", null, "bills.getBillDiscountSourcePage", "billDetails", billed),
  list("purchases", PURCHASE_MODES, "finance.getPoFinancialDetail", "po_financial_details", (ask) => ({
    request: soon(ask),
  })),
  list("sales", PURCHASE_MODES, "finance.getSaleDetailData", "order_item_list", soon),
  list("direct", "dvd", "finance.getDvdFinancialDetail", "details", ({ store, from, to, page, limit }) => {
    const window = { st_query_time: from, et_query_time: to };
    return { detailRequest: { vendor_id: vendorId(store), ...window, page, limit } };
  }),
];

export function createSettlements(client: Client): SettlementCapability {
  return {
    streams: LISTS.map((one) => one.stream),
    // The near-time books tell in advance what will stand on a bill.
    books: [["bills", "bill_discounts"]],
    getBatch: 5,
    async list(store, input, signal) {
      const { list: found, rows, page } = await readList(client, store, LISTS, input, signal);
      return { documents: rows.map((row) => toDocument(row, found.book)), references: [], ...page };
    },
    getMany: (store, keys, signal) =>
      readEach(keys, async ({ externalId, key }) => {
        const found = LISTS.find(({ book }) => book === key?.book);
        const at = toInstant(key?.at);
        if (!found || at === null) return null;
        const args = found.query(askOf(store, at, new Date(at.getTime() + 1000)));
        const rows = rowsOf(await client.call(store, found.method, args, signal), found.rows);
        return rows.map((row) => toDocument(row, found.book)).find((one) => one.externalId === externalId) ?? null;
      }),
    toUnified: refusingRows((raw, context: MapContext) => {
      const near = NEAR[raw.via?.book ?? ""];
      return near ? nearToUnified(raw, near, context) : billToUnified(raw, context);
    }),
    parseFile: (bytes) => documentsInFile(bytes, "settlement", (root) => findIn(root, lineInFile)),
  };
}

/** Lines of some books have no number: what they are about names them. */
const ABOUT = [
  "order_id",
  "trx_date",
  "transaction_time",
  "detail_type",
  "document_type",
  "sku",
  "barcode",
  "promotion_no",
];
function lineId(row: Fields): string | null {
  const about = ABOUT.map((name) => textIn(row[name]) ?? "");
  return (
    textIn(row.globalId) ?? textIn(row.transaction_id) ?? (about.some((part) => part !== "") ? about.join("/") : null)
  );
}

function toDocument(row: Fields, book: string): RawDocument {
  const id = lineId(row);
  if (id === null) return noRecord(row, "line of a bill", "globalId");
  const at = toInstant(row.transactionDate ?? row.trx_date ?? row.transaction_time);
  return {
    externalId: `${book}:${id}`,
    key: { book, at: at === null ? "" : String(at.getTime()) },
    via: { book },
    sourceUpdatedAt: null,
    sourceVersion: null,
    form: "bill-line@1.1.0",
    payload: row,
  };
}

/** A line by what it has: a bill's number, or none, tells whether it is billed. */
function lineInFile(row: Fields): RawDocument[] | null {
  if ("globalId" in row && "detailLineType" in row) {
    const isDiscount = "favPrice" in row || "discountLevel" in row;
    const isBilled = textIn(row.billNumber) !== null;
    const goods = isBilled ? "bills" : "open_goods";
    return [toDocument(row, isDiscount ? (isBilled ? "bill_discounts" : "open_discounts") : goods)];
  }
  if ("trx_date" in row && "order_id" in row) return [toDocument(row, "direct")];
  if ("transaction_id" in row && "transaction_type" in row) return [toDocument(row, "purchases")];
  return "document_type" in row && "bill_amount" in row ? [toDocument(row, "sales")] : null;
}

type Known = Pick<LedgerEntry, "state" | "kind" | "externalKind" | "amount" | "postedAt"> & Partial<LedgerEntry>;

/** A line that is not billed yet is the line of the bill that it will stand on. */
const BILLED_AS: Readonly<Record<string, string>> = { open_goods: "bills", open_discounts: "bill_discounts" };

const entryOf = (externalId: string, { via }: RawDocument, known: Known): LedgerEntry => ({
  externalId,
  settlementExternalId: null,
  book: BILLED_AS[via?.book ?? ""] ?? via?.book ?? "bills",
  orderExternalId: null,
  orderLineExternalId: null,
  shipmentExternalId: null,
  refundExternalId: null,
  sellerCode: null,
  description: null,
  ...known,
});

/** A line is one net sum: what it holds of commission and promotions is a difference that the platform does not state. */
function billToUnified(raw: RawDocument, { settings }: MapContext): Unified {
  const row = rowOf(raw.payload);
  const { buy_out, line_types } = settingsOf(settings);
  const known = { ...LINE_TYPES, ...(buy_out ? BUY_OUT_LINES : {}), ...line_types };
  const warnings: Warning[] = [];
  const externalKind = row.need("detailLineType");
  const kind = look<EntryKind>(known, "type of a bill's line", externalKind, "other", warnings);
  const amount = row.decimal("totalBillAmount", "totalAmount", "billAmount");
  const postedAt = toInstant(row.fields.transactionDate);
  if (amount === null || postedAt === null) throw new Error("the line of a bill has no amount or no date");
  const sum = yuan(amount, row.text("currencyCode") ?? CURRENCY);
  const words = ["detailLineName", "poNo", "vendorReturnNo"].flatMap((name) => row.text(name) ?? []);
  const entry = entryOf(lineId(row.fields) ?? raw.externalId, raw, {
    settlementExternalId: row.text("billNumber"),
    state: row.text("billNumber") === null ? "deferred" : "posted",
    kind,
    externalKind,
    amount: row.text("dataSign") === "-1" ? neg(sum) : sum,
    postedAt,
    orderExternalId: row.text("orderNum"),
    sellerCode: row.text("itemNo"),
    description: words.join(" ") || null,
  });
  return unified({ entries: [entry], settlements: headOf(row, postedAt, sum.currency, warnings) });
}

/** A bill's month, as the line names it or by its date in Beijing. */
function headOf(row: Tree, at: Date, currency: string, warnings: Warning[]): Settlement[] {
  const externalId = row.text("billNumber");
  if (externalId === null) return [];
  const named = /^(\d{4})-?(\d{2})$/.exec(row.text("periodName") ?? "");
  const [, year = "", month = ""] = named ?? /^(\d{4})-(\d{2})/.exec(instantToLocal(at, ZONE)) ?? [];
  const next = month === "12" ? `${Number(year) + 1}-01` : `${year}-${String(Number(month) + 1).padStart(2, "0")}`;
  const [periodStart, periodEnd] = [`${year}-${month}-01`, `${next}-01`].map((day) => localToInstant(day, ZONE) ?? at);
  const unsaid = { total: null, payout: null, payoutCurrencyRate: null, paidAt: null };
  const period = { periodStart: periodStart ?? at, periodEnd: periodEnd ?? at };
  return [{ externalId, ...period, currency, ...unsaid, externalStatus: row.text("billStatus"), warnings }];
}

/** How the books that come before bills name what a line says: time, type, sum, order, goods, words. */
type Near = readonly [at: string, kind: string, sum: string, order: string, code: string, words: string];
const NEAR: Readonly<Record<string, Near>> = {
  direct: ["trx_date", "detail_type", "vendor_total_receivable_fee", "order_id", "sku", "type_description"],
  purchases: ["transaction_time", "transaction_type", "bill_amount", "order_no", "barcode", "transaction_type_name"],
  sales: ["transaction_time", "document_type", "bill_amount", "order_id", "barcode", "comments"],
};

/** What is told long before it is billed: books of their own, never summed with bills. Sales tell the price of one unit. */
function nearToUnified(raw: RawDocument, [at, kind, sum, order, code, words]: Near, { settings }: MapContext): Unified {
  const row = rowOf(raw.payload);
  const externalKind = row.need(kind);
  const postedAt = toInstant(row.fields[at]);
  const stated = row.decimal(sum);
  if (postedAt === null || stated === null) throw new Error("the finance of an order has no date or no amount");
  const units = raw.via?.book === "sales" ? Number(row.text("quantity") ?? "1") : 1;
  // Purchase orders number their lines as bills do.
  const entry = entryOf(raw.externalId, raw, {
    state: "estimated",
    kind: settingsOf(settings).line_types[externalKind] ?? LINE_TYPES[externalKind] ?? "other",
    externalKind,
    amount: times(yuan(stated, row.text("currency_code") ?? CURRENCY), units),
    postedAt,
    orderExternalId: row.text(order),
    sellerCode: row.text(code),
    description: row.text(words),
  });
  return unified({ entries: [entry] });
}
