import { describe, expect, it } from "vitest";
import { receive } from "../../../src/adapters/woocommerce/webhooks/index.ts";
import { hmac, toBase64 } from "../../../src/core/crypto.ts";
import { createTestClock } from "../../support/clock.ts";
import { givenAdapter, givenOrder, givenStore, SIGNAL } from "./stub.ts";

const SECRET = "abc123";

function deliver(topic: string, body: unknown, at = "2026-11-22T10:00:00Z") {
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const headers = { "X-WC-Webhook-Topic": topic, "X-WC-Webhook-Signature": toBase64(hmac("sha256", SECRET, bytes)) };
  const request = { method: "POST", path: "/", query: {}, headers, body: bytes };
  return receive(request, [SECRET], createTestClock(at)).notifications[0]!;
}

const product = (overrides: Record<string, unknown>) => ({
  id: 10,
  type: "simple",
  status: "publish",
  regular_price: "1",
  stock_status: "instock",
  date_modified_gmt: "2026-11-22T09:59:59",
  variations: [],
  images: [],
  ...overrides,
});

describe("notifications", () => {
  it("carries orders on, and tells apart two changes of one second", () => {
    const first = deliver("order.updated", givenOrder());
    expect(first).toMatchObject({
      topic: "order.updated",
      resource: "orders",
      externalId: "500",
      occurredAt: new Date("2026-11-20T10:00:00Z"),
      document: { externalId: "500", form: "order@wc/v3" },
    });
    expect(deliver("order.updated", givenOrder(), "2026-11-23T10:00:00Z").dedupKey).toBe(first.dedupKey);
    expect(deliver("order.updated", givenOrder({ status: "completed" })).dedupKey).not.toBe(first.dedupKey);
  });

  it("carries simple products on, and names the product for variations", () => {
    expect(deliver("product.updated", product({})).document).toMatchObject({
      externalId: "10",
      payload: { variations: [] },
    });
    const variation = deliver("product.updated", product({ id: 12, type: "variation", parent_id: 11 }));
    expect(variation).toMatchObject({ resource: "listings", externalId: "11" });
    expect(variation.document).toBeUndefined();
    const variable = deliver("product.updated", product({ id: 11, type: "variable", variations: [12] }));
    expect([variable.externalId, variable.document]).toEqual(["11", undefined]);
  });

  it("hints at what was deleted, once a day", () => {
    const first = deliver("order.deleted", { id: 31 });
    expect(first).toMatchObject({ resource: "orders", externalId: "31" });
    expect(deliver("order.deleted", { id: 31 }, "2026-11-22T23:00:00Z").dedupKey).toBe(first.dedupKey);
    expect(deliver("order.deleted", { id: 31 }, "2026-11-25T10:00:00Z").dedupKey).not.toBe(first.dedupKey);
  });

  it("accepts a signed error body without an id, and topics that it does not know", () => {
    const gone = { code: "woocommerce_rest_shop_order_invalid_id", message: "Invalid ID.", data: { status: 404 } };
    expect(deliver("order.updated", gone)).toMatchObject({ resource: "orders", externalId: null, signal: "other" });
    expect(deliver("coupon.created", { id: 4 })).toMatchObject({ resource: null, externalId: "4" });
  });
});

describe("webhooks in place", () => {
  const ADDRESS = "https://tallyport.example.test/webhooks/woocommerce/1";

  it("makes all that are missing, mends what was switched off, and leaves others alone", async () => {
    const { adapter, sent } = givenAdapter(({ method }) =>
      method === "GET" ? { body: existing } : { body: { id: 1 } },
    );
    const existing: unknown[] = [];
    const made = await adapter.webhooks.ensure?.(givenStore(), ADDRESS, SECRET, SIGNAL);
    expect(made?.topics.length).toBe(8);
    expect(made?.repaired).toEqual(made?.topics);
    const written = sent
      .filter((request) => request.method === "POST")
      .map((request) => request.body as Record<string, string>);
    expect(written[1]).toMatchObject({
      topic: "order.updated",
      delivery_url: ADDRESS,
      secret: SECRET,
      status: "active",
    });

    for (const [index, body] of written.entries())
      existing.push({ ...body, id: index + 1, status: body.topic === "order.updated" ? "disabled" : "active" });
    existing.push({ id: 99, topic: "order.updated", delivery_url: "https://another.example.test", status: "disabled" });
    sent.length = 0;
    expect((await adapter.webhooks.ensure?.(givenStore(), ADDRESS, SECRET, SIGNAL))?.repaired).toEqual([
      "order.updated",
    ]);
    expect(sent.slice(1)).toMatchObject([
      { method: "PUT", path: "/wp-json/wc/v3/webhooks/2", body: { status: "active" } },
    ]);

    sent.length = 0;
    await adapter.webhooks.remove?.(givenStore(), ADDRESS, SIGNAL);
    expect(sent.filter((request) => request.method === "DELETE").length).toBe(8);
  });

  it("writes a changed secret anew", async () => {
    const { adapter, sent } = givenAdapter(({ method }) =>
      method === "GET" ? { body: existing } : { body: { id: 1 } },
    );
    const existing: unknown[] = [];
    await adapter.webhooks.ensure?.(givenStore(), ADDRESS, SECRET, SIGNAL);
    for (const [index, { body }] of sent.slice(1).entries()) existing.push({ ...(body as object), id: index + 1 });
    expect((await adapter.webhooks.ensure?.(givenStore(), ADDRESS, "another", SIGNAL))?.repaired.length).toBe(8);
  });
});
