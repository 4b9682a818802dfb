/** The seller's account: what sales, refunds, fees and transfers put on it, and the transactions that tell of them. */

import { DAY } from "../beijing-time.ts";
import { later, nowOf } from "../living.ts";
import { isTaxWithheld, type Marketplace } from "./marketplaces.ts";
import { announceTransaction } from "./notify.ts";
import { newNumber, type Store } from "./store.ts";
import { partsOf, shareOf, sum } from "./totals.ts";
import type { LedgerLine, Line, Order, Transaction } from "./types.ts";

type Entry = Partial<LedgerLine> & Pick<LedgerLine, "type" | "amountType" | "description" | "amount">;

/** Writes a line. */
export function post(store: Store, marketplace: Marketplace, entry: Entry): LedgerLine {
  const line: LedgerLine = {
    at: nowOf(store),
    marketplace,
    order: null,
    line: null,
    quantity: 0,
    shipment: null,
    adjustment: null,
    settlement: null,
    transaction: null,
    ...entry,
  };
  store.ledger.push(line);
  return line;
}

type Identifiers = Transaction["identifiers"];

/** Tells of lines as one transaction; a deferred one waits, and is told again when its money is free. */
export function transact(
  store: Store,
  { type, description, lines }: Pick<Transaction, "type" | "description" | "lines">,
  identifiers: Identifiers,
  deferral: Transaction["deferral"] = null,
): Transaction | null {
  const [first] = lines;
  if (first === undefined) return null;
  const transaction: Transaction = {
    id: `fa4e${store.random.hex(36)}`,
    at: nowOf(store),
    marketplace: first.marketplace,
    type,
    description,
    status: deferral === null ? "RELEASED" : "DEFERRED",
    order: first.order,
    lines,
    identifiers: [...(first.order === null ? [] : [{ name: "ORDER_ID", value: first.order.id }]), ...identifiers],
    deferral,
  };
  for (const line of lines) line.transaction = transaction;
  store.transactions.push(transaction);
  announceTransaction(store, transaction);
  if (deferral !== null) later(store, deferral.until, () => void release(store, transaction));
  return transaction;
}

/** The money of a deferred transaction is free. */
export function release(store: Store, deferred: Transaction): Transaction | null {
  if (deferred.status !== "DEFERRED") return null;
  deferred.status = "DEFERRED_RELEASED";
  const identifiers = deferred.identifiers.filter(({ name }) => name !== "ORDER_ID");
  const told = transact(store, deferred, [...identifiers, { name: "DEFERRED_TRANSACTION_ID", value: deferred.id }]);
  if (told !== null) deferred.identifiers.push({ name: "RELEASE_TRANSACTION_ID", value: told.id });
  return told;
}

/** Lines of so many pieces: what the buyer paid, less what the platform keeps. */
export function sale(store: Store, order: Order, pieces: readonly { line: Line; quantity: number }[]): LedgerLine[] {
  const shipment = `D${newNumber(store)}`;
  return pieces.flatMap(({ line, quantity }) => {
    const parts = partsOf(order, line);
    const part = (whole: number): number => shareOf(whole, line, line.shipped - quantity, quantity);
    const goods = part(parts.item) + part(parts.tax.item) - part(parts.discount.item);
    const isFba = order.fulfilledBy === "AMAZON";
    const rows: [string, string, number][] = [
      ["ItemPrice", "Principal", part(parts.item)],
      ["ItemPrice", "Shipping", part(parts.shipping)],
      ["ItemPrice", "GiftWrap", part(parts.giftWrap)],
      ["ItemPrice", "Tax", part(parts.tax.item)],
      ["ItemPrice", "ShippingTax", part(parts.tax.shipping)],
      ["ItemPrice", "GiftWrapTax", part(parts.tax.giftWrap)],
      ["Promotion", "Principal", -part(parts.discount.item)],
      ["Promotion", "Shipping", -part(parts.discount.shipping)],
      ["ItemFees", "Commission", -Math.round(goods * 0.15)],
      ["ItemFees", "ShippingHB", -Math.round(part(parts.shipping) * 0.15)],
      ["ItemFees", "GiftwrapCommission", -Math.round(part(parts.giftWrap) * 0.15)],
      ["ItemFees", "FBAPerUnitFulfillmentFee", isFba ? -310 * quantity : 0],
      ["ItemFees", "ShippingChargeback", isFba ? -part(parts.shipping) : 0],
      ["ItemFees", "GiftwrapChargeback", isFba ? -part(parts.giftWrap) : 0],
      ["OrderFees", "COD", part(parts.codFee + parts.other)],
    ];
    if (isTaxWithheld(order.marketplace)) {
      rows.push(["ItemWithheldTax", "MarketplaceFacilitatorTax-Principal", -part(parts.tax.item)]);
      rows.push(["ItemWithheldTax", "MarketplaceFacilitatorTax-Shipping", -part(parts.tax.shipping)]);
      rows.push(["ItemWithheldTax", "MarketplaceFacilitatorTax-Other", -part(parts.tax.giftWrap)]);
    }
    return rows
      .filter(([, , amount]) => amount !== 0)
      .map(([amountType, description, amount]) =>
        post(store, order.marketplace, {
          type: "Order",
          amountType,
          description,
          amount,
          order,
          line,
          quantity: description === "Principal" && amountType === "ItemPrice" ? quantity : 0,
          shipment,
        }),
      );
  });
}

