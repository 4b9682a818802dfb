/** Answers to what waits for the seller, and goods that have come back. */

import { DISPUTE_ACT } from "../../../core/act-inputs.ts";
import type { ActCapability, DisputeActInput, Store } from "../../../core/adapter.ts";
import type { Client } from "../client/index.ts";
import { done, isRefusal, refusable, refuse } from "../client/outcomes.ts";
import { RECEIVED, stateCode } from "../codes.ts";
import { vendorId } from "../config.ts";
import { directStates } from "../orders/read.ts";
import { isFields, recordsOf, rowOf, textIn } from "../schemas.ts";
import { readDispute } from "./read.ts";
import { toUnified } from "./to-dispute.ts";

/** The dispute as it is now. A number without a system is of the one that is named beside it. */
async function openDispute(client: Client, store: Store, input: DisputeActInput, signal: AbortSignal) {
  const { disputeExternalId: id, orderExternalId: order, system } = input;
  const externalId = id.includes(":") || !system ? id : `${system}:${id}`;
  const raw = await readDispute(client, store, { externalId, ...(order ? { key: { order } } : {}) }, signal);
  const [dispute] = raw ? toUnified(raw).disputes : [];
  if (!raw || !dispute) return null;
  const { cancel, return: back, details } = rowOf(raw.payload).fields;
  return {
    dispute,
    cancel: isFields(cancel) ? rowOf(cancel) : null,
    back: isFields(back) ? rowOf(back) : null,
    goods: recordsOf(details).flatMap((detail) => recordsOf(detail.return_goods_details)),
  };
}

const missing = (operation: string, { disputeExternalId }: DisputeActInput) =>
  refuse("not_found", operation, `dispute ${disputeExternalId} does not exist`);

const AGREE = { cancel: 2, return: 1 };
const REFUSE = { cancel: 3, return: 2 };

/** What has been answered so is done. */
export function createAnswerAct(client: Client, isAgreed: boolean): ActCapability<DisputeActInput> {
  const operation = isAgreed ? "disputes.accept" : "disputes.refuse";
  const code = isAgreed ? AGREE : REFUSE;
  return {
    input: DISPUTE_ACT,
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const found = await openDispute(client, store, input, signal);
        if (!found) return missing(operation, input);
        const { dispute, cancel, back } = found;
        const finished = done(dispute.externalId, "disputes");
        if (cancel?.text("audit_status") === String(code.cancel)) return finished;
        if (dispute.status !== "open_awaiting_seller")
          return refuse("conflict", operation, `the dispute is ${dispute.externalStatus}: it wants no answer`);
        const opinion = input.message ?? input.reason ?? undefined;
        if (cancel) {
          const request = { apply_sn: cancel.text("apply_sn"), audit_status: code.cancel, opinion };
          await client.call(store, "sov.auditCancelApply", { request }, signal, "keyed-write");
        } else if (back) {
          const audit = { vendor_audit_stat: code.return, vendor_audit_opinion: opinion };
          const of = { order_id: back.text("order_id"), order_return_id: back.text("order_return_id") };
          const request = { vendor_id: vendorId(store), ...of, ...audit };
          await client.call(store, "dvd.auditReturnResult", { request }, signal, "keyed-write");
        }
        return finished;
      }),
  };
}

/** Goods of a direct order: returned by the buyer, or refused at the door. */
export function createReceiveAct(client: Client): ActCapability<DisputeActInput> {
  const operation = "disputes.receive_return";
  return {
    input: DISPUTE_ACT,
    idempotent: true,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const found = await openDispute(client, store, input, signal);
        if (!found) return missing(operation, input);
        const { dispute, back, goods } = found;
        if (!back) return refuse("conflict", operation, "only returns of direct orders are confirmed");
        const carrier = back.text("carrier") ?? "";
        const isRefused = back.text("return_type") === "0";
        const request = {
          vendor_id: vendorId(store),
          order_id: back.text("order_id"),
          carrier_code: carrier,
          carrier_name: carrier,
          delivery_no: back.text("transport_no") ?? "",
          note: input.message ?? undefined,
          goods_list: goods.map(({ barcode, amount, good_name }) =>
            isRefused ? { barcode, amount } : { barcode, amount, product_name: textIn(good_name) ?? "" },
          ),
        };
        const method = isRefused ? "dvd.confirmRefuseResult" : "dvd.confirmReturnResult";
        try {
          await client.call(store, method, { request }, signal, "keyed-write");
        } catch (error) {
          // What is back already is not confirmed again.
          const [now] = isRefusal(error) ? await directStates(client, store, [request.order_id ?? ""], signal) : [];
          if (!RECEIVED.has(stateCode(textIn(now?.order_status) ?? ""))) throw error;
        }
        return done(dispute.externalId, "disputes");
      }),
  };
}
