/** An hour in which a shop lives by itself and the engine follows: at its end both have the same books. */
import { expect, it } from "vitest";
import type { ShopifyFake } from "../../../src/fakes/shopify/index.ts";
import { financialStatus, fulfillmentStatus } from "../../../src/fakes/shopify/totals.ts";
import { expectOwnOrders, firstId, liveAnHour, settle, sorted, unknownIn } from "../hour.ts";
import { givenShopify, type ShopifyShop, type ShopifyStack, withWord } from "../shopify-stack.ts";
import { addMoney } from "../taobao-sums.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const PLANTED = "ZZ_PLANTED";
/** The word that says so is younger than the version that is asked. */
const YOUNG = "FULFILLMENT_NOT_REQUIRED";

const WORDS = {
  financial: "AUTHORIZED EXPIRED PAID PARTIALLY_PAID PARTIALLY_REFUNDED PENDING REFUNDED VOIDED",
  fulfilment:
    "FULFILLED FULFILLMENT_NOT_REQUIRED IN_PROGRESS ON_HOLD OPEN PARTIALLY_FULFILLED PENDING_FULFILLMENT REQUEST_DECLINED RESTOCKED SCHEDULED UNFULFILLED",
  parcel:
    "ATTEMPTED_DELIVERY CANCELED CARRIER_PICKED_UP CONFIRMED DELAYED DELIVERED FAILURE FULFILLED IN_TRANSIT LABEL_PRINTED LABEL_PURCHASED LABEL_VOIDED MARKED_AS_FULFILLED NOT_DELIVERED OUT_FOR_DELIVERY PICKED_UP READY_FOR_PICKUP SUBMITTED",
  return: "CANCELED CLOSED DECLINED OPEN REQUESTED",
  dispute: "ACCEPTED CHARGE_REFUNDED LOST NEEDS_RESPONSE PREVENTED UNDER_REVIEW WON",
  payout: "CANCELED FAILED IN_TRANSIT PAID SCHEDULED",
};
const TRANSACTION_TYPES = 113;

const gid = (kind: string, id: number): string => `gid://shopify/${kind}/${id}`;
const dollars = (cents: number): string => addMoney("0", (cents / 100).toFixed(2));

/** Notes every word that the shop's records have at this moment. */
function see(fake: ShopifyFake, seen: Record<keyof typeof WORDS, Set<string>>): void {
  for (const order of fake.orders.values()) {
    seen.financial.add(financialStatus(order));
    seen.fulfilment.add(fulfillmentStatus(order));
    for (const { display } of order.parcels) seen.parcel.add(display);
  }
  for (const { status } of fake.returns.values()) seen.return.add(status);
  for (const { status } of fake.disputes.values()) seen.dispute.add(status);
  for (const { status } of fake.payouts) seen.payout.add(status);
}

it("follows an hour of life: orders, lines, parcels, refunds, returns, disputes, payouts and their lines are the shop's own", async () => {
  const stack = await givenShopify(new Date("2026-03-02T02:00:00Z"));
  const shop = await stack.addShop({ seed: 1 });
  const { fake } = shop;
  // Words that nobody knows, in one order and in one return.
  const planted: { order: string | null; dispute: string | null } = { order: null, dispute: null };
  shop.tamper((text) => {
    const order = planted.order === null ? text : withWord(text, planted.order, "displayFulfillmentStatus", PLANTED);
    return planted.dispute === null ? order : withWord(order, planted.dispute, "status", PLANTED);
  });
  const seen = Object.fromEntries(Object.keys(WORDS).map((name) => [name, new Set()])) as unknown as Record<
    keyof typeof WORDS,
    Set<string>
  >;
  await liveAnHour(stack, shop, () => {
    planted.order ??= firstId(fake.events, "order_placed");
    planted.dispute ??= [...fake.returns.values()][0] ? gid("Return", [...fake.returns.keys()][0] ?? 0) : null;
    see(fake, seen);
  });
  expect(Object.fromEntries(Object.entries(seen).map(([name, words]) => [name, [...words].sort().join(" ")]))).toEqual(
    WORDS,
  );
  expect(new Set(fake.balance.map(({ type }) => type)).size).toBe(TRANSACTION_TYPES);
  await settle(stack, shop);

  await expectOwnOrders(stack, shop, {
    statusOf(id) {
      const order = orderOf(shop, id);
      const word = fulfillmentStatus(order);
      return `${financialStatus(order)}/${id === planted.order ? PLANTED : word === YOUNG ? "UNFULFILLED" : word}`;
    },
  });
  await expectParcels(stack, shop);
  await expectRefunds(stack, shop);
  // Open ones are read again every two hours.
  stack.clock.advance(3 * HOUR);
  await settle(stack, shop);
  await expectDisputes(stack, shop, planted.dispute);
  expect(await unknownIn(stack, "orders")).toEqual([planted.order]);
  expect(await unknownIn(stack, "shipments")).toEqual([]);
  expect(await unknownIn(stack, "disputes")).toEqual([planted.dispute]);
  expect(await stack.count("select count(*) as n from rejected_records")).toBe(0);

  // Lines of the account are given their payout when it is made, and are read for ten days.
  stack.clock.advance(DAY);
  fake.owner.payOut();
  for (let turn = 0; turn < 4; turn += 1) {
    stack.clock.advance(7 * HOUR);
    await stack.work();
  }
  await expectBooks(stack, shop);
});

