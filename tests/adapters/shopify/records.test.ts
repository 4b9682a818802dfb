/** Listings, parcels, returns, money and messages: what is asked for and what documents become. */
import { describe, expect, it } from "vitest";
import { entryKindOf } from "../../../src/adapters/shopify/codes.ts";
import { TOPICS } from "../../../src/adapters/shopify/webhooks.ts";
import { hmac, toBase64 } from "../../../src/core/crypto.ts";
import { createTestClock } from "../../support/clock.ts";
import {
  byName,
  CONTEXT,
  gid,
  givenAdapter,
  givenParcel,
  givenStore,
  inputOf,
  NOW,
  page,
  rawOf,
  SECRET,
  type Sent,
  SIGNAL,
} from "./stub.ts";

const variant = (id: number, more: Record<string, unknown> = {}) => ({
  id: gid("ProductVariant", id),
  title: "Natural",
  sku: `TOTE-${id}`,
  barcode: null,
  price: "24.90",
  compareAtPrice: "29.90",
  inventoryQuantity: 3,
  inventoryPolicy: "DENY",
  selectedOptions: [{ name: "Colour", value: "Natural" }],
  inventoryItem: { id: gid("InventoryItem", id), tracked: true },
  ...more,
});
const product = (more: Record<string, unknown> = {}) => ({
  id: gid("Product", 1),
  title: "Tote",
  status: "ACTIVE",
  publishedAt: "2026-01-01T00:00:00Z",
  updatedAt: "2026-11-20T10:00:00Z",
  onlineStoreUrl: null,
  productType: "Bags",
  featuredMedia: null,
  variants: page([variant(1)]),
  ...more,
});
const item = (more: Record<string, unknown> = {}) => ({
  id: gid("InventoryItem", 1),
  tracked: true,
  updatedAt: "2026-11-20T10:00:00Z",
  variants: { nodes: [{ id: gid("ProductVariant", 1) }] },
  inventoryLevels: {
    nodes: [
      {
        id: gid("InventoryLevel", 1),
        isActive: true,
        location: { id: gid("Location", 71) },
        quantities: [{ name: "available", quantity: 3 }],
      },
    ],
  },
  ...more,
});

describe("listings", () => {
  it("reads products with all their variants, and quantities by location as documents of their own", async () => {
    const { adapter, sent } = givenAdapter(
      byName({
        ProductsPage: { products: page([product({ variants: page([variant(1)], "v1") })]) },
        ProductVariants: ({ variables }: Sent) => ({
          product: { variants: variables.after === "v1" ? page([variant(2)], "v2") : page([variant(3)]) },
        }),
        StockPage: { inventoryItems: page([item()]) },
        ProductsById: { nodes: [product(), null] },
        ItemsById: { nodes: [item()] },
      }),
    );
    const changed = await adapter.listings.list(givenStore(), inputOf("changed"), SIGNAL);
    const [raw] = changed.documents;
    const [listing] = raw ? adapter.listings.toUnified(raw, CONTEXT).listings : [];
    expect(listing?.variants.map(({ externalId }) => externalId)).toEqual(
      [1, 2, 3].map((id) => gid("ProductVariant", id)),
    );
    expect(listing?.variants[0]).toMatchObject({
      price: { amount: "24.9" },
      regularPrice: { amount: "29.9" },
      quantity: 3,
      codes: { inventory_item: gid("InventoryItem", 1) },
      options: { Colour: "Natural" },
    });
    const levels = await adapter.listings.list(givenStore(), inputOf("levels"), SIGNAL);
    const told = levels.documents.map((document) => adapter.listings.toUnified(document, CONTEXT).observations);
    expect(told).toEqual([
      [{ variantExternalId: gid("ProductVariant", 1), place: gid("Location", 71), quantity: 3, price: null }],
    ]);
    await adapter.listings.list(givenStore(), inputOf("all_levels"), SIGNAL);
    expect(sent.at(-1)?.variables.q).toBeNull();
    const keys = [gid("Product", 1), gid("InventoryItem", 1), gid("Product", 9)].map((externalId) => ({ externalId }));
    const { documents, missing } = await adapter.listings.getMany(givenStore(), keys, SIGNAL);
    expect([documents.map(({ form }) => form), missing]).toEqual([
      ["product@2026-07", "inventory_item@2026-07"],
      [{ externalId: gid("Product", 9), means: "gone" }],
    ]);
  });

  it.each([
    ["active", {}],
    ["out_of_stock", { variants: page([variant(1, { inventoryQuantity: -1 })]) }],
    ["active", { variants: page([variant(1, { inventoryQuantity: 0, inventoryPolicy: "CONTINUE" })]) }],
    ["active", { variants: page([variant(1, { inventoryQuantity: 0, inventoryItem: { id: "x", tracked: false } })]) }],
    ["inactive", { publishedAt: null }],
    ["inactive", { status: "UNLISTED" }],
    ["inactive", { status: "ARCHIVED" }],
    ["draft", { status: "DRAFT" }],
    ["unknown", { status: "ZZ" }],
  ])("is %s by status, publication and stock (%#)", (status, more) => {
    const { adapter } = givenAdapter();
    const [listing] = adapter.listings.toUnified(rawOf(product(more)), CONTEXT).listings;
    expect(listing?.status).toBe(status);
    expect(listing?.warnings).toHaveLength(status === "unknown" ? 1 : 0);
  });
});

