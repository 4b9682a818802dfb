/** The fake store's life, its own books, its failures and its server. */

import { afterEach, describe, expect, it } from "vitest";
import { addDecimals, type booksToJson, createManualClock, foldEvents } from "../../src/fakes/fake.ts";
import { serveFake } from "../../src/fakes/serve.ts";
import { createWooCommerceFake, type WooCommerceFakeOptions } from "../../src/fakes/woocommerce/index.ts";
import { basic, call, clientOf } from "./store-client.ts";

const NOW = "2026-11-21T23:34:49Z";

function open(options: WooCommerceFakeOptions = {}) {
  const clock = createManualClock(NOW);
  const fake = createWooCommerceFake({ clock, name: "zz", ...options });
  return { clock, fake, client: clientOf(fake) };
}

interface OrderAnswer {
  id: number;
  status: string;
  total: string;
  currency: string;
  refunds: { total: string }[];
  line_items: { quantity: number; total: string; total_tax: string }[];
  fee_lines: { total: string; total_tax: string }[];
  shipping_lines: { total: string; total_tax: string }[];
}

describe("books", () => {
  const stores: [number, WooCommerceFakeOptions][] = [
    [1, {}],
    [2, { currency: "JPY", pricesIncludeTax: true, timeZone: "Asia/Tokyo" }],
    [3, { currency: "KWD", timeZone: "Asia/Kuwait", fulfillments: false }],
    [4, { pricesIncludeTax: "mixed", otherCurrencies: ["JPY", "EUR"], orders: 200, listings: 40 }],
  ];

  it.each(stores)("recomputed from the log equal the answers after 500 acts (seed %i)", async (seed, options) => {
    const { fake, client, clock } = open({ seed, ...options });
    for (let count = 0; count < 500; count += 1) {
      fake.tick();
      clock.advance(700);
    }
    const books = foldEvents(fake.events);
    expect(books.orders).toEqual(fake.books().orders);
    expect(books.variants).toEqual(fake.books().variants);

    const isDraft = (order: OrderAnswer) => order.status === "checkout-draft";
    const orders = ((await client.all("/orders?orderby=id&order=asc")) as OrderAnswer[]).filter((o) => !isDraft(o));
    const trashed = ((await client.all("/orders?status=trash")) as OrderAnswer[]).length;
    expect(books.counts).toMatchObject({ orders: orders.length, hiddenOrders: trashed });
    for (const order of orders) {
      const fact = books.orders.get(String(order.id));
      const refunded = order.refunds.reduce((sum, refund) => addDecimals(sum, refund.total.replace("-", "")), "0");
      expect(fact, `order ${order.id}`).toMatchObject({
        status: order.status,
        currency: order.currency,
        total: order.total,
        isHidden: false,
      });
      expect(Number(fact?.refunded)).toBe(Number(refunded));
      expect(fact?.lines.map((line) => line.quantity)).toEqual(order.line_items.map((line) => line.quantity));
    }
    expect((await client.all("/refunds")).length).toBe(books.counts.refunds);

    const products = await client.all("/products");
    const variations = await client.all("/variations");
    expect(products.length).toBe(books.counts.listings);
    const sellable = [...products.filter((p) => p.type !== "variable" || p.manage_stock === true), ...variations];
    expect(sellable.length).toBe(books.counts.variants);
    for (const item of sellable) {
      const fact = books.variants.get(String(item.id));
      const own = item.manage_stock === true ? item.stock_quantity : null;
      expect([fact?.sku, fact?.quantity], `product ${item.id}`).toEqual([item.sku, own]);
      if (item.type !== "variable") expect(fact?.price).toBe(item.price);
    }
  });

  it("log what the store showed at each sale", () => {
    const { fake } = open({ orders: 0, skus: [{ sku: "TEE", name: "Tee", price: "1", stock: 3 }] });
    expect(fake.sell({ sku: "TEE", quantity: 2 })).toMatchObject({ sold: true, shown: 3 });
    expect(fake.sell({ sku: "TEE", quantity: 2 })).toEqual({ sold: false, reason: "out_of_stock", shown: 1 });
    expect(fake.sell({ sku: "TEE", quantity: 2, force: true })).toMatchObject({ sold: true, shown: 1 });
    expect(fake.sell({ sku: "NONE" })).toMatchObject({ sold: false, reason: "unknown_sku" });
    expect(fake.books().sales.map(({ quantity, shown }) => [quantity, shown])).toEqual([
      [2, 3],
      [2, 1],
    ]);
    expect(fake.books().variants.values().next().value?.quantity).toBe(-1);
  });

  it("start with the stock and the number of orders that were asked for", () => {
    const skus = [
      { sku: "A", name: "A", price: "12.00", stock: 10 },
      { sku: "B", name: "B", price: "5.00", stock: 0 },
    ];
    const { counts, variants } = open({ orders: 60, skus }).fake.books();
    expect(counts).toMatchObject({ orders: 60, listings: 2, variants: 2, settlements: 0 });
    expect([...variants.values()].map(({ sku, quantity }) => [sku, quantity])).toEqual([
      ["A", 10],
      ["B", 0],
    ]);
  });
});