/** Goods have left: the buyer is charged. */
export function bookShipment(store: Store, order: Order, pieces: readonly { line: Line; quantity: number }[]): void {
  const lines = sale(store, order, pieces);
  const shipment = lines[0]?.shipment ?? "";
  const now = nowOf(store);
  const isInvoiced = order.payment === "Invoice";
  const isNew = order.fulfilledBy === "MERCHANT" && order.id.endsWith("7");
  const deferral = isInvoiced
    ? { reason: "B2B" as const, until: now + 30 * DAY }
    : isNew
      ? { reason: "DD7" as const, until: Math.max(now, order.deliverBy) + 7 * DAY }
      : null;
  const told = { type: "Shipment", description: "Order Payment", lines };
  transact(store, told, [{ name: "SHIPMENT_ID", value: shipment }], deferral);
}

/** Money goes back to a buyer; `kind` is the settlement's transaction type. Answers the adjustment's id. */
export function bookRefund(
  store: Store,
  order: Order,
  line: Line,
  { amount, shipping, kind }: { amount: number; shipping: number; kind: string },
): string {
  const adjustment = `${order.id}:adj:${newNumber(store)}`;
  const row = (amountType: string, description: string, value: number, quantity = 0): LedgerLine | null =>
    value === 0
      ? null
      : post(store, order.marketplace, {
          type: kind,
          amountType,
          description,
          amount: value,
          order,
          line,
          quantity,
          adjustment,
        });
  const commission = Math.round(amount * 0.15);
  const lines = [
    row("ItemPrice", "Principal", -amount),
    row("ItemPrice", "Shipping", -shipping),
    row("ItemFees", "Commission", commission),
    row("ItemFees", "RefundCommission", -Math.min(500, Math.round(commission * 0.2))),
  ].filter((one) => one !== null);
  const told = { type: "Refund", description: "Refund Order", lines };
  transact(store, told, [{ name: "REFUND_ID", value: adjustment }]);
  return adjustment;
}

/** A charge or a payment that belongs to no order. */
export function bookService(
  store: Store,
  marketplace: Marketplace,
  { type, amountType, description, amount }: Pick<LedgerLine, "type" | "amountType" | "description" | "amount">,
): void {
  const line = post(store, marketplace, { type, amountType, description, amount });
  const kind = /Reimbursement/.test(amountType) ? "Adjustment" : "ServiceFee";
  transact(store, { type: kind, description, lines: [line] }, []);
}

/** What is free and not yet settled. */
export function openLines(store: Store, marketplace: Marketplace): LedgerLine[] {
  return store.ledger.filter(
    (line) => line.settlement === null && line.marketplace === marketplace && line.transaction?.status !== "DEFERRED",
  );
}

export const balanceOf = (lines: readonly LedgerLine[]): number => sum(lines, ({ amount }) => amount);
