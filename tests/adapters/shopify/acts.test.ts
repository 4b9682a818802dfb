/** Acts on orders, listings, parcels and returns. */
import { describe, expect, it } from "vitest";
import { keyMark } from "../../../src/core/key-mark.ts";
import {
  byName,
  gid,
  givenAdapter,
  givenOrder,
  givenParcel,
  givenStore,
  page,
  perform,
  type Sent,
  SIGNAL,
} from "./stub.ts";

const ORDER = gid("Order", 5551);
const orders = (more: Record<string, unknown> = {}) => ({
  OrdersById: { nodes: [givenOrder(more)] },
  OrderParts: ({ variables }: Sent) => ({ order: { ...givenOrder(more), id: variables.id } }),
  OrderPieces: { nodes: [] },
});
const NONE = { OrdersById: { nodes: [null] } };

describe("orders", () => {
  it("writes the note, and adds a flag as a tag", async () => {
    const ok = { order: { id: ORDER, note: "x" }, userErrors: [] };
    const { adapter, sent } = givenAdapter(
      byName({
        SellerMemo: { orderUpdate: ok },
        OrderTags: { order: { id: ORDER, tags: ["vip"] } },
        OrderTag: { tagsAdd: { node: { id: ORDER }, userErrors: [] } },
      }),
    );
    const outcome = await perform(adapter.orders.acts.set_memo, { orderExternalId: ORDER, text: "x", flag: "red" });
    expect(outcome).toMatchObject({ outcome: "done", reread: [{ resource: "orders", externalId: ORDER }] });
    expect(sent.map(({ variables }) => variables)).toEqual([
      { input: { id: ORDER, note: "x" } },
      { id: ORDER },
      { id: ORDER, tags: ["flag:red"] },
    ]);
    const lost = givenAdapter(
      byName({
        SellerMemo: { orderUpdate: { order: null, userErrors: [{ field: ["id"], message: "Order does not exist" }] } },
      }),
    );
    const refused = await perform(lost.adapter.orders.acts.set_memo, { orderExternalId: ORDER, text: "x", flag: null });
    expect(refused).toMatchObject({ outcome: "rejected", error: { category: "not_found" } });
  });

  const cancel = { orderExternalId: ORDER, reason: "inventory", lines: [], restock: true };
  it("asks once for the end of an order, and looks until it has come", async () => {
    const asked = { orderCancel: { job: { id: gid("Job", 1), done: false }, orderCancelUserErrors: [] } };
    const { adapter, sent } = givenAdapter(byName({ ...orders(), OrderStop: asked }));
    const first = await perform(adapter.orders.acts.cancel, cancel);
    expect(first).toMatchObject({ outcome: "step", progress: `asked 1 ${gid("Job", 1)}` });
    expect(sent.at(-1)?.variables).toEqual({
      id: ORDER,
      reason: "INVENTORY",
      restock: true,
      rm: { originalPaymentMethodsRefund: true },
      note: null,
    });
    expect(await perform(adapter.orders.acts.cancel, cancel, { progress: "asked" })).toMatchObject({ outcome: "step" });
    expect(sent.filter(({ name }) => name === "OrderStop")).toHaveLength(1);
    const over = givenAdapter(byName(orders({ cancelledAt: "2026-11-22T00:00:00Z" })));
    expect(await perform(over.adapter.orders.acts.cancel, cancel, { progress: "asked" })).toMatchObject({
      outcome: "done",
    });
    const part = { ...cancel, lines: [{ orderLineExternalId: gid("LineItem", 14001), quantity: 1 }] };
    expect(await perform(adapter.orders.acts.cancel, part)).toMatchObject({ outcome: "rejected" });
    const no = { orderCancel: { job: null, orderCancelUserErrors: [{ code: "INVALID", field: null, message: "no" }] } };
    const refused = givenAdapter(byName({ ...orders(), OrderStop: no }));
    expect(await perform(refused.adapter.orders.acts.cancel, cancel)).toMatchObject({ outcome: "rejected" });
  });

  it("looks for a minute for an end whose answer was lost, before it asks once more", async () => {
    const asked = { orderCancel: { job: { id: gid("Job", 1), done: false }, orderCancelUserErrors: [] } };
    const { adapter, sent } = givenAdapter(byName({ ...orders(), OrderStop: asked }));
    const act = adapter.orders.acts.cancel as { findEffect(...args: unknown[]): Promise<{ progress: string } | null> };
    const lost = await act.findEffect(givenStore(), { idempotencyKey: "k", input: cancel, progress: null }, SIGNAL);
    let progress = lost?.progress ?? "";
    for (let looks = 1; looks < 12; looks += 1) {
      const outcome = await perform(adapter.orders.acts.cancel, cancel, { progress });
      progress = outcome.outcome === "step" ? outcome.progress : "";
    }
    expect(sent.filter(({ name }) => name === "OrderStop")).toEqual([]);
    expect(await perform(adapter.orders.acts.cancel, cancel, { progress })).toMatchObject({
      progress: `asked 1 ${gid("Job", 1)}`,
    });
    expect(sent.filter(({ name }) => name === "OrderStop")).toHaveLength(1);
  });

  const refund = {
    orderExternalId: ORDER,
    amount: "10.00",
    currency: "EUR",
    reason: "scratched",
    lines: [],
    restock: false,
    payBack: true,
  };
  const given = { refundCreate: { refund: { id: gid("Refund", 1) }, order: { id: ORDER }, userErrors: [] } };
  it("gives money back by the payment that has as much left, in the buyer's currency, once for a key", async () => {
    const { adapter, sent } = givenAdapter(byName({ ...orders(), RefundIssue: given }));
    const lines = [{ orderLineExternalId: gid("LineItem", 14001), quantity: 1, amount: null }];
    const store = givenStore({ settings: { location: gid("Location", 71) } });
    expect(await perform(adapter.orders.acts.refund, { ...refund, lines, restock: true }, { store })).toMatchObject({
      outcome: "done",
    });
    expect(sent.at(-1)?.variables.input).toEqual({
      orderId: ORDER,
      note: `scratched ${keyMark("key")}`,
      notify: false,
      currency: "EUR",
      // It has not left: it is taken off the order.
      refundLineItems: [
        { lineItemId: gid("LineItem", 14001), quantity: 1, restockType: "CANCEL", locationId: gid("Location", 71) },
      ],
      transactions: [
        {
          orderId: ORDER,
          parentId: gid("OrderTransaction", 66),
          kind: "REFUND",
          gateway: "shopify_payments",
          amount: "10",
        },
      ],
    });
    await perform(adapter.orders.acts.refund, { ...refund, payBack: false });
    expect(sent.at(-1)?.variables.input).toMatchObject({ transactions: [] });
    const made = givenAdapter(byName(orders({ refunds: [{ id: gid("Refund", 8), note: `x ${keyMark("key")}` }] })));
    expect(await perform(made.adapter.orders.acts.refund, refund)).toMatchObject({
      outcome: "done",
      externalId: gid("Refund", 8),
    });
  });

  it.each([
    ["in another currency", { currency: "USD" }, {}],
    ["of more than was paid", { amount: "47.01" }, {}],
    ["of nothing", { amount: "0" }, {}],
    ["of what was given back already", { amount: "47.00" }, { given: true }],
  ])(
    "refuses a refund %s before anything is sent",
    async (_, input, { given: isGiven = false }: { given?: boolean }) => {
      const [sale] = givenOrder().transactions as Record<string, unknown>[];
      const back = { ...sale, id: gid("OrderTransaction", 67), kind: "REFUND", parentTransaction: { id: sale?.id } };
      const { adapter } = givenAdapter(byName(orders(isGiven ? { transactions: [sale, back] } : {})));
      expect(await perform(adapter.orders.acts.refund, { ...refund, ...input })).toMatchObject({ outcome: "rejected" });
    },
  );

  it("refuses what does not exist", async () => {
    const { adapter } = givenAdapter(byName(NONE));
    for (const [act, input] of [
      ["cancel", cancel],
      ["refund", refund],
    ] as const)
      expect(await perform(adapter.orders.acts[act], input)).toMatchObject({
        outcome: "rejected",
        error: { category: "not_found" },
      });
  });
});

