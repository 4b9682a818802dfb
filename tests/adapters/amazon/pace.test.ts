/** The documented quotas at their own pace, on a clock that does not wait: how the limiter spends them. */
import { expect, it } from "vitest";
import { PLANS } from "../../../src/adapters/amazon/limits.ts";
import { givenAccountAtPace, SIGNAL } from "./at-pace.ts";
import { givenItem } from "./stub.ts";

const MINUTE = 60_000;
/** The share of a documented rate that is used where nothing else is set. */
const SHARE = 0.95;
const HOME = "A1PA6795UKMFR9";

it("S30: pages of new orders come at once while the list's bucket holds some, then at its pace, and stock goes by its own meanwhile", async () => {
  const account = givenAccountAtPace({
    name: "at-pace",
    orders: 0,
    marketplaces: [HOME],
    skus: Array.from({ length: 40 }, (_, i) => ({ sku: `SKU-${i}`, name: `Good ${i}`, price: "9.00", stock: 500 })),
  });
  const { fake, clock, timer, adapter, storeOf, patiently, calls } = account;
  for (let i = 0; i < 2200; i += 1) fake.sell({ sku: `SKU-${i % 40}` });
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

  expect(read.count).toBe(2200);
  const starts = (operation: string) => calls.filter((call) => call.operation === operation).map(({ at }) => at);
  const [list, patches] = [starts("searchOrders"), starts("patchListingsItem")];
  expect(calls.filter(({ status }) => status === 429)).toEqual([]);
  // Of twenty-two pages nineteen come at once (our share of the twenty that the bucket holds), the rest evenly apart.
  expect([list.length, starts("getOrder").length, patches.length]).toEqual([22, 0, 200]);
  const apart = (times: readonly number[]) => times.slice(1).map((at, i) => at - (times[i] ?? 0));
  const step = 1000 / PLANS.search_orders.rate / SHARE;
  expect((list[18] ?? 0) - (list[0] ?? 0)).toBeLessThan(MINUTE);
  for (const ms of apart(list.slice(19))) {
    expect(ms).toBeGreaterThan(step * 0.99);
    expect(ms).toBeLessThan(step * 1.05);
  }
  expect(read.ms).toBeLessThan(3 * step * 1.05);
  // Forty patches want some eight seconds of their own bucket, whatever the list waits for.
  const own = (39 * 1000) / PLANS.patch_listing.rate / SHARE;
  for (const ms of pushes) expect(ms).toBeLessThan(own * 1.2);
  expect(fake.left("searchOrders")).toBeGreaterThan(0);
});
