/** Rules of offers, of stock and of prices: whom they speak of, and how they are kept. What they mean is told elsewhere. */
import { appendAudit } from "./audit.ts";
import type { Database } from "./database.ts";
import { findSkuIds } from "./skus.ts";

export type RuleTable = "allocation_rules" | "price_rules";

/** Whom a rule speaks of: of all offers, where all is null. */
export interface RuleScope {
  storeId: string | null;
  listingId: string | null;
  /** The SKU's code. */
  sku: string | null;
}

/** A rule that is kept; `params` as its kind has them. */
export interface KeptRule extends RuleScope {
  id: string;
  kind: string;
  params: Readonly<Record<string, unknown>>;
  validFrom: Date | null;
  validUntil: Date | null;
}

/** What became of a rule of a request. */
export interface RuleRow {
  id: string | null;
  outcome: "created" | "updated" | "rejected";
  error: { code: string; detail: string } | null;
}

/** What the scopes of rules name, as far as it is there. */
export interface NamedScopes {
  skus: ReadonlyMap<string, string>;
  stores: ReadonlySet<string>;
  /** Listing to its store. */
  listings: ReadonlyMap<string, string>;
}

export async function findScopes(tx: Database, rules: readonly RuleScope[]): Promise<NamedScopes> {
  const texts = (of: (rule: RuleScope) => string | null) => [...new Set(rules.map(of).filter((text) => text !== null))];
  const stores = await tx.query<{ id: string }>("select id from stores where id = any($1::uuid[])", [
    texts((rule) => rule.storeId),
  ]);
  const listings = await tx.query<{ id: string; store_id: string }>(
    "select id, store_id from listings where id = any($1::uuid[])",
    [texts((rule) => rule.listingId)],
  );
  const codes = texts((rule) => rule.sku);
  return {
    skus: await findSkuIds(tx, codes),
    stores: new Set(stores.map((row) => row.id)),
    listings: new Map(listings.map((row) => [row.id, row.store_id])),
  };
}

/** What is wrong with a rule's scope or times; null where nothing is. */
export function scopeProblem(
  rule: Pick<KeptRule, "storeId" | "listingId" | "sku" | "validFrom" | "validUntil">,
  named: NamedScopes,
): RuleRow["error"] {
  if (rule.sku !== null && !named.skus.has(rule.sku))
    return { code: "unknown_sku", detail: `There is no SKU "${rule.sku}".` };
  if (rule.storeId !== null && !named.stores.has(rule.storeId))
    return { code: "unknown_store", detail: `There is no store ${rule.storeId}.` };
  if (rule.listingId !== null) {
    const store = named.listings.get(rule.listingId);
    if (store === undefined) return { code: "unknown_listing", detail: `There is no listing ${rule.listingId}.` };
    if (rule.storeId !== null && rule.storeId !== store)
      return {
        code: "listing_of_another_store",
        detail: `Listing ${rule.listingId} is not one of store ${rule.storeId}.`,
      };
  }
  if (rule.validFrom && rule.validUntil && rule.validUntil <= rule.validFrom)
    return { code: "ends_before_it_begins", detail: "`valid_until` must be later than `valid_from`." };
  return null;
}

/** Writes rules with their audit; of two of one id the later holds. Answers for each id whether it is new. */
export async function writeRules(
  tx: Database,
  table: RuleTable,
  input: { rules: readonly KeptRule[]; named: NamedScopes; actor: string },
  at: Date,
): Promise<Map<string, boolean>> {
  const unique = [...new Map(input.rules.map((rule) => [rule.id, rule])).values()];
  const written = await tx.query<{ id: string; created: boolean }>(
    `insert into ${table} as t (id, store_id, listing_id, sku_id, kind, params, valid_from, valid_until, created_at)
     select r.id, r.store, r.listing, r.sku, r.kind, r.params, r.since, r.until, $2::timestamptz
     from json_to_recordset($1::text::json) as r(id uuid, store uuid, listing uuid, sku uuid, kind text, params jsonb, since timestamptz, until timestamptz)
     on conflict (id) do update set params = excluded.params, valid_until = excluded.valid_until, created_at = excluded.created_at
     returning id, (xmax = 0) as created`,
    [
      JSON.stringify(
        unique.map((rule) => ({
          id: rule.id,
          store: rule.storeId,
          listing: rule.listingId,
          sku: rule.sku === null ? null : input.named.skus.get(rule.sku),
          kind: rule.kind,
          params: rule.params,
          since: rule.validFrom,
          until: rule.validUntil,
        })),
      ),
      at.toISOString(),
    ],
  );
  const created = new Map(written.map((row) => [row.id, row.created]));
  await appendAudit(
    tx,
    input.rules.map((rule) => ({
      actor: input.actor,
      act: `${table}.set`,
      storeId: rule.storeId,
      subject: table.slice(0, -1),
      subjectId: rule.id,
      cause: null,
      detail: { kind: rule.kind, sku: rule.sku, listing: rule.listingId, ...rule.params },
      outcome: created.get(rule.id) ? "created" : "updated",
    })),
    at,
  );
  return created;
}

/** Removes a rule of the stores that the reader may see (null: all), with its audit; null where there is none. */
export async function deleteRule(
  tx: Database,
  table: RuleTable,
  input: { id: string; stores: readonly string[] | null; actor: string },
  at: Date,
): Promise<{ storeId: string | null; listingId: string | null; skuId: string | null } | null> {
  const [row] = await tx.query<{
    store_id: string | null;
    listing_id: string | null;
    sku_id: string | null;
    kind: string;
  }>(
    `delete from ${table} where id = $1::uuid and ($2::uuid[] is null or store_id = any($2::uuid[]))
     returning store_id, listing_id, sku_id, kind`,
    [input.id, input.stores],
  );
  if (!row) return null;
  const entry = { actor: input.actor, act: `${table}.remove`, storeId: row.store_id, subject: table.slice(0, -1) };
  const detail = { kind: row.kind };
  await appendAudit(tx, [{ ...entry, subjectId: input.id, cause: null, detail, outcome: "done" }], at);
  return { storeId: row.store_id, listingId: row.listing_id, skuId: row.sku_id };
}
