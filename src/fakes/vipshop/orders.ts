/** Orders that go to buyers: with the platform's waybills, direct, or of the marketplace. */

import { DAY, MINUTE } from "../beijing-time.ts";
import type { Cause } from "../fake.ts";
import { yuan } from "../fen.ts";
import { later, log, nowOf } from "../living.ts";
import { bookGoods } from "./ledger.ts";
import { hold, release } from "./stock.ts";
import { newId, newOrderSn, type Store } from "./store.ts";
import type { CancelApply, DvdReturn, Line, Order, Parcel, Search } from "./types.ts";

/** The supplier's own warehouses. */
export const WAREHOUSES = [
  { warehouse_code: "WH001", warehouse_name: "华南仓", warehouse_address: "广东省.广州市.荔湾区" },
  { warehouse_code: "WH002", warehouse_name: "华东仓", warehouse_address: "浙江省.杭州市.余杭区" },
];
/** So long the platform waits for a warehouse. */
const PATIENCE = 2 * DAY;
const COLLECTION = 15 * MINUTE;

export interface NewOrder {
  lines: readonly Line[];
  /** Where it was promised before. */
  sn?: string;
  /** Default of direct delivery and the marketplace: to ship. */
  status?: string;
  isPlain?: boolean;
}

export function goodsOf({ lines }: Order): number {
  return lines.reduce((sum, { price, count }) => sum + price * count, 0);
}

export function totalOf(order: Order): number {
  return goodsOf(order) + order.freight - order.discount - order.platformDiscount;
}

/** The line's id: what the answers know a line by. */
export function lineIdOf({ mode }: Pick<Order, "mode">, { sku }: Line): string {
  return mode === "mp" ? sku.skuId : sku.barcode;
}

/** A buyer orders. */
export function place(store: Store, mode: Order["mode"], { lines, sn, status = "10", isPlain }: NewOrder): Order {
  const now = nowOf(store);
  const number = store.orders.size + 1;
  const hasMoney = mode !== "jitx" && isPlain !== true;
  const order: Order = {
    sn: sn ?? newOrderSn(store),
    mode,
    number,
    status,
    lines: [...lines],
    freight: hasMoney && number % 3 === 0 ? 1000 : 0,
    discount: hasMoney && number % 2 === 0 ? 2000 : 0,
    platformDiscount: hasMoney && number % 4 === 0 ? 1000 : 0,
    created: now,
    entered: now + (mode === "dvd" ? 60 : 0),
    modified: now,
    warehouse: "",
    carrierCode: mode === "jitx" ? "1000000458" : "",
    carrierName: mode === "jitx" ? "顺丰速运" : "",
    granted: new Set(),
    parcels: [],
    isExported: false,
    isHeld: true,
    buyer: {
      name: `Zzbuyer${number}`,
      mobile: `138${String(10_000_000 + store.random.int(0, 89_999_999))}`,
      street: `Zzbuyer路${number}号`,
    },
    remark: number % 4 === 0 ? "请尽快发货" : "",
  };
  store.orders.set(order.sn, order);
  log(store, {
    kind: "order_placed",
    orderId: order.sn,
    status,
    currency: "CNY",
    total: yuan(totalOf(order)),
    lines: lines.map((line) => ({
      lineId: lineIdOf(order, line),
      listingId: line.offer === null ? (line.sku.product.shop?.spuId ?? "") : line.sku.barcode,
      variantId: line.offer === null ? line.sku.skuId : line.sku.barcode,
      sku: line.sku.barcode,
      quantity: line.count,
    })),
    by: "buyer",
  });
  for (const line of lines) hold(store, order.sn, line);
  return order;
}

export function setStatus(store: Store, order: Order, status: string, by: Cause, what = "status"): void {
  order.status = status;
  order.modified = Math.max(order.modified, nowOf(store));
  log(store, { kind: "order_changed", orderId: order.sn, what, status, total: yuan(totalOf(order)), by });
}

/** Which of the supplier's warehouses has it? The supplier sees the order once one has answered. */
export function search(store: Store, lines: readonly Line[], more: Partial<NewOrder> = {}): Search {
  const order = place(store, "jitx", { lines, ...more, status: "0" });
  log(store, { kind: "order_hidden", orderId: order.sn, by: "buyer" });
  const warehouses = WAREHOUSES.map(({ warehouse_code }) => warehouse_code);
  const one: Search = { order, status: "1", remark: "", warehouses, changed: nowOf(store) };
  store.searches.set(order.sn, one);
  later(store, nowOf(store) + PATIENCE, () => {
    if (one.status === "1") answerSearch(store, one, null, "owner", "超时");
  });
  return one;
}