const work = (id: number, place: number, lines: Record<string, number>, more: Record<string, unknown> = {}) => ({
  id: gid("FulfillmentOrder", id),
  status: "OPEN",
  assignedLocation: { location: { id: gid("Location", place) } },
  supportedActions: [{ action: "CREATE_FULFILLMENT" }, { action: "HOLD" }],
  lineItems: {
    nodes: Object.entries(lines).map(([line, remainingQuantity]) => ({
      id: gid("FulfillmentOrderLineItem", `${id}${line}`),
      remainingQuantity,
      lineItem: { id: gid("LineItem", line) },
    })),
  },
  ...more,
});
const workOf = (works: object[], fulfillments: object[] = []) => ({
  FulfillmentOrdersOfOrder: { order: { id: ORDER, fulfillments, fulfillmentOrders: page(works) } },
});
const parcel = {
  orderExternalId: ORDER,
  carrier: "ups",
  trackingNumber: "1Z999",
  trackingUrl: null,
  shippedAt: null,
  place: null,
  lines: [] as object[],
  notifyBuyer: true,
  method: null,
};
const SHIPPED = {
  ShipConfirm: { fulfillmentCreate: { fulfillment: { id: gid("Fulfillment", 1), status: "SUCCESS" }, userErrors: [] } },
};

