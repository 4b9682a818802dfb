/** Receivers of shops' orders, as far as the platform shows them: by the export of an order, which marks it as exported. */
import type { RevealCapability } from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { refusal } from "../client/outcomes.ts";
import { isOn } from "../config.ts";
import { rowOf, rowsOf } from "../schemas.ts";

const METHOD = "sov.exportOrderById";

export function createReceivers(client: Client): RevealCapability {
  return {
    async reveal(store, { orderExternalId }, signal) {
      if (!isOn(store, "marketplace"))
        throw refusal("conflict", METHOD, "only shops' receivers are shown: labels of JITX are made by the platform");
      const result = await client.reveal(store, METHOD, { request: { order_ids: [orderExternalId] } }, signal);
      const row = rowsOf(result, "orders")
        .map(rowOf)
        .find((one) => one.text("order_id") === orderExternalId);
      if (!row) throw refusal("conflict", METHOD, `the platform does not show who receives order ${orderExternalId}`);
      const lines = [row.text("receiver_address")].filter((line) => line !== null);
      const contact = { name: row.text("receiver_name"), phone: row.text("receiver_mobile", "receiver_phone") };
      return { ...contact, phoneUntil: null, lines, district: null, city: null, region: null, country: "CN" };
    },
  };
}
