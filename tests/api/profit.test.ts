import { beforeEach, describe, expect, it } from "vitest";
import type { z } from "zod";
import { profitSchema } from "../../src/api/schemas/profit.ts";
import type { IngestStore } from "../../src/core/ingest/types.ts";
import type { LedgerEntry } from "../../src/core/model/records.ts";
import { exampleLine, exampleOrder, ingestExamples, orderDocument } from "../support/example.ts";
import { exampleEntry, exampleSettlement, statementDocument } from "../support/example-money.ts";
import type { GivenApi } from "./given-api.ts";
import { givenFinance } from "./given-finance.ts";

type Profit = z.output<typeof profitSchema>;
const eur = (amount: string) => ({ amount, currency: "EUR" });

let api: GivenApi & { finance: string };
let store: IngestStore;

beforeEach(async () => {
  api = await givenFinance("2026-03-20T08:00:00Z");
  store = await api.store();
});

const givenOrder = (externalId: string, overrides: Parameters<typeof exampleOrder>[0] = {}, of = store) =>
  ingestExamples(api.engine, of, "orders", [
    orderDocument(
      exampleOrder({
        externalId,
        externalNumber: externalId,
        status: "completed",
        placedAt: new Date("2026-02-25T09:00:00Z"),
        ...overrides,
      }),
    ),
  ]);
