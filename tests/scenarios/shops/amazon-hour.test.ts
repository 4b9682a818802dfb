/** An hour in which an account lives by itself and the engine follows: at its end both have the same books. */
import { expect, it } from "vitest";
import type { AmazonFake } from "../../../src/fakes/amazon/index.ts";
import { fulfillmentStatus, isPending } from "../../../src/fakes/amazon/order-status.ts";
import { decimal } from "../../../src/fakes/amazon/wire.ts";
import { type AmazonShop, type AmazonStack, givenAmazon, withStatus } from "../amazon-stack.ts";
import { expectOwnOrders, firstId, liveAnHour, MINUTE, settle, sorted, unknownIn } from "../hour.ts";
import { addMoney } from "../taobao-sums.ts";

const HOUR = 60 * MINUTE;
const PLANTED = "ZZ_PLANTED";
/** Where the account sells, and how many lines of settlements occur there, by transaction type, amount type and description. */
const REGIONS = [
  ["Europe", {}, 56],
  // There the platform withholds the tax of what buyers pay.
  ["North America", { marketplaces: ["ATVPDKIKX0DER", "A2EUQ1WTGCTBG2"] }, 59],
] as const;
const WITHHELD = /\/ItemWithheldTax\/MarketplaceFacilitatorTax-/;

const WORDS = {
  order: "CANCELLED PARTIALLY_SHIPPED PENDING PENDING_AVAILABILITY SHIPPED UNFULFILLABLE UNSHIPPED",
  parcel:
    "CANCELLED/LABEL_CANCELLED DELIVERED/DELIVERED IN_TRANSIT/AT_DESTINATION_FC IN_TRANSIT/AT_ORIGIN_FC IN_TRANSIT/OUT_FOR_DELIVERY " +
    "IN_TRANSIT/PICKED_UP PENDING/PENDING_DROP_OFF PENDING/PENDING_PICK_UP PENDING/PENDING_SCHEDULE SHIPPED SHIPPED/DROPPED_OFF " +
    "UNDELIVERABLE/DAMAGED UNDELIVERABLE/LOST UNDELIVERABLE/REJECTED_BY_BUYER UNDELIVERABLE/RETURNED_TO_SELLER " +
    "UNDELIVERABLE/RETURNING_TO_SELLER UNDELIVERABLE/UNDELIVERABLE",
  return: "Approved Closed Denied Pending",
  claim: "Granted Under Review",
  payout: "CANCELLED FAILED IN_TRANSIT NO_PAYOUT PAID STARTED",
  transaction: "DEFERRED DEFERRED_RELEASED RELEASED",
};

const parcelWord = ({ status, detail }: { status: string; detail: string | null }): string =>
  detail === null ? status : `${status}/${detail}`;

/** Notes every word that the account's records have at this moment. */
function see(fake: AmazonFake, seen: Record<keyof typeof WORDS, Set<string>>): void {
  for (const order of fake.orders.values()) {
    seen.order.add(fulfillmentStatus(order));
    for (const parcel of order.parcels) seen.parcel.add(parcelWord(parcel));
  }
  for (const { status, safeT } of fake.returns.values()) {
    seen.return.add(status);
    if (safeT) seen.claim.add(safeT.state);
  }
  for (const { payout } of fake.settlements) seen.payout.add(payout.status);
  for (const { status } of fake.transactions) seen.transaction.add(status);
}

