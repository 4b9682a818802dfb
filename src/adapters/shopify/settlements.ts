/**
 * Payouts and the movements behind them, of the platform's own payments; shops with another gateway have none.
 * https://shopify.dev/docs/api/admin-graphql/latest/objects/ShopifyPaymentsAccount
 */
import type { RawDocument, SettlementCapability, Stream } from "../../core/adapter.ts";
import { look } from "../../core/model/look.ts";
import {
  type LedgerEntry,
  type Money,
  type Settlement,
  type Unified,
  unified,
  type Warning,
} from "../../core/model/records.ts";
import { compare, isZero, neg, zero } from "../../core/money.ts";
import { type Fields, isFields, type Tree } from "../../core/tree.ts";
import { type Client, documentsInFile, foundOf, listPage, windowOf } from "./client.ts";
import { entryKindOf } from "./codes.ts";
import { GET_BATCH, PAGE, WINDOW } from "./limits.ts";
import { AMOUNT, amountIn, gidOf, kindOf, read } from "./schemas.ts";

const PAYOUT = `id issuedAt status transactionType externalTraceId net { ${AMOUNT} }`;
const MOVEMENT = `id type sourceType sourceId sourceOrderTransactionId test transactionDate adjustmentReason
  amount { ${AMOUNT} } fee { ${AMOUNT} } net { ${AMOUNT} }
  associatedOrder { id name } associatedPayout { id status }`;
const LISTS = {
  payouts: `query Payouts($first: Int!, $after: String, $q: String) {
    shopifyPaymentsAccount {
      payouts(first: $first, after: $after, query: $q, sortKey: ISSUED_AT) { pageInfo { hasNextPage endCursor } nodes { ${PAYOUT} } }
    }
  }`,
  transactions: `query BalanceTransactions($first: Int!, $after: String, $q: String) {
    shopifyPaymentsAccount {
      balanceTransactions(first: $first, after: $after, query: $q, sortKey: PROCESSED_AT, hideTransfers: false) {
        pageInfo { hasNextPage endCursor } nodes { ${MOVEMENT} }
      }
    }
  }`,
} as const;
const NODES = `query MoneyById($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on ShopifyPaymentsPayout { ${PAYOUT} }
    ... on ShopifyPaymentsBalanceTransaction { ${MOVEMENT} }
  }
}`;

/** A payout is scheduled days before it is paid, and a movement is given its payout as late. */
const OVERLAP_SECONDS = 10 * 86_400;
const MONEY = { ...WINDOW, overlapSeconds: OVERLAP_SECONDS };
const STREAMS: readonly Stream[] = [
  { name: "payouts", by: "creation", window: MONEY, everySeconds: 21_600, backfill: true },
  { name: "transactions", by: "creation", window: MONEY, everySeconds: 21_600, backfill: true },
];

const BOOK = "shopify_payments";
/** The payouts as movements: they tell again what the statements tell. */
const PAYOUT_BOOK = "shopify_payments_payouts";

export function createSettlements(client: Client): SettlementCapability {
  return {
    streams: STREAMS,
    books: [[BOOK]],
    getBatch: GET_BATCH,
    async list(store, input, signal) {
      const isPayouts = input.stream === "payouts";
      const { rows, ...page } = await listPage(client.at(store, signal), input, {
        operation: `settlements.list.${input.stream}`,
        document: isPayouts ? LISTS.payouts : LISTS.transactions,
        variables: { q: windowOf(isPayouts ? "issued_at" : "processed_at", input) },
        most: PAGE.money,
        connection: ({ shopifyPaymentsAccount: account }) =>
          // A shop without the platform's payments has no account.
          account === null
            ? { nodes: [] }
            : isFields(account)
              ? account[isPayouts ? "payouts" : "balanceTransactions"]
              : null,
      });
      return { ...page, documents: rows.map(toDocument) };
    },
    async getMany(store, keys, signal) {
      const ids = keys.map(({ externalId }) => externalId);
      const rows = await client.at(store, signal).nodes({ operation: "settlements.get", document: NODES }, ids);
      return foundOf(ids, rows.filter(isMoney).map(toDocument));
    },
    toUnified,
    parseFile: (bytes) => documentsInFile(bytes, "payout", (value) => (isMoney(value) ? [toDocument(value)] : null)),
  };
}

