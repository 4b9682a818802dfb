import { expect, it } from "vitest";
import { createJdFake, type JdFake, type JdFakeOptions } from "../../../src/fakes/jd/index.ts";
import { givenFakeStack } from "../fake-stack.ts";
import { expectOwnOrders, liveAnHour, settle, sorted, statesOf, sumsOf, unknownIn } from "../hour.ts";
import { addMoney } from "../taobao-sums.ts";

const QUOTAS = { app: { capacity: 5000 }, shop: { capacity: 5000, concurrency: 8 }, method: { capacity: 5000 } };
const ORDER_STATES = [
  "DISTRIBUTION_CENTER_RECEIVED",
  "FINISHED_L",
  "LOCKED",
  "NOT_PAID",
  "PARENT_TRADE_CANCELED",
  "PAUSE",
  "POP_ORDER_PAUSE",
  "RECEIPTS_CONFIRM",
  "SEND_TO_DISTRIBUTION_CENER",
  "TRADE_CANCELED",
  "WAIT_GOODS_RECEIVE_CONFIRM",
  "WAIT_SELLER_DELIVERY",
  "WAIT_SELLER_STOCK_OUT",
  "WAIT_SEND_CODE",
];
/** Applications to refund, then service orders, then claims. */
const DISPUTE_STATES = [
  ...["0", "1", "2", "3", "4", "5", "6", "7", "9"],
  ...[
    "1100",
    "10000",
    "10001",
    "10002",
    "10004",
    "10005",
    "10006",
    "10007",
    "10009",
    "10010",
    "10011",
    "10012",
    "10013",
  ],
  ...["10041", "12000", "13000", "14000", "claim"],
];
const UNPAID = "1";
const DAY = 86_400_000;
const yuan = (fen: number): string => addMoney("0", (fen / 100).toFixed(2));

it("follows an hour of life: orders, lines, money, parcels, disputes and bills are the shop's own", async () => {
  const stack = await givenFakeStack<JdFake, JdFakeOptions>(
    {
      make: (common, own) => createJdFake({ orders: 0, ...common, ...own }),
      settings: { quotas: QUOTAS, unpaid_orders: true, fbp_orders: "on" },
    },
    new Date("2026-03-02T02:00:00Z"),
  );
  const shop = await stack.addShop({ seed: 1 });
  const { fake } = shop;
  // A state that nobody knows, in one order.
  let planted: string | null = null;
  shop.tamper((text) => {
    const at = planted === null ? -1 : text.indexOf(`"orderId":"${planted}"`);
    return at < 0
      ? text
      : text.slice(0, at) + text.slice(at).replace(/"orderState":"[A-Z_]+"/, '"orderState":"ZZ_PLANTED"');
  });
  await liveAnHour(stack, shop, () => {
    planted ??= [...fake.orders.values()].find((order) => order.state === "WAIT_SELLER_STOCK_OUT")?.id ?? null;
  });
  expect([...statesOf(fake.events, "order_placed", "order_changed")].sort()).toEqual(ORDER_STATES);
  expect([...statesOf(fake.events, "dispute_opened", "dispute_changed")].sort()).toEqual([...DISPUTE_STATES].sort());
  await settle(stack, shop);
  await expectOwnOrders(stack, shop, {
    statusOf: (id, status) => (id === planted ? "ZZ_PLANTED" : status === "NOT_PAID" ? UNPAID : status),
    // What a state means that nobody knows, nobody says.
    refundedOf: (id, refunded) => (id === planted ? "0" : refunded),
    // Before it is paid, an order tells what is left to be paid, and nothing of a balance.
    totalOf: (id, total) => {
      const order = fake.orders.get(id);
      return order?.state === "NOT_PAID" ? addMoney(total, `-${yuan(order.balance)}`) : total;
    },
  });

  const disputes = await stack.rows<Record<"external_id" | "external_status", string>>(
    "select external_id, external_status from disputes where gone_at is null and system <> 'claim'",
  );
  expect(sorted(disputes.map((row) => [row.external_id, row.external_status]))).toEqual(
    sorted([
      ...[...fake.refunds.values()].map((one) => [`refund:${one.id}`, String(one.status)]),
      ...[...fake.services.values()].map((one) => [`service:${one.id}`, String(one.status)]),
    ]),
  );
  expect(await stack.count("select count(*) as n from disputes where gone_at is null")).toBe(
    fake.books().counts.disputes,
  );
  expect(await stack.count("select count(*) as n from shipments where gone_at is null")).toBe(
    fake.books().counts.shipments,
  );
  expect(await unknownIn(stack, "orders")).toEqual([planted]);
  expect(await stack.count("select count(*) as n from rejected_records")).toBe(0);
  // What the platform does not explain is shown, and not guessed: claims, applications in 6, 7 and 9, other results.
  const applications = [...fake.refunds.values()].filter((one) => [6, 7, 9].includes(one.status));
  const services = [...fake.services.values()].filter(
    (one) =>
      one.status === 10010 &&
      ![70, 80, 100].includes(one.processResult) &&
      !(one.processResult === 0 && one.expect === 10),
  );
  const claims = await stack.rows<{ external_id: string }>("select external_id from disputes where system = 'claim'");
  expect(sorted((await unknownIn(stack, "disputes")).map((id) => [id]))).toEqual(
    sorted([
      ...applications.map((one) => [`refund:${one.id}`]),
      ...services.map((one) => [`service:${one.id}`]),
      ...claims.map((row) => [row.external_id]),
    ]),
  );

  // A day's bill is closed on the next morning.
  stack.clock.advance(DAY);
  fake.books();
  await stack.work();
  await settle(stack, shop);
  expect(await sumsOf(stack, "bills")).toEqual(billsOf(fake));
  expect(await stack.count("select count(*) as n from settlements")).toBe(fake.books().counts.settlements);
});

/** What each fee of the bill is called. */
const KINDS: Readonly<Record<string, string>> = {
  货款: "sale",
  佣金: "commission",
  运费险: "service_fee",
  "平台券/京豆补贴": "platform_subsidy",
  退货金额: "refund",
  售后卖家赔付费: "adjustment",
  价保返佣: "commission",
  广告联合活动降扣: "advertising_fee",
  "仓配/配送费": "fulfilment_fee",
  代收配送费: "shipping_fee",
  交易服务费: "payment_fee",
};

function billsOf({ fees }: JdFake): Record<string, { amount: string; count: number }> {
  const sums: Record<string, { amount: string; count: number }> = {};
  for (const { name, amount, direction } of fees) {
    const kind = KINDS[name] ?? name;
    const known = sums[kind] ?? { amount: "0", count: 0 };
    sums[kind] = { amount: addMoney(known.amount, yuan(direction === 1 ? amount : -amount)), count: known.count + 1 };
  }
  return sums;
}
