/**
 * What an order costs. The platform parts each line's proceeds by kind, tax apart; unit prices hold tax in some countries and
 * not in others. Where pieces times unit price is goods and tax together, amounts are told with tax, else without.
 */
import { look } from "../../../core/model/look.ts";
import type { Money, OrderCharge, Warning } from "../../../core/model/records.ts";
import { add, compare, isZero, neg, sub, sum, times, zero } from "../../../core/money.ts";
import type { Tree } from "../../../core/tree.ts";
import { CHARGE } from "../codes.ts";
import { moneyIn, piecesIn } from "../schemas.ts";

export interface LineAmounts {
  unitPrice: Money;
  discount: Money;
  tax: Money;
  total: Money;
}

const GOODS = "ITEM";

/** Magnitudes: the sign of a discount is not documented. */
const magnitude = (amount: Money): Money => ({ ...amount, amount: amount.amount.replace(/^-/, "") });

/** Sum of a line's proceeds of one type, or of one subtype of it. */
function partOf(line: Tree, currency: string, type: string, subtype: string | null = null): Money {
  const rows = line.list("proceeds/breakdowns").filter((row) => row.text("type") === type);
  const amounts = rows.flatMap((row) => {
    const whole = moneyIn(row, "subtotal");
    if (subtype === null) return whole ?? [];
    const details = row.list("detailedBreakdowns");
    // What is not divided is of the goods.
    if (details.length === 0) return subtype === GOODS ? (whole ?? []) : [];
    return details.filter((each) => each.text("subtype") === subtype).flatMap((each) => moneyIn(each, "value") ?? []);
  });
  const total = sum(amounts, currency);
  return type === "DISCOUNT" ? magnitude(total) : total;
}

/** Whether unit prices hold tax: told by the first line that has tax. */
export function isTaxIncluded(order: Tree, currency: string): boolean {
  for (const line of order.list("orderItems")) {
    const [goods, tax] = [partOf(line, currency, GOODS), partOf(line, currency, "TAX", GOODS)];
    const unit = moneyIn(line, "product/price/unitPrice");
    if (unit === null || isZero(tax)) continue;
    const all = times(unit, piecesIn(line, "quantityOrdered"));
    const [net, gross] = [sub(all, goods), sub(all, add(goods, tax))];
    return compare(magnitude(gross), magnitude(net)) < 0;
  }
  return false;
}

export function lineAmounts(line: Tree, currency: string, withTax: boolean): LineAmounts {
  const pieces = piecesIn(line, "quantityOrdered");
  const unitPrice = moneyIn(line, "product/price/unitPrice") ?? zero(currency);
  const tax = partOf(line, currency, "TAX", GOODS);
  const discount = partOf(line, currency, "DISCOUNT", GOODS);
  const isTold = line.list("proceeds/breakdowns").some((row) => row.text("type") === GOODS);
  const goods = isTold ? partOf(line, currency, GOODS) : times(unitPrice, pieces);
  return { unitPrice, discount, tax, total: sub(withTax && isTold ? add(goods, tax) : goods, discount) };
}

/** Tax that the platform withholds and remits itself: whether what the seller receives holds it is not documented. */
const KEPT = "MARKETPLACE_FACILITATOR";
const isKept = (line: Tree): boolean => line.list("tax/taxCollections").some((row) => row.text("model") === KEPT);

/** What stands beside goods: summed over lines, with what belongs to the order alone. */
export function chargesIn(
  order: Tree,
  { currency, withTax, total }: { currency: string; withTax: boolean; total: Money | null },
  warnings: Warning[],
): OrderCharge[] {
  const lines = order.list("orderItems");
  const all = (type: string, subtype: string | null = null): Money =>
    sum(
      lines.map((line) => partOf(line, currency, type, subtype)),
      currency,
    );
  const kinds = new Set(
    lines.flatMap((line) => line.list("proceeds/breakdowns").flatMap((row) => row.text("type") ?? [])),
  );
  const types = [...kinds].filter((type) => ![GOODS, "TAX", "DISCOUNT"].includes(type));
  const charges = types.flatMap((type) => {
    const tax = withTax ? all("TAX", type) : zero(currency);
    return chargeOf(type, add(all(type), tax), warnings);
  });
  // Lines hold the tax and the discounts of goods; charges with tax hold their own.
  const shown = withTax ? [GOODS, ...types].map((type) => all("TAX", type)) : [];
  const [tax, discount] = [sub(all("TAX"), sum(shown, currency)), sub(all("DISCOUNT"), all("DISCOUNT", GOODS))];
  const tips = order
    .list("proceeds/breakdowns")
    .filter((row) => row.text("type") === "DELIVERY_TIP")
    .flatMap((row) => chargeOf("DELIVERY_TIP", moneyIn(row, "subtotal") ?? zero(currency), warnings));
  const others = [...charges, ...chargeOf("DISCOUNT", neg(discount), warnings), ...tips].filter(
    ({ amount }) => !isZero(amount),
  );
  // A charge of this kind holds all tax that lines do not.
  if (isZero(tax) && (withTax || isZero(all("TAX")))) return others;
  const kept = sum(
    lines.filter(isKept).map((line) => partOf(line, currency, "TAX")),
    currency,
  );
  const goods = lines.map((line) => lineAmounts(line, currency, withTax).total);
  const parts = sum([...goods, ...others.map(({ amount }) => amount), tax], currency);
  const isBeside = !withTax && !isZero(kept) && total !== null && compare(sub(parts, kept), total) === 0;
  const beside = isBeside ? chargeOf("TAX", kept, warnings).map((charge) => ({ ...charge, inTotal: false })) : [];
  return [...others, ...chargeOf("TAX", isBeside ? sub(tax, kept) : tax, warnings), ...beside];
}

function chargeOf(type: string, amount: Money, warnings: Warning[]): OrderCharge[] {
  return [
    { kind: look(CHARGE, "proceeds", type, "other", warnings), payer: "buyer", amount, label: null, inTotal: true },
  ];
}
