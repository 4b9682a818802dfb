/** `/orders` and its parts. https://woocommerce.github.io/woocommerce-rest-api-docs/#order-properties */
import { z } from "zod";
import {
  decimalOrNull,
  decimalOrZero,
  id,
  idOrNull,
  instant,
  instantOrNull,
  text,
  textOrNull,
} from "../../../core/wire.ts";
import { currencyOrNull, dateOrNull, flag, list, metaList, record, words, wordsOrNull } from "./helpers.ts";

const PARTY = record(
  z.object({
    first_name: words(),
    last_name: words(),
    company: wordsOrNull(),
    address_1: words(),
    address_2: words(),
    city: wordsOrNull(),
    state: wordsOrNull(),
    postcode: wordsOrNull(),
    country: wordsOrNull(),
    email: wordsOrNull(),
    phone: wordsOrNull(),
  }),
);
export type Party = z.infer<typeof PARTY>;

const LINE = z.object({
  id: id(),
  name: words(),
  product_id: idOrNull(),
  variation_id: idOrNull(),
  quantity: decimalOrNull(),
  subtotal: decimalOrZero(),
  total: decimalOrZero(),
  total_tax: decimalOrZero(),
  taxes: list(z.object({ id: idOrNull(), total: decimalOrNull() })),
  sku: textOrNull(),
  meta_data: metaList(),
});
export type OrderLineDocument = z.infer<typeof LINE>;

/** Fields of an order that are read; the others stay in the document. */
export const ORDER = z.object({
  id: id(),
  number: textOrNull(),
  parent_id: idOrNull(),
  status: text(),
  currency: currencyOrNull(),
  version: textOrNull(),
  prices_include_tax: flag(),
  /** Null where only the local time is there: the mapper has the store's zone. */
  date_created_gmt: dateOrNull(),
  date_modified_gmt: dateOrNull(),
  date_completed_gmt: dateOrNull(),
  date_paid_gmt: dateOrNull(),
  total: decimalOrNull(),
  total_tax: decimalOrZero(),
  shipping_total: decimalOrZero(),
  discount_total: decimalOrZero(),
  customer_id: idOrNull(),
  billing: PARTY,
  shipping: PARTY,
  payment_method: words(),
  payment_method_title: words(),
  transaction_id: wordsOrNull(),
  created_via: words(),
  customer_note: wordsOrNull(),
  line_items: list(LINE),
  shipping_lines: list(z.object({ method_title: wordsOrNull(), total: decimalOrZero() })),
  fee_lines: list(z.object({ name: wordsOrNull(), total: decimalOrZero() })),
  coupon_lines: list(z.object({ code: wordsOrNull(), discount: decimalOrZero() })),
  refunds: list(z.object({ id: id(), total: decimalOrZero() })),
  meta_data: metaList(),
});
export type OrderDocument = z.infer<typeof ORDER>;

const REFUND_LINE = z.object({
  product_id: idOrNull(),
  variation_id: idOrNull(),
  quantity: decimalOrZero(),
  total: decimalOrZero(),
  total_tax: decimalOrZero(),
  meta_data: metaList(),
});

/** `/orders/{id}/refunds` and `/refunds`; only the latter names the order. */
export const REFUND = z.object({
  id: id(),
  parent_id: idOrNull(),
  date_created_gmt: instant(),
  amount: decimalOrNull(),
  reason: wordsOrNull(),
  refunded_payment: flag(),
  line_items: list(REFUND_LINE),
  shipping_lines: list(z.object({ total: decimalOrZero(), total_tax: decimalOrZero() })),
  meta_data: metaList(),
});
export type RefundDocument = z.infer<typeof REFUND>;

/** `/orders/{id}/fulfillments`. */
export const FULFILLMENT = z.object({
  id: id(),
  entity_id: idOrNull(),
  status: words(),
  is_fulfilled: flag(),
  date_updated: instantOrNull(),
  date_deleted: instantOrNull(),
  meta_data: metaList(),
});
export type FulfillmentDocument = z.infer<typeof FULFILLMENT>;

/** The fulfilments of one order, read together. */
export const FULFILLMENTS_OF_ORDER = z.object({ order_id: id(), fulfillments: list(FULFILLMENT) });

export const NOTE = z.object({ id: id(), note: words(), customer_note: flag() });
