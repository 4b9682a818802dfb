/** Reading parcels with their lines and tracking events. */
import type { Database } from "./database.ts";
import { conditions, type PageRequest, type RowPage, readPage } from "./page.ts";

export interface ShipmentView {
  id: string;
  store_id: string;
  external_id: string;
  order_id: string;
  order_external_id: string;
  status: string;
  external_status: string | null;
  carrier: string | null;
  external_carrier: string | null;
  tracking_number: string | null;
  tracking_url: string | null;
  place: string | null;
  fulfilled_by: string;
  shipped_at: string | null;
  delivered_at: string | null;
  warnings: unknown[];
  source_updated_at: string | null;
  version: string;
  synced_at: string;
  updated_at: string;
  gone_at: string | null;
  lines: { order_line_external_id: string; quantity: number }[];
  events: {
    at: string;
    status: string;
    external_code: string | null;
    text: string | null;
    location: string | null;
  }[];
}

export interface ShipmentFilter {
  stores: readonly string[] | null;
  store?: string | undefined;
  order?: string | undefined;
  status?: string | undefined;
  externalId?: string | undefined;
  trackingNumber?: string | undefined;
  updatedSince?: Date | undefined;
  ids?: readonly string[] | undefined;
}

/** Parcels in an order that never changes. */
export async function listShipments(
  db: Database,
  filter: ShipmentFilter,
  page: PageRequest,
): Promise<RowPage<ShipmentView>> {
  const where = conditions();
  where.visible("s.store_id", filter.stores);
  where.equal("s.store_id", filter.store, "uuid");
  where.equal("s.order_id", filter.order, "uuid");
  where.equal("s.status", filter.status);
  where.equal("s.external_id", filter.externalId);
  where.equal("s.tracking_number", filter.trackingNumber);
  if (filter.updatedSince) where.add(`s.updated_at >= ${where.bind(filter.updatedSince.toISOString())}::timestamptz`);
  if (filter.ids) where.add(`s.id = any(${where.bind(filter.ids)}::uuid[])`);
  return readPage<ShipmentView>(db, {
    select: `s.id, s.store_id, s.external_id, s.order_id, s.order_external_id, s.status, s.external_status, s.carrier, s.external_carrier,
      s.tracking_number, s.tracking_url, s.place, s.fulfilled_by, s.shipped_at, s.delivered_at, s.warnings, s.source_updated_at,
      s.version, s.synced_at, s.updated_at, s.gone_at,
      coalesce((select json_agg(json_build_object('order_line_external_id', l.order_line_external_id, 'quantity', l.quantity)
        order by l.order_line_external_id) from shipment_lines l where l.shipment_id = s.id), '[]') as lines,
      coalesce((select json_agg(json_build_object('at', e.at, 'status', e.status, 'external_code', e.external_code, 'text', e.text,
        'location', e.location) order by e.at, e.id) from tracking_events e where e.shipment_id = s.id), '[]') as events`,
    from: "shipments s",
    where,
    keyset: { columns: [{ sql: "s.id", cast: "uuid" }], direction: "asc" },
    page,
  });
}
