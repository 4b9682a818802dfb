/**
 * Orders. Each way of working has lists of its own; the setting `modes` says which are read. Where a list lacks something,
 * it names the order, which is then read whole.
 */
import type { ListInput, OrderCapability, Page, RawDocument, Reference, Store } from "../../../core/adapter.ts";
import { noRecord, refusingRows } from "../../../core/no-record.ts";
import { documentsInFile } from "../client/files.ts";
import type { Client } from "../client/index.ts";
import { type Ask, type List, readList, stream } from "../client/lists.ts";
import { type Mode, settingsOf, vendorId } from "../config.ts";
import { GET_BATCH, PAGE, REACH_DAYS } from "../limits.ts";
import { type Fields, textIn } from "../schemas.ts";
import { createOrderActs } from "./acts.ts";
import { directVersion, ordersInFile, releaseDocument, reservationDocument, toDocument } from "./documents.ts";
import { endedReservations, readOrders, requestDocument, shopDocuments, splitCome } from "./read.ts";
import { deliveryGoods } from "./read-pick.ts";
import { createReceivers } from "./reveal.ts";
import { toUnified } from "./to-order.ts";

const REACH = { maxAgeDays: REACH_DAYS.orders };
/** JITX takes half an hour; bounds are moved outwards. */
const HALF_HOUR = 29;
const HOUR = { maxAgeDays: REACH_DAYS.reservations, maxMinutes: 60 };
const NEW_ONLY = { backfill: false };
/** Of a list that is read again and again: the newest so many days of it. */
const listedAgain = (days: number): Parameters<typeof stream>[3] => ({
  audit: true,
  window: { ...REACH, maxMinutes: (days + 1) * 1440, overlapSeconds: days * 86_400 },
});
/** An order of JITX that has just come. */
const TO_SHIP = "10";

type Taken = Partial<Pick<Page, "documents" | "references">>;

/** What rows of a list become: documents, or references to what is read whole. */
interface OrderList extends List {
  take(client: Client, store: Store, rows: Fields[], signal: AbortSignal): Taken | Promise<Taken>;
}

/** Rows that name an order which is read whole; where they tell what it is like (`version`), only if that has changed. */
function named(mode: Mode, name: string, rows: readonly Fields[], version?: (row: Fields) => string): Taken {
  const references: Reference[] = [];
  const documents: RawDocument[] = [];
  for (const row of rows) {
    const externalId = textIn(row[name]);
    const sourceVersion = version?.(row) ?? null;
    if (externalId === null) documents.push(noRecord(row, "row", name));
    else references.push({ externalId, key: { mode }, sourceUpdatedAt: null, sourceVersion });
  }
  return { references, documents };
}

const seconds = ({ store, start, end, page, limit }: Ask): Fields => ({
  request: { vendor_id: vendorId(store), start_time: start, end_time: end, page, limit },
});

const shopList = (of: List["stream"], date_type: number): OrderList => ({
  stream: of,
  mode: "marketplace",
  method: "sov.getOrders",
  rows: "orders",
  size: PAGE.orders,
  query: ({ from, to, page, limit }) => ({
    request: { query_start_time: from, query_end_time: to, date_type, page, limit },
  }),
  take: async (client, store, rows, signal) => ({ documents: await shopDocuments(client, store, rows, signal) }),
});

/** Direct orders by when they came. What became of them no list tells: the newest are listed again and again, with their state. */
const directList = (of: List["stream"]): OrderList => ({
  stream: of,
  mode: "dvd",
  method: "dvd.getOrderListByCreateTime",
  rows: "order_list_by_create_time",
  query: ({ store, from, to, page, limit }) => {
    const po_no = settingsOf(store.settings).dvd_po_nos.join(",");
    return { st_create_time: from, et_create_time: to, po_no, vendor_id: String(vendorId(store)), page, limit };
  },
  take: (_client, _store, rows) => named("dvd", "order_id", rows, directVersion),
});

/** Deliveries that left or arrived: the pick lists whose goods they hold are read again. */
const deliveryList = (of: List["stream"], bounds: string): OrderList => ({
  stream: of,
  mode: "jit",
  method: "jit.getDeliveryList",
  rows: "delivery_list",
  query: ({ store, from, to, page, limit }) => {
    const window = { [`st_${bounds}`]: from, [`et_${bounds}`]: to };
    return { vendor_id: String(vendorId(store)), ...window, page, limit };
  },
  async take(client, store, rows, signal) {
    const goods: Fields[] = [];
    for (const row of rows) goods.push(...(await deliveryGoods(client, store, textIn(row.storage_no) ?? "", signal)));
    return named("jit", "pick_no", goods);
  },
});

