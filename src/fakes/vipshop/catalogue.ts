/** What is sold, in which campaigns and co-operations, in every status that the platform has. */

import { DAY, toText } from "../beijing-time.ts";
import { parseYuan, yuan } from "../fen.ts";
import { later, log, nowOf } from "../living.ts";
import { leavingOf, setOffer } from "./stock.ts";
import { isSupplier, newId, type Store } from "./store.ts";
import type { Offer, Product, Schedule, Sku } from "./types.ts";

/** A co-operation that runs on, and campaigns: two of now, one to come, one that has been. Days from now. */
const SCHEDULES: readonly (readonly [name: string, warehouse: string, from: number, to: number])[] = [
  ["常态合作", "VIP_NH", -400, 400],
  ["春装特卖", "VIP_NH", -3, 25],
  ["家居专场", "VIP_SH", -1, 30],
  ["新品预告", "VIP_NH", 5, 12],
  ["年终清仓", "VIP_BJ", -40, -20],
];
const STATUSES =
  "PASS SALE_PASS OUTSALE DRAFT PENDING REJECT HIDDEN DELETED MASTER_DRAFT MASTER_PENDING MASTER_PASS".split(" ");
const MORE = "MASTER_REJECT SALE_DRAFT SALE_PENDING SALE_REJECT DEFAULT".split(" ");
const SIZES = ["S", "M", "L"];

/** Of every three products two are sold. */
function statusOf(number: number): string {
  if (number % 3 !== 2) return number % 2 === 0 ? "PASS" : "SALE_PASS";
  const others = [...STATUSES.slice(2), ...MORE];
  return others[Math.floor(number / 3) % others.length] ?? "PASS";
}

/** Fills the account; times are those of `now`, however far back the past begins. */
export function fillCatalogue(store: Store, now: number): void {
  const { skus, listings = 12 } = store.options;
  const all = skus === undefined ? SCHEDULES : SCHEDULES.slice(0, 1);
  for (const [index, [name, warehouse, from, to]] of all.entries())
    addSchedule(store, index, name, warehouse, now + from * DAY, now + to * DAY);
  if (skus !== undefined) {
    for (const { sku, name, price, stock } of skus) {
      const product = addProduct(store, sku, name, "PASS");
      addSku(store, product, { barcode: sku, size: "M", price: parseYuan(price) ?? 0, stock });
    }
    return;
  }
  for (let number = 0, product: Product | null = null; number < listings; number += 1) {
    const size = SIZES[number % 3] ?? "M";
    if (product === null || number % 3 === 0) {
      const style = Math.floor(number / 3);
      product = addProduct(store, `A${1001 + style}`, `示例连衣裙${style + 1}号`, statusOf(style));
    }
    const price = store.random.int(59, 499) * 100;
    const stock = number === 4 ? 0 : store.random.int(20, 90);
    addSku(store, product, { barcode: `69012345${67_000 + number}`, size, price, stock });
  }
}

function addSchedule(store: Store, index: number, name: string, warehouse: string, start: number, end: number): void {
  const schedule: Schedule = {
    id: 987_650 + index,
    name,
    cooperationNo: 100_120 + index,
    warehouse,
    start,
    end,
    isNormal: index === 0,
    offers: new Map(),
    po: { no: newId(store), schedule: null as never, created: nowOf(store) },
  };
  schedule.po.schedule = schedule;
  store.schedules.push(schedule);
  store.pos.set(schedule.po.no, schedule.po);
  later(store, end, () => {
    // What has not been sold goes back to the supplier.
    for (const offer of schedule.offers.values()) if (offer.leaving > 0) setOffer(store, offer, 0, "owner");
  });
}

function addProduct(store: Store, sn: string, name: string, status: string): Product {
  const isUp = status === "PASS" || status === "SALE_PASS";
  const audit = /PENDING/.test(status) ? "PENDING" : /REJECT/.test(status) ? "REJECT" : "PASS";
  const shop = store.modes.has("mp") ? { spuId: newId(store), shelf: isUp ? "1" : "0", audit } : null;
  const product: Product = { sn, name, brandId: 10_001, status, skus: [], shop };
  store.products.push(product);
  if (shop !== null) log(store, { kind: "listing_added", listingId: shop.spuId });
  return product;
}

interface NewSku {
  barcode: string;
  size: string;
  price: number;
  stock: number;
}

function addSku(store: Store, product: Product, { barcode, size, price, stock }: NewSku): void {
  const sku: Sku = {
    barcode,
    product,
    size,
    marketPrice: price * 2,
    sellPrice: price,
    supplyPrice: Math.round(price * 0.7),
    skuId: newId(store),
    stock,
    hold: 0,
    offers: [],
  };
  product.skus.push(sku);
  store.skus.set(barcode, sku);
  const variant = { kind: "variant_added", sku: barcode, price: yuan(price) } as const;
  if (isSupplier(store)) {
    if (product.status === "PASS" || product.status === "SALE_PASS") addOffers(store, sku, stock);
    log(store, { kind: "listing_added", listingId: barcode });
    log(store, { ...variant, listingId: barcode, variantId: barcode, quantity: leavingOf(sku) });
  }
  if (product.shop === null) return;
  store.shopSkus.set(sku.skuId, sku);
  log(store, { ...variant, listingId: product.shop.spuId, variantId: sku.skuId, quantity: stock });
}

/** Every barcode is in the co-operation that runs on, and in every other campaign. */
function addOffers(store: Store, sku: Sku, stock: number): void {
  for (const [index, schedule] of store.schedules.entries()) {
    if (index > 0 && (store.skus.size + index) % 2 === 0) continue;
    const leaving = index <= 2 ? stock : 0;
    const offer: Offer = { sku, schedule, leaving, hold: 0, isBroken: false, changed: nowOf(store) };
    schedule.offers.set(sku.barcode, offer);
    sku.offers.push(offer);
  }
}

export function isOpen({ start, end }: Schedule, now: number): boolean {
  return start <= now && now <= end;
}

export function windowOf({ start, end }: Schedule): { from: string; to: string } {
  return { from: toText(start), to: toText(end) };
}
