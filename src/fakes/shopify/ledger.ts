/** The payments account: its lines, its payouts, and disputes about charges. */

import { DAY } from "../beijing-time.ts";
import type { Cause } from "../fake.ts";
import { log, nowOf } from "../living.ts";
import { newId, ofOrder, type Store } from "./store.ts";
import type { BalanceLine, Dispute, Order, Payout, Transaction } from "./types.ts";
import { decimal, gid } from "./wire.ts";

export function hasPayments(store: Store): boolean {
  return store.options.hasPayments !== false;
}

/** Writes a line; what no gateway of the platform's own has done is none of the account's. */
export function book(store: Store, type: string, amount: number, more: Partial<BalanceLine> = {}): BalanceLine | null {
  if (!hasPayments(store)) return null;
  const none = { source: null, sourceId: null, transaction: null, order: null, payout: null, reason: null };
  const line: BalanceLine = { id: newId(store), type, ...none, amount, fee: 0, at: nowOf(store), ...more };
  store.balance.push(line);
  return line;
}

function ownOf(transaction: Transaction): Partial<BalanceLine> {
  return { transaction, order: transaction.order, sourceId: transaction.id };
}

export function bookCharge(store: Store, row: Transaction): void {
  if (row.gateway !== "shopify_payments" || row.status !== "SUCCESS") return;
  const fee = Math.round(row.amount * 0.029) + 30;
  book(store, "CHARGE", row.amount, { ...ownOf(row), source: "CHARGE", fee });
}

export function bookRefund(store: Store, row: Transaction): void {
  if (row.gateway === "shopify_payments") book(store, "REFUND", -row.amount, { ...ownOf(row), source: "REFUND" });
}

/** Pays out what is on the account, or draws what is missing; null where there is nothing. */
export function payOut(store: Store): Payout | null {
  const lines = store.balance.filter(({ payout, type }) => payout === null && type !== "TRANSFER");
  if (lines.length === 0) return null;
  const net = lines.reduce((sum, { amount, fee }) => sum + amount - fee, 0);
  const issued = Math.floor(nowOf(store) / DAY) * DAY;
  const payout: Payout = { id: newId(store), issued, status: "SCHEDULED", isDeposit: net >= 0, net, lines };
  for (const line of lines) line.payout = payout;
  store.payouts.push(payout);
  log(store, {
    kind: "settlement_made",
    settlementId: gid("ShopifyPaymentsPayout", payout.id),
    currency: store.currency,
    total: decimal(net),
  });
  book(store, "TRANSFER", -net, { source: "TRANSFER", sourceId: payout.id, payout });
  return payout;
}

export function openDispute(store: Store, order: Order, type: Dispute["type"], reason: string): Dispute | null {
  const charge = order.transactions.find(({ kind, gateway, status }) => {
    return (kind === "SALE" || kind === "CAPTURE") && gateway === "shopify_payments" && status === "SUCCESS";
  });
  if (charge === undefined || !hasPayments(store)) return null;
  const now = nowOf(store);
  const dispute: Dispute = {
    id: newId(store),
    order,
    type,
    status: "NEEDS_RESPONSE",
    reason,
    amount: charge.amount,
    initiated: now,
    due: now + 7 * DAY,
    sent: null,
    finalized: null,
    evidence: { id: newId(store), isSubmitted: false },
  };
  order.disputes.push(dispute);
  store.disputes.set(dispute.id, dispute);
  const { id } = dispute;
  log(store, {
    kind: "dispute_opened",
    disputeId: gid("ShopifyPaymentsDispute", id),
    orderId: gid("Order", order.id),
    status: dispute.status,
    by: "buyer",
  });
  const own = { source: "DISPUTE", sourceId: id, order };
  if (type === "CHARGEBACK") {
    book(store, "DISPUTE_WITHDRAWAL", -charge.amount, own);
    book(store, "CHARGEBACK_FEE", -1500, own);
  }
  store.announce("DISPUTES_CREATE", "ShopifyPaymentsDispute", ofOrder(dispute));
  return dispute;
}

/** The bank, or the platform, moves a dispute on. */
export function moveDispute(store: Store, dispute: Dispute, status: Dispute["status"], by: Cause): void {
  const { id, order } = dispute;
  dispute.status = status;
  if (status !== "NEEDS_RESPONSE" && status !== "UNDER_REVIEW") dispute.finalized = nowOf(store);
  log(store, {
    kind: "dispute_changed",
    disputeId: gid("ShopifyPaymentsDispute", id),
    orderId: gid("Order", order.id),
    status,
    by,
  });
  if ((status === "WON" || status === "PREVENTED") && dispute.type === "CHARGEBACK")
    book(store, "DISPUTE_REVERSAL", dispute.amount, { source: "DISPUTE", sourceId: id, order });
  store.announce("DISPUTES_UPDATE", "ShopifyPaymentsDispute", ofOrder(dispute));
}
