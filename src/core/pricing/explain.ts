/** Why a variant's price is what it is: each step from the base price on, and what holds it back. */
import type { Database } from "../db/database.ts";
import type { Money } from "../model/records.ts";
import { money, padMoney } from "../money.ts";
import { type Judged, judgePrice } from "./checks.ts";
import type { Refusal } from "./compose.ts";
import { loadPriceOffers, loadRates } from "./load.ts";

export interface ExplainedPrice {
  offerId: string;
  storeId: string;
  variantId: string;
  sku: string;
  currency: string | null;
  steps: Judged["steps"];
  /** What the steps come to and may be sent; null: nothing. */
  price: Money | null;
  held: Refusal | null;
  /** What stands written: it differs from `price` only while a change is being made or is held back. */
  desired: Money | null;
  confirmed: Money | null;
  observed: Money | null;
  validUntil: string | null;
  nextChange: string | null;
  approved: { price: Money; by: string | null } | null;
}

/** Explains the price of a variant that the reader may see (`stores`; null: all); null where it has no offer of a price. */
export async function explainPrice(
  db: Database,
  input: { variantId: string; stores: readonly string[] | null },
  at: Date,
): Promise<ExplainedPrice | null> {
  const [row] = await db.query<{ id: string; sku: string; confirmed: string | null; approved_by: string | null }>(
    `select o.id, s.code as sku, o.confirmed_value as confirmed, p.approved_by from offers o join skus s on s.id = o.sku_id
     left join offer_prices p on p.offer_id = o.id
     where o.variant_id = $1::uuid and o.aspect = 'price' and ($2::uuid[] is null or o.store_id = any($2::uuid[]))`,
    [input.variantId, input.stores],
  );
  if (!row) return null;
  const [offer] = await loadPriceOffers(db, [row.id], await loadRates(db, at), { at, lock: false });
  if (!offer) return null;
  const verdict = judgePrice(offer.facts, offer.shown);
  const inCurrency = (amount: string | null, currency: string | null) =>
    amount === null || currency === null ? null : padMoney(money(amount, currency));
  const { approved, observed } = offer.shown;
  const isApproved = approved !== null;
  return {
    offerId: offer.id,
    storeId: offer.storeId,
    variantId: offer.variantId,
    sku: row.sku,
    currency: offer.facts.currency,
    steps: verdict.steps,
    price: verdict.outcome === "desired" ? verdict.price : null,
    held: verdict.outcome === "held" ? verdict.refusal : null,
    desired: inCurrency(offer.desired, offer.currency),
    confirmed: inCurrency(row.confirmed, offer.currency),
    observed: inCurrency(observed, offer.facts.currency),
    validUntil: offer.validUntil,
    nextChange: offer.nextChange,
    approved: isApproved ? { price: padMoney(money(approved.amount, approved.currency)), by: row.approved_by } : null,
  };
}
