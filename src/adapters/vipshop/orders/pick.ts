/**
 * A pick list as an order whose buyer is a warehouse of the platform. No answer holds all of it: units, prices, purchase
 * orders and deliveries are joined by their numbers.
 */
import { z } from "zod";
import type { RawDocument } from "../../../core/adapter.ts";
import { type Shipment, type Unified, unified, type Warning } from "../../../core/model/records.ts";
import type { OrderStatus } from "../../../core/model/vocabulary.ts";
import { type OrderState, traceStatus, UNKNOWN_STATE, unifiedCarrier } from "../codes.ts";
import { intOrNull, list, sums, textIn, texts, times } from "../schemas.ts";
import { address, extraOf, line, lineIds, order, partMissing, placed, placeOf } from "./record.ts";

const PICK = z.looseObject({
  pick: z.looseObject({
    ...texts("pick_no", "po_no", "co_mode", "sell_site", "order_cate", "store_sn", "delivery_status"),
    pick_num: intOrNull(),
    delivery_num: intOrNull(),
    ...times("create_time"),
  }),
  lines: list(
    z.looseObject({
      ...texts("po_no", "warehouse", "barcode", "sn", "product_name", "size"),
      pick_num: intOrNull(),
      not_delivery_num: intOrNull(),
    }),
  ).nullable(),
  prices: list(z.looseObject({ ...texts("po_no", "barcode"), ...sums("actual_unit_price") })).nullable(),
  purchases: list(z.looseObject(texts("po_no", "schedule_id", "schedule_name", "cooperation_no", "warehouse"))),
  deliveries: list(
    z.looseObject({
      delivery: z.looseObject({
        ...texts("storage_no", "delivery_no", "warehouse", "out_flag", "carrier_code", "carrier_name"),
        ...times("out_time", "real_arrive_time"),
      }),
      goods: list(z.looseObject({ ...texts("po_no", "pick_no", "barcode"), amount: intOrNull() })),
      receipt: z.looseObject({
        ...times("storage_time"),
        actual_storage_list: list(
          z.looseObject({
            ...texts("po_no", "barcode"),
            amount: intOrNull(),
            actual_amount: intOrNull(),
            differ_amount: intOrNull(),
          }),
        ),
      }),
      traces: list(z.looseObject({ ...texts("transport_code", "transport_detail"), ...times("transport_time") })),
    }),
  ),
  deducted: list(z.looseObject(texts("occupied_order_sn", "order_sn"))),
});
type Pick = z.infer<typeof PICK>;
type Delivery = Pick["deliveries"][number];

const SENT = "1";

export function pickToUnified(raw: RawDocument): Unified {
  const { pick, lines, prices, purchases, deliveries, deducted } = PICK.parse(raw.payload);
  const warnings: Warning[] = [];
  const status = statusOf({ pick, deliveries }, warnings);
  const isKnown = status !== "unknown";
  if (lines === null && isKnown) warnings.push(partMissing("lines", "getMultiPoPickDetail"));
  if (prices === null && isKnown) warnings.push(partMissing("prices", "getPickDetail"));
  const ids = lineIds((lines ?? []).map((row) => row.barcode));
  const state: OrderState = isKnown
    ? { status, payment: "authorized", line: "unfulfilled", parcel: null, dispute: null }
    : UNKNOWN_STATE;
  const purchase = purchases.find(({ po_no }) => po_no === (pick.po_no ?? lines?.[0]?.po_no)) ?? purchases[0];
  const warehouse = pick.sell_site ?? lines?.[0]?.warehouse ?? purchase?.warehouse ?? null;
  const records = (lines ?? []).map((row, index) => {
    const own = purchases.find(({ po_no }) => po_no === row.po_no) ?? purchase;
    const price = prices?.find(
      ({ po_no, barcode }) => barcode === row.barcode && (po_no === null || po_no === row.po_no),
    );
    const open = row.not_delivery_num ?? (pick.delivery_status === SENT ? 0 : (row.pick_num ?? 0));
    const shippedQuantity = Math.max(0, (row.pick_num ?? 0) - open);
    const record = line(state, {
      externalId: ids[index] ?? "",
      variant: row.barcode,
      listing: row.barcode,
      sellerCode: row.barcode,
      title: row.product_name,
      options: row.size,
      quantity: row.pick_num ?? 0,
      unitPrice: price?.actual_unit_price ?? null,
      place: placeOf(own?.cooperation_no, row.warehouse ?? warehouse),
    });
    const partly = shippedQuantity > 0 ? ("partially_fulfilled" as const) : ("unfulfilled" as const);
    return isKnown
      ? { ...record, shippedQuantity, fulfilmentStatus: open === 0 ? ("fulfilled" as const) : partly }
      : record;
  });
  const record = order(state, {
    externalId: raw.externalId,
    externalKind: "JIT pick",
    externalStatus: pick.delivery_status ?? "",
    parentExternalId: pick.po_no ?? purchase?.po_no ?? null,
    placedAt: placed(pick.create_time),
    place: placeOf(purchase?.cooperation_no, warehouse),
    lines: records,
    ...(lines === null || prices === null ? { total: null } : {}),
    buyer: {
      externalId: warehouse,
      name: `VIP warehouse ${warehouse ?? ""}`.trim(),
      email: null,
      phone: null,
      taxId: null,
    },
    shipTo: address({
      name: `VIP warehouse ${warehouse ?? ""}`.trim(),
      phone: null,
      address: warehouse,
      district: null,
      city: null,
      region: null,
      postcode: null,
    }),
    extra: extraOf({
      poNo: pick.po_no ?? purchase?.po_no,
      scheduleId: purchase?.schedule_id,
      cooperationNo: purchase?.cooperation_no,
      coMode: pick.co_mode,
      orderCate: pick.order_cate,
    }),
    warnings,
  });
  // Consumer orders that the pick list took up are held by it now.
  const deleted = deducted.map((row) => ({
    resource: "orders" as const,
    externalId: `occupied:${row.order_sn ?? row.occupied_order_sn ?? ""}`,
  }));
  return unified({ orders: [record], deleted });
}

