/** Order fulfilments: a core feature that stores may have switched off, and its guess of the carrier. */

import { addFulfillment, CARRIERS, deleteFulfillment, itemsOf, markFulfilled, summarise } from "./fulfillments.ts";
import type { Json } from "./order-view.ts";
import { recordsOf } from "./order-write.ts";
import { type Answer, type Call, idOf, ok, type Route, route } from "./routing.ts";
import { nowOf, type Store, take } from "./store.ts";
import { gmt } from "./time.ts";
import type { Fulfillment, Meta, Order } from "./types.ts";
import { WpError } from "./wp-error.ts";

/** The routes of fulfilments; none when the feature is off. */
export function fulfillmentRoutes(store: Store): Route[] {
  if (!store.hasFulfillments) return [];
  return [
    route("/orders/<order_id>/fulfillments", {
      GET: { operation: "fulfillments.list", run: listFulfillments },
      POST: { operation: "fulfillments.create", run: createFulfillment },
    }),
    route("/orders/<order_id>/fulfillments/lookup", { GET: { operation: "fulfillments.lookup", run: lookup } }),
    route("/orders/<order_id>/fulfillments/<id>", {
      GET: { operation: "fulfillments.get", run: (call) => ok(storedView(orderOf(call), fulfillmentOf(call))) },
      PUT: { operation: "fulfillments.update", run: updateFulfillment },
      DELETE: { operation: "fulfillments.delete", run: removeFulfillment },
    }),
  ];
}

function listFulfillments(call: Call): Answer {
  const order = orderOf(call);
  const present = order.fulfillments.filter((fulfillment) => fulfillment.deleted === null);
  return ok(present.map((fulfillment) => storedView(order, fulfillment)));
}

function createFulfillment(call: Call): Answer {
  const order = orderOf(call);
  const meta = recordsOf(call.body.meta_data).map((entry) => ({ key: String(entry.key), value: entry.value }));
  const status = statusFrom(call.body, "unfulfilled");
  checkItems(meta);
  const fulfillment = addFulfillment(call.store, order, status, meta, "api");
  return { status: 201, body: writtenView(order, fulfillment) };
}

function updateFulfillment(call: Call): Answer {
  const { store, body } = call;
  const order = orderOf(call);
  const fulfillment = fulfillmentOf(call);
  const status = statusFrom(body, fulfillment.status);
  if (body.meta_data !== undefined) {
    const meta = mergedMeta(store, fulfillment.meta, recordsOf(body.meta_data));
    checkItems(meta);
    fulfillment.meta = meta;
  }
  fulfillment.updated = nowOf(store);
  if (status === "fulfilled" && !fulfillment.isFulfilled) markFulfilled(store, order, fulfillment, "api");
  else fulfillment.status = status;
  summarise(store, order);
  return ok(writtenView(order, fulfillment));
}

function removeFulfillment(call: Call): Answer {
  deleteFulfillment(call.store, orderOf(call), fulfillmentOf(call), "api");
  return ok({ message: "Fulfillment deleted successfully." });
}

function lookup(call: Call): Answer {
  orderOf(call);
  const number = String(call.query.get("tracking_number") ?? "");
  if (number === "") {
    const data = { status: 400, params: ["tracking_number"] };
    throw new WpError("rest_missing_callback_param", "Missing parameter(s): tracking_number", 400, data);
  }
  const found = CARRIERS.filter((carrier) => carrier.pattern.test(number));
  const best = found.toSorted((a, b) => b.score - a.score)[0];
  if (best === undefined) throw badRequest("No shipping provider found for the given tracking number.", 404);
  return ok({
    tracking_number: number,
    shipping_provider: best.slug,
    tracking_url: best.url + number,
    possibilities: Object.fromEntries(
      found.map((carrier) => [carrier.slug, { url: carrier.url + number, ambiguity_score: carrier.score }]),
    ),
  });
}

/** Keys that the body does not name are removed, as the platform does. */
function mergedMeta(store: Store, meta: readonly Meta[], changes: readonly Json[]): Meta[] {
  return changes.map((change) => {
    const key = String(change.key);
    const found = meta.find((entry) => entry.key === key);
    return { id: found?.id ?? take(store, "fulfillmentMeta"), key, value: change.value };
  });
}

/** Quantities are not compared with the order's, as the platform does not do it. */
function checkItems(meta: readonly { key: string; value: unknown }[]): void {
  const items = itemsOf(meta.map((entry, id) => ({ id, ...entry })));
  if (items.length === 0) throw badRequest("The fulfillment should contain at least one item.");
  for (const item of items) {
    const isWhole = Number.isInteger(item.item_id) && item.item_id > 0;
    if (!isWhole || typeof item.qty !== "number" || item.qty <= 0) throw badRequest("Invalid item.");
  }
}

function statusFrom(body: Json, otherwise: string): string {
  const status = body.status ?? (body.is_fulfilled === true ? "fulfilled" : otherwise);
  if (status !== "fulfilled" && status !== "unfulfilled") throw badRequest("Invalid fulfillment status.");
  return body.is_fulfilled === true ? "fulfilled" : status;
}

function orderOf(call: Call): Order {
  const order = call.store.orders.get(idOf(call, "order_id"));
  if (order === undefined) throw new WpError("woocommerce_rest_order_invalid_id", "Invalid order ID.", 404);
  return order;
}

function fulfillmentOf(call: Call): Fulfillment {
  const found = orderOf(call).fulfillments.find((entry) => entry.id === idOf(call) && entry.deleted === null);
  if (found === undefined) throw badRequest("Fulfillment not found.");
  return found;
}

function badRequest(message: string, status = 400): WpError {
  return new WpError("woocommerce_rest_fulfillment_error", message, status);
}

/** After a write: a real boolean, and meta as it was sent with ids behind. */
function writtenView(order: Order, fulfillment: Fulfillment): Json {
  const meta = fulfillment.meta.map(({ id, key, value }) => ({ key, value, id }));
  return { ...baseView(order, fulfillment, fulfillment.isFulfilled), meta_data: meta };
}

/** Read from the database: the flag is a text. */
function storedView(order: Order, fulfillment: Fulfillment): Json {
  const meta = fulfillment.meta.map(({ id, key, value }) => ({ id, key, value }));
  return { ...baseView(order, fulfillment, fulfillment.isFulfilled ? "1" : "0"), meta_data: meta };
}

function baseView(order: Order, fulfillment: Fulfillment, isFulfilled: boolean | string): Json {
  return {
    id: fulfillment.id,
    entity_type: "WC_Order",
    entity_id: String(order.id),
    status: fulfillment.status,
    is_fulfilled: isFulfilled,
    date_updated: `${gmt(fulfillment.updated)}Z`,
    date_deleted: fulfillment.deleted === null ? null : `${gmt(fulfillment.deleted)}Z`,
  };
}
