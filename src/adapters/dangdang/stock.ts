/** Quantities: absolute. The platform lowers them itself when an order is shipped; whether unshipped orders are booked nobody says. */
import type { PushCapability } from "../../core/adapter.ts";
import type { Client } from "./client/index.ts";
import { createPush } from "./client/push.ts";

const MOST = 1_000_000;

export const createStock = (client: Client): PushCapability =>
  createPush(client, {
    method: "dangdang.items.stock.update",
    field: "multiItemsStock",
    row: ({ sellerCode, value }) => ({ outerItemID: sellerCode, stockCount: value }),
    one: {
      method: "dangdang.item.stock.update",
      parameters: ({ variantExternalId: item_id, value: stock }) => ({ item_id, stock }),
    },
    refusal: ({ value }) => (Number(value) <= MOST ? null : "quantities are 0 to 1,000,000"),
    shown: ({ quantity }) => (quantity === null ? null : String(quantity)),
  });
