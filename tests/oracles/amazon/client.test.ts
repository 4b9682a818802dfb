/**
 * An independent client, `amazon-sp-api`, before the fake: it asks for tokens, reads orders and listings, and is told the same as
 * the fake's books say. Its hosts are fixed; its calls are led to the fake by the agent that it lets callers set. Clients of
 * `@sp-api-sdk` let nobody set host or agent, and want a newer Node: they are not asked here.
 */
import { Agent } from "node:https";
import { connect } from "node:net";
import { SellingPartner } from "amazon-sp-api";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { queryOf, segment } from "../../../src/adapters/amazon/client/index.ts";
import { type AmazonFake, createAmazonFake } from "../../../src/fakes/amazon/index.ts";
import { type ServedFake, serveFake } from "../../../src/fakes/serve.ts";

let fake: AmazonFake;
let served: ServedFake;

/** Whatever host is asked for, the fake answers, without encryption. */
class ToFake extends Agent {
  override createConnection() {
    return connect(Number(new URL(served.baseUrl).port), "127.0.0.1");
  }
}

const client = (region: "eu" | "na" | "fe" = "eu", secret = fake.app.secret) =>
  new SellingPartner({
    region,
    refresh_token: fake.credentials.refresh_token,
    credentials: { SELLING_PARTNER_APP_CLIENT_ID: fake.app.key, SELLING_PARTNER_APP_CLIENT_SECRET: secret },
    options: { https_proxy_agent: new ToFake(), auto_request_throttled: false },
  });

beforeAll(async () => {
  fake = createAmazonFake({ name: "zz-oracle", seed: 4, orders: 12, usage: false });
  served = await serveFake(fake);
});
afterAll(() => served.close());

const NEW = "2026-01-01";
const last = () => fake.requests.at(-1);

describe("the fake, asked by the client", () => {
  it("gives a token, and orders whose money and lines are those of the books", async () => {
    const theirs = client();
    const facts = fake.books().orders;
    expect(facts.size).toBeGreaterThan(5);
    for (const [orderId, fact] of facts) {
      const path = { orderId };
      const query = { includedData: ["PROCEEDS", "FULFILLMENT"] };
      // Its types know the older answers alone.
      const answer: unknown = await theirs.callAPI({
        operation: "getOrder",
        endpoint: "orders",
        path,
        query,
        options: { version: NEW },
      });
      const { order } = answer as { order: { proceeds?: { grandTotal: object } } };
      expect(order).toMatchObject({
        orderId,
        fulfillment: { fulfillmentStatus: fact.status },
        orderItems: fact.lines.map(({ lineId, sku, quantity }) => ({
          orderItemId: lineId,
          quantityOrdered: quantity,
          product: { sellerSku: sku },
        })),
      });
      // Orders that are not paid have no amounts.
      if (order.proceeds)
        expect(order.proceeds.grandTotal).toEqual({ amount: fact.total, currencyCode: fact.currency });
    }
    expect(theirs.access_token).toMatch(/^Atza\|/);
  });

  it("is asked for lists and hard SKUs as we ask for them", async () => {
    const theirs = client();
    const marketplaceIds = fake.settings.marketplaces;
    await theirs.callAPI({
      operation: "searchOrders",
      endpoint: "orders",
      query: { marketplaceIds, createdAfter: "2020-01-01T00:00:00Z" },
      options: { version: NEW },
    });
    const own = queryOf({ createdAfter: "2020-01-01T00:00:00Z", marketplaceIds });
    expect(last()).toMatchObject({ path: "/orders/2026-01-01/orders", query: own.slice(1) });
    const sku = "AB/C 1+2'(x)*";
    const item = await theirs.callAPI({
      operation: "getListingsItem",
      endpoint: "listingsItems",
      path: { sellerId: fake.settings.seller_id, sku },
      query: { marketplaceIds: marketplaceIds.slice(0, 1) },
      options: { version: "2021-08-01" },
    });
    expect(item).toMatchObject({ sku });
    expect(last()?.path).toBe(`/listings/2021-08-01/items/${fake.settings.seller_id}/${segment(sku)}`);
  });

  it("refuses a grant on the host of another region, and a secret that is not the app's", async () => {
    const call = { operation: "getMarketplaceParticipations", endpoint: "sellers" };
    expect((await client().callAPI(call)).length).toBe(fake.settings.marketplaces.length);
    await expect(client("na").callAPI(call)).rejects.toMatchObject({ code: "Unauthorized" });
    await expect(client("eu", "wrong").callAPI(call)).rejects.toMatchObject({ code: "invalid_client" });
  });
});
