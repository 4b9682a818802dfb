/**
 * Confirming a parcel: goods leave by the fulfilment orders that the platform made for each location, never by the order's
 * lines. One call is for one location. It takes no key: after a lost answer the tracking number says whether it was made.
 */
import { CONFIRM_SHIPMENT, CORRECT_TRACKING } from "../../../core/act-inputs.ts";
import type { ActCapability, ActOutcome, ConfirmShipmentInput, CorrectTrackingInput } from "../../../core/adapter.ts";
import { type Tree, treeOf } from "../../../core/tree.ts";
import { type Client, done, refusable, refuse, type Shop } from "../client.ts";
import { ZONE } from "../config.ts";
import { nodesIn, piecesIn, read } from "../schemas.ts";
import { companyOf } from "./carriers.ts";

const CONFIRM = "shipments.confirm";
const WORK = `query FulfillmentOrdersOfOrder($id: ID!) {
  order(id: $id) {
    id
    fulfillments(first: 50) { id status trackingInfo(first: 10) { number } }
    fulfillmentOrders(first: 20) {
      nodes {
        id status assignedLocation { location { id } } supportedActions { action }
        lineItems(first: 50) { nodes { id remainingQuantity lineItem { id } } }
      }
    }
  }
}`;
const SHIP = `mutation ShipConfirm($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id status } userErrors { field message } }
}`;
const TRACKING = `mutation TrackingUpdate($fulfillmentId: ID!, $t: FulfillmentTrackingInput!, $notify: Boolean) {
  fulfillmentTrackingInfoUpdate(fulfillmentId: $fulfillmentId, trackingInfoInput: $t, notifyCustomer: $notify) {
    fulfillment { id status } userErrors { field message }
  }
}`;

type Lines = ConfirmShipmentInput["lines"];

/** The work on an order, with the parcels that it has; null where there is none of this id. */
export async function readWork(shop: Shop, id: string): Promise<Tree | null> {
  const data = await shop.ask({ operation: "shipments.work", document: WORK, variables: { id }, weight: "page" });
  return data.order === null || data.order === undefined ? null : treeOf(data.order, ZONE);
}

const placeOf = (work: Tree): string | null => work.text("assignedLocation/location/id");
const canShip = (work: Tree): boolean =>
  /^(?:OPEN|IN_PROGRESS)$/.test(work.text("status") ?? "") &&
  work.list("supportedActions").some((each) => each.text("action") === "CREATE_FULFILLMENT");
const openWork = (order: Tree, place: string | null): Tree[] =>
  nodesIn(order, "fulfillmentOrders").filter((work) => canShip(work) && (place === null || placeOf(work) === place));

export const trackingOf = ({ carrier, trackingNumber, trackingUrl }: ConfirmShipmentInput) => ({
  ...(companyOf(carrier) === null ? {} : { company: companyOf(carrier) }),
  ...(trackingNumber === null ? {} : { number: trackingNumber }),
  ...(trackingUrl === null ? {} : { url: trackingUrl }),
});

export const createConfirmAct = (client: Client): ActCapability<ConfirmShipmentInput> => ({
  input: CONFIRM_SHIPMENT,
  idempotent: false,
  perform: (store, { input }, signal) => refusable(() => confirm(client.at(store, signal), input)),
  async findEffect(store, { input }, signal) {
    const order = await readWork(client.at(store, signal), input.orderExternalId);
    return order && isConfirmed(order, input) ? doneFor(input.orderExternalId) : null;
  },
});

const doneFor = (id: string): ActOutcome => done(id, "orders", "shipments");

/** A parcel of this number has left; without a number, nothing is left of an order that was to leave whole. */
function isConfirmed(order: Tree, { lines, trackingNumber, place }: ConfirmShipmentInput): boolean {
  const sent = order.list("fulfillments").filter((parcel) => parcel.text("status") === "SUCCESS");
  const isWhole = lines.length > 0 || openWork(order, place).length === 0;
  if (trackingNumber === null) return lines.length === 0 && isWhole && sent.length > 0;
  return (
    isWhole && sent.some((parcel) => parcel.list("trackingInfo").some((each) => each.text("number") === trackingNumber))
  );
}

async function confirm(shop: Shop, input: ConfirmShipmentInput): Promise<ActOutcome> {
  const { orderExternalId: id, lines, place } = input;
  const order = await readWork(shop, id);
  if (!order) return refuse("not_found", CONFIRM, `order ${id} does not exist`);
  // A parcel of some lines is told by its number alone, which a second parcel may share: it is sent.
  if (lines.length === 0 && isConfirmed(order, input)) return doneFor(id);
  const open = openWork(order, place);
  if (open.length === 0)
    return refuse(
      "conflict",
      CONFIRM,
      "nothing of this order can be shipped: it has left, is on hold, or is another's work",
    );
  const plan = planOf(open, lines);
  if (typeof plan === "string") return refuse("conflict", CONFIRM, plan);
  for (const byWork of plan) {
    const fulfillment = {
      notifyCustomer: input.notifyBuyer,
      lineItemsByFulfillmentOrder: byWork,
      trackingInfo: trackingOf(input),
    };
    await shop.write({ operation: CONFIRM, document: SHIP, variables: { fulfillment } });
  }
  return doneFor(id);
}

type Part = { fulfillmentOrderId: string; fulfillmentOrderLineItems?: { id: string; quantity: number }[] };

/** One call for each location; or why these lines cannot leave. */
function planOf(open: readonly Tree[], lines: Lines): Part[][] | string {
  const left = new Map<string, number>();
  for (const { orderLineExternalId, quantity } of lines)
    left.set(orderLineExternalId, (left.get(orderLineExternalId) ?? 0) + quantity);
  const calls = new Map<string, Part[]>();
  for (const work of open) {
    const taken = nodesIn(work, "lineItems").flatMap((line) => {
      const lineId = line.text("lineItem/id") ?? "";
      const quantity = Math.min(piecesIn(line, "remainingQuantity"), left.get(lineId) ?? 0);
      if (quantity > 0) left.set(lineId, (left.get(lineId) ?? 0) - quantity);
      return quantity > 0 ? [{ id: line.need("id"), quantity }] : [];
    });
    // Without lines, all that remains.
    if (lines.length > 0 && taken.length === 0) continue;
    const part: Part = {
      fulfillmentOrderId: work.need("id"),
      ...(lines.length === 0 ? {} : { fulfillmentOrderLineItems: taken }),
    };
    const at = placeOf(work) ?? "";
    calls.set(at, [...(calls.get(at) ?? []), part]);
  }
  const short = [...left].find(([, quantity]) => quantity > 0);
  return short ? `line ${short[0]} has fewer pieces left to ship: ${short[1]} too many` : [...calls.values()];
}

/** Another number, carrier or link of a parcel that has left. */
export const createCorrectAct = (client: Client): ActCapability<CorrectTrackingInput> => ({
  input: CORRECT_TRACKING,
  idempotent: true,
  perform: (store, { input }, signal) =>
    refusable(async () => {
      const { orderExternalId, shipmentExternalId: fulfillmentId, notifyBuyer: notify } = input;
      const variables = { fulfillmentId, t: trackingOf(input), notify };
      const data = await client
        .at(store, signal)
        .set({ operation: "shipments.correct", document: TRACKING, variables });
      if (read(data).text("fulfillmentTrackingInfoUpdate/fulfillment/id") === null)
        return refuse("not_found", "shipments.correct", `parcel ${fulfillmentId} does not exist`);
      return doneFor(orderExternalId);
    }),
});
