/** Webhooks of the fake store: pings, signatures, the queue and its troubles. */

import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createManualClock } from "../../src/fakes/fake.ts";
import { createWooCommerceFake, type WooCommerceFakeOptions } from "../../src/fakes/woocommerce/index.ts";
import { signatureOf } from "../../src/fakes/woocommerce/webhooks.ts";
import { clientOf } from "./store-client.ts";

interface Delivery {
  url: string;
  headers: Record<string, string>;
  body: string;
}

function open(options: WooCommerceFakeOptions = {}) {
  const clock = createManualClock("2026-11-21T23:34:49Z");
  const received: Delivery[] = [];
  const answers: number[] = [];
  const fake = createWooCommerceFake({
    clock,
    name: "zz",
    orders: 0,
    skus: [{ sku: "TEE", name: "Tee", price: "10.00", stock: 1000 }],
    webhookFetch: (url, init) => {
      received.push({ url, headers: init.headers as Record<string, string>, body: String(init.body) });
      const status = answers.shift() ?? 200;
      return status === 0 ? Promise.reject(new TypeError("refused")) : Promise.resolve(new Response(null, { status }));
    },
    ...options,
  });
  const client = clientOf(fake);
  const subscribe = async (topic: string, secret = "zzsecret1") => {
    const body = { name: topic, topic, secret, delivery_url: "http://127.0.0.1:8099/hook" };
    const answer = await client.send("POST", "/webhooks", body);
    await fake.settle();
    received.length = 0;
    return answer;
  };
  const sell = () => {
    const sale = fake.sell({ sku: "TEE" });
    return sale.sold ? sale.orderId : "";
  };
  const bodies = () => received.map((delivery) => JSON.parse(delivery.body));
  return { clock, fake, client, received, answers, subscribe, sell, bodies };
}

describe("signatures", () => {
  it.each([
    [
      "whsec-probe-1",
      '{"id":15,"status":"processing","total":"96.62"}',
      "MSgkZI7DP4KbH66hXPLWFoUkByOv97k8BIU4amxG9U0=",
    ],
    ["whsec-probe-1", '{"id":16,"customer_note":"Caf\\u00e9 \\u2615"}', "bAd1vzmkDyU8VNPfN1lWGTjqlcRhegMx1FryfG72cMk="],
    ["s3cr&t<k", '{"id":15}', "Dw1L94njetwNEVKKlt8xIF6F/aMiP7AZJgEvSkemNOw="],
    ["s3cr&amp;t&lt;k", '{"id":15}', "Dw1L94njetwNEVKKlt8xIF6F/aMiP7AZJgEvSkemNOw="],
  ])("by %s of %s", (secret, body, signature) => {
    expect(signatureOf(body, secret)).toBe(signature);
  });

  it("cover the raw body, with slashes and letters escaped as PHP does", async () => {
    const { received, subscribe, fake, client, bodies } = open();
    await subscribe("order.created");
    const billing = { first_name: "王", last_name: "Zzbuyer/é" };
    await client.send("POST", "/orders", { billing, line_items: [{ sku: "TEE", quantity: 1 }] });
    await fake.settle();
    const [delivery] = received;
    expect(delivery?.body).toContain('"first_name":"\\u738b","last_name":"Zzbuyer\\/\\u00e9"');
    const expected = createHmac("sha256", "zzsecret1")
      .update(delivery?.body ?? "")
      .digest("base64");
    expect(delivery?.headers).toMatchObject({
      "user-agent": "WooCommerce/11.0.1 Hookshot (WordPress/7.1)",
      "content-type": "application/json",
      "x-wc-webhook-source": "https://zz.example.test/",
      "x-wc-webhook-topic": "order.created",
      "x-wc-webhook-resource": "order",
      "x-wc-webhook-event": "created",
      "x-wc-webhook-id": "1",
      "x-wc-webhook-signature": expected,
    });
    const { body } = await client.get(`/orders/${bodies()[0].id}`);
    expect(bodies()[0]).toEqual(body);
  });
});