/** A warehouse takes the order, or none does. */
export function answerSearch(store: Store, one: Search, warehouse: string | null, by: Cause, remark = ""): void {
  const { order } = one;
  Object.assign(one, { status: warehouse === null ? "3" : "2", remark, changed: nowOf(store) });
  if (warehouse === null) {
    letGo(store, order, "cancelled");
    return;
  }
  order.warehouse = warehouse;
  setStatus(store, order, "10", by, "reviewed");
  log(store, { kind: "order_shown", orderId: order.sn, by });
}

function letGo(store: Store, order: Order, reason: string | null): void {
  if (!order.isHeld) return;
  order.isHeld = false;
  for (const line of order.lines) release(store, order.sn, line, reason);
}

export function ship(store: Store, order: Order, parcels: readonly Parcel[], by: Cause): void {
  order.parcels = [...parcels];
  letGo(store, order, null);
  const [first] = parcels;
  if (order.mode !== "jitx" && first !== undefined)
    Object.assign(order, { carrierCode: first.carrierCode, carrierName: first.carrierName });
  setStatus(store, order, "22", by, "shipped");
  for (const { number: tracking } of parcels) {
    const shipmentId = `${order.sn}:${tracking}`;
    log(store, { kind: "shipment_made", shipmentId, orderId: order.sn, tracking, by });
  }
  for (const line of order.lines) bookGoods(store, order.sn, line);
  if (order.mode !== "jitx") return;
  later(store, nowOf(store) + COLLECTION, () => {
    if (order.status === "22") setStatus(store, order, "23", "owner", "collected");
  });
}

export function shipByOwner(store: Store, order: Order): boolean {
  if (order.status !== "10") return false;
  const pieces = order.lines.map((line) => ({ key: lineIdOf(order, line), count: line.count }));
  const number = `SF${newId(store)}`;
  ship(store, order, [{ carrierCode: "1000000458", carrierName: "顺丰速运", number, pieces }], "owner");
  return true;
}

/** Ends an order; what had left comes back to the platform. */
export function cancel(store: Store, order: Order, by: Cause): void {
  if (order.status.startsWith("97")) return;
  const before = order.status;
  letGo(store, order, "cancelled");
  setStatus(store, order, order.mode === "jitx" ? `97_${before}` : "97", by, "cancelled");
  log(store, { kind: "refund_made", refundId: newId(store), orderId: order.sn, amount: yuan(totalOf(order)), by });
  if (before !== "10") for (const line of order.lines) bookGoods(store, order.sn, line, true);
}

/** The buyer refuses the parcel; the money is told in the finance lines alone. */
export function refuse(store: Store, order: Order): void {
  setStatus(store, order, "70", "buyer", "refused");
  for (const line of order.lines) bookGoods(store, order.sn, line, true);
}

/** A buyer of the marketplace wants out. */
export function applyCancel(store: Store, order: Order, isSystem = false): CancelApply {
  const apply: CancelApply = {
    sn: `AP${newId(store)}`,
    order,
    status: 1,
    opinion: "",
    created: nowOf(store),
    isSystem,
  };
  store.cancels.set(apply.sn, apply);
  log(store, { kind: "dispute_opened", disputeId: apply.sn, orderId: order.sn, status: "1", by: "buyer" });
  return apply;
}

export function auditCancel(store: Store, apply: CancelApply, status: 2 | 3 | 4, opinion: string, by: Cause): void {
  Object.assign(apply, { status, opinion });
  const { sn: disputeId, order } = apply;
  log(store, { kind: "dispute_changed", disputeId, orderId: order.sn, status: String(status), by });
  if (status === 2) cancel(store, order, by);
}

/** Goods of a direct order come back, or were never taken. */
export function openDvdReturn(
  store: Store,
  order: Order,
  type: DvdReturn["type"],
  needsAudit: boolean,
): DvdReturn | null {
  const [line] = order.lines;
  if (line === undefined) return null;
  const one: DvdReturn = {
    id: `R${newId(store)}`,
    order,
    type,
    needsAudit,
    audited: null,
    reason: "尺码不合适",
    at: nowOf(store),
    carrier: "顺丰速运",
    number: `RT${newId(store)}`,
    refund: line.price,
    line: { ...line, count: 1 },
    isConfirmed: false,
  };
  store.dvdReturns.set(one.id, one);
  log(store, { kind: "dispute_opened", disputeId: one.id, orderId: order.sn, status: String(type), by: "buyer" });
  setStatus(store, order, needsAudit ? "53" : type === 0 ? "70" : "54", "buyer", "return");
  return one;
}

export function moveDvdReturn(store: Store, one: DvdReturn, status: string, by: Cause): void {
  log(store, { kind: "dispute_changed", disputeId: one.id, orderId: one.order.sn, status, by });
  setStatus(store, one.order, status, by, "return");
  if (status === "49") bookGoods(store, one.order.sn, one.line, true);
}
