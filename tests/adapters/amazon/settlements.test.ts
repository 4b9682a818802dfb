/** Statements in the manner of each marketplace, movements before them, and payouts. */
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { partFrom } from "../../../src/adapters/amazon/client/reports.ts";
import { localDecimal, localTime } from "../../../src/adapters/amazon/settlements/locale.ts";
import type { LedgerEntry, Unified } from "../../../src/core/model/records.ts";
import { sum } from "../../../src/core/money.ts";
import {
  byPath,
  CONTEXT,
  DE,
  errorOf,
  givenAdapter,
  givenStore,
  inputOf,
  queryOf,
  rawOf,
  type Sent,
  SIGNAL,
  textOf,
  type Whole,
} from "./stub.ts";

const REPORTS = "/reports/2021-06-30";
const COLUMNS =
  "settlement-id settlement-start-date settlement-end-date deposit-date total-amount currency transaction-type order-id merchant-order-id adjustment-id shipment-id marketplace-name amount-type amount-description amount fulfillment-id posted-date posted-date-time order-item-code merchant-order-item-id merchant-adjustment-item-id sku quantity-purchased promotion-id".split(
    " ",
  );
const { adapter: MAPS } = givenAdapter();

type Cells = Partial<Record<string, string>>;
const line = (cells: Cells): string => COLUMNS.map((name) => cells[name] ?? "").join("\t");
const summary = (total: string, currency = "EUR", more: Cells = {}): string =>
  line({
    "settlement-id": "25581516411",
    "settlement-start-date": "17.01.2026 12:00:00 UTC",
    "settlement-end-date": "31.01.2026 12:00:00 UTC",
    "deposit-date": "02.02.2026 12:00:00 UTC",
    "total-amount": total,
    currency,
    ...more,
  });
const row = (type: string, amountType: string, description: string, amount: string, more: Cells = {}): string =>
  line({
    "settlement-id": "25581516411",
    "transaction-type": type,
    "order-id": "302-1234567-7654321",
    "marketplace-name": "Amazon.de",
    "amount-type": amountType,
    "amount-description": description,
    amount,
    "fulfillment-id": "MFN",
    "posted-date": "20.01.2026",
    "posted-date-time": "20.01.2026 09:30:00 UTC",
    "order-item-code": "61234567890123",
    sku: "SKU-RED-M",
    ...more,
  });
const fileOf = (...lines: string[]): string => `${[COLUMNS.join("\t"), ...lines].join("\n")}\n`;
const read = (text: string | Uint8Array, settings = {}): Unified[] =>
  MAPS.settlements
    .parseFile(typeof text === "string" ? new TextEncoder().encode(text) : text, { ...CONTEXT, settings })
    .map((raw) => MAPS.settlements.toUnified(raw, { ...CONTEXT, settings }));
const entriesOf = (...lines: string[]): LedgerEntry[] =>
  read(fileOf(summary("0,00"), ...lines)).flatMap(({ entries }) => entries);

