/** The sums of a trade; each is computed, none is kept. */

import type { Line, Trade } from "./types.ts";

/** Price times number, less the line's own discount, with the seller's change of price. */
export function lineTotal(line: Line): number {
  return line.price * line.num + line.adjust - line.discount;
}

/** The line's share of what was really paid. */
export function linePaid(line: Line): number {
  return lineTotal(line) - line.partDiscount;
}

export function goodsTotal(trade: Trade): number {
  return trade.lines.reduce((sum, line) => sum + line.price * line.num, 0);
}

/** What the buyer pays: goods and shipping less all discounts. */
export function paymentOf(trade: Trade): number {
  return trade.lines.reduce((sum, line) => sum + linePaid(line), 0) + trade.postFee + trade.codFee;
}

export function isClosed(line: Line): boolean {
  return line.status === "TRADE_CLOSED" || line.status === "TRADE_CLOSED_BY_TAOBAO";
}
