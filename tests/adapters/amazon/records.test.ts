/** Parcels that are told to the platform, and returns. */
import { describe, expect, it } from "vitest";
import { referenceFor } from "../../../src/adapters/amazon/shipments/confirm.ts";
import { type AnyAct, isAbsent } from "../../../src/core/adapter.ts";
import type { Dispute } from "../../../src/core/model/records.ts";
import {
  byPath,
  CONTEXT,
  DE,
  errorOf,
  FR,
  givenAdapter,
  givenOrder,
  givenStore,
  inputOf,
  perform,
  queryOf,
  rawOf,
  SIGNAL,
  textOf,
} from "./stub.ts";

const ORDER = "302-1234567-7654321";
const GET = `GET /orders/2026-01-01/orders/${ORDER}`;
const CONFIRM = `POST /orders/v0/orders/${ORDER}/shipmentConfirmation`;
const LINE = "61234567890123";
const input = (more: object = {}) => ({
  orderExternalId: ORDER,
  carrier: "fedex",
  trackingNumber: "112345678",
  trackingUrl: null,
  shippedAt: "2026-02-02T10:00:00Z",
  place: null,
  lines: [],
  notifyBuyer: true,
  method: null,
  ...more,
});
const NO_CONTENT = textOf("", {}, 204);
const given = (order: object = givenOrder(), answer = NO_CONTENT) =>
  givenAdapter(byPath({ [GET]: { order }, [CONFIRM]: answer }));

