import { describe, expect, it } from "vitest";
import { foldEvents } from "../../src/fakes/fake.ts";
import { createMedusaFake } from "../../src/fakes/medusa/index.ts";
import { type Body, type GivenMedusa, givenMedusa, START } from "./medusa-client.ts";

const MINUTE = 60_000;
const ORDER_FIELDS = "+currency_code,*fulfillments,*fulfillments.items,*fulfillments.labels,*returns";

const orderOf = async ({ get }: GivenMedusa, id: string, fields = ORDER_FIELDS): Promise<Body> =>
  (await get(`/admin/orders/${id}`, { fields })).order;

async function all({ get }: GivenMedusa, plural: string, query: Record<string, string> = {}): Promise<Body[]> {
  const rows: Body[] = [];
  for (;;) {
    const page = await get(`/admin/${plural}`, { ...query, limit: "7", offset: String(rows.length) });
    rows.push(...page[plural.replaceAll("-", "_")]);
    if (rows.length >= page.count) return rows;
  }
}

const itemsOf = (order: Body, quantity = 1): Body => [{ id: order.items[0].id, quantity }];

/** An order of one line of two pieces at a plain price, with its money taken. */
async function given(options: Parameters<typeof givenMedusa>[0] = {}) {
  const shop = givenMedusa({ orders: 0, skus: [{ sku: "TEE", name: "Tee", price: "46.25", stock: 20 }], ...options });
  const id = shop.fake.buyer.order({ isPlain: true, shipping: 500 }, 1, 2);
  shop.fake.owner.capture(id);
  const order = await orderOf(shop, id);
  return { ...shop, shop, id, order, variant: [...shop.fake.variants.values()][0]! };
}

const stockOf = async ({ get }: GivenMedusa): Promise<Body> => (await get("/admin/inventory-items")).inventory_items[0];

const shownOf = async ({ get }: GivenMedusa, id: string): Promise<number> =>
  (await get("/admin/product-variants", { id, fields: "id,inventory_quantity" })).variants[0].inventory_quantity;

describe("auth", () => {
  it("takes a key in both forms, a user's token for a day, and a session", async () => {
    const { fake, call, clock } = givenMedusa({ orders: 0 });
    const key = fake.credentials.api_key;
    const status = async (authorization: string): Promise<number> =>
      (await call("GET", "/admin/stores", undefined, authorization)).status;
    expect(key).toMatch(/^sk_[0-9a-f]{64}$/);
    expect(await status(`Basic ${Buffer.from(`${key}:`).toString("base64")}`)).toBe(200);
    expect(await status(`Basic ${key}`)).toBe(200);
    for (const wrong of ["", `Basic ${key}0`, `Bearer ${key}`, "Bearer a.b.c"]) expect(await status(wrong)).toBe(401);
    const { email, password } = fake.user;
    const login = await call("POST", "/auth/user/emailpass", { email, password }, "");
    const token = `Bearer ${login.body.token}`;
    expect(await status(token)).toBe(200);
    const claims = JSON.parse(Buffer.from(login.body.token.split(".")[1], "base64url").toString());
    expect(claims).toMatchObject({ actor_id: fake.user.id, actor_type: "user", exp: claims.iat + 86_400 });
    const made = await call("POST", "/admin/api-keys", { title: "x", type: "secret" }, token);
    expect(await status(`Basic ${made.body.api_key.token}`)).toBe(200);
    const again = await call("POST", "/auth/token/refresh", undefined, token);
    expect(await status(`Bearer ${again.body.token}`)).toBe(200);
    expect((await call("POST", "/auth/token/refresh", undefined, `Basic ${key}`)).status).toBe(401);
    const opened = await fake.fetch(
      new Request("http://x/auth/session", { method: "POST", headers: { authorization: token } }),
    );
    const cookie = opened.headers.get("set-cookie")?.split(";")[0] ?? "";
    expect((await fake.fetch(new Request("http://x/admin/stores", { headers: { cookie } }))).status).toBe(200);
    clock.advance(86_400_000);
    expect(await status(token)).toBe(401);
    fake.revokeKey();
    expect(await call("GET", "/admin/stores")).toEqual({ status: 401, body: { message: "Unauthorized" } });
  });

  it("encodes keys as the published vectors do", () => {
    const encoded = (key: string): string => Buffer.from(`${key}:`).toString("base64");
    expect([encoded("sk_test"), encoded("sk_37639335")]).toEqual(["c2tfdGVzdDo=", "c2tfMzc2MzkzMzU6"]);
  });

  it("answers only where the platform has something", async () => {
    const { call } = givenMedusa({ orders: 0 });
    expect(await call("GET", "/health", undefined, "")).toEqual({ status: 200, body: "OK" });
    expect((await call("GET", "/admin/webhooks")).status).toBe(404);
    expect((await call("PUT", "/admin/orders")).status).toBe(404);
  });
});

