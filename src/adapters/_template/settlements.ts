/** Statements: a report is ordered, waited for, and read part by part. https://docs.platform.example/reports */
import { z } from "zod";
import type { ListInput, Page, RawDocument, SettlementCapability, Store, Stream } from "../../core/adapter.ts";
import { adapterError } from "../../core/errors.ts";
import { unified, type Warning } from "../../core/model/records.ts";
import { money } from "../../core/money.ts";
import { type Client, documentsInFile, readMany } from "./client.ts";
import { ENTRY_KIND, look } from "./codes.ts";
import { REPORT as REPORT_QUOTA } from "./limits.ts";
import { REPORT, STATEMENT_PART } from "./schemas.ts";

const WINDOW = {
  maxMinutes: 31 * 1440,
  safetyLagSeconds: 60,
  overlapSeconds: 86_400,
  maxAgeDays: 730,
  minSeconds: 3600,
};
const STREAMS: readonly Stream[] = [
  { name: "statements", by: "creation", window: WINDOW, everySeconds: 21_600, backfill: true },
];
/** A report takes minutes; the platform sends a message when it is ready, and this is for when none comes. */
const WAIT_MS = 120_000;
const CURSOR = z.object({ report: z.string(), part: z.int().min(0) });

export function createSettlements(client: Client): SettlementCapability {
  return {
    streams: STREAMS,
    books: [["statements"]],
    getBatch: 1,
    list: (store, input, signal) => listParts(client, store, input, signal),
    getMany: (store, keys, signal) =>
      readMany(
        client,
        store,
        { operation: "settlements.get", path: "/v1/statements/get" },
        keys,
        toPartDocument,
        signal,
      ),
    toUnified,
    parseFile: (bytes) => documentsInFile(bytes, toPartDocument),
  };
}

async function listParts(client: Client, store: Store, input: ListInput, signal: AbortSignal): Promise<Page> {
  const empty: Page = { documents: [], references: [], next: null };
  if (input.cursor === null) {
    const body = { from: input.since.toISOString(), to: input.until.toISOString() };
    const endpoint = {
      operation: "settlements.order",
      path: "/v1/reports",
      body,
      effect: "keyed-write" as const,
      quota: REPORT_QUOTA,
    };
    const { id } = await client.call(store, endpoint, REPORT, signal);
    return { ...empty, next: JSON.stringify({ report: id, part: 0 }), waitMs: WAIT_MS, run: id };
  }
  const at = readCursor(store, input.cursor);
  const report = await client.call(
    store,
    { operation: "settlements.report", path: "/v1/reports", query: { id: at.report } },
    REPORT,
    signal,
  );
  if (report.state === "MAKING") return { ...empty, next: input.cursor, waitMs: WAIT_MS, run: at.report };
  if (at.part >= report.parts) return empty;
  const query = { id: at.report, part: String(at.part) };
  const payload = await client.call(
    store,
    { operation: "settlements.part", path: "/v1/reports/part", query },
    z.unknown(),
    signal,
  );
  const next = at.part + 1 < report.parts ? JSON.stringify({ ...at, part: at.part + 1 }) : null;
  return { ...empty, documents: [toPartDocument(payload)], next, total: report.parts };
}

/** A position that is none of ours is refused like one that the platform refuses: the window begins again. */
function readCursor(store: Store, cursor: string): z.infer<typeof CURSOR> {
  try {
    return CURSOR.parse(JSON.parse(cursor));
  } catch (cause) {
    const message = "the stored position is none of this adapter's";
    throw adapterError("invalid_request", {
      platform: store.platform,
      operation: "settlements.report",
      message,
      cause,
    });
  }
}

function toPartDocument(payload: unknown): RawDocument {
  const { statement_id, index, last } = STATEMENT_PART.parse(payload);
  const part = { of: statement_id, index, last };
  return {
    externalId: `${statement_id}.${index}`,
    sourceUpdatedAt: null,
    sourceVersion: null,
    form: "statement-part@1",
    payload,
    part,
  };
}

function toUnified(raw: RawDocument) {
  const part = STATEMENT_PART.parse(raw.payload);
  const warnings: Warning[] = [];
  return unified({
    settlements: [
      {
        externalId: part.statement_id,
        periodStart: part.from,
        periodEnd: part.to,
        currency: part.currency,
        total: money(part.total, part.currency),
        payout: part.paid_out === null ? null : money(part.paid_out, part.currency),
        payoutCurrencyRate: null,
        paidAt: part.paid_at,
        externalStatus: part.state,
        warnings,
      },
    ],
    entries: part.entries.map((entry) => ({
      externalId: entry.id,
      settlementExternalId: part.statement_id,
      book: "statements",
      state: part.paid_at === null ? "posted" : "paid",
      kind: look(ENTRY_KIND, "entry", entry.kind, "other", warnings),
      externalKind: entry.kind,
      amount: money(entry.amount, part.currency),
      postedAt: entry.at,
      orderExternalId: entry.order_id,
      orderLineExternalId: null,
      shipmentExternalId: null,
      refundExternalId: null,
      sellerCode: null,
      description: entry.text,
    })),
  });
}
