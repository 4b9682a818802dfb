/** An order as the API shows it. */

import { currencyFacts, formatMicros, type Micros, toFloat, trimMicros } from "./money.ts";
import { needsProcessing } from "./order-status.ts";
import { productOf } from "./stock.ts";
import type { Store } from "./store.ts";
import { gmt, local } from "./time.ts";
import { sumOf, taxSum } from "./totals.ts";
import type { Address, Meta, Order, OrderLine, Refund, RefundLine, TaxLine } from "./types.ts";

export type Json = Record<string, unknown>;

const EDITABLE = new Set(["pending", "on-hold", "auto-draft", "checkout-draft"]);
const PAYABLE = new Set(["pending", "failed", "checkout-draft"]);
const READ_WRITE = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/** The address of the API's root. */
export function apiRoot(store: Store): string {
  return store.plainPermalinks ? `${store.home}/index.php?rest_route=/` : `${store.home}/wp-json/`;
}

/** Links of a resource to itself and its list. */
export function links(store: Store, path: string, collection: string, allow: readonly string[] = READ_WRITE): Json {
  const root = apiRoot(store);
  return {
    self: [{ href: `${root}wc/v3/${path}`, targetHints: { allow } }],
    collection: [{ href: `${root}wc/v3/${collection}` }],
  };
}

/** Date fields in the store's zone and in UTC. */
export function dates(store: Store, name: string, seconds: number | null): Json {
  if (seconds === null) return { [name]: null, [`${name}_gmt`]: null };
  return { [name]: local(seconds, store.zone), [`${name}_gmt`]: gmt(seconds) };
}

/** The whole order; `dp` is the number of decimals of its amounts. */
export function orderView(store: Store, order: Order, dp: number): Json {
  const amount = (value: Micros): string => formatMicros(value, dp);
  const { totals } = order;
  const path = `orders/${order.id}`;
  const created = dates(store, "date_created", order.created);
  const modified = dates(store, "date_modified", order.modified);
  const completed = dates(store, "date_completed", order.completed);
  const paid = dates(store, "date_paid", order.paid);
  const { email: _email, ...shipping } = order.shipping;
  return {
    id: order.id,
    parent_id: 0,
    status: order.status,
    currency: order.currency,
    version: store.version,
    prices_include_tax: order.pricesIncludeTax,
    date_created: created.date_created,
    date_modified: modified.date_modified,
    discount_total: amount(totals.discount),
    discount_tax: amount(totals.discountTax),
    shipping_total: amount(totals.shipping),
    shipping_tax: amount(totals.shippingTax),
    cart_tax: amount(totals.cartTax),
    total: amount(totals.total),
    total_tax: amount(totals.tax),
    customer_id: order.customerId,
    order_key: order.orderKey,
    billing: billingView(order.billing),
    shipping,
    payment_method: order.paymentMethod,
    payment_method_title: order.paymentTitle,
    transaction_id: order.transactionId,
    customer_ip_address: order.ip,
    customer_user_agent: order.agent,
    created_via: order.createdVia,
    customer_note: order.customerNote,
    date_completed: completed.date_completed,
    date_paid: paid.date_paid,
    cart_hash: "",
    number: String(order.id),
    meta_data: metaView(order.meta),
    line_items: order.lines.map((line) => lineView(store, line, dp)),
    tax_lines: order.taxLines.map((line) => taxLineView(line, amount)),
    shipping_lines: order.shippingLines.map((line) => ({
      id: line.id,
      method_title: line.methodTitle,
      method_id: line.methodId,
      instance_id: "",
      total: amount(line.total),
      total_tax: amount(taxSum(line.taxes).total),
      taxes: line.taxes.map((tax) => ({ id: tax.rateId, total: amount(tax.total), subtotal: "" })),
      tax_status: "taxable",
      meta_data: [],
    })),
    fee_lines: order.feeLines.map((fee) => ({
      id: fee.id,
      name: fee.name,
      tax_class: "",
      tax_status: fee.isTaxable ? "taxable" : "none",
      amount: "",
      total: amount(fee.total),
      total_tax: amount(taxSum(fee.taxes).total),
      taxes: fee.taxes.map((tax) => ({ id: tax.rateId, total: amount(tax.total), subtotal: "" })),
      meta_data: [],
    })),
    coupon_lines: order.couponLines.map((coupon) => {
      const info = JSON.stringify([
        store.coupons.get(coupon.code)?.id ?? 0,
        coupon.code,
        coupon.discountType,
        coupon.nominal,
      ]);
      return {
        id: coupon.id,
        code: coupon.code,
        discount: trimMicros(coupon.discount),
        discount_tax: trimMicros(coupon.discountTax),
        meta_data: [
          { id: coupon.metaId, key: "coupon_info", value: info, display_key: "coupon_info", display_value: info },
        ],
        discount_type: coupon.discountType,
        nominal_amount: coupon.nominal,
        free_shipping: false,
      };
    }),
    refunds: order.refunds.toReversed().map((refund) => refundSummary(refund, amount)),
    payment_url: `${store.home}/checkout/order-pay/${order.id}/?pay_for_order=true&key=${order.orderKey}`,
    is_editable: EDITABLE.has(order.status),
    needs_payment: PAYABLE.has(order.status) && totals.total > 0,
    needs_processing: needsProcessing(store, order),
    date_created_gmt: created.date_created_gmt,
    date_modified_gmt: modified.date_modified_gmt,
    date_completed_gmt: completed.date_completed_gmt,
    date_paid_gmt: paid.date_paid_gmt,
    currency_symbol: currencyFacts(order.currency).symbol,
    _links: {
      ...links(store, path, "orders"),
      email_templates: [{ embeddable: true, href: `${apiRoot(store)}wc/v3/${path}/actions/email_templates` }],
    },
  };
}

