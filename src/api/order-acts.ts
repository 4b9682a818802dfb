/** Acts on an order: what goes to the platform is an action with one effect, what is ours is done at once. */
import type { z } from "zod";
import { appendAudit } from "../core/db/audit.ts";
import { holdOrder, releaseOrder } from "../core/db/holds.ts";
import { findOrderFacts, type OrderFacts } from "../core/db/order-facts.ts";
import { findOrderText } from "../core/db/orders.ts";
import { InputError } from "../core/errors.ts";
import { revealReceiver } from "../sync/reveal.ts";
import { accepted, askForAct } from "./ask-act.ts";
import { seesBuyers } from "./auth.ts";
import { define, json } from "./define.ts";
import { checkMatch, orderEtag } from "./documents.ts";
import { notFound } from "./errors.ts";
import { acceptedAction, idParams } from "./schemas/common.ts";
import { cancelInput, orderPatch, patchSchema, revealInput, revealSchema, shipmentInput } from "./schemas/orders.ts";
import type { Api, ApiContext, Principal } from "./types.ts";

export function defineOrderActs(api: Api): void {
  definePatch(api);
  define(
    api,
    "POST /v1/orders/{id}/shipments",
    {
      summary: "Confirms a shipment to the platform",
      description:
        "One parcel: its lines (none named: all that is open), carrier and tracking number. It goes to the platform as an act: " +
        "202 says that it will, `GET /v1/actions/{id}` (the `location`) what became of it, and the order's and the parcel's " +
        "change come by the feed once the platform shows them. Send an `Idempotency-Key` of your parcel. Refused at once: " +
        "`order_held`, `unknown_line`, `too_many_units`, and `not_available` where the platform has no such act.",
      params: idParams,
      body: shipmentInput,
      answer: acceptedAction,
      status: 202,
    },
    async ({ c, who, params, body }) => {
      const order = await findOrder(api, who, params.id);
      if (order.hold !== null)
        throw new InputError("order_held", `The order is on hold (${order.hold}): release it first.`, { status: 409 });
      return accepted(
        c,
        await act(api, c, who, order, "shipments.confirm", {
          orderExternalId: order.externalId,
          carrier: body.carrier,
          trackingNumber: body.tracking_number,
          trackingUrl: body.tracking_url,
          shippedAt: body.shipped_at,
          place: body.place,
          lines: toLines(order, body.lines),
          notifyBuyer: body.notify_buyer,
          method: body.method,
        }),
      );
    },
  );
  define(
    api,
    "POST /v1/orders/{id}/cancel",
    {
      summary: "Cancels an order or some of its lines at the platform",
      description:
        "No lines named: the whole order. Where a platform cancels whole orders alone, an act with lines ends `rejected` and " +
        "its `error` says what to do instead. What the order held is free again once the platform shows the cancellation.",
      params: idParams,
      body: cancelInput,
      answer: acceptedAction,
      status: 202,
    },
    async ({ c, who, params, body }) => {
      const order = await findOrder(api, who, params.id);
      return accepted(
        c,
        await act(api, c, who, order, "orders.cancel", {
          orderExternalId: order.externalId,
          reason: body.reason,
          lines: toLines(order, body.lines),
          restock: body.restock,
        }),
      );
    },
  );
  define(
    api,
    "POST /v1/orders/{id}/acknowledge",
    { summary: "Tells the platform that we have the order", params: idParams, answer: acceptedAction, status: 202 },
    async ({ c, who, params }) => {
      const order = await findOrder(api, who, params.id);
      return accepted(c, await act(api, c, who, order, "orders.acknowledge", { orderExternalId: order.externalId }));
    },
  );
  define(
    api,
    "POST /v1/orders/{id}/reveal",
    {
      summary: "Shows one order's buyer in the clear",
      description:
        "With a reason; who looked, when and why is kept in the audit log. Where our record is masked or encrypted and the " +
        "platform can be asked, it is, within its allowance of the day (429 when that is spent), and what it answers is kept nowhere.",
      params: idParams,
      body: revealInput,
      keepsNothing: true,
      answer: revealSchema,
    },
    async ({ c, who, params, body }) => json(c, await reveal(api, who, params.id, body, c.req.raw.signal)),
  );
}