function orderOf({ fake }: ShopifyShop, id: string) {
  const order = fake.orders.get(Number(/\d+$/.exec(id)?.[0]));
  if (!order) throw new Error(`the shop has no order ${id}`);
  return order;
}

async function expectParcels(stack: ShopifyStack, { fake }: ShopifyShop): Promise<void> {
  const rows = await stack.rows<Record<"external_id" | "external_status" | "tracking_number", string>>(
    "select external_id, external_status, tracking_number from shipments where gone_at is null",
  );
  const parcels = [...fake.orders.values()].flatMap((order) => order.parcels);
  expect(sorted(rows.map((row) => [row.external_id, row.external_status, row.tracking_number]))).toEqual(
    sorted(parcels.map(({ id, display, tracking }) => [gid("Fulfillment", id), display, tracking[0]?.number ?? null])),
  );
}

/** Those that gave money back; one that puts pieces back alone is none. */
async function expectRefunds(stack: ShopifyStack, { fake }: ShopifyShop): Promise<void> {
  const rows = await stack.rows<Record<"external_id" | "amount", string>>("select external_id, amount from refunds");
  const given = [...fake.orders.values()]
    .flatMap((order) => order.refunds)
    .map(({ id, transactions }) => ({ id, cents: transactions.reduce((sum, { amount }) => sum + amount, 0) }))
    .filter(({ cents }) => cents > 0);
  expect(sorted(rows.map((row) => [row.external_id, addMoney("0", row.amount)]))).toEqual(
    sorted(given.map(({ id, cents }) => [gid("Refund", id), dollars(cents)])),
  );
}

async function expectDisputes(stack: ShopifyStack, { fake }: ShopifyShop, planted: string | null): Promise<void> {
  const rows = await stack.rows<Record<"external_id" | "external_status", string>>(
    "select external_id, external_status from disputes where gone_at is null",
  );
  expect(sorted(rows.map((row) => [row.external_id, row.external_status]))).toEqual(
    sorted([
      ...[...fake.returns.values()].map(({ id, status }) => {
        const name = gid("Return", id);
        return [name, name === planted ? PLANTED : status];
      }),
      ...[...fake.disputes.values()].map(({ id, status }) => [gid("ShopifyPaymentsDispute", id), status]),
    ]),
  );
}

async function expectBooks(stack: ShopifyStack, { fake }: ShopifyShop): Promise<void> {
  const rows = await stack.rows<Record<"external_id" | "external_kind" | "amount" | "statement", string>>(
    `select external_id, external_kind, amount, settlement_external_id as statement from ledger_entries
     where book like 'shopify_payments%'`,
  );
  const lines = fake.balance.flatMap(({ id, type, amount, fee, payout }) => {
    const [name, statement] = [gid("ShopifyPaymentsBalanceTransaction", id), payoutOf(type, payout?.id)];
    const line = [name, type, dollars(amount), statement];
    return fee === 0 ? [line] : [line, [`${name}#fee`, `${type}/fee`, dollars(-fee), statement]];
  });
  expect(
    sorted(rows.map((row) => [row.external_id, row.external_kind, addMoney("0", row.amount), row.statement])),
  ).toEqual(sorted(lines));
  const statements = await stack.rows<Record<"external_id" | "external_status" | "state" | "total" | "sum", string>>(
    `select s.external_id, s.external_status, s.state, s.total, coalesce(sum(e.amount), 0) as sum
     from settlements s left join ledger_entries e on e.settlement_external_id = s.external_id
     group by s.id order by s.external_id`,
  );
  expect(
    sorted(
      statements.map((row) => [row.external_id, row.external_status, addMoney("0", row.total), addMoney("0", row.sum)]),
    ),
  ).toEqual(
    sorted(
      fake.payouts.map(({ id, status, net }) => [gid("ShopifyPaymentsPayout", id), status, dollars(net), dollars(net)]),
    ),
  );
  expect(sorted(statements.map((row) => [row.external_id, row.state]))).toEqual(
    sorted(fake.payouts.map(({ id, status }) => [gid("ShopifyPaymentsPayout", id), stateOf(status)])),
  );
}

/** Of one that the bank declined nothing has arrived that could be compared. */
const stateOf = (status: string) => (/^(?:FAILED|CANCELED)$/.test(status) ? "unverified_payout" : "balanced");

/** What was paid out is no part of the sum that it pays. */
const payoutOf = (type: string, id: number | undefined): string | null =>
  id === undefined || type === "TRANSFER" ? null : gid("ShopifyPaymentsPayout", id);
