/** Settlements: statements of each payout, near-time movements, and payouts. */
import type { MapContext, RawDocument, SettlementCapability, Stream, WindowRules } from "../../../core/adapter.ts";
import { readEach } from "../../../core/paging.ts";
import type { Client } from "../client/index.ts";
import { charsetsOf } from "../client/reports.ts";
import { documentsInFile } from "../schemas.ts";
import {
  isStatementFile,
  isStatementPart,
  STATEMENT_FORM,
  statementInFile,
  statementToUnified,
  toStatementDocument,
} from "./flat-file.ts";
import { getStatement, listStatements } from "./statements.ts";
import {
  getPayout,
  getTransaction,
  isPayout,
  isTransaction,
  listPayouts,
  listTransactions,
  PAYOUT_FORM,
  payoutToUnified,
  TRANSACTION_FORM,
  toPayoutDocument,
  toTransactionDocument,
  transactionToUnified,
} from "./transactions.ts";

const DAY_SECONDS = 86_400;
const MONTH: WindowRules = {
  maxMinutes: 30 * 1440,
  safetyLagSeconds: 300,
  overlapSeconds: 3 * DAY_SECONDS,
  maxAgeDays: null,
  minSeconds: 60,
};

const STREAMS: readonly Stream[] = [
  { name: "statements", by: "creation", window: { ...MONTH, maxAgeDays: 90 }, everySeconds: 21_600, backfill: true },
  // What was sold in the last 48 hours may come later. Spans above 180 days are answered with nothing.
  { name: "transactions", by: "creation", window: MONTH, everySeconds: 21_600, backfill: true },
  // A payout is on its way for days.
  {
    name: "payouts",
    by: "creation",
    window: { ...MONTH, overlapSeconds: 14 * DAY_SECONDS },
    everySeconds: 43_200,
    backfill: true,
  },
];

const LISTS = { statements: listStatements, transactions: listTransactions, payouts: listPayouts } as const;

export function createSettlements(client: Client): SettlementCapability {
  return {
    streams: STREAMS,
    books: [["settlements"], ["transactions"]],
    getBatch: 1,
    list: (store, input, signal) => {
      const list = LISTS[input.stream as keyof typeof LISTS];
      if (!list) throw new Error(`settlements have no stream "${input.stream}"`);
      return list(client.at(store, signal), input);
    },
    getMany: (store, keys, signal) =>
      readEach(keys, async (key) => {
        if (key.externalId.startsWith("payout:")) return getPayout(client.at(store, signal), key.externalId);
        if (key.externalId.startsWith("transaction:")) return getTransaction(client.at(store, signal), key);
        return getStatement(client.at(store, signal), key);
      }),
    toUnified,
    parseFile: (bytes, context) =>
      isStatementFile(bytes) ? statementInFile(bytes, charsetsOf(context)) : recordsInFile(bytes),
  };
}

function toUnified(raw: RawDocument, context: MapContext) {
  if (raw.form === TRANSACTION_FORM) return transactionToUnified(raw);
  if (raw.form === PAYOUT_FORM) return payoutToUnified(raw);
  if (raw.form === STATEMENT_FORM) return statementToUnified(raw, context);
  throw new TypeError(`"${raw.form}" is no form of settlements`);
}

const recordsInFile = (bytes: Uint8Array): RawDocument[] =>
  documentsInFile(bytes, "settlement", ["transactions", "payouts"], (value) => {
    if (isStatementPart(value)) return [toStatementDocument(value)];
    if (isTransaction(value)) return [toTransactionDocument(value)];
    return isPayout(value) ? [toPayoutDocument(value)] : null;
  });
