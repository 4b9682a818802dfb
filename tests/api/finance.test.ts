/** What orders should have brought, how long they wait, commission due back, and the worklist. */
import { beforeEach, describe, expect, it } from "vitest";
import type { z } from "zod";
import {
  ageingSchema,
  commissionDueSchema,
  financeProblemSchema,
  orderMoneySchema,
} from "../../src/api/schemas/finance.ts";
import { SETTLED_STATES } from "../../src/core/finance/expected.ts";
import type { IngestStore } from "../../src/core/ingest/types.ts";
import type { LedgerEntry, Order } from "../../src/core/model/records.ts";
import { exampleOrder, ingestExamples, orderDocument } from "../support/example.ts";
import { exampleEntry, exampleSettlement, statementDocument } from "../support/example-money.ts";
import type { GivenApi } from "./given-api.ts";
import { givenFinance } from "./given-finance.ts";

const eur = (amount: string) => ({ amount, currency: "EUR" });
const DAY = 86_400_000;

let api: GivenApi & { finance: string };
let store: IngestStore;

beforeEach(async () => {
  api = await givenFinance("2026-03-20T08:00:00Z");
  store = await api.store();
});

const day = (text: string) => new Date(`2026-${text}T09:00:00Z`);
const order = (externalId: string, total: string, overrides: Partial<Order> = {}) =>
  orderDocument(
    exampleOrder({
      externalId,
      externalNumber: externalId,
      total: eur(total),
      status: "completed",
      placedAt: day("02-02"),
      paidAt: day("02-02"),
      ...overrides,
    }),
  );
const givenOrders = (...documents: ReturnType<typeof order>[]) =>
  ingestExamples(api.engine, store, "orders", documents);
