/** Statements and movements that nobody planned for: what is not sure is set aside or told, and the rest goes on. */
import { describe, expect, it } from "vitest";
import type { Unified } from "../../../src/core/model/records.ts";
import { sum } from "../../../src/core/money.ts";
import { byPath, CONTEXT, givenAdapter, givenStore, inputOf, SIGNAL, textOf } from "./stub.ts";

const COLUMNS =
  "settlement-id settlement-start-date settlement-end-date deposit-date total-amount currency transaction-type order-id adjustment-id amount-type amount-description amount posted-date-time sku".split(
    " ",
  );
type Cells = Record<string, string>;
const line = (cells: Cells): string => COLUMNS.map((name) => cells[name] ?? "").join("\t");
const summary = (total: string, currency = "EUR", date = (day: string) => `${day}.01.2026 12:00:00 UTC`): string =>
  line({
    "settlement-id": "71",
    "settlement-start-date": date("03"),
    "settlement-end-date": date("17"),
    "deposit-date": date("19"),
    "total-amount": total,
    currency,
  });
const row = (name: string, amount: string, more: Cells = {}): string => {
  const [type = "", amountType = "", description = ""] = name.split("/");
  return line({
    "settlement-id": "71",
    "transaction-type": type,
    "order-id": "302-1",
    "amount-type": amountType,
    "amount-description": description,
    amount,
    "posted-date-time": "10.01.2026 09:30:00 UTC",
    ...more,
  });
};
const fileOf = (lines: readonly string[], end = "\n"): string => [COLUMNS.join("\t"), ...lines, ""].join(end);
const { adapter: MAPS } = givenAdapter();
const documentsOf = (text: string) => MAPS.settlements.parseFile(new TextEncoder().encode(text), CONTEXT);
const read = (text: string): Unified[] => documentsOf(text).map((raw) => MAPS.settlements.toUnified(raw, CONTEXT));

describe("a statement", () => {
  const NONE = { "order-id": "" };
  const OTHER = "other-transaction/other-transaction";

  it("of a period that ends with a debt has reserves both ways and no payout", () => {
    const lines = [
      row(`${OTHER}/Previous Reserve Amount Balance`, "120,50", NONE),
      row("Refund/ItemPrice/Principal", "-200,00", { "adjustment-id": "a" }),
      row(`${OTHER}/Current Reserve Amount`, "-10,00", NONE),
      row(`${OTHER}/Payable to Amazon`, "0,25", NONE),
    ];
    const [unified] = read(fileOf([summary("-89,25"), ...lines], "\r\n"));
    expect(unified?.settlements).toMatchObject([{ total: { amount: "-89.25" }, payout: null, warnings: [] }]);
    expect(unified?.entries.map(({ kind }) => kind)).toEqual(["reserve", "refund", "reserve", "adjustment"]);
    const amounts = (unified?.entries ?? []).map(({ amount }) => amount);
    expect(sum(amounts, "EUR")).toEqual(unified?.settlements[0]?.total);
  });

  it.each([
    ["French", "1 234,56", "EUR", (day: string) => `${day}.01.2026 12:00:00 UTC`, "1234.56"],
    ["French with narrow spaces", "1\u202f234,56", "EUR", (day: string) => `${day}.01.2026 12:00:00 UTC`, "1234.56"],
    ["Japanese", "1,234,567", "JPY", (day: string) => `2026/01/${day} 12:00:00 UTC`, "1234567"],
    ["Indian", "12,34,567.80", "INR", (day: string) => `2026-01-${day} 12:00:00 UTC`, "1234567.8"],
    ["British", "1,234.56", "GBP", (day: string) => `${day}.01.2026 12:00:00 UTC`, "1234.56"],
  ])("is read in the %s manner", (_, amount, currency, date, expected) => {
    const [unified] = read(fileOf([summary(amount, currency, date), row("Order/ItemPrice/Principal", amount)]));
    expect(unified?.settlements[0]).toMatchObject({
      total: { amount: expected, currency },
      periodEnd: new Date("2026-01-17T12:00:00Z"),
    });
    expect(unified?.entries).toMatchObject([{ amount: { amount: expected, currency } }]);
  });

  it("whose last line is cut is set aside; one that ends between two lines does not add up", () => {
    const whole = fileOf([
      summary("7,00"),
      row("Order/ItemPrice/Principal", "10,00"),
      row("Order/ItemFees/Commission", "-3,00"),
    ]);
    expect(() => read(whole.slice(0, whole.indexOf("-3,00")))).toThrow();
    const [unified] = read(whole.slice(0, whole.trimEnd().lastIndexOf("\n") + 1));
    expect(
      sum(
        (unified?.entries ?? []).map(({ amount }) => amount),
        "EUR",
      ),
    ).not.toEqual(unified?.settlements[0]?.total);
  });

  it("tells of a chargeback what the buyer took back, and not the fees that came back to the seller", () => {
    const [unified] = read(
      fileOf([
        summary("0,00"),
        row("Chargeback Refund/ItemPrice/Principal", "-100,00"),
        row("Chargeback Refund/ItemPrice/Tax", "-19,00"),
        row("Chargeback Refund/ItemFees/Commission", "15,00"),
      ]),
    );
    expect(unified?.disputes).toMatchObject([{ kind: "chargeback", amount: { amount: "119" } }]);
  });
});

