/** Changes of orders, their money, returns and disputes. */

import { nowOf } from "../living.ts";
import { moveDispute } from "./ledger.ts";
import { disputeView } from "./money-view.ts";
import { type Mutation, must } from "./mutation.ts";
import { orderView, refundView } from "./order-view.ts";
import { cancelLater, setClosed, touch } from "./orders.ts";
import { makeRefund } from "./payments.ts";
import { returnView } from "./return-view.ts";
import { approve, close, decline, type Processed, process } from "./returns.ts";
import { restock } from "./stock.ts";
import type { Store } from "./store.ts";
import { receivedOf, refundedOf, removedOf } from "./totals.ts";
import type { Order, RefundLine, Return } from "./types.ts";
import { byGid, centsOf, gid, numberOf, refused, type View } from "./wire.ts";
import { placeOf, shrinkWork } from "./work.ts";

const orderOf = (store: Store, id: string, field: string[]): Order =>
  must(byGid(store.orders, "Order", id), "Order", field, field[0] === "orderId" ? "NOT_FOUND" : undefined);

interface RefundInput {
  input: {
    orderId: string;
    note?: string;
    currency?: string;
    refundLineItems?: {
      lineItemId: string;
      quantity: number;
      restockType?: RefundLine["restock"];
      locationId?: string;
    }[];
    shipping?: { amount?: string; fullRefund?: boolean };
    transactions?: { orderId: string; parentId?: string; kind: string; gateway: string; amount: string }[];
  };
}

function createRefund(store: Store, { input }: RefundInput): View {
  const order = orderOf(store, input.orderId, ["orderId"]);
  const rows = (input.refundLineItems ?? []).map((row) => {
    const line = order.lines.find(({ id }) => gid("LineItem", id) === row.lineItemId);
    if (line === undefined) throw refused("Refund line item does not exist", ["refundLineItems"]);
    if (row.quantity < 1 || row.quantity > line.current)
      throw refused("Quantity cannot refund more items than were purchased", ["refundLineItems"]);
    const { restockType = "NO_RESTOCK", locationId } = row;
    const location = store.locations.find(({ id }) => id === numberOf("Location", locationId ?? "")) ?? null;
    if (restockType !== "NO_RESTOCK" && location === null)
      throw refused("Location must be given where goods are restocked", ["refundLineItems"]);
    return { line, quantity: row.quantity, location, restockType };
  });
  const left = (order.shipping?.amount ?? 0) - removedOf(order).shipping;
  const shipping = input.shipping?.fullRefund === true ? left : (centsOf(input.shipping?.amount ?? "0") ?? 0);
  if (shipping > left) throw refused("Refund shipping amount is more than what is left", ["shipping"]);
  let amount = 0;
  for (const row of input.transactions ?? []) {
    const parent = byGid(store.transactions, "OrderTransaction", row.parentId ?? "");
    if (row.kind !== "REFUND") throw refused("Kind of a refund's transaction must be REFUND", ["transactions"]);
    if (parent?.order !== order) throw refused("Parent transaction does not exist", ["transactions"]);
    amount += centsOf(row.amount) ?? 0;
  }
  if (amount > receivedOf(order) - refundedOf(order))
    throw refused("Refund amount cannot be more than the amount available for refund", ["transactions"]);
  if (rows.length === 0 && shipping === 0 && amount === 0) throw refused("Refund must not be empty", null);
  for (const { line, quantity, location, restockType } of rows)
    if (location !== null && restockType !== "NO_RESTOCK")
      restock(store, order, line, location, quantity, restockType === "RETURN" ? null : placeOf(store, order, line));
  const type = rows[0]?.restockType ?? "NO_RESTOCK";
  const refund = makeRefund(
    store,
    order,
    { lines: rows, restock: type, shipping, amount, note: input.note ?? "" },
    "api",
  );
  shrinkWork(store, order);
  touch(store, order, "refunded", "api");
  return { refund: refundView(store, refund), order: orderView(store, order) };
}

interface ProcessInput {
  input: {
    returnId: string;
    returnLineItems?: {
      id: string;
      quantity: number;
      dispositions?: { reverseFulfillmentOrderLineItemId: string; quantity: number; dispositionType: string }[];
    }[];
    financialTransfer?: { issueRefund?: { orderTransactions: { transactionAmount: { amount: string } }[] } };
  };
}

function processReturn(store: Store, { input }: ProcessInput): View {
  const back = returnOf(store, input.returnId, "returnId");
  const rows = (input.returnLineItems ?? []).map((given): Processed => {
    const row = must(
      back.lines.find(({ id }) => gid("ReturnLineItem", id) === given.id),
      "Return line item",
      ["input"],
      "NOT_FOUND",
    );
    if (given.quantity < 1 || given.quantity > row.quantity - row.processed)
      throw refused("Quantity is more than what is left to process.", ["input", "returnLineItems"], "INVALID");
    const disposed = (given.dispositions ?? []).map((one) => {
      const lineId = numberOf("ReverseFulfillmentOrderLineItem", one.reverseFulfillmentOrderLineItemId) ?? -1;
      must(
        back.reverse?.lines.find(({ id }) => id === lineId),
        "Reverse line",
        ["input"],
        "NOT_FOUND",
      );
      return { lineId, quantity: one.quantity, type: one.dispositionType };
    });
    return { row, quantity: given.quantity, disposed };
  });
  const transfers = input.financialTransfer?.issueRefund?.orderTransactions ?? [];
  const money = transfers.reduce((sum, { transactionAmount }) => sum + (centsOf(transactionAmount.amount) ?? 0), 0);
  if (money > receivedOf(back.order) - refundedOf(back.order))
    throw refused("Refund is more than what is available.", ["input", "financialTransfer"], "INVALID");
  process(store, back, rows, money, "api");
  return tellReturn(store, back, "processed");
}

