/** Reads bodies of order writes, and applies them. */

import { toMicros } from "./money.ts";
import { addNote } from "./notes.ts";
import { addFee, addLine, addShipping, EMPTY_ADDRESS, type NewOrder, placeOrder, setMeta } from "./order-new.ts";
import { bookLines, completePayment, setStatus, WRITABLE_STATUSES } from "./order-status.ts";
import type { Json } from "./order-view.ts";
import { enumFault, typeFault } from "./params.ts";
import { refundRest } from "./refunds.ts";
import { reduceLine, restockLine } from "./stock.ts";
import { changeOrder, log, money, type Store } from "./store.ts";
import { recalculate } from "./totals.ts";
import type { Address, Order } from "./types.ts";
import { invalidParams, type ParamFault } from "./wp-error.ts";

const ITEM_LISTS = ["line_items", "shipping_lines", "fee_lines"] as const;

/** Checks a body against the schema; single writes are checked, items of a batch are not. */
export function checkOrderBody(body: Json): void {
  const faults: ParamFault[] = [];
  if (body.status !== undefined && !WRITABLE_STATUSES.includes(String(body.status))) {
    faults.push(enumFault("status", WRITABLE_STATUSES));
  }
  if (body.set_paid !== undefined && typeof body.set_paid !== "boolean") faults.push(typeFault("set_paid", "boolean"));
  if (body.customer_id !== undefined && !Number.isInteger(Number(body.customer_id))) {
    faults.push(typeFault("customer_id", "integer"));
  }
  for (const name of ["billing", "shipping"]) {
    if (body[name] !== undefined && !isRecord(body[name])) faults.push(typeFault(name, "object"));
  }
  for (const name of [...ITEM_LISTS, "coupon_lines", "meta_data"]) {
    if (body[name] !== undefined && !Array.isArray(body[name])) faults.push(typeFault(name, "array"));
  }
  for (const name of ITEM_LISTS) faults.push(...itemFaults(name, recordsOf(body[name])));
  if (faults.length > 0) throw invalidParams(faults);
}

/** Creates an order from a body; an unknown status becomes pending, as in unchecked batches. */
export function createFromBody(store: Store, body: Json): Order {
  const status = typeof body.status === "string" && WRITABLE_STATUSES.includes(body.status) ? body.status : "pending";
  const billing = addressFrom(EMPTY_ADDRESS, body.billing);
  const input: NewOrder = {
    status,
    createdVia: "rest-api",
    customerId: Number(body.customer_id ?? 0),
    billing,
    shipping: addressFrom(EMPTY_ADDRESS, body.shipping),
    paymentMethod: textFrom(body.payment_method),
    paymentTitle: textFrom(body.payment_method_title),
    transactionId: textFrom(body.transaction_id),
    customerNote: textFrom(body.customer_note),
    meta: metaFrom(body.meta_data),
    lines: recordsOf(body.line_items).map((item) => ({
      productId: Number(item.product_id ?? 0),
      variationId: Number(item.variation_id ?? 0),
      quantity: Number(item.quantity ?? 1),
      ...(item.sku === undefined ? {} : { sku: String(item.sku) }),
      ...(item.name === undefined ? {} : { name: String(item.name) }),
      ...(item.subtotal === undefined ? {} : { subtotal: String(item.subtotal) }),
      ...(item.total === undefined ? {} : { total: String(item.total) }),
    })),
    shippingLines: recordsOf(body.shipping_lines).map(shippingFrom),
    feeLines: recordsOf(body.fee_lines).map(feeFrom),
    couponCodes: recordsOf(body.coupon_lines).map((coupon) => textFrom(coupon.code)),
    ...(body.currency === undefined ? {} : { currency: String(body.currency) }),
  };
  const order = placeOrder(store, input, "api");
  if (body.set_paid === true) completePayment(store, order, "api");
  return order;
}

/** Applies a body to an order. */
export function updateFromBody(store: Store, order: Order, body: Json): void {
  const hasItems = ITEM_LISTS.some((name) => body[name] !== undefined);
  changeOrder(store, order, () => {
    order.billing = addressFrom(order.billing, body.billing);
    order.shipping = addressFrom(order.shipping, body.shipping);
    order.paymentMethod = textFrom(body.payment_method, order.paymentMethod);
    order.paymentTitle = textFrom(body.payment_method_title, order.paymentTitle);
    order.transactionId = textFrom(body.transaction_id, order.transactionId);
    order.customerNote = textFrom(body.customer_note, order.customerNote);
    if (body.customer_id !== undefined) order.customerId = Number(body.customer_id);
    setMeta(store, order.meta, metaFrom(body.meta_data));
    if (!hasItems) return;
    for (const item of recordsOf(body.line_items)) writeLine(store, order, item);
    for (const item of recordsOf(body.shipping_lines)) writeShipping(store, order, item);
    for (const item of recordsOf(body.fee_lines)) writeFee(store, order, item);
    recalculate(store, order);
  });
  if (hasItems) {
    const facts = { total: money(store, order.totals.total), lines: bookLines(order.lines) };
    log(store, { kind: "order_changed", orderId: String(order.id), what: "lines", ...facts, by: "api" });
  } else if (body.status === undefined) {
    log(store, { kind: "order_changed", orderId: String(order.id), what: "fields", by: "api" });
  }
  if (body.set_paid === true && ["pending", "failed"].includes(order.status)) completePayment(store, order, "api");
  else if (typeof body.status === "string") writeStatus(store, order, body.status);
  else store.announce("order", order.id, "updated");
}

