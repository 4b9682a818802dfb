/** Refunds of one order and of all orders. */

import { cutPage, listAnswer, listParams } from "./lists.ts";
import { toMicros } from "./money.ts";
import { apiRoot, refundView } from "./order-view.ts";
import { textFrom } from "./order-write.ts";
import { idsOf, isBefore, timeOf, type Values } from "./params.ts";
import { makeRefund, type RefundRequest, refundItems, removeRefund } from "./refunds.ts";
import { decimalsOfCall } from "./routes-orders.ts";
import { type Answer, type Call, idOf, ok, type Route, route } from "./routing.ts";
import type { Store } from "./store.ts";
import type { Order, Refund } from "./types.ts";
import { WpError } from "./wp-error.ts";

/** The routes of refunds; the list over all orders is absent from old stores. */
export function refundRoutes(store: Store): Route[] {
  const routes = [
    route("/orders/<order_id>/refunds", {
      GET: { operation: "refunds.list", run: listRefunds },
      POST: { operation: "refunds.create", run: createRefund },
    }),
    route("/orders/<order_id>/refunds/<id>", {
      GET: {
        operation: "refunds.get",
        run: (call) => ok(refundView(call.store, refundOf(call), decimalsOfCall(call))),
      },
      DELETE: { operation: "refunds.delete", run: deleteRefund },
    }),
  ];
  if (!isBefore(store.version, 9)) {
    routes.push(route("/refunds", { GET: { operation: "refunds.listAll", run: listAllRefunds } }));
  }
  return routes;
}

function listRefunds(call: Call): Answer {
  const order = orderOf(call);
  const values = listParams(call, ["date", "id", "include", "title", "slug", "modified"]);
  return select(call, values, order.refunds, false);
}

function listAllRefunds(call: Call): Answer {
  const values = listParams(call, ["date", "id", "include", "title", "slug", "modified"]);
  return select(call, values, [...call.store.refunds.values()], true);
}

function select(call: Call, values: Values, refunds: readonly Refund[], withParent: boolean): Answer {
  const { store } = call;
  const dp = decimalsOfCall(call);
  const time = (name: string): number | undefined => timeOf(values, name, store.zone, store.version);
  const windows: [number | undefined, number | undefined, (refund: Refund) => number][] = [
    [time("after"), time("before"), (refund) => refund.created],
    [time("modified_after"), time("modified_before"), (refund) => refund.modified],
  ];
  const [include, exclude] = [idsOf(values, "include"), idsOf(values, "exclude")];
  const matches = (refund: Refund): boolean =>
    windows.every(
      ([after, before, stamp]) =>
        (after === undefined || stamp(refund) > after) && (before === undefined || stamp(refund) < before),
    ) &&
    include?.has(refund.id) !== false &&
    exclude?.has(refund.id) !== true;
  const rows = refunds.toSorted((a, b) => a.created - b.created || a.id - b.id);
  const page = cutPage(rows, { start: 0, end: rows.length }, values, matches);
  return listAnswer(call, values, page, (refund) => refundView(store, refund, dp, withParent), [
    ["dp", String(store.decimals)],
    ["context", "view"],
  ]);
}

/** The `location` of the answer is broken on real stores: it holds the route's pattern. */
function createRefund(call: Call): Answer {
  const { store, body } = call;
  const order = store.orders.get(idOf(call, "order_id"));
  if (order === undefined) throw new WpError("woocommerce_rest_invalid_order_id", "Invalid order ID.", 404, 404);
  if (body.amount !== undefined && Number(body.amount) < 0) {
    const message = "Refund amount must be greater than zero.";
    throw new WpError("woocommerce_rest_invalid_order_refund", message, 400, 400);
  }
  const request: RefundRequest = {
    reason: textFrom(body.reason),
    items: refundItems(body),
    restock: body.api_restock !== false,
    viaGateway: body.api_refund !== false,
    by: "api",
  };
  const withAmount = body.amount === undefined ? request : { ...request, amount: toMicros(body.amount) };
  const refund = makeRefund(store, order, withAmount);
  if (typeof refund === "string") {
    throw new WpError("woocommerce_rest_cannot_create_order_refund", refund, 500, 500);
  }
  const location = `${apiRoot(store)}wc/v3/orders/(?P<order_id>[\\d]+)/refunds/${refund.id}`;
  return { status: 201, body: refundView(store, refund, decimalsOfCall(call)), headers: { location } };
}

function deleteRefund(call: Call): Answer {
  const refund = refundOf(call);
  if (call.query.get("force") !== "true" && call.query.get("force") !== "1") {
    throw new WpError("woocommerce_rest_trash_not_supported", "Refunds do not support trashing.", 501);
  }
  const json = refundView(call.store, refund, decimalsOfCall(call));
  removeRefund(call.store, orderOf(call), refund, "api");
  return ok(json);
}

function orderOf(call: Call): Order {
  const order = call.store.orders.get(idOf(call, "order_id"));
  if (order === undefined) throw new WpError("woocommerce_rest_invalid_order_id", "Invalid order ID.", 404);
  return order;
}

function refundOf(call: Call): Refund {
  const refund = orderOf(call).refunds.find((entry) => entry.id === idOf(call));
  if (refund === undefined)
    throw new WpError("woocommerce_rest_invalid_order_refund_id", "Invalid order refund ID.", 404);
  return refund;
}
