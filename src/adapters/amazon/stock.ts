/**
 * Quantities of what the seller ships: absolute, by SKU. What lies in the platform's warehouses cannot be set. The rest of the
 * attribute (handling time, restock date) is kept, since values are merged into it.
 */
import type { PushCapability } from "../../core/adapter.ts";
import { bareNumber } from "../../core/wire.ts";
import type { Client } from "./client/index.ts";
import { pushCapability } from "./client/submissions.ts";
import { quantityIn, SELLERS_CHANNEL } from "./listings/to-listing.ts";

export const createStock = (client: Client): PushCapability =>
  pushCapability(client, {
    operation: "stock.set",
    patchOf({ value, codes }) {
      const { channel = SELLERS_CHANNEL } = codes;
      if (channel !== SELLERS_CHANNEL)
        return "the platform ships this SKU from its own warehouses and counts it itself";
      const quantity = { fulfillment_channel_code: channel, quantity: bareNumber(value) };
      return { op: "merge", path: "/attributes/fulfillment_availability", value: [quantity] };
    },
    shown: (listing) => quantityIn(listing)?.toString() ?? null,
  });
