/**
 * Orders. By change for what is new, by creation for the past and, over the last week, as the audit. The lists hold whole
 * orders. Orders that the platform's warehouses ship, and those that wait for their payment, have lists of their own.
 */
import type {
  ListInput,
  MapContext,
  OrderCapability,
  Page,
  RawDocument,
  RecordKey,
  Store,
  Stream,
} from "../../../core/adapter.ts";
import { refusingRows } from "../../../core/no-record.ts";
import { readEach } from "../../../core/paging.ts";
import { documentsInFile } from "../client/envelope.ts";
import { type Client, windowOf } from "../client/index.ts";
import { listIn, readCursor, readPages } from "../client/pages.ts";
import { hasFbp, type Settings, settingsOf } from "../config.ts";
import { GET_BATCH, PAGE, REACH_DAYS } from "../limits.ts";
import { type Fields, SEARCHED } from "../schemas.ts";
import { createOrderActs } from "./acts.ts";
import {
  currentFbpOrder,
  currentOrder,
  ORDER_FIELDS,
  readOrder,
  type System,
  toDocument,
  UNPAID_FORM,
} from "./read.ts";
import { endBy, isLookedFor, lookedFor, partsIn, toEnd, withParents } from "./split.ts";
import { toUnified } from "./to-order.ts";
import { toUnpaidOrder } from "./unpaid.ts";

const MINUTES_A_DAY = 1440;
/** The platform takes a month. */
const BY_CHANGE = {
  maxMinutes: MINUTES_A_DAY,
  safetyLagSeconds: 30,
  overlapSeconds: 600,
  maxAgeDays: REACH_DAYS.changed,
  minSeconds: 2,
};
const BY_CREATION = { ...BY_CHANGE, maxMinutes: 7 * MINUTES_A_DAY, maxAgeDays: REACH_DAYS.created };

const STREAMS: readonly Stream[] = [
  { name: "changed", by: "change", window: BY_CHANGE, everySeconds: 120, backfill: false },
  { name: "created", by: "creation", window: BY_CREATION, everySeconds: 86_400, backfill: true },
  {
    name: "recent",
    by: "creation",
    window: { ...BY_CREATION, maxMinutes: 10 * MINUTES_A_DAY, overlapSeconds: 7 * 86_400 },
    everySeconds: 86_400,
    audit: true,
  },
  { name: "fbp_changed", by: "change", window: BY_CHANGE, everySeconds: 600, backfill: false },
  { name: "fbp_created", by: "creation", window: BY_CREATION, everySeconds: 86_400, backfill: true },
  { name: "unpaid", by: "creation", window: BY_CREATION, everySeconds: 600, backfill: false },
];

const DAY_MS = 86_400_000;
const NOTHING: Page = { documents: [], references: [], next: null };
const BY_CREATION_DATE = "1";
const BY_CHANGE_DATE = "2";
/** Pages are read from the last to the first: so the oldest come first. */
const DESCENDING = "1";

export function createOrders(client: Client): OrderCapability {
  return {
    streams: STREAMS,
    // Memo, address and amounts move no change time.
    rereadOpenMinutes: MINUTES_A_DAY,
    getBatch: GET_BATCH,
    async list(store, input, signal) {
      const list = listOf(store, input.stream);
      const cursor = readCursor(input.cursor, list.method);
      const { maxAgeDays } = STREAMS.find(({ name }) => name === input.stream)?.window ?? BY_CHANGE;
      const reach = new Date(client.clock.now().getTime() - ((maxAgeDays ?? 0) + 1) * DAY_MS);
      if (!list.isOn || input.until < reach) return NOTHING;
      const since = input.since < reach ? reach : input.since;
      const { rows, ...page } = await readPages({ limit: input.limit, cursor }, PAGE, async (number, size) =>
        list.read(await client.call(store, list.method, list.parameters({ ...input, since }, number, size), signal)),
      );
      const orders = rows.map((row) => toDocument(row, list.system));
      return { ...NOTHING, ...page, ...withParents(orders, list.system, mapsFor(store)) };
    },
    getMany: (store, keys, signal) =>
      readEach(keys, (key) =>
        partsIn(key) ? readParent(client, store, key, signal) : readOrder(client, store, key, signal),
      ),
    toUnified: mapped,
    parseFile(bytes, context) {
      const orders = documentsInFile(bytes, "order", (value) => {
        if (!("orderId" in value)) return null;
        if ("orderCreated" in value) return [toDocument(value, "unpaid")];
        return "orderState" in value || "itemInfoList" in value ? [toDocument(value, "")] : null;
      });
      return withParents(orders, "", (raw) => maps(raw, context)).documents;
    },
    acts: createOrderActs(client),
  };
}

