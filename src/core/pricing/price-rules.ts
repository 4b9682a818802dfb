/** Rules of prices: set and removed, with all prices that follow, in one transaction. */
import { appendAudit } from "../db/audit.ts";
import { type Database, repeatable } from "../db/database.ts";
import { findSkuIds } from "../db/skus.ts";
import { derivedId } from "../ids.ts";
import { lockPricing, reprice } from "./reprice.ts";
import { KINDS_BY_CURRENCY, type PriceRuleKind } from "./rule-kinds.ts";

export interface PriceRuleInput {
  storeId: string | null;
  listingId: string | null;
  /** The SKU's code. */
  sku: string | null;
  kind: PriceRuleKind;
  /** What rules of the kind say (rule-kinds.ts), checked. */
  params: Readonly<Record<string, unknown>>;
  validFrom: Date | null;
  validUntil: Date | null;
}

export interface PriceRuleRow {
  id: string | null;
  outcome: "created" | "updated" | "rejected";
  error: { code: string; detail: string } | null;
}

/**
 * Sets rules; one with the scope, kind, beginning (and currency, where a kind may have one of each) of an earlier one takes
 * its place. Answers for each row.
 */
export async function setPriceRules(
  db: Database,
  input: { rules: readonly PriceRuleInput[]; actor: string },
  at: Date,
): Promise<PriceRuleRow[]> {
  return repeatable(db, async (tx) => {
    await lockPricing(tx);
    const known = await findNamed(tx, input.rules);
    const rows = input.rules.map((rule) => checkRule(rule, known, at));
    const accepted = rows.flatMap((row, i) => {
      const rule = input.rules[i];
      return row.error === null && rule
        ? [{ row, rule, skuId: rule.sku === null ? null : (known.skus.get(rule.sku) ?? null) }]
        : [];
    });
    // Of two rows that mean one rule the later holds.
    const unique = [...new Map(accepted.map((one) => [one.row.id, one])).values()];
    const written = await tx.query<{ id: string; created: boolean }>(
      `insert into price_rules as t (id, store_id, listing_id, sku_id, kind, params, valid_from, valid_until, created_at)
       select r.id, r.store, r.listing, r.sku, r.kind, r.params, r.since, r.until, $2::timestamptz
       from json_to_recordset($1::text::json) as r(id uuid, store uuid, listing uuid, sku uuid, kind text, params jsonb, since timestamptz, until timestamptz)
       on conflict (id) do update set params = excluded.params, valid_until = excluded.valid_until, created_at = excluded.created_at
       returning id, (xmax = 0) as created`,
      [
        JSON.stringify(
          unique.map(({ row, rule, skuId }) => ({
            id: row.id,
            store: rule.storeId,
            listing: rule.listingId,
            sku: skuId,
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
    for (const { row } of accepted) row.outcome = created.get(row.id ?? "") ? "created" : "updated";
    await appendAudit(
      tx,
      accepted.map(({ row, rule }) => ({
        actor: input.actor,
        act: "price_rules.set",
        storeId: rule.storeId,
        subject: "price_rule",
        subjectId: row.id ?? "",
        cause: null,
        detail: { kind: rule.kind, sku: rule.sku, listing: rule.listingId, ...rule.params },
        outcome: row.outcome,
      })),
      at,
    );
    const scopes = accepted.map(({ rule, skuId }) => ({ storeId: rule.storeId, listingId: rule.listingId, skuId }));
    await reprice(tx, { of: "rules", scopes }, { cause: "rule", actor: input.actor, at });
    return rows;
  });
}

/** Removes a rule that the reader may see (`stores`; null: all); false where there is none. */
export async function removePriceRule(
  db: Database,
  input: { id: string; stores: readonly string[] | null; actor: string },
  at: Date,
): Promise<boolean> {
  return repeatable(db, async (tx) => {
    await lockPricing(tx);
    const [row] = await tx.query<{
      store_id: string | null;
      listing_id: string | null;
      sku_id: string | null;
      kind: string;
    }>(
      `delete from price_rules where id = $1::uuid and ($2::uuid[] is null or store_id = any($2::uuid[]))
       returning store_id, listing_id, sku_id, kind`,
      [input.id, input.stores],
    );
    if (!row) return false;
    const entry = { actor: input.actor, act: "price_rules.remove", storeId: row.store_id, subject: "price_rule" };
    const detail = { kind: row.kind };
    await appendAudit(tx, [{ ...entry, subjectId: input.id, cause: null, detail, outcome: "done" }], at);
    const scopes = [{ storeId: row.store_id, listingId: row.listing_id, skuId: row.sku_id }];
    await reprice(tx, { of: "rules", scopes }, { cause: "rule removed", actor: input.actor, at });
    return true;
  });
}

interface Named {
  skus: ReadonlyMap<string, string>;
  stores: ReadonlySet<string>;
  /** Listing to its store. */
  listings: ReadonlyMap<string, string>;
}

async function findNamed(tx: Database, rules: readonly PriceRuleInput[]): Promise<Named> {
  const texts = (of: (rule: PriceRuleInput) => string | null) => [
    ...new Set(rules.map(of).filter((text) => text !== null)),
  ];
  const stores = await tx.query<{ id: string }>("select id from stores where id = any($1::uuid[])", [
    texts((rule) => rule.storeId),
  ]);
  const listings = await tx.query<{ id: string; store_id: string }>(
    "select id, store_id from listings where id = any($1::uuid[])",
    [texts((rule) => rule.listingId)],
  );
  return {
    skus: await findSkuIds(
      tx,
      texts((rule) => rule.sku),
    ),
    stores: new Set(stores.map((row) => row.id)),
    listings: new Map(listings.map((row) => [row.id, row.store_id])),
  };
}

function checkRule(rule: PriceRuleInput, known: Named, at: Date): PriceRuleRow {
  const reject = (code: string, detail: string): PriceRuleRow => ({
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
  if (rule.validFrom && rule.validUntil && rule.validUntil <= rule.validFrom)
    return reject("ends_before_it_begins", "`valid_until` must be later than `valid_from`.");
  if (rule.validUntil && rule.validUntil <= at) return reject("ended_already", "`valid_until` has passed.");
  return { id: ruleId(rule), outcome: "created", error: null };
}

/** One rule of a kind for each scope, beginning and, for kinds that may have one of each, currency. */
function ruleId({ storeId, listingId, sku, kind, validFrom, params }: PriceRuleInput): string {
  const currency = KINDS_BY_CURRENCY.includes(kind) ? params.currency : null;
  return derivedId(storeId ?? "", `price_rules:${kind}`, JSON.stringify([listingId, sku, validFrom, currency]));
}
