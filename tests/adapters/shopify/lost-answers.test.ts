/** Acts whose answer was lost, or that the platform does in part, late or not at all. */
import { describe, expect, it } from "vitest";
import type { ActOutcome } from "../../../src/core/adapter.ts";
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
const lineOf = (id: number, quantity: number) => ({ orderLineExternalId: gid("LineItem", id), quantity });
const work = (id: number, place: number, lines: Record<string, number>) => ({
  id: gid("FulfillmentOrder", id),
  status: "OPEN",
  assignedLocation: { location: { id: gid("Location", place) } },
  supportedActions: [{ action: "CREATE_FULFILLMENT" }],
  lineItems: page(
    Object.entries(lines).map(([line, remainingQuantity]) => ({
      id: gid("FulfillmentOrderLineItem", `${id}${line}`),
      remainingQuantity,
      lineItem: { id: gid("LineItem", line) },
    })),
  ),
});
const workOf = (works: object[], fulfillments: object[] = []) => ({
  FulfillmentOrdersOfOrder: { order: { id: ORDER, fulfillments, fulfillmentOrders: page(works) } },
});
const SHIPPED = {
  ShipConfirm: { fulfillmentCreate: { fulfillment: { id: gid("Fulfillment", 1), status: "SUCCESS" }, userErrors: [] } },
};
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
type Finds = { findEffect(store: object, act: object, signal: AbortSignal): Promise<ActOutcome | null> };

describe("a parcel whose answer was lost", () => {
  const left = givenParcel(1, null);
  const pieces = (lines: Record<string, number>) => ({
    ParcelPieces: { nodes: [{ id: left.id, fulfillmentLineItems: givenParcel(1, lines).fulfillmentLineItems }] },
  });
  const find = (answers: Parameters<typeof byName>[0], more: object) => {
    const { adapter } = givenAdapter(byName(answers));
    const act = { idempotencyKey: "k", input: { ...parcel, ...more }, progress: null };
    return (adapter.shipments.acts.confirm as unknown as Finds).findEffect(givenStore(), act, SIGNAL);
  };

  it("was made where its lines have left under its number", async () => {
    const lines = [lineOf(5, 1)];
    expect(await find({ ...workOf([], [left]), ...pieces({ 5: 1 }) }, { lines })).toMatchObject({ outcome: "done" });
  });

  it("was not made where other lines have left under the same number", async () => {
    expect(await find({ ...workOf([], [left]), ...pieces({ 6: 1 }) }, { lines: [lineOf(5, 1)] })).toBeNull();
  });

  it("goes on with the pieces of the second location where those of the first have left", async () => {
    const lines = [lineOf(5, 1), lineOf(6, 2)];
    const answers = { ...workOf([work(2, 72, { 6: 2 })], [left]), ...pieces({ 5: 1 }) };
    const found = await find(answers, { lines });
    expect(found).toMatchObject({ outcome: "step", againMs: 0 });
    const { adapter, sent } = givenAdapter(byName({ ...answers, ...SHIPPED }));
    const progress = found?.outcome === "step" ? found.progress : "";
    expect(await perform(adapter.shipments.acts.confirm, { ...parcel, lines }, { progress })).toMatchObject({
      outcome: "done",
    });
    const calls = sent.filter(({ name }) => name === "ShipConfirm").map(({ variables }) => variables.fulfillment);
    expect(calls).toMatchObject([{ lineItemsByFulfillmentOrder: [{ fulfillmentOrderLineItems: [{ quantity: 2 }] }] }]);
  });

  it("is a person's to look at where it has no number to be told by", async () => {
    const more = { trackingNumber: null, lines: [lineOf(5, 1)] };
    expect(await find(workOf([work(1, 71, { 5: 1 })], [left]), more)).toMatchObject({ outcome: "asks" });
  });
});

describe("work on long orders", () => {
  it("is read to the last location and the last line", async () => {
    const [first, second] = [work(1, 71, { 1: 1 }), work(2, 72, { 3: 1 })];
    const { adapter, sent } = givenAdapter(
      byName({
        FulfillmentOrdersOfOrder: ({ variables }: Sent) => ({
          order: {
            id: ORDER,
            fulfillments: [],
            fulfillmentOrders:
              variables.after === null
                ? page([{ ...first, lineItems: page(first.lineItems.nodes, "l1") }], "w1")
                : page([second]),
          },
        }),
        WorkLines: { fulfillmentOrder: { lineItems: work(1, 71, { 2: 1 }).lineItems } },
        ...SHIPPED,
      }),
    );
    const lines = [lineOf(2, 1), lineOf(3, 1)];
    expect(await perform(adapter.shipments.acts.confirm, { ...parcel, lines })).toMatchObject({ outcome: "done" });
    expect(sent.filter(({ name }) => name === "ShipConfirm")).toHaveLength(2);
  });

  it("that is held is let go again, and one that is not is left as it is", async () => {
    const held = { ...work(1, 71, { 5: 1 }), supportedActions: [{ action: "RELEASE_HOLD" }] };
    const fulfillmentOrder = { id: held.id, status: "OPEN" };
    const { adapter, sent } = givenAdapter(
      byName({
        ...workOf([held, work(2, 72, { 6: 1 })]),
        ReleaseFo: { fulfillmentOrderReleaseHold: { fulfillmentOrder, userErrors: [] } },
      }),
    );
    expect(await perform(adapter.shipments.acts.release, { orderExternalId: ORDER })).toMatchObject({
      outcome: "done",
    });
    expect(sent.slice(1).map(({ variables }) => variables.id)).toEqual([held.id]);
  });
});

