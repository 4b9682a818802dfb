/** Products, stock and prices, refunds, fulfilments of the fake store. */

import { describe, expect, it } from "vitest";
import { createManualClock } from "../../src/fakes/fake.ts";
import { createWooCommerceFake, type WooCommerceFakeOptions } from "../../src/fakes/woocommerce/index.ts";
import { clientOf } from "./store-client.ts";

const TEE = { sku: "TEE", name: "Tee", price: "10.00", stock: 7 };

function open(options: WooCommerceFakeOptions = {}) {
  const clock = createManualClock("2026-11-21T23:34:49Z");
  const fake = createWooCommerceFake({ clock, name: "zz", orders: 0, skus: [TEE], ...options });
  const client = clientOf(fake);
  const tee = async () => (await client.get("/products?sku=TEE")).body[0];
  return { clock, fake, client, tee };
}

async function withVariations() {
  const store = open();
  const { client } = store;
  const attributes = [{ name: "Size", variation: true, visible: true, options: ["S", "M"] }];
  const body = { name: "Shirt", type: "variable", sku: "SHIRT", attributes, manage_stock: true, stock_quantity: 100 };
  const parent = (await client.send("POST", "/products", body)).body;
  const path = `/products/${parent.id}/variations`;
  const make = async (size: string) =>
    (
      await client.send("POST", path, {
        sku: `SHIRT-${size}`,
        regular_price: "30",
        attributes: [{ name: "Size", option: size }],
      })
    ).body;
  return { ...store, parent, path, small: await make("S"), medium: await make("M") };
}

describe("stock by API", () => {
  it("is ignored in silence while it is not managed", async () => {
    const { client, tee } = open();
    const { id } = await tee();
    const off = await client.send("PUT", `/products/${id}`, { manage_stock: false });
    expect([off.status, off.body.manage_stock, off.body.stock_quantity]).toEqual([200, false, null]);
    const ignored = await client.send("PUT", `/products/${id}`, { stock_quantity: 5 });
    expect([ignored.status, ignored.body.stock_quantity]).toEqual([200, null]);
    const set = await client.send("PUT", `/products/${id}`, { manage_stock: true, stock_quantity: 5 });
    expect(set.body.stock_quantity).toBe(5);
  });

  it("may go below zero, and is refused in fractions", async () => {
    const { client, tee } = open();
    const { id } = await tee();
    const put = (body: unknown) => client.send("PUT", `/products/${id}`, body);
    expect((await put({ stock_quantity: -2 })).body).toMatchObject({ stock_quantity: -2, stock_status: "outofstock" });
    expect((await put({ stock_quantity: 3.7 })).body.code).toBe("rest_invalid_param");
    const batch = await client.send("POST", "/products/batch", { update: [{ id, stock_quantity: 3.7 }] });
    expect(batch.body.update[0].error.code).toBe("rest_invalid_param");
    const status = (await put({ stock_quantity: 0, backorders: "notify" })).body;
    expect([status.stock_status, status.backordered]).toEqual(["onbackorder", true]);
  });

  it("of a variation belongs to its parent until it manages its own", async () => {
    const { client, fake, path, parent, small } = await withVariations();
    expect([small.manage_stock, small.stock_quantity]).toEqual(["parent", 100]);
    const ignored = await client.send("PUT", `${path}/${small.id}`, { stock_quantity: 3 });
    expect([ignored.body.manage_stock, ignored.body.stock_quantity]).toEqual(["parent", 100]);
    fake.sell({ sku: "SHIRT-S", quantity: 4 });
    expect((await client.get(`/products/${parent.id}`)).body.stock_quantity).toBe(96);
    const own = await client.send("POST", `${path}/batch`, {
      update: [{ id: small.id, manage_stock: true, stock_quantity: 3 }, { id: 999999 }],
    });
    expect(own.body.update[0]).toMatchObject({ manage_stock: true, stock_quantity: 3 });
    expect(own.body.update[1].error.code).toBe("woocommerce_rest_product_variation_invalid_id");
  });

  it("moves the time of change of the variation and of its parent", async () => {
    const { client, clock, fake, path, parent, small } = await withVariations();
    const stamps = async () => [
      (await client.get(`${path}/${small.id}`)).body.date_modified_gmt,
      (await client.get(`/products/${parent.id}`)).body.date_modified_gmt,
    ];
    clock.advance(5000);
    await client.send("PUT", `${path}/${small.id}`, { regular_price: "30" });
    expect(await stamps()).toEqual(["2026-11-21T23:34:54", "2026-11-21T23:34:54"]);
    await client.send("PUT", `${path}/${small.id}`, { manage_stock: true, stock_quantity: 9 });
    clock.advance(5000);
    fake.sell({ sku: "SHIRT-S" });
    expect(await stamps()).toEqual(["2026-11-21T23:34:59", "2026-11-21T23:34:59"]);
  });

  it("is found by SKU, variations too, and listed over all products with the parent's id", async () => {
    const { client, parent, small, medium } = await withVariations();
    const found = (await client.get("/products?sku=SHIRT-S,TEE,none")).body;
    expect(found.map((p: { sku: string }) => p.sku).toSorted()).toEqual(["SHIRT-S", "TEE"]);
    expect(found.find((p: { sku: string }) => p.sku === "SHIRT-S")).toMatchObject({
      type: "variation",
      parent_id: parent.id,
      name: "Shirt - S",
    });
    const all = (await client.get("/variations")).body;
    expect(all.map((v: { id: number; parent_id: number }) => [v.id, v.parent_id])).toEqual([
      [medium.id, parent.id],
      [small.id, parent.id],
    ]);
    expect((await client.get("/products")).body.map((p: { id: number }) => p.id)).not.toContain(small.id);
  });
});

