/**
 * Reports: ordered or found, waited for, and read in parts. A file's address lives for five minutes and is asked for anew for
 * each part. https://developer-docs.amazon.com/sp-api/docs/reports-api-v2021-06-30-use-case-guide
 */
import { z } from "zod";
import type { HttpAnswer, Page, Store } from "../../../core/adapter.ts";
import { adapterError } from "../../../core/errors.ts";
import type { Tree } from "../../../core/tree.ts";
import { ID, JAPAN, sellsIn } from "../config.ts";
import { read } from "../schemas.ts";
import { type Endpoint, type Shop, segment } from "./index.ts";

const ROOT = "/reports/2021-06-30";
/** Most reports are made within minutes. */
const REPORT_WAIT_MS = 30_000;
/** Bytes that are held of a file at once; a packed file comes whole, and is some ten times as small. */
const PART_BYTES = 4 * 1_048_576;
const NEW_LINE = 10;
const GZIP = [0x1f, 0x8b];
const FILE = "files.report";

interface Wanted {
  reportType: string;
  marketplaceIds: readonly string[];
  dataStartTime?: string;
  dataEndTime?: string;
  reportOptions?: Readonly<Record<string, string>>;
}

/** Orders a report; one more of the same does no harm. */
export async function orderReport(shop: Shop, body: Wanted): Promise<string> {
  const endpoint = {
    operation: "reports.create",
    plan: "create_report",
    path: `${ROOT}/reports`,
    body,
    effect: "keyed-write",
  } as const;
  return read(await shop.send(endpoint)).need("reportId");
}

const GET = "reports.get";

/** The document of a report that is ready; `wait`: it is being made; null: there is nothing in it; or how it failed. */
export async function stateOfReport(
  shop: Shop,
  reportId: string,
): Promise<string | "wait" | null | { failed: string }> {
  const path = `${ROOT}/reports/${segment(reportId)}`;
  const report = read(await shop.send({ operation: GET, plan: "get_report", path }));
  const status = report.need("processingStatus");
  if (status === "IN_QUEUE" || status === "IN_PROGRESS") return "wait";
  // Mostly for want of data, or because the same was asked for a moment ago.
  if (status === "CANCELLED") return null;
  const document = report.text("reportDocumentId");
  return status === "DONE" && document !== null ? document : { failed: status };
}

/** The same of a report that we ordered: one that failed is ordered once more, since the window begins again. */
async function reportDocument(shop: Shop, reportId: string): Promise<string | "wait" | null> {
  const state = await stateOfReport(shop, reportId);
  if (state === null || typeof state === "string") return state;
  const message = `the report ended as ${state.failed}: it is ordered once more`;
  throw adapterError("invalid_request", { platform: ID, operation: GET, message });
}

/** Reports of a kind that there are already, and the token of the next page. */
export async function findReports(
  shop: Shop,
  query: Record<string, string | number>,
): Promise<{ reports: Tree[]; token: string | null }> {
  const endpoint = { operation: "reports.list", plan: "get_reports", path: `${ROOT}/reports`, query } as const;
  const body = read(await shop.send(endpoint));
  return { reports: body.list("reports"), token: body.text("nextToken") };
}

export interface Part {
  lines: string[];
  /** Where the file goes on; null at its end. */
  next: number | null;
}

/** Whole lines of a report's file from a byte on. Throws for a file that is broken, or has a line longer than a part. */
export function readLines(shop: Shop, id: string, from: number): Promise<Part> {
  const path = `${ROOT}/documents/${segment(id)}`;
  return linesBehind(shop, { operation: "reports.document", plan: "get_report_document", path }, from);
}

/** The same of whatever file an answer gives the address of. */
export async function linesBehind(shop: Shop, endpoint: Endpoint, from: number): Promise<Part> {
  const about = read(await shop.send(endpoint));
  const isPacked = about.text("compressionAlgorithm") !== null;
  const headers: Record<string, string> = isPacked ? {} : { range: `bytes=${from}-${from + PART_BYTES - 1}` };
  const request = { method: "GET" as const, url: about.need("url"), headers };
  const answer = await shop.file(FILE, request);
  const [first, second] = answer.bytes;
  // Some hosts unpack by themselves.
  const isStillPacked = isPacked && first === GZIP[0] && second === GZIP[1];
  const { bytes, isLast } = isStillPacked ? await unpacked(answer.bytes, from) : plainPart(answer, from);
  const told = charsetOf(answer);
  return cut(bytes, from, isLast, [...(told === null ? [] : [told]), ...charsetsOf(shop.store)]);
}

/** The same of a file that is there whole. */
export function partFrom(bytes: Uint8Array, from: number, charsets: readonly string[]): Part {
  return cut(bytes.subarray(from, from + PART_BYTES), from, from + PART_BYTES >= bytes.length, charsets);
}

