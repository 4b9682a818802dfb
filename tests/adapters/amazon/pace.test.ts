/** The documented quotas at their own pace, on a clock that does not wait: how the limiter spends them. */
import { expect, it } from "vitest";
import { PLANS } from "../../../src/adapters/amazon/limits.ts";
import { givenAccountAtPace, SIGNAL } from "./at-pace.ts";
import { givenItem } from "./stub.ts";

const MINUTE = 60_000;
/** The share of a documented rate that is used where nothing else is set. */
const SHARE = 0.95;
const HOME = "A1PA6795UKMFR9";

it("S30: a thousand new orders come by pages at the list's own pace, and stock goes by its own meanwhile", async () => {
  const account = givenAccountAtPace({
    name: "at-pace",
    orders: 0,
    marketplaces: [HOME],
    skus: Array.from({ length: 40 }, (_, i) => ({ sku: `SKU-${i}`, name: `Good ${i}`, price: "9.00", stock: 500 })),
  });
  const { fake, clock, timer, adapter, storeOf, patiently, calls } = account;
  for (let i = 0; i < 1000; i += 1) fake.sell({ sku: `SKU-${i % 40}` });
  clock.advance(10 * MINUTE);
  const began = clock.now().getTime();
  const until = new Date(began - 3 * MINUTE);
  const store = storeOf("normal");

  const readAll = async () => {
    let [cursor, count] = [null as string | null, 0];
    do {
      const input = { stream: "changed", since: new Date(began - 20 * MINUTE), until, cursor, limit: 500 };
      const page = await patiently(() => adapter.orders.list(store, input, SIGNAL));
      count += page.documents.length;
      cursor = page.next;
    } while (cursor !== null);
    return { count, ms: clock.now().getTime() - began };
  };
  // Forty values of stock for every page of orders.
  const pushes: number[] = [];
  const pushAll = async () => {
    for (let round = 0; round < 5; round += 1) {
      const from = clock.now().getTime();
      const items = Array.from({ length: 40 }, (_, i) => givenItem(`SKU-${i}`, String(100 + round), { codes: {} }));
      const outcomes = await patiently(() => adapter.stock.set(store, items, SIGNAL));
      expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(["submitted"]));
      pushes.push(clock.now().getTime() - from);
      await timer.sleep(3 * MINUTE, SIGNAL);
    }
  };
  const [read] = await Promise.all([readAll(), pushAll()]);

  expect(read.count).toBe(1000);
  const starts = (operation: string) => calls.filter((call) => call.operation === operation).map(({ at }) => at);
  const [list, patches] = [starts("searchOrders"), starts("patchListingsItem")];
  expect(calls.filter(({ status }) => status === 429)).toEqual([]);
  // Ten pages, evenly apart: the burst of twenty is there, and is not spent.
  expect([list.length, starts("getOrder").length, patches.length]).toEqual([10, 0, 200]);
  const apart = (times: readonly number[]) => times.slice(1).map((at, i) => at - (times[i] ?? 0));
  const step = 1000 / PLANS.search_orders.rate / SHARE;
  for (const ms of apart(list)) {
    expect(ms).toBeGreaterThan(step * 0.99);
    expect(ms).toBeLessThan(step * 1.05);
  }
  expect(read.ms).toBeGreaterThan(9 * step * 0.99);
  expect(read.ms).toBeLessThan(9 * step * 1.05);
  // Forty patches want 8.4 seconds of their own bucket, whatever the list waits for.
  const own = (39 * 1000) / PLANS.patch_listing.rate / SHARE;
  for (const ms of pushes) expect(ms).toBeLessThan(own * 1.2);
  expect(fake.left("searchOrders")).toBeGreaterThan(18);
});