describe("parcels", () => {
  it("sends what is open of each location by a call of its own", async () => {
    const { adapter, sent } = givenAdapter(
      byName({
        ...workOf([work(1, 71, { 5: 2 }), work(2, 72, { 6: 1 }), work(3, 71, { 7: 1 }, { status: "ON_HOLD" })]),
        ...SHIPPED,
      }),
    );
    expect(await perform(adapter.shipments.acts.confirm, parcel)).toMatchObject({ outcome: "done" });
    expect(sent.slice(1).map(({ variables }) => variables.fulfillment)).toEqual(
      [1, 2].map((id) => ({
        notifyCustomer: true,
        lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: gid("FulfillmentOrder", id) }],
        trackingInfo: { company: "UPS", number: "1Z999" },
      })),
    );
  });

  it("sends some pieces of some lines, from where they are to be packed", async () => {
    const { adapter, sent } = givenAdapter(
      byName({ ...workOf([work(1, 71, { 5: 1 }), work(2, 71, { 5: 2 })]), ...SHIPPED }),
    );
    const lines = (quantity: number) => [{ orderLineExternalId: gid("LineItem", 5), quantity }];
    await perform(adapter.shipments.acts.confirm, { ...parcel, carrier: "platform:Evri", lines: lines(2) });
    expect(sent.at(-1)?.variables.fulfillment).toMatchObject({
      lineItemsByFulfillmentOrder: [
        { fulfillmentOrderLineItems: [{ id: gid("FulfillmentOrderLineItem", 15), quantity: 1 }] },
        { fulfillmentOrderLineItems: [{ id: gid("FulfillmentOrderLineItem", 25), quantity: 1 }] },
      ],
      trackingInfo: { company: "Evri" },
    });
    const tooMany = await perform(adapter.shipments.acts.confirm, { ...parcel, lines: lines(4) });
    expect(tooMany).toMatchObject({ outcome: "rejected", error: { category: "conflict" } });
    const elsewhere = await perform(adapter.shipments.acts.confirm, { ...parcel, place: gid("Location", 9) });
    expect(elsewhere).toMatchObject({ outcome: "rejected" });
  });

  it("finds by its number a parcel whose answer was lost, and leaves a whole order that has left as it is", async () => {
    const sentParcel = givenParcel(1, null);
    const { adapter, sent } = givenAdapter(byName(workOf([], [sentParcel])));
    const act = { idempotencyKey: "k", input: parcel, progress: null };
    const confirm = adapter.shipments.acts.confirm as { findEffect(...args: unknown[]): Promise<unknown> };
    expect(await confirm.findEffect(givenStore(), act, SIGNAL)).toMatchObject({ outcome: "done" });
    expect(await perform(adapter.shipments.acts.confirm, parcel)).toMatchObject({ outcome: "done" });
    const other = { ...act, input: { ...parcel, trackingNumber: "2" } };
    expect(await confirm.findEffect(givenStore(), other, SIGNAL)).toBeNull();
    expect(new Set(sent.map(({ name }) => name))).toEqual(new Set(["FulfillmentOrdersOfOrder"]));
  });

  it("corrects, takes back, tells events and holds", async () => {
    const fulfillment = { id: gid("Fulfillment", 1), status: "SUCCESS" };
    const { adapter, sent } = givenAdapter(
      byName({
        ...workOf([work(1, 71, { 5: 1 })], [givenParcel(1, null)]),
        TrackingUpdate: { fulfillmentTrackingInfoUpdate: { fulfillment, userErrors: [] } },
        FulfillmentUndo: { fulfillmentCancel: { fulfillment, userErrors: [] } },
        TrackingEvent: {
          fulfillmentEventCreate: { fulfillmentEvent: { id: gid("FulfillmentEvent", 1) }, userErrors: [] },
        },
        HoldFo: {
          fulfillmentOrderHold: {
            fulfillmentOrder: { id: gid("FulfillmentOrder", 1), status: "ON_HOLD" },
            userErrors: [],
          },
        },
      }),
    );
    const of = { orderExternalId: ORDER, shipmentExternalId: gid("Fulfillment", 1) };
    const acts = adapter.shipments.acts;
    const event = { ...of, status: "IN_TRANSIT", happenedAt: "2026-11-20T00:00:00Z", message: null };
    for (const [act, input] of [
      ["correct", { ...parcel, ...of }],
      ["cancel", of],
      ["add_event", event],
      ["hold", { orderExternalId: ORDER, reason: "INCORRECT_ADDRESS", notes: "ask" }],
    ] as const)
      expect(await perform(acts[act], input), act).toMatchObject({ outcome: "done" });
    expect(sent.map(({ name }) => name)).toEqual([
      "TrackingUpdate",
      "FulfillmentOrdersOfOrder",
      "FulfillmentUndo",
      "TrackingEvent",
      "FulfillmentOrdersOfOrder",
      "HoldFo",
    ]);
    const gone = givenAdapter(
      byName({ TrackingUpdate: { fulfillmentTrackingInfoUpdate: { fulfillment: null, userErrors: [] } } }),
    );
    expect(await perform(gone.adapter.shipments.acts.correct, { ...parcel, ...of })).toMatchObject({
      outcome: "rejected",
    });
  });
});

