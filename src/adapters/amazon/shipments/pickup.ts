/** Orders that buyers fetch from the seller's own shop: where they stand is told by the seller. */
import { z } from "zod";
import type { ActCapability } from "../../../core/adapter.ts";
import { type Client, done, refusable, refuse, segment } from "../client/index.ts";
import { getOrder } from "../orders/read.ts";
import { read } from "../schemas.ts";

const ID = z.string().min(1);
const PICKUP = z.object({
  orderExternalId: ID,
  status: z.enum(["ReadyForPickup", "PickedUp", "RefusedPickup"]),
  /** Empty: the whole order. */
  lines: z.array(z.object({ orderLineExternalId: ID, quantity: z.int().positive() })),
});
const OPERATION = "shipments.pickup";

export const createPickupAct = (client: Client): ActCapability<z.infer<typeof PICKUP>> => ({
  input: PICKUP,
  idempotent: true,
  perform: (store, { input: { orderExternalId: id, status, lines } }, signal) =>
    refusable(async () => {
      const shop = client.at(store, signal);
      const order = await getOrder(shop, id);
      const marketplaceId = order && read(order).text("salesChannel/marketplaceId");
      if (!marketplaceId) return refuse("not_found", OPERATION, `order ${id} does not exist on a marketplace`);
      const orderItems = lines.map((line) => ({ orderItemId: line.orderLineExternalId, quantity: line.quantity }));
      const body = { marketplaceId, shipmentStatus: status, ...(lines.length === 0 ? {} : { orderItems }) };
      const path = `/orders/v0/orders/${segment(id)}/shipment`;
      await shop.send({ operation: OPERATION, plan: "pickup", path, body, effect: "keyed-write" });
      return done(id, "orders");
    }),
});
