/**
 * What an order costs, gross. The platform lowers lines and totals by what came back and by what was given back; an order's
 * total is what the buyer owed before that, so that both are added again.
 */
import type { Money, OrderCharge, OrderLine } from "../../../core/model/records.ts";
import { add, addPercent, compare, isZero, money, neg, sub, sum, times, zero } from "../../../core/money.ts";
import type { Tree } from "../../../core/tree.ts";
import { amountIn, moneyIn } from "../schemas.ts";

const CAME_BACK = ["return_received_total", "return_dismissed_total"];

const cameBack = (line: Tree, currency: string): Money =>
  sum(
    CAME_BACK.map((field) => moneyIn(line, field, currency)),
    currency,
  );

/** Unit price with its tax, discount and total of all pieces that were ordered. */
export function lineAmounts(
  line: Tree,
  quantity: number,
  currency: string,
): Pick<OrderLine, "unitPrice" | "discount" | "tax" | "total"> {
  const price = moneyIn(line, "unit_price", currency);
  const rates = sum(
    line.list("tax_lines").map((tax) => money(amountIn(tax, "rate") ?? "0", currency)),
    currency,
  );
  const unitPrice = line.fields.is_tax_inclusive === true ? price : addPercent(price, rates.amount);
  const whole = times(unitPrice, quantity);
  const own = amountIn(line, "total");
  const total = own === null ? whole : add(money(own, currency), cameBack(line, currency));
  // Without a discount the difference could only be the platform's rounding.
  const isCut = line.list("adjustments").length > 0 && compare(total, whole) < 0;
  const discount = isCut ? sub(whole, total) : zero(currency);
  return { unitPrice, discount, tax: moneyIn(line, "tax_total", currency), total };
}

/**
 * A refund beyond what was owed makes a credit line, which lowers the platform's total; one granted without a refund is a
 * discount. The total is null where an answer does not tell the two apart.
 */
export function totalsOf(order: Tree, currency: string) {
  const [refunded, credit] = [amountOrNull(order, "summary/refunded_total"), amountOrNull(order, "credit_line_total")];
  const known = credit ?? refunded ?? zero(currency);
  const unsaid = isZero(known) ? known : null;
  const givenBack = credit && refunded ? (compare(credit, refunded) < 0 ? credit : refunded) : unsaid;
  const returned = order.list("items").map((line) => cameBack(line, currency));
  const total = amountOrNull(order, "total");
  return {
    total: total && givenBack && sum([total, ...returned, givenBack], currency),
    paid: amountOrNull(order, "summary/paid_total"),
    refunded,
    granted: credit && givenBack ? sub(credit, givenBack) : zero(currency),
  };

  function amountOrNull(record: Tree, path: string): Money | null {
    const amount = amountIn(record, path);
    return amount === null ? null : money(amount, currency);
  }
}

/** Shipping and credit are part of the total; codes and the tax of shipping are shown beside it. */
export function chargesOf(order: Tree, granted: Money, currency: string): OrderCharge[] {
  const methods = order.list("shipping_methods");
  const charge = (kind: OrderCharge["kind"], amount: Money, label: string | null, inTotal: boolean): OrderCharge => ({
    kind,
    payer: kind === "discount" ? "seller" : "buyer",
    amount,
    label,
    inTotal,
  });
  const codes = new Map<string, Money>();
  for (const cut of [...order.list("items"), ...methods].flatMap((part) => part.list("adjustments"))) {
    const code = cut.text("code", "description") ?? "";
    codes.set(code, add(codes.get(code) ?? zero(currency), moneyIn(cut, "amount", currency)));
  }
  const beside = [
    ...methods.map((method) => charge("tax", moneyIn(method, "tax_total", currency), method.text("name"), false)),
    charge("discount", neg(granted), null, true),
    ...[...codes].map(([code, amount]) => charge("discount", neg(amount), code || null, false)),
  ];
  const shipping = methods.map((method) =>
    charge(
      "shipping",
      money(amountIn(method, "total") ?? amountIn(method, "amount") ?? "0", currency),
      method.text("name"),
      true,
    ),
  );
  return [...shipping, ...beside.filter(({ amount }) => !isZero(amount))];
}
