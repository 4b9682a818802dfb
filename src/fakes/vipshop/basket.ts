/** What buyers find to buy, in each way in which the supplier works. */

import type { SaleRequest, SaleResult } from "../fake.ts";
import { nowOf } from "../living.ts";
import { isOpen } from "./catalogue.ts";
import { answerSearch, type NewOrder, place, search, WAREHOUSES } from "./orders.ts";
import { reserve } from "./picks.ts";
import { leavingOf, release } from "./stock.ts";
import type { Store } from "./store.ts";
import type { Consumer, Line, Mode, Offer, Order, Search, Sku } from "./types.ts";

function openOffers(store: Store): Offer[] {
  const now = nowOf(store);
  return store.schedules
    .filter((schedule) => isOpen(schedule, now))
    .flatMap(({ offers }) => [...offers.values()])
    .filter(({ leaving }) => leaving > 1);
}

const isOnShelf = ({ product: { shop } }: Sku): boolean => shop?.shelf === "1" && shop.audit === "PASS";

/** Lines of so many different things; empty when the shelves are. */
function linesOf(store: Store, mode: Mode, count: number): Line[] {
  const lines = new Map<Sku, Line>();
  const offers = mode === "mp" ? [] : openOffers(store);
  const skus = mode === "mp" ? [...store.shopSkus.values()].filter((sku) => isOnShelf(sku) && sku.stock > 1) : [];
  for (let tries = 0; tries < 4 * count && lines.size < count; tries += 1) {
    if (offers.length + skus.length === 0) break;
    const offer = mode === "mp" ? null : store.random.pick(offers);
    const sku = offer?.sku ?? store.random.pick(skus);
    lines.set(sku, { sku, count: store.random.chance(0.8) ? 1 : 2, price: sku.sellPrice, offer });
  }
  return [...lines.values()];
}

/** An order of direct delivery or of the marketplace. */
export function buy(store: Store, mode: "dvd" | "mp", count = 1, more: Partial<NewOrder> = {}): Order | null {
  const lines = linesOf(store, mode, count);
  return lines.length === 0 ? null : place(store, mode, { lines, ...more });
}

/** An order that looks for a warehouse. */
export function buySearching(store: Store, count = 1): Search | null {
  const lines = linesOf(store, "jitx", count);
  return lines.length === 0 ? null : search(store, lines);
}

/** An order that a warehouse has taken. */
export function buyTaken(store: Store, count = 1): Order | null {
  const one = buySearching(store, count);
  if (one === null) return null;
  answerSearch(store, one, one.warehouses[0] ?? "", "owner");
  return one.order;
}

/** A consumer's reservation in a campaign. */
export function buyReserved(store: Store): Consumer | null {
  const offers = openOffers(store);
  return offers.length === 0 ? null : reserve(store, store.random.pick(offers), store.random.chance(0.8) ? 1 : 2);
}

/** What a consumer was promised becomes an order that looks for a warehouse. */
export function orderReserved(store: Store, consumer: Consumer): Search {
  const { offer, count, orderSn: sn, occupiedSn } = consumer;
  const line: Line = { sku: offer.sku, count, price: offer.sku.sellPrice, offer };
  Object.assign(consumer, { state: "ordered", changed: nowOf(store) });
  release(store, occupiedSn, line, "ordered");
  return search(store, [line], { sn });
}

/** One sale of a named code, ready to be shipped, as a test orders it. */
export function sell(store: Store, sale: SaleRequest): SaleResult {
  const sku = store.skus.get(sale.sku);
  if (sku === undefined) return { sold: false, reason: "unknown_sku", shown: null };
  const count = sale.quantity ?? 1;
  const mode = (["jitx", "dvd", "mp", "jit"] as const).find((one) => store.modes.has(one)) ?? "jitx";
  const now = nowOf(store);
  const open = sku.offers.filter(({ schedule }) => isOpen(schedule, now));
  const offer = open.find(({ leaving }) => leaving >= count) ?? open[0] ?? null;
  const shown = mode === "mp" ? sku.stock : leavingOf(sku);
  if (mode === "mp" ? !isOnShelf(sku) : offer === null) return { sold: false, reason: "not_for_sale", shown };
  if (sale.force !== true && (offer === null || mode === "mp" ? sku.stock : offer.leaving) < count)
    return { sold: false, reason: "out_of_stock", shown };
  if (mode === "jit" && offer !== null) return { sold: true, orderId: reserve(store, offer, count).occupiedSn, shown };
  const lines = [{ sku, count, price: sku.sellPrice, offer: mode === "mp" ? null : offer }];
  if (mode === "jitx") {
    const one = search(store, lines);
    answerSearch(store, one, WAREHOUSES[0]?.warehouse_code ?? "", "owner");
    return { sold: true, orderId: one.order.sn, shown };
  }
  return { sold: true, orderId: place(store, mode === "dvd" ? "dvd" : "mp", { lines, isPlain: true }).sn, shown };
}
