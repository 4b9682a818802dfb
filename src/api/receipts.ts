/** Returned goods received: of a dispute, or of an order that came back without one. */
import type { z } from "zod";
import { findReceipts, listDisputes } from "../core/db/disputes.ts";
import { findOrderFacts, type OrderFacts } from "../core/db/order-facts.ts";
import { InputError } from "../core/errors.ts";
import { receiveReturn } from "../core/stock/returns.ts";
import { renderReceipt } from "./after-sales-views.ts";
import { define, json } from "./define.ts";
import { notFound } from "./errors.ts";
import { receiptInput, receiptsSchema } from "./schemas/after-sales.ts";
import { idParams } from "./schemas/common.ts";
import type { Api, ApiContext, Principal } from "./types.ts";

type Body = z.output<typeof receiptInput>;

const WORDS =
  "All lines are taken or none (422 says which is wrong). `sellable` units go back on the shelf of `location` in the same " +
  "instant as the stores' desired quantities; the others are written down. No more is received of a line than was sold " +
  "(`more_than_sold`), so that a parcel booked twice is noticed. Order, dispute, timeline and audit log show it.";

const route = { params: idParams, body: receiptInput, answer: receiptsSchema, status: 201 };

export function defineReceipts(api: Api): void {
  define(
    api,
    "POST /v1/orders/{id}/receipts",
    { summary: "Receives goods of an order that came back", description: WORDS, ...route },
    async ({ c, who, params, body }) => {
      const order = await findOrderFacts(api.engine.db, params.id, who.stores);
      if (!order) throw notFound("order");
      return receive(api, c, who, order, null, body);
    },
  );
  define(
    api,
    "POST /v1/disputes/{id}/receipts",
    { summary: "Receives goods that came back in a dispute", description: WORDS, ...route },
    async ({ c, who, params, body }) =>
      receive(api, c, who, await orderOfDispute(api, who, params.id), params.id, body),
  );
}

async function orderOfDispute(api: Api, who: Principal, id: string): Promise<OrderFacts> {
  const { db } = api.engine;
  const { rows } = await listDisputes(db, { stores: who.stores, ids: [id] }, "opened", { limit: 1, after: null });
  const [dispute] = rows;
  if (!dispute) throw notFound("dispute");
  const order = dispute.order_id === null ? null : await findOrderFacts(db, dispute.order_id, who.stores);
  if (!order)
    throw new InputError(
      "order_unknown",
      `The order of this dispute (${dispute.order_external_id ?? "none is named"}) has not been read, so nobody knows what may come back. ` +
        "Read the store's orders, or book the goods with POST /v1/stock/movements.",
      { status: 409 },
    );
  return order;
}

async function receive(
  api: Api,
  c: ApiContext,
  who: Principal,
  order: OrderFacts,
  disputeId: string | null,
  body: Body,
): Promise<Response> {
  const { engine } = api;
  const lines = body.lines.map(({ line_external_id, sku, ...line }) => ({
    ...line,
    lineExternalId: line_external_id,
    sku,
  }));
  const done = await receiveReturn(engine.db, { order, disputeId, lines, actor: who.actor }, engine.clock.now());
  engine.wake();
  const data = (await findReceipts(engine.db, done.receiptIds)).map(renderReceipt);
  const stock = done.shelves.map(({ sku, location, onHand }) => ({ sku, location, on_hand: onHand }));
  return json(c, { data, stock }, 201);
}
