/**
 * Takes what orders hold and have taken off the shelves, in the transaction that saves them: reservations, levels, the
 * ledger, desired quantities. Levels are locked in order and last, so that hot SKUs are held for the shortest time.
 */
import type { Database } from "../db/database.ts";
import { toDate } from "../db/database.ts";
import { send } from "../db/overlap.ts";
import type { Change } from "../ingest/types.ts";
import { drawOnCampaigns } from "./campaign-sales.ts";
import { setDesiredQuantities } from "./desired.ts";
import { findGivingBack, givenBack, type LineLedger, NEVER_SOLD } from "./given-back.ts";
import { healOversold } from "./oversold.ts";

/** What one order line asks, resolved to a SKU. */
export interface StockDemand {
  lineId: string;
  orderId: string;
  skuId: string;
  held: number;
  consumed: number;
  /** When the platform took the units off at the latest: the payment, where one came after the order. */
  since: Date;
}

export interface ReserveInput {
  /** The store whose orders have just been read: its platform shows other numbers by itself. */
  storeId?: string;
  locationId: string;
  /** Sales placed before this are not taken off when they are first seen as shipped. */
  stockFrom: Date;
  demands: readonly StockDemand[];
  /** Orders that existed before: reservations of lines that they no longer hold are released. */
  replacedOrderIds: readonly string[];
  at: Date;
}

export interface ReserveResult {
  changes: Change[];
  dirtyStores: string[];
  /** Orders with a unit that is not there, or that is there again. */
  oversoldOrderIds: string[];
}

interface Reservation {
  line_id: string;
  sku_id: string;
  location_id: string;
  order_id: string;
  held: number;
  consumed: number;
  oversold: number;
}

interface Level {
  skuId: string;
  locationId: string;
  onHand: number;
  reserved: number;
  countedAt: Date | null;
  countBasis: string | null;
}

const NONE: ReserveResult = { changes: [], dirtyStores: [], oversoldOrderIds: [] };

/** Brings reservations, levels and the ledger to what the orders say now. Repeating it changes nothing. */
export async function reserveStock(tx: Database, input: ReserveInput): Promise<ReserveResult> {
  const { wanted, inCampaign } = await expandBundles(tx, input);
  const current = await findReservations(tx, input.replacedOrderIds);
  const moves = difference(wanted, current, input.locationId);
  if (moves.length === 0 && !inCampaign) return NONE;
  const levels = await lockLevels(tx, moves);
  const freeBefore = new Map([...levels].map(([key, level]) => [key, level.onHand - level.reserved]));
  const ledger = await findGivingBack(tx, moves);
  const movements: Movement[] = [];
  const touched = new Set<string>();
  const oversoldOrderIds = new Set<string>();
  const skuOfLine = new Map(input.demands.map((demand) => [demand.lineId, demand.skuId]));
  const sold = new Set<string>();
  for (const move of moves) {
    const level = levels.get(levelKey(move.skuId, move.locationId));
    if (!level) throw new Error("a level that was just locked is not there");
    const before = movements.length;
    applyMove(move, level, input, ledger.get(`${move.lineId}/${move.skuId}`) ?? NEVER_SOLD, movements);
    if (isTaken(move) && (move.held !== move.heldBefore || movements.length > before))
      sold.add(skuOfLine.get(move.lineId) ?? move.skuId);
    if (move.oversold > 0 || move.oversoldBefore > 0) oversoldOrderIds.add(move.orderId);
    touched.add(move.skuId);
  }
  const sent = [await send(writeReservations(tx, moves, input.at))];
  const written = await send(writeLevels(tx, levels, touched, input.at));
  sent.push(await send(appendMovements(tx, movements, input.at)));
  const changes = await written.result;
  await Promise.all(sent.map(({ result }) => result));
  // Units given back, or taken back from a shipment, are there for orders that lacked them.
  const eased = [...levels].filter(
    ([key, { onHand, reserved }]) => onHand - reserved > Math.max(-1, freeBefore.get(key) ?? 0),
  );
  if (eased.length > 0) {
    const own = [...input.replacedOrderIds, ...input.demands.map((demand) => demand.orderId)];
    const skuIds = eased.map(([, level]) => level.skuId);
    for (const id of await healOversold(tx, skuIds, input.at, own)) oversoldOrderIds.add(id);
  }
  if (inCampaign) for (const id of await drawOnCampaigns(tx, orderIdsOf(input))) touched.add(id);
  const { dirtyStores } = await setDesiredQuantities(tx, [...touched], {
    ...{ cause: "order", at: input.at },
    ...(input.storeId !== undefined && { sold: { storeId: input.storeId, skuIds: [...sold] } }),
  });
  return { changes, dirtyStores, oversoldOrderIds: [...oversoldOrderIds] };
}

