/** The pages that are asked for: each as a query of the API and as a condition in SQL, over the same drawn values. */
import { writeCursor } from "../src/api/lists.ts";
import {
  BUYERS,
  buyerHash,
  buyerHashSql,
  ORDERS,
  placedAt,
  placedAtSql,
  STORES,
  storeId,
  storeIdSql,
} from "./list-seed.ts";

export interface Shape {
  /** Drawn anew for each page, evenly: the lowest and the highest. */
  variables: Readonly<Record<string, readonly [number, number]>>;
  query(values: Values): Record<string, string>;
  /** `:name` stands for a drawn value. */
  where: string;
  /** Newest first where it is not said. */
  order?: string;
}

type Values = Readonly<Record<string, number>>;

const LAST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";
const STATUSES = ["completed", "awaiting_shipment", "cancelled", "delivered", "on_hold"];
const STATUS_SQL = `(array[${STATUSES.map((status) => `'${status}'`).join(",")}])[:status]`;

/** A cursor as the API gives it: after it come the orders up to `n`. */
function cursorAt(n: number | undefined): string {
  const position = [
    placedAt(n ?? 0)
      .toISOString()
      .replace("T", " ")
      .replace(".000Z", "+00"),
    LAST_ID,
  ];
  return writeCursor({ list: "orders", kinds: ["instant", "uuid"] }, position) ?? "";
}
const AFTER_CURSOR = `(o.placed_at, o.id) < (${placedAtSql(":n")}, '${LAST_ID}'::uuid)`;

const HOUR = 3_600;
const NEWEST = placedAtSql(String(ORDERS));

export const SHAPES: Readonly<Record<string, Shape>> = {
  newest: { variables: {}, query: () => ({}), where: "true" },
  deep: {
    variables: { n: [1_000, ORDERS] },
    query: ({ n }) => ({ cursor: cursorAt(n) }),
    where: AFTER_CURSOR,
  },
  store_status: {
    variables: { store: [1, STORES], status: [1, STATUSES.length] },
    query: ({ store = 0, status = 0 }) => ({ store: storeId(store), status: STATUSES[status - 1] ?? "" }),
    where: `o.store_id = ${storeIdSql(":store")} and o.status = ${STATUS_SQL}`,
  },
  // Orders of this status are many among the newest, and few among those that the cursor leaves.
  status_old: {
    variables: { n: [ORDERS / 10, (ORDERS / 10) * 9] },
    query: ({ n }) => ({ status: "awaiting_shipment", cursor: cursorAt(n) }),
    where: `o.status = 'awaiting_shipment' and ${AFTER_CURSOR}`,
  },
  updated_since: {
    variables: { seconds: [HOUR / 4, 72 * HOUR] },
    query: ({ seconds = 0 }) => ({
      updated_since: new Date(placedAt(ORDERS).getTime() - seconds * 1_000).toISOString(),
    }),
    where: `o.updated_at >= ${NEWEST} - :seconds * interval '1 second'`,
    order: "o.updated_at, o.id",
  },
  buyer: {
    variables: { buyer: [1, BUYERS] },
    query: ({ buyer = 0 }) => ({ buyer: buyerHash(buyer) }),
    where: `o.buyer_hash = ${buyerHashSql(":buyer")}`,
  },
  attention: { variables: {}, query: () => ({ needs_attention: "true" }), where: "o.attention" },
};

/** One address of the API with values drawn for it, and the SQL condition of the very same page. */
export function drawPage(shape: Shape, limit: number, random: () => number): { path: string; where: string } {
  const values = Object.fromEntries(
    Object.entries(shape.variables).map(([name, [low, high]]) => [name, low + Math.floor(random() * (high - low + 1))]),
  );
  const query = new URLSearchParams({ ...shape.query(values), limit: String(limit) });
  const where = shape.where.replaceAll(/(?<!:):([a-z]+)/g, (_, name: string) => String(values[name]));
  return { path: `/v1/orders?${query}`, where };
}
