/** Stock of an account: lost answers, sales that were not read, feeds that hang; and many orders at once. */
import { expect, it } from "vitest";
import { countStock } from "../../../src/core/stock/counts.ts";
import { type AmazonShop, type AmazonStack, givenAmazon } from "../amazon-stack.ts";
import { MINUTE } from "../hour.ts";

const HOME = ["A1PA6795UKMFR9"];
const GOODS = [
  { sku: "MUG", name: "Mug", price: "12.00", stock: 40 },
  { sku: "TEE", name: "Tee", price: "36.00", stock: 25 },
];

const counted = (stack: AmazonStack, sku: string, quantity: number) =>
  countStock(
    stack.engine.db,
    {
      counts: [{ sku, location: "main", quantity, basis: "physical", countedAt: stack.clock.now() }],
      actor: "test",
      confirmed: true,
    },
    stack.clock.now(),
  );

const shown = ({ fake }: AmazonShop, sku: string) => fake.books().variants.get(sku)?.quantity;
const dirty = (stack: AmazonStack) => stack.count("select count(*) as n from offers where dirty");
const callsOf = ({ fake }: AmazonShop, operation: string) =>
  fake.requests.filter((request) => request.operation === operation);

async function pass(stack: AmazonStack, ms: number, turns = 1): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    stack.clock.advance(ms);
    await stack.work();
  }
}

it("S20 S26: the last quantity stands, though answers are cut and the same value comes again", async () => {
  const stack = await givenAmazon();
  const shop = await stack.addShop({ skus: GOODS, marketplaces: HOME });
  await pass(stack, 10 * MINUTE);
  shop.fake.fail("patchListingsItem", ["cut", "ok", "ok"], { repeat: true });
  for (const quantity of [1, 0, 1, 0]) {
    await counted(stack, "MUG", quantity);
    await pass(stack, 5 * MINUTE);
  }
  await pass(stack, 10 * MINUTE, 4);
  expect([shown(shop, "MUG"), shown(shop, "TEE")]).toEqual([0, 25]);
});

it("S22 S32: nothing is raised while its orders cannot be read; a unit sold meanwhile is counted first", async () => {
  const stack = await givenAmazon();
  const shop = await stack.addShop({ skus: GOODS, marketplaces: HOME });
  await pass(stack, 10 * MINUTE);
  shop.fake.fail("searchOrders", [{ status: 503 }], { repeat: true });
  await pass(stack, 25 * MINUTE);
  await counted(stack, "MUG", 60);
  await counted(stack, "TEE", 0);
  await pass(stack, MINUTE, 2);
  expect([shown(shop, "MUG"), shown(shop, "TEE")]).toEqual([40, 0]);
  shop.fake.sell({ sku: "MUG" });
  shop.fake.clearFaults();
  await pass(stack, 10 * MINUTE, 5);
  expect(shown(shop, "MUG")).toBe(59);
  expect(await dirty(stack)).toBe(0);
});

it("S32: a decrease is never above what was left when orders were last read, and the next reading lowers it", async () => {
  const stack = await givenAmazon();
  const shop = await stack.addShop({
    skus: [{ sku: "MUG", name: "Mug", price: "12.00", stock: 5 }],
    marketplaces: HOME,
  });
  await pass(stack, 10 * MINUTE);
  await counted(stack, "MUG", 4);
  shop.fake.sell({ sku: "MUG", quantity: 3 });
  await pass(stack, 10 * MINUTE, 5);
  // Five were left when orders were last read; the next reading lowers what was sent meanwhile.
  const sent = shop.fake.events.flatMap((event) =>
    event.kind === "stock_set" && event.by === "api" ? [Number(event.quantity)] : [],
  );
  expect(Math.max(...sent)).toBeLessThan(5);
  expect([sent.at(-1), shown(shop, "MUG")]).toEqual([1, 1]);
});

/** A shop whose feed hangs with a zero for the one and a lower quantity for the other. */
async function givenHangingFeed() {
  const stack = await givenAmazon();
  const shop = await stack.addShop({ skus: GOODS, marketplaces: HOME, settings: { feed_from: 1 } });
  const { fake } = shop;
  await pass(stack, 10 * MINUTE);
  fake.platformActs.nextFeed("hang");
  await counted(stack, "MUG", 0);
  await counted(stack, "TEE", 20);
  await pass(stack, MINUTE);
  const [feed] = [...fake.feeds.values()];
  const alerts = () => stack.rows<{ code: string }>("select code from alerts where resolved_at is null");
  return { stack, shop, fake, feed: feed?.id ?? "", alerts };
}