function writeStatus(store: Store, order: Order, wanted: string): void {
  const status = WRITABLE_STATUSES.includes(wanted) ? wanted : "pending";
  const from = order.status;
  setStatus(store, order, status, "api");
  if (status === "refunded" && from !== "refunded") refundRest(store, order, "api");
  if (status === "completed" && from !== "completed") addNote(store, order, 'Email "Completed order" sent.');
}

function writeLine(store: Store, order: Order, item: Json): void {
  const line = order.lines.find((candidate) => candidate.id === Number(item.id));
  if (line === undefined) {
    const quantity = Number(item.quantity ?? 1);
    const added = addLine(store, order, {
      productId: Number(item.product_id ?? 0),
      variationId: Number(item.variation_id ?? 0),
      quantity,
      ...(item.total === undefined ? {} : { total: String(item.total) }),
      ...(item.subtotal === undefined ? {} : { subtotal: String(item.subtotal) }),
    });
    if (order.isStockReduced) reduceLine(store, order, added, quantity);
    return;
  }
  if (item.product_id === null || item.quantity === 0) {
    restockLine(store, order, line, line.reduced, "edited");
    order.lines = order.lines.filter((other) => other !== line);
    return;
  }
  if (item.quantity !== undefined) {
    const quantity = Number(item.quantity);
    const more = quantity - line.quantity;
    if (order.isStockReduced && more > 0) reduceLine(store, order, line, more);
    if (order.isStockReduced && more < 0) restockLine(store, order, line, -more, "edited");
    line.subtotal = Math.round((line.subtotal * quantity) / line.quantity);
    line.total = Math.round((line.total * quantity) / line.quantity);
    line.quantity = quantity;
  }
  if (item.name !== undefined) line.name = String(item.name);
  if (item.subtotal !== undefined) line.subtotal = toMicros(item.subtotal);
  if (item.total !== undefined) line.total = toMicros(item.total);
}

function writeShipping(store: Store, order: Order, item: Json): void {
  const line = order.shippingLines.find((candidate) => candidate.id === Number(item.id));
  if (line === undefined) addShipping(store, order, shippingFrom(item));
  else if (item.method_id === null) order.shippingLines = order.shippingLines.filter((other) => other !== line);
  else if (item.total !== undefined) line.total = toMicros(item.total);
}

function writeFee(store: Store, order: Order, item: Json): void {
  const fee = order.feeLines.find((candidate) => candidate.id === Number(item.id));
  if (fee === undefined) addFee(store, order, feeFrom(item));
  else if (item.name === null) order.feeLines = order.feeLines.filter((other) => other !== fee);
  else if (item.total !== undefined) fee.total = toMicros(item.total);
}

function itemFaults(name: string, items: readonly Json[]): ParamFault[] {
  const faults: ParamFault[] = [];
  items.forEach((item, index) => {
    const place = (field: string): string => `${name}[${index}][${field}]`;
    for (const field of ["subtotal", "total"]) {
      if (item[field] !== undefined && typeof item[field] !== "string") {
        faults.push(typeFault(name, "string", place(field)));
      }
    }
    for (const field of ["product_id", "variation_id", "quantity"]) {
      const value = item[field];
      if (value !== undefined && value !== null && !Number.isInteger(Number(value))) {
        faults.push(typeFault(name, "integer", place(field)));
      }
    }
  });
  return faults.slice(0, 1);
}

function shippingFrom(item: Json): { methodId: string; methodTitle: string; total: string } {
  return {
    methodId: textFrom(item.method_id),
    methodTitle: textFrom(item.method_title),
    total: textFrom(item.total, "0"),
  };
}

function feeFrom(item: Json): { name: string; total: string; isTaxable: boolean } {
  return { name: textFrom(item.name), total: textFrom(item.total, "0"), isTaxable: item.tax_status !== "none" };
}

/** Takes known fields over an address; fields not named stay. */
function addressFrom(base: Address, value: unknown): Address {
  if (!isRecord(value)) return base;
  const address = { ...base };
  for (const field of Object.keys(EMPTY_ADDRESS) as (keyof Address)[]) {
    if (value[field] !== undefined && value[field] !== null) address[field] = String(value[field]);
  }
  return address;
}

/** Meta changes from a body. */
export function metaFrom(value: unknown): { key: string; value: unknown }[] {
  return recordsOf(value)
    .filter((entry) => typeof entry.key === "string")
    .map((entry) => ({ key: String(entry.key), value: entry.value ?? null }));
}

/** The objects of a list; anything else is left out. */
export function recordsOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

/** A text field of a body, or what it was before. */
export function textFrom(value: unknown, otherwise = ""): string {
  return value === undefined || value === null ? otherwise : String(value);
}

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
