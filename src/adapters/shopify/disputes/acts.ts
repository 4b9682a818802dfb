/** Answers: a request is granted or declined, goods are received, money given back, or evidence sent to the bank. */
import { DISPUTE_ACT } from "../../../core/act-inputs.ts";
import {
  type ActCapability,
  type ActOutcome,
  absent,
  type DisputeActInput,
  type DisputeCapability,
} from "../../../core/adapter.ts";
import { isFields, type Tree } from "../../../core/tree.ts";
import { type Client, done, refusable, refuse, type Shop } from "../client.ts";
import { DECLINE_REASONS } from "../codes.ts";
import { DOCS } from "../config.ts";
import { readOrder } from "../orders/read.ts";
import { giveBack, refundByKey } from "../orders/refund.ts";
import { gidOf, kindOf, nodesIn, piecesIn, read } from "../schemas.ts";
import { LINES, withAllLines } from "./lines.ts";

const READ = {
  Return: `query ReturnForAct($ids: [ID!]!) {
    nodes(ids: $ids) {
      ... on Return {
        id status order { id }
        returnLineItems(first: 100) { ${LINES} }
      }
    }
  }`,
  ShopifyPaymentsDispute: `query DisputeForAct($ids: [ID!]!) {
    nodes(ids: $ids) { ... on ShopifyPaymentsDispute { id status disputeEvidence { id submitted } } }
  }`,
};
const APPROVE = `mutation ReturnApprove($input: ReturnApproveRequestInput!) {
  returnApproveRequest(input: $input) { return { id status } userErrors { code field message } }
}`;
const DECLINE = `mutation ReturnDecline($input: ReturnDeclineRequestInput!) {
  returnDeclineRequest(input: $input) { return { id status } userErrors { code field message } }
}`;
const SETTLE = `mutation ReturnSettle($input: ReturnProcessInput!) {
  returnProcess(input: $input) { return { id status } userErrors { code field message } }
}`;
const DEFEND = `mutation DisputeDefend($id: ID!, $input: ShopifyPaymentsDisputeEvidenceUpdateInput!) {
  disputeEvidenceUpdate(id: $id, input: $input) { disputeEvidence { id submitted } userErrors { code field message } }
}`;

interface Given {
  shop: Shop;
  row: Tree;
  input: DisputeActInput;
  idempotencyKey: string;
}

export function createDisputeActs(client: Client): DisputeCapability["acts"] {
  return {
    accept: {
      ...act(client, "accept", accept),
      idempotent: false,
      async findEffect(store, { input, idempotencyKey }, signal) {
        const shop = client.at(store, signal);
        const row = await readRow(shop, input.disputeExternalId);
        const order = row && (await readOrder(shop, row.text("order/id") ?? ""));
        const isGranted = row?.text("status") === "OPEN" && input.amount === null;
        return isGranted ? done(input.disputeExternalId, "disputes") : order && refundByKey(order, idempotencyKey);
      },
    },
    refuse: act(client, "refuse", decline),
    receive_return: act(client, "receive_return", receive),
    message: absent("the Admin API has no conversation with buyers", DOCS),
  };
}

async function readRow(shop: Shop, id: string): Promise<Tree | null> {
  const [row] = await shop.kinds("disputes.look", READ, [id]);
  return row ? read(await withAllLines(shop, row)) : null;
}

/** An act that looks at the state first: what stands already is left as it is. */
const act = (
  client: Client,
  name: string,
  perform: (given: Given) => Promise<ActOutcome | null>,
): ActCapability<DisputeActInput> => ({
  input: DISPUTE_ACT,
  idempotent: true,
  perform: (store, { input, idempotencyKey }, signal) =>
    refusable(async () => {
      const { disputeExternalId: id } = input;
      const shop = client.at(store, signal);
      const row = await readRow(shop, id);
      if (!row) return refuse("not_found", `disputes.${name}`, `dispute ${id} does not exist`);
      return (await perform({ shop, row, input, idempotencyKey })) ?? done(id, "disputes");
    }),
});

const isReturn = (row: Tree): boolean => kindOf(row.need("id")) === "Return";

