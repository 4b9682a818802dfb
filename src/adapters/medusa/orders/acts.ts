/** Acts on orders: memo, cancellation, refund, and the platform's own: capture, completion, archive. */
import { z } from "zod";
import {
  type ActCapability,
  type ActOutcome,
  absent,
  type CancelOrderInput,
  type OrderCapability,
  type OrderRefInput,
  type SetMemoInput,
} from "../../../core/adapter.ts";
import type { Tree } from "../../../core/tree.ts";
import { type Client, done, refusable, refuse, type Shop } from "../client.ts";
import { CANCELED, META } from "../codes.ts";
import { DOCS } from "../config.ts";
import { paymentsOf, piecesIn } from "../schemas.ts";
import { ORDERS, readOrder } from "./read.ts";
import { createRefundAct } from "./refund.ts";

const ID = z.string().min(1);
const ORDER = z.object({ orderExternalId: ID });
const MEMO: z.ZodType<SetMemoInput> = ORDER.extend({ text: z.string(), flag: z.string().nullable() });
const CANCEL: z.ZodType<CancelOrderInput> = ORDER.extend({
  reason: z.string().nullable(),
  lines: z.array(z.object({ orderLineExternalId: ID, quantity: z.int().positive() })),
  restock: z.boolean(),
});

export function createOrderActs(client: Client): OrderCapability["acts"] {
  return {
    // Keys of metadata are merged, and an empty text takes one away.
    set_memo: orderAct(client, "set_memo", MEMO, async ({ shop, order, input: { text, flag } }) => {
      const metadata = { [META.memo]: text, [META.flag]: flag ?? "" };
      return post(shop, "set_memo", order, "", { metadata });
    }),
    acknowledge: absent("an order is the shop's own from the start; there is nobody to acknowledge it to", DOCS),
    cancel: orderAct(client, "cancel", CANCEL, async ({ shop, order, input: { lines } }) => {
      if (order.text("status") === CANCELED) return null;
      const isWhole = (line: Tree) =>
        lines.some(
          (each) => each.orderLineExternalId === line.need("id") && each.quantity >= piecesIn(line, "quantity"),
        );
      if (lines.length > 0 && !order.list("items").every(isWhole))
        return refuse(
          "invalid_request",
          "orders.cancel",
          "an order is cancelled whole: edit its lines in the shop's own pages",
        );
      return post(shop, "cancel", order, "/cancel");
    }),
    refund: createRefundAct(client),
    complete: orderAct(client, "complete", ORDER, ({ shop, order }) => post(shop, "complete", order, "/complete")),
    archive: orderAct(client, "archive", ORDER, ({ shop, order }) => post(shop, "archive", order, "/archive")),
    /** Takes what is authorised and not captured yet. */
    capture: orderAct(client, "capture", ORDER, async ({ shop, order }) => {
      for (const payment of paymentsOf(order)) {
        if (payment.text("captured_at") !== null || payment.text("canceled_at") !== null) continue;
        const path = `/admin/payments/${payment.need("id")}/capture`;
        await shop.post({ operation: "orders.capture", path, body: {}, effect: "keyed-write" });
      }
      return null;
    }),
  };
}

const post = async (shop: Shop, act: string, order: Tree, path: string, body: object = {}): Promise<null> => {
  const call = { operation: `orders.${act}`, path: `${ORDERS.path}/${order.need("id")}${path}`, body } as const;
  await shop.post({ ...call, effect: "keyed-write" });
  return null;
};

/** An act whose repeat ends in the same state. */
function orderAct<Input extends OrderRefInput>(
  client: Client,
  act: string,
  input: z.ZodType<Input>,
  perform: (given: { shop: Shop; order: Tree; input: Input }) => Promise<ActOutcome | null>,
): ActCapability<Input> {
  return {
    input,
    idempotent: true,
    perform: (store, { input: asked }, signal) =>
      refusable(async () => {
        const shop = client.at(store, signal);
        const id = asked.orderExternalId;
        const order = await readOrder(shop, id);
        if (!order) return refuse("not_found", `orders.${act}`, `order ${id} does not exist`);
        return (await perform({ shop, order, input: asked })) ?? done(id, "orders");
      }),
  };
}