it.each([
  ["FATAL", 20],
  ["CANCELLED", 20],
  ["DONE", 20],
] as const)(
  "S25: while a feed hangs what is sold out goes by a single call, and the rest when the feed ends late as %s",
  async (end, tees) => {
    const { stack, shop, fake, feed, alerts } = await givenHangingFeed();
    await pass(stack, 5 * MINUTE);
    expect([shown(shop, "MUG"), shown(shop, "TEE")]).toEqual([40, 25]);
    expect(callsOf(shop, "patchListingsItem")).toEqual([]);
    await pass(stack, 6 * MINUTE, 2);
    // A patch is worked off within the minute.
    stack.clock.advance(MINUTE);
    expect([shown(shop, "MUG"), shown(shop, "TEE")]).toEqual([0, 25]);
    expect(callsOf(shop, "patchListingsItem")).toHaveLength(1);
    expect(await alerts()).toEqual([{ code: "feed_hangs" }]);
    fake.platformActs.endFeed(feed, end);
    await pass(stack, 6 * MINUTE, 5);
    expect([shown(shop, "MUG"), shown(shop, "TEE")]).toEqual([0, tees]);
    expect(await dirty(stack)).toBe(0);
    expect(await alerts()).toEqual([]);
  },
);

it("S25: what a late feed writes over a newer value is found, and the newer value stands", async () => {
  const { stack, shop, fake, feed } = await givenHangingFeed();
  await pass(stack, 6 * MINUTE, 2);
  await counted(stack, "MUG", 7);
  await counted(stack, "TEE", 0);
  await pass(stack, 6 * MINUTE, 3);
  fake.platformActs.endFeed(feed, "DONE");
  await pass(stack, 6 * MINUTE, 12);
  expect([shown(shop, "MUG"), shown(shop, "TEE")]).toEqual([7, 0]);
  expect(await dirty(stack)).toBe(0);
});

it("S25: a feed that never ends is given up after a day, and the newest values go again", async () => {
  const { stack, shop, alerts } = await givenHangingFeed();
  await pass(stack, 60 * MINUTE, 25);
  await pass(stack, 6 * MINUTE, 5);
  expect([shown(shop, "MUG"), shown(shop, "TEE")]).toEqual([0, 20]);
  expect(await dirty(stack)).toBe(0);
  expect((await alerts()).map(({ code }) => code)).not.toContain("feed_hangs");
});

it("S24 S25: a feed with errors of some goods applies the others, and sets those aside with the platform's words", async () => {
  const { stack, shop, fake, feed } = await givenHangingFeed();
  fake.owner.remove("TEE");
  fake.platformActs.endFeed(feed, "DONE");
  await pass(stack, 2 * MINUTE, 2);
  expect(shown(shop, "MUG")).toBe(0);
  const refused = await stack.rows<Record<"state" | "error_text", string>>(
    "select state, error_text from offers where aspect = 'stock' and error_text is not null",
  );
  expect(refused).toEqual([{ state: "rejected", error_text: expect.stringContaining("required but not supplied") }]);
});

it("S30: a thousand new orders come by pages of a hundred, fewer than the burst, and by no call for each", async () => {
  const stack = await givenAmazon();
  const shop = await stack.addShop({
    skus: [{ sku: "MUG", name: "Mug", price: "12.00", stock: 5000 }],
    marketplaces: HOME,
  });
  const before = callsOf(shop, "searchOrders").length;
  for (let count = 0; count < 1000; count += 1) shop.fake.sell({ sku: "MUG" });
  stack.clock.advance(10 * MINUTE);
  await stack.work((item) => item.kind === "pull" && item.resource === "orders");
  expect(await stack.count("select count(*) as n from orders")).toBe(1000);
  const calls = callsOf(shop, "searchOrders").slice(before);
  expect(calls.length).toBeLessThanOrEqual(13);
  expect(callsOf(shop, "getOrder")).toEqual([]);
});
