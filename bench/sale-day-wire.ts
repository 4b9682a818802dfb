/** What the stores of the sale day write: products and orders in the wire form of WooCommerce, with amounts that add up. */
import { productId, skuCode } from "./wire-orders.ts";

export interface WireSale {
  id: number;
  /** Milliseconds; the platform tells whole seconds. */
  at: number;
  lines: readonly { id: number; sku: number; quantity: number }[];
}

/** A PHP date without a zone. */
export const phpDate = (ms: number) => new Date(ms).toISOString().slice(0, 19);
const amount = (cents: number) => (cents / 100).toFixed(2);
const priceOf = (sku: number) => 290 + ((sku * 7_919) % 8_900);

/** A simple product that shows a quantity. */
export function wireProduct(sku: number, quantity: number, changed: number) {
  return {
    id: productId(sku),
    name: `Article ${sku}`,
    type: "simple",
    status: "publish",
    permalink: `https://shop.example.test/product/${sku}/`,
    sku: skuCode(sku),
    price: amount(priceOf(sku)),
    regular_price: amount(priceOf(sku)),
    sale_price: "",
    manage_stock: true,
    stock_quantity: quantity,
    stock_status: quantity > 0 ? "instock" : "outofstock",
    backorders: "no",
    parent_id: 0,
    categories: [{ id: 9, name: "Sale", slug: "sale" }],
    images: [],
    attributes: [],
    variations: [],
    date_modified_gmt: phpDate(changed),
  };
}

/** JSON of an order that is paid and waits to be shipped. */
export function wireSale({ id, at, lines }: WireSale): string {
  const time = phpDate(at);
  const goods = lines.reduce((sum, line) => sum + priceOf(line.sku) * line.quantity, 0);
  const address = {
    first_name: "Ines",
    last_name: "Krüger",
    company: "",
    address_1: `Lindenallee ${id % 180}`,
    address_2: "",
    city: "Leipzig",
    state: "DE-SN",
    postcode: "04109",
    country: "DE",
  };
  return JSON.stringify({
    id,
    parent_id: 0,
    number: String(id),
    status: "processing",
    currency: "EUR",
    version: "9.8.5",
    prices_include_tax: true,
    date_created_gmt: time,
    date_modified_gmt: time,
    date_paid_gmt: time,
    date_completed_gmt: null,
    discount_total: "0.00",
    shipping_total: "4.90",
    shipping_tax: "0.00",
    total: amount(goods + 490),
    total_tax: "0.00",
    customer_id: id % 6_000,
    billing: { ...address, email: `buyer.${id % 6_000}@example.test`, phone: "+49 341 5550123" },
    shipping: { ...address, phone: "" },
    payment_method: "stripe",
    payment_method_title: "Credit card",
    transaction_id: `ch_${id}`,
    created_via: "checkout",
    customer_note: "",
    meta_data: [],
    line_items: lines.map((line) => ({
      id: line.id,
      name: `Article ${line.sku}`,
      product_id: productId(line.sku),
      variation_id: 0,
      quantity: line.quantity,
      subtotal: amount(priceOf(line.sku) * line.quantity),
      subtotal_tax: "0.00",
      total: amount(priceOf(line.sku) * line.quantity),
      total_tax: "0.00",
      taxes: [],
      sku: skuCode(line.sku),
      meta_data: [],
    })),
    tax_lines: [],
    shipping_lines: [
      { id: id * 10 + 9, method_title: "DHL", method_id: "flat_rate", total: "4.90", total_tax: "0.00" },
    ],
    fee_lines: [],
    coupon_lines: [],
    refunds: [],
  });
}
