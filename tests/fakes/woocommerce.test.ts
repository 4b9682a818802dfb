import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createManualClock } from "../../src/fakes/fake.ts";
import { createWooCommerceFake, type WooCommerceFakeOptions } from "../../src/fakes/woocommerce/index.ts";
import { basic, call, clientOf } from "./store-client.ts";

const NOW = "2026-11-21T23:34:49Z";

function open(options: WooCommerceFakeOptions = {}) {
  const clock = createManualClock(NOW);
  const fake = createWooCommerceFake({ clock, name: "zz", orders: 0, ...options });
  return { clock, fake, client: clientOf(fake) };
}

const TEE = { sku: "TEE", name: "Tee", price: "10.00", stock: 7 };
const MUG = { sku: "MUG", name: "Mug", price: "8.00", stock: 3 };

/** A signed request as the document prescribes it, written apart from the fake. */
function signed(
  key: { key: string; secret: string },
  method: string,
  address: string,
  query: [string, string][],
  change: Partial<Record<"timestamp" | "nonce" | "algorithm" | "signature", string>> = {},
): { inQuery: string; inHeader: string; plain: string } {
  const enc = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const oauth: [string, string][] = [
    ["oauth_consumer_key", key.key],
    ["oauth_nonce", change.nonce ?? "kllo9940pd9333jh"],
    ["oauth_signature_method", change.algorithm ?? "HMAC-SHA256"],
    ["oauth_timestamp", change.timestamp ?? "1764000000"],
    ["oauth_version", "1.0"],
  ];
  const pairs = [...query, ...oauth].map(([name, value]) => `${enc(name)}=${enc(value)}`).sort();
  const base = [method, enc(address), enc(pairs.join("&"))].join("&");
  const hash = (change.algorithm ?? "HMAC-SHA256") === "HMAC-SHA1" ? "sha1" : "sha256";
  const signature = change.signature ?? createHmac(hash, `${key.secret}&`).update(base).digest("base64");
  const all = [...query, ...oauth, ["oauth_signature", signature]];
  const inUrl = (list: string[][]) => list.map(([name = "", value = ""]) => `${enc(name)}=${enc(value)}`).join("&");
  const header = [...oauth, ["oauth_signature", signature]].map(([name, value = ""]) => `${name}="${enc(value)}"`);
  return {
    inQuery: `${address}?${inUrl(all)}`,
    inHeader: `OAuth ${header.join(", ")}`,
    plain: query.length === 0 ? address : `${address}?${inUrl(query)}`,
  };
}

describe("auth over https", () => {
  it("takes Basic and, as a fallback, keys in the query", async () => {
    const { fake } = open();
    const url = `${fake.settings.storeUrl}/wp-json/wc/v3/orders`;
    const { key, secret } = fake.keys.readWrite;
    expect((await call(fake, url, { headers: { authorization: basic(fake.keys.readWrite) } })).status).toBe(200);
    expect((await call(fake, `${url}?consumer_key=${key}&consumer_secret=${secret}`)).status).toBe(200);
    expect(JSON.stringify(fake.requests)).not.toContain(secret);
  });

  it("refuses in the recorded words", async () => {
    const { fake } = open();
    const url = `${fake.settings.storeUrl}/wp-json/wc/v3/orders`;
    const ask = (authorization: string, method = "GET", path = "") =>
      call(fake, url + path, { method, headers: { authorization } });
    const { readWrite, readOnly, writeOnly } = fake.keys;
    const anonymous = {
      code: "woocommerce_rest_cannot_view",
      message: "Sorry, you cannot list resources.",
      data: { status: 401 },
    };
    expect(await call(fake, url)).toMatchObject({ status: 401, body: anonymous });
    expect(await ask(basic({ key: "ck_no", secret: "cs_no" }))).toMatchObject({ status: 401, body: anonymous });
    const refused = (message: string) => ({
      status: 401,
      body: { code: "woocommerce_rest_authentication_error", message, data: { status: 401 } },
    });
    expect(await ask(basic({ ...readWrite, secret: "cs_no" }))).toMatchObject(refused("Consumer secret is invalid."));
    expect(await ask(basic(readOnly), "PUT", "/16")).toMatchObject(
      refused("The API key provided does not have write permissions."),
    );
    expect(await ask(basic(writeOnly))).toMatchObject(refused("The API key provided does not have read permissions."));
    fake.revokeKey(readWrite.key);
    expect(await ask(basic(readWrite))).toMatchObject({ status: 401, body: anonymous });
  });

  it("does not see https behind a proxy that does not say so", async () => {
    const { fake } = open({ https: false, baseUrl: "https://zz.example.test" });
    const url = "https://zz.example.test/wp-json/wc/v3/orders";
    const authorization = basic(fake.keys.readWrite);
    expect(await call(fake, url, { headers: { authorization } })).toMatchObject({
      status: 401,
      body: { code: "woocommerce_rest_cannot_view" },
    });
    const headers = { authorization, "x-forwarded-proto": "https" };
    expect((await call(fake, url, { headers })).status).toBe(200);
  });
});