describe("a parcel", () => {
  it("is told with all that is open, and a reference that a repeat has again", async () => {
    const { adapter, sent } = given();
    const first = await perform(adapter.shipments.acts.confirm, input(), { key: "act-1" });
    await perform(adapter.shipments.acts.confirm, input(), { key: "act-1" });
    const reference = referenceFor("act-1");
    expect(reference).toMatch(/^[1-9]\d{0,8}$/);
    expect(first).toEqual({
      outcome: "done",
      externalId: `${ORDER}/${reference}`,
      reread: [{ resource: "orders", externalId: ORDER }],
    });
    expect(sent[1]?.body).toEqual({
      marketplaceId: DE,
      packageDetail: {
        packageReferenceId: reference,
        carrierCode: "FedEx",
        trackingNumber: "112345678",
        shipDate: "2026-02-02T10:00:00.000Z",
        orderItems: [{ orderItemId: LINE, quantity: 2 }],
      },
    });
    expect(sent[3]?.body).toEqual(sent[1]?.body);
    expect(referenceFor("act-2")).not.toBe(reference);
  });

  it("holds the lines that are named, from a place and by a method", async () => {
    const { adapter, sent } = given();
    const lines = [{ orderLineExternalId: LINE, quantity: 1 }];
    await perform(adapter.shipments.acts.confirm, input({ lines, place: "source-1", method: "FedEx Ground" }));
    expect(sent[1]?.body).toMatchObject({
      packageDetail: {
        orderItems: [{ orderItemId: LINE, quantity: 1 }],
        shipFromSupplySourceId: "source-1",
        shippingMethod: "FedEx Ground",
      },
    });
  });

  it.each([
    ["ups", { carrierCode: "UPS" }],
    ["dhl", { carrierCode: "Other", carrierName: "DHL" }],
    ["Bote Müller", { carrierCode: "Other", carrierName: "Bote Müller" }],
    ["platform:Royal Mail", { carrierCode: "Royal Mail" }],
  ])("goes by %s", async (carrier, told) => {
    const { adapter, sent } = given();
    await perform(adapter.shipments.acts.confirm, input({ carrier }));
    expect(sent[1]?.body).toMatchObject({ packageDetail: told });
  });

  it.each([
    ["before the order", "2026-01-01T00:00:00Z", "2026-02-01T08:15:30.000Z"],
    ["in the future", "2027-01-01T00:00:00Z", "2026-11-22T12:00:00.000Z"],
    ["at no time", null, "2026-11-22T12:00:00.000Z"],
  ])("that left %s is dated between order and now", async (_, shippedAt, shipDate) => {
    const { adapter, sent } = given();
    await perform(adapter.shipments.acts.confirm, input({ shippedAt }));
    expect(sent[1]?.body).toMatchObject({ packageDetail: { shipDate } });
  });

  it.each([
    ["without a number", input({ trackingNumber: null }), givenOrder(), "invalid_request"],
    ["without a carrier", input({ carrier: null }), givenOrder(), "invalid_request"],
    [
      "of nothing that is open",
      input(),
      givenOrder({}, { fulfillment: { quantityFulfilled: 2, quantityUnfulfilled: 0 } }),
      "conflict",
    ],
    [
      "of another order's line",
      input({ lines: [{ orderLineExternalId: "9", quantity: 1 }] }),
      givenOrder(),
      "conflict",
    ],
    [
      "that the platform ships",
      input(),
      givenOrder({ fulfillment: { fulfillmentStatus: "UNSHIPPED", fulfilledBy: "AMAZON" } }),
      "conflict",
    ],
    ["of another channel", input(), givenOrder({ salesChannel: { channelName: "NON_AMAZON" } }), "conflict"],
  ])("%s is not sent", async (_, told, order, category) => {
    const { adapter, sent } = given(order);
    expect(await perform(adapter.shipments.acts.confirm, told)).toMatchObject({
      outcome: "rejected",
      error: { category },
    });
    expect(sent.filter(({ method }) => method === "POST")).toEqual([]);
  });

  it("is refused where the platform refuses it, and of an order that does not exist", async () => {
    const answer = errorOf(400, "InvalidInput", "Failed to create package, PackageToUpdateNotFound");
    expect(await perform(given(givenOrder(), answer).adapter.shipments.acts.confirm, input())).toMatchObject({
      outcome: "rejected",
      error: { category: "conflict" },
    });
    const { adapter } = givenAdapter(() => errorOf(404, "NotFound", "none"));
    expect(await perform(adapter.shipments.acts.confirm, input())).toMatchObject({
      outcome: "rejected",
      error: { category: "not_found" },
    });
  });

  it("is corrected by its own reference, with what it holds", async () => {
    const packages = [
      { packageReferenceId: "7", shipTime: "2026-02-02T11:00:00Z", packageItems: [{ orderItemId: LINE, quantity: 1 }] },
    ];
    const { adapter, sent } = given(givenOrder({ packages }));
    const correction = { ...input({ trackingNumber: "999", shippedAt: null }), shipmentExternalId: `${ORDER}/7` };
    expect(await perform(adapter.shipments.acts.correct, correction)).toMatchObject({
      outcome: "done",
      externalId: `${ORDER}/7`,
    });
    expect(sent[1]?.body).toMatchObject({
      packageDetail: {
        packageReferenceId: "7",
        trackingNumber: "999",
        shipDate: "2026-02-02T11:00:00.000Z",
        orderItems: [{ orderItemId: LINE, quantity: 1 }],
      },
    });
    for (const shipmentExternalId of [`${ORDER}/8`, "1-2-3/7"])
      expect(await perform(adapter.shipments.acts.correct, { ...correction, shipmentExternalId })).toMatchObject({
        outcome: "rejected",
      });
  });

  it("may go by the carriers whose codes are known", async () => {
    const { adapter } = givenAdapter();
    expect((await adapter.shipments.carriers?.(givenStore(), SIGNAL))?.map(({ externalCode }) => externalCode)).toEqual(
      ["UPS", "FedEx"],
    );
  });
});

