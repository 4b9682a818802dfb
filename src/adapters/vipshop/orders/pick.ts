/**
 * A pick list as an order whose buyer is a warehouse of the platform. No answer holds all of it: units, prices, purchase
 * orders and deliveries are joined by their numbers.
 */
import type { RawDocument } from "../../../core/adapter.ts";
import { type Shipment, type Unified, unified, type Warning } from "../../../core/model/records.ts";
import { UNSAID_SHIPMENT } from "../../../core/model/unsaid.ts";
import type { OrderStatus } from "../../../core/model/vocabulary.ts";
import type { Tree } from "../../../core/tree.ts";
import { type OrderState, traceStatus, UNKNOWN_STATE, unifiedCarrier } from "../codes.ts";
import { rowOf } from "../schemas.ts";
import { reservationId } from "./documents.ts";
import { address, extraOf, order, partMissing, placeOf, toLines } from "./record.ts";

const SENT = "1";

export function pickToUnified(row: Tree): Unified {
  const pick = rowOf(row.fields.pick);
  const purchases = row.list("purchases");
  const prices = row.list("prices");
  const lines = row.list("lines");
  const warnings: Warning[] = [];
  const status = statusOf(row, warnings);
  const isKnown = status !== "unknown";
  const hasAll = row.fields.lines !== null && row.fields.prices !== null;
  if (row.fields.lines === null && isKnown) warnings.push(partMissing("lines", "getMultiPoPickDetail"));
  if (row.fields.prices === null && isKnown) warnings.push(partMissing("prices", "getPickDetail"));
  const of = <T extends Tree>(rows: readonly T[], po_no: string | null | undefined): T | undefined =>
    rows.find((one) => one.text("po_no") === po_no);
  const purchase = of(purchases, pick.text("po_no") ?? lines[0]?.text("po_no")) ?? purchases[0];
  const warehouse = pick.text("sell_site") ?? lines[0]?.text("warehouse") ?? purchase?.text("warehouse") ?? null;
  const state: OrderState = isKnown
    ? { status, payment: "authorized", line: "unfulfilled", parcel: null, dispute: null }
    : UNKNOWN_STATE;
  const records = toLines(state, lines, (one) => {
    const barcode = one.text("barcode");
    const own = of(purchases, one.text("po_no")) ?? purchase;
    const same = prices.filter((price) => price.text("barcode") === barcode);
    return {
      code: barcode,
      title: one.text("product_name"),
      options: one.text("size"),
      quantity: one.count("pick_num"),
      unitPrice: (of(same, one.text("po_no")) ?? of(same, null))?.decimal("actual_unit_price") ?? null,
      place: placeOf(own?.text("cooperation_no"), one.text("warehouse") ?? warehouse),
    };
  });
  const isSent = pick.text("delivery_status") === SENT;
  const progressed = records.map((record, index) => {
    const open = lines[index]?.count("not_delivery_num") ?? (isSent ? 0 : record.quantity);
    const shippedQuantity = Math.max(0, record.quantity - open);
    const partly = shippedQuantity > 0 ? ("partially_fulfilled" as const) : ("unfulfilled" as const);
    return { ...record, shippedQuantity, fulfilmentStatus: open === 0 ? ("fulfilled" as const) : partly };
  });
  const name = `VIP warehouse ${warehouse ?? ""}`.trim();
  const record = order(state, {
    externalId: pick.need("pick_no"),
    externalKind: "JIT pick",
    externalStatus: pick.text("delivery_status") ?? "",
    parentExternalId: pick.text("po_no") ?? purchase?.text("po_no") ?? null,
    placedAt: pick.time("create_time"),
    place: placeOf(purchase?.text("cooperation_no"), warehouse),
    lines: isKnown ? progressed : records,
    ...(hasAll ? {} : { total: null }),
    buyer: { externalId: warehouse, name, email: null, phone: null, taxId: null },
    shipTo: address({ name, street: warehouse }),
    extra: extraOf({
      poNo: pick.text("po_no") ?? purchase?.text("po_no"),
      scheduleId: purchase?.text("schedule_id"),
      cooperationNo: purchase?.text("cooperation_no"),
      coMode: pick.text("co_mode"),
      orderCate: pick.text("order_cate"),
    }),
    warnings,
  });
  // Consumer orders that the pick list took up are held by it now.
  const taken = row.list("deducted").flatMap((one) => reservationId(one.fields) ?? []);
  return unified({ orders: [record], deleted: taken.map((externalId) => ({ resource: "orders", externalId })) });
}

