/** Documents of orders as unified orders. Pure. */
import { z } from "zod";
import type { RawDocument } from "../../../core/adapter.ts";
import { look } from "../../../core/model/look.ts";
import { type Dispute, type Order, type Unified, unified, type Warning } from "../../../core/model/records.ts";
import { isZero, neg } from "../../../core/money.ts";
import { DVD_STATE, JITX_STATE, type OrderState, SHOP_STATE, stateCode, UNKNOWN_STATE } from "../codes.ts";
import { idOrNull, intOrNull, list, sums, texts, times, yuan } from "../schemas.ts";
import { FORM } from "./documents.ts";
import { pickToUnified } from "./pick.ts";
import { address, extraOf, line, lineIds, order, partMissing, placed, placeOf } from "./record.ts";

export function toUnified(raw: RawDocument): Unified {
  if (raw.form === FORM.jitx) return jitxToUnified(raw);
  if (raw.form === FORM.request) return unified({ orders: [requestToOrder(raw)] });
  if (raw.form === FORM.marketplace) return unified({ orders: [shopToOrder(raw)] });
  if (raw.form === FORM.dvd) return directToUnified(raw);
  if (raw.form === FORM.reservation) return unified({ orders: [reservationToOrder(raw)] });
  if (raw.form === FORM.release) return unified({ deleted: [{ resource: "orders", externalId: releasedId(raw) }] });
  return pickToUnified(raw);
}

/** The state of an order of a kind that is not a pick list. */
export function stateOf(raw: RawDocument, warnings: Warning[] = []): { state: OrderState; code: string } {
  const table = { [FORM.jitx]: JITX_STATE, [FORM.marketplace]: SHOP_STATE, [FORM.dvd]: DVD_STATE }[raw.form] ?? {};
  const { order_status, status, order } = STATUS.parse(raw.payload);
  const code = stateCode(order?.status ?? order?.order_status ?? order_status ?? status ?? "");
  return { state: look(table, "state of an order", code, UNKNOWN_STATE, warnings), code };
}
const STATUS = z.looseObject({
  ...texts("order_status", "status"),
  order: z.looseObject(texts("order_status", "status")).optional(),
});

const GOODS = { barcode: idOrNull(), quantity: intOrNull(), ...sums("price") };
const GOODS_TEXTS = texts("product_name", "brand_name", "size", "sn", "po_no", "cooperation_no");
const goods = () => list(z.looseObject({ ...GOODS, ...GOODS_TEXTS }));
type Goods = z.infer<ReturnType<typeof goods>>[number];

/** The price of goods is that of the whole line. */
function toGoodsLines(state: OrderState, rows: readonly Goods[], place: string | null) {
  const ids = lineIds(rows.map((row) => row.barcode));
  return rows.map((row, index) =>
    line(state, {
      externalId: ids[index] ?? "",
      variant: row.barcode,
      listing: row.barcode,
      sellerCode: row.barcode,
      title: row.product_name,
      options: row.size,
      quantity: row.quantity ?? 0,
      unitPrice: null,
      lineTotal: row.price ?? "0",
      place,
    }),
  );
}

/** What goods of one purchase order and co-operation say of the order. */
const origin = (rows: readonly Goods[]) => extraOf({ poNo: rows[0]?.po_no, cooperationNo: rows[0]?.cooperation_no });

const JITX = z.looseObject({
  ...texts("order_sn", "order_status", "delivery_warehouse", "pay_type", "remark", "transport_no", "carrier_name"),
  ...texts("buyer", "buyer_address", "buyer_mobile", "buyer_tel", "buyer_postcode", "carrier_code"),
  ...texts("buyer_province", "buyer_city", "buyer_county"),
  ...times("add_time", "last_update_time"),
  order_goods: goods(),
});

function jitxToUnified(raw: RawDocument): Unified {
  const row = JITX.parse(raw.payload);
  const warnings: Warning[] = [];
  const { state, code } = stateOf(raw, warnings);
  const record = order(state, {
    externalId: raw.externalId,
    externalKind: "JITX",
    externalStatus: code,
    parentExternalId: row.order_goods[0]?.po_no ?? null,
    place: row.delivery_warehouse,
    placedAt: placed(row.add_time),
    cancelledAt: state.status === "cancelled" ? row.last_update_time : null,
    lines: toGoodsLines(state, row.order_goods, row.delivery_warehouse),
    shipTo: address({
      name: row.buyer,
      phone: row.buyer_mobile ?? row.buyer_tel,
      address: row.buyer_address,
      district: row.buyer_county,
      city: row.buyer_city,
      region: row.buyer_province,
      postcode: row.buyer_postcode,
    }),
    notes: { buyer: row.remark, seller: null, flag: null },
    extra: { ...origin(row.order_goods), ...extraOf({ carrierCode: row.carrier_code, carrierName: row.carrier_name }) },
    warnings,
  });
  // What was reserved for it is held by the order now.
  return unified({ orders: [record], deleted: [{ resource: "orders", externalId: `occupied:${raw.externalId}` }] });
}

