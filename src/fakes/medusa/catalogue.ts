/** The goods to begin with, in every state that the platform has, and what changes of them. */

import type { Cause } from "../fake.ts";
import { log } from "../living.ts";
import { addLevel, shownOf } from "./stock.ts";
import { fresh, newId, nowMs, type Store } from "./store.ts";
import type { Price, Product, ProductStatus, Variant } from "./types.ts";
import { decimal, hundredths } from "./wire.ts";

const SIZES = ["S", "M", "L"] as const;
/** Of every ten products some are not for sale. */
const STATES: Readonly<Record<number, ProductStatus>> = { 3: "draft", 6: "proposed", 8: "rejected" };

interface NewVariant {
  title: string;
  sku: string | null;
  amount: number;
  /** Null: it lies nowhere yet. */
  stock: number | null;
  isManaged?: boolean;
  allowsBackorder?: boolean;
  /** Pieces of its item in each. */
  required?: number;
}

/** Fills the shop. */
export function fillCatalogue(store: Store): void {
  const { skus, listings = 12 } = store.options;
  for (const { sku, name, price, stock } of skus ?? []) {
    const product = addProduct(store, name, "published");
    addVariant(store, product, { title: "Default", sku, amount: hundredths(Number(price)), stock });
  }
  if (skus !== undefined) return;
  const step = hasCents(store.currency) ? 50 : 100;
  for (let number = 0; number < listings; number += 1) {
    const product = addProduct(store, `Example tee ${number + 1} & more`, STATES[number % 10] ?? "published");
    const amount = store.random.int(19, 299) * 100 + store.random.pick([0, step]);
    SIZES.slice(0, [1, 3, 2][number % 3]).forEach((title, index) => {
      const stock = number === 5 ? 0 : store.random.int(20, 90);
      const more: Partial<NewVariant> = {
        isManaged: number !== 7,
        allowsBackorder: number === 9,
        required: number === 4 ? 2 : 1,
      };
      addVariant(store, product, {
        title,
        sku: `M${1000 + number}-${title}`,
        amount: amount + index * 500,
        stock,
        ...more,
      });
    });
  }
}

function hasCents(currency: string): boolean {
  return !["jpy", "krw", "vnd", "clp"].includes(currency);
}

export function addProduct(store: Store, title: string, status: ProductStatus): Product {
  const id = newId(store, "prod");
  const handle = title.toLowerCase().replace(/[^a-z0-9]+/g, "-");
  const product: Product = { id, title, handle, status, metadata: null, variants: [], deleted: null, ...fresh(store) };
  store.products.set(id, product);
  log(store, { kind: "listing_added", listingId: id });
  return product;
}

export function addVariant(store: Store, product: Product, wanted: NewVariant): Variant {
  const { title, sku, amount, stock, isManaged = true, allowsBackorder = false, required = 1 } = wanted;
  const times = fresh(store);
  const item = { id: newId(store, "iitem"), sku, title, levels: new Map(), ...times };
  const variant: Variant = {
    id: newId(store, "variant"),
    product,
    title,
    sku,
    barcode: null,
    isManaged,
    allowsBackorder,
    metadata: null,
    prices: [],
    parts: isManaged ? [{ id: newId(store, "pvitem"), item, required }] : [],
    deleted: null,
    ...times,
  };
  product.variants.push(variant);
  store.variants.set(variant.id, variant);
  if (isManaged) store.items.set(item.id, item);
  variant.prices = [store.currency, ...(store.currency === "eur" ? [] : ["eur"])].map((currency) =>
    newPrice(store, { amount, currency }),
  );
  const shown = { listingId: product.id, variantId: variant.id, sku: sku ?? "", quantity: isManaged ? 0 : null };
  log(store, { kind: "variant_added", ...shown, price: decimal(amount) });
  store.locations.forEach(({ id }, index) => {
    if (stock !== null && isManaged && (index === 0 || store.items.size % 3 === 0))
      addLevel(store, item, id, stock * required, "owner");
  });
  return variant;
}

export function newPrice(store: Store, price: Pick<Price, "amount" | "currency"> & Partial<Price>): Price {
  const bounds = { region: null, minQuantity: null, maxQuantity: null };
  return { ...bounds, ...price, id: newId(store, "price"), created: nowMs(store) };
}

/** All prices of a variant are replaced. Its product stays as it was. */
export function setPrices(store: Store, variant: Variant, prices: Price[], by: Cause): void {
  variant.prices = prices;
  variant.updated = nowMs(store);
  log(store, { kind: "price_set", variantId: variant.id, price: decimal(amountOf(store, variant) ?? 0), by });
}

/** The shop's own price without a region; null where there is none. */
export function amountOf(store: Store, variant: Variant): number | null {
  return variant.prices.find((price) => price.currency === store.currency && price.region === null)?.amount ?? null;
}

export function setStatus(store: Store, product: Product, status: ProductStatus): void {
  product.status = status;
  product.updated = nowMs(store);
}

/** Deleted rows stay, and are told nowhere. */
export function deleteProduct(store: Store, product: Product): void {
  product.deleted = nowMs(store);
  for (const variant of product.variants) deleteVariant(store, variant);
  store.products.delete(product.id);
  log(store, { kind: "listing_removed", listingId: product.id });
}

export function deleteVariant(store: Store, variant: Variant): void {
  variant.deleted = nowMs(store);
  store.variants.delete(variant.id);
  for (const { item } of variant.parts) store.items.delete(item.id);
  log(store, { kind: "variant_removed", variantId: variant.id });
}

/** True: buyers find it. */
export function isForSale(store: Store, variant: Variant): boolean {
  return variant.product.status === "published" && variant.deleted === null && amountOf(store, variant) !== null;
}

/** True: so many may be bought now. */
export function isThere(variant: Variant, quantity: number): boolean {
  return variant.allowsBackorder || (shownOf(variant) ?? Number.POSITIVE_INFINITY) >= quantity;
}
