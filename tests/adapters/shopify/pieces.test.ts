/** What became of each line's pieces, where documents are long, cut, or in an order between two states. */
import { describe, expect, it } from "vitest";
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
} from "./stub.ts";

const { adapter: MAPS } = givenAdapter();
const ORDER = gid("Order", 5551);
const orderOf = (payload: object) => {
  const [order] = MAPS.orders.toUnified(rawOf(payload), CONTEXT).orders;
  if (!order) throw new Error("no order");
  return order;
};
const piecesOf = (more: Record<string, unknown>) =>
  orderOf(givenOrder(more)).lines.map((line) => [
    line.shippedQuantity,
    line.cancelledQuantity,
    line.returnedQuantity,
    line.fulfilmentStatus,
  ]);

/** So many lines of one piece each, all of which have left in one parcel. */
const MANY = 260;
const lines = Array.from({ length: MANY }, (_, index) =>
  givenLine(index + 1, { quantity: 1, currentQuantity: 1, unfulfilledQuantity: 0 }),
);
const rows = lines.map(({ id }, index) => ({ id: gid("FulfillmentLineItem", index), quantity: 1, lineItem: { id } }));
/** A page of rows as the platform cuts them; a cursor is the place of the row behind it. */
const cutAt = (all: readonly object[], most: number, after: unknown = null) => {
  const from = after === null ? 0 : Number(after);
  return page(all.slice(from, from + most), from + most < all.length ? String(from + most) : null);
};

describe("long orders", () => {
  it("are read to the last line, and to the last row of what was in a parcel or a refund", async () => {
    const { fulfillmentLineItems, ...parcel } = givenParcel(9, {});
    const given = {
      id: gid("Refund", 1),
      createdAt: "2026-11-21T09:00:00Z",
      totalRefundedSet: bag("1.00"),
      transactions: page([{ id: "t", status: "SUCCESS" }]),
    };
    const back = rows.map((row) => ({ ...row, restockType: "RETURN", subtotalSet: bag("1.00") }));
    const { adapter, sent } = givenAdapter(
      byName({
        OrdersById: {
          nodes: [
            givenOrder({
              displayFulfillmentStatus: "FULFILLED",
              lineItems: cutAt(lines, 10),
              fulfillments: [{ ...parcel, fulfillmentLineItems: cutAt(rows, 10) }],
              refunds: [{ id: given.id }],
            }),
          ],
        },
        OrderLines: ({ variables }: Sent) => ({ order: { lineItems: cutAt(lines, 50, variables.after) } }),
        OrderParts: { order: { fulfillments: [parcel], transactions: [], refunds: [given] } },
        OrderPieces: {
          nodes: [
            { id: parcel.id, fulfillmentLineItems: cutAt(rows, 100) },
            { id: given.id, refundLineItems: cutAt(back, 100) },
          ],
        },
        MorePieces: ({ variables }: Sent) => ({
          node: String(variables.id).includes("Refund")
            ? { refundLineItems: cutAt(back, 100, variables.after) }
            : { fulfillmentLineItems: cutAt(rows, 100, variables.after) },
        }),
      }),
    );
    const { documents } = await adapter.orders.getMany(givenStore(), [{ externalId: ORDER }], SIGNAL);
    const order = orderOf(documents[0]?.payload as object);
    expect(order.lines).toHaveLength(MANY);
    expect(new Set(order.lines.map((line) => `${line.shippedQuantity}/${line.returnedQuantity}`))).toEqual(
      new Set(["1/1"]),
    );
    expect(order.warnings).toEqual([]);
    expect(sent.filter(({ name }) => name === "MorePieces").map(({ variables }) => variables.after)).toEqual([
      "100",
      "200",
      "100",
      "200",
    ]);
  });

  it("are not taken for cancelled where a file cuts what was in their parcel", () => {
    const cut = { fulfillments: [givenParcel(9, {}, { fulfillmentLineItems: cutAt(rows, 10) })] };
    const order = orderOf(givenOrder({ displayFulfillmentStatus: "FULFILLED", lineItems: page(lines), ...cut }));
    expect(order.lines.reduce((sum, line) => sum + line.cancelledQuantity, 0)).toBe(0);
    expect(order.warnings.map(({ code }) => code)).toEqual(["pieces_cut"]);
  });

  it("that vanish while they are read are gone, and no order without parcels", async () => {
    const refunds = [{ id: gid("Refund", 1) }];
    for (const [lineItems, answers] of [
      [page([givenLine(1)]), { OrderParts: { order: null } }],
      [page([givenLine(1)], "l1"), { OrderLines: { order: null } }],
    ] as const) {
      const { adapter } = givenAdapter(
        byName({ OrdersById: { nodes: [givenOrder({ lineItems, refunds })] }, ...answers }),
      );
      const found = await adapter.orders.getMany(givenStore(), [{ externalId: ORDER }], SIGNAL);
      expect(found).toEqual({ documents: [], missing: [{ externalId: ORDER, means: "gone" }] });
    }
  });

  it("tell all that was in each parcel in the list of parcels too", async () => {
    const parcel = givenParcel(9, {});
    const { adapter } = givenAdapter(
      byName({
        ParcelsById: {
          nodes: [{ id: ORDER, fulfillments: [{ ...parcel, fulfillmentLineItems: cutAt(rows, 15) }] }],
        },
        MorePieces: ({ variables }: Sent) => ({ node: { fulfillmentLineItems: cutAt(rows, 100, variables.after) } }),
      }),
    );
    const { documents } = await adapter.shipments.getMany(givenStore(), [{ externalId: ORDER }], SIGNAL);
    const found = documents.flatMap((raw) => adapter.shipments.toUnified(raw, CONTEXT).shipments);
    expect(found[0]?.lines).toHaveLength(MANY);
  });
});