describe("orders that buyers fetch, and goods that are reviewed", () => {
  it("are told where they stand", async () => {
    const { adapter, sent } = givenAdapter(
      byPath({ [GET]: { order: givenOrder() }, [`POST /orders/v0/orders/${ORDER}/shipment`]: NO_CONTENT }),
    );
    const lines = [{ orderLineExternalId: LINE, quantity: 1 }];
    expect(
      await perform(adapter.shipments.acts.pickup, { orderExternalId: ORDER, status: "PickedUp", lines }),
    ).toMatchObject({ outcome: "done" });
    expect(sent[1]?.body).toEqual({
      marketplaceId: DE,
      shipmentStatus: "PickedUp",
      orderItems: [{ orderItemId: LINE, quantity: 1 }],
    });
    const none = givenAdapter(() => errorOf(404, "NotFound", "none")).adapter;
    expect(
      await perform(none.shipments.acts.pickup, { orderExternalId: ORDER, status: "PickedUp", lines: [] }),
    ).toMatchObject({ error: { category: "not_found" } });
  });

  it("are approved, or rejected with a reason", async () => {
    const { adapter, sent } = givenAdapter(() => NO_CONTENT);
    const act = adapter.orders.acts.verify as AnyAct;
    const asked = { orderExternalId: ORDER, status: "Rejected", reviewerId: "r1", rejectionReasonId: "wrong_weight" };
    expect(await perform(act, asked)).toMatchObject({ outcome: "done" });
    expect(sent).toMatchObject([{ method: "PATCH", path: `/orders/v0/orders/${ORDER}/regulatedInfo` }]);
    expect(sent[0]?.body).toEqual({
      regulatedOrderVerificationStatus: {
        status: "Rejected",
        externalReviewerId: "r1",
        rejectionReasonId: "wrong_weight",
      },
    });
    expect(act.input.safeParse({ ...asked, rejectionReasonId: null }).success).toBe(false);
    expect(act.input.safeParse({ ...asked, status: "Approved", rejectionReasonId: null }).success).toBe(true);
  });
});

describe("acts", () => {
  it("that there are not say why", () => {
    const { adapter } = givenAdapter();
    const acts: (AnyAct | { absent: string })[] = [
      adapter.orders,
      adapter.listings,
      adapter.shipments,
      adapter.disputes,
    ].flatMap(({ acts: own }) => Object.values(own));
    const there = acts.filter((act) => !isAbsent(act));
    expect(there).toHaveLength(4);
    for (const act of acts) if (isAbsent(act)) expect(act.absent.length).toBeGreaterThan(30);
  });
});

const REPORTS = "/reports/2021-06-30";
const ROW: Record<string, string> = {
  "Order ID": ORDER,
  "Order date": "01-Feb-2026",
  "Return request date": "10-Feb-2026",
  "Return request status": "Approved",
  "Amazon RMA ID": "DRMA1",
  "Label cost": "0.00",
  "Currency code": "EUR",
  "Return carrier": "DHL",
  "Tracking ID": "TRK",
  "A-to-Z Claim": "N",
  "Merchant SKU": "SKU-RED-M",
  "Return quantity": "1",
  "Return Reason": "CR-DEFECTIVE",
  Resolution: "StandardRefund",
  "Return delivery date": "",
  "SafeT claim id": "",
  "Refunded Amount": "",
};
const { adapter: MAPS } = givenAdapter();
const disputesOf = (more: Record<string, string>): Dispute[] =>
  MAPS.disputes.toUnified({ ...rawOf({ ...ROW, ...more }, "return_row@2021-06-30"), externalId: "return:x" }, CONTEXT)
    .disputes;

