/**
 * Confirming a parcel: goods leave by the fulfilment orders that the platform made for each location, never by the order's
 * lines. One call is for one location. It takes no key: after a lost answer the tracking number says whether it was made.
 */
import { CONFIRM_SHIPMENT, CORRECT_TRACKING } from "../../../core/act-inputs.ts";
import type { ActCapability, ActOutcome, ConfirmShipmentInput, CorrectTrackingInput } from "../../../core/adapter.ts";
import { type Fields, isFields, type Tree } from "../../../core/tree.ts";
import { type Client, done, refusable, refuse, type Shop } from "../client.ts";
import { PARCEL_LINES, withAllPieces } from "../orders/pieces.ts";
import { allRows, connectionIn, nodesIn, piecesIn, read } from "../schemas.ts";
import { companyOf } from "./carriers.ts";

const CONFIRM = "shipments.confirm";
const WORK_LINES = "pageInfo { hasNextPage endCursor } nodes { id remainingQuantity lineItem { id } }";
const WORK = `query FulfillmentOrdersOfOrder($id: ID!, $after: String) {
  order(id: $id) {
    id
    fulfillments(first: 50) { id status trackingInfo(first: 10) { number } }
    fulfillmentOrders(first: 20, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id status assignedLocation { location { id } } supportedActions { action }
        lineItems(first: 50) { ${WORK_LINES} }
      }
    }
  }
}`;
const MORE_LINES = `query WorkLines($id: ID!, $after: String) {
  fulfillmentOrder(id: $id) { lineItems(first: 100, after: $after) { ${WORK_LINES} } }
}`;
const PARCELS = `query ParcelPieces($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Fulfillment { id fulfillmentLineItems(first: 100) { ${PARCEL_LINES} } } }
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

/** All work on an order, with the parcels that it has; null where there is none of this id. */
export async function readWork(shop: Shop, id: string): Promise<Tree | null> {
  const works: Fields[] = [];
  let [after, order]: [string | null, Fields | null] = [null, null];
  do {
    const call = { operation: "shipments.work", document: WORK, variables: { id, after } };
    const data: Fields = await shop.ask({ ...call, weight: "page" });
    if (!isFields(data.order)) return null;
    const found = connectionIn(data.order.fulfillmentOrders);
    for (const work of found.rows) works.push(await withAllLines(shop, work));
    after = found.after;
    order ??= data.order;
  } while (after !== null);
  return read({ ...order, fulfillmentOrders: { nodes: works } });
}

/** The work of one location with its lines to the last. */
async function withAllLines(shop: Shop, work: Fields): Promise<Fields> {
  const nodes = await allRows(work, "lineItems", async (after) => {
    const call = { operation: "shipments.work", document: MORE_LINES, variables: { id: work.id, after } };
    const { fulfillmentOrder } = await shop.ask({ ...call, weight: "page" });
    return isFields(fulfillmentOrder) ? fulfillmentOrder : { lineItems: { nodes: [] } };
  });
  return { ...work, lineItems: { nodes } };
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
  perform: (store, { input, progress }, signal) =>
    refusable(() => confirm(client.at(store, signal), { ...input, lines: restOf(progress) ?? input.lines })),
  async findEffect(store, { input, progress }, signal) {
    const shop = client.at(store, signal);
    const order = await readWork(shop, input.orderExternalId);
    const lines = restOf(progress) ?? input.lines;
    if (!order) return null;
    if (lines.length === 0) return isWhole(order, input) ? doneFor(input.orderExternalId) : null;
    return findPieces(shop, order, { ...input, lines });
  },
});

const doneFor = (id: string): ActOutcome => done(id, "orders", "shipments");

const REST = CONFIRM_SHIPMENT.shape.lines;
/** What an earlier look found to be still on its way out; null: it found nothing. */
function restOf(progress: string | null): Lines | null {
  try {
    return REST.parse(JSON.parse(progress ?? "null"));
  } catch {
    return null;
  }
}

const sentOf = (order: Tree): Tree[] =>
  order.list("fulfillments").filter((parcel) => parcel.text("status") === "SUCCESS");
const hasNumber = (parcel: Tree, number: string): boolean =>
  parcel.list("trackingInfo").some((each) => each.text("number") === number);

/** Nothing is left of an order that was to leave whole, and a parcel of this number, if it has one, has left. */
function isWhole(order: Tree, { trackingNumber, place }: ConfirmShipmentInput): boolean {
  if (openWork(order, place).length > 0) return false;
  return sentOf(order).some((parcel) => trackingNumber === null || hasNumber(parcel, trackingNumber));
}

/**
 * What of some lines has left under this number: all of it, none, or a part, since each location is a call of its own. Without a
 * number nobody can tell whether it was made.
 */
async function findPieces(shop: Shop, order: Tree, input: ConfirmShipmentInput): Promise<ActOutcome | null> {
  const { orderExternalId, lines, trackingNumber } = input;
  if (trackingNumber === null)
    return {
      outcome: "asks",
      what: "web_page",
      text: "its answer was lost, and a parcel without a number cannot be told from another; look at the order there",
    };
  const ids = sentOf(order).flatMap((parcel) => (hasNumber(parcel, trackingNumber) ? [parcel.need("id")] : []));
  const left = new Map<string, number>();
  for (const row of await shop.nodes({ operation: "shipments.pieces", document: PARCELS }, ids))
    for (const part of nodesIn(read(await withAllPieces(shop, row)), "fulfillmentLineItems")) {
      const id = part.text("lineItem/id") ?? "";
      left.set(id, (left.get(id) ?? 0) + piecesIn(part, "quantity"));
    }
  const rest = lines.flatMap(({ orderLineExternalId, quantity }) => {
    const gone = Math.min(quantity, left.get(orderLineExternalId) ?? 0);
    left.set(orderLineExternalId, (left.get(orderLineExternalId) ?? 0) - gone);
    return gone < quantity ? [{ orderLineExternalId, quantity: quantity - gone }] : [];
  });
  if (rest.length === 0) return doneFor(orderExternalId);
  const isUntouched = rest.length === lines.length && rest.every((each, at) => each.quantity === lines[at]?.quantity);
  return isUntouched ? null : { outcome: "step", progress: JSON.stringify(rest), againMs: 0 };
}

async function confirm(shop: Shop, input: ConfirmShipmentInput): Promise<ActOutcome> {
  const { orderExternalId: id, lines, place } = input;
  const order = await readWork(shop, id);
  if (!order) return refuse("not_found", CONFIRM, `order ${id} does not exist`);
  // A parcel of some lines is told by its number alone, which a second parcel may share: it is sent.
  if (lines.length === 0 && isWhole(order, input)) return doneFor(id);
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
