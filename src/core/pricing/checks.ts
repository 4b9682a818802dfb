/** Whether a computed price may be sent, judged by what the offer shows now. Pure. */

import type { Money } from "../model/records.ts";
import { differsByMore, money } from "../money.ts";
import { composePrice, type PriceFacts, type PriceStep, type Refusal } from "./compose.ts";

/** A change of more than this share of the greater price waits for a person, where no rule says otherwise. */
export const APPROVAL_PERCENT = "50";

export interface Shown {
  /** What the platform confirmed and what it showed last, in the offer's currency. */
  confirmed: string | null;
  observed: string | null;
  /** What a person approved, and the price that it replaced. */
  approved: { amount: string; currency: string; from: string | null } | null;
}

export type Judged = { steps: PriceStep[] } & (
  | { outcome: "manual" | "none" }
  | { outcome: "desired"; price: Money }
  | { outcome: "held"; refusal: Refusal }
);

/** Computes and judges: `desired` is what may be sent, `held` what must not. */
export function judgePrice(facts: PriceFacts, shown: Shown): Judged {
  const composed = composePrice(facts);
  if (composed.outcome === "refused") return { steps: composed.steps, outcome: "held", refusal: composed.refusal };
  if (composed.outcome !== "priced") return composed;
  const { steps, price } = composed;
  const rule = facts.rules.approval;
  const percent = rule?.params.percent ?? APPROVAL_PERCENT;
  const far = farthest(price, shown, percent);
  steps.push({ rule: "approval", ruleId: rule?.id ?? null, figure: `${percent} %`, amount: price });
  if (far === null || isApproved(price, shown.approved)) return { steps, outcome: "desired", price };
  const detail = `${price.amount} is more than ${percent} % away from ${far.amount} ${far.currency}.`;
  return { steps, outcome: "held", refusal: { code: "change_too_large", detail, price, rate: null } };
}

/** What the price is too far from, of what stands at the platform; null: of nothing. */
function farthest(price: Money, { confirmed, observed }: Shown, percent: string): Money | null {
  for (const amount of [confirmed, observed]) {
    if (amount === null) continue;
    const known = money(amount, price.currency);
    if (differsByMore(price, known, percent)) return known;
  }
  return null;
}

function isApproved(price: Money, approved: Shown["approved"]): boolean {
  if (approved?.currency !== price.currency) return false;
  const amount = money(price.amount, price.currency).amount;
  return [approved.amount, approved.from].some(
    (known) => known !== null && money(known, price.currency).amount === amount,
  );
}