describe("a statement", () => {
  it("has the head of its summary row, and an entry for each line, with decimal commas", () => {
    const [unified] = read(
      fileOf(
        summary("95,00"),
        row("Order", "ItemPrice", "Principal", "1.100,00"),
        row("Order", "ItemFees", "Commission", "-1.005,00"),
      ),
    );
    expect(unified?.settlements).toEqual([
      {
        externalId: "25581516411",
        periodStart: new Date("2026-01-17T12:00:00Z"),
        periodEnd: new Date("2026-01-31T12:00:00Z"),
        currency: "EUR",
        total: { amount: "95", currency: "EUR" },
        payout: { amount: "95", currency: "EUR" },
        payoutCurrencyRate: null,
        paidAt: new Date("2026-02-02T12:00:00Z"),
        externalStatus: null,
        warnings: [],
      },
    ]);
    expect(unified?.entries[0]).toEqual({
      externalId: "25581516411:0",
      settlementExternalId: "25581516411",
      book: "settlements",
      state: "posted",
      kind: "sale",
      externalKind: "Order/ItemPrice/Principal",
      amount: { amount: "1100", currency: "EUR" },
      postedAt: new Date("2026-01-20T09:30:00Z"),
      orderExternalId: "302-1234567-7654321",
      orderLineExternalId: "61234567890123",
      shipmentExternalId: null,
      refundExternalId: null,
      sellerCode: "SKU-RED-M",
      description: "Principal",
    });
    const amounts = (unified?.entries ?? []).map(({ amount }) => amount);
    expect(sum(amounts, "EUR")).toEqual(unified?.settlements[0]?.total);
  });

  it.each([
    ["Order", "ItemPrice", "Principal", "sale"],
    ["Order", "ItemPrice", "GiftWrap", "sale"],
    ["Order", "ItemPrice", "Shipping", "shipping_income"],
    ["Order", "ItemPrice", "Tax", "tax_collected"],
    ["Order", "ItemPrice", "ShippingTax", "tax_collected"],
    ["Order", "ItemPrice", "GiftWrapTax", "tax_collected"],
    ["Order", "ItemPrice", "Product Tax", "tax_collected"],
    ["Order", "ItemWithheldTax", "MarketplaceFacilitatorTax-Principal", "tax_withheld"],
    ["Order", "ItemWithheldTax", "TCS-IGST", "tax_withheld"],
    ["Order", "ItemFees", "Commission", "commission"],
    ["Order", "ItemFees", "FixedClosingFee", "commission"],
    ["Order", "ItemFees", "VariableClosingFee", "commission"],
    ["Order", "ItemFees", "DigitalServicesFee", "commission"],
    ["Refund", "ItemFees", "RefundCommission", "commission"],
    ["Order", "ItemFees", "ShippingHB", "commission"],
    ["Order", "ItemFees", "GiftwrapCommission", "commission"],
    ["Order", "ItemFees", "FBAPerUnitFulfillmentFee", "fulfilment_fee"],
    ["Order", "ItemFees", "FBAPerOrderFulfillmentFee", "fulfilment_fee"],
    ["Order", "ItemFees", "FBAWeightBasedFee", "fulfilment_fee"],
    ["Order", "ItemFees", "FBADeliveryServicesFee", "fulfilment_fee"],
    ["Order", "ItemFees", "ShippingChargeback", "fulfilment_fee"],
    ["Order", "ItemFees", "GiftwrapChargeback", "fulfilment_fee"],
    ["Order", "Promotion", "Principal", "seller_discount"],
    ["Order", "Promotion", "Shipping", "seller_discount"],
    ["Order", "ShipmentFees", "FBA transportation", "fulfilment_fee"],
    ["Refund", "ItemPrice", "Principal", "refund"],
    ["Refund", "ItemPrice", "Shipping", "refund"],
    ["Refund", "ItemPrice", "Tax", "tax_collected"],
    ["Refund", "ItemFees", "Commission", "commission"],
    ["Refund", "Promotion", "Principal", "seller_discount"],
    ["Refund", "ItemWithheldTax", "MarketplaceFacilitatorTax-Shipping", "tax_withheld"],
    ["Chargeback Refund", "ItemPrice", "Principal", "refund"],
    ["A-to-z Guarantee Refund", "ItemFees", "Commission", "refund"],
    ["ServiceFee", "Cost of Advertising", "TransactionTotalAmount", "advertising_fee"],
    ["other-transaction", "other-transaction", "Storage Fee", "fulfilment_fee"],
    ["other-transaction", "other-transaction", "StorageRenewalBilling", "fulfilment_fee"],
    ["other-transaction", "other-transaction", "FBAInboundTransportationFee", "fulfilment_fee"],
    ["other-transaction", "other-transaction", "RemovalComplete", "fulfilment_fee"],
    ["other-transaction", "other-transaction", "DisposalComplete", "fulfilment_fee"],
    ["other-transaction", "other-transaction", "Subscription Fee", "service_fee"],
    ["other-transaction", "other-transaction", "Vine Enrollment Fee", "advertising_fee"],
    ["other-transaction", "other-transaction", "Lightning Deal Fee", "advertising_fee"],
    ["other-transaction", "other-transaction", "CouponRedemptionFee", "advertising_fee"],
    ["other-transaction", "other-transaction", "Current Reserve Amount", "reserve"],
    ["other-transaction", "other-transaction", "Previous Reserve Amount Balance", "reserve"],
    ["other-transaction", "FBA Inventory Reimbursement", "WAREHOUSE_DAMAGE", "adjustment"],
    ["other-transaction", "FBA Inventory Reimbursement", "COMPENSATED_CLAWBACK", "adjustment"],
    ["other-transaction", "other-transaction", "Shipping label purchase", "shipping_fee"],
    ["other-transaction", "other-transaction", "Payable to Amazon", "adjustment"],
    ["other-transaction", "other-transaction", "Successful charge", "adjustment"],
    ["other-transaction", "other-transaction", "Transfer of funds unsuccessful", "payout"],
  ])("has %s / %s / %s as %s", (type, amountType, description, kind) => {
    const [unified] = read(fileOf(summary("0,00"), row(type, amountType, description, "-1,50")));
    expect(unified?.entries).toMatchObject([{ kind, amount: { amount: "-1.5" } }]);
    expect(unified?.settlements[0]?.warnings).toEqual([]);
  });

  it("warns once of a line that nobody knows, unless a setting tells its meaning", () => {
    const strange = row("Order", "ItemFees", "MoonTax", "-1,00");
    const file = fileOf(summary("-2,00"), strange, strange);
    expect(read(file)[0]).toMatchObject({
      entries: [{ kind: "other", externalKind: "Order/ItemFees/MoonTax" }, { kind: "other" }],
      settlements: [{ payout: null, warnings: [{ code: "unknown_code" }] }],
    });
    expect(read(file)[0]?.settlements[0]?.warnings).toHaveLength(1);
    expect(read(file, { line_kinds: { "Order/ItemFees/MoonTax": "penalty" } })[0]).toMatchObject({
      entries: [{ kind: "penalty" }, { kind: "penalty" }],
      settlements: [{ warnings: [] }],
    });
  });

  it("tells what buyers got back, and what they took back by their bank or the guarantee", () => {
    const refund = { "adjustment-id": "adj1" };
    const [unified] = read(
      fileOf(
        summary("0,00"),
        row("Refund", "ItemPrice", "Principal", "-19,99", refund),
        row("Refund", "ItemPrice", "Shipping", "-3,00", refund),
        row("Refund", "Promotion", "Shipping", "1,00", refund),
        row("Refund", "ItemFees", "Commission", "2,40", refund),
        row("Chargeback Refund", "ItemPrice", "Principal", "-7,00"),
        row("A-to-z Guarantee Refund", "ItemPrice", "Principal", "-8,00"),
      ),
    );
    expect(unified?.refunds).toMatchObject([
      {
        externalId: "25581516411/adj1",
        orderExternalId: "302-1234567-7654321",
        amount: { amount: "21.99" },
        status: "done",
      },
    ]);
    expect(unified?.disputes.map(({ kind, status, amount }) => [kind, status, amount?.amount])).toEqual([
      ["chargeback", "resolved_refunded", "7"],
      ["claim", "resolved_refunded", "8"],
    ]);
  });

  it("is read in windows-1252 and Shift_JIS too", () => {
    const western = new Uint8Array(
      Buffer.from(fileOf(summary("0,00"), row("Order", "ItemPrice", "Gr\u00fc\u00dfe", "0,00")), "latin1"),
    );
    expect(read(western)[0]?.entries[0]?.description).toBe("Gr\u00fc\u00dfe");
    const head = new TextEncoder().encode(fileOf(summary("0", "JPY")));
    const [before, after] = row("Order", "ItemPrice", "@", "1,234")
      .split("@")
      .map((text) => new TextEncoder().encode(text));
    // "送料" in Shift_JIS.
    const japanese = [...head, ...(before ?? []), 0x91, 0x97, 0x97, 0xbf, ...(after ?? []), 0x0a];
    expect(read(new Uint8Array(japanese), { marketplaces: ["A1VC38T7YXB528"] })[0]?.entries).toMatchObject([
      { description: "送料", amount: { amount: "1234", currency: "JPY" } },
    ]);
    // These letters of windows-1252 are some of Shift_JIS too.
    const ambiguous = Buffer.from(fileOf(summary("0,00"), row("Order", "ItemPrice", "Libéré CAFÉ", "0,00")), "latin1");
    expect(read(new Uint8Array(ambiguous))[0]?.entries[0]?.description).toBe("Libéré CAFÉ");
  });

  it("is set aside whole where something can be read in two ways, or is missing", () => {
    for (const bad of [
      fileOf(summary("95,00"), row("Order", "ItemPrice", "Principal", "12.34")),
      fileOf(summary("95"), row("Order", "ItemPrice", "Principal", "1.234")),
      fileOf(summary("95,00"), row("Order", "ItemPrice", "Principal", "", {})),
      fileOf(summary("95,00", "EUR", { "settlement-start-date": "01/02/2026" })),
      fileOf(summary("95,00", "EUR", { "settlement-end-date": "" })),
    ])
      expect(() => read(bad)).toThrow();
    expect(() => read("order-id\tamount\n1\t2\n")).toThrow();
  });
});

