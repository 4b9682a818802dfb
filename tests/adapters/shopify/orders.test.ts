/** Orders: pages, bulk runs, and what an order document becomes. */
import { describe, expect, it } from "vitest";
import { ordersIn } from "../../../src/adapters/shopify/orders/bulk.ts";
import type { ListInput } from "../../../src/core/adapter.ts";
import { checkTotals } from "../../../src/core/ingest/totals.ts";
import {
  bag,
  byName,
  CONTEXT,
  gid,
  givenAdapter,
  givenLine,
  givenOrder,
  givenParcel,
  givenStore,
  inputOf,
  page,
  rawOf,
  type Sent,
  SIGNAL,
  whole,
} from "./stub.ts";

const DAY = 1440;
const { adapter: MAPS } = givenAdapter();
const map = (payload: object) => MAPS.orders.toUnified(rawOf(payload), CONTEXT);
const orderOf = (more: Record<string, unknown>) => {
  const [order] = map(givenOrder(more)).orders;
  if (!order) throw new Error("no order");
  return order;
};
const refund = (id: number, amount: string, lines: Record<string, number>, restockType = "RETURN") => ({
  id: gid("Refund", id),
  createdAt: "2026-11-21T09:00:00Z",
  processedAt: "2026-11-21T09:00:00Z",
  note: "broken",
  totalRefundedSet: bag(amount),
  return: { id: gid("Return", 1) },
  refundLineItems: page(
    Object.entries(lines).map(([line, quantity]) => ({
      id: gid("RefundLineItem", line),
      quantity,
      restockType,
      restocked: true,
      lineItem: { id: gid("LineItem", line) },
      subtotalSet: bag(amount),
    })),
  ),
  transactions: { nodes: [{ id: gid("OrderTransaction", 67), status: "SUCCESS" }] },
});

describe("pages", () => {
  it("asks for a fixed window in whole seconds, by change, and goes on by cursor", async () => {
    const { adapter, sent } = givenAdapter(({ variables }) => ({
      orders: variables.after === null ? page([givenOrder()], "c1") : page([givenOrder({ id: gid("Order", 5552) })]),
    }));
    const first = await adapter.orders.list(givenStore(), inputOf("changed"), SIGNAL);
    expect(sent[0]?.variables.q).toBe(
      "updated_at:>='2026-11-22T11:00:00Z' AND updated_at:<='2026-11-22T12:00:00Z' AND status:any",
    );
    expect(first.documents[0]).toMatchObject({
      externalId: gid("Order", 5551),
      sourceUpdatedAt: new Date("2026-11-20T10:01:03Z"),
      form: "order@2026-07",
    });
    const second = await adapter.orders.list(givenStore(), inputOf("changed", 60, { cursor: first.next }), SIGNAL);
    expect(sent[1]?.variables.after).toBe("c1");
    expect(second.next).toBeNull();
  });

  it("cuts a window in two where the platform ends a list", async () => {
    const cursor = JSON.stringify({ after: "c", size: 25, read: 24_999 });
    const { adapter } = givenAdapter(() => ({ orders: page([givenOrder()], "d") }));
    expect(await adapter.orders.list(givenStore(), inputOf("changed", 60, { cursor }), SIGNAL)).toMatchObject({
      tooMany: true,
    });
  });

  it("takes a list that goes on without saying where for no end", async () => {
    const endless = { ...page([givenOrder()]), pageInfo: { hasNextPage: true, endCursor: null } };
    const { adapter } = givenAdapter(() => ({ orders: endless }));
    await expect(adapter.orders.list(givenStore(), inputOf("changed"), SIGNAL)).rejects.toMatchObject({
      category: "permanent",
    });
  });

  it("reads an order whole of which a page does not hold everything", async () => {
    const cut = givenOrder({ lineItems: page([givenLine(1)], "l1"), refunds: [{ id: gid("Refund", 1) }] });
    const { fulfillmentLineItems, ...parcel } = givenParcel(9, { 2: 2 });
    const { refundLineItems, ...given } = refund(1, "3.00", { 1: 1 });
    const { adapter, sent } = givenAdapter(
      byName({
        OrdersPage: { orders: page([cut]) },
        OrdersById: { nodes: [cut, null] },
        OrderLines: { order: { lineItems: page([givenLine(2)]) } },
        OrderParts: { order: { fulfillments: [parcel], transactions: [], refunds: [given] } },
        OrderPieces: {
          nodes: [
            { id: parcel.id, fulfillmentLineItems },
            { id: given.id, refundLineItems },
          ],
        },
      }),
    );
    const listed = await adapter.orders.list(givenStore(), inputOf("changed"), SIGNAL);
    expect([listed.documents, listed.references.map(({ externalId }) => externalId)]).toEqual([
      [],
      [gid("Order", 5551)],
    ]);
    const keys = [{ externalId: gid("Order", 5551) }, { externalId: gid("Order", 1) }];
    const { documents, missing } = await adapter.orders.getMany(givenStore(), keys, SIGNAL);
    expect(missing).toEqual([{ externalId: gid("Order", 1), means: "gone" }]);
    const [order] = map(documents[0]?.payload as object).orders;
    expect(order?.lines.map((line) => [line.externalId, line.shippedQuantity, line.returnedQuantity])).toEqual([
      [gid("LineItem", 1), 0, 0],
      [gid("LineItem", 2), 2, 0],
    ]);
    expect(sent.map(({ name }) => name)).toEqual([
      "OrdersPage",
      "OrdersById",
      "OrderLines",
      "OrderParts",
      "OrderPieces",
    ]);
  });

  it("reads records by id in halves where they cost too much together", async () => {
    const { adapter, sent } = givenAdapter(({ variables }) =>
      (variables.ids as string[]).length > 1
        ? whole({ errors: [{ message: "too much", extensions: { code: "MAX_COST_EXCEEDED" } }] })
        : { nodes: [givenOrder({ id: (variables.ids as string[])[0] })] },
    );
    const keys = [1, 2, 3].map((id) => ({ externalId: gid("Order", id) }));
    const { documents } = await adapter.orders.getMany(givenStore(), keys, SIGNAL);
    expect(documents.map(({ externalId }) => externalId)).toEqual(keys.map(({ externalId }) => externalId));
    expect(sent.map(({ variables }) => (variables.ids as string[]).length)).toEqual([3, 2, 1, 1, 1]);
  });
});

