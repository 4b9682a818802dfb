/** Orders: lists name them by change or by creation, details are read one by one. */
import { absent, type ListInput, type OrderCapability, type Page } from "../../../core/adapter.ts";
import { wallWindow } from "../../../core/local-time.ts";
import { refusingRows } from "../../../core/no-record.ts";
import { readEach } from "../../../core/paging.ts";
import { documentsInFile } from "../client/envelope.ts";
import { PAGING } from "../client/helpers.ts";
import type { Client, Shop } from "../client/index.ts";
import { DOCS } from "../codes.ts";
import { ZONE } from "../config.ts";
import { GET_BATCH, MINUTES_A_DAY, PAGE } from "../limits.ts";
import { changedAt, countIn, namedIn } from "../schemas.ts";
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
/** What was missed is found within three days. */
const DAYS = { ...LONG, overlapSeconds: 3 * 86_400 };

/** How each stream's window is named. */
const BOUNDS: Readonly<Record<string, readonly [string, string]>> = {
  changed: ["lastModifyTime_start", "lastModifyTime_end"],
  created: ["osd", "oed"],
  placed: ["osd", "oed"],
  recent: ["lastModifyTime_start", "lastModifyTime_end"],
};

const MEMO = "the method that writes a memo is known by the beginning of its name alone (dangdang.orders.modify…)";
const CANCEL = "no method cancels an order; what is left out of the ship call is cancelled by the platform";

export function createOrders(client: Client): OrderCapability {
  return {
    streams: [
      { name: "changed", by: "change", window: WINDOW, everySeconds: 300, backfill: false },
      { name: "created", by: "creation", window: LONG, everySeconds: MINUTES_A_DAY * 60, backfill: true },
      { name: "placed", by: "creation", window: DAYS, everySeconds: MINUTES_A_DAY * 60, audit: true },
      { name: "recent", by: "change", window: DAYS, everySeconds: MINUTES_A_DAY * 60, audit: true },
    ],
    // Whether a memo moves the time of change is not said.
    rereadOpenMinutes: MINUTES_A_DAY,
    getBatch: GET_BATCH,
    list: (store, input, signal) => listOrders(client.at(store, signal), input),
    getMany: (store, keys, signal) =>
      readEach(keys, async ({ externalId }) => {
        const order = await readOrder(client.at(store, signal), externalId);
        return order && toDocument(order.fields);
      }),
    toUnified: refusingRows(toUnified),
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

async function listOrders(shop: Shop, input: ListInput): Promise<Page> {
  const [from, to] = BOUNDS[input.stream] ?? [];
  if (from === undefined || to === undefined) throw new Error(`orders have no stream "${input.stream}"`);
  const [since, until] = wallWindow(input, ZONE);
  const position = { limit: input.limit, cursor: PAGING.readCursor(input.cursor, LIST) };
  const { rows, ...page } = await PAGING.readPages(position, PAGE, async (p, pageSize) => {
    // Without `os` only orders that wait to be shipped would come.
    const parameters = { os: ALL_STATES, [from]: since, [to]: until, p: String(p), pageSize: String(pageSize) };
    const answer = await shop.call(LIST, "3.0", { parameters });
    return { total: countIn(answer), rows: answer.list("OrdersList/OrderInfo") };
  });
  return { ...page, ...namedIn(rows, "order", ["orderID"], (row) => ({ sourceUpdatedAt: changedAt(row) })) };
}
