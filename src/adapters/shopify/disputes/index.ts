/** Disputes: returns of the orders that have changed, and chargebacks with a list of their own. */
import type { DisputeCapability, RawDocument, Stream } from "../../../core/adapter.ts";
import { type Fields, isFields } from "../../../core/tree.ts";
import { lacksScope } from "../auth/scopes.ts";
import { type Client, documentsInFile, foundOf, listPage, type Shop, windowOf } from "../client.ts";
import { GET_BATCH, PAGE, WINDOW } from "../limits.ts";
import { allRows, kindOf, nodesIn, read } from "../schemas.ts";
import { createDisputeActs } from "./acts.ts";
import { LINES, withAllLines } from "./lines.ts";
import { toUnified } from "./to-dispute.ts";

const RETURN = `fragment ReturnCore on Return {
  id name status createdAt requestApprovedAt closedAt totalQuantity order { id } decline { reason note }
  returnLineItems(first: 20) { ${LINES} }
  exchangeLineItems(first: 10) { nodes { id quantity lineItems { id sku } } }
  reverseFulfillmentOrders(first: 3) {
    nodes {
      id status
      reverseDeliveries(first: 3) {
        nodes { id deliverable { __typename ... on ReverseDeliveryShippingDeliverable { tracking { number url carrierName } } } }
      }
    }
  }
  refunds(first: 5) { nodes { id } }
}`;
const DISPUTE = `fragment DisputeCore on ShopifyPaymentsDispute {
  id type status amount { amount currencyCode } initiatedAt evidenceDueBy evidenceSentOn finalizedOn
  reasonDetails { reason networkReasonCode } order { id name } disputeEvidence { id submitted }
}`;
/** A return that was withdrawn leaves its order without a return status: the returns themselves are asked for. */
const CHANGED = `query OrdersWithReturns($first: Int!, $after: String, $q: String) {
  orders(first: $first, after: $after, query: $q, sortKey: UPDATED_AT) {
    pageInfo { hasNextPage endCursor } nodes { id returns(first: 1) { nodes { id } } }
  }
}`;
const RETURNS = `query ReturnsOfOrders($ids: [ID!]!) {
  nodes(ids: $ids) { ... on Order { id returns(first: 10) { pageInfo { hasNextPage endCursor } nodes { ...ReturnCore } } } }
} ${RETURN}`;
const MORE_RETURNS = `query MoreReturns($id: ID!, $after: String) {
  order(id: $id) { returns(first: 10, after: $after) { pageInfo { hasNextPage endCursor } nodes { ...ReturnCore } } }
} ${RETURN}`;
const PAYMENTS = `query DisputesPage($first: Int!, $after: String, $q: String) {
  disputes(first: $first, after: $after, query: $q) { pageInfo { hasNextPage endCursor } nodes { ...DisputeCore } }
} ${DISPUTE}`;
const NODES = {
  Return: `query ReturnsById($ids: [ID!]!) { nodes(ids: $ids) { ... on Return { ...ReturnCore } } } ${RETURN}`,
  ShopifyPaymentsDispute: `query DisputesById($ids: [ID!]!) {
    nodes(ids: $ids) { ... on ShopifyPaymentsDispute { ...DisputeCore } }
  } ${DISPUTE}`,
};

const STREAMS: readonly Stream[] = [
  { name: "returns", by: "change", window: WINDOW, everySeconds: 600, backfill: true },
  {
    name: "chargebacks",
    by: "creation",
    window: { ...WINDOW, overlapSeconds: 86_400 },
    everySeconds: 3600,
    backfill: true,
  },
];

export function createDisputes(client: Client): DisputeCapability {
  return {
    streams: STREAMS,
    rereadOpenMinutes: 120,
    getBatch: GET_BATCH,
    async list(store, input, signal) {
      const shop = client.at(store, signal);
      const operation = `disputes.list.${input.stream}`;
      // Shops with another gateway grant no scope for the platform's own payments, and have no chargebacks there.
      if (input.stream === "chargebacks" && lacksScope(store, "read_shopify_payments_disputes"))
        return { documents: [], references: [], next: null };
      if (input.stream === "chargebacks") {
        const { rows, ...page } = await listPage(shop, input, {
          operation,
          document: PAYMENTS,
          variables: { q: windowOf("initiated_at", input) },
          most: PAGE.disputes,
          connection: (data) => data.disputes,
        });
        return { ...page, documents: rows.map(toDocument) };
      }
      const { rows, ...page } = await listPage(shop, input, {
        operation,
        document: CHANGED,
        variables: { q: `${windowOf("updated_at", input)} AND status:any` },
        most: PAGE.money,
        connection: (data) => data.orders,
      });
      const ids = rows.filter((row) => nodesIn(read(row), "returns").length > 0).map(({ id }) => String(id));
      const orders = await shop.nodes({ operation: "disputes.returns", document: RETURNS }, ids);
      const documents: RawDocument[] = [];
      for (const order of orders)
        for (const row of await returnsOf(shop, order)) documents.push(toDocument(await withAllLines(shop, row)));
      return { ...page, documents };
    },
    async getMany(store, keys, signal) {
      const ids = keys.map(({ externalId }) => externalId);
      const shop = client.at(store, signal);
      const documents: RawDocument[] = [];
      for (const row of await shop.kinds("disputes.get", NODES, ids))
        if (isDispute(row)) documents.push(toDocument(await withAllLines(shop, row)));
      return foundOf(ids, documents);
    },
    toUnified,
    parseFile: (bytes) => documentsInFile(bytes, "dispute", (value) => (isDispute(value) ? [toDocument(value)] : null)),
    acts: createDisputeActs(client),
  };
}

/** The returns of an order, all of them. */
async function returnsOf(shop: Shop, order: Fields): Promise<Fields[]> {
  const returns = await allRows(order, "returns", async (after) => {
    const call = { operation: "disputes.returns", document: MORE_RETURNS, variables: { id: order.id, after } };
    const data = await shop.ask({ ...call, weight: "page" });
    return isFields(data.order) ? data.order : { returns: { nodes: [] } };
  });
  return returns ?? [];
}

const isDispute = (value: Fields): boolean =>
  isFields(value) && /^(?:Return|ShopifyPaymentsDispute)$/.test(kindOf(String(value.id))) && "status" in value;

const toDocument = (payload: Fields): RawDocument => ({
  externalId: read(payload).need("id"),
  sourceUpdatedAt: null,
  sourceVersion: null,
  form: `${kindOf(String(payload.id)) === "Return" ? "return" : "dispute"}@2026-07`,
  payload,
});
