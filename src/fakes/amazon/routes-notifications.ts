/** Destinations of messages, and what is sent there. */

import type { Row } from "../bare-json.ts";
import * as ask from "./call.ts";
import { NOTIFICATION_TYPES } from "./notify.ts";
import { type Destination, newUuid, type Subscription } from "./store.ts";
import { invalid, notFound, Refusal } from "./wire.ts";

const BASE = "/notifications/v1";
const scope = "sellingpartnerapi::notifications";

const viewDestination = ({ id, name, resource }: Destination): Row => ({ destinationId: id, name, resource });
const viewSubscription = (one: Subscription): Row => ({
  subscriptionId: one.id,
  payloadVersion: one.version,
  destinationId: one.destination,
  processingDirective: (one.directive ?? undefined) as Row | undefined,
});

function typeOf({ params }: ask.Call): string {
  const type = params.type ?? "";
  if (!NOTIFICATION_TYPES.includes(type)) throw invalid(`The notification type ${type} is not known.`);
  return type;
}

function createDestination({ store, body }: ask.Call): Row {
  const row = ask.recordOf(body, "body");
  const wanted = ask.recordOf(row.resourceSpecification, "resourceSpecification");
  const id = newUuid(store);
  const name = ask.textOf(row, "name");
  if (wanted.sqs !== undefined) {
    const arn = ask.textOf(ask.recordOf(wanted.sqs, "sqs"), "arn");
    if (!/^arn:aws:sqs:\S+:\S+:\S+$/.test(arn)) throw invalid("The address of the queue is wrong.");
    if ([...store.destinations.values()].some(({ resource }) => resource.sqs?.arn === arn))
      throw new Refusal(409, { code: "Conflict", message: "The destination exists.", details: "" });
    store.destinations.set(id, { id, name, resource: { sqs: { arn } } });
  } else {
    const bus = ask.recordOf(wanted.eventBridge, "eventBridge");
    const eventBridge = { name: id, region: ask.textOf(bus, "region"), accountId: ask.textOf(bus, "accountId") };
    store.destinations.set(id, { id, name, resource: { eventBridge } });
  }
  return { payload: viewDestination(store.destinations.get(id) as Destination) };
}

function createSubscription(call: ask.Call): Row {
  const { store } = call;
  const type = typeOf(call);
  const row = ask.recordOf(call.body, "body");
  const destination = ask.textOf(row, "destinationId");
  if (!store.destinations.has(destination)) throw notFound("The destination is not found.");
  if ([...store.subscriptions.values()].some((one) => one.type === type))
    throw new Refusal(409, { code: "Conflict", message: "The subscription exists.", details: "" });
  const directive =
    row.processingDirective === undefined ? null : ask.recordOf(row.processingDirective, "processingDirective");
  const one = { id: newUuid(store), type, version: ask.textOf(row, "payloadVersion"), destination, directive };
  store.subscriptions.set(one.id, one);
  return { payload: viewSubscription(one) };
}

function subscriptionOf(call: ask.Call): Subscription {
  const type = typeOf(call);
  const one = [...call.store.subscriptions.values()].find(
    (row) => row.type === type && (call.params.id === undefined || row.id === call.params.id),
  );
  if (one === undefined) throw notFound("The subscription is not found.");
  return one;
}

function destinationOf({ store, params }: ask.Call): Destination {
  const one = store.destinations.get(params.id ?? "");
  if (one === undefined) throw notFound("The destination is not found.");
  return one;
}

export const NOTIFICATION_ROUTES: readonly ask.Route[] = [
  { operation: "createDestination", method: "POST", path: `${BASE}/destinations`, scope, run: createDestination },
  {
    operation: "getDestinations",
    method: "GET",
    path: `${BASE}/destinations`,
    scope,
    run: ({ store }) => ({ payload: [...store.destinations.values()].map(viewDestination) }),
  },
  {
    operation: "getDestination",
    method: "GET",
    path: `${BASE}/destinations/{id}`,
    scope,
    run: (call) => ({ payload: viewDestination(destinationOf(call)) }),
  },
  {
    operation: "deleteDestination",
    method: "DELETE",
    path: `${BASE}/destinations/{id}`,
    scope,
    run(call) {
      call.store.destinations.delete(destinationOf(call).id);
      return {};
    },
  },
  {
    operation: "createSubscription",
    method: "POST",
    path: `${BASE}/subscriptions/{type}`,
    run: createSubscription,
  },
  {
    operation: "getSubscription",
    method: "GET",
    path: `${BASE}/subscriptions/{type}`,
    run: (call) => ({ payload: viewSubscription(subscriptionOf(call)) }),
  },
  {
    operation: "getSubscriptionById",
    method: "GET",
    path: `${BASE}/subscriptions/{type}/{id}`,
    scope,
    run: (call) => ({ payload: viewSubscription(subscriptionOf(call)) }),
  },
  {
    operation: "deleteSubscriptionById",
    method: "DELETE",
    path: `${BASE}/subscriptions/{type}/{id}`,
    scope,
    run(call) {
      call.store.subscriptions.delete(subscriptionOf(call).id);
      return {};
    },
  },
];