const reservationList = (name: string, kind: "Occupied" | "Cancelled", take: OrderList["take"]): OrderList => ({
  // Reservations are sales: how far they are read bounds what may be put up for sale.
  stream: stream(name, "change", 90, { window: HOUR }),
  mode: "jit",
  method: `inventory.getInventory${kind}Orders`,
  rows: "occupied_orders",
  size: PAGE.orders,
  isWanted: ({ settings }) => settingsOf(settings).reservations,
  query: ({ store, start, end, page, limit }) => ({
    [`inventory${kind}OrdersRequest`]: {
      vendor_id: vendorId(store),
      st_query_time: start,
      et_query_time: end,
      page,
      limit,
    },
  }),
  take,
});

const LISTS: readonly OrderList[] = [
  shopList(stream("shop_changed", "change", 180, { window: REACH }), 2),
  {
    stream: stream("jitx_changed", "change", 60, { window: { ...REACH, maxMinutes: 1440 } }),
    sliceMinutes: HALF_HOUR,
    mode: "jitx",
    method: "jitx.getOrders",
    rows: "orders",
    size: PAGE.orders,
    query: seconds,
    async take(client, store, rows, signal) {
      const open = rows.filter((row) => textIn(row.order_status) === TO_SHIP);
      const ended = await endedReservations(client, store, open, signal);
      return { documents: [...rows.map((row) => toDocument("jitx", row.order_sn, row)), ...ended] };
    },
  },
  {
    stream: stream("jitx_requests", "change", 60, {
      ...NEW_ONLY,
      window: { maxAgeDays: REACH_DAYS.requests, maxMinutes: 1440 },
    }),
    sliceMinutes: HALF_HOUR,
    mode: "jitx",
    method: "jitx.getDeliveryOrders",
    rows: "delivery_orders",
    size: PAGE.orders,
    query: seconds,
    /** A request whose order has come is the order. */
    async take(client, store, rows, signal) {
      const { standing, orders } = await splitCome(client, store, rows, signal);
      const ended = await endedReservations(client, store, standing, signal);
      return { documents: [...orders, ...standing.map(requestDocument), ...ended] };
    },
  },
  // Sales, by when they came: how far they are read bounds what may be put up for sale.
  directList(stream("direct_entered", "change", 180, { window: REACH })),
  directList(stream("direct_recent", "creation", 3600, listedAgain(30))),
  {
    stream: stream("picks_cut", "creation", 300, { window: REACH }),
    mode: "jit",
    method: "jit.getPickList",
    rows: "picks",
    query: ({ store, from, to, page, limit }) => {
      return { vendor_id: vendorId(store), st_create_time: from, et_create_time: to, page, limit };
    },
    take: (_client, _store, rows) => named("jit", "pick_no", rows),
  },
  // What has left is no sale: these bound nothing.
  deliveryList(stream("picks_out", "creation", 600, { ...NEW_ONLY, window: REACH }), "out_time"),
  deliveryList(stream("picks_received", "creation", 1800, { ...NEW_ONLY, window: REACH }), "arrive_time"),
  // Goods are counted some days after they arrived, and no list tells when.
  deliveryList(stream("picks_counted", "creation", 86_400, listedAgain(7)), "arrive_time"),
  reservationList("reserved", "Occupied", async (client, store, rows, signal) => {
    const { standing, come, orders } = await splitCome(client, store, rows, signal);
    const ended = come.map((row) => releaseDocument(row));
    return { documents: [...orders, ...standing.map(reservationDocument), ...ended] };
  }),
  reservationList("released", "Cancelled", (_client, _store, rows) => ({
    documents: rows.map((row) => releaseDocument(row)),
  })),
  shopList(stream("shop_recent", "creation", 86_400, listedAgain(5)), 1),
];

export function createOrders(client: Client): OrderCapability {
  return {
    streams: LISTS.map((list) => list.stream),
    // Direct orders, pick lists and reservations have no list of what changed.
    rereadOpenMinutes: 60,
    getBatch: GET_BATCH,
    list: (store, input, signal) => listOrders(client, store, input, signal),
    getMany: (store, keys, signal) => readOrders(client, store, keys, signal),
    toUnified: refusingRows(toUnified),
    parseFile: (bytes) => documentsInFile(bytes, "order", ordersInFile),
    acts: createOrderActs(client),
    receivers: createReceivers(client),
  };
}

const NOTHING: Page = { documents: [], references: [], next: null };

async function listOrders(client: Client, store: Store, input: ListInput, signal: AbortSignal): Promise<Page> {
  const age = client.clock.now().getTime() - input.until.getTime();
  const isPast = input.stream === "jitx_changed" && age > settingsOf(store.settings).jitx_days * 86_400_000;
  if (isPast && input.cursor === null) return NOTHING;
  const { list, rows, page } = await readList(client, store, LISTS, input, signal);
  return { ...NOTHING, ...(rows.length === 0 ? {} : await list.take(client, store, rows, signal)), ...page };
}
