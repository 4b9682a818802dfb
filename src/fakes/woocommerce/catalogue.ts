/** What the store sells to begin with: its own goods, or those it shares with other stores. */

import type { Random } from "../fake.ts";
import { formatMicros } from "./money.ts";
import type { SharedSku } from "./options.ts";
import type { Json } from "./order-view.ts";
import { createProduct } from "./product-write.ts";
import { nowOf, type Store, take } from "./store.ts";

const THINGS = [
  "Canvas Tote",
  "Merino Tee",
  "Enamel Mug",
  "Desk Lamp",
  "Wool Socks",
  "Notebook",
  "绿茶 Tea",
  "抹茶 Bowl",
];
const COLOURS = ["Ink", "Sand", "Moss", "Rust"];
const SIZES = ["S", "M", "L"];

/** Tax rates, coupons and products. */
export function fillCatalogue(
  store: Store,
  listings: number | undefined,
  skus: readonly SharedSku[] | undefined,
): void {
  addTaxRates(store);
  addCoupon(store, "ten", "percent", 10);
  addCoupon(store, "five-off", "fixed_cart", store.decimals === 0 ? 500 : 5);
  for (const sku of skus ?? []) addShared(store, sku);
  const count = listings ?? (skus === undefined ? 12 : skus.length);
  for (let number = (skus?.length ?? 0) + 1; number <= count; number += 1) addOwn(store, number);
}

/** A price in the store's currency, with its decimals. */
export function makePrice(store: Store, random: Random): string {
  const cents = random.int(500, 9900);
  const micros = store.decimals === 0 ? cents * 1_000_000 : cents * 10_000 + (store.decimals > 2 ? 5000 : 0);
  return formatMicros(micros, store.decimals);
}

function addTaxRates(store: Store): void {
  const add = (code: string, label: string, country: string, state: string, percent: number): void => {
    store.taxRates.push({ id: store.taxRates.length + 1, code, label, country, state, percent });
  };
  add("US-NY-NY SALES TAX-1", "NY Sales Tax", "US", "NY", 8.875);
  add("US-CA-CA SALES TAX-1", "CA Sales Tax", "US", "CA", 7.25);
  add("DE-MWST-1", "MwSt.", "DE", "", 19);
  add("FR-TVA-1", "TVA", "FR", "", 20);
  add("JP-消費税-1", "消費税", "JP", "", 10);
  add("CA-GST-1", "GST", "CA", "", 5);
  add("CA-QC-QST-1", "QST", "CA", "QC", 9.975);
}

function addCoupon(store: Store, code: string, discountType: "percent" | "fixed_cart", amount: number): void {
  store.coupons.set(code, { id: take(store, "post"), code, discountType, amount, created: nowOf(store) });
}

function addShared(store: Store, { sku, name, price, stock }: SharedSku): void {
  const body = { name, type: "simple", sku, regular_price: price, manage_stock: true, stock_quantity: stock };
  createProduct(store, body, null, "owner");
}

function addOwn(store: Store, number: number): void {
  const { random } = store;
  const code = `${store.name.slice(0, 3).toUpperCase()}-${String(number).padStart(5, "0")}`;
  const name = `${random.pick(THINGS)} ${number}`;
  const kind = number % 8;
  if (kind === 3 || kind === 6) {
    addVariable(store, name, code, kind === 6);
    return;
  }
  const price = makePrice(store, random);
  const body: Json = { name, type: "simple", regular_price: price, sku: kind === 5 ? "" : code };
  if (kind === 7) body.stock_status = "instock";
  else Object.assign(body, { manage_stock: true, stock_quantity: random.int(20, 120) });
  if (kind === 2) body.sale_price = formatMicros(Math.round(Number(price) * 800_000), store.decimals);
  if (kind === 4) body.backorders = "notify";
  if (random.chance(0.5)) body.global_unique_id = `40063813${String(number).padStart(5, "0")}`;
  if (random.chance(0.05)) body.status = "draft";
  createProduct(store, body, null, "owner");
}

/** A product with choices; its stock is counted per choice, or once for all of them. */
function addVariable(store: Store, name: string, code: string, isCountedOnce: boolean): void {
  const { random } = store;
  const attributes = [
    { name: "Size", variation: true, visible: true, options: SIZES },
    { name: "Colour", variation: true, visible: true, options: COLOURS },
  ];
  const body: Json = { name, type: "variable", sku: code, attributes };
  if (isCountedOnce) Object.assign(body, { manage_stock: true, stock_quantity: random.int(60, 200) });
  const parent = createProduct(store, body, null, "owner");
  const colour = random.pick(COLOURS);
  for (const size of SIZES) {
    const child: Json = {
      sku: `${code}-${size}`,
      regular_price: makePrice(store, random),
      attributes: [
        { name: "Size", option: size },
        { name: "Colour", option: colour },
      ],
    };
    if (!isCountedOnce) Object.assign(child, { manage_stock: true, stock_quantity: random.int(10, 60) });
    createProduct(store, child, parent, "owner");
  }
}
