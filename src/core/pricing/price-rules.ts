/** Rules of prices: set and removed, with all prices that follow: in one transaction, or where they are many, part by part after it. */
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
import { derivedId } from "../ids.ts";
import { repriceOrMark, workOffMarks } from "./marks.ts";
import { lockPricing } from "./reprice.ts";
import { KINDS_BY_CURRENCY, type PriceRuleKind } from "./rule-kinds.ts";

export interface PriceRuleInput extends RuleScope {
  kind: PriceRuleKind;
  /** What rules of the kind say (rule-kinds.ts), checked. */
  params: Readonly<Record<string, unknown>>;
  validFrom: Date | null;
  validUntil: Date | null;
}

/**
 * Sets rules; one with the scope, kind, beginning (and currency, where a kind may have one of each) of an earlier one takes
 * its place. Answers for each row.
 */
export async function setPriceRules(
  db: Database,
  input: { rules: readonly PriceRuleInput[]; actor: string },
  at: Date,
): Promise<RuleRow[]> {
  const rows = await repeatable(db, async (tx) => {
    await lockPricing(tx);
    const named = await findScopes(tx, input.rules);
    const rows = input.rules.map((rule) => checkRule(rule, named, at));
    const rules = rows.flatMap(({ id }, i) => {
      const rule = input.rules[i];
      return id !== null && rule ? [{ ...rule, id }] : [];
    });
    const created = await writeRules(tx, "price_rules", { rules, named, actor: input.actor }, at);
    for (const row of rows) if (row.id !== null) row.outcome = created.get(row.id) ? "created" : "updated";
    const scopes = rules.map(({ storeId, listingId, sku }) => ({
      storeId,
      listingId,
      skuId: sku === null ? null : (named.skus.get(sku) ?? null),
    }));
    await repriceOrMark(tx, { of: "rules", scopes }, { cause: "rule", actor: input.actor, at });
    return rows;
  });
  await workOffMarks(db, at);
  return rows;
}

/** Removes a rule that the reader may see (`stores`; null: all); false where there is none. */
export async function removePriceRule(
  db: Database,
  input: { id: string; stores: readonly string[] | null; actor: string },
  at: Date,
): Promise<boolean> {
  const isRemoved = await repeatable(db, async (tx) => {
    await lockPricing(tx);
    const scope = await deleteRule(tx, "price_rules", input, at);
    if (!scope) return false;
    await repriceOrMark(tx, { of: "rules", scopes: [scope] }, { cause: "rule removed", actor: input.actor, at });
    return true;
  });
  if (isRemoved) await workOffMarks(db, at);
  return isRemoved;
}

function checkRule(rule: PriceRuleInput, named: NamedScopes, at: Date): RuleRow {
  const error =
    scopeProblem(rule, named) ??
    (rule.validUntil && rule.validUntil <= at ? { code: "ended_already", detail: "`valid_until` has passed." } : null);
  return error ? { id: null, outcome: "rejected", error } : { id: ruleId(rule), outcome: "created", error: null };
}

/** One rule of a kind for each scope, beginning and, for kinds that may have one of each, currency. */
function ruleId({ storeId, listingId, sku, kind, validFrom, params }: PriceRuleInput): string {
  const currency = KINDS_BY_CURRENCY.includes(kind) ? params.currency : null;
  return derivedId(storeId ?? "", `price_rules:${kind}`, JSON.stringify([listingId, sku, validFrom, currency]));
}
