/** Orders with their lines, charges and notes, in set-based statements. */
import type { Database } from "../db/database.ts";
import { send, type UnderWay } from "../db/overlap.ts";
import type { Order, OrderLine } from "../model/records.ts";
import { closeRow } from "./order-rows.ts";
import { variantId } from "./record-ids.ts";
import type { IngestStore, PreparedLine, PreparedOrder, Versioned } from "./types.ts";

export interface WrittenOrder {
  id: string;
  version: number;
  created: boolean;
  order: Order;
  lines: WrittenLine[];
}

export interface WrittenLine extends PreparedLine {
  skuId: string | null;
}

/** SKU of each line: its variant's where the variant is known, else the SKU of its seller code. Keyed by variant and code. */
export async function resolveSkus(tx: Database, storeId: string, orders: readonly Versioned<Order>[]): Promise<SkuOf> {
  const wanted = new Map<string, { variant: string | null; code: string | null }>();
  const keyOf = (line: OrderLine) => `${line.variantExternalId ?? ""}\u001f${line.sellerCode ?? ""}`;
  for (const { record } of orders)
    for (const line of record.lines)
      if (!wanted.has(keyOf(line)))
        wanted.set(keyOf(line), {
          variant: line.variantExternalId === null ? null : variantId(storeId, line.variantExternalId),
          code: line.sellerCode,
        });
  if (wanted.size === 0) return () => null;
  const rows = await tx.query<{ key: string; sku_id: string | null }>(
    `select r.key, case when v.sku_id is not null or v.mapped_by = 'hand' then v.sku_id else s.id end as sku_id
     from json_to_recordset($1::text::json) as r(key text, variant uuid, code text)
     left join listing_variants v on v.id = r.variant
     left join skus s on s.code = r.code`,
    [JSON.stringify([...wanted].map(([key, value]) => ({ key, ...value })))],
  );
  const found = new Map(rows.map((row) => [row.key, row.sku_id]));
  return (line) => found.get(keyOf(line)) ?? null;
}

const UPSERT_ORDERS = `
insert into orders as t (id, store_id, external_id, external_number, parent_external_id, marketplace, place, status, external_status,
  payment_status, fulfilled_by, placed_at, paid_at, ship_by, currency, total, paid, refunded, tax_included, open, document, personal,
  buyer_hash, attention, unmapped_lines, warning_count, source_updated_at, read_seq, synced_at, updated_at, created_at)
select r.id, $2::uuid, r.external_id, r.external_number, r.parent_external_id, r.marketplace, r.place, r.status, r.external_status,
  r.payment_status, r.fulfilled_by, r.placed_at, r.paid_at, r.ship_by, r.currency, r.total, r.paid, r.refunded, r.tax_included, r.open,
  r.document::text, decode(r.personal, 'base64'), r.buyer_hash, r.unmapped > 0 or r.warnings > 0, r.unmapped, r.warnings,
  r.source_updated_at, r.read_seq, $3::timestamptz, $3::timestamptz, $3::timestamptz
from json_to_recordset($1::text::json) as r(id uuid, external_id text, external_number text, parent_external_id text, marketplace text,
  place text, status text, external_status text, payment_status text, fulfilled_by text, placed_at timestamptz, paid_at timestamptz,
  ship_by timestamptz, currency text, total numeric, paid numeric, refunded numeric, tax_included boolean, open boolean, document json,
  personal text, buyer_hash text, unmapped smallint, warnings smallint, source_updated_at timestamptz, read_seq bigint)
on conflict (id) do update set
  external_number = excluded.external_number, parent_external_id = excluded.parent_external_id, marketplace = excluded.marketplace,
  place = excluded.place, status = excluded.status, external_status = excluded.external_status, payment_status = excluded.payment_status,
  fulfilled_by = excluded.fulfilled_by, placed_at = excluded.placed_at, paid_at = excluded.paid_at, ship_by = excluded.ship_by,
  currency = excluded.currency, total = excluded.total, paid = excluded.paid, refunded = excluded.refunded,
  tax_included = excluded.tax_included, open = excluded.open, document = excluded.document, personal = excluded.personal,
  buyer_hash = excluded.buyer_hash, unmapped_lines = excluded.unmapped_lines, warning_count = excluded.warning_count,
  attention = excluded.attention or t.hold is not null
    or exists (select 1 from reservations r where r.order_id = t.id and r.oversold > 0),
  source_updated_at = excluded.source_updated_at, read_seq = excluded.read_seq, synced_at = excluded.synced_at,
  updated_at = excluded.updated_at, version = t.version + 1, gone_at = null
where case
  when t.source_updated_at is null or excluded.source_updated_at is null then excluded.read_seq > t.read_seq
  else (excluded.source_updated_at, excluded.read_seq) > (t.source_updated_at, t.read_seq) end
returning id, version, (xmax = 0) as created`;

