/** Sign-in, the wire shapes of public SDKs (vectors V1 to V5), addresses, quotas, and what the models' validator sees. */
import { describe, expect, it } from "vitest";
import { queryOf as printQuery, segment } from "../../../src/adapters/amazon/client/index.ts";
import { rootOf, tokenUrlOf } from "../../../src/adapters/amazon/config.ts";
import { observe, PLANS, QUOTAS, quotaOf } from "../../../src/adapters/amazon/limits.ts";
import { answered } from "../../support/answered-context.ts";
import { checkAnswer, checkRequest, hasModels, problemsBy } from "./models.ts";
import {
  APP,
  byPath,
  DE,
  FR,
  givenAdapter,
  givenStore,
  HOST,
  inputOf,
  jsonOf,
  KEYS,
  keysOf,
  NOW,
  SELLER,
  SIGNAL,
  textOf,
} from "./stub.ts";

const TOKEN_URL = "https://api.amazon.com/auth/o2/token";
const REFRESH =
  '{"client_id":"amzn1.application-oa2-client.0123456789abcdef","client_secret":"amzn1.oa2-cs.v1.0123456789","grant_type":"refresh_token","refresh_token":"Atzr|IwEBREFRESH"}';
const REFRESH_FORM =
  "grant_type=refresh_token&refresh_token=Atzr|IwEBREFRESH&client_id=amzn1.application-oa2-client.0123456789abcdef&client_secret=amzn1.oa2-cs.v1.0123456789";
const TOKEN = { access_token: "Atza|NEW", token_type: "bearer", expires_in: 3600, refresh_token: "Atzr|IwEBREFRESH" };

const participation = (id: string, countryCode: string, more = {}) => ({
  marketplace: {
    id,
    name: id,
    countryCode,
    defaultCurrencyCode: "EUR",
    defaultLanguageCode: "de_DE",
    domainName: "www.amazon.de",
  },
  storeName: "Muster GmbH",
  participation: { isParticipating: true, hasSuspendedListings: false, ...more },
});

describe("vectors of the wire", () => {
  it("V1: a refresh is the JSON of two SDKs, byte by byte, and says what the vendor's form says", async () => {
    const { adapter, sent } = givenAdapter(() => jsonOf(TOKEN));
    const grant = await adapter.auth.refresh?.(givenStore(), KEYS, SIGNAL);
    expect(sent).toMatchObject([{ method: "POST", path: TOKEN_URL, text: REFRESH }]);
    expect(sent[0]?.headers["content-type"]).toBe("application/json");
    expect(sent[0]?.text).toHaveLength(170);
    expect(REFRESH_FORM).toHaveLength(152);
    expect(Object.fromEntries(new URLSearchParams(REFRESH_FORM))).toEqual(JSON.parse(sent[0]?.text ?? ""));
    expect(grant).toMatchObject({
      values: { access_token: "Atza|NEW", refresh_token: "Atzr|IwEBREFRESH", selling_partner_id: SELLER },
      expiresAt: new Date("2026-11-22T13:00:00Z"),
    });
  });

  it("V2: calls without a seller are none of ours: notifications go to a queue", () => {
    const { adapter } = givenAdapter();
    expect(adapter.webhooks).toMatchObject({ absent: expect.stringMatching(/queue/) });
  });

  it("V3: a list of two marketplaces has its comma and its colons encoded, a token and a date in headers", async () => {
    const query = {
      LastUpdatedAfter: "2025-12-31T23:00:00Z",
      MarketplaceIds: [DE, FR],
      MaxResultsPerPage: 100,
      NextToken: undefined,
    };
    expect(printQuery(query)).toBe(
      "?LastUpdatedAfter=2025-12-31T23%3A00%3A00Z&MarketplaceIds=A1PA6795UKMFR9%2CA13V1IB3VIYZZH&MaxResultsPerPage=100",
    );
    const { adapter, sent } = givenAdapter(() => ({ orders: [] }), "2026-01-01T00:00:00Z");
    const until = new Date("2025-12-31T23:50:00Z");
    await adapter.orders.list(
      givenStore(),
      inputOf("changed", 0, { since: new Date("2025-12-31T23:00:00Z"), until }),
      SIGNAL,
    );
    expect(sent[0]?.path).toContain(`marketplaceIds=${DE}%2C${FR}&maxResultsPerPage=100`);
    expect(sent[0]?.headers).toMatchObject({
      "x-amz-access-token": "Atza|TESTACCESS",
      "x-amz-date": "20260101T000000Z",
    });
    expect(sent[0]?.headers).not.toHaveProperty("authorization");
  });

  it("V4: a hard SKU is one segment of a path", () => {
    expect(segment("AB/C 1+2'(x)*")).toBe("AB%2FC%201%2B2%27%28x%29%2A");
  });

  it.runIf(hasModels)("V5: the request for restricted data is the model's, though orders of 2026 need none", () => {
    const text =
      '{"restrictedResources":[{"method":"GET","path":"/orders/v0/orders","dataElements":["buyerInfo","shippingAddress"]}]}';
    expect(text).toHaveLength(116);
    const address = `${HOST}/tokens/2021-03-01/restrictedDataToken`;
    expect(() => checkRequest("POST", address, JSON.parse(text))).not.toThrow();
    expect(() => checkRequest("POST", address, { restrictedResources: [{ method: "HEAD", path: "/x" }] })).toThrow(
      /method/,
    );
  });
});

