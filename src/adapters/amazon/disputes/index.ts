/**
 * Disputes: returns by report, and those of external fulfilment. The buyer's wish to cancel stands in orders, chargebacks in
 * settlements. The API answers none of them: that is done in Seller Central, or by the platform itself.
 */
import {
  absent,
  type DisputeCapability,
  type ListInput,
  type Page,
  type RecordKey,
  type Stream,
} from "../../../core/adapter.ts";
import { readEach } from "../../../core/paging.ts";
import type { Tree } from "../../../core/tree.ts";
import { type Client, parseCursor, type Shop } from "../client/index.ts";
import {
  charsetsOf,
  findReports,
  ORDERED,
  orderReport,
  type Part,
  readLines,
  readOrdered,
  waitFor,
} from "../client/reports.ts";
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
        ? listExternal(client.at(store, signal), input)
        : listReturns(client.at(store, signal), input),
    getMany: (store, keys, signal) =>
      readEach(keys, async (key) => {
        if (key.externalId.startsWith(PREFIX)) return getExternal(client.at(store, signal), key.externalId);
        return getReturn(client.at(store, signal), key);
      }),
    toUnified(raw, context) {
      if (raw.form === EXTERNAL_FORM) return externalToUnified(raw);
      if (raw.form === RETURN_FORM) return returnToUnified(raw, context);
      throw new TypeError(`"${raw.form}" is no form of disputes`);
    },
    parseFile: (bytes, context) =>
      /^\s*[{[]/.test(new TextDecoder().decode(bytes.subarray(0, 64)))
        ? documentsInFile(bytes, "dispute", ["returns"], (value) => {
            if (isExternal(value)) return [toExternalDocument(value)];
            return isReturnRow(value) ? [toReturnDocument(value)] : null;
          })
        : returnsInFile(bytes, charsetsOf(context)),
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

async function listReturns(shop: Shop, input: ListInput): Promise<Page> {
  if (input.cursor === null) {
    const [dataStartTime, dataEndTime] = [input.since.toISOString(), input.until.toISOString()];
    const wanted = { reportType: TYPE, marketplaceIds: marketplacesOf(shop.store), dataStartTime, dataEndTime };
    const report = await orderReport(shop, wanted);
    return waitFor(report, { report, place: null });
  }
  const ordered = parseCursor(ORDERED, input.cursor, OPERATION);
  const got = await readOrdered(shop, ordered);
  if (got === "wait") return waitFor(ordered.report, ordered);
  const documents = returnsOf(got.columns, got.lines);
  return { documents, references: [], next: got.next && JSON.stringify(got.next) };
}

/** No call reads one return: the newest report that holds its day tells what there is to tell. */
async function getReturn(shop: Shop, { externalId, key }: RecordKey) {
  const at = safeTime(key?.at ?? "");
  if (at === null) return null;
  const { reports } = await findReports(shop, {
    reportTypes: TYPE,
    processingStatuses: "DONE",
    pageSize: PAGE.reports,
  });
  const made = (report: Tree) => report.time("createdTime")?.getTime() ?? 0;
  const holding = reports
    .filter((report) => (report.time("dataStartTime") ?? at) <= at && (report.time("dataEndTime") ?? at) >= at)
    .sort((a, b) => made(b) - made(a));
  const id = holding[0]?.text("reportDocumentId") ?? null;
  if (id === null) return null;
  for (let from: number | null = 0, columns = ""; from !== null; ) {
    const part: Part = await readLines(shop, id, from);
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
