/** Transactions and payouts. */

import type { Row } from "../bare-json.ts";
import { DAY, MINUTE } from "../beijing-time.ts";
import { nowOf } from "../living.ts";
import * as ask from "./call.ts";
import { storeNameOf } from "./marketplaces.ts";
import type { Store } from "./store.ts";
import { sum } from "./totals.ts";
import type { LedgerLine, Settlement, Transaction } from "./types.ts";
import { currency, invalid, time } from "./wire.ts";

const PAGE = 50;
/** A longer span is answered with nothing. */
const MOST_SPAN = 180 * DAY;

function groupBy<T, K>(rows: readonly T[], keyOf: (row: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
}

/** Parents hold the sums of their children; the leaves alone add up. */
function breakdowns(lines: readonly LedgerLine[], code: string): Row[] {
  const groups = groupBy(lines, ({ amountType }) => amountType);
  return [...groups].map(([breakdownType, rows]) => ({
    breakdownType,
    breakdownAmount: currency(
      sum(rows, ({ amount }) => amount),
      code,
    ),
    breakdowns: rows.map(({ description, amount }) => ({
      breakdownType: description,
      breakdownAmount: currency(amount, code),
    })),
  }));
}

function viewTransaction(store: Store, one: Transaction): Row {
  const { marketplace, order } = one;
  const code = marketplace.currency;
  const total = (lines: readonly LedgerLine[]): Row =>
    currency(
      sum(lines, ({ amount }) => amount),
      code,
    );
  const items = [...groupBy(one.lines, ({ line }) => line)].flatMap(([line, lines]): Row[] => {
    if (line === null) return [];
    const context = {
      contextType: "ProductContext",
      asin: line.asin,
      sku: line.sku,
      quantityShipped: Math.max(0, ...lines.map(({ quantity }) => quantity)),
      fulfillmentNetwork: order?.fulfilledBy === "AMAZON" ? "AFN" : "MFN",
    };
    return [
      {
        description: line.title,
        totalAmount: total(lines),
        relatedIdentifiers: [
          { itemRelatedIdentifierName: "ORDER_ADJUSTMENT_ITEM_ID", itemRelatedIdentifierValue: line.id },
        ],
        breakdowns: breakdowns(lines, code),
        contexts: [context],
      },
    ];
  });
  const settlement = one.lines[0]?.settlement;
  const identifiers = [
    ...one.identifiers,
    ...(settlement ? [{ name: "SETTLEMENT_ID", value: settlement.id }] : []),
  ].map(({ name, value }) => ({ relatedIdentifierName: name, relatedIdentifierValue: value }));
  const deferred = one.deferral && {
    contextType: "DeferredContext",
    deferralReason: one.deferral.reason,
    maturityDate: time(one.deferral.until),
  };
  return {
    sellingPartnerMetadata: {
      sellingPartnerId: store.sellerId,
      accountType: "PAYABLE",
      marketplaceId: marketplace.id,
    },
    relatedIdentifiers: identifiers,
    transactionType: one.type,
    transactionId: one.id,
    transactionStatus: one.status,
    description: one.description,
    postedDate: time(one.at),
    totalAmount: total(one.lines),
    marketplaceDetails: { marketplaceId: marketplace.id, marketplaceName: storeNameOf(marketplace) },
    items,
    contexts: deferred === null ? [] : [deferred],
    breakdowns: breakdowns(one.lines, code),
  };
}

function listTransactions(call: ask.Call): Row {
  const { store, query } = call;
  const [name, value] = [query.get("relatedIdentifierName"), query.get("relatedIdentifierValue")];
  if ((name === null) !== (value === null)) throw invalid("A related identifier has a name and a value.");
  const latest = nowOf(store) - 2 * MINUTE;
  const after = ask.timeOf(call, "postedAfter");
  if (after === null && name === null) throw invalid("Start date cannot be null");
  const token = ask.readToken(call, "nextToken");
  const before = ask.timeOf(call, "postedBefore") ?? (token === null ? latest : Number(token.more.to));
  if ((after ?? 0) > latest || (token === null && before > latest) || (after !== null && before < after))
    throw invalid("The dates are out of range.", "postedBefore");
  const marketplace = query.get("marketplaceId");
  const status = ask.choiceOf(call, "transactionStatus", ["DEFERRED", "RELEASED", "DEFERRED_RELEASED"]);
  const isTooLong = after !== null && before - after > MOST_SPAN;
  const at = token === null ? 0 : Number(token.after);
  const isIn = (one: Transaction): boolean => {
    if (isTooLong || one.at < (after ?? 0) || one.at > before) return false;
    if (status !== null && one.status !== status) return false;
    if (name !== null && !one.identifiers.some((id) => id.name === name && id.value === value)) return false;
    if (marketplace === null) return true;
    // What the seller himself sends in America is not told of under a marketplace.
    const isHidden = one.marketplace.country === "US" && one.order?.fulfilledBy === "MERCHANT";
    return one.marketplace.id === marketplace && !isHidden;
  };
  // Pages are cut before the arguments are looked at: one may be empty before the end.
  const page = store.transactions.slice(at, at + PAGE).filter(isIn);
  const isMore = at + PAGE < store.transactions.length && !isTooLong;
  return {
    payload: {
      transactions: page.map((one) => viewTransaction(store, one)),
      nextToken: isMore ? ask.makeToken(call, String(at + PAGE), DAY, { to: String(before) }) : undefined,
    },
  };
}

function viewPayout(store: Store, { id, marketplace, from, to, total, payout, isOnDemand }: Settlement): Row {
  return {
    id: `P${id}`,
    partnerMetadata: { partnerId: store.sellerId, accountType: "STANDARD_ORDERS", marketplaceId: marketplace.id },
    currentStatus: payout.status,
    statusHistory: payout.history.map(({ status, at, reason }) => ({
      status,
      lastUpdatedDate: time(at),
      failureReason: reason,
    })),
    type: isOnDemand ? "ON_DEMAND" : "SCHEDULED",
    amount: currency(total, marketplace.currency),
    accountTail: "1234",
    paymentMethod: "BANK_ACCOUNT",
    creationDate: time(to),
    paymentRail: "ACH",
    traceId: payout.trace,
    period: { startDate: time(from), endDate: time(to) },
    relatedIdentifiers: [{ relatedIdentifierName: "SETTLEMENT_ID", relatedIdentifierValue: id }],
  };
}

export const FINANCE_ROUTES: readonly ask.Route[] = [
  { operation: "listTransactions", method: "GET", path: "/finances/2024-06-19/transactions", run: listTransactions },
  {
    operation: "listPayouts",
    method: "GET",
    path: "/finances/transfers/2024-06-01/payouts",
    run(call) {
      const marketplaces = ask.marketplacesOf(call);
      const [after, before] = [ask.timeOf(call, "createdAfter"), ask.timeOf(call, "createdBefore")];
      const at = Number(ask.readToken(call, "nextToken")?.after ?? 0);
      const found = call.store.settlements
        .filter(({ marketplace }) => marketplaces?.includes(marketplace) !== false)
        .filter(({ to }) => to >= (after ?? 0) && (before === null || to <= before));
      const isMore = found.length > at + PAGE;
      return {
        payouts: found.slice(at, at + PAGE).map((one) => viewPayout(call.store, one)),
        nextToken: isMore ? ask.makeToken(call, String(at + PAGE), DAY) : undefined,
      };
    },
  },
];