const INSERT_LINES = `
insert into order_lines as t (id, order_id, store_id, position, external_id, listing_external_id, variant_external_id, seller_code, sku_id,
  title, options, quantity, unit_price, discount, tax, total, fulfilment_status, shipped_quantity, cancelled_quantity,
  returned_quantity, fulfilled_by, place, gift, parent_external_id, hold_quantity, take_quantity)
select r.id, r.order_id, $2::uuid, r.position, r.external_id, r.listing_external_id, r.variant_external_id, r.seller_code, r.sku_id,
  r.title, r.options, r.quantity, r.unit_price, r.discount, r.tax, r.total, r.fulfilment_status, r.shipped, r.cancelled,
  r.returned, r.fulfilled_by, r.place, r.gift, r.parent_external_id, r.held, r.consumed
from json_to_recordset($1::text::json) as r(id uuid, order_id uuid, position smallint, external_id text, listing_external_id text,
  variant_external_id text, seller_code text, sku_id uuid, title text, options text, quantity integer, unit_price numeric,
  discount numeric, tax numeric, total numeric, fulfilment_status text, shipped integer, cancelled integer, returned integer,
  fulfilled_by text, place text, gift boolean, parent_external_id text, held integer, consumed integer)
on conflict (id) do update set
  position = excluded.position, listing_external_id = excluded.listing_external_id, variant_external_id = excluded.variant_external_id,
  seller_code = excluded.seller_code, sku_id = excluded.sku_id, title = excluded.title, options = excluded.options,
  quantity = excluded.quantity, unit_price = excluded.unit_price, discount = excluded.discount, tax = excluded.tax,
  total = excluded.total, fulfilment_status = excluded.fulfilment_status, shipped_quantity = excluded.shipped_quantity,
  cancelled_quantity = excluded.cancelled_quantity, returned_quantity = excluded.returned_quantity,
  fulfilled_by = excluded.fulfilled_by, place = excluded.place, gift = excluded.gift, parent_external_id = excluded.parent_external_id,
  hold_quantity = excluded.hold_quantity, take_quantity = excluded.take_quantity
where (t.position, t.seller_code, t.sku_id, t.title, t.options, t.quantity, t.unit_price, t.discount, t.tax, t.total,
    t.fulfilment_status, t.shipped_quantity, t.cancelled_quantity, t.returned_quantity, t.fulfilled_by, t.place, t.variant_external_id,
    t.hold_quantity, t.take_quantity)
  is distinct from (excluded.position, excluded.seller_code, excluded.sku_id, excluded.title, excluded.options, excluded.quantity,
    excluded.unit_price, excluded.discount, excluded.tax, excluded.total, excluded.fulfilment_status, excluded.shipped_quantity,
    excluded.cancelled_quantity, excluded.returned_quantity, excluded.fulfilled_by, excluded.place, excluded.variant_external_id,
    excluded.hold_quantity, excluded.take_quantity)`;