describe("auth over http: OAuth 1.0a", () => {
  const key = { key: `ck_${"a1".repeat(20)}`, secret: `cs_${"b2".repeat(20)}`, permissions: "read_write" } as const;
  const root = "http://shop.example.test/wp-json/wc/v3";

  function shop(options: WooCommerceFakeOptions = {}) {
    const clock = createManualClock(new Date(1764000000 * 1000));
    const fake = createWooCommerceFake({ clock, orders: 3, baseUrl: "http://shop.example.test", ...options });
    fake.addKey(key);
    return { clock, fake };
  }

  const vectors: [string, string, string, [string, string][], string, string][] = [
    [
      "1",
      "GET",
      "/orders",
      [
        ["per_page", "100"],
        ["page", "1"],
        ["modified_after", "2026-11-01T00:00:00"],
        ["dates_are_gmt", "true"],
      ],
      "EEW6u0FWP3zuBZN1DJT7hkVkAdy+WIYFQoVY+GpW+Lo=",
      "IYEIGwBbSW7aCrjbPXYzrjP2k44=",
    ],
    [
      "2",
      "POST",
      "/products/batch",
      [],
      "HHRKkuojdcXe/YPoNTIDl9ZXDoQ4B0CmeKDR35tGshQ=",
      "PVQZGBmSq0tY0rxUPDs3iVkiQMU=",
    ],
    [
      "3",
      "GET",
      "/products",
      [
        ["sku", "A B+C,D"],
        ["status[]", "publish"],
      ],
      "Mi7ygsweTiuZLq7wP8DvtKQuo1Nngzx2qXe4Ml8NbgU=",
      "AvSiHydFQH6OcnW5MCs7qfhveu0=",
    ],
  ];

  it.each(vectors)("accepts the document's vector %s by both algorithms, in query and header", async (...vector) => {
    const [, method, path, query, sha256, sha1] = vector;
    for (const [algorithm, signature] of [
      ["HMAC-SHA256", sha256],
      ["HMAC-SHA1", sha1],
    ] as const) {
      const request = signed(key, method, root + path, query, { algorithm, signature });
      expect((await call(shop().fake, request.inQuery, { method })).status, algorithm).not.toBe(401);
      const headers = { authorization: request.inHeader };
      expect((await call(shop().fake, request.plain, { method, headers })).status, algorithm).not.toBe(401);
      expect(signed(key, method, root + path, query, { algorithm })).toEqual(request);
    }
  });

  it("refuses a wrong signature, an old time and a nonce used before", async () => {
    const { fake, clock } = shop();
    const ask = async (change: Parameters<typeof signed>[4], address = `${root}/orders`) =>
      (await call(fake, signed(key, "GET", address, [], change).inQuery)).body.message;
    expect(await ask({ signature: "AAAA" })).toBe("Invalid signature - provided signature does not match.");
    expect(await ask({ algorithm: "HMAC-MD5" })).toBe("Invalid signature - signature method is invalid.");
    expect(await ask({ timestamp: "1763999099" })).toBe("Invalid timestamp.");
    expect(await ask({ timestamp: "1764000901" })).toBe("Invalid timestamp.");
    expect(await ask({ nonce: "once" })).toBeUndefined();
    expect(await ask({ nonce: "once" })).toBe("Invalid nonce - nonce has already been used.");
    clock.advance(60_000);
    expect(await ask({ nonce: "once", timestamp: "1764000060" })).toBe("Invalid nonce - nonce has already been used.");
  });

  it("signs the store's own address: another host or port does not match", async () => {
    const { fake } = shop({ baseUrl: "http://shop.example.test:8080" });
    const refusal = "Invalid signature - provided signature does not match.";
    expect((await call(fake, signed(key, "GET", `${root}/orders`, []).inQuery)).body.message).toBe(refusal);
    const own = "http://shop.example.test:8080/wp-json/wc/v3/orders";
    expect((await call(fake, signed(key, "GET", own, []).inQuery)).status).toBe(200);
  });

  it("refuses Basic, keys in the query, and half an OAuth request", async () => {
    const { fake } = shop();
    const cannotView = { status: 401, body: { code: "woocommerce_rest_cannot_view" } };
    expect(await call(fake, `${root}/orders`, { headers: { authorization: basic(key) } })).toMatchObject(cannotView);
    const inQuery = `${root}/orders?consumer_key=${key.key}&consumer_secret=${key.secret}`;
    expect(await call(fake, inQuery)).toMatchObject(cannotView);
    expect(await call(fake, `${root}/orders?oauth_nonce=x`)).toMatchObject({
      status: 401,
      body: { code: "woocommerce_rest_authentication_missing_parameter" },
    });
  });
});

