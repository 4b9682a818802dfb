/** Orders: windows and pages, and what an order document becomes. */
import { describe, expect, it } from "vitest";
import { checkTotals } from "../../../src/core/ingest/totals.ts";
import type { Unified } from "../../../src/core/model/records.ts";
import {
  byPath,
  CONTEXT,
  DE,
  errorOf,
  eur,
  FR,
  givenAdapter,
  givenOrder,
  givenStore,
  inputOf,
  NOW,
  queryOf,
  rawOf,
  SIGNAL,
} from "./stub.ts";

const LIST = "GET /orders/2026-01-01/orders";
const { adapter: MAPS } = givenAdapter();
const map = (order: object): Unified => MAPS.orders.toUnified(rawOf(order), CONTEXT);
const orderOf = (more: Record<string, unknown> = {}, line: Record<string, unknown> = {}) => {
  const [order] = map(givenOrder(more, line)).orders;
  if (!order) throw new Error("no order");
  return order;
};
const fulfilment = (fulfillmentStatus: string, more = {}) => ({
  fulfillment: { fulfillmentStatus, fulfilledBy: "MERCHANT", ...more },
});
const parcel = (status: string, detailedStatus?: string, reference = "1") => ({
  packageReferenceId: reference,
  carrier: "DPD",
  trackingNumber: "155",
  shipTime: "2026-02-02T10:00:00Z",
  packageStatus: { status, ...(detailedStatus ? { detailedStatus } : {}) },
  packageItems: [{ orderItemId: "61234567890123", quantity: 2 }],
});

describe("windows and pages", () => {
  it("asks for all marketplaces in one list, and names its filters with each token", async () => {
    const { adapter, sent } = givenAdapter(({ path }) => ({
      orders: [givenOrder()],
      ...(path.includes("paginationToken") ? {} : { pagination: { nextToken: "eyJwIjoyfQ" } }),
    }));
    const first = await adapter.orders.list(givenStore(), inputOf("changed"), SIGNAL);
    expect(queryOf(sent[0])).toEqual({
      lastUpdatedAfter: "2026-11-22T11:00:00.000Z",
      lastUpdatedBefore: "2026-11-22T11:57:30.000Z",
      marketplaceIds: `${DE},${FR}`,
      maxResultsPerPage: "100",
      includedData: "BUYER,RECIPIENT,FULFILLMENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,PACKAGES,TAX,PAYMENT",
    });
    expect(first.documents).toMatchObject([
      {
        externalId: "302-1234567-7654321",
        sourceUpdatedAt: new Date("2026-02-01T09:02:11Z"),
        form: "order@2026-01-01",
      },
    ]);
    const second = await adapter.orders.list(givenStore(), inputOf("changed", 60, { cursor: first.next }), SIGNAL);
    expect(queryOf(sent[1])).toEqual({ ...queryOf(sent[0]), paginationToken: "eyJwIjoyfQ" });
    expect(second.next).toBeNull();
  });

  it("never asks for the last two minutes, and keeps a window's end from page to page", async () => {
    const { adapter, sent, clock } = givenAdapter(() => ({ orders: [], pagination: { nextToken: "t" } }));
    const young = inputOf("changed", 60, { until: new Date("2026-11-22T12:00:00Z") });
    const first = await adapter.orders.list(givenStore(), young, SIGNAL);
    clock.advance(600_000);
    await adapter.orders.list(givenStore(), { ...young, cursor: first.next }, SIGNAL);
    expect(sent.map((call) => queryOf(call).lastUpdatedBefore)).toEqual([
      "2026-11-22T11:58:00.000Z",
      "2026-11-22T11:58:00.000Z",
    ]);
    const nothing = await adapter.orders.list(givenStore(), inputOf("changed", 1), SIGNAL);
    expect(nothing).toMatchObject({ documents: [], next: null });
    expect(sent).toHaveLength(2);
  });

  it("cuts a window in two before its token lapses", async () => {
    const { adapter } = givenAdapter(() => ({ orders: [givenOrder()], pagination: { nextToken: "t" } }));
    const cursor = JSON.stringify({ token: "t", pages: 149, until: "2026-11-22T11:57:30.000Z" });
    expect(await adapter.orders.list(givenStore(), inputOf("changed", 60, { cursor }), SIGNAL)).toMatchObject({
      tooMany: true,
    });
  });

  it("begins a window again whose token has lapsed, or whose cursor is none", async () => {
    const { adapter } = givenAdapter(() => errorOf(400, "InvalidInput", "Invalid Input"));
    await expect(adapter.orders.list(givenStore(), inputOf("changed"), SIGNAL)).rejects.toMatchObject({
      category: "invalid_request",
    });
    const bad = inputOf("changed", 60, { cursor: '{"page":1}' });
    await expect(adapter.orders.list(givenStore(), bad, SIGNAL)).rejects.toMatchObject({ category: "invalid_request" });
  });

  it("asks by creation for the audit, and for no person where the app has no role for it", async () => {
    const { adapter, sent } = givenAdapter(() => ({ orders: [] }));
    const store = givenStore({ settings: { region: "eu", personal_data: false, marketplaces: [FR] } });
    await adapter.orders.list(store, inputOf("created"), SIGNAL);
    const query = queryOf(sent[0]);
    expect(query).toMatchObject({ createdAfter: "2026-11-22T11:00:00.000Z", marketplaceIds: FR });
    expect(query.includedData).not.toMatch(/BUYER|RECIPIENT/);
    expect(query).not.toHaveProperty("lastUpdatedAfter");
  });

  it("reads single orders, and tells those that do not exist", async () => {
    const { adapter } = givenAdapter(
      byPath({
        [`${LIST}/302-1234567-7654321`]: { order: givenOrder() },
        [`${LIST}/1-2-3`]: errorOf(404, "NotFound", "no such order"),
      }),
    );
    const keys = [{ externalId: "302-1234567-7654321" }, { externalId: "1-2-3" }];
    const { documents, missing } = await adapter.orders.getMany(givenStore(), keys, SIGNAL);
    expect(documents.map(({ externalId }) => externalId)).toEqual(["302-1234567-7654321"]);
    expect(missing).toEqual([{ externalId: "1-2-3", means: "gone" }]);
  });
});

