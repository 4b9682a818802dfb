import { describe, expect, it } from "vitest";
import { foldEvents } from "../../src/fakes/fake.ts";
import { createShopifyFake } from "../../src/fakes/shopify/index.ts";
import { type Body, type GivenShopify, givenShopify, START } from "./shopify-client.ts";

const MINUTE = 60_000;
const WIDE = { bucket: { size: 100_000, restore: 10_000 } };
const ORDERS = /* GraphQL */ `
  query Orders($after: String) {
    orders(first: 100, after: $after, query: "status:any") {
      pageInfo { hasNextPage endCursor }
      nodes {
        id name displayFinancialStatus displayFulfillmentStatus returnStatus cancelledAt closedAt
        totalPriceSet { shopMoney { amount } presentmentMoney { amount currencyCode } } originalTotalPriceSet { shopMoney { amount } }
        subtotalPriceSet { shopMoney { amount } } totalTaxSet { shopMoney { amount } } totalShippingPriceSet { shopMoney { amount } }
        totalTipReceivedSet { shopMoney { amount } } taxesIncluded totalRefundedSet { shopMoney { amount } }
        lineItems(first: 10) { nodes { id sku quantity originalUnitPriceSet { shopMoney { amount } } discountAllocations { allocatedAmountSet { shopMoney { amount } } } } }
        fulfillments(first: 10) { id status displayStatus }
        returns(first: 10) { nodes { status reverseFulfillmentOrders(first: 2) { nodes { status } } } }
        refunds(first: 10) { id }
      }
    }
  }
`;

const ordersOf = ({ all }: GivenShopify): Promise<Body[]> => all(ORDERS, (data) => data.orders);
const cents = (bag: Body): number => Math.round(Number(bag.shopMoney.amount) * 100);

async function linesOf({ all }: GivenShopify): Promise<Body[]> {
  const query = /* GraphQL */ `
    query Lines($after: String) {
      shopifyPaymentsAccount {
        balanceTransactions(first: 200, after: $after) {
          pageInfo { hasNextPage endCursor } nodes { id type sourceType net { amount } associatedPayout { id status } }
        }
      }
    }
  `;
  return all(query, (data) => data.shopifyPaymentsAccount.balanceTransactions);
}

