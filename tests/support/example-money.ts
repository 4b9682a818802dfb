/** Statements of the example platform. */
import type { LedgerEntry, Settlement } from "../../src/core/model/records.ts";
import type { ExampleDocument } from "./example.ts";

export const STATEMENT_DAY = new Date("2026-03-01T12:00:00Z");

export function exampleSettlement(overrides: Partial<Settlement> = {}): Settlement {
  return {
    externalId: "S1",
    periodStart: new Date("2026-03-01T00:00:00Z"),
    periodEnd: new Date("2026-03-02T00:00:00Z"),
    currency: "EUR",
    total: null,
    payout: null,
    payoutCurrencyRate: null,
    paidAt: null,
    externalStatus: null,
    warnings: [],
    ...overrides,
  };
}

/** An entry of the statement S1. */
export function exampleEntry(
  externalId: string,
  amount: string,
  { currency = "EUR", ...overrides }: Partial<LedgerEntry> & { currency?: string } = {},
): LedgerEntry {
  return {
    externalId,
    settlementExternalId: "S1",
    book: "main",
    state: "posted",
    kind: "sale",
    externalKind: "sale",
    amount: { amount, currency },
    postedAt: STATEMENT_DAY,
    orderExternalId: null,
    orderLineExternalId: null,
    shipmentExternalId: null,
    refundExternalId: null,
    sellerCode: null,
    description: null,
    ...overrides,
  };
}

/** A statement in one document: a later one of the same name takes its place. */
export const statementDocument = (settlement: Settlement, entries: LedgerEntry[]): ExampleDocument => ({
  externalId: settlement.externalId,
  says: { settlements: [settlement], entries },
});
