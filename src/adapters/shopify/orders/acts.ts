/** Acts on orders: memo, cancellation, refund. */
import { z } from "zod";
import {
  type ActCapability,
  type ActOutcome,
  absent,
  type CancelOrderInput,
  type OrderCapability,
  type SetMemoInput,
} from "../../../core/adapter.ts";
import type { Tree } from "../../../core/tree.ts";
import { type Client, done, refusable, refuse } from "../client.ts";
import { CANCEL_REASONS } from "../codes.ts";
import { DOCS } from "../config.ts";
import { nodesIn, piecesIn } from "../schemas.ts";
import { readOrder } from "./read.ts";
import { createRefundAct } from "./refund.ts";
import { FLAG } from "./to-order.ts";

const MEMO = `mutation SellerMemo($input: OrderInput!) {
  orderUpdate(input: $input) { order { id note } userErrors { field message } }
}`;
const TAG = `mutation OrderTag($id: ID!, $tags: [String!]!) {
  tagsAdd(id: $id, tags: $tags) { node { id } userErrors { field message } }
}`;
const CANCEL = `mutation OrderStop($id: ID!, $reason: OrderCancelReason!, $restock: Boolean!, $rm: OrderCancelRefundMethodInput, $note: String) {
  orderCancel(orderId: $id, reason: $reason, restock: $restock, refundMethod: $rm, staffNote: $note) {
    job { id done } orderCancelUserErrors { code field message }
  }
}`;
/** Cancelling goes on after the answer. */
const CANCEL_AGAIN_MS = 5_000;
const ASKED = "asked";
/** How often is looked, after an answer that was lost, before it is asked for once more. */
const LOOKS = 12;

/** The next look for what a lost answer may have done; null where there is none left. */
function lookAgain(progress: string | null): ActOutcome | null {
  const looks = Number(/^lost (\d+)$/.exec(progress ?? "")?.[1] ?? LOOKS);
  return looks < LOOKS ? { outcome: "step", progress: `lost ${looks + 1}`, againMs: CANCEL_AGAIN_MS } : null;
}

const EXTERNAL_ID = z.string().min(1);

export function createOrderActs(client: Client): OrderCapability["acts"] {
  return {
    set_memo: setMemo(client),
    acknowledge: absent("an order is the shop's own from the start; there is nobody to acknowledge it to", DOCS),
    cancel: cancel(client),
    refund: createRefundAct(client),
  };
}

/** The note is replaced; tags are added to. */
const setMemo = (client: Client): ActCapability<SetMemoInput> => ({
  input: z.object({ orderExternalId: EXTERNAL_ID, text: z.string().max(5000), flag: z.string().nullable() }),
  idempotent: true,
  perform: (store, { input: { orderExternalId: id, text, flag } }, signal) =>
    refusable(async () => {
      const shop = client.at(store, signal);
      await shop.set({ operation: "orders.set_memo", document: MEMO, variables: { input: { id, note: text } } });
      const variables = { id, tags: [`${FLAG}${flag}`] };
      if (flag) await shop.set({ operation: "orders.tag", document: TAG, variables });
      return done(id, "orders");
    }),
});

const cancel = (client: Client): ActCapability<CancelOrderInput> => ({
  input: z.object({
    orderExternalId: EXTERNAL_ID,
    reason: z.string().nullable(),
    lines: z.array(z.object({ orderLineExternalId: EXTERNAL_ID, quantity: z.int().positive() })),
    restock: z.boolean(),
  }),
  // Cancelling twice before the first has come through gives the money back twice.
  idempotent: false,
  perform: (store, { input, progress }, signal) =>
    refusable(async () => {
      const operation = "orders.cancel";
      const { orderExternalId: id, reason, lines, restock } = input;
      const shop = client.at(store, signal);
      const order = await readOrder(shop, id);
      if (!order) return refuse("not_found", operation, `order ${id} does not exist`);
      if (order.text("cancelledAt") !== null) return done(id, "orders");
      const isWhole = (line: Tree) =>
        lines.some(
          (each) => each.orderLineExternalId === line.need("id") && each.quantity >= piecesIn(line, "quantity"),
        );
      if (lines.length > 0 && !nodesIn(order, "lineItems").every(isWhole))
        return refuse(
          "invalid_request",
          operation,
          "an order is cancelled whole: take lines off by a refund or an edit",
        );
      const waiting = lookAgain(progress);
      if (waiting) return waiting;
      if (progress !== ASKED) {
        const known = CANCEL_REASONS.find((each) => each === reason?.toUpperCase());
        const variables = {
          id,
          reason: known ?? "OTHER",
          restock,
          rm: { originalPaymentMethodsRefund: true },
          note: known ? null : reason,
        };
        await shop.write({ operation, document: CANCEL, variables });
      }
      return { outcome: "step", progress: ASKED, againMs: CANCEL_AGAIN_MS };
    }),
  async findEffect(store, { input: { orderExternalId: id }, progress }, signal) {
    const order = await readOrder(client.at(store, signal), id);
    return order && order.text("cancelledAt") !== null ? done(id, "orders") : lookAgain(progress ?? "lost 0");
  },
});
