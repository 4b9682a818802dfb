/** Order documents: what is asked for, which version they are, and reading them whole. */
import type { ListInput, Page, RawDocument, Reference } from "../../../core/adapter.ts";
import { type Fields, isFields, recordsOf, type Tree } from "../../../core/tree.ts";
import { firstOf, foundOf, listPage, type Shop, windowOf } from "../client.ts";
import { PAGE } from "../limits.ts";
import { allRows, BOTH_MONEY, isCut, read, SHOP_MONEY } from "../schemas.ts";
import { isShort, PARCEL_LINES, REFUND_LINES, withAllPieces } from "./pieces.ts";

const LINE = `id title variantTitle sku quantity currentQuantity unfulfilledQuantity requiresShipping isGiftCard
  product { id } variant { id }
  originalUnitPriceSet { ${SHOP_MONEY} } discountAllocations { allocatedAmountSet { ${SHOP_MONEY} } }
  taxLines { title rate priceSet { ${SHOP_MONEY} } }`;
const SHIPPING_LINE = `id title code discountedPriceSet { ${SHOP_MONEY} }`;
const PARCEL = `id name status displayStatus createdAt updatedAt inTransitAt deliveredAt
  trackingInfo(first: 10) { company number url } location { id }`;
const TRANSACTION = `id kind status gateway processedAt amountSet { ${BOTH_MONEY} } parentTransaction { id }`;
const REFUND = `id createdAt processedAt note totalRefundedSet { ${BOTH_MONEY} } return { id }
  transactions(first: 10) { nodes { id status } }`;

/** Everything of an order but its lists. */
const HEAD = `id name createdAt updatedAt processedAt cancelledAt cancelReason closedAt
  displayFinancialStatus displayFulfillmentStatus returnStatus test note tags poNumber email phone sourceName customer { id }
  currencyCode presentmentCurrencyCode taxesIncluded customAttributes { key value }
  shippingAddress { name company address1 address2 city provinceCode zip countryCodeV2 phone }
  totalPriceSet { ${BOTH_MONEY} } originalTotalPriceSet { ${SHOP_MONEY} } currentTotalPriceSet { ${BOTH_MONEY} }
  totalTaxSet { ${SHOP_MONEY} } totalRefundedSet { ${SHOP_MONEY} } totalReceivedSet { ${SHOP_MONEY} }
  totalTipReceivedSet { ${SHOP_MONEY} } originalTotalAdditionalFeesSet { ${SHOP_MONEY} } originalTotalDutiesSet { ${SHOP_MONEY} } currentTotalDutiesSet { ${SHOP_MONEY} }
  disputes { id status initiatedAs }`;

/** How much of its lists a page reads of an order: most have less, and each row is charged whether it is there or not. */
const FEW = { parcels: 3, payments: 5 } as const;
/** And of one that is read whole; lists without a cursor go no further. */
export const MOST = { parcels: 50, payments: 50, refunds: 30 } as const;
/** Payments that a bulk run tells of an order. */
export const BULK_PAYMENTS = 20;
const CORE = `fragment OrderCore on Order { ${HEAD}
  lineItems(first: 10) { pageInfo { hasNextPage endCursor } nodes { ${LINE} } }
  shippingLines(first: 3) { nodes { ${SHIPPING_LINE} } }
  fulfillments(first: ${FEW.parcels}) { ${PARCEL} fulfillmentLineItems(first: 10) { ${PARCEL_LINES} } }
  transactions(first: ${FEW.payments}) { ${TRANSACTION} }
  refunds(first: 1) { id }
}`;

const LIST = `query OrdersPage($q: String!, $first: Int!, $after: String) {
  orders(first: $first, after: $after, query: $q, sortKey: UPDATED_AT) {
    pageInfo { hasNextPage endCursor }
    nodes { ...OrderCore }
  }
} ${CORE}`;
const NAMES = `query OrdersCreated($q: String!, $first: Int!, $after: String) {
  orders(first: $first, after: $after, query: $q, sortKey: CREATED_AT) {
    pageInfo { hasNextPage endCursor } nodes { id updatedAt }
  }
}`;
const NODES = `query OrdersById($ids: [ID!]!) { nodes(ids: $ids) { ... on Order { ...OrderCore } } } ${CORE}`;
const MORE_LINES = `query OrderLines($id: ID!, $after: String) {
  order(id: $id) { lineItems(first: 50, after: $after) { pageInfo { hasNextPage endCursor } nodes { ${LINE} } } }
}`;
const MORE_PARTS = `query OrderParts($id: ID!) {
  order(id: $id) {
    fulfillments(first: ${MOST.parcels}) { ${PARCEL} } transactions(first: ${MOST.payments}) { ${TRANSACTION} }
    refunds(first: ${MOST.refunds}) { ${REFUND} }
  }
}`;
const MORE_PIECES = `query OrderPieces($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on Fulfillment { id fulfillmentLineItems(first: 100) { ${PARCEL_LINES} } }
    ... on Refund {
      id refundLineItems(first: 100) { ${REFUND_LINES} }
      refundShippingLines(first: 5) { nodes { id subtotalAmountSet { ${SHOP_MONEY} } } }
    }
  }
}`;