const RUN = gid("BulkOperation", 1);
const line = (value: object) => `${JSON.stringify(value)}\n`;
const { lineItems: _lines, shippingLines: _shipping, ...HEAD } = givenOrder();
/** Orders in the file of a run, each followed by its children. */
const fileOf = (orders: readonly Record<string, unknown>[]): string =>
  orders
    .map((order) => {
      const child = (record: object) => line({ ...record, __parentId: order.id });
      return (
        line(order) +
        child(givenLine(Number(String(order.id).split("/").at(-1)), { currentQuantity: order.removed ? 1 : 2 })) +
        child({ id: gid("ShippingLine", 7), title: "Post", discountedPriceSet: bag("5.00") })
      );
    })
    .join("");

function givenRun(file: string, status = "COMPLETED", more: object = {}) {
  const bytes = new TextEncoder().encode(file);
  return byName({
    BulkStart: { bulkOperationRunQuery: { bulkOperation: { id: RUN, status: "CREATED" }, userErrors: [] } },
    BulkPoll: {
      bulkOperation: {
        id: RUN,
        status,
        errorCode: null,
        rootObjectCount: "3",
        url: "https://files.example.test/run",
        ...more,
      },
    },
    "": ({ headers }: Sent) => {
      const [, from = 0, to = 0] = /bytes=(\d+)-(\d+)/.exec(headers.range ?? "") ?? [];
      const part = bytes.slice(Number(from), Number(to) + 1);
      return {
        status: 206,
        text: new TextDecoder().decode(part),
        headers: { "content-range": `bytes ${from}-${to}/${bytes.length}` },
      };
    },
  });
}

