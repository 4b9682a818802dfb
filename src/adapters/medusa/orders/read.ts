/** Order documents: what is asked for, which version they are, and reading them by id. */
import type { RawDocument, Reference } from "../../../core/adapter.ts";
import { type Fields, isFields, type Tree } from "../../../core/tree.ts";
import { foundOf, type Query, type Shop } from "../client.ts";
import { read } from "../schemas.ts";

const ADDED = [
  "currency_code",
  "email",
  "region_id",
  "sales_channel_id",
  "customer_id",
  "canceled_at",
  "credit_line_total",
];
const RELATIONS = [
  "items",
  "shipping_address",
  "billing_address",
  "shipping_methods",
  "fulfillments",
  "fulfillments.items",
  "fulfillments.labels",
  "payment_collections.payments",
  "payment_collections.payments.refunds",
  "payment_collections.payments.captures",
];

/** The platform's default answer lacks currency, buyer and parcels. */
const WHOLE: Query = { fields: [...ADDED.map((name) => `+${name}`), ...RELATIONS.map((name) => `*${name}`)].join(",") };

/** Enough to tell whether an order is the version that was read. */
const LIGHT: Query = {
  fields: "id,version,updated_at,payment_collections.captured_amount,payment_collections.refunded_amount",
};

export const ORDERS = { path: "/admin/orders", plural: "orders" } as const;
export const FIELDS = { whole: WHOLE, light: LIGHT } as const;

/** A refund of what was owed already leaves version and change time as they are. */
export function versionOf(fields: Fields): Reference {
  const order = read(fields);
  const sums = order
    .list("payment_collections")
    .flatMap((each) => [each.text("captured_amount") ?? "0", each.text("refunded_amount") ?? "0"]);
  const sourceUpdatedAt = order.time("updated_at");
  return {
    externalId: order.need("id"),
    sourceUpdatedAt,
    sourceVersion: [order.text("version"), sourceUpdatedAt?.toISOString(), ...sums].join("/"),
  };
}

export const toDocument = (payload: Fields): RawDocument => ({ ...versionOf(payload), form: "order@2", payload });

/** Answers of acts hold orders too; previews of changes have no time of their own. */
export const isOrder = (value: unknown): value is Fields =>
  isFields(value) &&
  /^order_/.test(String(value.id)) &&
  "status" in value &&
  "created_at" in value &&
  Array.isArray(value.items);

export async function readOrders(shop: Shop, ids: readonly string[]) {
  const rows = await shop.byIds({ operation: "orders.get", ...ORDERS, query: FIELDS.whole }, ids);
  return foundOf(ids, rows.map(toDocument));
}

/** The platform's own order; null where there is none of this id. */
export async function readOrder(shop: Shop, id: string): Promise<Tree | null> {
  const { documents } = await readOrders(shop, [id]);
  return documents[0] ? read(documents[0].payload) : null;
}