describe("numbers and times of a marketplace", () => {
  it.each([
    ["95.00", "USD", null, "95"],
    ["1,234.56", "USD", null, "1234.56"],
    ["-1.234,56", "EUR", ",", "-1234.56"],
    ["1 234,50", "PLN", ",", "1234.5"],
    ["1\u00a0234,5", "SEK", ",", "1234.5"],
    ["1.234", "EUR", ",", "1234"],
    ["12,345", "JPY", null, "12345"],
    ["-7", "EUR", ",", "-7"],
  ] as const)("%s in %s (%s) is %s", (text, currency, mark, value) => {
    expect(localDecimal(text, currency, mark)).toBe(value);
  });
  it.each(["", "abc", "1.234", "1,2,3", "12,34.5", "--1", "1e3"])("%j is refused", (text) => {
    expect(() => localDecimal(text, "EUR", null)).toThrow(TypeError);
  });
  it.each([
    ["2026-01-31 12:00:00 UTC", "2026-01-31T12:00:00Z"],
    ["31.01.2026 12:00:00 UTC", "2026-01-31T12:00:00Z"],
    ["2026-01-31T12:00:00+09:00", "2026-01-31T03:00:00Z"],
    ["2026/01/31 12:00:00 UTC", "2026-01-31T12:00:00Z"],
    ["31.01.2026", "2026-01-31T00:00:00Z"],
  ])("%s is %s", (text, instant) => {
    expect(localTime(text)).toEqual(new Date(instant));
  });
  it("has no time for nothing, and refuses forms and zones that it does not know", () => {
    expect(localTime(" ")).toBeNull();
    for (const text of ["01/31/2026", "2026-01-31 12:00:00 JST", "31.13.2026"])
      expect(() => localTime(text)).toThrow(TypeError);
  });
});

