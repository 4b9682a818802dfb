/** The store's past: orders of the last ninety days in every state, made before the fake answers its first call. */

import { fillCatalogue } from "./catalogue.ts";
import { buy, fillBasket, refundPart, ship } from "./life.ts";
import type { WooCommerceFakeOptions } from "./options.ts";
import { completePayment, setStatus, trashOrder } from "./order-status.ts";
import { createProduct, removeProduct } from "./product-write.ts";
import { refundRest } from "./refunds.ts";
import { derivedStatus, setStock } from "./stock.ts";
import { nowOf, rebuildIndexes, type Store } from "./store.ts";
import type { Order, Product } from "./types.ts";

const DAY = 86_400;
const PAST_DAYS = 90;

/** Young orders are still on their way; old ones have ended. */
const YOUNG = { keep: 72, completed: 20, cancelled: 5, refundPart: 3 };
const OLD = { keep: 4, completed: 82, cancelled: 6, refundPart: 5, refundAll: 3 };

/** Fills the catalogue and lives the past. */
export function makePast(store: Store, options: WooCommerceFakeOptions): void {
  const now = nowOf(store);
  const count = options.orders ?? 25;
  store.past = now - (PAST_DAYS + 30) * DAY;
  fillCatalogue(store, options.listings, options.skus);
  const shelf = new Map<Product, number>();
  for (const product of store.products.values()) {
    if (product.managesStock && product.stock !== null) shelf.set(product, product.stock);
  }
  const gone = count > 0 ? addDiscontinued(store) : null;
  const span = PAST_DAYS * DAY - 300;
  for (let number = 0; number < count; number += 1) {
    const placed = now - PAST_DAYS * DAY + Math.floor((span * (number + 1)) / (count + 1));
    store.past = placed;
    refill(store, number);
    const isOfGone = gone !== null && (number === 0 || store.random.chance(0.02));
    const order = buy(store, isOfGone ? [{ productId: gone.id, quantity: 1 }] : []);
    if (order !== null) grow(store, order, now);
    if (number % 50 === 49) discard(store, now);
    if (number % 100 === 99) fillBasket(store);
  }
  store.past = now - 120;
  if (gone !== null) removeProduct(store, gone);
  for (const [product, stock] of shelf) {
    if (product.stock !== stock && store.products.has(product.id)) setStock(store, product, stock, "owner");
    product.stockStatus = derivedStatus(product);
  }
  store.past = null;
  rebuildIndexes(store);
}

function addDiscontinued(store: Store): Product {
  const body = {
    name: "Discontinued Lamp",
    type: "simple",
    regular_price: "19",
    sku: `${store.name.slice(0, 3)}-GONE`,
  };
  return createProduct(store, body, null, "owner");
}

/** The owner puts goods back on the shelf before they run out, looking at all of them now and then. */
function refill(store: Store, number: number): void {
  if (number % 5 !== 0) return;
  for (const product of store.products.values()) {
    if (product.managesStock && (product.stock ?? 0) < 40) setStock(store, product, 400, "owner");
  }
}

/** An order more that ends in the trash, where a count of orders does not see it. */
function discard(store: Store, now: number): void {
  const order = buy(store);
  if (order === null) return;
  store.past = Math.min((store.past ?? now) + DAY, now - 150);
  setStatus(store, order, "cancelled", "owner");
  trashOrder(store, order, "owner");
}

function grow(store: Store, order: Order, now: number): void {
  const { random } = store;
  const age = now - order.created;
  const fate = random.weighted<string>(age < 4 * DAY ? YOUNG : OLD);
  if (fate === "keep") return;
  const later = (): number => {
    const next = (store.past ?? order.created) + random.int(300, 2 * DAY);
    store.past = Math.min(next, now - 150);
    return store.past;
  };
  later();
  if (fate === "cancelled") {
    setStatus(store, order, "cancelled", "owner");
    return;
  }
  if (["pending", "on-hold", "failed"].includes(order.status)) completePayment(store, order, "buyer");
  later();
  if (order.status === "processing") ship(store, order);
  if (fate === "completed") return;
  later();
  if (fate === "refundPart") refundPart(store, order);
  else {
    setStatus(store, order, "refunded", "owner");
    refundRest(store, order, "owner");
  }
}
