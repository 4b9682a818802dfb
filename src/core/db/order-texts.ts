/**
 * Orders as JSON texts in the API's shape: our own columns, then the platform's part as it was rendered when the order was
 * saved. The database writes both: a text costs less to send than a dozen columns, and nothing of it is made again here.
 */
import { type Keyring, openText } from "../secrets.ts";

/** An instant as JSON, to the millisecond. Sessions are in UTC. */
const instantJson = (column: string) => `coalesce(to_char(${column}, '\\"YYYY-MM-DD"T"HH24:MI:SS.MS"Z"\\"'), 'null')`;

/** The beginning of an order's JSON text, up to where the stored text goes on behind its opening brace. */
const OURS = `concat('{"id":"', o.id, '","store_id":"', o.store_id, '","version":', o.version,
  ',"hold":', coalesce(to_json(o.hold)::text, 'null'), ',"needs_attention":', o.attention::text,
  ',"unmapped_lines":', o.unmapped_lines, ',"updated_at_source":', ${instantJson("o.source_updated_at")},
  ',"synced_at":', ${instantJson("o.synced_at")}, ',"updated_at":', ${instantJson("o.updated_at")},
  ',"gone_at":', ${instantJson("o.gone_at")}, ',')`;

/** What `openOrder` reads, beside `personal` where the buyer is to be opened. */
export const ORDER_COLUMNS = `o.id, o.store_id, o.version, ${OURS} as ours, o.document`;

export interface OrderTextRow {
  id: string;
  store_id: string;
  version: string;
  ours: string;
  document: string;
  at: string;
  personal?: Uint8Array | null;
}

/** The order's text; with a keyring its buyer's data are opened. */
export function openOrder(row: OrderTextRow, keyring: Keyring | null): string {
  const text = `${row.ours}${row.document.slice(1)}`;
  if (!keyring || !row.personal) return text;
  const personal = openText(keyring, { table: "orders", store: row.store_id, id: row.id }, row.personal);
  return JSON.stringify({ ...JSON.parse(text), ...JSON.parse(personal) });
}

/** The columns of `orderBytes` and `orderPosition`; the list is ordered by the column `by`. */
export const bytesColumns = (by: string) => `${OURS}, o.document, concat(o.${by}, '|', o.id)`;

const BRACE_BYTES = 1;
const NOTHING = Buffer.alloc(0);

/** An order's JSON text in two parts, neither decoded nor copied. */
export const orderBytes = ([ours, document]: readonly (Buffer | null)[]): [Buffer, Buffer] => [
  ours ?? NOTHING,
  (document ?? NOTHING).subarray(BRACE_BYTES),
];

/** Where the order stands in the list. */
export function orderPosition([, , position]: readonly (Buffer | null)[]): { at: string; id: string } {
  const [at = "", id = ""] = String(position).split("|");
  return { at, id };
}