it.each(REGIONS)(
  "follows an hour of life in %s: orders, lines, parcels, returns, claims, statements, transactions and payouts are the account's own",
  async (region, options, lineTypes) => {
    const stack = await givenAmazon(new Date("2026-03-02T02:00:00Z"));
    const shop = await stack.addShop({ seed: 1, ...options });
    const { fake } = shop;
    // A word that nobody knows, in one order.
    let planted: string | null = null;
    shop.tamper((text) => (planted === null ? text : withStatus(text, planted, PLANTED)));
    const seen = Object.fromEntries(Object.keys(WORDS).map((name) => [name, new Set()])) as unknown as Record<
      keyof typeof WORDS,
      Set<string>
    >;
    await liveAnHour(stack, shop, () => {
      planted ??= firstId(fake.events, "order_placed");
      see(fake, seen);
    });
    fake.platformActs.settle();
    expect(
      Object.fromEntries(Object.entries(seen).map(([name, words]) => [name, [...words].sort().join(" ")])),
    ).toEqual(WORDS);
    expect(new Set(linesOf(fake).map(({ kind }) => kind)).size).toBe(lineTypes);
    await settle(stack, shop);
    // Reports are made for a minute; returns and statements are asked for every six hours, payouts every twelve.
    for (const wait of [13 * HOUR, 2 * MINUTE, 2 * MINUTE]) {
      stack.clock.advance(wait);
      await stack.work();
    }

    await expectOwnOrders(stack, byMarketplace(shop), {
      statusOf: (id, status) => (id === planted ? PLANTED : status),
      totalOf: (id, total) => (isPending(orderOf(fake, id)) ? "0" : total),
      // No order tells it: refunds come with statements.
      refundedOf: () => "0",
    });
    await expectParcels(stack, shop);
    await expectDisputes(stack, shop);
    expect(await unknownIn(stack, "orders")).toEqual([planted]);
    expect(await unknownIn(stack, "shipments")).toEqual([]);
    expect(await unknownIn(stack, "disputes")).toEqual([]);
    expect(await stack.count("select count(*) as n from rejected_records")).toBe(0);
    await expectRefunds(stack, shop);
    await expectStatements(stack, shop);
    const withheld = await stack.rows<Record<"kind" | "external_kind", string>>(
      "select kind, external_kind from ledger_entries where external_kind ~ 'MarketplaceFacilitatorTax' order by 2",
    );
    expect(new Set(withheld.map(({ kind }) => kind))).toEqual(new Set(region === "Europe" ? [] : ["tax_withheld"]));
    const names = ["Other", "Principal", "Shipping"].map(
      (name) => `Order/ItemWithheldTax/MarketplaceFacilitatorTax-${name}`,
    );
    const told = withheld.flatMap((row) => (WITHHELD.test(row.external_kind) ? [row.external_kind] : []));
    expect([...new Set(told)]).toEqual(region === "Europe" ? [] : names);
    await expectTransactions(stack, shop);
    await expectPayouts(stack, shop);
  },
);

function orderOf(fake: AmazonFake, id: string) {
  const order = fake.orders.get(id);
  if (!order) throw new Error(`the account has no order ${id}`);
  return order;
}

/** The books with each SKU on the marketplace of its order. */
function byMarketplace({ fake }: AmazonShop): Pick<AmazonShop, "fake"> {
  const books = () => {
    const own = fake.books();
    const orders = [...own.orders.values()].map((fact) => {
      const { id } = orderOf(fake, fact.orderId).marketplace;
      const lines = fact.lines.map((line) => ({ ...line, variantId: `${id}/${line.variantId}` }));
      return [fact.orderId, { ...fact, lines }] as const;
    });
    return { ...own, orders: new Map(orders) };
  };
  return { fake: Object.create(fake, { books: { value: books } }) };
}

async function expectParcels(stack: AmazonStack, { fake }: AmazonShop): Promise<void> {
  const rows = await stack.rows<Record<"external_id" | "external_status" | "tracking_number", string>>(
    "select external_id, external_status, tracking_number from shipments where gone_at is null",
  );
  const parcels = [...fake.orders.values()].flatMap(({ id, parcels: own }) =>
    own.map((parcel) => [`${id}/${parcel.reference}`, parcelWord(parcel), parcel.tracking]),
  );
  expect(sorted(rows.map((row) => [row.external_id, row.external_status, row.tracking_number]))).toEqual(
    sorted(parcels),
  );
}

/** Wishes to cancel, returns of what the seller sent with the claims that come of them, and what statements tell. */
async function expectDisputes(stack: AmazonStack, { fake }: AmazonShop): Promise<void> {
  const rows = await stack.rows<Record<"external_id" | "external_status", string>>(
    "select external_id, external_status from disputes where gone_at is null",
  );
  const wishes = [...fake.orders.values()].flatMap((order) =>
    order.lines
      .filter(({ request }) => request !== null)
      .map(({ id, execution }) => [
        `${order.id}/${id}/cancellation`,
        order.state === "CANCELLED" || execution !== null ? "EXECUTED" : "REQUESTED",
      ]),
  );
  const returns = [...fake.returns.values()]
    .filter(({ order }) => order.fulfilledBy === "MERCHANT")
    .flatMap(({ order, rma, line, status, isClaim, safeT }) => {
      const id = `return:${order.id}/${rma}/${line.sku}`;
      const own = [[id, status]];
      if (isClaim) own.push([`${id}/claim`, "Y"]);
      if (safeT) own.push([`${id}/safe_t`, safeT.state]);
      return own;
    });
  const contested = new Map(
    fake.settlements.flatMap((settlement) =>
      settlement.lines.flatMap(({ type, order }) => {
        const kind = type === "Chargeback Refund" ? "chargeback" : type === "A-to-z Guarantee Refund" ? "claim" : null;
        return kind && order ? [[`${order.id}/${kind}/${settlement.id}`, "SETTLED"] as const] : [];
      }),
    ),
  );
  expect(returns.length * contested.size * wishes.length).toBeGreaterThan(0);
  expect(sorted(rows.map((row) => [row.external_id, row.external_status]))).toEqual(
    sorted([...wishes, ...returns, ...contested]),
  );
}

