/** A request or a record of a refund as a dispute, and the money that went back. Pure. */
import type { RawDocument } from "../../../core/adapter.ts";
import { localToInstant } from "../../../core/local-time.ts";
import { look } from "../../../core/model/look.ts";
import { type Dispute, type Refund, type Unified, unified, type Warning } from "../../../core/model/records.ts";
import { UNSAID_DISPUTE } from "../../../core/model/unsaid.ts";
import { money } from "../../../core/money.ts";
import { type Fields, isFields, type Tree } from "../../../core/tree.ts";
import { REFUND_STATE, REQUEST_TYPE, requestStates, UNKNOWN_STATE } from "../codes.ts";
import { CURRENCY, ZONE } from "../config.ts";
import { priceOf, read } from "../schemas.ts";

export function toUnified(raw: RawDocument): Unified {
  const { asked, row } = isFields(raw.payload) ? raw.payload : ({} as Fields);
  const [query, fields] = [read(asked), read(row)];
  const isRequest = query.need("list") === "return";
  const warnings: Warning[] = [];
  const type = isRequest ? fields.need("returnExchangeStatus") : "5";
  const status = query.text("status") ?? "";
  const states = isRequest ? requestStates(type) : REFUND_STATE;
  const state = look(states, "state of a dispute, which only the query tells", status, UNKNOWN_STATE, warnings);
  const amount = fields.decimal(isRequest ? "orderMoney" : "refundAmount");
  const openedAt = localToInstant(query.text("day") ?? "", ZONE);
  if (openedAt === null)
    throw new Error("the day of the dispute is not known: import it with the query that returned it");
  const items = fields.list("itemsList/ItemInfo");
  const dispute: Dispute = {
    ...UNSAID_DISPUTE,
    ...state,
    externalId: raw.externalId,
    orderExternalId: fields.need("orderID", "orderId"),
    system: query.need("list"),
    kind: isRequest ? look(REQUEST_TYPE, "kind of a request", type, "unknown", warnings) : "refund_only",
    externalKind: isRequest ? type : null,
    externalStatus: status,
    externalReason: reasonOf(items),
    amount: amount === null ? null : money(amount, CURRENCY),
    openedAt,
    lines: items.map(toLine),
    events: [],
    warnings,
  };
  const isPaid = !isRequest && state.status === "resolved_refunded";
  return unified({ disputes: [dispute], refunds: isPaid ? toRefund(dispute) : [] });
}

const reasonOf = ([item]: readonly Tree[]): string | null =>
  [item?.text("oneLevelReverseReason"), item?.text("reverseDetailReason")].filter((words) => words).join(": ") || null;

/** Goods are named by their number; a line of the order has one of its own, which is not here. */
function toLine(item: Tree): Dispute["lines"][number] {
  const price = priceOf(item);
  const amount = price === null ? null : money(price, CURRENCY);
  return {
    orderLineExternalId: null,
    variantExternalId: item.text("itemID"),
    quantity: item.count("orderCount") ?? 0,
    amount,
  };
}

function toRefund({ externalId, orderExternalId, amount, openedAt: refundedAt, lines }: Dispute): Refund[] {
  if (amount === null) return [];
  const ids = { externalId, orderExternalId, disputeExternalId: externalId };
  return [{ ...ids, amount, reason: null, status: "done", refundedAt, lines, shippingAmount: null }];
}