describe("consent", () => {
  it("leads to the seller's own pages, and to a draft where the app is one", () => {
    const { adapter } = givenAdapter();
    const input = { state: "st4te&x", redirectUrl: "https://tallyport.example/back", settings: {} };
    const url = new URL(adapter.auth.authoriseUrl?.(APP, input) ?? "");
    expect(url.origin + url.pathname).toBe("https://sellercentral.amazon.de/apps/authorize/consent");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      application_id: "amzn1.sp.solution.1",
      state: "st4te&x",
      redirect_uri: "https://tallyport.example/back",
    });
    const draft = { ...APP, settings: { ...APP.settings, draft: true } };
    expect(
      adapter.auth.authoriseUrl?.(draft, { ...input, settings: { seller_central: "https://sellercentral.amazon.fr" } }),
    ).toMatch(/^https:\/\/sellercentral\.amazon\.fr\/.*version=beta/);
    expect(() => adapter.auth.authoriseUrl?.({ ...APP, settings: {} }, input)).toThrow(/application_id/);
  });

  it("ends with the code in a field of its own, and the seller's id", async () => {
    const { adapter, sent } = givenAdapter(() => jsonOf(TOKEN));
    const query = { state: "s", selling_partner_id: SELLER, spapi_oauth_code: "ANcode" };
    const grant = await adapter.auth.exchange?.(APP, { query, redirectUrl: "https://tallyport.example/back" }, SIGNAL);
    expect(sent[0]?.body).toEqual({
      client_id: APP.key,
      client_secret: APP.secret,
      code: "ANcode",
      grant_type: "authorization_code",
      redirect_uri: "https://tallyport.example/back",
    });
    expect(grant).toMatchObject({
      values: { refresh_token: "Atzr|IwEBREFRESH", selling_partner_id: SELLER },
      stores: [{ externalId: SELLER }],
      authorisedUntil: new Date("2027-11-22T12:00:00Z"),
    });
    expect(adapter.auth.credentials.parse(grant?.values)).toEqual(grant?.values);
  });
});

describe("the first look", () => {
  const PATH = "GET /sellers/v1/marketplaceParticipations";

  it("finds the marketplaces in which the seller takes part, in one call", async () => {
    const payload = [
      participation(DE, "DE"),
      participation(FR, "FR", { hasSuspendedListings: true }),
      participation("X", "US", { isParticipating: false }),
    ];
    const { adapter, sent } = givenAdapter(
      byPath({ [PATH]: jsonOf({ payload }, 200, { date: "Sun, 22 Nov 2026 12:00:02 GMT" }) }),
    );
    const facts = await adapter.auth.probe(givenStore({ externalId: null, marketplaces: [] }), SIGNAL);
    expect(facts).toMatchObject({
      externalId: SELLER,
      name: "Muster GmbH",
      marketplaces: [
        { code: DE, currency: "EUR", language: "de_DE", timeZone: "Europe/Berlin", country: "DE" },
        { code: FR, timeZone: "Europe/Paris" },
      ],
      currency: "EUR",
      timeZone: "Europe/Berlin",
      clockSkewMs: 2000,
      warnings: [{ code: "listings_suspended" }],
    });
    expect(sent).toHaveLength(1);
  });

  it("says what nobody has told: the seller's id", async () => {
    const { adapter } = givenAdapter(byPath({ [PATH]: { payload: [participation(DE, "DE")] } }));
    const typed = keysOf({ refresh_token: "Atzr|x" });
    const bare = givenStore({ externalId: null, credentials: async () => typed });
    expect((await adapter.auth.probe(bare, SIGNAL)).warnings).toMatchObject([{ code: "seller_unknown" }]);
    const named = givenStore({
      externalId: null,
      settings: { region: "eu", seller_id: "A1" },
      credentials: async () => typed,
    });
    expect(await adapter.auth.probe(named, SIGNAL)).toMatchObject({ externalId: "A1", warnings: [] });
  });
});

describe("addresses", () => {
  it.each([
    [{ region: "na" }, "https://sellingpartnerapi-na.amazon.com"],
    [{ region: "eu" }, "https://sellingpartnerapi-eu.amazon.com"],
    [{ region: "fe", sandbox: true }, "https://sandbox.sellingpartnerapi-fe.amazon.com"],
  ])("of %j", (settings, root) => {
    expect(rootOf({ baseUrl: null, settings, app: null })).toBe(root);
    expect(rootOf({ baseUrl: "http://127.0.0.1:1234/", settings, app: null })).toBe("http://127.0.0.1:1234");
  });

  it("are not known without a region, and those of tokens may be another's", () => {
    expect(() => rootOf({ baseUrl: null, settings: {}, app: null })).toThrow(/region/);
    const at = (baseUrl: string | null, settings = {}, app: typeof APP | null = null) =>
      tokenUrlOf({ baseUrl, settings, app });
    expect(at(null)).toBe(TOKEN_URL);
    expect(at("http://127.0.0.1:1")).toBe("http://127.0.0.1:1/auth/o2/token");
    expect(at("http://127.0.0.1:1", {}, { ...APP, settings: { token_url: "http://127.0.0.1:2/t" } })).toBe(
      "http://127.0.0.1:2/t",
    );
    expect(at(null, { token_url: "http://127.0.0.1:3/t" })).toBe("http://127.0.0.1:3/t");
  });
});

