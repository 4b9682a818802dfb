/**
 * Answers to refunds and returns. Each reads the refund right before it writes, because the platform refuses a version
 * that is not the newest, and because the state tells what was done already.
 */
import type { ActOutcome, DisputeCapability } from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { refuse } from "../client/refusals.ts";
import { createAct, done, type Given, INPUT, isExchange, ON_THE_WEB, staleness } from "./act.ts";
import { agreeToRefund, agreeToReturn } from "./agree.ts";
import { createMessageAct } from "./message.ts";
import { refuseRefund } from "./refuse.ts";
import { createInterceptAct, createNegotiateAct, createRefillAct } from "./returns.ts";

export function createDisputeActs(client: Client): DisputeCapability["acts"] {
  return {
    accept: createAct(client, "disputes.accept", INPUT, accept),
    refuse: createAct(client, "disputes.refuse", INPUT, refuseRefund),
    message: createMessageAct(client),
    receive_return: createAct(client, "disputes.receive_return", INPUT, receiveReturn),
    negotiate_return: createNegotiateAct(client),
    fill_return: createRefillAct(client),
    stop_parcel: createInterceptAct(client),
  };
}

async function accept(given: Given): Promise<ActOutcome> {
  const { refund } = given;
  if (refund.status === "SUCCESS" || (refund.has_good_return && refund.status === "WAIT_BUYER_RETURN_GOODS"))
    return done(refund);
  const stale = staleness("disputes.accept", given);
  if (stale) return stale;
  if (refund.operation_contraint === "refund_onweb" || isExchange(refund)) return ON_THE_WEB;
  if (refund.status === "WAIT_SELLER_CONFIRM_GOODS") return agreeToRefund(given);
  if (refund.status !== "WAIT_SELLER_AGREE")
    return refuse(
      "conflict",
      "disputes.accept",
      `the refund is ${refund.status}: it waits for no answer of the seller`,
    );
  const mustReturn = refund.has_good_return && refund.good_status !== "BUYER_RETURNED_GOODS";
  return mustReturn ? agreeToReturn(given) : agreeToRefund(given);
}

/** The goods are back: the money goes. */
async function receiveReturn(given: Given): Promise<ActOutcome> {
  const { refund } = given;
  if (refund.status === "SUCCESS") return done(refund);
  const stale = staleness("disputes.receive_return", given);
  if (stale) return stale;
  if (refund.status !== "WAIT_SELLER_CONFIRM_GOODS")
    return refuse(
      "conflict",
      "disputes.receive_return",
      `the refund is ${refund.status}: no goods are on their way back`,
    );
  return isExchange(refund) ? ON_THE_WEB : agreeToRefund(given);
}
