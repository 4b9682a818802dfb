/**
 * Parcels. They come with their orders: a pick list's deliveries say where they are, any other parcel is where its order's
 * state says. Numbers of JITX parcels come from the platform.
 */
import type { RawDocument, ShipmentCapability } from "../../../core/adapter.ts";
import { type Shipment, type Unified, unified, type Warning } from "../../../core/model/records.ts";
import { UNSAID_SHIPMENT } from "../../../core/model/unsaid.ts";
import { NO_WINDOW } from "../../../core/paging.ts";
import { documentsInFile } from "../client/files.ts";
import type { Client } from "../client/index.ts";
import { unifiedCarrier } from "../codes.ts";
import { isOn } from "../config.ts";
import { GET_BATCH } from "../limits.ts";
import { FORM, isReservation, parcelsInFile } from "../orders/documents.ts";
import { pickToShipments } from "../orders/pick.ts";
import { readOrders } from "../orders/read.ts";
import { stateOf, toUnified as toOrders } from "../orders/to-order.ts";
import { rowOf } from "../schemas.ts";
import { createArrangeAct, createConfirmAct, createCorrectAct } from "./acts.ts";
import { CARRIER_MODES, carriersOf } from "./ship.ts";

const WITH_PARCELS: ReadonlySet<string> = new Set([FORM.jitx, FORM.marketplace, FORM.dvd, FORM.jit]);

export function createShipments(client: Client): ShipmentCapability {
  return {
    streams: [{ name: "parcels", by: "parent", window: NO_WINDOW, everySeconds: 1800 }],
    rereadOpenMinutes: 240,
    getBatch: GET_BATCH,
    list: async () => ({ documents: [], references: [], next: null }),
    async getMany(store, keys, signal) {
      const asked = keys.map(({ externalId, key }) => ({ externalId: key?.order ?? externalId, key: key ?? {} }));
      const orders = asked.filter(({ externalId }) => !isReservation(externalId));
      const { documents } = await readOrders(client, store, orders, signal);
      // An order without parcels is no record that is missing.
      return { documents: documents.filter(hasParcel), missing: [] };
    },
    toUnified,
    parseFile: (bytes) => documentsInFile(bytes, "shipment", (root) => parcelsInFile(root).filter(hasParcel)),
    acts: {
      confirm: createConfirmAct(client),
      correct: createCorrectAct(client),
      arrange: createArrangeAct(client),
    },
    carriers: async (store, signal) => {
      const codes = new Map<string, { code: string; externalCode: string; name: string }>();
      for (const mode of CARRIER_MODES.filter((one) => isOn(store, one)))
        for (const { externalCode, name } of await carriersOf(client, store, mode, signal)) {
          const own = unifiedCarrier(name);
          const isNew = own !== null && (codes.get(own)?.externalCode ?? externalCode) === externalCode;
          const code = isNew ? own : `platform:${externalCode}`;
          codes.set(code, { code, externalCode, name });
        }
      return [...codes.values()];
    },
  };
}

/** One that does not map has its parcels set aside with it. */
function hasParcel(raw: RawDocument): boolean {
  if (!WITH_PARCELS.has(raw.form)) return false;
  try {
    return toUnified(raw).shipments.length > 0;
  } catch {
    return true;
  }
}

function toUnified(raw: RawDocument): Unified {
  if (raw.form === FORM.jit) return unified({ shipments: pickToShipments(raw) });
  const [order] = toOrders(raw).orders;
  const warnings: Warning[] = [];
  const { state, code } = stateOf(raw, warnings);
  const row = rowOf(raw.payload);
  const trackingNumber = row.text("transport_no");
  const status = state.parcel ?? (trackingNumber !== null && state.line === "unfulfilled" ? "pending" : null);
  if (!order || status === null) return unified({});
  const shipment: Shipment = {
    ...UNSAID_SHIPMENT,
    externalId: `parcel:${order.externalId}`,
    orderExternalId: order.externalId,
    status,
    externalStatus: code,
    carrier: unifiedCarrier(row.text("carrier_name")),
    externalCarrier: row.text("carrier_code", "carrier_name"),
    trackingNumber,
    place: row.text("delivery_warehouse"),
    fulfilledBy: "seller",
    lines: order.lines.map((line) => ({ orderLineExternalId: line.externalId, quantity: line.quantity })),
    events: [],
    warnings,
  };
  return unified({ shipments: [shipment] });
}