/**
 * What a bulk run is asked: two connections below orders, as its rules allow. Pieces of parcels and refunds stand in
 * connections inside lists, which it does not give.
 */
export const bulkQuery = (window: Pick<ListInput, "since" | "until">): string =>
  `{ orders(query: "${filterOf(window)}") { edges { node { ${HEAD}
  fulfillments(first: 20) { ${PARCEL} } transactions(first: ${BULK_PAYMENTS}) { ${TRANSACTION} } refunds(first: 1) { id }
  lineItems { edges { node { ${LINE} } } }
  shippingLines { edges { node { ${SHIPPING_LINE} } } } } } } }`;

/** Cancelled and closed orders are among those of any status. */
const filterOf = (window: Pick<ListInput, "since" | "until">): string =>
  `${windowOf("updated_at", window)} AND status:any`;

export function referenceOf(fields: Fields): Reference {
  const order = read(fields);
  const sourceUpdatedAt = order.time("updatedAt");
  return { externalId: order.need("id"), sourceUpdatedAt, sourceVersion: sourceUpdatedAt?.toISOString() ?? null };
}

export const toDocument = (payload: Fields): RawDocument => ({
  ...referenceOf(payload),
  form: "order@2026-07",
  payload,
});

export const isOrder = (value: unknown): value is Fields =>
  isFields(value) &&
  /^gid:\/\/shopify\/Order\/\d+$/.test(String(value.id)) &&
  isFields(value.lineItems) &&
  "updatedAt" in value;

/** Whether more hangs on an order than a page reads of it. */
const isPart = (order: Fields): boolean => {
  const [parcels, payments] = [recordsOf(order.fulfillments), recordsOf(order.transactions)];
  return (
    isCut(order.lineItems) ||
    recordsOf(order.refunds).length > 0 ||
    parcels.length >= FEW.parcels ||
    payments.length >= FEW.payments ||
    parcels.some(isShort)
  );
};

/** The position at which pages begin. */
export const firstPage = ({ limit }: Pick<ListInput, "limit">): string => JSON.stringify(firstOf(limit, PAGE.orders));

/** A page of changed orders; those of which it does not hold everything are named, to be read whole. */
export async function listOrders(shop: Shop, input: ListInput): Promise<Page> {
  const { rows, ...page } = await listPage(shop, input, {
    operation: "orders.list.changed",
    document: LIST,
    variables: { q: filterOf(input) },
    most: PAGE.orders,
    connection: (data) => data.orders,
  });
  const [whole, long] = [rows.filter((row) => !isPart(row)), rows.filter(isPart)];
  return { ...page, documents: whole.map(toDocument), references: long.map(referenceOf) };
}

/** Orders by the time of their making, by name and version. */
export async function nameOrders(shop: Shop, input: ListInput): Promise<Page> {
  const { rows, ...page } = await listPage(shop, input, {
    operation: "orders.list.created",
    document: NAMES,
    variables: { q: `${windowOf("created_at", input)} AND status:any` },
    most: PAGE.money,
    connection: (data) => data.orders,
  });
  return { ...page, references: rows.map(referenceOf) };
}

export async function readOrders(shop: Shop, ids: readonly string[]) {
  const rows = await shop.nodes({ operation: "orders.get", document: NODES }, ids);
  const orders: Fields[] = [];
  for (const row of rows) {
    const order = isPart(row) ? await completed(shop, row) : row;
    if (order) orders.push(order);
  }
  return foundOf(ids, orders.map(toDocument));
}

/** The platform's own order; null where there is none of this id. */
export async function readOrder(shop: Shop, id: string): Promise<Tree | null> {
  const { documents } = await readOrders(shop, [id]);
  return documents[0] ? read(documents[0].payload) : null;
}

/** An order with everything that hangs on it, in place of what was cut; null where it has vanished meanwhile. */
async function completed(shop: Shop, order: Fields): Promise<Fields | null> {
  const { id } = order;
  const lines = await allRows(order, "lineItems", async (after) => {
    const call = { operation: "orders.lines", document: MORE_LINES, variables: { id, after } };
    return (await shop.ask({ ...call, weight: "page" })).order;
  });
  if (!lines) return null;
  const call = { operation: "orders.parts", document: MORE_PARTS, variables: { id } };
  const { order: parts } = await shop.ask({ ...call, weight: "page" });
  if (!isFields(parts)) return null;
  const { fulfillments, transactions, refunds } = parts;
  const [parcels, given] = [recordsOf(fulfillments), recordsOf(refunds)];
  const ids = [...parcels, ...given].map((part) => String(part.id));
  const found = await shop.nodes({ operation: "orders.pieces", document: MORE_PIECES }, ids);
  const whole = async (records: readonly Fields[]): Promise<Fields[]> => {
    const all: Fields[] = [];
    for (const record of records)
      all.push(await withAllPieces(shop, { ...record, ...found.find((each) => each.id === record.id) }));
    return all;
  };
  return {
    ...order,
    lineItems: { nodes: lines },
    fulfillments: await whole(parcels),
    transactions,
    refunds: await whole(given),
  };
}
