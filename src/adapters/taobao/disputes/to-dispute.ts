/** A refund, return or exchange as a dispute, and the money that went back. Pure. */
import type { RawDocument } from "../../../core/adapter.ts";
import { look } from "../../../core/model/look.ts";
import {
  type Dispute,
  type DisputeLine,
  type Refund,
  type Unified,
  unified,
  type Warning,
} from "../../../core/model/records.ts";
import type { DisputeKind } from "../../../core/model/vocabulary.ts";
import { money } from "../../../core/money.ts";
import {
  DECIDED_FOR_SELLER,
  DISPUTE_NUMBER,
  DISPUTE_TYPE,
  type DisputeState,
  PLATFORM_STEPS,
  REFUND_STATUS,
  REPLACING_KINDS,
  SPECIAL_TYPE,
} from "../codes.ts";
import { CURRENCY } from "../config.ts";
import { REFUND, type RefundDocument } from "../schemas/dispute.ts";

export function toUnified(raw: RawDocument): Unified {
  const refund = REFUND.parse(raw.payload);
  const warnings: Warning[] = [];
  const kind = kindOf(refund, warnings);
  const state = stateOf(refund, kind, warnings);
  const orderExternalId = refund.tid ?? refund.biz_order_id;
  const amount = refund.refund_fee === null ? null : money(refund.refund_fee, CURRENCY);
  const lines: DisputeLine[] = [
    {
      orderLineExternalId: refund.oid,
      variantExternalId: refund.sku?.split("|")[0] || refund.num_iid,
      quantity: refund.num ?? 0,
      amount,
    },
  ];
  const closedAt = state.turn === null && state.status !== "unknown" ? (refund.end_time ?? refund.modified) : null;
  const number = refund.sid ?? refund.buyer_logistic_no;
  const dispute: Dispute = {
    externalId: refund.refund_id,
    orderExternalId,
    system: raw.via?.system ?? null,
    kind,
    externalKind: refund.dispute_type ?? refund.special_refund_type ?? refund.dispute_request,
    status: state.status,
    externalStatus: refund.status,
    reason: null,
    externalReason: refund.reason,
    amount,
    turn: state.turn,
    dueAt: state.turn === null ? null : dueOf(refund),
    openedAt: refund.created,
    closedAt,
    lines,
    events: [],
    returnTracking: number === null ? null : { carrier: refund.company_name ?? refund.buyer_logistic_name, number },
    lockToken: refund.refund_version,
    restockedByPlatform: null,
    warnings,
  };
  return unified({ disputes: [dispute], refunds: refundOf(refund, dispute, amount, lines) });
}

function dueOf({ refund_remind_timeout: remind, time_out }: RefundDocument): Date | null {
  return remind?.exist_timeout ? remind.timeout : time_out;
}

/** Money moves where a refund went through; an exchange that succeeded has moved none. */
function refundOf(
  refund: RefundDocument,
  dispute: Dispute,
  amount: Refund["amount"] | null,
  lines: DisputeLine[],
): Refund[] {
  if (dispute.status !== "resolved_refunded" || amount === null) return [];
  return [
    {
      externalId: refund.refund_id,
      orderExternalId: dispute.orderExternalId,
      disputeExternalId: refund.refund_id,
      amount,
      reason: refund.reason,
      status: "done",
      refundedAt: dispute.closedAt,
      lines,
      shippingAmount: null,
    },
  ];
}

const EXCHANGE = "4";

/** Lists of disputes say what is wanted in words or as a number: 1 refund, 3 return, 4 exchange. */
const REQUESTED: Readonly<Record<string, DisputeKind>> = {
  "1": "refund_only",
  "3": "return_refund",
  [EXCHANGE]: "exchange",
  仅退款: "refund_only",
  退货退款: "return_refund",
  换货: "exchange",
};

const GONE_OUT = new Set(["WAIT_BUYER_CONFIRM_GOODS", "TRADE_BUYER_SIGNED", "TRADE_FINISHED"]);

function kindOf(refund: RefundDocument, warnings: Warning[]): DisputeKind {
  const { dispute_type: type, special_refund_type: special, dispute_request: request } = refund;
  if (special !== null) return look(SPECIAL_TYPE, "special refund", special, "unknown", warnings);
  const kind =
    type !== null
      ? look(DISPUTE_TYPE, "dispute type", type, "unknown", warnings)
      : request !== null
        ? look(REQUESTED, "dispute request", request, "unknown", warnings)
        : refund.has_good_return
          ? "return_refund"
          : "refund_only";
  const neverCame = refund.good_status === "BUYER_NOT_RECEIVED" && GONE_OUT.has(refund.order_status ?? "");
  return kind === "refund_only" && neverCame ? "not_received" : kind;
}

const UNKNOWN: DisputeState = { status: "unknown", turn: null };

function stateOf(refund: RefundDocument, kind: DisputeKind, warnings: Warning[]): DisputeState {
  const name = DISPUTE_NUMBER[refund.status] ?? refund.status;
  const state = look(REFUND_STATUS, "refund status", name, UNKNOWN, warnings);
  if (state.turn !== null && PLATFORM_STEPS.has(refund.cs_status ?? 0))
    return { status: "open_awaiting_platform", turn: "platform" };
  const isSent = refund.sid !== null || refund.buyer_logistic_no !== null;
  if (name === "WAIT_BUYER_RETURN_GOODS" && isSent) return { status: "return_in_transit", turn: "seller" };
  if (name === "CLOSED" && refund.cs_status === DECIDED_FOR_SELLER) return { status: "resolved_rejected", turn: null };
  // An exchange may be turned into a refund and keep its type: only money closes a trade that was paid.
  const isReplaced = REPLACING_KINDS.has(kind) && refund.order_status !== "TRADE_CLOSED";
  return name === "SUCCESS" && isReplaced ? { status: "resolved_replaced", turn: null } : state;
}
