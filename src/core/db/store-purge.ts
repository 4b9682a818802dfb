/** Removing all that came from a store: asked for by a person, after it was disconnected. */
import { refreshSetApart } from "../stock/campaign-sales.ts";
import { setDesiredQuantities } from "../stock/desired.ts";
import { appendAudit } from "./audit.ts";
import { type Database, repeatable } from "./database.ts";

/** Rows that hang on records of the store, then the records, then the store. */
const STATEMENTS = [
  "delete from order_charges where order_id in (select id from orders where store_id = $1::uuid)",
  "delete from order_notes where order_id in (select id from orders where store_id = $1::uuid)",
  "delete from holds where order_id in (select id from orders where store_id = $1::uuid)",
  "delete from shipment_lines where shipment_id in (select id from shipments where store_id = $1::uuid)",
  "delete from tracking_events where shipment_id in (select id from shipments where store_id = $1::uuid)",
  "delete from dispute_lines where dispute_id in (select id from disputes where store_id = $1::uuid)",
  "delete from dispute_events where dispute_id in (select id from disputes where store_id = $1::uuid)",
  "delete from reconciliation_matches where entry_id in (select id from ledger_entries where store_id = $1::uuid)",
  // Entries of other stores that were matched with an order of this one wait again: for people, where a person had matched them.
  `with lost as (delete from reconciliation_matches where undone_at is null and entry_id in (
       select m.entry_id from reconciliation_matches m join orders o on o.id = m.order_id where o.store_id = $1::uuid and m.undone_at is null)
     returning entry_id, actor)
   insert into open_entries (entry_id, store_id, due_at)
   select e.id, e.store_id, case when bool_or(l.actor is null) then now() end from lost l join ledger_entries e on e.id = l.entry_id
   group by e.id on conflict (entry_id) do nothing`,
  "delete from reconciliation_matches where order_id in (select id from orders where store_id = $1::uuid)",
  "delete from price_history where variant_id in (select id from listing_variants where store_id = $1::uuid)",
  ...[
    "return_receipts",
    "order_lines",
    "orders",
    "shipments",
    "disputes",
    "refunds",
    "open_entries",
    "ledger_entries",
    "settlements",
    "offers",
    "listing_variants",
    "listings",
    "campaigns",
    "price_rules",
    "allocation_rules",
    "raw_documents",
    "rejected_records",
    "inbox",
    "actions",
    "alerts",
    "sync_runs",
    "checkpoints",
  ].map((table) => `delete from ${table} where store_id = $1::uuid`),
];

/** Removes a disconnected store. What its orders held is free again; the ledger keeps what they took. */
export async function purgeStore(db: Database, storeId: string, actor: string, at: Date): Promise<void> {
  await repeatable(db, async (tx) => {
    const released = [...(await releaseReservations(tx, storeId, at)), ...(await releaseCampaigns(tx, storeId))];
    for (const statement of STATEMENTS) await tx.query(statement, [storeId]);
    await tx.query(
      "delete from stock_levels where location_id in (select id from locations where store_id = $1::uuid)",
      [storeId],
    );
    await tx.query("delete from locations where store_id = $1::uuid", [storeId]);
    await tx.query("delete from stores where id = $1::uuid", [storeId]);
    const entry = { actor, act: "stores.purge", storeId: null, subject: "store", subjectId: storeId };
    await appendAudit(tx, [{ ...entry, cause: null, detail: null, outcome: "done" }], at);
    await setDesiredQuantities(tx, released, { cause: "store removed", at });
  });
}

async function releaseCampaigns(tx: Database, storeId: string): Promise<string[]> {
  const rows = await tx.query<{ sku_id: string }>(
    `with over as (update campaigns set state = 'cancelled', next_at = null where store_id = $1::uuid returning id)
     select distinct i.sku_id from campaign_items i join over on over.id = i.campaign_id where i.sku_id is not null`,
    [storeId],
  );
  const skuIds = rows.map((row) => row.sku_id);
  await refreshSetApart(tx, skuIds);
  return skuIds;
}

async function releaseReservations(tx: Database, storeId: string, at: Date): Promise<string[]> {
  const mine = "(select id from orders where store_id = $1::uuid)";
  await tx.query(
    `select 1 from stock_levels l join (select distinct sku_id, location_id from reservations where order_id in ${mine}) r
       on r.sku_id = l.sku_id and r.location_id = l.location_id order by l.sku_id, l.location_id for no key update of l`,
    [storeId],
  );
  const rows = await tx.query<{ sku_id: string }>(
    `update stock_levels l set reserved = l.reserved - r.held, version = l.version + 1, updated_at = $2::timestamptz
     from (select sku_id, location_id, sum(held) as held from reservations where order_id in ${mine} group by 1, 2) r
     where l.sku_id = r.sku_id and l.location_id = r.location_id and r.held > 0 returning l.sku_id`,
    [storeId, at.toISOString()],
  );
  await tx.query(`delete from reservations where order_id in ${mine}`, [storeId]);
  return [...new Set(rows.map((row) => row.sku_id))];
}
