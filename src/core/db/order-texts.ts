/**
 * Orders as JSON texts in the API's shape: our own columns, then the platform's part as it was rendered when the order was
 * saved. A row is joined here; whole parts of a file are joined by the database, in the same words.
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
  return `{"id":"${row.id}","store_id":"${row.store_id}","version":${row.version},"hold":${JSON.stringify(row.hold)},"needs_attention":${row.attention},"unmapped_lines":${row.unmapped_lines},"updated_at_source":${instantText(row.source_updated_at)},"synced_at":${instantText(row.synced_at)},"updated_at":${instantText(row.updated_at)},"gone_at":${instantText(row.gone_at)},${row.document.slice(1)}`;
}

/** An instant of PostgreSQL's text form (in UTC, with no fraction or up to six digits) as JSON, to the millisecond. */
function instantText(text: string | null): string {
  return text === null
    ? "null"
    : `"${text.slice(0, 10)}T${text.slice(11, 19)}.${text.slice(20, -3).padEnd(3, "0").slice(0, 3)}Z"`;
}

/** The order's text; with a keyring its buyer's data are opened. */
export function openOrder(row: OrderTextRow, keyring: Keyring | null): string {
  const text = orderText(row);
  if (!keyring || !row.personal) return text;
  const personal = openText(keyring, { table: "orders", store: row.store_id, id: row.id }, row.personal);
  return JSON.stringify({ ...JSON.parse(text), ...JSON.parse(personal) });
}

const INSTANT = (column: string) =>
  `coalesce('"' || to_char(${column}, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') || '"', 'null')`;

/** The same text, made by the database, as a line. */
export const ORDER_LINE = `concat('{"id":"', o.id, '","store_id":"', o.store_id, '","version":', o.version,
  ',"hold":', coalesce(to_json(o.hold)::text, 'null'), ',"needs_attention":', o.attention::text, ',"unmapped_lines":', o.unmapped_lines,
  ',"updated_at_source":', ${INSTANT("o.source_updated_at")}, ',"synced_at":', ${INSTANT("o.synced_at")},
  ',"updated_at":', ${INSTANT("o.updated_at")}, ',"gone_at":', ${INSTANT("o.gone_at")}, ',', right(o.document, -1), E'\\n')`;
