/** A return, a claim or an exchange as a dispute. Pure. */
import type { MapContext, RawDocument } from "../../../core/adapter.ts";
import { look } from "../../../core/model/look.ts";
import { type Dispute, type Unified, unified, type Warning } from "../../../core/model/records.ts";
import { UNSAID_DISPUTE } from "../../../core/model/unsaid.ts";
import type { DisputeKind, DisputeStatus } from "../../../core/model/vocabulary.ts";
import { compare, money, zero } from "../../../core/money.ts";
import { isFields, type Tree, treeOf } from "../../../core/tree.ts";
import { CLAIM_TYPES, RETURN_STATUS, TURN } from "../codes.ts";
import { ZONE } from "../config.ts";
import { amountIn, currencyIn, piecesIn, read } from "../schemas.ts";
import { type ListName, listOf } from "./read.ts";

const KIND: Readonly<Record<ListName, DisputeKind>> = {
  returns: "return_refund",
  claims: "claim",
  exchanges: "exchange",
};
const ITEMS: Readonly<Record<ListName, string>> = {
  returns: "items",
  claims: "claim_items",
  exchanges: "return/items",
};
const NONE = treeOf({}, ZONE);

/** Returns that belong to a claim or an exchange are told by it; one that was begun and not confirmed has no items, and is none yet. */
export function toUnified(raw: RawDocument, context: MapContext): Unified {
  const { row: fields, order: part } = isFields(raw.payload) ? raw.payload : {};
  const row = read(fields);
  const list = listOf(row.need("id"));
  if (list === null) throw new TypeError("neither a return nor a claim nor an exchange");
  const items = row.list(ITEMS[list]);
  const isPart = row.text("claim_id") !== null || row.text("exchange_id") !== null;
  const isBegun = list !== "returns" && items.length + row.list("additional_items").length === 0;
  if (isPart || (isBegun && row.text("canceled_at") === null)) return unified({});
  return unified({ disputes: [toDispute(list, row, isFields(part) ? read(part) : NONE, items, context)] });
}

function toDispute(list: ListName, row: Tree, order: Tree, items: readonly Tree[], context: MapContext): Dispute {
  const warnings: Warning[] = [];
  const openedAt = row.time("created_at");
  if (openedAt === null) throw new TypeError("created_at is missing");
  const currency = currencyIn(order) ?? context.currency;
  const status = statusOf(
    list,
    row,
    { owed: isOwed(order, currency), isPaidBack: isPaidBack(row, order, currency) },
    warnings,
  );
  const amount = amountIn(row, "refund_amount");
  const label = row.list("fulfillments").flatMap((parcel) => parcel.list("labels"))[0];
  return {
    ...UNSAID_DISPUTE,
    externalId: row.need("id"),
    orderExternalId: row.text("order_id"),
    system: list,
    kind: KIND[list],
    externalKind: row.text("type"),
    status,
    externalStatus:
      row.text("status", "return/status") ?? (row.text("canceled_at") === null ? "confirmed" : "canceled"),
    externalReason:
      items.map((item) => item.text("reason/label", "reason", "note", "reason_id")).find((words) => words !== null) ??
      null,
    amount: amount === null ? null : money(amount, currency),
    turn: TURN[status] ?? null,
    openedAt,
    closedAt:
      row.time("canceled_at") ?? (status.startsWith("resolved") ? row.time("received_at", "return/received_at") : null),
    lines: items.map((item) => ({
      orderLineExternalId: item.text("item_id"),
      variantExternalId: null,
      quantity: piecesIn(item, "quantity"),
      amount: null,
    })),
    events: [],
    returnTracking: label ? { carrier: null, number: label.text("tracking_number") } : null,
    restockedByPlatform: row.text("status", "return/status") === "received" ? true : null,
    warnings,
  };
}

/** The merchant owes the buyer money; null where the order does not say. */
export function isOwed(order: Tree, currency: string): boolean | null {
  const difference = amountIn(order, "summary/pending_difference");
  return difference === null ? null : compare(money(difference, currency), zero(currency)) < 0;
}

/** As much as the dispute is about went back; where it names no sum, anything. */
function isPaidBack(row: Tree, order: Tree, currency: string): boolean {
  const refunded = money(amountIn(order, "summary/refunded_total") ?? "0", currency);
  const wanted = money(amountIn(row, "refund_amount") ?? "0", currency);
  return compare(refunded, zero(currency)) > 0 && compare(refunded, wanted) >= 0;
}

interface MoneyTold {
  /** The order owes the buyer; null where its answer does not say. */
  owed: boolean | null;
  isPaidBack: boolean;
}

function statusOf(list: ListName, row: Tree, { owed, isPaidBack }: MoneyTold, warnings: Warning[]): DisputeStatus {
  if (list !== "returns" && row.text("canceled_at") !== null) return "withdrawn";
  const byMoney = (): DisputeStatus => {
    if (owed === null)
      warnings.push({ code: "balance_missing", detail: "What is owed by the order was not read beside it." });
    return owed === null ? "unknown" : owed ? "open_awaiting_seller" : "resolved_refunded";
  };
  if (list === "claims") {
    const type = look(CLAIM_TYPES, "type of a claim", row.need("type"), "unknown", warnings);
    if (type !== "refund") return type === "replace" ? "resolved_replaced" : "unknown";
    // Before goods or money came back nothing need be owed, and the seller's turn it is all the same.
    const isMoved = isPaidBack || row.text("return/status") === "received";
    return owed === false && !isMoved ? "open_awaiting_seller" : byMoney();
  }
  const word = row.text("status", "return/status");
  if (word === null) return "open_awaiting_seller";
  const status = look(RETURN_STATUS, "return status", word, "unknown", warnings);
  if (status === "received") return list === "exchanges" ? "resolved_replaced" : byMoney();
  const isTracked = row.list("fulfillments").some((parcel) => parcel.list("labels").length > 0);
  return status === "open_awaiting_buyer" && isTracked ? "return_in_transit" : status;
}