function statusOf({ pick, deliveries }: Progress, warnings: Warning[]): OrderStatus {
  const { delivery_status: sent, delivery_num, pick_num } = pick;
  const gone = delivery_num ?? 0;
  if (sent === SENT) return deliveries.length > 0 && deliveries.every(isReceived) ? "delivered" : "shipped";
  if (sent === "0" || sent === null)
    return gone > 0 && gone < (pick_num ?? 0) ? "partially_shipped" : "awaiting_shipment";
  warnings.push({ code: "unknown_code", detail: `state of a pick list: "${sent}" is not known` });
  return "unknown";
}
type Progress = { pick: Pick["pick"]; deliveries: Pick["deliveries"] };

/** All that was sent is counted in. */
const isReceived = ({ receipt }: Delivery): boolean =>
  receipt.storage_time !== null && receipt.actual_storage_list.every((row) => row.actual_amount === row.amount);

const NOT_OUT: ReadonlySet<string | null> = new Set([null, "0", "N", "n", "否"]);

/** Each delivery that holds goods of the pick list. One delivery may hold goods of several. */
export function pickToShipments(raw: RawDocument): Shipment[] {
  const { pick, lines, deliveries } = PICK.parse(raw.payload);
  const warnings: Warning[] = [];
  const isUnknown = statusOf({ pick, deliveries }, warnings) === "unknown";
  const ids = lineIds((lines ?? []).map((row) => row.barcode));
  return deliveries.map(({ delivery, goods, receipt, traces }): Shipment => {
    const own = goods.filter(({ pick_no }) => pick_no === null || pick_no === raw.externalId);
    const counted = receipt.actual_storage_list;
    const isWrong = counted.some(({ differ_amount }) => (differ_amount ?? 0) !== 0);
    const deliveredAt = delivery.real_arrive_time ?? receipt.storage_time;
    const isOut = !NOT_OUT.has(delivery.out_flag);
    const events = traces.flatMap(({ transport_time: at, transport_code: externalCode, transport_detail: text }) =>
      at === null ? [] : [{ at, status: traceStatus(text ?? ""), externalCode, text, location: null }],
    );
    const status = isWrong ? "exception" : deliveredAt !== null ? "delivered" : isOut ? "in_transit" : "pending";
    return {
      externalId: `${delivery.storage_no ?? ""}:${raw.externalId}`,
      orderExternalId: raw.externalId,
      status: isUnknown ? "unknown" : status,
      externalStatus: delivery.out_flag,
      carrier: unifiedCarrier(delivery.carrier_name),
      externalCarrier: delivery.carrier_code ?? delivery.carrier_name,
      trackingNumber: delivery.delivery_no,
      trackingUrl: null,
      place: textIn(delivery.warehouse),
      fulfilledBy: "seller",
      shippedAt: isOut ? delivery.out_time : null,
      deliveredAt,
      lines: own.flatMap((item) => {
        const index = (lines ?? []).findIndex((row) => row.barcode === item.barcode);
        return index < 0 ? [] : [{ orderLineExternalId: ids[index] ?? "", quantity: item.amount ?? 0 }];
      }),
      events: events.sort((a, b) => a.at.getTime() - b.at.getTime()),
      warnings,
    };
  });
}