describe("prices by API", () => {
  it("are texts; a number is refused", async () => {
    const { client, tee } = open();
    const { id } = await tee();
    const refused = await client.send("PUT", `/products/${id}`, { regular_price: 9.9 });
    expect([refused.status, refused.body.code, refused.body.data.params]).toEqual([
      400,
      "rest_invalid_param",
      { regular_price: "regular_price is not of type string." },
    ]);
  });

  it("drop a sale price above the regular one, and clear it by an empty text", async () => {
    const { client, tee } = open();
    const { id } = await tee();
    const put = async (body: unknown) => (await client.send("PUT", `/products/${id}`, body)).body;
    expect(await put({ sale_price: "12" })).toMatchObject({ sale_price: "", price: "10.00", on_sale: false });
    expect(await put({ sale_price: "8" })).toMatchObject({ sale_price: "8", price: "8", on_sale: true });
    expect(await put({ sale_price: "" })).toMatchObject({ sale_price: "", price: "10.00", on_sale: false });
  });

  it("wait for a sale that is scheduled, until the store's own job runs", async () => {
    const { client, clock, fake, tee } = open();
    const { id } = await tee();
    const sale = {
      sale_price: "8",
      date_on_sale_from_gmt: "2026-11-22T00:00:00",
      date_on_sale_to_gmt: "2026-11-23T00:00:00",
    };
    const planned = (await client.send("PUT", `/products/${id}`, sale)).body;
    expect(planned).toMatchObject({ price: "10.00", on_sale: false, date_on_sale_from: "2026-11-21T19:00:00" });
    clock.set("2026-11-22T01:00:00Z");
    fake.tick();
    const { price } = [...fake.books().variants.values()].find((variant) => variant.sku === "TEE") ?? {};
    expect((await tee()).price).toBe(price);
    expect(fake.events.some((event) => event.kind === "price_set" && event.price === "8")).toBe(true);
  });
});

describe("SKUs", () => {
  it("are refused twice, with a free one proposed", async () => {
    const { client, tee } = open();
    const { status, body } = await client.send("POST", "/products", { name: "Twin", sku: "TEE" });
    const data = { status: 400, resource_id: (await tee()).id, unique_sku: "TEE-1" };
    expect([status, body.code, body.data]).toEqual([400, "product_invalid_sku", data]);
  });

  it("stay taken by a product in the trash that no search finds", async () => {
    const { client, fake, tee } = open();
    await client.send("DELETE", `/products/${(await tee()).id}`);
    expect((await client.get("/products?sku=TEE")).body).toEqual([]);
    const again = await client.send("POST", "/products", { name: "Again", sku: "TEE" });
    expect([again.status, again.body.code]).toEqual([400, "woocommerce_rest_product_not_created"]);
    expect(again.body.message).toContain("already present in the lookup table");
    expect(fake.books().counts).toMatchObject({ listings: 0, variants: 0 });
    const trashed = (await client.get("/products?status=trash")).body[0];
    await client.send("PUT", `/products/${trashed.id}`, { status: "publish" });
    expect(fake.books().counts).toMatchObject({ listings: 1, variants: 1 });
  });
});

