/** The Shipment Tracking extension: parcels kept in one meta entry of the order. */

import { createHash } from "node:crypto";
import { apiRoot, type Json } from "./order-view.ts";
import { textFrom } from "./order-write.ts";
import { type Answer, type Call, idOf, ok, type Route, route } from "./routing.ts";
import { changeOrder, log, nowOf, type Store, take } from "./store.ts";
import { gmt } from "./time.ts";
import type { Order, Tracking } from "./types.ts";
import { WpError } from "./wp-error.ts";

const PROVIDERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "United States": {
    Fedex: "https://www.fedex.com/apps/fedextrack/?action=track&action=track&tracknumbers=%1$s",
    UPS: "https://www.ups.com/track?loc=en_US&tracknum=%1$s",
    USPS: "https://tools.usps.com/go/TrackConfirmAction_input?qtc_tLabels1=%1$s",
  },
  Germany: { DHL: "https://www.dhl.de/de/privatkunden/dhl-sendungsverfolgung.html?piececode=%1$s" },
};

const META_KEY = "_wc_shipment_tracking_items";

/** The routes of the extension, under its own namespace and the platform's; none when it is not installed. */
export function trackingRoutes(store: Store): Route[] {
  if (!store.hasShipmentTracking) return [];
  return ["/wc-shipment-tracking/v3", "/wc/v3"].flatMap((namespace) => {
    const one: Route = {
      pattern: `${namespace}/orders/(?P<order_id>[\\d]+)/shipment-trackings/(?P<id>[a-fA-F0-9]{0,32})`,
      path: `${namespace}/orders/:order_id{[0-9]+}/shipment-trackings/:id{[a-fA-F0-9]{8,32}}`,
      actions: {
        GET: { operation: "trackings.get", run: (call) => ok(view(call, findTracking(call))) },
        DELETE: { operation: "trackings.delete", run: deleteTracking },
      },
    };
    const list = {
      GET: {
        operation: "trackings.list",
        run: (call: Call) => ok(orderOf(call).trackings.map((row) => view(call, row))),
      },
      POST: { operation: "trackings.create", run: createTracking },
    };
    const providers = { GET: { operation: "trackings.providers", run: () => ok(PROVIDERS) } };
    return [
      route("/orders/<order_id>/shipment-trackings", list, namespace),
      { ...route("/orders/<order_id>/shipment-trackings/providers", providers, namespace), isPublic: true },
      one,
    ];
  });
}

function createTracking(call: Call): Answer {
  const { store, body } = call;
  const order = orderOf(call);
  const number = textFrom(body.tracking_number);
  if (number === "") {
    const data = { status: 400, params: ["tracking_number"] };
    throw new WpError("rest_missing_callback_param", "Missing parameter(s): tracking_number", 400, data);
  }
  const provider = textFrom(body.tracking_provider);
  const customProvider = textFrom(body.custom_tracking_provider);
  if (provider === "" && customProvider === "") {
    const message = "Either tracking_provider or custom_tracking_provider is required.";
    throw new WpError("woocommerce_rest_shipment_tracking_invalid_provider", message, 400);
  }
  const day = Date.parse(`${textFrom(body.date_shipped)}T00:00:00Z`) / 1000;
  const seed = `${order.id}-${number}-${order.trackings.length}`;
  const tracking: Tracking = {
    id: createHash("md5").update(seed).digest("hex"),
    provider,
    customProvider,
    customLink: textFrom(body.custom_tracking_link),
    number,
    shipped: Number.isNaN(day) ? nowOf(store) : day,
  };
  order.trackings.push(tracking);
  saveTrackings(store, order);
  const ids = { shipmentId: tracking.id, orderId: String(order.id) };
  log(store, { kind: "shipment_made", ...ids, tracking: number, by: "api" });
  return { status: 201, body: view(call, tracking) };
}

function deleteTracking(call: Call): Answer {
  const order = orderOf(call);
  const tracking = findTracking(call);
  order.trackings = order.trackings.filter((other) => other !== tracking);
  saveTrackings(call.store, order);
  const ids = { shipmentId: tracking.id, orderId: String(order.id) };
  log(call.store, { kind: "shipment_removed", ...ids, tracking: tracking.number, by: "api" });
  return ok(view(call, tracking));
}

function saveTrackings(store: Store, order: Order): void {
  const value = order.trackings.map((tracking) => ({
    tracking_provider: tracking.provider,
    custom_tracking_provider: tracking.customProvider,
    custom_tracking_link: tracking.customLink,
    tracking_number: tracking.number,
    date_shipped: tracking.shipped,
    tracking_id: tracking.id,
  }));
  changeOrder(store, order, () => {
    const found = order.meta.find((meta) => meta.key === META_KEY);
    if (found !== undefined) found.value = value;
    else order.meta.push({ id: take(store, "meta"), key: META_KEY, value });
  });
  store.announce("order", order.id, "updated");
}

function orderOf(call: Call): Order {
  const order = call.store.orders.get(idOf(call, "order_id"));
  if (order === undefined) throw new WpError("woocommerce_rest_order_invalid_id", "Invalid order ID.", 404);
  return order;
}

function findTracking(call: Call): Tracking {
  const found = orderOf(call).trackings.find((tracking) => tracking.id === call.params.id);
  if (found === undefined) {
    throw new WpError("woocommerce_rest_shipment_tracking_invalid_id", "Invalid shipment tracking ID.", 404);
  }
  return found;
}

function view(call: Call, tracking: Tracking): Json {
  const order = orderOf(call);
  const { postcode, country } = order.shipping.country === "" ? order.billing : order.shipping;
  const known = Object.values(PROVIDERS).flatMap(Object.entries);
  const template = known.find(([name]) => name === tracking.provider)?.[1] ?? tracking.customLink;
  const path = `orders/${order.id}/shipment-trackings`;
  const root = `${apiRoot(call.store)}${call.route.split("/").slice(1, 3).join("/")}/`;
  return {
    tracking_id: tracking.id,
    tracking_provider: tracking.provider === "" ? tracking.customProvider : tracking.provider,
    tracking_link: template
      .replace("%1$s", tracking.number)
      .replace("%2$s", encodeURIComponent(postcode))
      .replace("%3$s", country),
    tracking_number: tracking.number,
    date_shipped: gmt(tracking.shipped).slice(0, 10),
    _links: {
      self: [{ href: `${root}${path}/${tracking.id}` }],
      collection: [{ href: `${root}${path}` }],
      up: [{ href: `${root}orders/${order.id}` }],
    },
  };
}