const isMoney = (value: Fields): boolean =>
  (kindOf(String(value.id)) === "ShopifyPaymentsPayout" && "net" in value) ||
  kindOf(String(value.id)) === "ShopifyPaymentsBalanceTransaction";

const toDocument = (payload: Fields): RawDocument => ({
  externalId: read(payload).need("id"),
  sourceUpdatedAt: null,
  sourceVersion: null,
  form: `${kindOf(String(payload.id)) === "ShopifyPaymentsPayout" ? "payout" : "balance_transaction"}@2026-07`,
  payload,
});

function toUnified(raw: RawDocument): Unified {
  const row = read(raw.payload);
  if (kindOf(row.need("id")) === "ShopifyPaymentsPayout") return unified({ settlements: [toSettlement(row)] });
  // Money of the payment provider's test mode is none.
  return unified({ entries: row.fields.test === true ? [] : toEntries(row) });
}

const STATES: Readonly<Record<string, string>> = {
  SCHEDULED: "scheduled",
  IN_TRANSIT: "scheduled",
  PAID: "paid",
  FAILED: "failed",
  CANCELED: "canceled",
};

/** Of a payout that the bank declined, or that was called off, no money has arrived. */
const UNPAID = new Set(["failed", "canceled"]);

/** What is drawn from the merchant's bank is below zero, whether the amount or the direction says so. */
function netOf(payout: Tree): Money | null {
  const net = amountIn(payout, "net");
  const isDrawn = payout.text("transactionType") === "WITHDRAWAL";
  return net !== null && isDrawn && compare(net, zero(net.currency)) > 0 ? neg(net) : net;
}

/** A payout names the day it was issued on, not the days that it is for. */
function toSettlement(payout: Tree): Settlement {
  const warnings: Warning[] = [];
  const [issuedAt, net] = [payout.time("issuedAt"), netOf(payout)];
  if (issuedAt === null || net === null) throw new TypeError("issuedAt or net is missing");
  const externalStatus = payout.need("status");
  const state = look(STATES, "payout status", externalStatus, "unknown", warnings);
  return {
    externalId: payout.need("id"),
    periodStart: issuedAt,
    periodEnd: issuedAt,
    currency: net.currency,
    total: net,
    payout: UNPAID.has(state) ? null : net,
    payoutCurrencyRate: null,
    paidAt: state === "paid" ? issuedAt : null,
    externalStatus,
    warnings,
  };
}

/** A movement, and the fee that was taken of it. */
function toEntries(row: Tree): LedgerEntry[] {
  const [amount, fee, postedAt] = [amountIn(row, "amount"), amountIn(row, "fee"), row.time("transactionDate")];
  if (amount === null || postedAt === null) throw new TypeError("amount or transactionDate is missing");
  const type = row.need("type");
  const kind = entryKindOf(type) ?? "other";
  const isPayout = kind === "payout";
  const payout = row.text("associatedPayout/id");
  const entry: LedgerEntry = {
    externalId: row.need("id"),
    // What was paid out is no part of the sum that it pays.
    settlementExternalId: payout === null || isPayout ? null : gidOf("ShopifyPaymentsPayout", payout),
    book: isPayout ? PAYOUT_BOOK : BOOK,
    state: row.text("associatedPayout/status") === "PAID" ? "paid" : "posted",
    kind,
    externalKind: type,
    amount,
    postedAt,
    orderExternalId: row.text("associatedOrder/id"),
    orderLineExternalId: null,
    shipmentExternalId: null,
    refundExternalId: null,
    sellerCode: null,
    description: row.text("adjustmentReason", "associatedOrder/name"),
  };
  if (fee === null || isZero(fee)) return [entry];
  const ofFee = {
    externalId: `${entry.externalId}#fee`,
    kind: "payment_fee" as const,
    externalKind: `${type}/fee`,
    amount: neg(fee),
  };
  return [entry, { ...entry, ...ofFee }];
}
