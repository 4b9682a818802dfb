/**
 * Orders. Each way of working has lists of its own; the setting `modes` says which are read. Where a list lacks something,
 * it names the order, which is then read whole.
 */
import type { ListInput, OrderCapability, Page, RawDocument, Reference, Store, Stream } from "../../../core/adapter.ts";
import { documentsInFile } from "../client/files.ts";
import { type Client, toPlatformTime, toSeconds } from "../client/index.ts";
import { type Ask, type List, readList } from "../client/lists.ts";
import { settingsOf, vendorId } from "../config.ts";
import { GET_BATCH, PAGE, REACH_DAYS } from "../limits.ts";
import { type Fields, textIn } from "../schemas.ts";
import { createOrderActs } from "./acts.ts";
import { ordersInFile, toDocument } from "./documents.ts";
import { deliveryGoods, jitxOrders, readOrders, requestDocument, reservationDocument, shopDocuments } from "./read.ts";
import { toUnified } from "./to-order.ts";

const WINDOW = {
  maxMinutes: 1440,
  safetyLagSeconds: 30,
  overlapSeconds: 600,
  maxAgeDays: REACH_DAYS.orders,
  minSeconds: 2,
};
/** The platform takes half an hour; bounds are moved outwards. */
const HALF_HOUR = { ...WINDOW, maxMinutes: 29, overlapSeconds: 300 };
const HOUR = { ...WINDOW, maxMinutes: 60 };

const stream = (name: string, by: Stream["by"], everySeconds: number, rest: Partial<Stream> = {}): Stream => ({
  name,
  by,
  everySeconds,
  window: WINDOW,
  backfill: true,
  ...rest,
});

/** What rows of a list become: documents, or references to what is read whole. */
interface OrderList extends List {
  take(
    client: Client,
    ask: Ask,
    rows: Fields[],
    signal: AbortSignal,
  ): Promise<Partial<Pick<Page, "documents" | "references">>>;
}

const named = (ids: readonly unknown[], mode: string, version: (index: number) => string | null): Reference[] =>
  ids.flatMap((id, index) => {
    const externalId = textIn(id);
    return externalId === null
      ? []
      : [{ externalId, key: { mode }, sourceUpdatedAt: null, sourceVersion: version(index) }];
  });

const texts = ({ from, to }: Ask): [string, string] => [toPlatformTime(from), toPlatformTime(to)];
const seconds = ({ from, to }: Ask) => ({ start_time: toSeconds(from), end_time: toSeconds(to) });

const shopList = (of: Stream, date_type: number): OrderList => ({
  stream: of,
  mode: "marketplace",
  method: "sov.getOrders",
  rows: "orders",
  size: PAGE.orders,
  query(ask) {
    const [query_start_time, query_end_time] = texts(ask);
    return { request: { query_start_time, query_end_time, date_type, page: ask.page, limit: ask.limit } };
  },
  take: async (client, { store }, rows, signal) => ({ documents: await shopDocuments(client, store, rows, signal) }),
});

/** Deliveries that left or arrived: the pick lists whose goods they hold are read again. */
const deliveryList = (of: Stream, bounds: string): OrderList => ({
  stream: of,
  mode: "jit",
  method: "jit.getDeliveryList",
  rows: "delivery_list",
  size: PAGE.most,
  query(ask) {
    const [from, to] = texts(ask);
    const window = { [`st_${bounds}`]: from, [`et_${bounds}`]: to };
    return { vendor_id: String(vendorId(ask.store)), ...window, page: ask.page, limit: ask.limit };
  },
  async take(client, { store }, rows, signal) {
    const picks = new Set<string>();
    for (const row of rows)
      for (const item of await deliveryGoods(client, store, textIn(row.storage_no) ?? "", signal))
        picks.add(textIn(item.pick_no) ?? "");
    picks.delete("");
    return { references: named([...picks], "jit", () => null) };
  },
});

const reservationList = (
  of: Stream,
  method: "getInventoryOccupiedOrders" | "getInventoryCancelledOrders",
  wrapper: string,
  document: (row: Fields) => RawDocument,
): OrderList => ({
  stream: of,
  mode: "jit",
  method: `inventory.${method}`,
  rows: "occupied_orders",
  size: PAGE.orders,
  isWanted: (store) => settingsOf(store.settings).reservations,
  query: ({ store, from, to, page, limit }) => ({
    [wrapper]: {
      vendor_id: vendorId(store),
      st_query_time: toSeconds(from),
      et_query_time: toSeconds(to),
      page,
      limit,
    },
  }),
  take: async (_client, _ask, rows) => ({ documents: rows.map(document) }),
});

const isWithinJitx = ({ store, to }: { store: Store; to: Date }, now: Date): boolean =>
  now.getTime() - to.getTime() <= settingsOf(store.settings).jitx_days * 86_400_000;

