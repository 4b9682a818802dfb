/** An application, a service order or a claim as a dispute, and the money that went back. Pure. */
import type { RawDocument } from "../../../core/adapter.ts";
import { look } from "../../../core/model/look.ts";
import { type Dispute, type Unified, unified, type Warning } from "../../../core/model/records.ts";
import { money, scale } from "../../../core/money.ts";
import {
  type DisputeState,
  DONE,
  EXPECTED,
  REFUND_STATUS,
  SERVICE_RESULT,
  SERVICE_STATUS,
  UNKNOWN_STATE,
} from "../codes.ts";
import { CURRENCY } from "../config.ts";
import { type Fields, idIn, isFields, REFUND, SERVICE, toInstant } from "../schemas.ts";
import { FORM } from "./read.ts";

export function toUnified(raw: RawDocument): Unified {
  if (raw.form === FORM.refund) return refundToUnified(raw);
  if (raw.form === FORM.service) return unified({ disputes: [serviceToDispute(raw)] });
  return unified({ disputes: [claimToDispute(raw)] });
}

const opened = (at: Date | null): Date => {
  if (at === null) throw new Error("the dispute has no time of application");
  return at;
};

/** What the systems share: neither tells a deadline, a way back or a history in its lists. */
const base = (raw: RawDocument, state: DisputeState, changedAt: Date | null) => ({
  externalId: raw.externalId,
  status: state.status,
  turn: state.turn,
  dueAt: null,
  closedAt: state.turn === null && state.status !== "unknown" ? changedAt : null,
  events: [],
  returnTracking: null,
  lockToken: null,
  restockedByPlatform: null,
});

/** Sums of applications are in fen, unlike everything else. */
const yuanOfFen = (fen: string) => scale(money(fen, CURRENCY), "0.01");

function refundToUnified(raw: RawDocument): Unified {
  const row = REFUND.parse(raw.payload);
  const warnings: Warning[] = [];
  const state = look(REFUND_STATUS, "state of an application to refund", row.status, UNKNOWN_STATE, warnings);
  const amount = row.applyRefundSum === null ? null : yuanOfFen(row.applyRefundSum);
  const dispute: Dispute = {
    ...base(raw, state, row.checkTime),
    orderExternalId: row.orderId,
    system: "refund",
    kind: "refund_only",
    externalKind: null,
    externalStatus: row.status,
    reason: null,
    externalReason: row.reason,
    amount,
    openedAt: opened(row.applyTime ?? row.checkTime),
    lines: row.skuVoList.map(({ skuId, skuUuid, skuCount }) => ({
      orderLineExternalId: skuUuid,
      variantExternalId: skuId,
      quantity: skuCount ?? 0,
      amount: null,
    })),
    warnings,
  };
  if (state.status !== "resolved_refunded" || amount === null) return unified({ disputes: [dispute] });
  const refund = {
    externalId: raw.externalId,
    orderExternalId: row.orderId,
    disputeExternalId: raw.externalId,
    amount,
    reason: row.reason,
    status: "done" as const,
    refundedAt: row.checkTime,
    lines: dispute.lines,
    shippingAmount: null,
  };
  return unified({ disputes: [dispute], refunds: [refund] });
}

const RETURN = "10";
const NO_RESULT: ReadonlySet<string | null> = new Set([null, "0"]);

function serviceState(
  row: { serviceStatus: string; processResult: string | null; customerExpect: string },
  warnings: Warning[],
) {
  const { serviceStatus, processResult, customerExpect } = row;
  if (serviceStatus !== DONE)
    return look(SERVICE_STATUS, "state of a service order", serviceStatus, UNKNOWN_STATE, warnings);
  // A return that is done without a result of its own was paid back.
  if (NO_RESULT.has(processResult) && customerExpect === RETURN) return SERVICE_RESULT["100"] ?? UNKNOWN_STATE;
  return look(SERVICE_RESULT, "result of a service order", processResult ?? "0", UNKNOWN_STATE, warnings);
}

function serviceToDispute(raw: RawDocument): Dispute {
  const row = SERVICE.parse(raw.payload);
  const warnings: Warning[] = [];
  const state = serviceState(row, warnings);
  return {
    ...base(raw, state, row.updateDate),
    orderExternalId: row.orderId,
    system: "service",
    kind: look(EXPECTED, "what a buyer expects", row.customerExpect, "unknown", warnings),
    externalKind: row.customerExpectName ?? row.customerExpect,
    externalStatus: row.serviceStatus,
    reason: null,
    externalReason: row.questionDesc,
    amount: row.actualPayPrice === null ? null : money(row.actualPayPrice, CURRENCY),
    openedAt: opened(row.applyTime ?? row.updateDate),
    lockToken: row.sysVersion,
    lines:
      row.skuUuid === null && row.skuId === null
        ? []
        : [
            {
              orderLineExternalId: row.skuUuid,
              variantExternalId: row.skuId,
              quantity: row.serviceCount ?? 0,
              amount: null,
            },
          ],
    warnings,
  };
}

/** Fields of a claim are not published beside its numbers: it is shown as it is, with the first time that it holds. */
function claimToDispute(raw: RawDocument): Dispute {
  const row: Fields = isFields(raw.payload) ? raw.payload : {};
  if (idIn(row.compensateId ?? row.id) === null) throw new Error("a claim has no number");
  const times = Object.entries(row).flatMap(([name, value]) => (/id$/i.test(name) ? [] : (toInstant(value) ?? [])));
  const status = row.status === undefined || row.status === null ? "" : String(row.status);
  return {
    ...base(raw, UNKNOWN_STATE, null),
    orderExternalId: idIn(row.orderId),
    system: "claim",
    kind: "claim",
    externalKind: row.refType === undefined ? null : String(row.refType),
    externalStatus: status,
    reason: null,
    externalReason: null,
    amount: null,
    openedAt: opened(times.sort((a, b) => a.getTime() - b.getTime())[0] ?? null),
    lines: [],
    warnings: [{ code: "unknown_code", detail: `state of a claim: "${status}" is not published` }],
  };
}
