/** Parcels, their carriers' events, and holds. */

import { nowOf } from "../living.ts";
import { type Mutation, must } from "./mutation.ts";
import { orderView } from "./order-view.ts";
import { touch } from "./orders.ts";
import { eventView, parcelView, workView } from "./shipping-view.ts";
import { ofOrder, type Store } from "./store.ts";
import type { Parcel, Work, WorkLine } from "./types.ts";
import { byGid, gid, refused, type View } from "./wire.ts";
import { addEvent, hold, isReady, type NewParcel, releaseHolds, send, undo, wholeOf } from "./work.ts";

interface Tracking {
  company?: string;
  number?: string;
  numbers?: string[];
  url?: string;
  urls?: string[];
}

interface CreateInput {
  fulfillment: {
    trackingInfo?: Tracking;
    lineItemsByFulfillmentOrder: {
      fulfillmentOrderId: string;
      fulfillmentOrderLineItems?: { id: string; quantity: number }[] | null;
    }[];
  };
}

/** Carriers whose links the platform makes itself. */
const LINKS: Readonly<Record<string, string>> = {
  UPS: "https://www.ups.com/track?tracknum=",
  USPS: "https://tools.usps.com/go/TrackConfirmAction?tLabels=",
  FedEx: "https://www.fedex.com/fedextrack/?trknbr=",
  "DHL Express": "https://www.dhl.com/en/express/tracking.html?AWB=",
};

function trackingOf({ company, number, numbers, url, urls }: Tracking = {}): Parcel["tracking"] {
  const all = numbers ?? (number === undefined ? [] : [number]);
  const links = urls ?? (url === undefined ? [] : [url]);
  if (all.length === 0 && links.length === 0) return [];
  return Array.from({ length: Math.max(all.length, links.length) }, (_, index) => {
    const code = all[index] ?? null;
    const link = LINKS[company ?? ""];
    return {
      company: company ?? null,
      number: code,
      url: links[index] ?? (link && code !== null ? link + code : null),
    };
  });
}

/** Throws `Refusal`. */
function readRow(
  store: Store,
  row: CreateInput["fulfillment"]["lineItemsByFulfillmentOrder"][number],
): NewParcel["rows"][number] {
  const field = ["fulfillment", "lineItemsByFulfillmentOrder"];
  const work = must(byGid(store.works, "FulfillmentOrder", row.fulfillmentOrderId), "Fulfillment order", field);
  if (!isReady(work))
    throw refused(`Fulfillment order ${work.id} has an unfulfillable status= ${work.status.toLowerCase()}.`, field);
  const { fulfillmentOrderLineItems: named } = row;
  if (named === undefined || named === null) return wholeOf(work);
  const pieces = new Map<WorkLine, number>();
  for (const { id, quantity } of named) {
    const line = work.lines.find((one) => gid("FulfillmentOrderLineItem", one.id) === id);
    if (line === undefined) throw refused("Fulfillment order line item does not exist.", field);
    if (quantity < 1 || quantity > line.remaining - (pieces.get(line) ?? 0))
      throw refused("Invalid fulfillment order line item quantity requested.", field);
    pieces.set(line, (pieces.get(line) ?? 0) + quantity);
  }
  return { work, pieces };
}

function create(store: Store, { fulfillment }: CreateInput): View {
  const rows = fulfillment.lineItemsByFulfillmentOrder.map((row) => readRow(store, row));
  const [first] = rows;
  const isMixed = rows.some(({ work }) => work.order !== first?.work.order || work.location !== first?.work.location);
  if (isMixed) throw refused("All fulfillment orders must be of one order and one location.", ["fulfillment"]);
  const parcel = send(store, { rows, tracking: trackingOf(fulfillment.trackingInfo) }, "api");
  touch(store, parcel.order, "shipped", "api");
  return { fulfillment: parcelView(store, parcel, orderView) };
}

interface TrackingInput {
  fulfillmentId: string;
  trackingInfoInput: Tracking;
}

function changeTracking(store: Store, { fulfillmentId, trackingInfoInput }: TrackingInput): View {
  const parcel = must(byGid(store.parcels, "Fulfillment", fulfillmentId), "Fulfillment", ["fulfillmentId"]);
  if (parcel.status === "CANCELLED") throw refused("The fulfillment is cancelled.", ["fulfillmentId"]);
  parcel.tracking = trackingOf(trackingInfoInput);
  parcel.updated = nowOf(store);
  store.announce("FULFILLMENTS_UPDATE", "Fulfillment", ofOrder(parcel));
  touch(store, parcel.order, "tracking", "api");
  return { fulfillment: parcelView(store, parcel, orderView) };
}

interface EventInput {
  fulfillmentEvent: { fulfillmentId: string; status: string; happenedAt?: string; message?: string };
}

function createEvent(store: Store, { fulfillmentEvent: input }: EventInput): View {
  const parcel = must(byGid(store.parcels, "Fulfillment", input.fulfillmentId), "Fulfillment", ["fulfillmentEvent"]);
  const at = input.happenedAt === undefined ? nowOf(store) : Date.parse(input.happenedAt) / 1000;
  if (Number.isNaN(at)) throw refused("happenedAt is no time", ["fulfillmentEvent", "happenedAt"]);
  const event = addEvent(store, parcel, input.status, at, input.message ?? null);
  touch(store, parcel.order, "event", "api");
  return { fulfillmentEvent: eventView(event) };
}

interface HoldInput {
  id: string;
  fulfillmentHold: { reason: string; reasonNotes?: string };
}

function workOf(store: Store, id: string): Work {
  return must(byGid(store.works, "FulfillmentOrder", id), "Fulfillment order", ["id"], "FULFILLMENT_ORDER_NOT_FOUND");
}

/** Changes of shipping, by name. */
export function shippingMutations(store: Store): Record<string, Mutation<never>> {
  const kinds = ["merchant_managed", "assigned", "third_party"];
  const scopes = kinds.map((kind) => `write_${kind}_fulfillment_orders`);
  return {
    fulfillmentCreate: { scopes, run: (args: CreateInput) => create(store, args) },
    fulfillmentTrackingInfoUpdate: { scopes, run: (args: TrackingInput) => changeTracking(store, args) },
    fulfillmentEventCreate: { scopes: ["write_fulfillments"], run: (args: EventInput) => createEvent(store, args) },
    fulfillmentCancel: {
      scopes,
      run({ id }: { id: string }) {
        const parcel = must(byGid(store.parcels, "Fulfillment", id), "Fulfillment", ["id"]);
        undo(store, parcel, "api");
        touch(store, parcel.order, "unshipped", "api");
        return { fulfillment: parcelView(store, parcel, orderView) };
      },
    },
    fulfillmentOrderHold: {
      scopes,
      run({ id, fulfillmentHold }: HoldInput) {
        const work = workOf(store, id);
        const row = hold(store, work, fulfillmentHold.reason, fulfillmentHold.reasonNotes ?? null, true);
        touch(store, work.order, "held", "api");
        const told = workView(store, work, orderView);
        return {
          fulfillmentOrder: told,
          fulfillmentHold: (told.fulfillmentHolds as View[]).find((one) => one.id === gid("FulfillmentHold", row.id)),
        };
      },
    },
    fulfillmentOrderReleaseHold: {
      scopes,
      run({ id }: { id: string }) {
        const work = workOf(store, id);
        releaseHolds(store, work);
        touch(store, work.order, "released", "api");
        return { fulfillmentOrder: workView(store, work, orderView) };
      },
    },
  };
}