describe("a webhook", () => {
  it("is answered without its secret, and pings unsigned once", async () => {
    const { client, received, fake } = open();
    const body = { topic: "order.updated", secret: "zzsecret1", delivery_url: "https://hook.example.test/x" };
    const { status, body: made } = await client.send("POST", "/webhooks", body);
    await fake.settle();
    expect([status, made.status, made.date_modified]).toEqual([201, "active", null]);
    expect(JSON.stringify((await client.get("/webhooks")).body)).not.toContain("zzsecret1");
    expect(received.length).toBe(1);
    expect(received[0]).toMatchObject({ url: "https://hook.example.test/x", body: "webhook_id=1" });
    expect(Object.keys(received[0]?.headers ?? {})).toEqual(["user-agent", "content-type"]);
  });

  it.each([
    [{ topic: "order.nope", delivery_url: "https://a.example.test" }, "woocommerce_rest_shop_webhook_invalid_topic"],
    [{ topic: "order.updated", delivery_url: "ftp://a" }, "woocommerce_rest_shop_webhook_invalid_delivery_url"],
    [{ topic: "order.updated", delivery_url: "https://a.example.test", status: "on" }, "rest_invalid_param"],
  ])("is refused: %j", async (body, code) => {
    const answer = await open().client.send("POST", "/webhooks", body);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
  });

  it("tells of new orders, changes, refunds and the trash, but not of notes nor of what is gone for good", async () => {
    const { client, fake, subscribe, sell, received, clock } = open();
    await subscribe("order.updated");
    await subscribe("order.deleted");
    const topics = async (act: () => unknown) => {
      received.length = 0;
      clock.advance(2000);
      await act();
      await fake.settle();
      return received.map(({ headers, body }) => [headers["x-wc-webhook-topic"], JSON.parse(body).status]);
    };
    let id = "";
    expect(await topics(() => (id = sell()))).toEqual([["order.updated", "processing"]]);
    expect(await topics(() => client.send("POST", `/orders/${id}/notes`, { note: "x" }))).toEqual([]);
    const refund = { amount: "1", api_refund: false };
    expect(await topics(() => client.send("POST", `/orders/${id}/refunds`, refund))).toEqual([
      ["order.updated", "processing"],
    ]);
    expect(await topics(() => client.send("DELETE", `/orders/${id}`))).toEqual([
      ["order.updated", "trash"],
      ["order.deleted", undefined],
    ]);
    expect(received[1]?.body).toBe(`{"id":${id}}`);
    expect(await topics(() => client.send("DELETE", `/orders/${id}?force=true`))).toEqual([]);
  });

  it("tells of variations under their own id", async () => {
    const { client, subscribe, fake, bodies } = open();
    const attributes = [{ name: "Size", variation: true, visible: true, options: ["S"] }];
    const parent = (await client.send("POST", "/products", { name: "Shirt", type: "variable", attributes })).body;
    const variation = { regular_price: "5", attributes: [{ name: "Size", option: "S" }] };
    const child = (await client.send("POST", `/products/${parent.id}/variations`, variation)).body;
    await subscribe("product.updated");
    await client.send("PUT", `/products/${parent.id}/variations/${child.id}`, {
      manage_stock: true,
      stock_quantity: 2,
    });
    await fake.settle();
    expect(bodies()).toMatchObject([{ id: child.id, type: "variation", name: "Shirt - S", stock_quantity: 2 }]);
  });
});