describe("reading statements", () => {
  const report = (reportId: string, processingStatus = "DONE") => ({
    reportId,
    reportType: "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2",
    createdTime: "2026-11-20T12:00:00Z",
    processingStatus,
    reportDocumentId: `doc-${reportId}`,
  });
  const big = fileOf(
    summary("0,00"),
    ...Array.from({ length: 30_000 }, (_, i) => row("Order", "ItemPrice", "Principal", `${i},00`)),
  );
  const packed = gzipSync(big);
  const ranged = ({ headers }: Sent): Whole => {
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(headers.range ?? "")?.map(Number) ?? [];
    const all = new TextEncoder().encode(big);
    const part = all.subarray(from, (to ?? 0) + 1);
    return {
      status: 206,
      bytes: part,
      headers: { "content-range": `bytes ${from}-${(from ?? 0) + part.length - 1}/${all.length}` },
    };
  };
  const walk = async (compressionAlgorithm: string | null, file: (call: Sent) => Whole) => {
    const { adapter, sent } = givenAdapter(
      byPath({
        [`GET ${REPORTS}/reports?`]: ({ path }) =>
          path.includes("nextToken") ? { reports: [] } : { reports: [report("R1")], nextToken: "more" },
        [`GET ${REPORTS}/reports/R1`]: report("R1"),
        [`GET ${REPORTS}/documents/doc-R1`]: {
          reportDocumentId: "doc-R1",
          url: "https://files.example/s",
          ...(compressionAlgorithm ? { compressionAlgorithm } : {}),
        },
        "GET https://files.example/s": file,
      }),
    );
    const pages: number[] = [];
    const documents = [];
    let cursor: string | null = null;
    do {
      const page = await adapter.settlements.list(
        givenStore(),
        inputOf("statements", 60 * 24 * 120, { cursor }),
        SIGNAL,
      );
      pages.push(page.documents.length);
      documents.push(...page.documents);
      cursor = page.next;
      expect((cursor ?? "").length).toBeLessThan(2000);
    } while (cursor !== null);
    return { sent, pages, documents };
  };

  it.each([
    ["by ranges", null, ranged],
    ["from a host that knows no ranges", null, () => textOf(big)],
    ["packed", "GZIP", (): Whole => ({ status: 200, bytes: packed })],
  ] as const)("holds a part of a long file at once, %s", async (_, compression, file) => {
    const { pages, documents, sent } = await walk(compression, file);
    // 4 MB of lines a page, two thousand lines a document.
    expect(pages.filter((count) => count > 0).length).toBeGreaterThan(1);
    expect(Math.max(...documents.map(({ payload }) => JSON.stringify(payload).length))).toBeLessThan(1_000_000);
    const entries = documents.flatMap((raw) => MAPS.settlements.toUnified(raw, CONTEXT).entries);
    expect(entries).toHaveLength(30_000);
    expect(
      entries.every(({ externalId, amount }, i) => externalId === `25581516411:${i}` && amount.amount === String(i)),
    ).toBe(true);
    expect(documents.map(({ part }) => part?.last)).toEqual(documents.map((__, i) => i === documents.length - 1));
    expect(new Set(documents.map(({ part }) => part?.of))).toEqual(new Set(["settlement:25581516411"]));
    // The list goes ninety days back, and its token comes alone.
    expect(queryOf(sent[0])).toEqual({
      reportTypes: "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2",
      createdSince: "2026-08-24T12:01:00.000Z",
      createdUntil: "2026-11-22T11:57:30.000Z",
      pageSize: "20",
    });
    expect(queryOf(sent.find(({ path }) => path.includes("nextToken")))).toEqual({ nextToken: "more" });
  });

  it("gives the same documents from a file", async () => {
    const { documents } = await walk("GZIP", () => ({ status: 200, bytes: packed }));
    const imported = MAPS.settlements.parseFile(new TextEncoder().encode(big), CONTEXT);
    expect(imported.map(({ externalId, payload }) => ({ externalId, payload }))).toEqual(
      documents.map(({ externalId, payload }) => ({ externalId, payload })),
    );
    const [, second] = documents;
    const bare = MAPS.settlements.parseFile(new TextEncoder().encode(JSON.stringify(second?.payload)), CONTEXT);
    expect(bare).toMatchObject([{ externalId: second?.externalId, payload: second?.payload }]);
  });

  it("waits for a report, takes none for nothing, and sets one aside that failed, since nobody can order it again", async () => {
    const cursor = JSON.stringify({ token: null, reports: ["R1"], place: null });
    const list = (status: string) => {
      const { adapter } = givenAdapter(byPath({ [`GET ${REPORTS}/reports/R1`]: report("R1", status) }));
      return adapter.settlements.list(givenStore(), inputOf("statements", 60, { cursor }), SIGNAL);
    };
    expect(await list("IN_PROGRESS")).toMatchObject({ documents: [], waitMs: 30_000, run: "R1", next: cursor });
    expect(await list("CANCELLED")).toMatchObject({ documents: [], next: null });
    const { documents, next } = await list("FATAL");
    expect([documents.map(({ externalId }) => externalId), next]).toEqual([["report:R1"], null]);
    for (const raw of documents) expect(() => MAPS.settlements.toUnified(raw, CONTEXT)).toThrow(/ended as FATAL/);
  });

  it("reads a document again by its report", async () => {
    const { adapter } = givenAdapter(
      byPath({
        [`GET ${REPORTS}/reports/R1`]: report("R1"),
        [`GET ${REPORTS}/reports/zz`]: errorOf(404, "NotFound", "none"),
        [`GET ${REPORTS}/documents/doc-R1`]: { reportDocumentId: "doc-R1", url: "https://files.example/s" },
        "GET https://files.example/s": ranged,
      }),
    );
    const key = { externalId: "settlement:25581516411.14", key: { report: "R1" } };
    const got = await adapter.settlements.getMany(
      givenStore(),
      [key, { externalId: "x", key: { report: "zz" } }],
      SIGNAL,
    );
    expect(got.documents.map(({ externalId }) => externalId)).toEqual([key.externalId]);
    expect(got.missing).toEqual([{ externalId: "x", means: "gone" }]);
  });

  it("tells a file with a line that has no end", () => {
    expect(() => partFrom(new Uint8Array(5 * 1_048_576).fill(65), 0, [])).toThrow(/longer/);
  });
});