describe("returns by report", () => {
  it.each([
    [{ "Return request status": "Pending" }, "return_refund", "open_awaiting_seller"],
    [{ "Return request status": "Pending", Resolution: "Exchange" }, "exchange", "open_awaiting_seller"],
    [{ "Return request status": "Pending", Resolution: "Replacement" }, "exchange", "open_awaiting_seller"],
    [{}, "return_refund", "return_in_transit"],
    [{ "Return delivery date": "20-Feb-2026" }, "return_refund", "open_awaiting_seller"],
    [{ "Return delivery date": "20-Feb-2026", "Refunded Amount": "19.99" }, "return_refund", "resolved_refunded"],
    [{ "Return request status": "Denied/Closed" }, "return_refund", "resolved_rejected"],
    [{ "Return request status": "Denied/Closed", "Refunded Amount": "19,99" }, "return_refund", "resolved_refunded"],
    [{ "Refunded Amount": "0.00" }, "return_refund", "return_in_transit"],
    [{ "Return request status": "Pondered" }, "return_refund", "unknown"],
  ])("%j is %s and %s", (more, kind, status) => {
    const [dispute, ...others] = disputesOf(more as Record<string, string>);
    expect(dispute).toMatchObject({ kind, status, system: "returns", openedAt: new Date("2026-02-10T00:00:00Z") });
    expect(dispute?.warnings).toHaveLength(status === "unknown" ? 1 : 0);
    expect(others).toEqual([]);
  });

  it("tell what comes back, and how", () => {
    expect(disputesOf({ "Refunded Amount": "19.99" })).toMatchObject([
      {
        orderExternalId: ORDER,
        externalReason: "CR-DEFECTIVE",
        amount: { amount: "19.99", currency: "EUR" },
        returnTracking: { carrier: "DHL", number: "TRK" },
        lines: [{ quantity: 1 }],
        turn: null,
      },
    ]);
  });

  it("bring claims under the guarantee, and the seller's own, as disputes of their own", () => {
    const status = (more: Record<string, string>) =>
      disputesOf(more).map((each) => [each.externalId, each.kind, each.status]);
    expect(status({ "A-to-Z Claim": "Y" })[1]).toEqual(["return:x/claim", "claim", "open_awaiting_platform"]);
    expect(status({ "A-to-Z Claim": "Y", "Refunded Amount": "5.00" })[1]).toEqual([
      "return:x/claim",
      "claim",
      "resolved_refunded",
    ]);
    const safeT = {
      "SafeT claim id": "S1",
      "SafeT claim state": "Under review",
      "SafeT claim creation time": "12-Feb-2026",
    };
    expect(status(safeT)[1]).toEqual(["return:x/safe_t", "complaint", "open_awaiting_platform"]);
    expect(disputesOf({ ...safeT, "SafeT claim reimbursement amount": "4.50" })[1]).toMatchObject({
      status: "resolved_refunded",
      amount: { amount: "4.5" },
    });
  });

  const file = [Object.keys(ROW).join("\t"), Object.values(ROW).join("\t")].join("\n");
  const report = {
    reportId: "R",
    reportType: "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE",
    createdTime: "2026-11-22T12:00:00Z",
    dataStartTime: "2026-01-01T00:00:00Z",
    dataEndTime: "2026-03-01T00:00:00Z",
    processingStatus: "DONE",
    reportDocumentId: "doc",
  };
  const answers = {
    [`POST ${REPORTS}/reports`]: { reportId: "R" },
    [`GET ${REPORTS}/reports/R`]: report,
    [`GET ${REPORTS}/reports?`]: {
      reports: [{ ...report, reportId: "old", createdTime: "2026-01-02T00:00:00Z", reportDocumentId: "x" }, report],
    },
    [`GET ${REPORTS}/documents/doc`]: { reportDocumentId: "doc", url: "https://files.example/f" },
    "GET https://files.example/f": textOf(file),
  };

  it("are ordered for a time and all marketplaces, waited for and read", async () => {
    const { adapter, sent } = givenAdapter(byPath(answers));
    const first = await adapter.disputes.list(givenStore(), inputOf("returns"), SIGNAL);
    expect(first).toMatchObject({ documents: [], waitMs: 30_000, run: "R" });
    expect(sent[0]?.body).toEqual({
      reportType: "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE",
      marketplaceIds: [DE, FR],
      dataStartTime: "2026-11-22T11:00:00.000Z",
      dataEndTime: "2026-11-22T11:57:30.000Z",
    });
    const second = await adapter.disputes.list(givenStore(), inputOf("returns", 60, { cursor: first.next }), SIGNAL);
    expect(second).toMatchObject({
      next: null,
      documents: [{ externalId: `return:${ORDER}/DRMA1/SKU-RED-M`, key: { at: "10-Feb-2026" } }],
    });
  });

  it("are read again from the newest report that holds their day", async () => {
    const { adapter } = givenAdapter(byPath(answers));
    const key = { externalId: `return:${ORDER}/DRMA1/SKU-RED-M`, key: { at: "10-Feb-2026" } };
    const { documents, missing } = await adapter.disputes.getMany(
      givenStore(),
      [key, { externalId: "return:no", key: { at: "x" } }],
      SIGNAL,
    );
    expect(documents).toMatchObject([{ externalId: key.externalId, payload: ROW }]);
    expect(missing).toEqual([{ externalId: "return:no", means: "gone" }]);
  });

  it("are read from a file that was downloaded, and other tables are refused", () => {
    expect(MAPS.disputes.parseFile(new TextEncoder().encode(file), CONTEXT)).toMatchObject([{ payload: ROW }]);
    expect(MAPS.disputes.parseFile(new TextEncoder().encode(JSON.stringify(ROW)), CONTEXT)).toMatchObject([
      { payload: ROW },
    ]);
    expect(() => MAPS.disputes.parseFile(new TextEncoder().encode("a\tb\n1\t2"), CONTEXT)).toThrow(/Order ID/);
  });
});

