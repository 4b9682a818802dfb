/**
 * What a person or a warehouse says of the shelves: counts and movements. Ledger, level, desired quantities and the feed's
 * entry are written in one transaction; a row that cannot be taken is told and does not stop the others.
 */
import { appendChanges, CHANGES_CHANNEL } from "../db/changes.ts";
import { type Database, repeatable } from "../db/database.ts";
import { findLocations } from "../db/stock.ts";
import type { Change } from "../ingest/types.ts";
import { OFFERS_CHANNEL, setDesiredQuantities } from "./desired.ts";
import { lockMapping } from "./mapping.ts";
import { movedSince } from "./moved-since.ts";
import { healOversold } from "./oversold.ts";
import { appendMovements, lockLevels, type Movement, writeLevels } from "./reserve.ts";
import { beforeSkus, guardZeroes } from "./zero-guard.ts";

export interface CountInput {
  sku: string;
  location: string;
  quantity: number;
  /** physical: goods that open orders hold were counted too. available: they were not. */
  basis: "physical" | "available";
  countedAt: Date;
}

export interface MovementInput {
  sku: string;
  location: string;
  kind: "receipt" | "return" | "correction" | "transfer";
  /** Signed for a correction, positive for the others. */
  quantity: number;
  toLocation: string | null;
  reason: string | null;
  /** The sender's name for it: a movement of a SKU that was booked under it is not booked again. */
  reference?: string | null | undefined;
}

export interface StockRow {
  sku: string;
  location: string;
  outcome: "done" | "unchanged" | "rejected";
  onHand: number | null;
  reserved: number | null;
  error: { code: string; detail: string } | null;
}

/** Clocks differ: a count may be this much ahead of ours. */
const AHEAD_MS = 300_000;
/** More units than this are a mistake of typing. */
const MAX_LEVEL = 2_000_000_000;
const TOO_MANY = "That would be more than 2 000 000 000 units: look at the number.";

type Levels = Awaited<ReturnType<typeof lockLevels>>;
type Level = Levels extends Map<string, infer L> ? L : never;

interface Resolved<T> {
  index: number;
  input: T;
  skuId: string;
  locationId: string;
  toLocationId: string | null;
}

/**
 * Takes counts. What was sold, received or moved since the goods were counted is added to them, so that a late count does
 * not undo it. Throws `InputError` (409) where too many live offers would go to zero and `confirmed` is not set.
 */
export async function countStock(
  db: Database,
  input: {
    counts: readonly CountInput[];
    actor: string;
    confirmed: boolean;
    /** Offers on sale before the first part of a file. */
    onSale?: number | undefined;
    /** What earlier parts of a file said; this part is added to it. */
    said?: Map<string, string> | undefined;
  },
  at: Date,
): Promise<StockRow[]> {
  const how = { actor: input.actor, cause: "count", guard: !input.confirmed, onSale: input.onSale };
  let here = new Map<string, string>();
  const rows = await write(db, input.counts, at, how, async (work) => {
    here = new Map();
    const since = await movedSince(work.tx, work.rows);
    for (const row of work.rows) {
      const { quantity, basis, countedAt } = row.input;
      const level = work.level(row.skuId, row.locationId);
      if (countedAt.getTime() > at.getTime() + AHEAD_MS)
        work.reject(row, "count_in_future", "It was counted later than now.");
      else if (level.countedAt && level.countedAt > countedAt)
        work.reject(row, "newer_count", `A newer count of ${level.countedAt.toISOString()} is there.`);
      else {
        const moved = since.get(row.index) ?? { moved: 0, held: 0 };
        const onHand = quantity + moved.moved + (basis === "available" ? moved.held : 0);
        const key = `${row.skuId}/${row.locationId}/${countedAt.getTime()}`;
        const said = `${quantity} ${basis}`;
        const before = here.get(key) ?? input.said?.get(key);
        if (before !== undefined && before !== said) {
          work.reject(row, "named_twice", `It stands here twice, as ${before} and as ${said}: add up what lies there.`);
          continue;
        }
        if (onHand > MAX_LEVEL) {
          work.reject(row, "too_many", TOO_MANY);
          continue;
        }
        here.set(key, said);
        const isSame = level.countedAt?.getTime() === countedAt.getTime() && level.countBasis === basis;
        if (isSame && level.onHand === onHand) {
          work.keep(row);
          continue;
        }
        work.move(row, level, "count", onHand - level.onHand, `counted ${quantity} ${basis}`);
        level.countedAt = countedAt;
        level.countBasis = basis;
      }
    }
  });
  for (const [key, said] of here) input.said?.set(key, said);
  return rows;
}

