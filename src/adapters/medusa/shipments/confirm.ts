/**
 * Confirming a parcel takes two calls: goods are packed (a fulfilment), then sent (its shipment). What is packed already, by us
 * or in the shop's own pages, is sent as it is; the rest is packed first. Our key stands in the fulfilment's metadata.
 */
import { CONFIRM_SHIPMENT } from "../../../core/act-inputs.ts";
import type { Act, ActCapability, ActOutcome, ConfirmShipmentInput } from "../../../core/adapter.ts";
import { sha256, toHex } from "../../../core/crypto.ts";
import type { Tree } from "../../../core/tree.ts";
import { type Client, done, OUTCOMES, refusable, refuse, type Shop } from "../client.ts";
import { CANCELED, META } from "../codes.ts";
import { locationOf } from "../config.ts";
import { readOrder } from "../orders/read.ts";
import { leftOf } from "../orders/status.ts";
import { piecesIn } from "../schemas.ts";
import { linesOf } from "./to-shipment.ts";

const PACK = "shipments.pack";
const SEND = "shipments.confirm";

type Lines = ConfirmShipmentInput["lines"];
type Confirm = Act<ConfirmShipmentInput>;

export const createConfirmAct = (client: Client): ActCapability<ConfirmShipmentInput> => ({
  input: CONFIRM_SHIPMENT,
  idempotent: false,
  perform: (store, act, signal) => refusable(() => confirm(client.at(store, signal), act)),
  async findEffect(store, act, signal) {
    const order = await readOrder(client.at(store, signal), act.input.orderExternalId);
    return order && isConfirmed(order, act) ? doneFor(order) : null;
  },
});

const doneFor = (order: Tree): ActOutcome => done(order.need("id"), "orders", "shipments");
/** No key of ours leaks. */
const keyOf = ({ idempotencyKey }: Confirm): string => toHex(sha256(idempotencyKey)).slice(0, 16);
const standing = (order: Tree): Tree[] =>
  order.list("fulfillments").filter((parcel) => parcel.text("canceled_at") === null);
const isSent = (parcel: Tree): boolean => parcel.text("shipped_at") !== null || parcel.text("delivered_at") !== null;
const isOurs = (parcel: Tree, act: Confirm): boolean => parcel.text(`metadata/${META.key}`) === keyOf(act);

const packedOf = (order: Tree): Tree[] => standing(order).filter((parcel) => !isSent(parcel));

/** Sent by this act; one that names no lines has sent whatever was open. */
function isConfirmed(order: Tree, act: Confirm): boolean {
  const { lines, trackingNumber } = act.input;
  const bears = (parcel: Tree) =>
    isOurs(parcel, act) ||
    (trackingNumber !== null &&
      parcel.list("labels").some((label) => label.text("tracking_number") === trackingNumber));
  const isPart = lines.length > 0 || openLines(order).length + packedOf(order).length === 0;
  return isPart && standing(order).some((parcel) => isSent(parcel) && bears(parcel));
}

/** Pieces that are in no fulfilment yet. */
const openLines = (order: Tree): Lines =>
  order.list("items").flatMap((line) => {
    const quantity = piecesIn(line, "quantity") - Math.max(leftOf(line), piecesIn(line, "detail/fulfilled_quantity"));
    return quantity > 0 ? [{ orderLineExternalId: line.need("id"), quantity }] : [];
  });

const isSame = (some: Lines, others: Lines): boolean =>
  some.length === others.length &&
  some.every((line) =>
    others.some((each) => each.orderLineExternalId === line.orderLineExternalId && each.quantity === line.quantity),
  );

async function confirm(shop: Shop, act: Confirm): Promise<ActOutcome> {
  const { orderExternalId: id, lines } = act.input;
  const order = await readOrder(shop, id);
  if (!order) return refuse("not_found", SEND, `order ${id} does not exist`);
  if (isConfirmed(order, act)) return doneFor(order);
  if (order.text("status") === CANCELED)
    return refuse("conflict", SEND, "the order is cancelled: nothing of it is to be shipped");
  const packed = packedOf(order);
  const open = openLines(order);
  if (lines.length === 0) {
    if (packed.length + open.length === 0)
      return refuse("conflict", SEND, "everything in this order has been shipped already");
    for (const parcel of packed) await send(shop, order, parcel, act);
    if (open.length > 0) await packAndSend(shop, order, open, act);
    return doneFor(order);
  }
  const made = packed.find((parcel) => isOurs(parcel, act) || isSame(linesOf(parcel), lines));
  if (made) await send(shop, order, made, act);
  else {
    const problem = problemOf(order, open, lines);
    if (problem) return problem;
    await packAndSend(shop, order, lines, act);
  }
  return doneFor(order);
}

/** Why these lines cannot be packed, or null. */
function problemOf(order: Tree, open: Lines, lines: Lines): ActOutcome | null {
  for (const { orderLineExternalId: id, quantity } of lines) {
    if (!order.list("items").some((line) => line.need("id") === id))
      return refuse("invalid_request", PACK, `the order has no line ${id}`);
    const left = open.find((line) => line.orderLineExternalId === id)?.quantity ?? 0;
    if (quantity > left) return refuse("conflict", PACK, `line ${id} has ${left} pieces left to pack, not ${quantity}`);
  }
  return null;
}

const asItems = (lines: Lines) => lines.map(({ orderLineExternalId: id, quantity }) => ({ id, quantity }));

/** The answer names no fulfilment: the order is read again for it. */
async function packAndSend(shop: Shop, order: Tree, lines: Lines, act: Confirm): Promise<void> {
  const { place, notifyBuyer, carrier } = act.input;
  const location = place ?? locationOf(shop.store);
  const body = {
    items: asItems(lines),
    ...(location === null ? {} : { location_id: location }),
    no_notification: !notifyBuyer,
    metadata: { [META.key]: keyOf(act), ...(carrier === null ? {} : { [META.carrier]: carrier }) },
  };
  await shop.post({ operation: PACK, path: `${pathOf(order)}/fulfillments`, body, effect: "write" });
  const again = await readOrder(shop, order.need("id"));
  const known = new Set(standing(order).map((parcel) => parcel.need("id")));
  const made =
    again &&
    packedOf(again).find(
      (parcel) => isOurs(parcel, act) || (!known.has(parcel.need("id")) && isSame(linesOf(parcel), lines)),
    );
  if (!made) throw OUTCOMES.unconfirmed(PACK);
  await send(shop, order, made, act);
}

async function send(shop: Shop, order: Tree, parcel: Tree, { input }: Confirm): Promise<void> {
  const { trackingNumber, trackingUrl, notifyBuyer } = input;
  // All three texts are required, and the address of a label may be a mere sign.
  const label = { tracking_number: trackingNumber, tracking_url: trackingUrl ?? "", label_url: "#" };
  const body = {
    items: asItems(linesOf(parcel)),
    labels: trackingNumber === null ? [] : [label],
    no_notification: !notifyBuyer,
  };
  const path = `${pathOf(order)}/fulfillments/${parcel.need("id")}/shipments`;
  await shop.post({ operation: SEND, path, body, effect: "write" });
}

const pathOf = (order: Tree): string => `/admin/orders/${order.need("id")}`;
