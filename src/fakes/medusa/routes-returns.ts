/** Returns, claims and exchanges. */

import { z } from "zod";
import { answerList, answerOne, bodyOf, byId, type Call, type Route } from "./call.ts";
import { ORDER_FIELDS, orderView } from "./order-view.ts";
import { COMPLAINT_FIELDS, complaintView, RETURN_FIELDS, returnView } from "./part-views.ts";
import {
  beginComplaint,
  beginReceipt,
  beginReturn,
  cancelReturn,
  confirmComplaint,
  confirmReceipt,
  confirmRequest,
  dropComplaint,
  nameArrivals,
  nameItems,
} from "./returns.ts";
import type { Complaint, Return } from "./types.ts";
import { notFound, type View } from "./wire.ts";

const RETURN = z.strictObject({ order_id: z.string(), location_id: z.string().optional() });
const NAMED = z.strictObject({
  items: z.array(
    z.strictObject({
      id: z.string(),
      quantity: z.number(),
      reason_id: z.string().optional(),
      note: z.string().optional(),
    }),
  ),
});
const ARRIVED = z.strictObject({ items: z.array(z.strictObject({ id: z.string(), quantity: z.number() })) });
const CLAIM = z.strictObject({ order_id: z.string(), type: z.enum(["refund", "replace"]) });
const EXCHANGE = z.strictObject({ order_id: z.string() });

const returnOf = ({ store, params }: Call): Return => byId(store.returns, params.id, "Return");

function answerReturn(call: Call, back: Return): View {
  return answerOne(call, "return", returnView(call.store, back), RETURN_FIELDS);
}

/** A step in the life of a return. */
function step(path: string, operation: string, run: (call: Call, back: Return) => void): Route {
  return {
    method: "post",
    path: `/admin/returns/:id${path}`,
    operation,
    run(call) {
      const back = returnOf(call);
      run(call, back);
      return answerReturn(call, back);
    },
  };
}

/** The routes that claims and exchanges share. */
function complaintRoutes(kind: Complaint["kind"]): Route[] {
  const plural = `${kind}s`;
  const complaintOf = ({ store, params }: Call): Complaint => {
    const complaint = store.complaints.get(params.id ?? "");
    if (complaint?.kind !== kind) throw notFound(`${kind} id not found: ${params.id}`);
    return complaint;
  };
  const answer = (call: Call, complaint: Complaint): View =>
    answerOne(call, kind, complaintView(call.store, complaint), COMPLAINT_FIELDS);
  return [
    {
      method: "get",
      path: `/admin/${plural}`,
      operation: `${plural}.list`,
      run: (call) =>
        answerList(call, plural, {
          rows: [...call.store.complaints.values()].filter((one) => one.kind === kind),
          view: (complaint: Complaint) => complaintView(call.store, complaint),
          defaults: COMPLAINT_FIELDS,
          limit: kind === "claim" ? 15 : 50,
          filters: { order_id: ({ order }) => order.id },
        }),
    },
    {
      method: "get",
      path: `/admin/${plural}/:id`,
      operation: `${plural}.get`,
      run: (call) => answer(call, complaintOf(call)),
    },
    {
      method: "post",
      path: `/admin/${plural}`,
      operation: `${plural}.begin`,
      run(call) {
        const { order_id, type } = kind === "claim" ? bodyOf(call, CLAIM) : { ...bodyOf(call, EXCHANGE), type: null };
        const order = byId(call.store.orders, order_id, "Order");
        const complaint = beginComplaint(call.store, order, kind, type);
        return { ...answer(call, complaint), order: { id: order.id } };
      },
    },
    {
      method: "post",
      path: `/admin/${plural}/:id/request`,
      operation: `${plural}.request`,
      run(call) {
        const complaint = complaintOf(call);
        confirmComplaint(call.store, complaint, false, "api");
        return answer(call, complaint);
      },
    },
    {
      method: "delete",
      path: `/admin/${plural}/:id/request`,
      operation: `${plural}.drop`,
      run(call) {
        const { id } = complaintOf(call);
        dropComplaint(call.store, complaintOf(call));
        return { id, object: kind, deleted: true };
      },
    },
  ];
}

export const RETURN_ROUTES: readonly Route[] = [
  {
    method: "get",
    path: "/admin/returns",
    operation: "returns.list",
    run: (call) =>
      answerList(call, "returns", {
        rows: call.store.returns.values(),
        view: (back: Return) => returnView(call.store, back),
        defaults: RETURN_FIELDS,
        limit: 15,
        filters: { order_id: ({ order }) => order.id, status: ({ status }) => status },
      }),
  },
  {
    method: "get",
    path: "/admin/returns/:id",
    operation: "returns.get",
    run: (call) => answerReturn(call, returnOf(call)),
  },
  {
    method: "post",
    path: "/admin/returns",
    operation: "returns.begin",
    run(call) {
      const { order_id, location_id } = bodyOf(call, RETURN);
      const order = byId(call.store.orders, order_id, "Order");
      const location = location_id ?? call.store.locations[0]?.id ?? "";
      if (!call.store.locations.some(({ id }) => id === location))
        throw notFound(`StockLocation with id: ${location} was not found`);
      const back = beginReturn(call.store, order, location, "api");
      return { ...answerOne(call, "order", orderView(call.store, order), ORDER_FIELDS), ...answerReturn(call, back) };
    },
  },
  step("/request-items", "returns.items", (call, back) => nameItems(call.store, back, bodyOf(call, NAMED).items)),
  step("/request", "returns.request", ({ store }, back) => confirmRequest(store, back, "api")),
  step("/receive", "returns.receive", (_, back) => beginReceipt(back)),
  step("/receive-items", "returns.arrivals", (call, back) => nameArrivals(back, bodyOf(call, ARRIVED).items)),
  step("/receive/confirm", "returns.confirm", ({ store }, back) => confirmReceipt(store, back, "api")),
  step("/cancel", "returns.cancel", ({ store }, back) => cancelReturn(store, back, "api")),
  ...complaintRoutes("claim"),
  ...complaintRoutes("exchange"),
];
