/** Disputes. Applications are listed by when they were made and by when they were decided: the second alone lacks open ones. */
import type { DisputeCapability, ListInput, Page, Store, Stream } from "../../../core/adapter.ts";
import { isNoRecord, refusingRows } from "../../../core/no-record.ts";
import { readEach } from "../../../core/paging.ts";
import { documentsInFile } from "../client/envelope.ts";
import { type Client, windowOf } from "../client/index.ts";
import { listIn, readCursor, readPages } from "../client/pages.ts";
import { GET_BATCH, PAGE } from "../limits.ts";
import type { Fields } from "../schemas.ts";
import { createDisputeActs } from "./acts.ts";
import {
  CLAIMS,
  caller,
  REFUNDS,
  readDispute,
  SERVICES,
  type System,
  serviceQuery,
  systemOf,
  toDocument,
} from "./read.ts";
import { toUnified } from "./to-dispute.ts";

/** How long a window may be is not written. */
const WINDOW = { maxMinutes: 1440, safetyLagSeconds: 60, overlapSeconds: 600, maxAgeDays: null, minSeconds: 2 };
const LONG = { ...WINDOW, maxMinutes: 7 * 1440 };

const STREAMS: readonly Stream[] = [
  { name: "refunds_applied", by: "creation", window: LONG, everySeconds: 300, backfill: true },
  { name: "refunds_checked", by: "change", window: WINDOW, everySeconds: 300, backfill: false },
  { name: "services_changed", by: "change", window: WINDOW, everySeconds: 300, backfill: false },
  { name: "services_applied", by: "creation", window: LONG, everySeconds: 86_400, backfill: true },
  { name: "claims", by: "change", window: LONG, everySeconds: 3600, backfill: true },
];

export function createDisputes(client: Client): DisputeCapability {
  return {
    streams: STREAMS,
    rereadOpenMinutes: 360,
    getBatch: GET_BATCH,
    list: (store, input, signal) => listDisputes(client, store, input, signal),
    getMany: (store, keys, signal) => readEach(keys, (key) => readDispute(client, store, key, signal)),
    toUnified: refusingRows(toUnified),
    parseFile: (bytes) =>
      documentsInFile(bytes, "dispute", (value) => {
        const system = systemOf(value);
        return system === null ? null : [toDocument(value, system)];
      }),
    acts: createDisputeActs(client),
  };
}

async function listDisputes(client: Client, store: Store, input: ListInput, signal: AbortSignal): Promise<Page> {
  const list = listOf(store, input);
  const cursor = readCursor(input.cursor, list.method);
  const { rows, ...page } = await readPages({ limit: input.limit, cursor }, PAGE, async (number, size) => {
    const answer = await client.call(store, list.method, list.parameters(number, size), signal);
    return list.system === "service" ? listIn(answer.pageResult, "data") : listIn(answer.queryResult, "result");
  });
  const documents = rows.map((row) => toDocument(row, list.system));
  // The list of applications lacks their goods: each is read by its number.
  if (list.system !== "refund") return { ...page, documents, references: [] };
  const references = documents.flatMap((document) => {
    const { externalId, sourceUpdatedAt, sourceVersion } = document;
    return isNoRecord(document) ? [] : [{ externalId, sourceUpdatedAt, sourceVersion }];
  });
  return { ...page, documents: documents.filter(isNoRecord), references };
}

interface List {
  method: string;
  system: System;
  parameters(page: number, size: number): Fields;
}

/** How each list names its window, and its pages. */
function listOf(store: Store, input: ListInput): List {
  const [from, to] = windowOf(input);
  const indexed = (method: string, system: System, window: Fields): List => ({
    method,
    system,
    parameters: (pageIndex, pageSize) => ({ ...window, pageIndex, pageSize }),
  });
  switch (input.stream) {
    case "refunds_applied":
      return indexed(REFUNDS, "refund", { applyTimeStart: from, applyTimeEnd: to });
    case "refunds_checked":
      return indexed(REFUNDS, "refund", { checkTimeStart: from, checkTimeEnd: to });
    case "claims":
      return indexed(CLAIMS, "claim", { modifiedStartTime: from, modifiedEndTime: to });
    case "services_changed": {
      const window = { ...caller(store), updateTimeBegin: from, updateTimeEnd: to, extJsonStr: "{}" };
      return {
        method: "jingdong.asc.sync.list",
        system: "service",
        parameters: (page, size) => ({ ...window, pageNumber: String(page), pageSize: String(size) }),
      };
    }
    case "services_applied": {
      const window = { applyTimeBegin: from, applyTimeEnd: to };
      return { method: SERVICES, system: "service", parameters: (...at) => serviceQuery(store, window, ...at) };
    }
    default:
      throw new Error(`disputes have no stream "${input.stream}"`);
  }
}
