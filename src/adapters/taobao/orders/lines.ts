/** Lines of a trade. The amount is the line's share of what was paid; times of consignment tell what had left. */
import { look } from "../../../core/model/look.ts";
import type { Money, OrderLine, Warning } from "../../../core/model/records.ts";
import type { FulfilmentStatus } from "../../../core/model/vocabulary.ts";
import { money, sub, times, zero } from "../../../core/money.ts";
import { LINE_STATUS } from "../codes.ts";
import { CURRENCY } from "../config.ts";
import { type LineDocument, lineId, type TradeDocument } from "../schemas/order.ts";

/** Throws for a line without an id: nothing could ever be shipped or refunded by it. */
export function toLine(line: LineDocument, trade: TradeDocument, warnings: Warning[]): OrderLine {
  const externalId = lineId(line);
  if (externalId === null) throw new Error("a line has no oid");
  const unitPrice = money(line.price, CURRENCY);
  const total = shareOf(line, trade);
  const status = fulfilmentOf(line, trade, warnings);
  const left = status === "fulfilled" || status === "returned";
  return {
    externalId,
    listingExternalId: line.num_iid,
    variantExternalId: line.sku_id ?? line.num_iid,
    sellerCode: line.outer_sku_id ?? line.outer_iid,
    title: line.title ?? "",
    options: line.sku_properties_name,
    quantity: line.num,
    unitPrice,
    // Below nought where the seller has raised the price by hand.
    discount: sub(times(unitPrice, line.num), total),
    tax: money(line.sub_order_tax_fee, CURRENCY),
    total,
    fulfilmentStatus: status,
    shippedQuantity: left ? line.num : 0,
    cancelledQuantity: status === "cancelled" ? line.num : 0,
    returnedQuantity: status === "returned" ? line.num : 0,
    fulfilledBy: "seller",
    place: line.store_code,
    gift: line.is_free_gift,
    parentExternalId: null,
  };
}

/**
 * What was really paid for the line. `divide_order_fee` says it; before payment it may be missing: then the line's price
 * less its share of the trade's discounts. A line's own `payment` holds the postage where it is the only line.
 */
function shareOf(line: LineDocument, trade: TradeDocument): Money {
  if (line.divide_order_fee !== null) return money(line.divide_order_fee, CURRENCY);
  if (line.total_fee !== null) return sub(money(line.total_fee, CURRENCY), money(line.part_mjz_discount, CURRENCY));
  if (line.payment === null) return zero(CURRENCY);
  const payment = money(line.payment, CURRENCY);
  return trade.orders.length === 1 ? sub(payment, money(trade.post_fee, CURRENCY)) : payment;
}

function fulfilmentOf(line: LineDocument, trade: TradeDocument, warnings: Warning[]): FulfilmentStatus {
  const status = look(LINE_STATUS, "line status", line.status, "unknown", warnings);
  if (line.status !== "TRADE_CLOSED") return status;
  const consignedAt = line.consign_time ?? (trade.orders.length === 1 ? trade.consign_time : null);
  return consignedAt === null ? "cancelled" : "returned";
}
