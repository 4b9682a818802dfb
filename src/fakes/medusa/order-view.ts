/** Orders as the API tells them. */

import type { Wanted } from "./fields.ts";
import { fulfillmentStatus } from "./fulfillments.ts";
import { parcelView, paymentView, returnView } from "./part-views.ts";
import { collectionStatus, owedOf, paidOf, paymentStatus } from "./payments.ts";
import { productColumns, variantColumns } from "./product-view.ts";
import type { Store } from "./store.ts";
import { firstTotalOf, keptOf, lineTotal, totalOf } from "./totals.ts";
import type { Line, Order } from "./types.ts";
import { countsWithRaw, major, time, timeOrNull, times, type View, withRaw } from "./wire.ts";

const TOTALS =
  "subtotal tax_total discount_total discount_tax_total original_total original_subtotal original_tax_total item_total " +
  "item_subtotal item_tax_total original_item_total original_item_subtotal original_item_tax_total shipping_total " +
  "shipping_subtotal shipping_tax_total original_shipping_tax_total original_shipping_subtotal original_shipping_total " +
  "credit_line_total credit_line_subtotal credit_line_tax_total";

/** Told of an order in a list. */
export const LIST_FIELDS: readonly string[] = [
  ..."id display_id custom_display_id status version summary total metadata locale created_at updated_at".split(" "),
  "*items",
];

/** Told of one order. */
export const ORDER_FIELDS: readonly string[] = [
  ...LIST_FIELDS,
  "region_id",
  ...TOTALS.split(" "),
  ..."*items.variant *items.variant.product *credit_lines *shipping_address *billing_address *shipping_methods".split(
    " ",
  ),
  ..."*payment_collections *payment_collections.payments".split(" "),
  ..."*payment_collections.payments.captures *payment_collections.payments.refunds".split(" "),
];

/** Told by every read, whatever `fields=` says. */
export const ALWAYS: readonly string[] = ["status", "version", "*items", "payment_status", "fulfillment_status"];

/** True: totals are worked out, of each line too. */
export function isTotalled(wanted: Wanted): boolean {
  return [...wanted.keys()].some((name) => name.endsWith("total"));
}

/** An order with all that could be asked for. */
export function orderView(store: Store, order: Order, hasTotals = true): View {
  const { address } = order;
  return {
    id: order.id,
    display_id: order.number,
    custom_display_id: null,
    status: order.status,
    version: order.version,
    summary: summaryOf(order),
    ...totalsOf(order),
    metadata: order.metadata,
    locale: null,
    created_at: time(order.created),
    updated_at: time(order.updated),
    region_id: store.ids.region,
    items: order.lines.map((line) => lineView(order, line, hasTotals)),
    credit_lines: order.creditLines.map(({ id, amount, created }) => {
      const reference = { reference: "payment_collection", reference_id: order.collection.id, order_id: order.id };
      return { id, ...reference, ...times({ created, updated: created }), ...withRaw({ amount }) };
    }),
    shipping_address: { id: `ordaddr_${order.id.slice(6)}`, ...addressColumns(address), ...times(order) },
    billing_address: { id: `ordaddr_${order.id.slice(6)}B`, ...addressColumns(address), phone: null, ...times(order) },
    shipping_methods: [methodView(order)],
    payment_collections: [collectionView(order)],
    fulfillments: order.fulfillments.map(parcelView),
    returns: order.returns.map((back) => returnView(store, back)),
    payment_status: paymentStatus(order),
    fulfillment_status: fulfillmentStatus(order),
    // Told only where they are asked for.
    currency_code: order.currency,
    email: order.email,
    customer_id: order.customer,
    sales_channel_id: store.ids.channel,
    canceled_at: timeOrNull(order.canceled),
    is_draft_order: order.status === "draft",
  };
}

const creditsOf = ({ creditLines }: Order): number => creditLines.reduce((sum, { amount }) => sum + amount, 0);

function summaryOf(order: Order): View {
  const { captured, refunded } = paidOf(order);
  return withRaw({
    paid_total: captured,
    refunded_total: refunded,
    accounting_total: totalOf(order),
    credit_line_total: 0,
    transaction_total: captured - refunded,
    pending_difference: -owedOf(order),
    current_order_total: totalOf(order),
    original_order_total: firstTotalOf(order) - creditsOf(order),
  });
}

function totalsOf(order: Order): View {
  const sum = (of: (line: Line) => number): number => order.lines.reduce((all, line) => all + of(line), 0);
  const goods = sum((line) => keptOf(line) * line.unitPrice);
  const tax = sum((line) => keptOf(line) * line.tax);
  const discount = sum((line) => keptOf(line) * line.discount);
  const shipping = order.shipping.amount;
  const amounts: Record<string, number> = {
    total: totalOf(order),
    subtotal: goods + shipping,
    tax_total: tax,
    discount_total: discount,
    original_total: goods + tax + shipping,
    original_subtotal: goods + shipping,
    original_tax_total: tax,
    item_total: goods + tax - discount,
    item_subtotal: goods,
    item_tax_total: tax,
    original_item_total: goods + tax,
    original_item_subtotal: goods,
    original_item_tax_total: tax,
    credit_line_total: creditsOf(order),
    credit_line_subtotal: creditsOf(order),
  };
  for (const name of ["shipping_total", "shipping_subtotal", "original_shipping_subtotal", "original_shipping_total"])
    amounts[name] = shipping;
  const named = ["total", ...TOTALS.split(" ")].map((name) => [name, major(amounts[name] ?? 0)]);
  return Object.fromEntries(named);
}

