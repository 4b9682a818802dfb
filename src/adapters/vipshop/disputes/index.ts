/**
 * Disputes of three systems, whose ids name them: buyers' applications to cancel a shop's order (`cancel:`), returns of
 * direct orders (`return:`), and goods that the platform sends back to the vendor (`vendor:`). What buyers return under JIT
 * and JITX goes to the platform: bills alone show it.
 */
import { absent, type DisputeCapability, type RawDocument, type RecordKey } from "../../../core/adapter.ts";
import { refusingRows } from "../../../core/no-record.ts";
import { readEach } from "../../../core/paging.ts";
import { documentsInFile } from "../client/files.ts";
import type { Client } from "../client/index.ts";
import { type List, readList, stream } from "../client/lists.ts";
import { DOCS, PURCHASE_MODES, settingsOf, vendorId } from "../config.ts";
import { GET_BATCH } from "../limits.ts";
import { FORM } from "../orders/documents.ts";
import { readOrders } from "../orders/read.ts";
import { toUnified as toOrders } from "../orders/to-order.ts";
import { createAnswerAct, createReceiveAct } from "./acts.ts";
import { compose, disputesInFile, readDispute, type System } from "./read.ts";
import { OF_ORDER, toUnified } from "./to-dispute.ts";

const LISTS: readonly (List & { system: System })[] = [
  {
    stream: stream("cancellations", "change", 180),
    system: "cancel",
    mode: "marketplace",
    method: "sov.batchGetCancelInfo",
    rows: "cancelInfos",
    query: ({ from, to, page, limit }) => ({ request: { start_time: from, end_time: to, page, limit } }),
  },
  {
    stream: stream("returns", "change", 600),
    system: "return",
    mode: "dvd",
    method: "dvd.getOrderReturnList",
    rows: "order_return_list",
    query: ({ store, from, to, page, limit }) => ({
      st_time: from,
      et_time: to,
      vendor_id: vendorId(store),
      page,
      limit,
    }),
  },
  {
    stream: stream("vendor_returns", "change", 3600),
    system: "vendor",
    mode: PURCHASE_MODES,
    method: "vreturn.getReturnInfo",
    rows: "returnInfos",
    parts: ({ settings }) => settingsOf(settings).return_warehouses,
    query: ({ store, from, to, page, limit, part }) => {
      const window = { st_create_time: from, ed_create_time: to };
      return { vendor_id: vendorId(store), warehouse: part, ...window, page, limit };
    },
  },
];

export function createDisputes(client: Client): DisputeCapability {
  return {
    streams: LISTS.map((list) => list.stream),
    rereadOpenMinutes: 360,
    getBatch: GET_BATCH,
    async list(store, input, signal) {
      const { list, rows, ask, page } = await readList(client, store, LISTS, input, signal);
      const found = { listed: ask.from.slice(0, 10), warehouse: ask.part };
      const documents: RawDocument[] = [];
      for (const row of rows) documents.push(await compose(client, store, list.system, row, found, signal));
      return { documents, references: [], ...page };
    },
    /** A direct order's own dispute comes with the order, and goes with it. */
    async getMany(store, keys, signal) {
      const isOrder = ({ externalId }: RecordKey) => externalId.startsWith(OF_ORDER);
      const asked = keys.filter((key) => !isOrder(key));
      const { documents, missing } = await readEach(asked, (key) => readDispute(client, store, key, signal));
      const orders = keys.filter(isOrder).map(({ externalId }) => ({
        externalId: externalId.slice(OF_ORDER.length),
        key: { mode: "dvd" },
      }));
      const direct = await readOrders(client, store, orders, signal);
      return { documents: [...documents, ...direct.documents], missing };
    },
    toUnified: refusingRows((raw) => (raw.form === FORM.dvd ? toOrders(raw) : toUnified(raw))),
    parseFile: (bytes) => documentsInFile(bytes, "dispute", disputesInFile),
    acts: {
      accept: createAnswerAct(client, true),
      refuse: createAnswerAct(client, false),
      message: absent("no interface takes words to a buyer; suppliers may not contact them", DOCS),
      receive_return: createReceiveAct(client),
    },
  };
}