describe("finding the API", () => {
  it("tells namespaces and routes without a key, under both kinds of permalinks and in a sub-folder", async () => {
    const { fake } = open({ baseUrl: "https://zz.example.test/shop", timeZone: "Asia/Kolkata" });
    const { body } = await call(fake, "https://zz.example.test/shop/wp-json/");
    expect(body.namespaces).toContain("wc/v3");
    expect(body).toMatchObject({ timezone_string: "Asia/Kolkata", gmt_offset: "5.5", home: fake.settings.storeUrl });
    expect(Object.keys(body.routes)).toContain("/wc/v3/orders/(?P<order_id>[\\d]+)/fulfillments");
    const plain = await call(fake, "https://zz.example.test/shop/?rest_route=/wc/v3/orders", {
      headers: { authorization: basic(fake.keys.readWrite) },
    });
    expect(plain.status).toBe(200);
    expect(plain.headers.get("link")).toContain("https://zz.example.test/shop/wp-json/");
  });

  it("has no pretty addresses under plain permalinks, and no fulfilments when they are off", async () => {
    const { fake } = open({ plainPermalinks: true, fulfillments: false });
    const page = await call(fake, `${fake.settings.storeUrl}/wp-json/`);
    expect([page.status, page.headers.get("content-type")]).toEqual([404, "text/html; charset=UTF-8"]);
    const { body } = await call(fake, `${fake.settings.storeUrl}/?rest_route=/`);
    expect(Object.keys(body.routes).some((name) => name.includes("fulfillments"))).toBe(false);
  });

  it("lacks newer routes in old versions", async () => {
    const { client } = open({ version: "5.0.0" });
    expect((await client.get("/variations")).body.code).toBe("rest_no_route");
    expect((await client.get("/refunds")).body.code).toBe("rest_no_route");
    expect((await client.get("/orders/statuses")).body.code).toBe("rest_no_route");
    expect((await client.get("/orders?orderby=modified")).body.code).toBe("rest_invalid_param");
  });

  it("tells the store's settings", async () => {
    const { client } = open({ currency: "KWD" });
    const status = (await client.get("/system_status?_fields=environment,settings")).body;
    expect(Object.keys(status)).toEqual(["environment", "settings", "_links"]);
    expect(status.settings).toMatchObject({ currency: "KWD", number_of_decimals: 3, HPOS_enabled: true });
    expect((await client.get("/data/currencies/current")).body.code).toBe("KWD");
  });
});