const mapped = refusingRows((raw: RawDocument, context: MapContext) => {
  if (isLookedFor(raw)) return toEnd(raw);
  return raw.form === UNPAID_FORM ? toUnpaidOrder(raw) : toUnified(raw, context);
});

/** Whether an order becomes a record, or is set aside. */
function maps(raw: RawDocument, context: MapContext): boolean {
  try {
    mapped(raw, context);
    return true;
  } catch {
    return false;
  }
}

const mapsFor = (store: Store) => (raw: RawDocument) => maps(raw, { ...store, storeId: store.id });

/** An order that others name as their parent: what it is, or its end. */
async function readParent(client: Client, store: Store, key: RecordKey, signal: AbortSignal): Promise<RawDocument> {
  const { externalId } = key;
  const own = await currentOrder(client, store, externalId, signal);
  const fbp = own || !hasFbp(store) ? null : await currentFbpOrder(client, store, externalId, ORDER_FIELDS, signal);
  const row = own ?? fbp;
  if (row === null) return lookedFor(externalId, false);
  const parent = toDocument(row, own ? "" : "fbp");
  for (const part of partsIn(key) ?? []) {
    const order = await readOrder(client, store, { ...key, externalId: part }, signal);
    const end = order && endBy([order], parent, mapsFor(store));
    if (end) return end;
  }
  return parent;
}

function listOf(store: Store, stream: string) {
  const settings = settingsOf(store.settings);
  const isCreated = stream !== "changed" && stream !== "fbp_changed";
  const sorted = { sortType: DESCENDING, dateType: isCreated ? BY_CREATION_DATE : BY_CHANGE_DATE };
  switch (stream) {
    case "changed":
    case "created":
    case "recent":
      return {
        method: "jingdong.pop.order.enSearch",
        system: "" as System,
        isOn: true,
        read: ({ searchorderinfo_result: result }: Fields) => listIn(SEARCHED.parse(result), "orderInfoList"),
        parameters(window: ListInput, page: number, size: number): Fields {
          const [start_date, end_date] = windowOf(window);
          const texts = { page: String(page), page_size: String(size), ...sorted };
          const query = { start_date, end_date, order_state: settings.order_states, optional_fields: ORDER_FIELDS };
          return inContainer(settings, { ...query, ...texts });
        },
      };
    case "fbp_changed":
    case "fbp_created":
      return {
        method: "jingdong.pop.order.fbp.search",
        system: "fbp" as System,
        isOn: hasFbp(store),
        read: ({ searchfbporderinfo_result: result }: Fields) => listIn(result),
        parameters(window: ListInput, page: number, size: number): Fields {
          const [startDate, endDate] = windowOf(window);
          const texts = { page: String(page), pageSize: String(size), ...sorted };
          return { startDate, endDate, orderState: settings.order_states, optionalFields: ORDER_FIELDS, ...texts };
        },
      };
    case "unpaid":
      return {
        method: "jingdong.pop.order.notPayOrderInfo",
        system: "unpaid" as System,
        isOn: settings.unpaid_orders,
        read: ({ paginatedInfo }: Fields) => listIn(paginatedInfo),
        parameters(window: ListInput, page: number, pageSize: number): Fields {
          const [startDate, endDate] = windowOf(window);
          return { startDate, endDate, page, pageSize };
        },
      };
    default:
      throw new Error(`orders have no stream "${stream}"`);
  }
}

const inContainer = ({ order_query, source_id }: Settings, query: Fields): Fields =>
  order_query === "container" ? { paramOrderJSFQuery: query, source_id } : query;
