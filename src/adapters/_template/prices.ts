/** Prices: a feed that the platform works off by itself; its report names each item. https://docs.platform.example/prices */
import type { PushCapability, PushOutcome } from "../../core/adapter.ts";
import { type Client, outcomeOf } from "./client.ts";
import { CALL, PRICE_BATCH } from "./limits.ts";
import { EFFECT, FEED } from "./schemas.ts";

export function createPrices(client: Client): PushCapability {
  return {
    batch: { max: PRICE_BATCH, groupBy: "none", complete: "item" },
    compareAndSet: false,
    quota: CALL,
    async set(store, items, signal) {
      const rows = items.map((item) => ({
        ref: item.key,
        offer_id: item.variantExternalId,
        price: item.value,
        currency: item.currency,
      }));
      const endpoint = {
        operation: "prices.set",
        path: "/v1/price-feeds",
        body: { items: rows },
        effect: "keyed-write" as const,
      };
      const { id } = await client.call(store, endpoint, EFFECT, signal);
      return items.map(({ key }): PushOutcome => ({ key, outcome: "submitted", receipt: id ?? "" }));
    },
    async check(store, receipts, signal) {
      const outcomes: (PushOutcome & { receipt: string })[] = [];
      for (const receipt of receipts) {
        const feed = await client.call(
          store,
          { operation: "prices.check", path: "/v1/price-feeds", query: { id: receipt } },
          FEED,
          signal,
        );
        if (feed.state !== "DONE") continue;
        for (const { ref } of feed.results) outcomes.push({ ...outcomeOf("prices.set", ref, feed.results), receipt });
      }
      return outcomes;
    },
  };
}
