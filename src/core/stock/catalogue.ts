/**
 * Writing the merchant's own catalogue: SKUs and bundles by code. A new SKU takes the variants that waited for its code.
 * A row that cannot be taken is told and does not stop the others.
 */
import { appendChanges, CHANGES_CHANNEL } from "../db/changes.ts";
import { type Database, repeatable } from "../db/database.ts";
import { newId } from "../ids.ts";
import type { Change } from "../ingest/types.ts";
import { refreshSetApart } from "./campaign-sales.ts";
import { OFFERS_CHANNEL, setDesiredQuantities } from "./desired.ts";
import { lockMapping, mapVariants } from "./mapping.ts";
import { beforeSkus, guardZeroes } from "./zero-guard.ts";

/** Fields that are absent stay as they are. */
export interface SkuInput {
  code: string;
  title?: string | null | undefined;
  barcode?: string | null | undefined;
  safetyStock?: number | undefined;
  retired?: boolean | undefined;
  /** A bundle's parts; an empty list makes it a SKU of its own again. */
  components?: readonly { code: string; quantity: number }[] | undefined;
}

export interface SkuRow {
  code: string;
  outcome: "created" | "updated" | "unchanged" | "rejected";
  error: { code: string; detail: string } | null;
}

interface Known {
  /** Of a bundle that is there, its parts. */
  parts: readonly string[];
  id: string;
  code: string;
  bundle: boolean;
  isComponent: boolean;
  hasStock: boolean;
}

/**
 * Creates and changes SKUs; answers for each row. Throws `TooManyZeroes` where too many live offers would go to zero, unless
 * `confirmed`; `onSale`: how many there were before the first part of a file.
 */
export async function upsertSkus(
  db: Database,
  inputs: readonly SkuInput[],
  at: Date,
  guard: { confirmed: boolean; onSale?: number | undefined } = { confirmed: true },
): Promise<SkuRow[]> {
  return repeatable(db, async (tx) => {
    await lockMapping(tx, "alone");
    const before = await beforeSkus(tx, inputs.length, guard);
    const known = await findKnown(tx, inputs);
    const results = inputs.map((input) => check(input, inputs, known));
    const accepted = inputs.filter((_, i) => results[i]?.error === null);
    const written = await writeSkus(tx, accepted, at);
    const { bundles: changedParts, apart } = await writeComponents(tx, accepted, at);
    const changes: Change[] = [];
    for (const [i, input] of inputs.entries()) {
      const row = written.get(input.code);
      const result = results[i];
      if (!row || !result || result.error) continue;
      const changed = row.changed || changedParts.has(row.id);
      result.outcome = row.created ? "created" : changed ? "updated" : "unchanged";
      if (row.created || changed)
        changes.push({
          entity: "sku",
          entityId: row.id,
          version: row.version,
          kind: row.created ? "created" : "updated",
        });
    }
    const changedIds = changes.map((change) => change.entityId);
    await appendChanges(tx, null, [...changes, ...(await tellLevels(tx, changedIds, at))]);
    const dirty = await mapWaiting(tx, accepted, at);
    const touched = [...changedIds, ...apart];
    const desired = await setDesiredQuantities(tx, touched, { cause: "catalogue", at });
    if (before !== null) await guardZeroes(tx, before);
    await tx.query("select pg_notify($1, '')", [CHANGES_CHANNEL]);
    for (const storeId of new Set([...dirty, ...desired.dirtyStores]))
      await tx.query("select pg_notify($1, $2)", [OFFERS_CHANNEL, storeId]);
    return results;
  });
}

/** A level shows its SKU's title and safety stock: where these changed, it is another. Levels are locked in everybody's order. */
async function tellLevels(tx: Database, skuIds: readonly string[], at: Date): Promise<Change[]> {
  const rows = await tx.query<{ sku_id: string; version: string }>(
    `with own as (select sku_id, location_id from stock_levels where sku_id = any($1::uuid[]) order by sku_id, location_id for no key update),
     told as (update stock_levels l set version = l.version + 1, updated_at = $2::timestamptz from own
       where l.sku_id = own.sku_id and l.location_id = own.location_id returning l.sku_id, l.version)
     select sku_id, max(version) as version from told group by sku_id order by sku_id`,
    [skuIds, at.toISOString()],
  );
  return rows.map((row) => ({ entity: "stock", entityId: row.sku_id, version: Number(row.version), kind: "updated" }));
}

