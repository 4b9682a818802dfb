import { expect, it } from "vitest";
import { createDangdangFake, type DangdangFake, type DangdangFakeOptions } from "../../../src/fakes/dangdang/index.ts";
import { givenFakeStack } from "../fake-stack.ts";
import { expectOwnOrders, firstId, liveAnHour, settle, sorted, statesOf, unknownIn } from "../hour.ts";
import { addMoney } from "../taobao-sums.ts";

const QUOTAS = { app: { capacity: 5000 }, shop: { capacity: 5000, concurrency: 8 } };
const ORDER_STATES = ["-100", "-200", "100", "1000", "101", "1100", "260", "300", "400", "50"];
const REQUEST_STATES = ["-100", "0", "1000", "1100", "300"];
const HOUR = 3_600_000;
const yuan = (fen: number): string => addMoney("0", (fen / 100).toFixed(2));

it("follows an hour of life: orders, lines, money, parcels, requests and refunds are the shop's own", async () => {
  const stack = await givenFakeStack<DangdangFake, DangdangFakeOptions>(
    { make: (common, own) => createDangdangFake({ orders: 0, ...common, ...own }), settings: { quotas: QUOTAS } },
    new Date("2026-03-02T02:00:00Z"),
  );
  const shop = await stack.addShop({ seed: 1 });
  const { fake } = shop;
  // A state that nobody knows, in one order.
  let planted: string | null = null;
  shop.tamper((text) =>
    planted !== null && text.includes("dangdang.order.details.get") && text.includes(`<orderID>${planted}<`)
      ? text.replace(/<orderState>[^<]*</, "<orderState>777<")
      : text,
  );
  await liveAnHour(stack, shop, () => {
    planted ??= firstId(fake.events, "order_placed");
  });
  expect([...statesOf(fake.events, "order_placed", "order_changed")].sort()).toEqual(ORDER_STATES);
  expect([...statesOf(fake.events, "dispute_opened", "dispute_changed")].sort()).toEqual(REQUEST_STATES);
  await settle(stack, shop);
  // Requests and refunds that were read as open are asked for again every six hours.
  stack.clock.advance(7 * HOUR);
  await settle(stack, shop, 2 * HOUR);

  await expectOwnOrders(stack, shop, { statusOf: (id, status) => (id === planted ? "777" : status) });
  const disputes = await stack.rows<Record<"external_id" | "external_status" | "amount", string>>(
    "select external_id, external_status, amount from disputes where gone_at is null",
  );
  expect(sorted(disputes.map((row) => [row.external_id, row.external_status, addMoney("0", row.amount)]))).toEqual(
    sorted([
      ...[...fake.returns.values()].map((one) => [
        `return:${one.code}`,
        String(one.status),
        yuan(one.line.price * one.count),
      ]),
      ...fake.refunds.map((one) => [`refund:${one.id}`, String(one.status), yuan(one.amount)]),
    ]),
  );
  expect(await stack.count("select count(*) as n from refunds")).toBe(
    fake.refunds.filter(({ status }) => status === 2).length,
  );
  expect(await stack.count("select count(*) as n from shipments where gone_at is null")).toBe(
    fake.books().counts.shipments,
  );
  expect(await unknownIn(stack, "orders")).toEqual([planted]);
  expect(await unknownIn(stack, "disputes")).toEqual([]);
  expect(await stack.count("select count(*) as n from rejected_records")).toBe(0);
});
