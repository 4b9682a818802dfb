/**
 * Bills: a line each of goods and of promotions, on a bill or not billed yet, and the near-time finance of direct orders. The
 * platform states no totals of bills and no payouts.
 */
import { z } from "zod";
import type { MapContext, RawDocument, SettlementCapability, Store, Stream } from "../../core/adapter.ts";
import { instantToLocal, localToInstant } from "../../core/local-time.ts";
import { look } from "../../core/model/look.ts";
import { type LedgerEntry, type Settlement, type Unified, unified, type Warning } from "../../core/model/records.ts";
import type { EntryKind } from "../../core/model/vocabulary.ts";
import { neg, times } from "../../core/money.ts";
import { decimalOrNull } from "../../core/wire.ts";
import { documentsInFile } from "./client/files.ts";
import { type Client, toPlatformTime, toSeconds } from "./client/index.ts";
import { type Ask, type List, readList, rowsOf } from "./client/lists.ts";
import { BUY_OUT_LINES, LINE_TYPES } from "./codes.ts";
import { CURRENCY, settingsOf, vendorId, ZONE } from "./config.ts";
import { PAGE } from "./limits.ts";
import { type Fields, intOrNull, isFields, sums, textIn, texts, times as timesIn, toInstant, yuan } from "./schemas.ts";

const DAY_MS = 86_400_000;
/** Lines come late, and are read again for a week. */
const WINDOW = {
  maxMinutes: 10 * 1440,
  safetyLagSeconds: 3600,
  overlapSeconds: 7 * 86_400,
  maxAgeDays: null,
  minSeconds: 3600,
};

type Book = "bill" | "bill-discount" | "open" | "open-discount" | keyof typeof NEAR;
interface BookList extends List {
  book: Book;
}

const stream = (name: string): Stream => ({
  name,
  by: "creation",
  window: WINDOW,
  everySeconds: 86_400,
  backfill: true,
});

const billList = (name: string, book: Book, method: string): BookList => ({
  stream: stream(name),
  book,
  mode: null,
  method: `bills.${method}`,
  rows: "billDetails",
  size: PAGE.bills,
  query: ({ store, from, to, page, limit }) => ({
    reqItem: { pager: { page, size: limit }, vendorCode: vendorCode(store), ...billed(store, from, to) },
    vendor_code: vendorCode(store),
  }),
});

const vendorCode = ({ settings }: Store): string => settingsOf(settings).vendor_code ?? settingsOf(settings).vendor_id;

function billed({ settings }: Store, from: Date, to: Date) {
  const unit = settingsOf(settings).bill_time === "seconds" ? 1000 : 1;
  return { stQueryTime: Math.floor(from.getTime() / unit), etQueryTime: Math.floor(to.getTime() / unit) };
}

const LISTS: readonly BookList[] = [
  billList("bills", "bill", "getBillGoodsDetailPage"),
  billList("bill_discounts", "bill-discount", "getBillDiscountDetailPage"),
  billList("open_goods", "open", "getBillGoodsSourcePage"),
  billList("open_discounts", "open-discount", "getBillDiscountSourcePage"),
  {
    stream: stream("direct_finance"),
    book: "direct",
    mode: "dvd",
    method: "finance.getDvdFinancialDetail",
    rows: "details",
    size: PAGE.bills,
    query: ({ store, from, to, page, limit }) => ({
      detailRequest: {
        vendor_id: vendorId(store),
        st_query_time: toPlatformTime(from),
        et_query_time: toPlatformTime(to),
        page,
        limit,
      },
    }),
  },
  {
    stream: stream("purchase_finance"),
    book: "purchase",
    mode: "jit",
    method: "finance.getPoFinancialDetail",
    rows: "po_financial_details",
    size: PAGE.bills,
    query: (ask) => ({ request: { ...soon(ask), page: ask.page, limit: ask.limit } }),
  },
  {
    stream: stream("sale_details"),
    book: "sale",
    mode: "jit",
    method: "finance.getSaleDetailData",
    rows: "order_item_list",
    size: PAGE.bills,
    query: (ask) => ({ ...soon(ask), page: ask.page, limit: ask.limit }),
  },
];