const TRANSACTIONS = "GET /finances/2024-06-19/transactions";
const money = (currencyAmount: number, currencyCode = "EUR") => ({ currencyAmount, currencyCode });
const leaf = (breakdownType: string, amount: number) => ({
  breakdownType,
  breakdownAmount: money(amount),
  breakdowns: [],
});
const transaction = (more: Record<string, unknown> = {}) => ({
  sellingPartnerMetadata: { sellingPartnerId: "A2", accountType: "Standard Orders", marketplaceId: DE },
  transactionId: "T1",
  transactionType: "Shipment",
  transactionStatus: "RELEASED",
  description: "Order Payment",
  postedDate: "2026-11-20T10:00:00Z",
  totalAmount: money(17.59),
  relatedIdentifiers: [{ relatedIdentifierName: "ORDER_ID", relatedIdentifierValue: "302-1234567-7654321" }],
  items: [
    {
      description: "T-Shirt",
      totalAmount: money(17.59),
      contexts: [
        { contextType: "ProductContext", asin: "B0", sku: "SKU-RED-M", quantityShipped: 1, fulfillmentNetwork: "MFN" },
      ],
      breakdowns: [
        {
          breakdownType: "Sales",
          breakdownAmount: money(19.99),
          breakdowns: [leaf("OurPricePrincipal", 16.8), leaf("OurPriceTax", 3.19)],
        },
        { breakdownType: "Fees", breakdownAmount: money(-2.4), breakdowns: [leaf("Commission", -2.4)] },
        leaf("Promo", 0),
      ],
    },
  ],
  ...more,
});
const mapped = (more: Record<string, unknown> = {}) =>
  // As the wire is read: fractions are text.
  MAPS.settlements.toUnified(
    MAPS.settlements.parseFile(new TextEncoder().encode(JSON.stringify(transaction(more))), CONTEXT)[0] ?? rawOf(null),
    CONTEXT,
  ).entries;