describe("lists", () => {
  it("have their envelope, default sizes and empty ends, and pages of any order hold every row once", async () => {
    const shop = givenMedusa({ orders: 31 });
    const page = await shop.get("/admin/orders");
    expect(page).toMatchObject({ offset: 0, limit: 15, count: shop.fake.books().counts.orders });
    expect(page.orders).toHaveLength(15);
    expect((await shop.get("/admin/products")).limit).toBe(50);
    expect(await shop.get("/admin/orders", { offset: "9999" })).toMatchObject({ orders: [], offset: 9999 });
    for (const order of ["updated_at", "-updated_at", "created_at", ""]) {
      const rows = await all(shop, "orders", order === "" ? {} : { order });
      expect(new Set(rows.map(({ id }) => id)).size).toBe(page.count);
      const times = rows.map((row) => row[order.replace("-", "")]);
      const sorted = [...times].sort();
      if (order !== "") expect(times).toEqual(order.startsWith("-") ? sorted.reverse() : sorted);
    }
  });

  it("filter by time, status and id, ignore what they do not know, and fail on dates that are none", async () => {
    const shop = givenMedusa({ orders: 31 });
    const rows = await all(shop, "orders");
    const middle = rows.map(({ updated_at }) => updated_at).sort()[15];
    const count = async (query: Record<string, string>): Promise<number> =>
      (await shop.get("/admin/orders", query)).count;
    expect(await count({ "updated_at[$gte]": middle })).toBe(rows.filter((row) => row.updated_at >= middle).length);
    expect(await count({ "updated_at[$lt]": middle })).toBe(rows.filter((row) => row.updated_at < middle).length);
    expect(await count({ "updated_at[$gte]": middle, "updated_at[$lte]": middle })).toBe(
      rows.filter((row) => row.updated_at === middle).length,
    );
    expect(await count({ "status[]": "canceled" })).toBe(rows.filter(({ status }) => status === "canceled").length);
    expect(await count({ id: rows[3].id })).toBe(1);
    expect(await count({ nope: "1", payment_status: "refunded" })).toBe(rows.length);
    const { status, body } = await shop.call("GET", "/admin/orders?updated_at[$gte]=yesterday");
    expect({ status, type: body.type }).toEqual({ status: 500, type: "unknown_error" });
  });

  it("tell by default neither currency nor address, and what is asked for", async () => {
    const { shop, id, get } = await given();
    const [told] = (await get("/admin/orders")).orders;
    for (const name of ["currency_code", "email", "sales_channel_id", "customer_id", "canceled_at", "fulfillments"])
      expect(told).not.toHaveProperty(name);
    expect(told.total).toBe(97.5);
    const more = await orderOf(shop, id, "+currency_code,+email,-total");
    expect(more).toMatchObject({ currency_code: "usd", email: expect.stringContaining("@"), subtotal: 97.5 });
    expect(more).not.toHaveProperty("total");
    const few = await orderOf(shop, id, "id,currency_code");
    expect(Object.keys(few).sort()).toEqual(
      ["id", "status", "version", "items", "payment_status", "fulfillment_status", "currency_code"].sort(),
    );
    const address = await orderOf(shop, id, "shipping_address.city");
    expect(address.shipping_address).toEqual({ id: expect.any(String), city: "New York" });
  });
});