/** What buyers got back, as far as a statement has told it. */
async function expectRefunds(stack: AmazonStack, { fake }: AmazonShop): Promise<void> {
  const rows = await stack.rows<Record<"external_id" | "amount", string>>("select external_id, amount from refunds");
  const given = new Map<string, string>();
  for (const { id, marketplace, lines } of fake.settlements)
    for (const { type, amountType, adjustment, amount } of lines) {
      if (type !== "Refund" || amountType !== "ItemPrice") continue;
      const name = `${id}/${adjustment}`;
      given.set(name, addMoney(given.get(name) ?? "0", decimal(-amount, marketplace.currency)));
    }
  expect(given.size).toBeGreaterThan(0);
  expect(sorted(rows.map((row) => [row.external_id, addMoney("0", row.amount)]))).toEqual(sorted([...given]));
}

function linesOf(fake: AmazonFake) {
  return fake.settlements.flatMap(({ id, marketplace, lines }) =>
    lines.map(({ type, amountType, description, amount }) => ({
      statement: id,
      kind: `${type}/${amountType}/${description}`,
      amount: addMoney("0", decimal(amount, marketplace.currency)),
    })),
  );
}

/** Line by line; what no table names is other, and told. */
async function expectStatements(stack: AmazonStack, { fake }: AmazonShop): Promise<void> {
  const rows = await stack.rows<Record<"statement" | "external_kind" | "amount" | "kind", string>>(
    `select settlement_external_id as statement, external_kind, amount, kind from ledger_entries where book = 'settlements'`,
  );
  const ordered = (lines: readonly string[]) => [...lines].sort();
  expect(ordered(rows.map((row) => `${row.statement} ${row.external_kind} ${addMoney("0", row.amount)}`))).toEqual(
    ordered(linesOf(fake).map(({ statement, kind, amount }) => `${statement} ${kind} ${amount}`)),
  );
  expect([...new Set(rows.filter(({ kind }) => kind === "other").map((row) => row.external_kind))].sort()).toEqual([
    "Order/OrderFees/COD",
    "Order/OrderFees/OrderFee",
  ]);
  const statements = await stack.rows<Record<"external_id" | "total" | "sum", string>>(
    `select s.external_id, s.total, coalesce(sum(e.amount), 0) as sum
     from settlements s left join ledger_entries e on e.settlement_external_id = s.external_id group by s.id`,
  );
  expect(sorted(statements.map((row) => [row.external_id, addMoney("0", row.total), addMoney("0", row.sum)]))).toEqual(
    sorted(
      fake.settlements.map(({ id, total, marketplace }) => {
        const amount = addMoney("0", decimal(total, marketplace.currency));
        return [id, amount, amount];
      }),
    ),
  );
}

/** Sums by currency; what was held back and released counts once. */
async function expectTransactions(stack: AmazonStack, { fake }: AmazonShop): Promise<void> {
  const rows = await stack.rows<Record<"name" | "sum", string>>(
    `select state || ' ' || currency as name, sum(amount) as sum from ledger_entries where book = 'transactions' group by 1`,
  );
  const sums = new Map<string, string>();
  for (const { status, marketplace, lines } of fake.transactions) {
    if (status === "DEFERRED_RELEASED") continue;
    const name = `${status === "DEFERRED" ? "deferred" : "posted"} ${marketplace.currency}`;
    const total = lines.reduce((sum, { amount }) => sum + amount, 0);
    sums.set(name, addMoney(sums.get(name) ?? "0", decimal(total, marketplace.currency)));
  }
  expect(sorted(rows.map(({ name, sum }) => [name, addMoney("0", sum)]))).toEqual(sorted([...sums]));
}

/** What has left, or is to leave. */
async function expectPayouts(stack: AmazonStack, { fake }: AmazonShop): Promise<void> {
  const rows = await stack.rows<Record<"external_kind" | "amount" | "description", string>>(
    "select description, external_kind, amount from ledger_entries where book = 'payouts'",
  );
  const isOut = (status: string) => status === "STARTED" || status === "IN_TRANSIT" || status === "PAID";
  expect(sorted(rows.map((row) => [row.description, row.external_kind, addMoney("0", row.amount)]))).toEqual(
    sorted(
      fake.settlements
        .filter(({ payout }) => isOut(payout.status))
        .map(({ id, payout, total, marketplace }) => [
          `settlement ${id}`,
          payout.status,
          addMoney("0", decimal(-total, marketplace.currency)),
        ]),
    ),
  );
}
