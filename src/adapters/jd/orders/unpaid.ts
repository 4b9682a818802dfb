/** Orders that wait for their payment: what is owed, and the goods as far as they are named. Pure. */
import type { RawDocument } from "../../../core/adapter.ts";
import { type Unified, unified } from "../../../core/model/records.ts";
import { money } from "../../../core/money.ts";
import { ORDER_TYPE } from "../codes.ts";
import { CURRENCY } from "../config.ts";
import { UNPAID_ORDER } from "../schemas.ts";
import { toLines } from "./lines.ts";
import { toShipTo } from "./parties.ts";

export function toUnpaidOrder(raw: RawDocument): Unified {
  const order = UNPAID_ORDER.parse(raw.payload);
  const placedAt = order.orderCreated ?? order.created;
  if (placedAt === null) throw new Error("the order has no time of creation");
  const total = order.payment === null ? null : money(order.payment, CURRENCY);
  return unified({
    orders: [
      {
        externalId: order.orderId,
        externalNumber: null,
        parentExternalId: order.parentId,
        externalKind: ORDER_TYPE[order.orderType ?? ""] ?? order.orderType,
        marketplace: "jd",
        place: null,
        status: "awaiting_payment",
        externalStatus: order.status ?? "NOT_PAY",
        paymentStatus: "unpaid",
        fulfilledBy: "seller",
        placedAt,
        paidAt: null,
        shipBy: null,
        deliverBy: null,
        completedAt: null,
        cancelledAt: null,
        currency: CURRENCY,
        total,
        paid: money("0", CURRENCY),
        refunded: null,
        taxIncluded: true,
        deductsStockOn: null,
        lines: toLines(order.orderId, order.itemList, { status: "awaiting_payment", hasWaybill: false }),
        charges: [],
        payments: [],
        buyer: null,
        shipTo: toShipTo({
          fullname: order.userName,
          mobile: order.mobile,
          telephone: order.phone,
          fullAddress: order.address,
          desen_mobile: order.desen_mobile,
        }),
        notes: { buyer: null, seller: null, flag: null },
        extra: {},
        warnings: [],
      },
    ],
  });
}
