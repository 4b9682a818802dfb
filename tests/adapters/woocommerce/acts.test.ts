import { describe, expect, it } from "vitest";
import type { ActCapability, CancelOrderInput, ConfirmShipmentInput, RefundInput } from "../../../src/core/adapter.ts";
import { givenAdapter, givenOrder, givenStore, type Sent, SIGNAL } from "./stub.ts";

const GONE = {
  status: 404,
  body: { code: "woocommerce_rest_shop_order_invalid_id", message: "Invalid ID.", data: { status: 404 } },
};
const act = <T>(input: T) => ({ idempotencyKey: "act-1", input, progress: null });
const writes = (sent: Sent[]) => sent.filter((request) => request.method !== "GET");

describe("refund", () => {
  const input = (overrides: Partial<RefundInput> = {}): RefundInput => ({
    orderExternalId: "500",
    amount: "5",
    currency: "USD",
    reason: "damaged",
    lines: [],
    restock: false,
    payBack: false,
    ...overrides,
  });
  const taxed = givenOrder({
    total: "40.18",
    total_tax: "3.28",
    line_items: [
      {
        id: 1,
        name: "Bag",
        product_id: 10,
        quantity: 2,
        subtotal: "41.00",
        total: "36.90",
        total_tax: "3.28",
        taxes: [{ id: 7, total: "3.28" }],
        meta_data: [],
      },
    ],
  });

  function given(order: Record<string, unknown>, refunds: unknown[] = []) {
    const made = givenAdapter(({ method, path }) => {
      if (method === "POST")
        return {
          status: 201,
          body: { id: 19, date_created_gmt: "2026-11-21T00:00:00", amount: "5.00", refunded_by: 1 },
        };
      return { body: path.endsWith("/refunds") ? refunds : order };
    });
    return { ...made, refund: made.adapter.orders.acts.refund as ActCapability<RefundInput> };
  }

  it("books without the gateway unless asked, with our key at the end of the reason", async () => {
    const { refund, sent } = given(givenOrder());
    const outcome = await refund.perform(givenStore(), act(input()), SIGNAL);
    expect(outcome).toMatchObject({ outcome: "done", externalId: "19" });
    expect(writes(sent)[0]?.body).toMatchObject({ amount: "5", api_refund: false, api_restock: false, line_items: [] });
    expect((writes(sent)[0]!.body as { reason: string }).reason).toMatch(/^damaged \[[0-9a-f]{10}\]$/);
  });

  it("shares a line's net total and tax by units, and by amount", async () => {
    const { refund, sent } = given(taxed);
    const line = { orderLineExternalId: "1", quantity: 1, amount: null };
    await refund.perform(
      givenStore(),
      act(input({ amount: "20.09", lines: [line], restock: true, payBack: true })),
      SIGNAL,
    );
    expect(writes(sent)[0]?.body).toMatchObject({
      api_refund: true,
      api_restock: true,
      line_items: [{ id: 1, quantity: 1, refund_total: "18.45", refund_tax: [{ id: 7, refund_total: "1.64" }] }],
    });
    const byAmount = { orderLineExternalId: "1", quantity: 0, amount: "10.045" };
    await refund.perform(givenStore(), act(input({ amount: "10.04", lines: [byAmount] })), SIGNAL);
    expect(writes(sent)[1]?.body).toMatchObject({
      line_items: [{ refund_total: "9.23", refund_tax: [{ refund_total: "0.82" }] }],
    });
  });

  it.each([
    ["more than is left", { amount: "25.01" }, "invalid_request"],
    ["nothing", { amount: "0" }, "invalid_request"],
    ["another currency", { currency: "EUR" }, "invalid_request"],
    [
      "a line of another order",
      { lines: [{ orderLineExternalId: "9", quantity: 1, amount: null }] },
      "invalid_request",
    ],
  ])("refuses %s before anything is sent", async (_, overrides, category) => {
    const { refund, sent } = given(givenOrder({ refunds: [{ id: 3, total: "-5.00" }] }));
    const outcome = await refund.perform(givenStore(), act(input(overrides)), SIGNAL);
    expect(outcome).toMatchObject({ outcome: "rejected", error: { category } });
    expect(writes(sent)).toEqual([]);
  });

  it("finds what a lost answer has done, and nothing else", async () => {
    const sample = given(givenOrder());
    await sample.refund.perform(givenStore(), act(input()), SIGNAL);
    const { reason } = writes(sample.sent)[0]!.body as { reason: string };
    const row = (id: number, text: string) => ({
      id,
      reason: text,
      amount: "5.00",
      refunded_by: 1,
      date_created_gmt: "2026-11-21T00:00:00",
    });
    const { refund } = given(givenOrder(), [row(20, "damaged"), row(21, reason)]);
    expect(await refund.findEffect?.(givenStore(), act(input()), SIGNAL)).toMatchObject({ externalId: "21" });
    const { refund: other } = given(givenOrder(), [row(20, "damaged")]);
    expect(await other.findEffect?.(givenStore(), act(input()), SIGNAL)).toBeNull();
  });
});