const soon = ({ store, from, to }: Ask) => ({
  vendor_id: vendorId(store),
  st_query_time: toSeconds(from),
  et_query_time: toSeconds(to),
});

export function createSettlements(client: Client): SettlementCapability {
  return {
    streams: LISTS.map((list) => list.stream),
    getBatch: 5,
    async list(store, input, signal) {
      const { list, rows, page } = await readList(client, store, LISTS, input, signal);
      return { documents: rows.map((row) => toDocument(row, list.book)), references: [], ...page };
    },
    async getMany(store, keys, signal) {
      const documents: RawDocument[] = [];
      for (const { externalId, key } of keys) {
        const list = LISTS.find(({ book }) => book === key?.book);
        const at = toInstant(key?.at);
        if (!list || at === null) continue;
        const ask: Ask = { store, from: at, to: new Date(at.getTime() + 1000), page: 1, limit: list.size, part: "" };
        const rows = rowsOf(await client.call(store, list.method, list.query(ask), signal), list.rows);
        documents.push(...rows.map((row) => toDocument(row, list.book)).filter((row) => row.externalId === externalId));
      }
      const found = new Set(documents.map(({ externalId }) => externalId));
      const missing = keys.filter(({ externalId }) => !found.has(externalId));
      return { documents, missing: missing.map(({ externalId }) => ({ externalId, means: "gone" })) };
    },
    toUnified(raw, context) {
      const near = Object.entries(NEAR).find(([book]) => book === raw.via?.book);
      return near ? nearToUnified(raw, near[1], context) : billToUnified(raw, context);
    },
    parseFile: (bytes) => documentsInFile(bytes, "settlement", linesInFile),
  };
}

/** Lines of some books have no number: what they are about names them. */
const lineId = (row: Fields): string =>
  textIn(row.globalId) ?? textIn(row.transaction_id) ?? ABOUT.map((name) => textIn(row[name]) ?? "").join("/");
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

function toDocument(row: Fields, book: Book): RawDocument {
  const at = toInstant(row.transactionDate ?? row.trx_date ?? row.transaction_time);
  return {
    externalId: `${book}:${lineId(row)}`,
    key: { book, at: at === null ? "" : String(at.getTime()) },
    via: { book },
    sourceUpdatedAt: null,
    sourceVersion: null,
    form: "bill-line@1.1.0",
    payload: row,
  };
}

/** Lines of bills, wherever they stand: a bill's number, or none, tells whether it is billed. */
function linesInFile(value: unknown): RawDocument[] {
  if (Array.isArray(value)) return value.flatMap(linesInFile);
  if (!isFields(value)) return [];
  if ("globalId" in value && "detailLineType" in value) {
    const isDiscount = "favPrice" in value || "discountLevel" in value;
    const book = textIn(value.billNumber) === null ? "open" : "bill";
    return [toDocument(value, isDiscount ? `${book}-discount` : book)];
  }
  if ("trx_date" in value && "order_id" in value) return [toDocument(value, "direct")];
  if ("transaction_id" in value && "transaction_type" in value) return [toDocument(value, "purchase")];
  if ("document_type" in value && "bill_amount" in value) return [toDocument(value, "sale")];
  return Object.values(value).flatMap(linesInFile);
}

const LINE = z.looseObject({
  ...texts("billNumber", "billStatus", "poNo", "scheduleId", "orderNum", "itemNo", "detailLineName", "vendorReturnNo"),
  detailLineType: z.string(),
  ...texts("currencyCode", "periodName"),
  ...sums("totalBillAmount", "billAmount", "totalAmount"),
  dataSign: intOrNull(),
  ...timesIn("transactionDate"),
});

