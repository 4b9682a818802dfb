/** Refusing money before it goes, and on Tmall goods that came back. */
import type { ActOutcome } from "../../../core/adapter.ts";
import { refuse } from "../client/refusals.ts";
import { sellerType } from "../config.ts";
import { REASONS } from "../schemas/dispute.ts";
import { done, type Given, lockOf, ON_THE_WEB, picturesOf, staleness } from "./act.ts";

/** Bytes of a picture. */
const PROOF = { refund: 130_000, goods: 5 * 1024 * 1024 } as const;

export async function refuseRefund(given: Given): Promise<ActOutcome> {
  const { client, store, input, refund, signal } = given;
  const operation = "disputes.refuse";
  if (refund.status === "SELLER_REFUSE_BUYER") return done(refund);
  const stale = staleness(operation, given);
  if (stale) return stale;
  if (refund.operation_contraint === "cannot_refuse")
    return refuse("conflict", operation, "the platform lets nobody refuse this refund");
  if (refund.operation_contraint === "refund_onweb") return ON_THE_WEB;
  const { message } = input;
  const isTmall = sellerType(store) === "B";
  const areGoods = isTmall && refund.status === "WAIT_SELLER_CONFIRM_GOODS";
  if (!areGoods && (message === null || message.length < 2 || message.length > 200))
    return refuse("invalid_request", operation, "a refusal needs words: 2 to 200 characters");
  const reason = await reasonOf(given);
  if (reason !== null && typeof reason === "object") return refuse("invalid_request", operation, reason.why);
  const files = picturesOf(input, "refuse_proof", areGoods ? PROOF.goods : PROOF.refund);
  if (typeof files === "string") return refuse("invalid_request", operation, files);
  if (isTmall && files.length === 0)
    return refuse("invalid_request", operation, "Tmall wants a picture with a refusal");
  await client.call(
    store,
    {
      method: areGoods ? "taobao.rp.returngoods.refuse" : "taobao.refund.refuse",
      parameters: {
        refund_id: refund.refund_id,
        ...(areGoods ? {} : { refuse_message: message }),
        ...lockOf(given),
        refuse_reason_id: reason,
      },
      files,
      effect: "write",
    },
    signal,
  );
  return done(refund);
}

/** The number of a reason: as it was given, or by the words that the platform has for it. */
async function reasonOf({ client, store, input, refund, signal }: Given): Promise<string | null | { why: string }> {
  const { reason } = input;
  if (reason === null || /^\d+$/.test(reason)) return reason;
  const fields = await client.call(
    store,
    {
      method: "taobao.refund.refusereason.get",
      parameters: {
        refund_id: refund.refund_id,
        refund_phase: refund.refund_phase ?? "onsale",
        fields: "reason_id,reason_text",
      },
    },
    signal,
  );
  const reasons = REASONS.parse(fields.reasons);
  const found = reasons.find(({ reason_text: text }) => text?.trim() === reason.trim());
  if (found) return found.reason_id;
  const known = reasons.map(({ reason_id: id, reason_text: text }) => `${id} ${text ?? ""}`.trim());
  return { why: `the platform does not know this reason; it has: ${known.join(", ")}` };
}