describe("cancelling", () => {
  const input = { orderExternalId: ORDER, reason: "customer", lines: [], restock: true };
  const lookAt = (job: object | null, progress: string, more: object = {}) => {
    const { adapter, sent } = givenAdapter(
      byName({ OrdersById: { nodes: [givenOrder({ ...more })] }, CancelJob: { job } }),
    );
    return { outcome: perform(adapter.orders.acts.cancel, input, { progress }), sent };
  };
  const ID = gid("Job", 1);

  it("goes on while the platform's job does, and ends with it", async () => {
    expect(await lookAt({ id: ID, done: false }, `asked 1 ${ID}`).outcome).toMatchObject({
      outcome: "step",
      progress: `asked 2 ${ID}`,
    });
    const over = { cancelledAt: "2026-11-22T00:00:00Z" };
    expect(await lookAt({ id: ID, done: true }, `asked 1 ${ID}`, over).outcome).toMatchObject({ outcome: "done" });
  });

  it("is refused where the job has ended and the order stands, which has left meanwhile", async () => {
    const { outcome, sent } = lookAt({ id: ID, done: true }, `asked 1 ${ID}`, {
      displayFulfillmentStatus: "FULFILLED",
    });
    expect(await outcome).toMatchObject({ outcome: "rejected", error: { category: "conflict" } });
    expect(sent.some(({ name }) => name === "OrderStop")).toBe(false);
  });

  it("looks for a job that nobody knows for twenty minutes, and no longer", async () => {
    expect(await lookAt(null, `asked 239 ${ID}`).outcome).toMatchObject({ outcome: "step" });
    expect(await lookAt(null, `asked 240 ${ID}`).outcome).toMatchObject({ outcome: "rejected" });
    expect(await lookAt(null, "asked").outcome).toMatchObject({ outcome: "step", progress: "asked 1" });
  });
});

it("a flag takes the place of another one, and leaves the seller's own tags", async () => {
  const ok = { node: { id: ORDER }, userErrors: [] };
  const { adapter, sent } = givenAdapter(
    byName({
      SellerMemo: { orderUpdate: { order: { id: ORDER, note: "x" }, userErrors: [] } },
      OrderTags: { order: { id: ORDER, tags: ["flag:red", "flag:yellow", "vip"] } },
      OrderTag: { tagsAdd: ok },
      OrderUntag: { tagsRemove: ok },
    }),
  );
  const input = { orderExternalId: ORDER, text: "x", flag: "blue" };
  expect(await perform(adapter.orders.acts.set_memo, input)).toMatchObject({ outcome: "done" });
  expect(sent.slice(2).map(({ name, variables }) => [name, variables.tags])).toEqual([
    ["OrderTag", ["flag:blue"]],
    ["OrderUntag", ["flag:red", "flag:yellow"]],
  ]);
});

it("sends no evidence, which is final, without the files that belong to it", async () => {
  const disputeEvidence = { id: gid("ShopifyPaymentsDisputeEvidence", 5), submitted: false };
  const { adapter, sent } = givenAdapter(
    byName({
      DisputeForAct: {
        nodes: [{ id: gid("ShopifyPaymentsDispute", 1), status: "NEEDS_RESPONSE", disputeEvidence }],
      },
    }),
  );
  const input = {
    disputeExternalId: gid("ShopifyPaymentsDispute", 1),
    orderExternalId: null,
    system: null,
    reason: null,
    message: "it was delivered",
    lockToken: null,
    amount: null,
    currency: null,
    files: [{ name: "proof.pdf", contentType: "application/pdf", base64: "AA==" }],
    returnAddressId: null,
  };
  expect(await perform(adapter.disputes.acts.refuse, input)).toMatchObject({
    outcome: "rejected",
    error: { category: "invalid_request" },
  });
  expect(sent).toHaveLength(1);
});
