/** What can be asked for. */

import type { GraphQLResolveInfo } from "graphql";
import { DAY } from "../beijing-time.ts";
import { nowOf } from "../living.ts";
import { bulkLists } from "./bulk.ts";
import { assertScope, type Context } from "./context.ts";
import { itemView, levelView, locationView, productView, variantView } from "./goods-view.ts";
import { accountView, disputeView, lineView, payoutView } from "./money-view.ts";
import { orderView, refundView, transactionView } from "./order-view.ts";
import { type ListOf, listOf, type PageArguments } from "./pages.ts";
import { returnView } from "./return-view.ts";
import { searchOf } from "./search.ts";
import { parcelView, workView } from "./shipping-view.ts";
import type { Store } from "./store.ts";
import { subscriptionView } from "./subscriptions.ts";
import { financialStatus, fulfillmentStatus, returnStatus, totalOf } from "./totals.ts";
import type * as T from "./types.ts";
import { byGid, gid, type View } from "./wire.ts";

/** Orders older than this are silently absent without a scope of their own. */
const HORIZON = 60 * DAY;

type Args = Record<string, never> & { id: string };

const WORK_SCOPES = ["merchant_managed", "assigned", "third_party"].map((kind) => `read_${kind}_fulfillment_orders`);

const mayTellMoney = (scopes: ReadonlySet<string>): boolean =>
  scopes.has("read_shopify_payments_payouts") || scopes.has("read_shopify_payments_accounts");

export const VERSIONS = ["2026-01", "2026-04", "2026-07", "2026-10"] as const;

