/** Orders: the list and the single one of 2026-01-01, and what is written by version 0. */

import { DAY, MINUTE } from "../beijing-time.ts";
import { nowOf } from "../living.ts";
import * as ask from "./call.ts";
import { fulfillmentStatus, unsentOf } from "./order-status.ts";
import { INCLUDED, viewOrder } from "./order-view.ts";
import { touch } from "./orders.ts";
import { CARRIERS, edit, type NewParcel, ship } from "./shipping.ts";
import type { Store } from "./store.ts";
import type { Order } from "./types.ts";
import { invalid, notFound, Refusal, time } from "./wire.ts";

const STATUSES = "PENDING_AVAILABILITY,PENDING,UNSHIPPED,PARTIALLY_SHIPPED,SHIPPED,CANCELLED,UNFULFILLABLE".split(",");
const bare = (): Refusal => invalid("Invalid Input");

function orderOf({ store, params }: ask.Call): Order {
  const order = store.orders.get(params.orderId ?? "");
  if (order === undefined) throw notFound("The order is not found.");
  return order;
}

/** The window: exactly one beginning, and an end that is two minutes old. */
function windowOf(call: ask.Call): { by: "created" | "updated"; from: number; to: number } {
  const [created, updated] = [ask.timeOf(call, "createdAfter"), ask.timeOf(call, "lastUpdatedAfter")];
  if ((created === null) === (updated === null)) throw bare();
  const [name, other] =
    created === null ? ["lastUpdatedBefore", "createdBefore"] : ["createdBefore", "lastUpdatedBefore"];
  if (call.query.has(other as string)) throw bare();
  const latest = nowOf(call.store) - 2 * MINUTE;
  const from = created ?? updated ?? 0;
  const to = ask.timeOf(call, name as string) ?? Math.max(latest, from);
  if (to < from || (to > latest && call.query.has(name as string))) throw bare();
  return { by: created === null ? "updated" : "created", from, to: Math.min(to, latest) };
}

function searchOrders(call: ask.Call) {
  const { store } = call;
  ask.onlyParameters(
    call,
    ..."createdAfter,createdBefore,lastUpdatedAfter,lastUpdatedBefore,fulfillmentStatuses,marketplaceIds,fulfilledBy,maxResultsPerPage,paginationToken,includedData".split(
      ",",
    ),
  );
  const { by, from, to: asked } = windowOf(call);
  const token = ask.readToken(call, "paginationToken");
  const to = token === null ? asked : Number(token.more.to);
  const statuses = ask.listOf(call, "fulfillmentStatuses", STATUSES);
  const sides = ask.listOf(call, "fulfilledBy", ["MERCHANT", "AMAZON"]);
  const marketplaces = ask.marketplacesOf(call);
  const wanted = new Set(ask.listOf(call, "includedData", INCLUDED) ?? []);
  const most = ask.numberOf(call, "maxResultsPerPage", 100, 1, 100);
  const oldest = nowOf(store) - 730 * DAY;
  const keyOf = (order: Order): string => `${String(order[by]).padStart(12, "0")} ${order.id}`;
  const found = [...store.orders.values()]
    .filter((order) => order[by] >= from && order[by] <= to && order.created >= oldest)
    .filter((order) => statuses?.includes(fulfillmentStatus(order)) !== false)
    .filter((order) => sides?.includes(order.fulfilledBy) !== false)
    .filter((order) => marketplaces?.includes(order.marketplace) !== false)
    .map((order) => ({ order, key: keyOf(order) }))
    .filter(({ key }) => token === null || key > token.after)
    .sort((a, b) => (a.key < b.key ? -1 : 1));
  const page = found.slice(0, most);
  const last = page.at(-1);
  const isMore = found.length > page.length && last !== undefined;
  return {
    orders: page.map(({ order }) => viewOrder(store, order, wanted)),
    pagination: isMore ? { nextToken: ask.makeToken(call, last.key, DAY, { to: String(to) }) } : undefined,
    [by === "updated" ? "lastUpdatedBefore" : "createdBefore"]: time(to),
  };
}

function readParcel(store: Store, order: Order, body: Record<string, unknown>): NewParcel {
  const detail = ask.recordOf(body.packageDetail, "packageDetail");
  const reference = detail.packageReferenceId;
  if (typeof reference !== "string" || !/^[1-9]\d*$/.test(reference))
    throw invalid("packageReferenceId must be a string of a positive integer.");
  const carrier = ask.textOf(detail, "carrierCode");
  if (carrier === "Other") ask.textOf(detail, "carrierName");
  const tracking = ask.textOf(detail, "trackingNumber");
  if (typeof detail.shipDate !== "string" || !/^\d{4}-\d\d-\d\dT/.test(detail.shipDate))
    throw new Refusal(400, { code: "Invalid Input", message: "Invalid Input" });
  const shipped = Math.floor(ask.parseTime(detail.shipDate, "shipDate"));
  if (shipped > nowOf(store) + MINUTE) throw invalid("shipDate is in the future.");
  if (shipped < order.created) throw invalid("shipDate is before the order.");
  if (body.codCollectionMethod !== undefined && order.marketplace.country !== "JP")
    throw invalid("codCollectionMethod is for Japan only.");
  if (!Array.isArray(detail.orderItems) || detail.orderItems.length === 0) throw invalid("OrderItemId is invalid");
  const pieces = detail.orderItems.map((value: unknown) => {
    const row = ask.recordOf(value, "orderItems");
    const line = order.lines.find(({ id }) => id === row.orderItemId);
    if (line === undefined) throw invalid("OrderItemId is invalid");
    const { quantity } = row;
    if (typeof quantity !== "number" || !Number.isInteger(quantity) || quantity < 1)
      throw invalid("quantity must be a positive integer.");
    return { line, quantity };
  });
  const service = typeof detail.shippingMethod === "string" ? detail.shippingMethod : null;
  const name = carrier === "Other" ? String(detail.carrierName) : carrier;
  if (!CARRIERS.includes(carrier)) return { reference, carrier: "", service, tracking, shipped, pieces };
  return { reference, carrier: name, service, tracking, shipped, pieces };
}