describe("movements before they are settled", () => {
  it("are listed with the same arguments to the end, which an empty page is not", async () => {
    const { adapter, sent } = givenAdapter(({ path }) => ({
      payload: path.includes("nextToken") ? { transactions: [transaction()] } : { transactions: [], nextToken: "n" },
    }));
    const first = await adapter.settlements.list(givenStore(), inputOf("transactions"), SIGNAL);
    expect(first).toMatchObject({ documents: [] });
    const second = await adapter.settlements.list(
      givenStore(),
      inputOf("transactions", 60, { cursor: first.next }),
      SIGNAL,
    );
    expect(second.documents).toMatchObject([{ externalId: "transaction:T1", key: { posted: "2026-11-20T10:00:00Z" } }]);
    expect(second.next).toBeNull();
    const asked = { postedAfter: "2026-11-22T11:00:00.000Z", postedBefore: "2026-11-22T11:57:30.000Z" };
    expect(sent.map(queryOf)).toEqual([asked, { ...asked, nextToken: "n" }]);
  });

  it("have an entry for each leaf of what they hold", () => {
    expect(
      mapped().map(({ kind, externalKind, amount, sellerCode, state }) => [
        kind,
        externalKind,
        amount.amount,
        sellerCode,
        state,
      ]),
    ).toEqual([
      ["sale", "Shipment/OurPricePrincipal", "16.8", "SKU-RED-M", "posted"],
      ["tax_collected", "Shipment/OurPriceTax", "3.19", "SKU-RED-M", "posted"],
      ["commission", "Shipment/Commission", "-2.4", "SKU-RED-M", "posted"],
    ]);
    expect(mapped()[0]).toMatchObject({
      book: "transactions",
      settlementExternalId: null,
      orderExternalId: "302-1234567-7654321",
    });
  });

  it("are one entry where the leaves do not make up the sum, or there are none", () => {
    expect(mapped({ totalAmount: money(17.6) })).toMatchObject([
      { externalId: "transaction:T1", kind: "sale", amount: { amount: "17.6" } },
    ]);
    expect(mapped({ items: [], transactionType: "Adjustment" })).toMatchObject([
      { kind: "adjustment", amount: { amount: "17.59" } },
    ]);
    expect(mapped({ items: [], transactionType: "Wonder" })).toMatchObject([{ kind: "other", externalKind: "Wonder" }]);
  });

  it("are counted once when they are held back and released", () => {
    const held = mapped({ transactionStatus: "DEFERRED" });
    const released = mapped({
      transactionId: "T2",
      relatedIdentifiers: [{ relatedIdentifierName: "DEFERRED_TRANSACTION_ID", relatedIdentifierValue: "T1" }],
    });
    expect(held.map(({ state }) => state)).toEqual(["deferred", "deferred", "deferred"]);
    expect(released.map(({ externalId }) => externalId)).toEqual(held.map(({ externalId }) => externalId));
    const told = [{ relatedIdentifierName: "RELEASE_TRANSACTION_ID", relatedIdentifierValue: "T2" }];
    expect(mapped({ transactionStatus: "DEFERRED_RELEASED", relatedIdentifiers: told })).toEqual([]);
    // Nobody names what released it: then nothing else tells of its money.
    expect(mapped({ transactionStatus: "DEFERRED_RELEASED" }).map(({ state }) => state)).toEqual([
      "posted",
      "posted",
      "posted",
    ]);
  });

  it("of a refund are a refund", () => {
    expect(mapped({ transactionType: "Refund" })[0]).toMatchObject({ kind: "refund" });
  });

  it("are found again at their time", async () => {
    const { adapter, sent } = givenAdapter(byPath({ [TRANSACTIONS]: { payload: { transactions: [transaction()] } } }));
    const keys = [
      { externalId: "transaction:T1", key: { posted: "2026-11-20T10:00:00Z" } },
      { externalId: "transaction:no", key: { posted: "no" } },
    ];
    const { documents, missing } = await adapter.settlements.getMany(givenStore(), keys, SIGNAL);
    expect([documents.length, missing.length]).toEqual([1, 1]);
    expect(queryOf(sent[0])).toEqual({
      postedAfter: "2026-11-20T09:59:59.000Z",
      postedBefore: "2026-11-20T10:00:01.000Z",
    });
  });
});

