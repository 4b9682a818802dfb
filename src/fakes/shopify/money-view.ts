/** The payments account, its payouts and lines, and disputes, as the API tells them. */

import { hasPayments } from "./ledger.ts";
import { orderView } from "./order-view.ts";
import { listOf } from "./pages.ts";
import type { Store } from "./store.ts";
import type { BalanceLine, Dispute, Payout } from "./types.ts";
import { decimal, gid, money, time, timeOrNull, type View } from "./wire.ts";

export function disputeView(store: Store, dispute: Dispute): View {
  const { evidence } = dispute;
  return {
    __typename: "ShopifyPaymentsDispute",
    id: gid("ShopifyPaymentsDispute", dispute.id),
    legacyResourceId: String(dispute.id),
    type: dispute.type,
    status: dispute.status,
    amount: money(dispute.amount, store.currency),
    initiatedAt: time(dispute.initiated),
    evidenceDueBy: time(dispute.due),
    evidenceSentOn: timeOrNull(dispute.sent),
    finalizedOn: timeOrNull(dispute.finalized),
    reasonDetails: { reason: dispute.reason, networkReasonCode: null },
    order: () => orderView(store, dispute.order),
    disputeEvidence: { id: gid("ShopifyPaymentsDisputeEvidence", evidence.id), submitted: evidence.isSubmitted },
  };
}

/** The account; null where the shop is paid by other means. */
export function accountView(store: Store): View | null {
  if (!hasPayments(store)) return null;
  const lines = store.balance.filter(({ payout }) => payout === null);
  return {
    __typename: "ShopifyPaymentsAccount",
    id: gid("ShopifyPaymentsAccount", 1),
    activated: true,
    country: "US",
    defaultCurrency: store.currency,
    balance: [
      money(
        lines.reduce((sum, { amount, fee }) => sum + amount - fee, 0),
        store.currency,
      ),
    ],
    payouts: listOf(() => store.payouts, {
      view: (payout) => payoutView(store, payout),
      sorts: { ISSUED_AT: ({ issued }) => issued, AMOUNT: ({ net }) => net, STATUS: ({ status }) => status },
      fields: {
        id: ({ id }) => id,
        issued_at: ({ issued }) => issued,
        status: ({ status }) => status,
        amount: ({ net }) => net,
        currency: () => store.currency,
      },
    }),
    balanceTransactions: ({ hideTransfers, ...args }: { hideTransfers?: boolean }, context: object) =>
      listOf(() => store.balance.filter(({ type }) => hideTransfers !== true || type !== "TRANSFER"), {
        view: (line) => lineView(store, line),
        sorts: { PROCESSED_AT: ({ at }) => at, AMOUNT: ({ amount }) => amount },
        fields: {
          id: ({ id }) => id,
          payments_transfer_id: ({ payout }) => payout?.id ?? null,
          payout_date: ({ payout }) => payout?.issued ?? null,
          payout_status: ({ payout }) => payout?.status ?? "PENDING",
          processed_at: ({ at }) => at,
          available_on: ({ at }) => at,
          transaction_type: ({ type }) => type,
          currency: () => store.currency,
        },
      })(args, context),
  };
}

export function payoutView(store: Store, payout: Payout): View {
  const of = (test: RegExp, value: (line: BalanceLine) => number): View => {
    const rows = payout.lines.filter(({ type }) => test.test(type));
    return money(
      rows.reduce((sum, line) => sum + value(line), 0),
      store.currency,
    );
  };
  const summed = (name: string, fees: string, test: RegExp): View => ({
    [name]: of(test, ({ amount }) => amount),
    [fees]: of(test, ({ fee }) => fee),
  });
  return {
    __typename: "ShopifyPaymentsPayout",
    id: gid("ShopifyPaymentsPayout", payout.id),
    legacyResourceId: String(payout.id),
    issuedAt: time(payout.issued),
    status: payout.status,
    transactionType: payout.isDeposit ? "DEPOSIT" : "WITHDRAWAL",
    externalTraceId: payout.status === "PAID" ? `trace-${payout.id}` : null,
    net: money(payout.net, store.currency),
    summary: {
      ...summed("chargesGross", "chargesFee", /^CHARGE$/),
      ...summed("refundsFeeGross", "refundsFee", /^REFUND$/),
      ...summed("adjustmentsGross", "adjustmentsFee", /^(?!CHARGE$|REFUND$|RESERVED_FUNDS|ADVANCE)/),
      ...summed("reservedFundsGross", "reservedFundsFee", /^RESERVED_FUNDS/),
      ...summed("retriedPayoutsGross", "retriedPayoutsFee", /^$/),
      ...summed("advanceGross", "advanceFees", /^ADVANCE/),
    },
  };
}

export function lineView(store: Store, line: BalanceLine): View {
  const { order, payout } = line;
  const cash = (cents: number): View => ({ amount: decimal(cents), currencyCode: store.currency });
  return {
    __typename: "ShopifyPaymentsBalanceTransaction",
    id: gid("ShopifyPaymentsBalanceTransaction", line.id),
    type: line.type,
    sourceType: line.source,
    sourceId: line.sourceId === null ? null : String(line.sourceId),
    sourceOrderTransactionId: line.transaction === null ? null : String(line.transaction.id),
    test: false,
    transactionDate: time(line.at),
    adjustmentReason: line.reason,
    amount: cash(line.amount),
    fee: cash(line.fee),
    net: cash(line.amount - line.fee),
    associatedOrder: order === null ? null : { id: gid("Order", order.id), name: `#${order.number}` },
    associatedPayout: {
      id: payout === null ? null : gid("ShopifyPaymentsPayout", payout.id),
      status: payout?.status ?? "PENDING",
    },
    adjustmentsOrders: [],
  };
}