function statusOf(row: Tree, warnings: Warning[]): OrderStatus {
  const sent = row.text("pick/delivery_status") ?? "0";
  const gone = row.count("pick/delivery_num") ?? 0;
  const deliveries = row.list("deliveries");
  if (sent === SENT) return deliveries.length > 0 && deliveries.every(isReceived) ? "delivered" : "shipped";
  if (sent === "0")
    return gone > 0 && gone < (row.count("pick/pick_num") ?? 0) ? "partially_shipped" : "awaiting_shipment";
  warnings.push({ code: "unknown_code", detail: `state of a pick list: "${sent}" is not known` });
  return "unknown";
}

const counted = (delivery: Tree): Tree[] => delivery.list("receipt/actual_storage_list");

/** All that was sent is counted in. */
const isReceived = (delivery: Tree): boolean =>
  delivery.text("receipt/storage_time") !== null &&
  counted(delivery).every((one) => one.text("actual_amount") === one.text("amount"));

const NOT_OUT: ReadonlySet<string> = new Set(["0", "N", "n", "否"]);

/** Each delivery that holds goods of the pick list. One delivery may hold goods of several. */
export function pickToShipments(raw: RawDocument): Shipment[] {
  const row = rowOf(raw.payload);
  const warnings: Warning[] = [];
  const isUnknown = statusOf(row, warnings) === "unknown";
  const ids = new Set(row.list("lines").map((one) => one.text("barcode")));
  return row.list("deliveries").map((one): Shipment => {
    const isWrong = counted(one).some((item) => !["0", null].includes(item.text("differ_amount")));
    const deliveredAt = one.time("delivery/real_arrive_time", "receipt/storage_time");
    const flag = one.text("delivery/out_flag");
    const isOut = flag !== null && !NOT_OUT.has(flag);
    const carrierName = one.text("delivery/carrier_name");
    const status = isWrong ? "exception" : deliveredAt !== null ? "delivered" : isOut ? "in_transit" : "pending";
    const goods = one.list("goods").filter((item) => ids.has(item.text("barcode")));
    return {
      ...UNSAID_SHIPMENT,
      externalId: `${one.text("delivery/storage_no") ?? ""}:${raw.externalId}`,
      orderExternalId: raw.externalId,
      status: isUnknown ? "unknown" : status,
      externalStatus: flag,
      carrier: unifiedCarrier(carrierName),
      externalCarrier: one.text("delivery/carrier_code") ?? carrierName,
      trackingNumber: one.text("delivery/delivery_no"),
      place: one.text("delivery/warehouse"),
      fulfilledBy: "seller",
      shippedAt: isOut ? one.time("delivery/out_time") : null,
      deliveredAt,
      lines: goods.map((item) => ({
        orderLineExternalId: item.text("barcode") ?? "",
        quantity: item.count("amount") ?? 0,
      })),
      events: one
        .list("traces")
        .flatMap((step) => {
          const [at, text] = [step.time("transport_time"), step.text("transport_detail")];
          const code = step.text("transport_code");
          return at === null ? [] : [{ at, status: traceStatus(text ?? ""), externalCode: code, text, location: null }];
        })
        .sort((a, b) => a.at.getTime() - b.at.getTime()),
      warnings,
    };
  });
}