describe("answers of another shape", () => {
  it("are no empty list, and no order that is gone", async () => {
    const strange = { zz: 1 };
    for (const ask of [
      (adapter: ReturnType<typeof givenAdapter>["adapter"]) =>
        adapter.orders.list(givenStore(), inputOf("changed"), SIGNAL),
      (adapter: ReturnType<typeof givenAdapter>["adapter"]) =>
        adapter.orders.getMany(givenStore(), [{ externalId: "1" }], SIGNAL),
      (adapter: ReturnType<typeof givenAdapter>["adapter"]) =>
        adapter.settlements.list(givenStore(), inputOf("payouts"), SIGNAL),
    ])
      await expect(ask(givenAdapter(() => strange, NOW, false).adapter)).rejects.toThrow(/missing/);
    for (const text of ["", "<html></html>"]) {
      const { adapter } = givenAdapter(() => textOf(text), NOW, false);
      await expect(adapter.orders.list(givenStore(), inputOf("changed"), SIGNAL)).rejects.toThrow(/JSON/);
    }
  });
});

describe("usage plans", () => {
  const of = (name: string) => QUOTAS.find((group) => group.name === name);

  it.each(Object.entries(PLANS))("%s fills its bucket in its window", (name, { rate, burst }) => {
    const group = of(name);
    expect(group).toMatchObject({ scope: "store", capacity: burst, learned: true });
    expect((burst * 1000) / (group?.windowMs ?? 0)).toBeCloseTo(rate, 4);
  });

  it("give the list of orders 480 calls a day, and one in 179 seconds", () => {
    expect(Math.floor(86_400 * PLANS.search_orders.rate)).toBe(483);
    expect(Math.round(1 / PLANS.search_orders.rate)).toBe(179);
  });

  it("learn a seller's own rate from answers, and wait for one token after a refusal", () => {
    const seen = (status: number, headers: Record<string, string>, name: keyof typeof PLANS = "search_orders") =>
      observe(answered({ text: "", status, headers }), { quota: quotaOf(name) });
    expect(seen(200, { "x-amzn-ratelimit-limit": "0.0112" })).toEqual([{ group: "search_orders", capacity: 40 }]);
    expect(seen(200, {})).toEqual([]);
    expect(seen(429, {})).toEqual([{ group: "search_orders", pauseMs: 180_072 }]);
    expect(seen(429, { "x-amzn-ratelimit-limit": "5.0" }, "patch_listing")).toEqual([
      { group: "patch_listing", capacity: 5, pauseMs: 1700 },
    ]);
    expect(seen(429, { "retry-after": "90" }), "a time that is told is kept").toEqual([]);
    expect(observe(answered({ text: "", status: 429 }), { quota: quotaOf("files") })).toEqual([]);
  });
});

describe.runIf(hasModels)("the models' validator", () => {
  const LIST = `${HOST}/orders/2026-01-01/orders`;
  it("refuses parameters and bodies that the platform does not take", () => {
    expect(() => checkRequest("GET", `${LIST}?lastUpdatedAfter=${NOW}`, undefined)).not.toThrow();
    expect(() => checkRequest("GET", `${LIST}?lastUpdatedAfter=yesterday`, undefined)).toThrow(/date-time/);
    expect(() => checkRequest("GET", `${LIST}?LastUpdatedAfter=${NOW}`, undefined)).toThrow(/no parameter/);
    expect(() => checkRequest("GET", `${LIST}?includedData=STATUS`, undefined)).toThrow(/includedData/);
    expect(() => checkRequest("GET", `${HOST}/orders/2027/orders`, undefined)).toThrow(/no model/);
    const confirm = `${HOST}/orders/v0/orders/1/shipmentConfirmation`;
    expect(() =>
      checkRequest("POST", confirm, { marketplaceId: DE, packageDetail: { packageReferenceId: 1 } }),
    ).toThrow(/packageReferenceId/);
  });
  it("refuses answers that the platform does not give", () => {
    expect(() => checkAnswer("GET", LIST, 200, { orders: [{ orderId: "1" }] })).toThrow(/createdTime/);
    expect(() => checkAnswer("GET", LIST, 299, {})).toThrow(/299/);
    expect(
      problemsBy("orders_2026-01-01.json", { $ref: "#/definitions/Money" }, { amount: 1, currencyCode: "EUR" }),
    ).toHaveLength(1);
  });
});