describe("orders", () => {
  it("are packed, sent and delivered in parts, and tell it by their lines", async () => {
    const { shop, id, order, post, fake, clock } = await given();
    const location_id = fake.locations[0]!.id;
    expect(order).toMatchObject({ payment_status: "captured", fulfillment_status: "not_fulfilled", version: 1 });
    clock.advance(MINUTE);
    const packed = await post(`/admin/orders/${id}/fulfillments`, { items: itemsOf(order), location_id });
    expect(packed.body.order).not.toHaveProperty("fulfillments");
    let now = await orderOf(shop, id);
    expect(now).toMatchObject({ fulfillment_status: "partially_fulfilled", version: 2, status: "pending" });
    expect(now.updated_at > order.updated_at).toBe(true);
    const parcel = now.fulfillments[0];
    const path = `/admin/orders/${id}/fulfillments/${parcel.id}`;
    const label = { tracking_number: "1Z", tracking_url: "https://t.example.test/1Z" };
    const missing = await post(`${path}/shipments`, { items: itemsOf(order), labels: [label] });
    expect(missing).toMatchObject({ status: 400, body: { type: "invalid_data" } });
    expect(missing.body.message).toContain("label_url");
    const labels = [{ ...label, label_url: "#" }];
    expect((await post(`${path}/shipments`, { items: itemsOf(order), labels })).status).toBe(200);
    expect((await post(`${path}/cancel`)).status).toBe(400);
    expect((await post(`${path}/mark-as-delivered`)).status).toBe(200);
    now = await orderOf(shop, id);
    expect(now.fulfillment_status).toBe("partially_delivered");
    expect(now.items[0].detail).toMatchObject({ fulfilled_quantity: 1, shipped_quantity: 1, delivered_quantity: 1 });
    expect(now.fulfillments[0]).toMatchObject({ items: [{ sku: "TEE", quantity: 1 }], labels });
    const tooMany = await post(`/admin/orders/${id}/fulfillments`, { items: itemsOf(order, 2), location_id });
    expect(tooMany.body.message).toBe(
      `Quantity to fulfill exceeds the reserved quantity for the item: ${order.items[0].id}`,
    );
    const wrong = await post(`/admin/orders/${id}/fulfillments`, { items: [], location_id: "sloc_none" });
    expect(wrong.status).toBe(404);
    expect((await post(`/admin/orders/${id}/cancel`)).body.type).toBe("not_allowed");
    await post(`/admin/orders/${id}/complete`);
    expect((await orderOf(shop, id)).status).toBe("completed");
    await post(`/admin/orders/${id}/archive`);
    expect((await orderOf(shop, id)).status).toBe("archived");
    expect((await post("/admin/orders/order_x/complete")).status).toBe(404);
  });

  it("are cancelled with their pieces and their money given back", async () => {
    const { shop, id, order, post, fake, variant } = await given();
    expect(await shownOf(shop, variant.id)).toBe(18);
    expect((await post(`/admin/orders/${id}/cancel`)).status).toBe(200);
    expect((await post(`/admin/orders/${id}/cancel`)).status).toBe(400);
    const now = await orderOf(shop, id, "+canceled_at");
    expect(now).toMatchObject({ status: "canceled", payment_status: "refunded", canceled_at: START.toISOString() });
    expect(await shownOf(shop, variant.id)).toBe(20);
    expect(fake.books().orders.get(id)).toMatchObject({ status: "canceled", refunded: "97.5", total: "97.5" });
    const again = await post(`/admin/orders/${id}/fulfillments`, { items: itemsOf(order) });
    expect(again.body.type).toBe("not_allowed");
  });

  it("keep memos beside one another, and move by them", async () => {
    const { shop, id, order, post, clock } = await given();
    clock.advance(1);
    await Promise.all([
      post(`/admin/orders/${id}`, { metadata: { memo: "x" } }),
      post(`/admin/orders/${id}`, { metadata: { b: 2 } }),
    ]);
    const now = await orderOf(shop, id);
    expect(now.metadata).toEqual({ memo: "x", b: 2 });
    expect(now.updated_at > order.updated_at).toBe(true);
    expect((await post(`/admin/orders/${id}`, { nope: 1 })).body.message).toContain("Unrecognized fields: 'nope'");
  });

  it("do not move when money goes back; their payments tell it", async () => {
    const { shop, id, order, post, get, clock, fake } = await given();
    const [payment] = (await get("/admin/payments")).payments;
    clock.advance(MINUTE);
    const { body } = await post(`/admin/payments/${payment.id}/refund`, { amount: 3.5, note: "goodwill" });
    expect(body.payment.refunds).toMatchObject([{ amount: 3.5, note: "goodwill", raw_amount: { value: "3.5" } }]);
    const now = await orderOf(shop, id);
    expect(now.updated_at).toBe(order.updated_at);
    expect(now).toMatchObject({ payment_status: "partially_refunded", total: 94 });
    expect(now.summary).toMatchObject({ refunded_total: 3.5, original_order_total: 94, pending_difference: 0 });
    expect((await get("/admin/payments")).payments[0].refunds).toHaveLength(1);
    const tooMuch = await post(`/admin/payments/${payment.id}/refund`, { amount: 94.01 });
    expect(tooMuch.body.message).toBe("You are not allowed to refund more than the captured amount");
    expect(fake.books().orders.get(id)?.refunded).toBe("3.5");
    expect(fake.books().counts).toMatchObject({ refunds: 1, settlements: 2 });
  });
});

