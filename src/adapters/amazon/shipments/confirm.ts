/**
 * A parcel is told with a reference of ours: the same reference again corrects the parcel, so that a repeat makes none.
 * https://developer-docs.amazon.com/sp-api/docs/orders-api-v0-reference#confirmshipment
 */
import { CONFIRM_SHIPMENT, CORRECT_TRACKING } from "../../../core/act-inputs.ts";
import type { ActCapability, ActOutcome, ConfirmShipmentInput, CorrectTrackingInput } from "../../../core/adapter.ts";
import { sha256Hex } from "../../../core/crypto.ts";
import type { Tree } from "../../../core/tree.ts";
import { type Client, done, refusable, refuse, type Shop, segment } from "../client/index.ts";
import { getOrder } from "../orders/read.ts";
import { piecesIn, read } from "../schemas.ts";
import { carrierIn } from "./carriers.ts";
import { shipmentId } from "./to-shipment.ts";

const OPERATION = "shipments.confirm";
/** References are positive integers, written as text. */
const REFERENCE_DIGITS = 7;

export const referenceFor = (idempotencyKey: string): string =>
  String(Number.parseInt(sha256Hex(idempotencyKey).slice(0, REFERENCE_DIGITS), 16) + 1);

export const createConfirmAct = (client: Client): ActCapability<ConfirmShipmentInput> => ({
  input: CONFIRM_SHIPMENT,
  idempotent: true,
  perform: (store, { input, idempotencyKey }, signal) =>
    refusable(() => confirm(client.at(store, signal), { input, reference: referenceFor(idempotencyKey), known: null })),
});

/** The parcel is told anew, with all that it holds. */
export const createCorrectAct = (client: Client): ActCapability<CorrectTrackingInput> => ({
  input: CORRECT_TRACKING,
  idempotent: true,
  perform: (store, { input }, signal) =>
    refusable(async () => {
      const prefix = shipmentId(input.orderExternalId, "");
      if (!input.shipmentExternalId.startsWith(prefix))
        return refuse("invalid_request", OPERATION, `the parcel ${input.shipmentExternalId} is not of this order`);
      const reference = input.shipmentExternalId.slice(prefix.length);
      return confirm(client.at(store, signal), { input, reference, known: reference });
    }),
});

interface Told {
  input: ConfirmShipmentInput;
  reference: string;
  /** The parcel that is corrected. */
  known: string | null;
}

async function confirm(shop: Shop, told: Told): Promise<ActOutcome> {
  const { input, reference, known } = told;
  const { orderExternalId, carrier, trackingNumber } = input;
  if (carrier === null || trackingNumber === null)
    return refuse("invalid_request", OPERATION, "the platform wants a carrier and a tracking number");
  const payload = await getOrder(shop, orderExternalId);
  if (!payload) return refuse("not_found", OPERATION, `order ${orderExternalId} does not exist`);
  const order = read(payload);
  const parcel = order.list("packages").find((each) => each.text("packageReferenceId") === reference);
  if (known !== null && !parcel) return refuse("not_found", OPERATION, `parcel ${known} of the order does not exist`);
  if (order.text("fulfillment/fulfilledBy") === "AMAZON")
    return refuse("conflict", OPERATION, "the platform ships this order itself");
  const orderItems = itemsOf(order, parcel, input);
  if (orderItems.length === 0)
    return refuse("conflict", OPERATION, "nothing of the order is left to ship, or the lines are not of this order");
  const marketplaceId = order.text("salesChannel/marketplaceId");
  if (marketplaceId === null)
    return refuse("conflict", OPERATION, "the order was not placed on a marketplace of the platform");
  const packageDetail = {
    packageReferenceId: reference,
    ...carrierIn(carrier),
    ...(input.method === null ? {} : { shippingMethod: input.method }),
    trackingNumber,
    shipDate: shipDate(order, parcel, input.shippedAt, shop.clock.now()),
    ...(input.place === null ? {} : { shipFromSupplySourceId: input.place }),
    orderItems,
  };
  const path = `/orders/v0/orders/${segment(orderExternalId)}/shipmentConfirmation`;
  const body = { marketplaceId, packageDetail };
  await shop.send({ operation: OPERATION, plan: "confirm_shipment", path, body, effect: "keyed-write" });
  return { ...done(orderExternalId, "orders"), externalId: shipmentId(orderExternalId, reference) } as ActOutcome;
}

/** The lines that were named, those that the parcel holds already, or all that is open. */
function itemsOf(order: Tree, parcel: Tree | undefined, { lines }: ConfirmShipmentInput) {
  const items = order.list("orderItems");
  if (lines.length > 0) {
    const isHere = lines.every((line) => items.some((item) => item.text("orderItemId") === line.orderLineExternalId));
    return isHere ? lines.map((line) => ({ orderItemId: line.orderLineExternalId, quantity: line.quantity })) : [];
  }
  const held = parcel?.list("packageItems") ?? [];
  if (held.length > 0)
    return held.map((item) => ({ orderItemId: item.need("orderItemId"), quantity: piecesIn(item, "quantity") }));
  return items.flatMap((item) => {
    const quantity =
      item.count("fulfillment/quantityUnfulfilled") ??
      piecesIn(item, "quantityOrdered") - piecesIn(item, "fulfillment/quantityFulfilled");
    return quantity > 0 ? [{ orderItemId: item.need("orderItemId"), quantity }] : [];
  });
}

/** Neither in the future nor before the order. */
function shipDate(order: Tree, parcel: Tree | undefined, shippedAt: string | null, now: Date): string {
  const told = shippedAt === null ? (parcel?.time("shipTime") ?? now) : new Date(shippedAt);
  const placed = order.time("createdTime")?.getTime() ?? 0;
  const at = Math.min(Math.max(told.getTime() || now.getTime(), placed), now.getTime());
  return new Date(at).toISOString();
}