describe("returns of external fulfilment", () => {
  const external = (status: string, more: object = {}) => ({
    id: "E1",
    returnType: "CUSTOMER",
    returnSubType: "NORMAL",
    numberOfUnits: 2,
    status,
    fulfillmentLocationId: "L",
    creationDateTime: "2026-02-09T18:13:18Z",
    lastUpdatedDateTime: "2026-02-09T23:10:55Z",
    returnMetadata: { returnReason: "Missed", rmaId: "r" },
    returnShippingInfo: { reverseTrackingInfo: { carrierName: "UPSN", trackingId: "10024773658" } },
    marketplaceChannelDetails: {
      customerOrderId: ORDER,
      marketplaceChannel: { marketplaceName: "AMAZON_DE", channelName: "MFN" },
      merchantId: "A2",
    },
    ...more,
  });
  const one = (status: string, more: object = {}) =>
    MAPS.disputes.toUnified(rawOf(external(status, more), "external_return@2024-09-11"), CONTEXT).disputes[0];

  it.each([
    ...[
      "CREATED",
      "CARRIER_NOTIFIED_TO_PICK_UP_FROM_CUSTOMER",
      "CARRIER_OUT_FOR_PICK_UP_FROM_CUSTOMER",
      "CUSTOMER_CANCELLED_PICK_UP",
      "CUSTOMER_RESCHEDULED_PICK_UP",
      "PICKED_FROM_CUSTOMER",
      "IN_TRANSIT",
      "OUT_FOR_DELIVERY",
      "REPLANNED",
      "CUSTOMER_DROPPED_OFF",
    ].map((word) => [word, "NORMAL", "return_refund", "return_in_transit"]),
    ["DELIVERED", "NORMAL", "return_refund", "open_awaiting_seller"],
    ["PARTIALLY_PROCESSED", "NORMAL", "return_refund", "open_awaiting_seller"],
    ["PROCESSED", "NORMAL", "return_refund", "resolved_refunded"],
    ["PROCESSED", "REPLACEMENT", "exchange", "resolved_replaced"],
    ["PROCESSED", "EXCHANGE", "exchange", "resolved_replaced"],
    ["REJECTED", "NORMAL", "return_refund", "resolved_rejected"],
    ["CANCELLED", "NORMAL", "return_refund", "withdrawn"],
    ["BEAMED", "NORMAL", "return_refund", "unknown"],
  ])("%s/%s is %s and %s", (word, returnSubType, kind, status) => {
    expect(one(word, { returnSubType })).toMatchObject({
      externalId: "external:E1",
      orderExternalId: ORDER,
      kind,
      status,
    });
  });

  it("are read where the seller takes part", async () => {
    const script = byPath({
      "GET /externalFulfillment/2024-09-11/returns?": { returns: [external("CREATED")], nextToken: "n" },
      "GET /externalFulfillment/2024-09-11/returns/E1": external("CREATED"),
    });
    const { adapter, sent } = givenAdapter(script);
    expect(await adapter.disputes.list(givenStore(), inputOf("external"), SIGNAL)).toMatchObject({
      documents: [],
      next: null,
    });
    const store = givenStore({ settings: { region: "eu", external_returns: true } });
    const page = await adapter.disputes.list(store, inputOf("external"), SIGNAL);
    expect(page.documents.map(({ externalId }) => externalId)).toEqual(["external:E1"]);
    await adapter.disputes.list(store, inputOf("external", 60, { cursor: page.next }), SIGNAL);
    expect(queryOf(sent[1])).toMatchObject({ nextToken: "n", maxResults: "100" });
    expect((await adapter.disputes.getMany(store, [{ externalId: "external:E1" }], SIGNAL)).documents).toHaveLength(1);
  });
});
