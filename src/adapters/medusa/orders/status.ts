/** Where an order stands: its own status, what has left by its lines, and what was paid. */
import { look } from "../../../core/model/look.ts";
import type { Warning } from "../../../core/model/records.ts";
import type { OrderStatus, PaymentStatus } from "../../../core/model/vocabulary.ts";
import { compare, isZero, sum } from "../../../core/money.ts";
import type { Tree } from "../../../core/tree.ts";
import { ORDER_STATUS, PAYMENT_STATUS } from "../codes.ts";
import { amountIn, moneyIn, piecesIn } from "../schemas.ts";

/** Pieces of a line that have left; of what needs no parcel, those that were handed over. */
export function leftOf(line: Tree): number {
  const [shipped, delivered] = [piecesIn(line, "detail/shipped_quantity"), piecesIn(line, "detail/delivered_quantity")];
  const handed = line.fields.requires_shipping === false ? piecesIn(line, "detail/fulfilled_quantity") : 0;
  return Math.max(shipped, delivered, handed);
}

/** `packed` alone is awaiting shipment, whatever the platform's computed status says of it. */
export function statusOf(
  order: Tree,
  own: Readonly<Record<string, OrderStatus>>,
  payment: PaymentStatus,
  warnings: Warning[],
): OrderStatus {
  const table = { ...ORDER_STATUS, ...own };
  const status = look(table, "order status", order.need("status"), "unknown", warnings);
  if (status !== "in_hand") return status;
  const lines = order.list("items").filter((line) => piecesIn(line, "quantity") > 0);
  const isWhole = (count: (line: Tree) => number) =>
    lines.length > 0 && lines.every((line) => count(line) >= piecesIn(line, "quantity"));
  if (isWhole((line) => piecesIn(line, "detail/delivered_quantity"))) return "delivered";
  if (isWhole(leftOf)) return "shipped";
  if (lines.some((line) => leftOf(line) > 0)) return "partially_shipped";
  return payment === "unpaid" ? "awaiting_payment" : "awaiting_shipment";
}

/** The platform's own word where the answer has it, else what its payment collections say. */
export function paymentStatusOf(order: Tree, currency: string, warnings: Warning[]): PaymentStatus {
  const word = order.text("payment_status");
  const collections = order.list("payment_collections");
  if (word !== null) return look(PAYMENT_STATUS, "payment status", word, "unknown", warnings);
  if (collections.length === 0) return "unknown";
  const all = (fieldOf: (each: Tree) => string) =>
    sum(
      collections.map((each) => moneyIn(each, fieldOf(each), currency)),
      currency,
    );
  // An answer without what was captured was not asked for it: a part given back is not all of the amount.
  const captured = all((each) => (amountIn(each, "captured_amount") === null ? "amount" : "captured_amount"));
  const refunded = all(() => "refunded_amount");
  if (!isZero(refunded)) return compare(refunded, captured) < 0 ? "partially_refunded" : "refunded";
  const states = collections.map((each) =>
    look(PAYMENT_STATUS, "payment status", each.need("status"), "unknown", warnings),
  );
  return states.find((state) => state !== "unpaid") ?? "unpaid";
}
