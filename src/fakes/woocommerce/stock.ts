/** Stock: who holds it, what orders take from it and what comes back. */

import type { Cause } from "../fake.ts";
import { addNote } from "./notes.ts";
import { changeProduct, log, type Store, take } from "./store.ts";
import type { Order, OrderLine, Product } from "./types.ts";

/** The record that counts a product's units: itself, its parent, or nobody. */
export function holderOf(store: Store, product: Product): Product | null {
  if (product.managesStock) return product;
  const parent = product.type === "variation" ? store.products.get(product.parentId) : undefined;
  return parent?.managesStock === true ? parent : null;
}

/** The quantity the store shows; null when nobody counts. */
export function shownStock(store: Store, product: Product): number | null {
  return holderOf(store, product)?.stock ?? null;
}

/** The status that follows from a counted quantity. */
export function derivedStatus(product: Product): string {
  if (!product.managesStock) return product.stockStatus;
  if ((product.stock ?? 0) > 0) return "instock";
  return product.backorders === "no" ? "outofstock" : "onbackorder";
}

/** The product or variation that a line sold; undefined when it is gone. */
export function productOf(store: Store, line: OrderLine): Product | undefined {
  return store.products.get(line.variationId === 0 ? line.productId : line.variationId);
}

/** Sets the counted quantity of a product that counts. */
export function setStock(store: Store, product: Product, quantity: number, by: Cause): void {
  changeProduct(store, product, () => {
    product.stock = quantity;
    product.stockStatus = derivedStatus(product);
  });
  log(store, { kind: "stock_set", variantId: String(product.id), quantity, by });
}

/** Takes an order's units out of stock, once. */
export function reduceStock(store: Store, order: Order): void {
  if (order.isStockReduced) return;
  order.isStockReduced = true;
  const changes = order.lines.map((line) => reduceLine(store, order, line, line.quantity)).filter(isText);
  if (changes.length > 0) addNote(store, order, `Stock levels reduced: ${changes.join(", ")}`);
}

/** Puts back what an order still holds, as a cancellation does. */
export function restoreStock(store: Store, order: Order): void {
  if (!order.isStockReduced) return;
  order.isStockReduced = false;
  const changes = order.lines.map((line) => restockLine(store, order, line, line.reduced, "cancelled")).filter(isText);
  for (const line of order.lines) line.meta = line.meta.filter((meta) => meta.key !== "_reduced_stock");
  if (changes.length > 0) addNote(store, order, `Stock levels increased: ${changes.join(", ")}`);
}

/** Takes units of one line out of stock; returns the text for the order's note. */
export function reduceLine(store: Store, order: Order, line: OrderLine, quantity: number): string | null {
  const product = productOf(store, line);
  if (product === undefined || quantity <= 0) return null;
  const shown = shownStock(store, product);
  const variantId = String(product.id);
  log(store, { kind: "units_sold", orderId: String(order.id), variantId, sku: line.soldSku, quantity, shown });
  const moved = move(store, product, -quantity);
  if (moved === null) return null;
  line.reduced += quantity;
  noteReduced(store, line);
  return `${line.name} (${moved.from}&rarr;${moved.to})`;
}

/** Gives back at most what the line holds; returns the text for the order's note. */
export function restockLine(
  store: Store,
  order: Order,
  line: OrderLine,
  wanted: number,
  reason: "cancelled" | "refunded" | "edited",
): string | null {
  const product = productOf(store, line);
  const quantity = Math.min(wanted, line.reduced);
  if (product === undefined || quantity <= 0) return null;
  line.reduced -= quantity;
  noteReduced(store, line);
  const moved = move(store, product, quantity);
  if (moved === null) return null;
  const facts = { orderId: String(order.id), variantId: String(product.id), sku: line.soldSku, quantity };
  log(store, { kind: "units_returned", ...facts, reason });
  return `${line.name} (${moved.from}&rarr;${moved.to})`;
}

function move(store: Store, product: Product, by: number): { from: number; to: number } | null {
  const holder = holderOf(store, product);
  if (holder === null) return null;
  const from = holder.stock ?? 0;
  const to = from + by;
  changeProduct(store, holder, () => {
    holder.stock = to;
    holder.stockStatus = derivedStatus(holder);
  });
  if (holder !== product) {
    log(store, { kind: "stock_set", variantId: String(holder.id), quantity: to, by: "buyer" });
  }
  return { from, to };
}

function noteReduced(store: Store, line: OrderLine): void {
  const found = line.meta.find((meta) => meta.key === "_reduced_stock");
  if (found !== undefined) found.value = String(line.reduced);
  else line.meta.push({ id: take(store, "itemMeta"), key: "_reduced_stock", value: String(line.reduced) });
}

function isText(value: string | null): value is string {
  return value !== null;
}
