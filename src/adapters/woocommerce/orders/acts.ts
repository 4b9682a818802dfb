/** Acts on orders: memo, note to the buyer, cancellation, refund. */
import { z } from "zod";
import {
  type Act,
  type ActCapability,
  type ActOutcome,
  absent,
  type CancelOrderInput,
  type OrderCapability,
  type SetMemoInput,
  type Store,
} from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { refusable, refuse } from "../client/refusals.ts";
import { OUR_META } from "../codes.ts";
import { list, NOTE, type OrderDocument } from "../schemas/index.ts";
import { currentOrder } from "./read.ts";
import { createRefundAct } from "./refund.ts";

const LINES = z.array(z.object({ orderLineExternalId: z.string().min(1), quantity: z.int().positive() }));

export function createOrderActs(client: Client): OrderCapability["acts"] {
  return {
    set_memo: createMemoAct(client),
    add_note: createNoteAct(client),
    acknowledge: absent(
      "an order is the shop's own from the start; there is nobody to acknowledge it to",
      "https://woocommerce.github.io/woocommerce-rest-api-docs/#orders",
    ),
    cancel: createCancelAct(client),
    refund: createRefundAct(client),
  };
}

const orderRoute = (externalId: string) => `/wc/v3/orders/${encodeURIComponent(externalId)}`;

/**
 * The memo stands in the order's meta data, where it overwrites itself and is read back with the order, and as a private
 * note, which is what people see in the shop's own pages.
 */
function createMemoAct(client: Client): ActCapability<SetMemoInput> {
  return {
    input: z.object({ orderExternalId: z.string().min(1), text: z.string(), flag: z.string().nullable() }),
    idempotent: false,
    perform: (store, act, signal) =>
      refusable(async () => {
        const { orderExternalId, text, flag } = act.input;
        const meta_data = [
          { key: OUR_META.memo, value: text === "" ? null : text },
          { key: OUR_META.flag, value: flag },
        ];
        await client.one(
          store,
          {
            operation: "orders.set_memo",
            method: "PUT",
            route: orderRoute(orderExternalId),
            body: { meta_data },
            effect: "keyed-write",
          },
          signal,
        );
        if (text !== "") await writeNote(client, store, { orderExternalId, text, toBuyer: false }, signal);
        return done(orderExternalId);
      }),
    findEffect: (store, act, signal) =>
      findNote(
        client,
        store,
        { orderExternalId: act.input.orderExternalId, text: act.input.text, toBuyer: false },
        signal,
      ),
  };
}

interface NoteInput {
  orderExternalId: string;
  text: string;
}

/** A note that the shop mails to the buyer. */
function createNoteAct(client: Client): ActCapability<NoteInput> {
  return {
    input: z.object({ orderExternalId: z.string().min(1), text: z.string().min(1) }),
    idempotent: false,
    perform: (store, act, signal) =>
      refusable(async () => {
        const externalId = await writeNote(client, store, { ...act.input, toBuyer: true }, signal);
        return { outcome: "done", externalId };
      }),
    findEffect: (store, act, signal) => findNote(client, store, { ...act.input, toBuyer: true }, signal),
  };
}

/** Adds a note; answers its id. */
export async function writeNote(
  client: Client,
  store: Store,
  note: NoteInput & { toBuyer: boolean },
  signal: AbortSignal,
): Promise<string> {
  const endpoint = {
    operation: "orders.add_note",
    method: "POST",
    route: `${orderRoute(note.orderExternalId)}/notes`,
    body: { note: note.text, customer_note: note.toBuyer },
  } as const;
  return NOTE.parse(await client.one(store, endpoint, signal)).id;
}

/** Notes carry no key of ours: the same words, to the same reader, are the same note. */
async function findNote(
  client: Client,
  store: Store,
  note: NoteInput & { toBuyer: boolean },
  signal: AbortSignal,
): Promise<ActOutcome | null> {
  if (note.text === "") return null;
  const value = await client.one(
    store,
    { operation: "orders.list_notes", route: `${orderRoute(note.orderExternalId)}/notes` },
    signal,
  );
  const same = (text: string) => text.replace(/\s+/g, " ").trim();
  const found = list(NOTE)
    .parse(value)
    .find((item) => item.customer_note === note.toBuyer && same(item.note) === same(note.text));
  return found ? done(note.orderExternalId, found.id) : null;
}

const CANCELLABLE = new Set(["pending", "on-hold", "processing", "failed"]);

/** The platform cancels whole orders; it gives back the units that it took, whatever is asked. */
function createCancelAct(client: Client): ActCapability<CancelOrderInput> {
  const operation = "orders.cancel";
  return {
    input: z.object({
      orderExternalId: z.string().min(1),
      reason: z.string().nullable(),
      lines: LINES,
      restock: z.boolean(),
    }),
    // A status is absolute: a second writing finds the order cancelled.
    idempotent: true,
    perform: (store, act: Act<CancelOrderInput>, signal) =>
      refusable(async () => {
        const { orderExternalId, reason, lines } = act.input;
        const order = await currentOrder(client, store, orderExternalId, signal);
        if (!order) return refuse("not_found", operation, `order ${orderExternalId} does not exist`);
        if (order.status === "cancelled") return done(orderExternalId);
        if (lines.length > 0 && !coversOrder(order, lines))
          return refuse(
            "invalid_request",
            operation,
            "WooCommerce cancels whole orders: refund the lines, with restock, instead",
          );
        if (["completed", "refunded", "trash"].includes(order.status))
          return refuse("conflict", operation, `the order is ${order.status} and is not cancelled any more`);
        if (!CANCELLABLE.has(order.status) && order.date_completed_gmt !== null)
          return refuse("conflict", operation, `the order was completed and is ${order.status} now`);
        const body = {
          status: "cancelled",
          ...(reason ? { meta_data: [{ key: OUR_META.cancelReason, value: reason }] } : {}),
        };
        const route = orderRoute(orderExternalId);
        await client.one(store, { operation, method: "PUT", route, body, effect: "keyed-write" }, signal);
        return done(orderExternalId);
      }),
  };
}

function coversOrder(order: OrderDocument, lines: CancelOrderInput["lines"]): boolean {
  return order.line_items.every((item) =>
    lines.some((line) => line.orderLineExternalId === item.id && line.quantity >= Number(item.quantity ?? 0)),
  );
}

function done(orderExternalId: string, externalId?: string): ActOutcome {
  return {
    outcome: "done",
    ...(externalId === undefined ? {} : { externalId }),
    reread: [{ resource: "orders", externalId: orderExternalId }],
  };
}
