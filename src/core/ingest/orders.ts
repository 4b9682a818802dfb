/** Orders with their lines, charges and notes, in set-based statements. */

import { toBase64, toHex } from "../crypto.ts";
import type { Database } from "../db/database.ts";
import { send, type UnderWay } from "../db/overlap.ts";
import { derivedId } from "../ids.ts";
import type { Order, OrderLine } from "../model/records.ts";
import { renderMasked, renderOrderFacts, renderPersonal } from "../model/render.ts";
import { OPEN_ORDER_STATUSES } from "../model/vocabulary.ts";
import { type Keyring, keyedHash, sealText } from "../secrets.ts";
import { type LineStock, lineStock } from "../stock/line-stock.ts";
import type { IngestStore, PreparedDocument, Versioned } from "./types.ts";

export const orderId = (storeId: string, externalId: string) => derivedId(storeId, "orders", externalId);
export const variantId = (storeId: string, externalId: string) => derivedId(storeId, "listing_variants", externalId);
export const lineId = (storeId: string, orderExternalId: string, externalId: string) =>
  derivedId(storeId, "order_lines", `${orderExternalId}\u001f${externalId}`);

export interface WrittenOrder {
  id: string;
  version: number;
  created: boolean;
  order: Order;
  lines: WrittenLine[];
}

