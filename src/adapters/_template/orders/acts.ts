/** Acts on orders. What the platform refuses is thrown: the engine makes a refusal of it. */
import { z } from "zod";
import type {
  ActCapability,
  ActOutcome,
  CancelOrderInput,
  OrderCapability,
  OrderRefInput,
  RefundInput,
  SetMemoInput,
  Store,
} from "../../../core/adapter.ts";
import type { Client } from "../client.ts";
import { EFFECT, ORDER } from "../schemas.ts";

const ID = z.string().min(1);
const LINES = z.array(z.object({ orderLineExternalId: ID, quantity: z.int().positive() }));
/** The platform needs minutes to ask the warehouse. */
const CANCEL_AGAIN_MS = 60_000;

export function createOrderActs(client: Client): OrderCapability["acts"] {
  return {
    set_memo: setMemo(client),
    acknowledge: acknowledge(client),
    cancel: cancel(client),
    refund: refund(client),
  };
}

const done = (orderExternalId: string, externalId: string | null = null): ActOutcome => ({
  outcome: "done",
  externalId,
  reread: [{ resource: "orders", externalId: orderExternalId }],
});

function setMemo(client: Client): ActCapability<SetMemoInput> {
  return {
    input: z.object({ orderExternalId: ID, text: z.string().max(500), flag: z.string().nullable() }),
    idempotent: true,
    async perform(store, { input }, signal) {
      const body = { order_id: input.orderExternalId, memo: input.text, flag: input.flag };
      await client.call(
        store,
        { operation: "orders.set_memo", path: "/v1/orders/memo", body, effect: "keyed-write" },
        EFFECT,
        signal,
      );
      return done(input.orderExternalId);
    },
  };
}

function acknowledge(client: Client): ActCapability<OrderRefInput> {
  return {
    input: z.object({ orderExternalId: ID }),
    idempotent: true,
    async perform(store, { input }, signal) {
      const body = { order_id: input.orderExternalId };
      await client.call(
        store,
        { operation: "orders.acknowledge", path: "/v1/orders/acknowledge", body, effect: "keyed-write" },
        EFFECT,
        signal,
      );
      return done(input.orderExternalId);
    },
  };
}

/** The platform asks the warehouse first: one step asks, the next ones look. */
function cancel(client: Client): ActCapability<CancelOrderInput> {
  return {
    input: z.object({ orderExternalId: ID, reason: z.string().nullable(), lines: LINES, restock: z.boolean() }),
    idempotent: true,
    async perform(store, { input, progress }, signal) {
      const order_id = input.orderExternalId;
      const endpoint =
        progress === "asked"
          ? ({ operation: "orders.cancellation", path: "/v1/orders/cancellation", query: { order_id } } as const)
          : ({
              operation: "orders.cancel",
              path: "/v1/orders/cancel",
              body: { order_id, reason: input.reason },
              effect: "keyed-write",
            } as const);
      const { state } = await client.call(store, endpoint, EFFECT, signal);
      return state === "CANCELLED" ? done(order_id) : { outcome: "step", progress: "asked", againMs: CANCEL_AGAIN_MS };
    },
  };
}

/** Every call gives money back once more: after a lost answer the order's refunds are searched for our reference. */
function refund(client: Client): ActCapability<RefundInput> {
  return {
    input: z.object({
      orderExternalId: ID,
      amount: z.string().regex(/^\d+(\.\d+)?$/),
      currency: z.string().length(3),
      reason: z.string().nullable(),
      lines: z.array(
        z.object({ orderLineExternalId: ID, quantity: z.int().positive(), amount: z.string().nullable() }),
      ),
      restock: z.boolean(),
      payBack: z.boolean(),
    }),
    idempotent: false,
    async perform(store, { input, idempotencyKey }, signal) {
      const body = {
        order_id: input.orderExternalId,
        amount: input.amount,
        currency: input.currency,
        reason: input.reason,
        reference: idempotencyKey,
      };
      const { id } = await client.call(
        store,
        { operation: "orders.refund", path: "/v1/refunds", body, effect: "write" },
        EFFECT,
        signal,
      );
      return done(input.orderExternalId, id);
    },
    async findEffect(store, { input, idempotencyKey }, signal) {
      const order = await readOrder(client, store, input.orderExternalId, signal);
      const made = order?.refunds.find((candidate) => candidate.reference === idempotencyKey);
      return made ? done(input.orderExternalId, made.id) : null;
    },
  };
}

/** One order as it is now; null where it does not exist. */
async function readOrder(client: Client, store: Store, externalId: string, signal: AbortSignal) {
  const endpoint = { operation: "orders.get", path: "/v1/orders/get", body: { ids: [externalId] } };
  const [order] = (await client.get(store, endpoint, signal)).found;
  return order === undefined ? null : ORDER.parse(order);
}