describe("bulk runs", () => {
  const long = (overrides: Partial<ListInput> = {}) => inputOf("changed", 30 * DAY, overrides);

  it("waits for a run over a long time, and reads its file in parts, each order once", async () => {
    const orders = [1, 2, 3, 4, 5].map((id) => ({ ...HEAD, id: gid("Order", id) }));
    const { adapter, sent } = givenAdapter(givenRun(fileOf(orders)));
    const started = await adapter.orders.list(givenStore(), long(), SIGNAL);
    expect(started).toMatchObject({ documents: [], run: RUN, waitMs: 30_000 });
    const found: string[] = [];
    let cursor = started.next;
    while (cursor !== null) {
      const read = await adapter.orders.list(givenStore(), long({ cursor, limit: 2 }), SIGNAL);
      for (const document of read.documents) {
        found.push(document.externalId);
        expect(adapter.orders.toUnified(document, CONTEXT).orders[0]?.lines).toHaveLength(1);
      }
      cursor = read.next;
    }
    expect(found).toEqual(orders.map(({ id }) => id));
    const files = sent.filter(({ name }) => name === "");
    expect(files).toHaveLength(3);
    for (const { headers } of files)
      expect(headers["x-shopify-access-token"], "no token leaves the platform").toBeUndefined();
  });

  it("names orders of which the run does not tell all, to be read one by one", async () => {
    const parcel = givenParcel(9, null);
    const orders = [
      { ...HEAD, id: gid("Order", 1), fulfillments: [parcel], displayFulfillmentStatus: "FULFILLED" },
      { ...HEAD, id: gid("Order", 2), refunds: [{ id: gid("Refund", 1) }] },
      { ...HEAD, id: gid("Order", 3), fulfillments: [parcel, { ...parcel, id: gid("Fulfillment", 10) }] },
      { ...HEAD, id: gid("Order", 4), removed: true },
    ];
    const { adapter } = givenAdapter(givenRun(fileOf(orders)));
    const read = await adapter.orders.list(
      givenStore(),
      long({ cursor: JSON.stringify({ run: RUN, from: 0 }) }),
      SIGNAL,
    );
    expect(read.documents.map(({ externalId }) => externalId)).toEqual([gid("Order", 1)]);
    expect(read.references.map(({ externalId }) => externalId)).toEqual([2, 3, 4].map((id) => gid("Order", id)));
  });

  it("waits while it runs, halves a time that fails, and begins again what was forgotten", async () => {
    const at = (status: string, more = {}) =>
      givenAdapter(givenRun("", status, more)).adapter.orders.list(
        givenStore(),
        long({ cursor: JSON.stringify({ run: RUN, from: 7 }) }),
        SIGNAL,
      );
    expect(await at("RUNNING")).toMatchObject({ next: JSON.stringify({ run: RUN, from: 7, read: 0 }), waitMs: 30_000 });
    expect(await at("FAILED", { errorCode: "TIMEOUT" })).toMatchObject({ tooMany: true, next: null });
    expect(await at("COMPLETED", { url: null, objectCount: "0" })).toMatchObject({ documents: [], next: null });
    for (const status of ["CANCELED", "EXPIRED"])
      await expect(at(status)).rejects.toMatchObject({ category: "invalid_request" });
  });

  it("goes by pages where the setting or the time says so, and tells that other runs are under way", async () => {
    const { adapter, sent } = givenAdapter(byName({ OrdersPage: { orders: page([]) } }));
    await adapter.orders.list(givenStore(), inputOf("changed", 3 * DAY), SIGNAL);
    await adapter.orders.list(givenStore({ settings: { bulk_from_days: 31 } }), long(), SIGNAL);
    expect(sent).toHaveLength(2);
    const userErrors = [{ code: "OPERATION_IN_PROGRESS", field: null, message: "busy" }];
    const busy = givenAdapter(byName({ BulkStart: { bulkOperationRunQuery: { bulkOperation: null, userErrors } } }));
    await expect(busy.adapter.orders.list(givenStore(), long(), SIGNAL)).rejects.toMatchObject({
      category: "throttled",
    });
  });

  it("keeps letters of several bytes whole, and refuses a file whose children stand apart", () => {
    const file = fileOf([
      { ...HEAD, id: gid("Order", 1), note: "Größe ☕" },
      { ...HEAD, id: gid("Order", 2) },
    ]);
    const bytes = new TextEncoder().encode(file);
    const { orders, used } = ordersIn(bytes.slice(0, bytes.length - 5), false, 10);
    expect(orders).toHaveLength(1);
    expect(orders[0]?.note).toBe("Größe ☕");
    expect(ordersIn(bytes.slice(used), true, 10)).toMatchObject({
      orders: [{ id: gid("Order", 2) }],
      used: bytes.length - used,
    });
    const apart = new TextEncoder().encode(line({ id: gid("LineItem", 1), __parentId: gid("Order", 9) }));
    expect(() => ordersIn(apart, true, 10)).toThrow(/does not follow/);
  });
});