/** Books movements. A transfer leaves one location and reaches another in the same instant. */
export async function moveStock(
  db: Database,
  input: { movements: readonly MovementInput[]; actor: string },
  at: Date,
): Promise<StockRow[]> {
  return write(db, input.movements, at, { actor: input.actor, cause: "movement", guard: false }, async (work) => {
    const booked = await findBooked(work.tx, work.rows);
    for (const row of work.rows) {
      const { kind, quantity, reason, reference } = row.input;
      const name = reference ? `${row.skuId}/${reference}` : null;
      if (name !== null && booked.has(name)) {
        work.keep(row);
        continue;
      }
      const level = work.level(row.skuId, row.locationId);
      const reached = kind === "transfer" && row.toLocationId ? work.level(row.skuId, row.toLocationId) : level;
      if (Math.abs(reached.onHand + quantity) > MAX_LEVEL) {
        work.reject(row, "too_many", TOO_MANY);
        continue;
      }
      if (name !== null) booked.add(name);
      if (kind === "transfer") {
        if (row.toLocationId === null || row.toLocationId === row.locationId) {
          work.reject(row, "unknown_location", "A transfer names another location of ours in `to_location`.");
          continue;
        }
        work.move(row, level, kind, -quantity, reason);
        work.move(row, work.level(row.skuId, row.toLocationId), kind, quantity, reason);
      } else work.move(row, level, kind, quantity, reason);
    }
  });
}

/** What was booked already under the senders' names. The levels of these SKUs are locked: nobody else books them now. */
async function findBooked(tx: Database, rows: readonly Resolved<MovementInput>[]): Promise<Set<string>> {
  const named = rows.filter((row) => row.input.reference);
  if (named.length === 0) return new Set();
  const found = await tx.query<{ sku_id: string; batch: string }>(
    "select distinct sku_id, batch from stock_movements where batch = any($1::text[]) and sku_id = any($2::uuid[])",
    [named.map((row) => row.input.reference ?? ""), named.map((row) => row.skuId)],
  );
  return new Set(found.map((row) => `${row.sku_id}/${row.batch}`));
}

interface Work<T> {
  tx: Database;
  rows: Resolved<T>[];
  level(skuId: string, locationId: string): Level;
  move(row: Resolved<T>, level: Level, kind: Movement["kind"], quantity: number, reason: string | null): void;
  reject(row: Resolved<T>, code: string, detail: string): void;
  /** The row was done before. */
  keep(row: Resolved<T>): void;
}

