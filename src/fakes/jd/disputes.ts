/** Refund applications before the goods are sent, service orders after, and claims. */

import { MINUTE } from "../beijing-time.ts";
import type { Cause } from "../fake.ts";
import { later, log, nowOf } from "../living.ts";
import { bookCompensation, bookRefund } from "./ledger.ts";
import { cancel, isOpen, lock, place, unlock } from "./orders.ts";
import { newId, type Store } from "./store.ts";
import { totalOf } from "./totals.ts";
import type { Claim, Order, RefundApply, ServiceOrder } from "./types.ts";

const SOURCES = [10, 11, 12, 28, 87, 98];
/** The platform's own finance takes a while. */
const FINANCE = 30 * MINUTE;

/** The buyer of a paid order asks for the money back; null where that cannot be asked. */
export function applyRefund(store: Store, order: Order): RefundApply | null {
  if (!isOpen(order)) return null;
  lock(store, order);
  const refund: RefundApply = {
    id: newId(store),
    order,
    status: 0,
    applied: nowOf(store),
    checked: null,
    checker: "",
    remark: "",
    reason: "不想要了",
    source: SOURCES[store.refunds.size % SOURCES.length] ?? 11,
    sum: totalOf(order),
    warehouse: null,
  };
  store.refunds.set(refund.id, refund);
  log(store, { kind: "dispute_opened", disputeId: refund.id, orderId: order.id, status: "0", by: "buyer" });
  return refund;
}

/** Answers an application: approved ones wait for the platform's finance, refused ones free the order. */
export function answerRefund(store: Store, refund: RefundApply, status: number, by: Cause, remark: string): void {
  const { order } = refund;
  Object.assign(refund, { status, remark, checked: nowOf(store), checker: by === "buyer" ? "" : "pop-check" });
  log(store, { kind: "dispute_changed", disputeId: refund.id, orderId: order.id, status: String(status), by });
  if (order.state === "LOCKED") {
    if (status === 2 || status === 4) unlock(store, order);
    if (status === 3) cancel(store, order, by);
  }
  if (status === 1 || status === 5)
    later(store, nowOf(store) + FINANCE, () => {
      if (refund.status === status) answerRefund(store, refund, 3, "owner", refund.remark);
    });
}

export interface NewService {
  expect: number;
  status?: number;
  pickware?: number;
  wareType?: number;
}

/** The buyer of delivered goods asks for something. */
export function openService(
  store: Store,
  order: Order,
  { expect, status = 10001, pickware = 40, wareType = 10 }: NewService,
): ServiceOrder | null {
  const [line] = order.lines;
  if (line === undefined) return null;
  const now = nowOf(store);
  const service: ServiceOrder = {
    id: newId(store),
    applyId: newId(store),
    order,
    line,
    count: 1,
    expect,
    status,
    version: 1,
    applied: now,
    approved: null,
    updated: now,
    finished: null,
    approveResult: 0,
    processResult: 0,
    pickware,
    wareType,
    paid: line.price,
    question: "尺码不合适",
    notes: "",
    freight: null,
    log: [{ at: now, text: "提交申请" }],
  };
  store.services.set(service.id, service);
  log(store, { kind: "dispute_opened", disputeId: service.id, orderId: order.id, status: String(status), by: "buyer" });
  return service;
}

/** Moves a service order on; at its end the money goes back, or other goods are sent. */
export function moveService(
  store: Store,
  service: ServiceOrder,
  status: number,
  by: Cause,
  change: Partial<ServiceOrder> = {},
): void {
  const now = nowOf(store);
  Object.assign(service, change, { status, updated: Math.max(now, service.updated), version: service.version + 1 });
  if (service.approved === null && status !== 10011) service.approved = now;
  service.log.push({ at: now, text: `状态${status}` });
  log(store, { kind: "dispute_changed", disputeId: service.id, orderId: service.order.id, status: String(status), by });
  if (![10004, 10010, 10011].includes(status)) return;
  service.finished = now;
  if (status !== 10010) return;
  // Money after the delivery is in the bill; the order itself never tells it.
  if (service.processResult === 100 || service.processResult === 40)
    bookRefund(store, service.order, service.line, service.paid * service.count);
  if (service.processResult === 80 || service.processResult === 23) {
    const again = place(store, {
      wants: [{ sku: service.line.sku, count: 1 }],
      payType: 5,
      returnOrder: 2,
      isPlain: true,
    });
    store.lastOrder = service.order;
    showAgain(store, again);
  }
}

/** The order by which an exchange is sent; nobody pays it. */
function showAgain(store: Store, order: Order): void {
  for (const line of order.lines) line.price = 0;
  order.service = 0;
  order.isSeen = true;
  order.state = "WAIT_SELLER_STOCK_OUT";
  order.modified = nowOf(store);
  log(store, {
    kind: "order_changed",
    orderId: order.id,
    what: "exchange",
    status: order.state,
    total: "0.00",
    by: "owner",
  });
  log(store, { kind: "order_shown", orderId: order.id, by: "owner" });
}

/** The platform has the seller pay a buyer. */
export function openClaim(store: Store, order: Order): Claim {
  const claim: Claim = { id: newId(store), order, type: 1, modified: nowOf(store) };
  store.claims.set(claim.id, claim);
  log(store, { kind: "dispute_opened", disputeId: claim.id, orderId: order.id, status: "claim", by: "owner" });
  bookCompensation(store, order);
  return claim;
}
