/**
 * Prices: the regular price, as text (a number is refused). A running sale goes on over it; the store itself drops a sale
 * price that is not below the regular one, and a push says so in what it shows.
 */
import type { PushCapability, PushItem, PushOutcome } from "../../core/adapter.ts";
import { adapterError } from "../../core/errors.ts";
import { canonicalDecimal } from "../../core/money.ts";
import { readProducts, updateProducts } from "./client/batch.ts";
import type { Client } from "./client/index.ts";
import { BATCH, REST } from "./limits.ts";
import type { BatchItem } from "./schemas/index.ts";

const OPERATION = "prices.set";

export function createPrices(client: Client): PushCapability {
  return {
    batch: { max: BATCH, groupBy: "none", complete: "item" },
    compareAndSet: false,
    quota: REST,
    async set(store, items, signal) {
      const foreign = (item: PushItem) => item.currency !== null && item.currency !== store.currency;
      const own = items.filter((item) => !foreign(item));
      const write = {
        operation: OPERATION,
        fields: (item: PushItem) => ({ regular_price: item.value }),
        judge: judgePrice,
      };
      const sent = own.length === 0 ? [] : await updateProducts(client, store, own, write, signal);
      const outcomes = new Map(sent.map((outcome) => [outcome.key, outcome]));
      return items.map((item) => outcomes.get(item.key) ?? foreignCurrency(item, store.currency));
    },
    async read(store, items, signal) {
      const found = await readProducts(client, store, items, "prices.read", signal);
      return found.map(({ item, shown }) => ({ key: item.key, value: shown?.regular_price ?? null }));
    },
  };
}

export function judgePrice(item: PushItem, answer: BatchItem): PushOutcome {
  const shown = answer.regular_price;
  if (shown !== null && shown === canonicalDecimal(item.value)) return { key: item.key, outcome: "accepted", shown };
  const message = `the store shows ${shown ?? "no regular price"} instead; a product with variations has none of its own`;
  const error = adapterError("conflict", { platform: "woocommerce", operation: OPERATION, message });
  return { key: item.key, outcome: "rejected", error };
}

function foreignCurrency(item: PushItem, currency: string): PushOutcome {
  const message = `the store's currency is ${currency}, the price is in ${item.currency}`;
  const error = adapterError("invalid_request", { platform: "woocommerce", operation: OPERATION, message });
  return { key: item.key, outcome: "rejected", error };
}