describe("shipments", () => {
  it("names orders on whose work something changed, once, and reads their parcels", async () => {
    const orderId = gid("Order", 1);
    const nodes = [
      { id: orderId, fulfillments: [givenParcel(9, { 5: 1 })] },
      { id: gid("Order", 2), fulfillments: [] },
      null,
    ];
    const { adapter } = givenAdapter(
      byName({
        FulfillmentOrdersChanged: {
          fulfillmentOrders: page([1, 2].map((id) => ({ id: gid("FulfillmentOrder", id), orderId, updatedAt: NOW }))),
        },
        ParcelsById: { nodes },
      }),
    );
    const { references } = await adapter.shipments.list(givenStore(), inputOf("work"), SIGNAL);
    expect(references).toMatchObject([{ externalId: orderId, key: { order: orderId } }]);
    const keys = [1, 2, 3].map((id) => ({ externalId: gid("Order", id) }));
    const { documents, missing } = await adapter.shipments.getMany(givenStore(), keys, SIGNAL);
    expect(documents.flatMap((raw) => adapter.shipments.toUnified(raw, CONTEXT).shipments)).toMatchObject([
      { externalId: gid("Fulfillment", 9), orderExternalId: orderId },
    ]);
    expect(missing.map(({ externalId }) => externalId)).toEqual([gid("Order", 3)]);
  });

  it.each([
    ["pending", { trackingInfo: [] }],
    ["in_transit", {}],
    ["pending", { displayStatus: "READY_FOR_PICKUP" }],
    ["out_for_delivery", { displayStatus: "OUT_FOR_DELIVERY" }],
    ["delivered", { displayStatus: "PICKED_UP" }],
    ["exception", { displayStatus: "NOT_DELIVERED" }],
    ["cancelled", { displayStatus: null, status: "CANCELLED" }],
    ["unknown", { displayStatus: "ZZ" }],
  ])("is %s (%#)", (status, more) => {
    const { adapter } = givenAdapter();
    const payload = { id: gid("Order", 1), fulfillments: [givenParcel(9, {}, more)] };
    expect(adapter.shipments.toUnified(rawOf(payload), CONTEXT).shipments[0]?.status).toBe(status);
  });
});

