/** Consumer orders that a supplier has promised: their units are held once, from whichever list is read first to their end. */
import { expect, it } from "vitest";
import { createVipshopFake, type VipshopFake, type VipshopFakeOptions } from "../../src/fakes/vipshop/index.ts";
import { type FakeStack, givenFakeStack } from "./fake-stack.ts";

const MINUTE = 60_000;
const GOODS = [{ sku: "6901234567892", name: "Dress", price: "112.00", stock: 40 }];
const QUOTAS = { app: { capacity: 5000 }, service: { capacity: 5000, concurrency: 8 } };
const VENDOR = 550;

type Stack = FakeStack<VipshopFake, VipshopFakeOptions>;

const given = (): Promise<Stack> =>
  givenFakeStack<VipshopFake, VipshopFakeOptions>({
    make: (common, own) =>
      createVipshopFake({ orders: 0, skus: GOODS, vendorId: VENDOR, modes: ["jit"], ...common, ...own }),
    settings: { quotas: QUOTAS, vendor_id: String(VENDOR), modes: ["jit"] },
  });

/** Time passes, and what is due of one stream of orders is read, or all of it. */
async function pass(stack: Stack, ms: number, stream?: string): Promise<void> {
  stack.clock.advance(ms);
  await stack.work(stream === undefined ? undefined : (item) => item.kind === "pull" && item.stream === stream);
}

const held = (stack: Stack) => stack.count("select coalesce(sum(hold_quantity), 0) as n from order_lines");

it("a reservation that was cancelled holds nothing, though its end is read first", async () => {
  const stack = await given();
  const { fake } = await stack.addShop();
  const kept = fake.buyer.reserve(false);
  fake.buyer.dropReservation(fake.buyer.reserve(false));
  await pass(stack, 6 * MINUTE, "released");
  for (let turn = 0; turn < 4; turn += 1) await pass(stack, 6 * MINUTE);
  const count = fake.consumers.find(({ occupiedSn }) => occupiedSn === kept)?.count;
  expect(await held(stack)).toBe(count);
  fake.buyer.dropReservation(kept);
  for (let turn = 0; turn < 4; turn += 1) await pass(stack, 6 * MINUTE);
  expect(await held(stack)).toBe(0);
});

it("units that a pick list took up are held by it alone, though it is read first", async () => {
  const stack = await given();
  const { fake } = await stack.addShop();
  for (let reservation = 0; reservation < 3; reservation += 1) fake.buyer.reserve();
  const promised = fake.consumers.reduce((sum, { count }) => sum + count, 0);
  const pick = fake.owner.pick();
  await pass(stack, 6 * MINUTE, "picks_cut");
  // Long enough for open orders to be read again.
  for (let turn = 0; turn < 15; turn += 1) await pass(stack, 6 * MINUTE);
  expect(await held(stack)).toBe(promised);
  const open = await stack.rows("select external_id from orders where open and gone_at is null");
  expect(open).toEqual([{ external_id: pick }]);
});
