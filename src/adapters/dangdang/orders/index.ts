/** Orders: lists name them by change or by creation, details are read one by one. */
import { absent, type ListInput, type OrderCapability, type Page, type Store } from "../../../core/adapter.ts";
import { wallWindow } from "../../../core/local-time.ts";
import { readEach } from "../../../core/paging.ts";
import { documentsInFile } from "../client/envelope.ts";
import { type Client, readCursor, readPages } from "../client/index.ts";
import { DOCS, SPLIT } from "../codes.ts";
import { ZONE } from "../config.ts";
import { GET_BATCH, MINUTES_A_DAY, PAGE } from "../limits.ts";
import { countIn } from "../schemas.ts";
import { readOrder, toDocument } from "./read.ts";
import { createReceivers } from "./reveal.ts";
import { toUnified } from "./to-order.ts";

const LIST = "dangdang.orders.list.get";
const ALL_STATES = "9999";

/** The platform takes fifteen days by change. */
const WINDOW = {
  maxMinutes: MINUTES_A_DAY,
  safetyLagSeconds: 30,
  overlapSeconds: 300,
  maxAgeDays: null,
  minSeconds: 2,
};
const LONG = { ...WINDOW, maxMinutes: 7 * MINUTES_A_DAY };

/** How each stream's window is named. */
const BOUNDS: Readonly<Record<string, readonly [string, string]>> = {
  changed: ["lastModifyTime_start", "lastModifyTime_end"],
  created: ["osd", "oed"],
  recent: ["lastModifyTime_start", "lastModifyTime_end"],
};

const MEMO = "the method that writes a memo is known by the beginning of its name alone (dangdang.orders.modify…)";
const CANCEL = "no method cancels an order; what is left out of the ship call is cancelled by the platform";

export function createOrders(client: Client): OrderCapability {
  return {
    streams: [
      { name: "changed", by: "change", window: WINDOW, everySeconds: 300, backfill: false },
      { name: "created", by: "creation", window: LONG, everySeconds: MINUTES_A_DAY * 60, backfill: true },
      { name: "recent", by: "change", window: { ...LONG, overlapSeconds: 86_400 }, everySeconds: 86_400, audit: true },
    ],
    getBatch: GET_BATCH,
    list: (store, input, signal) => listOrders(client, store, input, signal),
    getMany: (store, keys, signal) =>
      readEach(keys, async ({ externalId }) => {
        const order = await readOrder(client, store, externalId, signal);
        return order && toDocument(order.fields);
      }),
    toUnified,
    parseFile: (bytes) =>
      documentsInFile(bytes, "order", (value) =>
        "orderID" in value && "orderState" in value ? [toDocument(value)] : null,
      ),
    acts: {
      set_memo: absent(MEMO, DOCS),
      acknowledge: absent("an order is the shop's from the start; nothing confirms its receipt", DOCS),
      cancel: absent(CANCEL, DOCS),
      refund: absent("no call pays money: the platform refunds what a buyer's request asks for", DOCS),
    },
    receivers: createReceivers(client),
  };
}

async function listOrders(client: Client, store: Store, input: ListInput, signal: AbortSignal): Promise<Page> {
  const bounds = BOUNDS[input.stream];
  if (!bounds) throw new Error(`orders have no stream "${input.stream}"`);
  const [since, until] = wallWindow(input, ZONE);
  const cursor = readCursor(input.cursor, LIST);
  const { rows, ...page } = await readPages({ limit: input.limit, cursor }, PAGE, async (p, pageSize) => {
    const window = { [bounds[0]]: since, [bounds[1]]: until };
    // Without `os` only orders that wait to be shipped would come.
    const parameters = { os: ALL_STATES, ...window, p: String(p), pageSize: String(pageSize) };
    const answer = await client.call(store, { method: LIST, version: "3.0", parameters }, signal);
    return { total: countIn(answer), rows: answer.list("OrdersList/OrderInfo") };
  });
  const references = rows
    .filter((row) => row.text("orderState") !== SPLIT)
    .map((row) => ({
      externalId: row.need("orderID"),
      sourceUpdatedAt: row.time("lastModifyTime"),
      sourceVersion: null,
    }));
  return { ...page, documents: [], references };
}