const back = (more: Record<string, unknown> = {}) => ({
  id: gid("Return", 1),
  name: "#1042-R1",
  status: "OPEN",
  createdAt: "2026-11-20T10:00:00Z",
  closedAt: null,
  order: { id: gid("Order", 1) },
  returnLineItems: {
    nodes: [
      {
        id: gid("ReturnLineItem", 1),
        quantity: 1,
        customerNote: "too small",
        returnReasonDefinition: { handle: "size" },
        fulfillmentLineItem: { lineItem: { id: gid("LineItem", 5) } },
      },
    ],
  },
  exchangeLineItems: { nodes: [] },
  reverseFulfillmentOrders: { nodes: [] },
  refunds: { nodes: [] },
  ...more,
});
const chargeback = (more: Record<string, unknown> = {}) => ({
  id: gid("ShopifyPaymentsDispute", 1),
  type: "CHARGEBACK",
  status: "NEEDS_RESPONSE",
  amount: { amount: "9.50", currencyCode: "USD" },
  initiatedAt: "2026-11-20T10:00:00Z",
  evidenceDueBy: "2026-11-30T00:00:00Z",
  finalizedOn: null,
  reasonDetails: { reason: "FRAUDULENT" },
  order: { id: gid("Order", 1) },
  ...more,
});

describe("disputes", () => {
  it("lists orders that have returns, and chargebacks, and reads both by id", async () => {
    const { adapter, sent } = givenAdapter(
      byName({
        OrdersWithReturns: {
          orders: page([
            { id: gid("Order", 1), returns: { nodes: [{ id: gid("Return", 1) }] } },
            { id: gid("Order", 2), returns: { nodes: [] } },
          ]),
        },
        ReturnsOfOrders: { nodes: [{ id: gid("Order", 1), returns: page([back()]) }] },
        DisputesPage: { disputes: page([chargeback()]) },
        ReturnsById: { nodes: [back()] },
        DisputesById: { nodes: [chargeback()] },
      }),
    );
    const returns = await adapter.disputes.list(givenStore(), inputOf("returns"), SIGNAL);
    expect(sent[1]?.variables.ids).toEqual([gid("Order", 1)]);
    const payments = await adapter.disputes.list(givenStore(), inputOf("chargebacks"), SIGNAL);
    const { documents } = await adapter.disputes.getMany(
      givenStore(),
      [{ externalId: gid("Return", 1) }, { externalId: gid("ShopifyPaymentsDispute", 1) }],
      SIGNAL,
    );
    expect([...returns.documents, ...payments.documents]).toEqual(documents);
    expect(documents.flatMap((raw) => adapter.disputes.toUnified(raw, CONTEXT).disputes)).toMatchObject([
      {
        kind: "return_refund",
        status: "open_awaiting_buyer",
        reason: "too small",
        externalReason: "size",
        lines: [{ orderLineExternalId: gid("LineItem", 5), quantity: 1 }],
      },
      {
        kind: "chargeback",
        status: "open_awaiting_seller",
        turn: "seller",
        amount: { amount: "9.5" },
        dueAt: new Date("2026-11-30T00:00:00Z"),
      },
    ]);
  });

  it("asks for no chargebacks where the shop has not granted them", async () => {
    const { adapter, sent } = givenAdapter(() => ({ disputes: page([]) }));
    for (const [scopes, calls] of [
      ["read_orders", 0],
      ["read_orders,read_shopify_payments_disputes", 1],
      ["", 2],
    ] as const) {
      await adapter.disputes.list(givenStore({ facts: { scopes } }), inputOf("chargebacks"), SIGNAL);
      expect(sent).toHaveLength(calls);
    }
  });

  it("reads all returns of an order, and all lines of a return", async () => {
    const rows = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => ({ id: gid("ReturnLineItem", from + index), quantity: 1 }));
    const long = back({ returnLineItems: page(rows(0, 20), "l20") });
    const { adapter } = givenAdapter(
      byName({
        OrdersWithReturns: { orders: page([{ id: gid("Order", 1), returns: { nodes: [{ id: gid("Return", 1) }] } }]) },
        ReturnsOfOrders: { nodes: [{ id: gid("Order", 1), returns: page([long], "r1") }] },
        MoreReturns: { order: { returns: page([back({ id: gid("Return", 2) })]) } },
        ReturnLines: ({ variables }: Sent) => ({
          return: { returnLineItems: variables.after === "l20" ? page(rows(20, 70), "l70") : page(rows(70, 90)) },
        }),
      }),
    );
    const { documents } = await adapter.disputes.list(givenStore(), inputOf("returns"), SIGNAL);
    const found = documents.flatMap((raw) => adapter.disputes.toUnified(raw, CONTEXT).disputes);
    expect(found.map(({ externalId, lines, warnings }) => [externalId, lines.length, warnings])).toEqual([
      [gid("Return", 1), 90, []],
      [gid("Return", 2), 1, []],
    ]);
    const [cut] = adapter.disputes.toUnified(rawOf(long), CONTEXT).disputes;
    expect(cut?.warnings.map(({ code }) => code)).toEqual(["lines_cut"]);
  });

  const onItsWay = {
    nodes: [{ reverseDeliveries: { nodes: [{ deliverable: { tracking: { number: "9", carrierName: "UPS" } } }] } }],
  };
  it.each([
    ["open_awaiting_seller", back({ status: "REQUESTED" })],
    ["return_in_transit", back({ reverseFulfillmentOrders: onItsWay })],
    ["resolved_refunded", back({ status: "CLOSED", refunds: { nodes: [{ id: "r" }] } })],
    ["resolved_replaced", back({ status: "CLOSED", exchangeLineItems: { nodes: [{ id: "e" }] } })],
    ["resolved_rejected", back({ status: "CLOSED" })],
    ["resolved_rejected", back({ status: "DECLINED" })],
    ["withdrawn", back({ status: "CANCELED" })],
    ["unknown", back({ status: "ZZ" })],
    ["open_awaiting_platform", chargeback({ status: "UNDER_REVIEW" })],
    ["resolved_rejected", chargeback({ status: "PREVENTED" })],
    ["resolved_refunded", chargeback({ status: "LOST" })],
    ["unknown", chargeback({ status: "ZZ" })],
  ])("is %s (%#)", (status, payload) => {
    const { adapter } = givenAdapter();
    const [dispute] = adapter.disputes.toUnified(rawOf(payload), CONTEXT).disputes;
    expect(dispute?.status).toBe(status);
    expect(dispute?.warnings).toHaveLength(status === "unknown" ? 1 : 0);
  });
});