describe("stock and prices", () => {
  it("reserve when ordered, leave when packed, and come back when unpacked", async () => {
    const { shop, id, order, post } = await given();
    expect(await stockOf(shop)).toMatchObject({ stocked_quantity: 20, reserved_quantity: 2 });
    await post(`/admin/orders/${id}/fulfillments`, { items: itemsOf(order, 2) });
    expect(await stockOf(shop)).toMatchObject({ stocked_quantity: 18, reserved_quantity: 0 });
    const parcel = (await orderOf(shop, id)).fulfillments[0];
    await post(`/admin/orders/${id}/fulfillments/${parcel.id}/cancel`);
    expect(await stockOf(shop)).toMatchObject({ stocked_quantity: 20, reserved_quantity: 2 });
    expect((await orderOf(shop, id)).fulfillment_status).toBe("not_fulfilled");
  });

  it("are set by what is stocked, reserved pieces among it, and move nothing but the level", async () => {
    const { shop, post, fake, variant, clock } = await given();
    const item = await stockOf(shop);
    const [level] = item.location_levels;
    const path = `/admin/inventory-items/${item.id}/location-levels/${level.location_id}`;
    clock.advance(MINUTE);
    const { body } = await post(path, { stocked_quantity: 1 });
    const [now] = body.inventory_item.location_levels;
    expect(now).toMatchObject({ stocked_quantity: 1, reserved_quantity: 2, available_quantity: -1 });
    expect(now.updated_at > level.updated_at).toBe(true);
    expect(body.inventory_item.updated_at).toBe(item.updated_at);
    expect(await shownOf(shop, variant.id)).toBe(-1);
    expect(fake.books().variants.get(variant.id)?.quantity).toBe(-1);
    expect((await post(path, { stocked_quantity: -1 })).status).toBe(400);
    expect((await post(`${path}x`, { stocked_quantity: 1 })).body.type).toBe("not_found");
    const row = { inventory_item_id: item.id, location_id: level.location_id, stocked_quantity: 9 };
    const bad = await post("/admin/inventory-items/location-levels/batch", {
      update: [row, { ...row, inventory_item_id: "iitem_x" }],
    });
    expect(bad.body.message).toBe(`Item iitem_x is not stocked at location ${level.location_id}`);
    expect(await stockOf(shop)).toMatchObject({ stocked_quantity: 1 });
    const good = await post("/admin/inventory-items/location-levels/batch", { create: [], update: [row], delete: [] });
    expect(good.body.updated[0]).toMatchObject({ stocked_quantity: 9, available_quantity: -1 });
    expect(await shownOf(shop, variant.id)).toBe(7);
  });

  it("lie at two locations, and kits need several pieces", async () => {
    const shop = givenMedusa({ orders: 0, locations: 2 });
    const items = await all(shop, "inventory-items");
    expect(new Set(items.map(({ location_levels }) => location_levels.length))).toEqual(new Set([1, 2]));
    const kit = [...shop.fake.variants.values()].find(({ parts }) => parts[0]?.required === 2)!;
    const before = await shownOf(shop, kit.id);
    expect(shop.fake.sell({ sku: kit.sku! })).toMatchObject({ sold: true, shown: before });
    expect(await shownOf(shop, kit.id)).toBe(before - 1);
  });

  it("of a variant are replaced whole, and leave the product's time alone", async () => {
    const { post, variant, get, clock, fake } = await given();
    const pricesOf = async (): Promise<Body> =>
      (await get("/admin/product-variants", { id: variant.id, fields: "id,updated_at,*prices" })).variants[0];
    const before = await pricesOf();
    expect(before.prices.map((price: Body) => price.currency_code)).toEqual(["usd", "eur"]);
    clock.advance(MINUTE);
    const path = `/admin/products/${variant.product.id}/variants`;
    const { body } = await post(`${path}/${variant.id}`, { prices: [{ currency_code: "usd", amount: 47.25 }] });
    expect(body.product.updated_at < (await pricesOf()).updated_at).toBe(true);
    expect((await pricesOf()).prices).toMatchObject([{ amount: 47.25, currency_code: "usd", rules: {} }]);
    expect(fake.books().variants.get(variant.id)?.price).toBe("47.25");
    const prices = [
      { currency_code: "usd", amount: 48 },
      { currency_code: "usd", amount: 50, rules: { region_id: "reg_1" } },
    ];
    await post(`${path}/batch`, { update: [{ id: variant.id, prices }] });
    expect((await pricesOf()).prices).toMatchObject([{ amount: 48 }, { amount: 50, rules: { region_id: "reg_1" } }]);
    expect((await post(`${path}/batch`, { update: [{ id: "variant_x", prices }] })).status).toBe(404);
    expect((await post(`${path}/${variant.id}`, { prices: [{ currency_code: "usd", amount: "1" }] })).status).toBe(400);
    expect(fake.sell({ sku: "TEE" })).toMatchObject({ sold: true });
  });

  it("are sold only where something is for sale", async () => {
    const { fake } = await given();
    expect(fake.sell({ sku: "none" })).toMatchObject({ sold: false, reason: "unknown_sku" });
    expect(fake.sell({ sku: "TEE", quantity: 19 })).toMatchObject({ sold: false, reason: "out_of_stock", shown: 18 });
    expect(fake.sell({ sku: "TEE", quantity: 19, force: true })).toMatchObject({ sold: true });
    fake.owner.setProductStatus([...fake.products.keys()][0]!, "draft");
    expect(fake.sell({ sku: "TEE" })).toMatchObject({ sold: false, reason: "not_for_sale" });
  });
});

