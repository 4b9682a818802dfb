/** Another number or carrier for a parcel that is on its way: within 50 days for an own carrier, before pick-up otherwise. */

import { z } from "zod";
import type { ActCapability, CorrectTrackingInput } from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { hasSuffix, refusable, refuse } from "../client/refusals.ts";
import { CONFIRM_INPUT, carrierCode, shipped } from "./confirm.ts";
import { currentParcels } from "./read.ts";
import { parcelId } from "./to-shipment.ts";

export function createCorrectAct(client: Client): ActCapability<CorrectTrackingInput> {
  const operation = "taobao.logistics.consign.resend";
  return {
    input: CONFIRM_INPUT.extend({ shipmentExternalId: z.string().min(1) }) as z.ZodType<CorrectTrackingInput>,
    // The number is absolute.
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const tid = input.orderExternalId;
        if (input.trackingNumber === null) return refuse("invalid_request", operation, "name the new tracking number");
        const company_code = carrierCode(input.carrier);
        const parcels = await currentParcels(client, store, tid, signal);
        const parcel = parcels.find((found) => parcelId(found, tid) === input.shipmentExternalId);
        // An id that was made of the old number is gone once the number has changed.
        const isThere = parcels.some((found) => found.out_sid === input.trackingNumber);
        if (!parcel)
          return isThere
            ? shipped(tid)
            : refuse("not_found", operation, `the trade has no parcel ${input.shipmentExternalId}`);
        const split = parcel.is_split ? { is_split: 1, sub_tid: parcel.sub_tids.join(",") } : {};
        try {
          await client.call(
            store,
            {
              method: operation,
              parameters: { tid, out_sid: input.trackingNumber, company_code, ...split },
              effect: "keyed-write",
            },
            signal,
          );
        } catch (error) {
          // Nothing would change: it was changed already.
          if (!hasSuffix(error, "P07") || !isThere) throw error;
        }
        return shipped(tid, input.shipmentExternalId);
      }),
  };
}
