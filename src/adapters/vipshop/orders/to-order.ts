/** Documents of orders as unified orders. Pure. */
import type { RawDocument } from "../../../core/adapter.ts";
import { look } from "../../../core/model/look.ts";
import { type Dispute, type Order, type Unified, unified, type Warning } from "../../../core/model/records.ts";
import { UNSAID_DISPUTE } from "../../../core/model/unsaid.ts";
import type { Tree } from "../../../core/tree.ts";
import { DVD_STATE, JITX_STATE, type OrderState, SHOP_STATE, stateCode, UNKNOWN_STATE } from "../codes.ts";
import { OF_ORDER, TURN } from "../disputes/to-dispute.ts";
import { rowOf, yuan } from "../schemas.ts";
import { FORM } from "./documents.ts";
import { pickToUnified } from "./pick.ts";
import { address, charge, extraOf, order, partMissing, placeOf, toLines } from "./record.ts";

export function toUnified(raw: RawDocument): Unified {
  const row = rowOf(raw.payload);
  switch (raw.form) {
    case FORM.jitx:
      return unified({ orders: [jitxToOrder(raw, row)] });
    case FORM.request:
      return unified({ orders: [requestToOrder(raw, row)] });
    case FORM.marketplace:
      return unified({ orders: [shopToOrder(raw, row)] });
    case FORM.dvd:
      return directToUnified(raw, row);
    case FORM.reservation:
      return unified({ orders: [reservationToOrder(raw, row)] });
    case FORM.release:
      return unified({ deleted: [{ resource: "orders", externalId: raw.externalId }] });
    default:
      return pickToUnified(row);
  }
}

const TABLES: Readonly<Record<string, Readonly<Record<string, OrderState>>>> = {
  [FORM.jitx]: JITX_STATE,
  [FORM.marketplace]: SHOP_STATE,
  [FORM.dvd]: DVD_STATE,
};

/** The state of an order of a kind that is not a pick list. */
export function stateOf({ form, payload }: RawDocument, warnings: Warning[]): { state: OrderState; code: string } {
  const code = stateCode(rowOf(payload).text("order/status", "order/order_status", "order_status") ?? "");
  return { state: look(TABLES[form] ?? {}, "state of an order", code, UNKNOWN_STATE, warnings), code };
}

/** The price of goods is that of the whole line. */
const goodsOf = (place: string | null) => (row: Tree) => ({
  code: row.text("barcode"),
  title: row.text("product_name"),
  options: row.text("size"),
  quantity: row.count("quantity"),
  lineTotal: row.decimal("price") ?? "0",
  place,
});
const originOf = (goods: readonly Tree[]) =>
  extraOf({ poNo: goods[0]?.text("po_no"), cooperationNo: goods[0]?.text("cooperation_no") });

function jitxToOrder(raw: RawDocument, row: Tree): Order {
  const warnings: Warning[] = [];
  const { state, code } = stateOf(raw, warnings);
  const goods = row.list("order_goods");
  const place = row.text("delivery_warehouse");
  return order(state, {
    externalId: row.need("order_sn"),
    externalKind: "JITX",
    externalStatus: code,
    parentExternalId: goods[0]?.text("po_no") ?? null,
    place,
    placedAt: row.time("add_time"),
    cancelledAt: state.status === "cancelled" ? row.time("last_update_time") : null,
    lines: toLines(state, goods, goodsOf(place)),
    shipTo: address({
      name: row.text("buyer"),
      phone: row.text("buyer_mobile", "buyer_tel"),
      street: row.text("buyer_address"),
      district: row.text("buyer_county"),
      city: row.text("buyer_city"),
      region: row.text("buyer_province"),
      postcode: row.text("buyer_postcode"),
    }),
    notes: { buyer: row.text("remark"), seller: null, flag: null },
    extra: {
      ...originOf(goods),
      ...extraOf({ carrierCode: row.text("carrier_code"), carrierName: row.text("carrier_name") }),
    },
    warnings,
  });
}

const held = (payment: OrderState["payment"]): OrderState => ({
  status: "on_hold",
  payment,
  line: "unfulfilled",
  parcel: null,
  dispute: null,
});
const DECLINED: OrderState = { ...held("unknown"), status: "cancelled", line: "cancelled" };

/** Asks which warehouse ships an order that is still to come. Its units are held until it comes. */
function requestToOrder(raw: RawDocument, row: Tree): Order {
  const state = row.text("status") === "FAIL" ? DECLINED : held("unknown");
  const { available_warehouses: named } = row.fields;
  const choices = Array.isArray(named) ? named.map(String) : [];
  const goods = row.list("delivery_order_details");
  return order(state, {
    externalId: raw.externalId,
    externalKind: "JITX request",
    externalStatus: row.text("status") ?? "",
    placedAt: row.time("update_time"),
    place: choices.length === 1 ? (choices[0] ?? null) : null,
    lines: toLines(state, goods, goodsOf(null)),
    extra: { ...originOf(goods), ...extraOf({ availableWarehouses: choices.join(",") }) },
  });
}

