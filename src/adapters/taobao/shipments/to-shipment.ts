/**
 * Parcels with their tracking. Pure. A parcel of the seller's own carrier is reported as received the moment it is sent,
 * so that only tracking tells of delivery.
 */
import type { RawDocument } from "../../../core/adapter.ts";
import { localToInstant } from "../../../core/local-time.ts";
import { look } from "../../../core/model/look.ts";
import { type Shipment, type TrackingEvent, type Unified, unified, type Warning } from "../../../core/model/records.ts";
import type { ShipmentStatus } from "../../../core/model/vocabulary.ts";
import { carrierOfName, PARCEL_STATUS, TRACE_ACTION } from "../codes.ts";
import { ZONE } from "../config.ts";
import { type ParcelDocument, SHIPPING, type TraceDocument } from "../schemas/shipment.ts";

export function toUnified(raw: RawDocument): Unified {
  const { tid, parcels, traces, units = {} } = SHIPPING.parse(raw.payload);
  return unified({
    shipments: parcels.map((parcel) => toShipment(parcel, tid, { traces, units, parcelCount: parcels.length })),
  });
}

/** The platform's own number of the parcel outlives a corrected tracking number. */
export const parcelId = (parcel: ParcelDocument, tid: string): string =>
  parcel.order_code ?? `${tid}:${parcel.out_sid ?? parcel.sub_tids.join("+")}`;

function toShipment(
  parcel: ParcelDocument,
  tid: string,
  {
    traces,
    units,
    parcelCount,
  }: { traces: readonly TraceDocument[]; units: Record<string, number>; parcelCount: number },
): Shipment {
  const warnings: Warning[] = [];
  const trace = traces.find((candidate) => candidate.out_sid === parcel.out_sid && parcel.out_sid !== null);
  const events = toEvents(trace ?? (parcelCount === 1 && traces.length === 1 ? traces[0] : undefined));
  const own = look(PARCEL_STATUS, "parcel status", parcel.status, "unknown", warnings);
  return {
    externalId: parcelId(parcel, tid),
    orderExternalId: tid,
    status: withTracking(own, events),
    externalStatus: parcel.status,
    carrier: carrierOfName(parcel.company_name),
    externalCarrier: parcel.company_name,
    trackingNumber: parcel.out_sid,
    trackingUrl: null,
    place: null,
    fulfilledBy: "seller",
    shippedAt: own === "pending" ? null : parcel.created,
    deliveredAt: events.find((event) => event.status === "delivered")?.at ?? null,
    // Only of a split order: a parcel that is the whole order names no lines.
    lines: parcel.sub_tids.flatMap((oid) => {
      const quantity = units[oid];
      return quantity === undefined ? [] : [{ orderLineExternalId: oid, quantity }];
    }),
    events,
    warnings,
  };
}

function toEvents(trace: TraceDocument | undefined): TrackingEvent[] {
  return (trace?.trace_list ?? [])
    .flatMap((step): TrackingEvent[] => {
      const at = step.status_time === null ? null : localToInstant(step.status_time.trim(), ZONE);
      if (at === null) return [];
      // Carriers' own codes only say that it is under way.
      const status = step.action === null ? "in_transit" : (TRACE_ACTION[step.action] ?? "in_transit");
      return [{ at, status, externalCode: step.action, text: step.status_desc, location: null }];
    })
    .sort((a, b) => a.at.getTime() - b.at.getTime());
}

const FINAL: ReadonlySet<ShipmentStatus> = new Set(["cancelled", "returned", "lost", "unknown"]);

function withTracking(own: ShipmentStatus, events: readonly TrackingEvent[]): ShipmentStatus {
  if (FINAL.has(own)) return own;
  const last = events.at(-1);
  if (events.some((event) => event.status === "delivered")) return "delivered";
  return last && last.status !== "pending" ? last.status : own;
}
