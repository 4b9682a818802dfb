/**
 * Rules of what offers show: set, removed, and put into force when their time comes. All that follows from a rule (the
 * offers' own rules, their desired quantities) is written in the transaction that sets it.
 */
import { type Database, repeatable } from "../db/database.ts";
import {
  deleteRule,
  findScopes,
  type NamedScopes,
  type RuleRow,
  type RuleScope,
  scopeProblem,
  writeRules,
} from "../db/rules.ts";
import { findLocations } from "../db/stock.ts";
import { derivedId } from "../ids.ts";
import type { RuleKind } from "./allocation.ts";
import { applyDueCampaigns, CAMPAIGNS_DUE } from "./campaign-holds.ts";
import { OFFERS_CHANNEL, setDesiredQuantities } from "./desired.ts";
import { lockMapping } from "./mapping.ts";
import { compileOfferRules } from "./offer-rules.ts";
import { countOnSale, guardZeroes } from "./zero-guard.ts";

export interface RuleInput extends RuleScope {
  kind: RuleKind;
  /** Units, for the kinds that count; percent for `share`. */
  figure: number | null;
  /** Codes of locations, for `locations`. */
  locations: readonly string[] | null;
  validFrom: Date | null;
  validUntil: Date | null;
}

const APPLIED = "rules_applied";

/**
 * Sets rules; one with the scope, kind and beginning of an earlier one takes its place. Answers for each row. Throws
 * `InputError` (409) where too many live offers would go to zero and `confirmed` is not set.
 */
export async function setRules(
  db: Database,
  input: { rules: readonly RuleInput[]; actor: string; confirmed: boolean; onSale?: number | undefined },
  at: Date,
): Promise<{ rows: RuleRow[]; dirtyStores: string[] }> {
  return repeatable(db, async (tx) => {
    await lockMapping(tx, "alone");
    const named = await findScopes(tx, input.rules);
    const codes = input.rules.flatMap((rule) => rule.locations ?? []);
    const locations = await findLocations(tx, [...new Set(codes)]);
    const rows = input.rules.map((rule) => checkRule(rule, named, locations));
    const rules = rows.flatMap(({ id }, i) => {
      const rule = input.rules[i];
      return id !== null && rule ? [{ ...rule, id, params: paramsOf(rule) }] : [];
    });
    const created = await writeRules(tx, "allocation_rules", { rules, named, actor: input.actor }, at);
    for (const row of rows) if (row.id !== null) row.outcome = created.get(row.id) ? "created" : "updated";
    return { rows, dirtyStores: await putIntoForce(tx, at, input.confirmed, input.onSale) };
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
    if (!(await deleteRule(tx, "allocation_rules", input, at))) return false;
    await putIntoForce(tx, at, input.confirmed);
    return true;
  });
}

/** Whether a rule began or ended since rules were last put into force, or a campaign is to be looked at. */
export async function areRulesDue(db: Database, at: Date): Promise<boolean> {
  return Object.values(await findDue(db, at)).some(Boolean);
}

async function findDue(db: Database, at: Date): Promise<{ rules: boolean; campaigns: boolean }> {
  const [due] = await db.query<{ rules: boolean; campaigns: boolean }>(
    `select exists (select 1 from allocation_rules r, (select coalesce((select (value #>> '{}')::timestamptz from settings where name = $1), '-infinity') as at) last
       where r.valid_from > last.at and r.valid_from <= $2::timestamptz or r.valid_until > last.at and r.valid_until <= $2::timestamptz) as rules,
       ${CAMPAIGNS_DUE} as campaigns`,
    [APPLIED, at.toISOString()],
  );
  return due ?? { rules: false, campaigns: false };
}

/** Puts into force what began or ended since the last time, rules and campaigns. Answers whether anything did. */
export async function applyDueRules(db: Database, at: Date): Promise<boolean> {
  const due = await findDue(db, at);
  if (due.campaigns)
    await repeatable(db, async (tx) => {
      await lockMapping(tx, "alone");
      for (const storeId of await applyDueCampaigns(tx, at))
        await tx.query("select pg_notify($1, $2)", [OFFERS_CHANNEL, storeId]);
    });
  if (due.rules)
    await repeatable(db, async (tx) => {
      await lockMapping(tx, "alone");
      await putIntoForce(tx, at, true);
    });
  return due.rules || due.campaigns;
}

async function putIntoForce(tx: Database, at: Date, confirmed: boolean, onSale?: number): Promise<string[]> {
  const before = confirmed ? null : (onSale ?? (await countOnSale(tx)));
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

function checkRule(rule: RuleInput, named: NamedScopes, locations: ReadonlyMap<string, string>): RuleRow {
  const missing = rule.locations?.find((code) => !locations.has(code));
  const error =
    scopeProblem(rule, named) ??
    (missing === undefined ? null : { code: "unknown_location", detail: `There is no location "${missing}" of ours.` });
  return error ? { id: null, outcome: "rejected", error } : { id: ruleId(rule), outcome: "created", error: null };
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
