/** Shipments with tracking, disputes with their events, refunds. */
import type { Database } from "../db/database.ts";
import { derivedId } from "../ids.ts";
import type { Dispute, Refund, Shipment } from "../model/records.ts";
import { orderId } from "./record-ids.ts";
import type { Change, IngestStore, Versioned } from "./types.ts";

/** STYLE 3.4 for a table `t`: which document wins. */
const NEWER = `case
  when t.source_updated_at is null or excluded.source_updated_at is null then excluded.read_seq > t.read_seq
  else (excluded.source_updated_at, excluded.read_seq) > (t.source_updated_at, t.read_seq) end`;

const RETURNING = "returning id, version, (xmax = 0) as created";

interface WrittenRow {
  id: string;
  version: string;
  created: boolean;
}

const toChanges = (entity: Change["entity"], rows: readonly WrittenRow[]): Change[] =>
  rows.map((row) => ({
    entity,
    entityId: row.id,
    version: Number(row.version),
    kind: row.created ? "created" : "updated",
  }));

/** Rows of one kind, once each, in id order: the order in which every writer locks. */
function sortRows<T extends { id: string }>(rows: readonly T[]): T[] {
  return [...new Map(rows.map((row) => [row.id, row])).values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

export async function upsertShipments(
  tx: Database,
  store: IngestStore,
  shipments: readonly Versioned<Shipment>[],
  at: Date,
): Promise<Change[]> {
  if (shipments.length === 0) return [];
  const idOf = (shipment: Shipment) => derivedId(store.id, "shipments", shipment.externalId);
  const rows = sortRows(
    shipments.map(({ record, document }) => ({
      id: idOf(record),
      external_id: record.externalId,
      order_id: orderId(store.id, record.orderExternalId),
      order_external_id: record.orderExternalId,
      status: record.status,
      external_status: record.externalStatus,
      carrier: record.carrier,
      external_carrier: record.externalCarrier,
      tracking_number: record.trackingNumber,
      tracking_url: record.trackingUrl,
      place: record.place,
      fulfilled_by: record.fulfilledBy,
      shipped_at: record.shippedAt,
      delivered_at: record.deliveredAt,
      warnings: record.warnings,
      source_updated_at: document.raw.sourceUpdatedAt,
      read_seq: document.readSeq,
    })),
  );
  const written = await tx.query<WrittenRow>(
    `insert into shipments as t (id, store_id, external_id, order_id, order_external_id, status, external_status, carrier, external_carrier,
       tracking_number, tracking_url, place, fulfilled_by, shipped_at, delivered_at, warnings, source_updated_at, read_seq, synced_at, updated_at)
     select r.id, $2::uuid, r.external_id, r.order_id, r.order_external_id, r.status, r.external_status, r.carrier, r.external_carrier,
       r.tracking_number, r.tracking_url, r.place, r.fulfilled_by, r.shipped_at, r.delivered_at, r.warnings, r.source_updated_at, r.read_seq,
       $3::timestamptz, $3::timestamptz
     from json_to_recordset($1::text::json) as r(id uuid, external_id text, order_id uuid, order_external_id text, status text,
       external_status text, carrier text, external_carrier text, tracking_number text, tracking_url text, place text, fulfilled_by text,
       shipped_at timestamptz, delivered_at timestamptz, warnings jsonb, source_updated_at timestamptz, read_seq bigint)
     on conflict (id) do update set order_id = excluded.order_id, order_external_id = excluded.order_external_id, status = excluded.status,
       external_status = excluded.external_status, carrier = excluded.carrier, external_carrier = excluded.external_carrier,
       tracking_number = excluded.tracking_number, tracking_url = excluded.tracking_url, place = excluded.place,
       fulfilled_by = excluded.fulfilled_by, shipped_at = excluded.shipped_at, delivered_at = excluded.delivered_at,
       warnings = excluded.warnings, source_updated_at = excluded.source_updated_at, read_seq = excluded.read_seq,
       synced_at = excluded.synced_at, updated_at = excluded.updated_at, version = t.version + 1, gone_at = null
     where ${NEWER} ${RETURNING}`,
    [JSON.stringify(rows), store.id, at.toISOString()],
  );
  const accepted = new Set(written.map((row) => row.id));
  const kept = shipments.filter(({ record }) => accepted.has(idOf(record)));
  await tx.query("delete from shipment_lines where shipment_id = any($1::uuid[])", [[...accepted]]);
  await tx.query(
    `insert into shipment_lines (shipment_id, order_line_external_id, quantity)
     select r.s, r.l, sum(r.q) from json_to_recordset($1::text::json) as r(s uuid, l text, q integer) group by 1, 2`,
    [
      JSON.stringify(
        kept.flatMap(({ record }) =>
          record.lines.map((line) => ({ s: idOf(record), l: line.orderLineExternalId, q: line.quantity })),
        ),
      ),
    ],
  );
  // Events only ever come to be: a repeated reading adds what is new.
  await tx.query(
    `insert into tracking_events (shipment_id, dedup_key, at, status, external_code, text, location)
     select r.s, r.k, r.at, r.status, r.code, r.text, r.location
     from json_to_recordset($1::text::json) as r(s uuid, k text, at timestamptz, status text, code text, text text, location text)
     order by r.s, r.at on conflict (shipment_id, dedup_key) do nothing`,
    [
      JSON.stringify(
        kept.flatMap(({ record }) =>
          record.events.map((event) => ({
            s: idOf(record),
            k: `${event.at.toISOString()}|${event.externalCode ?? event.status}|${event.text ?? ""}`,
            at: event.at,
            status: event.status,
            code: event.externalCode,
            text: event.text,
            location: event.location,
          })),
        ),
      ),
    ],
  );
  return toChanges("shipment", written);
}

export async function upsertDisputes(
  tx: Database,
  store: IngestStore,
  disputes: readonly Versioned<Dispute>[],
  at: Date,
): Promise<Change[]> {
  if (disputes.length === 0) return [];
  const idOf = (dispute: Dispute) => derivedId(store.id, "disputes", dispute.externalId);
  const rows = sortRows(
    disputes.map(({ record, document }) => ({
      id: idOf(record),
      external_id: record.externalId,
      order_id: record.orderExternalId === null ? null : orderId(store.id, record.orderExternalId),
      order_external_id: record.orderExternalId,
      system: record.system,
      kind: record.kind,
      external_kind: record.externalKind,
      status: record.status,
      external_status: record.externalStatus,
      reason: record.reason,
      external_reason: record.externalReason,
      amount: record.amount?.amount ?? null,
      currency: record.amount?.currency ?? null,
      turn: record.turn,
      due_at: record.dueAt,
      opened_at: record.openedAt,
      closed_at: record.closedAt,
      open: !record.status.startsWith("resolved") && record.status !== "withdrawn",
      carrier: record.returnTracking?.carrier ?? null,
      tracking: record.returnTracking?.number ?? null,
      restocked: record.restockedByPlatform,
      lock_token: record.lockToken,
      warnings: record.warnings,
      source_updated_at: document.raw.sourceUpdatedAt,
      read_seq: document.readSeq,
    })),
  );
  const written = await tx.query<WrittenRow>(
    `insert into disputes as t (id, store_id, external_id, order_id, order_external_id, system, kind, external_kind, status, external_status,
       reason, external_reason, amount, currency, turn, due_at, opened_at, closed_at, open, return_carrier, return_tracking_number,
       restocked_by_platform, lock_token, warnings, source_updated_at, read_seq, synced_at, updated_at)
     select r.id, $2::uuid, r.external_id, r.order_id, r.order_external_id, r.system, r.kind, r.external_kind, r.status, r.external_status,
       r.reason, r.external_reason, r.amount, r.currency, r.turn, r.due_at, r.opened_at, r.closed_at, r.open, r.carrier, r.tracking,
       r.restocked, r.lock_token, r.warnings, r.source_updated_at, r.read_seq, $3::timestamptz, $3::timestamptz
     from json_to_recordset($1::text::json) as r(id uuid, external_id text, order_id uuid, order_external_id text, system text, kind text,
       external_kind text, status text, external_status text, reason text, external_reason text, amount numeric, currency text, turn text,
       due_at timestamptz, opened_at timestamptz, closed_at timestamptz, open boolean, carrier text, tracking text, restocked boolean, lock_token text,
       warnings jsonb, source_updated_at timestamptz, read_seq bigint)
     on conflict (id) do update set order_id = excluded.order_id, order_external_id = excluded.order_external_id, system = excluded.system,
       kind = excluded.kind, external_kind = excluded.external_kind, status = excluded.status, external_status = excluded.external_status,
       reason = excluded.reason, external_reason = excluded.external_reason, amount = excluded.amount, currency = excluded.currency,
       turn = excluded.turn, due_at = excluded.due_at, opened_at = excluded.opened_at, closed_at = excluded.closed_at, open = excluded.open,
       return_carrier = excluded.return_carrier, return_tracking_number = excluded.return_tracking_number,
       restocked_by_platform = excluded.restocked_by_platform, lock_token = excluded.lock_token, warnings = excluded.warnings,
       source_updated_at = excluded.source_updated_at, read_seq = excluded.read_seq, synced_at = excluded.synced_at,
       updated_at = excluded.updated_at, version = t.version + 1, gone_at = null
     where ${NEWER} ${RETURNING}`,
    [JSON.stringify(rows), store.id, at.toISOString()],
  );
  const accepted = new Set(written.map((row) => row.id));
  const kept = disputes.filter(({ record }) => accepted.has(idOf(record)));
  await tx.query("delete from dispute_lines where dispute_id = any($1::uuid[])", [[...accepted]]);
  await tx.query(
    `insert into dispute_lines (dispute_id, position, order_line_external_id, variant_external_id, quantity, amount)
     select r.d, r.p, r.l, r.v, r.q, r.a from json_to_recordset($1::text::json) as r(d uuid, p smallint, l text, v text, q integer, a numeric)`,
    [
      JSON.stringify(
        kept.flatMap(({ record }) =>
          record.lines.map((line, position) => ({
            d: idOf(record),
            p: position,
            l: line.orderLineExternalId,
            v: line.variantExternalId,
            q: line.quantity,
            a: line.amount?.amount ?? null,
          })),
        ),
      ),
    ],
  );
  await tx.query(
    `insert into dispute_events (dispute_id, dedup_key, at, by, text)
     select r.d, r.k, r.at, r.by, r.text from json_to_recordset($1::text::json) as r(d uuid, k text, at timestamptz, by text, text text)
     order by r.d, r.at on conflict (dispute_id, dedup_key) do nothing`,
    [
      JSON.stringify(
        kept.flatMap(({ record }) =>
          record.events.map((event) => ({
            d: idOf(record),
            k: `${event.at.toISOString()}|${event.by ?? ""}|${event.text.slice(0, 200)}`,
            at: event.at,
            by: event.by,
            text: event.text,
          })),
        ),
      ),
    ],
  );
  return toChanges("dispute", written);
}

export async function upsertRefunds(
  tx: Database,
  store: IngestStore,
  refunds: readonly Versioned<Refund>[],
  at: Date,
): Promise<Change[]> {
  if (refunds.length === 0) return [];
  const rows = sortRows(
    refunds.map(({ record, document }) => ({
      id: derivedId(store.id, "refunds", record.externalId),
      external_id: record.externalId,
      order_id: record.orderExternalId === null ? null : orderId(store.id, record.orderExternalId),
      order_external_id: record.orderExternalId,
      dispute_external_id: record.disputeExternalId,
      amount: record.amount.amount,
      currency: record.amount.currency,
      shipping: record.shippingAmount?.amount ?? null,
      reason: record.reason,
      status: record.status,
      refunded_at: record.refundedAt,
      lines: record.lines.map((line) => ({
        order_line_external_id: line.orderLineExternalId,
        variant_external_id: line.variantExternalId,
        quantity: line.quantity,
        amount: line.amount,
      })),
      source_updated_at: document.raw.sourceUpdatedAt,
      read_seq: document.readSeq,
    })),
  );
  const written = await tx.query<WrittenRow>(
    `insert into refunds as t (id, store_id, external_id, order_id, order_external_id, dispute_external_id, amount, currency, shipping_amount,
       reason, status, refunded_at, lines, source_updated_at, read_seq, synced_at, updated_at)
     select r.id, $2::uuid, r.external_id, r.order_id, r.order_external_id, r.dispute_external_id, r.amount, r.currency, r.shipping, r.reason,
       r.status, r.refunded_at, r.lines, r.source_updated_at, r.read_seq, $3::timestamptz, $3::timestamptz
     from json_to_recordset($1::text::json) as r(id uuid, external_id text, order_id uuid, order_external_id text, dispute_external_id text,
       amount numeric, currency text, shipping numeric, reason text, status text, refunded_at timestamptz, lines jsonb,
       source_updated_at timestamptz, read_seq bigint)
     on conflict (id) do update set order_id = excluded.order_id, order_external_id = excluded.order_external_id,
       dispute_external_id = excluded.dispute_external_id, amount = excluded.amount, currency = excluded.currency,
       shipping_amount = excluded.shipping_amount, reason = excluded.reason, status = excluded.status,
       refunded_at = excluded.refunded_at, lines = excluded.lines, source_updated_at = excluded.source_updated_at,
       read_seq = excluded.read_seq, synced_at = excluded.synced_at, updated_at = excluded.updated_at, version = t.version + 1, gone_at = null
     where ${NEWER} ${RETURNING}`,
    [JSON.stringify(rows), store.id, at.toISOString()],
  );
  return toChanges("refund", written);
}