async function findKnown(tx: Database, inputs: readonly SkuInput[]): Promise<Map<string, Known>> {
  const codes = inputs.flatMap((input) => [input.code, ...(input.components ?? []).map((part) => part.code)]);
  const rows = await tx.query<{
    id: string;
    code: string;
    bundle: boolean;
    is_component: boolean;
    has_stock: boolean;
    parts: string[];
  }>(
    `select s.id, s.code, s.bundle, exists (select 1 from sku_components c where c.component_id = s.id) as is_component,
       exists (select 1 from stock_levels l where l.sku_id = s.id and (l.on_hand <> 0 or l.reserved <> 0)) as has_stock,
       coalesce((select json_agg(p.code order by p.code) from sku_components c join skus p on p.id = c.component_id where c.bundle_id = s.id), '[]') as parts
     from skus s where s.code = any($1::text[]) order by s.id for no key update of s`,
    [[...new Set(codes)]],
  );
  return new Map(
    rows.map((row) => [
      row.code,
      {
        id: row.id,
        code: row.code,
        parts: row.parts,
        bundle: row.bundle,
        isComponent: row.is_component,
        hasStock: row.has_stock,
      },
    ]),
  );
}

function check(input: SkuInput, inputs: readonly SkuInput[], known: ReadonlyMap<string, Known>): SkuRow {
  const reject = (code: string, detail: string): SkuRow => ({
    code: input.code,
    outcome: "rejected",
    error: { code, detail },
  });
  if (inputs.find((other) => other.code === input.code) !== input)
    return reject("named_twice", "The same code stands twice in this request.");
  const own = known.get(input.code);
  const parts = input.components ?? [];
  const circle = findCircle(input.code, inputs, known);
  if (circle) return reject("circular_bundle", `A bundle cannot hold itself: ${circle.join(" → ")}.`);
  if (parts.length > 0 && own?.isComponent) return reject("bundle_of_bundles", "It is a part of a bundle itself.");
  if (parts.length > 0 && own && !own.bundle && own.hasStock)
    return reject("has_stock", "It has stock of its own: a bundle has only that of its parts.");
  for (const part of parts) {
    const named = inputs.find((other) => other.code === part.code);
    const isBundle = named?.components ? named.components.length > 0 : known.get(part.code)?.bundle;
    if (part.code === input.code || isBundle) return reject("bundle_of_bundles", `"${part.code}" is a bundle.`);
    if (!named && !known.has(part.code)) return reject("unknown_sku", `There is no SKU "${part.code}".`);
  }
  if (new Set(parts.map((part) => part.code)).size < parts.length)
    return reject("named_twice", "A part stands twice: give its quantity instead.");
  return { code: input.code, outcome: "unchanged", error: null };
}

/** The way from a bundle by its parts back to itself, as it would be; null where there is none. */
function findCircle(
  code: string,
  inputs: readonly SkuInput[],
  known: ReadonlyMap<string, Known>,
): readonly string[] | null {
  const seen = new Set<string>();
  const walk = (at: string, way: readonly string[]): readonly string[] | null => {
    const given = inputs.find((input) => input.code === at)?.components?.map((part) => part.code);
    for (const part of given ?? known.get(at)?.parts ?? []) {
      if (part === code) return [...way, part];
      if (seen.has(part)) continue;
      seen.add(part);
      const found = walk(part, [...way, part]);
      if (found) return found;
    }
    return null;
  };
  return walk(code, [code]);
}

interface Written {
  id: string;
  created: boolean;
  changed: boolean;
  version: number;
}