describe("refunds", () => {
  async function sold(quantity = 2, options: WooCommerceFakeOptions = {}) {
    const store = open(options);
    const body = { payment_method: "bacs", status: "processing", line_items: [{ sku: "TEE", quantity }] };
    const order = (await store.client.send("POST", "/orders", body)).body;
    const path = `/orders/${order.id}`;
    const refund = (request: unknown) => store.client.send("POST", `${path}/refunds`, request);
    return { ...store, order, path, refund, line: order.line_items[0] };
  }

  it("of lines restock at most what the order holds, whatever comes after", async () => {
    const { client, path, refund, line, tee } = await sold(3);
    const part = (quantity: number) => ({
      api_refund: false,
      line_items: [{ id: line.id, quantity, refund_total: "1", refund_tax: [] }],
    });
    await refund(part(2));
    expect((await tee()).stock_quantity).toBe(6);
    await refund(part(2));
    expect((await tee()).stock_quantity).toBe(7);
    await client.send("PUT", path, { status: "cancelled" });
    expect((await tee()).stock_quantity).toBe(7);
  });

  it("leave stock alone when told so, and the total in any case", async () => {
    const { client, path, refund, line, tee, fake, order } = await sold();
    const body = {
      api_refund: false,
      api_restock: false,
      line_items: [{ id: line.id, quantity: 1, refund_total: 10 }],
    };
    const { status, body: made, headers } = await refund(body);
    expect([status, made.amount, made.line_items[0].quantity]).toEqual([201, "10.00", -1]);
    expect(headers.get("location")).toContain("(?P<order_id>[\\d]+)");
    expect((await tee()).stock_quantity).toBe(5);
    const after = (await client.get(path)).body;
    expect([after.total, after.refunds[0].total]).toEqual(["20.00", "-10.00"]);
    expect(fake.books().orders.get(String(order.id))).toMatchObject({ total: "20.00", refunded: "10.00" });
    expect(fake.books().counts.disputes).toBe(1);
  });

  it("in full make the order refunded, by API and by the status alone", async () => {
    const first = await sold();
    await first.refund({ amount: "20.00", api_refund: false });
    expect((await first.client.get(first.path)).body).toMatchObject({ status: "refunded", total: "20.00" });
    const second = await sold();
    await second.client.send("PUT", second.path, { status: "refunded" });
    const { refunds } = (await second.client.get(second.path)).body;
    expect(refunds).toEqual([
      { id: expect.any(Number), reason: "Order fully refunded.", total: "-20.00", total_tax: "0.00" },
    ]);
  });

  it("refuse with 500 and a number as data", async () => {
    const { refund } = await sold();
    const tooMuch = await refund({ amount: "99", api_refund: false });
    expect([tooMuch.status, tooMuch.body]).toEqual([
      500,
      { code: "woocommerce_rest_cannot_create_order_refund", message: "Invalid refund amount.", data: 500 },
    ]);
    const byGateway = await refund({ amount: "1" });
    expect([byGateway.status, byGateway.body.data]).toEqual([500, 500]);
  });

  it("are listed over all orders with their parent, and by time", async () => {
    const { client, refund, order, clock } = await sold();
    await refund({ amount: "1", api_refund: false });
    clock.advance(10_000);
    await refund({ amount: "2", api_refund: false });
    expect((await client.get("/refunds")).body.map((r: { parent_id: number }) => r.parent_id)).toEqual([
      order.id,
      order.id,
    ]);
    const later = await client.get("/refunds?modified_after=2026-11-21T23:34:50&dates_are_gmt=true");
    expect(later.body.map((r: { amount: string }) => r.amount)).toEqual(["2.00"]);
  });

  it("can be taken back", async () => {
    const { client, path, refund, fake, order } = await sold();
    const { body } = await refund({ amount: "5", api_refund: false });
    expect((await client.send("DELETE", `${path}/refunds/${body.id}`)).status).toBe(501);
    expect((await client.send("DELETE", `${path}/refunds/${body.id}?force=true`)).status).toBe(200);
    expect((await client.get(path)).body.refunds).toEqual([]);
    expect(fake.books().orders.get(String(order.id))?.refunded).toBe("0.00");
  });
});

