/** The end of a period: its report, its payout, and what is kept back. */

import { DAY } from "../beijing-time.ts";
import { later, log, nowOf } from "../living.ts";
import { balanceOf, openLines, post } from "./ledger.ts";
import type { Marketplace } from "./marketplaces.ts";
import { addReport } from "./report-jobs.ts";
import { SETTLEMENT_REPORT, settlementText } from "./settlement-text.ts";
import { newNumber, type Store } from "./store.ts";
import type { PayoutStatus, Settlement } from "./types.ts";
import { decimal } from "./wire.ts";

const PERIOD = 14 * DAY;

/** Closes the period of a marketplace; null where nothing has happened in it. */
export function closeSettlement(store: Store, marketplace: Marketplace, isOnDemand = false): Settlement | null {
  const before = store.settlements.findLast((one) => one.marketplace === marketplace);
  const kept = before?.lines.find(({ description }) => description === "Current Reserve Amount");
  const now = nowOf(store);
  if (openLines(store, marketplace).length === 0) return null;
  const reserve = (description: string, amount: number): void => {
    const type = "other-transaction";
    if (amount !== 0) post(store, marketplace, { type, amountType: type, description, amount });
  };
  if (kept !== undefined) reserve("Previous Reserve Amount Balance", -kept.amount);
  const free = balanceOf(openLines(store, marketplace));
  // A tenth is kept back for what buyers may want to have back.
  if (free > 0 && !isOnDemand) reserve("Current Reserve Amount", -Math.floor(free / 10));
  if (free < 0) reserve("Payable to Amazon", -free);
  const lines = openLines(store, marketplace);
  const settlement: Settlement = {
    id: `1${String(newNumber(store)).padStart(10, "0")}`,
    marketplace,
    from: before?.to ?? lines.reduce((first, { at }) => Math.min(first, at), now - PERIOD),
    to: now,
    deposit: now + 2 * DAY,
    total: balanceOf(lines),
    lines,
    isOnDemand,
    payout: {
      status: "STARTED",
      history: [{ status: "STARTED", at: now }],
      trace: `FA4E${store.random.hex(10).toUpperCase()}`,
    },
  };
  for (const line of lines) line.settlement = settlement;
  store.settlements.push(settlement);
  const { id, total } = settlement;
  log(store, {
    kind: "settlement_made",
    settlementId: id,
    currency: marketplace.currency,
    total: decimal(total, marketplace.currency),
  });
  addReport(store, SETTLEMENT_REPORT, marketplace, settlementText(settlement), [settlement.from, settlement.to]);
  if (total === 0) movePayout(store, settlement, "NO_PAYOUT");
  else {
    later(store, now + DAY, () => movePayout(store, settlement, "IN_TRANSIT"));
    later(store, now + 2 * DAY, () => movePayout(store, settlement, "PAID"));
  }
  return settlement;
}

/** The bank moves a payout on; what has ended stays. A failed one comes back onto the account. */
export function movePayout(store: Store, settlement: Settlement, status: PayoutStatus): void {
  const { payout, marketplace, total } = settlement;
  if (payout.status !== "STARTED" && payout.status !== "IN_TRANSIT") return;
  payout.status = status;
  const failure = status === "FAILED" ? { reason: "The bank account is closed." } : {};
  payout.history.push({ status, at: nowOf(store), ...failure });
  if (status !== "FAILED") return;
  const type = "other-transaction";
  post(store, marketplace, { type, amountType: type, description: "Transfer of funds unsuccessful", amount: total });
}

/** Every fortnight from now on. */
export function settleByItself(store: Store): void {
  store.marketplaces.forEach((marketplace, index) => {
    const next = (at: number): void =>
      later(store, at, () => {
        closeSettlement(store, marketplace);
        next(at + PERIOD);
      });
    next(nowOf(store) + PERIOD - index * DAY);
  });
}
