/** An order as a unified order. Pure. */
import type { MapContext, RawDocument } from "../../../core/adapter.ts";
import { look } from "../../../core/model/look.ts";
import { type Order, type Unified, unified, type Warning } from "../../../core/model/records.ts";
import type { OrderStatus, PaymentStatus } from "../../../core/model/vocabulary.ts";
import { isZero, money } from "../../../core/money.ts";
import { CASH_ON_DELIVERY, FBP, ORDER_STATE, ORDER_TYPE, PAY_TYPE } from "../codes.ts";
import { CURRENCY } from "../config.ts";
import { type Fields, isFields, ORDER, type OrderDocument } from "../schemas.ts";
import { moneyOf } from "./charges.ts";
import { toLines } from "./lines.ts";
import { toBuyer, toShipTo } from "./parties.ts";

export function toUnified(raw: RawDocument, context: MapContext): Unified {
  const order = ORDER.parse(raw.payload);
  if (order.orderStartTime === null) throw new Error("the order has no orderStartTime");
  const warnings: Warning[] = [];
  const status = statusOf(order, warnings);
  const paymentStatus = paymentOf(order, status);
  const isOwn = isShippedByShop(order);
  const lines = toLines(order.orderId, order.itemInfoList, {
    status,
    hasWaybill: order.waybill !== null,
    gone: order.partialLogisticsInfoModel,
    coupons: order.couponDetailList,
    isOwn,
  });
  const { total, charges, means } = moneyOf(order, lines, warnings);
  const wasPaid = paymentStatus === "paid" || paymentStatus === "refunded";
  const paidAt = wasPaid ? order.paymentConfirmTime : null;
  const method = PAY_TYPE[order.payType ?? ""] ?? order.payType;
  const record: Order = {
    externalId: order.orderId,
    externalNumber: null,
    parentExternalId: order.directParentOrderId ?? order.parentOrderId,
    externalKind: ORDER_TYPE[order.orderType ?? ""] ?? order.orderType,
    marketplace: context.marketplaces[0]?.code ?? "jd",
    place: isOwn ? null : (order.storeId ?? order.storeOrder),
    status,
    externalStatus: order.orderState,
    paymentStatus,
    fulfilledBy: isOwn ? "seller" : "platform",
    placedAt: order.orderStartTime,
    paidAt,
    shipBy: null,
    deliverBy: null,
    completedAt: status === "completed" ? order.orderEndTime : null,
    cancelledAt: status === "cancelled" ? order.orderEndTime : null,
    currency: CURRENCY,
    total,
    paid: wasPaid ? total : paymentStatus === "unknown" ? null : money("0", CURRENCY),
    refunded: paymentStatus === "refunded" ? total : null,
    taxIncluded: true,
    deductsStockOn: null,
    lines,
    charges,
    payments: [{ method, amount: money(order.orderPayment ?? "0", CURRENCY) }, ...means]
      .filter(({ amount }) => total !== null && !(isZero(amount) && means.length > 0))
      .map((payment) => ({ ...payment, externalId: null, paidAt, dueAt: null, status: paymentStatus })),
    buyer: toBuyer(order),
    shipTo: toShipTo(order.consigneeInfo),
    notes: { buyer: order.orderRemark, seller: order.venderRemark, flag: null },
    extra: extraOf(isFields(raw.payload) ? raw.payload : {}),
    warnings: status === "unknown" ? warnings.slice(0, 1) : warnings,
  };
  return unified({ orders: [record] });
}

/** An order of the platform's warehouses, by its type or because it names one: nothing of it is the shop's to ship. */
export const isShippedByShop = ({ orderType, storeOrder }: Pick<OrderDocument, "orderType" | "storeOrder">): boolean =>
  orderType !== FBP && storeOrder === null;

function statusOf(order: OrderDocument, warnings: Warning[]): OrderStatus {
  const status = look(ORDER_STATE, "order state", order.orderState, "unknown", warnings);
  const isPartly = status === "awaiting_shipment" && order.partialLogisticsInfoModel !== null;
  return isPartly ? "partially_shipped" : status;
}

/** Cash on delivery is paid when the order is done; everything else before the shop sees it. */
function paymentOf(order: OrderDocument, status: OrderStatus): PaymentStatus {
  if (status === "unknown") return "unknown";
  if (status === "cancelled") return order.paymentConfirmTime === null ? "unpaid" : "refunded";
  if (order.payType === CASH_ON_DELIVERY) return status === "completed" ? "paid" : "unpaid";
  return "paid";
}

/** Facts without a field of their own; no buyer data. */
const KEPT = [
  "orderType",
  "payType",
  "deliveryType",
  "orderSource",
  "storeOrder",
  "idSopShipmenttype",
  "isShipmenttype",
  "returnOrder",
  "parentOrderId",
  "scDT",
  "shouldPay",
  "actualPay",
  "payDiscount",
  "totalSellerReceivable",
] as const;

function extraOf(raw: Fields): Order["extra"] {
  const kept = KEPT.map((name) => [name, raw[name]] as const);
  return Object.fromEntries(
    kept.filter(
      (entry): entry is [(typeof KEPT)[number], string | number] =>
        typeof entry[1] === "number" || (typeof entry[1] === "string" && entry[1] !== "" && entry[1] !== "0"),
    ),
  );
}
