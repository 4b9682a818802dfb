/**
 * Ties variants to SKUs and completes what waited for it: offers, order lines that came before, their reservations.
 * Mapping is rare and runs alone (`lockMapping`), so that no order is saved with a variant that is mapped meanwhile.
 */
import { raiseAlert } from "../db/alerts.ts";
import { settleAttention } from "../db/attention.ts";
import type { Database } from "../db/database.ts";
import { toDate } from "../db/database.ts";
import { derivedId, newId } from "../ids.ts";
import type { Change } from "../ingest/types.ts";
import { completePrices, forgetPrices } from "../pricing/price-offers.ts";
import { wakeCampaigns } from "./campaign-items.ts";
import { setDesiredQuantities } from "./desired.ts";
import { LINE_DEMAND, type LineDemandRow, toDemand } from "./line-demand.ts";
import { compileOfferRules } from "./offer-rules.ts";
import { followPlatformStock } from "./platform-stock.ts";
import { appendMovements, lockLevels, type Movement, reserveStock, writeLevels } from "./reserve.ts";

const MAPPING_LOCK = 7_226_253;
const UNMAPPED = "variant_unmapped";

/** Pages that read mappings share the lock; whoever changes one holds it alone until its commit. */
export async function lockMapping(tx: Database, mode: "shared" | "alone"): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock${mode === "shared" ? "_shared" : ""}($1)`, [MAPPING_LOCK]);
}

export interface MappingInput {
  /** Variants to look at; those mapped by hand stay as they are. */
  variantIds: readonly string[];
  at: Date;
  /** Make a SKU of each seller code that is new, counted as what the platform showed then, at this location. */
  adopt: { locationId: string; shownAt: Date } | null;
}

export interface MappingResult {
  changes: Change[];
  dirtyStores: string[];
  mapped: number;
  unmapped: number;
}

/** Maps by seller code, else by barcode, and completes offers and order lines. Hold the mapping lock alone. */
export async function mapVariants(tx: Database, input: MappingInput): Promise<MappingResult> {
  const byBarcode = await mapByBarcode(tx, input.variantIds, input.at);
  const changes = input.adopt ? await adoptSkus(tx, input.variantIds, input.adopt, input.at) : [];
  // Other stores may have shown the same code before there was a SKU of it.
  const variantIds = [...new Set([...input.variantIds, ...(await listWaiting(tx, changes))])];
  const rows = await tx.query<{ id: string }>(
    `update listing_variants v set sku_id = s.id, mapped_by = 'seller_code', updated_at = $2::timestamptz
     from skus s where v.id = any($1::uuid[]) and v.sku_id is null and v.mapped_by is distinct from 'hand' and s.code = v.seller_code
     returning v.id`,
    [variantIds, input.at.toISOString()],
  );
  const completed = await completeMapping(tx, variantIds, input.at);
  const [left] = await tx.query<{ n: string }>(
    "select count(*) as n from listing_variants where id = any($1::uuid[]) and sku_id is null and gone_at is null",
    [input.variantIds],
  );
  return {
    changes: [...changes, ...completed.changes],
    dirtyStores: completed.dirtyStores,
    mapped: byBarcode + rows.length,
    unmapped: Number(left?.n ?? 0),
  };
}

/** Goods without a seller code whose barcode names exactly one SKU; beside another code it is a suggestion. */
async function mapByBarcode(tx: Database, variantIds: readonly string[], at: Date): Promise<number> {
  const rows = await tx.query<{ id: string }>(
    `update listing_variants v set sku_id = s.id, mapped_by = 'barcode', updated_at = $2::timestamptz
     from skus s where v.id = any($1::uuid[]) and v.sku_id is null and v.mapped_by is distinct from 'hand' and v.barcode <> ''
       and s.barcode = v.barcode and s.retired_at is null and coalesce(v.seller_code, '') = ''
       and not exists (select 1 from skus o where o.barcode = v.barcode and o.id <> s.id and o.retired_at is null)
     returning v.id`,
    [variantIds, at.toISOString()],
  );
  return rows.length;
}

/** Unmapped variants, of whatever store, whose seller code is one of these new SKUs. */
async function listWaiting(tx: Database, skus: readonly Change[]): Promise<string[]> {
  if (skus.length === 0) return [];
  const rows = await tx.query<{ id: string }>(
    `select v.id from listing_variants v join skus s on s.code = v.seller_code
     where s.id = any($1::uuid[]) and v.sku_id is null and v.mapped_by is distinct from 'hand' and v.gone_at is null`,
    [skus.map((sku) => sku.entityId)],
  );
  return rows.map((row) => row.id);
}

/** SKUs of new seller codes, with what the platform shows as their first count of available units. */
async function adoptSkus(
  tx: Database,
  variantIds: readonly string[],
  { locationId, shownAt }: NonNullable<MappingInput["adopt"]>,
  at: Date,
): Promise<Change[]> {
  const wanted = await tx.query<{
    code: string;
    title: string | null;
    barcode: string | null;
    quantity: number | null;
  }>(
    `select v.seller_code as code, min(coalesce(l.title || case when v.title is null then '' else ' - ' || v.title end, v.title)) as title,
       min(v.barcode) as barcode, min(v.quantity) as quantity
     from listing_variants v join listings l on l.id = v.listing_id
     where v.id = any($1::uuid[]) and v.sku_id is null and v.mapped_by is distinct from 'hand' and v.seller_code <> ''
       and v.fulfilled_by = 'seller' and not exists (select 1 from skus s where s.code = v.seller_code)
     group by v.seller_code order by v.seller_code`,
    [variantIds],
  );
  if (wanted.length === 0) return [];
  const rows = wanted.map((row) => ({ ...row, id: newId(at) }));
  const made = await tx.query<{ id: string; code: string }>(
    `insert into skus (id, code, title, barcode, created_at, updated_at)
     select r.id, r.code, r.title, r.barcode, $2::timestamptz, $2::timestamptz
     from json_to_recordset($1::text::json) as r(id uuid, code text, title text, barcode text)
     on conflict (code) do nothing returning id, code`,
    [JSON.stringify(rows), at.toISOString()],
  );
  const quantities = new Map(rows.map((row) => [row.code, row.quantity]));
  const levels = await lockLevels(
    tx,
    made.map((row) => ({ skuId: row.id, locationId })),
  );
  const movements: Movement[] = [];
  const codes = new Map(made.map((row) => [row.id, row.code]));
  for (const level of levels.values()) {
    const shown = quantities.get(codes.get(level.skuId) ?? "");
    if (shown === null || shown === undefined) continue;
    level.onHand = shown;
    level.countedAt = shownAt;
    level.countBasis = "available";
    movements.push({
      skuId: level.skuId,
      locationId,
      kind: "count",
      quantity: shown,
      onHandAfter: shown,
      orderLineId: null,
      reason: "first count: what the store showed when the SKU was made of its seller code",
      actor: "adopt",
    });
  }
  await writeLevels(tx, levels, new Set(made.map((row) => row.id)), at);
  await appendMovements(tx, movements, at);
  return made.map((row) => ({ entity: "sku", entityId: row.id, version: 1, kind: "created" }));
}

/** Offers and order lines of variants that have a SKU now; offers of variants that have another one, or none, are not ours to set. */
export async function completeMapping(
  tx: Database,
  variantIds: readonly string[],
  at: Date,
): Promise<{ changes: Change[]; dirtyStores: string[] }> {
  await dropStrayOffers(tx, variantIds, at);
  await tx.query(
    `update alerts set resolved_at = $2::timestamptz, resolved_by = 'tallyport' where code = '${UNMAPPED}' and subject = 'variant' and resolved_at is null
       and subject_id in (select id::text from listing_variants where id = any($1::uuid[]) and sku_id is not null)`,
    [variantIds, at.toISOString()],
  );
  const priced = await completePrices(tx, variantIds, at);
  const kept = await followPlatformStock(tx, variantIds, at);
  const variants = await tx.query<{ id: string; store_id: string; sku_id: string; quantity: number | null }>(
    `select v.id, v.store_id, v.sku_id, v.quantity from listing_variants v
     where v.id = any($1::uuid[]) and v.sku_id is not null and v.gone_at is null and v.fulfilled_by = 'seller'
       and (not exists (select 1 from offers o where o.variant_id = v.id and o.aspect = 'stock' and o.sku_id = v.sku_id)
         or exists (select 1 from order_lines l where l.store_id = v.store_id and l.variant_external_id = v.external_id and l.sku_id is null))`,
    [variantIds],
  );
  if (variants.length === 0) return { changes: kept, dirtyStores: priced };
  const reserved = await completeLines(
    tx,
    variants.map((variant) => variant.id),
    at,
  );
  const skuIds = [...new Set(variants.map((variant) => variant.sku_id))];
  await tx.query(
    `insert into offers as o (id, store_id, variant_id, sku_id, aspect, place, observed_value, observed_at, confirmed_value)
     select r.id, r.store_id, r.variant_id, r.sku_id, 'stock', '', r.quantity, $2::timestamptz, r.quantity
     from json_to_recordset($1::text::json) as r(id uuid, store_id uuid, variant_id uuid, sku_id uuid, quantity integer)
     on conflict (id) do update set sku_id = excluded.sku_id`,
    [
      JSON.stringify(
        variants
          // Where the platform does not count stock for a variant, setting a quantity would change how it is sold.
          .filter((variant) => variant.quantity !== null)
          .map((variant) => ({
            id: derivedId(variant.id, "offers", "stock/"),
            store_id: variant.store_id,
            variant_id: variant.id,
            sku_id: variant.sku_id,
            quantity: variant.quantity,
          })),
      ),
      at.toISOString(),
    ],
  );
  await compileOfferRules(
    tx,
    at,
    variants.map((variant) => variant.id),
  );
  await wakeCampaigns(
    tx,
    variants.map((variant) => variant.id),
    at,
  );
  const desired = await setDesiredQuantities(tx, skuIds, { cause: "mapping", at });
  return {
    changes: [...kept, ...reserved.changes],
    dirtyStores: [...new Set([...priced, ...reserved.dirtyStores, ...desired.dirtyStores])],
  };
}

/** An offer shows the stock of its variant's SKU, or nothing of ours. */
export async function dropStrayOffers(tx: Database, variantIds: readonly string[], at: Date): Promise<void> {
  const dropped = await tx.query<{ variant_id: string; store_id: string; aspect: string; name: string; lost: boolean }>(
    `update offers o set sku_id = null, desired = null, desired_version = o.desired_version + 1, dirty = false
     from listing_variants v where v.id = o.variant_id and v.id = any($1::uuid[]) and o.sku_id is not null
       and v.sku_id is distinct from o.sku_id and (o.aspect = 'stock' or v.sku_id is null)
     returning o.variant_id, o.store_id, o.aspect, coalesce(v.seller_code, v.external_id) as name,
       v.sku_id is null and v.mapped_by is distinct from 'hand' as lost`,
    [variantIds],
  );
  for (const variant of dropped.filter(({ aspect, lost }) => aspect === "stock" && lost))
    await raiseAlert(
      tx,
      {
        code: UNMAPPED,
        severity: "warning",
        storeId: variant.store_id,
        subject: "variant",
        subjectId: variant.variant_id,
        message: `"${variant.name}" was mapped to a SKU and names none any more: what it shows is not set from here.`,
        remedy: "Map it by hand, or create the SKU of that code.",
      },
      at,
    );
  const priced = dropped.filter(({ aspect }) => aspect === "price").map((row) => row.variant_id);
  if (priced.length > 0) await forgetPrices(tx, priced, at);
}

/** Order lines that came before their variant was mapped take its SKU and reserve. */
async function completeLines(
  tx: Database,
  variantIds: readonly string[],
  at: Date,
): Promise<{ changes: Change[]; dirtyStores: string[] }> {
  const lines = await tx.query<LineDemandRow>(
    `update order_lines l set sku_id = v.sku_id from listing_variants v, orders o, stores s
     where v.id = any($1::uuid[]) and v.sku_id is not null and l.store_id = v.store_id and l.variant_external_id = v.external_id
       and l.sku_id is null and o.id = l.order_id and s.id = l.store_id
     returning ${LINE_DEMAND}`,
    [variantIds],
  );
  if (lines.length === 0) return { changes: [], dirtyStores: [] };
  const orderIds = [...new Set(lines.map((line) => line.order_id))];
  const changes: Change[] = await flagUnmapped(tx, orderIds, at);
  const dirtyStores: string[] = [];
  for (const group of groupBy(lines, (line) => `${line.location_id}/${line.stock_from}`)) {
    const first = group[0];
    if (!first) continue;
    const result = await reserveStock(tx, {
      locationId: first.location_id,
      stockFrom: toDate(first.stock_from),
      at,
      replacedOrderIds: [],
      demands: group.map(toDemand),
    });
    changes.push(...result.changes);
    dirtyStores.push(...result.dirtyStores);
  }
  await settleAttention(tx, orderIds);
  return { changes, dirtyStores };
}

/** Counts unmapped lines again after a mapping; answers the feed's entries of the orders. */
async function flagUnmapped(tx: Database, orderIds: readonly string[], at: Date): Promise<Change[]> {
  const rows = await tx.query<{ id: string; version: string }>(
    `update orders o set unmapped_lines = c.n, version = o.version + 1, updated_at = $2::timestamptz
     from (select l.order_id, count(*) filter (where l.sku_id is null) as n from order_lines l where l.order_id = any($1::uuid[]) group by 1) c
     where o.id = c.order_id returning o.id, o.version`,
    [orderIds, at.toISOString()],
  );
  return rows.map((row) => ({ entity: "order", entityId: row.id, version: Number(row.version), kind: "updated" }));
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups.values()];
}