describe("deliveries", () => {
  it("of one second share their delivery id", async () => {
    const { fake, subscribe, sell, received, clock } = open();
    await subscribe("order.updated");
    sell();
    sell();
    await fake.settle();
    clock.advance(1000);
    sell();
    await fake.settle();
    const ids = received.map(({ headers }) => headers["x-wc-webhook-delivery-id"]);
    expect(ids[0]).toMatch(/^[0-9a-f]{32}$/);
    expect([ids[1] === ids[0], ids[2] === ids[0]]).toEqual([true, false]);
  });

  it("wait in a queue, merge, and carry the newest state", async () => {
    const { fake, subscribe, sell, bodies, client } = open();
    await subscribe("order.updated");
    fake.webhooks.hold();
    const id = sell();
    await client.send("PUT", `/orders/${id}`, { status: "completed" });
    await fake.settle();
    expect([bodies().length, fake.webhooks.waiting]).toEqual([0, 1]);
    fake.webhooks.release();
    await fake.settle();
    expect(bodies()).toMatchObject([{ id: Number(id), status: "completed" }]);
  });

  it("of an order that is gone by then carry a signed error", async () => {
    const { fake, subscribe, sell, received } = open();
    await subscribe("order.updated");
    fake.webhooks.hold();
    const id = sell();
    fake.owner.removeOrder(id);
    fake.webhooks.release();
    await fake.settle();
    const [delivery] = received;
    expect(JSON.parse(delivery?.body ?? "")).toEqual({
      code: "woocommerce_rest_shop_order_invalid_id",
      message: "Invalid ID.",
      data: { status: 404 },
    });
    expect(delivery?.headers["x-wc-webhook-signature"]).toBe(signatureOf(delivery?.body ?? "", "zzsecret1"));
    expect(delivery?.headers["x-wc-webhook-topic"]).toBe("order.updated");
  });

  it("can be dropped, doubled, delayed and put last by script", async () => {
    const { fake, subscribe, sell, bodies, clock, received } = open();
    await subscribe("order.created");
    fake.fail("webhooks.deliver", ["drop", { times: 5 }, { delayMs: 60_000 }, "last", "ok"]);
    const ids = Array.from({ length: 5 }, sell).map(Number);
    await fake.settle();
    const got = () => bodies().map((body) => body.id);
    expect(got()).toEqual([...Array(5).fill(ids[1]), ids[4], ids[3]]);
    received.length = 0;
    clock.advance(60_000);
    await fake.settle();
    expect(got()).toEqual([ids[2]]);
    expect(fake.deliveries.filter(({ fault }) => fault === "drop").length).toBe(1);
  });

  it("can be turned around", async () => {
    const { fake, subscribe, sell, bodies } = open();
    await subscribe("order.created");
    fake.webhooks.hold();
    const ids = Array.from({ length: 4 }, sell).map(Number);
    fake.webhooks.reverse();
    fake.webhooks.release();
    await fake.settle();
    expect(bodies().map((body) => body.id)).toEqual(ids.toReversed());
  });

  it("are not repeated; after too many failures in a row the webhook is off, in silence", async () => {
    const { fake, subscribe, sell, received, answers, client } = open();
    await subscribe("order.created");
    const status = async () => (await client.get("/webhooks/1")).body.status;
    const deliver = async (code: number) => {
      answers.push(code);
      sell();
      await fake.settle();
    };
    for (const code of [500, 404, 0, 500, 500, 302]) await deliver(code);
    for (let failure = 0; failure < 6; failure += 1) await deliver(500);
    expect(await status()).toBe("active");
    await deliver(500);
    expect(await status()).toBe("disabled");
    expect((await client.get("/webhooks?status=disabled")).body.length).toBe(1);
    expect(received.length).toBe(13);
    await deliver(200);
    expect(received.length).toBe(13);
    await client.send("PUT", "/webhooks/1", { status: "active" });
    answers.length = 0;
    await deliver(200);
    expect(received.length).toBe(14);
  });

  it("to private addresses and odd ports fail in an unfiltered WordPress", async () => {
    const { fake, subscribe, sell, received } = open({ privateDelivery: false });
    await subscribe("order.created");
    sell();
    await fake.settle();
    expect(received).toEqual([]);
    expect(fake.deliveries.map(({ fault }) => fault)).toEqual(["blocked", "blocked"]);
  });
});