function definePatch(api: Api): void {
  const { engine } = api;
  define(
    api,
    "PATCH /v1/orders/{id}",
    {
      summary: "Changes an order's memo or hold",
      description: "The memo is written at the platform (an action); the hold is ours and takes effect at once.",
      params: idParams,
      body: orderPatch,
      answer: patchSchema,
    },
    async ({ c, who, params, body }) => {
      const order = await findOrder(api, who, params.id);
      const clear = seesBuyers(c);
      const refused = checkMatch(c, orderEtag(order.version, clear));
      if (refused) return refused;
      const actions = body.memo
        ? [
            await act(api, c, who, order, "orders.set_memo", {
              orderExternalId: order.externalId,
              text: body.memo.text,
              flag: body.memo.flag,
            }),
          ]
        : [];
      if (body.hold !== undefined) await setHold(api, who, order, body.hold);
      const found = await findOrderText(engine.db, order.id, {
        stores: who.stores,
        openWith: clear ? engine.keyring : null,
      });
      if (!found) throw notFound("order");
      const etag = `"${orderEtag(found.version, clear)}"`;
      return json(c, { order: JSON.parse(found.text), actions }, 200, { etag });
    },
  );
}

async function setHold(
  api: Api,
  who: Principal,
  order: OrderFacts,
  hold: { code: string; reason: string } | null,
): Promise<void> {
  const { engine } = api;
  const at = engine.clock.now();
  const done = hold
    ? await holdOrder(engine.db, order, { ...hold, actor: who.actor }, at)
    : await releaseOrder(engine.db, order, who.actor, at);
  if (!done)
    throw new InputError(
      hold ? "already_held" : "not_held",
      hold ? "The order is on hold." : "The order is not held.",
      {
        status: 409,
      },
    );
}

async function reveal(api: Api, who: Principal, id: string, body: z.output<typeof revealInput>, signal: AbortSignal) {
  const { engine } = api;
  const found = await findOrderText(engine.db, id, { stores: who.stores, openWith: engine.keyring });
  if (!found) throw notFound("order");
  const order = JSON.parse(found.text) as RevealedOrder;
  const { buyer, ship_to: shipTo } = order;
  const isAsked = shipTo !== null && shipTo.privacy !== "clear";
  // Before anybody sees anything, and before the platform is asked.
  const entry = { actor: who.actor, act: "orders.reveal", storeId: found.storeId, subject: "order", subjectId: id };
  const detail = isAsked ? { purpose: body.purpose } : null;
  await appendAudit(engine.db, [{ ...entry, cause: body.reason, detail, outcome: "done" }], engine.clock.now());
  const ours = { buyer, ship_to: shipTo, note: order.notes.buyer, phone_until: null, withheld: null };
  if (!isAsked) return ours;
  const input = { storeId: found.storeId, orderExternalId: order.external_id, purpose: body.purpose };
  const answer = await revealReceiver(engine, input, signal);
  if ("withheld" in answer) return { ...ours, withheld: answer.withheld };
  const { phoneUntil, ...receiver } = answer;
  const { company, postcode } = shipTo;
  return {
    ...ours,
    ship_to: { ...receiver, company, postcode, privacy: "clear" },
    phone_until: phoneUntil?.toISOString() ?? null,
  };
}

interface RevealedOrder {
  external_id: string;
  buyer: unknown;
  ship_to: { privacy: string; company: string | null; postcode: string | null } | null;
  notes: { buyer: string | null };
}

async function findOrder(api: Api, who: Principal, id: string): Promise<OrderFacts> {
  const order = await findOrderFacts(api.engine.db, id, who.stores);
  if (!order) throw notFound("order");
  return order;
}

const act = (api: Api, c: ApiContext, who: Principal, order: OrderFacts, kind: string, input: unknown) =>
  askForAct(api, c, who, { storeId: order.storeId, subject: "order", subjectId: order.id }, { kind, input });

/** Lines of the request as the platform knows them. What it has open it knows best; what was never ordered we know too. */
function toLines(order: OrderFacts, lines: readonly { external_id: string; quantity: number }[]) {
  const left = new Map(order.lines.map((line) => [line.externalId, line.quantity]));
  for (const [i, { external_id, quantity }] of lines.entries()) {
    const ordered = left.get(external_id);
    if (ordered === undefined)
      throw new InputError("unknown_line", `The order has no line "${external_id}".`, {
        status: 422,
        issues: [{ path: `lines.${i}.external_id`, message: "is not a line of this order" }],
      });
    if (quantity > ordered)
      throw new InputError(
        "too_many_units",
        `Line "${external_id}" has ${ordered} units left to name, not ${quantity}.`,
        {
          status: 422,
          issues: [{ path: `lines.${i}.quantity`, message: `at most ${ordered} can be named here` }],
        },
      );
    left.set(external_id, ordered - quantity);
  }
  return lines.map((line) => ({ orderLineExternalId: line.external_id, quantity: line.quantity }));
}