function returnOf(store: Store, id: string, field: string): Return {
  return must(byGid(store.returns, "Return", id), "Return", ["input", field], "NOT_FOUND");
}

function tellReturn(store: Store, back: Return, what: string): View {
  touch(store, back.order, `return ${what}`, "api");
  return { return: returnView(store, back, orderView, refundView) };
}

interface OrderInput {
  input: { id: string; note?: string; tags?: string[]; email?: string; phone?: string; poNumber?: string };
}

function updateOrder(store: Store, { input }: OrderInput): View {
  const order = orderOf(store, input.id, ["id"]);
  const { note = order.note, tags = order.tags, email = order.email, phone = order.phone } = input;
  Object.assign(order, {
    note,
    tags: [...new Set(tags)].sort(),
    email,
    phone,
    poNumber: input.poNumber ?? order.poNumber,
  });
  touch(store, order, "edited", "api");
  return { order: orderView(store, order) };
}

interface CancelInput {
  orderId: string;
  reason: string;
  restock: boolean;
  refundMethod?: { originalPaymentMethodsRefund?: boolean };
  staffNote?: string | null;
}

interface EvidenceInput {
  id: string;
  input: { submitEvidence?: boolean };
}

/** Both disputes and their evidence have ids; the evidence's is asked for. */
function defend(store: Store, { id, input }: EvidenceInput): View {
  const own = numberOf("ShopifyPaymentsDisputeEvidence", id);
  const found = [...store.disputes.values()].find(({ evidence }) => evidence.id === own);
  const dispute = must(found, "Dispute evidence", ["id"], "DISPUTE_EVIDENCE_NOT_FOUND");
  if (dispute.evidence.isSubmitted)
    throw refused("Evidence has already been accepted.", ["id"], "EVIDENCE_ALREADY_ACCEPTED");
  if (nowOf(store) > dispute.due) throw refused("The due date is past.", ["id"], "EVIDENCE_PAST_DUE_DATE");
  if (input.submitEvidence === true) {
    dispute.evidence.isSubmitted = true;
    dispute.sent = nowOf(store);
    moveDispute(store, dispute, "UNDER_REVIEW", "api");
  }
  return { disputeEvidence: disputeView(store, dispute).disputeEvidence };
}

interface TagInput {
  id: string;
  tags: string[];
}

function retag(store: Store, { id, tags }: TagInput, change: (own: string[], given: string[]) => string[]): View {
  const order = orderOf(store, id, ["id"]);
  order.tags = change(order.tags, tags).sort();
  touch(store, order, "tagged", "api");
  return { node: orderView(store, order) };
}

/** Changes of orders, by name. */
export function orderMutations(store: Store): Record<string, Mutation<never>> {
  const [scopes, ofReturns] = [["write_orders"], ["write_returns"]];
  return {
    orderUpdate: { scopes, run: (args: OrderInput) => updateOrder(store, args) },
    tagsAdd: { scopes, run: (args: TagInput) => retag(store, args, (own, given) => [...new Set([...own, ...given])]) },
    tagsRemove: {
      scopes,
      run: (args: TagInput) => retag(store, args, (own, given) => own.filter((tag) => !given.includes(tag))),
    },
    orderCancel: {
      scopes,
      errors: "orderCancelUserErrors",
      run({ orderId, reason, restock: isRestocked, refundMethod, staffNote = null }: CancelInput) {
        const order = orderOf(store, orderId, ["orderId"]);
        const isRefunded = refundMethod?.originalPaymentMethodsRefund === true;
        const job = cancelLater(store, order, { reason, isRestocked, isRefunded, note: staffNote }, "api");
        return { job: { id: gid("Job", job), done: false } };
      },
    },
    orderClose: { scopes, run: ({ input }: { input: { id: string } }) => setOpen(store, input.id, true) },
    orderOpen: { scopes, run: ({ input }: { input: { id: string } }) => setOpen(store, input.id, false) },
    refundCreate: { scopes, isKeyed: true, run: (args: RefundInput) => createRefund(store, args) },
    returnApproveRequest: {
      scopes: ofReturns,
      run({ input }: { input: { id: string } }) {
        const back = returnOf(store, input.id, "id");
        approve(store, back, "api");
        return tellReturn(store, back, "approved");
      },
    },
    returnDeclineRequest: {
      scopes: ofReturns,
      run({ input }: { input: { id: string; declineReason: string; declineNote?: string } }) {
        const back = returnOf(store, input.id, "id");
        decline(store, back, input.declineReason, input.declineNote ?? null, "api");
        return tellReturn(store, back, "declined");
      },
    },
    returnProcess: { scopes: ofReturns, run: (args: ProcessInput) => processReturn(store, args) },
    returnClose: {
      scopes: ofReturns,
      run({ id }: { id: string }) {
        const back = returnOf(store, id, "id");
        close(store, back, "api");
        return tellReturn(store, back, "closed");
      },
    },
    disputeEvidenceUpdate: {
      scopes: ["read_shopify_payments_disputes"],
      run: (args: EvidenceInput) => defend(store, args),
    },
  };
}

function setOpen(store: Store, id: string, isClosed: boolean): View {
  const order = orderOf(store, id, ["id"]);
  setClosed(store, order, isClosed, "api");
  return { order: orderView(store, order) };
}