const load = async (
  entries: LedgerEntry[],
  { externalId = "S1", payout }: { externalId?: string; payout?: string } = {},
) => {
  const rows = entries.map((entry) => ({ ...entry, settlementExternalId: externalId }));
  const settlement = exampleSettlement({ externalId, ...(payout === undefined ? {} : { payout: eur(payout) }) });
  await ingestExamples(api.engine, store, "settlements", [statementDocument(settlement, rows)]);
  await api.send(api.finance, "POST /v1/reconciliation");
};
const list = async <T extends z.ZodType>(schema: T, path: string, key = api.finance): Promise<z.output<T>[]> => {
  const answer = await api.send(key, `GET /v1/reconciliation/${path}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.body.data.map((row: unknown) => schema.parse(row));
};
const orders = (query = "") => list(orderMoneySchema, `orders${query}`);
const worklist = (query = "") => list(financeProblemSchema, `worklist${query}`);
const sold = (id: string, sale: string, fee: string, postedAt = day("02-07")) => [
  exampleEntry(`${id}-sale`, sale, { orderExternalId: id, postedAt }),
  exampleEntry(`${id}-fee`, fee, { orderExternalId: id, kind: "commission", postedAt }),
];

/** Twenty settled orders of 20 to 39 EUR, which cost 10 % each and took five days. */
async function givenUsual(count = 20): Promise<void> {
  const ids = Array.from({ length: count }, (_, i) => i);
  await givenOrders(...ids.map((i) => order(`U${i}`, `${20 + i}.00`)));
  await load(
    ids.flatMap((i) => sold(`U${i}`, `${20 + i}.00`, `-${(2 + i / 10).toFixed(2)}`)),
    { externalId: "USUAL" },
  );
}

describe("what an order should have brought", () => {
  it("is never said without a basis, and with one it is that share of its total", async () => {
    await givenUsual(19);
    await givenOrders(order("NEW", "100.00", { placedAt: day("03-15"), paidAt: day("03-15") }));
    const newest = async () => (await orders("?limit=1"))[0];
    expect(await newest()).toMatchObject({
      external_id: "NEW",
      state: "unsettled",
      expected: null,
      difference: null,
      basis: null,
      patience_days: 30,
      age_days: 4,
      since_event: "paid",
    });
    await givenUsual(20);
    expect(await newest()).toMatchObject({
      state: "unsettled",
      expected: eur("90.00"),
      received: eur("0.00"),
      difference: eur("-90.00"),
      patience_days: 8,
      basis: { orders: 20, share: "0.900000", low: "0.900000", days: 5 },
    });
  });

  it("S64 takes refunds off; what brought less than is usual is short, more is over", async () => {
    await givenUsual();
    await givenOrders(
      order("FAIR", "50.00"),
      order("SHORT", "50.00"),
      order("OVER", "50.00"),
      order("HALF", "50.00", { refunded: eur("25.00"), paymentStatus: "partially_refunded" }),
      order("BACK", "50.00", { refunded: eur("50.00"), paymentStatus: "refunded" }),
    );
    const back = { kind: "refund", orderExternalId: "HALF" } as const;
    await load([
      ...sold("FAIR", "50.00", "-5.01"),
      ...sold("SHORT", "50.00", "-5.03"),
      ...sold("OVER", "50.00", "-4.97"),
      ...sold("HALF", "50.00", "-5.00"),
      exampleEntry("half-back", "-25.00", back),
      exampleEntry("half-fee-back", "2.50", { orderExternalId: "HALF", kind: "commission" }),
    ]);
    const said = Object.fromEntries((await orders()).map((row) => [row.external_id, row]));
    expect(said.FAIR).toMatchObject({ state: "as_expected", expected: eur("45.00"), received: eur("44.99") });
    expect(said.SHORT).toMatchObject({ state: "short", difference: eur("-0.03") });
    expect(said.OVER).toMatchObject({ state: "over", difference: eur("0.03") });
    expect(said.HALF).toMatchObject({ state: "as_expected", refunded: eur("25.00"), expected: eur("22.50") });
    expect(said.BACK).toMatchObject({ state: "nothing_due", expected: eur("0.00") });
    expect((await orders("?state=short")).map((row) => row.external_id)).toEqual(["SHORT"]);
    // Looked for by its state an order says the same as among all.
    await givenOrders(order("WAITS", "30.00"));
    await load([exampleEntry("waits-fee", "-1.00", { orderExternalId: "WAITS", kind: "commission" })], {
      externalId: "S2",
    });
    const all = await orders();
    for (const state of SETTLED_STATES)
      expect(await orders(`?state=${state}`), state).toEqual(all.filter((row) => row.state === state));
    expect(new Set(all.map((row) => row.state)).size).toBe(5);
  });

  it("S65 is compared with nothing where money came in another currency", async () => {
    await givenUsual();
    await givenOrders(order("A", "50.00"));
    await load([exampleEntry("a", "54.00", { orderExternalId: "A", currency: "USD" })]);
    expect((await orders()).find((row) => row.external_id === "A")).toMatchObject({
      state: "no_basis",
      received: eur("0.00"),
      difference: null,
      entries_of_other_currencies: 1,
    });
  });

  it("ages from the first parcel on, else from the payment; what is cancelled or unpaid waits for nothing", async () => {
    await givenUsual();
    await givenOrders(
      order("SENT", "10.00"),
      order("PAID", "20.00", { placedAt: day("03-12"), paidAt: day("03-11") }),
      order("UNPAID", "30.00", { paymentStatus: "unpaid", paidAt: null }),
      order("CANCELLED", "40.00", { status: "cancelled" }),
      order("OLD", "40.00", { placedAt: day("01-31") }),
    );
    await api.db.query(
      `insert into shipments (id, store_id, external_id, order_id, order_external_id, status, fulfilled_by, shipped_at, read_seq, synced_at)
       select gen_random_uuid(), store_id, 'P', id, external_id, 'in_transit', 'seller', $1::timestamptz, 1, now() from orders where external_id = 'SENT'`,
      [day("02-20").toISOString()],
    );
    const ageing = await list(ageingSchema, "ageing");
    expect(ageing).toEqual([
      {
        store_id: store.id,
        store: "Example store",
        currency: "EUR",
        buckets: [
          { days_from: 8, days_until: 14, orders: 1, total: eur("20.00"), expected: eur("18.00") },
          { days_from: 15, days_until: 30, orders: 1, total: eur("10.00"), expected: eur("9.00") },
        ],
      },
    ]);
  });

  it("tells commission that is due back after a refund, in proportion, less what came back", async () => {
    await givenOrders(...["WHOLE", "PART", "GIVEN"].map((id) => order(id, "100.00")));
    const back = (id: string, amount: string, kind: LedgerEntry["kind"] = "refund") =>
      exampleEntry(`${id}-${kind}-back`, amount, { kind, orderExternalId: id });
    await load([
      ...["WHOLE", "PART", "GIVEN"].flatMap((id) => sold(id, "100.00", "-5.00")),
      back("WHOLE", "-100.00"),
      back("PART", "-33.33"),
      back("PART", "1.00", "commission"),
      back("GIVEN", "-50.00"),
      back("GIVEN", "2.50", "commission"),
    ]);
    const due = await list(commissionDueSchema, "commission");
    expect(Object.fromEntries(due.map((row) => [row.external_id, row.due.amount]))).toEqual({
      WHOLE: "5.00",
      PART: "0.67",
    });
    expect(due[0]).toMatchObject({ sale: eur("100.00"), commission_charged: eur("-5.00") });
  });
});

describe("the worklist", () => {
  it("S60 S61 S62 holds each kind with its evidence and next step", async () => {
    await givenUsual();
    await givenOrders(
      order("SHORT", "50.00"),
      order("LATE", "50.00"),
      order("TWICE", "50.00"),
      order("SOON", "50.00", { placedAt: day("03-15"), paidAt: day("03-15") }),
    );
    await load([...sold("SHORT", "50.00", "-6.00"), ...sold("TWICE", "50.00", "-5.00")]);
    await load(
      [
        exampleEntry("again", "50.00", { orderExternalId: "TWICE", postedAt: day("02-08") }),
        exampleEntry("again-fee", "-5.00", { orderExternalId: "TWICE", kind: "commission", postedAt: day("02-08") }),
        exampleEntry("nobody's", "-0.70", { kind: "commission", orderExternalId: "GONE-1" }),
      ],
      { externalId: "S2", payout: "44.31" },
    );
    const rows = await worklist();
    expect(rows.map(({ kind, external_id, amount }) => [kind, external_id, amount.amount])).toEqual([
      ["unbalanced", "S2", "0.01"],
      ...[
        ["duplicate", "again", "50.00"],
        ["duplicate", "again-fee", "-5.00"],
      ].sort(
        (a, b) => rows.findIndex((row) => row.external_id === a[1]) - rows.findIndex((row) => row.external_id === b[1]),
      ),
      ["short_paid", "SHORT", "-1.00"],
      ["unsettled", "LATE", "45.00"],
      ["unexplained", "nobody's", "-0.70"],
    ]);
    const by = (id: string) => rows.find((row) => row.external_id === id);
    expect(by("S2")?.evidence).toMatchObject({ payout: "44.31", entries: 3, sums: { EUR: "44.30" } });
    expect(by("again")?.evidence).toMatchObject({
      same_as: "TWICE-sale",
      same_as_settlement: "S1",
      order_total: "50.00",
      sum_of_kind: "100.00",
    });
    expect(by("SHORT")?.evidence).toMatchObject({ expected: "45.00", received: "44.00", basis: { orders: 22 } });
    expect(by("LATE")?.evidence).toMatchObject({ since_event: "paid", age_days: 45, patience_days: 8 });
    expect(by("nobody's")?.evidence).toMatchObject({ order_external_id: "GONE-1", attempts: 1 });
    expect(rows.every((row) => row.next_step.length > 40)).toBe(true);
    expect((await worklist("?kind=unsettled")).map((row) => row.external_id)).toEqual(["LATE"]);
    const limited = await api.key("finance", [(await api.store({ name: "Other" })).id]);
    expect(await list(financeProblemSchema, "worklist", limited)).toEqual([]);
    expect(await list(financeProblemSchema, `worklist?store=${store.id}`, limited)).toEqual([]);
    const paged: unknown[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const answer = await api.send(
        api.finance,
        `GET /v1/reconciliation/worklist?limit=1${cursor && `&cursor=${cursor}`}`,
      );
      paged.push(...answer.body.data.map((row: { external_id: string }) => row.external_id));
      cursor = answer.body.next;
    }
    expect(paged).toEqual(rows.map((row) => row.external_id));
  });

  it("S63 S64 calls nothing a duplicate that may be two things of the same price", async () => {
    await givenOrders(order("TWO", "20.00"));
    const of = { orderExternalId: "TWO" };
    await load([
      exampleEntry("one", "10.00", of),
      exampleEntry("two", "10.00", of),
      exampleEntry("fee one", "-1.00", { ...of, kind: "commission" }),
      exampleEntry("fee two", "-1.00", { ...of, kind: "commission" }),
      exampleEntry("back one", "-5.00", { ...of, kind: "refund" }),
      exampleEntry("back two", "-5.00", { ...of, kind: "refund" }),
      exampleEntry("hold", "-5.00", { kind: "reserve" }),
      exampleEntry("release", "5.00", { kind: "reserve" }),
    ]);
    expect(await worklist("?kind=duplicate")).toEqual([]);
    api.clock.advance(3 * DAY);
    expect(await worklist()).toEqual([]);
  });
});