const HELD: OrderState = { status: "on_hold", payment: "paid", line: "unfulfilled", parcel: null, dispute: null };

const REQUEST = z.looseObject({
  ...texts("order_sn", "status", "status_remark", "buyer_address"),
  ...times("update_time"),
  available_warehouses: z.unknown().optional(),
  delivery_order_details: goods(),
});

/** Asks which warehouse ships an order that is still to come. Its units are held until it comes. */
function requestToOrder(raw: RawDocument): Order {
  const row = REQUEST.parse(raw.payload);
  const declined = row.status === "FAIL";
  const state: OrderState = declined
    ? { ...HELD, status: "cancelled", payment: "unknown", line: "cancelled" }
    : { ...HELD, payment: "unknown" };
  const choices = Array.isArray(row.available_warehouses) ? row.available_warehouses.map(String) : [];
  return order(state, {
    externalId: raw.externalId,
    externalKind: "JITX request",
    externalStatus: row.status ?? "",
    placedAt: placed(row.update_time),
    place: choices.length === 1 ? (choices[0] ?? null) : null,
    lines: toGoodsLines(state, row.delivery_order_details, null),
    extra: { ...origin(row.delivery_order_details), ...extraOf({ availableWarehouses: choices.join(",") }) },
  });
}

const SHOP = z.looseObject({
  order: z.looseObject({
    ...texts("status", "old_order_id", "receiver_name", "receiver_mobile", "receiver_phone", "receiver_address"),
    ...texts("receiver_zip", "receiver_district", "receiver_city", "receiver_state", "remark", "vendor_memo"),
    ...texts("warehouse", "sales_warehouse", "pay_type", "sales_channel", "is_export", "open_user_id"),
    ...sums("total_fee", "post_fee", "discount_fee", "ex_discount_fee", "payable_fee"),
    ...times("created", "store_add_time"),
  }),
  products: list(
    z.looseObject({
      ...texts("sku_id", "spu_id", "outer_sku_id", "title", "size", "color"),
      num: intOrNull(),
      ...sums("price"),
    }),
  ).nullable(),
});

const charge = (
  kind: "shipping" | "discount",
  payer: "buyer" | "seller" | "unknown",
  amount: string | null,
  label: string | null,
) =>
  amount === null || isZero(yuan(amount))
    ? []
    : [
        {
          kind,
          payer,
          amount: kind === "discount" ? neg(yuan(amount.replace("-", ""))) : yuan(amount),
          label,
          inTotal: true,
        },
      ];

function shopToOrder(raw: RawDocument): Order {
  const { order: row, products } = SHOP.parse(raw.payload);
  const warnings: Warning[] = [];
  const { state, code } = stateOf(raw, warnings);
  if (products === null && state !== UNKNOWN_STATE) warnings.push(partMissing("lines", "getOrderDetail"));
  const ids = lineIds((products ?? []).map((product) => product.sku_id));
  return order(state, {
    externalId: raw.externalId,
    externalKind: "marketplace",
    externalStatus: code,
    parentExternalId: row.old_order_id === raw.externalId ? null : row.old_order_id,
    placedAt: placed(row.created ?? row.store_add_time),
    place: row.warehouse,
    total: row.payable_fee === null ? null : yuan(row.payable_fee),
    lines: (products ?? []).map((product, index) =>
      line(state, {
        externalId: ids[index] ?? "",
        variant: product.sku_id,
        listing: product.spu_id,
        sellerCode: product.outer_sku_id,
        title: product.title,
        options: [product.color, product.size].filter((option) => option !== null).join(" ") || null,
        quantity: product.num ?? 0,
        unitPrice: product.price,
      }),
    ),
    charges: [
      ...charge("shipping", "buyer", row.post_fee, null),
      ...charge("discount", "unknown", row.discount_fee, "discount"),
      ...charge("discount", "unknown", row.ex_discount_fee, "extra discount"),
    ],
    buyer:
      row.open_user_id === null
        ? null
        : { externalId: row.open_user_id, name: null, email: null, phone: null, taxId: null },
    shipTo: address({
      name: row.receiver_name,
      phone: row.receiver_mobile ?? row.receiver_phone,
      address: row.receiver_address,
      district: row.receiver_district,
      city: row.receiver_city,
      region: row.receiver_state,
      postcode: row.receiver_zip,
    }),
    notes: { buyer: row.remark, seller: row.vendor_memo, flag: null },
    extra: extraOf({
      salesWarehouse: row.sales_warehouse,
      salesChannel: row.sales_channel,
      isExport: row.is_export,
      payType: row.pay_type,
    }),
    warnings,
  });
}

const DIRECT = z.looseObject({
  order: z.looseObject({
    ...texts("order_status", "old_order_id", "buyer", "address", "mobile", "tel", "postcode", "city", "province"),
    ...texts("remark", "po_no", "area_warehouse_id"),
    ...sums("carriage", "product_money", "promo_discount_amount", "discount_amount", "vip_order_total_amount"),
    ...sums("ex_fav_money", "favourable_money"),
    ...times("add_time", "vis_add_time", "create_time"),
  }),
  details: list(
    z.looseObject({
      ...texts("barcode", "product_name", "size", "art_no"),
      amount: intOrNull(),
      ...sums("sell_price"),
    }),
  ).nullable(),
});

