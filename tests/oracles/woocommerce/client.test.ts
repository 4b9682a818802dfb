/** The platform's own client, `@woocommerce/woocommerce-rest-api`, talks to the fake over real sockets. */
import { type IncomingMessage, type RequestOptions, request } from "node:http";
import { createRequire } from "node:module";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedFake, serveFake } from "../../../src/fakes/serve.ts";
import { createWooCommerceFake, type WooCommerceFake } from "../../../src/fakes/woocommerce/index.ts";

/** CommonJS with a `default`, which loaders read in different ways. */
const { default: WooCommerceRestApi }: typeof import("@woocommerce/woocommerce-rest-api") = createRequire(
  import.meta.url,
)("@woocommerce/woocommerce-rest-api");

let fake: WooCommerceFake;
let served: ServedFake;

beforeAll(async () => {
  fake = createWooCommerceFake({ name: "zz", orders: 12, skus: [] });
  served = await serveFake(fake);
});
afterAll(() => served.close());

/** As a proxy that ends TLS before the store, and says so or does not. */
const endingTls = (forwarded: boolean) => ({
  request: (options: RequestOptions, onAnswer: (answer: IncomingMessage) => void) =>
    request(
      {
        ...options,
        protocol: "http:",
        agent: false,
        headers: { ...options.headers, ...(forwarded ? { "x-forwarded-proto": "https" } : {}) },
      },
      onAnswer,
    ),
});

function clientOf(
  way: "oauth" | "basic" | "query",
  {
    key = fake.keys.readWrite,
    isForwarded = true,
  }: { key?: { key: string; secret: string }; isForwarded?: boolean } = {},
) {
  const isSecure = way !== "oauth";
  return new WooCommerceRestApi({
    url: isSecure ? served.baseUrl.replace("http:", "https:") : served.baseUrl,
    consumerKey: key.key,
    consumerSecret: key.secret,
    version: "wc/v3",
    queryStringAuth: way === "query",
    axiosConfig: { proxy: false, maxRedirects: 0, ...(isSecure ? { transport: endingTls(isForwarded) } : {}) },
  });
}

const refusal = (promise: Promise<unknown>) =>
  promise.then(
    () => null,
    (error: { response?: { status: number; data: { code: string; message: string } } }) => error.response,
  );

const NAME = "青空 100% cotton + lace ~ [new] 'n' (2/3) é & co.";

describe.each(["oauth", "basic", "query"] as const)("the vendor's client, by %s", (way) => {
  it("makes, finds, changes and deletes", async () => {
    const client = clientOf(way);
    const sku = `ODD-${way} +~%[]`;
    const made = await client.post("products", { name: NAME, sku, regular_price: "12.50", type: "simple" });
    expect(made.status).toBe(201);
    expect(made.data).toMatchObject({ name: expect.stringContaining("青空 100% cotton + lace ~"), sku });
    const { id } = made.data;

    const bySku = await client.get("products", { sku });
    expect(bySku.data.map((product: { id: number }) => product.id)).toEqual([id]);
    const bySearch = await client.get("products", { search: "青空 100% cotton + lace ~", per_page: 100, order: "asc" });
    expect(bySearch.data.map((product: { id: number }) => product.id)).toContain(id);
    expect((await client.get("products", { sku: `${sku}x` })).data).toEqual([]);

    const changed = await client.put(`products/${id}`, { manage_stock: true, stock_quantity: 7 });
    expect([changed.status, changed.data.stock_quantity]).toEqual([200, 7]);
    expect((await client.get(`products/${id}`)).data.stock_quantity).toBe(7);

    const gone = await client.delete(`products/${id}`, { force: true });
    expect([gone.status, gone.data.id]).toEqual([200, id]);
    expect(await refusal(client.get(`products/${id}`))).toMatchObject({
      status: 404,
      data: { code: "woocommerce_rest_product_invalid_id" },
    });
  });

  it("reads lists by arrays, lists and times", async () => {
    const client = clientOf(way);
    const books = [...fake.books().orders.values()].filter((order) => !order.isHidden);
    const ids = books.slice(0, 3).map((order) => Number(order.orderId));
    const asked = await client.get("orders", { include: ids, status: ["any"], orderby: "id", order: "asc" });
    expect(asked.data.map((order: { id: number }) => order.id)).toEqual([...ids].sort((a, b) => a - b));
    const all = await client.get("orders", {
      per_page: 100,
      after: "2000-01-01T00:00:00",
      dates_are_gmt: true,
      nothing: "茶杯 %25 +~ 18446744073709551615",
      empty: "",
    });
    expect(all.headers["x-wp-total"]).toBe(String(books.length));
    expect(all.data).toHaveLength(books.length);
  });

  it("is refused with a wrong secret, and with a key that may only read", async () => {
    const { key, secret } = fake.keys.readWrite;
    const wrong = clientOf(way, { key: { key, secret: `${secret.slice(0, -1)}x` } });
    expect(await refusal(wrong.get("orders"))).toMatchObject({
      status: 401,
      data: { code: "woocommerce_rest_authentication_error" },
    });
    const reader = clientOf(way, { key: fake.keys.readOnly });
    expect((await reader.get("orders")).status).toBe(200);
    expect(await refusal(reader.post("products", { name: "x" }))).toMatchObject({
      status: 401,
      data: { message: expect.stringContaining("write permissions") },
    });
  });
});

it("Basic is not seen by a store that does not know that its address is https", async () => {
  expect(await refusal(clientOf("basic", { isForwarded: false }).get("orders"))).toMatchObject({
    status: 401,
    data: { code: "woocommerce_rest_cannot_view" },
  });
});
