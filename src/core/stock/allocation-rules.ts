/**
 * Rules of what offers show: set, removed, and put into force when their time comes. All that follows from a rule (the
 * offers' own rules, their desired quantities) is written in the transaction that sets it.
 */
import { appendAudit } from "../db/audit.ts";
import { type Database, repeatable } from "../db/database.ts";
import { findSkuIds } from "../db/skus.ts";
import { findLocations } from "../db/stock.ts";
import { derivedId } from "../ids.ts";
import type { RuleKind } from "./allocation.ts";
import { OFFERS_CHANNEL, setDesiredQuantities } from "./desired.ts";
import { lockMapping } from "./mapping.ts";
import { compileOfferRules } from "./offer-rules.ts";
import { countOnSale, guardZeroes } from "./zero-guard.ts";

export interface RuleScope {
  storeId: string | null;
  listingId: string | null;
  /** The SKU's code. */
  sku: string | null;
}

export interface RuleInput extends RuleScope {
  kind: RuleKind;
  /** Units, for the kinds that count; percent for `share`. */
  figure: number | null;
  /** Codes of locations, for `locations`. */
  locations: readonly string[] | null;
  validFrom: Date | null;
  validUntil: Date | null;
}

export interface RuleRow {
  id: string | null;
  outcome: "created" | "updated" | "rejected";
  error: { code: string; detail: string } | null;
}

const APPLIED = "rules_applied";

/**
 * Sets rules; one with the scope, kind and beginning of an earlier one takes its place. Answers for each row. Throws
 * `InputError` (409) where too many live offers would go to zero and `confirmed` is not set.
 */
export async function setRules(
  db: Database,
  input: { rules: readonly RuleInput[]; actor: string; confirmed: boolean },
  at: Date,
): Promise<{ rows: RuleRow[]; dirtyStores: string[] }> {
  return repeatable(db, async (tx) => {
    await lockMapping(tx, "alone");
    const known = await findNamed(tx, input.rules);
    const rows = input.rules.map((rule) => checkRule(rule, known));
    const accepted = rows.flatMap((row, i) => {
      const rule = input.rules[i];
      return row.error === null && rule ? [{ row, rule }] : [];
    });
    const written = await tx.query<{ id: string; created: boolean }>(
      `insert into allocation_rules as t (id, store_id, listing_id, sku_id, kind, params, valid_from, valid_until, created_at)
       select r.id, r.store, r.listing, r.sku, r.kind, r.params, r.since, r.until, $2::timestamptz
       from json_to_recordset($1::text::json) as r(id uuid, store uuid, listing uuid, sku uuid, kind text, params jsonb, since timestamptz, until timestamptz)
       on conflict (id) do update set params = excluded.params, valid_until = excluded.valid_until, created_at = excluded.created_at
       returning id, (xmax = 0) as created`,
      [
        JSON.stringify(
          accepted.map(({ row, rule }) => ({
            id: row.id,
            store: rule.storeId,
            listing: rule.listingId,
            sku: rule.sku === null ? null : known.skus.get(rule.sku),
            kind: rule.kind,
            params: paramsOf(rule),
            since: rule.validFrom,
            until: rule.validUntil,
          })),
        ),
        at.toISOString(),
      ],
    );
    const created = new Map(written.map((row) => [row.id, row.created]));
    for (const { row } of accepted) row.outcome = created.get(row.id ?? "") ? "created" : "updated";
    await appendAudit(
      tx,
      accepted.map(({ row, rule }) => ({
        actor: input.actor,
        act: "allocation_rules.set",
        storeId: rule.storeId,
        subject: "allocation_rule",
        subjectId: row.id ?? "",
        cause: null,
        detail: { kind: rule.kind, sku: rule.sku, listing: rule.listingId, ...paramsOf(rule) },
        outcome: row.outcome,
      })),
      at,
    );
    return { rows, dirtyStores: await putIntoForce(tx, at, input.confirmed) };
  });
}

/** Removes a rule that the reader may see (`stores`; null: all); false where there is none. */
export async function removeRule(
  db: Database,
  input: { id: string; stores: readonly string[] | null; actor: string; confirmed: boolean },
  at: Date,
): Promise<boolean> {
  return repeatable(db, async (tx) => {
    await lockMapping(tx, "alone");
    const [row] = await tx.query<{ store_id: string | null; kind: string }>(
      "delete from allocation_rules where id = $1::uuid and ($2::uuid[] is null or store_id = any($2::uuid[])) returning store_id, kind",
      [input.id, input.stores],
    );
    if (!row) return false;
    const entry = {
      actor: input.actor,
      act: "allocation_rules.remove",
      storeId: row.store_id,
      subject: "allocation_rule",
    };
    const detail = { kind: row.kind };
    await appendAudit(tx, [{ ...entry, subjectId: input.id, cause: null, detail, outcome: "done" }], at);
    await putIntoForce(tx, at, input.confirmed);
    return true;
  });
}

