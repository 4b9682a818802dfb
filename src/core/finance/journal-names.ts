/** Accounts of the journal, and text that is safe in it. */
import type { EntryKind } from "../model/vocabulary.ts";

/** What stands against the platform's account, by kind of entry. */
const AGAINST: Record<EntryKind, string> = {
  sale: "income:sales",
  refund: "income:refunds",
  shipping_income: "income:shipping",
  platform_subsidy: "income:platform subsidies",
  seller_discount: "income:discounts",
  compensation: "income:compensation",
  commission: "expenses:commission",
  payment_fee: "expenses:payment fees",
  shipping_fee: "expenses:shipping",
  fulfilment_fee: "expenses:fulfilment",
  advertising_fee: "expenses:advertising",
  service_fee: "expenses:service fees",
  penalty: "expenses:penalties",
  adjustment: "expenses:adjustments",
  other: "expenses:unknown kind",
  tax_collected: "liabilities:tax collected",
  tax_withheld: "assets:tax withheld",
  reserve: "assets:reserves",
  financing: "liabilities:financing",
  transfer: "assets:transfers",
  payout: "assets:bank",
};

export const accountAgainst = (kind: EntryKind) => AGAINST[kind];
export const BANK = AGAINST.payout;
export const OPENING = "equity:opening balances";

/**
 * A platform's word as part of an account or a tag: what has a meaning in the format, and a second space, is written as its
 * code with a percent sign, so that two words stay two.
 */
export const journalName = (word: string) =>
  word.replace(/[^\p{L}\p{N} ._#/+()-]|^ | $| (?= )/gu, (sign) => encodeURIComponent(sign));

/** A word in a description: one line, and no comment. */
export const journalText = (word: string) =>
  word
    .replace(/[\p{C}\s]+/gu, " ")
    .replace(/;/g, ",")
    .trim();
