/**
 * Disputes: returns by report, and those of external fulfilment. The buyer's wish to cancel stands in orders, chargebacks in
 * settlements. The API answers none of them: that is done in Seller Central, or by the platform itself.
 */
import { z } from "zod";
import {
  absent,
  type DisputeCapability,
  type ListInput,
  type Page,
  type RecordKey,
  type Store,
  type Stream,
} from "../../../core/adapter.ts";
import { readEach } from "../../../core/paging.ts";
import type { Tree } from "../../../core/tree.ts";
import { type Client, parseCursor } from "../client/index.ts";
import { findReports, orderReport, type Part, REPORT_WAIT_MS, readLines, reportDocument } from "../client/reports.ts";
import { DOCS, marketplacesOf } from "../config.ts";
import { PAGE } from "../limits.ts";
import { documentsInFile } from "../schemas.ts";
import {
  EXTERNAL_FORM,
  externalToUnified,
  getExternal,
  isExternal,
  listExternal,
  PREFIX,
  toExternalDocument,
} from "./external.ts";
import {
  isReturnRow,
  RETURN_FORM,
  returnsInFile,
  returnsOf,
  returnTime,
  returnToUnified,
  toReturnDocument,
} from "./returns.ts";

const DAY_SECONDS = 86_400;
const TYPE = "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE";
const OPERATION = "reports.create";

const STREAMS: readonly Stream[] = [
  {
    name: "returns",
    by: "creation",
    // Sixty days a report; a return goes on for weeks after it was asked for.
    window: {
      maxMinutes: 59 * 1440,
      safetyLagSeconds: 300,
      overlapSeconds: 45 * DAY_SECONDS,
      maxAgeDays: null,
      minSeconds: 3600,
    },
    everySeconds: 21_600,
    backfill: true,
  },
  {
    name: "external",
    by: "creation",
    window: {
      maxMinutes: 30 * 1440,
      safetyLagSeconds: 60,
      overlapSeconds: 29 * DAY_SECONDS,
      maxAgeDays: null,
      minSeconds: 60,
    },
    everySeconds: 21_600,
    backfill: true,
  },
];

const BY_HAND =
  "the API offers no answer to returns and claims: they are decided in Seller Central, or by the platform itself";

export function createDisputes(client: Client): DisputeCapability {
  return {
    streams: STREAMS,
    getBatch: 1,
    list: (store, input, signal) =>
      input.stream === "external"
        ? listExternal(client, store, input, signal)
        : listReturns(client, store, input, signal),
    getMany: (store, keys, signal) =>
      readEach(keys, async (key) => {
        if (key.externalId.startsWith(PREFIX)) return getExternal(client, store, key.externalId, signal);
        return getReturn(client, store, key, signal);
      }),
    toUnified(raw, context) {
      if (raw.form === EXTERNAL_FORM) return externalToUnified(raw);
      if (raw.form === RETURN_FORM) return returnToUnified(raw, context);
      throw new TypeError(`"${raw.form}" is no form of disputes`);
    },
    parseFile: (bytes) =>
      /^\s*[{[]/.test(new TextDecoder().decode(bytes.subarray(0, 64)))
        ? documentsInFile(bytes, "dispute", ["returns"], (value) => {
            if (isExternal(value)) return [toExternalDocument(value)];
            return isReturnRow(value) ? [toReturnDocument(value)] : null;
          })
        : returnsInFile(bytes),
    acts: {
      accept: absent(BY_HAND, DOCS),
      refuse: absent(BY_HAND, DOCS),
      message: absent(
        "messages can be sent and not read back, so that one whose answer was lost would be sent twice",
        DOCS,
      ),
      receive_return: absent(BY_HAND, DOCS),
    },
  };
}

const CURSOR = z.object({
  report: z.string(),
  place: z.object({ from: z.int().min(0), columns: z.string() }).nullable(),
});
const EMPTY: Page = { documents: [], references: [], next: null };

async function listReturns(client: Client, store: Store, input: ListInput, signal: AbortSignal): Promise<Page> {
  const position = input.cursor === null ? null : parseCursor(CURSOR, input.cursor, OPERATION);
  const report = position?.report ?? (await order(client, store, input.since, input.until, signal));
  const wait: Page = {
    ...EMPTY,
    next: JSON.stringify({ report, place: position?.place ?? null }),
    waitMs: REPORT_WAIT_MS,
    run: report,
  };
  if (!position) return wait;
  const document = await reportDocument(client, store, report, signal);
  if (document === "wait") return wait;
  if (document === null) return EMPTY;
  const part = await readLines(client, store, document, position.place?.from ?? 0, signal);
  const columns = position.place?.columns ?? part.lines[0] ?? "";
  const lines = part.lines.slice(position.place ? 0 : 1);
  const next = part.next === null ? null : JSON.stringify({ report, place: { from: part.next, columns } });
  return { ...EMPTY, documents: returnsOf(columns, lines), next };
}

const order = (client: Client, store: Store, since: Date, until: Date, signal: AbortSignal): Promise<string> => {
  const [dataStartTime, dataEndTime] = [since.toISOString(), until.toISOString()];
  return orderReport(
    client,
    store,
    { reportType: TYPE, marketplaceIds: marketplacesOf(store), dataStartTime, dataEndTime },
    signal,
  );
};

/** No call reads one return: the newest report that holds its day tells what there is to tell. */
async function getReturn(client: Client, store: Store, { externalId, key }: RecordKey, signal: AbortSignal) {
  const at = safeTime(key?.at ?? "");
  if (at === null) return null;
  const { reports } = await findReports(
    client,
    store,
    { reportTypes: TYPE, processingStatuses: "DONE", pageSize: PAGE.reports },
    signal,
  );
  const made = (report: Tree) => report.time("createdTime")?.getTime() ?? 0;
  const holding = reports
    .filter((report) => (report.time("dataStartTime") ?? at) <= at && (report.time("dataEndTime") ?? at) >= at)
    .sort((a, b) => made(b) - made(a));
  const id = holding[0]?.text("reportDocumentId") ?? null;
  if (id === null) return null;
  for (let from: number | null = 0, columns = ""; from !== null; ) {
    const part: Part = await readLines(client, store, id, from, signal);
    if (from === 0) columns = part.lines.shift() ?? "";
    const found = returnsOf(columns, part.lines).find((each) => each.externalId === externalId);
    if (found) return found;
    from = part.next;
  }
  return null;
}

function safeTime(text: string): Date | null {
  try {
    return returnTime(text);
  } catch {
    return null;
  }
}
