/** Parcels of a trade: what was sent, and where it is. One document per trade. */
import type { Missing, RawDocument, RecordKey, Store } from "../../../core/adapter.ts";
import { type Fields, isFields } from "../client/envelope.ts";
import type { Client } from "../client/index.ts";
import { isRefusal } from "../client/refusals.ts";
import { documentsInFile, idIn } from "../schemas/file.ts";
import { recordsOf } from "../schemas/helpers.ts";
import { PARCELS, type ParcelDocument } from "../schemas/shipment.ts";

const SHIPPING_FORM = "shippings@2.0";
const PARCEL_FIELDS =
  "tid,order_code,seller_nick,out_sid,created,modified,status,type,freight_payer,company_name,seller_confirm,is_split,sub_tids";

/** Parcels as the gateway has them; none for a trade that was not sent, or that is not there. */
export async function readParcels(client: Client, store: Store, tid: string, signal: AbortSignal): Promise<Fields[]> {
  if (!/^\d+$/.test(tid)) return [];
  try {
    const fields = await client.call(
      store,
      { method: "taobao.logistics.orders.get", parameters: { fields: PARCEL_FIELDS, tid } },
      signal,
    );
    return recordsOf(fields.shippings);
  } catch (error) {
    if (isRefusal(error) && error.category === "not_found") return [];
    throw error;
  }
}

export async function currentParcels(
  client: Client,
  store: Store,
  tid: string,
  signal: AbortSignal,
): Promise<ParcelDocument[]> {
  return PARCELS.parse(await readParcels(client, store, tid, signal));
}

export async function readShippings(
  client: Client,
  store: Store,
  keys: readonly RecordKey[],
  signal: AbortSignal,
): Promise<{ documents: RawDocument[]; missing: Missing[] }> {
  const documents: RawDocument[] = [];
  for (const { externalId, key } of keys) {
    const tid = key?.order ?? externalId;
    const parcels = await readParcels(client, store, tid, signal);
    // A trade without parcels is no record that is missing.
    if (parcels.length === 0) continue;
    const traces = await readTraces(client, store, tid, signal);
    documents.push(toDocument(tid, parcels, traces, await readUnits(client, store, tid, parcels, signal)));
  }
  return { documents, missing: [] };
}

async function readTraces(client: Client, store: Store, tid: string, signal: AbortSignal): Promise<Fields[]> {
  try {
    const fields = await client.call(store, { method: "taobao.logistics.trace.get", parameters: { tid } }, signal);
    return recordsOf(fields.result);
  } catch (error) {
    // Carriers that the platform does not follow have no tracking; the parcel is there all the same.
    if (!isRefusal(error)) throw error;
    return [];
  }
}

/** What the lines of a split trade hold: its parcels name lines, and not how many units of them. */
async function readUnits(
  client: Client,
  store: Store,
  tid: string,
  parcels: readonly Fields[],
  signal: AbortSignal,
): Promise<Record<string, number> | undefined> {
  if (!parcels.some((parcel) => parcel.is_split === 1 || parcel.is_split === "1" || parcel.is_split === true))
    return undefined;
  const { trade } = await client.call(
    store,
    { method: "taobao.trade.fullinfo.get", parameters: { fields: "tid,orders", tid } },
    signal,
  );
  const lines = isFields(trade) ? recordsOf(trade.orders) : [];
  return Object.fromEntries(
    lines.flatMap((line) => {
      const oid = idIn(line.oid_str) ?? idIn(line.oid);
      const units = Number(line.num);
      return oid === null || !Number.isSafeInteger(units) ? [] : [[oid, units]];
    }),
  );
}

/** Times of parcels do not move with their tracking: what was read last wins. */
function toDocument(
  tid: string,
  parcels: readonly Fields[],
  traces: readonly Fields[],
  units?: Record<string, number>,
): RawDocument {
  return {
    externalId: tid,
    key: { order: tid },
    sourceUpdatedAt: null,
    sourceVersion: null,
    form: SHIPPING_FORM,
    payload: { tid, parcels, traces, ...(units === undefined ? {} : { units }) },
  };
}

/** Our own documents, and answers of taobao.logistics.orders.get. */
export function shippingsInFile(bytes: Uint8Array): RawDocument[] {
  return documentsInFile(bytes, "shipment", (value) => {
    const parcels = recordsOf(value.parcels ?? value.shippings);
    const tids = [...new Set(parcels.map((parcel) => idIn(parcel.tid)))];
    if (parcels.length === 0 || tids.includes(null)) return null;
    const traces = recordsOf(value.traces);
    return tids.map((tid) =>
      toDocument(
        tid ?? "",
        parcels.filter((parcel) => idIn(parcel.tid) === tid),
        traces,
        isFields(value.units) ? (value.units as Record<string, number>) : undefined,
      ),
    );
  });
}