const LISTS: readonly OrderList[] = [
  shopList(stream("shop_changed", "change", 180), 2),
  {
    stream: stream("jitx_changed", "change", 60, { window: HALF_HOUR }),
    mode: "jitx",
    method: "jitx.getOrders",
    rows: "orders",
    size: PAGE.orders,
    query: (ask) => ({
      request: { vendor_id: vendorId(ask.store), ...seconds(ask), page: ask.page, limit: ask.limit },
    }),
    take: async (_client, _ask, rows) => ({ documents: rows.map((row) => toDocument("jitx", row.order_sn, row)) }),
  },
  {
    stream: stream("jitx_requests", "change", 60, {
      window: { ...HALF_HOUR, maxAgeDays: REACH_DAYS.requests },
      backfill: false,
    }),
    mode: "jitx",
    method: "jitx.getDeliveryOrders",
    rows: "delivery_orders",
    size: PAGE.orders,
    query: (ask) => ({
      request: { vendor_id: vendorId(ask.store), ...seconds(ask), page: ask.page, limit: ask.limit },
    }),
    /** A request whose order has come is the order. */
    async take(client, { store }, rows, signal) {
      const orders = await jitxOrders(
        client,
        store,
        rows.map((row) => textIn(row.order_sn) ?? ""),
        signal,
      );
      const come = new Set(orders.map((row) => textIn(row.order_sn)));
      const open = rows.filter((row) => !come.has(textIn(row.order_sn)));
      return {
        documents: [...orders.map((row) => toDocument("jitx", row.order_sn, row)), ...open.map(requestDocument)],
      };
    },
  },
  {
    stream: stream("direct_entered", "creation", 180),
    mode: "dvd",
    method: "dvd.getOrderListByCreateTime",
    rows: "order_list_by_create_time",
    size: PAGE.most,
    query(ask) {
      const [st_create_time, et_create_time] = texts(ask);
      const po_no = settingsOf(ask.store.settings).dvd_po_nos.join(",");
      const vendor_id = String(vendorId(ask.store));
      return { st_create_time, et_create_time, po_no, vendor_id, page: ask.page, limit: ask.limit };
    },
    take: async (_client, _ask, rows) => ({
      references: named(
        rows.map((row) => row.order_id),
        "dvd",
        () => null,
      ),
    }),
  },
  {
    stream: stream("picks_cut", "creation", 300),
    mode: "jit",
    method: "jit.getPickList",
    rows: "picks",
    size: PAGE.most,
    query(ask) {
      const [st_create_time, et_create_time] = texts(ask);
      return { vendor_id: vendorId(ask.store), st_create_time, et_create_time, page: ask.page, limit: ask.limit };
    },
    take: async (_client, _ask, rows) => ({
      references: named(
        rows.map((row) => row.pick_no),
        "jit",
        () => null,
      ),
    }),
  },
  deliveryList(stream("picks_out", "change", 600, { backfill: false }), "out_time"),
  deliveryList(stream("picks_received", "change", 1800, { backfill: false }), "arrive_time"),
  reservationList(
    stream("reserved", "creation", 90, { window: HOUR, backfill: false }),
    "getInventoryOccupiedOrders",
    "inventoryOccupiedOrdersRequest",
    reservationDocument,
  ),
  reservationList(
    stream("released", "creation", 90, { window: HOUR, backfill: false }),
    "getInventoryCancelledOrders",
    "inventoryCancelledOrdersRequest",
    (row) => toDocument("release", `released:${textIn(row.occupied_order_sn) ?? ""}`, row),
  ),
  shopList(
    stream("shop_recent", "creation", 86_400, { audit: true, window: { ...WINDOW, overlapSeconds: 80_000 } }),
    1,
  ),
];

export function createOrders(client: Client): OrderCapability {
  return {
    streams: LISTS.map((list) => list.stream),
    // Direct orders, pick lists and reservations have no list of what changed.
    rereadOpenMinutes: 30,
    getBatch: GET_BATCH,
    list: (store, input, signal) => listOrders(client, store, input, signal),
    getMany: (store, keys, signal) => readOrders(client, store, keys, signal),
    toUnified,
    parseFile: (bytes) => documentsInFile(bytes, "order", ordersInFile),
    acts: createOrderActs(client),
  };
}

async function listOrders(client: Client, store: Store, input: ListInput, signal: AbortSignal): Promise<Page> {
  const isPast = input.stream === "jitx_changed" && !isWithinJitx({ store, to: input.until }, client.clock.now());
  if (isPast && input.cursor === null) return { documents: [], references: [], next: null };
  const { list, rows, ask, page } = await readList(client, store, LISTS, input, signal);
  const taken = rows.length === 0 ? {} : await list.take(client, ask, rows, signal);
  return { documents: [], references: [], ...taken, ...page };
}