describe("cancel", () => {
  const input: CancelOrderInput = { orderExternalId: "500", reason: "sold out", lines: [], restock: true };
  const given = (order: Record<string, unknown> | null) => {
    const made = givenAdapter(() => (order ? { body: order } : GONE));
    return { ...made, cancel: made.adapter.orders.acts.cancel as ActCapability<CancelOrderInput> };
  };

  it("sets the status once, with its reason", async () => {
    const { cancel, sent } = given(givenOrder());
    expect(await cancel.perform(givenStore(), act(input), SIGNAL)).toMatchObject({ outcome: "done" });
    expect(writes(sent)).toMatchObject([
      { method: "PUT", body: { status: "cancelled", meta_data: [{ value: "sold out" }] } },
    ]);
    const again = given(givenOrder({ status: "cancelled" }));
    expect(await again.cancel.perform(givenStore(), act(input), SIGNAL)).toMatchObject({ outcome: "done" });
    expect(writes(again.sent)).toEqual([]);
  });

  it.each([
    [null, {}, "not_found"],
    [givenOrder({ status: "completed" }), {}, "conflict"],
    [givenOrder(), { lines: [{ orderLineExternalId: "1", quantity: 1 }] }, "invalid_request"],
  ])("refuses what cannot be cancelled (case %#)", async (order, overrides, category) => {
    const { cancel, sent } = given(order);
    const outcome = await cancel.perform(givenStore(), act({ ...input, ...overrides }), SIGNAL);
    expect(outcome).toMatchObject({ outcome: "rejected", error: { category } });
    expect(writes(sent)).toEqual([]);
  });
});

it("writes a memo into the order and as a private note, and finds the note again", async () => {
  const { adapter, sent } = givenAdapter(({ method, path }) => {
    if (path.endsWith("/notes") && method === "GET")
      return { body: [{ id: 8, note: "Pack  well", customer_note: false }] };
    return { body: path.endsWith("/notes") ? { id: 8, note: "Pack well" } : givenOrder() };
  });
  const memo = adapter.orders.acts.set_memo as ActCapability<{
    orderExternalId: string;
    text: string;
    flag: string | null;
  }>;
  const input = { orderExternalId: "500", text: "Pack well", flag: "red" };
  await memo.perform(givenStore(), act(input), SIGNAL);
  expect(writes(sent).map((request) => [request.method, request.path, request.body])).toEqual([
    [
      "PUT",
      "/wp-json/wc/v3/orders/500",
      {
        meta_data: [
          { key: "_tallyport_memo", value: "Pack well" },
          { key: "_tallyport_flag", value: "red" },
        ],
      },
    ],
    ["POST", "/wp-json/wc/v3/orders/500/notes", { note: "Pack well", customer_note: false }],
  ]);
  expect(await memo.findEffect?.(givenStore(), act(input), SIGNAL)).toMatchObject({ externalId: "8" });
});