const load = async (entries: LedgerEntry[], { externalId = "S1", of = store } = {}) => {
  const rows = entries.map((entry) => ({ ...entry, settlementExternalId: externalId }));
  await ingestExamples(api.engine, of, "settlements", [statementDocument(exampleSettlement({ externalId }), rows)]);
  await api.send(api.finance, "POST /v1/reconciliation");
};
const profit = async (query: string, key = api.finance): Promise<Profit[]> => {
  const answer = await api.send(key, `GET /v1/profit?${query}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.body.data.map((row: unknown) => profitSchema.parse(row));
};
const costs = async (...rows: [sku: string, currency: string, amount: string, from: string][]) => {
  const admin = await api.key("admin");
  const body = { costs: rows.map(([sku, currency, amount, valid_from]) => ({ sku, currency, amount, valid_from })) };
  expect((await api.send(admin, "PUT /v1/prices/costs", { body })).body.data[0]).toMatchObject({ outcome: "created" });
};
const skus = async (...rows: unknown[]) => api.send(await api.key("admin"), "PUT /v1/skus", { body: { skus: rows } });
const of = (orderExternalId: string, kind: LedgerEntry["kind"], more: Partial<LedgerEntry> = {}) => ({
  orderExternalId,
  kind,
  ...more,
});

describe("profit of an order", () => {
  it("is what its entries sum to by kind, less tax and what the goods cost on the order's day", async () => {
    await skus({ code: "SKU-1" });
    await costs(["SKU-1", "EUR", "4.00", "2026-01-01"], ["SKU-1", "EUR", "9.00", "2026-03-01"]);
    await givenOrder("A", { total: eur("20.00"), lines: [exampleLine({ quantity: 2, total: eur("20.00") })] });
    await load([
      exampleEntry("1", "20.00", of("A", "sale")),
      exampleEntry("2", "-1.00", of("A", "seller_discount")),
      exampleEntry("3", "0.50", of("A", "platform_subsidy")),
      exampleEntry("4", "-2.00", of("A", "commission")),
      exampleEntry("5", "-0.30", of("A", "payment_fee")),
      exampleEntry("6", "3.00", of("A", "shipping_income")),
      exampleEntry("7", "-2.50", of("A", "shipping_fee")),
      exampleEntry("8", "1.60", of("A", "tax_collected")),
      exampleEntry("9", "-0.60", of("A", "tax_withheld")),
      exampleEntry("10", "-5.00", of("A", "refund")),
      exampleEntry("11", "-7.00", { kind: "reserve" }),
      exampleEntry("12", "-6.70", { kind: "payout" }),
      exampleEntry("13", "99.00", of("A", "sale", { state: "estimated" })),
      exampleEntry("14", "88.00", of("A", "sale", { book: "unknown" })),
    ]);
    const [row] = await profit("by=order");
    expect(row).toEqual({
      by: "order",
      key: expect.any(String),
      label: "A",
      store_id: store.id,
      currency: "EUR",
      entries: 10,
      sale: eur("20.00"),
      discounts: { seller: eur("-1.00"), platform: eur("0.50") },
      refunds: eur("-5.00"),
      commission: eur("-2.00"),
      fees: { payment: eur("-0.30"), fulfilment: eur("0.00"), advertising: eur("0.00"), service: eur("0.00") },
      shipping: { income: eur("3.00"), fee: eur("-2.50") },
      tax: { collected: eur("1.60"), withheld: eur("-0.60"), inside_prices: "not_taken_off" },
      other: eur("0.00"),
      received: eur("13.70"),
      profit_before_goods: eur("12.70"),
      units: 2,
      units_without_cost: 0,
      cost_of_goods: eur("8.00"),
      profit: eur("4.70"),
      shared: null,
      waiting: null,
    });
    expect(await profit("by=store")).toMatchObject([{ key: store.id, received: eur("13.70"), profit: eur("4.70") }]);
    expect(await profit("by=month")).toMatchObject([{ key: "2026-03", received: eur("13.70"), profit: eur("4.70") }]);
    expect(await profit("by=sku")).toMatchObject([{ key: "SKU-1", received: eur("13.70"), profit: eur("4.70") }]);
    expect(await profit("by=month&from=2026-04")).toEqual([]);
    expect(await profit("by=order&until=2026-02")).toEqual([]);
  });

  it("says where a cost is not known, in this currency or at all; that of a bundle is that of its parts", async () => {
    await skus({ code: "PART" }, { code: "SKU-1" }, { code: "SET", components: [{ code: "PART", quantity: 3 }] });
    await costs(["PART", "EUR", "1.25", "2026-01-01"], ["SKU-1", "USD", "4.00", "2026-01-01"]);
    await givenOrder("A", {
      lines: [
        exampleLine({ externalId: "1", sellerCode: "SET", quantity: 2, total: eur("8.00") }),
        exampleLine({ externalId: "2", sellerCode: "SKU-1", total: eur("2.00") }),
      ],
    });
    await load([exampleEntry("1", "10.00", of("A", "sale"))]);
    expect(await profit("by=order")).toMatchObject([
      { units: 3, units_without_cost: 1, cost_of_goods: eur("7.50"), profit: null, profit_before_goods: eur("10.00") },
    ]);
    expect(await profit("by=sku")).toMatchObject([
      { key: "SET", received: eur("8.00"), shared: eur("8.00"), cost_of_goods: eur("7.50"), profit: eur("0.50") },
      { key: "SKU-1", received: eur("2.00"), units_without_cost: 1, cost_of_goods: eur("0.00"), profit: null },
    ]);
  });

  it("with bundles has the cost of each part on the order's day, and says so alike by order, SKU, store and month", async () => {
    await skus(
      { code: "A" },
      { code: "B" },
      {
        code: "SKU-1",
        components: [
          { code: "A", quantity: 1 },
          { code: "B", quantity: 3 },
        ],
      },
    );
    await costs(
      ["A", "EUR", "1.00", "2026-02-05"],
      ["A", "EUR", "2.00", "2026-02-20"],
      ["B", "EUR", "0.10", "2026-02-10"],
      ["B", "EUR", "0.25", "2026-02-20"],
      ["B", "USD", "9.00", "2026-02-01"],
    );
    // The last instant of a day in the store's zone, and the first of the next.
    await api.db.query("update stores set time_zone = 'Europe/Berlin'");
    const days = {
      "2026-02-09T22:59:59Z": null,
      "2026-02-09T23:00:00Z": "1.30",
      "2026-02-19T22:59:59Z": "1.30",
      "2026-02-19T23:00:00Z": "2.75",
    };
    const lines = [exampleLine({ quantity: 2, total: eur("10.00") })];
    for (const at of Object.keys(days)) await givenOrder(at, { placedAt: new Date(at), total: eur("10.00"), lines });
    await load(Object.keys(days).map((at) => exampleEntry(`sale ${at}`, "10.00", of(at, "sale"))));
    const byOrder = await profit("by=order");
    expect(
      Object.fromEntries(byOrder.map(({ label, cost_of_goods, profit }) => [label, profit && cost_of_goods.amount])),
    ).toEqual(
      Object.fromEntries(Object.entries(days).map(([at, cost]) => [at, cost && (2 * Number(cost)).toFixed(2)])),
    );
    for (const by of ["sku", "store", "month"])
      expect(await profit(`by=${by}`), by).toMatchObject([
        {
          units: 8,
          units_without_cost: 2,
          cost_of_goods: { amount: "10.70" },
          sale: { amount: "40.00" },
          entries: 4,
          profit: null,
        },
      ]);
  });

  it("S64 has a cost from its first sale on, in that month; goods that came back fit for sale give it back in theirs", async () => {
    await skus({ code: "SKU-1" });
    await costs(["SKU-1", "EUR", "4.00", "2026-01-01"]);
    await givenOrder("A", { lines: [exampleLine({ quantity: 2 })] });
    await load([exampleEntry("fee", "-1.00", of("A", "commission", { postedAt: new Date("2026-01-31T12:00:00Z") }))]);
    expect(await profit("by=month")).toMatchObject([{ key: "2026-01", units: 0, profit: eur("-1.00") }]);
    await load([exampleEntry("sale", "10.00", of("A", "sale", { postedAt: new Date("2026-02-28T12:00:00Z") }))], {
      externalId: "S2",
    });
    await load([exampleEntry("back", "-5.00", of("A", "refund", { postedAt: new Date("2026-03-02T12:00:00Z") }))], {
      externalId: "S3",
    });
    const [{ id: line } = { id: "" }] = await api.db.query<{ id: string }>("select id from order_lines");
    await api.db.query(
      `insert into return_receipts (id, store_id, order_id, line_id, location_id, quantity, condition, actor, at)
       select gen_random_uuid(), store_id, order_id, $1::uuid, gen_random_uuid(), q.quantity, q.condition, 'test', '2026-03-03T10:00:00Z'
       from order_lines cross join (values (1, 'sellable'), (1, 'damaged')) q(quantity, condition)`,
      [line],
    );
    expect(await profit("by=month")).toMatchObject([
      { key: "2026-01", units: 0, cost_of_goods: eur("0.00"), profit: eur("-1.00") },
      { key: "2026-02", units: 2, cost_of_goods: eur("8.00"), profit: eur("2.00") },
      { key: "2026-03", units: -1, cost_of_goods: eur("-4.00"), profit: eur("-1.00") },
    ]);
    expect(await profit("by=order")).toMatchObject([{ units: 1, received: eur("4.00"), profit: eur("0.00") }]);
  });

  it("S65 never mixes currencies: each has its row", async () => {
    await givenOrder("A");
    await load([
      exampleEntry("1", "10.00", of("A", "sale")),
      exampleEntry("2", "-1.00", { ...of("A", "commission"), currency: "USD" }),
    ]);
    for (const by of ["order", "store", "month", "sku"])
      expect(await profit(`by=${by}`)).toMatchObject([
        { currency: "EUR", received: eur("10.00"), units: 1 },
        { currency: "USD", received: { amount: "-1.00", currency: "USD" }, units: 0 },
      ]);
    expect(await profit("by=order&currency=USD")).toHaveLength(1);
  });

  it("S52 of an exchange that is booked as a refund and a sale is that of both", async () => {
    await skus({ code: "SKU-1" }, { code: "SKU-2" });
    await costs(["SKU-1", "EUR", "4.00", "2026-01-01"], ["SKU-2", "EUR", "6.00", "2026-01-01"]);
    await givenOrder("A", {
      lines: [
        exampleLine({ externalId: "1", returnedQuantity: 1 }),
        exampleLine({ externalId: "2", sellerCode: "SKU-2", total: eur("15.00"), unitPrice: eur("15.00") }),
      ],
      total: eur("15.00"),
    });
    const line = (orderLineExternalId: string) => ({ orderLineExternalId });
    await load([
      exampleEntry("1", "10.00", of("A", "sale", line("1"))),
      exampleEntry("2", "-10.00", of("A", "refund", line("1"))),
      exampleEntry("3", "15.00", of("A", "sale", line("2"))),
    ]);
    expect(await profit("by=order")).toMatchObject([
      { sale: eur("25.00"), refunds: eur("-10.00"), profit: eur("5.00") },
    ]);
    expect(await profit("by=sku")).toMatchObject([
      { key: "SKU-1", received: eur("0.00"), shared: null, cost_of_goods: eur("4.00"), profit: eur("-4.00") },
      { key: "SKU-2", received: eur("15.00"), shared: null, profit: eur("9.00") },
    ]);
  });
});

describe("what is summed", () => {
  it("is the most trusted book that a store's month has; another tells the same money again", async () => {
    await givenOrder("A");
    const february = new Date("2026-02-26T12:00:00Z");
    await load([
      exampleEntry("1", "10.00", of("A", "sale")),
      exampleEntry("2", "9.00", of("A", "sale", { book: "second" })),
      exampleEntry("3", "7.00", of("A", "sale", { book: "second", postedAt: february })),
      exampleEntry("4", "6.00", of("A", "sale", { book: "main", state: "deferred", postedAt: february })),
    ]);
    expect(await profit("by=month")).toMatchObject([
      { key: "2026-02", sale: eur("7.00") },
      { key: "2026-03", sale: eur("10.00") },
    ]);
    expect(await profit("by=order")).toMatchObject([{ sale: eur("17.00") }]);
  });

  it("holds what belongs to no order by store and month, and says what waits; parts of one entry count for each order", async () => {
    await givenOrder("A");
    await givenOrder("B");
    await load([
      exampleEntry("rent", "-3.00", { kind: "service_fee" }),
      exampleEntry("lost", "5.00", of("NOWHERE", "sale")),
      exampleEntry("both", "9.00", { kind: "sale" }),
    ]);
    const [both] = await api.db.query<{ id: string }>("select id from ledger_entries where external_id = 'both'");
    const orders = await api.db.query<{ id: string }>("select id from orders order by external_id");
    const body = {
      entry_id: both?.id,
      orders: orders.map(({ id }, i) => ({ order_id: id, amount: ["4.00", "5.00"][i] })),
      reason: "one transfer for two",
    };
    expect((await api.send(api.finance, "POST /v1/reconciliation/matches", { body })).status).toBe(201);
    const byLabel = (rows: Profit[]) => Object.fromEntries(rows.map(({ label, sale }) => [label, sale.amount]));
    expect(byLabel(await profit("by=order"))).toEqual({ A: "4.00", B: "5.00" });
    expect(await profit("by=month")).toMatchObject([
      { sale: eur("14.00"), fees: { service: eur("-3.00") }, waiting: eur("5.00"), entries: 3 },
    ]);
  });

  it("shares what a platform gives for a whole order among its SKUs, to the cent, and says so", async () => {
    await skus({ code: "SKU-1" }, { code: "SKU-2" }, { code: "SKU-3" });
    const line = (n: string) => exampleLine({ externalId: n, sellerCode: `SKU-${n}`, total: eur("3.33") });
    await givenOrder("A", { lines: [line("1"), line("2"), line("3")], total: eur("10.00") });
    await load([
      exampleEntry("1", "10.00", of("A", "sale")),
      exampleEntry("2", "-0.50", of("A", "commission", { sellerCode: "SKU-2" })),
    ]);
    const rows = await profit("by=sku");
    expect(
      rows.map(({ key, sale, commission, shared }) => [key, sale.amount, commission.amount, shared?.amount]),
    ).toEqual([
      ["SKU-1", "3.33", "0.00", "3.33"],
      ["SKU-2", "3.34", "-0.50", "3.34"],
      ["SKU-3", "3.33", "0.00", "3.33"],
    ]);
  });

  it("counts for the order's store where another store's statement tells it, and shows a key its stores alone", async () => {
    const other = await api.store({ name: "Other" });
    await givenOrder("A", {}, other);
    await load([exampleEntry("1", "10.00", of("A", "sale")), exampleEntry("rent", "-1.00", { kind: "service_fee" })]);
    const sales = async (key: string) =>
      Object.fromEntries((await profit("by=store", key)).map(({ label, received }) => [label, received.amount]));
    expect(await sales(api.finance)).toEqual({ Other: "10.00", "Example store": "-1.00" });
    const limited = await api.key("finance", [other.id]);
    expect(await sales(limited)).toEqual({ Other: "10.00" });
    for (const by of ["order", "sku", "month"]) expect(await profit(`by=${by}&store=${store.id}`, limited)).toEqual([]);
  });

  it("comes in pages that neither repeat nor leave out", async () => {
    await skus(...["A", "B", "C", "D"].map((id) => ({ code: `SKU-${id}` })));
    for (const id of ["A", "B", "C", "D", "E"])
      await givenOrder(id, { lines: [exampleLine({ sellerCode: `SKU-${id}` })] });
    await load(
      ["A", "B", "C", "D", "E"].flatMap((id) => [
        exampleEntry(`${id}1`, "10.00", of(id, "sale")),
        exampleEntry(`${id}2`, "1.00", { ...of(id, "sale"), currency: "USD" }),
      ]),
    );
    for (const by of ["order", "sku"]) {
      const whole = await profit(`by=${by}`);
      expect(whole).toHaveLength(10);
      const paged: Profit[] = [];
      for (let cursor: string | null = ""; cursor !== null; ) {
        const answer = await api.send(api.finance, `GET /v1/profit?by=${by}&limit=3${cursor && `&cursor=${cursor}`}`);
        paged.push(...answer.body.data);
        cursor = answer.body.next;
      }
      expect(paged).toEqual(whole);
    }
    expect((await profit("by=sku"))[0]).toMatchObject({ key: "", label: "lines without a SKU", units_without_cost: 1 });
  });
});
