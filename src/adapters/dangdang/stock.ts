/** Quantities: absolute. The platform lowers them itself when an order is shipped; whether unshipped orders are booked nobody says. */
import type { PushCapability } from "../../core/adapter.ts";
import { type Client, refuse } from "./client/index.ts";
import { pushAll, pushBatch, readVariants, type Writes } from "./client/push.ts";
import { QUOTA } from "./limits.ts";
import { readShown } from "./listings.ts";

const METHOD = "dangdang.items.stock.update";
const MOST = 1_000_000;

const WRITES: Writes = {
  method: METHOD,
  field: "multiItemsStock",
  row: ({ sellerCode, value }) => ({ outerItemID: sellerCode, stockCount: value }),
  single: ({ variantExternalId: item_id, value: stock }) => ({
    method: "dangdang.item.stock.update",
    version: "3.0",
    form: true,
    parameters: { item_id, stock },
  }),
  refusal: ({ key, value }) =>
    Number(value) <= MOST ? null : { key, ...refuse("invalid_request", METHOD, "quantities are 0 to 1,000,000") },
};

export function createStock(client: Client): PushCapability {
  return {
    batch: pushBatch,
    compareAndSet: false,
    quota: QUOTA,
    set: (store, items, signal) => pushAll(client, store, items, WRITES, signal),
    read: (store, items, signal) =>
      readVariants(
        items,
        (id) => readShown(client, store, id, signal),
        ({ quantity }) => (quantity === null ? null : String(quantity)),
      ),
  };
}