describe("pieces", () => {
  const line = (more: Record<string, unknown>) => ({ lineItems: page([givenLine(5, more)]) });

  it("of a parcel that is being prepared have neither left nor been taken off", () => {
    const parcel = givenParcel(9, { 5: 2 }, { status: "PENDING", displayStatus: "SUBMITTED" });
    expect(piecesOf({ fulfillments: [parcel], ...line({ unfulfilledQuantity: 0 }) })).toEqual([
      [0, 0, 0, "unfulfilled"],
    ]);
  });

  it("that were taken off are not to be sent, though they still count as not sent", () => {
    expect(piecesOf(line({ quantity: 3, currentQuantity: 2, unfulfilledQuantity: 3 }))).toEqual([
      [0, 1, 0, "unfulfilled"],
    ]);
    expect(piecesOf(line({ quantity: 2, currentQuantity: 0, unfulfilledQuantity: 2 }))).toEqual([
      [0, 2, 0, "cancelled"],
    ]);
  });

  it("that came back, or were paid back and kept, were not taken off", () => {
    const sent = { fulfillments: [givenParcel(9, { 5: 2 })], displayFulfillmentStatus: "PARTIALLY_FULFILLED" };
    const refund = (restockType: string) => ({
      id: gid("Refund", 1),
      createdAt: "2026-11-21T09:00:00Z",
      totalRefundedSet: bag("1.00"),
      transactions: page([]),
      refundLineItems: page([{ quantity: 2, restockType, lineItem: { id: gid("LineItem", 5) } }]),
    });
    const of = (restockType: string) =>
      piecesOf({
        ...sent,
        refunds: [refund(restockType)],
        ...line({ quantity: 3, currentQuantity: 1, unfulfilledQuantity: 1 }),
      });
    expect(of("RETURN")).toEqual([[2, 0, 2, "partially_fulfilled"]]);
    expect(of("NO_RESTOCK")).toEqual([[2, 0, 0, "partially_fulfilled"]]);
  });
});

it("names an order of a run that tells as many payments as it was asked for", async () => {
  const [sale] = givenOrder().transactions as object[];
  const { lineItems: _lines, shippingLines: _shipping, ...head } = givenOrder();
  const line = `${JSON.stringify({ ...head, transactions: Array.from({ length: 20 }, () => sale) })}\n`;
  const { adapter } = givenAdapter(
    byName({
      BulkPoll: {
        bulkOperation: {
          id: "r",
          status: "COMPLETED",
          rootObjectCount: "1",
          objectCount: "1",
          url: "https://f.example/r",
        },
      },
      "": { status: 200, text: line },
    }),
  );
  const cursor = JSON.stringify({ run: gid("BulkOperation", 1), from: 0 });
  const read = await adapter.orders.list(givenStore(), inputOf("changed", 30 * 1440, { cursor }), SIGNAL);
  expect([read.documents.length, read.references.length]).toEqual([0, 1]);
});
