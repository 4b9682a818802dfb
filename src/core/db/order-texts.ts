/**
 * Orders as JSON texts in the API's shape: our own columns, then the platform's part as it was rendered when the order was
 * saved.
 */
import { type Keyring, openText } from "../secrets.ts";

/** What the text of an order is made of. */
export const ORDER_COLUMNS = `o.id, o.store_id, o.version, o.hold, o.attention, o.unmapped_lines, o.source_updated_at, o.synced_at, o.updated_at,
  o.gone_at, o.document`;

export interface OrderTextRow {
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
  return `${ourPart(row)}${row.document.slice(1)}`;
}

function ourPart(row: Omit<OrderTextRow, "document" | "at" | "personal">): string {
  return `{"id":"${row.id}","store_id":"${row.store_id}","version":${row.version},"hold":${JSON.stringify(row.hold)},"needs_attention":${row.attention},"unmapped_lines":${row.unmapped_lines},"updated_at_source":${instantText(row.source_updated_at)},"synced_at":${instantText(row.synced_at)},"updated_at":${instantText(row.updated_at)},"gone_at":${instantText(row.gone_at)},`;
}

/** An instant of PostgreSQL's text form (in UTC, with no fraction or up to six digits) as JSON, to the millisecond. */
function instantText(text: string | null): string {
  return text === null
    ? "null"
    : `"${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, "0").slice(0, 3)}Z"`;
}

const BRACE_BYTES = 1;

/**
 * The columns of `orderParts`: `by`, by which the list is ordered, and ours in one text, which costs less to send and to
 * take apart than a dozen; then the stored text.
 */
export const partColumns = (by: string) =>
  `concat(o.${by}, '|', o.id, '|', o.store_id, '|', o.version, '|', o.attention, '|', o.unmapped_lines, '|', o.source_updated_at, '|',
    o.synced_at, '|', o.updated_at, '|', o.gone_at, '|', o.hold), o.document`;

/** An order's JSON text as bytes, in two parts: the stored text, which is nearly all of it, is neither decoded nor copied. */
export interface OrderParts {
  at: string;
  id: string;
  ours: string;
  stored: Buffer;
}

export function orderParts([columns, document]: readonly (Buffer | null)[]): OrderParts {
  const [
    at = "",
    id = "",
    store = "",
    version = "",
    attention,
    unmapped,
    source,
    synced = "",
    updated = "",
    gone,
    ...hold
  ] = String(columns).split("|");
  const ours = ourPart({
    id,
    store_id: store,
    version,
    hold: hold.join("|") || null,
    attention: attention === "t",
    unmapped_lines: Number(unmapped),
    source_updated_at: source || null,
    synced_at: synced,
    updated_at: updated,
    gone_at: gone || null,
  });
  return { at, id, ours, stored: (document ?? Buffer.alloc(0)).subarray(BRACE_BYTES) };
}

/** The order's text; with a keyring its buyer's data are opened. */
export function openOrder(row: OrderTextRow, keyring: Keyring | null): string {
  const text = orderText(row);
  if (!keyring || !row.personal) return text;
  const personal = openText(keyring, { table: "orders", store: row.store_id, id: row.id }, row.personal);
  return JSON.stringify({ ...JSON.parse(text), ...JSON.parse(personal) });
}
