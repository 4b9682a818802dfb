/** The goods to begin with, in every state that the platform has, and what changes of them. */

import type { Cause } from "../fake.ts";
import { log, nowOf } from "../living.ts";
import { addLevel, shownOf } from "./stock.ts";
import { fresh, mainLocation, newId, type Store } from "./store.ts";
import type { Item, Product, ProductStatus, Variant } from "./types.ts";
import { centsOf, decimal, gid } from "./wire.ts";

const SIZES = ["S", "M", "L"] as const;
/** Of every ten products some are not for sale. */
const STATES: Readonly<Record<number, ProductStatus>> = { 3: "DRAFT", 6: "ARCHIVED", 8: "UNLISTED" };

/** Fills the shop. */
export function fillCatalogue(store: Store): void {
  const { skus, listings = 12 } = store.options;
  for (const { sku, name, price, stock } of skus ?? [])
    addVariant(store, addProduct(store, name, "ACTIVE"), "Default Title", sku, centsOf(price) ?? 0, stock);
  if (skus !== undefined) return;
  for (let number = 0; number < listings; number += 1) {
    const product = addProduct(store, `Example bag ${number + 1} & more`, STATES[number % 10] ?? "ACTIVE");
    if (number === 10) product.published = null;
    const price = store.random.int(19, 299) * 100 + (store.currency === "JPY" ? 0 : store.random.pick([0, 50, 90]));
    SIZES.slice(0, [1, 3, 2][number % 3]).forEach((title, index) => {
      const stock = number === 5 ? 0 : store.random.int(20, 90);
      const variant = addVariant(store, product, title, `B${1000 + number}-${title}`, price + index * 500, stock);
      if (number === 7) variant.policy = "CONTINUE";
      if (number === 2) variant.compareAt = variant.price + 1000;
    });
  }
}

function addProduct(store: Store, title: string, status: ProductStatus): Product {
  const handle = title.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const more = { vendor: "Example & Co", type: "Bags", tags: [], variants: [] };
  const row = fresh(store);
  const product: Product = { ...row, title, handle, status, published: row.created, ...more };
  store.products.set(product.id, product);
  log(store, { kind: "listing_added", listingId: gid("Product", product.id) });
  return product;
}

function addVariant(store: Store, product: Product, title: string, sku: string, price: number, stock: number): Variant {
  const item = { ...fresh(store), isTracked: store.items.size !== 12, levels: new Map() } as unknown as Item;
  const barcode = `40063${String(newId(store)).slice(-8)}`;
  const variant: Variant = {
    ...fresh(store),
    product,
    title,
    sku,
    barcode,
    price,
    compareAt: null,
    policy: "DENY",
    item,
  };
  item.variant = variant;
  product.variants.push(variant);
  store.variants.set(variant.id, variant);
  store.items.set(item.id, item);
  const quantity = item.isTracked ? 0 : null;
  const shown = {
    listingId: gid("Product", product.id),
    variantId: gid("ProductVariant", variant.id),
    sku,
    quantity,
    price: decimal(price),
  };
  log(store, { kind: "variant_added", ...shown });
  addLevel(store, item, mainLocation(store), stock, "owner");
  return variant;
}

export function touchProduct(store: Store, product: Product): void {
  product.updated = nowOf(store);
  store.announce("PRODUCTS_UPDATE", "Product", product);
}

export function setPrice(store: Store, variant: Variant, price: number, compareAt: number | null, by: Cause): void {
  Object.assign(variant, { price, compareAt, updated: nowOf(store) });
  log(store, { kind: "price_set", variantId: gid("ProductVariant", variant.id), price: decimal(price), by });
  touchProduct(store, variant.product);
}

/** The listing is gone; orders keep their lines. */
export function deleteProduct(store: Store, product: Product): void {
  store.products.delete(product.id);
  for (const variant of product.variants) {
    store.variants.delete(variant.id);
    store.items.delete(variant.item.id);
    for (const { id } of variant.item.levels.values()) store.levels.delete(id);
    for (const order of store.orders.values())
      for (const line of order.lines) if (line.variant === variant) line.variant = null;
    log(store, { kind: "variant_removed", variantId: gid("ProductVariant", variant.id) });
  }
  log(store, { kind: "listing_removed", listingId: gid("Product", product.id) });
  store.announce("PRODUCTS_DELETE", "Product", { id: product.id });
}

/** True: buyers find it, or come to it by a link. */
export function isForSale({ product }: Variant): boolean {
  return (product.status === "ACTIVE" || product.status === "UNLISTED") && product.published !== null;
}

/** True: so many may be bought now. */
export function isThere(variant: Variant, quantity: number): boolean {
  return variant.policy === "CONTINUE" || (shownOf(variant) ?? quantity) >= quantity;
}