async function writeSkus(tx: Database, inputs: readonly SkuInput[], at: Date): Promise<Map<string, Written>> {
  if (inputs.length === 0) return new Map();
  const rows = inputs.map((input) => ({
    id: newId(at),
    code: input.code,
    title: input.title ?? null,
    set_title: input.title !== undefined,
    barcode: input.barcode ?? null,
    set_barcode: input.barcode !== undefined,
    safety: input.safetyStock ?? null,
    retired: input.retired ?? null,
    bundle: input.components === undefined ? null : input.components.length > 0,
  }));
  const written = await tx.query<{ id: string; code: string; created: boolean; changed: boolean; version: string }>(
    `with r as (select * from json_to_recordset($1::text::json) as r(id uuid, code text, title text, set_title boolean, barcode text,
       set_barcode boolean, safety integer, retired boolean, bundle boolean)),
     changed as (update skus s set title = case when r.set_title then r.title else s.title end,
         barcode = case when r.set_barcode then r.barcode else s.barcode end, safety_stock = coalesce(r.safety, s.safety_stock),
         bundle = coalesce(r.bundle, s.bundle),
         retired_at = case when r.retired is null or r.retired = (s.retired_at is not null) then s.retired_at when r.retired then $2::timestamptz end,
         version = s.version + 1, updated_at = $2::timestamptz
       from r where s.code = r.code and ((r.set_title and s.title is distinct from r.title) or (r.set_barcode and s.barcode is distinct from r.barcode)
         or s.safety_stock <> coalesce(r.safety, s.safety_stock) or s.bundle <> coalesce(r.bundle, s.bundle)
         or (r.retired is not null and r.retired <> (s.retired_at is not null)))
       returning s.id, s.code, s.version),
     made as (insert into skus (id, code, title, barcode, safety_stock, bundle, retired_at, created_at, updated_at)
       select r.id, r.code, r.title, r.barcode, coalesce(r.safety, 0), coalesce(r.bundle, false),
         case when r.retired then $2::timestamptz end, $2::timestamptz, $2::timestamptz from r
       where not exists (select 1 from skus s where s.code = r.code) on conflict (code) do nothing returning id, code, version)
     select id, code, true as created, true as changed, version from made
     union all select id, code, false, true, version from changed
     union all select s.id, s.code, false, false, s.version from skus s join r on r.code = s.code
       where not exists (select 1 from changed c where c.id = s.id)`,
    [JSON.stringify(rows), at.toISOString()],
  );
  return new Map(
    written.map((row) => [
      row.code,
      { id: row.id, created: row.created, changed: row.changed, version: Number(row.version) },
    ]),
  );
}

/**
 * Brings the parts of bundles to what was given; answers the bundles whose parts changed, with their new version, and the
 * SKUs of which campaigns hold more or less now.
 */
async function writeComponents(
  tx: Database,
  inputs: readonly SkuInput[],
  at: Date,
): Promise<{ bundles: Map<string, number>; apart: string[] }> {
  const given = inputs.filter((input) => input.components !== undefined);
  if (given.length === 0) return { bundles: new Map(), apart: [] };
  const rows = given.flatMap((input) => (input.components ?? []).map((part) => ({ b: input.code, ...part })));
  const json = JSON.stringify(rows.map((row) => ({ b: row.b, c: row.code, q: row.quantity })));
  const codes = given.map((input) => input.code);
  const wanted = `select b.id as bundle_id, c.id as component_id, r.q as quantity
    from json_to_recordset($1::text::json) as r(b text, c text, q integer) join skus b on b.code = r.b join skus c on c.code = r.c`;
  const dropped = await tx.query<{ bundle_id: string; component_id: string }>(
    `delete from sku_components x using skus b where b.id = x.bundle_id and b.code = any($2::text[])
       and not exists (select 1 from (${wanted}) w where w.bundle_id = x.bundle_id and w.component_id = x.component_id)
     returning x.bundle_id, x.component_id`,
    [json, codes],
  );
  const set = await tx.query<{ bundle_id: string }>(
    `insert into sku_components as x (bundle_id, component_id, quantity) ${wanted}
     on conflict (bundle_id, component_id) do update set quantity = excluded.quantity where x.quantity <> excluded.quantity
     returning x.bundle_id`,
    [json],
  );
  const changed = new Set([...dropped, ...set].map((row) => row.bundle_id));
  // What campaigns hold of a bundle they hold of its parts.
  const apart = await refreshSetApart(tx, [...new Set([...changed, ...dropped.map((row) => row.component_id)])]);
  const bundles = await tx.query<{ id: string; version: string }>(
    "update skus set version = version + 1, updated_at = $2::timestamptz where id = any($1::uuid[]) returning id, version",
    [[...changed], at.toISOString()],
  );
  return { bundles: new Map(bundles.map((row) => [row.id, Number(row.version)])), apart };
}

/** Variants that show one of these codes or barcodes and have no SKU yet; each store's changes are its own. */
async function mapWaiting(tx: Database, inputs: readonly SkuInput[], at: Date): Promise<string[]> {
  const waiting = await tx.query<{ id: string; store_id: string }>(
    `select id, store_id from listing_variants where (seller_code = any($1::text[]) or barcode = any($2::text[]) and coalesce(seller_code, '') = '') and sku_id is null
       and mapped_by is distinct from 'hand' and gone_at is null order by store_id, id`,
    [inputs.map((input) => input.code), inputs.flatMap((input) => input.barcode || [])],
  );
  const byStore = new Map<string, string[]>();
  for (const row of waiting) byStore.set(row.store_id, [...(byStore.get(row.store_id) ?? []), row.id]);
  const dirty: string[] = [];
  for (const [storeId, variantIds] of byStore) {
    const result = await mapVariants(tx, { variantIds, at, adopt: null });
    await appendChanges(tx, storeId, result.changes);
    dirty.push(...result.dirtyStores);
  }
  return dirty;
}
