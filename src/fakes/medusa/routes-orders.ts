/** Orders, their parcels and their money. */

import { z } from "zod";
import { answerList, answerOne, bodyOf, byId, type Call, type Route } from "./call.ts";
import { choose, readFields } from "./fields.ts";
import { deliver, pack, send, unpack } from "./fulfillments.ts";
import { ALWAYS, isTotalled, LIST_FIELDS, ORDER_FIELDS, orderView } from "./order-view.ts";
import { assertNoChange, cancel, setMetadata, setStatus } from "./orders.ts";
import { PAYMENT_FIELDS, paymentView } from "./part-views.ts";
import { capture, refund } from "./payments.ts";
import type { Fulfillment, Order, Payment } from "./types.ts";
import { hundredths, invalid, notFound, type View } from "./wire.ts";

const METADATA = z.record(z.string(), z.unknown()).nullable();
const ITEMS = z.array(z.strictObject({ id: z.string(), quantity: z.number() }));
const UPDATE = z.strictObject({ email: z.string().optional(), metadata: METADATA.optional() });
const PACK = z.strictObject({
  items: ITEMS,
  location_id: z.string().nullish(),
  no_notification: z.boolean().optional(),
  shipping_option_id: z.string().optional(),
  metadata: METADATA.optional(),
});
const LABEL = z.strictObject({ tracking_number: z.string(), tracking_url: z.string(), label_url: z.string() });
const SEND = z.strictObject({
  items: ITEMS,
  labels: z.array(LABEL).optional(),
  no_notification: z.boolean().optional(),
  metadata: METADATA.optional(),
});
const CAPTURE = z.strictObject({ amount: z.number().optional() });
const REFUND = z.strictObject({
  amount: z.number().optional(),
  note: z.string().optional(),
  refund_reason_id: z.string().optional(),
});
const NOTHING = z.looseObject({});

const orderOf = ({ store, params }: Call): Order => byId(store.orders, params.id, "Order");

/** Writes do not tell the two computed statuses, nor parcels, unless they are asked for. */
function answerOrder(call: Call, order: Order): View {
  return answerOne(call, "order", orderView(call.store, order), ORDER_FIELDS);
}

/** An act on an order that answers with it. */
function act(path: string, operation: string, run: (call: Call, order: Order) => void): Route {
  return {
    method: "post",
    path: `/admin/orders/:id${path}`,
    operation,
    run(call) {
      const order = orderOf(call);
      run(call, order);
      return answerOrder(call, order);
    },
  };
}

function parcelOf({ params }: Call, order: Order): Fulfillment {
  const parcel = order.fulfillments.find(({ id }) => id === params.parcel);
  if (parcel === undefined) throw notFound(`Fulfillment with id: ${params.parcel} was not found`);
  return parcel;
}

const paymentOf = ({ store, params }: Call): Payment => byId(store.payments, params.id, "Payment");

function amountOf(amount: number | undefined): number | null {
  if (amount === undefined) return null;
  if (amount <= 0) throw invalid("Amount must be greater than 0");
  return hundredths(amount);
}

function moneyRoute(name: string, run: (call: Call, payment: Payment) => void): Route {
  return {
    method: "post",
    path: `/admin/payments/:id/${name}`,
    operation: `payments.${name}`,
    run(call) {
      const payment = paymentOf(call);
      run(call, payment);
      return answerOne(call, "payment", paymentView(payment), PAYMENT_FIELDS);
    },
  };
}

export const ORDER_ROUTES: readonly Route[] = [
  {
    method: "get",
    path: "/admin/orders",
    operation: "orders.list",
    run: (call) =>
      answerList(call, "orders", {
        rows: call.store.orders.values(),
        view: (order: Order, wanted) => orderView(call.store, order, isTotalled(wanted)),
        defaults: LIST_FIELDS,
        always: ALWAYS,
        limit: 15,
        filters: {
          status: ({ status }) => status,
          sales_channel_id: () => call.store.ids.channel,
          region_id: () => call.store.ids.region,
          customer_id: ({ customer }) => customer,
        },
        text: ({ id, number, email }) => `${id} ${number} ${email}`,
      }),
  },
  {
    method: "get",
    path: "/admin/orders/:id",
    operation: "orders.get",
    run(call) {
      const wanted = readFields(call.query.get("fields"), ORDER_FIELDS, ALWAYS);
      return { order: choose(orderView(call.store, orderOf(call), isTotalled(wanted)), wanted) };
    },
  },
  act("", "orders.update", (call, order) => {
    const { email, metadata } = bodyOf(call, UPDATE);
    if (email !== undefined) order.email = email;
    setMetadata(call.store, order, metadata === undefined ? {} : metadata, "api");
  }),
  act("/cancel", "orders.cancel", ({ store }, order) => cancel(store, order, "api")),
  act("/complete", "orders.complete", ({ store }, order) => {
    if (order.status === "canceled") throw invalid(`Cannot complete a canceled order. (${order.id})`);
    assertNoChange(order);
    setStatus(store, order, "completed", "api");
  }),
  act("/archive", "orders.archive", ({ store }, order) => {
    if (order.status === "draft") throw invalid(`A draft cannot be archived. (${order.id})`);
    setStatus(store, order, "archived", "api");
  }),
  act("/fulfillments", "fulfillments.create", (call, order) => {
    const { items, location_id } = bodyOf(call, PACK);
    const location = location_id ?? call.store.locations[0]?.id ?? "";
    if (!call.store.locations.some(({ id }) => id === location))
      throw notFound(`StockLocation with id: ${location} was not found`);
    pack(call.store, order, items, location, "api");
  }),
  act("/fulfillments/:parcel/shipments", "fulfillments.ship", (call, order) => {
    const { items, labels = [] } = bodyOf(call, SEND);
    const parcel = parcelOf(call, order);
    for (const { id, quantity } of items) {
      const packed = parcel.items.find(({ line }) => line.id === id);
      if (packed === undefined || quantity > packed.quantity)
        throw invalid(`Item ${id} is not part of the fulfillment`);
    }
    send(call.store, order, parcel, labels, "api");
  }),
  act("/fulfillments/:parcel/mark-as-delivered", "fulfillments.deliver", (call, order) =>
    deliver(call.store, order, parcelOf(call, order), "api"),
  ),
  act("/fulfillments/:parcel/cancel", "fulfillments.cancel", (call, order) => {
    bodyOf(call, NOTHING);
    unpack(call.store, order, parcelOf(call, order), "api");
  }),
  {
    method: "get",
    path: "/admin/payments",
    operation: "payments.list",
    run: (call) =>
      answerList(call, "payments", {
        rows: call.store.payments.values(),
        view: paymentView,
        defaults: PAYMENT_FIELDS,
      }),
  },
  {
    method: "get",
    path: "/admin/payments/:id",
    operation: "payments.get",
    run: (call) => answerOne(call, "payment", paymentView(paymentOf(call)), PAYMENT_FIELDS),
  },
  moneyRoute("capture", (call, payment) => {
    const { amount } = bodyOf(call, CAPTURE);
    capture(call.store, payment, amountOf(amount), "api");
  }),
  moneyRoute("refund", (call, payment) => {
    const { amount, note } = bodyOf(call, REFUND);
    refund(call.store, payment, amountOf(amount), note ?? null, "api");
  }),
];
