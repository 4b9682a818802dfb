/**
 * Orders as a WooCommerce store writes them: 3.7 KB of JSON text with four lines each, amounts that add up, the same in
 * every run. SKUs are skewed as sales are: a few of them stand in most orders.
 */
import { seededRandom, zipf } from "./random.ts";

export const SKU_COUNT = 10_000;
const LINES = 4;
const TAX_PERCENT = 19;
const FIRST_ORDER_ID = 700_001;
const FIRST_PRODUCT_ID = 1_000;
const FIRST_PLACED = Date.UTC(2026, 0, 5, 6, 0, 0);
const SECONDS_BETWEEN = 77;

export const skuCode = (index: number) => `SKU-${String(index).padStart(5, "0")}`;
/** The id of a simple product, which is its variant's too. */
export const productId = (index: number) => FIRST_PRODUCT_ID + index;

const FIRST = "Ada Bo Carla Dmitri Elif Fatou Goran Hana Ines Jonas Kaya Lena Milan Nora Oskar Pia".split(" ");
const LAST = "Abel Brandt Celik Dubois Ekström Fischer Groß Huber Ivanov Jansen Krüger Lindqvist Möller Novak".split(
  " ",
);
const CITY = "Berlin Hamburg München Köln Leipzig Dresden Bremen Nürnberg Mannheim Kiel".split(" ");
const STREET = "Lindenallee Hauptstraße Am Markt Gartenweg Schillerplatz Mühlenweg".split(" ");
const ADJECTIVE = "Canvas Merino Oak Recycled Slim Heavy Soft Brushed Matte Double".split(" ");
const NOUN =
  "Tote Bag|T-Shirt|Cutting Board|Notebook|Water Bottle|Beanie|Desk Lamp|Pillow Case|Teapot|Rain Jacket".split("|");
const REMARK = [
  "Please leave it with the neighbour.",
  "Ring twice",
  "Kein Karton, bitte.",
  "It is a present: no invoice 🎁",
];

/** JSON texts of orders, oldest first. */
export function wireOrders(count: number): string[] {
  const random = seededRandom(20_260_105);
  const nextSku = zipf(random, SKU_COUNT);
  return Array.from({ length: count }, (_, index) => JSON.stringify(wireOrder(index, random, nextSku)));
}

type Random = () => number;

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
const amount = (cents: number) => (cents / 100).toFixed(2);
const taxOf = (cents: number) => Math.round((cents * TAX_PERCENT) / 100);
/** A PHP date without a zone. */
const phpDate = (ms: number) => new Date(ms).toISOString().slice(0, 19);