const answer = {
  disputeExternalId: gid("Return", 1),
  orderExternalId: null,
  system: null,
  reason: null,
  message: null,
  lockToken: null,
  amount: null,
  currency: null,
  files: [],
  returnAddressId: null,
};
const returned = (status: string) => ({
  ReturnForAct: {
    nodes: [
      {
        id: gid("Return", 1),
        status,
        order: { id: ORDER },
        returnLineItems: page([{ id: gid("ReturnLineItem", 1), quantity: 3, processedQuantity: 1 }]),
      },
    ],
  },
});
const okOf = (field: string) => ({ [field]: { return: { id: gid("Return", 1), status: "OPEN" }, userErrors: [] } });

describe("returns and chargebacks", () => {
  it("grants, declines and receives, each in the state for it", async () => {
    const all = {
      ReturnApprove: okOf("returnApproveRequest"),
      ReturnDecline: okOf("returnDeclineRequest"),
      ReturnSettle: okOf("returnProcess"),
    };
    const of = (status: string) => givenAdapter(byName({ ...returned(status), ...all }));
    const asked = of("REQUESTED");
    expect(await perform(asked.adapter.disputes.acts.accept, answer)).toMatchObject({ outcome: "done" });
    await perform(asked.adapter.disputes.acts.refuse, { ...answer, reason: "final_sale", message: "no" });
    expect(asked.sent.at(-1)?.variables.input).toMatchObject({ declineReason: "FINAL_SALE", declineNote: "no" });
    expect(await perform(asked.adapter.disputes.acts.receive_return, answer)).toMatchObject({ outcome: "rejected" });
    const open = of("OPEN");
    await perform(open.adapter.disputes.acts.receive_return, answer);
    expect(open.sent.at(-1)?.variables.input).toMatchObject({
      returnLineItems: [{ id: gid("ReturnLineItem", 1), quantity: 2 }],
    });
    expect(await perform(open.adapter.disputes.acts.refuse, answer)).toMatchObject({
      outcome: "rejected",
      error: { category: "conflict" },
    });
    const closed = of("CLOSED");
    expect(await perform(closed.adapter.disputes.acts.receive_return, answer)).toMatchObject({ outcome: "done" });
    expect(await perform(closed.adapter.disputes.acts.accept, answer)).toMatchObject({ outcome: "rejected" });
  });

  it("gives the named amount of a granted return back", async () => {
    const made = { refundCreate: { refund: { id: gid("Refund", 1) }, order: { id: ORDER }, userErrors: [] } };
    const { adapter, sent } = givenAdapter(byName({ ...returned("OPEN"), ...orders(), RefundIssue: made }));
    const outcome = await perform(adapter.disputes.acts.accept, { ...answer, amount: "5", currency: "EUR" });
    expect(outcome).toMatchObject({ outcome: "done", reread: [{ resource: "orders" }, { resource: "disputes" }] });
    expect(sent.at(-1)?.variables.input).toMatchObject({ transactions: [{ amount: "5" }] });
  });

  it("answers a chargeback once, with words", async () => {
    const dispute = (status: string, submitted: boolean) => ({
      DisputeForAct: {
        nodes: [
          {
            id: gid("ShopifyPaymentsDispute", 1),
            status,
            disputeEvidence: { id: gid("ShopifyPaymentsDisputeEvidence", 5), submitted },
          },
        ],
      },
      DisputeDefend: {
        disputeEvidenceUpdate: {
          disputeEvidence: { id: gid("ShopifyPaymentsDisputeEvidence", 5), submitted: true },
          userErrors: [],
        },
      },
    });
    const input = { ...answer, disputeExternalId: gid("ShopifyPaymentsDispute", 1), message: "it was delivered" };
    const open = givenAdapter(byName(dispute("NEEDS_RESPONSE", false)));
    expect(await perform(open.adapter.disputes.acts.refuse, { ...input, message: null })).toMatchObject({
      outcome: "rejected",
    });
    expect(await perform(open.adapter.disputes.acts.refuse, input)).toMatchObject({ outcome: "done" });
    expect(open.sent.at(-1)?.variables).toEqual({
      id: gid("ShopifyPaymentsDisputeEvidence", 5),
      input: { uncategorizedText: "it was delivered", submitEvidence: true },
    });
    const sent = givenAdapter(byName(dispute("UNDER_REVIEW", true)));
    expect(await perform(sent.adapter.disputes.acts.refuse, input)).toMatchObject({ outcome: "done" });
    expect(sent.sent).toHaveLength(1);
    expect(await perform(sent.adapter.disputes.acts.accept, input)).toMatchObject({ outcome: "rejected" });
  });
});

it("puts a product on and off the shelf", async () => {
  const { adapter, sent } = givenAdapter(
    byName({
      ListingStatus: { productUpdate: { product: { id: gid("Product", 1), status: "DRAFT" }, userErrors: [] } },
    }),
  );
  const input = { listingExternalId: gid("Product", 1), variantExternalId: null, reason: null };
  for (const act of ["activate", "deactivate"] as const)
    expect(await perform(adapter.listings.acts[act], input)).toMatchObject({ outcome: "done" });
  expect(sent.map(({ variables }) => variables.p)).toEqual(
    ["ACTIVE", "DRAFT"].map((status) => ({ id: gid("Product", 1), status })),
  );
});
