/** Acts on who receives a trade: another address, and which trades go to the same one. */
import { z } from "zod";
import type { ActCapability, ActOutcome } from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { refusable, refuse } from "../client/refusals.ts";
import { gbkLength, scalarsOf } from "../schemas/helpers.ts";
import { currentTrade } from "./read.ts";

export const ID = z.string().min(1);

export const done = (orderExternalId: string): ActOutcome => ({
  outcome: "done",
  reread: [{ resource: "orders", externalId: orderExternalId }],
});

const ADDRESS_BYTES = { receiver_name: 50, receiver_mobile: 11, receiver_address: 228 } as const;
const PART = z.string().min(1).nullable();

interface AddressInput {
  orderExternalId: string;
  name: string | null;
  mobile: string | null;
  phone: string | null;
  region: string | null;
  city: string | null;
  district: string | null;
  town: string | null;
  street: string | null;
  postcode: string | null;
}

/** Before shipment only. What is null stays as it is. */
export function createAddressAct(client: Client): ActCapability<AddressInput> {
  const operation = "taobao.trade.shippingaddress.update";
  return {
    input: z.object({
      orderExternalId: ID,
      name: PART,
      mobile: PART,
      phone: PART,
      region: PART,
      city: PART,
      district: PART,
      town: PART,
      street: PART,
      postcode: PART,
    }),
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const parameters = {
          tid: input.orderExternalId,
          receiver_name: input.name,
          receiver_mobile: input.mobile,
          receiver_phone: input.phone,
          receiver_state: input.region,
          receiver_city: input.city,
          receiver_district: input.district,
          receiver_town: input.town,
          receiver_address: input.street,
          receiver_zip: input.postcode,
        };
        for (const [name, bytes] of Object.entries(ADDRESS_BYTES)) {
          const value = parameters[name as keyof typeof ADDRESS_BYTES];
          if (value !== null && gbkLength(value) > bytes)
            return refuse("invalid_request", operation, `${name} holds ${bytes} bytes, a Chinese character being two`);
        }
        await client.call(store, { method: operation, parameters, effect: "keyed-write" }, signal);
        return done(input.orderExternalId);
      }),
  };
}

interface MergeInput {
  orderExternalId: string;
  otherExternalIds: string[];
}

/** Trades that may leave in one parcel: receivers are compared by the platform, nobody sees them. The note names the groups. */
export function createMergeAct(client: Client): ActCapability<MergeInput> {
  const operation = "taobao.top.oaid.merge";
  return {
    input: z.object({ orderExternalId: ID, otherExternalIds: z.array(ID).min(1).max(99) }),
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const entries: { oaid: string; tid: string }[] = [];
        for (const tid of new Set([input.orderExternalId, ...input.otherExternalIds])) {
          const trade = await currentTrade(client, store, tid, signal);
          if (!trade) return refuse("not_found", operation, `trade ${tid} does not exist`);
          if (trade.oaid === null) return refuse("conflict", operation, `trade ${tid} names no receiver`);
          entries.push({ oaid: trade.oaid, tid });
        }
        const fields = await client.call(
          store,
          // It writes nothing; a lost answer is told as that of any act.
          { method: operation, parameters: { merge_list: JSON.stringify(entries) }, effect: "keyed-write" },
          signal,
        );
        // Each text of the list is a group, its numbers parted by commas.
        const { tid_list: list } = fields;
        const groups = Array.isArray(list) ? list : Object.values(list ?? {}).flat();
        const together = groups.map(scalarsOf).filter((tids) => tids.length > 1);
        return {
          outcome: "done",
          note:
            together.length === 0
              ? "each of the trades goes to another receiver"
              : together.map((tids) => `same receiver: ${tids.join(", ")}`).join("; "),
        };
      }),
  };
}
