/** Orders by their numbers. No number says which way of working it is of: a key does, or each way is asked. */
import type { Missing, RawDocument, RecordKey, Store } from "../../../core/adapter.ts";
import { orNull } from "../../../core/outcomes.ts";
import { type Client, toSeconds } from "../client/index.ts";
import { askOf, readWhole } from "../client/lists.ts";
import { isOn, MODES, type Mode, settingsOf, vendorId } from "../config.ts";
import { PAGE, REACH_DAYS } from "../limits.ts";
import { type Fields, isFields, recordsOf, rowsOf, textIn, toInstant } from "../schemas.ts";
import {
  directDocument,
  isReservation,
  releaseDocument,
  reservationDocument,
  reservationId,
  toDocument,
} from "./documents.ts";
import { readPick } from "./read-pick.ts";

const DAY_MS = 86_400_000;

type Find = (client: Client, store: Store, keys: readonly RecordKey[], signal: AbortSignal) => Promise<RawDocument[]>;
const FINDERS: Readonly<Record<Mode, Find>> = {
  marketplace: findShop,
  jitx: findJitx,
  dvd: findDirect,
  jit: findPicks,
};

/** The documents of these orders; what is not found is gone, unless the platform still knows its state. */
export async function readOrders(
  client: Client,
  store: Store,
  keys: readonly RecordKey[],
  signal: AbortSignal,
): Promise<{ documents: RawDocument[]; missing: Missing[] }> {
  const documents: RawDocument[] = [];
  let open = [...keys];
  for (const mode of MODES) {
    if (!isOn(store, mode)) continue;
    const asked = open.filter(({ key }) => !isMode(key?.mode) || key?.mode === mode);
    if (asked.length === 0) continue;
    documents.push(...(await FINDERS[mode](client, store, asked, signal)));
    const found = new Set(documents.map(({ externalId }) => externalId));
    open = open.filter(({ externalId }) => !found.has(externalId));
  }
  const old = await stillKnown(client, store, open, signal);
  const missing = open.map(
    ({ externalId }): Missing => ({
      externalId,
      means: old.has(externalId) ? "beyond_reach" : "gone",
    }),
  );
  return { documents, missing };
}

const isMode = (name: string | undefined): boolean => MODES.some((mode) => mode === name);
const idsOf = (keys: readonly RecordKey[]): string[] => keys.map(({ externalId }) => externalId);

/** Lists reach back for three months; the state of an older order is answered still. */
async function stillKnown(client: Client, store: Store, keys: readonly RecordKey[], signal: AbortSignal) {
  const known = new Set<string>();
  const ask = async (mode: Mode, read: (order_ids: string[]) => Promise<Fields[]>) => {
    const ids = idsOf(keys.filter(({ key }) => key?.mode === mode));
    if (ids.length === 0 || !isOn(store, mode)) return;
    for (const row of (await orNull(() => read(ids))) ?? []) known.add(textIn(row.order_id) ?? "");
  };
  await ask("marketplace", async (order_ids) =>
    rowsOf(await client.call(store, "sov.getOrderStatusById", { request: { order_ids } }, signal), "order_status_list"),
  );
  await ask("dvd", (ids) => directStates(client, store, ids, signal));
  return known;
}

export const directStates = async (client: Client, store: Store, ids: readonly string[], signal: AbortSignal) =>
  rowsOf(
    await client.call(store, "dvd.getOrderStatusById", { vendor_id: vendorId(store), order_id: ids.join(",") }, signal),
    "order_status_list",
  );

/** As far back as lists answer, up to now. */
const reachOf = (client: Client, store: Store) => {
  const now = client.clock.now().getTime();
  return askOf(store, new Date(now - REACH_DAYS.ms), new Date(now + 60_000));
};

