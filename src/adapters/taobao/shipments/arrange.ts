/**
 * Asking the platform's carrier to come, and not to come: the trade stays unshipped until the number is confirmed (method
 * `online`).
 */
import { z } from "zod";
import type { ActCapability } from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { refusable, refuse } from "../client/refusals.ts";
import { currentTrade } from "../orders/read.ts";
import { carrierCode, shipped } from "./confirm.ts";
import { currentParcels } from "./read.ts";
import { parcelId } from "./to-shipment.ts";

interface ArrangeInput {
  orderExternalId: string;
  carrier: string;
}

const OPERATION = "taobao.logistics.online.send";
const GONE: ReadonlySet<string> = new Set(["CANCELLED", "CLOSED"]);
/** Ordered, and not fetched. */
const WAITING: ReadonlySet<string> = new Set(["CREATED", "RECREATED", "SENDING", "ACCEPTING", "ACCEPTED"]);

export function createArrangeAct(client: Client): ActCapability<ArrangeInput> {
  const find: NonNullable<ActCapability<ArrangeInput>["findEffect"]> = async (store, { input }, signal) => {
    const parcels = await currentParcels(client, store, input.orderExternalId, signal);
    const arranged = parcels.find((parcel) => !GONE.has(parcel.status));
    return arranged ? shipped(input.orderExternalId, parcelId(arranged, input.orderExternalId)) : null;
  };
  return {
    input: z.object({ orderExternalId: z.string().min(1), carrier: z.string().min(1) }),
    idempotent: false,
    perform: (store, act, signal) =>
      refusable(async () => {
        const { orderExternalId: tid, carrier } = act.input;
        const trade = await currentTrade(client, store, tid, signal);
        if (!trade) return refuse("not_found", OPERATION, `trade ${tid} does not exist`);
        if (trade.status !== "WAIT_SELLER_SEND_GOODS")
          return refuse("conflict", OPERATION, `the trade is ${trade.status}: there is nothing to pick up`);
        const parameters = { tid, company_code: carrierCode(carrier) };
        await client.call(store, { method: OPERATION, parameters, effect: "write" }, signal);
        return (await find(store, act, signal)) ?? shipped(tid);
      }),
    findEffect: find,
  };
}

interface CancelPickupInput {
  orderExternalId: string;
}

/** Nobody comes any more; what the carrier has fetched already cannot be called back so. */
export function createCancelPickupAct(client: Client): ActCapability<CancelPickupInput> {
  const operation = "taobao.logistics.online.cancel";
  return {
    input: z.object({ orderExternalId: z.string().min(1) }),
    idempotent: true,
    perform: (store, { input: { orderExternalId: tid } }, signal) =>
      refusable(async () => {
        const parcels = await currentParcels(client, store, tid, signal);
        if (parcels.length === 0) return refuse("not_found", operation, `trade ${tid} has no pick-up`);
        const open = parcels.filter((parcel) => !GONE.has(parcel.status));
        if (open.length === 0) return shipped(tid);
        if (!open.some((parcel) => WAITING.has(parcel.status)))
          return refuse("conflict", operation, "the carrier has fetched the parcel already");
        await client.call(store, { method: operation, parameters: { tid }, effect: "keyed-write" }, signal);
        return shipped(tid);
      }),
  };
}
