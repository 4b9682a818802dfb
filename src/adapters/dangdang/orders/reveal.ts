/** Receivers in the clear, by the order's ciphertext: one order at a time, kept nowhere. */
import type { RevealCapability } from "../../../core/adapter.ts";
import { adapterError } from "../../../core/errors.ts";
import type { Client } from "../client/index.ts";
import { ID } from "../config.ts";
import { DECRYPT_QUOTA } from "../limits.ts";
import { CIPHERTEXT, toShipTo } from "./parties.ts";
import { readOrder } from "./read.ts";

const METHOD = "dangdang.orders.content.decrypt";

export function createReceivers(client: Client): RevealCapability {
  return {
    async reveal(store, { orderExternalId: o }, signal) {
      const failed = (category: "not_found" | "conflict", message: string) =>
        adapterError(category, { platform: ID, operation: METHOD, message });
      const order = await readOrder(client, store, o, signal);
      if (!order) throw failed("not_found", `order ${o} does not exist`);
      const encrypt_content = order.text(...CIPHERTEXT);
      if (encrypt_content === null) throw failed("conflict", `order ${o} has no ciphertext`);
      const parameters = { o_cryptStr: JSON.stringify([{ o, encrypt_content }]) };
      const call = {
        method: METHOD,
        version: "1.0",
        form: true,
        parameters,
        quota: DECRYPT_QUOTA,
        effect: "write",
      } as const;
      const [entry] = (await client.call(store, call, signal)).list("data");
      if (entry?.text("operCode") !== "0")
        throw failed("conflict", `the platform does not show who receives order ${o}`);
      const clear = (name: string) => entry.text(`cryptUserInfo/consignee${name}`);
      const { district = null, city = null, region = null, country = null } = toShipTo(order) ?? {};
      const lines = [clear("Addr")].filter((line) => line !== null);
      const phone = clear("MobileTel") ?? clear("Tel");
      return { name: clear("Name"), phone, phoneUntil: null, lines, district, city, region, country };
    },
  };
}