async function findShop(client: Client, store: Store, keys: readonly RecordKey[], signal: AbortSignal) {
  const { from: query_start_time, to: query_end_time } = reachOf(client, store);
  const request = {
    order_ids: idsOf(keys),
    date_type: 1,
    query_start_time,
    query_end_time,
    page: 1,
    limit: PAGE.orders,
  };
  const answer = await orNull(() => client.call(store, "sov.getOrders", { request }, signal));
  return shopDocuments(client, store, rowsOf(answer, "orders"), signal);
}

/** The list lacks the goods: they are read for all orders of a page at once. */
export async function shopDocuments(client: Client, store: Store, rows: readonly Fields[], signal: AbortSignal) {
  if (rows.length === 0) return [];
  const order_ids = rows.map((row) => textIn(row.order_id) ?? "");
  const details = rowsOf(await client.call(store, "sov.getOrderDetail", { order_ids }, signal), "orders");
  return rows.map((order) => {
    const own = details.find((detail) => textIn(detail.order_id) === textIn(order.order_id));
    return toDocument("marketplace", order.order_id, { order, products: own ? recordsOf(own.order_products) : null });
  });
}

async function findJitx(client: Client, store: Store, keys: readonly RecordKey[], signal: AbortSignal) {
  const rows = await jitxOrders(client, store, idsOf(keys), signal);
  const documents = rows.map((row) => toDocument("jitx", row.order_sn, row));
  const found = new Set(documents.map(({ externalId }) => externalId));
  for (const { externalId, key } of keys) {
    const at = toInstant(key?.asked);
    if (found.has(externalId) || at === null) continue;
    // An older one is answered no more, and what asks for it is refused: another warehouse has shipped it.
    if (client.clock.now().getTime() - at.getTime() > REACH_DAYS.requests * DAY_MS) continue;
    // A request has no call by its number: it is found where it was changed last.
    const start_time = toSeconds(at) - 1;
    const request = { vendor_id: vendorId(store), start_time, end_time: start_time + 2, page: 1, limit: PAGE.orders };
    const answer = await client.call(store, "jitx.getDeliveryOrders", { request }, signal);
    const row = rowsOf(answer, "delivery_orders").find((candidate) => textIn(candidate.order_sn) === externalId);
    if (row) documents.push(requestDocument(row));
  }
  return documents;
}

export const requestDocument = (row: Fields): RawDocument =>
  toDocument("request", row.order_sn, row, { asked: textIn(row.update_time) ?? "" });

export async function jitxOrders(client: Client, store: Store, order_sns: readonly string[], signal: AbortSignal) {
  if (order_sns.length === 0) return [];
  const request = { vendor_id: vendorId(store), order_sns };
  const answer = await orNull(() => client.call(store, "jitx.getOrdersByOrderSn", { request }, signal));
  return rowsOf(answer, "orders");
}

async function findDirect(client: Client, store: Store, keys: readonly RecordKey[], signal: AbortSignal) {
  const { from: st_add_time, to: et_add_time } = reachOf(client, store);
  const order_id = idsOf(keys).join(",");
  const query = { st_add_time, et_add_time, order_id, vendor_id: String(vendorId(store)), page: 1, limit: PAGE.most };
  const rows = rowsOf(await orNull(() => client.call(store, "dvd.getOrderList", query, signal)), "dvd_order_list");
  if (rows.length === 0) return [];
  const named = { vendor_id: vendorId(store), order_id: rows.map((row) => textIn(row.order_id)).join(",") };
  const details = await readWhole(
    client,
    store,
    "dvd.getOrderDetail",
    (page) => ({ ...named, ...page }),
    "orderDetails",
    signal,
  );
  return rows.map((order) => {
    const own = details.filter((detail) => textIn(detail.order_id) === textIn(order.order_id));
    return directDocument(order, own);
  });
}

async function findPicks(client: Client, store: Store, keys: readonly RecordKey[], signal: AbortSignal) {
  const reserved = keys.filter(({ externalId }) => isReservation(externalId));
  const documents = await findReservations(client, store, reserved, signal);
  for (const key of keys.filter((one) => !reserved.includes(one))) {
    const document = await readPick(client, store, key.externalId, signal);
    if (document) documents.push(document, ...takenBy(document));
  }
  return documents;
}

