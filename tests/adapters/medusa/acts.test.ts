/** Acts on orders, disputes and listings. */
import { describe, expect, it } from "vitest";
import { keyMark } from "../../../src/core/key-mark.ts";
import { givenAdapter, givenOrder, givenStore, isGet, listOf, perform, SIGNAL, writes } from "./stub.ts";

describe("an act on an order", () => {
  const shop = (order: object | null = givenOrder()) =>
    givenAdapter((call) => (isGet(call) ? listOf("orders", order ? [order] : []) : {}));
  const ORDER = { orderExternalId: "order_1" };

  it("writes a memo and takes its flag away", async () => {
    const { adapter, sent } = shop();
    expect(await perform(adapter.orders.acts.set_memo, { ...ORDER, text: "pack well", flag: null })).toEqual({
      outcome: "done",
      reread: [{ resource: "orders", externalId: "order_1" }],
    });
    expect(writes(sent)).toEqual([["/admin/orders/order_1", { metadata: { memo: "pack well", flag: "" } }]]);
  });

  it("S23: cancels it whole, once", async () => {
    const cancel = { ...ORDER, reason: null, lines: [], restock: true };
    const open = shop();
    expect(await perform(open.adapter.orders.acts.cancel, cancel)).toMatchObject({ outcome: "done" });
    expect(writes(open.sent)).toEqual([["/admin/orders/order_1/cancel", {}]]);
    const part = { ...cancel, lines: [{ orderLineExternalId: "ordli_1", quantity: 1 }] };
    expect(await perform(open.adapter.orders.acts.cancel, part)).toMatchObject({ outcome: "rejected" });
    const gone = shop(givenOrder({ status: "canceled" }));
    expect(await perform(gone.adapter.orders.acts.cancel, cancel)).toMatchObject({ outcome: "done" });
    expect(writes(gone.sent)).toEqual([]);
  });

  it("completes, archives, and captures what is not captured yet", async () => {
    const [open, taken] = [
      { id: "pay_2", captured_at: null, canceled_at: null },
      { id: "pay_1", captured_at: "2026-11-21T23:41:33.036Z" },
    ];
    const { adapter, sent } = shop(givenOrder({ payment_collections: [{ payments: [taken, open] }] }));
    for (const act of ["complete", "archive", "capture"]) await perform(adapter.orders.acts[act], ORDER);
    expect(writes(sent).map(([path]) => path)).toEqual([
      "/admin/orders/order_1/complete",
      "/admin/orders/order_1/archive",
      "/admin/payments/pay_2/capture",
    ]);
  });

  it("on one that does not exist is refused", async () => {
    const { adapter } = shop(null);
    expect(await perform(adapter.orders.acts.complete, ORDER)).toMatchObject({
      outcome: "rejected",
      error: { category: "not_found" },
    });
  });
});

describe("a refund", () => {
  const REFUND = {
    orderExternalId: "order_1",
    amount: "3.50",
    currency: "USD",
    reason: "scratched",
    lines: [],
    restock: false,
    payBack: true,
  };
  const withRefunds = (refunds: object[], provider_id = "pp_stripe_stripe") =>
    givenOrder({
      payment_collections: [
        {
          status: "completed",
          payments: [{ id: "pay_1", provider_id, amount: 10, captures: [{ amount: 10 }], refunds }],
        },
      ],
    });
  const shop = (order: object) => givenAdapter((call) => (isGet(call) ? listOf("orders", [order]) : {}));

  it("goes by the payment that has as much left, with our key in its note", async () => {
    const { adapter, sent } = shop(withRefunds([{ id: "ref_0", amount: 6.5 }]));
    expect(await perform(adapter.orders.acts.refund, REFUND)).toMatchObject({ outcome: "done" });
    expect(writes(sent)).toEqual([
      ["/admin/payments/pay_1/refund", { amount: 3.5, note: `scratched ${keyMark("key")}` }],
    ]);
  });

  it("S26: whose answer was lost is found by its key, and not made twice", async () => {
    const { adapter, sent } = shop(withRefunds([{ id: "ref_1", amount: 3.5, note: `scratched ${keyMark("key")}` }]));
    const { refund } = adapter.orders.acts;
    const done = { outcome: "done", externalId: "ref_1" };
    expect(await perform(refund, REFUND)).toMatchObject(done);
    const act = { idempotencyKey: "key", input: REFUND, progress: null };
    if (!("findEffect" in refund)) throw new Error("a refund is not there");
    expect(await refund.findEffect?.(givenStore(), act, SIGNAL)).toMatchObject(done);
    expect(await refund.findEffect?.(givenStore(), { ...act, idempotencyKey: "another" }, SIGNAL)).toBeNull();
    expect(writes(sent)).toEqual([]);
  });

  it.each([
    ["more than is left", { amount: "10.01" }],
    ["nothing", { amount: "0" }],
    ["another currency", { currency: "EUR" }],
    ["goods too", { restock: true }],
    ["a booking alone", { payBack: false }],
  ])("of %s is refused before it is sent", async (_, more) => {
    const { adapter, sent } = shop(withRefunds([]));
    expect(await perform(adapter.orders.acts.refund, { ...REFUND, ...more })).toMatchObject({ outcome: "rejected" });
    expect(writes(sent)).toEqual([]);
  });

  it("is booked alone where no provider stands behind the payment", async () => {
    const { adapter } = shop(withRefunds([], "pp_system_default"));
    expect(await perform(adapter.orders.acts.refund, { ...REFUND, payBack: false })).toMatchObject({ outcome: "done" });
  });
});