describe("returns, claims and exchanges", () => {
  async function delivered() {
    const shop = await given();
    shop.fake.owner.ship(shop.id);
    shop.fake.owner.deliver(shop.id);
    return shop;
  }

  it("go from request to receipt, restock, and leave the money to the seller", async () => {
    const { shop, id, order, post, fake, variant, get } = await delivered();
    const location_id = fake.locations[0]!.id;
    const begun = await post("/admin/returns", { order_id: id, location_id });
    const path = `/admin/returns/${begun.body.return.id}`;
    expect(begun.body.return).toMatchObject({ status: "open", items: [], refund_amount: null });
    expect((await post("/admin/returns", { order_id: id })).body.message).toBe(
      `Order (${id}) already has an existing active order change`,
    );
    expect((await post(`/admin/orders/${id}/complete`)).status).toBe(400);
    expect((await post(`${path}/request-items`, { items: itemsOf(order, 3) })).status).toBe(400);
    expect((await post(`${path}/request`)).status).toBe(400);
    await post(`${path}/request-items`, { items: itemsOf(order, 2) });
    expect((await post(`${path}/request`)).body.return).toMatchObject({
      status: "requested",
      items: [{ quantity: 2 }],
    });
    for (const status of ["partially_received", "received"]) {
      expect((await post(`${path}/receive-items`, { items: itemsOf(order) })).status).toBe(400);
      await post(`${path}/receive`);
      await post(`${path}/receive-items`, { items: itemsOf(order) });
      expect((await post(`${path}/receive/confirm`)).body.return.status).toBe(status);
    }
    expect((await post(`${path}/cancel`)).status).toBe(400);
    expect(await shownOf(shop, variant.id)).toBe(20);
    const now = await orderOf(shop, id);
    expect(now).toMatchObject({ total: 5, payment_status: "captured" });
    expect(now.summary).toMatchObject({ pending_difference: -92.5, raw_pending_difference: { value: "-92.5" } });
    const [payment] = (await get("/admin/payments")).payments;
    await post(`/admin/payments/${payment.id}/refund`, { amount: 92.5 });
    expect((await orderOf(shop, id)).summary).toMatchObject({ pending_difference: 0, credit_line_total: 0 });
    expect(fake.books().counts.disputes).toBe(1);
  });

  it("are cancelled before anything has come back", async () => {
    const { fake, post, id, get } = await delivered();
    const back = fake.buyer.askReturn(id);
    expect((await post(`/admin/returns/${back}/cancel`)).body.return.status).toBe("canceled");
    expect((await get("/admin/returns", { "status[]": "canceled" })).returns[0].canceled_at).not.toBeNull();
    expect(fake.buyer.askReturn(id)).not.toBe(back);
  });

  it("show half-made claims at once, which block the order until they are dropped", async () => {
    const { id, post, call, get } = await delivered();
    expect((await post("/admin/claims", { order_id: id, type: "other" })).status).toBe(400);
    const { body } = await post("/admin/claims", { order_id: id, type: "refund" });
    const [shown] = (await get("/admin/claims")).claims;
    expect(shown).toMatchObject({ id: body.claim.id, type: "refund", claim_items: [], additional_items: [] });
    expect(shown).not.toHaveProperty("status");
    expect((await post("/admin/exchanges", { order_id: id })).status).toBe(400);
    expect((await post(`/admin/claims/${body.claim.id}/request`)).status).toBe(400);
    expect((await call("DELETE", `/admin/claims/${body.claim.id}/request`)).status).toBe(200);
    expect((await get("/admin/claims")).claims).toEqual([]);
    expect((await post("/admin/exchanges", { order_id: id })).body.exchange.id).toMatch(/^oexc_/);
  });
});