/** The fields of the root of queries. */
export function queriesOf(store: Store): Record<string, unknown> {
  const isNear = (order: T.Order): boolean =>
    store.scopes.has("read_all_orders") || order.created > nowOf(store) - HORIZON;
  const orders = (): T.Order[] => [...store.orders.values()].filter(isNear);
  const one =
    <R>(field: string, scopes: string[], rows: ReadonlyMap<number, R>, type: string, view: (row: R) => View) =>
    ({ id }: { id: string }, context: Context): View | null => {
      assertScope(context, field, ...scopes);
      const row = byGid(rows, type, id.replace(/\?.*$/, ""));
      return row === null ? null : view(row);
    };
  const many = <R extends { id: number }>(
    field: string,
    scopes: string[],
    rows: (args: Record<string, unknown>) => Iterable<R>,
    list: ListOf<R>,
  ) => {
    let asked: Record<string, unknown> = {};
    const told = listOf(() => rows(asked), list);
    return (args: PageArguments, context: Context, info: GraphQLResolveInfo): View => {
      assertScope(context, field, ...scopes);
      asked = args as Record<string, unknown>;
      return told(args, context, info);
    };
  };
  const count =
    <R extends { id: number }>(field: string, scopes: string[], rows: () => R[], list: ListOf<R>) =>
    ({ query, limit }: { query?: string; limit?: number }, context: Context): View => {
      assertScope(context, field, ...scopes);
      const found = rows().filter(searchOf(query, list.fields ?? {})).length;
      const most = limit ?? found;
      return { count: Math.min(found, most), precision: found > most ? "AT_LEAST" : "EXACT" };
    };

  const tellOrder = (order: T.Order): View => orderView(store, order);
  const tellReturn = (back: T.Return): View => returnView(store, back, orderView, refundView);
  const orderList: ListOf<T.Order> = {
    view: tellOrder,
    // Without all orders, which of them are seen changes with the clock.
    version: () => (store.scopes.has("read_all_orders") ? store.orderChanges : null),
    sorts: {
      UPDATED_AT: ({ updated }) => updated,
      CREATED_AT: ({ created }) => created,
      PROCESSED_AT: ({ created }) => created,
      ORDER_NUMBER: ({ number }) => number,
      TOTAL_PRICE: totalOf,
    },
    fields: {
      id: ({ id }) => id,
      name: ({ number }) => [`#${number}`, number],
      updated_at: ({ updated }) => updated,
      created_at: ({ created }) => created,
      processed_at: ({ created }) => created,
      financial_status: financialStatus,
      fulfillment_status: (order) => {
        const status = fulfillmentStatus(order);
        return [status, ...({ FULFILLED: ["shipped"], PARTIALLY_FULFILLED: ["partial"] }[status] ?? ["unshipped"])];
      },
      return_status: returnStatus,
      status: ({ cancelled, closed }) => (cancelled !== null ? "cancelled" : closed !== null ? "closed" : "open"),
      tag: ({ tags }) => tags,
      sku: ({ lines }) => lines.map(({ sku }) => sku),
      po_number: ({ poNumber }) => poNumber,
      source_name: ({ source }) => source,
      test: ({ isTest }) => String(isTest),
      current_total_price: totalOf,
      location_id: ({ work }) => work.map(({ location }) => location.id),
    },
  };
  const productList: ListOf<T.Product> = {
    view: (product) => productView(store, product),
    sorts: { UPDATED_AT: ({ updated }) => updated, CREATED_AT: ({ created }) => created, TITLE: ({ title }) => title },
    fields: {
      id: ({ id }) => id,
      updated_at: ({ updated }) => updated,
      created_at: ({ created }) => created,
      status: ({ status }) => status,
      title: ({ title }) => title,
      vendor: ({ vendor }) => vendor,
      sku: ({ variants }) => variants.map(({ sku }) => sku),
    },
  };
  const products = (): T.Product[] => [...store.products.values()];
  const fields = {
    orders: many("orders", ["read_orders"], orders, orderList),
    ordersCount: count("ordersCount", ["read_orders"], orders, orderList),
    products: many("products", ["read_products"], products, productList),
    productsCount: count("productsCount", ["read_products"], products, productList),
    productVariants: many("productVariants", ["read_products"], () => store.variants.values(), {
      view: (variant) => variantView(store, variant),
      // Searched by words: a part of a code between dashes is found too.
      fields: {
        id: ({ id }) => id,
        sku: ({ sku }) => [sku, ...(sku ?? "").split("-")],
        product_id: ({ product }) => product.id,
        updated_at: ({ updated }) => updated,
      },
    }),
    inventoryItems: many("inventoryItems", ["read_inventory"], () => store.items.values(), {
      view: (item) => itemView(store, item),
      fields: { id: ({ id }) => id, sku: ({ variant }) => variant.sku, updated_at: ({ updated }) => updated },
    }),
    locations: many(
      "locations",
      ["read_locations"],
      ({ includeInactive }) => store.locations.filter(({ isActive }) => isActive || includeInactive === true),
      { view: locationView },
    ),
    fulfillmentOrders: many(
      "fulfillmentOrders",
      WORK_SCOPES,
      ({ includeClosed }) =>
        [...store.works.values()].filter((work) => includeClosed === true || work.status !== "CLOSED"),
      {
        view: (work) => workView(store, work, orderView),
        sorts: { UPDATED_AT: ({ updated }) => updated },
        fields: { status: ({ status }) => status, id: ({ id }) => id, updated_at: ({ updated }) => updated },
      },
    ),
    disputes: many("disputes", ["read_shopify_payments_disputes"], () => store.disputes.values(), {
      view: (dispute) => disputeView(store, dispute),
      fields: { id: ({ id }) => id, status: ({ status }) => status, initiated_at: ({ initiated }) => initiated },
    }),
    webhookSubscriptions: many(
      "webhookSubscriptions",
      [...store.scopes],
      ({ topics }) =>
        [...store.subscriptions.values()].filter(({ topic }) => !Array.isArray(topics) || topics.includes(topic)),
      { view: subscriptionView },
    ),
    ...bulkLists(store),
    order: one("order", ["read_orders"], new Map(), "Order", tellOrder),
    return: one("return", ["read_returns", "read_orders"], store.returns, "Return", tellReturn),
    refund: one("refund", ["read_orders"], store.refunds, "Refund", (refund) => refundView(store, refund)),
    product: one("product", ["read_products"], store.products, "Product", (row) => productView(store, row)),
    productVariant: one("productVariant", ["read_products"], store.variants, "ProductVariant", (row) =>
      variantView(store, row),
    ),
    inventoryItem: one("inventoryItem", ["read_inventory"], store.items, "InventoryItem", (row) =>
      itemView(store, row),
    ),
    inventoryLevel: one("inventoryLevel", ["read_inventory"], store.levels, "InventoryLevel", (row) =>
      levelView(store, row),
    ),
    fulfillment: one("fulfillment", ["read_fulfillments", "read_orders"], store.parcels, "Fulfillment", (row) =>
      parcelView(store, row, orderView),
    ),
    fulfillmentOrder: one("fulfillmentOrder", WORK_SCOPES, store.works, "FulfillmentOrder", (row) =>
      workView(store, row, orderView),
    ),
    dispute: one("dispute", ["read_shopify_payments_disputes"], store.disputes, "ShopifyPaymentsDispute", (row) =>
      disputeView(store, row),
    ),
    location: one(
      "location",
      ["read_locations"],
      new Map(store.locations.map((location) => [location.id, location])),
      "Location",
      locationView,
    ),
    shopifyPaymentsAccount: (_: unknown, { scopes }: Context) => (mayTellMoney(scopes) ? accountView(store) : null),
    job: ({ id }: Args) => {
      const end = store.asyncJobs.get(Number(/\/(\d+)$/.exec(id)?.[1]));
      return end === undefined ? null : { id, done: end <= nowOf(store) };
    },
    shop: () => ({
      id: gid("Shop", 1),
      name: store.name,
      email: "owner@example.test",
      myshopifyDomain: store.domain,
      currencyCode: store.currency,
      ianaTimezone: "America/New_York",
      taxesIncluded: false,
      plan: { publicDisplayName: "Basic", shopifyPlus: false },
    }),
    publicApiVersions: () => VERSIONS.map((handle) => ({ handle, displayName: handle, supported: true })),
    currentAppInstallation: () => ({
      id: gid("AppInstallation", 1),
      accessScopes: [...store.scopes].map((handle) => ({ handle })),
    }),
  };
  fields.order = ({ id }, context) => {
    assertScope(context, "order", "read_orders");
    const order = byGid(store.orders, "Order", id);
    return order === null || !isNear(order) ? null : tellOrder(order);
  };
  const money =
    <R extends { id: number }>(type: string, rows: readonly R[], view: (row: R) => View) =>
    ({ id }: { id: string }, { scopes }: Context): View | null => {
      const row = rows.find((each) => gid(type, each.id) === id);
      return row === undefined || !mayTellMoney(scopes) ? null : view(row);
    };
  const nodes: Record<string, (args: { id: string }, context: Context) => View | null> = {
    Order: fields.order,
    Return: fields.return,
    Refund: fields.refund,
    Product: fields.product,
    ProductVariant: fields.productVariant,
    InventoryItem: fields.inventoryItem,
    InventoryLevel: fields.inventoryLevel,
    Fulfillment: fields.fulfillment,
    FulfillmentOrder: fields.fulfillmentOrder,
    ShopifyPaymentsDispute: fields.dispute,
    Location: fields.location,
    ShopifyPaymentsPayout: money("ShopifyPaymentsPayout", store.payouts, (row) => payoutView(store, row)),
    ShopifyPaymentsBalanceTransaction: money("ShopifyPaymentsBalanceTransaction", store.balance, (row) =>
      lineView(store, row),
    ),
    OrderTransaction: one("node", ["read_orders"], store.transactions, "OrderTransaction", (row) =>
      transactionView(store, row),
    ),
  };
  const node = (args: { id: string }, context: Context): View | null =>
    nodes[/^gid:\/\/shopify\/(\w+)\//.exec(args.id)?.[1] ?? ""]?.(args, context) ?? null;
  return {
    ...fields,
    node,
    nodes: ({ ids }: { ids: string[] }, context: Context) => ids.map((id) => node({ id }, context)),
  };
}