describe("lists", () => {
  it("pages with totals and links; a page past the end is empty with a total of 0", async () => {
    const { client } = open({ orders: 25 });
    const first = await client.get("/orders");
    expect([first.body.length, first.headers.get("x-wp-total"), first.headers.get("x-wp-totalpages")]).toEqual([
      10,
      "25",
      "3",
    ]);
    expect(first.headers.get("link")).toMatch(/page=2>; rel="next"$/);
    const middle = await client.get("/orders?page=2&per_page=10");
    expect(middle.headers.get("link")).toMatch(/page=1.*rel="prev", .*page=3.*rel="next"/);
    const past = await client.get("/orders?page=4");
    expect([past.status, past.body, past.headers.get("x-wp-total")]).toEqual([200, [], "0"]);
    const rest = await client.get("/orders?offset=22&order=asc&orderby=id");
    expect(rest.body.length).toBe(3);
  });

  it.each([
    ["per_page=101", "per_page"],
    ["per_page=0", "per_page"],
    ["page=0", "page"],
    ["order=up", "order"],
    ["orderby=total", "orderby"],
    ["status=processing,foo", "status"],
    ["modified_after=yesterday", "modified_after"],
    ["dates_are_gmt=maybe", "dates_are_gmt"],
    ["include=a,b", "include"],
  ])("refuses %s", async (query, name) => {
    const { client } = open();
    const { status, body } = await client.get(`/orders?${query}`);
    expect([status, body.code, body.message]).toEqual([400, "rest_invalid_param", `Invalid parameter(s): ${name}`]);
  });

  it("orders both ways by date, id and change, and keeps to include and exclude", async () => {
    const { client, fake } = open({ orders: 30 });
    const ids = async (query: string) =>
      (await client.get(`/orders?per_page=100&${query}`)).body.map((o: { id: number }) => o.id);
    const byId = await ids("orderby=id&order=asc");
    expect(byId).toEqual(byId.toSorted((a: number, b: number) => a - b));
    expect(await ids("orderby=id")).toEqual(byId.toReversed());
    expect(await ids("orderby=date&order=asc")).toEqual(byId);
    const byChange = (await client.get("/orders?per_page=100&orderby=modified&order=asc")).body;
    const stamps = byChange.map((o: { date_modified_gmt: string }) => o.date_modified_gmt);
    expect(stamps).toEqual(stamps.toSorted());
    const some = [byId[3], byId[1]];
    expect((await ids(`include=${some.join(",")}&orderby=include`)).toSorted()).toEqual(some.toSorted());
    expect(await ids(`exclude=${some.join(",")}`)).not.toContain(some[0]);
    fake.owner.trashOrder(String(byId[0]));
    expect(await ids("status=any")).not.toContain(byId[0]);
    expect(await ids("status=trash")).toContain(byId[0]);
  });

  it("chooses fields, and keeps _links whatever is asked for", async () => {
    const { client } = open({ orders: 3 });
    const { body } = await client.get("/orders?_fields=id,billing.email");
    expect(Object.keys(body[0])).toEqual(["id", "billing", "_links"]);
    expect(Object.keys(body[0].billing)).toEqual(["email"]);
  });
});