function cut(bytes: Uint8Array, from: number, isLast: boolean, charsets: readonly string[]): Part {
  const end = isLast ? bytes.length : bytes.lastIndexOf(NEW_LINE) + 1;
  const message = "a line of the report is longer than a part of it";
  if (end === 0 && !isLast) throw adapterError("permanent", { platform: ID, operation: FILE, message });
  return { lines: linesOf(bytes.subarray(0, end), charsets), next: isLast ? null : from + end };
}

function plainPart({ status, headers, bytes }: HttpAnswer, from: number): { bytes: Uint8Array; isLast: boolean } {
  // A host that knows no ranges answers the whole file.
  const part = status === 206 ? bytes : bytes.subarray(from, from + PART_BYTES);
  const total =
    status === 206 ? Number(/\/(\d+)$/.exec(headers["content-range"] ?? "")?.[1] ?? Number.NaN) : bytes.length;
  return { bytes: part, isLast: Number.isNaN(total) ? part.length < PART_BYTES : from + part.length >= total };
}

/** A part of what was packed: the rest is passed by and not kept. */
async function unpacked(packed: Uint8Array, from: number): Promise<{ bytes: Uint8Array; isLast: boolean }> {
  const kept = new Uint8Array(PART_BYTES);
  let [at, length] = [0, 0];
  const reader = new Blob([packed as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream("gzip"))
    .getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return { bytes: kept.subarray(0, length), isLast: true };
      const part = value.subarray(Math.max(0, from - at), Math.max(0, from + PART_BYTES - at));
      kept.set(part, length);
      length += part.length;
      at += value.length;
      if (at <= from + PART_BYTES) continue;
      await reader.cancel();
      return { bytes: kept, isLast: false };
    }
  } catch (cause) {
    throw adapterError("transient", {
      platform: ID,
      operation: FILE,
      message: "the packed report cannot be read",
      cause,
    });
  }
}

const charsetOf = ({ headers }: HttpAnswer): string | null =>
  /charset="?([\w-]+)/i.exec(headers["content-type"] ?? "")?.[1]?.toLowerCase() ?? null;

export const WESTERN: readonly string[] = ["utf-8", "windows-1252"];
/**
 * Where nobody says so, Japanese files are often Shift_JIS and western ones windows-1252. Western letters can be read as
 * Shift_JIS too, as others: it is tried for those who sell in Japan alone.
 */
export const charsetsOf = (store: Pick<Store, "settings" | "marketplaces">): readonly string[] =>
  sellsIn(store, JAPAN) ? ["utf-8", "shift_jis", "windows-1252"] : WESTERN;

/** Lines as text, in the first of the charsets in which all of it can be read. */
export function linesOf(bytes: Uint8Array, charsets: readonly string[]): string[] {
  for (const name of charsets) {
    try {
      const text = new TextDecoder(name, { fatal: true }).decode(bytes);
      return text.split(/\r?\n/).filter((line) => line !== "");
    } catch {
      // The next is tried; the last takes any byte.
    }
  }
  return [];
}

/** Where a report that was ordered is read on, and the names of its columns. */
export const ORDERED = z.object({
  report: z.string(),
  place: z.object({ from: z.int().min(0), columns: z.string() }).nullable(),
});
type Ordered = z.infer<typeof ORDERED>;

/** The next lines of a report that was ordered; `wait`: it is being made. `next` is null at its end. */
export async function readOrdered(
  shop: Shop,
  { report, place }: Ordered,
): Promise<"wait" | { columns: string; lines: string[]; next: Ordered | null }> {
  const document = await reportDocument(shop, report);
  if (document === "wait") return "wait";
  if (document === null) return { columns: "", lines: [], next: null };
  const part = await readLines(shop, document, place?.from ?? 0);
  const columns = place?.columns ?? part.lines.shift() ?? "";
  const next = part.next === null ? null : { report, place: { from: part.next, columns } };
  return { columns, lines: part.lines, next };
}

/** A page that comes again when the report may be ready. */
export const waitFor = (run: string, position: object): Page => ({
  documents: [],
  references: [],
  next: JSON.stringify(position),
  waitMs: REPORT_WAIT_MS,
  run,
});

/** A line's cells by the names of the columns; what is missing is empty. */
export function cellsOf(columns: string, line: string): Record<string, string> {
  const cells = line.split("\t").map(unquoted);
  return Object.fromEntries(columns.split("\t").map((name, i) => [unquoted(name).trim(), (cells[i] ?? "").trim()]));
}

const unquoted = (cell: string): string => (/^".*"$/.test(cell) ? cell.slice(1, -1).replaceAll('""', '"') : cell);
