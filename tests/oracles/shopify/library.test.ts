/**
 * The platform's own library, `@shopify/shopify-api`, beside ours: it reads an order of the fake over real sockets and is given
 * tokens by it, and checks the same signatures of messages and of call backs. Its calls go to https://{shop}.myshopify.com; they
 * are turned to the fake's address by the function that it lets runtimes set for fetching.
 */
import "@shopify/shopify-api/adapters/web-api";
import { ApiVersion, RequestedTokenType, type Session, shopifyApi } from "@shopify/shopify-api";
import { setAbstractFetchFunc } from "@shopify/shopify-api/runtime";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isSignedQuery } from "../../../src/adapters/shopify/auth/signing.ts";
import { isSignedBody } from "../../../src/adapters/shopify/webhooks.ts";
import { type ServedFake, serveFake } from "../../../src/fakes/serve.ts";
import { createShopifyFake, type ShopifyFake } from "../../../src/fakes/shopify/index.ts";

const sent: { url: string; headers: Headers; body: string }[] = [];
let fake: ShopifyFake;
let served: ServedFake;
let theirs: ReturnType<typeof library>;

const library = (key: string, secret: string) =>
  shopifyApi({
    apiKey: key,
    apiSecretKey: secret,
    apiVersion: ApiVersion.July26,
    hostName: "tallyport.example",
    isEmbeddedApp: true,
    logger: { level: 0 },
  });

beforeAll(async () => {
  fake = createShopifyFake({
    name: "zz-oracle",
    seed: 4,
    orders: 12,
    deliverByItself: false,
    webhookFetch: async (url, init) => {
      sent.push({ url, headers: new Headers(init.headers), body: String(init.body) });
      return new Response("");
    },
  });
  served = await serveFake(fake);
  theirs = library(fake.app.key, fake.app.secret);
  setAbstractFetchFunc((input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    if (url.host !== fake.domain) throw new TypeError(`nothing is served at ${url.host}`);
    return fetch(`${served.baseUrl}${url.pathname}${url.search}`, init);
  });
});
afterAll(() => served.close());

const ORDER = `query One($id: ID!) {
  order(id: $id) {
    id name updatedAt totalPriceSet { shopMoney { amount currencyCode } } lineItems(first: 10) { nodes { id sku quantity } }
  }
}`;

async function readWith(session: Session, id: string) {
  const client = new theirs.clients.Graphql({ session });
  const { data, extensions } = await client.request(ORDER, { variables: { id } });
  expect(extensions?.cost?.throttleStatus?.restoreRate).toBe(100);
  return data?.order;
}

describe("the fake, asked by the library", () => {
  it("gives a token by the app's own id and secret, which opens an order; the books say the same of it", async () => {
    const { session } = await theirs.auth.clientCredentials({ shop: fake.domain });
    expect(session.accessToken).toMatch(/^shpat_/);
    for (const fact of fake.books().orders.values()) {
      const order = await readWith(session, fact.orderId);
      expect(order).toMatchObject({
        id: fact.orderId,
        totalPriceSet: { shopMoney: { amount: fact.total, currencyCode: fact.currency } },
        lineItems: { nodes: fact.lines.map(({ lineId: id, sku, quantity }) => ({ id, sku, quantity })) },
      });
    }
  });

  it("exchanges a session of the admin's pages for a token that is renewed, and refuses one that is not the shop's", async () => {
    const exchange = (sessionToken: string) =>
      theirs.auth.tokenExchange({
        shop: fake.domain,
        sessionToken,
        requestedTokenType: RequestedTokenType.OfflineAccessToken,
        expiring: true,
      });
    const { session } = await exchange(fake.sessionToken());
    const [first] = fake.books().orders.keys();
    expect(await readWith(session, first ?? "")).toMatchObject({ id: first });
    const renewed = await theirs.auth.refreshToken({ shop: fake.domain, refreshToken: session.refreshToken ?? "" });
    expect(renewed.session.accessToken).not.toBe(session.accessToken);
    await expect(readWith(session, first ?? "")).rejects.toThrow();
    expect(await readWith(renewed.session, first ?? "")).toMatchObject({ id: first });
    await expect(exchange(`${fake.sessionToken()}x`)).rejects.toThrow();
  });

  it("sends messages whose signature the library takes, and ours too", async () => {
    const { session } = await theirs.auth.clientCredentials({ shop: fake.domain });
    const client = new theirs.clients.Graphql({ session });
    await client.request(`mutation {
      webhookSubscriptionCreate(topic: ORDERS_CREATE, webhookSubscription: { uri: "https://tallyport.example/hooks", format: JSON }) {
        userErrors { message }
      }
    }`);
    fake.buyer.order();
    await fake.settle();
    const [message] = sent;
    if (!message) throw new Error("the fake has sent nothing");
    const check = (rawBody: string) =>
      theirs.webhooks.validate({
        rawBody,
        rawRequest: new Request(message.url, { method: "POST", headers: message.headers, body: rawBody }),
      });
    expect(await check(message.body)).toMatchObject({ valid: true, topic: "ORDERS_CREATE", domain: fake.domain });
    expect(await check(`${message.body} `)).toMatchObject({ valid: false, reason: "invalid_hmac" });
    const signature = message.headers.get("x-shopify-hmac-sha256") ?? "";
    const isOurs = (body: string) => isSignedBody(new TextEncoder().encode(body), fake.app.secret, signature);
    expect([isOurs(message.body), isOurs(`${message.body} `)]).toEqual([true, false]);
  });
});

it("call backs: what the library takes, ours takes, and what it refuses, ours refuses", async () => {
  const now = new Date();
  const timestamp = String(Math.floor(now.getTime() / 1000));
  expect(await theirs.utils.validateHmac(fake.consentQuery("state"))).toBe(true);
  const text = fc.string({ unit: "grapheme", maxLength: 20 });
  // A form holds no half of a pair of surrogates.
  const values = fc
    .record({ code: text, state: text, host: text })
    .filter((all) => Object.values(all).every((one) => one.isWellFormed()));
  await fc.assert(
    fc.asyncProperty(values, fc.boolean(), async (more, isSpoilt) => {
      const query = { ...more, shop: fake.domain, timestamp };
      const hmac = await signedBy(query);
      const asked = { ...query, ...(isSpoilt ? { state: `${more.state}x` } : {}), hmac };
      expect(await theirs.utils.validateHmac(asked)).toBe(!isSpoilt);
      expect(isSignedQuery(asked, fake.app.secret, now)).toBe(!isSpoilt);
    }),
    { numRuns: 200 },
  );
  const old = String(Math.floor(now.getTime() / 1000) - 200);
  const query = { code: "c", shop: fake.domain, state: "s", timestamp: old };
  const asked = { ...query, hmac: await signedBy(query) };
  await expect(theirs.utils.validateHmac(asked)).rejects.toThrow();
  expect(isSignedQuery(asked, fake.app.secret, now)).toBe(false);
});

/** A signature by the web's own cryptography. */
async function signedBy(query: Record<string, string>): Promise<string> {
  const encode = (value: string) => new TextEncoder().encode(value);
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", encode(fake.app.secret), algorithm, false, ["sign"]);
  const pairs = Object.entries(query).sort(([a], [b]) => (a < b ? -1 : 1));
  const digest = await crypto.subtle.sign(
    "HMAC",
    key,
    encode(new URLSearchParams(pairs).toString().replaceAll("+", "%20")),
  );
  return Buffer.from(digest).toString("hex");
}
