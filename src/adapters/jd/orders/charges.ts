/**
 * What an order costs, and what stands beside its lines. The platform's sum: what is left to be paid = goods at their price -
 * discounts - balance + freight + service fee + import tax. The balance is a way to pay, so that the total holds it; gift
 * cards are too, and they and the return insurance are left out where the order adds up without them.
 */
import { look } from "../../../core/model/look.ts";
import type { Money, OrderCharge, OrderLine, Warning } from "../../../core/model/records.ts";
import { add, compare, isZero, money, neg, sub, sum } from "../../../core/money.ts";
import { COUPON, ONE_ITEM } from "../codes.ts";
import { CURRENCY } from "../config.ts";
import type { OrderDocument } from "../schemas.ts";

const yuan = (amount: string) => money(amount, CURRENCY);
type Payer = OrderCharge["payer"];
type Coupon = { payer: Payer | "means"; name: string };

const total = (parts: readonly { amount: Money }[]): Money =>
  sum(
    parts.map(({ amount }) => amount),
    CURRENCY,
  );

const charge = (kind: OrderCharge["kind"], payer: Payer, amount: Money, label: string | null) => ({
  kind,
  payer,
  amount,
  label,
  inTotal: true,
});

interface OrderMoney {
  charges: OrderCharge[];
  /** What the order costs; null where the platform does not say. */
  total: Money | null;
  /** What of it was paid out of the balance or with gift cards. */
  means: { method: string; amount: Money }[];
}

export function moneyOf(order: OrderDocument, lines: readonly OrderLine[], warnings: Warning[]): OrderMoney {
  const unknown: Coupon = { payer: "unknown", name: "discount" };
  const coupons = order.couponDetailList.map((coupon) => ({
    ...coupon,
    amount: yuan(coupon.couponPrice),
    ...(coupon.couponType === null
      ? unknown
      : look<Coupon>(COUPON, "coupon type", coupon.couponType, unknown, warnings)),
  }));
  const bySeller = coupons.filter(({ payer }) => payer === "seller");
  // The seller's discount that no coupon names; coupons may also name more than the seller bears.
  const rest = sub(yuan(order.sellerDiscount), total(bySeller));
  const ofOneItem = bySeller.filter(({ couponType }) => couponType === ONE_ITEM);
  const besideLines = sub(total(ofOneItem), total(lines.map((line) => ({ amount: line.discount }))));
  const certain: OrderCharge[] = [
    charge("shipping", "buyer", yuan(order.freightPrice), null),
    charge("service_fee", "buyer", yuan(order.serviceFee), null),
    charge("tax", "buyer", yuan(order.taxFee), "import tax"),
    ...coupons
      .filter(({ payer, couponType }) => payer !== "means" && couponType !== ONE_ITEM)
      .map(({ payer, amount, name }) => charge("discount", payer === "means" ? "buyer" : payer, neg(amount), name)),
    charge("discount", "seller", neg(besideLines), "promotion of one item"),
    ...(compare(rest, yuan("0")) > 0 ? [charge("discount", "seller", neg(rest), "discount")] : []),
  ];
  const insurance = charge("service_fee", "buyer", yuan(order.tuiHuoWuYou), "return insurance");
  const balance = { method: "balance", amount: yuan(order.balanceUsed) };
  const cards = coupons.flatMap(({ payer, amount }) => (payer === "means" ? [{ method: "gift card", amount }] : []));
  const owed = order.orderPayment === null ? null : add(yuan(order.orderPayment), balance.amount);
  const parts = total([...lines.map((line) => ({ amount: line.total })), ...certain]);
  const addsUp = owed !== null && compare(parts, owed) === 0;
  const means = [balance, ...(addsUp ? [] : cards)].filter(({ amount }) => !isZero(amount));
  return {
    charges: [...certain, { ...insurance, inTotal: !addsUp }].filter(({ amount }) => !isZero(amount)),
    total: owed === null ? null : add(yuan(order.orderPayment ?? "0"), total(means)),
    means,
  };
}