/** Whether a rule began or ended since rules were last put into force. */
export async function areRulesDue(db: Database, at: Date): Promise<boolean> {
  const [due] = await db.query<{ due: boolean }>(
    `select exists (select 1 from allocation_rules r, (select coalesce((select (value #>> '{}')::timestamptz from settings where name = $1), '-infinity') as at) last
       where r.valid_from > last.at and r.valid_from <= $2::timestamptz or r.valid_until > last.at and r.valid_until <= $2::timestamptz) as due`,
    [APPLIED, at.toISOString()],
  );
  return due?.due ?? false;
}

/** Puts into force what began or ended since the last time. Answers whether anything did. */
export async function applyDueRules(db: Database, at: Date): Promise<boolean> {
  if (!(await areRulesDue(db, at))) return false;
  await repeatable(db, async (tx) => {
    await lockMapping(tx, "alone");
    await putIntoForce(tx, at, true);
  });
  return true;
}

async function putIntoForce(tx: Database, at: Date, confirmed: boolean): Promise<string[]> {
  const before = confirmed ? null : await countOnSale(tx);
  const skuIds = await compileOfferRules(tx, at, null);
  const { dirtyStores } = await setDesiredQuantities(tx, skuIds, { cause: "allocation rule", at });
  if (before !== null) await guardZeroes(tx, before);
  await tx.query(
    `insert into settings (name, value, updated_at) values ($1, to_jsonb($2::text), $2::timestamptz)
     on conflict (name) do update set value = excluded.value, updated_at = excluded.updated_at`,
    [APPLIED, at.toISOString()],
  );
  for (const storeId of dirtyStores) await tx.query("select pg_notify($1, $2)", [OFFERS_CHANNEL, storeId]);
  return dirtyStores;
}

interface Named {
  skus: ReadonlyMap<string, string>;
  locations: ReadonlyMap<string, string>;
  stores: ReadonlySet<string>;
  /** Listing to its store. */
  listings: ReadonlyMap<string, string>;
}

async function findNamed(tx: Database, rules: readonly RuleInput[]): Promise<Named> {
  const texts = (of: (rule: RuleInput) => readonly (string | null)[]) => [
    ...new Set(rules.flatMap(of).filter((text) => text !== null)),
  ];
  const stores = await tx.query<{ id: string }>("select id from stores where id = any($1::uuid[])", [
    texts((rule) => [rule.storeId]),
  ]);
  const listings = await tx.query<{ id: string; store_id: string }>(
    "select id, store_id from listings where id = any($1::uuid[])",
    [texts((rule) => [rule.listingId])],
  );
  return {
    skus: await findSkuIds(
      tx,
      texts((rule) => [rule.sku]),
    ),
    locations: await findLocations(
      tx,
      texts((rule) => rule.locations ?? []),
    ),
    stores: new Set(stores.map((row) => row.id)),
    listings: new Map(listings.map((row) => [row.id, row.store_id])),
  };
}

function checkRule(rule: RuleInput, known: Named): RuleRow {
  const reject = (code: string, detail: string): RuleRow => ({
    id: null,
    outcome: "rejected",
    error: { code, detail },
  });
  if (rule.sku !== null && !known.skus.has(rule.sku)) return reject("unknown_sku", `There is no SKU "${rule.sku}".`);
  if (rule.storeId !== null && !known.stores.has(rule.storeId))
    return reject("unknown_store", `There is no store ${rule.storeId}.`);
  if (rule.listingId !== null) {
    const store = known.listings.get(rule.listingId);
    if (store === undefined) return reject("unknown_listing", `There is no listing ${rule.listingId}.`);
    if (rule.storeId !== null && rule.storeId !== store)
      return reject("listing_of_another_store", `Listing ${rule.listingId} is one of store ${store}.`);
  }
  const missing = rule.locations?.find((code) => !known.locations.has(code));
  if (missing !== undefined) return reject("unknown_location", `There is no location "${missing}" of ours.`);
  if (rule.validFrom && rule.validUntil && rule.validUntil <= rule.validFrom)
    return reject("ends_before_it_begins", "`valid_until` must be later than `valid_from`.");
  return { id: ruleId(rule), outcome: "created", error: null };
}

/** One rule of a kind for each scope and beginning. */
function ruleId({ storeId, listingId, sku, kind, validFrom }: RuleInput): string {
  return derivedId(storeId ?? "", `allocation_rules:${kind}`, JSON.stringify([listingId, sku, validFrom]));
}

function paramsOf(rule: RuleInput): Record<string, unknown> {
  if (rule.kind === "locations") return { codes: rule.locations ?? [] };
  if (rule.kind === "share") return { percent: rule.figure };
  return rule.figure === null ? {} : { quantity: rule.figure };
}