export interface WrittenLine {
  id: string;
  skuId: string | null;
  line: OrderLine;
  stock: LineStock;
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

/** An order and the row that would be written of it. */
export interface PreparedOrder {
  record: Order;
  document: PreparedDocument;
  id: string;
  /** Its row of orders, as JSON. */
  row: string;
  lines: WrittenLine[];
}

export type SkuOf = (line: OrderLine) => string | null;

/** The rows of orders: all that can be computed before it is known which of them are news. */
export function prepareOrders(
  keyring: Keyring,
  store: IngestStore,
  orders: readonly Versioned<Order>[],
  skuOf: SkuOf,
): PreparedOrder[] {
  return orders.map((item) => ({
    ...item,
    ...orderRow(keyring, store, item, skuOf),
    lines: writtenLines(store.id, item.record, skuOf),
  }));
}

/**
 * Writes orders where they are newer, with their parts; answers those written. Platform's columns follow the platform,
 * ours (hold, own notes) stay.
 */
export async function upsertOrders(
  tx: Database,
  store: IngestStore,
  orders: readonly PreparedOrder[],
  at: Date,
): Promise<WrittenOrder[]> {
  if (orders.length === 0) return [];
  const inOrder = orders.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const upsert = await send(
    tx.query<{ id: string; version: string; created: boolean }>(UPSERT_ORDERS, [
      `[${inOrder.map(({ row }) => row).join(",")}]`,
      store.id,
      at.toISOString(),
    ]),
  );
  const parts = new Map(orders.map((order) => [order.id, partsOf(order)]));
  const byId = new Map((await upsert.result).map((row) => [row.id, row]));
  const written = orders.flatMap(({ id, record, lines }): WrittenOrder[] => {
    const row = byId.get(id);
    return row ? [{ id, version: Number(row.version), created: row.created, order: record, lines }] : [];
  });
  const ofWritten = written.flatMap(({ id }) => parts.get(id) ?? []);
  await writeParts(tx, store, written, ofWritten, at);
  return written;
}

/** The rows of an order's lines, charges and the seller's memo. The buyer's remark is sealed with the buyer (orderRow). */
function partsOf({ id, record: order, lines }: PreparedOrder) {
  return {
    lines: lines.map((line, position) => lineRow(id, position, line)),
    charges: order.charges.map((charge, position) => ({
      order_id: id,
      position,
      kind: charge.kind,
      payer: charge.payer,
      amount: charge.amount.amount,
      label: charge.label,
      in_total: charge.inTotal,
    })),
    notes:
      order.notes.seller || order.notes.flag
        ? [
            {
              id: derivedId(id, "order_notes", "seller"),
              order_id: id,
              source: "seller",
              text: order.notes.seller ?? "",
              flag: order.notes.flag,
            },
          ]
        : [],
  };
}

function writtenLines(storeId: string, order: Order, skuOf: SkuOf): WrittenLine[] {
  const parents = new Set(order.lines.map((line) => line.parentExternalId));
  return order.lines.map((line) => ({
    id: lineId(storeId, order.externalId, line.externalId),
    skuId: skuOf(line),
    line,
    stock: lineStock(order, line, parents.has(line.externalId)),
  }));
}

async function writeParts(
  tx: Database,
  store: IngestStore,
  written: readonly WrittenOrder[],
  parts: readonly ReturnType<typeof partsOf>[],
  at: Date,
): Promise<void> {
  const replaced = written.filter((order) => !order.created).map((order) => order.id);
  const lines = parts.flatMap((part) => part.lines);
  const charges = parts.flatMap((part) => part.charges);
  const notes = parts.flatMap((part) => part.notes);
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
  if (lines.length > 0) sent.push(await send(tx.query(INSERT_LINES, [JSON.stringify(lines), store.id])));
  if (charges.length > 0) sent.push(await send(tx.query(INSERT_CHARGES, [JSON.stringify(charges)])));
  if (notes.length > 0) sent.push(await send(tx.query(INSERT_NOTES, [JSON.stringify(notes), at.toISOString()])));
  await Promise.all(sent.map(({ result }) => result));
}

function orderRow(
  keyring: Keyring,
  store: IngestStore,
  { record: order, document }: Versioned<Order>,
  skuOf: SkuOf,
): { id: string; row: string } {
  const id = orderId(store.id, order.externalId);
  const personal = order.buyer || order.shipTo || order.notes.buyer ? JSON.stringify(renderPersonal(order)) : null;
  const columns = JSON.stringify({
    id,
    external_id: order.externalId,
    external_number: order.externalNumber ?? undefined,
    parent_external_id: order.parentExternalId ?? undefined,
    marketplace: order.marketplace ?? undefined,
    place: order.place ?? undefined,
    status: order.status,
    external_status: order.externalStatus,
    payment_status: order.paymentStatus,
    fulfilled_by: order.fulfilledBy,
    placed_at: order.placedAt,
    paid_at: order.paidAt ?? undefined,
    ship_by: order.shipBy ?? undefined,
    currency: order.currency,
    total: order.total?.amount,
    paid: order.paid?.amount,
    refunded: order.refunded?.amount,
    tax_included: order.taxIncluded ?? undefined,
    open: OPEN_ORDER_STATUSES.includes(order.status),
    personal:
      personal === null ? null : toBase64(sealText(keyring, { table: "orders", store: store.id, id }, personal)),
    buyer_hash: buyerHash(keyring, store.platform, order),
    unmapped: order.lines.filter((line) => skuOf(line) === null).length,
    warnings: order.warnings.length,
    source_updated_at: document.raw.sourceUpdatedAt,
    read_seq: document.readSeq,
  });
  // The text goes in as it is, not as a string within a string: nothing is escaped here and nothing undone there.
  const shown = JSON.stringify({ ...renderOrderFacts(order), ...renderMasked(order) });
  return { id, row: `${columns.slice(0, -1)},"document":${shown}}` };
}

/** Keyed hash by which a buyer's orders are found: of the e-mail or phone where they are readable, else of the platform's id. */
export function buyerHash(keyring: Keyring, platform: string, order: Order): string | null {
  const clear = order.shipTo?.privacy !== "masked" && order.shipTo?.privacy !== "encrypted";
  const email = order.buyer?.email?.trim().toLowerCase();
  const phone = order.buyer?.phone?.replace(/\D/g, "");
  const key =
    clear && email
      ? `email:${email}`
      : order.buyer?.externalId
        ? `${platform}:${order.buyer.externalId}`
        : clear && phone && phone.length > 6
          ? `phone:${phone}`
          : null;
  return key === null ? null : toHex(keyedHash(keyring, "buyer", key).subarray(0, 16));
}

/** What is null is left out: half of a row's text would be names without a value. */
function lineRow(order: string, position: number, { id, skuId, line, stock }: WrittenLine) {
  return {
    id,
    order_id: order,
    position,
    external_id: line.externalId,
    listing_external_id: line.listingExternalId ?? undefined,
    variant_external_id: line.variantExternalId ?? undefined,
    seller_code: line.sellerCode ?? undefined,
    sku_id: skuId ?? undefined,
    title: line.title,
    options: line.options ?? undefined,
    quantity: line.quantity,
    unit_price: line.unitPrice.amount,
    discount: line.discount.amount,
    tax: line.tax.amount,
    total: line.total.amount,
    fulfilment_status: line.fulfilmentStatus,
    shipped: line.shippedQuantity,
    cancelled: line.cancelledQuantity,
    returned: line.returnedQuantity,
    fulfilled_by: line.fulfilledBy,
    place: line.place ?? undefined,
    gift: line.gift,
    parent_external_id: line.parentExternalId ?? undefined,
    held: stock.held,
    consumed: stock.consumed,
  };
}