function lineView(order: Order, line: Line, hasTotals: boolean): View {
  const { variant, quantity, unitPrice } = line;
  const { product } = variant;
  const columns = {
    id: line.id,
    title: line.title,
    subtitle: variant.title,
    thumbnail: null,
    variant_id: variant.id,
    product_id: product.id,
    product_title: line.title,
    product_handle: product.handle,
    variant_sku: line.sku,
    variant_barcode: variant.barcode,
    variant_title: variant.title,
    requires_shipping: true,
    is_giftcard: false,
    is_discountable: true,
    is_tax_inclusive: false,
    is_custom_price: false,
    metadata: {},
    ...withRaw({ unit_price: unitPrice }),
    ...times({ created: order.created, updated: order.created }),
    ...countsWithRaw({ quantity }),
  };
  const relations = { variant: { ...variantColumns(variant), product: productColumns(product) } };
  const told = { ...columns, detail: detailView(order, line), ...relations };
  if (!hasTotals) return told;
  return {
    ...told,
    tax_lines: line.tax === 0 ? [] : [{ rate: 10, code: "default", provider_id: "system" }],
    adjustments: line.discount === 0 ? [] : [withRaw({ amount: line.discount * quantity })],
    ...lineTotals(line),
  };
}

function detailView(order: Order, line: Line): View {
  return {
    id: line.id.replace("ordli_", "orditem_"),
    version: order.version,
    metadata: {},
    order_id: order.id,
    item_id: line.id,
    // Told from the first change of the order on.
    ...(order.version === 1 ? { unit_price: null, raw_unit_price: null } : withRaw({ unit_price: line.unitPrice })),
    ...countsWithRaw({
      quantity: line.quantity,
      fulfilled_quantity: line.fulfilled,
      delivered_quantity: line.delivered,
      shipped_quantity: line.shipped,
      return_requested_quantity: line.returnRequested,
      return_received_quantity: line.returnReceived,
      return_dismissed_quantity: 0,
      written_off_quantity: 0,
    }),
  };
}

function lineTotals(line: Line): View {
  const kept = keptOf(line);
  const [goods, tax, discount] = [kept * line.unitPrice, kept * line.tax, kept * line.discount];
  const of = (pieces: number): number => lineTotal(line, pieces);
  return withRaw({
    subtotal: goods,
    total: of(kept),
    original_subtotal: goods,
    original_total: goods + tax,
    discount_subtotal: discount,
    discount_tax_total: 0,
    discount_total: discount,
    tax_total: tax,
    original_tax_total: tax,
    refundable_total_per_unit: of(1),
    refundable_total: of(kept),
    fulfilled_total: of(line.fulfilled),
    shipped_total: of(line.shipped),
    return_requested_total: of(line.returnRequested),
    return_received_total: of(line.returnReceived),
    return_dismissed_total: 0,
    write_off_total: 0,
  });
}

function addressColumns({ first, last, street, city, postal, country, phone }: Order["address"]): View {
  return {
    customer_id: null,
    company: null,
    first_name: first,
    last_name: last,
    address_1: street,
    address_2: null,
    city,
    country_code: country,
    province: "NY",
    postal_code: postal,
    phone,
    metadata: null,
  };
}

function methodView(order: Order): View {
  const { id, name, amount } = order.shipping;
  return {
    id,
    name,
    description: null,
    is_tax_inclusive: false,
    is_custom_amount: false,
    shipping_option_id: `so_${order.id.slice(6, 32)}`,
    data: {},
    metadata: null,
    order_id: order.id,
    tax_lines: [],
    adjustments: [],
    ...withRaw({ amount, subtotal: amount, total: amount, discount_total: 0, tax_total: 0 }),
    ...times({ created: order.created, updated: order.created }),
  };
}

function collectionView(order: Order): View {
  const { id, amount } = order.collection;
  const { authorized, captured, refunded } = paidOf(order);
  const last = order.payments.at(-1)?.captured ?? null;
  const status = collectionStatus(order);
  return {
    id,
    currency_code: order.currency,
    completed_at: status === "completed" ? timeOrNull(last) : null,
    status,
    metadata: null,
    ...withRaw({ amount, authorized_amount: authorized, captured_amount: captured, refunded_amount: refunded }),
    ...times({ created: order.created, updated: order.created }),
    payments: order.payments.map(paymentView),
  };
}
