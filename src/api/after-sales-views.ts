/** Parcels, disputes, refunds and money as they are shown. */
import { toDate } from "../core/db/database.ts";
import type { DisputeView, ReceiptView, RefundView } from "../core/db/disputes.ts";
import type { EntryView, SettlementView } from "../core/db/settlements.ts";
import type { ShipmentView } from "../core/db/shipments.ts";
import { renderMoney } from "./views.ts";

export function renderShipment(row: ShipmentView) {
  const { source_updated_at, ...rest } = row;
  return {
    ...rest,
    version: Number(row.version),
    shipped_at: toDate(row.shipped_at),
    delivered_at: toDate(row.delivered_at),
    events: row.events.map((event) => ({ ...event, at: toDate(event.at) })),
    updated_at_source: toDate(source_updated_at),
    synced_at: toDate(row.synced_at),
    updated_at: toDate(row.updated_at),
    gone_at: toDate(row.gone_at),
  };
}

export function renderDispute(row: DisputeView) {
  const { source_updated_at, currency, return_carrier, return_tracking_number, ...rest } = row;
  const hasReturn = return_carrier !== null || return_tracking_number !== null;
  return {
    ...rest,
    version: Number(row.version),
    amount: renderMoney(row.amount, currency),
    due_at: toDate(row.due_at),
    own_due_at: toDate(row.own_due_at),
    opened_at: toDate(row.opened_at),
    closed_at: toDate(row.closed_at),
    lines: row.lines.map((line) => ({ ...line, amount: renderMoney(line.amount, currency) })),
    events: row.events.map((event) => ({ ...event, at: toDate(event.at) })),
    receipts: row.receipts.map(renderReceipt),
    return_tracking: hasReturn ? { carrier: return_carrier, number: return_tracking_number } : null,
    updated_at_source: toDate(source_updated_at),
    synced_at: toDate(row.synced_at),
    updated_at: toDate(row.updated_at),
    gone_at: toDate(row.gone_at),
  };
}

export function renderReceipt(row: ReceiptView) {
  return { ...row, at: toDate(row.at) };
}

export function renderRefund(row: RefundView) {
  const { currency, ...rest } = row;
  return {
    ...rest,
    version: Number(row.version),
    amount: renderMoney(row.amount, currency),
    shipping_amount: renderMoney(row.shipping_amount, currency),
    refunded_at: toDate(row.refunded_at),
    updated_at: toDate(row.updated_at),
  };
}

export function renderSettlement(row: SettlementView) {
  const { payout_currency, difference_currency, bank_amount, bank_currency, bank_at, ...rest } = row;
  return {
    ...rest,
    version: Number(row.version),
    period_start: toDate(row.period_start),
    period_end: toDate(row.period_end),
    total: renderMoney(row.total, row.currency),
    payout: renderMoney(row.payout, payout_currency ?? row.currency),
    balanced: row.state === "unchecked" ? null : row.state === "balanced",
    difference: renderMoney(row.difference, difference_currency ?? row.currency),
    bank:
      bank_amount === null
        ? null
        : { amount: renderMoney(bank_amount, bank_currency ?? row.currency), at: toDate(bank_at) },
    paid_at: toDate(row.paid_at),
    synced_at: toDate(row.synced_at),
    updated_at: toDate(row.updated_at),
    gone_at: toDate(row.gone_at),
  };
}

const LATE = "Posted in a month that was closed: it counts in the first open one.";
const TOLD_ALREADY =
  "Posted in a month that was closed with another book, which tells the same money: it counts in no month while that one is closed.";
const AMENDMENTS = {
  kept: "What a closed month keeps of an entry that its statement changed or dropped later.",
  taken_back: "Takes back what a closed month keeps of the entry; what that is now counts for itself.",
} as const;

export function renderEntry(row: EntryView) {
  const { currency, seller_code, amendment, is_late, is_told_already, ...rest } = row;
  return {
    ...rest,
    note: amendment ? AMENDMENTS[amendment] : is_told_already ? TOLD_ALREADY : is_late ? LATE : null,
    amount: renderMoney(row.amount, currency),
    posted_at: toDate(row.posted_at),
    sku: seller_code,
    matches: row.matches.map((match) => ({
      ...match,
      amount: renderMoney(match.amount, currency),
      at: toDate(match.at),
    })),
  };
}
