/** Reading orders. A page is joined from texts that were rendered when the orders were saved. */
import { type Keyring, openText } from "../secrets.ts";
import { type Database, type Parameter, toDate } from "./database.ts";

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

/** Our own columns, and the platform's part as text. */
const COLUMNS = `o.id, o.store_id, o.version, o.hold, o.attention, o.unmapped_lines, o.source_updated_at, o.synced_at, o.updated_at,
  o.gone_at, o.document`;

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
  const params: Parameter[] = [];
  const bind = (value: Parameter) => {
    params.push(value);
    return `$${params.length}`;
  };
  const where: string[] = [];
  if (filter.stores && filter.store === undefined) where.push(`o.store_id = any(${bind(filter.stores)}::uuid[])`);
  if (filter.store !== undefined) where.push(`o.store_id = ${bind(filter.store)}::uuid`);
  if (filter.status !== undefined) where.push(`o.status = ${bind(filter.status)}`);
  if (filter.paymentStatus !== undefined) where.push(`o.payment_status = ${bind(filter.paymentStatus)}`);
  if (filter.externalId !== undefined) where.push(`o.external_id = ${bind(filter.externalId)}`);
  if (filter.buyerHash !== undefined) where.push(`o.buyer_hash = ${bind(filter.buyerHash)}`);
  if (filter.attention) where.push("o.attention");
  if (filter.ids) where.push(`o.id = any(${bind(filter.ids)}::uuid[])`);
  if (filter.updatedSince) where.push(`o.updated_at >= ${bind(filter.updatedSince.toISOString())}::timestamptz`);
  if (filter.placedFrom) where.push(`o.placed_at >= ${bind(filter.placedFrom.toISOString())}::timestamptz`);
  if (filter.placedUntil) where.push(`o.placed_at < ${bind(filter.placedUntil.toISOString())}::timestamptz`);
  const [by, way, beyond] = filter.updatedSince ? ["updated_at", "asc", ">"] : ["placed_at", "desc", "<"];
  if (page.after)
    where.push(`(o.${by}, o.id) ${beyond} (${bind(page.after.at)}::timestamptz, ${bind(page.after.id)}::uuid)`);
  const personal = page.openWith ? ", o.personal" : "";
  const rows = await db.query<OrderTextRow>(
    `select o.${by} as at, ${COLUMNS}${personal} from orders o ${where.length > 0 ? `where ${where.join(" and ")}` : ""}
     order by o.${by} ${way}, o.id ${way} limit ${bind(page.limit + 1)}::int`,
    params,
  );
  const kept = rows.slice(0, page.limit);
  const last = kept.at(-1);
  return {
    texts: kept.map((row) => openOrder(row, page.openWith)),
    next: rows.length > page.limit && last ? { at: last.at, id: last.id } : null,
  };
}

interface OrderTextRow {
  id: string;
  store_id: string;
  version: string;
  hold: string | null;
  attention: boolean;
  unmapped_lines: number;
  source_updated_at: string | null;
  synced_at: string;
  updated_at: string;
  gone_at: string | null;
  document: string;
  at: string;
  personal?: Uint8Array | null;
}

/** The order's JSON text: our columns, then the stored text without its opening brace. */
function orderText(row: OrderTextRow): string {
  return `{"id":"${row.id}","store_id":"${row.store_id}","version":${row.version},"hold":${JSON.stringify(row.hold)},"needs_attention":${row.attention},"unmapped_lines":${row.unmapped_lines},"updated_at_source":${instantText(row.source_updated_at)},"synced_at":${instantText(row.synced_at)},"updated_at":${instantText(row.updated_at)},"gone_at":${instantText(row.gone_at)},${row.document.slice(1)}`;
}

/** An instant of PostgreSQL's text form (in UTC, with no fraction or up to six digits) as JSON, to the millisecond. */
function instantText(text: string | null): string {
  return text === null
    ? "null"
    : `"${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, "0").slice(0, 3)}Z"`;
}

function openOrder(row: OrderTextRow, keyring: Keyring | null): string {
  const text = orderText(row);
  if (!keyring || !row.personal) return text;
  const personal = openText(keyring, { table: "orders", store: row.store_id, id: row.id }, row.personal);
  return JSON.stringify({ ...JSON.parse(text), ...JSON.parse(personal) });
}

/** One order as JSON text; null where there is none, or the reader may not see its store. */
export async function findOrderText(
  db: Database,
  id: string,
  input: { stores: readonly string[] | null; openWith: Keyring | null },
): Promise<{ text: string; storeId: string; version: number } | null> {
  const [row] = await db.query<OrderTextRow>(
    `select o.placed_at as at, ${COLUMNS}, o.personal from orders o
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