describe("an order document", () => {
  it("becomes an order whose parts add up, with tax where prices hold it", () => {
    const order = orderOf();
    expect(order).toMatchObject({
      externalId: "302-1234567-7654321",
      marketplace: DE,
      status: "awaiting_shipment",
      paymentStatus: "paid",
      fulfilledBy: "seller",
      placedAt: new Date("2026-02-01T08:15:30Z"),
      shipBy: new Date("2026-02-03T22:59:59Z"),
      currency: "EUR",
      total: { amount: "45.98", currency: "EUR" },
      taxIncluded: true,
      buyer: { name: "Erika Muster", email: "x1y2z3@marketplace.amazon.de" },
      shipTo: { lines: ["Hauptstr. 1"], city: "Berlin", postcode: "10115", country: "DE", privacy: "clear" },
      extra: { channel: "AMAZON", programs: "PRIME", serviceLevel: "STANDARD" },
      warnings: [],
    });
    expect(order.lines).toMatchObject([
      {
        externalId: "61234567890123",
        listingExternalId: `${DE}/SKU-RED-M`,
        variantExternalId: `${DE}/SKU-RED-M`,
        sellerCode: "SKU-RED-M",
        quantity: 2,
        unitPrice: { amount: "19.99" },
        total: { amount: "39.98" },
        tax: { amount: "6.38" },
        fulfilmentStatus: "unfulfilled",
      },
    ]);
    expect(order.charges).toEqual([
      { kind: "shipping", payer: "buyer", amount: { amount: "6", currency: "EUR" }, label: null, inTotal: true },
    ]);
    expect(checkTotals(order)).toBeNull();
  });

  it("is told without tax where prices have none inside, with all tax as a charge", () => {
    const usd = (amount: string) => ({ amount, currencyCode: "USD" });
    const order = orderOf(
      {
        proceeds: {
          grandTotal: usd("23.90"),
          breakdowns: [{ type: "DELIVERY_TIP", status: "FINALIZED", subtotal: usd("1.00") }],
        },
      },
      {
        product: { sellerSku: "S", price: { unitPrice: usd("10.00") } },
        proceeds: {
          breakdowns: [
            { type: "ITEM", subtotal: usd("20.00") },
            { type: "GIFT_WRAP", subtotal: usd("2.00") },
            {
              type: "DISCOUNT",
              subtotal: usd("-0.70"),
              detailedBreakdowns: [
                { subtype: "ITEM", value: usd("-0.50") },
                { subtype: "SHIPPING", value: usd("-0.20") },
              ],
            },
            { type: "TAX", subtotal: usd("1.60") },
          ],
        },
      },
    );
    expect(order).toMatchObject({
      taxIncluded: false,
      lines: [{ discount: { amount: "0.5" }, tax: { amount: "1.6" }, total: { amount: "19.5" } }],
    });
    expect(order.charges.map(({ kind, amount }) => [kind, amount.amount])).toEqual([
      ["gift_wrap", "2"],
      ["discount", "-0.2"],
      ["tip", "1"],
      ["tax", "1.6"],
    ]);
    expect(checkTotals(order)).toBeNull();
  });

  it("reads a discount as one, whichever sign it has", () => {
    const amounts = ["5.00", "-5.00"].map((discount) => {
      const breakdowns = [
        { type: "ITEM", subtotal: eur("39.98") },
        { type: "DISCOUNT", subtotal: eur(discount) },
      ];
      return orderOf({ proceeds: { grandTotal: eur("34.98") } }, { proceeds: { breakdowns } });
    });
    for (const order of amounts) {
      expect(order.lines[0]).toMatchObject({ discount: { amount: "5" }, total: { amount: "34.98" } });
      expect(checkTotals(order)).toBeNull();
    }
  });

  it("has no amounts while it is not paid, and the currency of its marketplace", () => {
    const bare = { proceeds: undefined, product: { sellerSku: "S" }, fulfillment: undefined };
    const order = orderOf(
      { ...fulfilment("PENDING"), proceeds: undefined, recipient: undefined, buyer: undefined },
      bare,
    );
    expect(order).toMatchObject({
      status: "awaiting_payment",
      paymentStatus: "unpaid",
      total: null,
      currency: "EUR",
      buyer: null,
      shipTo: null,
    });
    expect(order.lines[0]).toMatchObject({
      unitPrice: { amount: "0" },
      total: { amount: "0" },
      fulfilmentStatus: "unfulfilled",
    });
  });

  it.each([
    ["PENDING_AVAILABILITY", "awaiting_payment", "unpaid"],
    ["PENDING", "awaiting_payment", "unpaid"],
    ["UNSHIPPED", "awaiting_shipment", "paid"],
    ["PARTIALLY_SHIPPED", "partially_shipped", "paid"],
    ["SHIPPED", "shipped", "paid"],
    ["CANCELLED", "cancelled", "unpaid"],
    ["UNFULFILLABLE", "on_hold", "paid"],
  ])("%s is %s and %s", (word, status, paymentStatus) => {
    expect(orderOf(fulfilment(word))).toMatchObject({ status, paymentStatus, externalStatus: word, warnings: [] });
  });

  it("has an unknown state with one warning where the word is not known", () => {
    const order = orderOf(fulfilment("TELEPORTED"));
    expect(order).toMatchObject({ status: "unknown", paymentStatus: "unknown" });
    expect(order.warnings).toHaveLength(1);
  });

  it("is delivered when all of its parcels are", () => {
    const at = (...packages: object[]) => orderOf({ ...fulfilment("SHIPPED"), packages }).status;
    expect(at(parcel("DELIVERED"), parcel("IN_TRANSIT", undefined, "2"))).toBe("shipped");
    expect(at(parcel("DELIVERED"), parcel("DELIVERED", undefined, "2"))).toBe("delivered");
  });

  it("is paid on delivery where the method says so", () => {
    const payment = { paymentExecutions: [{ paymentMethod: "CashOnDelivery", paymentAmount: eur("45.98") }] };
    expect(orderOf({ payment })).toMatchObject({
      paymentStatus: "authorized",
      payments: [{ method: "CashOnDelivery", status: "authorized" }],
    });
    expect(orderOf({ payment, ...fulfilment("SHIPPED"), packages: [parcel("DELIVERED")] }).paymentStatus).toBe("paid");
  });

  it.each([
    [{ quantityFulfilled: 0 }, {}, "unfulfilled", 0, 0],
    [{ quantityFulfilled: 1 }, {}, "partially_fulfilled", 1, 0],
    [{ quantityFulfilled: 2 }, {}, "fulfilled", 2, 0],
    [
      { quantityFulfilled: 0 },
      { cancellation: { cancellationExecution: { cancelledBy: "BUYER" } } },
      "cancelled",
      0,
      2,
    ],
    [
      { quantityFulfilled: 1 },
      { cancellation: { cancellationExecution: { cancelledBy: "MERCHANT" } } },
      "fulfilled",
      1,
      1,
    ],
    [{ quantityFulfilled: 0 }, { quantityOrdered: 0 }, "cancelled", 0, 0],
  ])("a line with %j %j is %s", (fulfillment, more, fulfilmentStatus, shippedQuantity, cancelledQuantity) => {
    expect(orderOf({}, { fulfillment, ...more }).lines[0]).toMatchObject({
      fulfilmentStatus,
      shippedQuantity,
      cancelledQuantity,
    });
  });

  it.each([
    ["UNSHIPPED", 0, "open_awaiting_seller"],
    ["CANCELLED", 0, "resolved_refunded"],
    ["SHIPPED", 2, "resolved_rejected"],
  ])("tells a buyer's wish to cancel of an order that is %s", (word, quantityFulfilled, status) => {
    const line = {
      fulfillment: { quantityFulfilled },
      cancellation: { cancellationRequest: { requester: "BUYER", cancelReason: "by mistake" } },
    };
    expect(map(givenOrder(fulfilment(word), line)).disputes).toMatchObject([
      {
        externalId: "302-1234567-7654321/61234567890123/cancellation",
        kind: "refund_only",
        status,
        externalReason: "by mistake",
        turn: status === "open_awaiting_seller" ? "seller" : null,
      },
    ]);
  });

  it("names whose warehouses it leaves from, and marketplaces that are not the platform's", () => {
    const order = orderOf({
      salesChannel: { channelName: "NON_AMAZON" },
      fulfillment: { fulfillmentStatus: "UNFULFILLABLE", fulfilledBy: "AMAZON" },
    });
    expect(order).toMatchObject({
      marketplace: "NON_AMAZON",
      fulfilledBy: "platform",
      lines: [{ variantExternalId: "NON_AMAZON/SKU-RED-M", fulfilledBy: "platform" }],
    });
  });

  it("takes Brazil's parts of an address, a business's tax number and the order that is replaced", () => {
    const order = orderOf({
      recipient: {
        deliveryAddress: { extendedFields: { streetName: "Rua A", streetNumber: "5", neighborhood: "Centro" } },
      },
      tax: { taxRegistrations: [{ entityType: "BUYER", taxRegistrationType: "CPF", taxRegistrationNumber: "123" }] },
      associatedOrders: [{ orderId: "302-0000000-0000001", associationType: "REPLACEMENT_ORIGINAL_ID" }],
      orderAliases: [{ aliasId: "MINE-1", aliasType: "SELLER_ORDER_ID" }],
    });
    expect(order).toMatchObject({
      externalNumber: "MINE-1",
      shipTo: { lines: ["Rua A", "5"], district: "Centro" },
      buyer: { taxId: "123" },
      extra: { associatedOrder: "302-0000000-0000001", associationType: "REPLACEMENT_ORIGINAL_ID" },
    });
  });

  it("is set aside alone where it cannot be read", async () => {
    const spoilt = [
      { ...givenOrder(), orderId: undefined },
      { ...givenOrder(), lastUpdatedTime: "soon" },
      givenOrder(),
    ];
    const { adapter } = givenAdapter(() => ({ orders: spoilt }), NOW, false);
    const { documents } = await adapter.orders.list(givenStore(), inputOf("changed"), SIGNAL);
    const read = documents.map((raw) => {
      try {
        return adapter.orders.toUnified(raw, CONTEXT).orders.length;
      } catch {
        return "set aside";
      }
    });
    expect(read).toEqual(["set aside", "set aside", 1]);
  });

  it("is refused where it is none", () => {
    for (const payload of [null, {}, { orderId: "1" }, { orderItems: [] }])
      expect(() => map(payload as object)).toThrow();
  });
});