interface Want {
  lineId: string;
  skuId: string;
  orderId: string;
  held: number;
  consumed: number;
  since: Date;
}

const orderIdsOf = (input: ReserveInput) => [
  ...new Set([...input.replacedOrderIds, ...input.demands.map((demand) => demand.orderId)]),
];

/** A bundle asks for its components. Looks in the same breath whether a campaign holds any of it, or sold to one of the orders. */
async function expandBundles(tx: Database, input: ReserveInput): Promise<{ wanted: Want[]; inCampaign: boolean }> {
  const skuIds = [...new Set(input.demands.map((demand) => demand.skuId))];
  if (skuIds.length === 0 && input.replacedOrderIds.length === 0) return { wanted: [], inCampaign: false };
  const rows = await tx.query<{ bundle_id: string | null; component_id: string; quantity: number }>(
    `select bundle_id, component_id, quantity from sku_components where bundle_id = any($1::uuid[])
     union all select null, null, 0 where exists (select 1 from campaign_items where sku_id = any($1::uuid[]))
       or exists (select 1 from campaign_sales where order_id = any($2::uuid[]))`,
    [skuIds, input.replacedOrderIds],
  );
  const components = new Map<string, { skuId: string; quantity: number }[]>();
  for (const row of rows) {
    if (row.bundle_id === null) continue;
    const list = components.get(row.bundle_id) ?? [];
    list.push({ skuId: row.component_id, quantity: row.quantity });
    components.set(row.bundle_id, list);
  }
  const wanted = input.demands.flatMap((demand) =>
    (components.get(demand.skuId) ?? [{ skuId: demand.skuId, quantity: 1 }]).map((part) => ({
      lineId: demand.lineId,
      orderId: demand.orderId,
      since: demand.since,
      skuId: part.skuId,
      held: demand.held * part.quantity,
      consumed: demand.consumed * part.quantity,
    })),
  );
  return { wanted, inCampaign: rows.some((row) => row.bundle_id === null) };
}

async function findReservations(tx: Database, orderIds: readonly string[]): Promise<Reservation[]> {
  if (orderIds.length === 0) return [];
  return tx.query<Reservation>(
    "select line_id, sku_id, location_id, order_id, held, consumed, oversold from reservations where order_id = any($1::uuid[])",
    [orderIds],
  );
}

interface Move {
  lineId: string;
  skuId: string;
  orderId: string;
  locationId: string;
  held: number;
  consumed: number;
  heldBefore: number;
  consumedBefore: number;
  oversold: number;
  oversoldBefore: number;
  since: Date | null;
  isNew: boolean;
}

function difference(wanted: readonly Want[], current: readonly Reservation[], locationId: string): Move[] {
  const before = new Map(current.map((row) => [`${row.line_id}/${row.sku_id}`, row]));
  const moves: Move[] = [];
  for (const want of wanted) {
    // Orders seen for the first time hold nothing yet.
    const key = before.size > 0 ? `${want.lineId}/${want.skuId}` : "";
    const row = before.get(key);
    before.delete(key);
    if (row ? row.held === want.held && row.consumed === want.consumed : want.held === 0 && want.consumed === 0)
      continue;
    moves.push({
      lineId: want.lineId,
      skuId: want.skuId,
      orderId: want.orderId,
      held: want.held,
      consumed: want.consumed,
      since: want.since,
      locationId: row?.location_id ?? locationId,
      heldBefore: row?.held ?? 0,
      consumedBefore: row?.consumed ?? 0,
      oversold: 0,
      oversoldBefore: row?.oversold ?? 0,
      isNew: !row,
    });
  }
  // What a line held and no longer asks for is released; what it has taken stays taken.
  for (const row of before.values()) {
    if (row.held === 0) continue;
    moves.push({
      lineId: row.line_id,
      skuId: row.sku_id,
      orderId: row.order_id,
      locationId: row.location_id,
      held: 0,
      consumed: row.consumed,
      heldBefore: row.held,
      consumedBefore: row.consumed,
      oversold: 0,
      oversoldBefore: row.oversold,
      since: null,
      isNew: false,
    });
  }
  return moves;
}

