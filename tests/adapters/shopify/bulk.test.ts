/** The two ways to read orders, before the fake: pages and bulk runs tell the same, and pages meet the suite's questions too. */
import { describe, expect, it } from "vitest";
import { renderUnified } from "../../../src/core/model/render.ts";
import { createShopifyFake, type ShopifyFake } from "../../../src/fakes/shopify/index.ts";
import { createBench, DAY_MS, probed } from "../../conformance/bench.ts";
import { needed } from "../../conformance/check.ts";
import type { Platform } from "../../conformance/platform.ts";
import { platform } from "../../conformance/platforms/shopify.ts";
import { map, readCapability, walkWindow } from "../../conformance/reading.ts";
import { checksFor, runCheck } from "../../conformance/suite.ts";

const ORDERS = 150;

/** The same shop, in which no time is long enough for a bulk run. */
const PAGED: Platform = {
  ...platform,
  makeFake: (setup) => ({ ...platform.makeFake(setup), settings: { bulk_from_days: 10_000 } }),
};

async function readPast(from: Platform) {
  const bench = createBench(from, { orders: ORDERS });
  await probed(bench);
  const orders = needed(readCapability(bench.adapter, "orders") ?? undefined, "how orders are read");
  const until = bench.clock.now();
  const since = new Date(until.getTime() - 100 * DAY_MS);
  const walk = await walkWindow(bench, orders, needed(orders.streams[0], "a stream"), since, until, 50);
  const operations = bench.subject.fake.requests.map((request) => request.operation);
  const records = walk.documents.flatMap((raw) => {
    const { orders: own, shipments, refunds, ...none } = map(bench, orders, raw);
    expect(Object.values(none).flat()).toEqual([]);
    return renderUnified({ ...none, orders: own, shipments, refunds });
  });
  return { bench, records, operations, forms: new Set(walk.documents.map((raw) => raw.form)) };
}

it("a bulk run tells the same orders, parcels and refunds as pages do", async () => {
  const [paged, bulk] = [await readPast(PAGED), await readPast(platform)];
  const sorted = (records: readonly object[]) => records.map((record) => JSON.stringify(record)).sort();
  expect(sorted(bulk.records)).toEqual(sorted(paged.records));
  expect(paged.bench.subject.fake.books().counts.orders).toBeGreaterThan(ORDERS / 2);
  expect(paged.operations).not.toContain("mutation.bulkOperationRunQuery");
  expect(bulk.operations.filter((name) => name === "mutation.bulkOperationRunQuery")).toHaveLength(1);
  // Those alone are read one by one of which a run does not tell all.
  expect(bulk.operations.filter((name) => name === "query.orders")).toEqual([]);
  expect(bulk.operations.filter((name) => name === "bulk.download").length).toBeGreaterThan(1);
});

it("a host of files that knows no ranges is read in the same parts", async () => {
  const ranged = await readPast(platform);
  const whole: Platform = {
    ...platform,
    makeFake(setup) {
      const subject = platform.makeFake(setup);
      const fetch = (request: Request) => {
        const headers = new Headers(request.headers);
        headers.delete("range");
        return subject.fake.fetch(new Request(request, { headers }));
      };
      return { ...subject, fake: Object.create(subject.fake, { fetch: { value: fetch } }) };
    },
  };
  const { records, bench } = await readPast(whole);
  expect(records).toEqual(ranged.records);
  const files = bench.exchanges.filter(({ url }) => url.includes("/bulk/"));
  expect(new Set(files.map(({ status }) => status))).toEqual(new Set([200]));
});

describe("orders by pages", () => {
  for (const check of checksFor(PAGED).filter(({ name }) => name.startsWith("orders: ")))
    it(check.name, () => runCheck(PAGED, check));
});

it("a shop that may not tell its buyers is read to the end by pages, since a run would tell nothing", async () => {
  const hidden: Platform = {
    ...platform,
    makeFake(setup) {
      const subject = platform.makeFake(setup);
      const { domain } = subject.fake as ShopifyFake;
      const fake = createShopifyFake({
        ...setup,
        baseUrl: subject.baseUrl,
        seed: 29,
        deliverByItself: false,
        showsBuyers: false,
      });
      return { ...subject, fake, credentials: { shop: domain, access_token: fake.permanentToken() } };
    },
  };
  const { bench, records, operations } = await readPast(hidden);
  const orders = records.filter((record) => "ship_to" in record);
  expect(orders.length).toBe(bench.subject.fake.books().counts.orders);
  expect(new Set(orders.map((order) => ("buyer" in order ? order.buyer : "none")))).toEqual(new Set([null]));
  expect(operations.filter((name) => name === "mutation.bulkOperationRunQuery")).toHaveLength(1);
  expect(operations).toContain("query.orders");
});