describe("life", () => {
  it("is the same for the same seed and another for another", () => {
    const story = (seed: number) => {
      const { fake } = open({ seed });
      for (let count = 0; count < 50; count += 1) fake.tick();
      return JSON.stringify(fake.events);
    };
    expect(story(5)).toBe(story(5));
    expect(story(5)).not.toBe(story(6));
  });

  it("is lively: every kind of act occurs", () => {
    const { fake, clock } = open({ seed: 11 });
    const from = fake.events.length;
    for (let count = 0; count < 600; count += 1) {
      fake.tick();
      clock.advance(60_000);
    }
    const kinds = new Set(
      fake.events.slice(from).map((event) => ("what" in event ? `${event.kind}:${event.what}` : event.kind)),
    );
    for (const kind of [
      "order_placed",
      "order_changed:status",
      "order_changed:address",
      "order_hidden",
      "units_sold",
      "units_returned",
      "refund_made",
      "shipment_made",
      "stock_set",
      "price_set",
    ]) {
      expect(kinds, kind).toContain(kind);
    }
  });

  it("marks buyers and keys so that a leak is found", async () => {
    const { fake, client } = open({ orders: 40 });
    expect(fake.credentials.consumer_key).toMatch(/^ck_fa4efa4efa4efa4e[0-9a-f]{24}$/);
    expect(fake.credentials.consumer_secret).toMatch(/^cs_fa4efa4efa4efa4e[0-9a-f]{24}$/);
    const orders = await client.all("/orders");
    for (const order of orders) expect(order.billing.last_name).toContain("Zzbuyer");
    expect(orders.some((order) => /[\u4e00-\u9fff]/.test(order.billing.last_name))).toBe(true);
    expect(JSON.stringify(fake.events)).not.toContain("Zzbuyer");
    expect(JSON.stringify(fake.requests)).not.toContain("fa4e");
  });

  it("holds what trips importers: lines of removed goods, empty addresses, odd meta, drafts and trash", async () => {
    const { client, fake, clock } = open({ orders: 150, listings: 30, seed: 3 });
    expect((await client.get("/orders?status=checkout-draft")).body.length).toBe(1);
    for (let count = 0; count < 200; count += 1) {
      fake.tick();
      clock.advance(1000);
    }
    const orders = await client.all("/orders");
    const lines = orders.flatMap((order) => order.line_items);
    expect(lines.some((line) => line.product_id === 0 && line.sku === null)).toBe(true);
    expect(lines.some((line) => line.sku === "")).toBe(true);
    expect(orders.some((order) => order.shipping.country === "")).toBe(true);
    expect(orders.some((order) => order.coupon_lines.length > 0 && order.fee_lines.length >= 0)).toBe(true);
    expect(orders.some((order) => order.tax_lines.length === 2)).toBe(true);
    const values = orders.flatMap((order) => order.meta_data).filter((meta) => meta.key === "_plugin_state");
    expect(new Set(values.map((meta) => typeof meta.value)).size).toBeGreaterThan(2);
  });

  it("has headers that follow from the parts within half a unit of the last digit each", async () => {
    for (const options of [{}, { currency: "JPY" }, { currency: "KWD", pricesIncludeTax: true }]) {
      const { client, fake } = open({ orders: 80, ...options });
      const digits = fake.books().orders.values().next().value?.total.split(".")[1]?.length ?? 0;
      for (const order of (await client.all("/orders?dp=6")) as OrderAnswer[]) {
        const parts = [...order.line_items, ...order.fee_lines, ...order.shipping_lines];
        const sum = parts.reduce((total, part) => total + Number(part.total) + Number(part.total_tax), 0);
        const tolerance = 0.5 * 10 ** -digits * (parts.length * 3);
        expect(Math.abs(sum - Number(order.total)), `order ${order.id}`).toBeLessThanOrEqual(tolerance + 1e-9);
      }
    }
  });

  it("hides orders from lists by change for a while, not from reads by id", async () => {
    const { client, fake, clock } = open({ orders: 5 });
    const first = (await client.get("/orders")).body[0].id;
    fake.hideFromChanges([String(first)], 7_200_000);
    const byChange = async () =>
      (await client.get("/orders?orderby=modified")).body.some((order: OrderAnswer) => order.id === first);
    expect(await byChange()).toBe(false);
    expect((await client.get(`/orders/${first}`)).status).toBe(200);
    expect((await client.get("/orders")).body[0].id).toBe(first);
    clock.advance(7_200_000);
    expect(await byChange()).toBe(true);
  });
});

