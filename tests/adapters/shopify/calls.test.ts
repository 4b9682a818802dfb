/** Calls: sign-in, signatures, what an answer means, and the bucket of points. */
import { expect, it } from "vitest";
import { isSignedQuery } from "../../../src/adapters/shopify/auth/signing.ts";
import { failureOf } from "../../../src/adapters/shopify/client.ts";
import { CREDENTIALS } from "../../../src/adapters/shopify/config.ts";
import { ERRORS } from "../../../src/adapters/shopify/errors.ts";
import { observe } from "../../../src/adapters/shopify/limits.ts";
import { isSignedBody } from "../../../src/adapters/shopify/webhooks.ts";
import { hmac, toHex } from "../../../src/core/crypto.ts";
import { DEFAULT_ROWS, toAdapterError } from "../../../src/core/error-table.ts";
import { isAdapterError } from "../../../src/core/errors.ts";
import { answered } from "../../support/answered-context.ts";
import { APP, byName, errorOf, givenAdapter, givenStore, inputOf, keysOf, NOW, SECRET, SIGNAL, whole } from "./stub.ts";

const SHOP = {
  shop: {
    id: "gid://shopify/Shop/1",
    name: "Some shop",
    myshopifyDomain: "some-shop.myshopify.com",
    currencyCode: "USD",
    ianaTimezone: "America/New_York",
    plan: { publicDisplayName: "Basic", shopifyPlus: false },
  },
  currentAppInstallation: { accessScopes: [{ handle: "read_orders" }, { handle: "write_products" }] },
  locations: { nodes: [{ id: "gid://shopify/Location/71", name: "Here", isActive: true, fulfillsOnlineOrders: true }] },
};
const categoryOf = async (script: Parameters<typeof givenAdapter>[0]): Promise<unknown> => {
  const { adapter } = givenAdapter(script);
  return adapter.auth.probe(givenStore(), SIGNAL).then(
    () => "done",
    (error) => (isAdapterError(error) ? error.category : error),
  );
};

it("signs and checks as the platform's own library does", () => {
  const body = (text: string) => new TextEncoder().encode(text);
  const first = body('{"id":820982911946154508,"email":"jon@example.test","name":"#9999"}');
  expect(isSignedBody(first, SECRET, "1ifM+6dnz53AybN5ofwQFbMbvYSu7qj+I+5OIzXQp2Q=")).toBe(true);
  expect(
    isSignedBody(body('{"id":1,"title":"Café ☕ Größe"}'), SECRET, "LwfZ+D1Ll7pUrLAE9ZDgto5NqqsgmZ06TH+Y1vUP+R0="),
  ).toBe(true);
  expect(isSignedBody(first, "another", "1ifM+6dnz53AybN5ofwQFbMbvYSu7qj+I+5OIzXQp2Q=")).toBe(false);
  const query = {
    code: "0907a61c0c8d55e99db179b68161bc00",
    shop: "some-shop.myshopify.com",
    state: "0.6784241404160823",
    timestamp: "1764000000",
    hmac: "29a78f4c959c239e42f1e16d6e996cdbd2b9b9d72852581e064c45faa43e2448",
  };
  const at = new Date(1_764_000_000_000);
  expect(isSignedQuery(query, SECRET, at)).toBe(true);
  expect(isSignedQuery({ ...query, shop: "other.myshopify.com" }, SECRET, at)).toBe(false);
  expect(isSignedQuery(query, SECRET, new Date(at.getTime() + 91_000))).toBe(false);
});

/** A call back as the platform signs it. */
function callBack(query: Record<string, string>): Record<string, string> {
  const all = { shop: "some-shop.myshopify.com", timestamp: String(Date.parse(NOW) / 1000), ...query };
  const text = new URLSearchParams(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1))).toString();
  return { ...all, hmac: toHex(hmac("sha256", SECRET, text)) };
}
const TOKEN = {
  access_token: "shpat_new",
  expires_in: 3600,
  refresh_token: "shprt_1",
  refresh_token_expires_in: 7_776_000,
};
const BACK = "https://us.example/back";

it("sends a person to the shop, and a signed call back opens it", async () => {
  const { adapter, sent } = givenAdapter(() => whole(TOKEN));
  const url = new URL(
    adapter.auth.authoriseUrl?.(APP, {
      state: "s",
      redirectUrl: BACK,
      settings: { shop: "some-shop.myshopify.com" },
    }) ?? "",
  );
  expect([url.host, url.pathname]).toEqual(["some-shop.myshopify.com", "/admin/oauth/authorize"]);
  expect(Object.fromEntries(url.searchParams)).toMatchObject({ client_id: "client-1", redirect_uri: BACK, state: "s" });
  expect(url.searchParams.get("scope")).toContain("write_inventory");
  const grant = await adapter.auth.exchange?.(
    APP,
    { query: callBack({ code: "c1", state: "s" }), redirectUrl: BACK },
    SIGNAL,
  );
  expect(sent[0]?.url).toBe("https://some-shop.myshopify.com/admin/oauth/access_token");
  expect(sent[0]?.body).toEqual({ client_id: "client-1", client_secret: SECRET, code: "c1", expiring: "1" });
  expect(grant).toMatchObject({
    values: { shop: "some-shop.myshopify.com", access_token: "shpat_new", refresh_token: "shprt_1" },
    expiresAt: new Date(Date.parse(NOW) + 3_600_000),
    authorisedUntil: new Date(Date.parse(NOW) + 7_776_000_000),
  });
});

