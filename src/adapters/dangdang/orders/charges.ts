/**
 * What an order costs, and what stands beside its lines. Paid is: cash + gift cards + balance + points; an older field has
 * all but the points in one. The core compares it with lines, postage and deductions, and warns where they differ.
 */
import type { Money, OrderCharge } from "../../../core/model/records.ts";
import { isZero, money, neg, sub, sum } from "../../../core/money.ts";
import type { Tree } from "../../../core/tree.ts";
import { PAY_MODE } from "../codes.ts";
import { CURRENCY } from "../config.ts";

/** Deductions, who bears them as far as that is said, and their names. */
const DEDUCTIONS = [
  ["promoDeductAmount", "unknown", "order promotion"],
  ["gatherSalesPromoDeductAmount", "unknown", "promotion over several items"],
  ["deductAmount", "unknown", "online bank discount"],
  ["activityDeductAmount", "platform", "mobile discount"],
  ["giftCertMoney", "seller", "coupon"],
] as const;

const yuan = (amount: string | null): Money => money(amount ?? "0", CURRENCY);

interface OrderMoney {
  total: Money | null;
  charges: OrderCharge[];
  means: { method: string | null; amount: Money }[];
}

export function moneyOf(order: Tree): OrderMoney {
  const info = (field: string) => order.decimal(`buyerInfo/${field}`);
  const discount = (payer: OrderCharge["payer"], amount: string | null, label: string | null, inTotal: boolean) =>
    ({ kind: "discount", payer, amount: neg(yuan(amount)), label, inTotal }) satisfies OrderCharge;
  const charges: OrderCharge[] = [
    { kind: "shipping", payer: "buyer", amount: yuan(info("postage")), label: null, inTotal: true },
    ...DEDUCTIONS.map(([field, payer, label]) => discount(payer, info(field), label, true)),
    // The same money as a deduction above, by its name.
    ...order
      .list("PromoList/promoItem")
      .map((promo) =>
        discount("unknown", promo.decimal("promoDicount", "promoDiscount"), promo.text("promotionName"), false),
      ),
  ];
  const cards = [yuan(info("giftCardMoney")), yuan(info("accountBalance"))];
  const points = yuan(info("pointDeductionAmount"));
  const paid = info("realPaidAmount");
  const bargain = info("totalBarginPrice");
  // The older field holds gift cards and balance.
  const cash = bargain !== null || paid === null ? bargain : sub(yuan(paid), sum(cards, CURRENCY)).amount;
  const mode = order.text("buyerInfo/buyerPayMode");
  const means = [mode === null ? null : (PAY_MODE[mode] ?? mode), "gift card", "balance", "points"];
  const amounts = [yuan(cash), ...cards, points];
  const rowTotal = order.decimal("orderMoney");
  return {
    total: cash !== null ? sum(amounts, CURRENCY) : rowTotal === null ? null : yuan(rowTotal),
    charges: charges.filter(({ amount }) => !isZero(amount)),
    means: amounts
      .map((amount, index) => ({ method: means[index] ?? null, amount }))
      .filter(({ amount }) => !isZero(amount)),
  };
}
