/**
 * Bills: fees by order, a day a call, sales and refunds in two lists. Fee types are numbers without a public table, so that
 * the setting `fee_types` says what they mean; a bill's number is the statement that its fees belong to.
 */
import { z } from "zod";
import type {
  ListInput,
  MapContext,
  Page,
  RawDocument,
  SettlementCapability,
  Store,
  Stream,
} from "../../core/adapter.ts";
import { instantToLocal, localToInstant } from "../../core/local-time.ts";
import {
  type LedgerEntry,
  type Money,
  type Settlement,
  type Unified,
  unified,
  type Warning,
} from "../../core/model/records.ts";
import type { EntryKind } from "../../core/model/vocabulary.ts";
import { money, neg } from "../../core/money.ts";
import { documentsInFile } from "./client/envelope.ts";
import { type Client, isId, toPlatformTime } from "./client/index.ts";
import { listIn, parseCursor } from "./client/pages.ts";
import { FEE_NAMES } from "./codes.ts";
import { CURRENCY, settingsOf, ZONE } from "./config.ts";
import { BILL, type Fields, idIn, recordsOf } from "./schemas.ts";

type Book = "bill" | "refund-bill";
const METHODS: Readonly<Record<Book, string>> = {
  bill: "jingdong.pop.taurus.queryBillChargeListByCondition",
  "refund-bill": "jingdong.pop.taurus.queryRefundBillChargeListByCondition",
};
const DAY_MS = 86_400_000;
/** Fees are settled days after they are made: each is read again until then. */
const WINDOW = {
  maxMinutes: 10 * 1440,
  safetyLagSeconds: 3600,
  overlapSeconds: 7 * 86_400,
  maxAgeDays: null,
  minSeconds: 3600,
};
const STREAMS: readonly (Stream & { book: Book })[] = [
  { name: "bills", book: "bill", by: "creation", window: WINDOW, everySeconds: 21_600, backfill: true },
  { name: "refund_bills", book: "refund-bill", by: "creation", window: WINDOW, everySeconds: 21_600, backfill: true },
];
const POSITION = z.object({ day: z.int().min(0) });
const FORM = "bill@2.0";

export function createSettlements(client: Client): SettlementCapability {
  return {
    streams: STREAMS,
    books: [["bills"]],
    getBatch: 5,
    list: (store, input, signal) => listBills(client, store, input, signal),
    async getMany(store, keys, signal) {
      const documents: RawDocument[] = [];
      for (const { externalId, key } of keys) {
        const [book = ""] = externalId.split(":");
        const method = METHODS[book as Book];
        const orderId = key?.order ?? "";
        if (method === undefined || !isId(orderId)) continue;
        const answer = await client.call(store, method, { orderId }, signal);
        const found = toDocuments(listIn(answer.returnType, "values").rows, book as Book);
        documents.push(...found.filter((document) => document.externalId === externalId));
      }
      const ids = new Set(documents.map((document) => document.externalId));
      const missing = keys.filter(({ externalId }) => !ids.has(externalId));
      return { documents, missing: missing.map(({ externalId }) => ({ externalId, means: "gone" })) };
    },
    toUnified,
    parseFile(bytes) {
      const book = new TextDecoder().decode(bytes).includes("queryRefundBill") ? "refund-bill" : "bill";
      return documentsInFile(bytes, "settlement", (value) => ("feeList" in value ? toDocuments([value], book) : null));
    },
  };
}

/** One day of the window: the lists have no pages, and long ranges time out. */
async function listBills(client: Client, store: Store, input: ListInput, signal: AbortSignal): Promise<Page> {
  const book = STREAMS.find(({ name }) => name === input.stream)?.book;
  if (book === undefined) throw new Error(`settlements have no stream "${input.stream}"`);
  const { day } = input.cursor === null ? { day: 0 } : parseCursor(POSITION, input.cursor, METHODS[book]);
  const from = input.since.getTime() + day * DAY_MS;
  const end = Math.min(from + DAY_MS, input.until.getTime());
  const parameters = {
    startDate: toPlatformTime(new Date(from)),
    endDate: toPlatformTime(new Date(end + 1000)),
    dateType: settingsOf(store.settings).bill_date_type,
  };
  const answer = await client.call(store, METHODS[book], parameters, signal);
  const next = end < input.until.getTime() ? JSON.stringify({ day: day + 1 }) : null;
  return { documents: toDocuments(listIn(answer.returnType, "values").rows, book), references: [], next };
}

