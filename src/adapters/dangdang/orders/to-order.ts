/** An order, or a row of the list, as a unified order with its parcel. Pure. */
import type { MapContext, RawDocument } from "../../../core/adapter.ts";
import { fulfilmentOf } from "../../../core/model/fulfilment.ts";
import { look } from "../../../core/model/look.ts";
import { type Order, type OrderLine, type Unified, unified, type Warning } from "../../../core/model/records.ts";
import { UNSAID_LINE, UNSAID_ORDER } from "../../../core/model/unsaid.ts";
import type { OrderStatus, PaymentStatus } from "../../../core/model/vocabulary.ts";
import { money, times, zero } from "../../../core/money.ts";
import type { Tree } from "../../../core/tree.ts";
import { CASH_ON_DELIVERY, FLAG, GIFT, ORDER_STATE, SPLIT } from "../codes.ts";
import { CURRENCY, ID } from "../config.ts";
import { isDashes, itemsOf, orderedOf, priceOf, read } from "../schemas.ts";
import { toShipment } from "../shipments.ts";
import { moneyOf } from "./charges.ts";
import { toShipTo } from "./parties.ts";

export function toUnified(raw: RawDocument, context: MapContext): Unified {
  const order = read(raw.payload);
  const externalId = order.need("orderID");
  // Its parts are orders of their own.
  if (order.need("orderState") === SPLIT) return unified({ deleted: [{ resource: "orders", externalId }] });
  const shipment = toShipment(order);
  // What it was split from is none any more: the parts carry its goods and its money.
  const parent = order.text("parentOrderID");
  const isPart = parent !== null && parent !== "0" && parent !== externalId;
  const deleted: Unified["deleted"] = isPart ? [{ resource: "orders", externalId: parent }] : [];
  return unified({ orders: [toOrder(order, context)], shipments: shipment ? [shipment] : [], deleted });
}

function toOrder(order: Tree, context: MapContext): Order {
  const warnings: Warning[] = [];
  const externalStatus = order.need("orderState");
  const status = look(ORDER_STATE, "order state", externalStatus, "unknown", warnings);
  const paymentStatus = paymentOf(order, status);
  const wasPaid = paymentStatus === "paid" || paymentStatus === "refunded";
  const lines = toLines(order, status);
  const { total, charges, means } = moneyOf(order);
  const changedAt = order.time("lastModifyTime");
  const paidAt = wasPaid ? order.time("paymentDate") : null;
  const buyer = order.text("sendGoodsInfo/dangdangAccountID");
  const label = order.text("label");
  if (lines.length === 0)
    warnings.push({ code: "no_lines", detail: "The list names no goods: they are in the order's details." });
  return {
    ...UNSAID_ORDER,
    externalId: order.need("orderID"),
    externalNumber: order.text("outerOrderID"),
    parentExternalId: order.text("parentOrderID"),
    externalKind: order.text("isPresale") === "1" ? "presale" : null,
    marketplace: context.marketplaces[0]?.code ?? ID,
    status,
    externalStatus,
    paymentStatus,
    fulfilledBy: "seller",
    placedAt: placedAt(order, warnings),
    paidAt,
    completedAt: status === "completed" ? changedAt : null,
    cancelledAt: status === "cancelled" ? changedAt : null,
    currency: CURRENCY,
    total,
    paid: wasPaid ? total : paymentStatus === "unknown" ? null : zero(CURRENCY),
    refunded: paymentStatus === "refunded" ? total : null,
    taxIncluded: true,
    lines,
    charges,
    payments: means.map((payment) => ({ ...payment, externalId: null, paidAt, dueAt: null, status: paymentStatus })),
    buyer: buyer === null ? null : { externalId: buyer, name: null, email: null, phone: null, taxId: null },
    shipTo: toShipTo(order),
    notes: {
      buyer: order.text("message"),
      seller: order.text("remark"),
      flag: label === null ? null : (FLAG[label] ?? label),
    },
    extra: extraOf(order),
    warnings,
  };
}

/** The row of the log in which the buyer orders; lists have a field for it. */
function placedAt(order: Tree, warnings: Warning[]): Date {
  const log = order.list("OrderOperateList/OperateInfo");
  const logged = log.find((row) => row.text("operateDetails")?.includes("顾客下单"))?.time("operateTime");
  const known = logged ?? order.time("orderTimeStart");
  if (known) return known;
  const instead = order.time("paymentDate", "lastModifyTime");
  if (instead === null) throw new Error("the order has no time");
  warnings.push({ code: "no_order_time", detail: "When it was placed is not said: a later time of it stands there." });
  return instead;
}

function paymentOf(order: Tree, status: OrderStatus): PaymentStatus {
  const hasPaid = order.text("paymentDate") !== null;
  if (status === "unknown") return "unknown";
  if (status === "cancelled") return hasPaid ? "refunded" : "unpaid";
  if (status === "awaiting_payment" || (status === "on_hold" && !hasPaid)) return "unpaid";
  const isOnDelivery = order.text("buyerInfo/buyerPayMode") === CASH_ON_DELIVERY;
  return isOnDelivery && status !== "delivered" && status !== "completed" ? "unpaid" : "paid";
}

function toLines(order: Tree, status: OrderStatus): OrderLine[] {
  return itemsOf(order).map(({ item, lineId }) => {
    const price = priceOf(item);
    const unitPrice = money(price ?? "0", CURRENCY);
    const quantity = orderedOf(item);
    return {
      ...UNSAID_LINE,
      externalId: lineId,
      variantExternalId: item.need("itemID"),
      sellerCode: item.text("outerItemID"),
      title: item.text("itemName") ?? "",
      options: item.text("specialAttribute"),
      quantity,
      unitPrice,
      discount: zero(CURRENCY),
      tax: zero(CURRENCY),
      total: times(unitPrice, quantity),
      ...fulfilmentOf(quantity, item.count("sendGoodsCount"), status),
      fulfilledBy: "seller",
      gift: isDashes(item) || item.text("itemType") === GIFT,
    };
  });
}

/** Facts without a field of their own; no buyer data. */
const KEPT = [
  "orderMode",
  "orderStatus",
  "buyerInfo/buyerPayMode",
  "buyerInfo/custPointUsed",
  "sendGoodsInfo/sendGoodsMode",
  "sendGoodsInfo/DangdangWarehouseAddr",
];

const extraOf = (order: Tree): Order["extra"] =>
  Object.fromEntries(
    KEPT.flatMap((path) => {
      const value = order.text(path);
      return value === null ? [] : [[path.replace(/^.*\//, ""), value]];
    }),
  );