describe("time filters", () => {
  async function story() {
    const { clock, fake, client } = open({ skus: [{ ...TEE, stock: 100 }] });
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1) {
      const sale = fake.sell({ sku: "TEE" });
      if (sale.sold) ids.push(sale.orderId);
      clock.advance(400);
    }
    const found = async (query: string) =>
      (await client.get(`/orders?orderby=modified&order=asc&${query}`)).body.map((o: { id: number }) => String(o.id));
    return { clock, fake, client, ids, found };
  }

  it("modified_after is strictly later, by whole seconds", async () => {
    const { ids, found } = await story();
    const gmt = "dates_are_gmt=true";
    expect(await found(`modified_after=2026-11-21T23:34:49&${gmt}`)).toEqual([]);
    expect(await found(`modified_after=2026-11-21T23:34:48&${gmt}`)).toEqual(ids);
    expect(await found(`modified_before=2026-11-21T23:34:49&${gmt}`)).toEqual([]);
    expect(await found(`modified_before=2026-11-21T23:34:50&${gmt}`)).toEqual(ids);
  });

  it("reads a time without zone as the store's own unless told otherwise", async () => {
    const { ids, found } = await story();
    expect(await found("modified_after=2026-11-21T23:34:00")).toEqual([]);
    expect(await found("modified_after=2026-11-21T18:34:48")).toEqual(ids);
    expect(await found("modified_after=2026-11-21T23:34:48Z")).toEqual(ids);
    expect(await found("modified_after=2026-11-22T00:34:48%2B01:00")).toEqual(ids);
  });

  it("ignores the zone in old versions", async () => {
    const { client } = open({ orders: 3, version: "4.9.0" });
    const ask = async (time: string) => (await client.get(`/orders?after=${time}`)).body.length;
    const utc = (await client.get("/orders?order=asc&per_page=1")).body[0].date_created_gmt;
    const local = (await client.get("/orders?order=asc&per_page=1")).body[0].date_created;
    expect(await ask(`${local}Z`)).toBe(2);
    expect(await ask(`${utc}&dates_are_gmt=true`)).toBe(2);
  });

  it("are moved by edits, meta, status and refunds, not by notes", async () => {
    const { clock, fake, client, ids } = await story();
    const id = ids[0] ?? "";
    const modified = async () => (await client.get(`/orders/${id}`)).body.date_modified_gmt;
    const step = async (act: () => Promise<unknown> | undefined) => {
      clock.advance(5000);
      const before = await modified();
      await act();
      return (await modified()) !== before;
    };
    expect(await step(() => client.send("POST", `/orders/${id}/notes`, { note: "packed" }))).toBe(false);
    expect(await step(() => client.send("PUT", `/orders/${id}`, { meta_data: [{ key: "a", value: "1" }] }))).toBe(true);
    expect(await step(() => client.send("PUT", `/orders/${id}`, { status: "completed" }))).toBe(true);
    expect(await step(() => client.send("POST", `/orders/${id}/refunds`, { amount: "1", api_refund: false }))).toBe(
      true,
    );
    expect(await step(() => void fake.owner.editShipping(id, { city: "Zzcity" }))).toBe(true);
  });

  it("writes both clocks of a store, also in the doubled hour of autumn", async () => {
    const { clock, fake, client } = open({ skus: [TEE] });
    clock.set("2026-11-01T05:30:00Z");
    fake.sell({ sku: "TEE" });
    clock.set("2026-11-01T06:30:00Z");
    fake.sell({ sku: "TEE" });
    const [later, earlier] = (await client.get("/orders")).body;
    expect([earlier.date_created, earlier.date_created_gmt]).toEqual(["2026-11-01T01:30:00", "2026-11-01T05:30:00"]);
    expect([later.date_created, later.date_created_gmt]).toEqual(["2026-11-01T01:30:00", "2026-11-01T06:30:00"]);
  });
});

