/** Returns from the buyer's request to their end. */

import type { Cause } from "../fake.ts";
import { log, nowOf } from "../living.ts";
import { makeRefund, paidBy } from "./payments.ts";
import { restock } from "./stock.ts";
import { fresh, mainLocation, newId, type Store } from "./store.ts";
import type { Order, Parcel, Return, ReturnLine, ReturnStatus, Variant } from "./types.ts";
import { gid, refused } from "./wire.ts";

const REASONS: readonly ReturnLine["reason"][] = ["size_too_small", "defective", "unwanted"];

/** The buyer wants to send one piece of each line back; null where nothing was sent. */
export function requestReturn(store: Store, order: Order, wanted?: Variant): Return | null {
  const rows = order.parcels.filter(({ status }) => status === "SUCCESS").flatMap(({ lines }) => lines);
  const sources = rows.filter(({ line }) => line.current > 0 && !isAsked(order, line.id));
  if (sources.length === 0) return null;
  const back: Return = {
    ...fresh(store),
    order,
    name: `#${order.number}-R${order.returns.length + 1}`,
    status: "REQUESTED",
    approved: null,
    closed: null,
    decline: null,
    lines: sources.map((source) => newLine(store, source)),
    exchange: [],
    reverse: null,
  };
  const line = order.lines.find(({ variant }) => variant !== null && variant === wanted);
  if (line !== undefined) back.exchange.push({ id: newId(store), line, quantity: 1 });
  order.returns.push(back);
  store.returns.set(back.id, back);
  const status = back.status;
  log(store, {
    kind: "dispute_opened",
    disputeId: gid("Return", back.id),
    orderId: gid("Order", order.id),
    status,
    by: "buyer",
  });
  tell(store, "RETURNS_REQUEST", back);
  return back;
}

/** A message of a return names its order. */
function tell(store: Store, topic: string, { id, created, updated, order }: Return): void {
  const more = { order: { id: order.id, admin_graphql_api_id: gid("Order", order.id) } };
  store.announce(topic, "Return", { id, created, updated, more });
}

function isAsked({ returns }: Order, lineId: number): boolean {
  return returns.some(({ status, lines }) => {
    return (status === "REQUESTED" || status === "OPEN") && lines.some(({ source }) => source.line.id === lineId);
  });
}

function newLine(store: Store, source: Parcel["lines"][number]): ReturnLine {
  const none = { processed: 0, refunded: 0, note: "It does not fit" };
  return { id: newId(store), source, quantity: 1, ...none, reason: store.random.pick(REASONS) };
}

function move(store: Store, back: Return, status: ReturnStatus, topic: string, by: Cause): void {
  const { id, order } = back;
  back.status = status;
  back.updated = nowOf(store);
  log(store, { kind: "dispute_changed", disputeId: gid("Return", id), orderId: gid("Order", order.id), status, by });
  tell(store, topic, back);
}

function assertIn(back: Return, ...allowed: ReturnStatus[]): void {
  if (!allowed.includes(back.status))
    throw refused(`Return is ${back.status.toLowerCase()} and cannot be changed so.`, ["input", "id"], "INVALID_STATE");
}

/** Throws `Refusal`. */
export function approve(store: Store, back: Return, by: Cause): void {
  assertIn(back, "REQUESTED");
  back.approved = nowOf(store);
  const lines = back.lines.map((source) => ({ id: newId(store), source, disposed: [] }));
  back.reverse = { id: newId(store), status: "OPEN", lines, deliveries: [] };
  move(store, back, "OPEN", "RETURNS_APPROVE", by);
}

/** Throws `Refusal`. */
export function decline(store: Store, back: Return, reason: string, note: string | null, by: Cause): void {
  assertIn(back, "REQUESTED");
  back.decline = { reason, note };
  move(store, back, "DECLINED", "RETURNS_DECLINE", by);
}

export function withdraw(store: Store, back: Return): void {
  assertIn(back, "REQUESTED", "OPEN");
  if (back.reverse !== null) back.reverse.status = "CANCELED";
  move(store, back, "CANCELED", "RETURNS_CANCEL", "buyer");
}

/** The buyer has sent the goods. */
export function sendBack(store: Store, back: Return): void {
  const number = `RT${newId(store)}`;
  const delivery = { id: newId(store), number, url: `https://track.example.test/${number}`, carrier: "UPS" };
  back.reverse?.deliveries.push(delivery);
  back.updated = nowOf(store);
  tell(store, "RETURNS_UPDATE", back);
}

export interface Processed {
  row: ReturnLine;
  quantity: number;
  disposed: readonly { lineId: number; quantity: number; type: string }[];
}

/** Takes goods back, and money for them when so told; the return ends with its last piece. Throws `Refusal`. */
export function process(store: Store, back: Return, rows: readonly Processed[], money: number, by: Cause): void {
  assertIn(back, "OPEN");
  const { order, reverse } = back;
  for (const { row, quantity, disposed } of rows) {
    row.processed += quantity;
    for (const { lineId, quantity: pieces, type } of disposed) {
      const line = reverse?.lines.find(({ id }) => id === lineId);
      line?.disposed.push({ id: newId(store), quantity: pieces, type });
      if (type === "RESTOCKED") restock(store, order, row.source.line, mainLocation(store), pieces, null);
    }
  }
  const isWhole = back.lines.every(({ processed, quantity }) => processed >= quantity);
  if (money > 0) {
    const lines = rows.map(({ row, quantity }) => ({ line: row.source.line, quantity }));
    for (const { row, quantity } of rows) row.refunded += quantity;
    const parent = paidBy(order);
    makeRefund(store, order, { lines, restock: "RETURN", shipping: 0, amount: money, note: "", back, parent }, by);
  }
  move(store, back, "OPEN", "RETURNS_PROCESS", by);
  if (isWhole) close(store, back, by);
}

/** What has come back was looked at; nothing is decided yet. */
export function inspect(store: Store, back: Return): void {
  assertIn(back, "OPEN");
  if (back.reverse !== null) back.reverse.status = "CLOSED";
  back.updated = nowOf(store);
  if (back.reverse !== null)
    store.announce("REVERSE_FULFILLMENT_ORDERS_DISPOSE", "ReverseFulfillmentOrder", back.reverse);
}

/** Throws `Refusal`. */
export function close(store: Store, back: Return, by: Cause): void {
  assertIn(back, "OPEN");
  back.closed = nowOf(store);
  if (back.reverse !== null) back.reverse.status = "CLOSED";
  move(store, back, "CLOSED", "RETURNS_CLOSE", by);
}