describe("failures", () => {
  it("are scripted per operation", async () => {
    const { fake, client } = open();
    fake.fail("orders.list", [
      { status: 503 },
      { code: "woocommerce_rest_cannot_view", message: "No.", status: 401 },
      { html: "<h1>There has been a critical error</h1>", status: 500 },
      "cut",
    ]);
    expect((await client.get("/products")).status).toBe(200);
    expect((await client.get("/orders")).status).toBe(503);
    expect((await client.get("/orders")).body).toEqual({
      code: "woocommerce_rest_cannot_view",
      message: "No.",
      data: { status: 401 },
    });
    expect((await client.get("/orders")).body).toContain("critical error");
    await expect(client.get("/orders")).rejects.toThrow("connection lost");
    expect((await client.get("/orders")).status).toBe(200);
  });

  it("lose the answer of a write that was done", async () => {
    const { fake, client } = open({ orders: 0, skus: [{ sku: "TEE", name: "Tee", price: "1", stock: 3 }] });
    const { id } = (await client.get("/products")).body[0];
    fake.fail("products.batch", ["cut"]);
    const write = () =>
      client.send("POST", "/products/batch", { update: [{ id, manage_stock: true, stock_quantity: 9 }] });
    await expect(write()).rejects.toThrow("connection lost");
    expect((await client.get(`/products/${id}`)).body.stock_quantity).toBe(9);
  });

  it("include the host's quota, in a window that slides", async () => {
    const { clock, client, fake } = open({ quota: { limit: 3, windowMs: 1000 } });
    const statuses: number[] = [];
    for (let count = 0; count < 4; count += 1) {
      statuses.push((await client.get("/orders")).status);
      clock.advance(200);
    }
    expect(statuses).toEqual([200, 200, 200, 429]);
    const refused = await client.get("/orders");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"]);
    clock.advance(200);
    expect((await client.get("/orders")).status).toBe(200);
    expect((await client.get("/orders")).status).toBe(429);
    expect(fake.requests.filter(({ fault }) => fault === "quota").length).toBe(3);
  });
});

describe("served over HTTP", () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  async function serve(options: WooCommerceFakeOptions = {}) {
    const fake = createWooCommerceFake({ name: "zz", orders: 5, https: true, ...options });
    const served = await serveFake(fake);
    closers.push(served.close);
    const url = `${served.baseUrl}/wp-json/wc/v3`;
    const headers = { authorization: basic(fake.keys.readWrite) };
    return { fake, ...served, ask: (path: string) => fetch(url + path, { headers }) };
  }

  it("answers under its own address", async () => {
    const { ask, fake, baseUrl } = await serve();
    expect(fake.settings.storeUrl).toBe(baseUrl);
    const response = await ask("/orders");
    expect([response.status, response.headers.get("link")]).toEqual([
      200,
      `<${baseUrl}/wp-json/>; rel="https://api.w.org/"`,
    ]);
    const discovery = await call(fake, `${baseUrl}/wp-json/`);
    expect(discovery.body.home).toBe(baseUrl);
  });

  it("cuts connections by script", async () => {
    const { ask, fake } = await serve();
    fake.fail("orders.list", ["cut", "reset"]);
    await expect(ask("/orders")).rejects.toThrow("fetch failed");
    await expect(ask("/orders")).rejects.toThrow("fetch failed");
    expect((await ask("/orders")).status).toBe(200);
  });

  it("is steered by another process", async () => {
    const skus = [{ sku: "TEE", name: "Tee", price: "1", stock: 3 }];
    const { baseUrl, ask, fake } = await serve({ orders: 0, skus });
    const post = async (path: string, body: unknown) =>
      (await fetch(`${baseUrl}/__fake/${path}`, { method: "POST", body: JSON.stringify(body) })).json();
    expect(await post("sell", { sku: "TEE", quantity: 2 })).toMatchObject({ sold: true, shown: 3 });
    await post("tick", { times: 20 });
    const books = (await (await fetch(`${baseUrl}/__fake/books`)).json()) as ReturnType<typeof booksToJson>;
    expect(books.counts).toEqual(fake.books().counts);
    expect(books.orders.length).toBe(fake.books().orders.size);
    expect(await post("faults", { "orders.list": [{ status: 502 }] })).toEqual({ ok: true });
    expect((await ask("/orders")).status).toBe(502);
    expect(await post("faults", { "orders.list": ["explode"] })).toMatchObject({
      error: expect.stringContaining("orders.list[0]"),
    });
    expect(await (await fetch(`${baseUrl}/__fake`)).json()).toEqual({ platform: "woocommerce", name: "zz" });
    expect((await call(fake, `${baseUrl}/__fake/books`)).status).toBe(404);
  });
});

describe("many orders", () => {
  it("are paged by change without gaps or repeats", async () => {
    const { client, fake } = open({ orders: 600, listings: 50 });
    const rows = await client.all(
      "/orders?orderby=modified&order=asc&modified_after=2020-01-01T00:00:00&dates_are_gmt=true",
    );
    const drafts = rows.filter((order) => order.status === "checkout-draft").length;
    expect(new Set(rows.map((order) => order.id)).size).toBe(rows.length);
    expect(rows.length - drafts).toBe(fake.books().counts.orders);
  });
});
