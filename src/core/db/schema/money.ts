/** Money: statements, their entries, and what these belong to. */
import { sql } from "drizzle-orm";
import { bigint, date, index, integer, jsonb, numeric, pgTable, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { id, instant, source } from "./columns.ts";

export const settlements = pgTable(
  "settlements",
  {
    id: id(),
    storeId: uuid("store_id").notNull(),
    externalId: text("external_id").notNull(),
    periodStart: instant("period_start").notNull(),
    periodEnd: instant("period_end").notNull(),
    currency: text("currency").notNull(),
    total: numeric("total"),
    payout: numeric("payout"),
    payoutCurrency: text("payout_currency"),
    payoutRate: text("payout_rate"),
    paidAt: instant("paid_at"),
    /** The first open month when its payout came to be known: the journal of a month that was closed before has none of it. */
    bookedFrom: date("booked_from"),
    externalStatus: text("external_status"),
    /** unchecked, balanced, unbalanced, unverified_payout; and by how much. */
    state: text("state").notNull().default("unchecked"),
    difference: numeric("difference"),
    differenceCurrency: text("difference_currency"),
    /** What the bank shows, entered by hand where the platform names no payout. */
    bankAmount: numeric("bank_amount"),
    bankCurrency: text("bank_currency"),
    bankAt: instant("bank_at"),
    bankActor: text("bank_actor"),
    warnings: jsonb("warnings").$type<{ code: string; detail: string }[]>().notNull().default([]),
    ...source(),
  },
  (t) => [
    uniqueIndex("settlements_external").on(t.externalId, t.storeId),
    index("settlements_updated").on(t.updatedAt, t.id),
    index("settlements_unchecked").on(t.storeId, t.id).where(sql`${t.state} = 'unchecked'`),
  ],
);

export const ledgerEntries = pgTable(
  "ledger_entries",
  {
    id: id(),
    storeId: uuid("store_id").notNull(),
    externalId: text("external_id").notNull(),
    settlementId: uuid("settlement_id"),
    settlementExternalId: text("settlement_external_id"),
    book: text("book").notNull(),
    state: text("state").notNull(),
    kind: text("kind").notNull(),
    externalKind: text("external_kind").notNull(),
    amount: numeric("amount").notNull(),
    currency: text("currency").notNull(),
    postedAt: instant("posted_at").notNull(),
    /** First day of the month that it counts in: of its posting in the store's zone, or the first that was not closed. */
    period: date("period").notNull(),
    orderExternalId: text("order_external_id"),
    orderLineExternalId: text("order_line_external_id"),
    shipmentExternalId: text("shipment_external_id"),
    refundExternalId: text("refund_external_id"),
    sellerCode: text("seller_code"),
    description: text("description"),
    /** The document that the entry came from. */
    documentId: uuid("document_id"),
    /** Of what a closed month keeps of an entry that changed, and of what takes it back: that entry, and which of the two it is. */
    amends: uuid("amends"),
    amendment: text("amendment"),
    readSeq: bigint("read_seq", { mode: "number" }).notNull(),
  },
  (t) => [
    index("ledger_entries_settlement").on(t.settlementId, t.id),
    index("ledger_entries_order").on(t.storeId, t.orderExternalId),
    index("ledger_entries_posted").on(t.storeId, t.postedAt, t.id),
    index("ledger_entries_document").on(t.documentId),
    /** Which books a store's month has, and the entries of a month: long runs of equal keys, which take little room and time. */
    index("ledger_entries_books").on(t.storeId, t.period, t.book).where(sql`${t.state} in ('posted', 'paid')`),
    index("ledger_entries_amends").on(t.amends, t.period).where(sql`${t.amends} is not null`),
    index("ledger_entries_amended").on(t.storeId, t.settlementExternalId).where(sql`${t.amends} is not null`),
  ],
);

/** Entries that concern an order and are not matched yet: what is tried, and what is left for people. */
export const openEntries = pgTable(
  "open_entries",
  {
    entryId: uuid("entry_id").primaryKey(),
    storeId: uuid("store_id").notNull(),
    attempts: integer("attempts").notNull().default(0),
    /** When it is tried next; null where a person took its match back, and only people match it. */
    dueAt: instant("due_at"),
  },
  (t) => [index("open_entries_due").on(t.dueAt), index("open_entries_store").on(t.storeId, t.entryId)],
);

export const reconciliationMatches = pgTable(
  "reconciliation_matches",
  {
    id: id(),
    entryId: uuid("entry_id").notNull(),
    /** Null where a person explained the entry without an order. */
    orderId: uuid("order_id"),
    /** The order's part of the entry; parts of one entry sum to it. */
    amount: numeric("amount").notNull(),
    pass: text("pass").notNull(),
    reason: text("reason").notNull(),
    actor: text("actor"),
    at: instant("at").notNull().defaultNow(),
    undoneAt: instant("undone_at"),
    undoneBy: text("undone_by"),
  },
  (t) => [index("reconciliation_matches_entry").on(t.entryId), index("reconciliation_matches_order").on(t.orderId)],
);
