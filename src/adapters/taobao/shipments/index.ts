/** Parcels. Lists of parcels are by creation alone and hold no tracking: they are read by the orders that changed. */
import type { ShipmentCapability, Store } from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { unifiedCarrier } from "../codes.ts";
import { GET_BATCH } from "../limits.ts";
import { refusingRows } from "../schemas/file.ts";
import { COMPANIES } from "../schemas/shipment.ts";
import { createArrangeAct, createCancelPickupAct } from "./arrange.ts";
import { createConfirmAct } from "./confirm.ts";
import { createCorrectAct } from "./correct.ts";
import { readShippings, shippingsInFile } from "./read.ts";
import { toUnified } from "./to-shipment.ts";

const NO_WINDOW = { maxMinutes: 0, safetyLagSeconds: 0, overlapSeconds: 0, maxAgeDays: null, minSeconds: 0 };

export function createShipments(client: Client): ShipmentCapability {
  return {
    streams: [{ name: "parcels", by: "parent", window: NO_WINDOW, everySeconds: 1800 }],
    // Tracking moves without the order.
    rereadOpenMinutes: 240,
    getBatch: GET_BATCH.shipments,
    list: async () => ({ documents: [], references: [], next: null }),
    getMany: (store, keys, signal) => readShippings(client, store, keys, signal),
    toUnified: refusingRows(toUnified),
    parseFile: (bytes) => shippingsInFile(bytes),
    acts: {
      confirm: createConfirmAct(client),
      correct: createCorrectAct(client),
      arrange: createArrangeAct(client),
      cancel_pickup: createCancelPickupAct(client),
    },
    carriers: (store, signal) => listCarriers(client, store, signal),
  };
}

/** All carriers of the platform; ours by their own code, the others by the platform's. */
async function listCarriers(client: Client, store: Store, signal: AbortSignal) {
  const fields = await client.call(
    store,
    {
      method: "taobao.logistics.companies.get",
      parameters: { fields: "id,code,name,reg_mail_no", order_mode: "all" },
    },
    signal,
  );
  const companies = COMPANIES.parse(fields.logistics_companies);
  const byCode = new Map(
    companies.map(({ code: externalCode, name }) => {
      const code = unifiedCarrier(externalCode) ?? `platform:${externalCode}`;
      return [code, { code, externalCode, name }] as const;
    }),
  );
  return [...byCode.values()];
}