async function write<T extends { sku: string; location: string; toLocation?: string | null }>(
  db: Database,
  inputs: readonly T[],
  at: Date,
  how: { actor: string; cause: string; guard: boolean; onSale?: number | undefined },
  run: (work: Work<T>) => Promise<void>,
): Promise<StockRow[]> {
  return repeatable(db, async (tx) => {
    // Rules and campaigns do not change between what is read here and what is written.
    await lockMapping(tx, "shared");
    const results = inputs.map(
      ({ sku, location }): StockRow => ({ sku, location, outcome: "done", onHand: null, reserved: null, error: null }),
    );
    const reject = (index: number, code: string, detail: string) => {
      const result = results[index];
      if (result) Object.assign(result, { outcome: "rejected", error: { code, detail } });
    };
    const rows = await resolve(tx, inputs, reject);
    const levels = await lockLevels(tx, rows.flatMap(keysOf));
    const movements: Movement[] = [];
    const touched = new Set<string>();
    const levelOf = (skuId: string, locationId: string): Level => {
      const level = levels.get(`${skuId}/${locationId}`);
      if (!level) throw new Error("a level that was just locked is not there");
      return level;
    };
    const before = await beforeSkus(tx, rows.length, { confirmed: !how.guard, onSale: how.onSale });
    await run({
      tx,
      rows,
      level: levelOf,
      reject: (row, code, detail) => reject(row.index, code, detail),
      keep: (row) => {
        const { onHand, reserved } = levelOf(row.skuId, row.locationId);
        Object.assign(results[row.index] ?? {}, { outcome: "unchanged", onHand, reserved });
      },
      move: (row, level, kind, quantity, reason) => {
        level.onHand += quantity;
        touched.add(level.skuId);
        const { skuId, locationId, onHand } = level;
        const place = { skuId, locationId, onHandAfter: onHand };
        const batch = "reference" in row.input ? ((row.input.reference as string | null | undefined) ?? null) : null;
        movements.push({ ...place, kind, quantity, orderLineId: null, reason, actor: how.actor, batch });
        Object.assign(results[row.index] ?? {}, { onHand, reserved: level.reserved });
      },
    });
    if (touched.size > 0) await concludeMovements(tx, levels, movements, touched, how.cause, at);
    if (before !== null) await guardZeroes(tx, before);
    return results;
  });
}

/** Writes locked levels and what moved them; desired quantities and the feed follow in the same transaction. */
export async function concludeMovements(
  tx: Database,
  levels: Levels,
  movements: readonly Movement[],
  touched: ReadonlySet<string>,
  cause: string,
  at: Date,
): Promise<void> {
  const changes: Change[] = await writeLevels(tx, levels, touched, at);
  await appendMovements(tx, movements, at);
  await healOversold(tx, [...touched], at);
  const { dirtyStores } = await setDesiredQuantities(tx, [...touched], { cause, at });
  // One entry a SKU: it stands for all of its locations.
  await appendChanges(tx, null, [...new Map(changes.map((change) => [change.entityId, change])).values()]);
  await tx.query("select pg_notify($1, '')", [CHANGES_CHANNEL]);
  for (const storeId of dirtyStores) await tx.query("select pg_notify($1, $2)", [OFFERS_CHANNEL, storeId]);
}

const keysOf = (row: Resolved<unknown>) => [
  { skuId: row.skuId, locationId: row.locationId },
  ...(row.toLocationId ? [{ skuId: row.skuId, locationId: row.toLocationId }] : []),
];

async function resolve<T extends { sku: string; location: string; toLocation?: string | null }>(
  tx: Database,
  inputs: readonly T[],
  reject: (index: number, code: string, detail: string) => void,
): Promise<Resolved<T>[]> {
  const skus = await tx.query<{ id: string; code: string; bundle: boolean }>(
    "select id, code, bundle from skus where code = any($1::text[])",
    [[...new Set(inputs.map((input) => input.sku))]],
  );
  const byCode = new Map(skus.map((row) => [row.code, row]));
  const named = inputs.flatMap((input) => [input.location, ...(input.toLocation ? [input.toLocation] : [])]);
  const locations = await findLocations(tx, [...new Set(named)]);
  return inputs.flatMap((input, index) => {
    const sku = byCode.get(input.sku);
    const locationId = locations.get(input.location);
    if (!sku) reject(index, "unknown_sku", `There is no SKU "${input.sku}".`);
    else if (sku.bundle) reject(index, "bundle", "A bundle has no stock of its own: count its components.");
    else if (!locationId) reject(index, "unknown_location", `There is no location "${input.location}" of ours.`);
    else {
      const toLocationId = input.toLocation ? (locations.get(input.toLocation) ?? null) : null;
      return [{ index, input, skuId: sku.id, locationId, toLocationId }];
    }
    return [];
  });
}
