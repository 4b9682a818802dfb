/**
 * Giving money back. The call takes a key, which is remembered for a time that nobody tells; so our mark stands at the end of
 * the note too, which the order gives back. Amounts are in the buyer's currency.
 */
import { z } from "zod";
import type { Act, ActCapability, ActOutcome, RefundInput } from "../../../core/adapter.ts";
import { sha256, toHex } from "../../../core/crypto.ts";
import { keyMark, withKeyMark } from "../../../core/key-mark.ts";
import type { Money } from "../../../core/model/records.ts";
import { compare, isZero, money, sub, sum } from "../../../core/money.ts";
import type { Tree } from "../../../core/tree.ts";
import { type Client, done, refusable, refuse, type Shop } from "../client.ts";
import { locationOf } from "../config.ts";
import { amountIn, nodesIn, piecesIn } from "../schemas.ts";
import { readOrder } from "./read.ts";

const OPERATION = "orders.refund";
const REFUND = `mutation RefundIssue($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) { refund { id } order { id } userErrors { field message } }
}`;
const ID = z.string().min(1);

const INPUT = z.object({
  orderExternalId: ID,
  amount: z.string().regex(/^\d+(\.\d+)?$/, "a decimal above zero"),
  currency: z.string().length(3),
  reason: z.string().nullable(),
  lines: z.array(z.object({ orderLineExternalId: ID, quantity: z.int().min(0), amount: z.string().nullable() })),
  restock: z.boolean(),
  payBack: z.boolean(),
});

/** A key of ours in the form that the platform's own examples have; nothing of what it is made from can be read. */
export function uuidOf(text: string): string {
  const hex = toHex(sha256(text));
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}

export const createRefundAct = (client: Client): ActCapability<RefundInput> => ({
  input: INPUT,
  idempotent: false,
  perform: (store, act, signal) =>
    refusable(async () => {
      const shop = client.at(store, signal);
      const order = await readOrder(shop, act.input.orderExternalId);
      if (!order) return refuse("not_found", OPERATION, `order ${act.input.orderExternalId} does not exist`);
      return giveBack(shop, order, act);
    }),
  async findEffect(store, act, signal) {
    const order = await readOrder(client.at(store, signal), act.input.orderExternalId);
    return order && refundByKey(order, act.idempotencyKey);
  },
});

/** Gives an amount back by the payment that has as much left; without `payBack` it is booked and no money moves. */
export async function giveBack(
  shop: Shop,
  order: Tree,
  { input, idempotencyKey }: Pick<Act<RefundInput>, "input" | "idempotencyKey">,
): Promise<ActOutcome> {
  const known = refundByKey(order, idempotencyKey);
  if (known) return known;
  const id = order.need("id");
  const currency = order.text("presentmentCurrencyCode") ?? order.need("currencyCode");
  if (input.currency !== currency)
    return refuse("invalid_request", OPERATION, `the buyer paid in ${currency}, the refund is in ${input.currency}`);
  const amount = money(input.amount, currency);
  if (isZero(amount)) return refuse("invalid_request", OPERATION, "nothing is to be given back");
  const payment = input.payBack ? paymentWith(order, amount) : null;
  if (payment === undefined)
    return refuse(
      "invalid_request",
      OPERATION,
      `no payment of the order has ${amount.amount} ${currency} left to give back`,
    );
  const place = locationOf(shop.store) ?? order.list("fulfillments")[0]?.text("location/id") ?? null;
  const lines = input.lines.filter(({ quantity }) => quantity > 0);
  if (input.restock && lines.length > 0 && place === null)
    return refuse("invalid_request", OPERATION, "goods come back to a location: name it in the setting location");
  const refund = {
    orderId: id,
    note: withKeyMark(input.reason, idempotencyKey),
    notify: false,
    currency,
    refundLineItems: lines.map(({ orderLineExternalId: lineItemId, quantity }) =>
      input.restock
        ? { lineItemId, quantity, restockType: isOpen(lineItemId, quantity) ? "CANCEL" : "RETURN", locationId: place }
        : { lineItemId, quantity, restockType: "NO_RESTOCK" },
    ),
    transactions: payment
      ? [
          {
            orderId: id,
            parentId: payment.need("id"),
            kind: "REFUND",
            gateway: payment.need("gateway"),
            amount: amount.amount,
          },
        ]
      : [],
  };
  await shop.set({ operation: OPERATION, document: REFUND, variables: { input: refund, key: uuidOf(idempotencyKey) } });
  return done(id, "orders");

  /** What has not left is taken off the order instead of coming back. */
  function isOpen(lineId: string, quantity: number): boolean {
    const line = nodesIn(order, "lineItems").find((each) => each.text("id") === lineId);
    return line !== undefined && piecesIn(line, "unfulfilledQuantity") >= quantity;
  }
}

/** A payment that was taken and has as much left; undefined where none has. */
function paymentWith(order: Tree, amount: Money): Tree | undefined {
  const rows = order.list("transactions").filter((row) => row.text("status") === "SUCCESS");
  const paid = (row: Tree) => amountIn(row, "amountSet/presentmentMoney");
  const given = (payment: Tree) =>
    sum(
      rows
        .filter((row) => row.text("kind") === "REFUND" && row.text("parentTransaction/id") === payment.text("id"))
        .flatMap((row) => paid(row) ?? []),
      amount.currency,
    );
  return rows.find((row) => {
    const taken = ["SALE", "CAPTURE"].includes(row.text("kind") ?? "") ? paid(row) : null;
    return taken !== null && taken.currency === amount.currency && compare(sub(taken, given(row)), amount) >= 0;
  });
}

export function refundByKey(order: Tree, idempotencyKey: string): ActOutcome | null {
  const own = order.list("refunds").find((refund) => refund.text("note")?.endsWith(keyMark(idempotencyKey)));
  return own ? ({ ...done(order.need("id"), "orders"), externalId: own.need("id") } as ActOutcome) : null;
}
