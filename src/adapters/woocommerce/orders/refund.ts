/**
 * Refunds. The platform has no idempotency key, so ours stands at the end of the reason, which its answers give back.
 * https://woocommerce.github.io/woocommerce-rest-api-docs/#create-a-refund
 */
import { z } from "zod";
import type { Act, ActCapability, ActOutcome, RefundInput, Store } from "../../../core/adapter.ts";
import { keyMark, withKeyMark } from "../../../core/key-mark.ts";
import type { Money } from "../../../core/model/records.ts";
import { add, compare, currencyDigits, isZero, money, sub } from "../../../core/money.ts";
import { idValue } from "../client/body.ts";
import type { Client } from "../client/index.ts";
import { refusable, refuse } from "../client/refusals.ts";
import { list, type OrderDocument, type OrderLineDocument, REFUND } from "../schemas/index.ts";
import { refundedOf, share, unitsOf } from "./amounts.ts";
import { currentOrder } from "./read.ts";

const OPERATION = "orders.refund";

const INPUT = z.object({
  orderExternalId: z.string().min(1),
  amount: z.string().regex(/^\d+(\.\d+)?$/, "a decimal above zero"),
  currency: z.string().length(3),
  reason: z.string().nullable(),
  lines: z.array(
    z.object({
      orderLineExternalId: z.string().min(1),
      quantity: z.int().min(0),
      amount: z.string().nullable(),
    }),
  ),
  restock: z.boolean(),
  payBack: z.boolean(),
});

export function createRefundAct(client: Client): ActCapability<RefundInput> {
  return {
    input: INPUT,
    idempotent: false,
    perform: (store, act, signal) => refusable(() => refund(client, store, act, signal)),
    findEffect: (store, act, signal) => findRefund(client, store, act, signal),
  };
}

async function refund(client: Client, store: Store, act: Act<RefundInput>, signal: AbortSignal): Promise<ActOutcome> {
  const { input } = act;
  const order = await currentOrder(client, store, input.orderExternalId, signal);
  if (!order) return refuse("not_found", OPERATION, `order ${input.orderExternalId} does not exist`);
  const currency = order.currency ?? store.currency;
  if (input.currency !== currency)
    return refuse("invalid_request", OPERATION, `the order is in ${currency}, the refund in ${input.currency}`);
  const amount = money(input.amount, currency);
  const left = leftToRefund(order, currency);
  if (isZero(amount) || compare(amount, left) > 0)
    return refuse("invalid_request", OPERATION, `${amount.amount} is asked for and ${left.amount} is left to refund`);
  const unknown = input.lines.find((line) => !order.line_items.some((item) => item.id === line.orderLineExternalId));
  if (unknown) return refuse("invalid_request", OPERATION, `the order has no line ${unknown.orderLineExternalId}`);
  const body = {
    amount: amount.amount,
    reason: withKeyMark(input.reason, act.idempotencyKey),
    // The default is true: the gateway would pay back what was only to be booked.
    api_refund: input.payBack,
    api_restock: input.restock,
    line_items: input.lines.map((line) => refundLine(order, line, currency)),
  };
  const route = `/wc/v3/orders/${encodeURIComponent(order.id)}/refunds`;
  const answer = await client.one(store, { operation: OPERATION, method: "POST", route, body }, signal);
  return done(order.id, REFUND.parse(answer).id);
}

async function findRefund(
  client: Client,
  store: Store,
  act: Act<RefundInput>,
  signal: AbortSignal,
): Promise<ActOutcome | null> {
  const orderId = act.input.orderExternalId;
  const route = `/wc/v3/orders/${encodeURIComponent(orderId)}/refunds`;
  const params = { per_page: 100 };
  const rows = await client.oneOrNull(store, { operation: "orders.list_refunds", route, params }, signal);
  const mark = keyMark(act.idempotencyKey);
  const found = list(REFUND)
    .parse(rows)
    .find((item) => item.reason?.endsWith(mark));
  return found ? done(orderId, found.id) : null;
}

const done = (orderId: string, refundId: string): ActOutcome => ({
  outcome: "done",
  externalId: refundId,
  reread: [{ resource: "orders", externalId: orderId }],
});

function leftToRefund(order: OrderDocument, currency: string): Money {
  return sub(money(order.total ?? "0", currency), refundedOf(order, currency));
}

/** A line's share of its net total and of each tax, by units or by the amount that is asked for. */
function refundLine(order: OrderDocument, line: RefundInput["lines"][number], currency: string) {
  const item = order.line_items.find((known) => known.id === line.orderLineExternalId) as OrderLineDocument;
  const [numerator, denominator] = shareOf(item, line, currency);
  const part = (amount: string | null) =>
    share(money(amount ?? "0", currency), numerator, denominator, currencyDigits(currency)).amount;
  return {
    id: idValue(item.id),
    quantity: line.quantity,
    refund_total: part(item.total),
    refund_tax: item.taxes.flatMap((tax) =>
      tax.id === null ? [] : [{ id: idValue(tax.id), refund_total: part(tax.total) }],
    ),
  };
}

/** Digits that hold any amount of a line when it becomes a ratio. */
const RATIO_DIGITS = 8;

function shareOf(item: OrderLineDocument, line: RefundInput["lines"][number], currency: string): [bigint, bigint] {
  const gross = add(money(item.total, currency), money(item.total_tax, currency));
  if (line.amount === null || isZero(gross))
    return [BigInt(line.quantity), BigInt(Math.max(1, Math.ceil(Number(item.quantity ?? 0))))];
  return [unitsOf(line.amount, RATIO_DIGITS), unitsOf(gross.amount, RATIO_DIGITS)];
}