describe("a shop's life", () => {
  it("shows every state of the document within an hour, and keeps its books by arithmetic", {
    timeout: 60_000,
  }, async () => {
    const shop = givenShopify(WIDE, "2026-10");
    const { fake, clock } = shop;
    const seen: Record<string, Set<unknown>> = {};
    const see = (what: string, value: unknown): void => {
      seen[what] ??= new Set();
      seen[what].add(value);
    };
    for (let minute = 0; minute < 60; minute += 1) {
      clock.advance(MINUTE);
      fake.tick(MINUTE);
      for (const order of await ordersOf(shop)) {
        see("financial", order.displayFinancialStatus);
        see("fulfillment", order.displayFulfillmentStatus);
        see("return", order.returnStatus);
        for (const { status, displayStatus } of order.fulfillments) {
          see("parcel", status);
          see("display", displayStatus);
        }
        for (const { status, reverseFulfillmentOrders } of order.returns.nodes) {
          see("returns", status);
          for (const work of reverseFulfillmentOrders.nodes) see("reverse", work.status);
        }
      }
      for (const { status } of fake.disputes.values()) see("dispute", status);
      for (const { status, isDeposit } of fake.payouts) {
        see("payout", status);
        see("deposit", isDeposit);
      }
      for (const order of fake.orders.values()) {
        for (const { status, request } of order.work) {
          see("work", status);
          see("request", request);
        }
        for (const { kind, status } of order.transactions) {
          see("kind", kind);
          see("transaction", status);
        }
      }
    }
    const types = new Set((await linesOf(shop)).map(({ type }) => type));
    expect(types.size).toBe(113);
    const words = Object.fromEntries(
      Object.entries(seen).map(([what, values]) => [what, [...values].sort().join(" ")]),
    );
    expect(words).toEqual({
      financial: "AUTHORIZED EXPIRED PAID PARTIALLY_PAID PARTIALLY_REFUNDED PENDING REFUNDED VOIDED",
      fulfillment:
        "FULFILLED FULFILLMENT_NOT_REQUIRED IN_PROGRESS ON_HOLD OPEN PARTIALLY_FULFILLED PENDING_FULFILLMENT REQUEST_DECLINED RESTOCKED SCHEDULED UNFULFILLED",
      return: "INSPECTION_COMPLETE IN_PROGRESS NO_RETURN RETURNED RETURN_FAILED RETURN_REQUESTED",
      parcel: "CANCELLED SUCCESS",
      display:
        "ATTEMPTED_DELIVERY CANCELED CARRIER_PICKED_UP CONFIRMED DELAYED DELIVERED FAILURE FULFILLED IN_TRANSIT LABEL_PRINTED LABEL_PURCHASED LABEL_VOIDED MARKED_AS_FULFILLED NOT_DELIVERED OUT_FOR_DELIVERY PICKED_UP READY_FOR_PICKUP SUBMITTED",
      returns: "CANCELED CLOSED DECLINED OPEN REQUESTED",
      reverse: "CANCELED CLOSED OPEN",
      dispute: "ACCEPTED CHARGE_REFUNDED LOST NEEDS_RESPONSE PREVENTED UNDER_REVIEW WON",
      payout: "CANCELED FAILED IN_TRANSIT PAID SCHEDULED",
      deposit: "false true",
      work: "CANCELLED CLOSED INCOMPLETE IN_PROGRESS ON_HOLD OPEN SCHEDULED",
      request: "ACCEPTED CLOSED REJECTED SUBMITTED UNSUBMITTED",
      kind: "AUTHORIZATION CAPTURE REFUND SALE VOID",
      transaction: "FAILURE PENDING SUCCESS",
    });
    expect(foldEvents(fake.events)).toEqual(fake.books());
  });

  it("is told by the API as the books have it: orders, money, stock, prices and sums of payouts", async () => {
    const shop = givenShopify(WIDE);
    const { fake, clock } = shop;
    for (let count = 0; count < 60; count += 1) {
      clock.advance(30_000);
      fake.tick(MINUTE);
    }
    const books = fake.books();
    const orders = await ordersOf(shop);
    expect(orders).toHaveLength(books.counts.orders ?? -1);
    for (const order of orders) {
      const fact = books.orders.get(order.id);
      expect(order.totalPriceSet.shopMoney.amount).toBe(fact?.total);
      expect(Number(order.totalRefundedSet.shopMoney.amount)).toBe(Number(fact?.refunded));
      expect(order.lineItems.nodes.map(({ id, sku, quantity }: Body) => [id, sku, quantity])).toEqual(
        fact?.lines.map(({ lineId, sku, quantity }) => [lineId, sku, quantity]),
      );
      const lines = order.lineItems.nodes.map((line: Body) => {
        const off = line.discountAllocations.reduce((sum: number, one: Body) => sum + cents(one.allocatedAmountSet), 0);
        return cents(line.originalUnitPriceSet) * line.quantity - off;
      });
      const goods = lines.reduce((sum: number, one: number) => sum + one, 0);
      expect(cents(order.subtotalPriceSet)).toBe(goods);
      const tax = order.taxesIncluded ? 0 : cents(order.totalTaxSet);
      expect(cents(order.originalTotalPriceSet)).toBe(
        goods + tax + cents(order.totalShippingPriceSet) + cents(order.totalTipReceivedSet),
      );
      expect(fact?.status.startsWith("CANCELLED")).toBe(order.cancelledAt !== null);
    }
    expect(orders.flatMap(({ refunds }) => refunds)).toHaveLength(books.counts.refunds ?? -1);
    const alive = orders.flatMap(({ fulfillments }) => fulfillments).filter(({ status }) => status === "SUCCESS");
    expect(alive).toHaveLength(books.counts.shipments ?? -1);
    expect(fake.returns.size + fake.disputes.size).toBe(books.counts.disputes);
    const query =
      "query V($after: String) { productVariants(first: 50, after: $after) { pageInfo { hasNextPage endCursor } nodes { id sku price inventoryQuantity inventoryItem { tracked } } } }";
    for (const variant of await shop.all(query, (data) => data.productVariants)) {
      const fact = books.variants.get(variant.id);
      expect(variant.price).toBe(fact?.price);
      expect(variant.inventoryItem.tracked ? variant.inventoryQuantity : null).toBe(fact?.quantity);
    }
    const lines = await linesOf(shop);
    expect(lines).toHaveLength(fake.balance.length);
    const payouts = (
      await shop.ask("{ shopifyPaymentsAccount { payouts(first: 50) { nodes { id net { amount } } } } }")
    ).shopifyPaymentsAccount.payouts.nodes;
    expect(payouts.length).toBeGreaterThan(2);
    expect(payouts).toHaveLength(books.counts.settlements ?? -1);
    for (const { id, net } of payouts) {
      const own = lines.filter(({ type, associatedPayout }) => type !== "TRANSFER" && associatedPayout.id === id);
      const sum = own.reduce((all, one) => all + Math.round(Number(one.net.amount) * 100), 0);
      expect(sum).toBe(Math.round(Number(net.amount) * 100));
    }
  });

  it("tells buyers' own currencies, and older versions know fewer words", async () => {
    const shop = givenShopify(WIDE);
    const orders = await ordersOf(shop);
    const currencies = new Set(orders.map(({ totalPriceSet }) => totalPriceSet.presentmentMoney.currencyCode));
    expect(currencies).toEqual(new Set(["USD", "EUR"]));
    const id = shop.fake.buyer.order({ isGiftCard: true });
    const status = async (version: string): Promise<string> => {
      const response = await shop.raw(
        "query O($id: ID!) { order(id: $id) { displayFulfillmentStatus } }",
        { id },
        version,
      );
      const { data }: Body = await response.json();
      return data.order.displayFulfillmentStatus;
    };
    expect([await status("2026-10"), await status("2026-07")]).toEqual(["FULFILLMENT_NOT_REQUIRED", "UNFULFILLED"]);
  });

  it("is the same life for the same seed, and another for another name", () => {
    const life = (name: string): string => {
      const { fake } = givenShopify({ name });
      for (let count = 0; count < 50; count += 1) fake.tick();
      return JSON.stringify(fake.events);
    };
    expect(life("a")).toBe(life("a"));
    expect(createShopifyFake({ name: "a" }).events).not.toEqual(createShopifyFake({ name: "b" }).events);
  });
});

