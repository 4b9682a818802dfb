/**
 * Goods that come back: what the warehouse found is written down, and what can be sold again goes back on the shelf, once.
 * Of a line no more is received than was sold, whoever asks and however often.
 */

import { appendAudit } from "../db/audit.ts";
import { appendChanges, CHANGES_CHANNEL } from "../db/changes.ts";
import { type Database, repeatable } from "../db/database.ts";
import { findLocations } from "../db/stock.ts";
import { InputError, type Issue } from "../errors.ts";
import { newId } from "../ids.ts";
import type { Change } from "../ingest/types.ts";
import { concludeMovements } from "./counts.ts";
import { lockMapping } from "./mapping.ts";
import { lockLevels, type Movement } from "./reserve.ts";

export const RETURN_CONDITIONS = ["sellable", "damaged", "wrong_item", "missing"] as const;
export type ReturnCondition = (typeof RETURN_CONDITIONS)[number];

export interface ReturnedLine {
  /** The order line by the platform's id, or our SKU: units then go to the order's lines of it, in their order. */
  lineExternalId: string | undefined;
  sku: string | undefined;
  quantity: number;
  condition: ReturnCondition;
  location: string;
  note: string | null;
}

export interface ReturnInput {
  order: { id: string; storeId: string };
  disputeId: string | null;
  lines: readonly ReturnedLine[];
  actor: string;
}

export interface ReturnResult {
  receiptIds: string[];
  /** Shelves that goods were put back on. */
  shelves: { sku: string; location: string; onHand: number }[];
}

interface SoldLine {
  id: string;
  externalId: string;
  skuId: string | null;
  sku: string | null;
  /** Units that may still come back. */
  left: number;
}

interface Receipt {
  id: string;
  line: SoldLine;
  locationId: string;
  quantity: number;
  input: ReturnedLine;
}

/**
 * Receives returned goods: all lines or none. Throws `InputError` (422) that names the lines which the order does not
 * have, or of which more would come back than was sold.
 */
export async function receiveReturn(db: Database, input: ReturnInput, at: Date): Promise<ReturnResult> {
  return repeatable(db, async (tx) => {
    await lockMapping(tx, "shared");
    // Whoever else receives goods of this order, or saves it anew, waits here.
    const [order] = await tx.query<{ status: string }>(
      "select status from orders where id = $1::uuid for no key update",
      [input.order.id],
    );
    if (!order) throw new InputError("not_found", "There is no such order.", { status: 404 });
    const sold = await findSold(tx, input.order.id, order.status);
    const locations = await findLocations(tx, [...new Set(input.lines.map((line) => line.location))]);
    const receipts = assign(input.lines, sold, locations, at);
    await insertReceipts(tx, input, receipts, at);
    await tellChanged(tx, input, at);
    await audit(tx, input, receipts, at);
    // Stock last, as everywhere: hot shelves are locked for the shortest time.
    return { receiptIds: receipts.map(({ id }) => id), shelves: await restock(tx, input.actor, receipts, at) };
  });
}

async function findSold(tx: Database, orderId: string, status: string): Promise<SoldLine[]> {
  const rows = await tx.query<{
    id: string;
    external_id: string;
    sku_id: string | null;
    code: string | null;
    sold: number;
    received: string;
  }>(
    `select l.id, l.external_id, l.sku_id, s.code,
       case when $2 = 'cancelled' then least(l.shipped_quantity, l.quantity) else l.quantity - l.cancelled_quantity end as sold,
       (select coalesce(sum(b.quantity), 0) from return_receipts b
         where b.order_id = l.order_id and b.line_id = l.id and b.condition <> 'missing') as received
     from order_lines l left join skus s on s.id = l.sku_id where l.order_id = $1::uuid order by l.position`,
    [orderId, status],
  );
  return rows.map((row) => ({
    id: row.id,
    externalId: row.external_id,
    skuId: row.sku_id,
    sku: row.code,
    left: Math.max(0, row.sold - Number(row.received)),
  }));
}

/** Which line each unit belongs to. Throws `InputError` with all that is wrong. */
function assign(
  lines: readonly ReturnedLine[],
  sold: readonly SoldLine[],
  locations: ReadonlyMap<string, string>,
  at: Date,
): Receipt[] {
  const issues: (Issue & { code: string })[] = [];
  const left = new Map(sold.map((line) => [line.id, line.left]));
  const receipts = lines.flatMap((input, i): Receipt[] => {
    const problem = (code: string, field: string, message: string) => {
      issues.push({ code, path: `lines.${i}.${field}`, message });
      return [];
    };
    const bySku = input.lineExternalId === undefined;
    const candidates = sold.filter((line) =>
      bySku ? line.sku === input.sku : line.externalId === input.lineExternalId,
    );
    if (candidates.length === 0)
      return bySku
        ? problem("unknown_line", "sku", `the order has no line of the SKU "${input.sku}"`)
        : problem("unknown_line", "line_external_id", `the order has no line "${input.lineExternalId}"`);
    const locationId = locations.get(input.location);
    if (!locationId) return problem("unknown_location", "location", `there is no location "${input.location}" of ours`);
    if (input.condition === "sellable" && candidates.some((line) => line.skuId === null))
      return problem(
        "unmapped_line",
        "condition",
        "the line is mapped to no SKU of ours: map it, then put it back on the shelf",
      );
    const receipt = (line: SoldLine, quantity: number) => ({ id: newId(at), line, locationId, quantity, input });
    // What did not come may come later: it takes nothing away from what can.
    if (input.condition === "missing") return candidates.slice(0, 1).map((line) => receipt(line, input.quantity));
    let open = input.quantity;
    const taken = candidates.flatMap((line) => {
      const quantity = Math.min(open, left.get(line.id) ?? 0);
      open -= quantity;
      left.set(line.id, (left.get(line.id) ?? 0) - quantity);
      return quantity > 0 ? [receipt(line, quantity)] : [];
    });
    if (open === 0) return taken;
    const could = input.quantity - open;
    return problem("more_than_sold", "quantity", `of what was sold, ${could} can still come back`);
  });
  const [first] = issues;
  if (first)
    throw new InputError(first.code, `${first.path}: ${first.message}. Nothing was received.`, {
      status: 422,
      issues: issues.map(({ path, message }) => ({ path, message })),
    });
  return receipts;
}