/** A line is one net sum: what it holds of commission and promotions is a difference that the platform does not state. */
function billToUnified(raw: RawDocument, { settings }: MapContext): Unified {
  const row = LINE.parse(raw.payload);
  const { buy_out, line_types } = settingsOf(settings);
  const known = { ...LINE_TYPES, ...(buy_out ? BUY_OUT_LINES : {}), ...line_types };
  const warnings: Warning[] = [];
  const kind = look<EntryKind>(known, "type of a bill's line", row.detailLineType, "other", warnings);
  const amount = row.totalBillAmount ?? row.totalAmount ?? row.billAmount;
  if (amount === null || row.transactionDate === null) throw new Error("the line of a bill has no amount or no date");
  const sum = yuan(amount, row.currencyCode ?? CURRENCY);
  const entry: LedgerEntry = {
    externalId: lineId(row),
    settlementExternalId: row.billNumber,
    book: raw.via?.book ?? "bill",
    state: row.billNumber === null ? "deferred" : "posted",
    kind,
    externalKind: row.detailLineType,
    amount: row.dataSign === -1 ? neg(sum) : sum,
    postedAt: row.transactionDate,
    orderExternalId: row.orderNum,
    orderLineExternalId: null,
    shipmentExternalId: null,
    refundExternalId: null,
    sellerCode: row.itemNo,
    description: [row.detailLineName, row.poNo, row.vendorReturnNo].filter((part) => part !== null).join(" ") || null,
  };
  return unified({ entries: [entry], settlements: headOf(row, row.transactionDate, sum.currency, warnings) });
}

/** A bill's month, as the line names it or by its date in Beijing. */
function headOf(row: z.infer<typeof LINE>, at: Date, currency: string, warnings: Warning[]): Settlement[] {
  if (row.billNumber === null) return [];
  const [, year, month] =
    /^(\d{4})-?(\d{2})$/.exec(row.periodName ?? "") ?? /^(\d{4})-(\d{2})/.exec(instantToLocal(at, ZONE)) ?? [];
  const next =
    Number(month) === 12 ? `${Number(year) + 1}-01` : `${year}-${String(Number(month) + 1).padStart(2, "0")}`;
  return [
    {
      externalId: row.billNumber,
      periodStart: localToInstant(`${year}-${month}-01`, ZONE) ?? at,
      periodEnd: localToInstant(`${next}-01`, ZONE) ?? new Date(at.getTime() + DAY_MS),
      currency,
      total: null,
      payout: null,
      payoutCurrencyRate: null,
      paidAt: null,
      externalStatus: row.billStatus,
      warnings,
    },
  ];
}

/** How the books that come before bills name what a line says. Prices are of one unit. */
const NEAR: Readonly<Record<"direct" | "purchase" | "sale", Near>> = {
  direct: {
    at: "trx_date",
    kind: "detail_type",
    amount: "vendor_total_receivable_fee",
    order: "order_id",
    code: "sku",
    words: "type_description",
  },
  purchase: {
    at: "transaction_time",
    kind: "transaction_type",
    amount: "bill_amount",
    order: "order_no",
    code: "barcode",
    words: "transaction_type_name",
  },
  sale: {
    at: "transaction_time",
    kind: "document_type",
    price: "bill_amount",
    order: "order_id",
    code: "barcode",
    words: "comments",
  },
};
type Near = Record<"at" | "kind" | "order" | "code" | "words", string> & { amount?: string; price?: string };

/** What is told long before it is billed: books of their own, never summed with bills. */
function nearToUnified(raw: RawDocument, near: Near, { settings }: MapContext): Unified {
  const row = z.record(z.string(), z.unknown()).parse(raw.payload);
  const [at, kind, amount] = [toInstant(row[near.at]), textIn(row[near.kind]), row[near.amount ?? near.price ?? ""]];
  const stated = decimalOrNull().parse(amount);
  if (at === null || kind === null || stated === null)
    throw new Error("the finance of an order has no date, type or amount");
  const { line_types } = settingsOf(settings);
  const units = near.price === undefined ? 1 : Number(row.quantity ?? 1);
  const entry: LedgerEntry = {
    externalId: lineId(row),
    settlementExternalId: null,
    book: raw.via?.book ?? "direct",
    state: "estimated",
    kind: line_types[kind] ?? LINE_TYPES[kind] ?? "other",
    externalKind: kind,
    amount: times(yuan(stated, textIn(row.currency_code) ?? CURRENCY), units),
    postedAt: at,
    orderExternalId: textIn(row[near.order]),
    orderLineExternalId: null,
    shipmentExternalId: null,
    refundExternalId: null,
    sellerCode: textIn(row[near.code]),
    description: textIn(row[near.words]),
  };
  return unified({ entries: [entry] });
}