/**
 * A document for each fee, by its own number: a call answers those of its day alone, so that an order's fees in one bill come
 * apart, in other parts the next time.
 */
function toDocuments(rows: readonly Fields[], book: Book): RawDocument[] {
  return rows.flatMap((row, place) => {
    const order = idIn(row.orderId) ?? "";
    return recordsOf(row.feeList).map((fee, index) => ({
      // One without a number does not map: it is set aside.
      externalId: `${book}:${idIn(fee.detailId) ?? `${order}.${place}.${index}`}`,
      ...(order === "" ? {} : { key: { order } }),
      via: { book },
      sourceUpdatedAt: null,
      sourceVersion: null,
      form: FORM,
      payload: { ...row, feeList: [fee] },
    }));
  });
}

const INCOME = "1";
const EXPENSE = "2";
type Fee = z.infer<typeof BILL>["feeList"][number];

function toUnified(raw: RawDocument, { settings }: MapContext): Unified {
  const bill = BILL.parse(raw.payload);
  const types = settingsOf(settings).fee_types;
  const unknown = new Set<string>();
  const entries = bill.feeList.map((fee): LedgerEntry => {
    const kind = kindOf(fee, types, raw.via?.book);
    if (kind === null) unknown.add(`${fee.feeType} (direction ${fee.direction ?? "none"})`);
    const postedAt = fee.settlementTime ?? bill.completed ?? bill.createTime;
    if (postedAt === null) throw new Error("the fee has no time");
    return {
      externalId: fee.detailId,
      settlementExternalId: fee.billNo,
      book: "bills",
      state: fee.settlementTime === null ? "deferred" : "posted",
      kind: kind ?? "other",
      externalKind: fee.feeType,
      amount: amountOf(fee),
      postedAt,
      orderExternalId: bill.orderId,
      orderLineExternalId: fee.skuUuid,
      shipmentExternalId: null,
      refundExternalId: null,
      sellerCode: null,
      description: fee.settleRemark,
    };
  });
  const detail = `Fee types ${[...unknown].join(", ")} have no meaning: name it in the setting fee_types.`;
  const warnings = unknown.size === 0 ? [] : [{ code: "unknown_code", detail }];
  return unified({ entries, settlements: headsOf(bill.feeList, warnings) });
}

/** Signed from the seller's side; a direction or a currency that nobody knows is not guessed. */
function amountOf({ money: stated, direction, currency }: Fee): Money {
  if (currency !== null && currency !== CURRENCY)
    throw new Error(`the fee is in ${currency}, bills are in ${CURRENCY}`);
  if (direction !== INCOME && direction !== EXPENSE)
    throw new Error(`the fee has the direction ${direction ?? "none"}: neither income (1) nor expense (2)`);
  const amount = money(stated, CURRENCY);
  return direction === EXPENSE ? neg(amount) : amount;
}

/** By the settings, by its name, or as goods that brought income; null where nothing says what it is. */
function kindOf(fee: Fee, types: Readonly<Record<string, EntryKind>>, book: string | undefined): EntryKind | null {
  const named = FEE_NAMES.find(([pattern]) => pattern.test(fee.settleRemark ?? ""))?.[1];
  const isGoods = fee.direction === INCOME && fee.skuId !== null && book !== "refund-bill";
  return types[fee.feeType] ?? named ?? (isGoods ? "sale" : null);
}

/** The statement of a bill's number: its day is that on which it was settled. Nobody states its total. */
function headsOf(fees: readonly Fee[], warnings: Warning[]): Settlement[] {
  const [fee] = fees;
  if (!fee?.billNo || fee.settlementTime === null) return [];
  const day = instantToLocal(fee.settlementTime, ZONE).slice(0, 10);
  const periodStart = localToInstant(day, ZONE) ?? fee.settlementTime;
  return [
    {
      externalId: fee.billNo,
      periodStart,
      periodEnd: new Date(periodStart.getTime() + DAY_MS),
      currency: CURRENCY,
      total: null,
      payout: null,
      payoutCurrencyRate: null,
      paidAt: null,
      externalStatus: null,
      warnings,
    },
  ];
}