describe("payouts", () => {
  const payout = (currentStatus: string) => ({
    id: "11888387941",
    partnerMetadata: { partnerId: "A2", accountType: "STANDARD_ORDERS", marketplaceId: DE },
    currentStatus,
    statusHistory: [{ status: currentStatus, lastUpdatedDate: "2026-11-20T12:00:00Z" }],
    type: "SCHEDULED",
    amount: money(1250.75),
    creationDate: "2026-11-19T00:00:00Z",
    relatedIdentifiers: [{ relatedIdentifierName: "SETTLEMENT_ID", relatedIdentifierValue: "25581516411" }],
  });
  const entries = (status: string) => {
    const [raw] = MAPS.settlements.parseFile(
      new TextEncoder().encode(JSON.stringify({ payouts: [payout(status)] })),
      CONTEXT,
    );
    return MAPS.settlements.toUnified(raw ?? rawOf(null), CONTEXT).entries;
  };
  it.each([
    ["STARTED", "estimated"],
    ["IN_TRANSIT", "estimated"],
    ["PAID", "paid"],
  ])("that are %s are %s, and the negative of what was settled", (status, state) => {
    expect(entries(status)).toMatchObject([
      {
        kind: "payout",
        state,
        book: "payouts",
        amount: { amount: "-1250.75" },
        description: "settlement 25581516411",
        settlementExternalId: null,
      },
    ]);
  });
  it.each(["FAILED", "CANCELLED", "NO_PAYOUT"])("that are %s moved nothing", (status) => {
    expect(entries(status)).toEqual([]);
  });
  it("are listed by when they were made, for all marketplaces", async () => {
    const { adapter, sent } = givenAdapter(() => ({ payouts: [payout("PAID")] }));
    const page = await adapter.settlements.list(givenStore(), inputOf("payouts"), SIGNAL);
    expect(page.documents.map(({ externalId }) => externalId)).toEqual(["payout:11888387941"]);
    await adapter.settlements.getMany(givenStore(), [{ externalId: "payout:11888387941" }], SIGNAL);
    expect(queryOf(sent[1])).toMatchObject({ payoutId: "11888387941" });
  });
});

it("entries of one statement come from its own lines alone", () => {
  expect(entriesOf(row("Order", "ItemPrice", "Principal", "1,00"))).toHaveLength(1);
});