function directToUnified(raw: RawDocument): Unified {
  const { order: row, details } = DIRECT.parse(raw.payload);
  const warnings: Warning[] = [];
  const { state, code } = stateOf(raw, warnings);
  if (details === null && state !== UNKNOWN_STATE) warnings.push(partMissing("lines", "getOrderDetail"));
  const ids = lineIds((details ?? []).map((detail) => detail.barcode));
  const lines = (details ?? []).map((detail, index) =>
    line(state, {
      externalId: ids[index] ?? "",
      variant: detail.barcode,
      listing: detail.barcode,
      sellerCode: detail.barcode,
      title: detail.product_name,
      options: detail.size,
      quantity: detail.amount ?? 0,
      unitPrice: detail.sell_price,
    }),
  );
  const placedAt = placed(row.add_time ?? row.create_time ?? row.vis_add_time);
  const total = row.vip_order_total_amount === null ? {} : { total: yuan(row.vip_order_total_amount) };
  const record = order(state, {
    externalId: raw.externalId,
    externalKind: "DVD",
    externalStatus: code,
    parentExternalId: row.old_order_id ?? row.po_no,
    placedAt,
    place: row.area_warehouse_id,
    lines,
    charges: [
      ...charge("shipping", "buyer", row.carriage, null),
      ...charge("discount", "unknown", row.promo_discount_amount ?? row.ex_fav_money, "promotion"),
      ...charge("discount", "unknown", row.discount_amount ?? row.favourable_money, "discount"),
    ],
    ...(details === null && row.vip_order_total_amount === null ? { total: null } : total),
    shipTo: address({
      name: row.buyer,
      phone: row.mobile ?? row.tel,
      address: row.address,
      district: null,
      city: row.city,
      region: row.province,
      postcode: row.postcode,
    }),
    notes: { buyer: row.remark, seller: null, flag: null },
    extra: extraOf({ poNo: row.po_no }),
    warnings,
  });
  return unified({ orders: [record], disputes: disputeOf(record, state, code) });
}

/** Some states of a direct order are those of a return that no list may name any more. */
function disputeOf({ externalId, placedAt }: Order, { dispute: status }: OrderState, code: string): Dispute[] {
  if (status === null) return [];
  const turns = {
    open_awaiting_seller: "seller",
    open_awaiting_platform: "platform",
    return_in_transit: "seller",
  } as const;
  return [
    {
      externalId: `order:${externalId}`,
      orderExternalId: externalId,
      system: "order",
      kind: "return_refund",
      externalKind: null,
      status,
      externalStatus: code,
      reason: null,
      externalReason: null,
      amount: null,
      turn: status in turns ? turns[status as keyof typeof turns] : null,
      dueAt: null,
      openedAt: placedAt,
      closedAt: null,
      lines: [],
      events: [],
      returnTracking: null,
      lockToken: null,
      restockedByPlatform: null,
      warnings: [],
    },
  ];
}

const RESERVATION = z.looseObject({
  ...texts("occupied_order_sn", "order_sn", "sale_warehouse"),
  barcodes: list(
    z.looseObject({
      barcode: idOrNull(),
      amount: intOrNull(),
      sales_no: idOrNull(),
      ...texts("cooperation_no", "warehouse", "cooperation_mode"),
      ...times("create_time"),
    }),
  ),
});

/** Consumer orders that are promised and not in a pick list yet: they hold their units, and nobody ships them as they are. */
function reservationToOrder(raw: RawDocument): Order {
  const row = RESERVATION.parse(raw.payload);
  const ids = lineIds(row.barcodes.map((item) => item.barcode));
  const [first] = row.barcodes;
  const place = placeOf(first?.cooperation_no, first?.warehouse ?? row.sale_warehouse);
  return order(
    { ...HELD, payment: "authorized" },
    {
      externalId: raw.externalId,
      externalKind: "reservation",
      externalStatus: "occupied",
      placedAt: placed(first?.create_time ?? null),
      place,
      total: null,
      lines: row.barcodes.map((item, index) =>
        line(HELD, {
          externalId: ids[index] ?? "",
          variant: item.barcode,
          listing: item.barcode,
          sellerCode: item.barcode,
          title: null,
          options: null,
          quantity: item.amount ?? 0,
          unitPrice: null,
          place: placeOf(item.cooperation_no, item.warehouse ?? row.sale_warehouse),
        }),
      ),
      extra: extraOf({ scheduleId: first?.sales_no, cooperationNo: first?.cooperation_no }),
    },
  );
}

/** A release names what it releases. */
const releasedId = (raw: RawDocument): string => {
  const { occupied_order_sn: occupied, order_sn: becomes } = RESERVATION.parse(raw.payload);
  return `occupied:${becomes ?? occupied ?? ""}`;
};