describe("an answer to a dispute", () => {
  const item = { item_id: "ordli_1", quantity: 2, received_quantity: 1, damaged_quantity: 0 };
  const shop = (row: object, owed = 0) =>
    givenAdapter((call) => {
      if (!isGet(call)) return {};
      const rows = [{ order_id: "order_1", created_at: "2026-11-21T23:41:35.714Z", items: [item], ...row }];
      if (call.path !== "/admin/orders") return listOf(call.path.replace("/admin/", ""), rows);
      return listOf("orders", [givenOrder({ summary: { pending_difference: -owed } })]);
    });
  const ASKED = {
    disputeExternalId: "return_1",
    orderExternalId: null,
    system: null,
    reason: null,
    message: "sorry",
    lockToken: null,
    amount: null,
    currency: null,
    files: [],
    returnAddressId: null,
  };

  it("receives what is still expected, in three calls", async () => {
    const { adapter, sent } = shop({ id: "return_1", status: "requested" });
    expect(await perform(adapter.disputes.acts.receive_return, ASKED)).toMatchObject({ outcome: "done" });
    expect(writes(sent)).toEqual([
      ["/admin/returns/return_1/receive", {}],
      ["/admin/returns/return_1/receive-items", { items: [{ id: "ordli_1", quantity: 1 }] }],
      ["/admin/returns/return_1/receive/confirm", {}],
    ]);
  });

  it("gives back what is owed once goods are here, or what is named before", async () => {
    const here = shop({ id: "return_1", status: "received" }, 46.25);
    expect(await perform(here.adapter.disputes.acts.accept, ASKED)).toMatchObject({
      outcome: "done",
      reread: [
        { resource: "orders", externalId: "order_1" },
        { resource: "disputes", externalId: "return_1" },
      ],
    });
    expect(writes(here.sent)).toEqual([
      ["/admin/payments/pay_1/refund", { amount: 46.25, note: `sorry ${keyMark("key")}` }],
    ]);
    const asked = shop({ id: "return_1", status: "requested" }, 46.25);
    expect(await perform(asked.adapter.disputes.acts.accept, ASKED)).toMatchObject({ error: { category: "conflict" } });
    await perform(asked.adapter.disputes.acts.accept, { ...ASKED, amount: "5", currency: "USD" });
    expect(writes(asked.sent)).toMatchObject([["/admin/payments/pay_1/refund", { amount: 5 }]]);
  });

  it("withdraws each in its own list, once", async () => {
    for (const [id, list] of [
      ["return_1", "returns"],
      ["claim_1", "claims"],
      ["oexc_1", "exchanges"],
    ]) {
      const { adapter, sent } = shop({ id, status: "requested" });
      expect(await perform(adapter.disputes.acts.refuse, { ...ASKED, disputeExternalId: id })).toMatchObject({
        outcome: "done",
      });
      expect(writes(sent)).toEqual([[`/admin/${list}/${id}/cancel`, {}]]);
    }
    const gone = shop({ id: "return_1", status: "canceled" });
    expect(await perform(gone.adapter.disputes.acts.refuse, ASKED)).toMatchObject({ outcome: "done" });
    expect(writes(gone.sent)).toEqual([]);
  });

  it.each([
    ["receive_return", { id: "claim_1" }, "invalid_request"],
    ["receive_return", { id: "return_1", status: "open" }, "conflict"],
    ["accept", { id: "return_1", status: "received" }, "conflict"],
    ["accept", { id: "zz" }, "not_found"],
  ])("%s on %j is refused as %s", async (act, row, category) => {
    const { adapter, sent } = shop(row);
    expect(await perform(adapter.disputes.acts[act], { ...ASKED, disputeExternalId: row.id })).toMatchObject({
      outcome: "rejected",
      error: { category },
    });
    expect(writes(sent)).toEqual([]);
  });
});

describe("a listing", () => {
  it("S27: goes on and off the shelf whole", async () => {
    const { adapter, sent } = givenAdapter();
    const input = { listingExternalId: "prod_1", variantExternalId: null, reason: null };
    await perform(adapter.listings.acts.deactivate, input);
    await perform(adapter.listings.acts.activate, input);
    expect(await perform(adapter.listings.acts.activate, { ...input, variantExternalId: "v" })).toMatchObject({
      outcome: "rejected",
    });
    expect(writes(sent)).toEqual([
      ["/admin/products/prod_1", { status: "draft" }],
      ["/admin/products/prod_1", { status: "published" }],
    ]);
  });
});
