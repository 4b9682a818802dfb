/** Statements are made by the platform at each payout; their reports are found by when they were made, and kept for 90 days. */
import { z } from "zod";
import type { ListInput, Page, RawDocument, RecordKey } from "../../../core/adapter.ts";
import { isAdapterError } from "../../../core/errors.ts";
import { parseCursor, type Shop } from "../client/index.ts";
import { findReports, readLines, stateOfReport, waitFor } from "../client/reports.ts";
import { brokenStatement, headOf, partsOf } from "./flat-file.ts";

const TYPE = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2";
const OPERATION = "reports.list";
/** Reports of one page: their ids stand in the cursor. */
const PAGE_SIZE = 20;
/** The list goes 90 days back, counted by the platform's clock. */
const KEPT_MS = 90 * 86_400_000 - 60_000;

/** Where a file is read on: its byte, the next document and row, and what every document keeps. */
const PLACE = z.object({
  at: z.int().min(0),
  index: z.int().min(0),
  from: z.int().min(0),
  columns: z.string(),
  summary: z.string(),
  /** Rows that were read, and may go on behind this place. */
  held: z.array(z.string()).default([]),
});
const CURSOR = z.object({
  token: z.string().nullable(),
  reports: z.array(z.string()).max(PAGE_SIZE),
  place: PLACE.nullable(),
});
type Position = z.infer<typeof CURSOR>;
type Place = z.infer<typeof PLACE>;

const EMPTY: Page = { documents: [], references: [], next: null };

export async function listStatements(shop: Shop, input: ListInput): Promise<Page> {
  const position = input.cursor === null ? null : parseCursor(CURSOR, input.cursor, OPERATION);
  const [report, ...rest] = position?.reports ?? [];
  if (!position || report === undefined) return find(shop, input, position?.token ?? null);
  const document = await stateOfReport(shop, report);
  if (document === "wait") return waitFor(report, position);
  const part = await partOf(shop, report, document, position.place);
  const reports = part.next === null ? rest : position.reports;
  return { ...EMPTY, documents: part.documents, next: nextOf({ token: position.token, reports, place: part.next }) };
}

const nextOf = (position: Position): string | null =>
  position.reports.length === 0 && position.token === null ? null : JSON.stringify(position);

async function find(shop: Shop, input: ListInput, nextToken: string | null): Promise<Page> {
  const since = Math.max(input.since.getTime(), shop.clock.now().getTime() - KEPT_MS);
  if (since > input.until.getTime()) return EMPTY;
  const window = { createdSince: new Date(since).toISOString(), createdUntil: input.until.toISOString() };
  // A token comes alone.
  const query = nextToken === null ? { reportTypes: TYPE, ...window, pageSize: PAGE_SIZE } : { nextToken };
  const { reports, token } = await findReports(shop, query);
  return { ...EMPTY, next: nextOf({ token, reports: reports.map((report) => report.need("reportId")), place: null }) };
}

type Part = { documents: RawDocument[]; next: Place | null };

/** Nobody can order a statement again: one that failed is told, and those after it are read. */
async function partOf(
  shop: Shop,
  report: string,
  document: string | null | { failed: string },
  place: Place | null,
): Promise<Part> {
  if (document === null) return { documents: [], next: null };
  if (typeof document === "string") return readPart(shop, { report, document }, place);
  const problem = `the platform could not make the statement of report ${report}: it ended as ${document.failed}`;
  return { documents: [brokenStatement(report, problem)], next: null };
}

async function readPart(
  shop: Shop,
  { report, document }: { report: string; document: string },
  place: Place | null,
): Promise<Part> {
  const part = await readLines(shop, document, place?.at ?? 0);
  const head = place ?? headOf(part.lines);
  if (head === null) {
    const problem = `report ${report} holds no statement: its first lines do not name settlement-id`;
    return { documents: [brokenStatement(report, problem)], next: null };
  }
  const { columns, summary } = head;
  const lines = place ? [...place.held, ...part.lines] : part.lines.slice(2);
  const [index, from] = [place?.index ?? 0, place?.from ?? 0];
  const { documents, held } = partsOf({ columns, summary }, lines, { index, from, isEnd: part.next === null }, report);
  if (part.next === null) return { documents, next: null };
  const done = { index: index + documents.length, from: from + lines.length - held.length };
  return { documents, next: { at: part.next, ...done, columns, summary, held } };
}

/** A document by its report; the file is read from its beginning. Null where there is none (any more). */
export async function getStatement(shop: Shop, { externalId, key }: RecordKey): Promise<RawDocument | null> {
  const report = key?.report;
  if (report === undefined) return null;
  const document = await documentOf(shop, report);
  if (document === null || document === "wait") return null;
  for (let place: Place | null = null; ; ) {
    const part: Part = await partOf(shop, report, document, place);
    const found = part.documents.find((each) => each.externalId === externalId);
    if (found || part.next === null) return found ?? null;
    place = part.next;
  }
}

/** A report that the platform does not know is refused as a bad request by some of its hosts. */
async function documentOf(shop: Shop, report: string): ReturnType<typeof stateOfReport> {
  try {
    return await stateOfReport(shop, report);
  } catch (error) {
    if (isAdapterError(error) && (error.category === "not_found" || error.category === "invalid_request")) return null;
    throw error;
  }
}