describe("settlements", () => {
  const usd = (amount: string) => ({ amount, currencyCode: "USD" });
  const movement = (id: number, type: string, amount: string, fee: string, more: Record<string, unknown> = {}) => ({
    id: gid("ShopifyPaymentsBalanceTransaction", id),
    type,
    test: false,
    transactionDate: "2026-11-20T09:13:00Z",
    amount: usd(amount),
    fee: usd(fee),
    net: usd("0"),
    associatedOrder: { id: gid("Order", 1), name: "#1042" },
    associatedPayout: { id: gid("ShopifyPaymentsPayout", 3100), status: "PAID" },
    ...more,
  });
  const payout = {
    id: gid("ShopifyPaymentsPayout", 3100),
    issuedAt: "2026-11-21T00:00:00Z",
    status: "PAID",
    transactionType: "DEPOSIT",
    net: usd("83.52"),
  };

  it("tells payouts as statements and movements as entries, the fee apart, which sum to the payout", async () => {
    const rows = [
      movement(1, "CHARGE", "96.62", "3.10"),
      movement(2, "REFUND", "-10.00", "0.0"),
      movement(3, "TRANSFER", "-83.52", "0.0"),
      movement(4, "CHARGE", "5", "0", { test: true }),
    ];
    const { adapter, sent } = givenAdapter(
      byName({
        Payouts: { shopifyPaymentsAccount: { payouts: page([payout]) } },
        BalanceTransactions: { shopifyPaymentsAccount: { balanceTransactions: page(rows) } },
        MoneyById: { nodes: [payout, null] },
      }),
    );
    const documents = [
      ...(await adapter.settlements.list(givenStore(), inputOf("payouts"), SIGNAL)).documents,
      ...(await adapter.settlements.list(givenStore(), inputOf("transactions"), SIGNAL)).documents,
    ];
    expect(sent.map(({ variables }) => String(variables.q).split(":")[0])).toEqual(["issued_at", "processed_at"]);
    const found = documents.map((raw) => adapter.settlements.toUnified(raw, CONTEXT));
    const entries = found.flatMap((each) => each.entries);
    expect(entries.map(({ kind, amount, state }) => [kind, amount.amount, state])).toEqual([
      ["sale", "96.62", "paid"],
      ["payment_fee", "-3.1", "paid"],
      ["refund", "-10", "paid"],
      ["payout", "-83.52", "paid"],
    ]);
    expect(found.flatMap((each) => each.settlements)).toMatchObject([
      { total: { amount: "83.52" }, paidAt: new Date("2026-11-21T00:00:00Z") },
    ]);
    const { missing } = await adapter.settlements.getMany(
      givenStore(),
      [{ externalId: payout.id }, { externalId: "gid://shopify/ShopifyPaymentsPayout/1" }],
      SIGNAL,
    );
    expect(missing).toHaveLength(1);
  });

  it("tells nothing of a shop without the platform's payments", async () => {
    const { adapter } = givenAdapter(() => ({ shopifyPaymentsAccount: null }));
    for (const stream of ["payouts", "transactions"])
      expect(await adapter.settlements.list(givenStore(), inputOf(stream), SIGNAL)).toMatchObject({
        documents: [],
        next: null,
      });
  });

  it.each([
    ["DEPOSIT", "PAID", "83.52", "83.52", "83.52"],
    ["DEPOSIT", "FAILED", "83.52", "83.52", undefined],
    ["DEPOSIT", "CANCELED", "83.52", "83.52", undefined],
    ["WITHDRAWAL", "PAID", "-12.00", "-12", "-12"],
    ["WITHDRAWAL", "PAID", "12.00", "-12", "-12"],
  ])("tells of a %s that is %s with %s what it came to, and what arrived", (direction, status, net, total, arrived) => {
    const { adapter } = givenAdapter();
    const document = rawOf({ ...payout, transactionType: direction, status, net: usd(net) });
    const [told] = adapter.settlements.toUnified(document, CONTEXT).settlements;
    expect([told?.total?.amount, told?.payout?.amount]).toEqual([total, arrived]);
  });

  it("counts what came back of a transfer in the next payout, and the payout itself in none", () => {
    const { adapter } = givenAdapter();
    const of = (type: string) =>
      adapter.settlements.toUnified(rawOf(movement(1, type, "83.52", "0.0")), CONTEXT).entries[0];
    expect(of("TRANSFER")).toMatchObject({ kind: "payout", settlementExternalId: null });
    expect(adapter.settlements.books.flat()).not.toContain(of("TRANSFER")?.book);
    for (const type of ["TRANSFER_FAILURE", "TRANSFER_CANCEL", "TRANSFER_REFUND", "BALANCE_TRANSFER_INBOUND"])
      expect(of(type)).toMatchObject({ kind: "transfer", settlementExternalId: payout.id, book: "shopify_payments" });
  });

  it.each([
    ["CHARGE_ADJUSTMENT", "sale"],
    ["DISPUTE_WITHDRAWAL", "refund"],
    ["CHARGEBACK_HOLD", "reserve"],
    ["CHARGEBACK_PROTECTION_CREDIT", "platform_subsidy"],
    ["CHARGEBACK_PROTECTION_DEBIT_REVERSAL", "payment_fee"],
    ["REFERRAL_FEE", "commission"],
    ["REFERRAL_FEE_TAX", "tax_withheld"],
    ["SHIPPING_LABEL_ADJUSTMENT_BASE", "shipping_fee"],
    ["SHOP_CASH_CAMPAIGN_BILLING_DEBIT", "advertising_fee"],
    ["SHOP_CASH_BILLING_DEBIT", "service_fee"],
    ["SHOP_CASH_REFUND_DEBIT", "other"],
    ["ZZ_NEW", null],
  ])("is of a kind by its type: %s", (type, kind) => expect(entryKindOf(type)).toBe(kind));
});

