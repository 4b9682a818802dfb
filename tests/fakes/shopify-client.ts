/** Calls of Shopify's fake, as a test sends them. */

import { createManualClock } from "../../src/fakes/fake.ts";
import { createShopifyFake, type ShopifyFakeOptions } from "../../src/fakes/shopify/index.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers freely
export type Body = any;

export const START = new Date("2026-03-01T08:00:00Z");

export function givenShopify(options: ShopifyFakeOptions = {}, current = "2026-07") {
  const clock = createManualClock(START);
  const deliverByItself = false;
  const fake = createShopifyFake({ clock, name: "test-shop", seed: 5, deliverByItself, ...options });
  let token = fake.permanentToken();
  const raw = async (query: string, variables: Record<string, unknown> = {}, version = current): Promise<Response> =>
    fake.fetch(
      new Request(`https://${fake.domain}/admin/api/${version}/graphql.json`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-shopify-access-token": token },
        body: JSON.stringify({ query, variables }),
      }),
    );
  const send = async (query: string, variables: Record<string, unknown> = {}): Promise<Body> => {
    const response = await raw(query, variables);
    if (response.status !== 200) throw new Error(`HTTP ${response.status}: ${await response.text()}`);
    return response.json();
  };
  return {
    fake,
    clock,
    raw,
    send,
    useToken(other: string) {
      token = other;
    },
    /** The data of an answer without errors. */
    async ask(query: string, variables: Record<string, unknown> = {}): Promise<Body> {
      const { data, errors } = await send(query, variables);
      if (errors !== undefined) throw new Error(JSON.stringify(errors));
      return data;
    },
    /** Every row of a list, whose page is asked for by `$after` and lies under `path`. */
    async all(query: string, path: (data: Body) => Body, variables: Record<string, unknown> = {}): Promise<Body[]> {
      const rows: Body[] = [];
      for (let after: string | null = null; ; ) {
        const { data, errors } = await send(query, { ...variables, after });
        if (errors !== undefined) throw new Error(JSON.stringify(errors));
        const { nodes, pageInfo } = path(data);
        rows.push(...nodes);
        if (!pageInfo.hasNextPage) return rows;
        after = pageInfo.endCursor;
      }
    },
  };
}

export type GivenShopify = ReturnType<typeof givenShopify>;

/** An order with what most tests look at. */
export const ORDER = /* GraphQL */ `
  query One($id: ID!) {
    order(id: $id) {
      id name updatedAt cancelledAt cancelReason displayFinancialStatus displayFulfillmentStatus returnStatus note tags
      totalPriceSet { shopMoney { amount } presentmentMoney { amount currencyCode } }
      currentTotalPriceSet { shopMoney { amount } }
      totalRefundedSet { shopMoney { amount } }
      lineItems(first: 10) { nodes { id sku quantity currentQuantity unfulfilledQuantity refundableQuantity } }
      transactions(first: 10) { id kind status amountSet { shopMoney { amount } } }
      fulfillments(first: 10) { id status displayStatus deliveredAt trackingInfo(first: 5) { company number url } }
      fulfillmentOrders(first: 10) {
        nodes { id status supportedActions { action } fulfillmentHolds { id reason } lineItems(first: 10) { nodes { id remainingQuantity } } }
      }
      refunds(first: 5) { id totalRefundedSet { shopMoney { amount } } }
    }
  }
`;

export async function orderOf({ ask }: GivenShopify, id: string): Promise<Body> {
  return (await ask(ORDER, { id })).order;
}