function wireOrder(index: number, random: Random, nextSku: () => number) {
  const id = FIRST_ORDER_ID + index;
  const placed = FIRST_PLACED + index * SECONDS_BETWEEN * 1_000;
  const chance = random();
  const status = chance < 0.72 ? "processing" : chance < 0.92 ? "completed" : chance < 0.96 ? "on-hold" : "pending";
  const isPaid = status === "processing" || status === "completed";
  const times = {
    created: placed,
    modified: placed + Math.floor(random() * 3_000_000),
    paid: isPaid ? placed + 40_000 : null,
    completed: status === "completed" ? placed + 2_000_000 : null,
  };
  const lines = pickSkus(nextSku).map((sku, position) => wireLine(id * 10 + position, sku, random));
  const goods = lines.reduce((sum, line) => sum + line.cents, 0);
  const shipping = goods > 5_000 ? 0 : 490;
  const tax = lines.reduce((sum, line) => sum + taxOf(line.cents), 0);
  const discount = lines.reduce((sum, line) => sum + line.discountCents, 0);
  const date = (ms: number | null, hours: number) => (ms === null ? null : phpDate(ms + hours * 3_600_000));
  const person = wirePerson(random, index);
  const key = `wc_order_${Math.floor(random() * 2 ** 48).toString(36)}`;
  return {
    id,
    parent_id: 0,
    status,
    currency: "EUR",
    version: "9.8.5",
    prices_include_tax: false,
    date_created: date(times.created, 1),
    date_modified: date(times.modified, 1),
    discount_total: amount(discount),
    discount_tax: amount(taxOf(discount)),
    shipping_total: amount(shipping),
    shipping_tax: amount(taxOf(shipping)),
    cart_tax: amount(tax),
    total: amount(goods + tax + shipping + taxOf(shipping)),
    total_tax: amount(tax + taxOf(shipping)),
    customer_id: random() < 0.4 ? 5_000 + Math.floor(random() * 3_000) : 0,
    order_key: key,
    billing: person.billing,
    shipping: person.shipping,
    payment_method: "stripe",
    payment_method_title: "Credit card",
    transaction_id: isPaid ? `ch_${Math.floor(random() * 2 ** 52).toString(36)}` : "",
    customer_ip_address: `203.0.113.${index % 250}`,
    customer_user_agent: "Mozilla/5.0 (X11)",
    created_via: "checkout",
    customer_note: random() < 0.12 ? pick(random, REMARK) : "",
    date_completed: date(times.completed, 1),
    date_paid: date(times.paid, 1),
    cart_hash: "8f1c0d6b3ae0f9b6a51d4ce2f3d7b821",
    number: String(id),
    meta_data: [{ id: id * 3, key: "_stripe_intent_id", value: `pi_${id}` }],
    line_items: lines.map((line) => line.wire),
    tax_lines: [
      {
        id: id * 10 + 8,
        rate_code: "DE-MWST-1",
        rate_id: 1,
        label: "MwSt.",
        compound: false,
        tax_total: amount(tax),
        shipping_tax_total: amount(taxOf(shipping)),
        rate_percent: TAX_PERCENT,
        meta_data: [],
      },
    ],
    shipping_lines: [
      {
        id: id * 10 + 9,
        method_title: shipping === 0 ? "Free shipping" : "DHL",
        method_id: shipping === 0 ? "free_shipping" : "flat_rate",
        instance_id: "2",
        total: amount(shipping),
        total_tax: amount(taxOf(shipping)),
        taxes: [{ id: 1, total: amount(taxOf(shipping)), subtotal: "" }],
        meta_data: [],
      },
    ],
    fee_lines: [],
    coupon_lines: [],
    refunds: [],
    payment_url: `https://shop.example.test/checkout/order-pay/${id}/?pay_for_order=true&key=${key}`,
    is_editable: false,
    needs_payment: status === "pending",
    needs_processing: true,
    date_created_gmt: date(times.created, 0),
    date_modified_gmt: date(times.modified, 0),
    date_completed_gmt: date(times.completed, 0),
    date_paid_gmt: date(times.paid, 0),
    currency_symbol: "€",
  };
}

/** Different SKUs: a store merges equal ones into one line. */
function pickSkus(nextSku: () => number): number[] {
  const picked = new Set<number>();
  while (picked.size < LINES) picked.add(nextSku());
  return [...picked];
}

function wireLine(id: number, sku: number, random: Random) {
  const quantity = random() < 0.8 ? 1 : 2 + Math.floor(random() * 3);
  const unit = 290 + ((sku * 7_919) % 8_900);
  const subtotal = unit * quantity;
  const discountCents = random() < 0.15 ? Math.round(subtotal / 10) : 0;
  const cents = subtotal - discountCents;
  const name = `${ADJECTIVE[sku % ADJECTIVE.length]} ${NOUN[Math.floor(sku / 10) % NOUN.length]}`;
  const wire = {
    id,
    name,
    product_id: productId(sku),
    variation_id: 0,
    quantity,
    tax_class: "",
    subtotal: amount(subtotal),
    subtotal_tax: amount(taxOf(subtotal)),
    total: amount(cents),
    total_tax: amount(taxOf(cents)),
    taxes: [{ id: 1, total: String(taxOf(cents) / 100), subtotal: String(taxOf(subtotal) / 100) }],
    meta_data: [
      {
        id: id * 2,
        key: "_reduced_stock",
        value: String(quantity),
        display_key: "_reduced_stock",
        display_value: String(quantity),
      },
    ],
    sku: skuCode(sku),
    price: cents / 100 / quantity,
    image: { id: "", src: "" },
    parent_name: null,
  };
  return { wire, cents, discountCents };
}

function wirePerson(random: Random, index: number) {
  const [first, last, city] = [pick(random, FIRST), pick(random, LAST), pick(random, CITY)];
  const address = {
    first_name: first,
    last_name: last,
    company: random() < 0.1 ? `${last} GmbH` : "",
    address_1: `${pick(random, STREET)} ${1 + Math.floor(random() * 180)}`,
    address_2: "",
    city,
    state: "DE-BE",
    postcode: String(10_000 + Math.floor(random() * 89_000)),
    country: "DE",
  };
  const buyer = Math.floor(random() * 6_000);
  const phone = `+49 30 ${String(1_000_000 + ((index * 7_919) % 8_999_999))}`;
  return {
    billing: { ...address, email: `${first}.${buyer}@example.test`.toLowerCase(), phone },
    shipping: { ...address, phone: "" },
  };
}