/** More or fewer units are sold than before: no mere shipment of what was held. */
const isTaken = (move: Move): boolean => move.held + move.consumed !== move.heldBefore + move.consumedBefore;

const levelKey = (skuId: string, locationId: string) => `${skuId}/${locationId}`;

/**
 * Locks levels in one order, the same for every writer; those that are missing are created first. All levels of a SKU are
 * locked: who computes what is available of it sees what others did at its other locations.
 */
export async function lockLevels(
  tx: Database,
  keys: readonly { skuId: string; locationId: string }[],
): Promise<Map<string, Level>> {
  const unique = new Map(keys.map((key) => [levelKey(key.skuId, key.locationId), key]));
  const wanted = [...unique.values()];
  const locked = await selectLevels(tx, wanted);
  if (locked.size === unique.size) return locked;
  // Nobody deletes a level: the second look finds all.
  await tx.query(
    `insert into stock_levels (sku_id, location_id)
     select r.s, r.l from json_to_recordset($1::text::json) as r(s uuid, l uuid) order by r.s, r.l on conflict do nothing`,
    [JSON.stringify(wanted.map((key) => ({ s: key.skuId, l: key.locationId })))],
  );
  return selectLevels(tx, wanted);
}

async function selectLevels(
  tx: Database,
  keys: readonly { skuId: string; locationId: string }[],
): Promise<Map<string, Level>> {
  const rows = await tx.query<{
    sku_id: string;
    location_id: string;
    on_hand: number;
    reserved: number;
    counted_at: string | null;
    count_basis: string | null;
  }>(
    `select l.sku_id, l.location_id, l.on_hand, l.reserved, l.counted_at, l.count_basis from stock_levels l
     where l.sku_id in (select r.s from json_to_recordset($1::text::json) as r(s uuid))
     order by l.sku_id, l.location_id for no key update of l`,
    [JSON.stringify(keys.map((key) => ({ s: key.skuId })))],
  );
  const asked = new Set(keys.map((key) => levelKey(key.skuId, key.locationId)));
  return new Map(
    rows
      .filter((row) => asked.has(levelKey(row.sku_id, row.location_id)))
      .map((row) => [
        levelKey(row.sku_id, row.location_id),
        {
          skuId: row.sku_id,
          locationId: row.location_id,
          onHand: row.on_hand,
          reserved: row.reserved,
          countedAt: toDate(row.counted_at),
          countBasis: row.count_basis,
        },
      ]),
  );
}

export interface Movement {
  skuId: string;
  locationId: string;
  kind: "receipt" | "count" | "sale" | "cancel" | "return" | "transfer" | "correction";
  quantity: number;
  onHandAfter: number;
  orderLineId: string | null;
  reason: string | null;
  actor: string | null;
  /** The sender's name for it. */
  batch?: string | null;
}

