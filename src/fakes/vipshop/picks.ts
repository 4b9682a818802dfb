/** Bulk supply: consumers' reservations, the pick lists cut from them, and deliveries to the platform's warehouse. */

import { DAY, MINUTE, startOfDay, toText } from "../beijing-time.ts";
import type { Cause } from "../fake.ts";
import { yuan } from "../fen.ts";
import { later, log, nowOf } from "../living.ts";
import { book, bookGoods } from "./ledger.ts";
import { hold, release } from "./stock.ts";
import { newId, newOrderSn, type Store } from "./store.ts";
import type { Consumer, Delivery, Offer, Pick, Po } from "./types.ts";

const ROAD = 20 * MINUTE;
const COUNTING = 10 * MINUTE;

/** A buyer orders what the supplier has promised. */
export function reserve(store: Store, offer: Offer, count: number): Consumer {
  const now = nowOf(store);
  const consumer: Consumer = {
    occupiedSn: `OC${newOrderSn(store)}`,
    orderSn: newOrderSn(store),
    offer,
    count,
    state: "held",
    created: now,
    changed: now,
    pick: null,
  };
  store.consumers.push(consumer);
  hold(store, consumer.occupiedSn, { sku: offer.sku, count, price: offer.sku.sellPrice, offer });
  return consumer;
}

/** The platform has reviewed it: it waits to be picked. */
export function demand(store: Store, consumer: Consumer): void {
  if (consumer.state === "held") Object.assign(consumer, { state: "due", changed: nowOf(store) });
}

export function cancelReservation(store: Store, consumer: Consumer): void {
  if (consumer.state !== "held" && consumer.state !== "due") return;
  Object.assign(consumer, { state: "cancelled", changed: nowOf(store) });
  const { offer, count, occupiedSn } = consumer;
  release(store, occupiedSn, { sku: offer.sku, count, price: 0, offer }, "cancelled");
}

/** What a purchase order has waiting. */
export function dueOf(store: Store, po: Po): Consumer[] {
  return store.consumers.filter(({ state, offer }) => state === "due" && offer.schedule.po === po);
}

/** Cuts a pick list over all that waits; null when nothing does. */
export function cutPick(store: Store, po: Po, by: Cause): Pick | null {
  const due = dueOf(store, po);
  if (due.length === 0) return null;
  const now = nowOf(store);
  const number = [...store.picks.values()].filter((pick) => pick.po === po).length + 1;
  const pick: Pick = {
    no: `PICK-${po.no}-${number}`,
    po,
    created: now,
    lines: [],
    exportCount: 0,
    exported: null,
  };
  for (const consumer of due) {
    const { offer, count } = consumer;
    Object.assign(consumer, { state: "picked", changed: now, pick });
    release(store, consumer.occupiedSn, { sku: offer.sku, count, price: 0, offer }, null);
    const line = pick.lines.find(({ sku }) => sku === offer.sku);
    if (line === undefined) pick.lines.push({ sku: offer.sku, count, delivered: 0 });
    else line.count += count;
  }
  store.picks.set(pick.no, pick);
  log(store, {
    kind: "order_placed",
    orderId: pick.no,
    status: "0",
    currency: "CNY",
    total: yuan(pick.lines.reduce((sum, { sku, count }) => sum + sku.supplyPrice * count, 0)),
    lines: pick.lines.map(({ sku, count }) => ({
      lineId: sku.barcode,
      listingId: sku.barcode,
      variantId: sku.barcode,
      sku: sku.barcode,
      quantity: count,
    })),
    by,
  });
  return pick;
}

export const isDelivered = ({ lines }: Pick): boolean => lines.every(({ count, delivered }) => delivered >= count);

export type NewDelivery = {
  [K in "deliveryNo" | "carrierCode" | "carrierName" | "method" | "departs" | "arrives"]: string;
};

export function openDelivery(store: Store, po: Po, warehouse: string, wanted: NewDelivery): Delivery {
  const delivery: Delivery = {
    ...wanted,
    id: newId(store),
    storageNo: `ST${newId(store)}`,
    po,
    warehouse,
    created: nowOf(store),
    boxes: [],
    out: null,
    arrived: null,
    counted: null,
    traces: [],
  };
  store.deliveries.set(delivery.storageNo, delivery);
  return delivery;
}

/** The goods leave; by themselves they arrive, and are counted. */
export function confirm(store: Store, delivery: Delivery, by: Cause, difference = 0): void {
  const now = nowOf(store);
  delivery.out = now;
  delivery.traces.push({ at: now, text: "已揽收" });
  const { storageNo, deliveryNo: tracking } = delivery;
  const picks = new Set(delivery.boxes.map(({ pick }) => pick));
  for (const { pick, sku, amount } of delivery.boxes) {
    const line = pick.lines.find((one) => one.sku === sku);
    if (line !== undefined) line.delivered += amount;
  }
  const [first] = picks;
  log(store, { kind: "shipment_made", shipmentId: storageNo, orderId: first?.no ?? "", tracking, by });
  for (const pick of picks) {
    const status = isDelivered(pick) ? "1" : "0";
    log(store, { kind: "order_changed", orderId: pick.no, what: "delivered", status, by });
  }
  later(store, now + ROAD, () => {
    delivery.arrived = nowOf(store);
    delivery.traces.push({ at: nowOf(store), text: "已到仓" });
  });
  later(store, now + ROAD + COUNTING, () => count(store, delivery, picks, difference));
}

/** The warehouse counts; consumers get their goods, and the supplier is paid for them. */
function count(store: Store, delivery: Delivery, picks: ReadonlySet<Pick>, difference: number): void {
  delivery.counted = delivery.boxes.map((box, index) => ({
    box,
    actual: Math.max(0, box.amount - (index === 0 ? difference : 0)),
    back: 0,
  }));
  for (const consumer of store.consumers) {
    if (consumer.pick === null || !picks.has(consumer.pick) || !isDelivered(consumer.pick)) continue;
    const { offer, count: pieces, orderSn } = consumer;
    bookGoods(store, orderSn, { sku: offer.sku, count: pieces, price: offer.sku.sellPrice, offer });
  }
  const [box] = delivery.boxes;
  if (difference > 0 && box !== undefined)
    book(store, "VRET", {
      orderSn: "",
      sku: box.sku,
      schedule: delivery.po.schedule,
      count: difference,
      gross: box.sku.supplyPrice * difference,
    });
}

/** The supplier sends a whole pick list. */
export function deliverByOwner(store: Store, pick: Pick, difference = 0): Delivery {
  const departs = toText(nowOf(store));
  const delivery = openDelivery(store, pick.po, pick.po.schedule.warehouse, {
    deliveryNo: `WB${newId(store)}`,
    carrierCode: "1000000458",
    carrierName: "顺丰速运",
    method: "1",
    departs,
    arrives: toText(startOfDay(nowOf(store)) + DAY + 16 * 3600),
  });
  for (const { sku, count: pieces, delivered } of pick.lines)
    if (pieces > delivered) delivery.boxes.push({ pick, sku, boxNo: "1", amount: pieces - delivered });
  confirm(store, delivery, "owner", difference);
  return delivery;
}