/** Reservations that a pick list took up end with it, whichever is read first. */
function takenBy({ payload }: RawDocument): RawDocument[] {
  const { pick, deducted } = isFields(payload) ? payload : {};
  const since = isFields(pick) ? toInstant(pick.create_time) : null;
  return recordsOf(deducted).flatMap((row) =>
    textIn(row.occupied_order_sn) === null ? [] : [releaseDocument(row, since)],
  );
}

const QUARTER = 900;

/**
 * Reservations have no call by their number: they are found by when they were made, those of a quarter of an hour at once.
 * `times`: in seconds; `before`: how much earlier than one of them a reservation may have been made.
 */
async function reservationsNear(
  client: Client,
  store: Store,
  times: readonly number[],
  before: number,
  signal: AbortSignal,
): Promise<Fields[]> {
  const rows = new Map<string, Fields>();
  let covered = 0;
  for (const at of times.toSorted((a, b) => a - b)) {
    if (at <= covered) continue;
    covered = at + QUARTER;
    const query = { vendor_id: vendorId(store), st_query_time: at - before, et_query_time: covered };
    const asked = (page: Fields) => ({ inventoryOccupiedOrdersRequest: { ...query, ...page } });
    const method = "inventory.getInventoryOccupiedOrders";
    for (const row of await readWhole(client, store, method, asked, "occupied_orders", signal))
      rows.set(reservationId(row) ?? "", row);
  }
  return [...rows.values()];
}

async function findReservations(client: Client, store: Store, keys: readonly RecordKey[], signal: AbortSignal) {
  const times = keys.flatMap(({ key }) => toInstant(key?.occupied) ?? []).map(toSeconds);
  const ids = new Set(idsOf(keys));
  const rows = await reservationsNear(client, store, times, 1, signal);
  const wanted = rows.filter((row) => ids.has(reservationId(row) ?? ""));
  return (await splitCome(client, store, wanted, signal)).standing.map(reservationDocument);
}

/**
 * The ends of reservations that have become these orders of JITX, or requests for a warehouse: their units are held by those
 * now. One is made when its order is placed; what was placed longer ago than reservations last is not looked for.
 */
export async function endedReservations(
  client: Client,
  store: Store,
  rows: readonly Fields[],
  signal: AbortSignal,
): Promise<RawDocument[]> {
  if (!isOn(store, "jit") || !settingsOf(store.settings).reservations) return [];
  const oldest = client.clock.now().getTime() - REACH_DAYS.reservations * DAY_MS;
  const placed = rows.flatMap((row) => toInstant(row.add_time ?? row.update_time) ?? []);
  const times = placed.filter((at) => at.getTime() > oldest).map(toSeconds);
  const numbers = new Set(rows.map((row) => textIn(row.order_sn)));
  const reserved = await reservationsNear(client, store, times, QUARTER, signal);
  return reserved.filter((row) => numbers.has(textIn(row.order_sn))).map((row) => releaseDocument(row));
}

/** Requests for a warehouse, or reservations: those that stand as they are, those that have come, and the orders of JITX that they became. */
export async function splitCome(client: Client, store: Store, rows: readonly Fields[], signal: AbortSignal) {
  const numbers = rows.flatMap((row) => textIn(row.order_sn) ?? []);
  const orders = isOn(store, "jitx") ? await jitxOrders(client, store, numbers, signal) : [];
  const numbered = new Set(orders.map((row) => textIn(row.order_sn)));
  const hasCome = (row: Fields) => numbered.has(textIn(row.order_sn));
  return {
    standing: rows.filter((row) => !hasCome(row)),
    come: rows.filter(hasCome),
    orders: orders.map((row) => toDocument("jitx", row.order_sn, row)),
  };
}