function shopToOrder(raw: RawDocument, { fields, list }: Tree): Order {
  const row = rowOf(fields.order);
  const warnings: Warning[] = [];
  const { state, code } = stateOf(raw, warnings);
  if (fields.products === null && code in SHOP_STATE) warnings.push(partMissing("lines", "getOrderDetail"));
  const total = row.decimal("payable_fee");
  const buyer = row.text("open_user_id");
  return order(state, {
    externalId: raw.externalId,
    externalKind: "marketplace",
    externalStatus: code,
    parentExternalId: row.text("old_order_id") === raw.externalId ? null : row.text("old_order_id"),
    placedAt: row.time("created", "store_add_time"),
    place: row.text("warehouse"),
    total: total === null ? null : yuan(total),
    lines: toLines(state, list("products"), (product) => ({
      code: product.text("sku_id"),
      listing: product.text("spu_id"),
      sellerCode: product.text("outer_sku_id"),
      title: product.text("title"),
      options: [product.text("color"), product.text("size")].filter((option) => option !== null).join(" ") || null,
      quantity: product.count("num"),
      unitPrice: product.decimal("price"),
    })),
    charges: [
      ...charge("shipping", row.decimal("post_fee"), null),
      ...charge("discount", row.decimal("discount_fee"), "discount"),
      ...charge("discount", row.decimal("ex_discount_fee"), "extra discount"),
    ],
    buyer: buyer === null ? null : { externalId: buyer, name: null, email: null, phone: null, taxId: null },
    shipTo: address({
      name: row.text("receiver_name"),
      phone: row.text("receiver_mobile", "receiver_phone"),
      street: row.text("receiver_address"),
      district: row.text("receiver_district"),
      city: row.text("receiver_city"),
      region: row.text("receiver_state"),
      postcode: row.text("receiver_zip"),
    }),
    notes: { buyer: row.text("remark"), seller: row.text("vendor_memo"), flag: null },
    extra: extraOf({
      salesWarehouse: row.text("sales_warehouse"),
      salesChannel: row.text("sales_channel"),
      isExport: row.text("is_export"),
      payType: row.text("pay_type"),
    }),
    warnings,
  });
}

function directToUnified(raw: RawDocument, { fields, list }: Tree): Unified {
  const row = rowOf(fields.order);
  const warnings: Warning[] = [];
  const { state, code } = stateOf(raw, warnings);
  const isWhole = fields.details !== null;
  if (!isWhole && code in DVD_STATE) warnings.push(partMissing("lines", "getOrderDetail"));
  const total = row.decimal("actual_payment_amount", "vip_order_total_amount");
  const record = order(state, {
    externalId: raw.externalId,
    externalKind: "DVD",
    externalStatus: code,
    parentExternalId: row.text("old_order_id", "po_no"),
    placedAt: row.time("add_time", "create_time", "vis_add_time"),
    place: row.text("area_warehouse_id"),
    lines: toLines(state, list("details"), (detail) => ({
      code: detail.text("barcode"),
      title: detail.text("product_name"),
      options: detail.text("size"),
      quantity: detail.count("amount"),
      unitPrice: detail.decimal("sell_price"),
    })),
    charges: [
      ...charge("shipping", row.decimal("carriage"), null),
      ...charge("discount", row.decimal("promo_discount_amount", "ex_fav_money"), "promotion"),
      ...charge("discount", row.decimal("discount_amount", "favourable_money"), "discount"),
    ],
    ...(total === null ? (isWhole ? {} : { total }) : { total: yuan(total) }),
    shipTo: address({
      name: row.text("buyer"),
      phone: row.text("mobile", "tel"),
      street: row.text("address"),
      city: row.text("city"),
      region: row.text("province"),
      postcode: row.text("postcode"),
    }),
    notes: { buyer: row.text("remark"), seller: null, flag: null },
    extra: extraOf({ poNo: row.text("po_no") }),
    warnings,
  });
  const disputes = disputeOf(record, state, code);
  // What it came to, the order's state says no more.
  const isOver = disputes.length === 0 && code in DVD_STATE;
  const deleted = isOver ? [{ resource: "disputes" as const, externalId: `${OF_ORDER}${raw.externalId}` }] : [];
  return unified({ orders: [record], disputes, deleted });
}

/** Some states of a direct order are those of a return that no list may name any more. */
function disputeOf(
  { externalId, placedAt }: Order,
  { dispute: status }: OrderState,
  externalStatus: string,
): Dispute[] {
  if (status === null) return [];
  const about = { externalId: `${OF_ORDER}${externalId}`, orderExternalId: externalId, system: "order" };
  const words = { externalKind: null, externalReason: null, amount: null, lines: [], events: [], warnings: [] };
  const turn = TURN[status] ?? null;
  const kind = "return_refund" as const;
  return [{ ...UNSAID_DISPUTE, ...words, ...about, kind, status, externalStatus, turn, openedAt: placedAt }];
}

/** Consumer orders that are promised and not in a pick list yet: they hold their units, and nobody ships them as they are. */
function reservationToOrder(raw: RawDocument, row: Tree): Order {
  const state = held("authorized");
  const items = row.list("barcodes");
  const placeIn = (item: Tree | undefined) =>
    placeOf(item?.text("cooperation_no"), item?.text("warehouse") ?? row.text("sale_warehouse"));
  const [first] = items;
  return order(state, {
    externalId: raw.externalId,
    externalKind: "reservation",
    externalStatus: "occupied",
    placedAt: items.map((item) => item.time("create_time")).find((time) => time !== null) ?? null,
    place: placeIn(first),
    total: null,
    lines: toLines(state, items, (item) => ({
      code: item.text("barcode"),
      quantity: item.count("amount"),
      place: placeIn(item),
    })),
    extra: extraOf({ scheduleId: first?.text("sales_no"), cooperationNo: first?.text("cooperation_no") }),
  });
}