async function insertReceipts(tx: Database, input: ReturnInput, receipts: readonly Receipt[], at: Date): Promise<void> {
  await tx.query(
    `insert into return_receipts (id, store_id, order_id, dispute_id, line_id, location_id, quantity, condition, note, actor, at)
     select r.id, $2::uuid, $3::uuid, $4::uuid, r.line_id, r.location_id, r.quantity, r.condition, r.note, $5, $6::timestamptz
     from json_to_recordset($1::text::json) as r(id uuid, line_id uuid, location_id uuid, quantity integer, condition text, note text)`,
    [
      JSON.stringify(
        receipts.map((receipt) => ({
          id: receipt.id,
          line_id: receipt.line.id,
          location_id: receipt.locationId,
          quantity: receipt.quantity,
          condition: receipt.input.condition,
          note: receipt.input.note,
        })),
      ),
      input.order.storeId,
      input.order.id,
      input.disputeId,
      input.actor,
      at.toISOString(),
    ],
  );
}

/** Order and dispute show what was received: both are told to have changed. */
async function tellChanged(tx: Database, { order, disputeId }: ReturnInput, at: Date): Promise<void> {
  const bump = async (table: "orders" | "disputes", entity: Change["entity"], id: string): Promise<Change[]> => {
    const rows = await tx.query<{ version: string }>(
      `update ${table} set version = version + 1, updated_at = $2::timestamptz where id = $1::uuid returning version`,
      [id, at.toISOString()],
    );
    return rows.map((row) => ({ entity, entityId: id, version: Number(row.version), kind: "updated" }));
  };
  const changes = await bump("orders", "order", order.id);
  if (disputeId !== null) changes.push(...(await bump("disputes", "dispute", disputeId)));
  await appendChanges(tx, order.storeId, changes);
  await tx.query("select pg_notify($1, '')", [CHANGES_CHANNEL]);
}

async function audit(tx: Database, input: ReturnInput, receipts: readonly Receipt[], at: Date): Promise<void> {
  const counts = RETURN_CONDITIONS.map((condition) => ({
    condition,
    units: receipts.reduce((sum, receipt) => sum + (receipt.input.condition === condition ? receipt.quantity : 0), 0),
  }));
  const lines = receipts.map(({ line, quantity, input: { condition, location } }) => ({
    line: line.externalId,
    sku: line.sku,
    quantity,
    condition,
    location,
  }));
  await appendAudit(
    tx,
    [
      {
        actor: input.actor,
        act: "returns.receive",
        storeId: input.order.storeId,
        subject: "order",
        subjectId: input.order.id,
        cause: input.disputeId === null ? null : `dispute ${input.disputeId}`,
        detail: { lines },
        outcome: counts
          .filter(({ units }) => units > 0)
          .map(({ condition, units }) => `${units} ${condition.replace("_", " ")}`)
          .join(", "),
      },
    ],
    at,
  );
}

/** Puts sellable units back where they were received; of a bundle, its components. */
async function restock(
  tx: Database,
  actor: string,
  receipts: readonly Receipt[],
  at: Date,
): Promise<ReturnResult["shelves"]> {
  const units = await expand(
    tx,
    receipts.filter((receipt) => receipt.input.condition === "sellable"),
  );
  if (units.length === 0) return [];
  const levels = await lockLevels(tx, units);
  const movements = units.map(({ skuId, locationId, quantity, receipt }): Movement => {
    const level = levels.get(`${skuId}/${locationId}`);
    if (!level) throw new Error("a level that was just locked is not there");
    level.onHand += quantity;
    return {
      skuId,
      locationId,
      kind: "return",
      quantity,
      onHandAfter: level.onHand,
      orderLineId: receipt.line.id,
      reason: receipt.input.note,
      actor,
    };
  });
  await concludeMovements(tx, levels, movements, new Set(units.map(({ skuId }) => skuId)), "return", at);
  const shelves = units.map(({ skuId, locationId, sku, receipt }) => ({
    sku,
    location: receipt.input.location,
    onHand: levels.get(`${skuId}/${locationId}`)?.onHand ?? 0,
  }));
  return [...new Map(shelves.map((shelf) => [`${shelf.sku}/${shelf.location}`, shelf])).values()];
}

async function expand(tx: Database, receipts: readonly Receipt[]) {
  const rows = await tx.query<{ bundle_id: string; component_id: string; quantity: number; code: string }>(
    `select c.bundle_id, c.component_id, c.quantity, s.code from sku_components c join skus s on s.id = c.component_id
     where c.bundle_id = any($1::uuid[])`,
    [receipts.flatMap(({ line }) => line.skuId ?? [])],
  );
  return receipts.flatMap((receipt) => {
    const { skuId, sku } = receipt.line;
    const parts = rows.filter((row) => row.bundle_id === skuId);
    const whole = skuId === null ? [] : [{ component_id: skuId, quantity: 1, code: sku ?? "" }];
    return (parts.length > 0 ? parts : whole).map((part) => ({
      skuId: part.component_id,
      sku: part.code,
      locationId: receipt.locationId,
      quantity: part.quantity * receipt.quantity,
      receipt,
    }));
  });
}