const INSERT_CHARGES = `
insert into order_charges (order_id, position, kind, payer, amount, label, in_total)
select r.order_id, r.position, r.kind, r.payer, r.amount, r.label, r.in_total
from json_to_recordset($1::text::json) as r(order_id uuid, position smallint, kind text, payer text, amount numeric, label text, in_total boolean)`;

const INSERT_NOTES = `
insert into order_notes (id, order_id, source, text, flag, at)
select r.id, r.order_id, r.source, r.text, r.flag, $2::timestamptz
from json_to_recordset($1::text::json) as r(id uuid, order_id uuid, source text, text text, flag text)
on conflict (id) do update set text = excluded.text, flag = excluded.flag`;

export type SkuOf = (line: OrderLine) => string | null;

/**
 * Writes orders where they are newer, with their parts; answers those written. Platform's columns follow the platform,
 * ours (hold, own notes) stay.
 */
export async function upsertOrders(
  tx: Database,
  store: IngestStore,
  orders: readonly PreparedOrder[],
  skuOf: SkuOf,
  at: Date,
): Promise<WrittenOrder[]> {
  if (orders.length === 0) return [];
  const mapped = orders.map((order) => ({
    ...order,
    lines: order.lines.map((line): WrittenLine => ({ ...line, skuId: skuOf(line.line) })),
  }));
  const rows = mapped
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map(({ row, lines }) => closeRow(row, "unmapped", lines.filter(({ skuId }) => skuId === null).length));
  const upsert = await send(
    tx.query<{ id: string; version: string; created: boolean }>(UPSERT_ORDERS, [
      arrayOf(rows),
      store.id,
      at.toISOString(),
    ]),
  );
  const byId = new Map((await upsert.result).map((row) => [row.id, row]));
  const news = mapped.filter(({ id }) => byId.has(id));
  const written = news.flatMap(({ id, record, lines }): WrittenOrder[] => {
    const row = byId.get(id);
    return row ? [{ id, version: Number(row.version), created: row.created, order: record, lines }] : [];
  });
  const replaced = written.filter((order) => !order.created).map((order) => order.id);
  const charges = news.flatMap((order) => order.charges);
  const notes = news.flatMap(({ note }) => note ?? []);
  await writeParts(tx, store, { lines: written.flatMap((order) => order.lines), charges, notes }, replaced, at);
  return written;
}

const arrayOf = (rows: readonly string[]): string => `[${rows.join(",")}]`;

async function writeParts(
  tx: Database,
  store: IngestStore,
  { lines, charges, notes }: { lines: WrittenLine[]; charges: string[]; notes: { id: string; row: string }[] },
  replaced: readonly string[],
  at: Date,
): Promise<void> {
  if (replaced.length > 0) {
    await tx.query("delete from order_lines where order_id = any($1::uuid[]) and id <> all($2::uuid[])", [
      replaced,
      lines.map((line) => line.id),
    ]);
    await tx.query("delete from order_charges where order_id = any($1::uuid[])", [replaced]);
    await tx.query(
      "delete from order_notes where order_id = any($1::uuid[]) and source <> 'own' and id <> all($2::uuid[])",
      [replaced, notes.map((note) => note.id)],
    );
  }
  const sent: UnderWay<unknown>[] = [];
  if (lines.length > 0) {
    const rows = lines.map(({ row, skuId }) => closeRow(row, "sku_id", skuId));
    sent.push(await send(tx.query(INSERT_LINES, [arrayOf(rows), store.id])));
  }
  if (charges.length > 0) sent.push(await send(tx.query(INSERT_CHARGES, [arrayOf(charges)])));
  if (notes.length > 0)
    sent.push(await send(tx.query(INSERT_NOTES, [arrayOf(notes.map(({ row }) => row)), at.toISOString()])));
  await Promise.all(sent.map(({ result }) => result));
}
