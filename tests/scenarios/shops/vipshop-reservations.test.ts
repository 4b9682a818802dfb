/** Consumer orders that a supplier has promised: their units are held once, from whichever list is read first to their end. */
import { expect, it } from "vitest";
import { givenVipshop, MINUTE, pass, type Stack } from "../vipshop-stack.ts";

const GOODS = [{ sku: "6901234567892", name: "Dress", price: "112.00", stock: 40 }];

const held = (stack: Stack) => stack.count("select coalesce(sum(hold_quantity), 0) as n from order_lines");
const open = (stack: Stack) => stack.rows("select external_id from orders where open and gone_at is null");

it("a reservation that was cancelled holds nothing, though its end is read first", async () => {
  const stack = await givenVipshop(["jit"], { skus: GOODS });
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
  const stack = await givenVipshop(["jit"], { skus: GOODS });
  const { fake } = await stack.addShop();
  for (let reservation = 0; reservation < 3; reservation += 1) fake.buyer.reserve();
  const promised = fake.consumers.reduce((sum, { count }) => sum + count, 0);
  const pick = fake.owner.pick();
  await pass(stack, 6 * MINUTE, "picks_cut");
  // Long enough for open orders to be read again.
  for (let turn = 0; turn < 15; turn += 1) await pass(stack, 6 * MINUTE);
  expect(await held(stack)).toBe(promised);
  expect(await open(stack)).toEqual([{ external_id: pick }]);
});

it.each([
  ["an order of JITX", true, ["reserved", "jitx_changed"]],
  ["an order of JITX", true, ["jitx_changed", "reserved"]],
  ["a request for a warehouse", false, ["reserved", "jitx_requests"]],
  ["a request for a warehouse", false, ["jitx_requests", "reserved"]],
])("units of a reservation that becomes %s are held once (%#)", async (_name, isTaken, streams) => {
  const stack = await givenVipshop(["jit", "jitx"], { skus: GOODS });
  const { fake } = await stack.addShop();
  const reservation = fake.buyer.reserve();
  const promised = fake.consumers.reduce((sum, { count }) => sum + count, 0);
  const read = async (stream: string) => {
    await pass(stack, 6 * MINUTE, stream);
    expect(await held(stack)).toBe(promised);
  };
  if (streams[0] === "reserved") await read("reserved");
  const order = fake.buyer.orderReserved(reservation, isTaken);
  for (const stream of streams) await read(stream);
  for (let turn = 0; turn < 4; turn += 1) await pass(stack, 6 * MINUTE);
  expect(await held(stack)).toBe(promised);
  expect(await open(stack)).toEqual([{ external_id: order }]);
});