function applyMove(move: Move, level: Level, input: ReserveInput, ledger: LineLedger, movements: Movement[]): void {
  // Platforms tell whole seconds: in doubt a sale came after the count, since the other error would sell a unit twice.
  const counted =
    level.countedAt !== null && move.since !== null && move.since.getTime() + 1000 <= level.countedAt.getTime();
  const record = (kind: Movement["kind"], quantity: number, reason: string | null) => {
    level.onHand += quantity;
    movements.push({
      skuId: level.skuId,
      locationId: level.locationId,
      kind,
      quantity,
      onHandAfter: level.onHand,
      orderLineId: move.lineId,
      reason,
      actor: null,
    });
  };
  // A count of what was available had these units taken off already: they are on the shelf and held.
  if (move.isNew && counted && level.countBasis === "available" && move.held > 0)
    record("correction", move.held, "held by an order from before the count of available units");
  const taken = move.consumed - move.consumedBefore;
  const known = move.isNew && (counted || (move.since !== null && move.since < input.stockFrom));
  if (taken > 0 && !known) record("sale", -taken, null);
  const back = givenBack(move, ledger);
  if (back > 0 && !known) record("correction", back, "the platform took back a shipment");
  const heldMore = move.held - move.heldBefore;
  // Of the units that this line newly holds, those beyond what is there are oversold; releasing units heals first.
  level.reserved += heldMore;
  const short = Math.max(0, level.reserved - level.onHand);
  move.oversold =
    heldMore > 0
      ? Math.min(move.held, move.oversoldBefore + Math.min(heldMore, short))
      : Math.min(move.oversoldBefore, move.held, short);
}

async function writeReservations(tx: Database, moves: readonly Move[], at: Date): Promise<void> {
  await tx.query(
    `insert into reservations (line_id, sku_id, location_id, order_id, held, consumed, oversold, updated_at)
     select r.line_id, r.sku_id, r.location_id, r.order_id, r.held, r.consumed, r.oversold, $2::timestamptz
     from json_to_recordset($1::text::json) as r(line_id uuid, sku_id uuid, location_id uuid, order_id uuid, held integer, consumed integer, oversold integer)
     on conflict (line_id, sku_id) do update set held = excluded.held, consumed = excluded.consumed,
       oversold = excluded.oversold, updated_at = excluded.updated_at`,
    [
      JSON.stringify(
        moves.map((move) => ({
          line_id: move.lineId,
          sku_id: move.skuId,
          location_id: move.locationId,
          order_id: move.orderId,
          held: move.held,
          consumed: move.consumed,
          oversold: move.oversold,
        })),
      ),
      at.toISOString(),
    ],
  );
}

/** Writes locked levels; answers the feed's entries of their SKUs. */
export async function writeLevels(
  tx: Database,
  levels: ReadonlyMap<string, Level>,
  touched: ReadonlySet<string>,
  at: Date,
): Promise<Change[]> {
  const rows = await tx.query<{ sku_id: string; version: string }>(
    `update stock_levels t set on_hand = r.h, reserved = r.r, counted_at = r.c, count_basis = r.b, version = t.version + 1, updated_at = $2::timestamptz
     from json_to_recordset($1::text::json) as r(s uuid, l uuid, h integer, r integer, c timestamptz, b text)
     where t.sku_id = r.s and t.location_id = r.l returning t.sku_id, t.version`,
    [
      JSON.stringify(
        [...levels.values()]
          .filter((level) => touched.has(level.skuId))
          .map((level) => ({
            s: level.skuId,
            l: level.locationId,
            h: level.onHand,
            r: level.reserved,
            c: level.countedAt,
            b: level.countBasis,
          })),
      ),
      at.toISOString(),
    ],
  );
  return rows.map((row) => ({ entity: "stock", entityId: row.sku_id, version: Number(row.version), kind: "updated" }));
}

export async function appendMovements(tx: Database, movements: readonly Movement[], at: Date): Promise<void> {
  if (movements.length === 0) return;
  await tx.query(
    `insert into stock_movements (sku_id, location_id, kind, quantity, on_hand_after, order_line_id, reason, actor, batch, at)
     select r.sku_id, r.location_id, r.kind, r.quantity, r.after, r.line_id, r.reason, r.actor, r.batch, $2::timestamptz
     from json_to_recordset($1::text::json) as r(sku_id uuid, location_id uuid, kind text, quantity integer, after integer, line_id uuid, reason text, actor text, batch text)`,
    [
      JSON.stringify(
        movements.map((movement) => ({
          sku_id: movement.skuId,
          location_id: movement.locationId,
          kind: movement.kind,
          quantity: movement.quantity,
          after: movement.onHandAfter,
          line_id: movement.orderLineId,
          reason: movement.reason,
          actor: movement.actor,
          batch: movement.batch ?? undefined,
        })),
      ),
      at.toISOString(),
    ],
  );
}
