/** Money that went back for an order. Amounts are in shop money. Pure. */
import { withoutKeyMark } from "../../../core/key-mark.ts";
import type { Refund } from "../../../core/model/records.ts";
import { isZero, sum } from "../../../core/money.ts";
import type { Tree } from "../../../core/tree.ts";
import { REFUND_PAYMENT } from "../codes.ts";
import { nodesIn, piecesIn, shopMoneyIn } from "../schemas.ts";

/** A refund without money puts goods back, no more. */
export const refundsIn = (order: Tree): Refund[] =>
  order
    .list("refunds")
    .flatMap((refund) => toRefund(order, refund))
    .filter(({ amount }) => !isZero(amount));

function toRefund(order: Tree, refund: Tree): Refund[] {
  const amount = shopMoneyIn(refund, "totalRefundedSet");
  if (amount === null) return [];
  const shipping = nodesIn(refund, "refundShippingLines").flatMap((row) => shopMoneyIn(row, "subtotalAmountSet") ?? []);
  return [
    {
      externalId: refund.need("id"),
      orderExternalId: order.need("id"),
      disputeExternalId: refund.text("return/id"),
      amount,
      reason: withoutKeyMark(refund.text("note")),
      status: statusOf(refund),
      refundedAt: refund.time("processedAt", "createdAt"),
      lines: nodesIn(refund, "refundLineItems").map((part) => ({
        orderLineExternalId: part.text("lineItem/id"),
        variantExternalId: null,
        quantity: piecesIn(part, "quantity"),
        amount: shopMoneyIn(part, "subtotalSet"),
      })),
      shippingAmount: shipping.length === 0 ? null : sum(shipping, amount.currency),
    },
  ];
}

/** One payment that is still under way holds it up; a failed one does not undo another that was made in its place. */
function statusOf(refund: Tree): Refund["status"] {
  const states = nodesIn(refund, "transactions").map((row) => REFUND_PAYMENT[row.text("status") ?? ""] ?? "unknown");
  const order = ["pending", "unknown", "done", "failed"] as const;
  return order.find((state) => states.includes(state)) ?? "done";
}
