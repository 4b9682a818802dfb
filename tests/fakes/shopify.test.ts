import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { callbackHmac } from "../../src/fakes/shopify/oauth.ts";
import { signatureOf } from "../../src/fakes/shopify/subscriptions.ts";
import { type Body, type GivenShopify, givenShopify } from "./shopify-client.ts";

const HOUR = 3_600_000;
const SECRET = "shpss_test_secret_0001";
const OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token";
const EXCHANGE = {
  grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
  subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
  requested_token_type: OFFLINE,
  expiring: "1",
};
const SHOP = "{ shop { name } }";
const LIST = /* GraphQL */ `
  query List($q: String, $after: String, $first: Int = 5, $key: OrderSortKeys = UPDATED_AT) {
    orders(first: $first, after: $after, query: $q, sortKey: $key) {
      pageInfo { hasNextPage endCursor }
      nodes { id name updatedAt createdAt cancelledAt closedAt displayFinancialStatus returnStatus tags lineItems(first: 5) { nodes { sku } } }
    }
  }
`;

async function token({ fake }: GivenShopify, values: Record<string, string>, isForm = false): Promise<Body> {
  const all = { client_id: fake.app.key, client_secret: fake.app.secret, ...values };
  const body = isForm ? new URLSearchParams(all) : JSON.stringify(all);
  const init: RequestInit = { method: "POST", body };
  if (!isForm) init.headers = { "content-type": "application/json" };
  const response = await fake.fetch(new Request(`https://${fake.domain}/admin/oauth/access_token`, init));
  const told: Body = await response.json();
  return { status: response.status, ...told };
}

describe("tokens", () => {
  it("come for a session token, end the one before, and rotate when refreshed", async () => {
    const shop = givenShopify({ orders: 0 });
    const { fake, raw, clock } = shop;
    const works = async (access: string): Promise<boolean> => {
      shop.useToken(access);
      return (await raw(SHOP)).status === 200;
    };
    const first = await token(shop, { ...EXCHANGE, subject_token: fake.sessionToken() });
    expect(first).toMatchObject({ status: 200, expires_in: 3600, refresh_token_expires_in: 90 * 86_400 });
    expect(first.scope).toContain("read_orders");
    expect(await works(first.access_token)).toBe(true);
    const second = await token(shop, { ...EXCHANGE, subject_token: fake.sessionToken() });
    expect([await works(first.access_token), await works(second.access_token)]).toEqual([false, true]);
    expect((await token(shop, { grant_type: "refresh_token", refresh_token: first.refresh_token })).status).toBe(400);
    clock.advance(HOUR);
    expect(await works(second.access_token)).toBe(false);
    const third = await token(shop, { grant_type: "refresh_token", refresh_token: second.refresh_token });
    expect(await works(third.access_token)).toBe(true);
    expect((await token(shop, { grant_type: "refresh_token", refresh_token: second.refresh_token })).status).toBe(400);
    fake.revoke();
    expect(await works(third.access_token)).toBe(false);
  });

  it("come by the app's own credentials for a day, and by a code that is good once", async () => {
    const shop = givenShopify({ orders: 0 });
    const { fake, raw, clock } = shop;
    const day = await token(shop, { grant_type: "client_credentials" }, true);
    expect(day).toMatchObject({ status: 200, expires_in: 86_399 });
    expect(day).not.toHaveProperty("refresh_token");
    const consent = fake.consentQuery("s-1");
    const { hmac, ...signed } = consent;
    expect(hmac).toBe(callbackHmac(fake.app.secret, signed));
    expect(consent).toMatchObject({ shop: fake.domain, state: "s-1" });
    const code = consent.code ?? "";
    expect((await token(shop, { code, expiring: "1" })).refresh_token).toMatch(/^shpat_/);
    expect((await token(shop, { code, expiring: "1" })).status).toBe(400);
    shop.useToken(day.access_token);
    expect((await raw(SHOP)).status).toBe(200);
    clock.advance(24 * HOUR);
    expect((await raw(SHOP)).status).toBe(401);
  });

  it("are refused for another app, a stale or foreign session, and an old token is exchanged once", async () => {
    const shop = givenShopify({ orders: 0 });
    const { fake } = shop;
    const of = async (subject_token: string, more = {}): Promise<number> =>
      (await token(shop, { ...EXCHANGE, subject_token, ...more })).status;
    expect(await of(fake.sessionToken({ exp: 1 }))).toBe(400);
    expect(await of(fake.sessionToken({ aud: "other" }))).toBe(400);
    expect(await of(`${fake.sessionToken()}x`)).toBe(400);
    expect(await of(fake.sessionToken(), { client_secret: "other" })).toBe(401);
    const old = fake.permanentToken();
    expect(await of(old, { subject_token_type: OFFLINE })).toBe(200);
    expect(await of(old, { subject_token_type: OFFLINE })).toBe(400);
  });
});