describe("fulfilments", () => {
  it("are written, listed with a text for the flag, and summed up in the order", async () => {
    const { client, fake } = open();
    const sale = fake.sell({ sku: "TEE", quantity: 2 });
    const path = `/orders/${sale.sold ? sale.orderId : ""}`;
    const [line] = (await client.get(path)).body.line_items;
    const send = (qty: number) =>
      client.send("POST", `${path}/fulfillments`, {
        status: "fulfilled",
        is_fulfilled: true,
        meta_data: [
          { key: "_tracking_number", value: "1Z999AA10123456784" },
          { key: "_items", value: [{ item_id: line.id, qty }] },
        ],
      });
    const summary = async () => {
      const { body } = await client.get(path);
      return body.meta_data.find((meta: { key: string }) => meta.key === "_fulfillment_status").value;
    };
    const first = await send(1);
    expect([first.status, first.body.is_fulfilled, await summary()]).toEqual([201, true, "partially_fulfilled"]);
    const second = await send(1);
    expect(await summary()).toBe("fulfilled");
    const list = (await client.get(`${path}/fulfillments`)).body;
    expect(list.map((row: { is_fulfilled: string }) => row.is_fulfilled)).toEqual(["1", "1"]);
    expect((await client.get(path)).body.status).toBe("processing");
    const gone = await client.send("DELETE", `${path}/fulfillments/${second.body.id}`);
    expect(gone.body).toEqual({ message: "Fulfillment deleted successfully." });
    expect([(await client.get(`${path}/fulfillments`)).body.length, await summary()]).toEqual([
      1,
      "partially_fulfilled",
    ]);
    expect(fake.books().counts.shipments).toBe(1);
  });

  it("need items, and are absent when the feature is off", async () => {
    const { client, fake } = open();
    const sale = fake.sell({ sku: "TEE" });
    const path = `/orders/${sale.sold ? sale.orderId : ""}/fulfillments`;
    const empty = await client.send("POST", path, { status: "fulfilled", meta_data: [] });
    expect([empty.status, empty.body.message]).toEqual([400, "The fulfillment should contain at least one item."]);
    const off = open({ fulfillments: false });
    expect((await off.client.get("/orders/1/fulfillments")).body.code).toBe("rest_no_route");
  });

  it("can be drafted and sent later", async () => {
    const { client, fake } = open();
    const sale = fake.sell({ sku: "TEE" });
    const order = `/orders/${sale.sold ? sale.orderId : ""}`;
    const [line] = (await client.get(order)).body.line_items;
    const items = { key: "_items", value: [{ item_id: line.id, qty: 1 }] };
    const { body } = await client.send("POST", `${order}/fulfillments`, { status: "unfulfilled", meta_data: [items] });
    expect(body).toMatchObject({ status: "unfulfilled", is_fulfilled: false });
    const sent = await client.send("PUT", `${order}/fulfillments/${body.id}`, {
      is_fulfilled: true,
      status: "fulfilled",
    });
    expect(sent.body).toMatchObject({ status: "fulfilled", is_fulfilled: true });
  });
});

describe("shipment tracking extension", () => {
  it("keeps parcels in one meta entry, under its own namespace", async () => {
    const { client, fake } = open({ shipmentTracking: true });
    const sale = fake.sell({ sku: "TEE" });
    const order = `/orders/${sale.sold ? sale.orderId : ""}`;
    const body = { tracking_provider: "UPS", tracking_number: "1Z1", date_shipped: "2026-11-21" };
    const made = await client.send("POST", `${order}/shipment-trackings`, body);
    expect([made.status, made.body.tracking_number, made.body.date_shipped]).toEqual([201, "1Z1", "2026-11-21"]);
    const { meta_data: meta } = (await client.get(order)).body;
    const entry = meta.find((item: { key: string }) => item.key === "_wc_shipment_tracking_items");
    expect(entry.value[0]).toMatchObject({ tracking_provider: "UPS", tracking_id: made.body.tracking_id });
    expect((await client.send("DELETE", `${order}/shipment-trackings/${made.body.tracking_id}`)).status).toBe(200);
  });
});