describe("documents", () => {
  it("becomes an order in shop money whose parts add up, with the buyer's total beside", () => {
    const order = orderOf({});
    expect(checkTotals(order)).toBeNull();
    expect(order).toMatchObject({
      externalNumber: "#1042",
      status: "awaiting_shipment",
      externalStatus: "PAID/UNFULFILLED",
      paymentStatus: "paid",
      total: { amount: "51", currency: "USD" },
      paidAt: new Date("2026-11-20T09:12:43Z"),
      notes: { buyer: null, seller: "leave at the door", flag: "red" },
      buyer: { externalId: gid("Customer", 3), name: "Ada Probe" },
      shipTo: { lines: ["12 Example St"], country: "US" },
      extra: { presentmentCurrency: "EUR", presentmentTotal: "47", tags: "vip, flag:red" },
    });
    expect(order.lines[0]).toMatchObject({
      unitPrice: { amount: "20.5" },
      discount: { amount: "1" },
      total: { amount: "40" },
    });
    const gross = orderOf({ taxesIncluded: true, totalPriceSet: bag("47.00"), originalTotalDutiesSet: null });
    expect(checkTotals(gross)).toBeNull();
    expect(
      orderOf({
        currencyCode: "JPY",
        totalPriceSet: bag("1200.0", "1200.0", "JPY"),
        lineItems: page([]),
        shippingLines: page([]),
        totalTaxSet: null,
        totalTipReceivedSet: null,
      }).total,
    ).toEqual({ amount: "1200", currency: "JPY" });
  });

  it.each([
    ["cancelled", { cancelledAt: "2026-11-21T00:00:00Z", displayFulfillmentStatus: "FULFILLED" }],
    [
      "completed",
      {
        displayFulfillmentStatus: "FULFILLED",
        closedAt: "2026-11-21T00:00:00Z",
        fulfillments: [givenParcel(1, {}, { displayStatus: "DELIVERED" })],
      },
    ],
    [
      "delivered",
      { displayFulfillmentStatus: "FULFILLED", fulfillments: [givenParcel(1, {}, { displayStatus: "DELIVERED" })] },
    ],
    ["shipped", { displayFulfillmentStatus: "FULFILLED", fulfillments: [givenParcel(1, {})] }],
    ["partially_shipped", { displayFulfillmentStatus: "PARTIALLY_FULFILLED" }],
    ["on_hold", { displayFulfillmentStatus: "ON_HOLD" }],
    ["on_hold", { displayFinancialStatus: "VOIDED" }],
    ["awaiting_payment", { displayFinancialStatus: "PENDING" }],
    ["awaiting_payment", { displayFinancialStatus: "PARTIALLY_PAID" }],
    ["awaiting_shipment", { displayFinancialStatus: "AUTHORIZED", displayFulfillmentStatus: "IN_PROGRESS" }],
    ["cancelled", { displayFulfillmentStatus: "RESTOCKED" }],
    ["unknown", { displayFulfillmentStatus: "ZZ_NEW" }],
  ])("is %s by what has left and what was paid (%#)", (status, more) => {
    const order = orderOf(more);
    expect(order.status).toBe(status);
    expect(order.warnings.map(({ code }) => code)).toEqual(status === "unknown" ? ["unknown_code"] : []);
  });

  it("tells parcels and refunds with the order, and each line's pieces apart", () => {
    const found = map(
      givenOrder({
        displayFulfillmentStatus: "PARTIALLY_FULFILLED",
        displayFinancialStatus: "PARTIALLY_REFUNDED",
        lineItems: page([
          givenLine(1, { quantity: 3, currentQuantity: 2, unfulfilledQuantity: 0 }),
          givenLine(2, { quantity: 2, currentQuantity: 1, unfulfilledQuantity: 1 }),
        ]),
        fulfillments: [
          givenParcel(9, { 1: 3 }),
          givenParcel(10, { 2: 1 }, { status: "CANCELLED", displayStatus: "CANCELED" }),
        ],
        refunds: [
          refund(1, "10.00", { 1: 1 }),
          refund(2, "8.00", { 2: 1 }, "CANCEL"),
          refund(3, "0.0", { 1: 1 }, "NO_RESTOCK"),
        ],
      }),
    );
    expect(found.orders[0]?.lines).toMatchObject([
      { shippedQuantity: 3, cancelledQuantity: 0, returnedQuantity: 1, fulfilmentStatus: "fulfilled" },
      { shippedQuantity: 0, cancelledQuantity: 1, returnedQuantity: 0, fulfilmentStatus: "unfulfilled" },
    ]);
    expect(found.shipments).toMatchObject([
      {
        externalId: gid("Fulfillment", 9),
        status: "in_transit",
        carrier: "ups",
        trackingNumber: "1Z999",
        place: gid("Location", 71),
        lines: [{ orderLineExternalId: gid("LineItem", 1), quantity: 3 }],
      },
      { status: "cancelled" },
    ]);
    expect(found.refunds).toMatchObject([
      { amount: { amount: "10" }, disputeExternalId: gid("Return", 1), status: "done", lines: [{ quantity: 1 }] },
      { amount: { amount: "8" } },
    ]);
  });

  it("takes an order of which buyer and payment are hidden", () => {
    const order = orderOf({
      email: null,
      phone: null,
      customer: null,
      shippingAddress: null,
      displayFinancialStatus: null,
    });
    expect(order).toMatchObject({ buyer: null, shipTo: null, paymentStatus: "unknown" });
    expect(order.warnings.map(({ code }) => code)).toEqual(["payment_unsaid"]);
  });

  it("reads whole answers and bare documents of a file, and refuses something else", () => {
    const bytes = (value: object) => new TextEncoder().encode(JSON.stringify(value));
    expect(MAPS.orders.parseFile(bytes({ data: { orders: page([givenOrder()]) } }), CONTEXT)).toHaveLength(1);
    expect(MAPS.orders.parseFile(bytes(givenOrder()), CONTEXT)).toHaveLength(1);
    expect(MAPS.orders.parseFile(bytes({ data: { orders: page([]) } }), CONTEXT)).toEqual([]);
    expect(() =>
      MAPS.orders.parseFile(bytes({ errors: [{ message: "x", extensions: { code: "THROTTLED" } }] }), CONTEXT),
    ).toThrow();
    expect(() => MAPS.orders.parseFile(bytes({ hello: 1 }), CONTEXT)).toThrow();
    expect(() => map({ id: gid("Order", 1), currencyCode: "USD" })).toThrow();
  });
});

