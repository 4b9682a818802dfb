/** What an order comes to, and what of it is beside the lines. Amounts are in shop money. Pure. */
import type { Money, OrderCharge, OrderLine } from "../../../core/model/records.ts";
import { compare, isZero, sub, withinRounding, zero } from "../../../core/money.ts";
import type { Tree } from "../../../core/tree.ts";
import { nodesIn, piecesIn, shopMoneyIn } from "../schemas.ts";
import { currentOf } from "./status.ts";

type Parts = readonly Pick<OrderLine, "total">[];

/**
 * The total before returns holds pieces that were taken off by an edit as well. Where no money went back for them and less was
 * paid than they would have come to, the buyer owes what is left.
 */
export function totalField(order: Tree): "totalPriceSet" | "currentTotalPriceSet" {
  const [before, now] = [shopMoneyIn(order, "totalPriceSet"), shopMoneyIn(order, "currentTotalPriceSet")];
  const [paid, back] = [shopMoneyIn(order, "totalReceivedSet"), shopMoneyIn(order, "totalRefundedSet")];
  if (!before || !now || !paid || !back || order.text("cancelledAt") !== null) return "totalPriceSet";
  const isTakenOff = nodesIn(order, "lineItems").some((line) => currentOf(line) < piecesIn(line, "quantity"));
  const isEdited = isTakenOff && isZero(back) && compare(now, before) < 0 && compare(paid, before) < 0;
  return isEdited ? "currentTotalPriceSet" : "totalPriceSet";
}

/** The total, and charges that with the lines come to it as far as the platform tells. */
export function amountsOf(
  order: Tree,
  lines: Parts,
  currency: string,
): { total: Money | null; charges: OrderCharge[] } {
  const [before, total] = [shopMoneyIn(order, "totalPriceSet"), shopMoneyIn(order, totalField(order))];
  const charges = chargesIn(order, lines, before, currency);
  if (!before || !total || compare(before, total) === 0) return { total, charges };
  // The difference of two of the platform's own totals: what does not add up to the one does not add up to the other.
  const off = sub(total, before);
  return { total, charges: [...charges, ...charge("other", off, "taken off by an edit")] };
}

const charge = (kind: OrderCharge["kind"], amount: Money | null, label: string | null = null): OrderCharge[] =>
  amount === null ? [] : [{ kind, payer: "buyer", amount, label, inTotal: true }];

function chargesIn(order: Tree, lines: Parts, total: Money | null, currency: string): OrderCharge[] {
  const isOwed = ({ amount }: OrderCharge) => !isZero(amount);
  const shipping = nodesIn(order, "shippingLines").flatMap((line) =>
    charge("shipping", shopMoneyIn(line, "discountedPriceSet"), line.text("title")),
  );
  const tax = order.fields.taxesIncluded === true ? null : (shopMoneyIn(order, "totalTaxSet") ?? zero(currency));
  const sure = [
    ...shipping,
    ...[...charge("duty", shopMoneyIn(order, "originalTotalDutiesSet")), ...charge("tax", tax)].filter(isOwed),
  ];
  const tip = charge("tip", shopMoneyIn(order, "totalTipReceivedSet")).filter(isOwed);
  const fees = charge("other", shopMoneyIn(order, "originalTotalAdditionalFeesSet"), "additional fees").filter(isOwed);
  return [
    ...sure,
    ...withoutDoubles([...tip, ...fees], [...lines.map((line) => line.total), ...sure.map(amountOf)], total),
  ];
}

const amountOf = ({ amount }: OrderCharge): Money => amount;

/**
 * A tip may stand among the lines too, and a fee among the duties: which is told nowhere, but by the total. Where it is
 * explained by leaving one out, that one is shown for information; where nothing explains it, all count, and it is flagged.
 */
function withoutDoubles(charges: OrderCharge[], others: readonly Money[], total: Money | null): OrderCharge[] {
  if (!total || charges.length === 0) return charges;
  const ways = charges
    .reduce<OrderCharge[][]>(
      (found, each) => [true, false].flatMap((inTotal) => found.map((way) => [...way, { ...each, inTotal }])),
      [[]],
    )
    .sort((a, b) => countOf(b) - countOf(a));
  const addsUp = (way: OrderCharge[]) => {
    const counted = way.filter(({ inTotal }) => inTotal).map(amountOf);
    return withinRounding(
      [...others, ...counted].map(({ amount }) => amount),
      total.amount,
      total.currency,
    );
  };
  return ways.find(addsUp) ?? charges;
}

const countOf = (way: readonly OrderCharge[]): number => way.filter(({ inTotal }) => inTotal).length;
