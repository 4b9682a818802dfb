/** Goods on their way back: another proposal, the number of a parcel that the buyer did not name, a parcel to be stopped. */
import { z } from "zod";
import type { ActCapability } from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { refuse } from "../client/refusals.ts";
import { externalCarrier } from "../codes.ts";
import { sellerType } from "../config.ts";
import { RENDERED } from "../schemas/dispute.ts";
import { fenOfYuan, yuanOfFen } from "../schemas/helpers.ts";
import { createAct, done, ID, staleness } from "./act.ts";

const REFUND = z.object({ disputeExternalId: ID, lockToken: z.string().nullable() });

interface RefundRef {
  disputeExternalId: string;
  lockToken: string | null;
}

interface NegotiateInput extends RefundRef {
  /** Yuan; absent: what the buyer asks for. */
  amount: string | null;
  returnAddressId: string | null;
}

/** Money against goods, where the buyer asked for money alone. What may be proposed is asked first. */
export function createNegotiateAct(client: Client): ActCapability<NegotiateInput> {
  const method = "taobao.refund.negotiatereturn";
  const input = REFUND.extend({
    amount: z
      .string()
      .regex(/^\d+(?:\.\d{1,2})?$/)
      .nullable(),
    returnAddressId: z.string().min(1).nullable(),
  });
  return createAct(client, method, input, async (given) => {
    const { store, refund, signal } = given;
    if (refund.status === "SELLER_REFUSE_BUYER" || refund.has_good_return) return done(refund);
    const stale = staleness(method, given);
    if (stale) return stale;
    if (refund.status !== "WAIT_SELLER_AGREE")
      return refuse("conflict", method, `the refund is ${refund.status}: it waits for no answer of the seller`);
    const rendered = RENDERED.parse(
      await client.call(
        store,
        { method: "taobao.refund.negotiatereturn.render", parameters: { refund_id: refund.refund_id } },
        signal,
      ),
    );
    const wanted = given.input.amount ?? refund.refund_fee;
    if (wanted === null) return refuse("invalid_request", method, "the refund names no amount: give one");
    const most = rendered.max_refund_fee?.max_refund_fee ?? null;
    if (most !== null && BigInt(fenOfYuan(wanted)) > BigInt(most))
      return refuse("invalid_request", method, `no more than ${yuanOfFen(String(most))} yuan can be proposed`);
    const { returnAddressId } = given.input;
    const address = rendered.address_list.find(
      ({ address_id: id }) => returnAddressId === null || id === returnAddressId,
    );
    if (!address) return refuse("invalid_request", method, "the address is none of those that can be proposed");
    const parameters = {
      refund_id: refund.refund_id,
      refund_version: rendered.refund_version ?? refund.refund_version,
      refund_fee: fenOfYuan(wanted),
      address_id: address.address_id,
    };
    await client.call(store, { method, parameters, effect: "write" }, signal);
    return done(refund);
  });
}

interface RefillInput {
  disputeExternalId: string;
  carrier: string;
  trackingNumber: string;
}

/** Goods arrived, and the buyer has not said how (Tmall). */
export function createRefillAct(client: Client): ActCapability<RefillInput> {
  const method = "taobao.rp.returngoods.refill";
  const input = z.object({ disputeExternalId: ID, carrier: ID, trackingNumber: ID });
  return createAct(client, method, input, async ({ store, input: { carrier, trackingNumber }, refund, signal }) => {
    if (refund.sid === trackingNumber) return done(refund);
    if (sellerType(store) !== "B") return refuse("permanent", method, "only Tmall takes the number from the seller");
    if (refund.status !== "WAIT_BUYER_RETURN_GOODS")
      return refuse("conflict", method, `the refund is ${refund.status}: no parcel of the buyer is waited for`);
    const logistics_company_code = externalCarrier(carrier);
    if (logistics_company_code === null)
      return refuse("invalid_request", method, "name a carrier of the platform's list, or platform:<its code>");
    const parameters = {
      refund_id: refund.refund_id,
      refund_phase: refund.refund_phase,
      logistics_company_code,
      logistics_waybill_no: trackingNumber,
    };
    await client.call(store, { method, parameters, effect: "write" }, signal);
    return done(refund);
  });
}

/** Asks the carrier not to deliver what is being given back. Nothing says whether it was asked before: a repeat asks again. */
export function createInterceptAct(client: Client): ActCapability<RefundRef> {
  const method = "taobao.rp.refund.intercept";
  return createAct(client, method, REFUND, async (given) => {
    const { store, refund, signal } = given;
    const stale = staleness(method, given);
    if (stale) return stale;
    const parameters = { refund_id: refund.refund_id, refund_version: refund.refund_version };
    await client.call(store, { method, parameters, effect: "keyed-write" }, signal);
    return done(refund);
  });
}