describe("parcels", () => {
  it.each([
    ["PENDING", "PENDING_SCHEDULE", "pending"],
    ["PENDING", "PENDING_PICK_UP", "pending"],
    ["PENDING", "PENDING_DROP_OFF", "pending"],
    ["SHIPPED", undefined, "in_transit"],
    ["IN_TRANSIT", "PICKED_UP", "in_transit"],
    ["IN_TRANSIT", "DROPPED_OFF", "in_transit"],
    ["IN_TRANSIT", "AT_ORIGIN_FC", "in_transit"],
    ["IN_TRANSIT", "AT_DESTINATION_FC", "in_transit"],
    ["IN_TRANSIT", "OUT_FOR_DELIVERY", "out_for_delivery"],
    ["DELIVERED", "DELIVERED", "delivered"],
    ["CANCELLED", "LABEL_CANCELLED", "cancelled"],
    ["UNDELIVERABLE", "UNDELIVERABLE", "exception"],
    ["UNDELIVERABLE", "REJECTED_BY_BUYER", "exception"],
    ["UNDELIVERABLE", "DAMAGED", "exception"],
    ["UNDELIVERABLE", "RETURNING_TO_SELLER", "exception"],
    ["UNDELIVERABLE", "RETURNED_TO_SELLER", "returned"],
    ["UNDELIVERABLE", "LOST", "lost"],
  ])("%s with %s is %s", (state, detail, status) => {
    const { shipments } = map(givenOrder({ packages: [parcel(state, detail)] }));
    expect(shipments).toMatchObject([
      {
        externalId: "302-1234567-7654321/1",
        status,
        carrier: "dpd",
        externalCarrier: "DPD",
        trackingNumber: "155",
        warnings: [],
      },
    ]);
    expect(shipments[0]?.lines).toEqual([{ orderLineExternalId: "61234567890123", quantity: 2 }]);
  });

  it("warn once of a word that is not known", () => {
    const [one, two] = map(
      givenOrder({ packages: [parcel("DREAMT"), parcel("IN_TRANSIT", "ON_A_BOAT", "2")] }),
    ).shipments;
    expect(one).toMatchObject({ status: "unknown", warnings: [{ code: "unknown_code" }] });
    expect(two).toMatchObject({ status: "in_transit", warnings: [{ code: "unknown_code" }] });
  });

  it("are read by order, and an order without any is nothing that is missing", async () => {
    const { adapter } = givenAdapter(({ path }) => ({
      order: givenOrder(path.includes("302-1") ? { packages: [parcel("SHIPPED")] } : {}),
    }));
    const keys = ["302-1234567-7654321", "999-1234567-7654321"].map((externalId) => ({
      externalId,
      key: { order: externalId },
    }));
    const { documents, missing } = await adapter.shipments.getMany(givenStore(), keys, SIGNAL);
    expect(missing).toEqual([]);
    expect(documents.map(({ payload }) => Object.keys(payload as object))).toEqual([["orderId", "packages"]]);
    expect(documents.flatMap((raw) => adapter.shipments.toUnified(raw, CONTEXT).shipments)).toHaveLength(1);
  });
});

describe("files", () => {
  const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  it("hold answers, lists and bare orders", () => {
    for (const value of [{ orders: [givenOrder()] }, [givenOrder()], givenOrder(), { order: givenOrder() }])
      expect(MAPS.orders.parseFile(bytes(value), CONTEXT)).toMatchObject([{ externalId: "302-1234567-7654321" }]);
    expect(MAPS.orders.parseFile(bytes({ orders: [] }), CONTEXT)).toEqual([]);
  });
  it("of something else are refused", () => {
    for (const value of [{ zz: 1 }, [1, 2], "x"]) expect(() => MAPS.orders.parseFile(bytes(value), CONTEXT)).toThrow();
  });
});
