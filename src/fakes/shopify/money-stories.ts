/** What the payments account lives through: payouts, disputes, and lines of every type. */

import type { GraphQLEnumType } from "graphql";
import type { Story } from "../living.ts";
import { book, moveDispute, openDispute, payOut } from "./ledger.ts";
import { delivered, movePayout } from "./people.ts";
import { schema } from "./schema/index.ts";
import type { Store } from "./store.ts";
import type { Dispute, Payout } from "./types.ts";

type Life = Story<Store>;

/** Types that something else than a bill brings. */
const OWN = new Set(["CHARGE", "REFUND", "TRANSFER", "DISPUTE_WITHDRAWAL", "DISPUTE_REVERSAL", "CHARGEBACK_FEE"]);

const TYPES: readonly string[] = (schema.getType("ShopifyPaymentsTransactionType") as GraphQLEnumType)
  .getValues()
  .flatMap(({ name }) => (OWN.has(name) ? [] : [name]));

/** So many bills come at once. */
const BILLS = 30;

/** True: money to the merchant. */
function isCredit(type: string): boolean {
  if (/REVERSAL$/.test(type)) return !isCredit(type.replace(/_REVERSAL$/, ""));
  return /CREDIT|REFUND|RELEASE|ADVANCE|INBOUND|FAILURE|CANCEL/.test(type);
}

/** Bills, fees, credits, reserves: the next of all types in turn. */
export const billsStory: Life = function* (store) {
  const begin = store.balance.filter(({ source }) => source === "ADJUSTMENT" || source === "SYSTEM_ADJUSTMENT").length;
  for (let index = 0; index < BILLS; index += 1) {
    const type = TYPES[(begin + index) % TYPES.length] ?? "ADJUSTMENT";
    const amount = store.random.int(100, 2000) * (isCredit(type) ? 1 : -1);
    const source = index % 2 === 0 ? "ADJUSTMENT" : "SYSTEM_ADJUSTMENT";
    book(store, type, amount, { source, reason: type.toLowerCase() });
  }
  yield;
};

/** What is on the account is paid out; some payouts fail, or are called off. */
export const payoutStory = (...ends: readonly Payout["status"][]): Life =>
  function* (store) {
    const payout = payOut(store) ?? undefined;
    for (const end of ends) {
      yield;
      yield;
      movePayout(payout, end);
    }
  };

/** A bill that nothing on the account covers is drawn from the merchant's bank. */
export const drawnStory: Life = function* (store) {
  payOut(store);
  book(store, "BILLING_DEBIT", -30_000, { source: "ADJUSTMENT", reason: "billing_debit" });
  const payout = payOut(store) ?? undefined;
  yield;
  yield;
  movePayout(payout, "PAID");
};

/** A dispute about a charge, and how it ends. */
export const disputeStory = (type: Dispute["type"], reason: string, ...ends: readonly Dispute["status"][]): Life =>
  function* (store) {
    const order = yield* delivered(store);
    yield;
    const dispute = order === null ? null : openDispute(store, order, type, reason);
    for (const end of ends) {
      yield;
      yield;
      if (dispute === null || dispute.finalized !== null) return;
      if (end === "UNDER_REVIEW") {
        if (dispute.status === "UNDER_REVIEW") continue;
        dispute.evidence.isSubmitted = true;
        dispute.sent = dispute.initiated + 60;
      }
      moveDispute(store, dispute, end, "owner");
    }
  };
