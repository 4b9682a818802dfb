/** Lines and charges of an order. Line totals are always net of tax; one charge holds all tax. */
import type { OrderCharge, OrderLine, Warning } from "../../../core/model/records.ts";
import type { FulfilmentStatus } from "../../../core/model/vocabulary.ts";
import { isZero, money, neg } from "../../../core/money.ts";
import { FEE_KIND, META_KEYS } from "../codes.ts";
import type { Settings } from "../config.ts";
import { metaText, type OrderDocument, type OrderLineDocument } from "../schemas/index.ts";
import { linePrices } from "./amounts.ts";

/** What is known of the parcels of an order. */
export interface ShippedState {
  /** Goods have left: completed once, or everything is in parcels. */
  all: boolean;
  /** Units by line in parcels that name their lines. */
  byLine: ReadonlyMap<string, number>;
  /** What a line with no units in known parcels is: some may have left, and nothing says which. */
  otherwise: FulfilmentStatus;
}

export function toLines(
  order: OrderDocument,
  currency: string,
  shipped: ShippedState,
): { lines: OrderLine[]; warnings: Warning[] } {
  const warnings: Warning[] = [];
  const lines = order.line_items.map((line) => {
    const quantity = wholeQuantity(line, warnings);
    if (line.product_id === null)
      warnings.push({
        code: "product_gone",
        detail: `Line ${line.id} names no product: it was deleted or never existed.`,
      });
    return toLine(line, quantity, currency, shipped);
  });
  return { lines, warnings };
}

function toLine(line: OrderLineDocument, quantity: number, currency: string, shipped: ShippedState): OrderLine {
  const total = money(line.total, currency);
  const restocked = Math.min(quantity, unitsOf(metaText(line.meta_data, META_KEYS.restocked)));
  const shippedUnits = shipped.all ? quantity : Math.min(quantity, shipped.byLine.get(line.id) ?? 0);
  // What came back on the shelf had left before, or never did.
  const returned = Math.min(restocked, shippedUnits);
  const cancelled = restocked - returned;
  const shippedQuantity = Math.min(shippedUnits, quantity - cancelled);
  return {
    externalId: line.id,
    listingExternalId: line.product_id,
    variantExternalId: line.variation_id ?? line.product_id,
    sellerCode: line.sku,
    title: line.name,
    options: optionsOf(line),
    quantity,
    ...linePrices(money(line.subtotal, currency), total, quantity),
    tax: money(line.total_tax, currency),
    total,
    fulfilmentStatus: fulfilmentOf({ quantity, shippedQuantity, cancelled, returned }, shipped),
    shippedQuantity,
    cancelledQuantity: cancelled,
    returnedQuantity: returned,
    fulfilledBy: "seller",
    place: null,
    gift: false,
    parentExternalId: null,
  };
}

function fulfilmentOf(
  units: { quantity: number; shippedQuantity: number; cancelled: number; returned: number },
  shipped: ShippedState,
): FulfilmentStatus {
  const { quantity, shippedQuantity, cancelled, returned } = units;
  if (quantity > 0 && cancelled === quantity) return "cancelled";
  if (returned > 0 && returned + cancelled === quantity) return "returned";
  if (shippedQuantity + cancelled >= quantity && shippedQuantity > 0) return "fulfilled";
  if (shippedQuantity > 0) return "partially_fulfilled";
  return shipped.otherwise;
}

/** Plugins sell by weight or length; a shelf has whole units: enough of them are held. */
function wholeQuantity(line: OrderLineDocument, warnings: Warning[]): number {
  const quantity = line.quantity === null ? Number.NaN : Number(line.quantity);
  // A line of no units is how shops write a remark; one that costs something is not.
  if (!(quantity > 0)) {
    if (quantity !== 0 || line.total !== "0")
      warnings.push({
        code: "quantity_unclear",
        detail: `Line ${line.id} is for ${line.quantity ?? "an unnamed number of"} units; none is held. Correct the order in the shop.`,
      });
    return 0;
  }
  if (Number.isInteger(quantity)) return quantity;
  warnings.push({
    code: "fractional_quantity",
    detail: `Line ${line.id} is for ${line.quantity} units; ${Math.ceil(quantity)} are held.`,
  });
  return Math.ceil(quantity);
}

/** The chosen options ("S, Ink"). Keys beginning with an underscore are a plugin's own. */
function optionsOf(line: OrderLineDocument): string | null {
  if (line.variation_id === null) return null;
  const values = line.meta_data.flatMap((meta) => {
    const shown = meta.display_value;
    return !meta.key.startsWith("_") && typeof shown === "string" && shown !== "" ? [shown] : [];
  });
  return values.length > 0 ? values.join(", ") : null;
}

function unitsOf(text: string | null): number {
  const units = Math.floor(Number(text ?? 0));
  return Number.isFinite(units) ? Math.max(0, units) : 0;
}

/** Shipping, fees, coupons and tax, each of them net. */
export function toCharges(order: OrderDocument, currency: string, settings: Settings): OrderCharge[] {
  const charges: OrderCharge[] = [];
  const shipping =
    order.shipping_lines.length > 0 ? order.shipping_lines : [{ method_title: null, total: order.shipping_total }];
  for (const line of shipping) {
    const amount = money(line.total, currency);
    if (!isZero(amount) || line.method_title !== null)
      charges.push({ kind: "shipping", payer: "buyer", amount, label: line.method_title, inTotal: true });
  }
  for (const fee of order.fee_lines) {
    const amount = money(fee.total, currency);
    // A fee below zero is how shops and plugins write a discount.
    const isDiscount = fee.total.startsWith("-");
    const name = (fee.name ?? "").toLowerCase();
    const kind = settings.fee_kinds[name] ?? (isDiscount ? "discount" : (FEE_KIND[name] ?? "other"));
    charges.push({ kind, payer: isDiscount ? "seller" : "buyer", amount, label: fee.name, inTotal: true });
  }
  // Already inside the lines' totals.
  for (const coupon of order.coupon_lines)
    charges.push({
      kind: "discount",
      payer: "seller",
      amount: neg(money(coupon.discount, currency)),
      label: coupon.code,
      inTotal: false,
    });
  const tax = money(order.total_tax, currency);
  charges.push({ kind: "tax", payer: "buyer", amount: tax, label: null, inTotal: true });
  return charges;
}
