/** Answers: money is given back, goods are received, or the whole is withdrawn. No call writes to a buyer. */
import { DISPUTE_ACT } from "../../../core/act-inputs.ts";
import {
  type ActCapability,
  type ActOutcome,
  absent,
  type DisputeActInput,
  type DisputeCapability,
} from "../../../core/adapter.ts";
import { money, neg } from "../../../core/money.ts";
import { isFields, type Tree } from "../../../core/tree.ts";
import { type Client, done, refusable, refuse, type Shop } from "../client.ts";
import { CANCELED } from "../codes.ts";
import { DOCS } from "../config.ts";
import { readOrder } from "../orders/read.ts";
import { findRefund, payBack } from "../orders/refund.ts";
import { currencyIn, moneyIn, piecesIn, read } from "../schemas.ts";
import { LISTS, type ListName, listOf, readDisputes } from "./read.ts";
import { isOwed } from "./to-dispute.ts";

interface Given {
  shop: Shop;
  list: ListName;
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
        return row && findRefund(shop, row.need("order_id"), { idempotencyKey });
      },
    },
    refuse: act(client, "refuse", withdraw),
    receive_return: act(client, "receive_return", receive),
    message: absent("the platform has no conversation with buyers", DOCS),
  };
}

async function readRow(shop: Shop, id: string): Promise<Tree | null> {
  const [document] = (await readDisputes(shop, [id])).documents;
  return document && isFields(document.payload) ? read(document.payload.row) : null;
}

function act(
  client: Client,
  name: string,
  perform: (given: Given) => Promise<ActOutcome | null>,
): ActCapability<DisputeActInput> {
  return {
    input: DISPUTE_ACT,
    idempotent: true,
    perform: (store, { input, idempotencyKey }, signal) =>
      refusable(async () => {
        const { disputeExternalId: id } = input;
        const shop = client.at(store, signal);
        const list = listOf(id);
        const row = list && (await readRow(shop, id));
        if (!row) return refuse("not_found", `disputes.${name}`, `dispute ${id} does not exist`);
        return (await perform({ shop, list, row, input, idempotencyKey })) ?? done(id, "disputes");
      }),
  };
}

const post = (given: Given, operation: string, path: string, body: object, effect: "write" | "keyed-write") =>
  given.shop.post({
    operation: `disputes.${operation}`,
    path: `${LISTS[given.list].path}/${given.row.need("id")}${path}`,
    body,
    effect,
  });

/** Gives back what is owed to the buyer, or the amount that is named. */
async function accept({ shop, list, row, input, idempotencyKey }: Given): Promise<ActOutcome> {
  const operation = "disputes.accept";
  // An order owes for a return as soon as that is asked for.
  if (input.amount === null && list === "returns" && row.text("status") !== "received")
    return refuse("conflict", operation, "the goods are not here: receive them first, or name an amount");
  const order = await readOrder(shop, row.need("order_id"));
  if (!order) return refuse("not_found", operation, "the order of this dispute does not exist");
  const currency = currencyIn(order) ?? shop.store.currency;
  if (input.amount === null && !isOwed(order, currency)) {
    const found = await findRefund(shop, order.need("id"), { idempotencyKey });
    return (
      found ?? refuse("conflict", operation, "nothing is owed to the buyer: receive the goods first, or name an amount")
    );
  }
  const owed = neg(moneyIn(order, "summary/pending_difference", currency));
  const amount = input.amount === null ? owed : money(input.amount, currency);
  const outcome = await payBack(shop, order, {
    amount,
    reason: input.message ?? input.reason,
    idempotencyKey,
    payBack: true,
  });
  if (outcome.outcome !== "done") return outcome;
  const dispute = { resource: "disputes" as const, externalId: row.need("id") };
  return { ...outcome, reread: [...(outcome.reread ?? []), dispute] };
}

/** Withdraws it, with whatever hangs on it. */
async function withdraw(given: Given): Promise<null> {
  const { row } = given;
  const isWithdrawn = row.text("canceled_at") !== null || row.text("status") === CANCELED;
  if (!isWithdrawn) await post(given, "refuse", "/cancel", {}, "keyed-write");
  return null;
}

/** All goods of a return are here. Three calls, of which the last takes effect: one that broke off stays an open change of the order. */
async function receive(given: Given): Promise<ActOutcome | null> {
  const { row, list } = given;
  const operation = "receive_return";
  if (list !== "returns")
    return refuse("invalid_request", `disputes.${operation}`, "goods are received by the return that belongs to it");
  const status = row.need("status");
  if (status === "received") return null;
  if (status !== "requested" && status !== "partially_received")
    return refuse("conflict", `disputes.${operation}`, `the return is ${status}: no goods are expected`);
  const items = row.list("items").flatMap((item) => {
    const quantity =
      piecesIn(item, "quantity") - piecesIn(item, "received_quantity") - piecesIn(item, "damaged_quantity");
    return quantity > 0 ? [{ id: item.need("item_id"), quantity }] : [];
  });
  await post(given, operation, "/receive", {}, "write");
  await post(given, operation, "/receive-items", { items }, "write");
  await post(given, operation, "/receive/confirm", {}, "write");
  return null;
}
