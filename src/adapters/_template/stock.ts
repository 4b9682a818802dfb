/** Quantities: absolute, per place, refused where the platform shows another than was observed. https://docs.platform.example/stock */
import type { PushCapability, PushItem, Store } from "../../core/adapter.ts";
import { type Client, outcomeOf } from "./client.ts";
import { settingsOf } from "./config.ts";
import { CALL, STOCK_BATCH } from "./limits.ts";
import { QUANTITIES, RESULTS } from "./schemas.ts";

export function createStock(client: Client): PushCapability {
  return {
    batch: { max: STOCK_BATCH, groupBy: "place", complete: "item" },
    // A quantity that is shown already is accepted whatever was observed: a repeat after a lost answer does no harm.
    compareAndSet: true,
    quota: CALL,
    async set(store, items, signal) {
      const rows = items.map((item) => ({
        ...nameOf(store, item),
        batch: item.codes.batch,
        quantity: Number(item.value),
        if_quantity: item.observed === null ? null : Number(item.observed),
      }));
      const endpoint = {
        operation: "stock.set",
        path: "/v1/stock",
        body: { items: rows },
        effect: "keyed-write" as const,
      };
      const { results } = await client.call(store, endpoint, RESULTS, signal);
      return items.map((item) => outcomeOf(endpoint.operation, item.key, results));
    },
    async read(store, items, signal) {
      const body = { items: items.map((item) => nameOf(store, item)) };
      const { results } = await client.call(
        store,
        { operation: "stock.get", path: "/v1/stock/get", body },
        QUANTITIES,
        signal,
      );
      const shown = new Map(results.map((result) => [result.ref, result.quantity]));
      return items.map(({ key }) => ({ key, value: shown.get(key)?.toString() ?? null }));
    },
  };
}

function nameOf(store: Store, item: Pick<PushItem, "key" | "variantExternalId" | "place">) {
  return {
    ref: item.key,
    offer_id: item.variantExternalId,
    place: item.place ?? settingsOf(store.settings).default_place,
  };
}