describe("orders", () => {
  it("writes amounts with dp digits; the header is rounded, the lines are not", async () => {
    const { client } = open({ skus: [TEE], currency: "USD" });
    const billing = { country: "US", state: "NY" };
    const line = { sku: "TEE", quantity: 3 };
    const { body } = await client.send("POST", "/orders", { billing, line_items: [line] });
    expect([body.total, body.total_tax, body.line_items[0].total_tax]).toEqual(["32.66", "2.66", "2.66"]);
    const fine = (await client.get(`/orders/${body.id}?dp=4`)).body;
    expect([fine.total, fine.total_tax, fine.line_items[0].total_tax]).toEqual(["32.6600", "2.6600", "2.6625"]);
    expect(fine.line_items[0].price).toBe(10);
  });

  it.each([
    ["JPY", "1200", "1200", "1320"],
    ["KWD", "1.005", "1.005", "1.106"],
  ])("keeps the digits of %s", async (currency, price, net, total) => {
    const { client } = open({ currency, skus: [{ ...TEE, price }] });
    const order = { billing: { country: "JP" }, line_items: [{ sku: "TEE", quantity: 1 }] };
    const { body } = await client.send("POST", "/orders", order);
    expect([body.currency, body.line_items[0].total, body.total]).toEqual([currency, net, total]);
  });

  it("shows net line totals also when prices include tax", async () => {
    const { client } = open({ pricesIncludeTax: true, skus: [{ ...TEE, price: "25.90" }] });
    const order = {
      billing: { country: "FR" },
      line_items: [{ sku: "TEE", quantity: 1 }],
      coupon_lines: [{ code: "TEN" }],
    };
    const { body } = await client.send("POST", "/orders", order);
    expect(body.prices_include_tax).toBe(true);
    expect([body.line_items[0].subtotal, body.line_items[0].total, body.total]).toEqual(["21.58", "19.43", "23.31"]);
    expect(body.coupon_lines[0].discount).toBe("2.16");
  });

  it("accepts an unknown product as an empty line", async () => {
    const { client } = open();
    const { status, body } = await client.send("POST", "/orders", { line_items: [{ product_id: 98765, quantity: 1 }] });
    expect([status, body.total, body.line_items[0]]).toMatchObject([
      201,
      "0.00",
      { product_id: 0, sku: null, price: 0 },
    ]);
  });

  it("checks a single write and not the items of a batch", async () => {
    const { client } = open({ skus: [TEE] });
    const wrong = { status: "bogus", line_items: [{ sku: "TEE", quantity: 1 }] };
    expect((await client.send("POST", "/orders", wrong)).body.code).toBe("rest_invalid_param");
    const { body } = await client.send("POST", "/orders/batch", { create: [wrong] });
    expect(body.create[0].status).toBe("pending");
    const typed = { line_items: [{ sku: "TEE", quantity: 1, total: 5 }] };
    expect((await client.send("POST", "/orders", typed)).body.code).toBe("rest_invalid_param");
  });

  it("refuses a body that is no JSON", async () => {
    const { fake } = open();
    const answer = await call(fake, `${fake.settings.storeUrl}/wp-json/wc/v3/orders`, {
      method: "POST",
      headers: { authorization: basic(fake.keys.readWrite), "content-type": "application/json" },
      body: "{",
    });
    expect([answer.status, answer.body.code]).toEqual([400, "rest_invalid_json"]);
  });

  it("overwrites meta by key with its id kept, and deletes it by null", async () => {
    const { client, fake } = open({ skus: [TEE] });
    const sale = fake.sell({ sku: "TEE" });
    const path = `/orders/${sale.sold ? sale.orderId : ""}`;
    const write = async (value: unknown) => {
      const { body } = await client.send("PUT", path, { meta_data: [{ key: "_own", value }] });
      return body.meta_data.find((meta: { key: string }) => meta.key === "_own");
    };
    const first = await write("1");
    expect(await write({ any: ["json"] })).toEqual({ id: first.id, key: "_own", value: { any: ["json"] } });
    expect(await write(null)).toBeUndefined();
  });

  it("pays cash on delivery straight to its end, other ways to processing", async () => {
    const { client } = open({ skus: [TEE] });
    const make = async (payment_method: string) =>
      (
        await client.send("POST", "/orders", {
          payment_method,
          set_paid: true,
          line_items: [{ sku: "TEE", quantity: 1 }],
        })
      ).body;
    expect(await make("cod")).toMatchObject({ status: "completed", needs_payment: false });
    expect(await make("stripe")).toMatchObject({ status: "processing", needs_payment: false });
    expect((await make("stripe")).date_paid_gmt).toBe("2026-11-21T23:34:49");
  });

  it("moves stock with its status, once", async () => {
    const { client, fake } = open({ skus: [TEE] });
    const stock = () => fake.books().variants.values().next().value?.quantity;
    const { body } = await client.send("POST", "/orders", { line_items: [{ sku: "TEE", quantity: 2 }] });
    const to = (status: string) => client.send("PUT", `/orders/${body.id}`, { status });
    const seen = [stock()];
    for (const status of ["on-hold", "processing", "cancelled", "cancelled", "processing", "completed", "pending"]) {
      await to(status);
      seen.push(stock());
    }
    expect(seen).toEqual([7, 5, 5, 7, 7, 5, 5, 7]);
  });

  it("edits lines, and stock with them", async () => {
    const { client, fake } = open({ skus: [TEE, MUG] });
    const sale = fake.sell({ sku: "TEE", quantity: 2 });
    const path = `/orders/${sale.sold ? sale.orderId : ""}`;
    const [line] = (await client.get(path)).body.line_items;
    const edit = (line_items: unknown) => client.send("PUT", path, { line_items });
    const more = await edit([{ id: line.id, quantity: 3 }]);
    expect(more.body.line_items[0]).toMatchObject({ quantity: 3, total: "30.00" });
    expect((await client.get("/products?sku=TEE")).body[0].stock_quantity).toBe(4);
    const mug = (await client.get("/products?sku=MUG")).body[0];
    await edit([{ product_id: mug.id, quantity: 1 }]);
    await edit([{ id: line.id, quantity: 0 }]);
    const { body } = await client.get(path);
    expect(body.line_items.map((item: { sku: string }) => item.sku)).toEqual(["MUG"]);
    expect((await client.get("/products?sku=TEE")).body[0].stock_quantity).toBe(7);
  });

  it("goes to the trash first, and for good without a trace", async () => {
    const { client, fake } = open({ skus: [TEE] });
    const sale = fake.sell({ sku: "TEE" });
    const path = `/orders/${sale.sold ? sale.orderId : ""}`;
    expect((await client.send("DELETE", path)).body.status).toBe("processing");
    expect((await client.get(path)).body.status).toBe("trash");
    expect((await client.send("DELETE", path)).status).toBe(410);
    expect(fake.books().counts).toMatchObject({ orders: 0, hiddenOrders: 1 });
    expect((await client.send("DELETE", `${path}?force=true`)).status).toBe(200);
    const gone = await client.get(path);
    expect([gone.status, gone.body.code]).toEqual([404, "woocommerce_rest_shop_order_invalid_id"]);
    expect(fake.books().counts).toMatchObject({ orders: 0, hiddenOrders: 0, removedOrders: 1 });
  });

  it("forgets what a removed product was", async () => {
    const { client, fake } = open({ skus: [TEE] });
    const sale = fake.sell({ sku: "TEE" });
    fake.owner.removeProduct("TEE");
    const { body } = await client.get(`/orders/${sale.sold ? sale.orderId : ""}`);
    expect(body.line_items[0]).toMatchObject({ product_id: 0, variation_id: 0, sku: null, global_unique_id: null });
  });
});