describe("messages", () => {
  const { adapter } = givenAdapter();
  const clock = createTestClock(NOW);
  const secrets = { secrets: ["new", SECRET], appKey: "client-1", credentials: {} };
  const message = (topic: string, value: object | string, headers: Record<string, string> = {}) => {
    const body = new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
    const signed = {
      "x-shopify-hmac-sha256": toBase64(hmac("sha256", SECRET, body)),
      "x-shopify-topic": topic,
      "x-shopify-shop-domain": "some-shop.myshopify.com",
      "x-shopify-webhook-id": "w1",
    };
    return { method: "POST", path: "/", query: {}, body, headers: { ...signed, ...headers } };
  };
  const told = (topic: string, value: object | string) =>
    adapter.webhooks.receive(message(topic, value), secrets, clock).notifications;

  it("takes what is signed with one of the app's secrets, over the raw bytes, and nothing else", () => {
    const good = message("orders/updated", { admin_graphql_api_id: gid("Order", 1) });
    expect(adapter.webhooks.receive(good, secrets, clock)).toMatchObject({
      verified: true,
      answer: { status: 200 },
      notifications: [
        {
          topic: "orders/updated",
          storeKey: "some-shop.myshopify.com",
          resource: "orders",
          externalId: gid("Order", 1),
          dedupKey: "orders/updated/w1",
        },
      ],
    });
    const spoilt = { ...good, body: new TextEncoder().encode("{}") };
    for (const bad of [
      spoilt,
      { ...good, headers: {} },
      message("orders/updated", {}, { "x-shopify-hmac-sha256": "zz" }),
    ])
      expect(adapter.webhooks.receive(bad, secrets, clock)).toEqual({
        answer: { status: 401 },
        notifications: [],
        verified: false,
      });
    expect(adapter.webhooks.receive(good, { ...secrets, secrets: [""] }, clock).verified).toBe(false);
  });

  it("says where to look, whatever the topic's body calls it, and keeps every digit of a number", () => {
    const where = (topic: string, body: string) =>
      told(topic, body).map(({ resource, externalId }) => [resource, externalId]);
    expect(where("orders/delete", '{"id":9223372036854775807}')).toEqual([
      ["orders", gid("Order", "9223372036854775807")],
    ]);
    expect(where("refunds/create", '{"id":1,"order_id":5551}')).toEqual([["orders", gid("Order", 5551)]]);
    expect(where("orders/edited", '{"order_edit":{"order_id":7}}')).toEqual([["orders", gid("Order", 7)]]);
    expect(where("inventory_levels/update", '{"inventory_item_id":46,"location_id":71,"available":3}')).toEqual([
      ["listings", gid("InventoryItem", 46)],
    ]);
    expect(where("returns/update", `{"admin_graphql_api_id":"${gid("Return", 2)}"}`)).toEqual([
      ["disputes", gid("Return", 2)],
    ]);
    expect(where("disputes/create", '{"id":3}')).toEqual([["disputes", gid("ShopifyPaymentsDispute", 3)]]);
    expect(where("reverse_fulfillment_orders/dispose", '{"id":7}')).toEqual([["disputes", null]]);
    expect(where("fulfillment_orders/split", '{"fulfillment_order":{"id":1}}')).toEqual([["shipments", null]]);
    expect(told("bulk_operations/finish", { admin_graphql_api_id: gid("BulkOperation", 1) })).toMatchObject([
      { resource: "orders", run: gid("BulkOperation", 1) },
    ]);
    expect(told("zz/new", "[]")).toMatchObject([{ topic: "zz/new", resource: null, signal: "other" }]);
  });

  it("tells of privacy and of the app's end, of the shop that the signed body names", () => {
    const shop = { shop_domain: "other-shop.myshopify.com" };
    expect(told("customers/redact", { ...shop, orders_to_redact: [1, 2] })).toMatchObject([
      { signal: "erasure_requested", storeKey: "other-shop.myshopify.com" },
      { resource: "orders", externalId: gid("Order", 1) },
      { resource: "orders", externalId: gid("Order", 2) },
    ]);
    expect(told("shop/redact", shop)).toMatchObject([{ signal: "erasure_requested" }]);
    expect(told("customers/data_request", shop)).toMatchObject([{ signal: "other" }]);
    expect(told("app/uninstalled", { myshopify_domain: "a.myshopify.com" })).toMatchObject([
      { signal: "revoked", storeKey: "a.myshopify.com" },
    ]);
  });

  it("checks bytes, whatever they say, and reads what of them can be read", () => {
    const odd = Uint8Array.from([
      0xef,
      0xbb,
      0xbf,
      ...new TextEncoder().encode('{"id":7,"note":"'),
      0xff,
      0xc3,
      0x22,
      0x7d,
    ]);
    for (const [body, externalId] of [
      [odd, gid("Order", 7)],
      [odd.slice(0, -2), null],
      [new Uint8Array(), null],
    ] as const) {
      const signed = { "x-shopify-hmac-sha256": toBase64(hmac("sha256", SECRET, body)) };
      const request = { ...message("orders/updated", ""), body };
      const good = { ...request, headers: { ...request.headers, ...signed } };
      expect(adapter.webhooks.receive(good, secrets, clock)).toMatchObject({
        verified: true,
        notifications: [{ resource: "orders", externalId }],
      });
      const other = Uint8Array.from([...body, 0x20]);
      expect(adapter.webhooks.receive({ ...good, body: other }, secrets, clock).verified).toBe(false);
    }
  });

  it("adds the other topics where the platform refuses one, and tells where it refuses all", async () => {
    const add = (isRefused: (topic: unknown) => boolean) =>
      givenAdapter(
        byName({
          WebhookList: { webhookSubscriptions: page([]) },
          WebhookAdd: ({ variables }: Sent) => ({
            webhookSubscriptionCreate: isRefused(variables.topic)
              ? { webhookSubscription: null, userErrors: [{ field: ["topic"], message: "not with this topic" }] }
              : { webhookSubscription: { id: "x" }, userErrors: [] },
          }),
        }),
      ).adapter.webhooks.ensure?.(givenStore(), "https://us.example/hooks", "", SIGNAL);
    const { topics = [] } = (await add((topic) => topic === "DISPUTES_CREATE")) ?? {};
    expect([topics.length, topics.includes("disputes/create"), topics.includes("app/uninstalled")]).toEqual([
      Object.keys(TOPICS).length - 1,
      false,
      true,
    ]);
    await expect(add(() => true)).rejects.toMatchObject({ category: "invalid_request" });
  });

  it("adds subscriptions that are missing, and takes away its own", async () => {
    const address = "https://us.example/hooks/shopify";
    const topics = Object.keys(TOPICS).map((topic) => topic.toUpperCase().replace("/", "_"));
    const rows = topics
      .slice(2)
      .map((topic, id) => ({ id: gid("WebhookSubscription", id), topic, uri: address, format: "JSON" }));
    const foreign = {
      id: gid("WebhookSubscription", 99),
      topic: topics[0],
      uri: "https://elsewhere.example",
      format: "JSON",
    };
    const { adapter: one, sent } = givenAdapter(
      byName({
        WebhookList: ({ variables }: Sent) => ({
          webhookSubscriptions: variables.after === null ? page(rows, "c") : page([foreign]),
        }),
        WebhookAdd: { webhookSubscriptionCreate: { webhookSubscription: { id: "x" }, userErrors: [] } },
        WebhookRemove: { webhookSubscriptionDelete: { deletedWebhookSubscriptionId: "x", userErrors: [] } },
      }),
    );
    const { repaired } = (await one.webhooks.ensure?.(givenStore(), address, "", SIGNAL)) ?? {};
    expect(repaired).toEqual(["orders/create", "orders/updated"]);
    expect(sent.at(-1)?.variables).toEqual({ topic: "ORDERS_UPDATED", w: { uri: address, format: "JSON" } });
    await one.webhooks.remove?.(givenStore(), address, SIGNAL);
    const removed = sent.filter(({ name }) => name === "WebhookRemove").map(({ variables }) => variables.id);
    expect(removed).toEqual(rows.map(({ id }) => id));
  });
});
