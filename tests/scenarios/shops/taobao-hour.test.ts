/** An hour in which a shop lives by itself and the engine follows: at its end both have the same books. */
import { expect, it } from "vitest";
import type { FakeEvent } from "../../../src/fakes/fake.ts";
import { givenTaobaoStack, type TaobaoShop, type TaobaoStack } from "../taobao-stack.ts";
import { addMoney, type Sums } from "../taobao-sums.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const TRADE_STATUSES = 12;
const REFUND_STATUSES = 13;
const yuan = (fen: number): string => addMoney("0", (fen / 100).toFixed(2));

const sorted = (rows: readonly (readonly unknown[])[]) =>
  [...rows].sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1));

/** Reads until the shop has nothing new to tell. */
async function settle(stack: TaobaoStack, { fake }: TaobaoShop): Promise<void> {
  for (let before = -1; before !== fake.events.length; ) {
    before = fake.events.length;
    // The lists end a minute ago.
    stack.clock.advance(5 * MINUTE);
    fake.books();
    await stack.work();
  }
}

it("follows an hour of life: orders, lines, money, disputes and bills are the shop's own", async () => {
  const stack = await givenTaobaoStack(new Date("2026-03-02T02:00:00Z"));
  const shop = await stack.addShop({
    sellerType: "B",
    appKind: "in_house",
    seed: 1,
    skus: undefined as never,
    settings: { app: { kind: "in_house" } },
  });
  const { fake } = shop;
  // A status that nobody knows, in one trade and in one refund.
  const planted: { trade: string | null; refund: string | null } = { trade: null, refund: null };
  shop.tamper((text) => {
    if (planted.trade !== null && text.startsWith('{"trade":{') && text.includes(planted.trade))
      return text.replace(/("status":")[A-Z_]+"/, '$1ZZ_PLANTED"');
    if (planted.refund !== null && text.startsWith('{"refund":{') && text.includes(planted.refund))
      return text.replace(/("status":")[A-Z_]+"/, '$1ZZ_PLANTED"');
    return text;
  });
  for (let minute = 0; minute < 60; minute += 1) {
    fake.tick(MINUTE);
    planted.trade ??= idOf(fake.events, "order_placed");
    planted.refund ??= idOf(fake.events, "dispute_opened");
    stack.clock.advance(MINUTE);
    if (minute % 10 === 9) await stack.work();
  }
  expect(new Set(statusesOf(fake.events, "order_placed", "order_changed")).size).toBe(TRADE_STATUSES);
  expect(new Set(statusesOf(fake.events, "dispute_opened", "dispute_changed")).size).toBe(REFUND_STATUSES);
  await settle(stack, shop);

  const books = fake.books();
  expect(books.counts.orders).toBeGreaterThan(40);
  const ours = await stack.rows<Record<"external_id" | "external_status" | "status" | "total" | "refunded", string>>(
    "select external_id, external_status, status, total, refunded from orders where gone_at is null",
  );
  const special = specialRefunds(shop);
  expect(
    sorted(
      ours.map((row) => [row.external_id, row.external_status, addMoney("0", row.total), addMoney("0", row.refunded)]),
    ),
  ).toEqual(
    sorted(
      [...books.orders.values()].map((fact) => [
        fact.orderId,
        fact.orderId === planted.trade ? "ZZ_PLANTED" : fact.status,
        addMoney("0", fact.total),
        addMoney(fact.refunded, `-${special.get(fact.orderId) ?? "0"}`),
      ]),
    ),
  );
  const lines = await stack.rows<{ line: string; quantity: number; variant: string }>(
    "select external_id as line, quantity, variant_external_id as variant from order_lines",
  );
  expect(sorted(lines.map((row) => [row.line, Number(row.quantity), row.variant]))).toEqual(
    sorted(
      [...books.orders.values()].flatMap((fact) =>
        fact.lines.map((line) => [line.lineId, line.quantity, line.variantId]),
      ),
    ),
  );

  const disputes = await stack.rows<{ external_id: string; external_status: string; status: string; amount: string }>(
    "select external_id, external_status, status, amount from disputes where gone_at is null",
  );
  expect(disputes.length).toBe(books.counts.disputes);
  expect(sorted(disputes.map((row) => [row.external_id, row.external_status, addMoney("0", row.amount)]))).toEqual(
    sorted(
      [...fake.refunds.values()].map((refund) => [
        refund.id,
        refund.id === planted.refund ? "ZZ_PLANTED" : refund.status,
        yuan(refund.fee),
      ]),
    ),
  );
  expect(await stack.count("select count(*) as n from shipments where gone_at is null")).toBe(books.counts.shipments);

  // Nothing is unknown but what was planted, and nothing was set aside.
  expect(ours.filter((row) => row.status === "unknown").map((row) => row.external_id)).toEqual([planted.trade]);
  expect(disputes.filter((row) => row.status === "unknown").map((row) => row.external_id)).toEqual([planted.refund]);
  expect(await stack.count("select count(*) as n from shipments where status = 'unknown'")).toBe(0);
  expect(await stack.count("select count(*) as n from rejected_records")).toBe(0);

  // Bills are asked for by the hour, and the bank tells on the next morning.
  stack.clock.advance(40 * HOUR);
  fake.books();
  await stack.work();
  await settle(stack, shop);
  stack.clock.advance(HOUR);
  await stack.work();
  expect(await sumsOf(stack, "bills")).toEqual(billsOf(shop));
  expect(await sumsOf(stack, "journal")).toEqual(journalOf(shop));
  expect(await sumsOf(stack, "alipay")).toEqual(statementOf(shop, stack.clock.now()));
  const statements = await stack.rows<{ total: string; entries: string }>(
    `select s.total, (select sum(amount) from ledger_entries e where e.settlement_id = s.id) as entries from settlements s`,
  );
  expect(statements.length).toBe(fake.books().counts.settlements);
  for (const { total, entries } of statements) expect(addMoney("0", entries)).toBe(addMoney("0", total));
});

const idOf = (events: readonly FakeEvent[], kind: "order_placed" | "dispute_opened"): string | null => {
  const event = events.find((one) => one.kind === kind);
  return event === undefined
    ? null
    : "disputeId" in event
      ? event.disputeId
      : "orderId" in event
        ? event.orderId
        : null;
};

const statusesOf = (events: readonly FakeEvent[], ...kinds: string[]) =>
  events.flatMap((event) => (kinds.includes(event.kind) && "status" in event && event.status ? [event.status] : []));

/** Money of price protection and cash back by trade, which trades do not tell of. */
function specialRefunds({ fake }: TaobaoShop): Map<string, string> {
  const found = new Map<string, string>();
  for (const refund of fake.refunds.values())
    if (refund.special !== null && refund.status === "SUCCESS")
      found.set(refund.tid, addMoney(found.get(refund.tid) ?? "0", yuan(refund.fee)));
  return found;
}

/** Sums of a book by kind, and how many entries there are. */
async function sumsOf(stack: TaobaoStack, book: string): Promise<Sums> {
  const rows = await stack.rows<{ kind: string; amount: string; n: string }>(
    "select kind, sum(amount) as amount, count(*) as n from ledger_entries where book = $1 group by kind",
    [book],
  );
  return Object.fromEntries(
    rows.map(({ kind, amount, n }) => [kind, { amount: addMoney("0", amount), count: Number(n) }]),
  );
}

/** What each of the shop's own movements is called in the ledger of fees, and in the bank's statement. */
const KINDS: Readonly<Record<string, { bill: string | null; bank: string }>> = {
  sale: { bill: "sale", bank: "sale" },
  refund: { bill: "refund", bank: "refund" },
  commission: { bill: "commission", bank: "commission" },
  payment_fee: { bill: "service_fee", bank: "payment_fee" },
  credit_fee: { bill: "service_fee", bank: "payment_fee" },
  affiliate: { bill: "service_fee", bank: "advertising_fee" },
  points: { bill: "seller_discount", bank: "seller_discount" },
  insurance: { bill: "service_fee", bank: "service_fee" },
  compensation: { bill: "other", bank: "adjustment" },
  subsidy: { bill: "other", bank: "other" },
  payout: { bill: null, bank: "payout" },
};

function totals(entries: readonly { kind: string | null; fen: number }[]): Sums {
  const sums: Sums = {};
  for (const { kind, fen } of entries) {
    if (kind === null) continue;
    const known = sums[kind] ?? { amount: "0", count: 0 };
    sums[kind] = { amount: addMoney(known.amount, yuan(fen)), count: known.count + 1 };
  }
  return sums;
}

const billsOf = ({ fake }: TaobaoShop): Sums =>
  totals(fake.ledger.map(({ kind, amount }) => ({ kind: KINDS[kind]?.bill ?? null, fen: amount })));

const JOURNAL: Readonly<Record<number, { kind: string; sign: 1 | -1 }>> = {
  101: { kind: "adjustment", sign: 1 },
  102: { kind: "adjustment", sign: -1 },
  103: { kind: "reserve", sign: -1 },
  104: { kind: "reserve", sign: 1 },
  105: { kind: "adjustment", sign: 1 },
  106: { kind: "adjustment", sign: -1 },
};

const journalOf = ({ fake }: TaobaoShop): Sums =>
  totals(
    fake.journal.map(({ type, amount }) => ({
      kind: JOURNAL[type]?.kind ?? null,
      fen: amount * (JOURNAL[type]?.sign ?? 1),
    })),
  );

/** The days that are closed: all but today and, before nine, yesterday. */
function statementOf({ fake }: TaobaoShop, now: Date): Sums {
  const dayAt = (seconds: number) => Math.floor((seconds + 8 * 3600) / 86_400);
  const last = dayAt(now.getTime() / 1000 - 34 * 3600);
  return totals(
    fake.ledger
      .filter((entry) => dayAt(entry.at) <= last)
      .map((entry) => ({ kind: KINDS[entry.kind]?.bank ?? null, fen: entry.amount })),
  );
}
