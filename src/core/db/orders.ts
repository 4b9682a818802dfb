/** Reading orders. A page is joined from texts that were rendered when the orders were saved. */
import type { Keyring } from "../secrets.ts";
import { type Database, toDate } from "./database.ts";
import { bytesColumns, ORDER_COLUMNS, type OrderTextRow, openOrder, orderBytes, orderPosition } from "./order-texts.ts";
import { conditions } from "./page.ts";

export interface OrderFilter {
  /** The stores that the reader may see; null: all. */
  stores: readonly string[] | null;
  store?: string | undefined;
  status?: string | undefined;
  paymentStatus?: string | undefined;
  externalId?: string | undefined;
  buyerHash?: string | undefined;
  attention?: boolean | undefined;
  updatedSince?: Date | undefined;
  placedFrom?: Date | undefined;
  placedUntil?: Date | undefined;
  ids?: readonly string[] | undefined;
}

export interface OrderPosition {
  /** When the order was placed, or changed where the list goes by changes. As PostgreSQL prints it: no digit is lost. */
  at: string;
  id: string;
}

export interface OrderPage {
  /** JSON texts in the API's shape. */
  texts: string[];
  next: OrderPosition | null;
}

/**
 * A page of orders after a position: newest first, or with `updatedSince` the oldest change first, so that whoever reads
 * on misses none. With a keyring the buyer's data are opened; without, the masked form that was stored stays. The cursor
 * is compared as a row, which an index answers at any depth.
 */
export async function listOrders(
  db: Database,
  filter: OrderFilter,
  page: { limit: number; after: OrderPosition | null; openWith: Keyring | null },
): Promise<OrderPage> {
  const { where, by, way } = orderConditions(filter, page.after);
  const personal = page.openWith ? ", o.personal" : "";
  const rows = await db.query<OrderTextRow>(
    `select o.${by} as at, ${ORDER_COLUMNS}${personal} from orders o ${where.text}
     order by o.${by} ${way}, o.id ${way} limit ${where.bind(page.limit + 1)}::int`,
    where.params,
  );
  const kept = rows.slice(0, page.limit);
  const last = kept.at(-1);
  return {
    texts: kept.map((row) => openOrder(row, page.openWith)),
    next: rows.length > page.limit && last ? { at: last.at, id: last.id } : null,
  };
}

export interface OrderBytesPage {
  /** One after the other they are the orders' JSON texts, with what stands between them. */
  parts: Buffer[];
  next: OrderPosition | null;
}

/** The same page with buyers masked, as bytes that are passed on as they are; `between` stands between two orders. */
export async function listOrderBytes(
  db: Database,
  filter: OrderFilter,
  page: { limit: number; after: OrderPosition | null; between: string },
): Promise<OrderBytesPage> {
  const { where, by, way } = orderConditions(filter, page.after);
  const rows = await db.queryBytes(
    `select ${bytesColumns(by)} from orders o ${where.text}
     order by o.${by} ${way}, o.id ${way} limit ${where.bind(page.limit + 1)}::int`,
    where.params,
  );
  const kept = rows.slice(0, page.limit);
  const between = Buffer.from(page.between);
  const last = kept.at(-1);
  return {
    parts: kept.flatMap((row, index) => (index === 0 ? orderBytes(row) : [between, ...orderBytes(row)])),
    next: rows.length > page.limit && last ? orderPosition(last) : null,
  };
}

function orderConditions(filter: OrderFilter, after: OrderPosition | null) {
  const where = conditions();
  const instant = (at: Date) => `${where.bind(at.toISOString())}::timestamptz`;
  if (filter.store === undefined) where.visible("o.store_id", filter.stores);
  where.equal("o.store_id", filter.store, "uuid");
  where.equal("o.status", filter.status);
  where.equal("o.payment_status", filter.paymentStatus);
  where.equal("o.external_id", filter.externalId);
  where.equal("o.buyer_hash", filter.buyerHash);
  if (filter.attention) where.add("o.attention");
  if (filter.ids) where.add(`o.id = any(${where.bind(filter.ids)}::uuid[])`);
  const [by, way, beyond] = filter.updatedSince ? ["updated_at", "asc", ">"] : ["placed_at", "desc", "<"];
  // An index is entered at one bound: of the filter's and the position's only the tighter one is said.
  const start = filter.updatedSince ?? filter.placedUntil;
  const within = after && (!start || (filter.updatedSince ? toDate(after.at) >= start : toDate(after.at) < start));
  if (within)
    where.add(`(o.${by}, o.id) ${beyond} (${where.bind(after.at)}::timestamptz, ${where.bind(after.id)}::uuid)`);
  if (filter.updatedSince && !within) where.add(`o.updated_at >= ${instant(filter.updatedSince)}`);
  if (filter.placedFrom) where.add(`o.placed_at >= ${instant(filter.placedFrom)}`);
  if (filter.placedUntil && (filter.updatedSince || !within)) where.add(`o.placed_at < ${instant(filter.placedUntil)}`);
  return { where, by, way };
}

/** One order as JSON text; null where there is none, or the reader may not see its store. */
export async function findOrderText(
  db: Database,
  id: string,
  input: { stores: readonly string[] | null; openWith: Keyring | null },
): Promise<{ text: string; storeId: string; version: number } | null> {
  const [row] = await db.query<OrderTextRow>(
    `select o.placed_at as at, ${ORDER_COLUMNS}, o.personal from orders o
     where o.id = $1::uuid and ($2::uuid[] is null or o.store_id = any($2::uuid[]))`,
    [id, input.stores],
  );
  return row ? { text: openOrder(row, input.openWith), storeId: row.store_id, version: Number(row.version) } : null;
}

/** The order's own story: what the feed, the audit log and its holds say, oldest first. */
export async function listTimeline(
  db: Database,
  orderId: string,
): Promise<{ at: Date; what: string; detail: string | null }[]> {
  const rows = await db.query<{ at: string; what: string; detail: string | null }>(
    `select at, what, detail from (
       select at, 'change: ' || kind || ' (version ' || version || ')' as what, null::text as detail from changes where entity = 'order' and entity_id = $1::uuid
       union all select at, act, outcome from audit_log where subject_id = $1::text
       union all select at, 'hold: ' || code, reason from holds where order_id = $1::uuid
       union all select released_at, 'released', released_by from holds where order_id = $1::uuid and released_at is not null
     ) t order by at limit 500`,
    [orderId],
  );
  return rows.map((row) => ({ at: toDate(row.at), what: row.what, detail: row.detail }));
}
