/** Receivers in the clear, by the order's ciphertext: one order at a time, kept nowhere. */
import type { RevealCapability } from "../../../core/adapter.ts";
import { refuse } from "../client/helpers.ts";
import type { Client } from "../client/index.ts";
import { DECRYPT_QUOTA } from "../limits.ts";
import { CIPHERTEXT, toShipTo } from "./parties.ts";
import { readOrder } from "./read.ts";

const METHOD = "dangdang.orders.content.decrypt";

export function createReceivers(client: Client): RevealCapability {
  return {
    async reveal(store, { orderExternalId: o }, signal) {
      const shop = client.at(store, signal);
      const order = await readOrder(shop, o);
      if (!order) throw refuse("not_found", METHOD, `order ${o} does not exist`).error;
      const encrypt_content = order.text(...CIPHERTEXT);
      if (encrypt_content === null) throw refuse("conflict", METHOD, `order ${o} has no ciphertext`).error;
      const parameters = { o_cryptStr: JSON.stringify([{ o, encrypt_content }]) };
      const call = { form: true, parameters, quota: DECRYPT_QUOTA, effect: "write" } as const;
      const [entry] = (await shop.call(METHOD, "1.0", call)).list("data");
      if (entry?.text("operCode") !== "0")
        throw refuse("conflict", METHOD, `the platform does not show who receives order ${o}`).error;
      const clear = (name: string) => entry.text(`cryptUserInfo/consignee${name}`);
      const { district = null, city = null, region = null, country = null } = toShipTo(order) ?? {};
      const lines = [clear("Addr")].filter((line) => line !== null);
      const phone = clear("MobileTel") ?? clear("Tel");
      return { name: clear("Name"), phone, phoneUntil: null, lines, district, city, region, country };
    },
  };
}
