/** Receivers in the clear, by the trade's oaid: metered by the day, kept nowhere. https://open.taobao.com/api.htm?docId=54714 */
import { z } from "zod";
import type { RevealCapability, RevealedReceiver, RevealPurpose } from "../../../core/adapter.ts";
import { adapterError } from "../../../core/errors.ts";
import type { Client } from "../client/index.ts";
import { DECRYPT_METHOD } from "../limits.ts";
import { flag, recordsOf, timeOrNull, wordsOrNull } from "../schemas/helpers.ts";
import { countryOf } from "./parties.ts";
import { currentTrade } from "./read.ts";

/** The platform's scenes: waybill of another carrier, service after the sale, an order shipped by hand. */
const SCENES: Readonly<Record<RevealPurpose, string>> = {
  shipping_label: "1004",
  manual_order: "1006",
  after_sales: "2001",
};

const RECEIVER = z.looseObject({
  name: wordsOrNull(),
  mobile: wordsOrNull(),
  phone: wordsOrNull(),
  address_detail: wordsOrNull(),
  town: wordsOrNull(),
  district: wordsOrNull(),
  city: wordsOrNull(),
  state: wordsOrNull(),
  country: wordsOrNull(),
  matched: flag(),
  secret_no_expire_time: timeOrNull(),
});

export function createReceivers(client: Client): RevealCapability {
  return {
    reveal: async (store, { orderExternalId, purpose }, signal) => {
      const failed = (category: "not_found" | "conflict", message: string) =>
        adapterError(category, { platform: "taobao", operation: DECRYPT_METHOD, message });
      const trade = await currentTrade(client, store, orderExternalId, signal);
      if (!trade) throw failed("not_found", `trade ${orderExternalId} does not exist`);
      if (trade.oaid === null) throw failed("conflict", `trade ${orderExternalId} names no receiver`);
      const query = { oaid: trade.oaid, tid: orderExternalId, scene: SCENES[purpose] };
      const fields = await client.call(
        store,
        { method: DECRYPT_METHOD, parameters: { query_list: JSON.stringify([query]) }, effect: "write" },
        signal,
      );
      const receiver = RECEIVER.parse(recordsOf(fields.receiver_list)[0] ?? {});
      if (!receiver.matched)
        throw failed("conflict", `the platform no longer shows who receives trade ${orderExternalId}`);
      return toReceiver(receiver);
    },
  };
}

function toReceiver(receiver: z.output<typeof RECEIVER>): RevealedReceiver {
  const { town, address_detail: street, district, state: region } = receiver;
  return {
    name: receiver.name,
    phone: receiver.mobile ?? receiver.phone,
    phoneUntil: receiver.secret_no_expire_time,
    lines: [town, street].filter((line) => line !== null),
    district,
    city: receiver.city ?? district,
    region,
    country: countryOf(receiver.country, region),
  };
}