/** Grants the request; of one that is granted, the amount that is named goes back. */
async function accept({ shop, row, input, idempotencyKey }: Given): Promise<ActOutcome | null> {
  const operation = "disputes.accept";
  if (!isReturn(row))
    return refuse(
      "invalid_request",
      operation,
      "a chargeback is accepted by letting its date pass, or in the shop's own pages",
    );
  const id = row.need("id");
  const status = row.need("status");
  if (status === "REQUESTED") {
    await shop.set({ operation, document: APPROVE, variables: { input: { id, notifyCustomer: true } } });
    if (input.amount === null) return null;
  } else if (input.amount === null)
    return status === "OPEN" ? null : refuse("conflict", operation, `the return is ${status}`);
  const order = await readOrder(shop, row.text("order/id") ?? "");
  if (!order) return refuse("not_found", operation, "the order of this return does not exist");
  const refund = {
    orderExternalId: order.need("id"),
    amount: input.amount,
    currency: input.currency ?? order.text("presentmentCurrencyCode") ?? "",
    reason: input.message ?? input.reason,
    lines: [],
    restock: false,
    payBack: true,
  };
  const outcome = await giveBack(shop, order, { input: refund, idempotencyKey });
  if (outcome.outcome !== "done") return outcome;
  return { ...outcome, reread: [...(outcome.reread ?? []), { resource: "disputes" as const, externalId: id }] };
}

/** Declines a request, or sends what is to be said against a chargeback, which is final. */
async function decline({ shop, row, input }: Given): Promise<ActOutcome | null> {
  const operation = "disputes.refuse";
  const status = row.need("status");
  if (!isReturn(row)) {
    if (isFields(row.fields.disputeEvidence) && row.fields.disputeEvidence.submitted === true) return null;
    if (status !== "NEEDS_RESPONSE")
      return refuse("conflict", operation, `the dispute is ${status}: nothing is to be answered`);
    if (!input.message) return refuse("invalid_request", operation, "evidence needs words: write them as the message");
    // Sending is final: files that were left behind could not follow.
    if (input.files.length > 0)
      return refuse(
        "invalid_request",
        operation,
        "files go with evidence in the shop's own pages: send words, or all there",
      );
    const evidence = { uncategorizedText: input.message, submitEvidence: true };
    const id = row.text("disputeEvidence/id") ?? gidOf("ShopifyPaymentsDisputeEvidence", row.need("id"));
    await shop.set({ operation, document: DEFEND, variables: { id, input: evidence } });
    return null;
  }
  if (input.files.length > 0)
    return refuse("invalid_request", operation, "a return is declined with words, not with files");
  if (status === "DECLINED") return null;
  if (status !== "REQUESTED")
    return refuse("conflict", operation, `the return is ${status}: only a request can be declined`);
  const declineReason = DECLINE_REASONS.find((each) => each === input.reason?.toUpperCase()) ?? "OTHER";
  const declineNote = input.message ?? (declineReason === "OTHER" ? input.reason : null);
  const answer = { id: row.need("id"), declineReason, ...(declineNote ? { declineNote } : {}), notifyCustomer: true };
  await shop.set({ operation, document: DECLINE, variables: { input: answer } });
  return null;
}

/** All goods of a return are here. Nothing goes back on the shelf by it: that is the warehouse's word. */
async function receive({ shop, row }: Given): Promise<ActOutcome | null> {
  const operation = "disputes.receive_return";
  if (!isReturn(row))
    return refuse("invalid_request", operation, "goods are received by the return that belongs to it");
  const status = row.need("status");
  if (status === "CLOSED") return null;
  if (status !== "OPEN") return refuse("conflict", operation, `the return is ${status}: no goods are expected`);
  const returnLineItems = nodesIn(row, "returnLineItems").flatMap((line) => {
    const quantity = piecesIn(line, "quantity") - piecesIn(line, "processedQuantity");
    return quantity > 0 ? [{ id: line.need("id"), quantity }] : [];
  });
  const input = { returnId: row.need("id"), returnLineItems, notifyCustomer: false };
  // The call takes no key; what was processed already is left out, so that a repeat finds nothing to do.
  if (returnLineItems.length > 0) await shop.write({ operation, document: SETTLE, variables: { input } });
  return null;
}