function confirmShipment(call: ask.Call): ask.Reply {
  const { store } = call;
  const order = orderOf(call);
  const body = ask.recordOf(call.body, "body");
  if (body.marketplaceId !== order.marketplace.id) throw invalid("marketplaceId is not the order's.");
  const parcel = readParcel(store, order, body);
  const held = order.parcels.find(({ reference }) => reference === parcel.reference);
  const isTooMany = parcel.pieces.some(({ line, quantity }) => {
    const own = held?.lines.find((one) => one.line === line)?.quantity ?? 0;
    return quantity > unsentOf(line) + own;
  });
  const isClosed = order.state !== "OPEN" || order.fulfilledBy === "AMAZON" || order.verification?.status === "Pending";
  if (isTooMany || isClosed) throw invalid(`Failed to create package for order ${order.id}: PackageToUpdateNotFound`);
  // A code that the platform does not know is taken, and leaves the order as it is.
  if (parcel.carrier === "") return new ask.Reply(204);
  if (held === undefined) ship(store, order, parcel, "api");
  else edit(store, order, held, parcel);
  return new ask.Reply(204);
}

function updateShipmentStatus(call: ask.Call): ask.Reply {
  const order = orderOf(call);
  const body = ask.recordOf(call.body, "body");
  const status = ask.textOf(body, "shipmentStatus");
  if (!["ReadyForPickup", "PickedUp", "RefusedPickup"].includes(status)) throw invalid("shipmentStatus is invalid.");
  if (body.marketplaceId !== order.marketplace.id) throw invalid("marketplaceId is not the order's.");
  if (order.pickup === null) throw invalid("The order is not picked up in a store.");
  order.pickup = status;
  touch(call.store, order, status, "api");
  return new ask.Reply(204);
}

function updateVerificationStatus(call: ask.Call): ask.Reply {
  const order = orderOf(call);
  const body = ask.recordOf(ask.recordOf(call.body, "body").regulatedOrderVerificationStatus, "the status");
  const { status, rejectionReasonId, externalReviewerId } = body;
  const errors: string[] = [];
  if (status !== undefined && !["Approved", "Rejected"].includes(String(status)))
    errors.push("Invalid request parameter `status`. Must be one of [Approved, Rejected].");
  if (status === "Rejected" && rejectionReasonId === undefined)
    errors.push("Missing request parameter: rejectionReasonId.");
  if (externalReviewerId === undefined) errors.push("Missing request parameter: externalReviewerId.");
  if (errors.length > 0) throw new Refusal(400, ...errors.map((message) => ({ code: "InvalidInput", message })));
  if (order.verification === null) throw invalid("The order needs no review.");
  if (status !== undefined)
    order.verification = {
      status: String(status),
      reviewer: String(externalReviewerId),
      reason: rejectionReasonId === undefined ? null : String(rejectionReasonId),
    };
  touch(call.store, order, "reviewed", "api");
  return new ask.Reply(204);
}

/** Restricted tokens: for old operations whose answers hold buyers. */
function createRestrictedDataToken({ store, body }: ask.Call) {
  const rows = ask.recordOf(body, "body").restrictedResources;
  if (!Array.isArray(rows) || rows.length === 0 || rows.length > 50) throw invalid("restrictedResources: 1 to 50.");
  const resources = rows.map((value: unknown) => {
    const row = ask.recordOf(value, "restrictedResources");
    const [method, path] = [ask.textOf(row, "method"), ask.textOf(row, "path")];
    const dataElements = (row.dataElements ?? []) as string[];
    if (!/^(GET|PUT|POST|DELETE)$/.test(method) || !path.startsWith("/")) throw invalid("Resource not provided.");
    if (dataElements.some((one) => !["buyerInfo", "shippingAddress", "buyerTaxInformation"].includes(one)))
      throw invalid("dataElements is invalid.");
    if (store.options.showsBuyers === false) throw invalid(`The app has no access to ${dataElements.join(", ")}.`);
    return { method, path, dataElements };
  });
  return { restrictedDataToken: store.grants.restrict(resources, nowOf(store)), expiresIn: 3600 };
}

const V0 = "/orders/v0/orders/{orderId}";

export const ORDER_ROUTES: readonly ask.Route[] = [
  { operation: "searchOrders", method: "GET", path: "/orders/2026-01-01/orders", run: searchOrders },
  {
    operation: "getOrder",
    method: "GET",
    path: "/orders/2026-01-01/orders/{orderId}",
    run(call) {
      ask.onlyParameters(call, "includedData");
      const wanted = new Set(ask.listOf(call, "includedData", INCLUDED) ?? []);
      return { order: viewOrder(call.store, orderOf(call), wanted) };
    },
  },
  { operation: "confirmShipment", method: "POST", path: `${V0}/shipmentConfirmation`, run: confirmShipment },
  { operation: "updateShipmentStatus", method: "POST", path: `${V0}/shipment`, run: updateShipmentStatus },
  {
    operation: "updateVerificationStatus",
    method: "PATCH",
    path: `${V0}/regulatedInfo`,
    run: updateVerificationStatus,
  },
  {
    operation: "createRestrictedDataToken",
    method: "POST",
    path: "/tokens/2021-03-01/restrictedDataToken",
    run: createRestrictedDataToken,
  },
];