/** A refund in full; `withParent` as the list over all orders shows it. */
export function refundView(store: Store, refund: Refund, dp: number, withParent = false): Json {
  const amount = (value: Micros): string => formatMicros(value, dp);
  const up = `orders/${refund.orderId}`;
  return {
    id: refund.id,
    ...(withParent ? { parent_id: refund.orderId } : {}),
    ...dates(store, "date_created", refund.created),
    amount: amount(refund.amount),
    reason: refund.reason,
    refunded_by: 1,
    refunded_payment: refund.isPaidBack,
    meta_data: [{ id: refund.metaId, key: "_refund_type", value: refund.isFull ? "full" : "partial" }],
    line_items: refund.lines.map((line) => refundLineView(store, line, dp)),
    shipping_lines: refund.shipping.map((line) => ({
      id: line.id,
      method_title: line.methodTitle,
      method_id: line.methodId,
      instance_id: "",
      total: amount(-line.total),
      total_tax: amount(-sumOf(refund.taxLines.map((tax) => tax.shippingTax))),
      taxes: refund.taxLines.map((tax) => ({ id: tax.rate.id, total: amount(-tax.shippingTax), subtotal: "" })),
      tax_status: "taxable",
      meta_data: [],
    })),
    tax_lines: refund.taxLines.map((line) =>
      taxLineView({ ...line, tax: -line.tax, shippingTax: -line.shippingTax }, amount),
    ),
    fee_lines: [],
    _links: {
      ...links(store, `${up}/refunds/${refund.id}`, `${up}/refunds`, ["GET", "DELETE"]),
      up: [{ href: `${apiRoot(store)}wc/v3/${up}` }],
    },
  };
}

/** Meta of an order or product, in the order of its keys. */
export function metaView(meta: readonly Meta[]): Json[] {
  return meta
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.id - b.id))
    .map(({ id, key, value }) => ({ id, key, value }));
}

function lineView(store: Store, line: OrderLine, dp: number): Json {
  const amount = (value: Micros): string => formatMicros(value, dp);
  const product = productOf(store, line);
  const tax = taxSum(line.taxes);
  const isSimple = product !== undefined && product.type !== "variation";
  return {
    id: line.id,
    name: line.name,
    product_id: product === undefined ? 0 : line.productId,
    variation_id: product === undefined ? 0 : line.variationId,
    quantity: line.quantity,
    tax_class: "",
    subtotal: amount(line.subtotal),
    subtotal_tax: amount(tax.subtotal),
    total: amount(line.total),
    total_tax: amount(tax.total),
    taxes: line.taxes.map((item) => ({
      id: item.rateId,
      total: amount(item.total),
      subtotal: amount(item.subtotal),
    })),
    meta_data: line.meta.map(displayedMeta),
    sku: product?.sku ?? null,
    global_unique_id: product?.gtin ?? null,
    price: line.quantity === 0 ? 0 : toFloat(line.total) / line.quantity,
    image: { id: isSimple ? "" : 0, src: "" },
    parent_name: line.variationId === 0 ? null : line.parentName,
  };
}

function refundLineView(store: Store, line: RefundLine, dp: number): Json {
  const amount = (value: Micros): string => formatMicros(value, dp);
  const tax = amount(-taxSum(line.taxes).total);
  const origin = String(line.line.id);
  return {
    ...lineView(store, line.line, dp),
    id: line.id,
    quantity: -line.quantity,
    subtotal: amount(-line.total),
    subtotal_tax: tax,
    total: amount(-line.total),
    total_tax: tax,
    taxes: line.taxes.map((item) => ({
      id: item.rateId,
      total: amount(-item.total),
      subtotal: amount(-item.total),
    })),
    meta_data: [displayedMeta({ id: line.metaId, key: "_refunded_item_id", value: origin })],
    price: line.quantity === 0 ? 0 : toFloat(line.total) / line.quantity,
  };
}

function taxLineView(line: TaxLine, amount: (value: Micros) => string): Json {
  return {
    id: line.id,
    rate_code: line.rate.code,
    rate_id: line.rate.id,
    label: line.rate.label,
    compound: false,
    tax_total: amount(line.tax),
    shipping_tax_total: amount(line.shippingTax),
    rate_percent: line.rate.percent,
    meta_data: [],
  };
}

function refundSummary(refund: Refund, amount: (value: Micros) => string): Json {
  const tax = sumOf(refund.taxLines.map((line) => line.tax + line.shippingTax));
  return { id: refund.id, reason: refund.reason, total: amount(-refund.amount), total_tax: amount(-tax) };
}

function displayedMeta({ id, key, value }: Meta): Json {
  const label = key.startsWith("_") ? key : key.charAt(0).toUpperCase() + key.slice(1);
  return { id, key, value, display_key: label, display_value: value };
}

function billingView(address: Address): Json {
  const { first_name, last_name, company, address_1, address_2, city, state, postcode, country, email, phone } =
    address;
  return { first_name, last_name, company, address_1, address_2, city, state, postcode, country, email, phone };
}