describe("bulk runs", () => {
  const START_RUN =
    "mutation B($query: String!, $group: Boolean! = false) { bulkOperationRunQuery(query: $query, groupObjects: $group) { bulkOperation { id status } userErrors { code message } } }";
  const POLL =
    "query P($id: ID!) { bulkOperation(id: $id) { status errorCode objectCount rootObjectCount fileSize url partialDataUrl completedAt } }";
  const ALL =
    '{ orders(query: "status:any") { edges { node { id name lineItems { edges { node { id sku quantity } } } } } } }';

  async function run(
    shop: GivenShopify,
    query: string,
    group = false,
  ): Promise<{ id: string; lines: Body[]; poll: Body }> {
    const { bulkOperation } = (await shop.ask(START_RUN, { query, group })).bulkOperationRunQuery;
    const { id } = bulkOperation;
    const status = async (): Promise<string> => (await shop.ask(POLL, { id })).bulkOperation.status;
    expect([bulkOperation.status, await status()]).toEqual(["CREATED", "CREATED"]);
    shop.clock.advance(3000);
    expect(await status()).toBe("RUNNING");
    shop.clock.advance(6000);
    const poll = (await shop.ask(POLL, { id })).bulkOperation;
    const file = await (await shop.fake.fetch(new Request(poll.url))).text();
    return {
      id,
      poll,
      lines: file
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    };
  }

  it("write every row into a file of lines, whose children name their parents", async () => {
    const shop = givenShopify({ orders: 12 });
    const points = shop.fake.points;
    const { lines, poll } = await run(shop, ALL);
    // The start cost ten, the looks little, and the rows nothing.
    expect(points - shop.fake.points).toBeLessThan(20);
    const orders = lines.filter((line) => line.__parentId === undefined);
    expect(orders).toHaveLength(shop.fake.books().counts.orders ?? -1);
    expect(poll).toMatchObject({
      status: "COMPLETED",
      objectCount: String(lines.length),
      rootObjectCount: String(orders.length),
      partialDataUrl: null,
    });
    const known = new Set(orders.map(({ id }) => id));
    expect(lines.slice(orders.length).every((line) => known.has(line.__parentId))).toBe(true);
    const grouped = (await run(shop, ALL, true)).lines;
    expect(grouped[1].__parentId).toBe(grouped[0].id);
    shop.clock.advance(8 * 86_400_000);
    const { bulkOperations } = await shop.ask("{ bulkOperations(first: 5) { nodes { status url: id } } }");
    expect(bulkOperations.nodes.map(({ status }: Body) => status)).toEqual(["EXPIRED", "EXPIRED"]);
  });

  it("refuse what they cannot read, more than five at once, and are stopped", async () => {
    const shop = givenShopify({ orders: 2 });
    const codeOf = async (query: string): Promise<string | undefined> =>
      (await shop.ask(START_RUN, { query })).bulkOperationRunQuery.userErrors[0]?.code;
    const deep =
      "variants { edges { node { id product { id variants { edges { node { id product { variants { edges { node { id } } } } } } } } } } }";
    for (const wrong of [
      "{ shop { name } }",
      "{ orders {",
      "{ nope }",
      `{ products { edges { node { id ${deep} } } } }`,
      '{ node(id: "x") { id } }',
    ])
      expect(await codeOf(wrong), wrong).toBe("INVALID");
    for (let count = 0; count < 5; count += 1) expect(await codeOf(ALL)).toBeUndefined();
    expect(await codeOf(ALL)).toBe("OPERATION_IN_PROGRESS");
    const { bulkOperations } = await shop.ask("{ bulkOperations(first: 5) { nodes { id } } }");
    const { id } = bulkOperations.nodes[0];
    const stop =
      "mutation S($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } userErrors { message } } }";
    expect((await shop.ask(stop, { id })).bulkOperationCancel.bulkOperation.status).toBe("CANCELING");
    shop.clock.advance(3000);
    expect((await shop.ask(POLL, { id })).bulkOperation).toMatchObject({ status: "CANCELED", url: null });
    expect((await shop.ask(stop, { id })).bulkOperationCancel.userErrors).toHaveLength(1);
  });
});