describe("a refund in a long statement", () => {
  const refund = (id: string): string[] =>
    ["Principal", "Tax", "Shipping"].map((name) => row(`Refund/ItemPrice/${name}`, "-1,00", { "adjustment-id": id }));

  it.each([1996, 1997, 1998, 1999, 2000])(
    "is one, with all of its rows, where a document ends near row %i",
    (before) => {
      const sales = Array.from({ length: before }, () => row("Order/ItemPrice/Principal", "1,00"));
      const documents = documentsOf(fileOf([summary("0,00"), ...sales, ...refund("a"), ...refund("b"), ...sales]));
      const all = documents.map((raw) => MAPS.settlements.toUnified(raw, CONTEXT));
      expect(
        all.flatMap(({ refunds }) => refunds.map(({ externalId, amount }) => [externalId, amount.amount])),
      ).toEqual([
        ["71/a", "3"],
        ["71/b", "3"],
      ]);
      const entries = all.flatMap((each) => each.entries.map(({ externalId }) => externalId));
      expect(entries).toEqual(Array.from({ length: 2 * before + 6 }, (_, i) => `71:${i}`));
      expect(documents.map(({ part }) => part?.last)).toEqual(documents.map((_, i) => i === documents.length - 1));
    },
  );

  it("is one where the bytes that are read at once end within it, from the platform as from a file", async () => {
    const PART = 4 * 1_048_576;
    const lines = [summary("0,00")];
    let length = fileOf(lines).length;
    const sale = row("Order/ItemPrice/Principal", "1,00", { sku: "S".repeat(900) });
    // The first row of the refund ends just before the end of the bytes.
    const rows = Math.floor((PART - length) / (sale.length + 1)) - 1;
    for (let i = 0; i < rows; i += 1) lines.push(sale);
    length += rows * (sale.length + 1);
    const [first = "", ...others] = refund("a");
    const rest = PART - length - first.length - 1 - (row("Order/ItemPrice/Principal", "1,00").length + 1) - 10;
    lines.push(row("Order/ItemPrice/Principal", "1,00", { sku: "T".repeat(rest) }), first, ...others, sale);
    const text = fileOf(lines);
    expect(text.slice(0, PART).split("\n").at(-2)).toBe(first);
    const bytes = new TextEncoder().encode(text);
    const { adapter } = givenAdapter(
      byPath({
        "GET /reports/2021-06-30/reports/R1": {
          reportId: "R1",
          reportType: "x",
          createdTime: "2026-11-20T12:00:00Z",
          processingStatus: "DONE",
          reportDocumentId: "D1",
        },
        "GET /reports/2021-06-30/documents/D1": { reportDocumentId: "D1", url: "https://files.example/s" },
        "GET https://files.example/s": () => ({ status: 200, bytes }),
      }),
    );
    const read: ReturnType<typeof documentsOf> = [];
    let cursor: string | null = JSON.stringify({ token: null, reports: ["R1"], place: null });
    while (cursor !== null) {
      const page = await adapter.settlements.list(givenStore(), inputOf("statements", 60, { cursor }), SIGNAL);
      read.push(...page.documents);
      cursor = page.next;
    }
    const own = (documents: ReturnType<typeof documentsOf>) =>
      documents.map(({ externalId, payload }) => ({ externalId, payload }));
    expect(own(read)).toEqual(own(documentsOf(text)));
    const all = read.map((raw) => MAPS.settlements.toUnified(raw, CONTEXT));
    expect(all.flatMap(({ refunds }) => refunds.map(({ amount }) => amount.amount))).toEqual(["3"]);
    expect(all.flatMap(({ entries }) => entries)).toHaveLength(rows + 5);
  });
});

