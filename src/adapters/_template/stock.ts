/** Quantities: absolute, per place, refused where the platform shows another than was observed. https://docs.platform.example/stock */
import type { PushCapability, PushItem, PushOutcome, PushRoute, Store } from "../../core/adapter.ts";
import { type Client, outcomeOf } from "./client.ts";
import { settingsOf } from "./config.ts";
import { CALL, STOCK_BATCH } from "./limits.ts";
import { EFFECT, FEED, QUANTITIES, RESULTS } from "./schemas.ts";

const BATCH = { max: STOCK_BATCH, groupBy: "place", complete: "item" } as const;

export function createStock(client: Client): PushCapability {
  const call: PushRoute["set"] = async (store, items, signal) => {
    const endpoint = {
      operation: "stock.set",
      path: "/v1/stock",
      body: { items: items.map((item) => rowOf(store, item)) },
      effect: "keyed-write" as const,
    };
    const { results } = await client.call(store, endpoint, RESULTS, signal);
    return items.map((item) => outcomeOf(endpoint.operation, item.key, results));
  };
  return {
    batch: BATCH,
    // A quantity that is shown already is accepted whatever was observed: a repeat after a lost answer does no harm.
    compareAndSet: true,
    quota: CALL,
    async set(store, items, signal) {
      if (settingsOf(store.settings).stock_by === "call") return call(store, items, signal);
      const body = { items: items.map((item) => rowOf(store, item)) };
      const feed = { operation: "stock.feed", path: "/v1/stock-feeds", body, effect: "keyed-write" as const };
      const { id } = await client.call(store, feed, EFFECT, signal);
      return items.map(({ key }): PushOutcome => ({ key, outcome: "submitted", receipt: id ?? "" }));
    },
    // A feed may hang: what must not wait for it goes by a call.
    direct: { batch: BATCH, quota: CALL, set: call },
    async check(store, receipts, signal) {
      const outcomes: (PushOutcome & { receipt: string })[] = [];
      for (const receipt of receipts) {
        const asked = { operation: "stock.check", path: "/v1/stock-feeds", query: { id: receipt } };
        const feed = await client.call(store, asked, FEED, signal);
        if (feed.state !== "DONE") continue;
        for (const { ref } of feed.results) outcomes.push({ ...outcomeOf("stock.set", ref, feed.results), receipt });
      }
      return outcomes;
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

function rowOf(store: Store, item: PushItem) {
  return {
    ...nameOf(store, item),
    batch: item.codes.batch,
    quantity: Number(item.value),
    if_quantity: item.observed === null ? null : Number(item.observed),
  };
}

function nameOf(store: Store, item: Pick<PushItem, "key" | "variantExternalId" | "place">) {
  return {
    ref: item.key,
    offer_id: item.variantExternalId,
    place: item.place ?? settingsOf(store.settings).default_place,
  };
}
