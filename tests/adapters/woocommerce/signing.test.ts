import { expect, it } from "vitest";
import { oauthBase, signOauth } from "../../../src/adapters/woocommerce/auth/signing.ts";
import { receive } from "../../../src/adapters/woocommerce/webhooks/index.ts";
import { createTestClock } from "../../support/clock.ts";
import { givenAdapter, givenStore, KEYS, SIGNAL } from "./stub.ts";

const ONCE = { nonce: "kllo9940pd9333jh", timestamp: 1764000000 };
const ROOT = "http://shop.example.test/wp-json/wc/v3";

const VECTORS = [
  {
    name: "a list by change time",
    method: "GET",
    url: `${ROOT}/orders`,
    params: [
      ["per_page", "100"],
      ["page", "1"],
      ["modified_after", "2026-11-01T00:00:00"],
      ["dates_are_gmt", "true"],
    ],
    sha256: "EEW6u0FWP3zuBZN1DJT7hkVkAdy+WIYFQoVY+GpW+Lo=",
    sha1: "IYEIGwBbSW7aCrjbPXYzrjP2k44=",
  },
  {
    name: "a write, whose body is not signed",
    method: "POST",
    url: `${ROOT}/products/batch`,
    params: [],
    sha256: "HHRKkuojdcXe/YPoNTIDl9ZXDoQ4B0CmeKDR35tGshQ=",
    sha1: "PVQZGBmSq0tY0rxUPDs3iVkiQMU=",
  },
  {
    name: "names and values that need encoding",
    method: "GET",
    url: `${ROOT}/products`,
    params: [
      ["sku", "A B+C,D"],
      ["status[]", "publish"],
    ],
    sha256: "Mi7ygsweTiuZLq7wP8DvtKQuo1Nngzx2qXe4Ml8NbgU=",
    sha1: "AvSiHydFQH6OcnW5MCs7qfhveu0=",
  },
] as const;

it.each(VECTORS)("signs $name as the published library does", ({ method, url, params, sha256, sha1 }) => {
  expect(signOauth({ method, url, params }, KEYS, ONCE).at(-1)).toEqual(["oauth_signature", sha256]);
  expect(signOauth({ method, url, params }, KEYS, ONCE, "sha1").at(-1)).toEqual(["oauth_signature", sha1]);
});

it("builds the base text of the first vector", () => {
  const signed = signOauth(VECTORS[0], KEYS, ONCE).slice(0, -1);
  expect(oauthBase("GET", VECTORS[0].url, [...VECTORS[0].params, ...signed])).toBe(
    `GET&http%3A%2F%2Fshop.example.test%2Fwp-json%2Fwc%2Fv3%2Forders&dates_are_gmt%3Dtrue%26modified_after%3D2026-11-01T00%253A00%253A00%26oauth_consumer_key%3Dck_${"a1".repeat(20)}%26oauth_nonce%3Dkllo9940pd9333jh%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp%3D1764000000%26oauth_version%3D1.0%26page%3D1%26per_page%3D100`,
  );
});

it.each([
  ["whsec-probe-1", '{"id":15,"status":"processing","total":"96.62"}', "MSgkZI7DP4KbH66hXPLWFoUkByOv97k8BIU4amxG9U0="],
  ["whsec-probe-1", '{"id":16,"customer_note":"Caf\\u00e9 \\u2615"}', "bAd1vzmkDyU8VNPfN1lWGTjqlcRhegMx1FryfG72cMk="],
  ["s3cr&t<k", '{"id":15}', "Dw1L94njetwNEVKKlt8xIF6F/aMiP7AZJgEvSkemNOw="],
  ["s3cr&amp;t&lt;k", '{"id":15}', "Dw1L94njetwNEVKKlt8xIF6F/aMiP7AZJgEvSkemNOw="],
])("accepts what the plugin signs with %s", (secret, body, signature) => {
  const request = (headers: Record<string, string>, text = body) => ({
    method: "POST",
    path: "/webhooks/woocommerce/1",
    query: {},
    headers,
    body: new TextEncoder().encode(text),
  });
  const headers = { "x-wc-webhook-signature": signature, "x-wc-webhook-topic": "order.updated" };
  const clock = createTestClock();
  expect(receive(request(headers), ["another", secret], clock).verified).toBe(true);
  expect(receive(request(headers, `${body} `), [secret], clock)).toMatchObject({
    verified: false,
    answer: { status: 401 },
  });
  expect(receive(request(headers), ["another"], clock).notifications).toEqual([]);
  expect(receive(request({}), [secret], clock).answer.status).toBe(401);
});

it("sends Basic over HTTPS, and the query string once where the header does not arrive", async () => {
  const { adapter, sent } = givenAdapter((request) =>
    request.query.consumer_key
      ? { body: [] }
      : {
          status: 401,
          body: {
            code: "woocommerce_rest_cannot_view",
            message: "Sorry, you cannot list resources.",
            data: { status: 401 },
          },
        },
  );
  await adapter.orders.list(givenStore(), WINDOW, SIGNAL);
  expect(sent.map((request) => [request.headers.authorization?.split(" ")[0], request.query.consumer_key])).toEqual([
    ["Basic", undefined],
    [undefined, KEYS.values.consumer_key],
  ]);
  await adapter.orders.list(givenStore({ facts: { auth_in_query: true } }), WINDOW, SIGNAL);
  expect(sent.length).toBe(3);
});

it("does not try another form where the secret is wrong", async () => {
  const body = {
    code: "woocommerce_rest_authentication_error",
    message: "Consumer secret is invalid.",
    data: { status: 401 },
  };
  const { adapter, sent } = givenAdapter(() => ({ status: 401, body }));
  await expect(adapter.orders.list(givenStore(), WINDOW, SIGNAL)).rejects.toMatchObject({ category: "auth_expired" });
  expect(sent.length).toBe(1);
});

it("signs for the store's own address over plain HTTP, in a subfolder and with plain permalinks", async () => {
  const { adapter, sent } = givenAdapter();
  const store = givenStore({
    baseUrl: "http://127.0.0.1:8080/relay/",
    settings: { home_url: "http://shop.example.test/shop", rest_route: true },
  });
  await adapter.orders.list(store, WINDOW, SIGNAL);
  const { path, query, headers } = sent[0]!;
  expect(path).toBe("/relay/");
  expect(query.rest_route).toBe("/wc/v3/orders");
  expect(headers.authorization).toBeUndefined();
  const { oauth_signature, ...rest } = query;
  const params = Object.entries(rest).filter(([name]) => !name.startsWith("oauth_"));
  const once = { nonce: String(rest.oauth_nonce), timestamp: Number(rest.oauth_timestamp) };
  const signed = signOauth({ method: "GET", url: "http://shop.example.test/shop/", params }, KEYS, once);
  expect(signed.at(-1)?.[1]).toBe(oauth_signature);
});

const WINDOW = {
  stream: "changed",
  since: new Date("2026-11-01T00:00:00.400Z"),
  until: new Date("2026-11-02T00:00:00.400Z"),
  cursor: null,
  limit: 50,
};