it.each([
  ["nothing", ""],
  ["names of columns alone", fileOf([])],
  ["a web page", "<html>busy</html>"],
])("a report that holds %s is set aside, and the next one is read", async (_, text) => {
  const good = fileOf([summary("1,00"), row("Order/ItemPrice/Principal", "1,00")]);
  const report = (reportId: string) => ({
    reportId,
    reportType: "x",
    createdTime: "2026-11-20T12:00:00Z",
    processingStatus: "DONE",
    reportDocumentId: reportId,
  });
  const { adapter } = givenAdapter(
    byPath({
      "GET /reports/2021-06-30/reports/bad": report("bad"),
      "GET /reports/2021-06-30/reports/good": report("good"),
      "GET /reports/2021-06-30/documents/bad": { reportDocumentId: "bad", url: "https://files.example/bad" },
      "GET /reports/2021-06-30/documents/good": { reportDocumentId: "good", url: "https://files.example/good" },
      "GET https://files.example/bad": textOf(text),
      "GET https://files.example/good": textOf(good),
    }),
  );
  const cursor = JSON.stringify({ token: null, reports: ["bad", "good"], place: null });
  const first = await adapter.settlements.list(givenStore(), inputOf("statements", 60, { cursor }), SIGNAL);
  expect(first.documents.map(({ externalId }) => externalId)).toEqual(["report:bad"]);
  for (const raw of first.documents)
    expect(() => MAPS.settlements.toUnified(raw, CONTEXT)).toThrow(/report bad holds no statement/);
  const input = inputOf("statements", 60, { cursor: first.next });
  const second = await adapter.settlements.list(givenStore(), input, SIGNAL);
  expect(second.documents.map(({ externalId }) => externalId)).toEqual(["settlement:71.0"]);
});

it("a row of returns that names no order is set aside alone", () => {
  const columns = "Order ID\tReturn request date\tReturn request status\tAmazon RMA ID\tMerchant SKU";
  const rows = ["302-1\t03-Feb-2026\tPending\tD1\tS", "\t\t\t\t", "302-2\t03-Feb-2026\tPending\tD2\tS"];
  const documents = MAPS.disputes.parseFile(new TextEncoder().encode([columns, ...rows].join("\n")), CONTEXT);
  const mapped = documents.map((raw) => {
    try {
      return MAPS.disputes.toUnified(raw, CONTEXT).disputes.map(({ orderExternalId }) => orderExternalId);
    } catch (error) {
      return (error as Error).message;
    }
  });
  expect(mapped).toEqual([["302-1"], "Order ID is missing", ["302-2"]]);
});

describe("a movement", () => {
  const eur = (currencyAmount: string) => ({ currencyAmount, currencyCode: "EUR" });
  const part = (breakdownType: string, amount: string, breakdowns: object[] = []) => ({
    breakdownType,
    breakdownAmount: eur(amount),
    breakdowns,
  });
  const mapped = (more: object) =>
    MAPS.settlements.toUnified(
      {
        externalId: "transaction:T1",
        sourceUpdatedAt: null,
        sourceVersion: null,
        form: "transaction@2024-06-19",
        payload: {
          transactionId: "T1",
          transactionType: "Shipment",
          transactionStatus: "RELEASED",
          postedDate: "2026-11-20T10:00:00Z",
          totalAmount: eur("10"),
          ...more,
        },
      },
      CONTEXT,
    ).entries;
  const kindsOf = (more: object) => mapped(more).map(({ kind, amount }) => [kind, amount.amount]);

  it("is understood in the words of the model's own example", () => {
    const inner = [part("Product Charges", "10", [part("Principle", "10")])];
    const told = { transactionStatus: "Released", items: [{ breakdowns: inner }] };
    expect(mapped(told)).toMatchObject([{ kind: "sale", state: "posted" }]);
    expect(mapped({ ...told, transactionStatus: "Deferred" })).toMatchObject([{ state: "deferred" }]);
    const released = [{ relatedIdentifierName: "RELEASE_TRANSACTION_ID", relatedIdentifierValue: "T2" }];
    expect(mapped({ ...told, transactionStatus: "DeferredReleased", relatedIdentifiers: released })).toEqual([]);
    // There the parts of the whole are no list, but a record that holds one.
    const whole = { breakdowns: { breakdowns: [part("Sales", "10", [part("Product Charges", "10")])] } };
    expect(kindsOf(whole)).toEqual([["sale", "10"]]);
  });

  it("is parted by the order's own parts where those of its items lack something", () => {
    const items = [{ breakdowns: [part("Sales", "12", [part("OurPricePrincipal", "12")])] }];
    const breakdowns = [
      part("Sales", "12", [part("OurPricePrincipal", "12")]),
      part("Expenses", "-2", [part("Commission", "-1.5"), part("MarketplaceFacilitatorTax-Principal", "-0.5")]),
    ];
    expect(kindsOf({ items, breakdowns })).toEqual([
      ["sale", "12"],
      ["commission", "-1.5"],
      ["tax_withheld", "-0.5"],
    ]);
    expect(kindsOf({ items })).toEqual([["sale", "10"]]);
  });

  it("in a state that nobody knows, or in two currencies, is not counted by parts", () => {
    expect(() => mapped({ transactionStatus: "VOIDED" })).toThrow(/VOIDED/);
    const mixed = part("Fees", "10");
    expect(
      mapped({ breakdowns: [{ ...mixed, breakdownAmount: { currencyAmount: "10", currencyCode: "USD" } }] }),
    ).toMatchObject([{ amount: { amount: "10", currency: "EUR" }, externalKind: "Shipment" }]);
  });
});