it.each([
  ["PAID", "completed"],
  ["REFUNDED", "completed"],
  ["PENDING", "awaiting_payment"],
  ["VOIDED", "on_hold"],
  ["AUTHORIZED", "unknown"],
])("an order of which nothing is to be sent, and that is %s, is %s", (displayFinancialStatus, status) => {
  const order = orderOf({ displayFulfillmentStatus: "FULFILLMENT_NOT_REQUIRED", displayFinancialStatus });
  expect(order).toMatchObject({ status, warnings: [] });
});

describe("edited orders", () => {
  it("keep a line that was taken off or has no pieces, of which nothing is left to send", () => {
    const off = givenLine(14002, { quantity: 1, currentQuantity: 0, unfulfilledQuantity: 0 });
    const none = givenLine(14003, { quantity: 0, currentQuantity: 0, unfulfilledQuantity: 0, discountAllocations: [] });
    const { lines, status } = orderOf({ lineItems: page([givenLine(14001), off, none]) });
    expect(status).toBe("awaiting_shipment");
    expect(
      lines.map((line) => [line.quantity, line.cancelledQuantity, line.shippedQuantity, line.fulfilmentStatus]),
    ).toEqual([
      [2, 0, 0, "unfulfilled"],
      [1, 1, 0, "cancelled"],
      [0, 0, 0, "unfulfilled"],
    ]);
    expect(Number(lines[2]?.total.amount)).toBe(0);
  });
});
