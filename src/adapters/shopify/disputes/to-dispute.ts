/** Returns, and chargebacks of the platform's own payments, as disputes. Pure. */
import type { MapContext, RawDocument } from "../../../core/adapter.ts";
import { look } from "../../../core/model/look.ts";
import { type Dispute, type Unified, unified, type Warning } from "../../../core/model/records.ts";
import { UNSAID_DISPUTE } from "../../../core/model/unsaid.ts";
import type { DisputeStatus } from "../../../core/model/vocabulary.ts";
import type { Tree } from "../../../core/tree.ts";
import { DISPUTE, DISPUTE_KIND, RETURN, TURN } from "../codes.ts";
import { amountIn, isCut, kindOf, nodesIn, piecesIn, read } from "../schemas.ts";

export const SYSTEMS = { returns: "returns", payments: "payments" } as const;

export function toUnified(raw: RawDocument, _context: MapContext): Unified {
  const row = read(raw.payload);
  return unified({ disputes: [kindOf(row.need("id")) === "Return" ? ofReturn(row) : ofPayment(row)] });
}

const deliveriesOf = (row: Tree): Tree[] =>
  nodesIn(row, "reverseFulfillmentOrders").flatMap((work) => nodesIn(work, "reverseDeliveries"));

function ofReturn(row: Tree): Dispute {
  const warnings: Warning[] = [];
  const externalStatus = row.need("status");
  const lines = nodesIn(row, "returnLineItems");
  const isExchange = nodesIn(row, "exchangeLineItems").length > 0;
  const isRefunded = nodesIn(row, "refunds").length > 0;
  const [delivery] = deliveriesOf(row);
  const known = look(RETURN, "return status", externalStatus, "unknown", warnings);
  const closed: DisputeStatus = isRefunded
    ? "resolved_refunded"
    : isExchange
      ? "resolved_replaced"
      : "resolved_rejected";
  const open: DisputeStatus = delivery ? "return_in_transit" : "open_awaiting_buyer";
  const status = known === "closed" ? closed : known === "open" ? open : known;
  const openedAt = row.time("createdAt");
  if (openedAt === null) throw new TypeError("createdAt is missing");
  const first = lines[0];
  if (isCut(row.fields.returnLineItems))
    warnings.push({ code: "lines_cut", detail: "The return has more lines than the document holds." });
  return {
    ...UNSAID_DISPUTE,
    externalId: row.need("id"),
    orderExternalId: row.text("order/id"),
    system: SYSTEMS.returns,
    kind: isExchange ? "exchange" : "return_refund",
    externalKind: row.text("name"),
    status,
    externalStatus,
    reason: first?.text("customerNote", "returnReasonNote") ?? null,
    externalReason: first?.text("returnReasonDefinition/handle") ?? null,
    amount: null,
    turn: TURN[status] ?? null,
    openedAt,
    closedAt: row.time("closedAt"),
    lines: lines.map((line) => ({
      orderLineExternalId: line.text("fulfillmentLineItem/lineItem/id"),
      variantExternalId: null,
      quantity: piecesIn(line, "quantity"),
      amount: null,
    })),
    events: [],
    returnTracking: delivery
      ? {
          carrier: delivery.text("deliverable/tracking/carrierName"),
          number: delivery.text("deliverable/tracking/number"),
        }
      : null,
    warnings,
  };
}

function ofPayment(row: Tree): Dispute {
  const warnings: Warning[] = [];
  const [externalStatus, externalKind] = [row.need("status"), row.need("type")];
  const status = look(DISPUTE, "dispute status", externalStatus, "unknown", warnings);
  const openedAt = row.time("initiatedAt");
  if (openedAt === null) throw new TypeError("initiatedAt is missing");
  return {
    ...UNSAID_DISPUTE,
    externalId: row.need("id"),
    orderExternalId: row.text("order/id"),
    system: SYSTEMS.payments,
    kind: look(DISPUTE_KIND, "dispute type", externalKind, "unknown", warnings),
    externalKind,
    status,
    externalStatus,
    externalReason: row.text("reasonDetails/reason"),
    amount: amountIn(row, "amount"),
    turn: TURN[status] ?? null,
    dueAt: row.time("evidenceDueBy"),
    openedAt,
    closedAt: row.time("finalizedOn"),
    lines: [],
    events: [],
    warnings,
  };
}