describe("a shop's life", () => {
  it("shows every state of the document within an hour, and keeps its books by arithmetic", async () => {
    const shop = givenMedusa();
    const { fake, clock } = shop;
    const seen: Record<string, Set<unknown>> = {};
    const see = (what: string, value: unknown): void => {
      seen[what] ??= new Set();
      seen[what].add(value);
    };
    for (let minute = 0; minute < 60; minute += 1) {
      clock.advance(MINUTE);
      fake.tick(MINUTE);
      const { orders } = await shop.get("/admin/orders", { limit: "1000", fields: "+email,*payment_collections" });
      for (const { status, payment_status, fulfillment_status, payment_collections } of orders) {
        see("order", status);
        see("payment", payment_status);
        see("fulfillment", fulfillment_status);
        for (const collection of payment_collections) see("collection", collection.status);
      }
      for (const { status } of (await shop.get("/admin/returns", { limit: "1000" })).returns) see("return", status);
      for (const kind of ["claim", "exchange"])
        for (const row of (await shop.get(`/admin/${kind}s`, { limit: "1000" }))[`${kind}s`]) {
          const isHalf =
            row.claim_items === undefined ? row.additional_items.length === 0 : row.claim_items.length === 0;
          see(kind, row.canceled_at !== null ? "withdrawn" : isHalf ? "half" : "stands");
          for (const { reason } of row.claim_items ?? []) see("reason", reason);
        }
      for (const { status } of (await shop.get("/admin/price-lists")).price_lists) see("price list", status);
    }
    const sorted = Object.fromEntries(Object.entries(seen).map(([what, values]) => [what, [...values].sort()]));
    expect(sorted).toEqual({
      order: ["archived", "canceled", "completed", "draft", "pending", "requires_action"],
      payment:
        "authorized awaiting canceled captured not_paid partially_authorized partially_captured partially_refunded refunded requires_action".split(
          " ",
        ),
      fulfillment:
        "canceled delivered fulfilled not_fulfilled partially_delivered partially_fulfilled partially_shipped shipped".split(
          " ",
        ),
      collection:
        "authorized awaiting canceled completed failed not_paid partially_authorized partially_captured".split(" "),
      return: ["canceled", "open", "partially_received", "received", "requested"],
      claim: ["half", "stands", "withdrawn"],
      exchange: ["half", "stands", "withdrawn"],
      reason: ["missing_item", "other", "production_failure", "wrong_item"],
      "price list": ["active", "draft"],
    });
    const books = fake.books();
    expect(foldEvents(fake.events)).toEqual(books);
    expect(new Set((await all(shop, "products")).map(({ status }) => status)).size).toBe(4);
  });

  it("is told by the API as the books have it: orders, money, stock and prices", async () => {
    const shop = givenMedusa({ locations: 2 });
    const { fake } = shop;
    for (let count = 0; count < 400; count += 1) fake.tick(10_000);
    const books = fake.books();
    const orders = await all(shop, "orders", { fields: "+currency_code,*payment_collections,*fulfillments" });
    expect(orders.filter(({ status }) => status !== "draft")).toHaveLength(books.counts.orders!);
    for (const order of orders) {
      const fact = books.orders.get(order.id)!;
      const [collection] = order.payment_collections;
      expect(order.status).toBe(fact.status);
      expect(collection.raw_amount.value).toBe(fact.total);
      expect(Number(collection.refunded_amount)).toBe(Number(fact.refunded));
      expect(order.items.map((line: Body) => [line.id, line.quantity])).toEqual(
        fact.lines.map(({ lineId, quantity }) => [lineId, quantity]),
      );
    }
    const sent = orders.flatMap(({ fulfillments }) => fulfillments.filter((one: Body) => one.shipped_at !== null));
    expect(sent).toHaveLength(books.counts.shipments!);
    const { variants } = await shop.get("/admin/product-variants", {
      limit: "1000",
      fields: "id,inventory_quantity,*prices",
    });
    expect(variants).toHaveLength(books.counts.variants!);
    for (const variant of variants) {
      const fact = books.variants.get(variant.id)!;
      expect(variant.prices.find((price: Body) => price.currency_code === "usd").amount).toBe(Number(fact.price));
      if (fact.quantity !== null) expect(variant.inventory_quantity).toBe(fact.quantity);
    }
    const payments = await all(shop, "payments");
    const rows = payments.flatMap(({ captures, refunds }) => [...captures, ...refunds]);
    expect(rows).toHaveLength(books.counts.settlements!);
  });

  it("is the same life for the same seed, and another for another name", () => {
    const life = (name: string): string => {
      const { fake } = givenMedusa({ name });
      for (let count = 0; count < 50; count += 1) fake.tick();
      return JSON.stringify(fake.events);
    };
    expect(life("a")).toBe(life("a"));
    expect(createMedusaFake({ name: "a" }).events).not.toEqual(createMedusaFake({ name: "b" }).events);
  });
});

describe("failures", () => {
  it("come by script, in the platform's own form or by a proxy's, and lose answers of work that is done", async () => {
    const { shop, id, fake, post, call } = await given({ quota: { limit: 12, windowMs: MINUTE } });
    fake.fail("orders.get", [{ code: "conflict", status: 409, message: "busy" }, { status: 503 }]);
    expect(await call("GET", `/admin/orders/${id}`)).toEqual({
      status: 409,
      body: { type: "conflict", message: "busy" },
    });
    expect((await call("GET", `/admin/orders/${id}`)).status).toBe(503);
    fake.fail("orders.update", ["cut"]);
    await expect(post(`/admin/orders/${id}`, { metadata: { memo: "x" } })).rejects.toThrow("connection lost");
    expect((await orderOf(shop, id)).metadata).toEqual({ memo: "x" });
    const statuses = [];
    for (let count = 0; count < 12; count += 1) statuses.push((await call("GET", "/admin/stores")).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(7);
    expect(statuses.at(-1)).toBe(429);
    expect(fake.requests.filter(({ fault }) => fault === "quota")).toHaveLength(5);
  });
});
