/** Lines. The platform gives them no id of their own; `skuUuid` is one where it is there. */
import type { OrderLine } from "../../../core/model/records.ts";
import type { OrderStatus } from "../../../core/model/vocabulary.ts";
import { money, sub, sum, times, zero } from "../../../core/money.ts";
import { ONE_ITEM } from "../codes.ts";
import { CURRENCY } from "../config.ts";
import type { Item, OrderDocument } from "../schemas.ts";

interface Progress {
  status: OrderStatus;
  hasWaybill: boolean;
  gone?: OrderDocument["partialLogisticsInfoModel"];
  coupons?: OrderDocument["couponDetailList"];
  isOwn?: boolean;
}

export function toLines(orderId: string, items: readonly Item[], progress: Progress): OrderLine[] {
  const uuids = items.map((item) => item.itemExt);
  const areIds = uuids.every((uuid) => uuid !== null) && new Set(uuids).size === uuids.length;
  const take = takerOf(progress.gone ?? []);
  return items.map((item, index) => {
    const quantity = item.itemTotal ?? item.num;
    if (quantity === null) throw new Error(`line ${index + 1} has no quantity`);
    const unitPrice = money(item.jdPrice, CURRENCY);
    const isOnly = items.filter((other) => other.skuId === item.skuId).length === 1;
    // A promotion of one item names the item; where it stands twice, nobody says which it is.
    const own = (progress.coupons ?? []).filter(
      (coupon) => coupon.couponType === ONE_ITEM && coupon.skuId === item.skuId && isOnly,
    );
    const discount = sum(
      own.map((coupon) => money(coupon.couponPrice, CURRENCY)),
      CURRENCY,
    );
    return {
      externalId: areIds ? (item.itemExt ?? "") : `${orderId}:${item.skuId ?? ""}:${index}`,
      listingExternalId: item.wareId,
      variantExternalId: item.skuId,
      sellerCode: item.outerSkuId,
      title: item.skuName ?? "",
      options: null,
      quantity,
      unitPrice,
      discount,
      tax: zero(CURRENCY),
      total: sub(times(unitPrice, quantity), discount),
      ...fulfilmentOf(quantity, progress, take(item, quantity)),
      returnedQuantity: 0,
      fulfilledBy: progress.isOwn === false ? "platform" : "seller",
      place: null,
      gift: false,
      parentExternalId: null,
    };
  });
}

type Fulfilment = Pick<OrderLine, "fulfilmentStatus" | "shippedQuantity" | "cancelledQuantity">;

/** Units of parcels, each given to one line. */
function takerOf(gone: NonNullable<Progress["gone"]>) {
  const rest = gone.map((parcel) => ({ ...parcel }));
  return ({ itemExt, skuId }: Item, quantity: number): number => {
    let missing = quantity;
    for (const parcel of rest) {
      const isOfLine = parcel.uuid !== null && itemExt !== null ? parcel.uuid === itemExt : parcel.sku === skuId;
      const taken = isOfLine ? Math.min(missing, parcel.count) : 0;
      parcel.count -= taken;
      missing -= taken;
    }
    return quantity - missing;
  };
}

/** What has left: all of a shipped order, the goods of its parcels before that, and what has a waybill when it is stopped. */
function fulfilmentOf(quantity: number, { status, hasWaybill }: Progress, count: number): Fulfilment {
  const left = (fulfilmentStatus: OrderLine["fulfilmentStatus"], shippedQuantity: number) => ({
    fulfilmentStatus,
    shippedQuantity,
    cancelledQuantity: 0,
  });
  if (status === "unknown") return left("unknown", 0);
  const isStopped = status === "cancelled" || status === "on_hold";
  if (status === "shipped" || status === "completed" || (isStopped && hasWaybill)) return left("fulfilled", quantity);
  if (status === "cancelled") return { fulfilmentStatus: "cancelled", shippedQuantity: 0, cancelledQuantity: quantity };
  if (count === 0) return left("unfulfilled", 0);
  return left(count === quantity ? "fulfilled" : "partially_fulfilled", count);
}