describe("confirming a shipment", () => {
  const input = (overrides: Partial<ConfirmShipmentInput> = {}): ConfirmShipmentInput => ({
    orderExternalId: "500",
    carrier: "ups",
    trackingNumber: "1Z999",
    trackingUrl: "https://track.example.test/1Z999",
    shippedAt: null,
    place: null,
    lines: [],
    notifyBuyer: true,
    method: null,
    ...overrides,
  });
  const fulfilment = (id: number, items: unknown[], more: unknown[] = []) => ({
    id,
    entity_id: "500",
    status: "fulfilled",
    is_fulfilled: "1",
    date_deleted: null,
    meta_data: [{ key: "_items", value: items }, ...more],
  });
  function given(order: Record<string, unknown>, fulfilments: unknown[] = []) {
    const made = givenAdapter(({ method, path }) => {
      if (path.endsWith("/fulfillments")) return { body: method === "GET" ? fulfilments : fulfilment(77, []) };
      if (path.endsWith("/shipment-trackings")) return { status: 201, body: { tracking_id: "abc" } };
      if (path.endsWith("/notes")) return { status: 201, body: { id: 5 } };
      return { body: order };
    });
    return { ...made, confirm: made.adapter.shipments.acts.confirm as ActCapability<ConfirmShipmentInput> };
  }
  const CORE = givenStore({ facts: { fulfillments: true } });

  it("makes a fulfilment of what is open and then completes the order", async () => {
    const { confirm, sent } = given(givenOrder(), [fulfilment(70, [{ item_id: 1, qty: 1 }])]);
    const outcome = await confirm.perform(CORE, act(input()), SIGNAL);
    expect(outcome).toMatchObject({ outcome: "done", externalId: "77" });
    const [made, completed] = writes(sent);
    expect(made?.body).toMatchObject({ status: "fulfilled", is_fulfilled: true, notify_customer: true });
    expect((made!.body as { meta_data: unknown[] }).meta_data).toEqual(
      expect.arrayContaining([
        { key: "_tracking_number", value: "1Z999" },
        { key: "_shipment_provider", value: "ups" },
        {
          key: "_items",
          value: [
            { item_id: 1, qty: 1 },
            { item_id: 2, qty: 1 },
          ],
        },
      ]),
    );
    expect([completed?.method, completed?.body]).toEqual(["PUT", { status: "completed" }]);
  });

  it("leaves the order open while something is left", async () => {
    const { confirm, sent } = given(givenOrder());
    await confirm.perform(CORE, act(input({ lines: [{ orderLineExternalId: "1", quantity: 2 }] })), SIGNAL);
    expect(writes(sent).length).toBe(1);
  });

  it("makes no second parcel when the first answer was lost", async () => {
    const first = given(givenOrder());
    await first.confirm.perform(CORE, act(input()), SIGNAL);
    const { meta_data } = writes(first.sent)[0]!.body as { meta_data: { key: string; value: unknown }[] };
    const key = meta_data.find((item) => item.key === "_tallyport_key");
    const all = [
      { item_id: 1, qty: 2 },
      { item_id: 2, qty: 1 },
    ];
    const second = given(givenOrder(), [fulfilment(77, all, [key])]);
    expect(await second.confirm.perform(CORE, act(input()), SIGNAL)).toMatchObject({
      outcome: "done",
      externalId: "77",
    });
    expect(writes(second.sent).map((request) => request.body)).toEqual([{ status: "completed" }]);
    expect(await second.confirm.findEffect?.(CORE, act(input()), SIGNAL)).toMatchObject({ externalId: "77" });
    expect(await first.confirm.findEffect?.(CORE, act(input()), SIGNAL)).toBeNull();
  });

  it.each([
    [givenOrder({ status: "cancelled" }), {}, "conflict"],
    [givenOrder(), { lines: [{ orderLineExternalId: "1", quantity: 3 }] }, "conflict"],
    [givenOrder(), { lines: [{ orderLineExternalId: "9", quantity: 1 }] }, "invalid_request"],
  ])("refuses what cannot be shipped (case %#)", async (order, overrides, category) => {
    const { confirm, sent } = given(order);
    const outcome = await confirm.perform(CORE, act(input(overrides)), SIGNAL);
    expect(outcome).toMatchObject({ outcome: "rejected", error: { category } });
    expect(writes(sent)).toEqual([]);
  });

  it("notes the parcel with a tracking plugin and in the order's meta data", async () => {
    const { confirm, sent } = given(givenOrder());
    await confirm.perform(givenStore({ facts: { tracking: "ast" } }), act(input()), SIGNAL);
    expect(writes(sent).map((request) => request.path)).toEqual([
      "/wp-json/wc-ast/v3/orders/500/shipment-trackings",
      "/wp-json/wc/v3/orders/500",
      "/wp-json/wc/v3/orders/500",
    ]);
    expect(writes(sent)[0]?.body).toMatchObject({
      custom_tracking_provider: "ups",
      tracking_number: "1Z999",
      date_shipped: "2026-11-22",
      status_shipped: 0,
    });
    expect(writes(sent)[1]?.body).toMatchObject({
      meta_data: [
        {
          key: "_tallyport_shipments",
          value: [
            {
              tracking_id: "abc",
              lines: [
                { id: "1", quantity: 2 },
                { id: "2", quantity: 1 },
              ],
            },
          ],
        },
        { key: "_tracking_number", value: "1Z999" },
        { key: "_tracking_provider", value: "ups" },
        { key: "_tracking_url", value: "https://track.example.test/1Z999" },
      ],
    });
  });

  it("tells the buyer by a note where the store has neither", async () => {
    const { confirm, sent } = given(givenOrder());
    const outcome = await confirm.perform(givenStore(), act(input()), SIGNAL);
    expect(outcome).toMatchObject({ outcome: "done" });
    expect(writes(sent)[1]).toMatchObject({
      path: "/wp-json/wc/v3/orders/500/notes",
      body: { note: "Shipped with ups 1Z999 https://track.example.test/1Z999", customer_note: true },
    });
    expect(writes(sent)[2]?.body).toEqual({ status: "completed" });
  });
});

it("switches a listing or one variation on and off", async () => {
  const { adapter, sent } = givenAdapter(() => ({ body: {} }));
  const { activate, deactivate } = adapter.listings.acts as Record<string, ActCapability<unknown>>;
  await deactivate?.perform(
    givenStore(),
    act({ listingExternalId: "10", variantExternalId: "10", reason: null }),
    SIGNAL,
  );
  await activate?.perform(
    givenStore(),
    act({ listingExternalId: "11", variantExternalId: "12", reason: null }),
    SIGNAL,
  );
  expect(sent.map((request) => [request.path, request.body])).toEqual([
    ["/wp-json/wc/v3/products/10", { status: "private" }],
    ["/wp-json/wc/v3/products/11/variations/12", { status: "publish" }],
  ]);
});
