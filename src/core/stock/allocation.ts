/**
 * What an offer shows of what is available: rules in one order, the same wherever they were set. `setDesiredQuantities`
 * computes this in SQL for thousands at once; here it is told step by step. Pure.
 */

/** In the order in which they apply. */
export const RULE_KINDS = [
  "mirror",
  "locations",
  "replenishable",
  "fixed",
  "buffer",
  "share",
  "cap",
  "zero_below",
  "pause",
] as const;
export type RuleKind = (typeof RULE_KINDS)[number];

/** The rules that hold for one offer: of each kind the one that was set most narrowly. Null: none of that kind. */
export interface OfferRules {
  /** Ids of the only locations that count. */
  locations: readonly string[] | null;
  /** Units that can be had again in time, and may be promised beyond the shelf. */
  replenishable: number | null;
  /** Shows this many, as long as they are there; buffer, share and cap then say nothing. */
  fixed: number | null;
  /** Units kept back. */
  buffer: number | null;
  /** Percent of what is left, rounded down. */
  share: number | null;
  cap: number | null;
  /** Fewer than this show as none. */
  zeroBelow: number | null;
  pause: boolean;
  /** Units that the campaign at the offer's place still holds; no rule but the pause says anything then. */
  campaign: number | null;
}

export interface Step {
  rule: Exclude<RuleKind, "mirror" | "locations"> | "available" | "campaign" | "retired" | "not_below_zero";
  /** What the rule says: units or percent. */
  figure: number | null;
  /** What is shown after this step. */
  quantity: number;
}

/** From what is available (it may be below zero) to what is shown, with every step that changed it or could have. */
export function allocate(available: number, rules: OfferRules | null, isRetired: boolean): Step[] {
  const steps: Step[] = [{ rule: "available", figure: null, quantity: available }];
  const quantity = () => steps.at(-1)?.quantity ?? 0;
  const step = (rule: Step["rule"], figure: number | null, value: number) =>
    steps.push({ rule, figure, quantity: value });
  if (isRetired) {
    step("retired", null, 0);
    return steps;
  }
  if (rules != null && rules.campaign !== null) {
    // What campaigns hold beyond what is there is lacking to them.
    step("campaign", rules.campaign, Math.max(0, rules.campaign + Math.min(0, quantity())));
    if (rules.pause) step("pause", null, 0);
    return steps;
  }
  if (rules?.replenishable != null) step("replenishable", rules.replenishable, quantity() + rules.replenishable);
  if (quantity() < 0) step("not_below_zero", null, 0);
  if (!rules) return steps;
  if (rules.fixed !== null) step("fixed", rules.fixed, Math.min(rules.fixed, quantity()));
  else {
    if (rules.buffer !== null) step("buffer", rules.buffer, Math.max(0, quantity() - rules.buffer));
    if (rules.share !== null) step("share", rules.share, Math.floor((quantity() * rules.share) / 100));
    if (rules.cap !== null) step("cap", rules.cap, Math.min(rules.cap, quantity()));
  }
  if (rules.zeroBelow !== null) step("zero_below", rules.zeroBelow, quantity() < rules.zeroBelow ? 0 : quantity());
  if (rules.pause) step("pause", null, 0);
  return steps;
}
