/** The settlement report, version 2: a flat file in the words and numbers of its marketplace. */

import { localAmount, localTime, storeNameOf } from "./marketplaces.ts";
import type { LedgerLine, Settlement } from "./types.ts";
import { decimal } from "./wire.ts";

/** Made by the platform alone: nobody can ask for it. */
export const SETTLEMENT_REPORT = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2";

export const COLUMNS = [
  "settlement-id",
  "settlement-start-date",
  "settlement-end-date",
  "deposit-date",
  "total-amount",
  "currency",
  "transaction-type",
  "order-id",
  "merchant-order-id",
  "adjustment-id",
  "shipment-id",
  "marketplace-name",
  "amount-type",
  "amount-description",
  "amount",
  "fulfillment-id",
  "posted-date",
  "posted-date-time",
  "order-item-code",
  "merchant-order-item-id",
  "merchant-adjustment-item-id",
  "sku",
  "quantity-purchased",
  "promotion-id",
] as const;

type Cells = Partial<Record<(typeof COLUMNS)[number], string>>;

/** The first row after the names holds the whole; the others leave that empty. */
export function settlementText(settlement: Settlement): string {
  const { id, marketplace, from, to, deposit, total, lines } = settlement;
  const head: Cells = {
    "settlement-id": id,
    "settlement-start-date": localTime(marketplace, from),
    "settlement-end-date": localTime(marketplace, to),
    "deposit-date": localTime(marketplace, deposit),
    "total-amount": localAmount(marketplace, decimal(total, marketplace.currency)),
    currency: marketplace.currency,
  };
  const rows = [head, ...lines.map((line) => ({ "settlement-id": id, ...cellsOf(line) }))];
  const text = rows.map((cells: Cells) => COLUMNS.map((name) => cells[name] ?? "").join("\t"));
  return [COLUMNS.join("\t"), ...text, ""].join("\n");
}

function cellsOf({ at, marketplace, order, line, ...entry }: LedgerLine): Cells {
  const posted = localTime(marketplace, at);
  return {
    "transaction-type": entry.type,
    "order-id": order?.id ?? "",
    "merchant-order-id": order?.alias ?? "",
    "adjustment-id": entry.adjustment ?? "",
    "shipment-id": entry.shipment ?? "",
    "marketplace-name": order === null ? "" : storeNameOf(marketplace),
    "amount-type": entry.amountType,
    "amount-description": entry.description,
    amount: localAmount(marketplace, decimal(entry.amount, marketplace.currency)),
    "fulfillment-id": order === null ? "" : order.fulfilledBy === "AMAZON" ? "AFN" : "MFN",
    "posted-date": posted.slice(0, 10),
    "posted-date-time": posted,
    "order-item-code": line?.id ?? "",
    sku: line?.sku ?? "",
    "quantity-purchased": entry.quantity > 0 ? String(entry.quantity) : "",
    "promotion-id": entry.amountType === "Promotion" ? (line?.promotion ?? "") : "",
  };
}
