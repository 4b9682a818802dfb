/** What an explanation of a price says, in sentences. Pure. */
import { instantText } from "./instant-text.ts";

interface Amount {
  amount: string;
  currency: string;
}

export interface ExplainedPrice {
  id: string;
  sku: string;
  steps: { rule: string; figure: string | null; amount: string | null; currency: string | null }[];
  price: Amount | null;
  held: { detail: string; price: Amount | null } | null;
  desired: Amount | null;
  confirmed: Amount | null;
  observed: Amount | null;
  valid_until: string | null;
  next_change: string | null;
  approved: { price: Amount; by: string | null } | null;
}

export function tellPrice(told: ExplainedPrice): string {
  const { sku, steps, held, desired, confirmed, observed, valid_until, next_change, approved } = told;
  const lines = [
    desired === null
      ? `${sku}: no price of ours is set here${observed === null ? "" : `; the platform shows ${text(observed)}`}.`
      : `${sku}: ${text(desired)} ${isSame(confirmed, desired) ? "is what the platform took" : `is to be shown; the platform took ${confirmed === null ? "nothing yet" : text(confirmed)}`}.`,
  ];
  if (desired !== null && observed !== null && !isSame(observed, desired))
    lines.push(`The platform was last seen to show ${text(observed)}.`);
  let before: string | null = null;
  for (const { rule, figure, amount, currency } of steps) {
    const after = amount === null ? null : `${amount} ${currency ?? ""}`.trim();
    const left = after === null ? "no price" : after === before ? "no change" : after;
    lines.push(`  ${(WORDS[rule] ?? rule).replace("#", figure ?? "")}: ${left}.`);
    before = after;
  }
  if (held !== null)
    lines.push(`It is held back${held.price === null ? "" : ` (${text(held.price)})`}: ${held.detail}`);
  if (held?.price) lines.push(`To approve it: tallyport prices approve ${told.id} ${text(held.price)}`);
  if (approved !== null)
    lines.push(`${text(approved.price)} was approved${approved.by === null ? "" : ` by ${approved.by}`}.`);
  if (valid_until !== null) lines.push(`Nothing of it is sent after ${instantText(valid_until)}.`);
  if (next_change !== null && next_change !== valid_until)
    lines.push(`It is computed anew at ${instantText(next_change)}.`);
  return lines.join("\n");
}

/** Each step; `#` is what the rule says. */
const WORDS: Readonly<Record<string, string>> = {
  base: "The base price",
  manual: "The price is left to people",
  fixed: "The price is fixed",
  rate: "Converted (#)",
  markup: "With a markup of #",
  discount: "With a discount of #",
  tax: "With the tax (#)",
  rounding: "Rounded (#)",
  digits: "Rounded to the digits of the currency",
  floor: "Never below #",
  base_floor: "Never below # (of the base price)",
  min_advertised: "Not advertised below #",
  protection: "Protected: not below #",
  margin: "With a margin over the cost of at least #",
  ceiling: "Never above #",
  base_ceiling: "Never above # (of the base price)",
  approval: "A change of more than # waits for a person",
};

const text = ({ amount, currency }: Amount) => `${amount} ${currency}`;
const isSame = (a: Amount | null, b: Amount | null) =>
  a !== null && b !== null && Number(a.amount) === Number(b.amount) && a.currency === b.currency;