describe("signatures", () => {
  it("of webhooks and of the way back are the published ones", () => {
    expect(signatureOf('{"id":820982911946154508,"email":"jon@example.test","name":"#9999"}', SECRET)).toBe(
      "1ifM+6dnz53AybN5ofwQFbMbvYSu7qj+I+5OIzXQp2Q=",
    );
    expect(signatureOf('{"id":1,"title":"Café ☕ Größe"}', SECRET)).toBe(
      "LwfZ+D1Ll7pUrLAE9ZDgto5NqqsgmZ06TH+Y1vUP+R0=",
    );
    const query = {
      code: "0907a61c0c8d55e99db179b68161bc00",
      shop: "some-shop.myshopify.com",
      state: "0.6784241404160823",
      timestamp: "1764000000",
    };
    expect(callbackHmac(SECRET, query)).toBe("29a78f4c959c239e42f1e16d6e996cdbd2b9b9d72852581e064c45faa43e2448");
  });
});

describe("the endpoint", () => {
  it("knows its versions and tells which one ran", async () => {
    const { raw, fake } = givenShopify({ orders: 0 });
    const of = async (version: string): Promise<[number, string | null]> => {
      const response = await raw(SHOP, {}, version);
      return [response.status, response.headers.get("x-shopify-api-version")];
    };
    expect(await of("2026-10")).toEqual([200, "2026-10"]);
    expect(await of("2024-01")).toEqual([200, "2026-01"]);
    expect((await of("2030-01"))[0]).toBe(404);
    expect((await of("v3"))[0]).toBe(404);
    expect((await fake.fetch(new Request(`https://${fake.domain}/admin/api/2026-07/orders.json`))).status).toBe(404);
  });

  it("answers what it cannot read with errors inside HTTP 200", async () => {
    const { send } = givenShopify({ orders: 0 });
    expect((await send("{ shop {")).errors[0].message).toContain("Syntax Error");
    expect((await send("{ shop { nope } }")).errors[0].message).toContain('Cannot query field "nope"');
    expect((await send("{ orders { nodes { id } } }")).errors[0].extensions.code).toBe("BAD_USER_INPUT");
    expect((await send("{ orders(first: 251) { nodes { id } } }")).errors[0].extensions.code).toBe("BAD_USER_INPUT");
    const unknown = await send('{ order(id: "gid://shopify/Order/1") { id } }');
    expect(unknown.data).toEqual({ order: null });
  });

  it("weighs calls, gives back what was not used, and throttles by points", async () => {
    const { send, clock, fake } = givenShopify({ orders: 3, bucket: { size: 100, restore: 10 } });
    const before = fake.points;
    const { extensions } = await send(LIST, { first: 50 });
    const { requestedQueryCost, actualQueryCost, throttleStatus } = extensions.cost;
    expect(actualQueryCost).toBeLessThan(requestedQueryCost);
    expect(throttleStatus).toEqual({
      maximumAvailable: 100,
      currentlyAvailable: before - actualQueryCost,
      restoreRate: 10,
    });
    const refusals: Body[] = [];
    for (let count = 0; count < 20; count += 1) {
      const answer = await send(LIST, { first: 50 });
      if (answer.errors !== undefined) refusals.push(answer);
    }
    const [refusal] = refusals;
    expect(refusal.errors[0]).toMatchObject({ message: "Throttled", extensions: { code: "THROTTLED" } });
    expect(refusal).not.toHaveProperty("data");
    const { cost } = refusal.extensions;
    expect(cost.actualQueryCost).toBeNull();
    const wait = (cost.requestedQueryCost - cost.throttleStatus.currentlyAvailable) / cost.throttleStatus.restoreRate;
    clock.advance(Math.ceil(wait) * 1000);
    expect((await send(LIST, { first: 50 })).errors).toBeUndefined();
  });

  it("refuses a query that costs more than any may", async () => {
    const { send, fake } = givenShopify({ orders: 1, bucket: { size: 20_000, restore: 1000 } });
    const before = fake.points;
    const inner =
      "id lineItems(first: 250) { nodes { variant { product { variants(first: 250) { nodes { id inventoryItem { inventoryLevels(first: 250) { nodes { id } } } } } } } } }";
    const { errors, data } = await send(`{ orders(first: 250) { nodes { ${inner} } } }`);
    expect(errors[0].extensions.code).toBe("MAX_COST_EXCEEDED");
    expect([data, fake.points]).toEqual([undefined, before]);
    expect((await send(`{ orders(first: 2) { nodes { ${inner.replaceAll("250", "3")} } } }`)).errors).toBeUndefined();
  });

  it("counts calls beside points, but not those for tokens", async () => {
    const shop = givenShopify({ orders: 0, quota: { limit: 3, windowMs: 1000 } });
    const statuses = [];
    for (let count = 0; count < 4; count += 1) statuses.push((await shop.raw(SHOP)).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    expect((await token(shop, { grant_type: "client_credentials" })).status).toBe(200);
    shop.clock.advance(1000);
    expect((await shop.raw(SHOP)).status).toBe(200);
  });

  it("denies what no scope allows, and withholds people", async () => {
    const { send, ask } = givenShopify({ orders: 4, scopes: ["read_orders"], showsBuyers: false });
    const denied = await send("{ products(first: 1) { nodes { id } } shop { name } }");
    expect(denied.errors[0].extensions.code).toBe("ACCESS_DENIED");
    expect((await ask("{ shopifyPaymentsAccount { id } }")).shopifyPaymentsAccount).toBeNull();
    const people = await send("{ orders(first: 1) { nodes { id name email shippingAddress { city } } } }");
    expect(people.data.orders.nodes[0]).toMatchObject({ email: null, shippingAddress: null, name: expect.any(String) });
    expect(people.errors.map(({ path }: Body) => path.at(-1))).toEqual(["email", "shippingAddress"]);
    const write = await send(
      'mutation { tagsAdd(id: "gid://shopify/Order/1", tags: ["a"]) { node { id } userErrors { message } } }',
    );
    expect(write.errors[0].extensions.code).toBe("ACCESS_DENIED");
  });
});

describe("lists", () => {
  it("hold every order once, by pages, under searches and orders", async () => {
    const shop = givenShopify({ orders: 31 });
    const { fake, all } = shop;
    const of = async (q: string, key = "UPDATED_AT"): Promise<Body[]> => all(LIST, (data) => data.orders, { q, key });
    const rows = await of("status:any");
    expect(new Set(rows.map(({ id }) => id)).size).toBe(fake.books().counts.orders);
    expect(rows.map(({ updatedAt }) => updatedAt)).toEqual(rows.map(({ updatedAt }) => updatedAt).sort());
    const created = (await of("", "CREATED_AT")).map(({ createdAt }) => createdAt);
    expect(created).toEqual([...created].sort());
    const middle = rows[15].updatedAt;
    const after = await of(`updated_at:>='${middle}' AND updated_at:<'2027-01-01T00:00:00Z' AND status:any`);
    expect(after.map(({ id }) => id)).toEqual(rows.filter((row) => row.updatedAt >= middle).map(({ id }) => id));
    const cancelled = await of("status:cancelled");
    expect(cancelled.map(({ id }) => id)).toEqual(rows.filter((row) => row.cancelledAt !== null).map(({ id }) => id));
    expect(cancelled.length).toBeGreaterThan(0);
    const paid = await of("financial_status:paid");
    expect(new Set(paid.map(({ displayFinancialStatus }) => displayFinancialStatus))).toEqual(new Set(["PAID"]));
    expect(await of("tag:vip")).toHaveLength(rows.filter(({ tags }) => tags.includes("vip")).length);
    expect(await of("-status:cancelled")).toHaveLength(rows.length - cancelled.length);
    expect(await of(`name:'${rows[3].name}' OR name:'${rows[4].name}'`)).toHaveLength(2);
    expect(await of("nope:1")).toHaveLength(rows.length);
  });

  it("refuse a cursor of another list, and hide what is old", async () => {
    const { send, ask } = givenShopify({ orders: 31 });
    const first = await ask(LIST, { q: "" });
    const { endCursor } = first.orders.pageInfo;
    expect((await send(LIST, { q: "status:open", after: endCursor })).errors[0].message).toContain("Invalid cursor");
    expect((await send(LIST, { q: "", key: "ID", after: endCursor })).errors).toBeDefined();
    const near = givenShopify({ orders: 31, scopes: ["read_orders"] });
    const [all, few] = [await ask("{ ordersCount { count precision } }"), await near.ask("{ ordersCount { count } }")];
    expect(few.ordersCount.count).toBeLessThan(all.ordersCount.count);
    expect(few.ordersCount.count).toBeGreaterThan(0);
  });

  it("find variants by a part of their code too", async () => {
    const { ask } = givenShopify({ orders: 0 });
    const query = "query V($q: String) { productVariants(first: 50, query: $q) { nodes { sku } } }";
    const found = (await ask(query, { q: "sku:'S'" })).productVariants.nodes;
    expect(found.length).toBeGreaterThan(1);
    expect((await ask(query, { q: "sku:'B1001-S'" })).productVariants.nodes).toEqual([{ sku: "B1001-S" }]);
  });
});

describe("webhooks", () => {
  it("are signed, carry their headers, and are retried until their subscription is given up", async () => {
    const got: { headers: Headers; body: string }[] = [];
    let status = 200;
    const shop = givenShopify({
      orders: 0,
      async webhookFetch(_url, init) {
        got.push({ headers: new Headers(init.headers), body: String(init.body) });
        return new Response(null, { status });
      },
    });
    const { fake, ask, clock } = shop;
    const add = /* GraphQL */ `
      mutation Add($topic: WebhookSubscriptionTopic!, $w: WebhookSubscriptionInput!) {
        webhookSubscriptionCreate(topic: $topic, webhookSubscription: $w) {
          webhookSubscription { id topic uri includeFields apiVersion { handle } } userErrors { field message }
        }
      }
    `;
    const uri = "https://mw.example.test/hooks/shopify";
    const w = { uri, format: "JSON", includeFields: ["id", "admin_graphql_api_id", "updated_at"] };
    const made = (await ask(add, { topic: "ORDERS_UPDATED", w })).webhookSubscriptionCreate;
    expect(made).toMatchObject({ webhookSubscription: { uri, apiVersion: { handle: "2026-07" } }, userErrors: [] });
    expect((await ask(add, { topic: "ORDERS_UPDATED", w })).webhookSubscriptionCreate.userErrors).toHaveLength(1);
    await ask(add, { topic: "FULFILLMENT_ORDERS_PLACED_ON_HOLD", w: { uri } });
    const id = fake.buyer.order();
    fake.owner.memo(id, "x");
    await fake.settle();
    expect(got).toHaveLength(1);
    const [{ headers, body }] = got as [(typeof got)[number]];
    expect(headers.get("x-shopify-topic")).toBe("orders/updated");
    expect(headers.get("x-shopify-shop-domain")).toBe(fake.domain);
    expect(headers.get("x-shopify-hmac-sha256")).toBe(
      createHmac("sha256", fake.app.secret).update(body).digest("base64"),
    );
    expect(Object.keys(JSON.parse(body))).toEqual(["id", "admin_graphql_api_id", "updated_at"]);
    expect(JSON.parse(body)).toMatchObject({ admin_graphql_api_id: id, updated_at: "2026-03-01T03:00:00-05:00" });
    fake.webhooks.privacy("customers/redact", uri, { customer: { id: 1 } });
    await fake.settle();
    expect(got.at(-1)?.headers.get("x-shopify-topic")).toBe("customers/redact");
    status = 500;
    clock.advance(60_000);
    fake.owner.touch(id);
    await fake.settle();
    for (let count = 0; count < 8; count += 1) {
      clock.advance(HOUR / 2);
      await fake.settle();
    }
    expect(fake.webhooks.deliveries.filter((one) => one.status === 500)).toHaveLength(9);
    expect([...fake.subscriptions.values()].map(({ topic }) => topic)).toEqual(["FULFILLMENT_ORDERS_PLACED_ON_HOLD"]);
    const list = (await ask("{ webhookSubscriptions(first: 5) { nodes { id topic } } }")).webhookSubscriptions.nodes;
    const gone = await ask(
      "mutation D($id: ID!) { webhookSubscriptionDelete(id: $id) { deletedWebhookSubscriptionId userErrors { message } } }",
      { id: list[0].id },
    );
    expect(gone.webhookSubscriptionDelete.deletedWebhookSubscriptionId).toBe(list[0].id);
  });

  it("are lost, doubled, late and out of order as the script says", async () => {
    const got: string[] = [];
    const { fake, ask, clock } = givenShopify({
      orders: 0,
      async webhookFetch(_url, init) {
        got.push(String(JSON.parse(String(init.body)).admin_graphql_api_id));
        return new Response();
      },
    });
    await ask(
      'mutation { webhookSubscriptionCreate(topic: ORDERS_CREATE, webhookSubscription: { uri: "https://x.example.test" }) { userErrors { message } } }',
    );
    fake.fail("webhooks.deliver", ["drop", { times: 2 }, { delayMs: 5000 }, "last", "ok"]);
    const ids = Array.from({ length: 5 }, () => fake.buyer.order());
    await fake.settle();
    expect(got).toEqual([ids[1], ids[1], ids[4], ids[3]]);
    clock.advance(5000);
    await fake.settle();
    expect(got.at(-1)).toBe(ids[2]);
  });
});