it("sends no secret for a call back that is unsigned, old, or of another host", async () => {
  const { adapter, sent } = givenAdapter(() => whole(TOKEN));
  const good = callBack({ code: "c1" });
  const elsewhere = callBack({ code: "c1", shop: "evil.example" });
  for (const query of [{ ...good, code: "c2" }, { ...good, hmac: "" }, elsewhere])
    await expect(adapter.auth.exchange?.(APP, { query, redirectUrl: BACK }, SIGNAL)).rejects.toThrow();
  expect(() =>
    adapter.auth.authoriseUrl?.(APP, { state: "s", redirectUrl: BACK, settings: { shop: "evil.example" } }),
  ).toThrow();
  expect(sent).toEqual([]);
});

it("exchanges an embedded app's session for a token", async () => {
  const { adapter, sent } = givenAdapter(() => whole(TOKEN));
  await adapter.auth.exchange?.(APP, { query: callBack({ id_token: "jwt" }), redirectUrl: BACK }, SIGNAL);
  expect(sent[0]?.body).toMatchObject({
    grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
    subject_token: "jwt",
    subject_token_type: "urn:ietf:params:oauth:token-type:id_token",
    requested_token_type: "urn:shopify:params:oauth:token-type:offline-access-token",
    expiring: "1",
  });
});

it("refreshes by the rotating token, by a session, or by the app's own secret, and not without an app", async () => {
  const { adapter, sent } = givenAdapter(() => whole({ access_token: "shpat_day", expires_in: 86_399 }));
  const of = (values: Record<string, string>, app: typeof APP | null) =>
    adapter.auth.refresh?.(givenStore({ app }), keysOf({ shop: "some-shop.myshopify.com", ...values }), SIGNAL);
  await of({ access_token: "a", refresh_token: "shprt_0" }, APP);
  await of({ session_token: "jwt" }, APP);
  const grant = await of({ app_key: "k", app_secret: "s" }, null);
  expect(sent.map(({ body }) => body.grant_type)).toEqual([
    "refresh_token",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "client_credentials",
  ]);
  expect(sent[2]?.body).toEqual({ client_id: "k", client_secret: "s", grant_type: "client_credentials" });
  expect(grant?.values).toEqual({
    shop: "some-shop.myshopify.com",
    app_key: "k",
    app_secret: "s",
    access_token: "shpat_day",
  });
  expect(grant?.authorisedUntil).toBeNull();
  await expect(of({ access_token: "shpat_old" }, null)).rejects.toMatchObject({ category: "auth_expired" });
  const refused = givenAdapter(() => whole({ error: "invalid_request" }, 400));
  const again = refused.adapter.auth.refresh?.(
    givenStore({ app: APP }),
    keysOf({ refresh_token: "used", shop: "a.myshopify.com" }),
    SIGNAL,
  );
  await expect(again).rejects.toMatchObject({ category: "auth_expired" });
});

it("takes what opens a shop, and nothing that leads elsewhere", () => {
  for (const good of [{ shop: "a-b.myshopify.com" }, { access_token: "shpat_x" }])
    expect(CREDENTIALS.safeParse(good).success).toBe(true);
  for (const bad of [{}, { shop: "a.example" }, { shop: "a.myshopify.com.evil.example" }, { app_key: "k" }])
    expect(CREDENTIALS.safeParse(bad).success).toBe(false);
});

it("tells at the first look who the shop is and what it lacks", async () => {
  const { adapter, sent } = givenAdapter(byName({ ShopInfo: SHOP }));
  const facts = await adapter.auth.probe(givenStore(), SIGNAL);
  expect(sent[0]?.url).toBe("https://some-shop.myshopify.com/admin/api/2026-07/graphql.json");
  expect(sent[0]?.headers["x-shopify-access-token"]).toBe("shpat_test");
  expect(facts).toMatchObject({
    externalId: "some-shop.myshopify.com",
    currency: "USD",
    timeZone: "America/New_York",
    facts: { default_location: "gid://shopify/Location/71", locations: 1 },
    clockSkewMs: 0,
  });
  expect(facts.warnings.map(({ code }) => code)).toEqual(["orders_60_days"]);
  const lacks = adapter.unavailable?.(givenStore({ facts: facts.facts })) ?? {};
  expect(Object.keys(lacks).sort()).toEqual(["disputes", "settlements", "shipments", "stock"]);
});

