/**
 * What stands beside the lines. The platform's sum: what is owed = goods at their price - discounts - balance + freight +
 * service fee + import tax. A part of which nobody says whether it is inside is left out where the order adds up without it.
 */
import type { Money, OrderCharge, OrderLine, Warning } from "../../../core/model/records.ts";
import { compare, isZero, money, neg, sub, sum } from "../../../core/money.ts";
import { COUPON, look, ONE_ITEM } from "../codes.ts";
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

export function toCharges(order: OrderDocument, lines: readonly OrderLine[], warnings: Warning[]): OrderCharge[] {
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
    charge("other", "buyer", neg(yuan(order.balanceUsed)), "balance"),
    ...coupons
      .filter(({ payer, couponType }) => payer !== "means" && couponType !== ONE_ITEM)
      .map(({ payer, amount, name }) => charge("discount", payer === "means" ? "buyer" : payer, neg(amount), name)),
    charge("discount", "seller", neg(besideLines), "promotion of one item"),
    ...(compare(rest, yuan("0")) > 0 ? [charge("discount", "seller", neg(rest), "discount")] : []),
  ];
  const open: OrderCharge[] = [
    charge("service_fee", "buyer", yuan(order.tuiHuoWuYou), "return insurance"),
    ...coupons
      .filter(({ payer }) => payer === "means")
      .map(({ amount, name }) => charge("other", "buyer", neg(amount), name)),
  ];
  const without = total([...lines.map((line) => ({ amount: line.total })), ...certain]);
  const addsUp = order.orderPayment !== null && compare(without, yuan(order.orderPayment)) === 0;
  return [...certain, ...open.map((item) => ({ ...item, inTotal: !addsUp }))].filter(({ amount }) => !isZero(amount));
}