describe("failures", () => {
  it("come by script under the name of what is asked, in the platform's own form", async () => {
    const { fake, raw, send, ask } = givenShopify({ orders: 0 });
    const orders = "{ orders(first: 1) { nodes { id } } }";
    fake.fail("query.orders", [
      { code: "THROTTLED" },
      { code: "INTERNAL_SERVER_ERROR" },
      { status: 502 },
      { status: 423 },
    ]);
    const throttled = await send(orders);
    expect(throttled).toMatchObject({
      errors: [{ extensions: { code: "THROTTLED" } }],
      extensions: { cost: { throttleStatus: { maximumAvailable: 2000 } } },
    });
    expect((await send(orders)).errors[0].extensions.code).toBe("INTERNAL_SERVER_ERROR");
    expect([(await raw(orders)).status, (await raw(orders)).status, (await raw(orders)).status]).toEqual([
      502, 423, 200,
    ]);
    const id = fake.buyer.order();
    fake.fail("mutation.orderUpdate", ["cut"]);
    const write = 'mutation N($id: ID!) { orderUpdate(input: { id: $id, note: "x" }) { userErrors { message } } }';
    await expect(ask(write, { id })).rejects.toThrow("connection lost");
    expect((await ask("query O($id: ID!) { order(id: $id) { note } }", { id })).order.note).toBe("x");
    fake.expireToken();
    expect(fake.requests.map(({ operation, status }) => [operation, status])).toContainEqual([
      "mutation.orderUpdate",
      0,
    ]);
    expect(START.getTime()).toBe(Date.parse(fake.requests[0]?.at ?? ""));
  });
});