it("finds failures on each level of an answer", async () => {
  expect(await categoryOf(() => errorOf("THROTTLED", "Throttled"))).toBe("throttled");
  expect(await categoryOf(() => errorOf("INTERNAL_SERVER_ERROR", "oops"))).toBe("transient");
  expect(await categoryOf(() => errorOf("SHOP_INACTIVE", "closed"))).toBe("permanent");
  expect(await categoryOf(() => errorOf("ACCESS_DENIED", "no", { data: { shop: null } }))).toBe("permanent");
  expect(await categoryOf(() => whole({ errors: "[API] Invalid API key or access token" }, 401))).toBe("auth_expired");
  for (const [status, category] of [
    [402, "permanent"],
    [403, "permanent"],
    [423, "permanent"],
    [429, "throttled"],
    [430, "throttled"],
    [503, "transient"],
  ] as const)
    expect(await categoryOf(() => whole({ errors: "no" }, status)), String(status)).toBe(category);
  expect(
    await categoryOf(() => ({ shop: SHOP.shop, x: { userErrors: [{ field: null, message: "no", code: "INVALID" }] } })),
  ).toBe("invalid_request");
});

it("tells a shop that is not there from a web page of somebody between", () => {
  const of = (contentType: string) =>
    toAdapterError(ERRORS, DEFAULT_ROWS, {
      platform: "shopify",
      operation: "x",
      effect: "read",
      status: 404,
      contentType,
    }).category;
  expect([of("application/json"), of("text/html")]).toEqual(["permanent", "transient"]);
});

it("keeps an answer of which a field alone is hidden, and no record that is hidden whole", () => {
  const answerOf = (path: unknown[], code = "ACCESS_DENIED") =>
    answered(whole({ data: { nodes: [] }, errors: [{ message: "no", path, extensions: { code } }] }));
  expect(failureOf(answerOf(["nodes", 0, "email"]))).toBeNull();
  expect(failureOf(answerOf(["nodes", 0]))?.code).toBe("ACCESS_DENIED");
  expect(failureOf(answerOf(["orders"]))?.code).toBe("ACCESS_DENIED");
  expect(failureOf(answerOf(["nodes", 0, "email"], "INTERNAL_SERVER_ERROR"))?.code).toBe("INTERNAL_SERVER_ERROR");
});

const costOf = (requestedQueryCost: number, currentlyAvailable: number, restoreRate: number) => ({
  cost: {
    requestedQueryCost,
    actualQueryCost: null,
    throttleStatus: { maximumAvailable: 20 * restoreRate, currentlyAvailable, restoreRate },
  },
});

it("learns the plan's rate of points from each answer, and waits where the next call would not fit", () => {
  const seen = (left: number, rate: number) =>
    observe(answered(whole({ data: {}, extensions: costOf(412, left, rate) })));
  expect(seen(1904, 100)).toEqual([{ group: "points", capacity: 100 }]);
  expect(seen(9000, 1000)).toEqual([{ group: "points", capacity: 1000 }]);
  expect(seen(20, 100)).toEqual([{ group: "points", capacity: 100, pauseMs: 3920 }]);
  expect(observe(answered({ text: '{"data":{}}' }))).toEqual([]);
  const inside = { errors: [{ message: "no", extensions: { code: "ACCESS_DENIED" } }] };
  for (const body of [
    { extensions: costOf(412, 20, 100), data: { note: '"extensions":{}' }, ...inside },
    { ...inside, data: null, extensions: costOf(412, 20, 100) },
  ])
    expect(observe(answered(whole(body)))).toEqual([{ group: "points", capacity: 100, pauseMs: 3920 }]);
  const throttled = failureOf(answered(errorOf("THROTTLED", "Throttled", { extensions: costOf(412, 20, 100) })));
  expect(throttled?.retryAfterMs).toBe(3920);
});

it("asks for a page that costs too much once more in half its size, at the same place", async () => {
  const { adapter, sent } = givenAdapter(() => errorOf("MAX_COST_EXCEEDED", "too much"));
  const found = await adapter.orders.list(givenStore(), inputOf("changed"), SIGNAL);
  expect(found).toMatchObject({ documents: [], references: [] });
  expect(sent[0]?.variables.first).toBe(25);
  await adapter.orders.list(givenStore(), inputOf("changed", 60, { cursor: found.next }), SIGNAL);
  expect(sent[1]?.variables).toMatchObject({ first: 12, after: null });
});

it("refuses a stored position that is none of its own", async () => {
  const { adapter } = givenAdapter();
  for (const cursor of ["zz", '{"page":1}'])
    await expect(adapter.orders.list(givenStore(), inputOf("changed", 60, { cursor }), SIGNAL)).rejects.toMatchObject({
      category: "invalid_request",
    });
});
