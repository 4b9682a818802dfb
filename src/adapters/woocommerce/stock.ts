/**
 * Quantities: absolute, by product and variation. `manage_stock` goes with each: without it the store answers 200 and
 * ignores the quantity, also for a variation that draws on its product's stock, which thereby gets one of its own.
 */
import type { PushCapability, PushItem, PushOutcome } from "../../core/adapter.ts";
import { adapterError } from "../../core/errors.ts";
import { readProducts, updateProducts } from "./client/batch.ts";
import type { Client } from "./client/index.ts";
import { BATCH, REST } from "./limits.ts";
import type { BatchItem } from "./schemas/index.ts";

export function createStock(client: Client): PushCapability {
  return {
    batch: { max: BATCH, groupBy: "none", complete: "item" },
    compareAndSet: false,
    quota: REST,
    set: (store, items, signal) =>
      updateProducts(
        client,
        store,
        items,
        {
          operation: "stock.set",
          fields: (item) => ({ manage_stock: true, stock_quantity: Number(item.value) }),
          judge: judgeQuantity,
        },
        signal,
      ),
    async read(store, items, signal) {
      const found = await readProducts(client, store, items, "stock.read", signal);
      return found.map(({ item, shown }) => ({ key: item.key, value: shown === null ? null : shownQuantity(shown) }));
    },
  };
}

/** Null where the store does not count the item's stock. */
function shownQuantity(row: BatchItem): string | null {
  return row.manage_stock === "false" ? null : row.stock_quantity;
}

export function judgeQuantity(item: PushItem, answer: BatchItem): PushOutcome {
  const shown = shownQuantity(answer);
  if (shown !== null && Number(shown) === Number(item.value)) return { key: item.key, outcome: "accepted", shown };
  const why =
    answer.manage_stock === "true"
      ? `the store shows ${shown ?? "no quantity"} instead`
      : "the store does not count this item's stock and ignored the quantity";
  const error = adapterError("conflict", { platform: "woocommerce", operation: "stock.set", message: why });
  return { key: item.key, outcome: "rejected", error };
}
