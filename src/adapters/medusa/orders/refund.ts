/** Giving money back. The platform takes no key, so ours stands at the end of the note, which the order gives back. */
import { z } from "zod";
import type { Act, ActCapability, ActOutcome, RefundInput } from "../../../core/adapter.ts";
import { keyMark, withKeyMark } from "../../../core/key-mark.ts";
import type { Money } from "../../../core/model/records.ts";
import { compare, isZero, money, sub, sum } from "../../../core/money.ts";
import type { Tree } from "../../../core/tree.ts";
import { bareNumber } from "../../../core/wire.ts";
import { type Client, done, refusable, refuse, type Shop } from "../client.ts";
import { currencyIn, moneyIn, paymentsOf } from "../schemas.ts";
import { readOrder } from "./read.ts";

const OPERATION = "orders.refund";
/** Books alone: no money moves. */
const MANUAL_PROVIDER = "pp_system_default";
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

export function createRefundAct(client: Client): ActCapability<RefundInput> {
  return {
    input: INPUT,
    idempotent: false,
    perform: (store, act, signal) =>
      refusable(async () => {
        const { input, idempotencyKey } = act;
        const shop = client.at(store, signal);
        const order = await readOrder(shop, input.orderExternalId);
        if (!order) return refuse("not_found", OPERATION, `order ${input.orderExternalId} does not exist`);
        if (input.restock)
          return refuse(
            "invalid_request",
            OPERATION,
            "a refund brings no goods back: make a return in the shop's own pages",
          );
        const currency = currencyIn(order) ?? store.currency;
        if (input.currency !== currency)
          return refuse("invalid_request", OPERATION, `the order is in ${currency}, the refund in ${input.currency}`);
        const wanted = money(input.amount, currency);
        return payBack(shop, order, { amount: wanted, reason: input.reason, idempotencyKey, payBack: input.payBack });
      }),
    findEffect: (store, act, signal) => findRefund(client.at(store, signal), act.input.orderExternalId, act),
  };
}

/** Gives an amount back by the payment that has as much left. */
export async function payBack(
  shop: Shop,
  order: Tree,
  {
    amount,
    reason,
    idempotencyKey,
    payBack: isPaidBack,
  }: {
    amount: Money;
    reason: string | null;
    idempotencyKey: string;
    payBack: boolean;
  },
): Promise<ActOutcome> {
  const known = refundByKey(order, idempotencyKey);
  if (known) return known;
  const left = (payment: Tree): Money =>
    sub(sumOf(payment, "captures", amount.currency), sumOf(payment, "refunds", amount.currency));
  const payment = paymentsOf(order).find((each) => compare(left(each), amount) >= 0);
  if (isZero(amount) || !payment)
    return refuse(
      "invalid_request",
      OPERATION,
      `no payment of the order has ${amount.amount} ${amount.currency} left to give back`,
    );
  if (!isPaidBack && payment.text("provider_id") !== MANUAL_PROVIDER)
    return refuse(
      "invalid_request",
      OPERATION,
      "the platform asks the payment provider for every refund: none is booked alone",
    );
  const path = `/admin/payments/${payment.need("id")}/refund`;
  const body = { amount: bareNumber(amount.amount), note: withKeyMark(reason, idempotencyKey) };
  await shop.post({ operation: OPERATION, path, body, effect: "write" });
  return done(order.need("id"), "orders");
}

const sumOf = (payment: Tree, field: string, currency: string): Money =>
  sum(
    payment.list(field).map((row) => moneyIn(row, "amount", currency)),
    currency,
  );

export async function findRefund(
  shop: Shop,
  orderId: string,
  { idempotencyKey }: Pick<Act<unknown>, "idempotencyKey">,
) {
  const order = await readOrder(shop, orderId);
  return order && refundByKey(order, idempotencyKey);
}

function refundByKey(order: Tree, idempotencyKey: string): ActOutcome | null {
  const refunds = paymentsOf(order).flatMap((payment) => payment.list("refunds"));
  const own = refunds.find((refund) => refund.text("note")?.endsWith(keyMark(idempotencyKey)));
  return own ? ({ ...done(order.need("id"), "orders"), externalId: own.need("id") } as ActOutcome) : null;
}