describe("batches", () => {
  it("admits 100 items in sum and does nothing above", async () => {
    const { client, fake } = open({ skus: [TEE] });
    const id = (await client.get("/products")).body[0].id;
    const items = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ id, manage_stock: true, stock_quantity: n }));
    const over = await client.send("POST", "/products/batch", { update: items(60), delete: items(41) });
    expect([over.status, over.body.code]).toEqual([413, "woocommerce_rest_request_entity_too_large"]);
    expect(fake.books().counts.listings).toBe(1);
    expect((await client.send("POST", "/products/batch", { update: items(100) })).body.update.length).toBe(100);
  });

  it("keeps the order of items, with errors in their places", async () => {
    const { client } = open({ listings: 8 });
    const products = (await client.get("/products?per_page=100")).body;
    const simple = products.find((p: { type: string }) => p.type === "simple");
    const variable = products.find((p: { type: string }) => p.type === "variable");
    const update = [
      { id: simple.id, manage_stock: true, stock_quantity: 4 },
      { id: 999999 },
      { id: variable.variations[0] },
    ];
    const { status, body } = await client.send("POST", "/products/batch", { update, create: [{ sku: simple.sku }] });
    expect(status).toBe(200);
    expect(body.update[0].stock_quantity).toBe(4);
    expect(body.update[1].error).toMatchObject({ code: "woocommerce_rest_product_invalid_id", data: { status: 400 } });
    expect(body.update[2].error).toMatchObject({ code: "woocommerce_rest_invalid_product_id", data: { status: 404 } });
    expect(body.create[0]).toMatchObject({ id: 0, error: { code: "product_invalid_sku" } });
  });

  it("loses its results to _fields although the work is done", async () => {
    const { client } = open({ skus: [TEE] });
    const id = (await client.get("/products")).body[0].id;
    const update = [{ id, manage_stock: true, stock_quantity: 1 }];
    expect((await client.send("POST", "/products/batch?_fields=id", { update })).body).toEqual([]);
    expect((await client.send("POST", "/products/batch?_fields=update", { update })).body).toEqual({ update: [] });
    expect((await client.get(`/products/${id}`)).body.stock_quantity).toBe(1);
  });
});
